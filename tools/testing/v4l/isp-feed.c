// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feeds the ISP while a program that knows nothing of it streams on one of its nodes.
 *
 * v4l2-compliance opens one node and expects frames. An ISP that works from memory
 * gives none unless somebody queues raw pictures. Preloaded (LD_PRELOAD), this queues
 * on the raw node ISP_FEED (/dev/videoN, its format is set) one raw picture for
 * every buffer that the program queues on any other node, from the program's
 * STREAMON until its STREAMOFF. So frames are neither missing nor dropped.
 *
 * The program's own calls are passed on unchanged.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RAWS 8

static int (*next_ioctl)(int fd, unsigned long request, ...);
static int (*next_close)(int fd);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t thread;
static int user = -1;		/* the program's file that streams, or -1 */
static int counted = -1;	/* the file that `credit` belongs to */
static unsigned int credit;	/* buffers that the program queued, not yet fed */
static int raw = -1;
static bool stop;

static void fail(const char *what)
{
	fprintf(stderr, "isp-feed: %s: %s\n", what, strerror(errno));
	abort();
}

static void raw_ioctl(unsigned long request, void *arg, const char *what)
{
	if (next_ioctl(raw, request, arg))
		fail(what);
}

static struct v4l2_buffer raw_buffer(struct v4l2_plane *plane, unsigned int index)
{
	memset(plane, 0, sizeof(*plane));

	return (struct v4l2_buffer) {
		.index = index,
		.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,
		.memory = V4L2_MEMORY_MMAP,
		.length = 1,
		.m.planes = plane,
	};
}

/* Queue what there is credit for, take back what is done, until told to stop. */
static void *feed(void *arg)
{
	unsigned int i, free_count = RAWS, free_list[RAWS];
	struct v4l2_format f = { .type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE };
	struct v4l2_plane plane;
	struct v4l2_buffer buf;

	(void)arg;
	raw_ioctl(VIDIOC_G_FMT, &f, "G_FMT");
	for (i = 0; i < RAWS; i++)
		free_list[i] = i;
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		struct pollfd p = { .fd = raw, .events = POLLOUT };
		struct timespec now;

		while (free_count && __atomic_load_n(&credit, __ATOMIC_ACQUIRE)) {
			buf = raw_buffer(&plane, free_list[--free_count]);
			plane.bytesused = f.fmt.pix_mp.plane_fmt[0].sizeimage;
			clock_gettime(CLOCK_MONOTONIC, &now);
			buf.timestamp.tv_sec = now.tv_sec;
			buf.timestamp.tv_usec = now.tv_nsec / 1000;
			raw_ioctl(VIDIOC_QBUF, &buf, "QBUF");
			__atomic_sub_fetch(&credit, 1, __ATOMIC_ACQ_REL);
		}
		if (free_count == RAWS) {
			usleep(500);
			continue;
		}
		if (poll(&p, 1, 5) == 1) {
			buf = raw_buffer(&plane, 0);
			if (!next_ioctl(raw, VIDIOC_DQBUF, &buf))
				free_list[free_count++] = buf.index;
			else if (errno != EAGAIN)
				fail("DQBUF");
		}
	}

	return NULL;
}

static void start_feeding(int fd)
{
	struct v4l2_requestbuffers req = {
		.count = RAWS,
		.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,
		.memory = V4L2_MEMORY_MMAP,
	};
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
	const char *node = getenv("ISP_FEED");

	raw = open(node ? node : "", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (raw < 0)
		fail("ISP_FEED");
	raw_ioctl(VIDIOC_REQBUFS, &req, "REQBUFS");
	raw_ioctl(VIDIOC_STREAMON, &type, "STREAMON");
	user = fd;
	stop = false;
	if (pthread_create(&thread, NULL, feed, NULL))
		fail("pthread_create");
}

static void stop_feeding(void)
{
	if (user < 0)
		return;
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	next_close(raw);
	raw = -1;
	user = -1;
}

__attribute__((constructor)) static void init(void)
{
	next_ioctl = dlsym(RTLD_NEXT, "ioctl");
	next_close = dlsym(RTLD_NEXT, "close");
	/* Programs that the program starts feed nothing. */
	unsetenv("LD_PRELOAD");
}

static void forget(int fd)
{
	if (counted == fd)
		__atomic_store_n(&credit, 0, __ATOMIC_RELEASE);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;
	int ret;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);

	/* Before the program's call: what it takes back is not to be fed any more. */
	if (request == VIDIOC_STREAMOFF || request == VIDIOC_REQBUFS) {
		pthread_mutex_lock(&lock);
		forget(fd);
		if (user == fd && request == VIDIOC_STREAMOFF)
			stop_feeding();
		pthread_mutex_unlock(&lock);
	}
	ret = next_ioctl(fd, request, arg);
	if (ret)
		return ret;
	if (request == VIDIOC_QBUF) {
		pthread_mutex_lock(&lock);
		if (counted != fd) {
			__atomic_store_n(&credit, 0, __ATOMIC_RELEASE);
			counted = fd;
		}
		__atomic_add_fetch(&credit, 1, __ATOMIC_ACQ_REL);
		pthread_mutex_unlock(&lock);
	} else if (request == VIDIOC_STREAMON) {
		pthread_mutex_lock(&lock);
		if (user < 0)
			start_feeding(fd);
		pthread_mutex_unlock(&lock);
	}

	return ret;
}

int close(int fd)
{
	if (fd >= 0 && fd == user) {
		pthread_mutex_lock(&lock);
		forget(fd);
		stop_feeding();
		pthread_mutex_unlock(&lock);
	}
	if (fd == counted)
		forget(fd);

	return next_close(fd);
}
