/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of named test functions, run in order, reported in the Test
 * Anything Protocol on stdout.
 *
 * The plan is printed first: a program that dies half way has printed fewer
 * results than it promised, which the harness counts as a failure.
 */
#ifndef SUNMAO_TEST_TAP_H
#define SUNMAO_TEST_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

/**
 * struct tap_test - one named test
 * @name: what must hold, in a few words
 * @run: the test; reports through tap_fail() or tap_skip()
 * @arg: passed to @run, so that one function can serve a table of cases
 * @seconds: time limit, 0 for TAP_SECONDS; overrunning ends the program
 */
struct tap_test {
	const char *name;
	void (*run)(const void *arg);
	const void *arg;
	unsigned int seconds;
};

#define TAP_SECONDS	120

#define __printf(a, b)	__attribute__((__format__(__printf__, a, b)))

int tap_main(const struct tap_test *tests, size_t count,
	     const char *only, void (*after)(void));
bool tap_failed(void);

__printf(3, 4) void tap_fail(const char *file, int line, const char *fmt, ...);
__printf(1, 2) void tap_skip(const char *fmt, ...);
__printf(1, 2) void tap_note(const char *fmt, ...);
noreturn void tap_leave(void);

/* Records a failure and goes on. */
#define tap_check(cond, ...)						\
	do {								\
		if (!(cond))						\
			tap_fail(__FILE__, __LINE__, __VA_ARGS__);	\
	} while (0)

/* Records a failure and ends the test, from however deep. Not in a child. */
#define tap_require(cond, ...)						\
	do {								\
		if (!(cond)) {						\
			tap_fail(__FILE__, __LINE__, __VA_ARGS__);	\
			tap_leave();					\
		}							\
	} while (0)

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#endif /* SUNMAO_TEST_TAP_H */
