/*
 * Rockchip temperature sensor ADC: registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_TSADC_REGS_H
#define HW_ROCKCHIP_TSADC_REGS_H

#include "hw/registerfields.h"

REG32(USER_CON, 0x00)
REG32(AUTO_CON, 0x04)
    FIELD(AUTO_CON, ENABLE, 0, 1)
    FIELD(AUTO_CON, TSHUT_HIGH, 8, 1)
REG32(AUTO_SRC_CON, 0x0c)
REG32(HT_INT_EN, 0x14)
REG32(HSHUT_GPIO_EN, 0x18)
REG32(HSHUT_CRU_EN, 0x1c)
REG32(INT_PD, 0x24)
REG32(HSHUT_PD, 0x28)
REG32(DATA0, 0x2c)
REG32(COMP0_INT, 0x6c)
REG32(COMP0_SHUT, 0x10c)

#endif
