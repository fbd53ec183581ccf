// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what SUBMIT accepts, on plain structures
 *
 * Every limit: the least, the most, one beyond (NPU-UAPI 1.3, 1.5; H.1 items 17
 * and 18). Structures at user addresses are looked at in submit.c.
 */

#include <drm/sunmao_npu_drm.h>

#include "npu_kick.h"
#include "npu_soc.h"
#include "npu_submit.h"
#include "suites.h"

/* ABI: the layout that user space was built with, NPU-UAPI 1.2 and 1.3. */
static void the_binary_interface_is_the_published_one(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_SUNMAO_NPU_CREATE_BO, 0xc0186440);
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_SUNMAO_NPU_SUBMIT, 0x40186441);
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_SUNMAO_NPU_PREP_BO, 0x40106442);
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_SUNMAO_NPU_FINI_BO, 0x40086443);

	KUNIT_EXPECT_EQ(test, sizeof(struct drm_sunmao_npu_create_bo), 24);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_sunmao_npu_submit), 24);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_sunmao_npu_job), 40);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_sunmao_npu_task), 8);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_sunmao_npu_prep_bo), 16);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_sunmao_npu_fini_bo), 8);

	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_create_bo, handle), 4);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_create_bo, dma_address), 8);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_create_bo, offset), 16);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_submit, job_count), 8);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_submit, job_struct_size), 12);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_submit, reserved), 16);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_job, in_bo_handles), 8);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_job, out_bo_handles), 16);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_job, task_count), 24);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_job, task_struct_size), 28);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_job, in_bo_handle_count), 32);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_job, out_bo_handle_count), 36);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_task, regcmd_count), 4);
	KUNIT_EXPECT_EQ(test, offsetof(struct drm_sunmao_npu_prep_bo, timeout_ns), 8);
}

struct submit_case {
	const char *name;
	struct drm_sunmao_npu_submit submit;
	int result;
};

#define SUBMIT(n, count, stride, rsvd, res) {			\
	.name = (n),						\
	.submit = {						\
		.jobs = 0x1000,					\
		.job_count = (count),				\
		.job_struct_size = (stride),			\
		.reserved = (rsvd),				\
	},							\
	.result = (res),					\
}

static const struct submit_case submit_cases[] = {
	SUBMIT("no job at all", 0, 40, 0, 0),
	SUBMIT("one job of the published size", 1, 40, 0, 0),
	SUBMIT("stride one short", 1, 39, 0, -EINVAL),
	SUBMIT("stride 0", 1, 0, 0, -EINVAL),
	SUBMIT("a longer job of a later version", 1, 48, 0, 0),
	SUBMIT("most jobs", NPU_MAX_JOBS, 40, 0, 0),
	SUBMIT("one job too many", NPU_MAX_JOBS + 1, 40, 0, -EINVAL),
	SUBMIT("job count at the end of its type", U32_MAX, 40, 0, -EINVAL),
	SUBMIT("count times stride wraps 32 bits", 0x08000000, 0x40, 0, -EINVAL),
	SUBMIT("lowest reserved bit", 1, 40, 1, -EINVAL),
	SUBMIT("highest reserved bit", 1, 40, BIT_ULL(63), -EINVAL),
	SUBMIT("reserved is checked without jobs too", 0, 40, 1, -EINVAL),
};

KUNIT_ARRAY_PARAM_DESC(submit, submit_cases, name);

static void submit_header(struct kunit *test)
{
	const struct submit_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_submit_check(&c->submit), c->result);
}

struct job_case {
	const char *name;
	struct drm_sunmao_npu_job job;
	int result;
};

#define JOB(n, count, stride, in, out, res) {			\
	.name = (n),						\
	.job = {						\
		.tasks = 0x1000,				\
		.in_bo_handles = 0x2000,			\
		.out_bo_handles = 0x3000,			\
		.task_count = (count),				\
		.task_struct_size = (stride),			\
		.in_bo_handle_count = (in),			\
		.out_bo_handle_count = (out),			\
	},							\
	.result = (res),					\
}

static const struct job_case job_cases[] = {
	JOB("one task, no buffer", 1, 8, 0, 0, 0),
	JOB("no task", 0, 8, 1, 1, -EINVAL),
	JOB("stride one short", 1, 7, 1, 1, -EINVAL),
	JOB("stride 0", 1, 0, 1, 1, -EINVAL),
	JOB("a longer task of a later version", 1, 16, 1, 1, 0),
	JOB("most tasks", NPU_MAX_TASKS, 8, 1, 1, 0),
	JOB("one task too many", NPU_MAX_TASKS + 1, 8, 1, 1, -EINVAL),
	JOB("task count at the end of its type", U32_MAX, 8, 1, 1, -EINVAL),
	JOB("count times stride wraps 32 bits", 0x20000000, 8, 1, 1, -EINVAL),
	JOB("most inputs", 1, 8, NPU_MAX_BOS, 1, 0),
	JOB("one input too many", 1, 8, NPU_MAX_BOS + 1, 1, -EINVAL),
	JOB("input count at the end of its type", 1, 8, U32_MAX, 0, -EINVAL),
	JOB("most outputs", 1, 8, 1, NPU_MAX_BOS, 0),
	JOB("one output too many", 1, 8, 1, NPU_MAX_BOS + 1, -EINVAL),
	JOB("output count at the end of its type", 1, 8, 0, U32_MAX, -EINVAL),
	JOB("inputs plus outputs wrap 32 bits", 1, 8, 0x80000000, 0x80000000, -EINVAL),
};

KUNIT_ARRAY_PARAM_DESC(job, job_cases, name);

static void job_description(struct kunit *test)
{
	const struct job_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_job_check(&c->job), c->result);
}

struct task_case {
	const char *name;
	struct drm_sunmao_npu_task task;
	int result;
};

#define TASK(n, address, words, res) \
	{ .name = (n), .task = { .regcmd = (address), .regcmd_count = (words) }, .result = (res) }

/*
 * The fetch length is a 16-bit field in units of two words, the address field
 * starts at bit 4, and bit 0 of the same register selects slave mode (D.1).
 */
static const struct task_case task_cases[] = {
	TASK("a usual convolution", 0x00010000, 130, 0),
	TASK("empty", 0x00010000, 0, -EINVAL),
	TASK("shortest", 0x00010000, 1, 0),
	TASK("longest", 0x00010000, 131072, 0),
	TASK("one word too long", 0x00010000, 131073, -EINVAL),
	TASK("length at the end of its type", 0x00010000, U32_MAX, -EINVAL),
	TASK("length whose bytes wrap 32 bits", 0x00010000, 0x20000001, -EINVAL),
	TASK("bit 0 would select slave mode", 0x00010001, 130, -EINVAL),
	TASK("bit 1 is not in the register", 0x00010002, 130, -EINVAL),
	TASK("bit 2 is not in the register", 0x00010004, 130, -EINVAL),
	TASK("bit 3 is not in the register", 0x00010008, 130, -EINVAL),
	TASK("bit 4 is", 0x00010010, 130, 0),
	TASK("ends with the address space", 0xfffffff0, 2, 0),
	TASK("odd length, padding ends with the address space", 0xfffffff0, 1, 0),
	TASK("one word beyond the address space", 0xfffffff0, 3, -EINVAL),
	TASK("longest, ends with the address space", 0xfff00000, 131072, 0),
	TASK("longest, beyond the address space", 0xfff00010, 131072, -EINVAL),
};

KUNIT_ARRAY_PARAM_DESC(task, task_cases, name);

static void task_description(struct kunit *test)
{
	const struct task_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_task_check(&npu_soc_rk3588, &c->task), c->result);
}

/* RK356x counts single words (A.2, B.6), so its longest stream is half as long. */
static void the_longest_stream_depends_on_the_soc(struct kunit *test)
{
	struct npu_soc rk356x = npu_soc_rk3588;
	struct drm_sunmao_npu_task task = { .regcmd = 0x1000, .regcmd_count = 65536 };

	rk356x.amount_scale = 1;
	KUNIT_EXPECT_EQ(test, npu_task_check(&rk356x, &task), 0);
	task.regcmd_count = 65537;
	KUNIT_EXPECT_EQ(test, npu_task_check(&rk356x, &task), -EINVAL);
	KUNIT_EXPECT_EQ(test, npu_task_check(&npu_soc_rk3588, &task), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_binary_interface_is_the_published_one),
	KUNIT_CASE_PARAM(submit_header, submit_gen_params),
	KUNIT_CASE_PARAM(job_description, job_gen_params),
	KUNIT_CASE_PARAM(task_description, task_gen_params),
	KUNIT_CASE(the_longest_stream_depends_on_the_soc),
	{}
};

struct kunit_suite npu_validation_suite = {
	.name = "sunmao-npu-validation",
	.test_cases = cases,
};
