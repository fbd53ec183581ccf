/*
 * One instance of the Rockchip ISP 3.0, as in the RK3588
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_ISP_H
#define HW_ROCKCHIP_ISP_H

#include "hw/sysbus.h"
#include "hw/clock.h"
#include "qemu/timer.h"
#include "qom/object.h"
#include "rockchip-iommu.h"
#include "rockchip-isp-pipe.h"

#define TYPE_ROCKCHIP_ISP "rockchip-isp"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipISPState, ROCKCHIP_ISP)

#define ROCKCHIP_ISP_MMIO_SIZE  0x8000
#define ROCKCHIP_ISP_IOMMU      0x7f00
#define ROCKCHIP_ISP_NUM_REGS   (0x5800 / 4)

/**
 * enum RockchipISPPhase - What an instance is doing
 * @ISP_IDLE: nothing; the next trigger is accepted
 * @ISP_START: triggered; V_START comes next
 * @ISP_RUN: a band of lines is on its way through the pipeline
 * @ISP_LOAD: the band's raw lines are read
 * @ISP_STORE: finished lines are written
 * @ISP_STORE_STATS: statistics are written to memory
 * @ISP_TAIL: one of the two frame-end interrupts is out, the other follows
 * @ISP_STUCK: never finishes; only a reset helps
 */
typedef enum RockchipISPPhase {
    ISP_IDLE,
    ISP_START,
    ISP_RUN,
    ISP_LOAD,
    ISP_STORE,
    ISP_STORE_STATS,
    ISP_TAIL,
    ISP_STUCK,
} RockchipISPPhase;

/*
 * QEMU interface:
 *  + sysbus MMIO region 0: the instance; its IOMMU lies above it at 0x7f00
 *  + sysbus IRQ 0 to 2: isp, mi, mipi
 *  + clock inputs "aclk", "hclk", "core", "marvin", "vicap"; 0 Hz = gated
 *  + named GPIO inputs "power" (1 = on), "reset" (1 = held), "bus" (1 = the
 *    interconnect of the domain is clocked and out of reset)
 *  + property "ccm-convention": "plain" or "identity-added" (isp.md 5.6)
 *  + properties "mi-delay-ns" and "mi-first": how long after the first of the
 *    two frame-end interrupts the other comes; whether the writers are first
 */
struct RockchipISPState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    qemu_irq irq_isp;
    qemu_irq irq_mi;
    qemu_irq irq_mipi;
    Clock *aclk;
    Clock *hclk;
    Clock *core;
    Clock *marvin;
    Clock *vicap;
    MemoryRegion *dma_mr;
    AddressSpace dma_as;
    RockchipIOMMUState *iommu;
    QEMUTimer *timer;
    RkIspPipe *pipe;

    /* Configuration */
    uint32_t start_ns;
    uint32_t mi_delay_ns;
    bool mi_first;
    bool ccm_adds;

    /* Lines from outside */
    bool powered;
    bool in_reset;
    bool bus;

    /* Registers, table memories, results */
    uint32_t regs[ROCKCHIP_ISP_NUM_REGS];
    uint32_t lsc[RK_ISP_LSC_CHANNELS][RK_ISP_LSC_WORDS];
    uint32_t hist_weight[RK_ISP_BIG_UNITS][RK_ISP_WEIGHT_WORDS];
    uint8_t scale_lut[RK_ISP_NUM_PATHS][RK_ISP_SCALE_LUT];
    uint32_t bpt[RK_ISP_BPT_ENTRIES];
    RkIspStats stats;

    /* Latched without a register that shows it, and pending updates */
    uint32_t dual_crop_ctrl;
    uint32_t mpfbc_ctrl;
    bool gen_upd;
    bool dual_crop_gen_upd;

    /* Pointers of the data ports */
    uint32_t ae_ptr[RK_ISP_NUM_UNITS];
    uint32_t hist_ptr[RK_ISP_NUM_UNITS];
    uint32_t hist_weight_ptr[RK_ISP_BIG_UNITS];
    uint32_t awb_ptr;
    uint32_t af_ptr;
    bool ae_done[RK_ISP_NUM_UNITS];
    bool hist_done[RK_ISP_NUM_UNITS];
    bool awb_done;
    bool af_done;

    /* Interrupts; "swallowed" bits do not reach the line */
    uint32_t isp_ris;
    uint32_t isp3a_ris;
    uint32_t mi_ris;
    uint32_t isp_swallowed;
    uint32_t mi_swallowed;
    bool level[3];

    /* The frame being processed */
    RockchipISPPhase phase;
    bool regs_dirty;
    bool lose_irq;
    bool break_bus;
    bool break_size;
    bool bus_failed;
    unsigned band;
    unsigned line;              /* raw lines processed */
    unsigned load_line;         /* raw lines of the band that are read */
    uint32_t load_done;         /* bytes of a transfer that has to wait */
    uint8_t *raw;
    size_t raw_cap;
    unsigned stored[RK_ISP_NUM_PATHS][3];
    uint32_t raw_base;
    uint32_t raw_length;
    uint8_t *ddr;
    int64_t trigger_ns;
    int64_t idle_since_ns;
    int64_t band_start_ns;
    int64_t band_ns;
    uint64_t band_left;         /* in 2^-32, after a change of the clock */
    char *refusal;

    /* Counters */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t irqs;
    uint64_t bus_errors;
    uint64_t frames;
    uint64_t triggers;
    uint64_t refused;
    uint64_t unsafe_writes;
    uint64_t bad_accesses;
    uint64_t hangs;
    uint64_t dma_read_bytes;
    uint64_t dma_write_bytes;
    uint64_t dma_errors;
    uint64_t busy_ns;
    uint64_t idle_gap_ns;

    /* Fault injection */
    uint32_t fault_hang;
    uint32_t fault_lost_irq;
    uint32_t fault_size_error;
    uint32_t fault_bus_error;
};

#endif
