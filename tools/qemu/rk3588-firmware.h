/*
 * RK3588 secure firmware (BL31 seen from the outside): SMC dispatch and PSCI
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_FIRMWARE_H
#define HW_ROCKCHIP_RK3588_FIRMWARE_H

#include "hw/sysbus.h"
#include "qemu/timer.h"
#include "qom/object.h"
#include "rk3588-scmi.h"

#define TYPE_RK3588_FIRMWARE "rk3588-firmware"
OBJECT_DECLARE_SIMPLE_TYPE(RK3588FirmwareState, RK3588_FIRMWARE)

/* The RK3588 has eight CPUs; each owns one call frame. */
#define RK3588_MAX_CPUS 8

#define RK3588_FW_NUM_ARGS 8

enum {
    RK3588_FW_QOS,
    RK3588_FW_DOMAINS,
    RK3588_FW_SLEEP_PIN,
    RK3588_FW_NUM_SUSPEND_LINES
};

/* Answer of the doorbell to the EL3 stub: what the calling CPU does next. */
typedef enum {
    RK3588_FW_RETURN = 0,
    RK3588_FW_WAIT_ONCE,
    RK3588_FW_PARK,
    RK3588_FW_SUSPENDED,
} RK3588FirmwareNext;

typedef struct RK3588FirmwareFrame {
    uint64_t x[RK3588_FW_NUM_ARGS];
    RK3588FirmwareNext next;
} RK3588FirmwareFrame;

/*
 * QEMU interface:
 *  + sysbus MMIO regions, for the secure view only: 0 call frame, 1 vectors
 *  + link "scmi"
 *  + named GPIO outputs "suspend": 1 = the system is suspended; line 0 (QoS
 *    settings are saved) encloses line 1 (domains are off) in time, and that
 *    encloses line 2 (sleep pin of the board's regulators)
 */
struct RK3588FirmwareState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    MemoryRegion vectors;
    RK3588ScmiState *scmi;
    RK3588FirmwareFrame frame[RK3588_MAX_CPUS];
    qemu_irq suspend[RK3588_FW_NUM_SUSPEND_LINES];
    bool wait_seen;             /* the suspended CPU has executed its WFI */
    QEMUTimer *wake_timer;
    int waking;                 /* index of the CPU that wakes up */

    /* Counters, readable as QOM properties. */
    uint64_t smc_calls;
    uint64_t smc_unknown;
    uint64_t hangs;
    uint64_t suspends;
};

#endif
