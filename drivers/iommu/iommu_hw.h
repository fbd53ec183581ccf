/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the banks of an IOMMU
 *
 * All banks of a device hold the same directory and are operated together. Powered
 * and clocked is what the caller has to make sure of.
 */
#ifndef _SUNMAO_IOMMU_HW_H_
#define _SUNMAO_IOMMU_HW_H_

#include <linux/types.h>

struct device;

#define RKMMU_MAX_BANKS		8

/* Faults that nobody resolves, per bank and second, before the bank is silenced. */
#define RKMMU_FAULT_BUDGET	16

/**
 * struct rkmmu_bus - access to registers
 * @read: one register of a bank
 * @write: one register of a bank
 * @wait: sleep between two reads of a bank, microseconds
 */
struct rkmmu_bus {
	u32 (*read)(void __iomem *bank, unsigned int reg);
	void (*write)(void __iomem *bank, unsigned int reg, u32 value);
	void (*wait)(void __iomem *bank, unsigned int us);
};

/**
 * struct rkmmu_bank - one bank
 * @regs: its registers
 * @mask: interrupts that are let through
 * @unresolved: faults since @since
 * @since: start of the current second, jiffies
 */
struct rkmmu_bank {
	void __iomem *regs;
	u32 mask;
	unsigned int unresolved;
	unsigned long since;
};

/**
 * struct rkmmu_hw - the banks of a device
 * @bus: access
 * @dev: for messages
 * @num: of banks
 * @no_reset: a reset while the master runs hangs the bus (IOMMU 7); never do it
 * @bank: the banks
 */
struct rkmmu_hw {
	const struct rkmmu_bus *bus;
	struct device *dev;
	unsigned int num;
	bool no_reset;
	struct rkmmu_bank bank[RKMMU_MAX_BANKS];
};

/**
 * struct rkmmu_fault - what a bank reports
 * @pending: interrupt bits
 * @page: a page fault is waiting for an answer
 * @bus_error: a table or its entry could not be read
 * @write: the access was a write
 * @iova: address of the access
 */
struct rkmmu_fault {
	u32 pending;
	bool page;
	bool bus_error;
	bool write;
	u32 iova;
};

int rkmmu_hw_enable(struct rkmmu_hw *hw, u32 root);
int rkmmu_hw_switch(struct rkmmu_hw *hw, u32 root);
int rkmmu_hw_disable(struct rkmmu_hw *hw);

void rkmmu_hw_zap_all(struct rkmmu_hw *hw);
void rkmmu_hw_zap_page(struct rkmmu_hw *hw, u32 iova);
void rkmmu_hw_barrier(struct rkmmu_hw *hw);

bool rkmmu_hw_fault(struct rkmmu_hw *hw, unsigned int bank,
		    struct rkmmu_fault *fault);
bool rkmmu_hw_fault_done(struct rkmmu_hw *hw, unsigned int bank,
			 const struct rkmmu_fault *fault, bool resolved,
			 unsigned long now);

#endif /* _SUNMAO_IOMMU_HW_H_ */
