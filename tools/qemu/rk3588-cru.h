/*
 * RK3588 clock and reset unit
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_CRU_H
#define HW_ROCKCHIP_RK3588_CRU_H

#include "hw/clock.h"
#include "hw/sysbus.h"
#include "qom/object.h"
#include "rk3588-npu-grf.h"
#include "rk3588-npu-watch.h"

#define TYPE_RK3588_CRU "rk3588-cru"
OBJECT_DECLARE_SIMPLE_TYPE(RK3588CruState, RK3588_CRU)

#define RK3588_CRU_BASE 0xfd7c0000
#define RK3588_CRU_SIZE 0x5c000

/* Register offsets inside one sub-block (soc.md 3). */
#define RK3588_CRU_CLKSEL(n) (0x300 + 4 * (n))
#define RK3588_CRU_CLKGATE(n) (0x800 + 4 * (n))
#define RK3588_CRU_SOFTRST(n) (0xa00 + 4 * (n))

#define RK3588_OSC_RATE 24000000ULL
#define RK3588_GPLL_RATE 1188000000ULL
#define RK3588_CPLL_RATE 1500000000ULL
#define RK3588_AUPLL_RATE 786431952ULL
#define RK3588_NPLL_RATE 850000000ULL
#define RK3588_SPLL_RATE 702000000ULL

#define RK3588_NUM_NPU 3
#define RK3588_NUM_ISP 2

/*
 * QEMU interface:
 *  + sysbus MMIO region 0: all sub-blocks
 *  + clock input "pvtpll": the NPU ring oscillator
 *  + clock outputs "npu", "pclk-npu", "pclk-npu-grf", and for every core n
 *    "aclk-npu<n>", "hclk-npu<n>"; 0 Hz when gated
 *  + named GPIO outputs, one per core: "npu-reset-a", "npu-reset-h",
 *    "npu-mmu-reset" (1 = held in reset)
 *  + clock outputs for every ISP n: "isp<n>-core", "isp<n>-marvin",
 *    "isp<n>-vicap", "aclk-isp<n>", "hclk-isp<n>"; named GPIO outputs, one per
 *    ISP: "isp-reset", "isp-mmu-reset" (1 = held in reset), "isp-bus" (1 = its
 *    interconnect is clocked and out of reset)
 *  + named GPIO outputs, one per NPU power domain (NPUTOP, NPU1, NPU2):
 *    "npu-bus", 1 = the interconnect of the domain is clocked and out of
 *    reset; "npu-niu", 1 = it also has what its idle handshake needs
 *  + named GPIO input "niu-hang": a pulse counts in "niu-hangs"
 *  + link "npu-grf": power, supply and read margins of the NPU
 *  + named GPIO input "npu-changed": a pulse when one of these may have changed
 *  + property "hazards", default on: off = handshakes answer without a clock,
 *    the firmware refuses what would hang it, and no violation counts
 *  + property "npu-rate": the compute clock of this moment in Hz
 *
 * It counts, as the owner of the NPU's clock, how well that clock was treated.
 */
struct RK3588CruState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    uint32_t regs[RK3588_CRU_SIZE / 4];

    RK3588NpuGrfState *npu_grf;
    RK3588NpuWatch watch;
    bool hazards;
    uint64_t npu_asked;         /* last rate that the firmware set */
    uint64_t npu_rate;

    Clock *pvtpll;
    Clock *npu;
    Clock *pclk_npu;
    Clock *pclk_npu_grf;
    Clock *aclk_npu[RK3588_NUM_NPU];
    Clock *hclk_npu[RK3588_NUM_NPU];
    qemu_irq npu_reset_a[RK3588_NUM_NPU];
    qemu_irq npu_reset_h[RK3588_NUM_NPU];
    qemu_irq npu_mmu_reset[RK3588_NUM_NPU];
    qemu_irq npu_bus[RK3588_NUM_NPU];
    qemu_irq npu_niu[RK3588_NUM_NPU];
    Clock *isp_core[RK3588_NUM_ISP];
    Clock *isp_marvin[RK3588_NUM_ISP];
    Clock *isp_vicap[RK3588_NUM_ISP];
    Clock *aclk_isp[RK3588_NUM_ISP];
    Clock *hclk_isp[RK3588_NUM_ISP];
    qemu_irq isp_reset[RK3588_NUM_ISP];
    qemu_irq isp_mmu_reset[RK3588_NUM_ISP];
    qemu_irq isp_bus[RK3588_NUM_ISP];

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t niu_hangs;
};

/**
 * rk3588_cru_npu_asked() - The firmware has programmed an NPU rate
 * @s: CRU
 * @rate: the rate that was asked for in Hz
 *
 * Three rates share one ring length (power.md 2.2): only the request tells
 * which operating point is meant.
 */
void rk3588_cru_npu_asked(RK3588CruState *s, uint64_t rate);

#endif
