/*
 * Rockchip general register file: a store with hiword-masked registers
 *
 * Software finds back what it wrote; nothing else happens (soc.md 5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "rockchip-common.h"
#include "rockchip-grf.h"

static uint64_t rockchip_grf_read(void *opaque, hwaddr addr, unsigned size)
{
    RockchipGrfState *s = opaque;

    s->mmio_reads++;
    return s->regs[addr / 4];
}

static void rockchip_grf_write(void *opaque, hwaddr addr, uint64_t val,
                               unsigned size)
{
    RockchipGrfState *s = opaque;
    uint32_t *reg = &s->regs[addr / 4];

    s->mmio_writes++;
    if (addr >= s->plain_start && addr - s->plain_start < s->plain_size) {
        *reg = val;
    } else {
        *reg = rockchip_hiword(*reg, val);
    }
}

static const MemoryRegionOps rockchip_grf_ops = {
    .read = rockchip_grf_read,
    .write = rockchip_grf_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rockchip_grf_reset_enter(Object *obj, ResetType type)
{
    RockchipGrfState *s = ROCKCHIP_GRF(obj);

    memset(s->regs, 0, s->size);
}

static void rockchip_grf_realize(DeviceState *dev, Error **errp)
{
    RockchipGrfState *s = ROCKCHIP_GRF(dev);

    if (!s->size || s->size % 4) {
        error_setg(errp, "'size' must be a positive multiple of 4");
        return;
    }
    s->regs = g_malloc0(s->size);
    memory_region_init_io(&s->iomem, OBJECT(dev), &rockchip_grf_ops, s,
                          TYPE_ROCKCHIP_GRF, s->size);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->iomem);
}

static void rockchip_grf_unrealize(DeviceState *dev)
{
    RockchipGrfState *s = ROCKCHIP_GRF(dev);

    g_clear_pointer(&s->regs, g_free);
}

static const RockchipCounter rockchip_grf_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipGrfState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipGrfState, mmio_writes),
    { }
};

static void rockchip_grf_init(Object *obj)
{
    rockchip_add_counters(obj, rockchip_grf_counters);
}

static const Property rockchip_grf_properties[] = {
    DEFINE_PROP_UINT32("size", RockchipGrfState, size, 0x1000),
    DEFINE_PROP_UINT32("plain-start", RockchipGrfState, plain_start, 0),
    DEFINE_PROP_UINT32("plain-size", RockchipGrfState, plain_size, 0),
};

static const VMStateDescription vmstate_rockchip_grf = {
    .name = TYPE_ROCKCHIP_GRF,
    .unmigratable = 1,
};

static void rockchip_grf_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->realize = rockchip_grf_realize;
    dc->unrealize = rockchip_grf_unrealize;
    dc->vmsd = &vmstate_rockchip_grf;
    dc->user_creatable = false;
    device_class_set_props(dc, rockchip_grf_properties);
    rc->phases.enter = rockchip_grf_reset_enter;
}

static const TypeInfo rockchip_grf_types[] = {
    {
        .name = TYPE_ROCKCHIP_GRF,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RockchipGrfState),
        .instance_init = rockchip_grf_init,
        .class_init = rockchip_grf_class_init,
    },
};

DEFINE_TYPES(rockchip_grf_types)
