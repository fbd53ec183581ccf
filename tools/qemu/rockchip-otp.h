/*
 * Rockchip OTP controller (RK3588 register layout)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_OTP_H
#define HW_ROCKCHIP_OTP_H

#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_ROCKCHIP_OTP "rockchip-otp"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipOtpState, ROCKCHIP_OTP)

#define ROCKCHIP_OTP_SIZE 0x400
#define ROCKCHIP_OTP_BYTES 0x400

/*
 * QEMU interface:
 *  + sysbus MMIO region 0
 *  + property "cells": the bytes from offset 0 on in hexadecimal; reads all,
 *    writes as many as are given and leaves the rest
 */
struct RockchipOtpState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    uint32_t auto_ctrl;
    uint32_t dout;
    uint32_t int_st;
    uint8_t cells[ROCKCHIP_OTP_BYTES];

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
};

#endif
