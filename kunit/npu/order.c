// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: order between jobs, and who may run at the same time
 *
 * Order comes from fences on buffers: readers wait for writers, writers for
 * everybody (NPU H.1 item 15, NPU-UAPI 1.4). A result that was not produced is an
 * error for whoever needs it.
 */

#include "fake.h"
#include "suites.h"

/* Two clients that share a buffer, and one of their own each. */
struct pair {
	struct fake_client *a, *b;
	u32 shared_a, shared_b;
	struct fake_bo own_a, own_b;
	u32 first, second;
};

static struct pair *pair(struct kunit *test)
{
	struct pair *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	struct fake_bo bo;

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->a = fake_client(test->priv);
	p->b = fake_client(test->priv);
	bo = fake_bo(p->a);
	p->shared_a = bo.handle;
	KUNIT_ASSERT_EQ(test, fake_share(p->a->f, bo.handle, p->b->f, &p->shared_b), 0);
	p->own_a = fake_bo(p->a);
	p->own_b = fake_bo(p->b);
	p->first = fake_planned(p->a, FAKE_WAITS);
	p->second = fake_planned(p->b, FAKE_COMPLETES);
	return p;
}

/* A's job runs; B's job, submitted now, may not start before it has ended. */
static void expect_second_waits(struct kunit *test, struct pair *p)
{
	struct fake_npu *fake = test->priv;

	fake_settle(fake);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 1);
	fake_finish(fake, p->first);
	KUNIT_EXPECT_TRUE(test, fake_wait_kicks(fake, 2));
	KUNIT_EXPECT_GT(test, fake_event(fake, FAKE_KICK, p->second),
			fake_event(fake, FAKE_DONE, p->first));
	KUNIT_EXPECT_EQ(test, fake_wait(p->a->f, p->shared_a), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->b->f, p->shared_b), 0);
}

static void submit_first(struct kunit *test, struct pair *p, u32 in, u32 out)
{
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->a, p->first, in, out), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(test->priv, 1));
}

static void a_reader_waits_for_the_writer(struct kunit *test)
{
	struct pair *p = pair(test);

	submit_first(test, p, 0, p->shared_a);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, p->shared_b, p->own_b.handle), 0);
	expect_second_waits(test, p);
}

static void a_writer_waits_for_the_reader(struct kunit *test)
{
	struct pair *p = pair(test);

	submit_first(test, p, p->shared_a, p->own_a.handle);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, 0, p->shared_b), 0);
	expect_second_waits(test, p);
}

static void a_writer_waits_for_the_writer(struct kunit *test)
{
	struct pair *p = pair(test);

	submit_first(test, p, 0, p->shared_a);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, 0, p->shared_b), 0);
	expect_second_waits(test, p);
}

static void readers_run_together(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);

	submit_first(test, p, p->shared_a, p->own_a.handle);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, p->shared_b, p->own_b.handle), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait_kicks(fake, 2));
	KUNIT_EXPECT_EQ(test, fake_wait(p->b->f, p->own_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_poll(p->a->f, p->own_a.handle), -EBUSY);
	KUNIT_EXPECT_NE(test, fake_core_of(fake, p->first), fake_core_of(fake, p->second));
	fake_finish(fake, p->first);
	KUNIT_EXPECT_EQ(test, fake_wait(p->a->f, p->own_a.handle), 0);
}

static void a_writer_waits_for_all_readers(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);
	struct fake_client *c = fake_client(fake);
	u32 shared, third = fake_planned(c, FAKE_COMPLETES);

	KUNIT_ASSERT_EQ(test, fake_share(p->a->f, p->shared_a, c->f, &shared), 0);
	fake_plan(fake, p->second, FAKE_WAITS);
	submit_first(test, p, p->shared_a, 0);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, p->shared_b, 0), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 2));
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, third, 0, shared), 0);

	fake_finish(fake, p->first);
	KUNIT_EXPECT_TRUE(test, fake_wait_done(fake, 1));
	fake_settle(fake);
	KUNIT_EXPECT_EQ(test, fake_event(fake, FAKE_KICK, third), -1);
	fake_finish(fake, p->second);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, shared), 0);
	KUNIT_EXPECT_GT(test, fake_event(fake, FAKE_KICK, third),
			fake_event(fake, FAKE_DONE, p->second));
}

static void strangers_run_together(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);

	submit_first(test, p, 0, p->own_a.handle);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, 0, p->own_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->b->f, p->own_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_poll(p->a->f, p->own_a.handle), -EBUSY);
	KUNIT_EXPECT_NE(test, fake_core_of(fake, p->first), fake_core_of(fake, p->second));
	fake_finish(fake, p->first);
}

static void a_chain_through_three_clients(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);
	struct fake_client *c = fake_client(fake);
	u32 middle, third = fake_planned(c, FAKE_COMPLETES);

	/* A writes "shared", B turns it into its own buffer, C reads that. */
	KUNIT_ASSERT_EQ(test, fake_share(p->b->f, p->own_b.handle, c->f, &middle), 0);
	submit_first(test, p, 0, p->shared_a);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, p->shared_b, p->own_b.handle), 0);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, third, middle, 0), 0);
	fake_settle(fake);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 1);
	fake_finish(fake, p->first);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, middle), 0);
	KUNIT_EXPECT_GT(test, fake_event(fake, FAKE_KICK, p->second),
			fake_event(fake, FAKE_DONE, p->first));
	KUNIT_EXPECT_GT(test, fake_event(fake, FAKE_KICK, third),
			fake_event(fake, FAKE_DONE, p->second));
}

static void a_job_waits_for_another_driver(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo in = fake_bo(c), out = fake_bo(c);
	struct dma_fence *fence = fake_foreign_writer(c->f, in.handle);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, fake_planned(c, FAKE_COMPLETES), in.handle,
					      out.handle), 0);
	fake_settle(fake);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 0);
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, out.handle), -EBUSY);
	fake_signal(fence);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

static void jobs_of_one_file_stay_in_order(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo bo = fake_bo(c), other = fake_bo(c);
	u32 first = fake_planned(c, FAKE_WAITS), second = fake_planned(c, FAKE_COMPLETES);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, first, 0, bo.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, second, bo.handle, other.handle), 0);
	fake_settle(fake);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 1);
	fake_finish(fake, first);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, other.handle), 0);
}

/* errors follow the data */

static void a_reader_of_what_was_not_produced_fails_too(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);

	fake_plan(fake, p->first, FAKE_WRITE_ERROR);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->a, p->first, 0, p->shared_a), 0);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, p->shared_b, p->own_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->b->f, p->own_b.handle), -EIO);
	KUNIT_EXPECT_EQ(test, fake_wait(p->a->f, p->shared_a), -EIO);
	KUNIT_EXPECT_EQ(test, fake_event(fake, FAKE_KICK, p->second), -1);
}

/* The reservation forgets fences that have signalled; the error must not go too. */
static void it_fails_also_when_the_writer_is_long_gone(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);

	fake_plan(fake, p->first, FAKE_HANGS);
	fake_short_limits(fake);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->a, p->first, 0, p->shared_a), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->a->f, p->shared_a), -ETIME);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, p->shared_b, p->own_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->b->f, p->own_b.handle), -ETIME);
	KUNIT_EXPECT_EQ(test, fake_event(fake, FAKE_KICK, p->second), -1);
}

static void an_error_travels_down_the_chain(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo bo[4] = { fake_bo(c), fake_bo(c), fake_bo(c), fake_bo(c) };
	struct fake_job jobs[3] = {};
	unsigned int i;

	for (i = 0; i < 3; i++) {
		jobs[i].stream[0] = fake_planned(c, i ? FAKE_COMPLETES : FAKE_READ_ERROR);
		jobs[i].num_streams = 1;
		jobs[i].in[0] = bo[i].handle;
		jobs[i].num_in = 1;
		jobs[i].out[0] = bo[i + 1].handle;
		jobs[i].num_out = 1;
	}
	KUNIT_ASSERT_EQ(test, fake_submit(c, jobs, 3), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo[3].handle), -EIO);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo[2].handle), -EIO);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo[1].handle), -EIO);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo[0].handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 1);
}

static void overwriting_heals(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);

	fake_plan(fake, p->first, FAKE_READ_ERROR);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->a, p->first, 0, p->shared_a), 0);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, 0, p->shared_b), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->b->f, p->shared_b), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->a->f, p->shared_a), 0);
}

static void a_failed_reader_leaves_its_input_good(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);

	fake_plan(fake, p->first, FAKE_READ_ERROR);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->a, p->first, p->shared_a, p->own_a.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->a->f, p->own_a.handle), -EIO);
	KUNIT_EXPECT_EQ(test, fake_wait(p->a->f, p->shared_a), 0);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, p->shared_b, p->own_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->b->f, p->own_b.handle), 0);
}

static void new_content_from_the_cpu_heals(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct pair *p = pair(test);

	fake_plan(fake, p->first, FAKE_READ_ERROR);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->a, p->first, 0, p->shared_a), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->a->f, p->shared_a), -EIO);
	KUNIT_EXPECT_EQ(test, fake_fini(p->a->f, p->shared_a), 0);
	KUNIT_ASSERT_EQ(test, fake_submit_one(p->b, p->second, p->shared_b, p->own_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(p->b->f, p->own_b.handle), 0);
}

/* sharing the cores */

static void three_clients_use_three_cores(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c[3];
	u32 stream[3];
	unsigned int i, used = 0;

	for (i = 0; i < 3; i++) {
		c[i] = fake_client(fake);
		stream[i] = fake_planned(c[i], FAKE_WAITS);
		KUNIT_ASSERT_EQ(test, fake_submit_one(c[i], stream[i], 0, 0), 0);
	}
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 3));
	for (i = 0; i < 3; i++) {
		used |= 1U << fake_core_of(fake, stream[i]);
		fake_finish(fake, stream[i]);
	}
	KUNIT_EXPECT_EQ(test, used, 0x7);
}

static void four_clients_share_the_cores(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c[4];
	struct fake_bo out[4];
	unsigned int i, round;

	for (i = 0; i < 4; i++) {
		c[i] = fake_client(fake);
		out[i] = fake_bo(c[i]);
	}
	for (round = 0; round < 8; round++)
		for (i = 0; i < 4; i++)
			KUNIT_ASSERT_EQ(test, fake_submit_one(c[i], fake_stream(c[i], CONVOLUTION),
							      0, out[i].handle), 0);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, fake_wait(c[i]->f, out[i].handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 32);
}

/* The fourth gets its turn although the other three never leave their cores. */
static void a_fourth_client_runs_when_a_core_is_free(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c[4];
	u32 stream[4];
	struct fake_bo out;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		c[i] = fake_client(fake);
		stream[i] = fake_planned(c[i], FAKE_WAITS);
	}
	out = fake_bo(c[3]);
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, fake_submit_one(c[i], stream[i], 0, 0), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 3));
	KUNIT_ASSERT_EQ(test, fake_submit_one(c[3], stream[3], 0, out.handle), 0);
	fake_settle(fake);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 3);
	for (i = 0; i < 3; i++)
		fake_finish(fake, stream[i]);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 4));
	fake_finish(fake, stream[3]);
	KUNIT_EXPECT_EQ(test, fake_wait(c[3]->f, out.handle), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_reader_waits_for_the_writer),
	KUNIT_CASE(a_writer_waits_for_the_reader),
	KUNIT_CASE(a_writer_waits_for_the_writer),
	KUNIT_CASE(readers_run_together),
	KUNIT_CASE(a_writer_waits_for_all_readers),
	KUNIT_CASE(strangers_run_together),
	KUNIT_CASE(a_chain_through_three_clients),
	KUNIT_CASE(a_job_waits_for_another_driver),
	KUNIT_CASE(jobs_of_one_file_stay_in_order),
	KUNIT_CASE(a_reader_of_what_was_not_produced_fails_too),
	KUNIT_CASE(it_fails_also_when_the_writer_is_long_gone),
	KUNIT_CASE(an_error_travels_down_the_chain),
	KUNIT_CASE(overwriting_heals),
	KUNIT_CASE(a_failed_reader_leaves_its_input_good),
	KUNIT_CASE(new_content_from_the_cpu_heals),
	KUNIT_CASE(three_clients_use_three_cores),
	KUNIT_CASE(four_clients_share_the_cores),
	KUNIT_CASE(a_fourth_client_runs_when_a_core_is_free),
	{}
};

struct kunit_suite npu_order_suite = {
	.name = "sunmao-npu-order",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = cases,
};
