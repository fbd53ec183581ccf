// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the platform driver: resources and power
 *
 * An IOMMU is clocked as long as runtime PM has it active, which is as long as a
 * master behind it is. Whether registers may be touched is one flag under a
 * spinlock, set before the banks are programmed and cleared after they were
 * stopped, so that no flush can fall between a power transition and its effect.
 */

#include <linux/clk.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>

#include <sunmao/compat.h>
#include <sunmao/foreign.h>

#include "iommu_dev.h"
#include "iommu_regs.h"

static u32 mmio_read(void __iomem *bank, unsigned int reg)
{
	return readl(bank + reg);
}

static void mmio_write(void __iomem *bank, unsigned int reg, u32 value)
{
	writel(value, bank + reg);
}

static void mmio_wait(void __iomem *bank, unsigned int us)
{
	usleep_range(us, 2 * us);
}

static const struct rkmmu_bus rkmmu_mmio = {
	.read = mmio_read,
	.write = mmio_write,
	.wait = mmio_wait,
};

static void set_on(struct rkmmu *mmu, bool on)
{
	spin_lock_irq(&mmu->lock);
	mmu->on = on;
	spin_unlock_irq(&mmu->lock);
}

static int rkmmu_runtime_resume(struct device *dev)
{
	struct rkmmu *mmu = dev_get_drvdata(dev);
	int ret;

	mutex_lock(&mmu->state);
	ret = clk_bulk_enable(mmu->num_clks, mmu->clks);
	if (ret)
		goto out;

	set_on(mmu, true);
	if (mmu->domain)
		ret = rkmmu_hw_enable(&mmu->hw, rkmmu_pgtable_root(&mmu->domain->pt));
	if (ret) {
		set_on(mmu, false);
		clk_bulk_disable(mmu->num_clks, mmu->clks);
	}
out:
	mutex_unlock(&mmu->state);
	return ret;
}

static int rkmmu_runtime_suspend(struct device *dev)
{
	struct rkmmu *mmu = dev_get_drvdata(dev);

	mutex_lock(&mmu->state);
	/* What fails has been reported; power goes, and with it all state. */
	if (mmu->domain)
		rkmmu_hw_disable(&mmu->hw);
	set_on(mmu, false);
	clk_bulk_disable(mmu->num_clks, mmu->clks);
	mutex_unlock(&mmu->state);

	return 0;
}

static int rkmmu_map_banks(struct platform_device *pdev, struct rkmmu *mmu)
{
	struct resource *res;
	void __iomem *regs;
	unsigned int i;

	for (i = 0; (res = platform_get_resource(pdev, IORESOURCE_MEM, i)); i++) {
		if (i == RKMMU_MAX_BANKS)
			return dev_err_probe(&pdev->dev, -EINVAL,
					     "more than %u banks\n",
					     RKMMU_MAX_BANKS);
		if (resource_size(res) <= RKMMU_AUTO_GATING)
			return dev_err_probe(&pdev->dev, -EINVAL,
					     "bank %u: %pR is too small\n", i, res);
		regs = devm_ioremap_resource(&pdev->dev, res);
		if (IS_ERR(regs))
			return PTR_ERR(regs);
		mmu->hw.bank[i].regs = regs;
	}
	if (!i)
		return dev_err_probe(&pdev->dev, -EINVAL, "no registers\n");
	mmu->hw.num = i;

	return 0;
}

static int rkmmu_get_irqs(struct platform_device *pdev, struct rkmmu *mmu)
{
	int i, irq, ret, num = platform_irq_count(pdev);

	if (num <= 0)
		return dev_err_probe(&pdev->dev, num ?: -EINVAL, "no interrupts\n");

	for (i = 0; i < num; i++) {
		irq = platform_get_irq(pdev, i);
		if (irq < 0)
			return irq;
		ret = devm_request_irq(&pdev->dev, irq, rkmmu_irq, IRQF_SHARED,
				       dev_name(&pdev->dev), mmu);
		if (ret)
			return dev_err_probe(&pdev->dev, ret, "interrupt %d\n", i);
	}

	return 0;
}

static int rkmmu_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct rkmmu *mmu;
	int ret;

	mmu = devm_kzalloc(dev, sizeof(*mmu), GFP_KERNEL);
	if (!mmu)
		return -ENOMEM;

	mmu->dev = dev;
	mmu->format = of_device_get_match_data(dev);
	mmu->hw.dev = dev;
	mmu->hw.bus = &rkmmu_mmio;
	mmu->hw.no_reset = device_property_read_bool(dev, "rockchip,disable-mmu-reset");
	mmu->user[0].mmu = mmu;
	mmu->user[1].mmu = mmu;
	mutex_init(&mmu->state);
	spin_lock_init(&mmu->lock);
	INIT_LIST_HEAD(&mmu->masters);
	platform_set_drvdata(pdev, mmu);

	ret = rkmmu_map_banks(pdev, mmu);
	if (ret)
		return ret;

	/*
	 * All of them: some banks need more than their own two, or writes are
	 * lost (RK3576's NPU, IOMMU 7). Old device trees name none.
	 */
	ret = devm_clk_bulk_get_all(dev, &mmu->clks);
	if (ret < 0 && ret != -ENOENT)
		return dev_err_probe(dev, ret, "clocks\n");
	mmu->num_clks = max(ret, 0);

	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(mmu->format->address_bits));
	if (ret)
		return dev_err_probe(dev, ret, "DMA mask\n");

	ret = rkmmu_get_irqs(pdev, mmu);
	if (ret)
		return ret;

	ret = clk_bulk_prepare(mmu->num_clks, mmu->clks);
	if (ret)
		return dev_err_probe(dev, ret, "clocks\n");

	pm_runtime_enable(dev);

	ret = iommu_device_sysfs_add(&mmu->core, dev, NULL, dev_name(dev));
	if (ret)
		goto err_pm;
	ret = iommu_device_register(&mmu->core, &rkmmu_iommu_ops, dev);
	if (ret) {
		dev_err_probe(dev, ret, "registration\n");
		goto err_sysfs;
	}

	return 0;

err_sysfs:
	iommu_device_sysfs_remove(&mmu->core);
	iommu_group_put(mmu->group);
err_pm:
	pm_runtime_disable(dev);
	clk_bulk_unprepare(mmu->num_clks, mmu->clks);
	return ret;
}

/*
 * The masters have been unbound: the driver core does that for the consumers of
 * managed links.
 */
static void rkmmu_remove(struct platform_device *pdev)
{
	struct rkmmu *mmu = platform_get_drvdata(pdev);
	struct device *dev = &pdev->dev;

	iommu_device_unregister(&mmu->core);
	iommu_device_sysfs_remove(&mmu->core);
	rkmmu_detach(mmu);
	iommu_group_put(mmu->group);

	pm_runtime_disable(dev);
	if (!pm_runtime_status_suspended(dev)) {
		rkmmu_runtime_suspend(dev);
		pm_runtime_set_suspended(dev);
	}
	clk_bulk_unprepare(mmu->num_clks, mmu->clks);
}

/* Leave nothing translating for the kernel that kexec starts. */
static void rkmmu_shutdown(struct platform_device *pdev)
{
	pm_runtime_force_suspend(&pdev->dev);
}

static const struct dev_pm_ops rkmmu_pm_ops = {
	RUNTIME_PM_OPS(rkmmu_runtime_suspend, rkmmu_runtime_resume, NULL)
	SYSTEM_SLEEP_PM_OPS(pm_runtime_force_suspend, pm_runtime_force_resume)
};

static const struct of_device_id rkmmu_of_match[] = {
	{ .compatible = "rockchip,iommu", .data = &rkmmu_v1 },
	{ .compatible = "rockchip,rk3568-iommu-v1", .data = &rkmmu_v1_low },
	{ .compatible = "rockchip,rk3568-iommu", .data = &rkmmu_v2 },
	{ }
};
MODULE_DEVICE_TABLE(of, rkmmu_of_match);

static struct platform_driver rkmmu_driver = {
	.probe = rkmmu_probe,
	.remove = rkmmu_remove,
	.shutdown = rkmmu_shutdown,
	.driver = {
		.name = "sunmao-iommu",
		.of_match_table = rkmmu_of_match,
		.pm = pm_ptr(&rkmmu_pm_ops),
	},
};

static int __init rkmmu_init(void)
{
	const char *owner = sunmao_foreign_driver(rkmmu_of_match);

	/* A built-in driver cannot be asked to let go. */
	if (owner) {
		pr_notice("sunmao_iommu: not needed, driver %s has the IOMMUs\n", owner);
		return -EBUSY;
	}

	return platform_driver_register(&rkmmu_driver);
}
module_init(rkmmu_init);

static void __exit rkmmu_exit(void)
{
	platform_driver_unregister(&rkmmu_driver);
}
module_exit(rkmmu_exit);

MODULE_DESCRIPTION("Sunmao driver for Rockchip IOMMUs");
MODULE_AUTHOR("Sunmao developers");
MODULE_LICENSE("GPL");
