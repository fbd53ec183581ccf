/*
 * Rockchip GPIO bank, second register layout
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_GPIO_H
#define HW_ROCKCHIP_GPIO_H

#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_ROCKCHIP_GPIO "rockchip-gpio"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipGpioState, ROCKCHIP_GPIO)

#define ROCKCHIP_GPIO_SIZE 0x100
#define ROCKCHIP_GPIO_NUM_PINS 32

/*
 * QEMU interface:
 *  + sysbus MMIO region 0
 *  + sysbus IRQ 0
 *  + unnamed GPIO inputs: level of the pins from outside
 *  + unnamed GPIO outputs: level that the bank drives (1 when it does not)
 */
struct RockchipGpioState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    qemu_irq out[ROCKCHIP_GPIO_NUM_PINS];

    uint32_t dr;
    uint32_t ddr;
    uint32_t int_en;
    uint32_t int_mask;
    uint32_t int_type;
    uint32_t int_polarity;
    uint32_t int_bothedge;
    uint32_t debounce;
    uint32_t dbclk_div_en;
    uint32_t dbclk_div_con;
    uint32_t edge_pending;
    uint32_t ext;

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t irqs;
    bool irq_level;
};

#endif
