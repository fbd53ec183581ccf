/*
 * RK3588 QoS blocks: registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_QOS_REGS_H
#define HW_ROCKCHIP_RK3588_QOS_REGS_H

#include "hw/registerfields.h"

REG32(PRIORITY, 0x08)
REG32(MODE, 0x0c)
REG32(BANDWIDTH, 0x10)
REG32(SATURATION, 0x14)
REG32(EXTCONTROL, 0x18)

#endif
