/*
 * Rockchip OTP controller: registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_OTP_REGS_H
#define HW_ROCKCHIP_OTP_REGS_H

#include "hw/registerfields.h"

REG32(AUTO_CTRL, 0x04)
    FIELD(AUTO_CTRL, BURST, 8, 8)
    FIELD(AUTO_CTRL, ADDR, 16, 16)
REG32(AUTO_EN, 0x08)
    FIELD(AUTO_EN, EN, 0, 1)
REG32(DOUT0, 0x20)
REG32(INT_ST, 0x84)
    FIELD(INT_ST, READ_DONE, 1, 1)

#endif
