/*
 * Rockchip RK3x I2C controller
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_I2C_H
#define HW_ROCKCHIP_I2C_H

#include "hw/i2c/i2c.h"
#include "hw/sysbus.h"
#include "qemu/timer.h"
#include "qom/object.h"

#define TYPE_ROCKCHIP_I2C "rockchip-i2c"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipI2cState, ROCKCHIP_I2C)

#define ROCKCHIP_I2C_SIZE 0x1000
#define ROCKCHIP_I2C_FIFO_SIZE 32

/*
 * QEMU interface:
 *  + sysbus MMIO region 0
 *  + sysbus IRQ 0
 *  + bus "i2c"
 */
struct RockchipI2cState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    I2CBus *bus;
    QEMUTimer *timer;

    uint32_t con;
    uint32_t clkdiv;
    uint32_t mrxaddr;
    uint32_t mrxraddr;
    uint32_t mtxcnt;
    uint32_t mrxcnt;
    uint32_t ien;
    uint32_t ipd;
    uint32_t fcnt;
    uint32_t pending;           /* interrupts due when the timer fires */
    bool started;               /* START was sent, the address was not */
    bool addressed;
    uint8_t tx[ROCKCHIP_I2C_FIFO_SIZE];
    uint8_t rx[ROCKCHIP_I2C_FIFO_SIZE];

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t irqs;
    uint64_t starts;
    uint64_t naks;
    bool irq_level;
};

#endif
