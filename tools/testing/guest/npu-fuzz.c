// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random calls to the NPU's ioctls from a seed: most of them nearly right, so
 * that they get past the first check.
 *
 *   npu-fuzz [--seed N] [--calls N] [--streams]
 *
 * After every block of calls a client that took no part runs a job and gets
 * the right result. With --streams the register streams are mutated too, and
 * jobs may hang until their timeout.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tap.h"
#include "workload.h"

#define FILES		3u
#define WORKS		2u
#define HANDLES		24u
#define BLOCK		200u

static uint64_t seed = 1;
static unsigned long calls = 2000;
static bool streams;

struct fuzz_file {
	struct npu_client *client;
	struct work *work[WORKS];
	uint32_t handle[HANDLES];
	int dmabuf;
};

static struct fuzz_file file[FILES];
static uint64_t state;
static unsigned long answers[2];

static uint32_t below(uint32_t n)
{
	return (uint32_t)(prng_next(&state) % n);
}

static bool one_in(uint32_t n)
{
	return !below(n);
}

/* A number that some check may have forgotten. */
static uint32_t wild32(void)
{
	static const uint32_t edge[] = {
		0, 1, 2, 7, 8, 39, 40, 41, 4095, 4096, 4097, 0xffff, 0x10000,
		0x1ffff, 0x20000, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
	};

	return one_in(2) ? edge[below(ARRAY_SIZE(edge))] : (uint32_t)prng_next(&state);
}

static uint64_t wild64(void)
{
	static uint64_t page;

	if (!page)
		page = (uintptr_t)mmap(NULL, 2 * NPU_PAGE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	switch (below(5)) {
	case 0:
		return page + below(2 * NPU_PAGE);	/* zeroes, up to the end */
	case 1:
		return (uint64_t)wild32() << 32 | wild32();
	case 2:
		return 0xffff800000000000ull | wild32();
	case 3:
		return prng_next(&state);
	default:
		return 0;
	}
}

static void seen(int ret)
{
	answers[ret < 0]++;
	/* An internal code that no user space knows. */
	tap_check(ret >= -133, "an ioctl answered %d", ret);
}

static void open_file(struct fuzz_file *f)
{
	unsigned int i;

	memset(f, 0, sizeof(*f));
	f->dmabuf = -1;
	f->client = npu_open();
	tap_require(f->client, "open: %s", strerror(errno));
	for (i = 0; i < WORKS; i++) {
		f->work[i] = work_small(f->client, prng_next(&state));
		tap_require(f->work[i], "no job");
	}
}

static void close_file(struct fuzz_file *f)
{
	unsigned int i;

	npu_close(f->client);
	for (i = 0; i < WORKS; i++) {
		free(f->work[i]->expect);
		free(f->work[i]);
	}
	if (f->dmabuf >= 0)
		close(f->dmabuf);
}

static uint32_t some_handle(struct fuzz_file *f)
{
	const struct work *w = f->work[below(WORKS)];

	switch (below(6)) {
	case 0:
		return w->in->handle;
	case 1:
		return w->out->handle;
	case 2:
		return w->regcmd->handle;
	case 3:
		return wild32();
	default:
		return f->handle[below(HANDLES)];
	}
}

static void fuzz_create(struct fuzz_file *f)
{
	uint32_t slot = below(HANDLES);
	struct npu_abi_create_bo args = {
		.size = one_in(8) ? wild32() : (below(32) + 1) * NPU_PAGE,
		.handle = wild32(),
		.dma_address = wild64(),
		.offset = wild64(),
	};
	int ret;

	/* Memory for itself: what is large fails, or is given back at once. */
	ret = npu_create_bo(f->client->fd, &args);
	seen(ret);
	if (ret)
		return;
	if (args.size > 256 * NPU_PAGE) {
		npu_gem_close(f->client->fd, args.handle);
		return;
	}
	if (f->handle[slot])
		npu_gem_close(f->client->fd, f->handle[slot]);
	f->handle[slot] = args.handle;
}

static void fuzz_map(struct fuzz_file *f)
{
	size_t size = (below(8) + 1) * NPU_PAGE;
	uint64_t offset = one_in(2) ? f->work[0]->in->offset : wild64();
	void *p;

	p = mmap(NULL, size, PROT_READ | PROT_WRITE, one_in(4) ? MAP_PRIVATE : MAP_SHARED,
		 f->client->fd, (off_t)(offset & ~(uint64_t)(NPU_PAGE - 1)));
	seen(p == MAP_FAILED ? -errno : 0);
	if (p != MAP_FAILED)
		munmap(p, size);
}

static void fuzz_close(struct fuzz_file *f)
{
	uint32_t slot = below(HANDLES);

	if (one_in(3)) {
		/* Works keep theirs, so that most jobs stay meaningful. */
		seen(npu_gem_close(f->client->fd, wild32() | 0x10000));
		return;
	}
	seen(npu_gem_close(f->client->fd, f->handle[slot]));
	f->handle[slot] = 0;
}

static void fuzz_prep(struct fuzz_file *f)
{
	struct npu_abi_prep_bo args = {
		.handle = some_handle(f),
		.reserved = one_in(8) ? wild32() : 0,
		.timeout_ns = one_in(2) ? npu_now_ns() + below(20000000) : -(int64_t)wild32(),
	};

	seen(npu_ioctl(f->client->fd, NPU_IOCTL_PREP_BO, &args));
}

static void fuzz_fini(struct fuzz_file *f)
{
	struct npu_abi_fini_bo args = {
		.handle = some_handle(f),
		.reserved = one_in(8) ? wild32() : 0,
	};

	seen(npu_ioctl(f->client->fd, NPU_IOCTL_FINI_BO, &args));
}

static void fuzz_prime(struct fuzz_file *f)
{
	struct fuzz_file *to = &file[below(FILES)];
	uint32_t handle = 0, slot = below(HANDLES);
	int ret;

	ret = npu_export(f->client->fd, some_handle(f));
	seen(ret);
	if (ret < 0)
		return;
	if (f->dmabuf >= 0)
		close(f->dmabuf);
	f->dmabuf = ret;
	/* Imports get closed once: the same handle may come back twice. */
	if (to == f)
		return;
	ret = npu_import(to->client->fd, f->dmabuf, &handle);
	seen(ret);
	if (ret)
		return;
	if (to->handle[slot])
		npu_gem_close(to->client->fd, to->handle[slot]);
	to->handle[slot] = handle;
}

static void mutate_stream(struct work *w)
{
	uint64_t *word = w->regcmd->map;
	uint32_t n = w->tasks[0].regcmd_count, i;

	if (n > 192)
		return;
	for (i = below(3) + 1; i; i--)
		word[below(n)] ^= one_in(2) ? 1ull << below(64) : prng_next(&state);
	npu_fini(w->client->fd, w->regcmd->handle);
}

static void fuzz_submit(struct fuzz_file *f)
{
	uint32_t in[HANDLES], out[HANDLES], jobs_n = below(4) + 1, i, j;
	struct npu_abi_task tasks[4][8];
	struct npu_abi_job jobs[4];
	struct npu_abi_submit args = {
		.jobs = one_in(16) ? wild64() : (uintptr_t)jobs,
		.job_count = one_in(16) ? wild32() : jobs_n,
		.job_struct_size = one_in(16) ? wild32() : sizeof(jobs[0]),
		.reserved = one_in(16) ? wild64() : 0,
	};

	/* As many as 4e9 jobs that lie in a page of zeroes are too slow a test. */
	if (args.jobs != (uintptr_t)jobs && args.job_count > 4)
		args.job_count = 4;
	for (i = 0; i < HANDLES; i++) {
		in[i] = some_handle(f);
		out[i] = some_handle(f);
	}
	for (i = 0; i < 4; i++) {
		struct work *w = f->work[below(WORKS)];

		if (streams && one_in(8))
			mutate_stream(w);
		for (j = 0; j < 8; j++) {
			tasks[i][j] = w->tasks[0];
			if (one_in(16))
				tasks[i][j].regcmd = wild32();
			if (one_in(16))
				tasks[i][j].regcmd_count = wild32();
		}
		jobs[i] = (struct npu_abi_job){
			.tasks = one_in(16) ? wild64() : (uintptr_t)tasks[i],
			.in_bo_handles = one_in(16) ? wild64() : (uintptr_t)in,
			.out_bo_handles = one_in(16) ? wild64() : (uintptr_t)out,
			.task_count = one_in(16) ? wild32() : below(3),
			.task_struct_size = one_in(16) ? wild32() : sizeof(tasks[0][0]),
			.in_bo_handle_count = one_in(16) ? wild32() : below(3),
			.out_bo_handle_count = one_in(16) ? wild32() : below(3),
		};
		if (one_in(3))
			jobs[i] = w->job;
	}
	seen(npu_ioctl(f->client->fd, NPU_IOCTL_SUBMIT, &args));
}

/* Any driver command with any size and any bytes. */
static void fuzz_raw(struct fuzz_file *f)
{
	uint64_t data[16];
	unsigned int i, nr = one_in(2) ? 0x40 + below(4) : 0x40 + below(0x60);

	for (i = 0; i < ARRAY_SIZE(data); i++)
		data[i] = one_in(2) ? wild64() : below(HANDLES);
	/* Not a creation of gigabytes that nobody would give back. */
	if (nr == 0x40)
		data[0] &= 0xffff;
	/* Nor a wait for ever. */
	if (nr == 0x42)
		data[1] = below(1000);
	seen(npu_ioctl(f->client->fd, _IOC(below(4), 'd', nr, below(sizeof(data))),
		       one_in(16) ? (void *)(uintptr_t)wild64() : data));
}

static void fuzz_reopen(struct fuzz_file *f)
{
	if (!one_in(8))
		return;
	close_file(f);
	open_file(f);
}

static void test_fuzz(const void *arg)
{
	static void (*const call[])(struct fuzz_file *f) = {
		fuzz_create, fuzz_map, fuzz_close, fuzz_prep, fuzz_fini,
		fuzz_prime, fuzz_submit, fuzz_submit, fuzz_submit, fuzz_raw,
		fuzz_reopen,
	};
	struct npu_client *bystander = npu_open();
	struct work *w;
	unsigned long i;

	(void)arg;
	state = seed;
	tap_note("seed %llu, %lu calls", (unsigned long long)seed, calls);
	tap_require(bystander, "open: %s", strerror(errno));
	w = work_small(bystander, seed);
	tap_require(w, "no job");
	for (i = 0; i < FILES; i++)
		open_file(&file[i]);

	for (i = 0; i < calls; i++) {
		alarm(TAP_SECONDS);	/* the limit is for one call, not for all */
		call[below(ARRAY_SIZE(call))](&file[below(FILES)]);
		if (i % BLOCK == BLOCK - 1 && work_run(w)) {
			tap_fail("the bystander suffers after %lu calls", i);
			return;
		}
	}
	for (i = 0; i < FILES; i++)
		close_file(&file[i]);
	work_run(w);
	tap_note("%lu calls succeeded, %lu were refused", answers[0], answers[1]);
	tap_check(answers[0] && answers[1], "the calls are all alike");
}

int main(int argc, char **argv)
{
	static const struct tap_test tests[] = {
		{ "random calls do no harm", test_fuzz, NULL, 0 },
	};
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--streams"))
			streams = true;
		else if (i + 1 < argc && !strcmp(argv[i], "--seed"))
			seed = strtoull(argv[++i], NULL, 0);
		else if (i + 1 < argc && !strcmp(argv[i], "--calls"))
			calls = strtoul(argv[++i], NULL, 0);
		else
			return 2;
	}
	return tap_main(tests, ARRAY_SIZE(tests), NULL, npu_close_all);
}
