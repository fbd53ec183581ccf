// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clock, voltage and sleep of the NPU under jobs: whatever an administrator,
 * a governor, the heat and the lid of a laptop may do, in any order.
 *
 *   npu-hazard [--seed N] [--count N] [--no-suspend] [--meddle]
 *                          random sequences; every job's result is checked.
 *                          --meddle: a second process turns the same knobs
 *   npu-hazard pace N      N inferences one after the other, each timed
 *   npu-hazard ramp        from idle to the highest clock: how long it takes
 *   npu-hazard load        keep all cores busy until killed
 *   npu-hazard rail BUS ADDRESS MILLIVOLTS
 *                          set an RK8602 behind the kernel's back
 *
 * The kernel is seen through sysfs only: devfreq, thermal, runtime PM, system
 * sleep (Documentation/ABI/testing/sysfs-class-devfreq, sysfs-class-thermal,
 * sysfs-devices-power, sysfs-power).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/i2c.h>
#include <linux/i2c-dev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "tap.h"
#include "workload.h"

#define MAX_RATES	16u
#define MAX_WORDS	16u
#define MAX_CORES	8u
#define MAX_PATH	160u
#define WORKS		6u
#define IDLE_LIMIT_NS	(20LL * 1000000000)
#define MS		1000000LL

static struct {
	uint64_t seed;
	unsigned int count;
	bool suspend;
	bool meddle;
} opt = { 1, 500, true, false };

static void rest(int64_t ns)
{
	const struct timespec t = {
		.tv_sec = ns / 1000000000,
		.tv_nsec = ns % 1000000000,
	};

	nanosleep(&t, NULL);
}

/* ---- what the kernel offers ---- */

struct knobs {
	char devfreq[MAX_PATH];
	char governors[MAX_WORDS][24];
	unsigned int n_governors;
	uint64_t rate[MAX_RATES];
	unsigned int n_rates;
	char cooling[MAX_PATH];
	unsigned long cooling_max;
	char core[MAX_CORES][MAX_PATH];
	unsigned int n_cores;
	char sleep[8];
};

static struct knobs knobs;

/*
 * The first entry of @dir whose name begins with @prefix and whose file @attr
 * (whose name when NULL) contains @text.
 */
static bool find_entry(char *path, const char *dir, const char *prefix,
		       const char *attr, const char *text)
{
	char file[PATH_MAX], value[128];
	struct dirent *entry;
	bool found = false;
	DIR *d = opendir(dir);

	while (d && !found && (entry = readdir(d))) {
		if (entry->d_name[0] == '.' ||
		    strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		snprintf(value, sizeof(value), "%.127s", entry->d_name);
		if (attr) {
			snprintf(file, sizeof(file), "%s/%s/%s", dir, entry->d_name, attr);
			if (read_file(file, value, sizeof(value)))
				continue;
		}
		found = strstr(value, text);
		if (found)
			snprintf(path, MAX_PATH, "%s/%.100s", dir, entry->d_name);
	}
	if (d)
		closedir(d);
	return found;
}

static void knob_path(char *path, const char *dir, const char *file)
{
	snprintf(path, PATH_MAX, "%s/%s", dir, file);
}

static int knob_set(const char *dir, const char *file, const char *value)
{
	char path[PATH_MAX];

	knob_path(path, dir, file);
	return write_file(path, value);
}

static int knob_set_number(const char *dir, const char *file, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return knob_set(dir, file, text);
}

static uint64_t knob_number(const char *dir, const char *file)
{
	char path[PATH_MAX], text[64];

	knob_path(path, dir, file);
	return read_file(path, text, sizeof(text)) ? 0 : strtoull(text, NULL, 10);
}

static void find_devfreq(void)
{
	char path[PATH_MAX], text[512], *word, *state;

	if (!find_entry(knobs.devfreq, "/sys/class/devfreq", "", NULL, "npu"))
		return;
	knob_path(path, knobs.devfreq, "available_governors");
	if (!read_file(path, text, sizeof(text)))
		for (word = strtok_r(text, " ", &state);
		     word && knobs.n_governors < MAX_WORDS; word = strtok_r(NULL, " ", &state))
			/* "passive" needs a parent that this device does not have. */
			if (strcmp(word, "passive"))
				snprintf(knobs.governors[knobs.n_governors++],
					 sizeof(knobs.governors[0]), "%s", word);
	knob_path(path, knobs.devfreq, "available_frequencies");
	if (!read_file(path, text, sizeof(text)))
		for (word = strtok_r(text, " ", &state);
		     word && knobs.n_rates < MAX_RATES; word = strtok_r(NULL, " ", &state))
			knobs.rate[knobs.n_rates++] = strtoull(word, NULL, 10);
}

static void find_cores(void)
{
	static const char *const names[] = { "fdab0000.npu", "fdac0000.npu", "fdad0000.npu" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(knobs.core[knobs.n_cores], sizeof(knobs.core[0]),
			 "/sys/bus/platform/devices/%s/power", names[i]);
		if (!access(knobs.core[knobs.n_cores], X_OK))
			knobs.n_cores++;
	}
}

static void find_knobs(void)
{
	char states[64];

	memset(&knobs, 0, sizeof(knobs));
	find_devfreq();
	if (find_entry(knobs.cooling, "/sys/class/thermal", "cooling_device", "type", "npu"))
		knobs.cooling_max = knob_number(knobs.cooling, "max_state");
	find_cores();
	if (opt.suspend && !read_file("/sys/power/state", states, sizeof(states)) &&
	    !write_file("/sys/power/pm_test", "none")) {
		strcpy(knobs.sleep, strstr(states, "mem") ? "mem" : "freeze");
		(void)write_file("/sys/module/suspend/parameters/pm_test_delay", "0");
	}
	tap_note("%u rates, %u governors, cooling %lu, %u cores, sleep %s", knobs.n_rates,
		 knobs.n_governors, knobs.cooling_max, knobs.n_cores,
		 *knobs.sleep ? knobs.sleep : "none");
}

/* ---- jobs ---- */

struct pool {
	struct npu_client *client[2];
	struct work *work[WORKS];
	bool running[WORKS];
	uint64_t done;
};

static void pool_fill(struct pool *p)
{
	static const struct conv_shape shapes[WORKS] = {
		{ .in_w = 8, .in_h = 8, .in_c = 16, .out_c = 32, .k = 3, .stride = 1,
		  .same = true },
		{ .in_w = 8, .in_h = 8, .in_c = 16, .out_c = 32, .k = 1, .stride = 1 },
		{ .in_w = 14, .in_h = 14, .in_c = 32, .out_c = 32, .k = 3, .stride = 1,
		  .same = true },
		{ .in_w = 12, .in_h = 12, .in_c = 64, .out_c = 64, .k = 3, .stride = 2,
		  .same = true, .depthwise = true },
		{ .in_w = 10, .in_h = 6, .in_c = 24, .out_c = 40, .k = 3, .stride = 1 },
		{ .in_w = 16, .in_h = 16, .in_c = 64, .out_c = 64, .k = 3, .stride = 1,
		  .same = true },
	};
	struct npu_conv conv;
	unsigned int i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < ARRAY_SIZE(p->client); i++) {
		p->client[i] = npu_open();
		tap_require(p->client[i], "open: %s", strerror(errno));
	}
	for (i = 0; i < WORKS; i++) {
		conv_from_shape(&conv, &shapes[i], opt.seed * WORKS + i);
		p->work[i] = work_conv(p->client[i % 2], &conv, opt.seed * WORKS + i, 1,
				       WORK_UNLINKED, NULL);
		tap_require(p->work[i], "no job %u", i);
	}
}

static void job_start(struct pool *p, unsigned int i, unsigned int tasks)
{
	struct work *w = p->work[i];
	int ret;

	if (p->running[i])
		return;
	(void)work_repeat(w, tasks);
	ret = work_poison(w) ?: work_submit(w);
	tap_require(!ret, "submit: %s", strerror(-ret));
	p->running[i] = true;
}

static void job_finish(struct pool *p, unsigned int i)
{
	int ret;

	if (!p->running[i])
		return;
	p->running[i] = false;
	ret = work_wait(p->work[i]);
	tap_require(!ret, "job %u: %s", i, strerror(-ret));
	tap_require(!work_compare(p->work[i]), "job %u: wrong result", i);
	p->done++;
}

static void jobs_finish(struct pool *p)
{
	unsigned int i;

	for (i = 0; i < WORKS; i++)
		job_finish(p, i);
}

/* ---- actions ---- */

static uint64_t rng;

static unsigned int pick(unsigned int n)
{
	return n ? (unsigned int)(prng_next(&rng) % n) : 0;
}

static uint64_t any_rate(void)
{
	static const uint64_t odd[] = {
		0, 1, 123456789, 200000000, 950000000, 1000000063, 4000000000ull, UINT64_MAX,
	};

	return pick(8) && knobs.n_rates ? knobs.rate[pick(knobs.n_rates)] :
					  odd[pick(ARRAY_SIZE(odd))];
}

static void act_job(struct pool *p)
{
	unsigned int i = pick(WORKS);

	job_start(p, i, 1 + pick(8));
	job_finish(p, i);
}

static void act_burst(struct pool *p)
{
	unsigned int n = 1 + pick(WORKS);

	while (n--)
		job_start(p, pick(WORKS), 1 + pick(40));
}

static void act_collect(struct pool *p)
{
	jobs_finish(p);
}

static void act_governor(struct pool *p)
{
	const char *governor = knobs.governors[pick(knobs.n_governors)];
	int ret;

	(void)p;
	if (!knobs.n_governors)
		return;
	ret = knob_set(knobs.devfreq, "governor", governor);
	tap_check(!ret, "governor %s: %s", governor, strerror(-ret));
}

/* Only "userspace" has the file; other governors make it vanish. */
static void act_userspace(struct pool *p)
{
	(void)p;
	if (*knobs.devfreq) {
		(void)knob_set(knobs.devfreq, "governor", "userspace");
		(void)knob_set_number(knobs.devfreq, "userspace/set_freq", any_rate());
	}
}

/* Limits, sometimes impossible ones; 0 removes them. */
static void act_limits(struct pool *p)
{
	(void)p;
	if (!*knobs.devfreq)
		return;
	switch (pick(6)) {
	case 0:
		(void)knob_set_number(knobs.devfreq, "min_freq", any_rate());
		break;
	case 1:
		(void)knob_set_number(knobs.devfreq, "max_freq", any_rate());
		break;
	default:
		(void)knob_set(knobs.devfreq, "min_freq", "0");
		(void)knob_set(knobs.devfreq, "max_freq", "0");
		break;
	}
}

static void act_polling(struct pool *p)
{
	(void)p;
	if (*knobs.devfreq)
		(void)knob_set_number(knobs.devfreq, "polling_interval", 5 + pick(60));
}

static void act_cooling(struct pool *p)
{
	(void)p;
	if (*knobs.cooling)
		(void)knob_set_number(knobs.cooling, "cur_state",
				      pick(2) ? 0 : pick((unsigned int)knobs.cooling_max + 2));
}

static void act_nap(struct pool *p)
{
	(void)p;
	rest((int64_t)pick(80) * MS);
}

static bool all_asleep(void)
{
	char path[PATH_MAX], state[32];
	unsigned int i;

	for (i = 0; i < knobs.n_cores; i++) {
		knob_path(path, knobs.core[i], "runtime_status");
		if (read_file(path, state, sizeof(state)) || strcmp(state, "suspended"))
			return false;
	}
	return true;
}

static void wait_asleep(void)
{
	int64_t begin = npu_now_ns();
	unsigned int i;

	while (!all_asleep()) {
		/* Whoever holds a core awake meanwhile is overruled. */
		for (i = 0; i < knobs.n_cores; i++)
			(void)knob_set(knobs.core[i], "control", "auto");
		tap_require(npu_now_ns() - begin < IDLE_LIMIT_NS, "the cores never sleep");
		rest(2 * MS);
	}
}

/* All cores idle until their domains are off. */
static void act_idle(struct pool *p)
{
	jobs_finish(p);
	wait_asleep();
}

static void act_autosuspend(struct pool *p)
{
	static const unsigned int delay[] = { 0, 1, 5, 20, 50 };

	(void)p;
	(void)knob_set_number(knobs.core[pick(knobs.n_cores)], "autosuspend_delay_ms",
			      delay[pick(ARRAY_SIZE(delay))]);
}

/* A core that somebody holds awake; the next "idle" or "release" lets it go. */
static void act_hold(struct pool *p)
{
	(void)p;
	(void)knob_set(knobs.core[pick(knobs.n_cores)], "control", pick(3) ? "auto" : "on");
}

static void act_suspend(struct pool *p)
{
	static const char *const level[] = { "devices", "devices", "platform", "core" };
	const char *test = level[pick(ARRAY_SIZE(level))];
	int ret;

	(void)p;
	if (!*knobs.sleep || write_file("/sys/power/pm_test", test))
		return;
	ret = write_file("/sys/power/state", knobs.sleep);
	tap_check(!ret || ret == -EBUSY, "suspend (%s): %s", test, strerror(-ret));
	(void)write_file("/sys/power/pm_test", "none");
}

static const struct {
	const char *name;
	void (*act)(struct pool *p);
	unsigned int weight;
} actions[] = {
	{ "job", act_job, 300 },
	{ "burst", act_burst, 200 },
	{ "collect", act_collect, 80 },
	{ "governor", act_governor, 80 },
	{ "userspace", act_userspace, 200 },
	{ "limits", act_limits, 60 },
	{ "polling", act_polling, 10 },
	{ "cooling", act_cooling, 60 },
	{ "nap", act_nap, 60 },
	{ "idle", act_idle, 60 },
	{ "autosuspend", act_autosuspend, 40 },
	{ "hold", act_hold, 30 },
	{ "suspend", act_suspend, 12 },
};

static unsigned int draw_action(void)
{
	unsigned int sum = 0, i, n;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		sum += actions[i].weight;
	n = pick(sum);
	for (i = 0; n >= actions[i].weight; i++)
		n -= actions[i].weight;
	return i;
}

/*
 * A second administrator, at the same time. He leaves the governor and what
 * appears and vanishes with it alone: devfreq removes these files under the
 * lock that writing them takes, and two writers wait for each other for ever
 * (governor_store() and polling_interval_store(), seen with Linux 7.3).
 */
static void meddle(void)
{
	static void (*const act[])(struct pool *p) = {
		act_limits, act_limits, act_cooling, act_hold, act_autosuspend,
	};

	rng = ~opt.seed;
	for (;;) {
		act[pick(ARRAY_SIZE(act))](NULL);
		(void)knob_number(knobs.devfreq, "cur_freq");
		(void)knob_number(knobs.devfreq, "target_freq");
		rest((int64_t)pick(12) * MS);
	}
}

static pid_t meddler_start(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	tap_require(pid >= 0, "fork: %s", strerror(errno));
	if (!pid) {
		npu_forget_all();
		meddle();
	}
	return pid;
}

static void meddler_stop(pid_t pid)
{
	if (pid) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

/* Everything as the boot left it, so that what follows is well-defined. */
static void put_right(struct pool *p)
{
	unsigned int i;

	act_idle(p);
	if (*knobs.devfreq) {
		(void)knob_set(knobs.devfreq, "min_freq", "0");
		(void)knob_set(knobs.devfreq, "max_freq", "0");
		(void)knob_set(knobs.devfreq, "governor", "simple_ondemand");
	}
	if (*knobs.cooling)
		(void)knob_set(knobs.cooling, "cur_state", "0");
	for (i = 0; i < knobs.n_cores; i++)
		(void)knob_set_number(knobs.core[i], "autosuspend_delay_ms", 50);
}

static void test_sequences(const void *arg)
{
	unsigned int used[ARRAY_SIZE(actions)] = { 0 }, i, n;
	pid_t meddler = 0;
	struct pool p;

	(void)arg;
	find_knobs();
	tap_require(knobs.n_cores, "no core");
	tap_require(*knobs.devfreq && knobs.n_rates, "no devfreq device of the NPU");
	rng = opt.seed;
	pool_fill(&p);
	if (opt.meddle)
		meddler = meddler_start();
	for (i = 0; i < opt.count; i++) {
		for (n = 1 + pick(4); n; n--) {
			unsigned int a = draw_action();

			used[a]++;
			actions[a].act(&p);
			if (tap_failed()) {
				meddler_stop(meddler);
				tap_note("sequence %u of seed %llu: %s", i,
					 (unsigned long long)opt.seed, actions[a].name);
				return;
			}
		}
		if (i % 100 == 99)
			tap_note("%u of %u sequences, %llu jobs", i + 1, opt.count,
				 (unsigned long long)p.done);
	}
	meddler_stop(meddler);
	jobs_finish(&p);
	for (i = 0; i < ARRAY_SIZE(actions); i++)
		tap_note("%-12s %u", actions[i].name, used[i]);
	put_right(&p);
	/* It still works, asleep and awake. */
	wait_asleep();
	for (i = 0; i < WORKS; i++) {
		job_start(&p, i, 1);
		job_finish(&p, i);
	}
	tap_check(p.done > opt.count / 4, "only %llu jobs", (unsigned long long)p.done);
}

/* ---- measuring ---- */

/* An inference that the cores compute for half a millisecond at 200 MHz. */
static struct work *inference(struct npu_client *c, uint64_t seed)
{
	static const struct conv_shape shape = {
		.in_w = 28, .in_h = 28, .in_c = 128, .out_c = 128,
		.k = 3, .stride = 1, .same = true,
	};
	struct npu_conv conv;

	conv_from_shape(&conv, &shape, seed);
	return work_conv(c, &conv, seed, 1, WORK_UNLINKED, NULL);
}

#define TASKS_PER_INFERENCE	8u

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int pace(unsigned int count)
{
	struct npu_client *c = npu_open();
	struct work *w = c ? inference(c, 1) : NULL;
	int64_t *ns = calloc(count, sizeof(*ns));
	unsigned int i;

	if (!w || !ns || !count) {
		fprintf(stderr, "no job: %s\n", strerror(errno));
		return 1;
	}
	(void)work_repeat(w, TASKS_PER_INFERENCE);
	(void)work_poison(w);
	/* The first one wakes the core up. */
	for (i = 0; i <= count; i++) {
		int64_t begin = npu_now_ns();
		int ret = work_submit(w) ?: work_wait(w);

		if (ret) {
			fprintf(stderr, "inference %u: %s\n", i, strerror(-ret));
			return 1;
		}
		if (i)
			ns[i - 1] = npu_now_ns() - begin;
	}
	if (work_compare(w)) {
		fprintf(stderr, "wrong result\n");
		return 1;
	}
	qsort(ns, count, sizeof(*ns), by_value);
	printf("median=%lld min=%lld max=%lld ns, %u tasks each\n", (long long)ns[count / 2],
	       (long long)ns[0], (long long)ns[count - 1], TASKS_PER_INFERENCE);
	npu_close_all();
	return 0;
}

/* Keeps @p's jobs running on all cores; returns a negative errno of a job. */
static int keep_busy(struct work **w, unsigned int n, unsigned int *turn)
{
	int ret = work_wait(w[*turn % n]);

	if (!ret)
		ret = work_submit(w[*turn % n]);
	(*turn)++;
	return ret;
}

static int load(bool until_top)
{
	struct npu_client *c = npu_open();
	unsigned int turn = 0, i;
	struct work *w[6];
	uint64_t top = 0, period;
	int64_t begin;
	int ret;

	if (!c)
		return 1;
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = inference(c, i);
		if (!w[i])
			return 1;
		(void)work_repeat(w[i], TASKS_PER_INFERENCE);
	}
	find_knobs();
	for (i = 0; i < knobs.n_rates; i++)
		top = knobs.rate[i] > top ? knobs.rate[i] : top;
	period = *knobs.devfreq ? knob_number(knobs.devfreq, "polling_interval") : 0;
	if (until_top) {
		if (!top)
			return 1;
		wait_asleep();
	}
	begin = npu_now_ns();
	for (i = 0; i < ARRAY_SIZE(w); i++)
		if (work_submit(w[i]))
			return 1;
	printf("busy\n");
	do {
		ret = keep_busy(w, ARRAY_SIZE(w), &turn);
		if (until_top && knob_number(knobs.devfreq, "cur_freq") == top) {
			printf("top=%llu after=%lld ns, period=%llu ms\n",
			       (unsigned long long)top, (long long)(npu_now_ns() - begin),
			       (unsigned long long)period);
			until_top = false;
			break;
		}
		if (until_top && npu_now_ns() - begin > IDLE_LIMIT_NS) {
			fprintf(stderr, "still at %llu\n", (unsigned long long)
				knob_number(knobs.devfreq, "cur_freq"));
			return 1;
		}
	} while (!ret);
	for (i = 0; i < ARRAY_SIZE(w) && !ret; i++)
		ret = work_wait(w[i]) ?: work_compare(w[i]);
	if (ret)
		fprintf(stderr, "job: %d\n", ret);
	npu_close_all();
	return !!ret;
}

/* ---- sabotage ---- */

/* The voltage registers of an RK8602: 500 mV + n * 6.25 mV (power notes, 5.1). */
static int rail(const char *bus, const char *address, const char *millivolts)
{
	long uv = strtol(millivolts, NULL, 0) * 1000;
	__u8 data[2] = { 0x06, (__u8)((uv - 500000) / 6250) };
	struct i2c_msg msg = {
		.addr = (__u16)strtoul(address, NULL, 0),
		.len = sizeof(data),
		.buf = data,
	};
	struct i2c_rdwr_ioctl_data transfer = { .msgs = &msg, .nmsgs = 1 };
	int fd = open(bus, O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, I2C_RDWR, &transfer) < 0) {
		fprintf(stderr, "%s: %s\n", bus, strerror(errno));
		return 1;
	}
	close(fd);
	return 0;
}

static const struct tap_test tests[] = {
	{ "random sequences", test_sequences, NULL, 7200 },
};

static const char usage[] =
	"usage: npu-hazard [--seed N] [--count N] [--no-suspend] [--meddle]\n"
	"       npu-hazard pace N | ramp | load | rail BUS ADDRESS MILLIVOLTS\n";

int main(int argc, char **argv)
{
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "pace"))
		return pace((unsigned int)strtoul(argv[2], NULL, 0));
	if (argc == 2 && !strcmp(argv[1], "ramp"))
		return load(true);
	if (argc == 2 && !strcmp(argv[1], "load"))
		return load(false);
	if (argc == 5 && !strcmp(argv[1], "rail"))
		return rail(argv[2], argv[3], argv[4]);
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--no-suspend")) {
			opt.suspend = false;
		} else if (!strcmp(argv[i], "--meddle")) {
			opt.meddle = true;
		} else if (i + 1 < argc && !strcmp(argv[i], "--seed")) {
			opt.seed = strtoull(argv[++i], NULL, 0);
		} else if (i + 1 < argc && !strcmp(argv[i], "--count")) {
			opt.count = (unsigned int)strtoul(argv[++i], NULL, 0);
		} else {
			fputs(usage, stderr);
			return 2;
		}
	}
	return tap_main(tests, ARRAY_SIZE(tests), NULL, npu_close_all);
}
