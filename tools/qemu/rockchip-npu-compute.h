/*
 * Rockchip NPU: what one task computes
 *
 * The data path of one core (CNA, CORE, DPU, DPU_RDMA, PPU, PPU_RDMA) as a
 * function of register contents and memory. Nothing here knows about QEMU, so
 * that the arithmetic can be tested without a guest.
 *
 * A task runs in three steps, so that the caller decides when time passes:
 * rk_npu_task_load() fetches everything the task reads, rk_npu_task_step()
 * computes, rk_npu_task_store() writes the result.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_NPU_COMPUTE_H
#define HW_ROCKCHIP_NPU_COMPUTE_H

/*
 * Blocks of a core; the values are the bits of the start word (B.4). Bit n
 * stands for the register window at (n + 1) * 0x1000, and bit 1 for a block
 * that the RK3588 does not have.
 */
typedef enum RkNpuBlock {
    RK_NPU_CNA = 0,
    RK_NPU_CORE = 2,
    RK_NPU_DPU = 3,
    RK_NPU_DPU_RDMA = 4,
    RK_NPU_PPU = 5,
    RK_NPU_PPU_RDMA = 6,
    RK_NPU_NUM_BLOCKS = 7
} RkNpuBlock;

#define RK_NPU_BLOCK_BIT(block) (1u << (block))
#define RK_NPU_ALL_BLOCKS       0x7du

/* Registers of one block and group, 32-bit words from the block's base */
#define RK_NPU_BLOCK_REGS 128

/**
 * enum RkNpuPort - Bus master port of a transfer
 * @RK_NPU_PORT_FEATURE: register fetch, features and weights
 * @RK_NPU_PORT_POST: everything the DPU and the PPU read and write
 */
typedef enum RkNpuPort {
    RK_NPU_PORT_FEATURE,
    RK_NPU_PORT_POST,
} RkNpuPort;

/**
 * enum RkNpuResult - Outcome of a step
 * @RK_NPU_OK: done
 * @RK_NPU_WAIT: a transfer is held (page fault, stall); repeat the call later
 * @RK_NPU_READ_ERROR: a read got a bus error
 * @RK_NPU_WRITE_ERROR: a write got a bus error
 * @RK_NPU_HANG: the hardware never finishes this program; see RkNpuTask.reason
 */
typedef enum RkNpuResult {
    RK_NPU_OK,
    RK_NPU_WAIT,
    RK_NPU_READ_ERROR,
    RK_NPU_WRITE_ERROR,
    RK_NPU_HANG,
} RkNpuResult;

/**
 * struct RkNpuMemory - How a task reaches memory
 * @read: read @len bytes at @iova; returns OK, WAIT or READ_ERROR
 * @write: write @len bytes at @iova; returns OK, WAIT or WRITE_ERROR
 * @opaque: first argument of both
 */
typedef struct RkNpuMemory {
    RkNpuResult (*read)(void *opaque, RkNpuPort port, uint32_t iova,
                        void *buf, uint32_t len);
    RkNpuResult (*write)(void *opaque, RkNpuPort port, uint32_t iova,
                         const void *buf, uint32_t len);
    void *opaque;
} RkNpuMemory;

/**
 * struct RkNpuRegs - Register groups a task executes
 * @blocks: which blocks were started, %RK_NPU_BLOCK_BIT
 * @block: register words of each block, only read when started
 */
typedef struct RkNpuRegs {
    unsigned blocks;
    const uint32_t *block[RK_NPU_NUM_BLOCKS];
} RkNpuRegs;

/**
 * struct RkNpuCost - What a task costs, for the caller's clock
 * @cycles: cycles of the busiest unit
 * @macs: multiply-accumulates of the convolution, padding included
 * @read_bytes: bytes fetched
 * @write_bytes: bytes written
 * @work: host work, in the unit of rk_npu_task_step()'s budget
 */
typedef struct RkNpuCost {
    uint64_t cycles;
    uint64_t macs;
    uint64_t read_bytes;
    uint64_t write_bytes;
    uint64_t work;
} RkNpuCost;

typedef struct RkNpuTask RkNpuTask;

/**
 * rk_npu_task_new() - Allocate the data path of one core
 *
 * It outlives single tasks, because CBUF contents do (E.13). Returns NULL when
 * out of memory.
 */
RkNpuTask *rk_npu_task_new(void);

/** rk_npu_task_free() - Free the data path */
void rk_npu_task_free(RkNpuTask *task);

/** rk_npu_task_reset() - Forget the running task and the CBUF contents */
void rk_npu_task_reset(RkNpuTask *task);

/**
 * rk_npu_ready() - Can the started blocks run as a pipeline?
 * @regs: started blocks and their registers
 *
 * A block whose partner was not started waits for it; nothing runs then.
 */
bool rk_npu_ready(const RkNpuRegs *regs);

/**
 * rk_npu_task_load() - Decode a task and fetch what it reads
 * @task: the data path
 * @regs: registers of the task; not needed after the call
 * @mem: memory
 * @cost: filled in when RK_NPU_OK is returned
 *
 * After RK_NPU_WAIT call it again with the same registers: it starts over.
 */
RkNpuResult rk_npu_task_load(RkNpuTask *task, const RkNpuRegs *regs,
                             const RkNpuMemory *mem, RkNpuCost *cost);

/**
 * rk_npu_task_step() - Compute for a while
 * @task: a loaded task
 * @budget: stop after about this many units of work, see RkNpuCost
 *
 * Returns true when the result is complete.
 */
bool rk_npu_task_step(RkNpuTask *task, uint64_t budget);

/**
 * rk_npu_task_store() - Write the result
 * @task: a computed task
 * @mem: memory
 *
 * After RK_NPU_WAIT call it again: it goes on with the transfer that was held.
 * RK_NPU_HANG means that the task wrote what the hardware writes, but does not
 * finish.
 */
RkNpuResult rk_npu_task_store(RkNpuTask *task, const RkNpuMemory *mem);

/** rk_npu_task_reason() - Why the last step returned RK_NPU_HANG */
const char *rk_npu_task_reason(const RkNpuTask *task);

/** rk_npu_task_unsupported() - Was it a gap of the model? */
bool rk_npu_task_unsupported(const RkNpuTask *task);

#endif
