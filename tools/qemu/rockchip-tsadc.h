/*
 * Rockchip temperature sensor ADC (RK3588 register layout)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_TSADC_H
#define HW_ROCKCHIP_TSADC_H

#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_ROCKCHIP_TSADC "rockchip-tsadc"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipTsadcState, ROCKCHIP_TSADC)

#define ROCKCHIP_TSADC_SIZE 0x400
#define ROCKCHIP_TSADC_NUM_CHANNELS 7

/*
 * QEMU interface:
 *  + sysbus MMIO region 0
 *  + sysbus IRQ 0
 *  + properties "temperature-0".. "temperature-6": channel temperature in
 *    millidegrees Celsius, writable at run time. Channels: package, bigcore0,
 *    bigcore1, little, center, GPU, NPU.
 */
struct RockchipTsadcState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    uint32_t regs[ROCKCHIP_TSADC_SIZE / 4];
    int32_t temperature[ROCKCHIP_TSADC_NUM_CHANNELS];

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t irqs;
    bool irq_level;
};

#endif
