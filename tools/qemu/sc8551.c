/*
 * Southchip SC8551 charge pump
 *
 * Registers, their encodings and the start-up order: power.md 6.2. The pump
 * switches while charging is enabled, the bus voltage suits the battery and no
 * protection has tripped; a protection ends charging and leaves a flag.
 *
 * Inferred, because the sheet gives register fields only:
 *  + reset values: limits that a usual cell and adapter keep, the watchdog
 *    runs with its longest time, the ADC is off;
 *  + a flag is set when its status rises and cleared by reading its register;
 *    INT stays low while an unmasked flag is set. Flags without a mask bit
 *    always reach INT;
 *  + what ends charging: all faults but the die-temperature warning and the
 *    thermistor alarm, AC over-voltage, thermal shutdown, the fall of the bus
 *    current below its limit, converter over-current, a failed pin diagnosis,
 *    soft-start time-out, the watchdog;
 *  + the bus voltage is too low up to twice (bypass: once) the battery
 *    voltage, and too high from 1000 mV (500 mV) above that. While it does not
 *    suit, enabled charging waits for it until the soft start times out;
 *  + the die warns at 125 degrees and shuts down at 150; adapter and battery
 *    are there from 3000 and 2000 mV on;
 *  + the ADC converts at once; what it last saw stays when it is switched off;
 *    a single conversion clears its enable bit; thermistor codes are stored as
 *    they are; nothing reads below zero;
 *  + the alarm limits 0x01 and 0x03 have the encoding of the protections next
 *    to them; alarms of the bus have no limit in the sheet and never come;
 *  + 0x51 as device id.
 * Not modelled: regulation (0x2c, 0x30), PMID supervision, frequency, the
 * pair's phase: their registers store what is written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "rockchip-common.h"
#include "sc8551-regs.h"
#include "sc8551.h"

#define DEVICE_ID_DEFAULT 0x51

/* State after reset, all inferred; other registers are 0. */
static const struct {
    uint8_t reg;
    uint8_t val;
} reset_values[] = {
    { A_BAT_OVP, 34 },          /* 4350 mV */
    { A_BAT_OVP_ALM, 28 },      /* 4200 mV */
    { A_BAT_OCP, 61 },          /* 8100 mA */
    { A_BAT_OCP_ALM, 60 },      /* 8000 mA */
    { A_BUS_OVP, 58 },          /* 8900 mV */
    { A_BUS_OCP_UCP, 13 },      /* 4250 mA */
    { A_CONTROL1, 0x43 },       /* 500 kHz, 30 s */
};

#define DIE_WARNING_MDEG 125000
#define DIE_SHUTDOWN_MDEG 150000
#define ADAPTER_PRESENT_MV 3000
#define BATTERY_PRESENT_MV 2000
#define RANGE_DIVIDER_MV 1000
#define RANGE_BYPASS_MV 500
#define SS_TIMEOUT_OFF 0

/* Conditions that can be injected, in the order of their names. */
enum {
    INJECT_BAT_OVP, INJECT_BAT_OCP, INJECT_BUS_OVP, INJECT_BUS_OCP,
    INJECT_AC_OVP, INJECT_TSBAT, INJECT_TSBUS, INJECT_OVER_TEMPERATURE,
    INJECT_CONVERTER_OCP, INJECT_PIN_DIAGNOSIS, NUM_INJECT
};

static const char * const inject_name[NUM_INJECT] = {
    "fault-bat-ovp", "fault-bat-ocp", "fault-bus-ovp", "fault-bus-ocp",
    "fault-ac-ovp", "fault-tsbat", "fault-tsbus", "fault-over-temperature",
    "fault-converter-ocp", "fault-pin-diagnosis",
};

/* Pins: property, value at power-up, and one step of the ADC as num / den. */
static const struct {
    const char *name;
    int32_t initial;
    uint16_t num;
    uint16_t den;
} channels[SC8551_NUM_CHANNELS] = {
    [SC8551_IBUS] = { "ibus-ma", 2000, 15625, 10000 },
    [SC8551_VBUS] = { "vbus-mv", 8200, 375, 100 },
    [SC8551_VAC] = { "vac-mv", 8200, 5, 1 },
    [SC8551_VOUT] = { "vout-mv", 4000, 125, 100 },
    [SC8551_VBAT] = { "vbat-mv", 3950, 125, 100 },
    [SC8551_IBAT] = { "ibat-ma", 4000, 3125, 1000 },
    [SC8551_TSBUS] = { "tsbus", 512, 1, 1 },
    [SC8551_TSBAT] = { "tsbat", 512, 1, 1 },
    [SC8551_DIE] = { "die-mdeg", 35000, 500, 1 },
};

/* Bit of ADC_DISABLE by channel; IBUS has its bit in ADC_CONTROL. */
static const uint8_t adc_disable_bit[SC8551_NUM_CHANNELS] = {
    [SC8551_VBUS] = 7, [SC8551_VAC] = 6, [SC8551_VOUT] = 5, [SC8551_VBAT] = 4,
    [SC8551_IBAT] = 3, [SC8551_TSBUS] = 2, [SC8551_TSBAT] = 1,
    [SC8551_DIE] = 0,
};

static const int64_t watchdog_ms[] = { 500, 1000, 5000, 30000 };

static const int64_t soft_start_us[] = {
    0, 12500, 25000, 50000, 100000, 400000, 1500000, 100000000,
};

#define REG_FIELD(s, reg, field) FIELD_EX8((s)->regs[A_##reg], reg, field)
#define SET_FIELD(s, reg, field, val) \
    ((s)->regs[A_##reg] = FIELD_DP8((s)->regs[A_##reg], reg, field, (val)))

static bool injected(const Sc8551State *s, int what)
{
    return s->inject & BIT(what);
}

static int32_t pin(const Sc8551State *s, Sc8551Channel ch)
{
    bool current = ch == SC8551_IBUS || ch == SC8551_IBAT;

    return current && !s->switching ? 0 : s->pin[ch];
}

/*
 * Conditions
 */

static int32_t bat_ovp_mv(uint8_t reg)
{
    return 3500 + 25 * FIELD_EX8(reg, BAT_OVP, LEVEL);
}

static int32_t bat_ocp_ma(uint8_t reg)
{
    return 2000 + 100 * FIELD_EX8(reg, BAT_OCP, LEVEL);
}

static int32_t ac_ovp_mv(const Sc8551State *s)
{
    uint8_t n = REG_FIELD(s, AC_OVP, LEVEL);

    return n == 7 ? 6500 : 11000 + 1000 * n;
}

static bool ac_over_voltage(const Sc8551State *s)
{
    return pin(s, SC8551_VAC) > ac_ovp_mv(s) || injected(s, INJECT_AC_OVP);
}

static bool shut_down(const Sc8551State *s)
{
    return s->pin[SC8551_DIE] >= DIE_SHUTDOWN_MDEG ||
           injected(s, INJECT_OVER_TEMPERATURE);
}

static uint8_t fault_status(const Sc8551State *s)
{
    uint8_t val = 0;

    if ((!REG_FIELD(s, BAT_OVP, DISABLE) &&
         pin(s, SC8551_VBAT) > bat_ovp_mv(s->regs[A_BAT_OVP])) ||
        injected(s, INJECT_BAT_OVP)) {
        val |= R_FAULT_BAT_OVP_MASK;
    }
    if ((!REG_FIELD(s, BAT_OCP, DISABLE) &&
         pin(s, SC8551_IBAT) > bat_ocp_ma(s->regs[A_BAT_OCP])) ||
        injected(s, INJECT_BAT_OCP)) {
        val |= R_FAULT_BAT_OCP_MASK;
    }
    if (pin(s, SC8551_VBUS) > 6000 + 50 * REG_FIELD(s, BUS_OVP, LEVEL) ||
        injected(s, INJECT_BUS_OVP)) {
        val |= R_FAULT_BUS_OVP_MASK;
    }
    if ((!REG_FIELD(s, BUS_OCP_UCP, OCP_DISABLE) &&
         pin(s, SC8551_IBUS) >
         1000 + 250 * REG_FIELD(s, BUS_OCP_UCP, OCP_LEVEL)) ||
        injected(s, INJECT_BUS_OCP)) {
        val |= R_FAULT_BUS_OCP_MASK;
    }
    if (injected(s, INJECT_TSBAT) && !REG_FIELD(s, CONTROL2, TSBAT_DISABLE)) {
        val |= R_FAULT_TSBAT_MASK;
    }
    if (injected(s, INJECT_TSBUS) && !REG_FIELD(s, CONTROL2, TSBUS_DISABLE)) {
        val |= R_FAULT_TSBUS_MASK;
    }
    if (s->pin[SC8551_DIE] >= DIE_WARNING_MDEG || shut_down(s)) {
        val |= R_FAULT_DIE_MASK;
    }
    return val;
}

static uint8_t alarm_status(const Sc8551State *s)
{
    uint8_t val = s->regs[A_ALARM_STATUS] & R_ALARM_ADC_DONE_MASK;

    if (!FIELD_EX8(s->regs[A_BAT_OVP_ALM], BAT_OVP, DISABLE) &&
        pin(s, SC8551_VBAT) > bat_ovp_mv(s->regs[A_BAT_OVP_ALM])) {
        val |= R_ALARM_BAT_OVP_MASK;
    }
    if (!FIELD_EX8(s->regs[A_BAT_OCP_ALM], BAT_OCP, DISABLE) &&
        pin(s, SC8551_IBAT) > bat_ocp_ma(s->regs[A_BAT_OCP_ALM])) {
        val |= R_ALARM_BAT_OCP_MASK;
    }
    if (pin(s, SC8551_VBUS) >= ADAPTER_PRESENT_MV) {
        val |= R_ALARM_ADAPTER_MASK;
    }
    if (pin(s, SC8551_VBAT) >= BATTERY_PRESENT_MV) {
        val |= R_ALARM_BATTERY_MASK;
    }
    return val;
}

/* VBUS_LOW and VBUS_HIGH of CONVERTER. */
static uint8_t range_status(const Sc8551State *s)
{
    bool bypass = REG_FIELD(s, MODE, BYPASS);
    int32_t floor_mv = pin(s, SC8551_VBAT) * (bypass ? 1 : 2);
    int32_t room = bypass ? RANGE_BYPASS_MV : RANGE_DIVIDER_MV;

    if (pin(s, SC8551_VBUS) <= floor_mv) {
        return R_CONVERTER_VBUS_LOW_MASK;
    }
    if (pin(s, SC8551_VBUS) >= floor_mv + room) {
        return R_CONVERTER_VBUS_HIGH_MASK;
    }
    return 0;
}

/*
 * ADC
 */

static void sc8551_convert(Sc8551State *s)
{
    int ch;

    for (ch = 0; ch < SC8551_NUM_CHANNELS; ch++) {
        bool off = ch == SC8551_IBUS ?
                   REG_FIELD(s, ADC_CONTROL, IBUS_DISABLE) :
                   extract32(s->regs[A_ADC_DISABLE], adc_disable_bit[ch], 1);
        int32_t code = (int64_t)MAX(pin(s, ch), 0) * channels[ch].den /
                       channels[ch].num;

        if (!off) {
            s->regs[A_ADC_RESULT + 2 * ch] = code >> 8;
            s->regs[A_ADC_RESULT + 2 * ch + 1] = code;
        }
    }
    s->regs[A_ALARM_STATUS] |= R_ALARM_ADC_DONE_MASK;
}

static void sc8551_run_adc(Sc8551State *s)
{
    if (!REG_FIELD(s, ADC_CONTROL, ENABLE)) {
        s->regs[A_ALARM_STATUS] &= ~R_ALARM_ADC_DONE_MASK;
        return;
    }
    sc8551_convert(s);
    if (REG_FIELD(s, ADC_CONTROL, ONE_SHOT)) {
        SET_FIELD(s, ADC_CONTROL, ENABLE, 0);
    }
}

/*
 * Charging
 */

static void sc8551_stop(Sc8551State *s)
{
    SET_FIELD(s, CONTROL2, CHARGE, 0);
    s->switching = false;
    s->current_seen = false;
    timer_del(s->soft_start);
}

static void sc8551_trip(Sc8551State *s, const char *why)
{
    if (REG_FIELD(s, CONTROL2, CHARGE)) {
        s->trips++;
        qemu_log_mask(LOG_TRACE, "sc8551: charging ends: %s\n", why);
        sc8551_stop(s);
    }
}

static void sc8551_update_irq(Sc8551State *s)
{
    bool level =
        (s->regs[A_ALARM_FLAG] & ~s->regs[A_ALARM_MASK]) ||
        (s->regs[A_FAULT_FLAG] & ~s->regs[A_FAULT_MASK]) ||
        (REG_FIELD(s, AC_OVP, FLAG) && !REG_FIELD(s, AC_OVP, MASK)) ||
        ((s->regs[A_BUS_OCP_UCP] & (R_BUS_OCP_UCP_UCP_FALL_FLAG_MASK |
                                    R_BUS_OCP_UCP_UCP_RISE_FLAG_MASK)) &&
         !REG_FIELD(s, BUS_OCP_UCP, UCP_MASK)) ||
        (s->regs[A_CONVERTER] & (R_CONVERTER_PIN_DIAG_FAIL_MASK |
                                 R_CONVERTER_OCP_FLAG_MASK |
                                 R_CONVERTER_SS_TIMEOUT_FLAG_MASK |
                                 R_CONVERTER_TSHUT_FLAG_MASK)) ||
        REG_FIELD(s, CONTROL1, WD_FLAG);

    if (level && !s->irq_level) {
        s->irqs++;
    }
    s->irq_level = level;
    qemu_set_irq(s->int_out, !level);
}

/* Status bits that rise set their flags. */
static void sc8551_set_flags(Sc8551State *s)
{
    uint8_t fault = fault_status(s);
    uint8_t alarm = s->regs[A_ALARM_STATUS];
    bool ac = ac_over_voltage(s);
    bool shut = shut_down(s);

    s->regs[A_FAULT_FLAG] |= fault & ~s->regs[A_FAULT_STATUS];
    s->regs[A_FAULT_STATUS] = fault;
    if (ac && !REG_FIELD(s, AC_OVP, STATUS)) {
        SET_FIELD(s, AC_OVP, FLAG, 1);
    }
    SET_FIELD(s, AC_OVP, STATUS, ac);
    if (shut && !s->shut) {
        SET_FIELD(s, CONVERTER, TSHUT_FLAG, 1);
    }
    SET_FIELD(s, CONVERTER, TSHUT_STATUS, shut);
    s->shut = shut;

    sc8551_run_adc(s);
    s->regs[A_ALARM_FLAG] |= alarm_status(s) & ~alarm;
    s->regs[A_ALARM_STATUS] = alarm_status(s);
}

/* The converter runs or not; what its current does. */
static void sc8551_converter(Sc8551State *s)
{
    uint8_t range = range_status(s);
    bool suits = !range || REG_FIELD(s, RANGE, CHECK_DISABLE);
    int32_t limit = REG_FIELD(s, CONTROL3, UCP_RISE) ? 250 : 150;
    uint8_t timeout = REG_FIELD(s, CONTROL3, SS_TIMEOUT);

    s->regs[A_CONVERTER] &= ~(R_CONVERTER_VBUS_LOW_MASK |
                              R_CONVERTER_VBUS_HIGH_MASK);
    s->regs[A_CONVERTER] |= range;

    if (!REG_FIELD(s, CONTROL2, CHARGE)) {
        s->switching = false;
        timer_del(s->soft_start);
    } else if (!s->switching && suits) {
        s->switching = true;
        s->starts++;
        timer_del(s->soft_start);
    } else if (!s->switching && timeout != SS_TIMEOUT_OFF &&
               !timer_pending(s->soft_start)) {
        timer_mod_ns(s->soft_start, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                     soft_start_us[timeout] * SCALE_US);
    }

    if (!s->switching) {
        s->current_seen = false;
    } else if (pin(s, SC8551_IBUS) >= limit && !s->current_seen) {
        s->current_seen = true;
        SET_FIELD(s, BUS_OCP_UCP, UCP_RISE_FLAG, 1);
    } else if (pin(s, SC8551_IBUS) < limit && s->current_seen) {
        SET_FIELD(s, BUS_OCP_UCP, UCP_FALL_FLAG, 1);
        sc8551_trip(s, "bus current too low");
    }
}

static void sc8551_protect(Sc8551State *s)
{
    if (s->regs[A_FAULT_STATUS] & ~R_FAULT_DIE_MASK) {
        sc8551_trip(s, "protection");
    }
    if (REG_FIELD(s, AC_OVP, STATUS)) {
        sc8551_trip(s, "AC over-voltage");
    }
    if (s->shut) {
        sc8551_trip(s, "thermal shutdown");
    }
    if (s->switching && injected(s, INJECT_CONVERTER_OCP)) {
        SET_FIELD(s, CONVERTER, OCP_FLAG, 1);
        sc8551_trip(s, "converter over-current");
    }
    if (REG_FIELD(s, CONTROL2, CHARGE) && injected(s, INJECT_PIN_DIAGNOSIS)) {
        SET_FIELD(s, CONVERTER, PIN_DIAG_FAIL, 1);
        sc8551_trip(s, "pin diagnosis");
    }
}

/* Something changed: a register, a pin, a condition. */
static void sc8551_update(Sc8551State *s)
{
    /* Voltages and temperatures first: they may forbid the start. */
    sc8551_set_flags(s);
    sc8551_protect(s);
    sc8551_converter(s);
    /* Then what flows now, and what does not flow any more. */
    sc8551_set_flags(s);
    sc8551_protect(s);
    sc8551_set_flags(s);
    SET_FIELD(s, CONVERTER, SWITCHING, s->switching);
    sc8551_update_irq(s);
}

static void sc8551_soft_start(void *opaque)
{
    Sc8551State *s = opaque;

    SET_FIELD(s, CONVERTER, SS_TIMEOUT_FLAG, 1);
    sc8551_trip(s, "soft start timed out");
    sc8551_update(s);
}

static void sc8551_feed(Sc8551State *s)
{
    if (REG_FIELD(s, CONTROL1, WD_DISABLE)) {
        timer_del(s->watchdog);
    } else {
        timer_mod_ns(s->watchdog, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                     watchdog_ms[REG_FIELD(s, CONTROL1, WD_TIME)] * SCALE_MS);
    }
}

static void sc8551_expire(void *opaque)
{
    Sc8551State *s = opaque;

    timer_del(s->watchdog);
    s->watchdog_expiries++;
    SET_FIELD(s, CONTROL1, WD_FLAG, 1);
    sc8551_trip(s, "watchdog");
    sc8551_update(s);
}

/*
 * Registers
 */

static void sc8551_power_up(Sc8551State *s)
{
    int i;

    memset(s->regs, 0, sizeof(s->regs));
    for (i = 0; i < ARRAY_SIZE(reset_values); i++) {
        s->regs[reset_values[i].reg] = reset_values[i].val;
    }
    sc8551_stop(s);
    sc8551_feed(s);
    sc8551_set_flags(s);
    /* What is so from the start is no event. */
    s->regs[A_ALARM_FLAG] = 0;
    s->regs[A_FAULT_FLAG] = 0;
}

/* Bits that software cannot write, and bits that reading clears. */
static uint8_t read_only_bits(uint8_t reg)
{
    switch (reg) {
    case A_AC_OVP:
        return R_AC_OVP_FLAG_MASK | R_AC_OVP_STATUS_MASK;
    case A_BUS_OCP_UCP:
        return R_BUS_OCP_UCP_UCP_FALL_FLAG_MASK |
               R_BUS_OCP_UCP_UCP_RISE_FLAG_MASK;
    case A_CONTROL1:
        return R_CONTROL1_WD_FLAG_MASK;
    case A_CONVERTER:
    case A_ALARM_STATUS:
    case A_ALARM_FLAG:
    case A_FAULT_STATUS:
    case A_FAULT_FLAG:
    case A_DEVICE_ID:
    case A_ADC_RESULT ... A_ADC_LAST:
        return 0xff;
    default:
        return 0;
    }
}

static uint8_t clear_on_read_bits(uint8_t reg)
{
    switch (reg) {
    case A_AC_OVP:
        return R_AC_OVP_FLAG_MASK;
    case A_BUS_OCP_UCP:
        return R_BUS_OCP_UCP_UCP_FALL_FLAG_MASK |
               R_BUS_OCP_UCP_UCP_RISE_FLAG_MASK;
    case A_CONVERTER:
        return R_CONVERTER_PIN_DIAG_FAIL_MASK | R_CONVERTER_OCP_FLAG_MASK |
               R_CONVERTER_SS_TIMEOUT_FLAG_MASK | R_CONVERTER_TSHUT_FLAG_MASK;
    case A_CONTROL1:
        return R_CONTROL1_WD_FLAG_MASK;
    case A_ALARM_FLAG:
    case A_FAULT_FLAG:
        return 0xff;
    default:
        return 0;
    }
}

static uint8_t sc8551_read_reg(Sc8551State *s, uint8_t reg)
{
    uint8_t val;

    if (reg == A_DEVICE_ID) {
        return s->device_id;
    }
    if (reg >= A_ADC_RESULT && reg <= A_ADC_LAST) {
        sc8551_run_adc(s);
    }
    val = s->regs[reg];
    s->regs[reg] &= ~clear_on_read_bits(reg);
    sc8551_update_irq(s);
    return val;
}

static void sc8551_write_reg(Sc8551State *s, uint8_t reg, uint8_t val)
{
    uint8_t keep = read_only_bits(reg);

    if (keep == 0xff) {
        qemu_log_mask(LOG_GUEST_ERROR, "sc8551: write to read-only register "
                      "0x%02x\n", reg);
        return;
    }
    if (reg == A_CONTROL1 && FIELD_EX8(val, CONTROL1, RESET)) {
        sc8551_power_up(s);
    } else {
        s->regs[reg] = (s->regs[reg] & keep) | (val & ~keep);
    }
    sc8551_update(s);
}

static int sc8551_event(I2CSlave *i2c, enum i2c_event event)
{
    Sc8551State *s = SC8551(i2c);

    if (event != I2C_START_SEND && event != I2C_START_RECV) {
        return 0;
    }
    if (s->fault_nak) {
        s->fault_nak--;
        s->naks++;
        return -1;
    }
    s->transfers++;
    s->pointer_set = event == I2C_START_RECV;
    return 0;
}

static uint8_t sc8551_recv(I2CSlave *i2c)
{
    Sc8551State *s = SC8551(i2c);
    uint8_t val = sc8551_read_reg(s, s->pointer);

    s->reg_reads++;
    s->pointer = (s->pointer + 1) % SC8551_NUM_REGS;
    sc8551_feed(s);
    return val;
}

static int sc8551_send(I2CSlave *i2c, uint8_t data)
{
    Sc8551State *s = SC8551(i2c);

    if (!s->pointer_set) {
        s->pointer = data % SC8551_NUM_REGS;
        s->pointer_set = true;
        return 0;
    }
    s->reg_writes++;
    sc8551_write_reg(s, s->pointer, data);
    s->pointer = (s->pointer + 1) % SC8551_NUM_REGS;
    sc8551_feed(s);
    return 0;
}

static void sc8551_reset_enter(Object *obj, ResetType type)
{
    Sc8551State *s = SC8551(obj);

    sc8551_power_up(s);
    s->pointer = 0;
    s->pointer_set = false;
}

static void sc8551_reset_hold(Object *obj, ResetType type)
{
    sc8551_update_irq(SC8551(obj));
}

/*
 * QOM
 */

static void sc8551_get_pin(Object *obj, Visitor *v, const char *name,
                           void *opaque, Error **errp)
{
    visit_type_int32(v, name, opaque, errp);
}

static void sc8551_set_pin(Object *obj, Visitor *v, const char *name,
                           void *opaque, Error **errp)
{
    if (visit_type_int32(v, name, opaque, errp) && DEVICE(obj)->realized) {
        sc8551_update(SC8551(obj));
    }
}

static void sc8551_get_inject(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    bool on = injected(SC8551(obj), GPOINTER_TO_INT(opaque));

    visit_type_bool(v, name, &on, errp);
}

static void sc8551_set_inject(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    Sc8551State *s = SC8551(obj);
    bool on;

    if (!visit_type_bool(v, name, &on, errp)) {
        return;
    }
    s->inject = deposit32(s->inject, GPOINTER_TO_INT(opaque), 1, on);
    if (DEVICE(obj)->realized) {
        sc8551_update(s);
    }
}

static bool sc8551_get_watchdog(Object *obj, Error **errp)
{
    return timer_pending(SC8551(obj)->watchdog);
}

static void sc8551_set_expire(Object *obj, bool value, Error **errp)
{
    if (value) {
        sc8551_expire(SC8551(obj));
    }
}

static bool sc8551_get_switching(Object *obj, Error **errp)
{
    return SC8551(obj)->switching;
}

static bool sc8551_get_charging(Object *obj, Error **errp)
{
    return REG_FIELD(SC8551(obj), CONTROL2, CHARGE);
}

static const RockchipCounter sc8551_counters[] = {
    ROCKCHIP_COUNTER("transfers", Sc8551State, transfers),
    ROCKCHIP_COUNTER("naks", Sc8551State, naks),
    ROCKCHIP_COUNTER("reg-reads", Sc8551State, reg_reads),
    ROCKCHIP_COUNTER("reg-writes", Sc8551State, reg_writes),
    ROCKCHIP_COUNTER("irqs", Sc8551State, irqs),
    ROCKCHIP_COUNTER("starts", Sc8551State, starts),
    ROCKCHIP_COUNTER("trips", Sc8551State, trips),
    ROCKCHIP_COUNTER("watchdog-expiries", Sc8551State, watchdog_expiries),
    { }
};

static void sc8551_init(Object *obj)
{
    Sc8551State *s = SC8551(obj);
    int i;

    s->watchdog = timer_new_ns(QEMU_CLOCK_VIRTUAL, sc8551_expire, s);
    s->soft_start = timer_new_ns(QEMU_CLOCK_VIRTUAL, sc8551_soft_start, s);
    qdev_init_gpio_out_named(DEVICE(obj), &s->int_out, "int", 1);
    for (i = 0; i < SC8551_NUM_CHANNELS; i++) {
        s->pin[i] = channels[i].initial;
        object_property_add(obj, channels[i].name, "int32", sc8551_get_pin,
                            sc8551_set_pin, NULL, &s->pin[i]);
    }
    for (i = 0; i < NUM_INJECT; i++) {
        object_property_add(obj, inject_name[i], "bool", sc8551_get_inject,
                            sc8551_set_inject, NULL, GINT_TO_POINTER(i));
    }
    object_property_add_bool(obj, "fault-watchdog", NULL, sc8551_set_expire);
    object_property_add_uint32_ptr(obj, "fault-nak", &s->fault_nak,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_bool(obj, "watchdog-running", sc8551_get_watchdog,
                             NULL);
    object_property_add_bool(obj, "switching", sc8551_get_switching, NULL);
    object_property_add_bool(obj, "charging", sc8551_get_charging, NULL);
    rockchip_add_counters(obj, sc8551_counters);
}

static void sc8551_finalize(Object *obj)
{
    Sc8551State *s = SC8551(obj);

    timer_free(s->watchdog);
    timer_free(s->soft_start);
}

static const Property sc8551_properties[] = {
    DEFINE_PROP_UINT8("device-id", Sc8551State, device_id, DEVICE_ID_DEFAULT),
};

static const VMStateDescription vmstate_sc8551 = {
    .name = TYPE_SC8551,
    .unmigratable = 1,
};

static void sc8551_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    I2CSlaveClass *sc = I2C_SLAVE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    device_class_set_props(dc, sc8551_properties);
    dc->vmsd = &vmstate_sc8551;
    sc->event = sc8551_event;
    sc->recv = sc8551_recv;
    sc->send = sc8551_send;
    rc->phases.enter = sc8551_reset_enter;
    rc->phases.hold = sc8551_reset_hold;
}

static const TypeInfo sc8551_types[] = {
    {
        .name = TYPE_SC8551,
        .parent = TYPE_I2C_SLAVE,
        .instance_size = sizeof(Sc8551State),
        .instance_init = sc8551_init,
        .instance_finalize = sc8551_finalize,
        .class_init = sc8551_class_init,
    },
};

DEFINE_TYPES(sc8551_types)
