// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: power, system suspend, and when a core changes hands
 *
 * An idle NPU is off, nothing touches a core that is (NPU H.1 items 10 and 24,
 * F13, F16).
 */

#include "fake.h"
#include "suites.h"

/* A client with a job of its own that completes. */
static void run_one(struct kunit *test, struct fake_client *c, struct fake_bo *out)
{
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, fake_stream(c, CONVOLUTION), 0, out->handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out->handle), 0);
}

static void one_core(struct kunit *test)
{
	fake_remove_core(test->priv, 1);
	fake_remove_core(test->priv, 2);
}

static void memory_needs_no_power(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo bo = fake_bo(c);

	KUNIT_EXPECT_EQ(test, fake_poll(c->f, bo.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_fini(c->f, bo.handle), 0);
	fake_close(c->f);
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 0));
	KUNIT_EXPECT_EQ(test, fake_count(fake, FAKE_POWER_ON), 0);
}

static void only_the_core_that_works_is_on(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);
	int core, i;

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	core = fake_core_of(fake, stream);
	for (i = 0; i < FAKE_CORES; i++)
		KUNIT_EXPECT_EQ(test, fake->cores[i].powered, i == core);
	fake_finish(fake, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

static void an_idle_core_is_off(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);

	run_one(test, c, &out);
	KUNIT_EXPECT_TRUE(test, fake_wait_powered_off(fake));
}

static void power_stays_balanced(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	unsigned int i;

	for (i = 0; i < 30; i++) {
		run_one(test, c, &out);
		KUNIT_ASSERT_TRUE(test, fake_wait_powered_off(fake));
		fake_settle(fake);
	}
	KUNIT_EXPECT_EQ(test, fake_count(fake, FAKE_POWER_ON), fake_count(fake, FAKE_POWER_OFF));
}

static void a_failed_job_gives_the_power_back(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);

	fake_short_limits(fake);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, fake_planned(c, FAKE_HANGS), 0, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), -ETIME);
	KUNIT_EXPECT_TRUE(test, fake_wait_powered_off(fake));
}

static void a_job_runs_after_the_core_was_off(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	unsigned int i;

	run_one(test, c, &out);
	KUNIT_ASSERT_TRUE(test, fake_wait_powered_off(fake));
	fake_settle(fake);
	for (i = 0; i < FAKE_CORES; i++)
		fake_power_down(fake, i);
	run_one(test, c, &out);
}

/* The line is shared with the IOMMU: its interrupts come while the core is off. */
static void an_interrupt_of_a_core_that_is_off_is_not_ours(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	unsigned long flags;
	bool ours;

	npu_core_set_mmio(&fake->cores[0].core, false);
	fake->cores[0].armed = 0x300;
	fake->cores[0].pending = 0x300;
	local_irq_save(flags);
	ours = npu_core_irq(&fake->cores[0].core);
	local_irq_restore(flags);
	KUNIT_EXPECT_FALSE(test, ours);
	KUNIT_EXPECT_EQ(test, fake->cores[0].pending, 0x300);
}

static void an_interrupt_of_the_iommu_is_not_ours(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);
	struct npu_core *core;
	unsigned long flags;
	bool ours;

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	core = &fake->cores[fake_core_of(fake, stream)].core;
	local_irq_save(flags);
	ours = npu_core_irq(core);
	local_irq_restore(flags);
	KUNIT_EXPECT_FALSE(test, ours);
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, out.handle), -EBUSY);
	fake_finish(fake, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

/* the address space */

static void the_address_space_stays_for_the_same_client(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	struct fake_job jobs[6] = {};
	unsigned int i;

	one_core(test);
	for (i = 0; i < 6; i++) {
		jobs[i].stream[0] = fake_stream(c, CONVOLUTION);
		jobs[i].num_streams = 1;
		jobs[i].out[0] = out.handle;
		jobs[i].num_out = 1;
	}
	KUNIT_ASSERT_EQ(test, fake_submit(c, jobs, 6), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_count(fake, FAKE_ATTACH), 1);
}

static void a_core_is_reset_when_it_changes_hands(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *a = fake_client(fake), *b = fake_client(fake);
	struct fake_bo out_a = fake_bo(a), out_b = fake_bo(b);
	u32 first = fake_planned(a, FAKE_COMPLETES), second = fake_planned(b, FAKE_COMPLETES);
	int kick, reset, attach;

	one_core(test);
	KUNIT_ASSERT_EQ(test, fake_submit_one(a, first, 0, out_a.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(a->f, out_a.handle), 0);
	KUNIT_ASSERT_EQ(test, fake_submit_one(b, second, 0, out_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(b->f, out_b.handle), 0);

	kick = fake_event(fake, FAKE_KICK, first);
	reset = fake_event_after(fake, FAKE_RESET, 0, kick);
	attach = fake_event_after(fake, FAKE_ATTACH, 0, kick);
	KUNIT_EXPECT_GT(test, reset, kick);
	KUNIT_EXPECT_GT(test, attach, reset);
	KUNIT_EXPECT_GT(test, fake_event(fake, FAKE_KICK, second), attach);
}

static void every_kick_uses_its_clients_address_space(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c[4];
	struct fake_bo out[4];
	const struct npu_vm *vm[4] = {};
	u32 stream[4][4];
	unsigned int i, round;

	one_core(test);
	for (i = 0; i < 4; i++) {
		c[i] = fake_client(fake);
		out[i] = fake_bo(c[i]);
	}
	for (round = 0; round < 4; round++)
		for (i = 0; i < 4; i++) {
			stream[i][round] = fake_stream(c[i], CONVOLUTION);
			KUNIT_ASSERT_EQ(test, fake_submit_one(c[i], stream[i][round], 0,
							      out[i].handle), 0);
		}
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, fake_wait(c[i]->f, out[i].handle), 0);
	for (i = 0; i < 4; i++) {
		unsigned int other;

		for (round = 0; round < 4; round++) {
			int at = fake_event(fake, FAKE_KICK, stream[i][round]);

			KUNIT_ASSERT_GE(test, at, 0);
			if (!round)
				vm[i] = fake->events[at].vm;
			KUNIT_EXPECT_PTR_EQ(test, fake->events[at].vm, vm[i]);
		}
		for (other = 0; other < i; other++)
			KUNIT_EXPECT_PTR_NE(test, vm[i], vm[other]);
	}
}

/* time limits */

/*
 * A running job gets the time that it would have had at the slowest clock since it was
 * started, and a clock that goes up and down does not add to that.
 */
static void a_slower_clock_gives_more_time(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);
	unsigned long before, slow;
	struct npu_core *core;
	unsigned int i;

	one_core(test);
	fake->soc.segment_budget_ms = 1000;
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	core = &fake->cores[fake_core_of(fake, stream)].core;
	before = core->deadline;

	npu_core_set_rate(core, fake->soc.reference_hz * 2);
	KUNIT_EXPECT_EQ(test, core->deadline, before);
	npu_core_set_rate(core, fake->soc.reference_hz / 2);
	slow = core->deadline;
	KUNIT_EXPECT_EQ(test, slow - before, msecs_to_jiffies(1000));
	for (i = 0; i < 100; i++) {
		npu_core_set_rate(core, fake->soc.reference_hz * 2);
		npu_core_set_rate(core, fake->soc.reference_hz / 2);
	}
	KUNIT_EXPECT_EQ(test, core->deadline, slow);

	fake_finish(fake, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

static void the_next_job_gets_the_time_of_its_clock(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);
	struct npu_core *core = &fake->cores[0].core;

	one_core(test);
	fake->soc.segment_budget_ms = 1000;
	npu_core_set_rate(core, fake->soc.reference_hz / 4);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	KUNIT_EXPECT_EQ(test, core->deadline - core->kicked,
			msecs_to_jiffies(fake->soc.kick_budget_ms + 4000));
	fake_finish(fake, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

/* system suspend */

static void a_held_core_starts_nothing(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	unsigned int i;

	for (i = 0; i < FAKE_CORES; i++)
		npu_core_hold(&fake->cores[i].core);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, fake_stream(c, CONVOLUTION), 0, out.handle), 0);
	fake_settle(fake);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 0);
	KUNIT_EXPECT_EQ(test, fake_count(fake, FAKE_POWER_ON), 0);
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, out.handle), -EBUSY);

	for (i = 0; i < FAKE_CORES; i++)
		npu_core_release(&fake->cores[i].core);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

struct holder {
	struct work_struct work;
	struct npu_core *core;
	struct completion held;
};

static void holder_work(struct work_struct *work)
{
	struct holder *h = container_of(work, struct holder, work);

	npu_core_hold(h->core);
	complete(&h->held);
}

static struct holder *hold(struct kunit *test, struct npu_core *core)
{
	struct holder *h = kunit_kzalloc(test, sizeof(*h), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, h);
	h->core = core;
	init_completion(&h->held);
	INIT_WORK(&h->work, holder_work);
	schedule_work(&h->work);
	return h;
}

static void holding_waits_for_the_running_job(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 first = fake_planned(c, FAKE_WAITS), second = fake_planned(c, FAKE_COMPLETES);
	struct fake_core *fc;
	struct holder *h;

	one_core(test);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, first, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, second, 0, out.handle), 0);
	fc = &fake->cores[0];
	h = hold(test, &fc->core);
	KUNIT_EXPECT_FALSE(test, completion_done(&h->held));
	fake_finish(fake, first);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&h->held, FAKE_LIMIT));

	/* Off, and the second job still waits. */
	KUNIT_EXPECT_EQ(test, fc->powered, 0);
	fake_settle(fake);
	KUNIT_EXPECT_FALSE(test, fc->busy);
	npu_core_release(&fc->core);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 2);
}

static void holding_a_hung_core_is_bounded(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	struct holder *h;

	one_core(test);
	fake_short_limits(fake);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, fake_planned(c, FAKE_HANGS), 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	h = hold(test, &fake->cores[0].core);
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&h->held, FAKE_LIMIT));
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), -ETIME);
	KUNIT_EXPECT_EQ(test, fake->cores[0].powered, 0);
	npu_core_release(&fake->cores[0].core);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(memory_needs_no_power),
	KUNIT_CASE(only_the_core_that_works_is_on),
	KUNIT_CASE(an_idle_core_is_off),
	KUNIT_CASE(power_stays_balanced),
	KUNIT_CASE(a_failed_job_gives_the_power_back),
	KUNIT_CASE(a_job_runs_after_the_core_was_off),
	KUNIT_CASE(an_interrupt_of_a_core_that_is_off_is_not_ours),
	KUNIT_CASE(an_interrupt_of_the_iommu_is_not_ours),
	KUNIT_CASE(the_address_space_stays_for_the_same_client),
	KUNIT_CASE(a_core_is_reset_when_it_changes_hands),
	KUNIT_CASE(every_kick_uses_its_clients_address_space),
	KUNIT_CASE(a_slower_clock_gives_more_time),
	KUNIT_CASE(the_next_job_gets_the_time_of_its_clock),
	KUNIT_CASE(a_held_core_starts_nothing),
	KUNIT_CASE(holding_waits_for_the_running_job),
	KUNIT_CASE(holding_a_hung_core_is_bounded),
	{}
};

struct kunit_suite npu_power_suite = {
	.name = "sunmao-npu-power",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = cases,
};
