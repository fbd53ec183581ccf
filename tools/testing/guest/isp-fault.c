// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stream that meets faults of the hardware, beside one that does not.
 *
 *   isp-fault stream FRAMES ERRORS [GO]
 *
 * Streams on the first instance (the victim) and on the second (the bystander). After
 * three frames says "ready" and waits until the file GO exists, which a harness
 * makes after it has armed a fault; without GO it goes on at once. Then FRAMES
 * more frames. Every frame has to come back, with its number and its buffers; exactly
 * ERRORS frames of the victim are marked as broken, all others are right, and so are
 * all of the bystander.
 *
 *   isp-fault close GO     close all files while frames hang
 *   isp-fault stop GO      stop the stream while frames hang
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "isp_rig.h"
#include "tap.h"

#define BEFORE		3u
#define AHEAD		3u
#define GO_SECONDS	120u

static struct {
	const char *mode, *go;
	unsigned int frames, errors;
} args;

static struct isp_rig victim, bystander;

static void settings(struct isp_params *p, unsigned int frame)
{
	isp_params_random(p, frame, 160, 144);
}

static void submit(struct isp_rig *rig, unsigned int frame)
{
	struct isp_params p;

	settings(&p, frame);
	isp_rig_draw(rig, frame % AHEAD, ISP_SCENE_MIX, frame);
	isp_rig_submit(rig, frame % AHEAD, &p);
}

/* Returns whether the frame is broken. */
static bool collect(struct isp_rig *rig, unsigned int frame, const char *who)
{
	struct isp_params p;
	struct isp_result *r = &rig->result;
	int ret = isp_collect(rig->dev, rig->with, r);

	tap_require(!ret, "%s: frame %u does not come: %s", who, frame, strerror(-ret));
	tap_check(r->main.sequence == frame && r->stats.sequence == frame &&
		  r->params.sequence == frame, "%s: frame %u has numbers %u %u %u", who, frame,
		  r->main.sequence, r->stats.sequence, r->params.sequence);
	tap_check(r->main.index == frame % AHEAD && r->raw.index == frame % AHEAD,
		  "%s: frame %u: buffers out of order", who, frame);
	tap_check(r->main.time_us == r->raw.time_us, "%s: frame %u: times differ", who, frame);
	/* settings count even when the frame is lost: they were queued for it */
	settings(&p, frame);
	tap_require(!isp_ref_apply(&rig->set, p.data, isp_params_bytes(&p)), "apply");
	rig->sequence++;
	if (r->main.error || r->stats.error) {
		tap_note("%s: frame %u is marked (picture %u, statistics %u)", who, frame,
			 r->main.error, r->stats.error);
		return true;
	}
	isp_rig_check(rig, who);
	return false;
}

static void wait_go(void)
{
	const struct timespec nap = { .tv_nsec = 10000000 };
	unsigned int i;

	tap_note("ready");
	if (!args.go)
		return;
	for (i = 0; i < GO_SECONDS * 100; i++) {
		if (!access(args.go, F_OK))
			return;
		nanosleep(&nap, NULL);
	}
	tap_require(false, "nobody made %s", args.go);
}

static void open_both(void)
{
	static const char *const parents[] = { "fdcb0000.isp", "fdcc0000.isp" };
	static struct isp_rig *const rigs[] = { &victim, &bystander };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		const struct isp_rig_setup setup = {
			.width = 160, .height = 144, .buffers = AHEAD, .stats = true,
		};
		struct isp_dev *dev = isp_open_at(parents[i], 0);

		tap_require(dev, "%s: %s", parents[i], strerror(errno));
		isp_rig_open_on(rigs[i], dev, &setup);
	}
}

static void test_stream(const void *arg)
{
	unsigned int frame, queued, broken = 0, total = BEFORE + args.frames;

	(void)arg;
	open_both();
	for (frame = 0; frame < BEFORE; frame++) {
		submit(&victim, frame);
		submit(&bystander, frame);
		tap_check(!collect(&victim, frame, "victim"), "broken before the fault");
		tap_check(!collect(&bystander, frame, "bystander"), "broken before the fault");
	}
	wait_go();
	for (queued = frame; frame < total; frame++) {
		for (; queued < total && queued < frame + AHEAD; queued++) {
			submit(&victim, queued);
			submit(&bystander, queued);
		}
		broken += collect(&victim, frame, "victim");
		tap_check(!collect(&bystander, frame, "bystander"), "the bystander's frame is broken");
	}
	tap_check(broken == args.errors, "%u broken frames, not %u", broken, args.errors);
	isp_rig_close(&victim);
	isp_rig_close(&bystander);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void test_leave(const void *arg)
{
	const bool stop = !strcmp(args.mode, "stop");
	int64_t begin;
	unsigned int i;

	(void)arg;
	open_both();
	for (i = 0; i < BEFORE; i++) {
		submit(&victim, i);
		tap_check(!collect(&victim, i, "victim"), "broken before the fault");
	}
	wait_go();
	for (i = BEFORE; i < BEFORE + AHEAD; i++)
		submit(&victim, i);
	begin = now_ms();
	if (stop)
		isp_rig_close(&victim);
	else
		isp_close(victim.dev);
	/* whatever hangs is given up within the limit of a frame, not of the queue */
	tap_check(now_ms() - begin < 5000, "%lld ms", (long long)(now_ms() - begin));
	tap_note("%lld ms", (long long)(now_ms() - begin));
	submit(&bystander, 0);
	tap_check(!collect(&bystander, 0, "bystander"), "the bystander's frame is broken");
	isp_rig_close(&bystander);
}

static const struct tap_test stream[] = {
	{ "stream", test_stream, NULL, 300 },
};

static const struct tap_test leave[] = {
	{ "leave", test_leave, NULL, 180 },
};

int main(int argc, char **argv)
{
	bool leaves = argc >= 2 && (!strcmp(argv[1], "close") || !strcmp(argv[1], "stop"));

	if (!leaves && (argc < 4 || strcmp(argv[1], "stream"))) {
		fprintf(stderr, "usage: isp-fault stream FRAMES ERRORS [GO]\n"
			"       isp-fault close|stop [GO]\n");
		return 2;
	}
	args.mode = argv[1];
	if (leaves) {
		args.go = argv[2];
		return tap_main(leave, ARRAY_SIZE(leave), NULL, isp_close_all);
	}
	args.frames = (unsigned int)strtoul(argv[2], NULL, 10);
	args.errors = (unsigned int)strtoul(argv[3], NULL, 10);
	args.go = argv[4];
	return tap_main(stream, ARRAY_SIZE(stream), NULL, isp_close_all);
}
