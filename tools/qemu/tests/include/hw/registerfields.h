/*
 * Register and field definitions, for builds without QEMU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_HW_REGISTERFIELDS_H
#define TEST_HW_REGISTERFIELDS_H

#include <stdint.h>

#define REG32(reg, addr) enum { A_ ## reg = (addr), R_ ## reg = (addr) / 4 };
#define REG64(reg, addr) enum { A_ ## reg = (addr), R_ ## reg = (addr) / 8 };

#define FIELD(reg, field, pos, len)                                      \
    enum { R_ ## reg ## _ ## field ## _SHIFT = (pos) };                  \
    enum { R_ ## reg ## _ ## field ## _LENGTH = (len) };                 \
    __extension__ enum {                                                 \
        R_ ## reg ## _ ## field ## _MASK = (~0ULL >> (64 - (len))) << (pos) \
    };

static inline uint32_t test_field_get(uint32_t word, unsigned pos,
                                      unsigned len)
{
    return (uint32_t)(((uint64_t)word >> pos) & (~0ULL >> (64 - len)));
}

static inline int32_t sextract32(uint32_t word, int pos, int len)
{
    return (int32_t)(word << (32 - len - pos)) >> (32 - len);
}

#define FIELD_EX32(word, reg, field)                        \
    test_field_get(word, R_ ## reg ## _ ## field ## _SHIFT, \
                   R_ ## reg ## _ ## field ## _LENGTH)
#define FIELD_SEX32(word, reg, field)                       \
    sextract32(word, R_ ## reg ## _ ## field ## _SHIFT,     \
               R_ ## reg ## _ ## field ## _LENGTH)

#endif
