/*
 * Southchip SC8551 charge pump
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_SC8551_H
#define HW_ROCKCHIP_SC8551_H

#include "hw/i2c/i2c.h"
#include "qemu/timer.h"
#include "qom/object.h"

#define TYPE_SC8551 "sc8551"
OBJECT_DECLARE_SIMPLE_TYPE(Sc8551State, SC8551)

#define SC8551_NUM_REGS 0x40

/* Channels of the ADC, in the order of their results. */
typedef enum {
    SC8551_IBUS,
    SC8551_VBUS,
    SC8551_VAC,
    SC8551_VOUT,
    SC8551_VBAT,
    SC8551_IBAT,
    SC8551_TSBUS,
    SC8551_TSBAT,
    SC8551_DIE,
    SC8551_NUM_CHANNELS
} Sc8551Channel;

/*
 * QEMU interface:
 *  + named GPIO output "int": 0 while an unmasked flag is set, else 1
 *  + properties "vbus-mv", "vac-mv", "vout-mv", "vbat-mv", "ibus-ma",
 *    "ibat-ma", "die-mdeg", "tsbus", "tsbat": what the pins carry. The currents
 *    flow only while the converter switches; the two thermistors are raw codes
 *  + properties "fault-<condition>", bool: the chip believes in the condition
 *    as long as it is set: bat-ovp, bat-ocp, bus-ovp, bus-ocp, ac-ovp, tsbat,
 *    tsbus, over-temperature, converter-ocp, pin-diagnosis
 *  + property "fault-watchdog": write true to let the watchdog expire now
 *  + property "fault-nak": refuse the next n transfers
 *  + property "device-id", and the state: "charging", "switching",
 *    "watchdog-running"
 */
struct Sc8551State {
    I2CSlave parent_obj;

    qemu_irq int_out;
    QEMUTimer *watchdog;
    QEMUTimer *soft_start;

    uint8_t regs[SC8551_NUM_REGS];
    uint8_t device_id;
    uint8_t pointer;
    bool pointer_set;
    bool switching;
    bool current_seen;          /* the bus current has passed its lower limit */
    bool shut;                  /* thermal shutdown, as last seen */
    int32_t pin[SC8551_NUM_CHANNELS];
    uint32_t inject;
    uint32_t fault_nak;
    bool irq_level;

    /* Counters, readable as QOM properties. */
    uint64_t transfers;
    uint64_t naks;
    uint64_t reg_reads;
    uint64_t reg_writes;
    uint64_t irqs;
    uint64_t starts;
    uint64_t trips;
    uint64_t watchdog_expiries;
};

#endif
