// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conformance of the "rocket" ioctls and their answers to bad input: one
 * test per case, each of which leaves the device usable.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "regcmd.h"
#include "tap.h"
#include "workload.h"

#define NO_HANDLE	0x7ffffff0u

static struct npu_client *client(void)
{
	struct npu_client *c = npu_open();

	tap_require(c, "open: %s", strerror(errno));
	return c;
}

static struct npu_bo *buffer(struct npu_client *c, uint32_t size)
{
	struct npu_bo *bo = npu_bo_new(c, size);

	tap_require(bo, "no %u bytes: %s", size, strerror(errno));
	return bo;
}

static struct work *small(struct npu_client *c)
{
	struct work *w = work_small(c, 0x5a11);

	tap_require(w, "no job");
	return w;
}

static const char *answer(int ret)
{
	return ret ? strerror(-ret) : "success";
}

static void expect_at(int line, const char *what, int got, int want)
{
	if (got == want)
		return;
	tap_note("line %d: %s: %s, expected %s", line, what, answer(got), answer(want));
	tap_mark_failed();
}

#define expect(call, want)	expect_at(__LINE__, #call, call, want)

/* A page that can be neither read nor written. */
static void *bad_pointer(void)
{
	static void *p;

	if (!p)
		p = mmap(NULL, NPU_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p;
}

/* ---- device ---- */

static void test_version(const void *arg)
{
	char name[32] = "";
	struct drm_version v = { .name = name, .name_len = sizeof(name) - 1 };

	(void)arg;
	expect(npu_ioctl(client()->fd, DRM_IOCTL_VERSION, &v), 0);
	tap_check(!strcmp(name, "rocket"), "name '%s'", name);
	tap_check(!v.version_major && !v.version_minor && !v.version_patchlevel,
		  "version %d.%d.%d", v.version_major, v.version_minor,
		  v.version_patchlevel);
}

static void test_unknown_ioctl(const void *arg)
{
	char data[64] = { 0 };
	int fd = client()->fd;
	unsigned int nr;

	(void)arg;
	for (nr = 0x44; nr < 0xa0; nr++) {
		int ret = npu_ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, 'd', nr, 16), data);

		tap_check(ret < 0, "driver command %#x answered", nr);
	}
	expect(npu_ioctl(fd, _IOC(_IOC_WRITE, 'x', 0x41, 24), data), -ENOTTY);
}

/* ---- CREATE_BO ---- */

static void test_create(const void *arg)
{
	struct npu_abi_create_bo args = { .size = 3 * NPU_PAGE };
	struct npu_client *c = client();

	(void)arg;
	expect(npu_create_bo(c->fd, &args), 0);
	tap_check(args.handle, "handle is 0");
	tap_check(args.dma_address, "device address is 0");
	tap_check(!(args.dma_address % NPU_PAGE), "device address %#llx",
		  (unsigned long long)args.dma_address);
	tap_check(args.dma_address + args.size <= 1ull << 32, "beyond 32 bits");
	tap_check(args.offset, "mmap offset is 0");
	tap_check(args.size == 3 * NPU_PAGE, "size became %u", args.size);
	expect(npu_gem_close(c->fd, args.handle), 0);
}

static void test_create_size_zero(const void *arg)
{
	struct npu_abi_create_bo args = { 0 };

	(void)arg;
	expect(npu_create_bo(client()->fd, &args), -EINVAL);
}

static void test_create_size_one(const void *arg)
{
	struct npu_bo *bo = buffer(client(), 1);

	(void)arg;
	/* Rounded up to a page: the whole page is there. */
	memset(bo->map, 1, NPU_PAGE);
	tap_check(((uint8_t *)bo->map)[NPU_PAGE - 1] == 1, "not writable");
}

/* 4 GiB cannot fit: page 0 is never given out. */
static void test_create_size_huge(const void *arg)
{
	static const uint32_t sizes[] = { 0xffffffff, 0xfffff001, 0xfffff000 };
	struct npu_client *c = client();
	unsigned int i;

	(void)arg;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct npu_abi_create_bo args = { .size = sizes[i] };
		int ret = npu_create_bo(c->fd, &args);

		tap_check(ret == -ENOSPC || ret == -ENOMEM || ret == -EINVAL,
			  "size %#x: %s", sizes[i], answer(ret));
	}
	work_run(small(c));
}

static void test_create_fault(const void *arg)
{
	(void)arg;
	expect(npu_ioctl(client()->fd, NPU_IOCTL_CREATE_BO, bad_pointer()), -EFAULT);
}

static void test_create_zeroed(const void *arg)
{
	struct npu_client *c = client();
	unsigned int round, i;

	(void)arg;
	for (round = 0; round < 8; round++) {
		struct npu_bo *bo = buffer(c, 16 * NPU_PAGE);
		const uint64_t *p = bo->map;

		for (i = 0; i < bo->size / 8; i++)
			tap_require(!p[i], "word %u is %#llx", i, (unsigned long long)p[i]);
		memset(bo->map, 0xee, bo->size);
		npu_bo_free(bo);
	}
}

static void test_iova_distinct(const void *arg)
{
	struct npu_client *c = client();
	struct npu_bo *bo[40];
	unsigned int i, j;

	(void)arg;
	for (i = 0; i < ARRAY_SIZE(bo); i++) {
		bo[i] = buffer(c, (i % 5 + 1) * NPU_PAGE);
		tap_check(bo[i]->iova >= NPU_PAGE, "address %#x", bo[i]->iova);
		tap_check(!(bo[i]->iova % NPU_PAGE), "address %#x", bo[i]->iova);
		for (j = 0; j < i; j++)
			tap_check(bo[i]->iova >= bo[j]->iova + bo[j]->size ||
				  bo[j]->iova >= bo[i]->iova + bo[i]->size,
				  "buffers %u and %u overlap", i, j);
	}
}

static void test_iova_reused(const void *arg)
{
	struct npu_client *c = client();
	unsigned int i;

	(void)arg;
	/* 4.5 GiB in all: fits only if closing gives addresses back. */
	for (i = 0; i < 72; i++) {
		struct npu_abi_create_bo args = { .size = 64 << 20 };
		int ret = npu_create_bo(c->fd, &args);

		tap_require(!ret, "buffer %u: %s", i, answer(ret));
		tap_require(!npu_gem_close(c->fd, args.handle), "close %u", i);
	}
}

/* A file's device addresses mean nothing in another file. */
static void test_iova_private(const void *arg)
{
	struct npu_client *a = client(), *b = client();
	struct npu_bo *secret;
	struct work *thief;
	uint32_t i;
	int ret;

	(void)arg;
	buffer(a, 64 << 20);
	secret = buffer(a, 2 * NPU_PAGE);
	memset(secret->map, 0x77, secret->size);
	npu_fini(a->fd, secret->handle);

	thief = small(b);
	tap_require(secret->iova - thief->regcmd->iova > 1 << 20,
		    "b has memory near a's address");
	/* Point the stream's output (DPU 0x4020) at a's buffer. */
	for (i = 0; i < thief->tasks[0].regcmd_count; i++) {
		uint64_t *word = (uint64_t *)thief->regcmd->map + i;

		if ((*word & 0xffff) == 0x4020 && *word >> 48 == RC_DPU)
			*word = rc_word(RC_DPU, 0x4020, secret->iova);
	}
	npu_fini(b->fd, thief->regcmd->handle);
	expect(work_submit(thief), 0);
	ret = work_wait(thief);
	tap_check(npu_is_job_error(ret), "the job ended with %s", answer(ret));
	expect(npu_wait(secret), 0);
	for (i = 0; i < secret->size; i++)
		tap_require(((uint8_t *)secret->map)[i] == 0x77, "byte %u written", i);
	work_run(small(a));
}

static void test_memory_exhaustion(const void *arg)
{
	struct npu_client *c = client();
	uint32_t handles[512];
	unsigned int i, n;
	FILE *f;
	int ret = 0;

	(void)arg;
	/* If the kernel has to kill somebody, let it be this test. */
	f = fopen("/proc/self/oom_score_adj", "w");
	if (f) {
		fputs("1000", f);
		fclose(f);
	}
	for (n = 0; n < ARRAY_SIZE(handles); n++) {
		struct npu_abi_create_bo args = { .size = 128 << 20 };

		ret = npu_create_bo(c->fd, &args);
		if (ret)
			break;
		handles[n] = args.handle;
	}
	tap_note("%u buffers of 128 MiB, then %s", n, answer(ret));
	tap_check(ret == -ENOMEM || ret == -ENOSPC, "%s", answer(ret));
	for (i = 0; i < n; i++)
		expect(npu_gem_close(c->fd, handles[i]), 0);
	work_run(small(c));
}

/* ---- mmap ---- */

static void test_mmap_beyond(const void *arg)
{
	struct npu_client *c = client();
	struct npu_bo *bo = buffer(c, 2 * NPU_PAGE);
	void *p;

	(void)arg;
	p = mmap(NULL, 3 * NPU_PAGE, PROT_READ, MAP_SHARED, c->fd, (off_t)bo->offset);
	tap_check(p == MAP_FAILED && errno == EINVAL, "larger than the buffer: %s",
		  p == MAP_FAILED ? strerror(errno) : "mapped");
	p = mmap(NULL, 2 * NPU_PAGE, PROT_READ, MAP_SHARED, c->fd,
		 (off_t)(bo->offset + NPU_PAGE));
	tap_check(p == MAP_FAILED, "from its second page beyond its end");
}

static void test_mmap_unknown(const void *arg)
{
	struct npu_client *c = client();
	struct npu_bo *bo = buffer(c, NPU_PAGE);
	void *p;

	(void)arg;
	p = mmap(NULL, NPU_PAGE, PROT_READ, MAP_SHARED, c->fd,
		 (off_t)(bo->offset + (1ull << 34)));
	tap_check(p == MAP_FAILED, "mapped nothing");
	p = mmap(NULL, NPU_PAGE, PROT_READ, MAP_SHARED, c->fd, 0);
	tap_check(p == MAP_FAILED, "mapped offset 0");
}

static void test_mmap_other_file(const void *arg)
{
	struct npu_bo *bo = buffer(client(), NPU_PAGE);
	void *p;

	(void)arg;
	p = mmap(NULL, NPU_PAGE, PROT_READ, MAP_SHARED, client()->fd, (off_t)bo->offset);
	tap_check(p == MAP_FAILED && errno == EACCES, "%s",
		  p == MAP_FAILED ? strerror(errno) : "mapped");
}

static void test_mmap_outlives(const void *arg)
{
	struct npu_abi_create_bo args = { .size = 4 * NPU_PAGE };
	struct npu_client *c = client();
	unsigned int i;
	uint32_t *p;

	(void)arg;
	expect(npu_create_bo(c->fd, &args), 0);
	p = mmap(NULL, args.size, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd,
		 (off_t)args.offset);
	tap_require(p != MAP_FAILED, "mmap: %s", strerror(errno));
	p[0] = 1;
	expect(npu_gem_close(c->fd, args.handle), 0);
	npu_close(c);
	for (i = 0; i < args.size / 4; i++)
		p[i] = i;
	for (i = 0; i < args.size / 4; i++)
		tap_require(p[i] == i, "word %u lost", i);
	munmap(p, args.size);
}

/* ---- SUBMIT: the outer structure ---- */

static void test_submit_fault(const void *arg)
{
	(void)arg;
	expect(npu_ioctl(client()->fd, NPU_IOCTL_SUBMIT, bad_pointer()), -EFAULT);
}

static void test_submit_no_jobs(const void *arg)
{
	struct npu_abi_submit args = { .job_struct_size = sizeof(struct npu_abi_job) };
	struct npu_client *c = client();

	(void)arg;
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), 0);
	args.jobs = (uintptr_t)bad_pointer();
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), 0);
}

static void test_submit_reserved(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);
	struct npu_abi_submit args = {
		.jobs = (uintptr_t)&w->job,
		.job_count = 1,
		.job_struct_size = sizeof(w->job),
		.reserved = 1,
	};

	(void)arg;
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), -EINVAL);
	args.reserved = 1ull << 63;
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), -EINVAL);
}

static void test_submit_jobs_fault(const void *arg)
{
	struct npu_abi_submit args = {
		.jobs = (uintptr_t)bad_pointer(),
		.job_count = 1,
		.job_struct_size = sizeof(struct npu_abi_job),
	};
	struct npu_client *c = client();

	(void)arg;
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), -EFAULT);
	args.jobs = 0;
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), -EFAULT);
	args.jobs = ~0ull;
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), -EFAULT);
}

static void test_submit_second_job_unmapped(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);
	struct npu_abi_submit args = {
		.job_count = 2,
		.job_struct_size = sizeof(w->job),
	};
	char *two = mmap(NULL, 2 * NPU_PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)arg;
	tap_require(two != MAP_FAILED, "mmap");
	mprotect(two + NPU_PAGE, NPU_PAGE, PROT_NONE);
	memcpy(two + NPU_PAGE - sizeof(w->job), &w->job, sizeof(w->job));
	args.jobs = (uintptr_t)two + NPU_PAGE - sizeof(w->job);
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), -EFAULT);
	npu_wait(w->out);
	munmap(two, 2 * NPU_PAGE);
	work_run(w);
}

static void test_submit_small_stride(const void *arg)
{
	static const uint32_t sizes[] = { 0, 1, 8, 39 };
	struct npu_client *c = client();
	struct work *w = small(c);
	unsigned int i;

	(void)arg;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct npu_abi_submit args = {
			.jobs = (uintptr_t)&w->job,
			.job_count = 1,
			.job_struct_size = sizes[i],
		};
		int ret = npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args);

		tap_check(ret == -EINVAL, "stride %u: %s", sizes[i], answer(ret));
	}
}

struct long_job {
	struct npu_abi_job job;
	uint64_t tail[3];
};

static void test_submit_large_stride(const void *arg)
{
	struct npu_client *c = client();
	struct work *a = small(c), *b = work_small(c, 2);
	struct long_job jobs[2] = { { a->job, { 0 } }, { b->job, { 0 } } };
	struct npu_abi_submit args = {
		.jobs = (uintptr_t)jobs,
		.job_count = 2,
		.job_struct_size = sizeof(jobs[0]),
	};

	(void)arg;
	tap_require(b, "no job");
	expect(npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args), 0);
	expect(work_wait(a), 0);
	expect(work_wait(b), 0);
	tap_check(!work_compare(a) && !work_compare(b), "wrong result");
}

/* A newer user space asks for something: it must be told, not ignored. */
static void test_submit_unknown_tail(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);
	struct long_job job = { w->job, { 0, 0, 1 } };
	struct npu_abi_submit args = {
		.jobs = (uintptr_t)&job,
		.job_count = 1,
		.job_struct_size = sizeof(job),
	};
	int ret;

	(void)arg;
	ret = npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args);
	tap_check(ret == -E2BIG || ret == -EINVAL, "%s", answer(ret));
}

static void test_submit_huge_stride(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);
	struct npu_abi_submit args = {
		.jobs = (uintptr_t)&w->job,
		.job_count = 2,
		.job_struct_size = UINT32_MAX,
	};
	int ret;

	(void)arg;
	ret = npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args);
	tap_check(ret == -EINVAL || ret == -E2BIG || ret == -EFAULT, "%s", answer(ret));
	npu_wait(w->out);
	work_run(w);
}

static bool is_too_much(int ret)
{
	return ret == -EINVAL || ret == -E2BIG || ret == -ENOMEM || ret == -EFAULT;
}

static void test_submit_huge_count(const void *arg)
{
	/* The third: times 40 is 8 in 32 bits; the last: negative in an int. */
	static const uint32_t counts[] = { UINT32_MAX, 1u << 30, 0x66666667, 0x80000000 };
	struct npu_client *c = client();
	struct work *w = small(c);
	unsigned int i;

	(void)arg;
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		struct npu_abi_submit args = {
			.jobs = (uintptr_t)&w->job,
			.job_count = counts[i],
			.job_struct_size = sizeof(w->job),
		};
		int ret = npu_ioctl(c->fd, NPU_IOCTL_SUBMIT, &args);

		tap_check(is_too_much(ret), "%#x jobs: %s", counts[i], answer(ret));
	}
	npu_wait(w->out);
	work_run(w);
}

/* ---- SUBMIT: a job ---- */

struct job_case {
	void (*spoil)(struct work *w);
	int want;
};

/* One malformed job is refused, and the device goes on. */
static void test_bad_job(const void *arg)
{
	const struct job_case *t = arg;
	struct npu_client *c = client();
	struct work *w = small(c);
	struct npu_abi_job good = w->job;
	struct npu_abi_task task = w->tasks[0];
	int ret;

	t->spoil(w);
	ret = work_submit(w);
	tap_check(ret == t->want, "%s, expected %s", answer(ret), answer(t->want));
	w->job = good;
	w->tasks[0] = task;
	w->in_handles[0] = w->in->handle;
	w->out_handle = w->out->handle;
	ret = work_wait(w);
	tap_check(!ret, "the output buffer is left with %s", answer(ret));
	work_run(w);
}

static void spoil_task_size_zero(struct work *w)
{
	w->job.task_struct_size = 0;
}

static void spoil_task_size_seven(struct work *w)
{
	w->job.task_struct_size = 7;
}

static void spoil_no_tasks(struct work *w)
{
	w->job.task_count = 0;
}

static void spoil_tasks_null(struct work *w)
{
	w->job.tasks = 0;
}

static void spoil_tasks_pointer(struct work *w)
{
	w->job.tasks = (uintptr_t)bad_pointer();
}

static void spoil_tasks_kernel_pointer(struct work *w)
{
	w->job.tasks = 0xffff800080000000ull;
}

static void spoil_in_pointer(struct work *w)
{
	w->job.in_bo_handles = (uintptr_t)bad_pointer();
}

static void spoil_out_pointer(struct work *w)
{
	w->job.out_bo_handles = (uintptr_t)bad_pointer();
}

static void spoil_in_null(struct work *w)
{
	w->job.in_bo_handles = 0;
}

static void spoil_in_handle(struct work *w)
{
	w->in_handles[0] = NO_HANDLE;
}

static void spoil_in_handle_zero(struct work *w)
{
	w->in_handles[0] = 0;
}

static void spoil_out_handle(struct work *w)
{
	w->out_handle = NO_HANDLE;
}

static void spoil_words_zero(struct work *w)
{
	w->tasks[0].regcmd_count = 0;
}

static void spoil_words_16_bits(struct work *w)
{
	/* PC_DATA_AMOUNT has 16 bits: 0x20000 words at most (B.6). */
	w->tasks[0].regcmd_count = 0x20001;
}

static void spoil_words_all(struct work *w)
{
	w->tasks[0].regcmd_count = UINT32_MAX;
}

static void spoil_regcmd_slave_bit(struct work *w)
{
	w->tasks[0].regcmd |= 1;
}

static void spoil_regcmd_unaligned(struct work *w)
{
	w->tasks[0].regcmd += 8;
}

static void spoil_regcmd_zero(struct work *w)
{
	w->tasks[0].regcmd = 0;
}

static void spoil_regcmd_nowhere(struct work *w)
{
	w->tasks[0].regcmd = 0xfffff000;
}

static void spoil_regcmd_behind(struct work *w)
{
	/* Buffers are whole pages. */
	w->tasks[0].regcmd = w->regcmd->iova - 64 +
			     (w->regcmd->size + NPU_PAGE - 1) / NPU_PAGE * NPU_PAGE;
}

static void spoil_regcmd_wrap(struct work *w)
{
	w->tasks[0].regcmd = 0xffffff00;
	w->tasks[0].regcmd_count = 64;
}

static void spoil_second_task(struct work *w)
{
	work_repeat(w, 3);
	w->tasks[1].regcmd_count = 0;
}

struct job_count_case {
	size_t field;
	uint32_t value;
};

/* Counts far beyond any memory: refused, without a WARN and in bounded time. */
static void test_job_count(const void *arg)
{
	const struct job_count_case *t = arg;
	struct npu_client *c = client();
	struct work *w = small(c);
	struct npu_abi_job good = w->job;
	int ret;

	memcpy((char *)&w->job + t->field, &t->value, sizeof(t->value));
	ret = work_submit(w);
	tap_check(is_too_much(ret) || ret == -ENOENT, "%s", answer(ret));
	w->job = good;
	npu_wait(w->out);
	work_run(w);
}

static void test_task_stride(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);
	uint32_t tasks[3][5];
	unsigned int i;

	(void)arg;
	for (i = 0; i < 3; i++) {
		memset(tasks[i], 0, sizeof(tasks[i]));
		memcpy(tasks[i], &w->tasks[0], sizeof(w->tasks[0]));
	}
	w->job.tasks = (uintptr_t)tasks;
	w->job.task_struct_size = sizeof(tasks[0]);
	w->job.task_count = 3;
	work_run(w);
}

static void test_task_unknown_tail(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);
	uint32_t task[4] = { w->tasks[0].regcmd, w->tasks[0].regcmd_count, 0, 1 };
	int ret;

	(void)arg;
	w->job.tasks = (uintptr_t)task;
	w->job.task_struct_size = sizeof(task);
	ret = work_submit(w);
	tap_check(ret == -E2BIG || ret == -EINVAL, "%s", answer(ret));
}

static void test_no_inputs(const void *arg)
{
	struct work *w = small(client());

	(void)arg;
	w->job.in_bo_handle_count = 0;
	w->job.in_bo_handles = (uintptr_t)bad_pointer();
	work_run(w);
}

static void test_no_outputs(const void *arg)
{
	struct work *w = small(client());
	int ret;

	(void)arg;
	w->job.out_bo_handle_count = 0;
	w->job.out_bo_handles = 0;
	ret = work_submit(w);
	tap_check(!ret || ret == -EINVAL, "%s", answer(ret));
}

/*
 * A handle twice in a list or in both lists: mainline dropped such jobs in
 * silence (H.1 item 1, F19). Either it counts once, or the caller is told.
 */
static void check_duplicate(struct work *w)
{
	int ret = work_poison(w) ?: work_submit(w);

	if (ret == -EINVAL)
		return;
	tap_require(!ret, "submit: %s", answer(ret));
	expect(work_wait(w), 0);
	tap_check(!work_compare(w), "wrong result");
}

static void test_duplicate_input(const void *arg)
{
	struct work *w = small(client());
	uint32_t twice[] = { w->in->handle, w->in->handle };

	(void)arg;
	w->job.in_bo_handles = (uintptr_t)twice;
	w->job.in_bo_handle_count = 2;
	check_duplicate(w);
}

static void test_duplicate_output(const void *arg)
{
	struct work *w = small(client());
	uint32_t twice[] = { w->out->handle, w->out->handle };

	(void)arg;
	w->job.out_bo_handles = (uintptr_t)twice;
	w->job.out_bo_handle_count = 2;
	check_duplicate(w);
}

static void test_duplicate_across(const void *arg)
{
	struct work *w = small(client());
	uint32_t both[] = { w->in->handle, w->out->handle };

	(void)arg;
	w->job.in_bo_handles = (uintptr_t)both;
	w->job.in_bo_handle_count = 2;
	check_duplicate(w);
}

static void test_many_listed(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);
	uint32_t list[200];
	unsigned int i;

	(void)arg;
	list[0] = w->in->handle;
	for (i = 1; i < ARRAY_SIZE(list); i++)
		list[i] = buffer(c, NPU_PAGE)->handle;
	w->job.in_bo_handles = (uintptr_t)list;
	w->job.in_bo_handle_count = ARRAY_SIZE(list);
	work_run(w);
}

/* A bad job among good ones: an error, and nothing half done for ever. */
static void test_bad_among_good(const void *arg)
{
	struct npu_client *c = client();
	struct work *a = small(c), *b = work_small(c, 2);
	struct npu_abi_job jobs[3];

	(void)arg;
	tap_require(b, "no job");
	jobs[0] = a->job;
	jobs[1] = b->job;
	jobs[1].task_count = 0;
	jobs[2] = b->job;
	expect(npu_submit(c, jobs, 3), -EINVAL);
	expect(work_wait(a), 0);
	expect(work_wait(b), 0);
	work_run(a);
	work_run(b);
}

static void test_handle_of_other_file(const void *arg)
{
	struct npu_client *a = client(), *b = client();
	struct work *w = small(a);
	struct npu_bo *foreign = NULL;
	unsigned int i;

	(void)arg;
	/* A handle number that exists in b only. */
	for (i = 0; i < 32; i++)
		foreign = buffer(b, NPU_PAGE);
	w->in_handles[0] = foreign->handle;
	expect(work_submit(w), -ENOENT);
	expect(npu_prep(a->fd, foreign->handle, 0), -ENOENT);
	expect(npu_fini(a->fd, foreign->handle), -ENOENT);
}

static void test_closed_handle(const void *arg)
{
	struct npu_client *c = client();
	struct npu_abi_create_bo args = { .size = NPU_PAGE };
	struct work *w = small(c);

	(void)arg;
	expect(npu_create_bo(c->fd, &args), 0);
	expect(npu_gem_close(c->fd, args.handle), 0);
	w->in_handles[0] = args.handle;
	expect(work_submit(w), -ENOENT);
	expect(npu_prep(c->fd, args.handle, 0), -ENOENT);
	expect(npu_fini(c->fd, args.handle), -ENOENT);
	expect(npu_gem_close(c->fd, args.handle), -EINVAL);
}

/* Streams in a buffer that was closed: there is nothing at that address. */
static void test_closed_stream(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);

	(void)arg;
	npu_bo_free(w->regcmd);
	w->regcmd = NULL;
	expect(work_submit(w), -EINVAL);
}

/* ---- PREP_BO and FINI_BO ---- */

static void test_prep_idle(const void *arg)
{
	struct npu_client *c = client();
	struct npu_bo *bo = buffer(c, NPU_PAGE);

	(void)arg;
	expect(npu_prep(c->fd, bo->handle, 0), 0);
	expect(npu_prep(c->fd, bo->handle, -1), 0);
	expect(npu_prep(c->fd, bo->handle, INT64_MIN), 0);
	expect(npu_prep(c->fd, bo->handle, 1), 0);
	expect(npu_prep(c->fd, bo->handle, npu_now_ns() + 1000000), 0);
	expect(npu_prep(c->fd, bo->handle, INT64_MAX), 0);
}

static void test_prep_bad(const void *arg)
{
	struct npu_client *c = client();
	struct npu_abi_prep_bo args = { .handle = buffer(c, NPU_PAGE)->handle, .reserved = 1 };

	(void)arg;
	expect(npu_ioctl(c->fd, NPU_IOCTL_PREP_BO, &args), -EINVAL);
	args.reserved = 0x80000000;
	expect(npu_ioctl(c->fd, NPU_IOCTL_PREP_BO, &args), -EINVAL);
	expect(npu_prep(c->fd, NO_HANDLE, 0), -ENOENT);
	expect(npu_prep(c->fd, 0, 0), -ENOENT);
	expect(npu_ioctl(c->fd, NPU_IOCTL_PREP_BO, bad_pointer()), -EFAULT);
}

static void test_fini_bad(const void *arg)
{
	struct npu_client *c = client();
	struct npu_abi_fini_bo args = { .handle = buffer(c, NPU_PAGE)->handle, .reserved = 1 };

	(void)arg;
	expect(npu_ioctl(c->fd, NPU_IOCTL_FINI_BO, &args), -EINVAL);
	expect(npu_fini(c->fd, args.handle), 0);
	expect(npu_fini(c->fd, args.handle), 0);
	expect(npu_fini(c->fd, NO_HANDLE), -ENOENT);
	expect(npu_fini(c->fd, 0), -ENOENT);
	expect(npu_ioctl(c->fd, NPU_IOCTL_FINI_BO, bad_pointer()), -EFAULT);
}

/* Submits a long job and hopes to see it busy; several tries. */
static bool see_busy(struct work *w, int (*look)(struct work *w), int want)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < 10; i++) {
		expect(work_submit(w), 0);
		ret = look(w);
		expect(work_wait(w), 0);
		if (ret == want)
			return true;
		if (ret)
			break;
	}
	tap_fail("saw %s, expected %s", answer(ret), answer(want));
	return false;
}

static struct work *long_work(struct npu_client *c)
{
	struct work *w = small(c);

	work_repeat(w, WORK_MAX_TASKS);
	return w;
}

static int look_poll(struct work *w)
{
	return npu_prep(w->client->fd, w->out->handle, 0);
}

static int look_past(struct work *w)
{
	return npu_prep(w->client->fd, w->out->handle, npu_now_ns() - 1000000000);
}

static int look_negative(struct work *w)
{
	return npu_prep(w->client->fd, w->out->handle, INT64_MIN);
}

static int look_deadline(struct work *w)
{
	return npu_prep(w->client->fd, w->out->handle, npu_now_ns() + 10000000);
}

static void test_prep_poll(const void *arg)
{
	struct work *w = long_work(client());

	(void)arg;
	see_busy(w, look_poll, -EBUSY);
	see_busy(w, look_past, -EBUSY);
	see_busy(w, look_negative, -EBUSY);
}

static void test_prep_deadline(const void *arg)
{
	(void)arg;
	see_busy(long_work(client()), look_deadline, -ETIMEDOUT);
}

static void test_prep_forever(const void *arg)
{
	struct work *w = long_work(client());

	(void)arg;
	expect(work_poison(w), 0);
	expect(work_submit(w), 0);
	expect(npu_prep(w->client->fd, w->out->handle, INT64_MAX), 0);
	tap_check(!work_compare(w), "wrong result");
}

/* A CPU that wants to write an input has to wait for the job that reads it. */
static void test_prep_input(const void *arg)
{
	struct work *w = long_work(client());
	unsigned int i;

	(void)arg;
	for (i = 0; i < 5; i++) {
		int in, out;

		expect(work_submit(w), 0);
		in = npu_prep(w->client->fd, w->in->handle, 0);
		out = look_poll(w);
		tap_check(in || !out, "the input is idle while the job runs");
		expect(work_wait(w), 0);
		expect(npu_prep(w->client->fd, w->in->handle, 0), 0);
	}
}

/* ---- structure sizes in the ioctl number ---- */

static void test_ioctl_sizes(const void *arg)
{
	struct npu_client *c = client();
	struct work *w = small(c);
	struct {
		struct npu_abi_submit args;
		uint64_t tail[2];
	} submit = {
		.args = {
			.jobs = (uintptr_t)&w->job,
			.job_count = 1,
			.job_struct_size = sizeof(w->job),
			.reserved = 1,
		},
		.tail = { ~0ull, ~0ull },
	};
	struct {
		struct npu_abi_prep_bo args;
		uint64_t tail;
	} prep = { .args = { .handle = w->out->handle, .timeout_ns = INT64_MAX }, .tail = ~0ull };
	unsigned long request;

	(void)arg;
	/* Shorter: what is missing counts as zero, here the reserved word. */
	request = _IOC(_IOC_WRITE, 'd', 0x41, 16);
	expect(work_poison(w), 0);
	expect(npu_ioctl(c->fd, request, &submit), 0);
	/* Longer: the core hands over the part it knows. */
	request = _IOC(_IOC_WRITE, 'd', 0x42, sizeof(prep));
	expect(npu_ioctl(c->fd, request, &prep), 0);
	tap_check(!work_compare(w), "wrong result");
	request = _IOC(_IOC_WRITE, 'd', 0x41, sizeof(submit));
	expect(npu_ioctl(c->fd, request, &submit), -EINVAL);
	/* A PREP_BO without its deadline polls. */
	request = _IOC(_IOC_WRITE, 'd', 0x42, 8);
	expect(npu_ioctl(c->fd, request, &prep), 0);
	/* A structure without its handle has handle 0. */
	request = _IOC(_IOC_WRITE, 'd', 0x43, 0);
	tap_check(npu_ioctl(c->fd, request, NULL) < 0, "FINI_BO of nothing");
	/* CREATE_BO that cannot return its results: no address, no offset. */
	request = _IOC(_IOC_READ | _IOC_WRITE, 'd', 0x40, 8);
	{
		uint32_t args[2] = { NPU_PAGE, 0 };

		expect(npu_ioctl(c->fd, request, args), 0);
		expect(npu_gem_close(c->fd, args[1]), 0);
	}
}

/* ---- PRIME ---- */

static void test_prime_own(const void *arg)
{
	struct npu_client *c = client();
	struct npu_bo *bo = buffer(c, 2 * NPU_PAGE);
	uint32_t handle = 0;
	uint32_t *map;
	int fd;

	(void)arg;
	fd = npu_export(c->fd, bo->handle);
	tap_require(fd >= 0, "export: %s", answer(fd));
	expect(npu_import(c->fd, fd, &handle), 0);
	tap_check(handle == bo->handle, "the same file got another handle");
	tap_check(lseek(fd, 0, SEEK_END) == 2 * NPU_PAGE, "dma-buf size");
	map = mmap(NULL, 2 * NPU_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	tap_require(map != MAP_FAILED, "mmap of the dma-buf: %s", strerror(errno));
	map[0] = 0xabcd;
	tap_check(*(uint32_t *)bo->map == 0xabcd, "not the same memory");
	munmap(map, 2 * NPU_PAGE);
	close(fd);
}

/* A job of one file; another file waits for it through the shared buffer. */
static void test_prime_other_file(const void *arg)
{
	struct npu_client *a = client(), *b = client();
	struct work *w = long_work(a);
	uint32_t handle = 0;
	int fd, ret;

	(void)arg;
	fd = npu_export(a->fd, w->out->handle);
	tap_require(fd >= 0, "export: %s", answer(fd));
	expect(npu_import(b->fd, fd, &handle), 0);
	close(fd);
	expect(work_poison(w), 0);
	expect(work_submit(w), 0);
	ret = npu_prep(b->fd, handle, npu_now_ns() + NPU_WAIT_SECONDS * 1000000000LL);
	tap_check(!ret, "wait in the other file: %s", answer(ret));
	tap_check(!look_poll(w), "the job still ran");
	tap_check(!work_compare(w), "wrong result");
	expect(npu_fini(b->fd, handle), 0);
	expect(npu_gem_close(b->fd, handle), 0);
	work_run(w);
}

/* The dma-buf's own poll() and the exporter's early death. */
static void test_prime_outlives(const void *arg)
{
	struct npu_client *a = client();
	struct npu_bo *bo = buffer(a, NPU_PAGE);
	struct pollfd pfd = { .events = POLLIN | POLLOUT };
	uint32_t handle = 0;
	uint32_t *map;

	(void)arg;
	*(uint32_t *)bo->map = 0x1234;
	pfd.fd = npu_export(a->fd, bo->handle);
	tap_require(pfd.fd >= 0, "export: %s", answer(pfd.fd));
	npu_close(a);
	tap_check(poll(&pfd, 1, 10000) == 1, "the dma-buf never gets ready");
	map = mmap(NULL, NPU_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, pfd.fd, 0);
	tap_require(map != MAP_FAILED, "mmap: %s", strerror(errno));
	tap_check(*map == 0x1234, "content lost");
	/* A new file takes it over. */
	expect(npu_import(client()->fd, pfd.fd, &handle), 0);
	tap_check(handle, "handle 0");
	munmap(map, NPU_PAGE);
	close(pfd.fd);
}

static void test_prime_bad(const void *arg)
{
	struct npu_client *c = client();
	uint32_t handle = 0;
	int null;

	(void)arg;
	expect(npu_export(c->fd, NO_HANDLE), -ENOENT);
	expect(npu_import(c->fd, -1, &handle), -EBADF);
	null = open("/dev/null", O_RDWR);
	expect(npu_import(c->fd, null, &handle), -EINVAL);
	close(null);
}

/*
 * The ABI has no way to tell a foreign buffer's device address, so that a
 * driver may refuse it; if it takes it, PREP, FINI and closing must work.
 */
static void check_foreign(int dmabuf)
{
	struct npu_client *c = client();
	uint32_t handle = 0;
	unsigned int i;
	int ret;

	for (i = 0; i < 20; i++) {
		ret = npu_import(c->fd, dmabuf, &handle);
		if (ret) {
			tap_note("refused: %s", answer(ret));
			tap_check(ret == -EINVAL || ret == -EOPNOTSUPP, "%s", answer(ret));
			break;
		}
		expect(npu_prep(c->fd, handle, 0), 0);
		expect(npu_fini(c->fd, handle), 0);
		expect(npu_gem_close(c->fd, handle), 0);
	}
	close(dmabuf);
	work_run(small(c));
}

static void test_prime_udmabuf(const void *arg)
{
	struct udmabuf_create args = { .size = 4 * NPU_PAGE };
	int dev, memfd, ret;

	(void)arg;
	dev = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
	if (dev < 0) {
		tap_skip("no /dev/udmabuf");
		return;
	}
	memfd = memfd_create("foreign", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	tap_require(memfd >= 0 && !ftruncate(memfd, args.size), "memfd");
	tap_require(!fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK), "seal");
	args.memfd = (uint32_t)memfd;
	ret = ioctl(dev, UDMABUF_CREATE, &args);
	close(dev);
	close(memfd);
	tap_require(ret >= 0, "udmabuf: %s", strerror(errno));
	check_foreign(ret);
}

static void test_prime_heap(const void *arg)
{
	struct dma_heap_allocation_data args = {
		.len = 4 * NPU_PAGE,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int dev, ret;

	(void)arg;
	dev = open("/dev/dma_heap/system", O_RDWR | O_CLOEXEC);
	if (dev < 0) {
		tap_skip("no system heap");
		return;
	}
	ret = ioctl(dev, DMA_HEAP_IOCTL_ALLOC, &args);
	close(dev);
	tap_require(!ret, "heap: %s", strerror(errno));
	check_foreign((int)args.fd);
}

/* ---- errors of jobs ---- */

/* Points a register of a job's stream elsewhere. */
static void patch(struct work *w, enum rc_target target, uint16_t offset,
		  uint32_t value)
{
	uint64_t *word = w->regcmd->map;
	uint32_t i, done = 0;

	for (i = 0; i < w->tasks[0].regcmd_count; i++) {
		if (word[i] >> 48 != target || (word[i] & 0xffff) != offset)
			continue;
		word[i] = rc_word(target, offset, value);
		done++;
	}
	tap_require(done, "no register %#x in the stream", offset);
	npu_fini(w->client->fd, w->regcmd->handle);
}

static void test_error_reported(const void *arg)
{
	struct npu_client *c = client();
	struct work *bad = small(c), *good = work_small(c, 2);
	int ret;

	(void)arg;
	tap_require(good, "no job");
	patch(bad, RC_CNA, 0x1070, 0xf0000000);
	expect(work_submit(bad), 0);
	ret = work_wait(bad);
	tap_check(npu_is_job_error(ret), "the failed job ended with %s", answer(ret));
	work_run(good);
	/* A later job on the same buffer replaces the error. */
	patch(bad, RC_CNA, 0x1070, bad->in->iova);
	work_run(bad);
}

/* The error reaches a job that reads the failed job's output, or it is told. */
static void test_error_then_consumer(const void *arg)
{
	struct npu_client *c = client();
	struct conv_shape shape = {
		.in_w = 8, .in_h = 8, .in_c = 32, .out_c = 32, .k = 1, .stride = 1,
	};
	struct work *bad = small(c), *user;
	struct npu_abi_job jobs[2];
	struct npu_conv conv;
	int ret;

	(void)arg;
	conv_from_shape(&conv, &shape, 5);
	user = work_conv(c, &conv, 6, 1, WORK_UNLINKED, bad);
	tap_require(user, "no job");
	patch(bad, RC_CNA, 0x1070, 0xf0000000);
	jobs[0] = bad->job;
	jobs[1] = user->job;
	expect(npu_submit(c, jobs, 2), 0);
	ret = work_wait(bad);
	tap_check(npu_is_job_error(ret), "the failed job ended with %s", answer(ret));
	ret = work_wait(user);
	tap_check(!ret || npu_is_job_error(ret), "its consumer ended with %s", answer(ret));
	tap_note("the consumer of a failed job ends with %s", answer(ret));
	patch(bad, RC_CNA, 0x1070, bad->in->iova);
	expect(npu_submit(c, jobs, 2), 0);
	expect(work_wait(user), 0);
	tap_check(!work_compare(user) && !work_compare(bad), "wrong result");
}

#define T(name, fn)		{ name, fn, NULL, 0 }
#define BAD(name, fn, err)	\
	{ name, test_bad_job, &(const struct job_case){ fn, err }, 0 }
#define COUNT(name, member, number)	\
	{ name, test_job_count, &(const struct job_count_case){	\
		offsetof(struct npu_abi_job, member), number }, 0 }

static const struct tap_test tests[] = {
	T("version is rocket 0.0.0", test_version),
	T("unknown commands are refused", test_unknown_ioctl),

	T("CREATE_BO fills its results", test_create),
	T("CREATE_BO of size 0", test_create_size_zero),
	T("CREATE_BO of one byte is a page", test_create_size_one),
	T("CREATE_BO beyond the address space", test_create_size_huge),
	T("CREATE_BO with a bad pointer", test_create_fault),
	T("new buffers are zero", test_create_zeroed),
	T("device addresses are aligned, distinct and not 0", test_iova_distinct),
	T("device addresses are private to a file", test_iova_private),

	T("mmap beyond the end of a buffer", test_mmap_beyond),
	T("mmap of no buffer", test_mmap_unknown),
	T("mmap of another file's buffer", test_mmap_other_file),
	T("a mapping outlives handle and file", test_mmap_outlives),

	T("SUBMIT with a bad pointer", test_submit_fault),
	T("SUBMIT of no jobs", test_submit_no_jobs),
	T("SUBMIT with reserved bits", test_submit_reserved),
	T("SUBMIT with a bad job array", test_submit_jobs_fault),
	T("SUBMIT with half a job array", test_submit_second_job_unmapped),
	T("job structures too small", test_submit_small_stride),
	T("job structures larger, tail zero", test_submit_large_stride),
	T("job structures larger, tail set", test_submit_unknown_tail),
	T("job structures of 4 GiB", test_submit_huge_stride),
	T("huge job counts", test_submit_huge_count),

	BAD("task structure size 0", spoil_task_size_zero, -EINVAL),
	BAD("task structure size 7", spoil_task_size_seven, -EINVAL),
	BAD("no tasks", spoil_no_tasks, -EINVAL),
	BAD("task array NULL", spoil_tasks_null, -EFAULT),
	BAD("task array unreadable", spoil_tasks_pointer, -EFAULT),
	BAD("task array in kernel space", spoil_tasks_kernel_pointer, -EFAULT),
	BAD("input list unreadable", spoil_in_pointer, -EFAULT),
	BAD("input list NULL", spoil_in_null, -EFAULT),
	BAD("output list unreadable", spoil_out_pointer, -EFAULT),
	BAD("unknown input handle", spoil_in_handle, -ENOENT),
	BAD("input handle 0", spoil_in_handle_zero, -ENOENT),
	BAD("unknown output handle", spoil_out_handle, -ENOENT),
	BAD("stream of 0 words", spoil_words_zero, -EINVAL),
	BAD("stream longer than the register holds", spoil_words_16_bits, -EINVAL),
	BAD("stream of 2^32-1 words", spoil_words_all, -EINVAL),
	BAD("stream address with the slave bit", spoil_regcmd_slave_bit, -EINVAL),
	BAD("stream address not 16-byte aligned", spoil_regcmd_unaligned, -EINVAL),
	BAD("stream address 0", spoil_regcmd_zero, -EINVAL),
	BAD("stream outside any buffer", spoil_regcmd_nowhere, -EINVAL),
	BAD("stream beyond the end of its buffer", spoil_regcmd_behind, -EINVAL),
	BAD("stream wraps around the address space", spoil_regcmd_wrap, -EINVAL),
	BAD("second of three tasks malformed", spoil_second_task, -EINVAL),
	COUNT("2^32-1 tasks", task_count, UINT32_MAX),
	COUNT("tasks whose size wraps in 32 bits", task_count, 0x20000001),
	COUNT("2^31 tasks", task_count, 0x80000000),
	COUNT("2^32-1 inputs", in_bo_handle_count, UINT32_MAX),
	COUNT("inputs whose size wraps in 32 bits", in_bo_handle_count, 0x40000001),
	COUNT("2^32-1 outputs", out_bo_handle_count, UINT32_MAX),
	COUNT("outputs whose size wraps in 32 bits", out_bo_handle_count, 0x40000001),
	COUNT("task structures of 4 GiB", task_struct_size, UINT32_MAX),
	T("task structures larger, tail zero", test_task_stride),
	T("task structures larger, tail set", test_task_unknown_tail),
	T("no inputs, pointer ignored", test_no_inputs),
	T("no outputs", test_no_outputs),
	T("an input listed twice", test_duplicate_input),
	T("an output listed twice", test_duplicate_output),
	T("a buffer listed as input and output", test_duplicate_across),
	T("200 inputs", test_many_listed),
	T("a malformed job among good ones", test_bad_among_good),
	T("a handle of another file", test_handle_of_other_file),
	T("a closed handle", test_closed_handle),
	T("a stream in a closed buffer", test_closed_stream),

	T("PREP_BO of an idle buffer", test_prep_idle),
	T("PREP_BO with bad arguments", test_prep_bad),
	T("FINI_BO with bad arguments", test_fini_bad),
	T("PREP_BO polls", test_prep_poll),
	T("PREP_BO past its deadline", test_prep_deadline),
	T("PREP_BO without a deadline", test_prep_forever),
	T("PREP_BO of an input waits for its reader", test_prep_input),
	T("structure sizes in the ioctl number", test_ioctl_sizes),

	T("PRIME export and import in one file", test_prime_own),
	T("PRIME between two files orders access", test_prime_other_file),
	T("a dma-buf outlives its file", test_prime_outlives),
	T("PRIME with bad arguments", test_prime_bad),
	T("PRIME import from udmabuf", test_prime_udmabuf),
	T("PRIME import from a dma-heap", test_prime_heap),

	T("a job's error is reported by PREP_BO", test_error_reported),
	T("the consumer of a failed job", test_error_then_consumer),
};

/* Not among the others: slow, and for a machine that nothing else is using. */
static const struct tap_test exhaustion[] = {
	{ "device addresses are given back", test_iova_reused, NULL, 600 },
	{ "memory exhausted", test_memory_exhaustion, NULL, 600 },
};

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--exhaust"))
		return tap_main(exhaustion, ARRAY_SIZE(exhaustion), NULL, npu_close_all);
	return tap_main(tests, ARRAY_SIZE(tests), argc > 1 ? argv[1] : NULL,
			npu_close_all);
}
