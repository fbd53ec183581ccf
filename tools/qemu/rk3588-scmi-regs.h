/*
 * RK3588 SCMI shared memory: registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_SCMI_REGS_H
#define HW_ROCKCHIP_RK3588_SCMI_REGS_H

#include "hw/registerfields.h"

/* Shared memory layout */
REG32(SHM_STATUS, 0x04)
    FIELD(SHM_STATUS, FREE, 0, 1)
    FIELD(SHM_STATUS, ERROR, 1, 1)
REG32(SHM_LENGTH, 0x14)
REG32(SHM_HEADER, 0x18)
    FIELD(SHM_HEADER, MESSAGE, 0, 8)
    FIELD(SHM_HEADER, TYPE, 8, 2)
    FIELD(SHM_HEADER, PROTOCOL, 10, 8)
    FIELD(SHM_HEADER, TOKEN, 18, 10)
REG32(SHM_PAYLOAD, 0x1c)

#endif
