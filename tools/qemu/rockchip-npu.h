/*
 * One core of the Rockchip NPU, as in the RK3588 or one of its relatives
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_NPU_H
#define HW_ROCKCHIP_NPU_H

#include "hw/sysbus.h"
#include "hw/clock.h"
#include "qemu/timer.h"
#include "qom/object.h"
#include "rockchip-iommu.h"
#include "rockchip-npu-compute.h"
#include "rockchip-npu-soc.h"

#define TYPE_ROCKCHIP_NPU_CORE "rockchip-npu-core"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipNPUState, ROCKCHIP_NPU_CORE)

#define ROCKCHIP_NPU_MMIO_SIZE 0x10000
#define ROCKCHIP_NPU_DMA_REGS 16
#define ROCKCHIP_NPU_MAX_CORES 3

/**
 * enum RockchipNPUPhase - What a core is doing
 * @NPU_IDLE: nothing; the next kick is accepted
 * @NPU_FETCH: about to read, or reading, the register words of a segment
 * @NPU_LOAD: reading features, weights and operands
 * @NPU_RUN: computing; the timer ends it
 * @NPU_STORE: writing the result
 * @NPU_STUCK: never finishes; only a reset or a power cycle helps
 */
typedef enum RockchipNPUPhase {
    NPU_IDLE,
    NPU_FETCH,
    NPU_LOAD,
    NPU_RUN,
    NPU_STORE,
    NPU_STUCK,
} RockchipNPUPhase;

/**
 * struct RockchipNPUBlock - Ping-pong register groups of a block (B.7)
 * @regs: the two groups
 * @armed: group was started and has not finished
 * @pointer_cfg: S_POINTER as written, without the pointers
 * @pointer: group that register writes go to
 * @executer: group that runs next
 */
typedef struct RockchipNPUBlock {
    uint32_t regs[2][RK_NPU_BLOCK_REGS];
    bool armed[2];
    uint32_t pointer_cfg;
    uint8_t pointer;
    uint8_t executer;
} RockchipNPUBlock;

struct RockchipNPUState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    qemu_irq irq;
    Clock *clk_npu;
    Clock *aclk;
    Clock *hclk;
    Clock *pclk;
    MemoryRegion *dma_mr;
    AddressSpace dma_as;
    RockchipIOMMUState *iommu;
    QEMUTimer *timer;
    RkNpuTask *task;

    /* Configuration; the first core keeps what all of the chip share */
    char *soc_name;
    const RockchipNPUSoc *soc;
    RockchipNPUState *chip;
    RockchipNPUState *first;
    RockchipNPUState *core[ROCKCHIP_NPU_MAX_CORES];
    uint32_t core_id;
    uint32_t dram_mb_per_s;
    uint32_t bus_bytes_per_cycle;
    uint32_t walk_ns;
    uint32_t fetch_ns;

    /* Lines from outside */
    bool powered;
    bool reset_a;
    bool reset_h;

    /* PC; "held" and "swallowed" interrupt bits do not reach the line */
    uint32_t base_address;
    uint32_t register_amounts;
    uint32_t task_con;
    uint32_t task_dma_base;
    uint32_t task_count;
    uint32_t task_status_idle;
    bool pc_done_second;
    uint32_t int_raw;
    uint32_t int_mask;
    uint32_t int_held;
    uint32_t int_swallowed;
    bool irq_level;

    RockchipNPUBlock block[RK_NPU_NUM_BLOCKS];
    uint32_t ddma[ROCKCHIP_NPU_DMA_REGS];
    uint32_t sdma[ROCKCHIP_NPU_DMA_REGS];

    /* How far software has got with the set-up sequence */
    unsigned init_next;
    bool init_done;

    /* The kick being executed */
    RockchipNPUPhase phase;
    bool spoilt;
    bool mmu_error;
    bool by_pc;
    bool link_seen;
    unsigned running;
    uint64_t *words;
    uint32_t num_words;
    int64_t kick_ns;
    int64_t idle_since_ns;

    /*
     * The run phase is cut into slices, so that a long task does not keep the
     * host busy in one go. slice_left is what a clock change left of the
     * current one, in 2^-32.
     */
    RkNpuCost cost;
    uint64_t walks;
    uint64_t slices;
    uint64_t slices_left;
    uint64_t slice_left;
    int64_t slice_start_ns;
    int64_t slice_ns;

    /* Counters */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t irqs;
    uint64_t bus_errors;
    uint64_t jobs;
    uint64_t tasks;
    uint64_t dma_read_bytes;
    uint64_t dma_write_bytes;
    uint64_t dma_errors;
    uint64_t busy_ns;
    uint64_t idle_gap_ns;
    uint64_t macs;
    uint64_t hangs;
    uint64_t unsupported;
    uint64_t collisions;
    uint64_t uninitialised_kicks;

    /* Fault injection */
    uint32_t fault_hang;
    uint32_t fault_lost_irq;
    uint32_t fault_dma_read;
    uint32_t fault_dma_write;
    bool fault_stuck_reset;
};

#endif
