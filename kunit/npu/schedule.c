// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what a core does next, power state included
 *
 * The decision has five inputs and is complete here: all 32 combinations.
 */

#include "npu_core.h"
#include "suites.h"

struct next_case {
	const char *name;
	struct npu_core_view view;
	enum npu_core_action action;
};

#define VIEW(h, r, q, a, s) \
	{ .held = (h), .running = (r), .queued = (q), .awake = (a), .same_vm = (s) }

static const struct next_case next_cases[] = {
	{ "off and nothing to do", VIEW(0, 0, 0, 0, 0), NPU_CORE_STAY },
	{ "off and nothing to do, address space left over", VIEW(0, 0, 0, 0, 1), NPU_CORE_STAY },
	{ "on and nothing to do", VIEW(0, 0, 0, 1, 0), NPU_CORE_SLEEP },
	{ "on and nothing to do, attached", VIEW(0, 0, 0, 1, 1), NPU_CORE_SLEEP },
	{ "off with a job", VIEW(0, 0, 1, 0, 0), NPU_CORE_WAKE },
	{ "off with a job, attached", VIEW(0, 0, 1, 0, 1), NPU_CORE_WAKE },
	{ "on with a job of another client", VIEW(0, 0, 1, 1, 0), NPU_CORE_SWITCH },
	{ "on with a job of the same client", VIEW(0, 0, 1, 1, 1), NPU_CORE_START },
	{ "running, none waits", VIEW(0, 1, 0, 1, 0), NPU_CORE_STAY },
	{ "running, none waits, attached", VIEW(0, 1, 0, 1, 1), NPU_CORE_STAY },
	{ "running, another client waits", VIEW(0, 1, 1, 1, 0), NPU_CORE_STAY },
	{ "running, the same client waits", VIEW(0, 1, 1, 1, 1), NPU_CORE_STAY },
	{ "held and off", VIEW(1, 0, 0, 0, 0), NPU_CORE_STAY },
	{ "held and off, attached", VIEW(1, 0, 0, 0, 1), NPU_CORE_STAY },
	{ "held and off with a job", VIEW(1, 0, 1, 0, 0), NPU_CORE_STAY },
	{ "held and off with a job, attached", VIEW(1, 0, 1, 0, 1), NPU_CORE_STAY },
	{ "held and on", VIEW(1, 0, 0, 1, 0), NPU_CORE_SLEEP },
	{ "held and on, attached", VIEW(1, 0, 0, 1, 1), NPU_CORE_SLEEP },
	{ "held and on with a job", VIEW(1, 0, 1, 1, 0), NPU_CORE_SLEEP },
	{ "held and on with a job, attached", VIEW(1, 0, 1, 1, 1), NPU_CORE_SLEEP },
	{ "held while running", VIEW(1, 1, 0, 1, 0), NPU_CORE_STAY },
	{ "held while running, attached", VIEW(1, 1, 0, 1, 1), NPU_CORE_STAY },
	{ "held while running, one waits", VIEW(1, 1, 1, 1, 0), NPU_CORE_STAY },
	{ "held while running, one waits, attached", VIEW(1, 1, 1, 1, 1), NPU_CORE_STAY },
};

KUNIT_ARRAY_PARAM_DESC(next, next_cases, name);

static void next_step(struct kunit *test)
{
	const struct next_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_core_next(&c->view), c->action);
}

/* Running without power cannot be; whoever finds it must not make it worse. */
static void nothing_is_done_to_a_running_core(struct kunit *test)
{
	unsigned int bits;

	for (bits = 0; bits < 16; bits++) {
		struct npu_core_view view = {
			.held = bits & 1,
			.running = true,
			.queued = bits & 2,
			.awake = bits & 4,
			.same_vm = bits & 8,
		};

		KUNIT_EXPECT_EQ_MSG(test, npu_core_next(&view), NPU_CORE_STAY, "view %u", bits);
	}
}

/* What follows a step ends: one that repeats for ever would stall a queue. */
static void the_steps_lead_to_the_start(struct kunit *test)
{
	struct npu_core_view view = { .queued = true };

	KUNIT_EXPECT_EQ(test, npu_core_next(&view), NPU_CORE_WAKE);
	view.awake = true;
	KUNIT_EXPECT_EQ(test, npu_core_next(&view), NPU_CORE_SWITCH);
	view.same_vm = true;
	KUNIT_EXPECT_EQ(test, npu_core_next(&view), NPU_CORE_START);
	view.queued = false;
	view.running = true;
	KUNIT_EXPECT_EQ(test, npu_core_next(&view), NPU_CORE_STAY);
	view.running = false;
	KUNIT_EXPECT_EQ(test, npu_core_next(&view), NPU_CORE_SLEEP);
	view.awake = false;
	KUNIT_EXPECT_EQ(test, npu_core_next(&view), NPU_CORE_STAY);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(next_step, next_gen_params),
	KUNIT_CASE(nothing_is_done_to_a_running_core),
	KUNIT_CASE(the_steps_lead_to_the_start),
	{}
};

struct kunit_suite npu_schedule_suite = {
	.name = "sunmao-npu-schedule",
	.test_cases = cases,
};
