/*
 * Rockchip RK8602 / RK8603 I2C buck regulator
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK860X_H
#define HW_ROCKCHIP_RK860X_H

#include "hw/i2c/i2c.h"
#include "qemu/timer.h"
#include "qom/object.h"

#define TYPE_RK860X "rk860x"
OBJECT_DECLARE_SIMPLE_TYPE(Rk860xState, RK860X)

#define RK860X_NUM_REGS 8

/*
 * QEMU interface:
 *  + named GPIO input "vsel": selects VSEL0 (0) or VSEL1 (1)
 *  + named GPIO output "enable": 1 = the output voltage is up
 *  + named GPIO output "microvolt": level = output voltage in uV, 0 when off;
 *    driven at both ends of a move and at intervals in between
 *  + property "microvolt": the output voltage of this moment
 *  + property "fault-nak": refuse the next n transfers
 */
struct Rk860xState {
    I2CSlave parent_obj;

    qemu_irq enable_out;
    qemu_irq microvolt_out;
    QEMUTimer *timer;

    uint8_t regs[RK860X_NUM_REGS];
    uint8_t pointer;
    bool pointer_set;
    bool vsel;
    /* The present or the last move of the output. */
    uint32_t from_uv;
    uint32_t target_uv;
    int64_t start_ns;
    int64_t end_ns;
    uint32_t slew;              /* uV per us */
    uint32_t fault_nak;

    /* Counters, readable as QOM properties. */
    uint64_t transfers;
    uint64_t naks;
    uint64_t reg_reads;
    uint64_t reg_writes;
    uint64_t voltage_changes;
};

/**
 * rk860x_sync() - Let a change that is due by now take effect
 * @s: regulator
 *
 * QEMU's timers may run late on a busy host. A device that depends on the
 * output calls this first, so that it sees the state of this moment.
 */
void rk860x_sync(Rk860xState *s);

/**
 * rk860x_microvolt() - Output voltage at a moment of the present move
 * @s: regulator
 * @ns: virtual time, not before the present move began
 *
 * Return: the voltage in uV, 0 when off.
 */
uint32_t rk860x_microvolt(const Rk860xState *s, int64_t ns);

/**
 * rk860x_ns_below() - How long the output was below a voltage
 * @s: regulator
 * @uv: voltage to compare with, in uV
 * @from_ns: begin of the interval in virtual time
 * @to_ns: its end; the present move must have begun before @from_ns. That is
 *   so for whoever looks each time the output "microvolt" is driven
 *
 * Return: nanoseconds.
 */
int64_t rk860x_ns_below(const Rk860xState *s, uint32_t uv, int64_t from_ns,
                        int64_t to_ns);

#endif
