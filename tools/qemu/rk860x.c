/*
 * Rockchip RK8602 / RK8603 I2C buck regulator
 *
 * Facts: power.md 5.1. Switching on takes the enable time; a new voltage is
 * reached at the programmed slew rate, in a straight line both ways.
 *
 * Inferred: that a fall is as fast as a rise; that a voltage selected while it
 * switches on does not start that anew; both control registers enabled
 * and 750 mV selected at power-up (the boards mark the rail as on at boot;
 * soc.md 10 gives VSEL 40), slew field 0, and revision 0 in ID2. The regulator
 * keeps its settings over a reset of the SoC only as far as QEMU's machine
 * reset is a power cycle: it starts anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/visitor.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "migration/vmstate.h"
#include "rk860x-regs.h"
#include "rk860x.h"
#include "rockchip-common.h"

#define CHIP_ID 0x0a
#define CHIP_REVISION 0
#define BOOT_VSEL 40

#define BASE_UV 500000
#define STEP_UV 6250
#define MAX_STEP 159
#define ENABLE_TIME_NS (360 * SCALE_US)
#define SLEW_MAX_UV_PER_US 64000
/* While the output moves, consumers hear of it this often. */
#define TICK_NS (10 * SCALE_US)

static uint32_t rk860x_selected_uv(Rk860xState *s)
{
    uint8_t ctrl = s->regs[s->vsel ? A_VSEL1_CTRL : A_VSEL0_CTRL];
    uint8_t n = s->regs[s->vsel ? A_VSEL1 : A_VSEL0];

    if (!FIELD_EX8(ctrl, VSEL_CTRL, ENABLE)) {
        return 0;
    }
    return BASE_UV + MIN(n, MAX_STEP) * STEP_UV;
}

static int64_t now_ns(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

uint32_t rk860x_microvolt(const Rk860xState *s, int64_t ns)
{
    int64_t moved = (ns - s->start_ns) * s->slew / SCALE_US;

    if (ns >= s->end_ns) {
        return s->target_uv;
    }
    if (!s->from_uv) {
        /* Switching on: nothing until it is up. */
        return 0;
    }
    return s->target_uv > s->from_uv ? s->from_uv + moved : s->from_uv - moved;
}

int64_t rk860x_ns_below(const Rk860xState *s, uint32_t uv, int64_t from_ns,
                        int64_t to_ns)
{
    bool first = rk860x_microvolt(s, from_ns) < uv;
    bool last = rk860x_microvolt(s, to_ns) < uv;
    int64_t cross;

    if (first == last) {
        return first ? to_ns - from_ns : 0;
    }
    /* One straight line, so one crossing; switching on and off are steps. */
    cross = s->end_ns;
    if (s->from_uv && s->target_uv) {
        cross = s->start_ns +
                (int64_t)abs((int)uv - (int)s->from_uv) * SCALE_US / s->slew;
    }
    cross = MIN(MAX(cross, from_ns), to_ns);
    return last ? to_ns - cross : cross - from_ns;
}

static void rk860x_drive(Rk860xState *s, uint32_t uv)
{
    /* A consumer must not see power without voltage. */
    if (uv) {
        qemu_set_irq(s->microvolt_out, uv);
        qemu_set_irq(s->enable_out, 1);
    } else {
        qemu_set_irq(s->enable_out, 0);
        qemu_set_irq(s->microvolt_out, 0);
    }
}

/* Drive the voltage of this moment; come back while it moves. */
static void rk860x_advance(Rk860xState *s)
{
    int64_t now = now_ns();

    timer_del(s->timer);
    if (now < s->end_ns) {
        timer_mod_ns(s->timer, s->from_uv ? MIN(s->end_ns, now + TICK_NS) :
                               s->end_ns);
    }
    rk860x_drive(s, rk860x_microvolt(s, now));
}

static void rk860x_timer(void *opaque)
{
    rk860x_advance(opaque);
}

void rk860x_sync(Rk860xState *s)
{
    if (timer_pending(s->timer)) {
        rk860x_advance(s);
    }
}

/* The registers ask for another output: start moving towards it. */
static void rk860x_update(Rk860xState *s)
{
    uint32_t uv = rk860x_selected_uv(s);
    int64_t now = now_ns();
    bool switching_on = s->target_uv && !s->from_uv && now < s->end_ns;
    int64_t takes = 0;

    if (uv == s->target_uv) {
        return;
    }
    s->voltage_changes++;
    /* The move so far: consumers account for it before it is forgotten. */
    rk860x_advance(s);

    s->from_uv = rk860x_microvolt(s, now);
    s->target_uv = uv;
    s->start_ns = now;
    s->slew = SLEW_MAX_UV_PER_US >>
              FIELD_EX8(s->regs[A_CONTROL], CONTROL, SLEW);
    if (uv && switching_on) {
        takes = s->end_ns - now;
    } else if (uv && !s->from_uv) {
        takes = ENABLE_TIME_NS;
    } else if (uv) {
        takes = DIV_ROUND_UP((int64_t)abs((int)uv - (int)s->from_uv) *
                             SCALE_US, s->slew);
    }
    s->end_ns = now + takes;
    rk860x_advance(s);
}

static void rk860x_power_up(Rk860xState *s)
{
    memset(s->regs, 0, sizeof(s->regs));
    s->regs[A_VSEL0_CTRL] = R_VSEL_CTRL_ENABLE_MASK;
    s->regs[A_VSEL1_CTRL] = R_VSEL_CTRL_ENABLE_MASK;
    s->regs[A_ID1] = CHIP_ID;
    s->regs[A_ID2] = CHIP_REVISION;
    s->regs[A_VSEL0] = BOOT_VSEL;
    s->regs[A_VSEL1] = BOOT_VSEL;
}

static void rk860x_set_vsel(void *opaque, int n, int level)
{
    Rk860xState *s = opaque;

    s->vsel = level;
    rk860x_update(s);
}

static int rk860x_event(I2CSlave *i2c, enum i2c_event event)
{
    Rk860xState *s = RK860X(i2c);

    switch (event) {
    case I2C_START_SEND:
    case I2C_START_RECV:
        if (s->fault_nak) {
            s->fault_nak--;
            s->naks++;
            return -1;
        }
        s->transfers++;
        s->pointer_set = event == I2C_START_RECV;
        break;
    default:
        break;
    }
    return 0;
}

static uint8_t rk860x_recv(I2CSlave *i2c)
{
    Rk860xState *s = RK860X(i2c);
    uint8_t reg = s->pointer++ % RK860X_NUM_REGS;

    s->reg_reads++;
    return s->regs[reg];
}

static int rk860x_send(I2CSlave *i2c, uint8_t data)
{
    Rk860xState *s = RK860X(i2c);

    if (!s->pointer_set) {
        s->pointer = data;
        s->pointer_set = true;
        return 0;
    }

    s->reg_writes++;
    switch (s->pointer) {
    case A_VSEL0_CTRL:
    case A_VSEL1_CTRL:
    case A_VSEL0:
    case A_VSEL1:
        s->regs[s->pointer] = data;
        break;
    case A_CONTROL:
        if (FIELD_EX8(data, CONTROL, RESET)) {
            rk860x_power_up(s);
        } else {
            s->regs[A_CONTROL] = data;
        }
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "rk860x: write to read-only register "
                      "0x%02x\n", s->pointer);
        break;
    }
    s->pointer = (s->pointer + 1) % RK860X_NUM_REGS;
    rk860x_update(s);
    return 0;
}

static void rk860x_reset_enter(Object *obj, ResetType type)
{
    Rk860xState *s = RK860X(obj);

    timer_del(s->timer);
    rk860x_power_up(s);
    s->pointer = 0;
    s->pointer_set = false;
    s->target_uv = rk860x_selected_uv(s);
    s->start_ns = s->end_ns = 0;
}

static void rk860x_reset_hold(Object *obj, ResetType type)
{
    Rk860xState *s = RK860X(obj);

    rk860x_drive(s, s->target_uv);
}

static void rk860x_get_microvolt(Object *obj, Visitor *v, const char *name,
                                 void *opaque, Error **errp)
{
    uint32_t uv = rk860x_microvolt(RK860X(obj), now_ns());

    visit_type_uint32(v, name, &uv, errp);
}

static const RockchipCounter rk860x_counters[] = {
    ROCKCHIP_COUNTER("transfers", Rk860xState, transfers),
    ROCKCHIP_COUNTER("naks", Rk860xState, naks),
    ROCKCHIP_COUNTER("reg-reads", Rk860xState, reg_reads),
    ROCKCHIP_COUNTER("reg-writes", Rk860xState, reg_writes),
    ROCKCHIP_COUNTER("voltage-changes", Rk860xState, voltage_changes),
    { }
};

static void rk860x_init(Object *obj)
{
    Rk860xState *s = RK860X(obj);

    qdev_init_gpio_in_named(DEVICE(obj), rk860x_set_vsel, "vsel", 1);
    qdev_init_gpio_out_named(DEVICE(obj), &s->enable_out, "enable", 1);
    qdev_init_gpio_out_named(DEVICE(obj), &s->microvolt_out, "microvolt", 1);
    object_property_add(obj, "microvolt", "uint32", rk860x_get_microvolt, NULL,
                        NULL, NULL);
    object_property_add_uint32_ptr(obj, "fault-nak", &s->fault_nak,
                                   OBJ_PROP_FLAG_READWRITE);
    rockchip_add_counters(obj, rk860x_counters);
}

static void rk860x_realize(DeviceState *dev, Error **errp)
{
    Rk860xState *s = RK860X(dev);

    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, rk860x_timer, s);
}

static void rk860x_unrealize(DeviceState *dev)
{
    Rk860xState *s = RK860X(dev);

    g_clear_pointer(&s->timer, timer_free);
}

static const VMStateDescription vmstate_rk860x = {
    .name = TYPE_RK860X,
    .unmigratable = 1,
};

static void rk860x_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    I2CSlaveClass *sc = I2C_SLAVE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->realize = rk860x_realize;
    dc->unrealize = rk860x_unrealize;
    dc->vmsd = &vmstate_rk860x;
    sc->event = rk860x_event;
    sc->recv = rk860x_recv;
    sc->send = rk860x_send;
    rc->phases.enter = rk860x_reset_enter;
    rc->phases.hold = rk860x_reset_hold;
}

static const TypeInfo rk860x_types[] = {
    {
        .name = TYPE_RK860X,
        .parent = TYPE_I2C_SLAVE,
        .instance_size = sizeof(Rk860xState),
        .instance_init = rk860x_init,
        .class_init = rk860x_class_init,
    },
};

DEFINE_TYPES(rk860x_types)
