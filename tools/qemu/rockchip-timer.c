/*
 * Rockchip timer (RK3288 register layout)
 *
 * Counts down from LOAD at 24 MHz. In user-defined mode it stops at zero, in
 * free-running mode it starts over. Facts: soc.md 2; that the user-defined
 * mode stops is inferred from how its driver uses it for single events.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "migration/vmstate.h"
#include "rockchip-common.h"
#include "rockchip-timer-regs.h"
#include "rockchip-timer.h"

#define TIMER_HZ 24000000

static void rockchip_timer_update_irq(RockchipTimerState *s)
{
    qemu_set_irq(s->irq, s->int_status &&
                 FIELD_EX32(s->control, CONTROL, INT_EN));
}

static void rockchip_timer_tick(void *opaque)
{
    RockchipTimerState *s = opaque;

    if (!s->int_status && FIELD_EX32(s->control, CONTROL, INT_EN)) {
        s->irqs++;
    }
    s->int_status = 1;
    rockchip_timer_update_irq(s);
}

static uint64_t rockchip_timer_read(void *opaque, hwaddr addr, unsigned size)
{
    RockchipTimerState *s = opaque;

    s->mmio_reads++;
    switch (addr) {
    case A_LOAD_COUNT0:
        return extract64(s->load, 0, 32);
    case A_LOAD_COUNT1:
        return extract64(s->load, 32, 32);
    case A_CURRENT_VALUE0:
        return extract64(ptimer_get_count(s->ptimer), 0, 32);
    case A_CURRENT_VALUE1:
        return extract64(ptimer_get_count(s->ptimer), 32, 32);
    case A_CONTROL:
        return s->control;
    case A_INT_STATUS:
        return s->int_status;
    default:
        qemu_log_mask(LOG_UNIMP, "rockchip-timer: read of 0x%" HWADDR_PRIx
                      "\n", addr);
        return 0;
    }
}

static void rockchip_timer_set_control(RockchipTimerState *s, uint32_t val)
{
    ptimer_transaction_begin(s->ptimer);
    if (!FIELD_EX32(val, CONTROL, ENABLE)) {
        ptimer_stop(s->ptimer);
    } else if (!FIELD_EX32(s->control, CONTROL, ENABLE)) {
        ptimer_set_limit(s->ptimer, s->load, 1);
        ptimer_run(s->ptimer, FIELD_EX32(val, CONTROL, USER_MODE));
    }
    s->control = val & (R_CONTROL_ENABLE_MASK | R_CONTROL_USER_MODE_MASK |
                        R_CONTROL_INT_EN_MASK);
    ptimer_transaction_commit(s->ptimer);
    rockchip_timer_update_irq(s);
}

static void rockchip_timer_write(void *opaque, hwaddr addr, uint64_t val,
                                 unsigned size)
{
    RockchipTimerState *s = opaque;

    s->mmio_writes++;
    switch (addr) {
    case A_LOAD_COUNT0:
        s->load = deposit64(s->load, 0, 32, val);
        break;
    case A_LOAD_COUNT1:
        s->load = deposit64(s->load, 32, 32, val);
        break;
    case A_CONTROL:
        rockchip_timer_set_control(s, val);
        break;
    case A_INT_STATUS:
        s->int_status &= ~val;
        rockchip_timer_update_irq(s);
        break;
    default:
        qemu_log_mask(LOG_UNIMP, "rockchip-timer: write to 0x%" HWADDR_PRIx
                      "\n", addr);
        break;
    }
}

static const MemoryRegionOps rockchip_timer_ops = {
    .read = rockchip_timer_read,
    .write = rockchip_timer_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rockchip_timer_reset_enter(Object *obj, ResetType type)
{
    RockchipTimerState *s = ROCKCHIP_TIMER(obj);

    s->load = 0;
    s->control = 0;
    s->int_status = 0;
    ptimer_transaction_begin(s->ptimer);
    ptimer_stop(s->ptimer);
    ptimer_transaction_commit(s->ptimer);
}

static void rockchip_timer_reset_hold(Object *obj, ResetType type)
{
    rockchip_timer_update_irq(ROCKCHIP_TIMER(obj));
}

static void rockchip_timer_realize(DeviceState *dev, Error **errp)
{
    RockchipTimerState *s = ROCKCHIP_TIMER(dev);

    s->ptimer = ptimer_init(rockchip_timer_tick, s,
                            PTIMER_POLICY_WRAP_AFTER_ONE_PERIOD |
                            PTIMER_POLICY_NO_COUNTER_ROUND_DOWN);
    ptimer_transaction_begin(s->ptimer);
    ptimer_set_freq(s->ptimer, TIMER_HZ);
    ptimer_transaction_commit(s->ptimer);
}

static void rockchip_timer_unrealize(DeviceState *dev)
{
    RockchipTimerState *s = ROCKCHIP_TIMER(dev);

    ptimer_free(s->ptimer);
    s->ptimer = NULL;
}

static const RockchipCounter rockchip_timer_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipTimerState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipTimerState, mmio_writes),
    ROCKCHIP_COUNTER("irqs", RockchipTimerState, irqs),
    { }
};

static void rockchip_timer_init(Object *obj)
{
    RockchipTimerState *s = ROCKCHIP_TIMER(obj);

    memory_region_init_io(&s->iomem, obj, &rockchip_timer_ops, s,
                          TYPE_ROCKCHIP_TIMER, ROCKCHIP_TIMER_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    rockchip_add_counters(obj, rockchip_timer_counters);
}

static const VMStateDescription vmstate_rockchip_timer = {
    .name = TYPE_ROCKCHIP_TIMER,
    .unmigratable = 1,
};

static void rockchip_timer_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->realize = rockchip_timer_realize;
    dc->unrealize = rockchip_timer_unrealize;
    dc->vmsd = &vmstate_rockchip_timer;
    dc->user_creatable = false;
    rc->phases.enter = rockchip_timer_reset_enter;
    rc->phases.hold = rockchip_timer_reset_hold;
}

static const TypeInfo rockchip_timer_types[] = {
    {
        .name = TYPE_ROCKCHIP_TIMER,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RockchipTimerState),
        .instance_init = rockchip_timer_init,
        .class_init = rockchip_timer_class_init,
    },
};

DEFINE_TYPES(rockchip_timer_types)
