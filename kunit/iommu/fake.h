/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: fake memory and fake banks
 */
#ifndef _SUNMAO_KUNIT_IOMMU_FAKE_H_
#define _SUNMAO_KUNIT_IOMMU_FAKE_H_

#include <kunit/test.h>

#include "iommu_hw.h"
#include "iommu_pgtable.h"

#define FAKE_TABLES	64

/**
 * struct fake_page - a table as the CPU and as the hardware sees it
 * @cpu: what the driver writes
 * @ram: what has reached memory
 */
struct fake_page {
	u32 *cpu;
	u32 *ram;
};

/**
 * struct fake_memory - memory with a cache that is written back by command only
 * @test: fails when memory is misused
 * @base: bus address of the first page
 * @page: by bus address
 * @allocs: of pages that are in use
 * @total: of pages that were ever taken
 * @cleans: cache operations
 * @fail: let this many allocations pass, then fail (negative: never)
 */
struct fake_memory {
	struct kunit *test;
	u64 base;
	struct fake_page page[FAKE_TABLES];
	unsigned int allocs;
	unsigned int total;
	unsigned int cleans;
	int fail;
};

extern const struct rkmmu_memory_ops fake_memory_ops;

struct fake_memory *fake_memory_new(struct kunit *test, u64 base);
u64 fake_memory_walk(struct fake_memory *mem, u32 root, u32 iova, u32 *flags);

/**
 * struct fake_bank - registers that behave as IOMMU 10 says
 * @root: DTE_ADDR
 * @status: STATUS
 * @fault_addr: PAGE_FAULT_ADDR
 * @raw: pending interrupts
 * @mask: INT_MASK
 * @gating: AUTO_GATING
 * @no_stall: ignore the stall command
 * @no_reset: ignore the reset command
 * @dead: read zero, ignore writes
 * @sticky_fault: acknowledging brings the fault back
 * @root_while_running: the directory was changed under the master's feet
 * @reads: counted
 * @writes: counted
 * @waited_us: asked for between reads
 * @longest_us: of these
 * @zap_all: ZAP_CACHE commands
 * @zap_line: ZAP_ONE_LINE writes
 * @last_line: of @zap_line
 * @resets: FORCE_RESET commands
 * @acks: PAGE_FAULT_DONE commands
 */
struct fake_bank {
	u32 root;
	u32 status;
	u32 fault_addr;
	u32 raw;
	u32 mask;
	u32 gating;
	bool no_stall;
	bool no_reset;
	bool dead;
	bool sticky_fault;
	bool root_while_running;
	unsigned int reads;
	unsigned int writes;
	unsigned int waited_us;
	unsigned int longest_us;
	unsigned int zap_all;
	unsigned int zap_line;
	u32 last_line;
	unsigned int resets;
	unsigned int acks;
};

extern const struct rkmmu_bus fake_bus;

void fake_bank_reset(struct fake_bank *bank);
void fake_bank_fault(struct fake_bank *bank, u32 iova, bool write);
void fake_banks_attach(struct rkmmu_hw *hw, struct fake_bank *banks,
		       unsigned int num);

#endif /* _SUNMAO_KUNIT_IOMMU_FAKE_H_ */
