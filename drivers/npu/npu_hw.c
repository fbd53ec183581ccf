// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: registers, clocks, resets and the interrupt of a core
 *
 * Only the three windows that the device tree names are mapped: an access to the
 * gap between them hangs the SoC (hardware notes, NPU F5).
 *
 * Whether a reset took effect is not decided by numbers from a book: what the
 * core reads right after the reset at probe, when it is known to be idle, is what
 * it has to read after every later one.
 */

#include <linux/clk.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/reset.h>

#include <kunit/visibility.h>

#include "npu_dvfs.h"
#include "npu_hw.h"
#include "npu_kick.h"
#include "npu_regs.h"
#include "npu_soc.h"
#include "npu_vm.h"

static const char * const npu_clk_names[NPU_NUM_CLKS] = {
	"npu", "aclk", "hclk", "pclk",
};

static const char * const npu_reset_names[NPU_NUM_RESETS] = {
	"srst_a", "srst_h",
};

static u32 npu_pc_read(struct npu_hw *hw, u32 reg)
{
	return readl(hw->pc + reg);
}

static void npu_pc_write(struct npu_hw *hw, u32 reg, u32 value)
{
	writel_relaxed(value, hw->pc + reg);
}

/*
 * A power-on that failed leaves an error behind that makes every later attempt
 * fail, on the core and on its IOMMU, which is powered along with it. The cause
 * may be gone by then (a busy I2C bus on the way to the regulator).
 */
static void npu_hw_clear_pm_error(struct npu_hw *hw)
{
	struct device *dev = hw->core.dev;
	struct platform_device *mmu;

	mmu = of_find_device_by_node(hw->core.mmu_node);
	if (mmu) {
		if (mmu->dev.power.runtime_error)
			pm_runtime_set_suspended(&mmu->dev);
		put_device(&mmu->dev);
	}
	if (dev->power.runtime_error)
		pm_runtime_set_suspended(dev);
}

static int npu_hw_power_on(struct npu_core *core)
{
	int ret = pm_runtime_resume_and_get(core->dev);

	if (ret)
		npu_hw_clear_pm_error(to_npu_hw(core));

	return ret;
}

static void npu_hw_power_off(struct npu_core *core)
{
	pm_runtime_mark_last_busy(core->dev);
	pm_runtime_put_autosuspend(core->dev);
}

/*
 * The sequence of NPU C.1. The streams were written by the CPU long ago and made
 * visible with dma_sync or the barrier of the last write below.
 */
static void npu_hw_kick(struct npu_core *core, const struct npu_kick *kick)
{
	struct npu_hw *hw = to_npu_hw(core);

	npu_pc_write(hw, NPU_PC_BASE_ADDRESS, NPU_PC_SLAVE_MODE);
	writel_relaxed(hw->pointer, hw->cna + NPU_S_POINTER);
	writel_relaxed(hw->pointer, hw->core_regs + NPU_S_POINTER);
	npu_pc_write(hw, NPU_PC_BASE_ADDRESS, kick->base);
	npu_pc_write(hw, NPU_PC_REGISTER_AMOUNTS, kick->amount);
	npu_pc_write(hw, NPU_PC_INTERRUPT_CLEAR, NPU_INT_ALL);
	npu_pc_write(hw, NPU_PC_INTERRUPT_MASK, kick->int_mask);
	npu_pc_write(hw, NPU_PC_TASK_CON, kick->task_con);
	npu_pc_write(hw, NPU_PC_TASK_DMA_BASE_ADDR, 0);
	writel(1, hw->pc + NPU_PC_OPERATION_ENABLE);
}

static u32 npu_hw_status(struct npu_core *core)
{
	return npu_pc_read(to_npu_hw(core), NPU_PC_INTERRUPT_STATUS);
}

static void npu_hw_ack(struct npu_core *core, u32 events)
{
	npu_pc_write(to_npu_hw(core), NPU_PC_INTERRUPT_CLEAR, NPU_INT_ALL);
}

static void npu_hw_stop(struct npu_core *core)
{
	npu_pc_write(to_npu_hw(core), NPU_PC_INTERRUPT_MASK, 0);
}

static void npu_hw_read_state(struct npu_hw *hw, struct npu_reset_state *state)
{
	state->version = npu_pc_read(hw, NPU_PC_VERSION);
	state->int_mask = npu_pc_read(hw, NPU_PC_INTERRUPT_MASK);
	state->cna_status = readl(hw->cna + NPU_S_STATUS);
	state->core_status = readl(hw->core_regs + NPU_S_STATUS);
}

static int npu_hw_pulse_reset(struct npu_hw *hw)
{
	int ret;

	ret = reset_control_bulk_assert(NPU_NUM_RESETS, hw->resets);
	udelay(hw->core.soc->reset_us);
	if (!ret)
		ret = reset_control_bulk_deassert(NPU_NUM_RESETS, hw->resets);
	udelay(hw->core.soc->reset_us);

	return ret;
}

static int npu_hw_reset(struct npu_core *core)
{
	struct npu_hw *hw = to_npu_hw(core);
	struct npu_reset_state state;

	if (npu_hw_pulse_reset(hw))
		return -EIO;

	npu_hw_read_state(hw, &state);
	if (memcmp(&state, &hw->after_reset, sizeof(state)))
		return -EIO;

	/* An idle core has nothing to say. Does it listen? */
	npu_pc_write(hw, NPU_PC_INTERRUPT_MASK, 0);
	npu_pc_write(hw, NPU_PC_INTERRUPT_CLEAR, NPU_INT_ALL);
	if (npu_pc_read(hw, NPU_PC_INTERRUPT_MASK))
		return -EIO;

	return 0;
}

static int npu_hw_attach(struct npu_core *core, struct npu_vm *vm)
{
	return iommu_attach_device(vm->domain, core->dev);
}

static void npu_hw_detach(struct npu_core *core, struct npu_vm *vm)
{
	iommu_detach_device(vm->domain, core->dev);
}

static void npu_hw_irq_off(struct npu_core *core)
{
	disable_irq_nosync(to_npu_hw(core)->irq);
}

static void npu_hw_irq_on(struct npu_core *core)
{
	enable_irq(to_npu_hw(core)->irq);
}

static void npu_hw_describe(struct npu_core *core, char *line, size_t size)
{
	struct npu_hw *hw = to_npu_hw(core);

	scnprintf(line, size, ": raw %#x mask %#x base %#x cna %#x core %#x",
		  npu_pc_read(hw, NPU_PC_INTERRUPT_RAW),
		  npu_pc_read(hw, NPU_PC_INTERRUPT_MASK),
		  npu_pc_read(hw, NPU_PC_BASE_ADDRESS),
		  readl(hw->cna + NPU_S_STATUS),
		  readl(hw->core_regs + NPU_S_STATUS));
}

VISIBLE_IF_KUNIT const struct npu_core_ops npu_hw_ops = {
	.power_on = npu_hw_power_on,
	.power_off = npu_hw_power_off,
	.kick = npu_hw_kick,
	.status = npu_hw_status,
	.ack = npu_hw_ack,
	.stop = npu_hw_stop,
	.reset = npu_hw_reset,
	.attach = npu_hw_attach,
	.detach = npu_hw_detach,
	.irq_off = npu_hw_irq_off,
	.irq_on = npu_hw_irq_on,
	.describe = npu_hw_describe,
};
EXPORT_SYMBOL_IF_KUNIT(npu_hw_ops);

static irqreturn_t npu_hw_irq(int irq, void *data)
{
	return IRQ_RETVAL(npu_core_irq(data));
}

static int npu_hw_map(struct npu_hw *hw, struct platform_device *pdev)
{
	hw->pc = devm_platform_ioremap_resource_byname(pdev, "pc");
	if (IS_ERR(hw->pc))
		return PTR_ERR(hw->pc);
	hw->cna = devm_platform_ioremap_resource_byname(pdev, "cna");
	if (IS_ERR(hw->cna))
		return PTR_ERR(hw->cna);
	hw->core_regs = devm_platform_ioremap_resource_byname(pdev, "core");

	return PTR_ERR_OR_ZERO(hw->core_regs);
}

static void npu_hw_put_node(void *node)
{
	of_node_put(node);
}

static void npu_hw_put_supplies(void *supplies)
{
	npu_supplies_put(supplies);
}

static int npu_hw_get_supplies(struct device *dev, struct npu_supplies *supplies)
{
	int ret = npu_supplies_get(supplies, dev);

	if (ret)
		return dev_err_probe(dev, ret, "cannot get supplies\n");

	return devm_add_action_or_reset(dev, npu_hw_put_supplies, supplies);
}

/**
 * npu_hw_create() - collect what a core needs
 * @pdev: platform device of the core
 * @soc: constants of the SoC
 *
 * Everything belongs to @pdev's managed resources. Nothing is touched yet.
 *
 * Return: the core, or an ERR_PTR; the reason was logged.
 */
struct npu_hw *npu_hw_create(struct platform_device *pdev,
			     const struct npu_soc *soc)
{
	struct device *dev = &pdev->dev;
	struct resource *res;
	struct npu_hw *hw;
	unsigned int i;
	int ret, id;

	if (!device_iommu_mapped(dev))
		return dev_err_ptr_probe(dev, -ENODEV, "has no IOMMU\n");

	res = platform_get_resource_byname(pdev, IORESOURCE_MEM, "pc");
	if (!res)
		return dev_err_ptr_probe(dev, -EINVAL, "has no pc window\n");
	id = npu_core_number(soc, res->start);
	if (id < 0)
		return dev_err_ptr_probe(dev, id, "%s has no core at %pR\n",
					 soc->name, res);

	hw = devm_kzalloc(dev, sizeof(*hw), GFP_KERNEL);
	if (!hw)
		return ERR_PTR(-ENOMEM);

	npu_core_init(&hw->core, dev, soc, &npu_hw_ops, id);
	hw->pointer = npu_core_pointer(soc, id);

	hw->core.mmu_node = of_parse_phandle(dev->of_node, "iommus", 0);
	ret = devm_add_action_or_reset(dev, npu_hw_put_node, hw->core.mmu_node);
	if (ret)
		return ERR_PTR(ret);

	ret = npu_hw_map(hw, pdev);
	if (ret)
		return dev_err_ptr_probe(dev, ret, "cannot map registers\n");

	hw->irq = platform_get_irq(pdev, 0);
	if (hw->irq < 0)
		return ERR_PTR(hw->irq);

	for (i = 0; i < NPU_NUM_CLKS; i++)
		hw->clks[i].id = npu_clk_names[i];
	ret = devm_clk_bulk_get(dev, NPU_NUM_CLKS, hw->clks);
	if (ret)
		return dev_err_ptr_probe(dev, ret, "cannot get clocks\n");

	for (i = 0; i < NPU_NUM_RESETS; i++)
		hw->resets[i].id = npu_reset_names[i];
	ret = devm_reset_control_bulk_get_exclusive(dev, NPU_NUM_RESETS,
						    hw->resets);
	if (ret)
		return dev_err_ptr_probe(dev, ret, "cannot get resets\n");

	ret = npu_hw_get_supplies(dev, &hw->supplies);
	if (!ret)
		ret = npu_hw_get_supplies(dev, &hw->asleep);
	if (ret)
		return ERR_PTR(ret);

	platform_set_drvdata(pdev, hw);

	return hw;
}

static int npu_hw_wake_up(struct npu_hw *hw)
{
	struct device *dev = hw->core.dev;
	const struct npu_soc *soc = hw->core.soc;
	u32 version;
	int ret;

	ret = npu_hw_pulse_reset(hw);
	if (ret)
		return dev_err_probe(dev, ret, "cannot reset\n");

	npu_hw_read_state(hw, &hw->after_reset);
	version = hw->after_reset.version;
	if (soc->version && version != soc->version)
		return dev_err_probe(dev, -ENODEV,
				     "version is %#x, not %#x\n", version,
				     soc->version);

	ret = npu_hw_reset(&hw->core);
	if (ret)
		return dev_err_probe(dev, ret, "does not come out of reset\n");

	ret = devm_request_irq(dev, hw->irq, npu_hw_irq, IRQF_SHARED,
			       dev_name(dev), &hw->core);
	if (ret)
		return dev_err_probe(dev, ret, "cannot get the interrupt\n");

	version += npu_pc_read(hw, NPU_PC_VERSION_NUM) & 0xffff;
	dev_info(dev, "Rockchip NPU core %u version: %u\n", hw->core.id,
		 version);

	return 0;
}

/**
 * npu_hw_start() - power a core for the first time and prove that it works
 * @hw: core
 *
 * On success runtime PM is on and the interrupt is requested.
 *
 * Return: 0 or an error.
 */
int npu_hw_start(struct npu_hw *hw)
{
	struct device *dev = hw->core.dev;
	int ret;

	hw->core.dvfs = npu_dvfs_join(&hw->core);
	if (IS_ERR(hw->core.dvfs))
		return dev_err_probe(dev, PTR_ERR(hw->core.dvfs),
				     "cannot get the shared clock\n");

	pm_runtime_set_autosuspend_delay(dev, hw->core.soc->autosuspend_ms);
	pm_runtime_use_autosuspend(dev);
	pm_runtime_enable(dev);

	ret = npu_hw_power_on(&hw->core);
	if (ret) {
		dev_err_probe(dev, ret, "cannot power up\n");
		goto err;
	}

	ret = npu_hw_wake_up(hw);
	if (!ret)
		npu_dvfs_start(&hw->core);
	npu_hw_power_off(&hw->core);
	if (ret)
		goto err;

	return 0;

err:
	npu_hw_destroy(hw);
	return ret;
}

/**
 * npu_hw_destroy() - power a core off for good
 * @hw: core that belongs to no device
 *
 * Also if user space has forbidden it to sleep: the clock must not stay up under a
 * domain that nobody needs any more (power 2.4).
 */
void npu_hw_destroy(struct npu_hw *hw)
{
	struct device *dev = hw->core.dev;

	npu_dvfs_stop(&hw->core);
	pm_runtime_dont_use_autosuspend(dev);
	pm_runtime_suspend(dev);
	pm_runtime_force_suspend(dev);
	npu_dvfs_leave(&hw->core);
}

/**
 * npu_hw_shutdown() - leave a core in a state that the next kernel can start from
 * @hw: core
 */
void npu_hw_shutdown(struct npu_hw *hw)
{
	npu_core_hold(&hw->core);
	pm_runtime_force_suspend(hw->core.dev);
}
