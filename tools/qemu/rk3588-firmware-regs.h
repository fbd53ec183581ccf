/*
 * RK3588 secure firmware: registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_FIRMWARE_REGS_H
#define HW_ROCKCHIP_RK3588_FIRMWARE_REGS_H

#include "hw/registerfields.h"

/* Secure call frame. Not on silicon: it stands for the firmware's own RAM. */
REG64(ARG0, 0x00)
REG64(DOORBELL, 0x40)
REG64(NEXT, 0x48)

#endif
