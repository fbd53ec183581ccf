/*
 * RK3588 NPU_GRF: SRAM read margins and the NPU's ring oscillator (PVTPLL)
 *
 * The block lives in the NPUTOP power domain: without power or register clock
 * an access ends in a bus error, and a power cut loses the registers and stops
 * the ring. Facts: power.md 2.2, 2.4, 2.5.
 *
 * Inferred: how the ring's frequency follows length and voltage. The sheet
 * gives the length that the firmware programs for each rate and the voltage of
 * each operating point; at these pairs the model yields the nominal rate. The
 * frequency grows linearly with the voltage above 350 mV, the only line that
 * meets all three operating points that share length 12 (800 MHz at 750 mV,
 * 900 at 800, 1000 at 850). Lengths between those of the table are
 * interpolated; temperature and silicon quality are not modelled. 0x50, the
 * vendor's "PVTM result", returns the same figure as STATUS.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "rk3588-npu-grf-regs.h"
#include "rk3588-npu-grf.h"
#include "rockchip-common.h"

#define RING_THRESHOLD_UV 350000
#define RING_REFERENCE_UV 700000

/* Frequency at RING_REFERENCE_UV by ring length, longest first. */
static const struct {
    int length;
    int mhz;
} ring_table[] = {
    { 55, 300 }, { 38, 400 }, { 25, 500 },
    { 17, 600 }, { 13, 700 }, { 12, 700 },
};

/* Interpolates; rings longer than the table go on along its first segment. */
static uint32_t ring_reference_mhz(int length)
{
    int i = 1;

    while (i < ARRAY_SIZE(ring_table) - 1 && length < ring_table[i].length) {
        i++;
    }
    if (length <= ring_table[i].length) {
        return ring_table[i].mhz;
    }
    return ring_table[i].mhz -
           (ring_table[i].mhz - ring_table[i - 1].mhz) *
           (length - ring_table[i].length) /
           (ring_table[i - 1].length - ring_table[i].length);
}

static uint32_t ring_mhz(RK3588NpuGrfState *s)
{
    uint32_t con0 = s->regs[R_NPU_GRF_PVTPLL_CON0_L];
    uint32_t len = FIELD_EX32(s->regs[R_NPU_GRF_PVTPLL_CON0_H],
                              NPU_GRF_PVTPLL_CON0_H, LENGTH);

    if (!s->powered || s->supply_uv <= RING_THRESHOLD_UV ||
        !FIELD_EX32(con0, NPU_GRF_PVTPLL_CON0_L, OSC_EN)) {
        return 0;
    }
    return (uint64_t)ring_reference_mhz(len) *
           (s->supply_uv - RING_THRESHOLD_UV) /
           (RING_REFERENCE_UV - RING_THRESHOLD_UV);
}

static void rk3588_npu_grf_update(RK3588NpuGrfState *s)
{
    if (clock_set_hz(s->pvtpll, ring_mhz(s) * 1000000ULL)) {
        clock_propagate(s->pvtpll);
    }
}

static bool rk3588_npu_grf_answers(RK3588NpuGrfState *s, hwaddr addr)
{
    if (s->powered && clock_is_enabled(s->pclk)) {
        return true;
    }
    s->bus_errors++;
    qemu_log_mask(LOG_GUEST_ERROR, "rk3588-npu-grf: access to 0x%" HWADDR_PRIx
                  " while %s\n", addr,
                  s->powered ? "the clock is off" : "the domain is off");
    return false;
}

static MemTxResult rk3588_npu_grf_read(void *opaque, hwaddr addr,
                                       uint64_t *data, unsigned size,
                                       MemTxAttrs attrs)
{
    RK3588NpuGrfState *s = opaque;

    s->mmio_reads++;
    if (!rk3588_npu_grf_answers(s, addr)) {
        return MEMTX_ERROR;
    }
    switch (addr) {
    case A_NPU_GRF_PVTPLL_STATUS:
    case A_NPU_GRF_PVTM_RESULT:
        if (s->regulator) {
            rk860x_sync(s->regulator);
        }
        *data = 0;
        if (FIELD_EX32(s->regs[R_NPU_GRF_PVTPLL_CON0_L],
                       NPU_GRF_PVTPLL_CON0_L, START)) {
            *data = FIELD_DP32(0, NPU_GRF_PVTPLL_STATUS, MHZ, ring_mhz(s));
        }
        break;
    default:
        *data = s->regs[addr / 4];
        break;
    }
    return MEMTX_OK;
}

static MemTxResult rk3588_npu_grf_write(void *opaque, hwaddr addr,
                                        uint64_t val, unsigned size,
                                        MemTxAttrs attrs)
{
    RK3588NpuGrfState *s = opaque;

    s->mmio_writes++;
    if (!rk3588_npu_grf_answers(s, addr)) {
        return MEMTX_ERROR;
    }
    switch (addr) {
    case A_NPU_GRF_PVTPLL_CON0_L:
    case A_NPU_GRF_PVTPLL_CON0_H:
        s->regs[addr / 4] = rockchip_hiword(s->regs[addr / 4], val);
        rk3588_npu_grf_update(s);
        break;
    case A_NPU_GRF_PVTPLL_STATUS:
    case A_NPU_GRF_PVTM_RESULT:
        qemu_log_mask(LOG_GUEST_ERROR, "rk3588-npu-grf: write to read-only "
                      "register 0x%" HWADDR_PRIx "\n", addr);
        break;
    default:
        /* The read margins and CON1/CON2 are not hiword-masked. */
        s->regs[addr / 4] = val;
        break;
    }
    return MEMTX_OK;
}

static const MemoryRegionOps rk3588_npu_grf_ops = {
    .read_with_attrs = rk3588_npu_grf_read,
    .write_with_attrs = rk3588_npu_grf_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rk3588_npu_grf_set_power(void *opaque, int n, int level)
{
    RK3588NpuGrfState *s = opaque;

    if (s->powered && !level) {
        memset(s->regs, 0, sizeof(s->regs));
    }
    s->powered = level;
    rk3588_npu_grf_update(s);
}

static void rk3588_npu_grf_set_supply(void *opaque, int n, int level)
{
    RK3588NpuGrfState *s = opaque;

    s->supply_uv = level;
    rk3588_npu_grf_update(s);
}

static void rk3588_npu_grf_reset_enter(Object *obj, ResetType type)
{
    RK3588NpuGrfState *s = RK3588_NPU_GRF(obj);

    memset(s->regs, 0, sizeof(s->regs));
}

static void rk3588_npu_grf_reset_hold(Object *obj, ResetType type)
{
    rk3588_npu_grf_update(RK3588_NPU_GRF(obj));
}

static const RockchipCounter rk3588_npu_grf_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RK3588NpuGrfState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RK3588NpuGrfState, mmio_writes),
    ROCKCHIP_COUNTER("bus-errors", RK3588NpuGrfState, bus_errors),
    { }
};

static void rk3588_npu_grf_init(Object *obj)
{
    RK3588NpuGrfState *s = RK3588_NPU_GRF(obj);
    DeviceState *dev = DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &rk3588_npu_grf_ops, s,
                          TYPE_RK3588_NPU_GRF, RK3588_NPU_GRF_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    s->pclk = qdev_init_clock_in(dev, "pclk", NULL, NULL, 0);
    s->pvtpll = qdev_init_clock_out(dev, "pvtpll");
    qdev_init_gpio_in_named(dev, rk3588_npu_grf_set_power, "power", 1);
    qdev_init_gpio_in_named(dev, rk3588_npu_grf_set_supply, "supply-uv", 1);
    rockchip_add_counters(obj, rk3588_npu_grf_counters);
}

static const Property rk3588_npu_grf_properties[] = {
    DEFINE_PROP_LINK("regulator", RK3588NpuGrfState, regulator, TYPE_RK860X,
                     Rk860xState *),
};

static const VMStateDescription vmstate_rk3588_npu_grf = {
    .name = TYPE_RK3588_NPU_GRF,
    .unmigratable = 1,
};

static void rk3588_npu_grf_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    device_class_set_props(dc, rk3588_npu_grf_properties);
    dc->vmsd = &vmstate_rk3588_npu_grf;
    dc->user_creatable = false;
    rc->phases.enter = rk3588_npu_grf_reset_enter;
    rc->phases.hold = rk3588_npu_grf_reset_hold;
}

static const TypeInfo rk3588_npu_grf_types[] = {
    {
        .name = TYPE_RK3588_NPU_GRF,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RK3588NpuGrfState),
        .instance_init = rk3588_npu_grf_init,
        .class_init = rk3588_npu_grf_class_init,
    },
};

DEFINE_TYPES(rk3588_npu_grf_types)
