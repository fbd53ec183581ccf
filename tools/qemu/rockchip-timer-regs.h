/*
 * Rockchip timer: registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_TIMER_REGS_H
#define HW_ROCKCHIP_TIMER_REGS_H

#include "hw/registerfields.h"

REG32(LOAD_COUNT0, 0x00)
REG32(LOAD_COUNT1, 0x04)
REG32(CURRENT_VALUE0, 0x08)
REG32(CURRENT_VALUE1, 0x0c)
REG32(CONTROL, 0x10)
    FIELD(CONTROL, ENABLE, 0, 1)
    FIELD(CONTROL, USER_MODE, 1, 1)
    FIELD(CONTROL, INT_EN, 2, 1)
REG32(INT_STATUS, 0x18)

#endif
