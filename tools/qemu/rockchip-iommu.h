/*
 * Rockchip IOMMU, versions 1 and 2
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_IOMMU_H
#define HW_ROCKCHIP_IOMMU_H

#include "hw/sysbus.h"
#include "hw/clock.h"
#include "qemu/timer.h"
#include "qom/object.h"

#define TYPE_ROCKCHIP_IOMMU "rockchip-iommu"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipIOMMUState, ROCKCHIP_IOMMU)

#define ROCKCHIP_IOMMU_MAX_BANKS 4
#define ROCKCHIP_IOMMU_PAGE_BITS 12
#define ROCKCHIP_IOMMU_PAGE_SIZE (1u << ROCKCHIP_IOMMU_PAGE_BITS)
#define ROCKCHIP_IOMMU_BANK_SIZE 0x100

/**
 * enum RockchipIOMMUResult - What became of a translation
 * @ROCKCHIP_IOMMU_OK: the physical address is valid
 * @ROCKCHIP_IOMMU_WAIT: the bank holds the transaction (stall, page fault, no
 *     power or clock); the master's retry callback says when to try again
 * @ROCKCHIP_IOMMU_BUS_ERROR: the table walk got a bus error; the transaction
 *     is answered with an error and is over
 */
typedef enum RockchipIOMMUResult {
    ROCKCHIP_IOMMU_OK,
    ROCKCHIP_IOMMU_WAIT,
    ROCKCHIP_IOMMU_BUS_ERROR,
} RockchipIOMMUResult;

typedef struct RockchipIOMMUBank {
    RockchipIOMMUState *iommu;
    MemoryRegion mmio;
    GHashTable *tlb;

    uint32_t dte_addr;
    uint32_t fault_addr;
    uint32_t int_raw;
    uint32_t int_mask;
    uint32_t auto_gating;
    bool paging;
    bool stalled;
    bool faulted;
    bool fault_was_write;
    bool waiting;
} RockchipIOMMUBank;

struct RockchipIOMMUState {
    SysBusDevice parent_obj;

    RockchipIOMMUBank bank[ROCKCHIP_IOMMU_MAX_BANKS];
    MemoryRegion *dma_mr;
    AddressSpace dma_as;
    qemu_irq irq;
    Clock *aclk;
    Clock *iface;
    QEMUTimer *replay_timer;

    uint32_t version;
    uint32_t num_banks;
    uint32_t replay_delay_ns;
    bool memory_32bit;

    bool powered;
    bool in_reset;
    bool irq_level;

    void (*retry)(void *opaque);
    void *retry_opaque;

    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t irqs;
    uint64_t bus_errors;
    uint64_t tlb_hits;
    uint64_t tlb_misses;
    uint64_t zaps;
    uint64_t page_faults;

    uint32_t fault_page;
    bool fault_stuck_stall;
};

/**
 * rockchip_iommu_translate() - Translate one address of the master
 * @s: the IOMMU
 * @port: master port; ports are spread over the banks
 * @iova: address as the master sees it
 * @is_write: direction of the access
 * @pa: the physical address, valid up to the end of the 4 KiB page when
 *     %ROCKCHIP_IOMMU_OK is returned
 *
 * Fills the TLB, raises page faults and bus errors. A fault or stall makes the
 * master wait: it gets %ROCKCHIP_IOMMU_WAIT and must repeat the call from its
 * retry callback.
 */
RockchipIOMMUResult rockchip_iommu_translate(RockchipIOMMUState *s,
                                             unsigned port, uint32_t iova,
                                             bool is_write, hwaddr *pa);

/**
 * rockchip_iommu_access() - Read or write memory as the master sees it
 * @s: the IOMMU; NULL: addresses are physical
 * @as: what the master reaches
 * @port: master port
 * @iova: address of the first byte
 * @buf: the data
 * @len: how many bytes
 * @is_write: direction
 * @done: bytes that an earlier call has transferred; gets those of this one
 *     added
 *
 * Ends with %ROCKCHIP_IOMMU_BUS_ERROR when the walk or the access itself got
 * one, and with %ROCKCHIP_IOMMU_WAIT like rockchip_iommu_translate().
 */
RockchipIOMMUResult rockchip_iommu_access(RockchipIOMMUState *s,
                                          AddressSpace *as, unsigned port,
                                          uint32_t iova, void *buf,
                                          uint32_t len, bool is_write,
                                          uint32_t *done);

/**
 * rockchip_iommu_limit_to_32bit() - Nothing beyond 4 GiB can be reached
 * @s: the IOMMU
 *
 * Version 1.0, on the memory port of the RK3568's NPU (iommu.md 7, npu.md A.6):
 * tables and pages beyond 4 GiB give a bus error.
 */
void rockchip_iommu_limit_to_32bit(RockchipIOMMUState *s);

/**
 * rockchip_iommu_set_retry() - Register the master's retry callback
 * @s: the IOMMU
 * @retry: called (never from inside rockchip_iommu_translate()) when a
 *     transaction that had to wait may be tried again
 * @opaque: first argument of @retry
 */
void rockchip_iommu_set_retry(RockchipIOMMUState *s,
                              void (*retry)(void *opaque), void *opaque);

/**
 * rockchip_iommu_block_reset() - Reset all banks from the master's reset line
 * @s: the IOMMU
 *
 * The banks sit in the reset domain of their master (iommu.md 7, 10): a reset
 * of the master clears page-table base, paging and TLB. Nothing waits
 * afterwards.
 */
void rockchip_iommu_block_reset(RockchipIOMMUState *s);

#endif
