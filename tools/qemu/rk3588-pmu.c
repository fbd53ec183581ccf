/*
 * RK3588 PMU2: power domains and bus idle handshakes
 *
 * Facts: power.md 1.1, 1.2, 1.5, 1.10. Transitions take no time, but they
 * happen only when the hardware could make them: a domain comes up when its
 * parent and its rail are on; a bus answers an idle request, in both
 * directions, when its domain is on and its interconnect is clocked. The
 * latter is modelled for the NPU, whose clocks this machine knows, and gives
 * the hang of power.md 2.4.
 *
 * Inferred: the state in which the boot loader leaves the domains. The domains
 * of the accelerators, video and camera blocks start off and idle, all others
 * on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "rk3588-pmu-regs.h"
#include "rk3588-pmu.h"
#include "rockchip-common.h"

#define NO_BIT 0xff

typedef struct PdDesc {
    const char *name;
    uint8_t mem;                /* bit of CHAIN1_ST / MEM_ST, or NO_BIT */
    uint8_t repair;             /* bit of BISR_STATUS4, or NO_BIT */
    uint8_t parent;             /* domain id + 1, 0 = none */
    bool boot_off;
} PdDesc;

#define CHILD_OF(pd) ((pd) + 1)

static const PdDesc pds[RK3588_NUM_PDS] = {
    [RK3588_PD_GPU] = { "gpu", NO_BIT, 1, 0, true },
    [RK3588_PD_NPU] = { "npu", NO_BIT, NO_BIT, 0, true },
    [RK3588_PD_VCODEC] = { "vcodec", NO_BIT, NO_BIT, 0, true },
    [RK3588_PD_NPUTOP] = { "nputop", 11, 2, CHILD_OF(RK3588_PD_NPU), true },
    [RK3588_PD_NPU1] = { "npu1", 12, 3, CHILD_OF(RK3588_PD_NPUTOP), true },
    [RK3588_PD_NPU2] = { "npu2", 13, 4, CHILD_OF(RK3588_PD_NPUTOP), true },
    [RK3588_PD_VENC0] = { "venc0", 14, 5, 0, true },
    [RK3588_PD_VENC1] = { "venc1", 15, 6, 0, true },
    [RK3588_PD_RKVDEC0] = { "rkvdec0", 16, 7, 0, true },
    [RK3588_PD_RKVDEC1] = { "rkvdec1", 17, 8, 0, true },
    [RK3588_PD_VDPU] = { "vdpu", 18, 9, 0, true },
    [RK3588_PD_RGA30] = { "rga30", 19, 10, 0, true },
    [RK3588_PD_AV1] = { "av1", 20, 11, 0, true },
    [RK3588_PD_VI] = { "vi", 21, 12, 0, true },
    [RK3588_PD_FEC] = { "fec", 22, 13, CHILD_OF(RK3588_PD_VI), true },
    [RK3588_PD_ISP1] = { "isp1", 23, 14, CHILD_OF(RK3588_PD_VI), true },
    [RK3588_PD_RGA31] = { "rga31", 24, 15, 0, true },
    [RK3588_PD_VOP] = { "vop", 25, 16 },
    [RK3588_PD_VO0] = { "vo0", 26, 17, CHILD_OF(RK3588_PD_VOP) },
    [RK3588_PD_VO1] = { "vo1", 27, 18 },
    [RK3588_PD_AUDIO] = { "audio", 28, 19 },
    [RK3588_PD_PHP] = { "php", 29, 20 },
    [RK3588_PD_GMAC] = { "gmac", 30, 21 },
    [RK3588_PD_PCIE] = { "pcie", 31, 22 },
    [RK3588_PD_NVM] = { "nvm", NO_BIT, NO_BIT },
    [RK3588_PD_NVM0] = { "nvm0", 33, 23 },
    [RK3588_PD_SDIO] = { "sdio", 34, 24 },
    [RK3588_PD_USB] = { "usb", 35, 25 },
    [RK3588_PD_SECURE] = { "secure", NO_BIT, NO_BIT },
    [RK3588_PD_SDMMC] = { "sdmmc", 37, 26 },
    [RK3588_PD_CRYPTO] = { "crypto", NO_BIT, NO_BIT },
    [RK3588_PD_CENTER] = { "center", NO_BIT, NO_BIT },
    [RK3588_PD_DDR01] = { "ddr01", NO_BIT, NO_BIT },
    [RK3588_PD_DDR23] = { "ddr23", NO_BIT, NO_BIT },
};

/* Bus id -> owning domain id + 1; buses outside every domain answer always. */
static const uint8_t bus_owner[RK3588_NUM_BUSES] = {
    [0] = CHILD_OF(RK3588_PD_GPU),
    [1] = CHILD_OF(RK3588_PD_NPUTOP),
    [2] = CHILD_OF(RK3588_PD_NPU1),
    [3] = CHILD_OF(RK3588_PD_NPU2),
    [4] = CHILD_OF(RK3588_PD_VENC0),
    [5] = CHILD_OF(RK3588_PD_VENC1),
    [6] = CHILD_OF(RK3588_PD_RKVDEC0),
    [7] = CHILD_OF(RK3588_PD_RKVDEC1),
    [8] = CHILD_OF(RK3588_PD_VDPU),
    [9] = CHILD_OF(RK3588_PD_AV1),
    [10] = CHILD_OF(RK3588_PD_VI),
    [11] = CHILD_OF(RK3588_PD_ISP1),
    [12] = CHILD_OF(RK3588_PD_RGA31),
    [13] = CHILD_OF(RK3588_PD_VOP),
    [14] = CHILD_OF(RK3588_PD_VOP),
    [15] = CHILD_OF(RK3588_PD_VO0),
    [16] = CHILD_OF(RK3588_PD_VO1),
    [17] = CHILD_OF(RK3588_PD_AUDIO),
    [18] = CHILD_OF(RK3588_PD_NVM),
    [19] = CHILD_OF(RK3588_PD_SDIO),
    [20] = CHILD_OF(RK3588_PD_USB),
    [21] = CHILD_OF(RK3588_PD_PHP),
    [23] = CHILD_OF(RK3588_PD_SECURE),
};

static bool sftcon_bit(RK3588PmuState *s, unsigned reg, unsigned id)
{
    return extract32(s->regs[reg + id / 16], id % 16, 1);
}

/* The NPU's interconnect lines, for the domains that have them. */
static bool npu_line(const bool *line, int pd)
{
    switch (pd) {
    case RK3588_PD_NPUTOP:
        return line[0];
    case RK3588_PD_NPU1:
        return line[1];
    case RK3588_PD_NPU2:
        return line[2];
    default:
        return true;
    }
}

static bool bus_can_answer(RK3588PmuState *s, int bus)
{
    int pd = bus_owner[bus] - 1;

    return pd < 0 ||
           (s->on[pd] && npu_line(s->npu_niu, pd) && s->stuck != pd);
}

/* The bus owes an answer that it cannot give, and not by an injected fault. */
static bool bus_hangs(RK3588PmuState *s, int bus)
{
    int pd = bus_owner[bus] - 1;

    return pd >= 0 && s->on[pd] && s->stuck != pd &&
           s->idle[bus] != sftcon_bit(s, R_BUS_IDLE_SFTCON0, bus);
}

static bool domain_bus_busy(RK3588PmuState *s, int pd)
{
    int bus;

    for (bus = 0; bus < RK3588_NUM_BUSES; bus++) {
        if (bus_owner[bus] - 1 == pd && !s->idle[bus]) {
            return true;
        }
    }
    return false;
}

static bool domain_has_bus(int pd)
{
    int bus;

    for (bus = 0; bus < RK3588_NUM_BUSES; bus++) {
        if (bus_owner[bus] - 1 == pd) {
            return true;
        }
    }
    return false;
}

/* Domains that system suspend leaves alone: they keep the SoC alive. */
static bool survives_suspend(int pd)
{
    return pd == RK3588_PD_SECURE || pd == RK3588_PD_CENTER ||
           pd == RK3588_PD_DDR01 || pd == RK3588_PD_DDR23 ||
           pd == RK3588_PD_USB;
}

static void switch_domain(RK3588PmuState *s, int pd, bool on)
{
    s->on[pd] = on;
    if (on) {
        s->power_ons++;
        return;
    }

    s->power_offs++;
    /* The firmware idles the buses, and restores their state afterwards. */
    if (!s->suspended && domain_bus_busy(s, pd)) {
        s->unsafe_power_offs++;
        qemu_log_mask(LOG_GUEST_ERROR, "rk3588-pmu: domain %s loses power "
                      "while its bus is not idle\n", pds[pd].name);
    }
}

/*
 * Bring domains and buses to the state that the registers ask for. Parents
 * have lower ids than their children, so that one pass is enough.
 */
static void rk3588_pmu_update(RK3588PmuState *s)
{
    int pd, bus;

    for (pd = 0; pd < RK3588_NUM_PDS; pd++) {
        bool want = !sftcon_bit(s, R_PWR_GATE_SFTCON0, pd);
        bool fed = !pds[pd].parent || s->on[pds[pd].parent - 1];

        if (pd == RK3588_PD_NPU) {
            fed = fed && s->npu_supply;
        }
        if (s->suspended && !survives_suspend(pd)) {
            fed = false;
        }
        if (s->on[pd] && !fed) {
            switch_domain(s, pd, false);
        } else if (s->stuck != pd && s->on[pd] != (want && fed)) {
            switch_domain(s, pd, want);
        }
    }

    for (bus = 0; bus < RK3588_NUM_BUSES; bus++) {
        if (bus_can_answer(s, bus)) {
            s->idle[bus] = sftcon_bit(s, R_BUS_IDLE_SFTCON0, bus);
        }
        if (bus_hangs(s, bus) && !s->hung[bus]) {
            qemu_irq_pulse(s->niu_hang);
        }
        s->hung[bus] = bus_hangs(s, bus);
    }

    for (pd = 0; pd < RK3588_NUM_PDS; pd++) {
        qemu_set_irq(s->power[pd], s->on[pd]);
        qemu_set_irq(s->bus_open[pd], s->on[pd] && npu_line(s->npu_bus, pd) &&
                     (!domain_has_bus(pd) || domain_bus_busy(s, pd)));
    }
}

static uint32_t bus_status(RK3588PmuState *s, int word)
{
    uint32_t val = 0;
    int bus;

    for (bus = word * 32; bus < MIN(RK3588_NUM_BUSES, word * 32 + 32); bus++) {
        val |= (uint32_t)s->idle[bus] << (bus % 32);
    }
    return val;
}

static uint32_t gate_status(RK3588PmuState *s, int word)
{
    uint32_t val = 0;
    int pd;

    for (pd = word * 32; pd < MIN(RK3588_NUM_PDS, word * 32 + 32); pd++) {
        val |= (uint32_t)!s->on[pd] << (pd % 32);
    }
    return val;
}

/* CHAIN1_ST (1 = chain up) when !@mem_off, else MEM_ST (1 = memory off). */
static uint32_t mem_status(RK3588PmuState *s, int word, bool mem_off)
{
    uint32_t val = 0;
    int pd;

    for (pd = 0; pd < RK3588_NUM_PDS; pd++) {
        bool bit = s->on[pd];

        if (pds[pd].mem == NO_BIT || pds[pd].mem / 32 != word) {
            continue;
        }
        if (mem_off) {
            bit = !bit || sftcon_bit(s, R_MEMPWR_GATE_SFTCON0, pd);
        }
        val |= (uint32_t)bit << (pds[pd].mem % 32);
    }
    return val;
}

static uint32_t repair_status(RK3588PmuState *s)
{
    uint32_t val = 0;
    int pd;

    for (pd = 0; pd < RK3588_NUM_PDS; pd++) {
        if (pds[pd].repair != NO_BIT) {
            val |= (uint32_t)s->on[pd] << pds[pd].repair;
        }
    }
    return val;
}

/* The rail may have come up since its timer was due. */
static void rk3588_pmu_sync_supply(RK3588PmuState *s)
{
    if (s->npu_regulator) {
        rk860x_sync(s->npu_regulator);
    }
}

static uint64_t rk3588_pmu_read(void *opaque, hwaddr addr, unsigned size)
{
    RK3588PmuState *s = opaque;

    s->mmio_reads++;
    rk3588_pmu_sync_supply(s);
    switch (addr) {
    case A_BUS_IDLE_ACK0:
    case A_BUS_IDLE_ST0:
        return bus_status(s, 0);
    case A_BUS_IDLE_ACK0 + 4:
    case A_BUS_IDLE_ST0 + 4:
        return bus_status(s, 1);
    case A_PWR_GATE_ST0:
        return gate_status(s, 0);
    case A_PWR_GATE_ST0 + 4:
        return gate_status(s, 1);
    case A_PWR_CHAIN1_ST0:
        return mem_status(s, 0, false);
    case A_PWR_CHAIN1_ST0 + 4:
        return mem_status(s, 1, false);
    case A_PWR_MEM_ST0:
        return mem_status(s, 0, true);
    case A_PWR_MEM_ST0 + 4:
        return mem_status(s, 1, true);
    case A_BISR_STATUS4:
        return repair_status(s);
    default:
        return s->regs[addr / 4];
    }
}

static bool is_read_only(hwaddr addr)
{
    return (addr >= A_BUS_IDLE_ACK0 && addr < A_BIU_AUTO_CON0) ||
           (addr >= A_PWR_GATE_ST0 && addr <= A_PWR_GATE_FSM) ||
           addr == A_MEMPWR_MD_GATE_STATUS || addr == A_QCHANNEL_STATUS ||
           (addr >= A_PWR_CHAIN0_ST0 && addr < A_BISR_CON0) ||
           addr >= A_BISR_STATUS4 - 0x10;
}

static bool is_plain(hwaddr addr)
{
    return (addr >= A_CLUSTER_STABLE && addr < A_BUS_IDLE_CON0) ||
           (addr >= A_CHAIN_STABLE0 && addr < A_PWR_GATE_ST0) ||
           (addr >= A_GPU_PWRUP_CNT && addr < A_MEMPWR_GATE_SFTCON0) ||
           addr >= A_BISR_CON0;
}

static void rk3588_pmu_write(void *opaque, hwaddr addr, uint64_t val,
                             unsigned size)
{
    RK3588PmuState *s = opaque;
    uint32_t *reg = &s->regs[addr / 4];
    uint32_t old = *reg;
    int i;

    s->mmio_writes++;
    rk3588_pmu_sync_supply(s);
    if (is_read_only(addr)) {
        qemu_log_mask(LOG_GUEST_ERROR, "rk3588-pmu: write to read-only "
                      "register 0x%" HWADDR_PRIx "\n", addr);
        return;
    }
    *reg = is_plain(addr) ? val : rockchip_hiword(old, val);
    if (*reg == old) {
        return;
    }
    rk3588_pmu_update(s);

    /* Count what was asked for and could not be done. */
    if (addr >= A_PWR_GATE_SFTCON0 && addr < A_VOL_GATE_CON0) {
        for (i = 0; i < RK3588_NUM_PDS; i++) {
            uint32_t bit = BIT(i % 16);

            if (addr == A_PWR_GATE_SFTCON0 + 4 * (i / 16) &&
                ((old & ~*reg) & bit) && !s->on[i]) {
                s->refused_power_ons++;
                qemu_log_mask(LOG_GUEST_ERROR, "rk3588-pmu: domain %s does "
                              "not come up\n", pds[i].name);
            }
        }
    } else if (addr >= A_BUS_IDLE_SFTCON0 && addr < A_BUS_IDLE_ACK0) {
        for (i = 0; i < RK3588_NUM_BUSES; i++) {
            uint32_t bit = BIT(i % 16);

            if (addr == A_BUS_IDLE_SFTCON0 + 4 * (i / 16) &&
                ((old ^ *reg) & bit) && s->idle[i] != !!(*reg & bit)) {
                s->refused_idles++;
                qemu_log_mask(LOG_GUEST_ERROR, "rk3588-pmu: bus %d does not "
                              "answer the idle handshake\n", i);
            }
        }
    }
}

static const MemoryRegionOps rk3588_pmu_ops = {
    .read = rk3588_pmu_read,
    .write = rk3588_pmu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rk3588_pmu_set_supply(void *opaque, int n, int level)
{
    RK3588PmuState *s = opaque;

    if (s->npu_supply != !!level) {
        s->npu_supply = level;
        rk3588_pmu_update(s);
    }
}

static void rk3588_pmu_set_suspend(void *opaque, int n, int level)
{
    RK3588PmuState *s = opaque;

    rk3588_pmu_sync_supply(s);
    s->suspended = level;
    rk3588_pmu_update(s);
}

static void rk3588_pmu_set_bus(void *opaque, int n, int level)
{
    RK3588PmuState *s = opaque;

    s->npu_bus[n] = level;
    rk3588_pmu_update(s);
}

static void rk3588_pmu_set_niu(void *opaque, int n, int level)
{
    RK3588PmuState *s = opaque;

    s->npu_niu[n] = level;
    rk3588_pmu_update(s);
}

static void rk3588_pmu_reset_enter(Object *obj, ResetType type)
{
    RK3588PmuState *s = RK3588_PMU(obj);
    int pd, bus;

    memset(s->regs, 0, sizeof(s->regs));
    memset(s->hung, 0, sizeof(s->hung));
    for (pd = 0; pd < RK3588_NUM_PDS; pd++) {
        s->on[pd] = !pds[pd].boot_off;
        if (pds[pd].boot_off) {
            s->regs[R_PWR_GATE_SFTCON0 + pd / 16] |= BIT(pd % 16);
        }
    }
    for (bus = 0; bus < RK3588_NUM_BUSES; bus++) {
        int owner = bus_owner[bus] - 1;

        s->idle[bus] = owner >= 0 && !s->on[owner];
        if (s->idle[bus]) {
            s->regs[R_BUS_IDLE_SFTCON0 + bus / 16] |= BIT(bus % 16);
        }
    }
}

static void rk3588_pmu_reset_hold(Object *obj, ResetType type)
{
    rk3588_pmu_update(RK3588_PMU(obj));
}

static char *rk3588_pmu_get_stuck(Object *obj, Error **errp)
{
    RK3588PmuState *s = RK3588_PMU(obj);

    return g_strdup(s->stuck < 0 ? "" : pds[s->stuck].name);
}

static void rk3588_pmu_set_stuck(Object *obj, const char *value, Error **errp)
{
    RK3588PmuState *s = RK3588_PMU(obj);
    int pd;

    if (!*value) {
        s->stuck = -1;
        rk3588_pmu_update(s);
        return;
    }
    for (pd = 0; pd < RK3588_NUM_PDS; pd++) {
        if (!strcmp(value, pds[pd].name)) {
            s->stuck = pd;
            return;
        }
    }
    error_setg(errp, "no power domain is named '%s'", value);
}

static const RockchipCounter rk3588_pmu_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RK3588PmuState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RK3588PmuState, mmio_writes),
    ROCKCHIP_COUNTER("power-ons", RK3588PmuState, power_ons),
    ROCKCHIP_COUNTER("power-offs", RK3588PmuState, power_offs),
    ROCKCHIP_COUNTER("refused-power-ons", RK3588PmuState, refused_power_ons),
    ROCKCHIP_COUNTER("unsafe-power-offs", RK3588PmuState, unsafe_power_offs),
    ROCKCHIP_COUNTER("refused-idles", RK3588PmuState, refused_idles),
    { }
};

static void rk3588_pmu_init(Object *obj)
{
    RK3588PmuState *s = RK3588_PMU(obj);
    DeviceState *dev = DEVICE(obj);

    s->stuck = -1;
    memory_region_init_io(&s->iomem, obj, &rk3588_pmu_ops, s, TYPE_RK3588_PMU,
                          RK3588_PMU_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    qdev_init_gpio_out_named(dev, s->power, "power", RK3588_NUM_PDS);
    qdev_init_gpio_out_named(dev, s->bus_open, "bus-open", RK3588_NUM_PDS);
    qdev_init_gpio_out_named(dev, &s->niu_hang, "niu-hang", 1);
    qdev_init_gpio_in_named(dev, rk3588_pmu_set_supply, "npu-supply", 1);
    qdev_init_gpio_in_named(dev, rk3588_pmu_set_suspend, "suspend", 1);
    qdev_init_gpio_in_named(dev, rk3588_pmu_set_bus, "npu-bus",
                            RK3588_NUM_NPU_NIU);
    qdev_init_gpio_in_named(dev, rk3588_pmu_set_niu, "npu-niu",
                            RK3588_NUM_NPU_NIU);
    object_property_add_str(obj, "fault-stuck-domain", rk3588_pmu_get_stuck,
                            rk3588_pmu_set_stuck);
    rockchip_add_counters(obj, rk3588_pmu_counters);
}

static const Property rk3588_pmu_properties[] = {
    DEFINE_PROP_LINK("npu-regulator", RK3588PmuState, npu_regulator,
                     TYPE_RK860X, Rk860xState *),
};

static const VMStateDescription vmstate_rk3588_pmu = {
    .name = TYPE_RK3588_PMU,
    .unmigratable = 1,
};

static void rk3588_pmu_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    device_class_set_props(dc, rk3588_pmu_properties);
    dc->vmsd = &vmstate_rk3588_pmu;
    dc->user_creatable = false;
    rc->phases.enter = rk3588_pmu_reset_enter;
    rc->phases.hold = rk3588_pmu_reset_hold;
}

static const TypeInfo rk3588_pmu_types[] = {
    {
        .name = TYPE_RK3588_PMU,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RK3588PmuState),
        .instance_init = rk3588_pmu_init,
        .class_init = rk3588_pmu_class_init,
    },
};

DEFINE_TYPES(rk3588_pmu_types)
