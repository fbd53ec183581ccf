/*
 * Rockchip timer (RK3288 register layout)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_TIMER_H
#define HW_ROCKCHIP_TIMER_H

#include "hw/ptimer.h"
#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_ROCKCHIP_TIMER "rockchip-timer"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipTimerState, ROCKCHIP_TIMER)

#define ROCKCHIP_TIMER_SIZE 0x20

/*
 * QEMU interface:
 *  + sysbus MMIO region 0
 *  + sysbus IRQ 0
 */
struct RockchipTimerState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    ptimer_state *ptimer;

    uint64_t load;
    uint32_t control;
    uint32_t int_status;

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t irqs;
};

#endif
