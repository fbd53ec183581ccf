/*
 * Rockchip OTP controller (RK3588 register layout)
 *
 * Facts: soc.md 7. A read takes no time. Only the area that Linux can see is
 * filled.
 *
 * Inferred: the contents. The part is an ordinary RK3588 (specification serial
 * 0) with made-up serial number and leakage figures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "migration/vmstate.h"
#include "rockchip-common.h"
#include "rockchip-otp-regs.h"
#include "rockchip-otp.h"

/* Word address of the first byte of cells[]. */
#define CELLS_WORD 0x300

/* Byte offsets of the cells (soc.md 7). */
enum {
    CELL_CPU_CODE = 0x02,
    CELL_ID = 0x07,
    CELL_CPUB0_LEAKAGE = 0x17,
    CELL_CPUB1_LEAKAGE = 0x18,
    CELL_CPUL_LEAKAGE = 0x19,
    CELL_LOG_LEAKAGE = 0x1a,
    CELL_GPU_LEAKAGE = 0x1b,
    CELL_NPU_LEAKAGE = 0x28,
    CELL_CODEC_LEAKAGE = 0x29,
};

static void rockchip_otp_start_read(RockchipOtpState *s)
{
    uint32_t word = FIELD_EX32(s->auto_ctrl, AUTO_CTRL, ADDR);
    uint32_t byte = (word - CELLS_WORD) * 4;

    s->dout = 0;
    if (word >= CELLS_WORD && byte <= ROCKCHIP_OTP_BYTES - 4) {
        s->dout = ldl_le_p(&s->cells[byte]);
    } else {
        qemu_log_mask(LOG_UNIMP, "rockchip-otp: read of word 0x%x\n", word);
    }
    s->int_st |= R_INT_ST_READ_DONE_MASK;
}

static uint64_t rockchip_otp_read(void *opaque, hwaddr addr, unsigned size)
{
    RockchipOtpState *s = opaque;

    s->mmio_reads++;
    switch (addr) {
    case A_AUTO_CTRL:
        return s->auto_ctrl;
    case A_AUTO_EN:
        return 0;
    case A_DOUT0:
        return s->dout;
    case A_INT_ST:
        return s->int_st;
    default:
        qemu_log_mask(LOG_UNIMP, "rockchip-otp: read of 0x%" HWADDR_PRIx "\n",
                      addr);
        return 0;
    }
}

static void rockchip_otp_write(void *opaque, hwaddr addr, uint64_t val,
                               unsigned size)
{
    RockchipOtpState *s = opaque;

    s->mmio_writes++;
    switch (addr) {
    case A_AUTO_CTRL:
        s->auto_ctrl = val;
        break;
    case A_AUTO_EN:
        if (FIELD_EX32(val, AUTO_EN, EN)) {
            rockchip_otp_start_read(s);
        }
        break;
    case A_INT_ST:
        s->int_st &= ~val;
        break;
    default:
        qemu_log_mask(LOG_UNIMP, "rockchip-otp: write to 0x%" HWADDR_PRIx
                      "\n", addr);
        break;
    }
}

static const MemoryRegionOps rockchip_otp_ops = {
    .read = rockchip_otp_read,
    .write = rockchip_otp_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rockchip_otp_reset_enter(Object *obj, ResetType type)
{
    RockchipOtpState *s = ROCKCHIP_OTP(obj);

    s->auto_ctrl = 0;
    s->dout = 0;
    s->int_st = 0;
}

static char *rockchip_otp_get_cells(Object *obj, Error **errp)
{
    RockchipOtpState *s = ROCKCHIP_OTP(obj);
    GString *hex = g_string_sized_new(2 * ROCKCHIP_OTP_BYTES);
    int i;

    for (i = 0; i < ROCKCHIP_OTP_BYTES; i++) {
        g_string_append_printf(hex, "%02x", s->cells[i]);
    }
    return g_string_free(hex, false);
}

static void rockchip_otp_set_cells(Object *obj, const char *value,
                                   Error **errp)
{
    RockchipOtpState *s = ROCKCHIP_OTP(obj);
    size_t len = strlen(value);
    size_t i;

    if (len % 2 || len > 2 * ROCKCHIP_OTP_BYTES ||
        strspn(value, "0123456789abcdefABCDEF") != len) {
        error_setg(errp, "'cells' takes up to %d bytes in hexadecimal",
                   ROCKCHIP_OTP_BYTES);
        return;
    }
    for (i = 0; i < len / 2; i++) {
        s->cells[i] = g_ascii_xdigit_value(value[2 * i]) << 4 |
                      g_ascii_xdigit_value(value[2 * i + 1]);
    }
}

static const RockchipCounter rockchip_otp_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipOtpState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipOtpState, mmio_writes),
    { }
};

static void rockchip_otp_init(Object *obj)
{
    static const char serial[] = "QEMU-RK3588-0001";
    RockchipOtpState *s = ROCKCHIP_OTP(obj);

    s->cells[CELL_CPU_CODE] = 0x35;
    s->cells[CELL_CPU_CODE + 1] = 0x88;
    memcpy(&s->cells[CELL_ID], serial, strlen(serial));
    s->cells[CELL_CPUB0_LEAKAGE] = 15;
    s->cells[CELL_CPUB1_LEAKAGE] = 15;
    s->cells[CELL_CPUL_LEAKAGE] = 10;
    s->cells[CELL_LOG_LEAKAGE] = 20;
    s->cells[CELL_GPU_LEAKAGE] = 15;
    s->cells[CELL_NPU_LEAKAGE] = 10;
    s->cells[CELL_CODEC_LEAKAGE] = 10;

    memory_region_init_io(&s->iomem, obj, &rockchip_otp_ops, s,
                          TYPE_ROCKCHIP_OTP, ROCKCHIP_OTP_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    object_property_add_str(obj, "cells", rockchip_otp_get_cells,
                            rockchip_otp_set_cells);
    rockchip_add_counters(obj, rockchip_otp_counters);
}

static const VMStateDescription vmstate_rockchip_otp = {
    .name = TYPE_ROCKCHIP_OTP,
    .unmigratable = 1,
};

static void rockchip_otp_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->vmsd = &vmstate_rockchip_otp;
    dc->user_creatable = false;
    rc->phases.enter = rockchip_otp_reset_enter;
}

static const TypeInfo rockchip_otp_types[] = {
    {
        .name = TYPE_ROCKCHIP_OTP,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RockchipOtpState),
        .instance_init = rockchip_otp_init,
        .class_init = rockchip_otp_class_init,
    },
};

DEFINE_TYPES(rockchip_otp_types)
