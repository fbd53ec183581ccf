/*
 * Watches whether the supply of the RK3588's NPU suits its clock
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_NPU_WATCH_H
#define HW_ROCKCHIP_RK3588_NPU_WATCH_H

#include "rk860x.h"

#define RK3588_NPU_NUM_BINS 6
#define RK3588_NPU_NUM_MARGINS 3

/**
 * struct RK3588NpuNeed - What the NPU does at a moment
 * @rate: rate that its supply must suit in Hz; 0 = no clock or no power
 * @bin: speed bin of the silicon, 0..5 (power.md 2.3)
 * @margin: read margins of its SRAM, as the registers hold them
 */
typedef struct RK3588NpuNeed {
    uint64_t rate;
    unsigned int bin;
    uint8_t margin[RK3588_NPU_NUM_MARGINS];
} RK3588NpuNeed;

/* Embedded in the device that owns the clock. */
typedef struct RK3588NpuWatch {
    uint32_t need_uv;           /* 0 = nothing is needed */
    int64_t since_ns;
    bool below;
    bool margin_low;
    bool fast;
    uint8_t margin[RK3588_NPU_NUM_MARGINS];

    /* Counters of the owner */
    uint64_t undervolt_ns;
    uint64_t undervolt_events;
    uint64_t margin_events;
} RK3588NpuWatch;

/**
 * rk3588_npu_level() - Supply voltage of an operating point
 * @rate: clock in Hz
 * @bin: speed bin of the silicon, 0..5
 *
 * Return: microvolts; 0 for a clock that stands still.
 */
uint32_t rk3588_npu_level(uint64_t rate, unsigned int bin);

/**
 * rk3588_npu_watch_account() - Count the time since the last look
 * @w: watch
 * @supply: regulator of the rail
 */
void rk3588_npu_watch_account(RK3588NpuWatch *w, const Rk860xState *supply);

/**
 * rk3588_npu_watch_update() - The NPU or its supply is about to change
 * @w: watch
 * @supply: regulator of the rail
 * @need: what the NPU does from now on
 *
 * To be called at every change of clock, power and read margin, and each time
 * the regulator drives its voltage.
 */
void rk3588_npu_watch_update(RK3588NpuWatch *w, const Rk860xState *supply,
                             const RK3588NpuNeed *need);

/**
 * rk3588_npu_watch_reset() - The machine starts anew; counters stay
 * @w: watch
 */
void rk3588_npu_watch_reset(RK3588NpuWatch *w);

#endif
