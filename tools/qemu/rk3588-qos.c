/*
 * RK3588 QoS blocks of the interconnect
 *
 * Each block sits in the network interface of a power domain. While the domain
 * is off, or its bus is idle or unclocked, an access ends in a bus error
 * (power.md 1.6). Addresses and owners: power.md 1.2.
 *
 * Inferred: the reset value 0, and that the settings are lost with the
 * power of the domain.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "migration/vmstate.h"
#include "rk3588-qos-regs.h"
#include "rk3588-qos.h"
#include "rockchip-common.h"

static const struct {
    hwaddr addr;
    RK3588PowerDomain pd;
} qos_blocks[] = {
    { 0xfdf35000, RK3588_PD_GPU },      /* gpu_m0..3 */
    { 0xfdf35200, RK3588_PD_GPU },
    { 0xfdf35400, RK3588_PD_GPU },
    { 0xfdf35600, RK3588_PD_GPU },
    { 0xfdf36000, RK3588_PD_RGA31 },    /* rga3_1 */
    { 0xfdf39000, RK3588_PD_SDIO },
    { 0xfdf3d800, RK3588_PD_SDMMC },
    { 0xfdf3e000, RK3588_PD_USB },      /* usb3_1, usb3_0 */
    { 0xfdf3e200, RK3588_PD_USB },
    { 0xfdf3e400, RK3588_PD_USB },      /* usb2host_0, _1 */
    { 0xfdf3e600, RK3588_PD_USB },
    { 0xfdf40000, RK3588_PD_FEC },      /* fisheye0, 1 */
    { 0xfdf40200, RK3588_PD_FEC },
    { 0xfdf40400, RK3588_PD_VI },       /* isp0_mro, isp0_mwo */
    { 0xfdf40500, RK3588_PD_VI },
    { 0xfdf40600, RK3588_PD_VI },       /* vicap_m0, m1 */
    { 0xfdf40800, RK3588_PD_VI },
    { 0xfdf41000, RK3588_PD_ISP1 },     /* isp1_mwo, isp1_mro */
    { 0xfdf41100, RK3588_PD_ISP1 },
    { 0xfdf60000, RK3588_PD_VENC0 },    /* rkvenc0 m0ro, m1ro, m2wo */
    { 0xfdf60200, RK3588_PD_VENC0 },
    { 0xfdf60400, RK3588_PD_VENC0 },
    { 0xfdf61000, RK3588_PD_VENC1 },    /* rkvenc1 */
    { 0xfdf61200, RK3588_PD_VENC1 },
    { 0xfdf61400, RK3588_PD_VENC1 },
    { 0xfdf62000, RK3588_PD_RKVDEC0 },
    { 0xfdf63000, RK3588_PD_RKVDEC1 },
    { 0xfdf64000, RK3588_PD_AV1 },
    { 0xfdf66000, RK3588_PD_VDPU },     /* iep */
    { 0xfdf66200, RK3588_PD_VDPU },     /* jpeg_dec */
    { 0xfdf66400, RK3588_PD_VDPU },     /* jpeg_enc0..3 */
    { 0xfdf66600, RK3588_PD_VDPU },
    { 0xfdf66800, RK3588_PD_VDPU },
    { 0xfdf66a00, RK3588_PD_VDPU },
    { 0xfdf66c00, RK3588_PD_VDPU },     /* rga2_mro, rga2_mwo */
    { 0xfdf66e00, RK3588_PD_VDPU },
    { 0xfdf67000, RK3588_PD_RGA30 },    /* rga3_0 */
    { 0xfdf67200, RK3588_PD_VDPU },     /* vdpu */
    { 0xfdf70000, RK3588_PD_NPU1 },
    { 0xfdf71000, RK3588_PD_NPU2 },
    { 0xfdf72000, RK3588_PD_NPUTOP },   /* npu0_mwr, npu0_mro, mcu_npu */
    { 0xfdf72200, RK3588_PD_NPUTOP },
    { 0xfdf72400, RK3588_PD_NPUTOP },
    { 0xfdf80000, RK3588_PD_VO0 },      /* hdcp0 */
    { 0xfdf81000, RK3588_PD_VO1 },      /* hdcp1, hdmirx */
    { 0xfdf81200, RK3588_PD_VO1 },
    { 0xfdf82000, RK3588_PD_VOP },      /* vop_m0, m1 */
    { 0xfdf82200, RK3588_PD_VOP },
};

QEMU_BUILD_BUG_ON(ARRAY_SIZE(qos_blocks) > RK3588_QOS_NUM_BLOCKS);

static bool rk3588_qos_answers(RK3588QosBlock *b, hwaddr addr)
{
    if (b->qos->open[b->pd]) {
        return true;
    }
    b->qos->bus_errors++;
    qemu_log_mask(LOG_GUEST_ERROR, "rk3588-qos: access to %s+0x%" HWADDR_PRIx
                  " while its bus is closed\n", b->iomem.name, addr);
    return false;
}

static MemTxResult rk3588_qos_read(void *opaque, hwaddr addr, uint64_t *data,
                                   unsigned size, MemTxAttrs attrs)
{
    RK3588QosBlock *b = opaque;

    b->qos->mmio_reads++;
    if (!rk3588_qos_answers(b, addr)) {
        return MEMTX_ERROR;
    }
    *data = b->regs[addr / 4];
    return MEMTX_OK;
}

static MemTxResult rk3588_qos_write(void *opaque, hwaddr addr, uint64_t val,
                                    unsigned size, MemTxAttrs attrs)
{
    RK3588QosBlock *b = opaque;

    b->qos->mmio_writes++;
    if (!rk3588_qos_answers(b, addr)) {
        return MEMTX_ERROR;
    }
    if (addr >= A_PRIORITY && addr <= A_EXTCONTROL) {
        b->regs[addr / 4] = val;
    }
    return MEMTX_OK;
}

static const MemoryRegionOps rk3588_qos_ops = {
    .read_with_attrs = rk3588_qos_read,
    .write_with_attrs = rk3588_qos_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rk3588_qos_set_open(void *opaque, int n, int level)
{
    RK3588QosState *s = opaque;

    s->open[n] = level;
}

/* The domain lost power: so did the settings. */
static void rk3588_qos_set_power(void *opaque, int n, int level)
{
    RK3588QosState *s = opaque;
    int i;

    if (level) {
        return;
    }
    for (i = 0; i < ARRAY_SIZE(qos_blocks); i++) {
        if (s->block[i].pd == n) {
            memset(s->block[i].regs, 0, sizeof(s->block[i].regs));
        }
    }
}

static void rk3588_qos_set_suspend(void *opaque, int n, int level)
{
    RK3588QosState *s = opaque;
    int i;

    for (i = 0; i < ARRAY_SIZE(qos_blocks); i++) {
        RK3588QosBlock *b = &s->block[i];

        if (level) {
            memcpy(b->saved, b->regs, sizeof(b->saved));
        } else if (s->open[b->pd]) {
            memcpy(b->regs, b->saved, sizeof(b->regs));
        }
    }
}

static void rk3588_qos_reset_enter(Object *obj, ResetType type)
{
    RK3588QosState *s = RK3588_QOS(obj);
    int i;

    for (i = 0; i < ARRAY_SIZE(qos_blocks); i++) {
        memset(s->block[i].regs, 0, sizeof(s->block[i].regs));
        memset(s->block[i].saved, 0, sizeof(s->block[i].saved));
    }
}

static const RockchipCounter rk3588_qos_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RK3588QosState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RK3588QosState, mmio_writes),
    ROCKCHIP_COUNTER("bus-errors", RK3588QosState, bus_errors),
    { }
};

static void rk3588_qos_init(Object *obj)
{
    RK3588QosState *s = RK3588_QOS(obj);
    int i;

    memory_region_init(&s->container, obj, TYPE_RK3588_QOS,
                       RK3588_QOS_END - RK3588_QOS_BASE);
    for (i = 0; i < ARRAY_SIZE(qos_blocks); i++) {
        RK3588QosBlock *b = &s->block[i];
        g_autofree char *name = g_strdup_printf("qos-%" HWADDR_PRIx,
                                                qos_blocks[i].addr);

        b->qos = s;
        b->pd = qos_blocks[i].pd;
        memory_region_init_io(&b->iomem, obj, &rk3588_qos_ops, b, name,
                              RK3588_QOS_BLOCK_SIZE);
        memory_region_add_subregion(&s->container,
                                    qos_blocks[i].addr - RK3588_QOS_BASE,
                                    &b->iomem);
    }
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->container);
    qdev_init_gpio_in_named(DEVICE(obj), rk3588_qos_set_suspend, "suspend", 1);
    qdev_init_gpio_in_named(DEVICE(obj), rk3588_qos_set_open, "bus-open",
                            RK3588_NUM_PDS);
    qdev_init_gpio_in_named(DEVICE(obj), rk3588_qos_set_power, "power",
                            RK3588_NUM_PDS);
    rockchip_add_counters(obj, rk3588_qos_counters);
}

static const VMStateDescription vmstate_rk3588_qos = {
    .name = TYPE_RK3588_QOS,
    .unmigratable = 1,
};

static void rk3588_qos_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->vmsd = &vmstate_rk3588_qos;
    dc->user_creatable = false;
    rc->phases.enter = rk3588_qos_reset_enter;
}

static const TypeInfo rk3588_qos_types[] = {
    {
        .name = TYPE_RK3588_QOS,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RK3588QosState),
        .instance_init = rk3588_qos_init,
        .class_init = rk3588_qos_class_init,
    },
};

DEFINE_TYPES(rk3588_qos_types)
