/*
 * One core of the Rockchip NPU, as in the RK3588 or one of its relatives
 *
 * This file is the part of a core that software talks to: the register file
 * with its ping-pong groups, the PC that fetches register command words and
 * chains segments, interrupts, resets, clocks and time. What a task computes is
 * in rockchip-npu-compute.c.
 *
 * A kick goes through the phases fetch, load, run and store. All but "run" wait
 * when the IOMMU holds a transfer and go on from its retry callback. "run"
 * lasts as long as the model of time says; results are written and interrupts
 * raised when it is over.
 *
 * What other SoCs do differently is in rockchip-npu-soc.c.
 *
 * Chapters named in comments are those of the hardware notes, NPU. What those
 * leave open is marked "inferred" and collected in README-npu.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "system/runstate.h"
#include "rockchip-common.h"
#include "rockchip-npu.h"
#include "rockchip-npu-regs.h"

/* Register windows of 4 KiB inside a core (B.1) */
enum {
    WINDOW_PC = 0x0,
    WINDOW_0x2000 = 0x2,
    WINDOW_PPU_RDMA = 0x7,
    WINDOW_DDMA = 0x8,
    WINDOW_SDMA = 0x9,
    WINDOW_GLOBAL = 0xf,
};

#define INT_ALL                 0x1ffff
#define CORE_MAC_GATING_RESET   0x07800800      /* B.2 */

/* Host work between two timer ticks of a long task */
#define WORK_PER_SLICE          (128 * 1000 * 1000)
#define SLICE_WHOLE             (1ULL << 32)

static void rockchip_npu_advance(RockchipNPUState *s);
static void rockchip_npu_write_pc(RockchipNPUState *s, unsigned offset,
                                  uint32_t value, bool from_stream);

static const char *rockchip_npu_name(RockchipNPUState *s)
{
    return object_get_canonical_path_component(OBJECT(s));
}

/* Fields of TASK_CON (D.1) */
static uint32_t rockchip_npu_task_number(const RockchipNPUState *s)
{
    return extract32(s->task_con, 0, s->soc->task_number_bits);
}

static bool rockchip_npu_task_pp_en(const RockchipNPUState *s)
{
    return extract32(s->task_con, s->soc->task_number_bits, 1);
}

static bool rockchip_npu_task_count_clear(const RockchipNPUState *s)
{
    return extract32(s->task_con, s->soc->task_number_bits + 1, 1);
}

/*
 * State of the outside world
 */

static bool rockchip_npu_in_reset(const RockchipNPUState *s)
{
    return s->reset_a || s->reset_h;
}

/* AHB side: register interface (B.2) */
static bool rockchip_npu_reachable(const RockchipNPUState *s)
{
    return s->powered && !rockchip_npu_in_reset(s) &&
           clock_is_enabled(s->hclk) && clock_is_enabled(s->pclk);
}

/* AXI side: transfers and arithmetic (B.2) */
static bool rockchip_npu_runs(const RockchipNPUState *s)
{
    return s->powered && !rockchip_npu_in_reset(s) &&
           clock_is_enabled(s->aclk) && clock_is_enabled(s->clk_npu);
}

/*
 * Interrupts
 */

/*
 * In PC mode the mask applies to the last task only (C.3): bits of earlier
 * tasks are visible, but held back from the line until the chain has ended.
 */
static void rockchip_npu_update_irq(RockchipNPUState *s)
{
    bool level = s->int_raw & s->int_mask & ~s->int_held & ~s->int_swallowed;

    if (level && !s->irq_level) {
        s->irqs++;
    }
    s->irq_level = level;
    qemu_set_irq(s->irq, level);
}

/*
 * Ping-pong register groups (B.7)
 */

static bool block_has_core_number(unsigned block)
{
    return block == RK_NPU_CNA || block == RK_NPU_CORE;
}

static uint32_t block_read_pointer(const RockchipNPUBlock *b)
{
    return FIELD_DP32(b->pointer_cfg | b->pointer, S_POINTER, EXECUTER,
                      b->executer);
}

/*
 * The clear bits act when written. While the pointer toggles by itself the
 * written POINTER bit has no effect (inferred: programs write 0xe before every
 * task and still alternate).
 */
static void block_write_pointer(RockchipNPUBlock *b, unsigned block,
                                uint32_t value)
{
    uint32_t keep = R_S_POINTER_POINTER_PP_EN_MASK |
                    R_S_POINTER_EXECUTER_PP_EN_MASK |
                    R_S_POINTER_POINTER_PP_MODE_MASK;

    if (block_has_core_number(block)) {
        keep |= R_S_POINTER_CORE_NUMBER_MASK;
    }
    b->pointer_cfg = value & keep;
    if (value & R_S_POINTER_EXECUTER_PP_CLEAR_MASK) {
        b->executer = 0;
    }
    if (value & R_S_POINTER_POINTER_PP_CLEAR_MASK) {
        b->pointer = 0;
    } else if (!(value & R_S_POINTER_POINTER_PP_EN_MASK)) {
        b->pointer = FIELD_EX32(value, S_POINTER, POINTER);
    }
}

static uint32_t block_read_status(const RockchipNPUBlock *b)
{
    uint32_t status = 0;
    unsigned g, state;

    for (g = 0; g < 2; g++) {
        state = !b->armed[g] ? 0 : g != b->executer || b->armed[!g] ? 2 : 1;
        status |= state << (g ? R_S_STATUS_STATUS_1_SHIFT
                              : R_S_STATUS_STATUS_0_SHIFT);
    }
    return status;
}

static void block_arm(RockchipNPUBlock *b)
{
    b->armed[b->pointer] = true;
    if ((b->pointer_cfg & R_S_POINTER_POINTER_PP_EN_MASK) &&
        (b->pointer_cfg & R_S_POINTER_POINTER_PP_MODE_MASK)) {
        b->pointer ^= 1;
    }
}

/* A block has finished the group it executed; returns that group. */
static unsigned block_done(RockchipNPUBlock *b)
{
    unsigned group = b->executer;

    b->armed[group] = false;
    if (b->pointer_cfg & R_S_POINTER_EXECUTER_PP_EN_MASK) {
        b->executer ^= 1;
    }
    if ((b->pointer_cfg & R_S_POINTER_POINTER_PP_EN_MASK) &&
        !(b->pointer_cfg & R_S_POINTER_POINTER_PP_MODE_MASK)) {
        b->pointer = b->executer;
    }
    return group;
}

static void block_reset(RockchipNPUBlock *b, unsigned block)
{
    memset(b, 0, sizeof(*b));
    if (block == RK_NPU_CORE) {
        b->regs[0][(A_CORE_MAC_GATING & 0xfff) / 4] = CORE_MAC_GATING_RESET;
        b->regs[1][(A_CORE_MAC_GATING & 0xfff) / 4] = CORE_MAC_GATING_RESET;
    }
}

/*
 * Write a register of a block, from a stream or in slave mode. A group that is
 * armed does not take writes (NVDLA, B.7).
 */
static void rockchip_npu_write_block(RockchipNPUState *s, unsigned block,
                                     unsigned offset, uint32_t value)
{
    RockchipNPUBlock *b = &s->block[block];
    unsigned index = offset / 4;

    switch (offset) {
    case A_S_STATUS:
        break;
    case A_S_POINTER:
        block_write_pointer(b, block, value);
        break;
    case A_OPERATION_ENABLE:
        if (FIELD_EX32(value, OPERATION_ENABLE, OP_EN)) {
            block_arm(b);
        }
        break;
    default:
        if (index >= RK_NPU_BLOCK_REGS) {
            qemu_log_mask(LOG_UNIMP, "%s: block %u has no register 0x%x\n",
                          rockchip_npu_name(s), block, offset);
        } else if (b->armed[b->pointer]) {
            qemu_log_mask(LOG_GUEST_ERROR,
                          "%s: write to armed group, block %u register 0x%x\n",
                          rockchip_npu_name(s), block, offset);
        } else {
            b->regs[b->pointer][index] = value;
        }
        break;
    }
}

static uint32_t rockchip_npu_read_block(RockchipNPUState *s, unsigned block,
                                        unsigned offset)
{
    const RockchipNPUBlock *b = &s->block[block];
    unsigned index = offset / 4;

    switch (offset) {
    case A_S_STATUS:
        return block_read_status(b);
    case A_S_POINTER:
        return block_read_pointer(b);
    case A_OPERATION_ENABLE:
        return b->armed[b->pointer];
    default:
        return index < RK_NPU_BLOCK_REGS ? b->regs[b->pointer][index] : 0;
    }
}

static void rockchip_npu_arm_blocks(RockchipNPUState *s, uint32_t bitmap)
{
    unsigned block;

    for (block = 0; block < RK_NPU_NUM_BLOCKS; block++) {
        if (bitmap & RK_NPU_ALL_BLOCKS & RK_NPU_BLOCK_BIT(block)) {
            block_arm(&s->block[block]);
        }
    }
}

/* Blocks whose turn it is, with the registers they execute. */
static void rockchip_npu_executing(RockchipNPUState *s, RkNpuRegs *regs)
{
    unsigned block;

    memset(regs, 0, sizeof(*regs));
    for (block = 0; block < RK_NPU_NUM_BLOCKS; block++) {
        RockchipNPUBlock *b = &s->block[block];

        if (b->armed[b->executer]) {
            regs->blocks |= RK_NPU_BLOCK_BIT(block);
            regs->block[block] = b->regs[b->executer];
        }
    }
}

/* CNA and CORE run only with this core's number in their S_POINTER (B.7). */
static bool rockchip_npu_core_numbers_right(RockchipNPUState *s,
                                            unsigned blocks)
{
    unsigned block;

    for (block = 0; block < RK_NPU_NUM_BLOCKS; block++) {
        if ((blocks & RK_NPU_BLOCK_BIT(block)) &&
            block_has_core_number(block) &&
            FIELD_EX32(s->block[block].pointer_cfg, S_POINTER, CORE_NUMBER) !=
            s->core_id) {
            return false;
        }
    }
    return true;
}

/*
 * Memory
 */

static RkNpuResult rockchip_npu_dma(RockchipNPUState *s, RkNpuPort port,
                                    uint32_t iova, void *buf, uint32_t len,
                                    bool is_write)
{
    uint64_t mmu_errors = s->iommu ? s->iommu->bus_errors : 0;
    uint32_t done = 0;

    switch (rockchip_iommu_access(s->iommu, &s->dma_as, port, iova, buf, len,
                                  is_write, &done)) {
    case ROCKCHIP_IOMMU_OK:
        return RK_NPU_OK;
    case ROCKCHIP_IOMMU_WAIT:
        return RK_NPU_WAIT;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: bus error on %s of 0x%08" PRIx32
                      "\n", rockchip_npu_name(s), is_write ? "write" : "read",
                      iova + done);
        s->mmu_error = s->iommu && s->iommu->bus_errors != mmu_errors;
        return is_write ? RK_NPU_WRITE_ERROR : RK_NPU_READ_ERROR;
    }
}

static RkNpuResult rockchip_npu_dma_read(void *opaque, RkNpuPort port,
                                         uint32_t iova, void *buf,
                                         uint32_t len)
{
    RockchipNPUState *s = opaque;

    return rockchip_npu_dma(s, port, iova + s->task_dma_base, buf, len, false);
}

static RkNpuResult rockchip_npu_dma_write(void *opaque, RkNpuPort port,
                                          uint32_t iova, const void *buf,
                                          uint32_t len)
{
    RockchipNPUState *s = opaque;
    g_autofree uint8_t *spoilt = NULL;
    uint32_t i;

    if (s->spoilt) {
        spoilt = g_memdup2(buf, len);
        for (i = 0; i < len; i++) {
            spoilt[i] ^= 0xff;
        }
        buf = spoilt;
    }
    return rockchip_npu_dma(s, port, iova + s->task_dma_base, (void *)buf, len,
                            true);
}

static RkNpuMemory rockchip_npu_memory(RockchipNPUState *s)
{
    return (RkNpuMemory) {
        .read = rockchip_npu_dma_read,
        .write = rockchip_npu_dma_write,
        .opaque = s,
    };
}

/*
 * Phases of a kick
 */

static int64_t rockchip_npu_now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void rockchip_npu_account_busy(RockchipNPUState *s)
{
    int64_t now = rockchip_npu_now();

    s->busy_ns += now - s->kick_ns;
    s->idle_since_ns = now;
}

/* The kick is over: the interrupt bits of all its tasks reach the line. */
static void rockchip_npu_finish(RockchipNPUState *s)
{
    s->phase = NPU_IDLE;
    s->task_count = 0;
    s->task_status_idle = s->by_pc ? s->soc->status_done : 0;
    if (s->fault_lost_irq) {
        s->fault_lost_irq--;
        s->int_swallowed |= s->int_raw;
    }
    s->int_held = 0;
    rockchip_npu_account_busy(s);
    rockchip_npu_update_irq(s);
}

static void rockchip_npu_stuck(RockchipNPUState *s, const char *reason)
{
    qemu_log_mask(LOG_GUEST_ERROR, "%s: task never finishes: %s\n",
                  rockchip_npu_name(s), reason);
    s->phase = NPU_STUCK;
    s->hangs++;
    timer_del(s->timer);
}

static void rockchip_npu_raise(RockchipNPUState *s, uint32_t bits)
{
    s->int_raw |= bits;
    if (s->by_pc) {
        s->int_held |= bits;
    }
    rockchip_npu_update_irq(s);
}

/*
 * The blocks of the running task are done: set the interrupt bits of the groups
 * they executed. The CNA has three events (C.5).
 */
static void rockchip_npu_complete_blocks(RockchipNPUState *s)
{
    static const struct {
        uint8_t block;
        uint8_t shift;
    } event[] = {
        { RK_NPU_CNA, R_PC_INTERRUPT_RAW_STATUS_CNA_FEATURE_SHIFT },
        { RK_NPU_CNA, R_PC_INTERRUPT_RAW_STATUS_CNA_WEIGHT_SHIFT },
        { RK_NPU_CNA, R_PC_INTERRUPT_RAW_STATUS_CNA_CSC_SHIFT },
        { RK_NPU_CORE, R_PC_INTERRUPT_RAW_STATUS_CORE_SHIFT },
        { RK_NPU_DPU, R_PC_INTERRUPT_RAW_STATUS_DPU_SHIFT },
        { RK_NPU_PPU, R_PC_INTERRUPT_RAW_STATUS_PPU_SHIFT },
    };
    unsigned group[RK_NPU_NUM_BLOCKS] = { 0 };
    uint32_t bits = 0;
    unsigned i;

    for (i = 0; i < RK_NPU_NUM_BLOCKS; i++) {
        if (s->running & RK_NPU_BLOCK_BIT(i)) {
            group[i] = block_done(&s->block[i]);
        }
    }
    for (i = 0; i < ARRAY_SIZE(event); i++) {
        if (s->running & RK_NPU_BLOCK_BIT(event[i].block)) {
            bits |= 1u << (event[i].shift + group[event[i].block]);
        }
    }
    s->running = 0;
    rockchip_npu_raise(s, bits);
}

/*
 * A transfer was answered with an error: the task ends, its error bit next to
 * its done bits, and so does the chain (inferred).
 */
static void rockchip_npu_dma_error(RockchipNPUState *s, RkNpuResult r)
{
    uint32_t bit = r == RK_NPU_WRITE_ERROR ?
                   R_PC_INTERRUPT_RAW_STATUS_DMA_WRITE_ERROR_MASK :
                   R_PC_INTERRUPT_RAW_STATUS_DMA_READ_ERROR_MASK;

    if (s->soc->memory_32bit && s->mmu_error) {
        bit = R_PC_INTERRUPT_RAW_STATUS_MMU_ERROR_MASK;
    }
    s->dma_errors++;
    s->mmu_error = false;
    rockchip_npu_raise(s, bit);
    if (s->phase == NPU_FETCH) {
        /* no block was started, so none can be done */
        s->int_held = 0;
        rockchip_npu_update_irq(s);
        rockchip_npu_stuck(s, "register fetch got a bus error");
        return;
    }
    rockchip_npu_complete_blocks(s);
    rockchip_npu_finish(s);
}

/*
 * How long the whole run phase takes at the present clocks: the slowest of
 * arithmetic, bus port and DRAM, plus page-table walks and a constant.
 */
static int64_t rockchip_npu_run_ns(const RockchipNPUState *s)
{
    uint64_t bytes = s->cost.read_bytes + s->cost.write_bytes;
    uint64_t bus_hz = clock_get_hz(s->aclk);
    uint64_t npu_hz = clock_get_hz(s->clk_npu);
    uint64_t ns;

    ns = muldiv64(s->cost.cycles, NANOSECONDS_PER_SECOND, npu_hz);
    ns = MAX(ns, muldiv64(DIV_ROUND_UP(bytes, s->bus_bytes_per_cycle),
                          NANOSECONDS_PER_SECOND, bus_hz));
    ns = MAX(ns, muldiv64(bytes, 1000, s->dram_mb_per_s));
    return MAX(ns + s->walks * s->walk_ns, 1);
}

/* Start or restart the timer for what is left of the current slice. */
static void rockchip_npu_start_slice(RockchipNPUState *s)
{
    uint64_t whole = MAX(rockchip_npu_run_ns(s) / s->slices, 1);

    s->slice_start_ns = rockchip_npu_now();
    s->slice_ns = MAX(muldiv64(whole, s->slice_left >> 1, SLICE_WHOLE >> 1), 1);
    timer_mod(s->timer, s->slice_start_ns + s->slice_ns);
}

static void rockchip_npu_begin_run(RockchipNPUState *s)
{
    s->phase = NPU_RUN;
    s->dma_read_bytes += s->cost.read_bytes;
    s->slices = DIV_ROUND_UP(MAX(s->cost.work, 1), WORK_PER_SLICE);
    s->slices_left = s->slices;
    s->slice_left = SLICE_WHOLE;
    rockchip_npu_start_slice(s);
}

static bool rockchip_npu_last_task(const RockchipNPUState *s)
{
    return !s->by_pc || s->task_count + 1 >= rockchip_npu_task_number(s);
}

/*
 * The PC has seen the end of a task (A.4). What it wrote is on its way: the
 * last result of a kick arrives, and the writing block reports, later.
 */
static void rockchip_npu_pc_done(RockchipNPUState *s)
{
    rockchip_npu_raise(s, 1u << (R_PC_INTERRUPT_RAW_STATUS_PC_DONE_SHIFT +
                                 s->pc_done_second));
    s->pc_done_second = !s->pc_done_second;
    if (rockchip_npu_last_task(s)) {
        timer_mod(s->timer, rockchip_npu_now() + s->soc->drain_ns);
    }
}

static void rockchip_npu_slice_done(RockchipNPUState *s)
{
    if (--s->slices_left) {
        rk_npu_task_step(s->task, DIV_ROUND_UP(s->cost.work, s->slices));
        s->slice_left = SLICE_WHOLE;
        rockchip_npu_start_slice(s);
        return;
    }
    rk_npu_task_step(s->task, UINT64_MAX);
    s->phase = NPU_STORE;
    if (s->soc->drain_ns && s->by_pc) {
        rockchip_npu_pc_done(s);
    }
    rockchip_npu_advance(s);
}

/* A clock changed while running: keep the share of the slice that is left. */
static void rockchip_npu_clock_changed(RockchipNPUState *s)
{
    if (s->phase == NPU_RUN && timer_pending(s->timer)) {
        int64_t left = s->slice_start_ns + s->slice_ns - rockchip_npu_now();

        left = MIN(MAX(left, 0), s->slice_ns);
        s->slice_left = (s->slice_left >> 1) * left / s->slice_ns * 2;
        timer_del(s->timer);
    }
    if (!rockchip_npu_runs(s)) {
        return;
    }
    if (s->phase == NPU_RUN) {
        rockchip_npu_start_slice(s);
    } else {
        rockchip_npu_advance(s);
    }
}

/* Parse the words of a segment (B.3 to B.5). Returns false if none starts. */
static bool rockchip_npu_apply_segment(RockchipNPUState *s)
{
    bool marker = false, started = false;
    unsigned i;

    s->link_seen = false;
    for (i = 0; i < s->num_words; i++) {
        uint64_t word = le64_to_cpu(s->words[i]);
        unsigned target = FIELD_EX64(word, REGCMD, TARGET);
        unsigned offset = FIELD_EX64(word, REGCMD, OFFSET);
        uint32_t value = FIELD_EX64(word, REGCMD, VALUE);
        unsigned window = offset >> 12;

        if (target == REGCMD_TARGET_NONE) {
            continue;
        }
        if (target == REGCMD_TARGET_MARKER) {
            marker = true;
            continue;
        }
        if (target == REGCMD_TARGET_START && marker &&
            offset == A_PC_OPERATION_ENABLE) {
            rockchip_npu_arm_blocks(s, value);
            started = true;
        } else if (target == REGCMD_TARGET_PC && window == WINDOW_PC) {
            rockchip_npu_write_pc(s, offset, value, true);
        } else if (window > WINDOW_PC && window <= WINDOW_PPU_RDMA &&
                   (window != WINDOW_0x2000 || s->soc->block_0x2000) &&
                   target == (1u | 1u << (window + 8))) {
            rockchip_npu_write_block(s, window - 1, offset & 0xffc, value);
        } else {
            qemu_log_mask(LOG_GUEST_ERROR,
                          "%s: command word 0x%016" PRIx64 " ignored\n",
                          rockchip_npu_name(s), word);
        }
        marker = false;
    }
    return started;
}

static RkNpuResult rockchip_npu_fetch(RockchipNPUState *s)
{
    unsigned amount = FIELD_EX32(s->register_amounts, PC_REGISTER_AMOUNTS,
                                 PC_DATA_AMOUNT);

    /* B.6; the DMA base does not apply to the PC */
    s->num_words = (amount + 1) * s->soc->amount_words;
    s->words = g_renew(uint64_t, s->words, s->num_words);
    return rockchip_npu_dma(s, RK_NPU_PORT_FEATURE, s->base_address,
                            s->words, s->num_words * sizeof(*s->words), false);
}

/* Begin the task that the armed blocks describe; false if none can run. */
static bool rockchip_npu_start_task(RockchipNPUState *s)
{
    RkNpuRegs regs;

    rockchip_npu_executing(s, &regs);
    if (!rk_npu_ready(&regs) ||
        !rockchip_npu_core_numbers_right(s, regs.blocks)) {
        return false;
    }
    s->running = regs.blocks;
    s->phase = NPU_LOAD;
    return true;
}

static RkNpuResult rockchip_npu_do_fetch(RockchipNPUState *s)
{
    RkNpuResult r = rockchip_npu_fetch(s);

    if (r != RK_NPU_OK) {
        return r;
    }
    s->dma_read_bytes += s->num_words * sizeof(*s->words);
    if (!rockchip_npu_apply_segment(s)) {
        rockchip_npu_stuck(s, "segment without a start word");
    } else if (!rockchip_npu_start_task(s)) {
        rockchip_npu_stuck(s, "the started blocks form no pipeline, or have "
                           "another core's number in S_POINTER");
    }
    return RK_NPU_OK;
}

static RkNpuResult rockchip_npu_do_load(RockchipNPUState *s)
{
    RkNpuMemory mem = rockchip_npu_memory(s);
    uint64_t walks = s->iommu ? s->iommu->tlb_misses : 0;
    RkNpuResult r;
    RkNpuRegs regs;

    rockchip_npu_executing(s, &regs);
    r = rk_npu_task_load(s->task, &regs, &mem, &s->cost);
    if (r == RK_NPU_OK) {
        s->walks = s->iommu ? s->iommu->tlb_misses - walks : 0;
        rockchip_npu_begin_run(s);
    }
    return r;
}

/* The result is in memory: on to the next segment of the chain, or the end. */
static void rockchip_npu_task_done(RockchipNPUState *s)
{
    bool last = rockchip_npu_last_task(s);

    s->tasks++;
    s->macs += s->cost.macs;
    s->dma_write_bytes += s->cost.write_bytes;
    rockchip_npu_complete_blocks(s);

    s->task_count++;
    if (last) {
        rockchip_npu_finish(s);
    } else if (!s->link_seen) {
        rockchip_npu_stuck(s, "chain ends before TASK_NUMBER");
    } else if (FIELD_EX32(s->base_address, PC_BASE_ADDRESS, PC_SEL)) {
        rockchip_npu_stuck(s, "chain leads into slave mode");
    } else {
        s->phase = NPU_FETCH;
        if (!rockchip_npu_task_pp_en(s)) {
            timer_mod(s->timer, rockchip_npu_now() + s->fetch_ns);
        }
    }
}

static RkNpuResult rockchip_npu_do_store(RockchipNPUState *s)
{
    RkNpuMemory mem = rockchip_npu_memory(s);
    RkNpuResult r;

    if (s->fault_dma_read) {
        s->fault_dma_read--;
        return RK_NPU_READ_ERROR;
    }
    if (s->fault_dma_write) {
        s->fault_dma_write--;
        return RK_NPU_WRITE_ERROR;
    }
    r = rk_npu_task_store(s->task, &mem);
    if (r == RK_NPU_OK) {
        rockchip_npu_task_done(s);
    }
    return r;
}

/*
 * Go on as far as possible: until a transfer has to wait, the run phase starts,
 * or the kick is over.
 */
static void rockchip_npu_advance(RockchipNPUState *s)
{
    RkNpuResult r = RK_NPU_OK;

    while (r == RK_NPU_OK && rockchip_npu_runs(s) && !timer_pending(s->timer)) {
        switch (s->phase) {
        case NPU_FETCH:
            r = rockchip_npu_do_fetch(s);
            break;
        case NPU_LOAD:
            r = rockchip_npu_do_load(s);
            break;
        case NPU_STORE:
            r = rockchip_npu_do_store(s);
            break;
        default:
            return;
        }
    }
    switch (r) {
    case RK_NPU_HANG:
        if (rk_npu_task_unsupported(s->task)) {
            s->unsupported++;
            qemu_log_mask(LOG_UNIMP, "%s: not modelled: %s\n",
                          rockchip_npu_name(s), rk_npu_task_reason(s->task));
        }
        rockchip_npu_stuck(s, rk_npu_task_reason(s->task));
        break;
    case RK_NPU_READ_ERROR:
    case RK_NPU_WRITE_ERROR:
        rockchip_npu_dma_error(s, r);
        break;
    default:
        break;
    }
}

static void rockchip_npu_timer(void *opaque)
{
    RockchipNPUState *s = opaque;

    if (s->phase == NPU_RUN) {
        rockchip_npu_slice_done(s);
    } else {
        rockchip_npu_advance(s);
    }
}

static void rockchip_npu_retry(void *opaque)
{
    rockchip_npu_advance(opaque);
}

/* Cores that must not run at the same time spoil each other (A.4). */
static void rockchip_npu_collide(RockchipNPUState *s)
{
    unsigned i;

    s->spoilt = false;
    for (i = 0; s->soc->one_at_a_time && i < ROCKCHIP_NPU_MAX_CORES; i++) {
        RockchipNPUState *other = s->first->core[i];

        if (other && other != s && other->phase != NPU_IDLE) {
            s->spoilt = other->spoilt = true;
            s->collisions++;
            qemu_log_mask(LOG_GUEST_ERROR, "%s: kick while %s is busy: both "
                          "results are lost\n", rockchip_npu_name(s),
                          rockchip_npu_name(other));
        }
    }
}

/* Common start of PC and slave mode kicks. */
static void rockchip_npu_begin_kick(RockchipNPUState *s, bool by_pc)
{
    int64_t now = rockchip_npu_now();

    if (s->jobs) {
        s->idle_gap_ns += now - s->idle_since_ns;
    }
    s->jobs++;
    s->kick_ns = now;
    s->by_pc = by_pc;
    s->task_status_idle = 0;
    if (s->soc->init && !s->first->init_done) {
        s->uninitialised_kicks++;
        qemu_log_mask(LOG_GUEST_ERROR, "%s: kick without the set-up sequence\n",
                      rockchip_npu_name(s));
    }
    rockchip_npu_collide(s);
}

/* OPERATION_ENABLE of the PC, written by MMIO. */
static void rockchip_npu_kick(RockchipNPUState *s)
{
    if (s->phase != NPU_IDLE) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: kick while busy ignored\n",
                      rockchip_npu_name(s));
        return;
    }
    rockchip_npu_begin_kick(s, true);
    if (s->fault_stuck_reset || s->fault_hang) {
        s->fault_hang -= !s->fault_stuck_reset;
        rockchip_npu_stuck(s, "injected fault");
    } else if (FIELD_EX32(s->base_address, PC_BASE_ADDRESS, PC_SEL)) {
        rockchip_npu_stuck(s, "PC started in slave mode");
    } else if (s->task_count >= rockchip_npu_task_number(s)) {
        rockchip_npu_stuck(s, "task counter is not below TASK_NUMBER");
    } else {
        s->phase = NPU_FETCH;
        timer_mod(s->timer, s->kick_ns + s->fetch_ns);
    }
}

/* Blocks were armed in slave mode: run them once they form a pipeline. */
static void rockchip_npu_slave_start(RockchipNPUState *s)
{
    if (s->phase != NPU_IDLE || !rockchip_npu_start_task(s)) {
        return;
    }
    rockchip_npu_begin_kick(s, false);
    if (s->fault_stuck_reset || s->fault_hang) {
        s->fault_hang -= !s->fault_stuck_reset;
        rockchip_npu_stuck(s, "injected fault");
        return;
    }
    timer_mod(s->timer, s->kick_ns + s->fetch_ns);
}

/*
 * Registers
 */

static uint32_t rockchip_npu_task_status(const RockchipNPUState *s)
{
    uint32_t number = rockchip_npu_task_number(s);
    uint32_t started, completed;

    if (!s->soc->status_counts) {
        return s->task_count | s->task_status_idle;
    }
    completed = s->task_count + (s->phase == NPU_STORE);
    started = completed + (s->phase == NPU_LOAD || s->phase == NPU_RUN);
    return number ? FIELD_DP32(started % number, PC_TASK_STATUS, COMPLETED,
                               completed % number) : 0;
}

static uint32_t rockchip_npu_read_pc(RockchipNPUState *s, unsigned offset)
{
    if (offset == s->soc->task_status) {
        return rockchip_npu_task_status(s);
    }
    switch (offset) {
    case A_PC_VERSION:
        return s->soc->version;
    case A_PC_VERSION_NUM:
        return s->soc->version_num;
    case A_PC_0x18:
        return s->soc->pc_0x18;
    case A_PC_BASE_ADDRESS:
        return s->base_address;
    case A_PC_REGISTER_AMOUNTS:
        return s->register_amounts;
    case A_PC_INTERRUPT_MASK:
        return s->int_mask | s->soc->mask_ones;
    case A_PC_INTERRUPT_STATUS:
        return s->int_raw & s->int_mask;
    case A_PC_INTERRUPT_RAW_STATUS:
        return s->int_raw;
    case A_PC_TASK_CON:
        return s->task_con;
    case A_PC_TASK_DMA_BASE_ADDR:
        return s->task_dma_base;
    default:
        /* OPERATION_ENABLE clears itself, INTERRUPT_CLEAR is write only */
        return 0;
    }
}

static void rockchip_npu_write_pc(RockchipNPUState *s, unsigned offset,
                                  uint32_t value, bool from_stream)
{
    switch (offset) {
    case A_PC_OPERATION_ENABLE:
        /* 0 has no effect: the start bit is a pulse (C.2) */
        if (FIELD_EX32(value, PC_OPERATION_ENABLE, OP_EN) && !from_stream) {
            rockchip_npu_kick(s);
        }
        break;
    case A_PC_BASE_ADDRESS:
        s->base_address = value & (R_PC_BASE_ADDRESS_PC_SOURCE_ADDR_MASK |
                                   R_PC_BASE_ADDRESS_PC_SEL_MASK);
        s->link_seen = true;
        break;
    case A_PC_REGISTER_AMOUNTS:
        s->register_amounts = value;
        break;
    case A_PC_INTERRUPT_MASK:
        s->int_mask = value & INT_ALL;
        rockchip_npu_update_irq(s);
        break;
    case A_PC_INTERRUPT_CLEAR:
        s->int_raw &= ~value;
        s->int_held &= s->int_raw;
        s->int_swallowed &= s->int_raw;
        rockchip_npu_update_irq(s);
        break;
    case A_PC_TASK_CON:
        s->task_con = value;
        if (rockchip_npu_task_count_clear(s)) {
            s->task_count = 0;
        }
        break;
    case A_PC_TASK_DMA_BASE_ADDR:
        s->task_dma_base = value & R_PC_TASK_DMA_BASE_ADDR_DMA_BASE_ADDR_MASK;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: write to PC register 0x%x\n",
                      rockchip_npu_name(s), offset);
        break;
    }
}

static bool rockchip_npu_check_access(RockchipNPUState *s, hwaddr offset)
{
    bool exists = s->core_id < s->soc->num_cores;

    if (exists && rockchip_npu_reachable(s)) {
        return true;
    }
    s->bus_errors++;
    qemu_log_mask(LOG_GUEST_ERROR,
                  "%s: access to 0x%" HWADDR_PRIx " while %s\n",
                  rockchip_npu_name(s), offset,
                  !exists ? "the SoC has no such core" :
                  !s->powered ? "without power" :
                  rockchip_npu_in_reset(s) ? "in reset" : "without clock");
    return false;
}

/* Nothing decodes this page on the RK3588, and the bus waits for ever (A.3). */
static void rockchip_npu_forbidden(RockchipNPUState *s, hwaddr offset)
{
    error_report("%s: access to 0x%" HWADDR_PRIx
                 " hangs the SoC; the machine stops", rockchip_npu_name(s),
                 offset);
    vm_stop(RUN_STATE_INTERNAL_ERROR);
}

static MemTxResult rockchip_npu_read(void *opaque, hwaddr offset,
                                     uint64_t *data, unsigned size,
                                     MemTxAttrs attrs)
{
    RockchipNPUState *s = opaque;
    unsigned window = offset >> 12, reg = offset & 0xfff;

    *data = 0;
    if (!rockchip_npu_check_access(s, offset)) {
        return MEMTX_ERROR;
    }
    s->mmio_reads++;

    if (window == WINDOW_0x2000 && !s->soc->block_0x2000) {
        rockchip_npu_forbidden(s, offset);
        return MEMTX_OK;
    }
    switch (window) {
    case WINDOW_PC:
        *data = rockchip_npu_read_pc(s, offset);
        break;
    case WINDOW_DDMA:
        if (offset == A_DDMA_CFG_STATUS) {
            *data = FIELD_DP32(0, DDMA_CFG_STATUS, IDEL,
                               s->phase == NPU_IDLE || s->phase == NPU_STUCK);
        } else if (reg / 4 < ROCKCHIP_NPU_DMA_REGS) {
            *data = s->ddma[reg / 4];
        }
        break;
    case WINDOW_SDMA:
        if (reg / 4 < ROCKCHIP_NPU_DMA_REGS) {
            *data = s->sdma[reg / 4];
        }
        break;
    default:
        if (window <= WINDOW_PPU_RDMA) {
            *data = rockchip_npu_read_block(s, window - 1, reg);
        }
        break;
    }
    return MEMTX_OK;
}

/* The first core hears whether software writes the set-up sequence (A.5). */
static void rockchip_npu_follow_init(RockchipNPUState *s, uint32_t offset,
                                     uint32_t value)
{
    const RockchipNPUInitStep *init = s->soc->init;
    unsigned *next = &s->init_next;

    if (!init || s != s->first) {
        return;
    }
    if (offset != init[*next].offset || value != init[*next].value) {
        *next = 0;
    }
    if (offset == init[*next].offset && value == init[*next].value) {
        ++*next;
    }
    if (*next == s->soc->init_steps) {
        *next = 0;
        s->init_done = true;
    }
}

static MemTxResult rockchip_npu_write(void *opaque, hwaddr offset,
                                      uint64_t data, unsigned size,
                                      MemTxAttrs attrs)
{
    RockchipNPUState *s = opaque;
    unsigned window = offset >> 12, reg = offset & 0xfff;
    bool slave = FIELD_EX32(s->base_address, PC_BASE_ADDRESS, PC_SEL);

    if (!rockchip_npu_check_access(s, offset)) {
        return MEMTX_ERROR;
    }
    s->mmio_writes++;

    rockchip_npu_follow_init(s, offset, data);
    if (window == WINDOW_0x2000 && !s->soc->block_0x2000) {
        rockchip_npu_forbidden(s, offset);
        return MEMTX_OK;
    }
    switch (window) {
    case WINDOW_PC:
        rockchip_npu_write_pc(s, offset, data, false);
        return MEMTX_OK;
    case WINDOW_DDMA:
        if (reg / 4 < ROCKCHIP_NPU_DMA_REGS) {
            s->ddma[reg / 4] = data;
        }
        return MEMTX_OK;
    case WINDOW_SDMA:
        if (reg / 4 < ROCKCHIP_NPU_DMA_REGS) {
            s->sdma[reg / 4] = data;
        }
        return MEMTX_OK;
    default:
        break;
    }

    /* the blocks listen to the bus in slave mode only (C.1) */
    if (!slave) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "%s: write to 0x%" HWADDR_PRIx " in PC mode ignored\n",
                      rockchip_npu_name(s), offset);
    } else if (window <= WINDOW_PPU_RDMA) {
        rockchip_npu_write_block(s, window - 1, reg, data);
        if (reg == A_OPERATION_ENABLE) {
            rockchip_npu_slave_start(s);
        }
    } else if (offset == A_GLOBAL_OPERATION_ENABLE) {
        rockchip_npu_arm_blocks(s, data);
        rockchip_npu_slave_start(s);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps rockchip_npu_ops = {
    .read_with_attrs = rockchip_npu_read,
    .write_with_attrs = rockchip_npu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl.min_access_size = 4,
    .impl.max_access_size = 4,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

/*
 * Reset, power, clocks
 */

/* AXI reset: whatever runs is gone, and so are CBUF and IOMMU state. */
static void rockchip_npu_reset_datapath(RockchipNPUState *s)
{
    if (s->phase != NPU_IDLE) {
        rockchip_npu_account_busy(s);
    }
    timer_del(s->timer);
    rk_npu_task_reset(s->task);
    s->phase = NPU_IDLE;
    s->running = 0;
    s->task_count = 0;
    s->task_status_idle = s->soc->status_reset;
    s->spoilt = false;
    s->mmu_error = false;
    s->init_next = 0;
    s->init_done = false;
    if (s->iommu) {
        rockchip_iommu_block_reset(s->iommu);
    }
}

/* AHB reset: every register. */
static void rockchip_npu_reset_registers(RockchipNPUState *s)
{
    unsigned block;

    for (block = 0; block < RK_NPU_NUM_BLOCKS; block++) {
        block_reset(&s->block[block], block);
    }
    s->base_address = s->soc->base_address_reset;
    s->register_amounts = 0;
    s->task_con = 0;
    s->task_dma_base = 0;
    s->int_raw = 0;
    s->int_mask = INT_ALL;
    s->int_held = 0;
    s->int_swallowed = 0;
    s->pc_done_second = false;
    memset(s->ddma, 0, sizeof(s->ddma));
    memset(s->sdma, 0, sizeof(s->sdma));
    s->ddma[(A_DDMA_CFG_OUTSTANDING & 0xfff) / 4] = 0xfff;
    s->ddma[(A_DDMA_RD_WEIGHT_0 & 0xfff) / 4] = 0x01010101;
    s->ddma[(A_DDMA_WR_WEIGHT_0 & 0xfff) / 4] = 0x00010101;
    s->ddma[(A_DDMA_RD_WEIGHT_1 & 0xfff) / 4] = 0x00000101;
    rockchip_npu_update_irq(s);
}

static void rockchip_npu_reset_all(RockchipNPUState *s)
{
    rockchip_npu_reset_datapath(s);
    rockchip_npu_reset_registers(s);
}

static void rockchip_npu_set_power(void *opaque, int n, int level)
{
    RockchipNPUState *s = opaque;

    if (s->powered == level) {
        return;
    }
    if (!level) {
        rockchip_npu_reset_all(s);
    }
    s->powered = level;
    rockchip_npu_clock_changed(s);
}

static void rockchip_npu_set_reset_a(void *opaque, int n, int level)
{
    RockchipNPUState *s = opaque;

    if (level && !s->reset_a && !s->fault_stuck_reset) {
        rockchip_npu_reset_datapath(s);
    }
    s->reset_a = level;
    rockchip_npu_clock_changed(s);
}

static void rockchip_npu_set_reset_h(void *opaque, int n, int level)
{
    RockchipNPUState *s = opaque;

    if (level && !s->reset_h && !s->fault_stuck_reset) {
        rockchip_npu_reset_registers(s);
    }
    s->reset_h = level;
    rockchip_npu_clock_changed(s);
}

static void rockchip_npu_clock_update(void *opaque, ClockEvent event)
{
    rockchip_npu_clock_changed(opaque);
}

static void rockchip_npu_reset_hold(Object *obj, ResetType type)
{
    rockchip_npu_reset_all(ROCKCHIP_NPU_CORE(obj));
}

/*
 * QOM
 */

static bool rockchip_npu_get_stuck_reset(Object *obj, Error **errp)
{
    return ROCKCHIP_NPU_CORE(obj)->fault_stuck_reset;
}

/* While set the core is busy and deaf; afterwards a reset brings it back. */
static void rockchip_npu_set_stuck_reset(Object *obj, bool value, Error **errp)
{
    RockchipNPUState *s = ROCKCHIP_NPU_CORE(obj);

    if (value && s->phase != NPU_IDLE && s->phase != NPU_STUCK) {
        rockchip_npu_stuck(s, "injected fault");
    }
    s->fault_stuck_reset = value;
}

static const RockchipCounter rockchip_npu_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipNPUState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipNPUState, mmio_writes),
    ROCKCHIP_COUNTER("irqs", RockchipNPUState, irqs),
    ROCKCHIP_COUNTER("bus-errors", RockchipNPUState, bus_errors),
    ROCKCHIP_COUNTER("jobs", RockchipNPUState, jobs),
    ROCKCHIP_COUNTER("tasks", RockchipNPUState, tasks),
    ROCKCHIP_COUNTER("dma-read-bytes", RockchipNPUState, dma_read_bytes),
    ROCKCHIP_COUNTER("dma-write-bytes", RockchipNPUState, dma_write_bytes),
    ROCKCHIP_COUNTER("dma-errors", RockchipNPUState, dma_errors),
    ROCKCHIP_COUNTER("busy-ns", RockchipNPUState, busy_ns),
    ROCKCHIP_COUNTER("idle-gap-ns", RockchipNPUState, idle_gap_ns),
    ROCKCHIP_COUNTER("macs", RockchipNPUState, macs),
    ROCKCHIP_COUNTER("hangs", RockchipNPUState, hangs),
    ROCKCHIP_COUNTER("unsupported", RockchipNPUState, unsupported),
    ROCKCHIP_COUNTER("collisions", RockchipNPUState, collisions),
    ROCKCHIP_COUNTER("uninitialised-kicks", RockchipNPUState,
                     uninitialised_kicks),
    { }
};

static void rockchip_npu_init(Object *obj)
{
    RockchipNPUState *s = ROCKCHIP_NPU_CORE(obj);
    DeviceState *dev = DEVICE(obj);

    s->clk_npu = qdev_init_clock_in(dev, "npu", rockchip_npu_clock_update, s,
                                    ClockUpdate);
    s->aclk = qdev_init_clock_in(dev, "aclk", rockchip_npu_clock_update, s,
                                 ClockUpdate);
    s->hclk = qdev_init_clock_in(dev, "hclk", rockchip_npu_clock_update, s,
                                 ClockUpdate);
    s->pclk = qdev_init_clock_in(dev, "pclk", rockchip_npu_clock_update, s,
                                 ClockUpdate);
    qdev_init_gpio_in_named(dev, rockchip_npu_set_power, "power", 1);
    qdev_init_gpio_in_named(dev, rockchip_npu_set_reset_a, "reset-a", 1);
    qdev_init_gpio_in_named(dev, rockchip_npu_set_reset_h, "reset-h", 1);
    memory_region_init_io(&s->mmio, obj, &rockchip_npu_ops, s,
                          TYPE_ROCKCHIP_NPU_CORE, ROCKCHIP_NPU_MMIO_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, rockchip_npu_timer, s);
    s->task = rk_npu_task_new();

    rockchip_add_counters(obj, rockchip_npu_counters);
    object_property_add_uint32_ptr(obj, "fault-hang", &s->fault_hang,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "fault-lost-irq", &s->fault_lost_irq,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "fault-dma-read", &s->fault_dma_read,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "fault-dma-write", &s->fault_dma_write,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_bool(obj, "fault-stuck-reset",
                             rockchip_npu_get_stuck_reset,
                             rockchip_npu_set_stuck_reset);
}

static void rockchip_npu_finalize(Object *obj)
{
    RockchipNPUState *s = ROCKCHIP_NPU_CORE(obj);

    timer_free(s->timer);
    rk_npu_task_free(s->task);
    g_free(s->words);
}

static void rockchip_npu_realize(DeviceState *dev, Error **errp)
{
    RockchipNPUState *s = ROCKCHIP_NPU_CORE(dev);

    if (!s->task) {
        error_setg(errp, "out of memory");
        return;
    }
    if (!s->dma_mr) {
        error_setg(errp, "property 'dma-memory' is not set");
        return;
    }
    s->soc = rockchip_npu_soc(s->soc_name);
    if (!s->soc) {
        error_setg(errp, "no NPU of an SoC '%s' is modelled", s->soc_name);
        return;
    }
    if (s->core_id >= ROCKCHIP_NPU_MAX_CORES) {
        error_setg(errp, "property 'core-id' must be below %d",
                   ROCKCHIP_NPU_MAX_CORES);
        return;
    }
    if (!s->dram_mb_per_s || !s->bus_bytes_per_cycle) {
        error_setg(errp, "a core needs some bandwidth");
        return;
    }
    address_space_init(&s->dma_as, s->dma_mr, TYPE_ROCKCHIP_NPU_CORE);
    s->first = s->chip ? s->chip : s;
    s->first->core[s->core_id] = s;
    if (s->iommu) {
        rockchip_iommu_set_retry(s->iommu, rockchip_npu_retry, s);
    }
    if (s->iommu && s->soc->memory_32bit) {
        rockchip_iommu_limit_to_32bit(s->iommu);
    }
}

/* Times and rates are inferred, see README-npu.md. */
static const Property rockchip_npu_properties[] = {
    DEFINE_PROP_STRING("soc", RockchipNPUState, soc_name),
    DEFINE_PROP_LINK("chip", RockchipNPUState, chip, TYPE_ROCKCHIP_NPU_CORE,
                     RockchipNPUState *),
    DEFINE_PROP_UINT32("core-id", RockchipNPUState, core_id, 0),
    DEFINE_PROP_UINT32("dram-mb-per-second", RockchipNPUState, dram_mb_per_s,
                       33792),
    DEFINE_PROP_UINT32("bus-bytes-per-cycle", RockchipNPUState,
                       bus_bytes_per_cycle, 16),
    DEFINE_PROP_UINT32("walk-ns", RockchipNPUState, walk_ns, 100),
    DEFINE_PROP_UINT32("fetch-ns", RockchipNPUState, fetch_ns, 500),
    DEFINE_PROP_LINK("iommu", RockchipNPUState, iommu, TYPE_ROCKCHIP_IOMMU,
                     RockchipIOMMUState *),
    DEFINE_PROP_LINK("dma-memory", RockchipNPUState, dma_mr,
                     TYPE_MEMORY_REGION, MemoryRegion *),
};

/* A task in flight cannot be carried over. */
static const VMStateDescription rockchip_npu_vmstate = {
    .name = TYPE_ROCKCHIP_NPU_CORE,
    .unmigratable = 1,
};

static void rockchip_npu_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Rockchip NPU core";
    dc->realize = rockchip_npu_realize;
    dc->vmsd = &rockchip_npu_vmstate;
    /* mapped, clocked and powered by the machine */
    dc->user_creatable = false;
    device_class_set_props(dc, rockchip_npu_properties);
    rc->phases.hold = rockchip_npu_reset_hold;
}

static const TypeInfo rockchip_npu_info = {
    .name = TYPE_ROCKCHIP_NPU_CORE,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(RockchipNPUState),
    .instance_init = rockchip_npu_init,
    .instance_finalize = rockchip_npu_finalize,
    .class_init = rockchip_npu_class_init,
};

static void rockchip_npu_register_types(void)
{
    type_register_static(&rockchip_npu_info);
}

type_init(rockchip_npu_register_types)
