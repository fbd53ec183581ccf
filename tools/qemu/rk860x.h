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
 *    while the voltage moves, the lower end of the move
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
    uint32_t target_uv;
    uint32_t microvolt;
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

#endif
