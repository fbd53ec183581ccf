// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints what the kernel tells user space about a subsystem's devices, one
 * event a line: action, path, and every KEY=VALUE.
 *
 *   uevent-watch SUBSYSTEM
 *
 * "ready" is printed when it listens.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define EVENT_SIZE	8192

int main(int argc, char **argv)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	char event[EVENT_SIZE + 1], want[64];
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (argc != 2)
		return 2;
	snprintf(want, sizeof(want), "SUBSYSTEM=%s", argv[1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		perror("netlink");
		return 1;
	}
	printf("ready\n");
	for (;;) {
		ssize_t n = recv(fd, event, EVENT_SIZE, 0), i;
		const char *field;

		if (n < 0 && errno == ENOBUFS)
			continue;
		if (n < 0)
			return 1;
		event[n] = '\0';
		for (field = event; field < event + n; field += strlen(field) + 1)
			if (!strcmp(field, want))
				break;
		if (field >= event + n)
			continue;
		for (i = 0; i < n; i++)
			if (!event[i])
				event[i] = i + 1 < n ? ' ' : '\0';
		printf("%s\n", event);
	}
}
