// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: SUBMIT, from user memory to the kick
 *
 * NPU-UAPI 1.3 to 1.6 and the interface's own documentation. Refused submissions
 * have started nothing, whichever of their jobs is wrong.
 */

#include <linux/sizes.h>
#include <linux/uaccess.h>

#include <drm/sunmao_npu_drm.h>

#include "fake.h"
#include "npu_submit.h"
#include "suites.h"

#define SUBMIT	0x40186441

/* a job that is in order */

static void a_convolution_runs_and_completes(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo in = fake_bo(c), out = fake_bo(c);
	struct fake_npu *fake = test->priv;
	u32 stream = fake_stream(c, CONVOLUTION);
	int core;

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, in.handle, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 1);
	core = fake_core_of(fake, stream);
	KUNIT_ASSERT_GE(test, core, 0);
	KUNIT_EXPECT_EQ(test, fake->cores[core].resets, fake_count(fake, FAKE_RESET));
}

/* H.1 item 22: pools always timed out. */
static void pooling_completes(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo out = fake_bo(c);
	u32 stream = fake_stream(c, POOLING);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

static void a_job_needs_no_buffer(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);

	KUNIT_EXPECT_EQ(test, fake_submit_one(c, fake_stream(c, CONVOLUTION), 0, 0), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait_done(test->priv, 1));
}

static void tasks_of_a_job_run_in_order_on_one_core(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_npu *fake = test->priv;
	struct fake_bo out = fake_bo(c);
	struct fake_job job = { .num_streams = 4, .out = { out.handle }, .num_out = 1 };
	unsigned int i;

	for (i = 0; i < 4; i++)
		job.stream[i] = fake_stream(c, i % 2 ? POOLING : CONVOLUTION);
	KUNIT_ASSERT_EQ(test, fake_submit(c, &job, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 4);
	for (i = 1; i < 4; i++) {
		KUNIT_EXPECT_GT(test, fake_event(fake, FAKE_KICK, job.stream[i]),
				fake_event(fake, FAKE_DONE, job.stream[i - 1]));
		KUNIT_EXPECT_EQ(test, fake_core_of(fake, job.stream[i]),
				fake_core_of(fake, job.stream[0]));
	}
}

static void the_fence_waits_for_the_last_task(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_npu *fake = test->priv;
	struct fake_bo out = fake_bo(c);
	struct fake_job job = {
		.stream = { fake_planned(c, FAKE_COMPLETES), fake_planned(c, FAKE_WAITS) },
		.num_streams = 2, .out = { out.handle }, .num_out = 1,
	};

	KUNIT_ASSERT_EQ(test, fake_submit(c, &job, 1), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(fake, 2));
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, out.handle), -EBUSY);
	fake_finish(fake, job.stream[1]);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
}

static void jobs_of_a_submission_run_in_order(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_npu *fake = test->priv;
	struct fake_bo bo[2] = { fake_bo(c), fake_bo(c) };
	struct fake_job jobs[8] = {};
	unsigned int i;

	for (i = 0; i < 8; i++) {
		jobs[i].stream[0] = fake_stream(c, CONVOLUTION);
		jobs[i].num_streams = 1;
		jobs[i].in[0] = bo[i % 2].handle;
		jobs[i].num_in = 1;
		jobs[i].out[0] = bo[!(i % 2)].handle;
		jobs[i].num_out = 1;
	}
	KUNIT_ASSERT_EQ(test, fake_submit(c, jobs, 8), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo[0].handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo[1].handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 8);
	for (i = 1; i < 8; i++)
		KUNIT_EXPECT_GT(test, fake_event(fake, FAKE_KICK, jobs[i].stream[0]),
				fake_event(fake, FAKE_DONE, jobs[i - 1].stream[0]));
}

/* F19: the ww lock said EALREADY and the job silently did nothing. */
static void a_buffer_may_be_listed_more_than_once(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo bo = fake_bo(c);
	const struct fake_job job = {
		.stream = { fake_stream(c, CONVOLUTION) }, .num_streams = 1,
		.in = { bo.handle, bo.handle }, .num_in = 2,
		.out = { bo.handle, bo.handle }, .num_out = 2,
	};

	KUNIT_ASSERT_EQ(test, fake_submit(c, &job, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(test->priv), 1);
}

/* A graph of Mesa is one submission (1.6). */
static void two_hundred_jobs_in_one_call(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_npu *fake = test->priv;
	struct fake_bo bo = fake_bo(c);
	struct fake_job *jobs;
	unsigned int i;

	jobs = kunit_kcalloc(test, 200, sizeof(*jobs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, jobs);
	jobs[0].stream[0] = fake_stream(c, CONVOLUTION);
	for (i = 0; i < 200; i++) {
		jobs[i].stream[0] = jobs[0].stream[0];
		jobs[i].num_streams = 1;
		jobs[i].in[0] = bo.handle;
		jobs[i].num_in = 1;
		jobs[i].out[0] = bo.handle;
		jobs[i].num_out = 1;
	}
	KUNIT_ASSERT_EQ(test, fake_submit(c, jobs, 200), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(fake), 200);
}

/* a submission in pieces, so that each piece can be wrong */

struct raw {
	struct fake_client *c;
	struct fake_bo in, out;
	u32 handles[2];
	struct drm_sunmao_npu_task task;
	struct drm_sunmao_npu_job job;
	struct drm_sunmao_npu_submit submit;
};

static struct raw *raw(struct kunit *test)
{
	struct raw *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	r->c = fake_client(test->priv);
	r->in = fake_bo(r->c);
	r->out = fake_bo(r->c);
	r->handles[0] = r->in.handle;
	r->handles[1] = r->out.handle;
	r->task.regcmd = fake_stream(r->c, CONVOLUTION);
	r->task.regcmd_count = 8;
	r->job.task_count = 1;
	r->job.task_struct_size = 8;
	r->job.in_bo_handle_count = 1;
	r->job.out_bo_handle_count = 1;
	r->submit.job_count = 1;
	r->submit.job_struct_size = 40;
	return r;
}

/* Puts everything where user space would have it; pointers that are set stay. */
static void lay_out(struct kunit *test, struct raw *r)
{
	if (!r->job.tasks)
		r->job.tasks = fake_user(test->priv, &r->task, sizeof(r->task));
	if (!r->job.in_bo_handles)
		r->job.in_bo_handles = fake_user(test->priv, &r->handles[0], 4);
	if (!r->job.out_bo_handles)
		r->job.out_bo_handles = fake_user(test->priv, &r->handles[1], 4);
	if (!r->submit.jobs)
		r->submit.jobs = fake_user(test->priv, &r->job, sizeof(r->job));
}

static int run(struct kunit *test, struct raw *r)
{
	lay_out(test, r);
	return fake_ioctl(r->c->f, SUBMIT, &r->submit, sizeof(r->submit));
}

/* Nothing was started, and nothing says that something would be. */
static void expect_untouched(struct kunit *test, struct raw *r)
{
	fake_settle(test->priv);
	KUNIT_EXPECT_EQ(test, fake_kicks(test->priv), 0);
	KUNIT_EXPECT_EQ(test, fake_poll(r->c->f, r->in.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_poll(r->c->f, r->out.handle), 0);
}

#define REFUSED(name, error, change)				\
static void name(struct kunit *test)				\
{								\
	struct raw *r = raw(test);				\
								\
	change;							\
	KUNIT_EXPECT_EQ(test, run(test, r), error);		\
	expect_untouched(test, r);				\
}

static void the_pieces_are_in_order(struct kunit *test)
{
	struct raw *r = raw(test);

	KUNIT_ASSERT_EQ(test, run(test, r), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(r->c->f, r->out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(test->priv), 1);
}

static void no_job_is_no_error(struct kunit *test)
{
	struct raw *r = raw(test);

	r->submit.job_count = 0;
	r->submit.jobs = 8;
	KUNIT_EXPECT_EQ(test, run(test, r), 0);
	expect_untouched(test, r);
}

REFUSED(reserved_must_be_0, -EINVAL, r->submit.reserved = 1)
REFUSED(jobs_must_not_be_shorter_than_published, -EINVAL, r->submit.job_struct_size = 39)
REFUSED(too_many_jobs, -EINVAL, r->submit.job_count = NPU_MAX_JOBS + 1)
REFUSED(as_many_jobs_as_fit_the_type, -EINVAL, r->submit.job_count = U32_MAX)
REFUSED(a_bad_pointer_to_the_jobs, -EFAULT, r->submit.jobs = 8)
REFUSED(a_kernel_pointer_to_the_jobs, -EFAULT, r->submit.jobs = (unsigned long)&r->job)
REFUSED(a_job_without_tasks, -EINVAL, r->job.task_count = 0)
REFUSED(tasks_must_not_be_shorter_than_published, -EINVAL, r->job.task_struct_size = 7)
REFUSED(as_many_tasks_as_fit_the_type, -EINVAL, r->job.task_count = U32_MAX)
REFUSED(as_many_inputs_as_fit_the_type, -EINVAL, r->job.in_bo_handle_count = U32_MAX)
REFUSED(a_bad_pointer_to_the_tasks, -EFAULT, r->job.tasks = 8)
REFUSED(a_bad_pointer_to_the_inputs, -EFAULT, r->job.in_bo_handles = 8)
REFUSED(a_bad_pointer_to_the_outputs, -EFAULT, r->job.out_bo_handles = 8)
REFUSED(an_unknown_input, -ENOENT, r->handles[0] = 4711)
REFUSED(an_unknown_output, -ENOENT, r->handles[1] = 4711)
REFUSED(handle_0, -ENOENT, r->handles[0] = 0)
REFUSED(an_empty_stream, -EINVAL, r->task.regcmd_count = 0)
REFUSED(a_stream_in_slave_mode, -EINVAL, r->task.regcmd |= 1)
REFUSED(a_stream_between_two_addresses, -EINVAL, r->task.regcmd |= 8)
REFUSED(a_stream_longer_than_the_register_holds, -EINVAL, r->task.regcmd_count = 131073)
REFUSED(a_stream_at_address_0, -EINVAL, r->task.regcmd = 0)
REFUSED(a_stream_outside_all_buffers, -EINVAL, r->task.regcmd = 0xfff00000)
REFUSED(a_stream_that_leaves_its_buffer, -EINVAL,
	r->task.regcmd_count = (SZ_64K - (r->task.regcmd - r->c->code.iova)) / 8 + 2)

static void a_stream_that_fills_its_buffer(struct kunit *test)
{
	struct raw *r = raw(test);
	static const u64 start = 0x00810000001d0008ULL;

	r->task.regcmd = r->c->code.iova;
	r->task.regcmd_count = SZ_64K / 8;
	KUNIT_ASSERT_EQ(test, fake_write(r->c->f, r->c->code.handle, SZ_64K - 8,
					 &start, sizeof(start)), 0);
	KUNIT_ASSERT_EQ(test, run(test, r), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(r->c->f, r->out.handle), 0);
}

static void a_stream_in_a_closed_buffer(struct kunit *test)
{
	struct raw *r = raw(test);

	KUNIT_ASSERT_EQ(test, fake_close_bo(r->c->f, r->c->code.handle), 0);
	KUNIT_EXPECT_EQ(test, run(test, r), -EINVAL);
	expect_untouched(test, r);
}

static void a_stream_of_another_client(struct kunit *test)
{
	struct raw *r = raw(test);
	struct fake_client *other = fake_client(test->priv);
	struct fake_bo far;

	/* An address that only the other client uses. */
	KUNIT_ASSERT_EQ(test, fake_create_bo(other->f, SZ_1M, &far), 0);
	r->task.regcmd = far.iova + SZ_512K;
	KUNIT_EXPECT_EQ(test, run(test, r), -EINVAL);
	expect_untouched(test, r);
}

/* What a later version would append. */
static void a_longer_job_whose_tail_is_0(struct kunit *test)
{
	struct raw *r = raw(test);
	u8 bytes[64] = {};

	lay_out(test, r);
	memcpy(bytes, &r->job, sizeof(r->job));
	r->submit.jobs = fake_user(test->priv, bytes, sizeof(bytes));
	r->submit.job_struct_size = sizeof(bytes);
	KUNIT_ASSERT_EQ(test, run(test, r), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(r->c->f, r->out.handle), 0);
}

static void a_longer_job_whose_tail_means_something(struct kunit *test)
{
	struct raw *r = raw(test);
	u8 bytes[64] = {};

	lay_out(test, r);
	memcpy(bytes, &r->job, sizeof(r->job));
	bytes[63] = 1;
	r->submit.jobs = fake_user(test->priv, bytes, sizeof(bytes));
	r->submit.job_struct_size = sizeof(bytes);
	KUNIT_EXPECT_EQ(test, run(test, r), -E2BIG);
	expect_untouched(test, r);
}

static void longer_tasks_are_found_by_their_stride(struct kunit *test)
{
	struct raw *r = raw(test);
	struct {
		struct drm_sunmao_npu_task task;
		u64 tail;
	} tasks[2] = {};
	u32 second = fake_stream(r->c, CONVOLUTION);

	tasks[0].task = r->task;
	tasks[1].task = r->task;
	tasks[1].task.regcmd = second;
	r->job.tasks = fake_user(test->priv, tasks, sizeof(tasks));
	r->job.task_count = 2;
	r->job.task_struct_size = 16;
	KUNIT_ASSERT_EQ(test, run(test, r), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(r->c->f, r->out.handle), 0);
	KUNIT_EXPECT_GE(test, fake_core_of(test->priv, second), 0);
}

static void a_longer_task_whose_tail_means_something(struct kunit *test)
{
	struct raw *r = raw(test);
	struct {
		struct drm_sunmao_npu_task task;
		u64 tail;
	} task = { r->task, 1 };

	r->job.tasks = fake_user(test->priv, &task, sizeof(task));
	r->job.task_struct_size = 16;
	KUNIT_EXPECT_EQ(test, run(test, r), -E2BIG);
	expect_untouched(test, r);
}

/* all or nothing */

struct wrong_case {
	const char *name;
	unsigned int place;
	unsigned int what;
	int error;
};

enum { BAD_STREAM, BAD_HANDLE, BAD_POINTER, BAD_COUNT };

/* H.1 item 1: the ioctl returned 0 although jobs were refused. */
static const struct wrong_case wrong_cases[] = {
	{ "first job, stream", 0, BAD_STREAM, -EINVAL },
	{ "middle job, stream", 1, BAD_STREAM, -EINVAL },
	{ "last job, stream", 2, BAD_STREAM, -EINVAL },
	{ "first job, handle", 0, BAD_HANDLE, -ENOENT },
	{ "last job, handle", 2, BAD_HANDLE, -ENOENT },
	{ "first job, pointer", 0, BAD_POINTER, -EFAULT },
	{ "last job, pointer", 2, BAD_POINTER, -EFAULT },
	{ "last job, task count", 2, BAD_COUNT, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(wrong, wrong_cases, name);

static void one_wrong_job_and_none_runs(struct kunit *test)
{
	const struct wrong_case *w = test->param_value;
	struct raw *r = raw(test);
	struct drm_sunmao_npu_job jobs[3];
	struct drm_sunmao_npu_task task = r->task;
	u32 handle = 4711;

	lay_out(test, r);
	jobs[0] = r->job;
	jobs[1] = r->job;
	jobs[2] = r->job;
	switch (w->what) {
	case BAD_STREAM:
		task.regcmd = 0xfff00000;
		jobs[w->place].tasks = fake_user(test->priv, &task, sizeof(task));
		break;
	case BAD_HANDLE:
		jobs[w->place].out_bo_handles = fake_user(test->priv, &handle, sizeof(handle));
		break;
	case BAD_POINTER:
		jobs[w->place].tasks = 8;
		break;
	case BAD_COUNT:
		jobs[w->place].task_count = 0;
		break;
	}
	r->submit.jobs = fake_user(test->priv, jobs, sizeof(jobs));
	r->submit.job_count = 3;
	KUNIT_EXPECT_EQ(test, run(test, r), w->error);
	expect_untouched(test, r);
}

static void a_refused_submission_does_not_spoil_the_next(struct kunit *test)
{
	struct raw *r = raw(test);
	u32 good = r->task.regcmd;

	r->task.regcmd = 0xfff00000;
	KUNIT_ASSERT_EQ(test, run(test, r), -EINVAL);
	KUNIT_ASSERT_EQ(test, fake_submit_one(r->c, good, r->in.handle, r->out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(r->c->f, r->out.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_kicks(test->priv), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_convolution_runs_and_completes),
	KUNIT_CASE(pooling_completes),
	KUNIT_CASE(a_job_needs_no_buffer),
	KUNIT_CASE(tasks_of_a_job_run_in_order_on_one_core),
	KUNIT_CASE(the_fence_waits_for_the_last_task),
	KUNIT_CASE(jobs_of_a_submission_run_in_order),
	KUNIT_CASE(a_buffer_may_be_listed_more_than_once),
	KUNIT_CASE(two_hundred_jobs_in_one_call),
	KUNIT_CASE(the_pieces_are_in_order),
	KUNIT_CASE(no_job_is_no_error),
	KUNIT_CASE(reserved_must_be_0),
	KUNIT_CASE(jobs_must_not_be_shorter_than_published),
	KUNIT_CASE(too_many_jobs),
	KUNIT_CASE(as_many_jobs_as_fit_the_type),
	KUNIT_CASE(a_bad_pointer_to_the_jobs),
	KUNIT_CASE(a_kernel_pointer_to_the_jobs),
	KUNIT_CASE(a_job_without_tasks),
	KUNIT_CASE(tasks_must_not_be_shorter_than_published),
	KUNIT_CASE(as_many_tasks_as_fit_the_type),
	KUNIT_CASE(as_many_inputs_as_fit_the_type),
	KUNIT_CASE(a_bad_pointer_to_the_tasks),
	KUNIT_CASE(a_bad_pointer_to_the_inputs),
	KUNIT_CASE(a_bad_pointer_to_the_outputs),
	KUNIT_CASE(an_unknown_input),
	KUNIT_CASE(an_unknown_output),
	KUNIT_CASE(handle_0),
	KUNIT_CASE(an_empty_stream),
	KUNIT_CASE(a_stream_in_slave_mode),
	KUNIT_CASE(a_stream_between_two_addresses),
	KUNIT_CASE(a_stream_longer_than_the_register_holds),
	KUNIT_CASE(a_stream_at_address_0),
	KUNIT_CASE(a_stream_outside_all_buffers),
	KUNIT_CASE(a_stream_that_leaves_its_buffer),
	KUNIT_CASE(a_stream_that_fills_its_buffer),
	KUNIT_CASE(a_stream_in_a_closed_buffer),
	KUNIT_CASE(a_stream_of_another_client),
	KUNIT_CASE(a_longer_job_whose_tail_is_0),
	KUNIT_CASE(a_longer_job_whose_tail_means_something),
	KUNIT_CASE(longer_tasks_are_found_by_their_stride),
	KUNIT_CASE(a_longer_task_whose_tail_means_something),
	KUNIT_CASE_PARAM(one_wrong_job_and_none_runs, wrong_gen_params),
	KUNIT_CASE(a_refused_submission_does_not_spoil_the_next),
	{}
};

struct kunit_suite npu_submit_suite = {
	.name = "sunmao-npu-submit",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = cases,
};
