// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what goes away while something else still uses it
 *
 * Files with jobs, buffers with jobs, cores with jobs, the device with open files
 * (NPU H.1 items 4, 6, 7, 19, 20).
 */

#include <linux/dma-fence.h>
#include <linux/ktime.h>
#include <linux/sizes.h>

#include "fake.h"
#include "suites.h"

/* files */

static void a_context_outlives_its_file(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	fake_close_begin(c->f);
	KUNIT_EXPECT_TRUE(test, fake_close_end(c->f));

	/* The job still runs, so its address space and buffers are still there. */
	KUNIT_EXPECT_EQ(test, fake->vms, 1);
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 2);
	fake_finish(fake, stream);
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 0));
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 0);
}

static void jobs_in_a_queue_run_after_the_file_is_closed(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream[3] = { fake_planned(c, FAKE_WAITS), fake_planned(c, FAKE_COMPLETES),
			  fake_planned(c, FAKE_COMPLETES) };
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream[i], 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	fake_close_begin(c->f);
	fake_finish(fake, stream[0]);
	KUNIT_EXPECT_TRUE(test, fake_close_end(c->f));
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 0));
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 3);
}

static void a_hung_job_of_a_closed_file_is_cleaned_up(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);

	fake_short_limits(fake);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, fake_planned(c, FAKE_HANGS), 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	fake_close_begin(c->f);
	KUNIT_EXPECT_TRUE(test, fake_close_end(c->f));
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 0));
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 0);
}

static void closing_one_file_leaves_the_others_alone(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *a = fake_client(fake), *b = fake_client(fake);
	struct fake_bo out = fake_bo(b);
	u32 stream = fake_planned(b, FAKE_WAITS);

	KUNIT_ASSERT_EQ(test, fake_submit_one(b, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	fake_close(a->f);
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 1));
	fake_finish(fake, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(b->f, out.handle), 0);
}

static void opening_and_closing_leaves_nothing_behind(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	unsigned int round;

	for (round = 0; round < 50; round++) {
		struct fake_bo bo[3];
		struct fake_file *f;
		unsigned int i;
		int error;

		f = fake_open(fake, &error);
		KUNIT_ASSERT_EQ(test, error, 0);
		for (i = 0; i < 3; i++)
			KUNIT_ASSERT_EQ(test, fake_create_bo(f, (i + 1) * SZ_4K, &bo[i]), 0);
		fake_close_bo(f, bo[1].handle);
		fake_close(f);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 0));
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 0);
}

/* buffers */

/* NPU-UAPI 1.6: weights and streams are used by jobs that do not list them. */
static void a_closed_buffer_stays_mapped_for_jobs_that_may_use_it(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo weights = fake_bo(c), out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	KUNIT_EXPECT_EQ(test, fake_close_bo(c->f, weights.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_close_bo(c->f, c->code.handle), 0);
	flush_workqueue(npu_wq);
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 3);

	fake_finish(fake, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait_maps(fake, 1));
}

static void a_closed_output_is_kept_until_it_is_written(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	KUNIT_EXPECT_EQ(test, fake_close_bo(c->f, out.handle), 0);
	flush_workqueue(npu_wq);
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 2);
	fake_finish(fake, stream);
	KUNIT_EXPECT_TRUE(test, fake_wait_maps(fake, 1));
}

/* cores */

struct remover {
	struct work_struct work;
	struct fake_npu *fake;
	unsigned int id;
	struct completion gone;
};

static void remover_work(struct work_struct *work)
{
	struct remover *r = container_of(work, struct remover, work);

	fake_remove_core(r->fake, r->id);
	complete(&r->gone);
}

/* Removal waits for the running job, so it has to run beside the test. */
static struct remover *remove_begin(struct kunit *test, unsigned int id)
{
	struct remover *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	r->fake = test->priv;
	r->id = id;
	init_completion(&r->gone);
	INIT_WORK(&r->work, remover_work);
	schedule_work(&r->work);
	return r;
}

static bool remove_end(struct remover *r)
{
	return wait_for_completion_timeout(&r->gone, FAKE_LIMIT);
}

static void a_removed_core_gets_no_job(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream[6];
	unsigned int i;

	fake_remove_core(fake, 0);
	fake_remove_core(fake, 2);
	for (i = 0; i < 6; i++) {
		stream[i] = fake_stream(c, CONVOLUTION);
		KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream[i], 0, out.handle), 0);
	}
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, fake_core_of(fake, stream[i]), 1);
}

static void removal_waits_for_the_running_job(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);
	struct remover *r;

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	r = remove_begin(test, fake_core_of(fake, stream));
	fake_finish(fake, stream);
	KUNIT_EXPECT_TRUE(test, remove_end(r));
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

static void removal_is_bounded_when_the_job_hangs(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_HANGS);

	fake_short_limits(fake);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	KUNIT_EXPECT_TRUE(test, remove_end(remove_begin(test, fake_core_of(fake, stream))));
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), -ETIME);
}

/*
 * Two clients meet on one core: A's job runs, B's is queued behind it, because the
 * core that B used was removed. All other cores are gone.
 */
struct meeting {
	struct fake_client *a, *b;
	struct fake_bo out_a, out_b;
	u32 first, second;
	unsigned int core, other;
};

static struct meeting *meeting(struct kunit *test)
{
	struct meeting *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	struct fake_npu *fake = test->priv;
	struct dma_fence *fence;
	struct fake_bo bo;
	u32 before;

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->a = fake_client(fake);
	m->b = fake_client(fake);
	m->out_a = fake_bo(m->a);
	m->out_b = fake_bo(m->b);
	m->first = fake_planned(m->a, FAKE_WAITS);
	m->second = fake_planned(m->b, FAKE_COMPLETES);
	before = fake_planned(m->b, FAKE_WAITS);

	bo = fake_bo(m->b);

	fake_remove_core(fake, 2);
	KUNIT_ASSERT_EQ(test, fake_submit_one(m->a, m->first, 0, m->out_a.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 1));
	KUNIT_ASSERT_EQ(test, fake_submit_one(m->b, before, 0, bo.handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 2));
	m->core = fake_core_of(fake, m->first);
	m->other = fake_core_of(fake, before);
	KUNIT_ASSERT_NE(test, m->core, m->other);

	/* B keeps its place while it has jobs; the second one waits for somebody else. */
	fence = fake_foreign_writer(m->b->f, m->out_b.handle);
	KUNIT_ASSERT_EQ(test, fake_submit_one(m->b, m->second, 0, m->out_b.handle), 0);
	fake_finish(fake, before);
	KUNIT_ASSERT_EQ(test, fake_wait(m->b->f, bo.handle), 0);
	fake_remove_core(fake, m->other);
	fake_signal(fence);
	fake_settle(fake);
	KUNIT_ASSERT_EQ(test, fake_kicks(fake), 2);
	return m;
}

static void jobs_behind_a_removed_core_move(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct meeting *m = meeting(test);
	struct remover *r;

	KUNIT_ASSERT_TRUE(test, fake_add_core(fake, m->other));
	r = remove_begin(test, m->core);
	KUNIT_EXPECT_EQ(test, fake_wait(m->b->f, m->out_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_core_of(fake, m->second), (int)m->other);
	KUNIT_EXPECT_EQ(test, fake_poll(m->a->f, m->out_a.handle), -EBUSY);
	fake_finish(fake, m->first);
	KUNIT_EXPECT_TRUE(test, remove_end(r));
	KUNIT_EXPECT_EQ(test, fake_wait(m->a->f, m->out_a.handle), 0);
}

/*
 * Core 0 last ran a job of A and sleeps, a job of B waits in its queue. It is about
 * to wake for it and stops at the gate; core 1 is there to take over.
 */
struct handover {
	struct fake_client *a, *b;
	struct fake_bo out_a, out_b;
	u32 first, second;
	struct remover *remover;
};

static struct handover *handover(struct kunit *test, int power_error)
{
	struct handover *h = kunit_kzalloc(test, sizeof(*h), GFP_KERNEL);
	struct fake_npu *fake = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, h);
	h->a = fake_client(fake);
	h->b = fake_client(fake);
	h->out_a = fake_bo(h->a);
	h->out_b = fake_bo(h->b);
	h->first = fake_planned(h->a, FAKE_COMPLETES);
	h->second = fake_planned(h->b, FAKE_COMPLETES);
	fake_remove_core(fake, 1);
	fake_remove_core(fake, 2);
	KUNIT_ASSERT_EQ(test, fake_submit_one(h->a, h->first, 0, h->out_a.handle), 0);
	KUNIT_ASSERT_EQ(test, fake_wait(h->a->f, h->out_a.handle), 0);
	npu_core_hold(&fake->cores[0].core);
	KUNIT_ASSERT_EQ(test, fake_submit_one(h->b, h->second, 0, h->out_b.handle), 0);
	fake_settle(fake);
	KUNIT_ASSERT_TRUE(test, fake_add_core(fake, 1));

	fake->cores[0].power_error = power_error;
	fake->power_gate = BIT(0);
	npu_core_release(&fake->cores[0].core);
	KUNIT_ASSERT_TRUE(test, fake_wait_at_gate(fake, 1));
	h->remover = remove_begin(test, 0);
	/* Whether the job moves now or behind the gate is up to the driver. */
	fake_prep(h->b->f, h->out_b.handle, ktime_get_ns() + 200 * NSEC_PER_MSEC);
	return h;
}

static void a_core_removed_while_it_wakes(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct handover *h = handover(test, 0);

	fake_open_gate(fake);
	KUNIT_EXPECT_TRUE(test, remove_end(h->remover));
	KUNIT_EXPECT_EQ(test, fake_wait(h->b->f, h->out_b.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 2);
}

static void a_core_removed_while_it_fails_to_wake(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct handover *h = handover(test, -EREMOTEIO);
	int result;

	fake_open_gate(fake);
	KUNIT_EXPECT_TRUE(test, remove_end(h->remover));
	result = fake_wait(h->b->f, h->out_b.handle);
	KUNIT_EXPECT_TRUE_MSG(test, !result || result == -EIO, "%d", result);
	KUNIT_EXPECT_LE(test, fake_kicks(fake), 2);
}

/* The core that goes may still have the address space of a context that ends. */
static void a_context_may_end_while_its_core_goes(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct handover *h = handover(test, 0);

	fake_close(h->a->f);
	fake_wait_vms_briefly(fake, 1);
	fake_open_gate(fake);
	KUNIT_EXPECT_TRUE(test, remove_end(h->remover));
	KUNIT_EXPECT_EQ(test, fake_wait(h->b->f, h->out_b.handle), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 1));
}

/* B's job is about to start where A's has just ended, and B goes at that moment. */
static void a_core_removed_while_it_changes_hands(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct meeting *m = meeting(test);
	struct remover *r;

	KUNIT_ASSERT_TRUE(test, fake_add_core(fake, m->other));
	fake->reset_gate = BIT(m->core);
	fake_finish(fake, m->first);
	KUNIT_ASSERT_TRUE(test, fake_wait_at_gate(fake, 1));

	r = remove_begin(test, m->core);
	/* Whether the job moves now or behind the gate is up to the driver. */
	fake_prep(m->b->f, m->out_b.handle, ktime_get_ns() + 200 * NSEC_PER_MSEC);
	fake_close_begin(m->b->f);
	fake_wait_vms_briefly(fake, 1);
	fake_open_gate(fake);
	KUNIT_EXPECT_TRUE(test, remove_end(r));
	KUNIT_EXPECT_TRUE(test, fake_close_end(m->b->f));
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 1));
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 3);
}

static void without_cores_jobs_fail_at_once(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	unsigned int i;

	for (i = 0; i < FAKE_CORES; i++)
		fake_remove_core(fake, i);
	KUNIT_EXPECT_FALSE(test, npu_device_has_cores(fake->ndev));
	if (!fake_submit_one(c, fake_stream(c, CONVOLUTION), 0, out.handle))
		KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 0);
}

static void jobs_behind_the_last_core_fail(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct meeting *m = meeting(test);
	struct remover *r;

	r = remove_begin(test, m->core);
	KUNIT_EXPECT_EQ(test, fake_wait(m->b->f, m->out_b.handle), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_poll(m->a->f, m->out_a.handle), -EBUSY);
	fake_finish(fake, m->first);
	KUNIT_EXPECT_TRUE(test, remove_end(r));
	KUNIT_EXPECT_EQ(test, fake_wait(m->a->f, m->out_a.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_event(fake, FAKE_KICK, m->second), -1);
}

/* H.1 item 19: a rebound core overwrote a live one. */
static void a_core_that_comes_back_is_used(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo out = fake_bo(c);
	unsigned int i, round;
	u32 stream;

	for (round = 0; round < 10; round++)
		for (i = 0; i < FAKE_CORES; i++) {
			fake_remove_core(fake, i);
			KUNIT_ASSERT_TRUE(test, fake_add_core(fake, i));
		}
	fake_remove_core(fake, 0);
	fake_remove_core(fake, 1);
	stream = fake_stream(c, CONVOLUTION);
	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_core_of(fake, stream), 2);
}

static void two_cores_cannot_have_one_number(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct npu_core *twin = kunit_kzalloc(test, sizeof(*twin), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, twin);
	npu_core_init(twin, fake->parent, &fake->soc, fake->cores[1].core.ops, 1);
	KUNIT_EXPECT_EQ(test, npu_device_add_core(fake->ndev, twin), -EBUSY);
}

/* the device */

static void open_files_survive_the_device(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo bo = fake_bo(c), other;
	u32 stream = fake_stream(c, CONVOLUTION);
	unsigned int i;
	int error;

	for (i = 0; i < FAKE_CORES; i++)
		fake_remove_core(fake, i);
	fake_unplug(fake);

	KUNIT_EXPECT_EQ(test, fake_create_bo(c->f, SZ_4K, &other), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_submit_one(c, stream, 0, bo.handle), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, bo.handle), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_fini(c->f, bo.handle), -ENODEV);
	KUNIT_EXPECT_NULL(test, fake_open(fake, &error));
	KUNIT_EXPECT_EQ(test, error, -ENODEV);

	fake_close(c->f);
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(fake, 0));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_context_outlives_its_file),
	KUNIT_CASE(jobs_in_a_queue_run_after_the_file_is_closed),
	KUNIT_CASE(a_hung_job_of_a_closed_file_is_cleaned_up),
	KUNIT_CASE(closing_one_file_leaves_the_others_alone),
	KUNIT_CASE(opening_and_closing_leaves_nothing_behind),
	KUNIT_CASE(a_closed_buffer_stays_mapped_for_jobs_that_may_use_it),
	KUNIT_CASE(a_closed_output_is_kept_until_it_is_written),
	KUNIT_CASE(a_removed_core_gets_no_job),
	KUNIT_CASE(removal_waits_for_the_running_job),
	KUNIT_CASE(removal_is_bounded_when_the_job_hangs),
	KUNIT_CASE(jobs_behind_a_removed_core_move),
	KUNIT_CASE(a_core_removed_while_it_wakes),
	KUNIT_CASE(a_core_removed_while_it_fails_to_wake),
	KUNIT_CASE(a_core_removed_while_it_changes_hands),
	KUNIT_CASE(a_context_may_end_while_its_core_goes),
	KUNIT_CASE(without_cores_jobs_fail_at_once),
	KUNIT_CASE(jobs_behind_the_last_core_fail),
	KUNIT_CASE(a_core_that_comes_back_is_used),
	KUNIT_CASE(two_cores_cannot_have_one_number),
	KUNIT_CASE(open_files_survive_the_device),
	{}
};

struct kunit_suite npu_life_suite = {
	.name = "sunmao-npu-life",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = cases,
};
