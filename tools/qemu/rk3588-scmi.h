/*
 * RK3588 SCMI server (base, clock and reset protocols) over shared memory
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_SCMI_H
#define HW_ROCKCHIP_RK3588_SCMI_H

#include "hw/sysbus.h"
#include "qom/object.h"
#include "rk3588-cru.h"

#define TYPE_RK3588_SCMI "rk3588-scmi"
OBJECT_DECLARE_SIMPLE_TYPE(RK3588ScmiState, RK3588_SCMI)

/* SMC function id that rings the SCMI channel (soc.md 6). */
#define RK3588_SCMI_SMC_ID 0x82000010

/* Shared memory of the channel (soc.md 1 and 6). */
#define RK3588_SCMI_SHMEM_BASE 0x0010f000
#define RK3588_SCMI_SHMEM_SIZE 0x100

/* Rates that the firmware keeps in its own RAM, by SCMI clock id. */
#define RK3588_SCMI_NUM_CLOCKS 24

/*
 * QEMU interface:
 *  + link "cru": hears which NPU rate was asked for
 */
struct RK3588ScmiState {
    SysBusDevice parent_obj;

    AddressSpace *as;
    RK3588CruState *cru;
    uint64_t rate[RK3588_SCMI_NUM_CLOCKS];
    uint32_t enabled;
    uint64_t resets;

    /* Counters, readable as QOM properties. */
    uint64_t messages;
    uint64_t errors;
    uint64_t hangs;
    uint64_t npu_rate_sets;
};

/**
 * rk3588_scmi_doorbell() - Process the message in the shared memory
 * @s: SCMI server
 *
 * Return: false when the firmware hangs in a bus access that never completes
 * (power.md 2.2 and 2.4); the calling CPU must then never return from its SMC.
 */
bool rk3588_scmi_doorbell(RK3588ScmiState *s);

#endif
