/*
 * What the NPU's data path needs of QEMU's basic header, for builds without it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_QEMU_OSDEP_H
#define TEST_QEMU_OSDEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define ROUND_UP(n, d) (DIV_ROUND_UP(n, d) * (d))

#endif
