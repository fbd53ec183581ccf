/*
 * Rockchip RK3x I2C controller
 *
 * The controller moves up to 32 bytes per command: in transmit mode a write to
 * MTXCNT sends the transmit buffer (whose first byte after START is the
 * address), in "register transmit" mode a write to MRXCNT sends the device and
 * register addresses, restarts and receives, in receive mode it goes on
 * receiving. Events come after the time that the bits need on the wire. The
 * register set is what the mainline driver uses.
 *
 * Inferred: the source clock of 200 MHz (the clock tree of this machine
 * exports clocks of the NPU only) and the SCL period of 8 x (low + high)
 * source cycles.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "migration/vmstate.h"
#include "rockchip-common.h"
#include "rockchip-i2c-regs.h"
#include "rockchip-i2c.h"

#define INT_ALL 0x7f

enum {
    MODE_TX = 0,
    MODE_REGISTER_TX = 1,
    MODE_RX = 2,
};

#define SOURCE_CLOCK_HZ 200000000ULL
#define SCL_CYCLES_PER_DIV 8
#define WIRE_BITS_PER_BYTE 9
/* What the controller gets when no device drives the bus. */
#define IDLE_BUS_BYTE 0xff

static void rockchip_i2c_update_irq(RockchipI2cState *s)
{
    bool level = s->ipd & s->ien;

    if (level && !s->irq_level) {
        s->irqs++;
    }
    s->irq_level = level;
    qemu_set_irq(s->irq, level);
}

/* Raise @ints when @bits have gone over the wire. */
static void rockchip_i2c_finish(RockchipI2cState *s, uint32_t ints,
                                unsigned bits)
{
    uint64_t low = FIELD_EX32(s->clkdiv, CLKDIV, LOW) + 1;
    uint64_t high = FIELD_EX32(s->clkdiv, CLKDIV, HIGH) + 1;
    uint64_t cycles = bits * SCL_CYCLES_PER_DIV * (low + high);

    s->pending |= ints;
    timer_mod_ns(s->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                 cycles * NANOSECONDS_PER_SECOND / SOURCE_CLOCK_HZ);
}

static void rockchip_i2c_timer(void *opaque)
{
    RockchipI2cState *s = opaque;

    s->ipd |= s->pending;
    s->pending = 0;
    rockchip_i2c_update_irq(s);
}

static void rockchip_i2c_nak(RockchipI2cState *s, unsigned bytes)
{
    s->naks++;
    rockchip_i2c_finish(s, R_IPD_NAKRCV_MASK, bytes * WIRE_BITS_PER_BYTE);
}

/* Send the address byte @addr; returns false for NAK. */
static bool rockchip_i2c_address(RockchipI2cState *s, uint8_t addr)
{
    s->addressed = true;
    return !i2c_start_transfer(s->bus, addr >> 1, addr & 1);
}

static void rockchip_i2c_transmit(RockchipI2cState *s)
{
    bool stop_on_nak = FIELD_EX32(s->con, CON, ACTACK);
    uint32_t n = MIN(s->mtxcnt, ROCKCHIP_I2C_FIFO_SIZE);
    bool nak = false;
    uint32_t i;

    for (i = 0; i < n; i++) {
        bool ack;

        if (s->started) {
            s->started = false;
            ack = rockchip_i2c_address(s, s->tx[i]);
        } else {
            ack = s->addressed && !i2c_send(s->bus, s->tx[i]);
        }
        nak |= !ack;
        if (!ack && stop_on_nak) {
            s->fcnt = i + 1;
            rockchip_i2c_nak(s, i + 1);
            return;
        }
    }
    s->fcnt = n;
    if (nak) {
        s->naks++;
    }
    rockchip_i2c_finish(s, R_IPD_MBTF_MASK | (nak ? R_IPD_NAKRCV_MASK : 0),
                        n * WIRE_BITS_PER_BYTE);
}

static void rockchip_i2c_receive(RockchipI2cState *s)
{
    bool stop_on_nak = FIELD_EX32(s->con, CON, ACTACK);
    uint32_t n = MIN(s->mrxcnt, ROCKCHIP_I2C_FIFO_SIZE);
    uint32_t sent = 0;
    bool ack = true;
    uint32_t i;

    if (FIELD_EX32(s->con, CON, MODE) == MODE_REGISTER_TX && s->started) {
        uint32_t addr = FIELD_EX32(s->mrxaddr, MRXADDR, ADDR);
        uint32_t reg = FIELD_EX32(s->mrxraddr, MRXRADDR, ADDR);
        uint32_t valid = FIELD_EX32(s->mrxraddr, MRXRADDR, VALID);

        s->started = false;
        ack = rockchip_i2c_address(s, addr);
        sent++;
        for (i = 0; i < 3 && ack && extract32(valid, i, 1); i++) {
            ack = !i2c_send(s->bus, extract32(reg, 8 * i, 8));
            sent++;
        }
        if (ack && !(addr & 1)) {
            /* Repeated START towards reading. */
            ack = rockchip_i2c_address(s, addr | 1);
            sent++;
        }
    }
    if (!ack && stop_on_nak) {
        rockchip_i2c_nak(s, sent);
        return;
    }

    memset(s->rx, 0, sizeof(s->rx));
    for (i = 0; i < n; i++) {
        s->rx[i] = ack && s->addressed ? i2c_recv(s->bus) : IDLE_BUS_BYTE;
    }
    if (s->addressed && FIELD_EX32(s->con, CON, LASTACK)) {
        i2c_nack(s->bus);
    }
    s->fcnt = n;
    rockchip_i2c_finish(s, R_IPD_MBRF_MASK | (ack ? 0 : R_IPD_NAKRCV_MASK),
                        (sent + n) * WIRE_BITS_PER_BYTE);
}

static void rockchip_i2c_write_con(RockchipI2cState *s, uint32_t val)
{
    uint32_t rising = val & ~s->con;

    s->con = val;
    if (!FIELD_EX32(val, CON, EN)) {
        /* Switched off between the messages of a transfer: nothing moves. */
        return;
    }
    if (FIELD_EX32(rising, CON, START)) {
        s->starts++;
        s->started = true;
        rockchip_i2c_finish(s, R_IPD_START_MASK, 1);
    }
    if (FIELD_EX32(rising, CON, STOP)) {
        if (s->addressed) {
            i2c_end_transfer(s->bus);
        }
        s->started = false;
        s->addressed = false;
        rockchip_i2c_finish(s, R_IPD_STOP_MASK, 1);
    }
}

static uint64_t rockchip_i2c_read(void *opaque, hwaddr addr, unsigned size)
{
    RockchipI2cState *s = opaque;

    s->mmio_reads++;
    switch (addr) {
    case A_CON:
        return s->con;
    case A_CLKDIV:
        return s->clkdiv;
    case A_MRXADDR:
        return s->mrxaddr;
    case A_MRXRADDR:
        return s->mrxraddr;
    case A_MTXCNT:
        return s->mtxcnt;
    case A_MRXCNT:
        return s->mrxcnt;
    case A_IEN:
        return s->ien;
    case A_IPD:
        return s->ipd;
    case A_FCNT:
        return s->fcnt;
    case A_TXDATA0 ... A_TXDATA7:
        return ldl_le_p(&s->tx[addr - A_TXDATA0]);
    case A_RXDATA0 ... A_RXDATA7:
        return ldl_le_p(&s->rx[addr - A_RXDATA0]);
    default:
        qemu_log_mask(LOG_UNIMP, "rockchip-i2c: read of 0x%" HWADDR_PRIx "\n",
                      addr);
        return 0;
    }
}

static void rockchip_i2c_write(void *opaque, hwaddr addr, uint64_t val,
                               unsigned size)
{
    RockchipI2cState *s = opaque;

    s->mmio_writes++;
    switch (addr) {
    case A_CON:
        rockchip_i2c_write_con(s, val);
        break;
    case A_CLKDIV:
        s->clkdiv = val;
        break;
    case A_MRXADDR:
        s->mrxaddr = val;
        break;
    case A_MRXRADDR:
        s->mrxraddr = val;
        break;
    case A_MTXCNT:
        s->mtxcnt = val;
        if (FIELD_EX32(s->con, CON, EN)) {
            rockchip_i2c_transmit(s);
        }
        break;
    case A_MRXCNT:
        s->mrxcnt = val;
        if (FIELD_EX32(s->con, CON, EN)) {
            rockchip_i2c_receive(s);
        }
        break;
    case A_IEN:
        s->ien = val & INT_ALL;
        rockchip_i2c_update_irq(s);
        break;
    case A_IPD:
        s->ipd &= ~val;
        rockchip_i2c_update_irq(s);
        break;
    case A_TXDATA0 ... A_TXDATA7:
        stl_le_p(&s->tx[addr - A_TXDATA0], val);
        break;
    default:
        qemu_log_mask(LOG_UNIMP, "rockchip-i2c: write to 0x%" HWADDR_PRIx
                      "\n", addr);
        break;
    }
}

static const MemoryRegionOps rockchip_i2c_ops = {
    .read = rockchip_i2c_read,
    .write = rockchip_i2c_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rockchip_i2c_reset_enter(Object *obj, ResetType type)
{
    RockchipI2cState *s = ROCKCHIP_I2C(obj);

    timer_del(s->timer);
    s->con = 0;
    s->clkdiv = 0;
    s->mrxaddr = 0;
    s->mrxraddr = 0;
    s->mtxcnt = 0;
    s->mrxcnt = 0;
    s->ien = 0;
    s->ipd = 0;
    s->fcnt = 0;
    s->pending = 0;
    s->started = false;
    s->addressed = false;
    memset(s->tx, 0, sizeof(s->tx));
    memset(s->rx, 0, sizeof(s->rx));
}

static void rockchip_i2c_reset_hold(Object *obj, ResetType type)
{
    rockchip_i2c_update_irq(ROCKCHIP_I2C(obj));
}

static const RockchipCounter rockchip_i2c_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipI2cState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipI2cState, mmio_writes),
    ROCKCHIP_COUNTER("irqs", RockchipI2cState, irqs),
    ROCKCHIP_COUNTER("starts", RockchipI2cState, starts),
    ROCKCHIP_COUNTER("naks", RockchipI2cState, naks),
    { }
};

static void rockchip_i2c_init(Object *obj)
{
    RockchipI2cState *s = ROCKCHIP_I2C(obj);

    memory_region_init_io(&s->iomem, obj, &rockchip_i2c_ops, s,
                          TYPE_ROCKCHIP_I2C, ROCKCHIP_I2C_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    s->bus = i2c_init_bus(DEVICE(obj), "i2c");
    rockchip_add_counters(obj, rockchip_i2c_counters);
}

static void rockchip_i2c_realize(DeviceState *dev, Error **errp)
{
    RockchipI2cState *s = ROCKCHIP_I2C(dev);

    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, rockchip_i2c_timer, s);
}

static void rockchip_i2c_unrealize(DeviceState *dev)
{
    RockchipI2cState *s = ROCKCHIP_I2C(dev);

    g_clear_pointer(&s->timer, timer_free);
}

static const VMStateDescription vmstate_rockchip_i2c = {
    .name = TYPE_ROCKCHIP_I2C,
    .unmigratable = 1,
};

static void rockchip_i2c_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->realize = rockchip_i2c_realize;
    dc->unrealize = rockchip_i2c_unrealize;
    dc->vmsd = &vmstate_rockchip_i2c;
    dc->user_creatable = false;
    rc->phases.enter = rockchip_i2c_reset_enter;
    rc->phases.hold = rockchip_i2c_reset_hold;
}

static const TypeInfo rockchip_i2c_types[] = {
    {
        .name = TYPE_ROCKCHIP_I2C,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RockchipI2cState),
        .instance_init = rockchip_i2c_init,
        .class_init = rockchip_i2c_class_init,
    },
};

DEFINE_TYPES(rockchip_i2c_types)
