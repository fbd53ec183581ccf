/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: a core with real registers
 */
#ifndef _NPU_HW_H_
#define _NPU_HW_H_

#include <linux/clk.h>
#include <linux/container_of.h>
#include <linux/reset.h>

#include "npu_core.h"
#include "npu_pm.h"

struct platform_device;

#define NPU_NUM_CLKS		4
#define NPU_NUM_RESETS		2

/**
 * struct npu_reset_state - registers that tell whether a reset took effect
 * @version: identification
 * @int_mask: interrupt mask, not 0 after reset
 * @cna_status: state of the CNA block, idle after reset
 * @core_status: state of the CORE block, idle after reset
 */
struct npu_reset_state {
	u32 version;
	u32 int_mask;
	u32 cna_status;
	u32 core_status;
};

/**
 * struct npu_hw - a core with real registers
 * @core: the core
 * @pc: PC window
 * @cna: CNA window
 * @core_regs: CORE window
 * @irq: interrupt number, shared with the IOMMU
 * @pointer: S_POINTER value with the core number
 * @after_reset: what the registers read after the reset at probe
 * @clks: clocks by name
 * @resets: both resets
 * @supplies: both rails
 * @asleep: both once more, for the time that the system sleeps
 */
struct npu_hw {
	struct npu_core core;
	void __iomem *pc;
	void __iomem *cna;
	void __iomem *core_regs;
	int irq;
	u32 pointer;
	struct npu_reset_state after_reset;
	struct clk_bulk_data clks[NPU_NUM_CLKS];
	struct reset_control_bulk_data resets[NPU_NUM_RESETS];
	struct npu_supplies supplies;
	struct npu_supplies asleep;
};

static inline struct npu_hw *to_npu_hw(struct npu_core *core)
{
	return container_of(core, struct npu_hw, core);
}

#if IS_ENABLED(CONFIG_KUNIT)
extern const struct npu_core_ops npu_hw_ops;
#endif

struct npu_hw *npu_hw_create(struct platform_device *pdev,
			     const struct npu_soc *soc);
int npu_hw_start(struct npu_hw *hw);
void npu_hw_destroy(struct npu_hw *hw);
void npu_hw_shutdown(struct npu_hw *hw);

#endif /* _NPU_HW_H_ */
