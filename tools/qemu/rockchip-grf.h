/*
 * Rockchip general register file: a store with hiword-masked registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_GRF_H
#define HW_ROCKCHIP_GRF_H

#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_ROCKCHIP_GRF "rockchip-grf"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipGrfState, ROCKCHIP_GRF)

/*
 * QEMU interface:
 *  + sysbus MMIO region 0
 *  + property "size": bytes of the register file
 *  + properties "plain-start" and "plain-size": range of registers that are
 *    written whole instead of under a mask in their upper half
 */
struct RockchipGrfState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    uint32_t size;
    uint32_t plain_start;
    uint32_t plain_size;
    uint32_t *regs;

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
};

#endif
