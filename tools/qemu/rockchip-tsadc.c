/*
 * Rockchip temperature sensor ADC (RK3588 register layout)
 *
 * Facts: soc.md 8. Conversion takes no time; the over-temperature reset of the
 * SoC is a machine reset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "migration/vmstate.h"
#include "system/runstate.h"
#include "rockchip-common.h"
#include "rockchip-tsadc-regs.h"
#include "rockchip-tsadc.h"

#define DEFAULT_TEMPERATURE 30000

/* Code against millidegrees, linear between the points. */
static const struct {
    int code;
    int mdeg;
} code_table[] = {
    { 215, -40000 }, { 285, 25000 }, { 350, 85000 }, { 395, 125000 },
};

static uint32_t code_of(int mdeg)
{
    const int last = ARRAY_SIZE(code_table) - 1;
    int i = 1;

    mdeg = MAX(mdeg, code_table[0].mdeg);
    mdeg = MIN(mdeg, code_table[last].mdeg);
    while (mdeg > code_table[i].mdeg) {
        i++;
    }
    return code_table[i - 1].code +
           (mdeg - code_table[i - 1].mdeg) *
           (code_table[i].code - code_table[i - 1].code) /
           (code_table[i].mdeg - code_table[i - 1].mdeg);
}

static bool channel_on(RockchipTsadcState *s, int ch)
{
    return FIELD_EX32(s->regs[R_AUTO_CON], AUTO_CON, ENABLE) &&
           extract32(s->regs[R_AUTO_SRC_CON], ch, 1);
}

static void rockchip_tsadc_update(RockchipTsadcState *s)
{
    bool level;
    int ch;

    for (ch = 0; ch < ROCKCHIP_TSADC_NUM_CHANNELS; ch++) {
        uint32_t code = code_of(s->temperature[ch]);

        if (!channel_on(s, ch)) {
            continue;
        }
        if (s->regs[R_COMP0_INT + ch] && code > s->regs[R_COMP0_INT + ch] &&
            extract32(s->regs[R_HT_INT_EN], ch, 1)) {
            s->regs[R_INT_PD] |= BIT(ch);
        }
        if (s->regs[R_COMP0_SHUT + ch] && code > s->regs[R_COMP0_SHUT + ch] &&
            extract32(s->regs[R_HSHUT_CRU_EN], ch, 1)) {
            qemu_log_mask(LOG_GUEST_ERROR, "rockchip-tsadc: channel %d is too "
                          "hot, resetting\n", ch);
            qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        }
    }

    level = s->regs[R_INT_PD];
    if (level && !s->irq_level) {
        s->irqs++;
    }
    s->irq_level = level;
    qemu_set_irq(s->irq, level);
}

static uint64_t rockchip_tsadc_read(void *opaque, hwaddr addr, unsigned size)
{
    RockchipTsadcState *s = opaque;
    int ch = ((int)addr - A_DATA0) / 4;

    s->mmio_reads++;
    if (addr >= A_DATA0 && ch < ROCKCHIP_TSADC_NUM_CHANNELS) {
        return channel_on(s, ch) ? code_of(s->temperature[ch]) : 0;
    }
    return s->regs[addr / 4];
}

static void rockchip_tsadc_write(void *opaque, hwaddr addr, uint64_t val,
                                 unsigned size)
{
    RockchipTsadcState *s = opaque;
    uint32_t *reg = &s->regs[addr / 4];

    s->mmio_writes++;
    switch (addr) {
    case A_AUTO_CON ... A_HSHUT_CRU_EN:
        *reg = rockchip_hiword(*reg, val);
        break;
    case A_INT_PD:
    case A_HSHUT_PD:
        *reg &= ~val;
        break;
    case A_DATA0 ... A_COMP0_INT - 4:
        qemu_log_mask(LOG_GUEST_ERROR, "rockchip-tsadc: write to read-only "
                      "register 0x%" HWADDR_PRIx "\n", addr);
        return;
    default:
        *reg = val;
        break;
    }
    rockchip_tsadc_update(s);
}

static const MemoryRegionOps rockchip_tsadc_ops = {
    .read = rockchip_tsadc_read,
    .write = rockchip_tsadc_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rockchip_tsadc_get_temp(Object *obj, Visitor *v, const char *name,
                                    void *opaque, Error **errp)
{
    int32_t *temp = opaque;

    visit_type_int32(v, name, temp, errp);
}

static void rockchip_tsadc_set_temp(Object *obj, Visitor *v, const char *name,
                                    void *opaque, Error **errp)
{
    int32_t *temp = opaque;
    int32_t val;

    if (visit_type_int32(v, name, &val, errp)) {
        *temp = val;
        rockchip_tsadc_update(ROCKCHIP_TSADC(obj));
    }
}

static void rockchip_tsadc_reset_enter(Object *obj, ResetType type)
{
    RockchipTsadcState *s = ROCKCHIP_TSADC(obj);

    memset(s->regs, 0, sizeof(s->regs));
}

static void rockchip_tsadc_reset_hold(Object *obj, ResetType type)
{
    rockchip_tsadc_update(ROCKCHIP_TSADC(obj));
}

static const RockchipCounter rockchip_tsadc_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipTsadcState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipTsadcState, mmio_writes),
    ROCKCHIP_COUNTER("irqs", RockchipTsadcState, irqs),
    { }
};

static void rockchip_tsadc_init(Object *obj)
{
    RockchipTsadcState *s = ROCKCHIP_TSADC(obj);
    int ch;

    for (ch = 0; ch < ROCKCHIP_TSADC_NUM_CHANNELS; ch++) {
        g_autofree char *name = g_strdup_printf("temperature-%d", ch);

        s->temperature[ch] = DEFAULT_TEMPERATURE;
        object_property_add(obj, name, "int32", rockchip_tsadc_get_temp,
                            rockchip_tsadc_set_temp, NULL,
                            &s->temperature[ch]);
    }
    memory_region_init_io(&s->iomem, obj, &rockchip_tsadc_ops, s,
                          TYPE_ROCKCHIP_TSADC, ROCKCHIP_TSADC_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    rockchip_add_counters(obj, rockchip_tsadc_counters);
}

static const VMStateDescription vmstate_rockchip_tsadc = {
    .name = TYPE_ROCKCHIP_TSADC,
    .unmigratable = 1,
};

static void rockchip_tsadc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->vmsd = &vmstate_rockchip_tsadc;
    dc->user_creatable = false;
    rc->phases.enter = rockchip_tsadc_reset_enter;
    rc->phases.hold = rockchip_tsadc_reset_hold;
}

static const TypeInfo rockchip_tsadc_types[] = {
    {
        .name = TYPE_ROCKCHIP_TSADC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RockchipTsadcState),
        .instance_init = rockchip_tsadc_init,
        .class_init = rockchip_tsadc_class_init,
    },
};

DEFINE_TYPES(rockchip_tsadc_types)
