/*
 * RK3588 NPU_GRF: SRAM read margins and the NPU's ring oscillator (PVTPLL)
 *
 * The block lives in the NPUTOP power domain: without power or register clock
 * an access ends in a bus error, and a power cut loses the registers and stops
 * the ring. Facts: power.md 2.2, 2.4, 2.5, 2.6.
 *
 * Inferred: how the ring's frequency follows length and voltage. The sheet
 * gives the length that the firmware programs for each rate and the voltage of
 * each operating point; at these pairs the model yields the nominal rate. The
 * frequency grows linearly with the voltage above 350 mV, the only line that
 * meets all three operating points that share length 12 (800 MHz at 750 mV,
 * 900 at 800, 1000 at 850). Lengths between those of the table are
 * interpolated; temperature is not modelled. Faster silicon scales the ring so
 * that the vendor's measurement falls into its bin (power.md 2.6) and the bin's
 * operating points yield their rates. 0x50, the vendor's "PVTM result", returns
 * the same figure as STATUS. The read margins start, after every power cut, at
 * the value that suits the boot voltage.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
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
#define RESET_MARGIN 3
#define PERMILLE 1000

/* Speed of the ring by bin. */
static const uint16_t bin_permille[RK3588_NPU_NUM_BINS] = {
    1000, 1030, 1060, 1091, 1126, 1165,
};

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
           (RING_REFERENCE_UV - RING_THRESHOLD_UV) *
           bin_permille[s->silicon_bin] / PERMILLE *
           s->ring_permille / PERMILLE;
}

static void rk3588_npu_grf_update(RK3588NpuGrfState *s)
{
    if (clock_set_hz(s->pvtpll, ring_mhz(s) * 1000000ULL)) {
        clock_propagate(s->pvtpll);
    }
    qemu_irq_pulse(s->changed);
}

void rk3588_npu_grf_describe(RK3588NpuGrfState *s, RK3588NpuNeed *need)
{
    int i;

    need->bin = s->silicon_bin;
    for (i = 0; i < RK3588_NPU_NUM_MARGINS; i++) {
        need->margin[i] = FIELD_EX32(s->regs[R_NPU_GRF_MEM_CON0 + i],
                                     NPU_GRF_MEM_CON0, READ_MARGIN);
    }
}

static void rk3588_npu_grf_reset_registers(RK3588NpuGrfState *s)
{
    int i;

    memset(s->regs, 0, sizeof(s->regs));
    for (i = 0; i < RK3588_NPU_NUM_MARGINS; i++) {
        s->regs[R_NPU_GRF_MEM_CON0 + i] =
            FIELD_DP32(0, NPU_GRF_MEM_CON0, READ_MARGIN, RESET_MARGIN);
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
    if (s->regulator) {
        rk860x_sync(s->regulator);
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
        rk3588_npu_grf_update(s);
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
        rk3588_npu_grf_reset_registers(s);
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
    rk3588_npu_grf_reset_registers(RK3588_NPU_GRF(obj));
}

static void rk3588_npu_grf_reset_hold(Object *obj, ResetType type)
{
    rk3588_npu_grf_update(RK3588_NPU_GRF(obj));
}

static void rk3588_npu_grf_get_uint32(Object *obj, Visitor *v,
                                      const char *name, void *opaque,
                                      Error **errp)
{
    visit_type_uint32(v, name, opaque, errp);
}

static void rk3588_npu_grf_set_bin(Object *obj, Visitor *v, const char *name,
                                   void *opaque, Error **errp)
{
    uint32_t bin;

    if (!visit_type_uint32(v, name, &bin, errp)) {
        return;
    }
    if (bin >= RK3588_NPU_NUM_BINS) {
        error_setg(errp, "bins are 0 to %d", RK3588_NPU_NUM_BINS - 1);
        return;
    }
    RK3588_NPU_GRF(obj)->silicon_bin = bin;
    rk3588_npu_grf_update(RK3588_NPU_GRF(obj));
}

static void rk3588_npu_grf_set_ring(Object *obj, Visitor *v, const char *name,
                                    void *opaque, Error **errp)
{
    if (visit_type_uint32(v, name, opaque, errp)) {
        rk3588_npu_grf_update(RK3588_NPU_GRF(obj));
    }
}

/* "read-margin0" .. "read-margin2" */
static void rk3588_npu_grf_get_margin(Object *obj, Visitor *v,
                                      const char *name, void *opaque,
                                      Error **errp)
{
    RK3588NpuNeed need;
    uint32_t margin;

    rk3588_npu_grf_describe(RK3588_NPU_GRF(obj), &need);
    margin = need.margin[GPOINTER_TO_INT(opaque)];
    visit_type_uint32(v, name, &margin, errp);
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
    int i;

    s->ring_permille = PERMILLE;
    memory_region_init_io(&s->iomem, obj, &rk3588_npu_grf_ops, s,
                          TYPE_RK3588_NPU_GRF, RK3588_NPU_GRF_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    s->pclk = qdev_init_clock_in(dev, "pclk", NULL, NULL, 0);
    s->pvtpll = qdev_init_clock_out(dev, "pvtpll");
    qdev_init_gpio_out_named(dev, &s->changed, "changed", 1);
    qdev_init_gpio_in_named(dev, rk3588_npu_grf_set_power, "power", 1);
    qdev_init_gpio_in_named(dev, rk3588_npu_grf_set_supply, "supply-uv", 1);
    object_property_add(obj, "silicon-bin", "uint32",
                        rk3588_npu_grf_get_uint32, rk3588_npu_grf_set_bin,
                        NULL, &s->silicon_bin);
    object_property_add(obj, "ring-permille", "uint32",
                        rk3588_npu_grf_get_uint32, rk3588_npu_grf_set_ring,
                        NULL, &s->ring_permille);
    for (i = 0; i < RK3588_NPU_NUM_MARGINS; i++) {
        g_autofree char *name = g_strdup_printf("read-margin%d", i);

        object_property_add(obj, name, "uint32", rk3588_npu_grf_get_margin,
                            NULL, NULL, GINT_TO_POINTER(i));
    }
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
