/*
 * RK3588 NPU_GRF: SRAM read margins and the NPU's ring oscillator (PVTPLL)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_NPU_GRF_H
#define HW_ROCKCHIP_RK3588_NPU_GRF_H

#include "hw/clock.h"
#include "hw/sysbus.h"
#include "qom/object.h"
#include "rk3588-npu-watch.h"
#include "rk860x.h"

#define TYPE_RK3588_NPU_GRF "rk3588-npu-grf"
OBJECT_DECLARE_SIMPLE_TYPE(RK3588NpuGrfState, RK3588_NPU_GRF)

#define RK3588_NPU_GRF_BASE 0xfd5a2000
#define RK3588_NPU_GRF_SIZE 0x1000

/*
 * QEMU interface:
 *  + sysbus MMIO region 0
 *  + clock input "pclk": register clock
 *  + clock output "pvtpll": the ring, 0 Hz when it does not run
 *  + named GPIO input "power": the NPUTOP domain (1 = on)
 *  + link "regulator": the regulator behind "supply-uv", optional
 *  + named GPIO input "supply-uv": level = voltage of the NPU rail in uV
 *  + property "silicon-bin": 0..5, how fast the part is (power.md 2.3, 2.6)
 *  + property "ring-permille": what the ring makes of its nominal frequency
 *  + named GPIO output "changed": a pulse when power, supply or a read margin
 *    may have changed
 */
struct RK3588NpuGrfState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    Clock *pclk;
    Clock *pvtpll;
    qemu_irq changed;
    Rk860xState *regulator;
    bool powered;
    uint32_t supply_uv;
    uint32_t silicon_bin;
    uint32_t ring_permille;
    uint32_t regs[RK3588_NPU_GRF_SIZE / 4];

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t bus_errors;
};

/**
 * rk3588_npu_grf_describe() - Fill in what this block knows of the NPU's needs
 * @s: the block
 * @need: gets bin and read margins
 */
void rk3588_npu_grf_describe(RK3588NpuGrfState *s, RK3588NpuNeed *need);

#endif
