/*
 * Rockchip GPIO bank, second register layout
 *
 * Most registers come in pairs of 16 hiword-masked bits (low, high). The
 * offsets and the version register are those that the mainline driver uses
 * (soc.md 10, item 4). Debouncing is kept but takes no time.
 *
 * Inferred: which of the accepted version numbers RK3588 has, and that a pin
 * nobody drives reads as 1 (pulled up), so that active-low interrupts of
 * chips that are not modelled stay quiet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "migration/vmstate.h"
#include "rockchip-common.h"
#include "rockchip-gpio-regs.h"
#include "rockchip-gpio.h"

#define GPIO_VERSION 0x0101157c

static uint32_t pins(RockchipGpioState *s)
{
    return (s->dr & s->ddr) | (s->ext & ~s->ddr);
}

/* INT_TYPE 1 = edge, 0 = level; INT_POLARITY 1 = high or rising. */
static uint32_t raw_status(RockchipGpioState *s)
{
    uint32_t level = ~(pins(s) ^ s->int_polarity) & ~s->int_type &
                     ~s->int_bothedge;

    return (s->edge_pending | level) & s->int_en;
}

static void rockchip_gpio_update(RockchipGpioState *s)
{
    bool level = raw_status(s) & ~s->int_mask;

    if (level && !s->irq_level) {
        s->irqs++;
    }
    s->irq_level = level;
    qemu_set_irq(s->irq, level);
}

static void rockchip_gpio_edges(RockchipGpioState *s, uint32_t before)
{
    uint32_t now = pins(s);
    uint32_t rising = now & ~before;
    uint32_t falling = before & ~now;

    s->edge_pending |= s->int_en &
                       ((s->int_bothedge & (rising | falling)) |
                        (s->int_type & s->int_polarity & rising) |
                        (s->int_type & ~s->int_polarity & falling));
    rockchip_gpio_update(s);
}

static void rockchip_gpio_set_pin(void *opaque, int n, int level)
{
    RockchipGpioState *s = opaque;
    uint32_t before = pins(s);

    s->ext = deposit32(s->ext, n, 1, !!level);
    rockchip_gpio_edges(s, before);
}

static void rockchip_gpio_drive(RockchipGpioState *s)
{
    int i;

    for (i = 0; i < ROCKCHIP_GPIO_NUM_PINS; i++) {
        qemu_set_irq(s->out[i], extract32(s->dr | ~s->ddr, i, 1));
    }
}

static uint32_t *paired_reg(RockchipGpioState *s, hwaddr addr)
{
    switch (addr & ~7) {
    case A_PORT_DR:
        return &s->dr;
    case A_PORT_DDR:
        return &s->ddr;
    case A_INT_EN:
        return &s->int_en;
    case A_INT_MASK:
        return &s->int_mask;
    case A_INT_TYPE:
        return &s->int_type;
    case A_INT_POLARITY:
        return &s->int_polarity;
    case A_INT_BOTHEDGE:
        return &s->int_bothedge;
    case A_DEBOUNCE:
        return &s->debounce;
    case A_DBCLK_DIV_EN:
        return &s->dbclk_div_en;
    default:
        return NULL;
    }
}

static uint64_t rockchip_gpio_read(void *opaque, hwaddr addr, unsigned size)
{
    RockchipGpioState *s = opaque;
    uint32_t *reg = paired_reg(s, addr);

    s->mmio_reads++;
    if (reg) {
        return extract32(*reg, addr & 4 ? 16 : 0, 16);
    }
    switch (addr) {
    case A_DBCLK_DIV_CON:
        return s->dbclk_div_con;
    case A_INT_STATUS:
        return raw_status(s) & ~s->int_mask;
    case A_INT_RAWSTATUS:
        return raw_status(s);
    case A_EXT_PORT:
        return pins(s);
    case A_VERSION_ID:
        return GPIO_VERSION;
    default:
        qemu_log_mask(LOG_UNIMP, "rockchip-gpio: read of 0x%" HWADDR_PRIx
                      "\n", addr);
        return 0;
    }
}

static void rockchip_gpio_write(void *opaque, hwaddr addr, uint64_t val,
                                unsigned size)
{
    RockchipGpioState *s = opaque;
    uint32_t *reg = paired_reg(s, addr);
    uint32_t before = pins(s);
    int shift = addr & 4 ? 16 : 0;

    s->mmio_writes++;
    if (reg) {
        *reg = deposit32(*reg, shift, 16,
                         rockchip_hiword(extract32(*reg, shift, 16), val));
        if (reg == &s->dr || reg == &s->ddr) {
            rockchip_gpio_drive(s);
        }
        if (reg == &s->int_en) {
            s->edge_pending &= s->int_en;
        }
        rockchip_gpio_edges(s, before);
        return;
    }
    switch (addr) {
    case A_DBCLK_DIV_CON:
        s->dbclk_div_con = val;
        break;
    case A_PORT_EOI:
    case A_PORT_EOI + 4:
        s->edge_pending &= ~((uint32_t)(val & (val >> 16) & 0xffff) << shift);
        rockchip_gpio_update(s);
        break;
    default:
        qemu_log_mask(LOG_UNIMP, "rockchip-gpio: write to 0x%" HWADDR_PRIx
                      "\n", addr);
        break;
    }
}

static const MemoryRegionOps rockchip_gpio_ops = {
    .read = rockchip_gpio_read,
    .write = rockchip_gpio_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rockchip_gpio_reset_enter(Object *obj, ResetType type)
{
    RockchipGpioState *s = ROCKCHIP_GPIO(obj);

    s->dr = 0;
    s->ddr = 0;
    s->int_en = 0;
    s->int_mask = 0;
    s->int_type = 0;
    s->int_polarity = 0;
    s->int_bothedge = 0;
    s->debounce = 0;
    s->dbclk_div_en = 0;
    s->dbclk_div_con = 0;
    s->edge_pending = 0;
}

static void rockchip_gpio_reset_hold(Object *obj, ResetType type)
{
    RockchipGpioState *s = ROCKCHIP_GPIO(obj);

    rockchip_gpio_drive(s);
    rockchip_gpio_update(s);
}

static const RockchipCounter rockchip_gpio_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipGpioState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipGpioState, mmio_writes),
    ROCKCHIP_COUNTER("irqs", RockchipGpioState, irqs),
    { }
};

static void rockchip_gpio_init(Object *obj)
{
    RockchipGpioState *s = ROCKCHIP_GPIO(obj);

    s->ext = UINT32_MAX;
    memory_region_init_io(&s->iomem, obj, &rockchip_gpio_ops, s,
                          TYPE_ROCKCHIP_GPIO, ROCKCHIP_GPIO_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    qdev_init_gpio_in(DEVICE(obj), rockchip_gpio_set_pin,
                      ROCKCHIP_GPIO_NUM_PINS);
    qdev_init_gpio_out(DEVICE(obj), s->out, ROCKCHIP_GPIO_NUM_PINS);
    rockchip_add_counters(obj, rockchip_gpio_counters);
}

static const VMStateDescription vmstate_rockchip_gpio = {
    .name = TYPE_ROCKCHIP_GPIO,
    .unmigratable = 1,
};

static void rockchip_gpio_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->vmsd = &vmstate_rockchip_gpio;
    dc->user_creatable = false;
    rc->phases.enter = rockchip_gpio_reset_enter;
    rc->phases.hold = rockchip_gpio_reset_hold;
}

static const TypeInfo rockchip_gpio_types[] = {
    {
        .name = TYPE_ROCKCHIP_GPIO,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RockchipGpioState),
        .instance_init = rockchip_gpio_init,
        .class_init = rockchip_gpio_class_init,
    },
};

DEFINE_TYPES(rockchip_gpio_types)
