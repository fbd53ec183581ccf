// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: jobs and cores that fail
 *
 * A failing job fails alone, with an error of its own; the next job of anybody
 * else is correct. Cores are reset first and get an address space again second
 * (NPU C.7, C.8, F14, F20, H.1 items 9 to 14).
 */

#include <linux/ktime.h>

#include "fake.h"
#include "npu_load.h"
#include "suites.h"

/* A client whose job has @outcome, and the buffer that it writes. */
struct culprit {
	struct fake_client *c;
	struct fake_bo out;
	enum fake_outcome outcome;
	u32 stream;
};

static struct culprit *culprit(struct kunit *test, enum fake_outcome outcome)
{
	struct culprit *x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, x);
	x->c = fake_client(test->priv);
	x->out = fake_bo(x->c);
	x->outcome = outcome;
	x->stream = fake_planned(x->c, outcome);
	return x;
}

static void submit(struct kunit *test, struct culprit *x)
{
	if (x->outcome == FAKE_HANGS || x->outcome == FAKE_LOSES_IRQ)
		fake_short_limits(test->priv);
	KUNIT_ASSERT_EQ(test, fake_submit_one(x->c, x->stream, 0, x->out.handle), 0);
}

static int result(struct culprit *x)
{
	return fake_wait(x->c->f, x->out.handle);
}

static int submit_and_wait(struct kunit *test, struct culprit *x)
{
	submit(test, x);
	return result(x);
}

static void expect_all_good(struct kunit *test)
{
	struct culprit *x[FAKE_CORES];
	unsigned int i;

	for (i = 0; i < FAKE_CORES; i++) {
		x[i] = culprit(test, FAKE_COMPLETES);
		submit(test, x[i]);
	}
	for (i = 0; i < FAKE_CORES; i++)
		KUNIT_EXPECT_EQ(test, result(x[i]), 0);
}

/* Leaves one core, so that culprit and victim meet. */
static void one_core(struct kunit *test)
{
	fake_remove_core(test->priv, 1);
	fake_remove_core(test->priv, 2);
}

struct failure_case {
	const char *name;
	enum fake_outcome outcome;
	int error;
};

static const struct failure_case failure_cases[] = {
	{ "hung", FAKE_HANGS, -ETIME },
	{ "DMA read error", FAKE_READ_ERROR, -EIO },
	{ "DMA write error", FAKE_WRITE_ERROR, -EIO },
	{ "page fault", FAKE_PAGE_FAULT, -EIO },
};

KUNIT_ARRAY_PARAM_DESC(failure, failure_cases, name);

static void a_failed_job_says_why(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	struct culprit *x = culprit(test, f->outcome);

	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), f->error);
	expect_all_good(test);
}

/* What devfreq is told: no core is busy with a job that is gone. */
static void the_load_ends_with_the_job(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	struct culprit *x = culprit(test, f->outcome), *y = culprit(test, FAKE_COMPLETES);
	struct fake_npu *fake = test->priv;
	struct npu_load load = {};
	u64 busy, total;
	unsigned int i;

	npu_load_init(&load, ktime_get_ns());
	for (i = 0; i < FAKE_CORES; i++)
		fake->cores[i].core.load = &load;
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), f->error);
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, y), 0);
	KUNIT_EXPECT_EQ(test, load.running, 0);
	npu_load_sample(&load, ktime_get_ns(), &busy, &total);
	KUNIT_EXPECT_GT(test, busy, 0);
	KUNIT_EXPECT_LT(test, busy, total);
	fake_settle(fake);
	for (i = 0; i < FAKE_CORES; i++)
		fake->cores[i].core.load = NULL;
}

static void the_next_client_on_the_core_is_fine(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	struct culprit *x = culprit(test, f->outcome), *y = culprit(test, FAKE_COMPLETES);

	one_core(test);
	submit(test, x);
	submit(test, y);
	KUNIT_EXPECT_EQ(test, result(x), f->error);
	KUNIT_EXPECT_EQ(test, result(y), 0);
}

static void the_next_job_of_the_same_client_is_fine(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	struct culprit *x = culprit(test, f->outcome);
	struct fake_bo other = fake_bo(x->c);
	u32 stream = fake_stream(x->c, CONVOLUTION);

	submit(test, x);
	KUNIT_ASSERT_EQ(test, fake_submit_one(x->c, stream, 0, other.handle), 0);
	KUNIT_EXPECT_EQ(test, result(x), f->error);
	KUNIT_EXPECT_EQ(test, fake_wait(x->c->f, other.handle), 0);
}

/* C.8: a detach while the core still reads memory makes the IOMMU time out. */
static void the_core_is_reset_before_its_address_space_changes(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	struct culprit *x = culprit(test, f->outcome), *y = culprit(test, FAKE_COMPLETES);
	struct fake_npu *fake = test->priv;
	int kick, reset, attach, next;

	one_core(test);
	submit(test, x);
	KUNIT_EXPECT_EQ(test, result(x), f->error);
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, y), 0);

	kick = fake_event(fake, FAKE_KICK, x->stream);
	KUNIT_ASSERT_GE(test, kick, 0);
	reset = fake_event_after(fake, FAKE_RESET, 0, kick);
	attach = fake_event_after(fake, FAKE_ATTACH, 0, kick);
	next = fake_event(fake, FAKE_KICK, y->stream);
	KUNIT_ASSERT_GE(test, reset, 0);
	KUNIT_ASSERT_GE(test, attach, 0);
	KUNIT_EXPECT_LT(test, reset, attach);
	KUNIT_EXPECT_LT(test, attach, next);
	KUNIT_EXPECT_TRUE(test, fake_event_after(fake, FAKE_DETACH, 0, kick) < 0 ||
			  fake_event_after(fake, FAKE_DETACH, 0, kick) > reset);
}

/* Until the core is reset it may still write to the buffers of the job. */
static void waiters_hear_of_it_after_the_reset(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	struct culprit *x = culprit(test, f->outcome);
	struct fake_npu *fake = test->priv;

	/* A core may be reset before it gets its first client; let that pass. */
	one_core(test);
	KUNIT_ASSERT_EQ(test, fake_submit_one(x->c, fake_stream(x->c, CONVOLUTION), 0,
					      x->out.handle), 0);
	KUNIT_ASSERT_EQ(test, result(x), 0);

	fake->reset_gate = BIT(0);
	submit(test, x);
	KUNIT_ASSERT_TRUE(test, fake_wait_at_gate(fake, 1));
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 2);
	KUNIT_EXPECT_EQ(test, fake_poll(x->c->f, x->out.handle), -EBUSY);
	fake_open_gate(fake);
	KUNIT_EXPECT_EQ(test, result(x), f->error);
}

static void a_bystander_on_another_core_notices_nothing(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	struct culprit *x = culprit(test, f->outcome), *y = culprit(test, FAKE_WAITS);
	struct fake_npu *fake = test->priv;
	unsigned int core, resets;

	submit(test, y);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	core = fake_core_of(fake, y->stream);
	resets = fake->cores[core].resets;

	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), f->error);
	KUNIT_EXPECT_NE(test, fake_core_of(fake, x->stream), (int)core);
	KUNIT_EXPECT_EQ(test, fake_poll(y->c->f, y->out.handle), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake->cores[core].resets, resets);
	fake_finish(fake, y->stream);
	KUNIT_EXPECT_EQ(test, result(y), 0);
}

static void later_tasks_of_a_failed_job_do_not_run(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo out = fake_bo(c);
	struct fake_job job = {
		.stream = { fake_planned(c, FAKE_COMPLETES), fake_planned(c, f->outcome),
			    fake_planned(c, FAKE_COMPLETES) },
		.num_streams = 3, .out = { out.handle }, .num_out = 1,
	};

	fake_short_limits(test->priv);
	KUNIT_ASSERT_EQ(test, fake_submit(c, &job, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), f->error);
	fake_settle(test->priv);
	KUNIT_EXPECT_EQ(test, fake_kicks(test->priv), 2);
}

/* F32: many failures one after the other. */
static void failing_often_changes_nothing(struct kunit *test)
{
	const struct failure_case *f = test->param_value;
	unsigned int round;

	one_core(test);
	for (round = 0; round < 4; round++) {
		struct culprit *x = culprit(test, f->outcome);
		struct culprit *y = culprit(test, FAKE_COMPLETES);

		submit(test, x);
		submit(test, y);
		KUNIT_EXPECT_EQ(test, result(x), f->error);
		KUNIT_EXPECT_EQ(test, result(y), 0);
		fake_close(x->c->f);
		fake_close(y->c->f);
	}
}

static void a_lost_interrupt_costs_time_but_no_result(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_LOSES_IRQ);
	struct fake_npu *fake = test->priv;
	int kick;

	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), 0);
	kick = fake_event(fake, FAKE_KICK, x->stream);
	KUNIT_EXPECT_EQ(test, fake_event_after(fake, FAKE_RESET,
					       fake_core_of(fake, x->stream), kick), -1);
	expect_all_good(test);
}

static void a_lost_interrupt_in_the_middle_of_a_job(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo out = fake_bo(c);
	struct fake_job job = {
		.stream = { fake_planned(c, FAKE_LOSES_IRQ), fake_planned(c, FAKE_COMPLETES) },
		.num_streams = 2, .out = { out.handle }, .num_out = 1,
	};

	fake_short_limits(test->priv);
	KUNIT_ASSERT_EQ(test, fake_submit(c, &job, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(test->priv), 2);
}

/* H.3: a stream can arm events of its own. */
static void a_stray_event_is_cleared_and_the_job_goes_on(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_STRAY_FIRST);

	struct fake_npu *fake = test->priv;
	int core;

	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), 0);
	core = fake_core_of(fake, x->stream);
	KUNIT_ASSERT_GE(test, core, 0);
	KUNIT_EXPECT_FALSE(test, fake->cores[core].stray);
	KUNIT_EXPECT_EQ(test, fake->cores[core].foreign, 0);
}

/* The first task's time must not be taken from the second. */
static void every_kick_has_a_time_limit_of_its_own(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	struct fake_job job = {
		.stream = { fake_planned(c, FAKE_LOSES_IRQ), fake_planned(c, FAKE_LOSES_IRQ),
			    fake_planned(c, FAKE_LOSES_IRQ), fake_planned(c, FAKE_COMPLETES) },
		.num_streams = 4, .out = { out.handle }, .num_out = 1,
	};
	ktime_t start = ktime_get();

	fake_short_limits(fake);
	/* Each of the three is noticed at its own limit: the job takes three of them. */
	KUNIT_ASSERT_EQ(test, fake_submit(c, &job, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 3 * FAKE_SHORT_MS);
}

/* cores that do not come back */

static void a_core_that_no_reset_brings_back_gets_no_job(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_HANGS), *y = culprit(test, FAKE_COMPLETES);
	struct fake_npu *fake = test->priv;
	int core, kick, next;

	submit(test, x);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	core = fake_core_of(fake, x->stream);
	fake->cores[core].stuck_reset = true;
	KUNIT_EXPECT_EQ(test, result(x), -ETIME);
	kick = fake_event(fake, FAKE_KICK, x->stream);

	KUNIT_EXPECT_EQ(test, submit_and_wait(test, y), 0);
	expect_all_good(test);
	next = fake_event_after(fake, FAKE_KICK, core, kick);
	KUNIT_EXPECT_EQ_MSG(test, next, -1, "core %d was used again", core);
}

static void jobs_behind_it_move_to_another_core(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_HANGS);
	struct fake_npu *fake = test->priv;
	struct fake_bo other = fake_bo(x->c);
	u32 stream = fake_stream(x->c, CONVOLUTION);
	int core;

	submit(test, x);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	core = fake_core_of(fake, x->stream);
	/* The same client's queue is behind the hung job. */
	KUNIT_ASSERT_EQ(test, fake_submit_one(x->c, stream, 0, other.handle), 0);
	fake->cores[core].stuck_reset = true;
	KUNIT_EXPECT_EQ(test, result(x), -ETIME);
	KUNIT_EXPECT_EQ(test, fake_wait(x->c->f, other.handle), 0);
	KUNIT_EXPECT_NE(test, fake_core_of(fake, stream), core);
}

static void without_any_working_core_jobs_fail(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_HANGS), *y = culprit(test, FAKE_COMPLETES);
	struct fake_npu *fake = test->priv;

	one_core(test);
	submit(test, x);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	fake->cores[0].stuck_reset = true;
	KUNIT_EXPECT_EQ(test, result(x), -ETIME);
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, y), -EIO);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 1);
}

static void a_core_that_works_again_is_used_again(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_HANGS), *y = culprit(test, FAKE_COMPLETES);
	struct fake_npu *fake = test->priv;
	unsigned long flags;

	one_core(test);
	submit(test, x);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	fake->cores[0].stuck_reset = true;
	KUNIT_EXPECT_EQ(test, result(x), -ETIME);
	fake->cores[0].stuck_reset = false;

	/* As if it had died a minute ago. */
	spin_lock_irqsave(&fake->cores[0].core.lock, flags);
	fake->cores[0].core.died -= 60 * HZ;
	spin_unlock_irqrestore(&fake->cores[0].core.lock, flags);
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, y), 0);
}

/* A rail whose regulator does not answer, for a while. */
static void without_power_jobs_fail_until_it_is_back(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_COMPLETES);
	struct fake_npu *fake = test->priv;
	unsigned int i;

	for (i = 0; i < FAKE_CORES; i++)
		fake->cores[i].power_error = -EREMOTEIO;
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), -EIO);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 0);

	for (i = 0; i < FAKE_CORES; i++)
		fake->cores[i].power_error = 0;
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), 0);
}

/* The core with the least to do must not be one that fails everything at once. */
static void a_core_without_power_is_set_aside(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	unsigned int i;

	fake->cores[0].power_error = -EREMOTEIO;
	fake->cores[1].power_error = -EREMOTEIO;
	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, submit_and_wait(test, culprit(test, FAKE_COMPLETES)), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 6);
	KUNIT_EXPECT_FALSE(test, npu_core_usable(&fake->cores[0].core));
	KUNIT_EXPECT_TRUE(test, npu_core_usable(&fake->cores[2].core));
}

static void a_core_with_power_again_is_used_again(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_COMPLETES);
	struct fake_npu *fake = test->priv;
	unsigned long flags;

	fake_remove_core(fake, 1);
	fake_remove_core(fake, 2);
	fake->cores[0].power_error = -EREMOTEIO;
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), -EIO);
	fake->cores[0].power_error = 0;
	/* Nobody has to wait when there is no other core. */
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), 0);

	/* With another one it is tried when a while has passed. */
	fake->cores[0].power_error = -EREMOTEIO;
	KUNIT_ASSERT_TRUE(test, fake_wait_powered_off(fake));
	KUNIT_ASSERT_TRUE(test, fake_add_core(fake, 1));
	KUNIT_EXPECT_EQ(test, submit_and_wait(test, x), 0);
	fake->cores[0].power_error = 0;
	spin_lock_irqsave(&fake->cores[0].core.lock, flags);
	fake->cores[0].core.died -= 60 * HZ;
	spin_unlock_irqrestore(&fake->cores[0].core.lock, flags);
	npu_core_revive(&fake->cores[0].core, false);
	KUNIT_EXPECT_TRUE(test, npu_core_usable(&fake->cores[0].core));
	KUNIT_EXPECT_TRUE(test, fake_wait_powered_off(fake));
}

static void a_core_without_an_address_space_runs_nothing(struct kunit *test)
{
	struct culprit *x = culprit(test, FAKE_COMPLETES);
	struct fake_npu *fake = test->priv;
	int ret;

	one_core(test);
	fake->cores[0].attach_error = -EBUSY;
	ret = submit_and_wait(test, x);
	KUNIT_EXPECT_LT(test, ret, 0);
	KUNIT_EXPECT_NE(test, ret, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_failed_job_says_why, failure_gen_params),
	KUNIT_CASE_PARAM(the_load_ends_with_the_job, failure_gen_params),
	KUNIT_CASE_PARAM(the_next_client_on_the_core_is_fine, failure_gen_params),
	KUNIT_CASE_PARAM(the_next_job_of_the_same_client_is_fine, failure_gen_params),
	KUNIT_CASE_PARAM(the_core_is_reset_before_its_address_space_changes, failure_gen_params),
	KUNIT_CASE_PARAM(waiters_hear_of_it_after_the_reset, failure_gen_params),
	KUNIT_CASE_PARAM(a_bystander_on_another_core_notices_nothing, failure_gen_params),
	KUNIT_CASE_PARAM(later_tasks_of_a_failed_job_do_not_run, failure_gen_params),
	KUNIT_CASE_PARAM(failing_often_changes_nothing, failure_gen_params),
	KUNIT_CASE(a_lost_interrupt_costs_time_but_no_result),
	KUNIT_CASE(a_lost_interrupt_in_the_middle_of_a_job),
	KUNIT_CASE(a_stray_event_is_cleared_and_the_job_goes_on),
	KUNIT_CASE(every_kick_has_a_time_limit_of_its_own),
	KUNIT_CASE(a_core_that_no_reset_brings_back_gets_no_job),
	KUNIT_CASE(jobs_behind_it_move_to_another_core),
	KUNIT_CASE(without_any_working_core_jobs_fail),
	KUNIT_CASE(a_core_that_works_again_is_used_again),
	KUNIT_CASE(without_power_jobs_fail_until_it_is_back),
	KUNIT_CASE(a_core_without_power_is_set_aside),
	KUNIT_CASE(a_core_with_power_again_is_used_again),
	KUNIT_CASE(a_core_without_an_address_space_runs_nothing),
	{}
};

struct kunit_suite npu_fault_suite = {
	.name = "sunmao-npu-fault",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = cases,
};
