// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's init: mounts what a user space needs, then serves commands from the host.
 *
 * The byte stream to the host is a virtio-serial port, or the UART when the machine's device tree
 * was not touched. Both directions carry frames: one header line, then as many bytes as it says.
 *
 *   host to guest                            guest to host (each header begins with byte 0x02)
 *   RUN id seconds length\n script           HELLO version\n
 *   PUT id mode length path\n data           OUT id length\n bytes     output of a running script
 *   GET id path\n                            END id status\n           it ended (128+n: by signal n)
 *   KILL id signal\n                         FILE id length\n bytes    answer to GET
 *                                            ERR id errno text\n       PUT or GET failed
 *
 * On the UART kernel messages may stand between frames, never inside one: the host silences the
 * console first. Scripts run concurrently, each in a session of its own. A script that outlives its
 * time is killed with everything in its session and ends with status 124.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define MAX_CHILDREN	64
#define STATUS_TIMEOUT	124
#define PORT_WAIT_MS	20000
#define HANGUP_CHECKS	10	/* 20 ms each */

struct child {
	unsigned int id;	/* the host's number */
	pid_t pid;		/* 0: slot is free */
	int out;		/* read end of its output, -1 after EOF */
	long long deadline;	/* monotonic ms */
	bool timed_out;
};

static struct child children[MAX_CHILDREN];
static int port = -1;

/* Input from the host: refilled only when it is empty. */
static char in[65536];
static size_t in_start, in_end;

static void open_port(void);
static bool hung_up(void);
static void revive_port(void);

static void die(const char *what)
{
	fprintf(stderr, "agent: %s: %s\n", what, strerror(errno));
	sync();
	reboot(RB_POWER_OFF);
	exit(1);
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void send_all(const void *data, size_t length)
{
	const char *p = data;

	while (length) {
		ssize_t n = write(port, p, length);

		if (n < 0) {
			struct pollfd out = { .fd = port, .events = POLLOUT };

			if (errno == EINTR)
				continue;
			if (errno != EAGAIN && !hung_up())
				die("write to the host");
			if (poll(&out, 1, 1000) > 0 && (out.revents & POLLHUP))
				revive_port();
			continue;
		}
		p += n;
		length -= n;
	}
}

static void send_frame(const void *data, size_t length, const char *format, ...)
{
	char header[256] = "\002";
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(header + 1, sizeof(header) - 2, format, args);
	va_end(args);
	if (n > (int)sizeof(header) - 3)
		n = sizeof(header) - 3;
	header[++n] = '\n';
	send_all(header, n + 1);
	send_all(data, length);
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "agent: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static bool hung_up(void)
{
	struct pollfd state = { .fd = port, .events = 0 };

	return poll(&state, 1, 0) > 0 && (state.revents & POLLHUP);
}

/*
 * After a system suspend virtio_console of Linux 7.3 believes that the host has gone: the host's
 * answer to PORT_READY finds no buffer in the control queue. Binding the driver again asks anew.
 */
static void revive_port(void)
{
	static const char driver[] = "/sys/bus/virtio/drivers/virtio_console/";
	char path[128];

	for (int i = 0; i < HANGUP_CHECKS; i++) {
		if (!hung_up())
			return;
		usleep(20000);
	}
	close(port);
	snprintf(path, sizeof(path), "%sunbind", driver);
	write_text(path, "virtio0");
	snprintf(path, sizeof(path), "%sbind", driver);
	write_text(path, "virtio0");
	in_start = in_end = 0;
	open_port();
}

/* A frame is read to its end at once. */
static void refill(void)
{
	for (;;) {
		ssize_t n = read(port, in, sizeof(in));
		struct pollfd wait = { .fd = port, .events = POLLIN };

		if (n > 0) {
			in_start = 0;
			in_end = n;
			return;
		}
		/* zero: the host has not connected yet, or went away */
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			die("read from the host");
		if (poll(&wait, 1, 1000) > 0 && (wait.revents & POLLHUP))
			revive_port();
	}
}

static void receive(char *to, size_t length)
{
	while (length) {
		size_t n = in_end - in_start;

		if (!n) {
			refill();
			continue;
		}
		if (n > length)
			n = length;
		if (to) {
			memcpy(to, in + in_start, n);
			to += n;
		}
		in_start += n;
		length -= n;
	}
}

static void receive_line(char *line, size_t size)
{
	size_t n = 0;
	char c;

	for (;;) {
		receive(&c, 1);
		if (c == '\n')
			break;
		if (n + 1 < size)
			line[n++] = c;
	}
	line[n] = 0;
}

static char *receive_data(size_t length)
{
	char *data = malloc(length + 1);

	receive(data, length);
	if (data)
		data[length] = 0;
	return data;
}

static struct child *find_child(unsigned int id)
{
	for (int i = 0; i < MAX_CHILDREN; i++)
		if (children[i].pid && children[i].id == id)
			return &children[i];
	return NULL;
}

static void start(unsigned int id, unsigned int seconds, const char *script)
{
	struct child *child = NULL;
	int fds[2];
	pid_t pid;

	for (int i = 0; i < MAX_CHILDREN && !child; i++)
		if (!children[i].pid)
			child = &children[i];
	if (!child || !script || pipe2(fds, O_CLOEXEC)) {
		send_frame(NULL, 0, "END %u 125", id);
		return;
	}
	pid = fork();
	if (!pid) {
		sigset_t none;
		int null = open("/dev/null", O_RDONLY);

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		setsid();
		dup2(null, 0);
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		send_frame(NULL, 0, "END %u 125", id);
		return;
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	*child = (struct child) {
		.id = id,
		.pid = pid,
		.out = fds[0],
		.deadline = now_ms() + seconds * 1000LL,
	};
}

/* Pass on what a child has written so far; false at the end of its output. */
static bool drain(struct child *child)
{
	char data[16384];
	ssize_t n;

	while (child->out >= 0) {
		n = read(child->out, data, sizeof(data));
		if (n > 0) {
			send_frame(data, n, "OUT %u %zd", child->id, n);
			continue;
		}
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		close(child->out);
		child->out = -1;
	}
	return false;
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; i < MAX_CHILDREN; i++) {
			struct child *child = &children[i];
			int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);

			if (child->pid != pid)
				continue;
			drain(child);
			if (child->out >= 0)
				close(child->out);
			if (child->timed_out)
				code = STATUS_TIMEOUT;
			send_frame(NULL, 0, "END %u %d", child->id, code);
			child->pid = 0;
		}
	}
}

static void put(unsigned int id, unsigned int mode, size_t length, const char *path)
{
	char *data = receive_data(length);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	size_t done = 0;

	while (fd >= 0 && data && done < length) {
		ssize_t n = write(fd, data + done, length - done);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			done += n;
	}
	if (fd < 0 || done < length)
		send_frame(NULL, 0, "ERR %u %d %s", id, errno, path);
	else
		send_frame(NULL, 0, "END %u 0", id);
	if (fd >= 0) {
		fchmod(fd, mode);
		close(fd);
	}
	free(data);
}

static void get(unsigned int id, const char *path)
{
	size_t size = 0, room = 0;
	char *data = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	/* Files of proc and sysfs do not know their size: read to the end. */
	while (fd >= 0) {
		if (size == room) {
			char *bigger = realloc(data, room += 65536);

			if (!bigger) {
				n = -1;
				break;
			}
			data = bigger;
		}
		n = read(fd, data + size, room - size);
		if (n <= 0)
			break;
		size += n;
	}
	if (fd < 0 || n < 0)
		send_frame(NULL, 0, "ERR %u %d %s", id, errno, path);
	else
		send_frame(data, size, "FILE %u %zu", id, size);
	if (fd >= 0)
		close(fd);
	free(data);
}

static void serve_one(void)
{
	unsigned int id, number;
	char line[4096];
	size_t length;
	int path;

	receive_line(line, sizeof(line));
	if (sscanf(line, "RUN %u %u %zu", &id, &number, &length) == 3) {
		char *script = receive_data(length);

		start(id, number, script);
		free(script);
	} else if (sscanf(line, "PUT %u %o %zu %n", &id, &number, &length, &path) == 3) {
		put(id, number, length, line + path);
	} else if (sscanf(line, "GET %u %n", &id, &path) == 1) {
		get(id, line + path);
	} else if (sscanf(line, "KILL %u %u", &id, &number) == 2) {
		struct child *child = find_child(id);

		if (child)
			kill(-child->pid, number);
	}
}

static void serve(void)
{
	struct pollfd fds[2 + MAX_CHILDREN];
	struct signalfd_siginfo info;
	sigset_t mask;
	int signals;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signals = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		die("signalfd");
	for (;;) {
		long long now = now_ms();
		int timeout = -1, n = 2;

		fds[0] = (struct pollfd) { .fd = port, .events = POLLIN };
		fds[1] = (struct pollfd) { .fd = signals, .events = POLLIN };
		for (int i = 0; i < MAX_CHILDREN; i++) {
			struct child *child = &children[i];
			long long left = child->deadline - now;

			if (!child->pid)
				continue;
			if (left <= 0 && !child->timed_out) {
				child->timed_out = true;
				kill(-child->pid, SIGKILL);
			} else if (left > 0 && (timeout < 0 || left < timeout)) {
				timeout = left;
			}
			if (child->out >= 0)
				fds[n++] = (struct pollfd) { .fd = child->out, .events = POLLIN };
		}
		if (in_start < in_end)
			timeout = 0;
		poll(fds, n, timeout);
		if (fds[0].revents & POLLHUP)
			revive_port();
		for (int i = 0; i < MAX_CHILDREN; i++)
			if (children[i].pid)
				drain(&children[i]);
		while (read(signals, &info, sizeof(info)) > 0)
			;
		reap();
		if (in_start < in_end || (fds[0].revents & POLLIN))
			serve_one();
	}
}

static void prepare_mounts(void)
{
	static const struct {
		const char *type, *where;
	} mounts[] = {
		{ "proc", "/proc" }, { "sysfs", "/sys" }, { "devtmpfs", "/dev" },
		{ "devpts", "/dev/pts" }, { "tmpfs", "/dev/shm" }, { "tmpfs", "/tmp" },
		{ "tmpfs", "/run" }, { "debugfs", "/sys/kernel/debug" },
		{ "tracefs", "/sys/kernel/tracing" },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].where, 0755);
		/* a kernel without one of these still serves commands */
		mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL);
	}
}

/* The port's path from "sunmao.agent=" on the kernel command line. */
static void open_port(void)
{
	char line[4096] = "", *path;
	long long limit = now_ms() + PORT_WAIT_MS;
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	struct termios tio;

	if (fd < 0 || read(fd, line, sizeof(line) - 1) <= 0)
		die("/proc/cmdline");
	close(fd);
	path = strstr(line, "sunmao.agent=");
	path = path ? path + strlen("sunmao.agent=") : "/dev/vport0p1";
	path[strcspn(path, " \n")] = 0;
	while ((port = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) < 0) {
		if (now_ms() > limit)
			die(path);
		usleep(2000);
	}
	if (!tcgetattr(port, &tio)) {
		cfmakeraw(&tio);
		tcsetattr(port, TCSANOW, &tio);
		/* frames share this line with the console: emergencies only from here on */
		fd = open("/proc/sys/kernel/printk", O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "1\n", 2) != 2)
			die("/proc/sys/kernel/printk");
		close(fd);
	}
}

int main(void)
{
	setenv("PATH", "/usr/local/bin:/usr/bin:/usr/sbin:/usr/lib/sunmao", 1);
	setenv("HOME", "/root", 1);
	setenv("TERM", "dumb", 1);
	prepare_mounts();
	if (!fork()) {
		execl("/bin/busybox", "busybox", "--install", "-s", "/usr/bin", (char *)NULL);
		_exit(127);
	}
	while (wait(NULL) < 0 && errno == EINTR)
		;
	open_port();
	send_frame(NULL, 0, "HELLO 1");
	serve();
}
