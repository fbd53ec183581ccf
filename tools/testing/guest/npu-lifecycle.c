// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life and death of clients, cores, the machine's sleep and the module, all
 * of them while jobs run.
 *
 *   npu-lifecycle [NAME]            the tests whose name contains NAME
 *   npu-lifecycle --suspend         the machine sleeps with jobs queued
 *   npu-lifecycle --reload KO N     load and unload the module N times
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/dma-buf.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "tap.h"
#include "workload.h"

#define MAX_CORES	8u
#define PATIENCE_S	30

/* ---- small tools ---- */

static bool in_time(int64_t begin)
{
	const struct timespec pause = { .tv_nsec = 2000000 };

	nanosleep(&pause, NULL);
	return npu_now_ns() - begin < PATIENCE_S * 1000000000LL;
}

static struct npu_client *client(void)
{
	struct npu_client *c = npu_open();

	tap_require(c, "open: %s", strerror(errno));
	return c;
}

static struct work *small(struct npu_client *c, uint64_t seed)
{
	struct work *w = work_small(c, seed);

	tap_require(w, "no job");
	return w;
}

/* A client that nothing has happened to gets right results. */
static void check_fresh_client(void)
{
	struct npu_client *c = client();

	work_run(small(c, 0xf4e54));
	npu_close(c);
}

/* Waits for a child's end, at most PATIENCE_S; returns its status or -1. */
static int reap(pid_t pid)
{
	int64_t begin = npu_now_ns();
	int status;

	do {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
	} while (in_time(begin));
	return -1;
}

/* ---- children that run jobs all the time ---- */

struct tally {
	uint32_t right;
	uint32_t failed;
	uint32_t wrong;
	uint32_t opened;
	uint32_t stop;
};

struct loader {
	struct tally *tally;
	pid_t pid;
};

static uint32_t look(const uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static void count(uint32_t *p)
{
	__atomic_add_fetch(p, 1, __ATOMIC_ACQ_REL);
}

/* One file, until a job fails or it is time to stop. */
static void load_file(struct tally *t, uint64_t seed)
{
	struct npu_client *c = npu_open();
	struct work *w;

	if (!c)
		return;
	w = work_small(c, seed);
	if (w)
		count(&t->opened);
	while (w && !look(&t->stop)) {
		if (work_poison(w) || work_submit(w) || work_wait(w)) {
			count(&t->failed);
			break;
		}
		if (work_compare(w))
			count(&t->wrong);
		else
			count(&t->right);
	}
	npu_close(c);
}

static void loader_start(struct loader *l, uint64_t seed)
{
	const struct timespec pause = { .tv_nsec = 5000000 };

	l->tally = mmap(NULL, NPU_PAGE, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	tap_require(l->tally != MAP_FAILED, "mmap");
	fflush(stdout);
	l->pid = fork();
	tap_require(l->pid >= 0, "fork: %s", strerror(errno));
	if (l->pid)
		return;
	npu_forget_all();
	while (!look(&l->tally->stop)) {
		load_file(l->tally, seed);
		/* No device at the moment: look again soon. */
		nanosleep(&pause, NULL);
	}
	_exit(0);
}

/* Waits until the loader has done some more jobs. */
static void loader_progress(struct loader *l, const char *when)
{
	uint32_t from = look(&l->tally->right);
	int64_t begin = npu_now_ns();

	while (look(&l->tally->right) < from + 5)
		tap_require(in_time(begin), "no job ended well %s", when);
}

static void loader_stop(struct loader *l)
{
	__atomic_store_n(&l->tally->stop, 1, __ATOMIC_RELEASE);
	tap_check(!reap(l->pid), "a client does not end");
	kill(l->pid, SIGKILL);
	tap_check(!l->tally->wrong, "%u wrong results", l->tally->wrong);
	tap_note("%u jobs right, %u failed, %u files", l->tally->right,
		 l->tally->failed, l->tally->opened);
	munmap(l->tally, NPU_PAGE);
}

/* ---- clients ---- */

#define QUEUED	64u

/* Queues many jobs that take a while, says so, and waits to be killed. */
static void queue_and_wait(int tell)
{
	struct npu_client *c = npu_open();
	struct npu_abi_job jobs[QUEUED];
	struct work *w[8];
	unsigned int i;

	if (!c)
		_exit(1);
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = work_small(c, 0x900 + i);
		if (!w[i])
			_exit(1);
		work_repeat(w[i], 64);
	}
	for (i = 0; i < QUEUED; i++)
		jobs[i] = w[i % ARRAY_SIZE(w)]->job;
	if (npu_submit(c, jobs, QUEUED) || write(tell, "q", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void test_kill(const void *arg)
{
	struct npu_client *bystander = client();
	struct work *w = small(bystander, 1);
	unsigned int round;

	(void)arg;
	for (round = 0; round < 5; round++) {
		struct pollfd pfd = { .events = POLLIN };
		int pipes[2], status;
		pid_t pid;

		tap_require(!pipe(pipes), "pipe");
		fflush(stdout);
		pid = fork();
		tap_require(pid >= 0, "fork");
		if (!pid) {
			npu_forget_all();
			queue_and_wait(pipes[1]);
		}
		close(pipes[1]);
		pfd.fd = pipes[0];
		tap_check(poll(&pfd, 1, PATIENCE_S * 1000) == 1 && (pfd.revents & POLLIN),
			  "the client queued nothing");
		tap_check(!work_poison(w) && !work_submit(w), "submit");
		kill(pid, SIGKILL);
		status = reap(pid);
		tap_require(status >= 0, "the killed client does not die");
		tap_check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "status %#x", status);
		tap_check(!work_wait(w), "the bystander's job failed");
		tap_check(!work_compare(w), "the bystander's result is wrong");
		close(pipes[0]);
		check_fresh_client();
	}
}

/* The buffers of a closed file live on in a dma-buf that a job still writes. */
static void test_close_with_export(const void *arg)
{
	unsigned int round;

	(void)arg;
	for (round = 0; round < 8; round++) {
		struct npu_client *c = client();
		struct work *w = small(c, round);
		struct pollfd pfd = { .events = POLLIN | POLLOUT };
		size_t size = w->out->size, i;
		uint8_t *map, sum = 0;

		work_repeat(w, 200);
		pfd.fd = npu_export(c->fd, w->out->handle);
		tap_require(pfd.fd >= 0, "export: %s", strerror(-pfd.fd));
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, pfd.fd, 0);
		tap_require(map != MAP_FAILED, "mmap: %s", strerror(errno));
		tap_require(!work_submit(w), "submit");
		npu_close(c);
		/* Ready when the job has ended, one way or the other. */
		tap_check(poll(&pfd, 1, PATIENCE_S * 1000) == 1, "the job never ends");
		for (i = 0; i < size; i++)
			sum ^= map[i]++;
		tap_note("checksum %#x", sum);
		munmap(map, size);
		close(pfd.fd);
		free(w->expect);
		free(w);
	}
	check_fresh_client();
}

static void test_close_while_running(const void *arg)
{
	unsigned int round, i;

	(void)arg;
	for (round = 0; round < 20; round++) {
		struct npu_client *c = client();
		struct work *w = small(c, round);

		work_repeat(w, 50);
		for (i = 0; i < 6; i++)
			tap_require(!work_submit(w), "submit");
		npu_close(c);
		free(w->expect);
		free(w);
	}
	check_fresh_client();
}

/*
 * Streams, weights and coefficients are in no list of the job: closing them
 * under a running job may spoil that job and nothing else.
 */
static void test_close_unlisted(const void *arg)
{
	struct npu_client *bystander = client();
	struct work *other = small(bystander, 3);
	unsigned int round;

	(void)arg;
	for (round = 0; round < 10; round++) {
		struct npu_client *c = client();
		struct work *w = small(c, round);
		int ret;

		work_repeat(w, 50);
		tap_require(!work_submit(w), "submit");
		npu_bo_free(w->regcmd);
		npu_bo_free(w->weights);
		npu_bo_free(w->coef);
		w->regcmd = NULL;
		w->weights = NULL;
		w->coef = NULL;
		work_run(other);
		ret = work_wait(w);
		tap_check(!ret || npu_is_job_error(ret), "the job ended with %s",
			  strerror(-ret));
		work_free(w);
		npu_close(c);
	}
	work_run(other);
}

static int verify_many(unsigned int number, unsigned int jobs)
{
	static const struct conv_shape shapes[] = {
		{ .in_w = 8, .in_h = 8, .in_c = 16, .out_c = 32, .k = 1, .stride = 1 },
		{ .in_w = 12, .in_h = 12, .in_c = 32, .out_c = 32, .k = 3, .stride = 1,
		  .same = true },
		{ .in_w = 14, .in_h = 14, .in_c = 64, .out_c = 64, .k = 3, .stride = 2,
		  .same = true, .depthwise = true },
		{ .in_w = 10, .in_h = 6, .in_c = 24, .out_c = 40, .k = 3, .stride = 1 },
	};
	struct work *w[ARRAY_SIZE(shapes)];
	struct npu_client *c = npu_open();
	unsigned int i, wrong = 0;
	struct npu_conv conv;

	if (!c)
		return 1;
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		conv_from_shape(&conv, &shapes[i], number * 16 + i);
		w[i] = work_conv(c, &conv, number * 32 + i, 1 + i % 2, WORK_UNLINKED, NULL);
		if (!w[i])
			return 1;
	}
	for (i = 0; i < jobs; i++) {
		struct work *this = w[(i + number) % ARRAY_SIZE(w)];
		struct work *next = w[(i + number + 1) % ARRAY_SIZE(w)];

		/* Two in flight, so that this client too uses several cores. */
		if (work_poison(this) || work_poison(next) ||
		    work_submit(this) || work_submit(next) ||
		    work_wait(this) || work_wait(next))
			return 1;
		wrong += !!work_compare(this) + !!work_compare(next);
	}
	return wrong ? 1 : 0;
}

static void test_four_clients(const void *arg)
{
	pid_t pid[4];
	unsigned int i;

	(void)arg;
	fflush(stdout);
	for (i = 0; i < ARRAY_SIZE(pid); i++) {
		pid[i] = fork();
		tap_require(pid[i] >= 0, "fork");
		if (!pid[i]) {
			npu_forget_all();
			i = (unsigned int)verify_many(i, 60);
			fflush(stdout);
			_exit((int)i);
		}
	}
	for (i = 0; i < ARRAY_SIZE(pid); i++) {
		int status = 0;

		waitpid(pid[i], &status, 0);
		tap_check(!status, "client %u failed (status %#x)", i, status);
	}
}

/* A file that two processes share after fork(); the child dies first. */
static void test_forked_file(const void *arg)
{
	struct npu_client *c = client();
	struct work *a = small(c, 1), *b = small(c, 2);
	int status;
	pid_t pid;

	(void)arg;
	fflush(stdout);
	pid = fork();
	tap_require(pid >= 0, "fork");
	if (!pid) {
		status = work_poison(a) || work_submit(a) || work_wait(a) || work_compare(a);
		work_submit(a);
		_exit(status);
	}
	work_run(b);
	status = reap(pid);
	tap_check(!status, "child's status %#x", status);
	work_run(a);
	work_run(b);
}

/* ---- cores ---- */

struct cores {
	char driver[300];
	char name[MAX_CORES][64];
	unsigned int count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The cores that are bound to the driver under test. */
static bool find_cores(struct cores *c)
{
	static const char *const drivers[] = { "sunmao-npu", "rocket" };
	struct dirent *entry;
	unsigned int i;
	DIR *dir;

	for (i = 0; i < ARRAY_SIZE(drivers); i++) {
		memset(c, 0, sizeof(*c));
		snprintf(c->driver, sizeof(c->driver), "/sys/bus/platform/drivers/%s", drivers[i]);
		dir = opendir(c->driver);
		if (!dir)
			continue;
		while ((entry = readdir(dir)) && c->count < MAX_CORES) {
			const char *dot = strrchr(entry->d_name, '.');

			if (dot && !strcmp(dot, ".npu") &&
			    strlen(entry->d_name) < sizeof(c->name[0]))
				strcpy(c->name[c->count++], entry->d_name);
		}
		closedir(dir);
		if (c->count) {
			qsort(c->name, c->count, sizeof(c->name[0]), by_name);
			return true;
		}
	}
	return false;
}

static void core_bind(const struct cores *c, unsigned int core, bool bind)
{
	char path[320];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", c->driver, bind ? "bind" : "unbind");
	ret = write_file(path, c->name[core]);
	tap_require(!ret, "%s of %s: %s", bind ? "bind" : "unbind", c->name[core],
		    strerror(-ret));
}

static void test_unbind_one(const void *arg)
{
	struct loader l[2];
	struct cores c;
	unsigned int i;

	(void)arg;
	tap_require(find_cores(&c), "no core is bound");
	if (c.count < 2) {
		tap_skip("one core only");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(l); i++)
		loader_start(&l[i], i);
	for (i = 0; i < c.count; i++) {
		loader_progress(&l[0], "before an unbind");
		core_bind(&c, i, false);
		check_fresh_client();
		loader_progress(&l[0], "with a core less");
		loader_progress(&l[1], "with a core less");
		core_bind(&c, i, true);
		check_fresh_client();
	}
	for (i = 0; i < ARRAY_SIZE(l); i++) {
		loader_progress(&l[i], "after the last bind");
		loader_stop(&l[i]);
	}
}

static void test_unbind_all(const void *arg)
{
	struct loader l[3];
	struct cores c;
	unsigned int i, round;

	(void)arg;
	tap_require(find_cores(&c), "no core is bound");
	for (i = 0; i < ARRAY_SIZE(l); i++)
		loader_start(&l[i], i);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < ARRAY_SIZE(l); i++)
			loader_progress(&l[i], "before an unbind");
		for (i = 0; i < c.count; i++)
			core_bind(&c, (i + round) % c.count, false);
		tap_check(!npu_node(), "the node is still there");
		for (i = 0; i < c.count; i++)
			core_bind(&c, (i + 2 * round) % c.count, true);
		check_fresh_client();
	}
	for (i = 0; i < ARRAY_SIZE(l); i++) {
		loader_progress(&l[i], "after the last bind");
		loader_stop(&l[i]);
	}
}

/* A file and its mappings stay open over the end of their device. */
static void test_unbind_under_file(const void *arg)
{
	struct npu_client *old = client();
	struct work *w = small(old, 1);
	struct npu_abi_create_bo create = { .size = NPU_PAGE };
	struct cores c;
	unsigned int i;
	int fd, ret;

	(void)arg;
	tap_require(find_cores(&c), "no core is bound");
	fd = npu_export(old->fd, w->out->handle);
	work_repeat(w, 400);
	tap_require(!work_submit(w), "submit");
	for (i = 0; i < c.count; i++)
		core_bind(&c, i, false);
	ret = work_wait(w);
	tap_note("the job ended with %s", ret ? strerror(-ret) : "success");
	tap_check(ret != -ETIMEDOUT, "its wait does not end");
	tap_check(work_submit(w) < 0, "SUBMIT without a device");
	tap_check(npu_create_bo(old->fd, &create) < 0, "CREATE_BO without a device");
	memset(w->in->map, 1, NPU_PAGE);
	for (i = 0; i < c.count; i++)
		core_bind(&c, i, true);
	check_fresh_client();
	tap_check(work_submit(w) < 0, "SUBMIT to a device that has gone");
	npu_close(old);
	close(fd);
	free(w->expect);
	free(w);
	check_fresh_client();
}

/* ---- power ---- */

/* Reads a device's runtime-PM state. */
static bool core_suspended(const char *name)
{
	char path[160], state[32];

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/power/runtime_status", name);
	return !read_file(path, state, sizeof(state)) && !strcmp(state, "suspended");
}

static void test_runtime_suspend(const void *arg)
{
	struct npu_client *k = client();
	struct work *w = small(k, 4);
	unsigned int i, round;
	struct cores c;

	(void)arg;
	tap_require(find_cores(&c), "no core is bound");
	for (round = 0; round < 5; round++) {
		int64_t begin = npu_now_ns();

		for (i = 0; i < c.count; i++)
			while (!core_suspended(c.name[i]))
				tap_require(in_time(begin), "%s never sleeps", c.name[i]);
		if (work_run(w))
			return;
	}
}

/* All devices suspended and resumed, as far as the kernel can test that alone. */
static void test_system_suspend(const void *arg)
{
	struct npu_client *c = client();
	char states[64] = "", was[64] = "";
	unsigned int i, round;
	struct work *w[16];

	(void)arg;
	if (read_file("/sys/power/state", states, sizeof(states)) ||
	    write_file("/sys/power/pm_test", "devices")) {
		tap_skip("no system suspend, or no pm_test");
		return;
	}
	(void)read_file("/sys/module/suspend/parameters/pm_test_delay", was, sizeof(was));
	(void)write_file("/sys/module/suspend/parameters/pm_test_delay", "1");
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = small(c, i);
		work_repeat(w[i], 100);
	}
	for (round = 0; round < 3; round++) {
		int ret;

		for (i = 0; i < ARRAY_SIZE(w); i++) {
			ret = work_poison(w[i]) ?: work_submit(w[i]);
			tap_require(!ret, "submit: %s", strerror(-ret));
		}
		ret = write_file("/sys/power/state", strstr(states, "mem") ? "mem" : "freeze");
		tap_check(!ret, "suspend: %s", strerror(-ret));
		for (i = 0; i < ARRAY_SIZE(w); i++) {
			ret = work_wait(w[i]);
			tap_require(!ret, "job %u: %s", i, strerror(-ret));
			tap_check(!work_compare(w[i]), "job %u wrong", i);
		}
	}
	if (*was)
		(void)write_file("/sys/module/suspend/parameters/pm_test_delay", was);
	(void)write_file("/sys/power/pm_test", "none");
	check_fresh_client();
}

/* ---- memory ---- */

/* MemFree in KiB, after dropping what can be dropped. */
static long memory_free_kb(void)
{
	char line[128];
	long kb = -1;
	FILE *f;

	sync();
	(void)write_file("/proc/sys/vm/drop_caches", "3");
	f = fopen("/proc/meminfo", "r");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemFree: %ld", &kb) == 1)
			break;
	fclose(f);
	return kb;
}

/* One life of a client, good and bad. */
static void one_life(unsigned int i)
{
	struct npu_abi_create_bo huge = { .size = 0xffffffff };
	struct npu_client *c = client();
	struct work *w = small(c, i);
	struct npu_abi_job bad;
	uint32_t handle;
	int fd;

	tap_require(npu_bo_new(c, 64 * NPU_PAGE), "no buffer");
	npu_create_bo(c->fd, &huge);
	bad = w->job;
	bad.task_count = 0;
	npu_submit(c, &bad, 1);
	w->in_handles[0] = 0x7fffffff;
	work_submit(w);
	w->in_handles[0] = w->in->handle;
	fd = npu_export(c->fd, w->out->handle);
	if (fd >= 0 && !npu_import(c->fd, fd, &handle))
		close(fd);
	if (i % 4)
		work_run(w);
	else
		work_submit(w);
	if (i % 2)
		work_free(w);
	npu_close(c);
	if (!(i % 2)) {
		free(w->expect);
		free(w);
	}
}

/*
 * A life may not cost 4 KiB, the least that a forgotten page table takes.
 * What the rest of the system takes or gives back meanwhile goes away when
 * measured again; a leak does not.
 */
static void test_leak(const void *arg)
{
	const unsigned int lives = 500;
	unsigned int attempt, i;
	long lost = 0;

	(void)arg;
	for (i = 0; i < 100; i++)
		one_life(i);
	for (attempt = 0; attempt < 3; attempt++) {
		long before = memory_free_kb();

		for (i = 0; i < lives; i++)
			one_life(i);
		lost = before - memory_free_kb();
		tap_note("%u lives cost %ld KiB", lives, lost);
		if (lost < (long)lives * 4)
			return;
		if (!access("/sys/kernel/debug/kmemleak", F_OK)) {
			/* Such kernels hoard freed memory; but they know leaks by name. */
			tap_skip("kmemleak is asked instead");
			return;
		}
	}
	tap_fail("%ld KiB lost in %u lives", lost, lives);
}

/* ---- module ---- */

static const char *module_path;
static unsigned int module_cycles;

static int module_remove(const char *name)
{
	int64_t begin = npu_now_ns();

	/* Kernel workers may hold the last reference for a moment. */
	while (syscall(SYS_delete_module, name, O_NONBLOCK)) {
		if (errno != EWOULDBLOCK && errno != EBUSY)
			return -errno;
		if (!in_time(begin))
			return -ETIMEDOUT;
	}
	return 0;
}

static char module_name[64];

static void module_find_name(void)
{
	const char *base = strrchr(module_path, '/');
	unsigned int i;

	base = base ? base + 1 : module_path;
	for (i = 0; base[i] && base[i] != '.' && i < sizeof(module_name) - 1; i++)
		module_name[i] = base[i] == '-' ? '_' : base[i];
}

static void module_load(unsigned int cycle)
{
	int64_t begin = npu_now_ns();
	int fd = open(module_path, O_RDONLY | O_CLOEXEC);
	int ret;

	tap_require(fd >= 0, "%s: %s", module_path, strerror(errno));
	ret = (int)syscall(SYS_finit_module, fd, "", 0);
	tap_require(!ret, "load %u: %s", cycle, strerror(errno));
	close(fd);
	while (!npu_node())
		tap_require(in_time(begin), "no device after load %u", cycle);
}

static void test_reload(const void *arg)
{
	unsigned int i;
	int ret;

	(void)arg;
	ret = module_remove(module_name);
	tap_require(!ret || ret == -ENOENT, "unload: %s", strerror(-ret));
	for (i = 0; i < module_cycles; i++) {
		module_load(i);
		check_fresh_client();
		if (tap_failed())
			return;
		ret = module_remove(module_name);
		tap_require(!ret, "unload %u: %s", i, strerror(-ret));
		tap_require(!npu_node(), "the node is still there");
	}
	module_load(i);
}

/* Opens the node as soon as it is there, uses it, and lets go for a moment. */
static void open_early(struct tally *t)
{
	uint64_t random = 1;

	while (!look(&t->stop)) {
		const struct timespec pause = {
			.tv_nsec = (long)(prng_next(&random) % 8000000),
		};
		struct npu_client *c = npu_open();
		struct work *w;

		if (c) {
			count(&t->opened);
			w = work_small(c, 1);
			if (!w || work_submit(w) || work_wait(w))
				count(&t->failed);
			else if (work_compare(w))
				count(&t->wrong);
			else
				count(&t->right);
			npu_close(c);
		}
		nanosleep(&pause, NULL);
	}
}

/* H.1 item 7: the first open may come before the last core is ready. */
static void test_open_while_loading(const void *arg)
{
	struct loader l;
	unsigned int i;
	int ret;

	(void)arg;
	l.tally = mmap(NULL, NPU_PAGE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	tap_require(l.tally != MAP_FAILED, "mmap");
	fflush(stdout);
	l.pid = fork();
	tap_require(l.pid >= 0, "fork");
	if (!l.pid) {
		npu_forget_all();
		open_early(l.tally);
		_exit(0);
	}
	for (i = 0; i < module_cycles / 5 + 1; i++) {
		ret = module_remove(module_name);
		tap_check(!ret || ret == -ENOENT, "unload %u: %s", i, strerror(-ret));
		module_load(i);
		loader_progress(&l, "after a load");
	}
	tap_check(!look(&l.tally->failed), "%u jobs failed", look(&l.tally->failed));
	loader_stop(&l);
}

/*
 * A fence that somebody holds is asked and dropped when the module has gone;
 * or the module stays as long as the fence.
 */
static void test_fence_outlives_module(const void *arg)
{
	struct dma_buf_export_sync_file args = { .flags = DMA_BUF_SYNC_RW, .fd = -1 };
	struct pollfd pfd = { .events = POLLIN };
	struct npu_client *c = client();
	struct work *w = small(c, 1);
	int dmabuf, ret;

	(void)arg;
	work_repeat(w, 500);
	dmabuf = npu_export(c->fd, w->out->handle);
	tap_require(dmabuf >= 0, "export: %s", strerror(-dmabuf));
	tap_require(!work_submit(w), "submit");
	ret = ioctl(dmabuf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &args);
	if (ret) {
		tap_skip("no sync files: %s", strerror(errno));
		close(dmabuf);
		return;
	}
	npu_close(c);
	free(w->expect);
	free(w);
	close(dmabuf);
	pfd.fd = args.fd;
	tap_check(poll(&pfd, 1, PATIENCE_S * 1000) == 1, "the fence never signals");

	ret = (int)syscall(SYS_delete_module, module_name, O_NONBLOCK);
	tap_note("with the fence held, unloading says %s", ret ? strerror(errno) : "yes");
	tap_check(poll(&pfd, 1, 0) == 1, "the fence forgot that it has signalled");
	close(pfd.fd);
	ret = module_remove(module_name);
	tap_check(!ret || ret == -ENOENT, "unload: %s", strerror(-ret));
	module_load(0);
	check_fresh_client();
}

#define T(name, fn, seconds)	{ name, fn, NULL, seconds }

static const struct tap_test tests[] = {
	T("a client with 64 queued jobs is killed", test_kill, 300),
	T("a file is closed while its jobs run", test_close_while_running, 300),
	T("a file is closed while a dma-buf of it is written", test_close_with_export, 300),
	T("unlisted buffers are closed under a job", test_close_unlisted, 300),
	T("four clients at once", test_four_clients, 600),
	T("two processes share a file", test_forked_file, 120),
	T("cores sleep between jobs", test_runtime_suspend, 300),
	T("a core is unbound and bound while jobs run", test_unbind_one, 300),
	T("all cores are unbound and bound while jobs run", test_unbind_all, 300),
	T("an open file outlives its device", test_unbind_under_file, 300),
	T("memory comes back", test_leak, 600),
};

/* Apart: it also suspends the devices through which the harness speaks. */
static const struct tap_test suspend[] = {
	T("system suspend with jobs queued", test_system_suspend, 300),
};

static const struct tap_test reload[] = {
	T("the module is loaded and unloaded", test_reload, 1200),
	T("the node is opened while the module loads", test_open_while_loading, 1200),
	T("a fence outlives the module", test_fence_outlives_module, 300),
};

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--reload")) {
		module_path = argv[2];
		module_find_name();
		module_cycles = (unsigned int)strtoul(argv[3], NULL, 0);
		return tap_main(reload, ARRAY_SIZE(reload), NULL, npu_close_all);
	}
	if (argc == 2 && !strcmp(argv[1], "--suspend"))
		return tap_main(suspend, ARRAY_SIZE(suspend), NULL, npu_close_all);
	return tap_main(tests, ARRAY_SIZE(tests), argc > 1 ? argv[1] : NULL,
			npu_close_all);
}
