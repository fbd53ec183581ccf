/* SPDX-License-Identifier: GPL-2.0-only */
/* Small text files, of sysfs and debugfs mostly. */
#ifndef SUNMAO_TEST_FILES_H
#define SUNMAO_TEST_FILES_H

#include <stddef.h>

/**
 * write_file() - write a text into a file that is there
 * @path: of the file
 * @text: what to write, in one go
 *
 * Return: 0, or a negative errno.
 */
int write_file(const char *path, const char *text);

/**
 * read_file() - read the first line of a file
 * @path: of the file
 * @text: receives the line without its end
 * @size: of @text
 *
 * Return: 0, or a negative errno.
 */
int read_file(const char *path, char *text, size_t size);

#endif
