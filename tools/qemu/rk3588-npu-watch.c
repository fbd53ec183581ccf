/*
 * Watches whether the supply of the RK3588's NPU suits its clock
 *
 * Facts: power.md 2.3 (operating points), 2.5 (read margins of the SRAM).
 *
 * Inferred: what counts as a violation. Silicon would compute wrongly at some
 * unknown point; here every moment below the operating point of the clock
 * counts. 200 MHz needs what 300 MHz needs, a rate between two operating
 * points the upper one, a rate above the table the highest. A read margin is
 * wrong when it is shorter than the supply asks for, or changed, while the
 * nominal rate is above the one to which the vendor's driver drops for it; the
 * ring may run faster than that, as it does on the vendor's kernel after the
 * voltage went up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/timer.h"
#include "rk3588-npu-watch.h"

#define MHZ 1000000ULL

/* Above this rate read margins must be right (power.md 2.5). */
#define MARGIN_RATE (500 * MHZ)

/* Operating points of ordinary parts; a column for each bin (power.md 2.3). */
static const struct {
    uint16_t mhz;
    uint32_t uv[RK3588_NPU_NUM_BINS];
} levels[] = {
    { 600, { 700000, 687500, 675000, 675000, 675000, 675000 } },
    { 700, { 700000, 700000, 700000, 687500, 675000, 675000 } },
    { 800, { 750000, 750000, 737500, 725000, 712500, 700000 } },
    { 900, { 800000, 787500, 775000, 762500, 750000, 737500 } },
    { 1000, { 850000, 837500, 825000, 812500, 800000, 787500 } },
};

/* Voltage from which on a read margin is long enough (power.md 2.5). */
static const struct {
    uint32_t uv;
    uint8_t margin;
} margins[] = {
    { 855000, 1 }, { 765000, 2 }, { 675000, 3 }, { 0, 4 },
};

uint32_t rk3588_npu_level(uint64_t rate, unsigned int bin)
{
    int i = 0;

    if (!rate) {
        return 0;
    }
    while (i < ARRAY_SIZE(levels) - 1 && rate > levels[i].mhz * MHZ) {
        i++;
    }
    return levels[i].uv[MIN(bin, RK3588_NPU_NUM_BINS - 1)];
}

static uint8_t margin_for(uint32_t uv)
{
    int i = 0;

    while (uv < margins[i].uv) {
        i++;
    }
    return margins[i].margin;
}

void rk3588_npu_watch_account(RK3588NpuWatch *w, const Rk860xState *supply)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    if (w->need_uv && supply) {
        int64_t below = rk860x_ns_below(supply, w->need_uv, w->since_ns, now);

        if (below && !w->below) {
            w->undervolt_events++;
            qemu_log_mask(LOG_GUEST_ERROR, "rk3588-npu: the supply fell below "
                          "the %" PRIu32 " uV of the clock\n", w->need_uv);
        }
        w->undervolt_ns += below;
        w->below = rk860x_microvolt(supply, now) < w->need_uv;
    }
    w->since_ns = now;
}

static void watch_margins(RK3588NpuWatch *w, uint32_t uv,
                          const RK3588NpuNeed *need)
{
    bool fast = need->rate > MARGIN_RATE;
    bool low = false, changed = false;
    int i;

    for (i = 0; i < RK3588_NPU_NUM_MARGINS; i++) {
        low |= fast && need->margin[i] < margin_for(uv);
        changed |= fast && w->fast && need->margin[i] != w->margin[i];
        w->margin[i] = need->margin[i];
    }
    if ((low && !w->margin_low) || changed) {
        w->margin_events++;
        qemu_log_mask(LOG_GUEST_ERROR, "rk3588-npu: read margin %s at %" PRIu64
                      " Hz\n", changed ? "changed" : "too short",
                      need->rate);
    }
    w->margin_low = low;
    w->fast = fast;
}

void rk3588_npu_watch_update(RK3588NpuWatch *w, const Rk860xState *supply,
                             const RK3588NpuNeed *need)
{
    uint32_t level = rk3588_npu_level(need->rate, need->bin);
    uint32_t uv;

    rk3588_npu_watch_account(w, supply);
    if (!supply) {
        return;
    }
    uv = rk860x_microvolt(supply, w->since_ns);
    if (uv < level && !w->below) {
        w->undervolt_events++;
        qemu_log_mask(LOG_GUEST_ERROR, "rk3588-npu: %" PRIu64 " Hz at %" PRIu32
                      " uV, which takes %" PRIu32 " uV\n", need->rate, uv,
                      level);
    }
    w->need_uv = level;
    w->below = uv < level;
    watch_margins(w, uv, need);
}

void rk3588_npu_watch_reset(RK3588NpuWatch *w)
{
    w->need_uv = 0;
    w->below = false;
    w->margin_low = false;
    w->fast = false;
}
