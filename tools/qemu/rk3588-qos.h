/*
 * RK3588 QoS blocks of the interconnect
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_QOS_H
#define HW_ROCKCHIP_RK3588_QOS_H

#include "hw/sysbus.h"
#include "qom/object.h"
#include "rk3588-pmu.h"

#define TYPE_RK3588_QOS "rk3588-qos"
OBJECT_DECLARE_SIMPLE_TYPE(RK3588QosState, RK3588_QOS)

#define RK3588_QOS_BASE 0xfdf35000
#define RK3588_QOS_END 0xfdf82220

#define RK3588_QOS_BLOCK_SIZE 0x20
#define RK3588_QOS_NUM_BLOCKS 52

typedef struct RK3588QosBlock {
    RK3588QosState *qos;
    MemoryRegion iomem;
    RK3588PowerDomain pd;
    uint32_t regs[RK3588_QOS_BLOCK_SIZE / 4];
    uint32_t saved[RK3588_QOS_BLOCK_SIZE / 4];
} RK3588QosBlock;

/*
 * QEMU interface:
 *  + sysbus MMIO region 0: container of all blocks, to map at RK3588_QOS_BASE
 *  + named GPIO input "suspend": the firmware saves (1) and restores (0) the
 *    settings of the domains that are on
 *  + named GPIO inputs "bus-open" and "power": one each per power domain
 */
struct RK3588QosState {
    SysBusDevice parent_obj;

    MemoryRegion container;
    RK3588QosBlock block[RK3588_QOS_NUM_BLOCKS];
    bool open[RK3588_NUM_PDS];

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t bus_errors;
};

#endif
