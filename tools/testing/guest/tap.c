// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test Anything Protocol reporter, see tap.h.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

char tap_skip_reason[160];

static struct {
	const char *name;
	bool failed;
	jmp_buf end;
} cur;

static void out_of_time(int sig)
{
	static const char msg[] = "\nBail out! out of time: ";

	(void)sig;
	if (write(STDOUT_FILENO, msg, sizeof(msg) - 1) < 0 ||
	    write(STDOUT_FILENO, cur.name, strlen(cur.name)) < 0 ||
	    write(STDOUT_FILENO, "\n", 1) < 0)
		_exit(3);
	_exit(2);
}

/** tap_mark_failed() - the running test has failed */
void tap_mark_failed(void)
{
	cur.failed = true;
}

/** tap_leave() - end the running test here */
void tap_leave(void)
{
	longjmp(cur.end, 1);
}

/**
 * tap_failed() - has the running test failed already?
 *
 * Return: true after the first failed check.
 */
bool tap_failed(void)
{
	return cur.failed;
}

/* Apart from the loop, so that no variable changes between setjmp() and here. */
static void run_test(const struct tap_test *t)
{
	if (!setjmp(cur.end))
		t->run(t->arg);
}

/**
 * tap_main() - run a table of tests
 * @tests: the table
 * @count: number of entries
 * @only: run only tests whose name contains this string, NULL for all
 * @after: called after every test, to close what it left open; may be NULL
 *
 * On a slow machine TAP_TIME_SCALE in the environment multiplies the limits.
 *
 * Return: exit status for main(): 0 when nothing failed, 1 otherwise, 2 when
 * @only matches nothing.
 */
int tap_main(const struct tap_test *tests, size_t count,
	     const char *only, void (*after)(void))
{
	const char *slow = getenv("TAP_TIME_SCALE");
	unsigned int scale = slow ? (unsigned int)strtoul(slow, NULL, 10) : 1;
	unsigned int number = 0, failed = 0, planned = 0;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGALRM, out_of_time);

	for (i = 0; i < count; i++)
		planned += !only || strstr(tests[i].name, only);
	printf("1..%u\n", planned);
	if (!planned)
		return 2;

	for (i = 0; i < count; i++) {
		const struct tap_test *t = &tests[i];

		if (only && !strstr(t->name, only))
			continue;
		cur.failed = false;
		*tap_skip_reason = '\0';
		cur.name = t->name;
		alarm((t->seconds ? t->seconds : TAP_SECONDS) * (scale ? scale : 1));
		run_test(t);
		if (after)
			after();
		alarm(0);
		number++;
		failed += cur.failed;
		if (*tap_skip_reason && !cur.failed)
			printf("ok %u - %s # SKIP %s\n", number, t->name, tap_skip_reason);
		else
			printf("%s %u - %s\n", cur.failed ? "not ok" : "ok",
			       number, t->name);
	}
	return failed ? 1 : 0;
}
