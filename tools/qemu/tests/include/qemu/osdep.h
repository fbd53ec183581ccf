/*
 * What the data paths need of QEMU's basic header, for builds without it
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
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Memory; a test that runs out of it ends. */
static inline void *g_realloc(void *old, size_t bytes)
{
    void *p = realloc(old, bytes);

    if (!p) {
        abort();
    }
    return p;
}

static inline void *g_malloc0(size_t bytes)
{
    return memset(g_realloc(NULL, bytes), 0, bytes);
}

static inline void g_free(void *p)
{
    free(p);
}

#endif
