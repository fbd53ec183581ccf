/*
 * Helpers shared by the Rockchip device models
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_COMMON_H
#define HW_ROCKCHIP_COMMON_H

#include "qom/object.h"

/**
 * rockchip_hiword() - New value of a hiword-masked register
 * @old: present value of the low half
 * @val: value written; bits 31:16 say which of bits 15:0 change
 *
 * CRU, PMU and GRF registers are written this way (power.md 1.1, soc.md 3).
 */
static inline uint32_t rockchip_hiword(uint32_t old, uint32_t val)
{
    uint32_t mask = val >> 16;

    return ((old & ~mask) | (val & mask)) & 0xffff;
}

/**
 * struct RockchipCounter - One event counter of a device
 * @name: name of the QOM property
 * @offset: offset of the uint64_t in the device's state structure
 * @sync: brings the counter up to date before it is read, or NULL
 */
typedef struct RockchipCounter {
    const char *name;
    size_t offset;
    void (*sync)(Object *obj);
} RockchipCounter;

#define ROCKCHIP_COUNTER(name_, type_, field_) \
    { .name = (name_), .offset = offsetof(type_, field_) }
#define ROCKCHIP_COUNTER_SYNC(name_, type_, field_, sync_) \
    { .name = (name_), .offset = offsetof(type_, field_), .sync = (sync_) }

/**
 * rockchip_add_counters() - Publish the event counters of a device
 * @obj: the device
 * @table: its counters, ended by an entry without a name; must stay valid
 *
 * Every counter becomes a read-only uint64 property. Writing 0 to the
 * property "reset-counters" clears them all; other values are refused.
 */
void rockchip_add_counters(Object *obj, const RockchipCounter *table);

#endif
