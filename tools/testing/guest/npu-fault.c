// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failing jobs: a victim whose job fails and a bystander who must not notice.
 *
 *   npu-fault              hostile register streams, one test per kind
 *   npu-fault serve        keep a victim and a bystander open; print "ready"
 *   npu-fault do COMMAND   have the serving process do COMMAND, print its TAP
 *   npu-fault quit         end the serving process
 *
 * The commands let a harness inject faults between them:
 *
 *   ok        victim and bystander: one job each, right
 *   error     victim: jobs on all cores, at least one fails, the rest is right
 *   either    victim: jobs on all cores, each fails or is right
 *   beside    victim: a job that fails; bystander: jobs at the same time, right
 *   signal    victim: a wait without a deadline ends when a signal comes
 *   close     victim: file closed while its job hangs, then opened anew
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "regcmd.h"
#include "tap.h"
#include "workload.h"

#define CORES		3u
#define NOWHERE		0xf0000000u	/* an address that no buffer here gets */

struct party {
	struct npu_client *client;
	struct work *work[2 * CORES];
};

static struct party victim, bystander;

static void party_open(struct party *p, uint64_t seed)
{
	unsigned int i;

	p->client = npu_open();
	tap_require(p->client, "open: %s", strerror(errno));
	for (i = 0; i < ARRAY_SIZE(p->work); i++) {
		p->work[i] = work_small(p->client, seed + i);
		tap_require(p->work[i], "no job");
	}
}

static void party_submit(struct party *p, unsigned int jobs)
{
	unsigned int i;
	int ret;

	for (i = 0; i < jobs; i++) {
		ret = work_poison(p->work[i]) ?: work_submit(p->work[i]);
		tap_require(!ret, "submit: %s", strerror(-ret));
	}
}

/* Waits for the first jobs; returns how many failed. What ended well is right. */
static unsigned int party_wait(struct party *p, unsigned int jobs)
{
	unsigned int i, failed = 0;

	for (i = 0; i < jobs; i++) {
		int ret = work_wait(p->work[i]);

		if (!ret) {
			tap_check(!work_compare(p->work[i]), "job %u is wrong", i);
			continue;
		}
		tap_check(npu_is_job_error(ret), "job %u: %s", i, strerror(-ret));
		tap_note("job %u ended with %s", i, strerror(-ret));
		failed++;
	}
	return failed;
}

static void party_ok(struct party *p, const char *who)
{
	unsigned int failed;

	party_submit(p, 1);
	failed = party_wait(p, 1);
	tap_check(!failed, "the %s's job failed", who);
}

/* ---- commands of the harness ---- */

static void do_ok(const void *arg)
{
	(void)arg;
	party_ok(&bystander, "bystander");
	party_ok(&victim, "victim");
}

/*
 * Twice as many jobs as cores at once: every core gets one, wherever the
 * fault waits.
 */
static void do_error(const void *arg)
{
	unsigned int failed;

	(void)arg;
	party_submit(&victim, ARRAY_SIZE(victim.work));
	failed = party_wait(&victim, ARRAY_SIZE(victim.work));
	tap_check(failed, "no job failed");
}

static void do_either(const void *arg)
{
	(void)arg;
	party_submit(&victim, ARRAY_SIZE(victim.work));
	tap_note("%u failed", party_wait(&victim, ARRAY_SIZE(victim.work)));
}

/* A fault of the victim's own making, so that only its job can meet it. */
static void break_stream(struct work *w)
{
	uint64_t *word = w->regcmd->map;
	uint32_t i;

	for (i = 0; i < w->tasks[0].regcmd_count; i++)
		if (word[i] >> 48 == RC_CNA && (word[i] & 0xffff) == 0x1070)
			word[i] = rc_word(RC_CNA, 0x1070, NOWHERE);
	npu_fini(w->client->fd, w->regcmd->handle);
}

static void mend_stream(struct work *w)
{
	uint64_t *word = w->regcmd->map;
	uint32_t i;

	for (i = 0; i < w->tasks[0].regcmd_count; i++)
		if (word[i] >> 48 == RC_CNA && (word[i] & 0xffff) == 0x1070)
			word[i] = rc_word(RC_CNA, 0x1070, w->in->iova);
	npu_fini(w->client->fd, w->regcmd->handle);
}

static void do_beside(const void *arg)
{
	unsigned int round, failed;

	(void)arg;
	break_stream(victim.work[0]);
	for (round = 0; round < 3; round++) {
		party_submit(&bystander, CORES);
		party_submit(&victim, 1);
		party_submit(&bystander, ARRAY_SIZE(bystander.work));
		failed = party_wait(&victim, 1);
		tap_check(failed == 1, "the victim's job did not fail");
		failed = party_wait(&bystander, ARRAY_SIZE(bystander.work));
		tap_check(!failed, "%u of the bystander's jobs failed", failed);
	}
	mend_stream(victim.work[0]);
}

static void on_timer(int sig)
{
	(void)sig;
}

/* Not setitimer(): its signal is the test's own time limit. */
static void do_signal(const void *arg)
{
	const struct itimerspec spec = {
		.it_value.tv_nsec = 50000000, .it_interval.tv_nsec = 50000000,
	};
	const struct sigaction act = { .sa_handler = on_timer };
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	timer_t timer;
	unsigned int i;
	int ret = 0;

	(void)arg;
	sigaction(SIGUSR1, &act, NULL);
	tap_require(!timer_create(CLOCK_MONOTONIC, &ev, &timer), "timer");
	party_submit(&victim, ARRAY_SIZE(victim.work));
	timer_settime(timer, 0, &spec, NULL);
	/* One of the jobs hangs; the wait for it must be interrupted. */
	for (i = 0; i < ARRAY_SIZE(victim.work) && ret != -EINTR; i++)
		ret = npu_prep(victim.client->fd, victim.work[i]->out->handle, INT64_MAX);
	timer_delete(timer);
	tap_check(ret == -EINTR, "%s", ret ? strerror(-ret) : "no job hung");
	party_wait(&victim, ARRAY_SIZE(victim.work));
}

static void do_close(const void *arg)
{
	unsigned int i, failed;

	(void)arg;
	party_submit(&victim, ARRAY_SIZE(victim.work));
	npu_close(victim.client);
	for (i = 0; i < ARRAY_SIZE(victim.work); i++) {
		free(victim.work[i]->expect);
		free(victim.work[i]);
	}
	party_submit(&bystander, ARRAY_SIZE(bystander.work));
	failed = party_wait(&bystander, ARRAY_SIZE(bystander.work));
	tap_note("%u of the bystander's jobs failed", failed);
	party_open(&victim, 0x100);
	party_ok(&victim, "victim");
}

static void do_quit(const void *arg)
{
	(void)arg;
	fflush(stdout);
	exit(0);
}

static const struct tap_test commands[] = {
	{ "ok", do_ok, NULL, 300 },
	{ "error", do_error, NULL, 300 },
	{ "either", do_either, NULL, 300 },
	{ "beside", do_beside, NULL, 300 },
	{ "signal", do_signal, NULL, 300 },
	{ "close", do_close, NULL, 300 },
	{ "quit", do_quit, NULL, 60 },
};

static int endpoint(bool serve)
{
	/* An abstract address: no file to clean up. */
	static const struct sockaddr_un addr = {
		.sun_family = AF_UNIX, .sun_path = "\0npu-fault",
	};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ret;

	if (fd < 0)
		return -1;
	if (serve)
		ret = bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) ?:
		      listen(fd, 4);
	else
		ret = connect(fd, (const struct sockaddr *)&addr, sizeof(addr));
	if (!ret)
		return fd;
	close(fd);
	return -1;
}

static void open_parties(const void *arg)
{
	(void)arg;
	party_open(&victim, 0x100);
	party_open(&bystander, 0x200);
}

static int serve(void)
{
	const struct tap_test start = { "two clients", open_parties, NULL, 60 };
	int listener = endpoint(true);
	int console = dup(STDOUT_FILENO);

	if (listener < 0 || console < 0) {
		perror("npu-fault");
		return 3;
	}
	if (tap_main(&start, 1, NULL, NULL))
		return 1;
	printf("ready\n");

	for (;;) {
		char command[32] = "";
		int conn = accept(listener, NULL, NULL);
		size_t i;

		if (conn < 0)
			continue;
		if (read(conn, command, sizeof(command) - 1) <= 0) {
			close(conn);
			continue;
		}
		dup2(conn, STDOUT_FILENO);
		for (i = 0; i < ARRAY_SIZE(commands); i++)
			if (!strcmp(command, commands[i].name))
				tap_main(&commands[i], 1, NULL, NULL);
		fflush(stdout);
		dup2(console, STDOUT_FILENO);
		close(conn);
	}
}

static int ask(const char *command)
{
	char reply[16384];
	size_t n = 0;
	ssize_t got;
	int fd = endpoint(false);

	if (fd < 0 || write(fd, command, strlen(command)) < 0) {
		perror("npu-fault");
		return 3;
	}
	while (n < sizeof(reply) - 1) {
		got = read(fd, reply + n, sizeof(reply) - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	reply[n] = '\0';
	fputs(reply, stdout);
	if (!strcmp(command, "quit"))
		return 0;
	return strstr(reply, "\nok 1 ") ? 0 : 1;
}

/* ---- hostile streams ---- */

struct hostile {
	void (*spoil)(struct work *w, uint64_t seed);
	bool must_fail;
	uint64_t seed;
};

/* Runs beside a bystander; afterwards both must be able to go on. */
static void test_hostile(const void *arg)
{
	const struct hostile *t = arg;
	struct work *w;
	unsigned int failed;
	int ret;

	party_open(&victim, 0x100);
	party_open(&bystander, 0x200);
	w = work_small(victim.client, 0x300);
	tap_require(w, "no job");
	t->spoil(w, t->seed);
	npu_fini(w->client->fd, w->regcmd->handle);

	party_submit(&bystander, CORES);
	ret = work_poison(w) ?: work_submit(w);
	tap_require(!ret, "submit: %s", strerror(-ret));
	failed = party_wait(&bystander, CORES);
	tap_check(!failed, "%u of the bystander's jobs failed", failed);
	ret = work_wait(w);
	tap_note("the hostile job ended with %s", ret ? strerror(-ret) : "success");
	if (t->must_fail)
		tap_check(npu_is_job_error(ret), "it did not fail");
	else
		tap_check(!ret || npu_is_job_error(ret), "it did not end");

	party_submit(&bystander, ARRAY_SIZE(bystander.work));
	failed = party_wait(&bystander, ARRAY_SIZE(bystander.work));
	tap_check(!failed, "%u of the bystander's later jobs failed", failed);
	party_ok(&victim, "victim");
}

static void set(struct work *w, enum rc_target target, uint16_t offset, uint32_t value)
{
	uint64_t *word = w->regcmd->map;
	uint32_t i, done = 0;

	for (i = 0; i < w->tasks[0].regcmd_count; i++) {
		if (word[i] >> 48 == target && (word[i] & 0xffff) == offset) {
			word[i] = rc_word(target, offset, value);
			done++;
		}
	}
	tap_require(done, "no register %#x in the stream", offset);
}

/* Puts words before the stream's own. */
static void prepend(struct work *w, const uint64_t *words, uint32_t count)
{
	uint64_t *word = w->regcmd->map;

	memmove(word + count, word, w->tasks[0].regcmd_count * sizeof(*word));
	memcpy(word, words, count * sizeof(*word));
	w->tasks[0].regcmd_count += count;
}

static uint64_t *last_words(struct work *w)
{
	return (uint64_t *)w->regcmd->map + w->tasks[0].regcmd_count - RC_TRAILER_WORDS;
}

static void spoil_feature(struct work *w, uint64_t seed)
{
	(void)seed;
	set(w, RC_CNA, 0x1070, NOWHERE);
}

static void spoil_weights(struct work *w, uint64_t seed)
{
	(void)seed;
	set(w, RC_CNA, 0x1110, NOWHERE);
}

static void spoil_bias(struct work *w, uint64_t seed)
{
	(void)seed;
	set(w, RC_RDMA, 0x5020, NOWHERE);
}

static void spoil_output(struct work *w, uint64_t seed)
{
	(void)seed;
	set(w, RC_DPU, 0x4020, NOWHERE);
}

static void spoil_output_zero(struct work *w, uint64_t seed)
{
	(void)seed;
	set(w, RC_DPU, 0x4020, 0);
}

static void spoil_dma_base(struct work *w, uint64_t seed)
{
	const uint64_t word = rc_word(RC_PC, 0x0034, 0x70000000);

	(void)seed;
	prepend(w, &word, 1);
}

static void spoil_self_link(struct work *w, uint64_t seed)
{
	(void)seed;
	last_words(w)[0] = rc_word(RC_PC, 0x0010, w->regcmd->iova);
	last_words(w)[1] = rc_word(RC_PC, 0x0014, rc_amount(w->tasks[0].regcmd_count));
}

static void spoil_endless(struct work *w, uint64_t seed)
{
	const uint64_t word = rc_word(RC_PC, 0x0030, 0x6fff);

	prepend(w, &word, 1);
	spoil_self_link(w, seed);
}

static void spoil_link_nowhere(struct work *w, uint64_t seed)
{
	(void)seed;
	last_words(w)[0] = rc_word(RC_PC, 0x0010, NOWHERE);
	last_words(w)[1] = rc_word(RC_PC, 0x0014, 64);
}

static void spoil_interrupt_mask(struct work *w, uint64_t seed)
{
	const uint64_t word = rc_word(RC_PC, 0x0020, 0);

	(void)seed;
	prepend(w, &word, 1);
}

static void spoil_all_interrupts(struct work *w, uint64_t seed)
{
	const uint64_t word = rc_word(RC_PC, 0x0020, 0xffffffff);

	(void)seed;
	prepend(w, &word, 1);
}

static void spoil_slave_mode(struct work *w, uint64_t seed)
{
	const uint64_t word = rc_word(RC_PC, 0x0010, 1);

	(void)seed;
	prepend(w, &word, 1);
}

static void spoil_core_number(struct work *w, uint64_t seed)
{
	const uint64_t words[] = {
		rc_word(RC_CNA, 0x1004, 0x3000000e),
		rc_word(RC_CORE, 0x3004, 0x3000000e),
	};

	(void)seed;
	prepend(w, words, 2);
}

static void spoil_no_start(struct work *w, uint64_t seed)
{
	(void)seed;
	last_words(w)[3] = 0;
}

static void spoil_start_nothing(struct work *w, uint64_t seed)
{
	(void)seed;
	last_words(w)[3] = rc_word(RC_START, 0x0008, 0);
}

static void spoil_start_cna_only(struct work *w, uint64_t seed)
{
	(void)seed;
	last_words(w)[3] = rc_word(RC_START, 0x0008, 1);
}

static void spoil_start_everything(struct work *w, uint64_t seed)
{
	(void)seed;
	last_words(w)[3] = rc_word(RC_START, 0x0008, 0xffffffff);
}

static void spoil_mrdma(struct work *w, uint64_t seed)
{
	(void)seed;
	/* F18: MRDMA enabled in a convolution that adds nothing */
	set(w, RC_RDMA, 0x5044, 0x7800);
}

static void spoil_geometry(struct work *w, uint64_t seed)
{
	(void)seed;
	set(w, RC_CNA, 0x1020, 0x07ff07ff);
	set(w, RC_CNA, 0x1024, 0x3fffffff);
	set(w, RC_CNA, 0x102c, 0x003fffff);
	set(w, RC_CNA, 0x1030, 0xffffffff);
	set(w, RC_CNA, 0x1038, 0x1f1f3fff);
	set(w, RC_CORE, 0x3014, 0xffffffff);
	set(w, RC_CORE, 0x3018, 0xffff);
	set(w, RC_DPU, 0x4030, 0x1fff);
	set(w, RC_DPU, 0x4034, 0x1fff);
	set(w, RC_DPU, 0x403c, 0x1fff1fff);
	set(w, RC_RDMA, 0x500c, 0x1fff);
	set(w, RC_RDMA, 0x5010, 0x1fff);
	set(w, RC_RDMA, 0x5014, 0x1fff);
}

static void spoil_geometry_zero(struct work *w, uint64_t seed)
{
	(void)seed;
	set(w, RC_CNA, 0x1014, 0);
	set(w, RC_CNA, 0x1020, 0);
	set(w, RC_CNA, 0x1024, 0);
	set(w, RC_CNA, 0x1038, 0);
	set(w, RC_CNA, 0x1034, 0);
}

static void spoil_foreign_targets(struct work *w, uint64_t seed)
{
	/* A block that this SoC lacks, a global one, and ids that mean nothing. */
	const uint64_t words[] = {
		(uint64_t)0x0401 << 48 | 0xe0000 | 0x2004,
		(uint64_t)0xffff << 48 | 0x7f0000 | 0xf008,
		(uint64_t)0x0003 << 48 | 0xffff0000 | 0x0008,
		(uint64_t)0x1001 << 48 | 0xffff0000 | 0xfffc,
	};

	(void)seed;
	prepend(w, words, ARRAY_SIZE(words));
}

/* The job overwrites its own stream. */
static void spoil_own_stream(struct work *w, uint64_t seed)
{
	(void)seed;
	set(w, RC_DPU, 0x4020, w->regcmd->iova);
	set(w, RC_DPU, 0x4024, 0);
	set(w, RC_DPU, 0x40c0, 0);
}

static void spoil_random(struct work *w, uint64_t seed)
{
	uint64_t *word = w->regcmd->map;
	uint32_t i;

	for (i = 0; i < w->tasks[0].regcmd_count; i++)
		word[i] = prng_next(&seed);
}

/* Right targets and offsets, wild values. */
static void spoil_values(struct work *w, uint64_t seed)
{
	uint64_t *word = w->regcmd->map;
	uint32_t i;

	for (i = 0; i + RC_TRAILER_WORDS < w->tasks[0].regcmd_count; i++)
		if (prng_next(&seed) % 8 == 0)
			word[i] ^= (prng_next(&seed) & 0xffffffff) << 16;
}

static void spoil_ones(struct work *w, uint64_t seed)
{
	(void)seed;
	memset(w->regcmd->map, 0xff, w->tasks[0].regcmd_count * 8);
}

static void spoil_empty(struct work *w, uint64_t seed)
{
	(void)seed;
	memset(w->regcmd->map, 0, w->tasks[0].regcmd_count * 8);
}

#define H(name, ...)	{ name, test_hostile, &(const struct hostile){ __VA_ARGS__ }, 240 }

static const struct tap_test hostile[] = {
	H("features at an unmapped address", spoil_feature, true, 0),
	H("weights at an unmapped address", spoil_weights, true, 0),
	H("coefficients at an unmapped address", spoil_bias, true, 0),
	H("output at an unmapped address", spoil_output, true, 0),
	H("output at address 0", spoil_output_zero, true, 0),
	H("all addresses shifted out of the buffers", spoil_dma_base, true, 0),
	H("a segment that links to itself", spoil_self_link, false, 0),
	H("a segment that links to itself 4095 times", spoil_endless, false, 0),
	H("a link to an unmapped address", spoil_link_nowhere, false, 0),
	H("interrupts masked by the stream", spoil_interrupt_mask, false, 0),
	H("all interrupts unmasked by the stream", spoil_all_interrupts, false, 0),
	H("slave mode entered by the stream", spoil_slave_mode, false, 0),
	H("pointers of a core that does not exist", spoil_core_number, true, 0),
	H("no start word", spoil_no_start, true, 0),
	H("a start word that starts nothing", spoil_start_nothing, true, 0),
	H("a start word that starts half a pipeline", spoil_start_cna_only, true, 0),
	H("a start word that starts everything", spoil_start_everything, false, 0),
	H("a convolution with a useless read DMA", spoil_mrdma, false, 0),
	H("the largest geometry that the fields hold", spoil_geometry, false, 0),
	H("the smallest geometry", spoil_geometry_zero, false, 0),
	H("targets that do not exist", spoil_foreign_targets, false, 0),
	H("a job that overwrites its stream", spoil_own_stream, false, 0),
	H("all ones", spoil_ones, true, 0),
	H("all zero", spoil_empty, true, 0),
	H("random words 1", spoil_random, false, 1),
	H("random words 2", spoil_random, false, 2),
	H("random words 3", spoil_random, false, 3),
	H("random values 1", spoil_values, false, 11),
	H("random values 2", spoil_values, false, 12),
	H("random values 3", spoil_values, false, 13),
	H("random values 4", spoil_values, false, 14),
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "serve"))
		return serve();
	if (argc == 2 && !strcmp(argv[1], "quit"))
		return ask("quit");
	if (argc == 3 && !strcmp(argv[1], "do"))
		return ask(argv[2]);
	return tap_main(hostile, ARRAY_SIZE(hostile), argc > 1 ? argv[1] : NULL,
			npu_close_all);
}
