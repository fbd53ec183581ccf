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
#include <stdio.h>
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

int tap_main(const struct tap_test *tests, size_t count,
	     const char *only, void (*after)(void));
bool tap_failed(void);
void tap_mark_failed(void);
noreturn void tap_leave(void);
extern char tap_skip_reason[160];

/* Prints a diagnostic line. */
#define tap_note(fmt, ...)	printf("# " fmt "\n", ##__VA_ARGS__)

/* Marks the running test as failed and prints what was seen. */
#define tap_fail(fmt, ...)						\
	do {								\
		tap_note("%s:%d: " fmt, __FILE__, __LINE__, ##__VA_ARGS__); \
		tap_mark_failed();					\
	} while (0)

/* Marks the running test as not applicable here; a failed check still counts. */
#define tap_skip(...)							\
	snprintf(tap_skip_reason, sizeof(tap_skip_reason), __VA_ARGS__)

/* Records a failure and goes on. */
#define tap_check(cond, ...)						\
	do {								\
		if (!(cond))						\
			tap_fail(__VA_ARGS__);				\
	} while (0)

/* Records a failure and ends the test, from however deep. Not in a child. */
#define tap_require(cond, ...)						\
	do {								\
		if (!(cond)) {						\
			tap_fail(__VA_ARGS__);				\
			tap_leave();					\
		}							\
	} while (0)

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#endif /* SUNMAO_TEST_TAP_H */
