// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: power of a core
 *
 * Three things switch a core: its rails, its power domain and its clocks. Runtime
 * PM brackets the domain around our callbacks, so what we switch in them is on for
 * less time than the domain is. For clocks that is right. For rails it is only
 * right if the power-domain driver holds the same rail itself; otherwise the rail
 * would be cut under a powered domain, and would come too late. Then the rails are
 * on for as long as the module is loaded (hardware notes, power 1.7, 1.8).
 *
 * The clock rate is not touched.
 */

#include <linux/clk.h>
#include <linux/device.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/regulator/consumer.h>
#include <linux/slab.h>

#include <sunmao/compat.h>

#include "npu_hw.h"
#include "npu_pm.h"

static int npu_runtime_resume(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);
	int ret;

	ret = regulator_bulk_enable(NPU_NUM_SUPPLIES, hw->supplies);
	if (ret)
		return ret;

	ret = clk_bulk_prepare_enable(NPU_NUM_CLKS, hw->clks);
	if (ret) {
		regulator_bulk_disable(NPU_NUM_SUPPLIES, hw->supplies);
		return ret;
	}

	/* The first one is the compute clock. */
	hw->core.rate_hz = clk_get_rate(hw->clks[0].clk);
	npu_core_set_mmio(&hw->core, true);

	return 0;
}

static int npu_runtime_suspend(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);

	npu_core_set_mmio(&hw->core, false);
	clk_bulk_disable_unprepare(NPU_NUM_CLKS, hw->clks);

	return regulator_bulk_disable(NPU_NUM_SUPPLIES, hw->supplies);
}

static int npu_system_suspend(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);
	int ret;

	npu_core_hold(&hw->core);
	ret = pm_runtime_force_suspend(dev);
	if (ret)
		npu_core_release(&hw->core);

	return ret;
}

static int npu_system_resume(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);
	int ret = pm_runtime_force_resume(dev);

	npu_core_release(&hw->core);

	return ret;
}

const struct dev_pm_ops npu_pm_ops = {
	RUNTIME_PM_OPS(npu_runtime_suspend, npu_runtime_resume, NULL)
	SYSTEM_SLEEP_PM_OPS(npu_system_suspend, npu_system_resume)
};

/**
 * struct npu_rails - rails that are held for as long as the module is loaded
 * @link: in npu_rails_list
 * @dev: core, referenced
 * @supplies: the rails, on
 */
struct npu_rails {
	struct list_head link;
	struct device *dev;
	struct regulator *supplies[NPU_NUM_SUPPLIES];
};

static DEFINE_MUTEX(npu_rails_lock);
static LIST_HEAD(npu_rails_list);

static bool npu_same_supply(struct device_node *np, const char *name,
			    struct device_node *rail)
{
	struct device_node *supply = of_parse_phandle(np, name, 0);

	of_node_put(supply);

	return !supply || supply == rail;
}

/* Domains nest in the device tree as they do in hardware. */
static struct device_node *npu_find_domain(struct device_node *parent, u32 id)
{
	struct device_node *child, *found;
	u32 reg;

	for_each_child_of_node(parent, child) {
		if (!of_property_read_u32(child, "reg", &reg) && reg == id)
			return child;
		found = npu_find_domain(child, id);
		if (found) {
			of_node_put(child);
			return found;
		}
	}

	return NULL;
}

/*
 * Find the rail that the power-domain driver switches for a core: domain-supply
 * of the core's domain or of a domain above it.
 */
static struct device_node *npu_find_domain_rail(struct device_node *np)
{
	struct of_phandle_args args;
	struct device_node *domain, *rail = NULL;

	if (of_parse_phandle_with_args(np, "power-domains",
				       "#power-domain-cells", 0, &args))
		return NULL;

	domain = args.args_count == 1 ?
		npu_find_domain(args.np, args.args[0]) : NULL;
	while (domain && domain != args.np && !rail) {
		rail = of_parse_phandle(domain, "domain-supply", 0);
		domain = of_get_next_parent(domain);
	}
	of_node_put(domain);
	of_node_put(args.np);

	return rail;
}

static bool npu_rails_managed(struct device *dev)
{
	struct device_node *rail;
	bool managed;

	if (!SUNMAO_PMDOMAIN_SWITCHES_RAIL)
		return false;

	rail = npu_find_domain_rail(dev->of_node);
	managed = rail && npu_same_supply(dev->of_node, "npu-supply", rail) &&
		  npu_same_supply(dev->of_node, "sram-supply", rail);
	of_node_put(rail);

	return managed;
}

static void npu_rails_put(struct npu_rails *rails)
{
	unsigned int i;

	for (i = 0; i < NPU_NUM_SUPPLIES; i++) {
		if (!rails->supplies[i])
			continue;
		regulator_disable(rails->supplies[i]);
		regulator_put(rails->supplies[i]);
	}
	put_device(rails->dev);
	kfree(rails);
}

static int npu_rails_get(struct npu_rails *rails)
{
	struct regulator *supply;
	unsigned int i;
	int ret;

	for (i = 0; i < NPU_NUM_SUPPLIES; i++) {
		supply = regulator_get(rails->dev, npu_supply_names[i]);
		if (IS_ERR(supply))
			return PTR_ERR(supply);
		ret = regulator_enable(supply);
		if (ret) {
			regulator_put(supply);
			return ret;
		}
		rails->supplies[i] = supply;
	}

	return 0;
}

/**
 * npu_rails_hold() - hold the rails of a core if nobody else does
 * @dev: core
 *
 * The earlier the better: powering the domain of a core happens before its driver
 * is asked, even before it is bound, on behalf of the IOMMU. Holding twice is fine.
 *
 * Return: 0 or an error.
 */
int npu_rails_hold(struct device *dev)
{
	struct npu_rails *rails;
	int ret = 0;

	if (npu_rails_managed(dev))
		return 0;

	mutex_lock(&npu_rails_lock);
	list_for_each_entry(rails, &npu_rails_list, link) {
		if (rails->dev == dev)
			goto unlock;
	}

	ret = -ENOMEM;
	rails = kzalloc_obj(*rails);
	if (!rails)
		goto unlock;
	rails->dev = get_device(dev);
	ret = npu_rails_get(rails);
	if (ret)
		npu_rails_put(rails);
	else
		list_add(&rails->link, &npu_rails_list);
unlock:
	mutex_unlock(&npu_rails_lock);

	return ret;
}

/*
 * The IOMMU of a core, the last user of its domain, may be about to sleep. The
 * domain has to be off before its rail is.
 */
static void npu_rails_settle(struct device *dev)
{
	struct device_node *np = of_parse_phandle(dev->of_node, "iommus", 0);
	struct platform_device *mmu = np ? of_find_device_by_node(np) : NULL;

	if (mmu) {
		pm_runtime_suspend(&mmu->dev);
		put_device(&mmu->dev);
	}
	of_node_put(np);
}

/**
 * npu_rails_release() - end of npu_rails_hold() for all cores
 *
 * No core is bound any more.
 */
void npu_rails_release(void)
{
	struct npu_rails *rails, *next;

	mutex_lock(&npu_rails_lock);
	list_for_each_entry(rails, &npu_rails_list, link)
		npu_rails_settle(rails->dev);
	list_for_each_entry_safe(rails, next, &npu_rails_list, link) {
		list_del(&rails->link);
		npu_rails_put(rails);
	}
	mutex_unlock(&npu_rails_lock);
}

/**
 * npu_rails_hold_all() - hold the rails of all cores that may be bound
 * @matches: what the driver binds to
 *
 * A core whose rail cannot be had yet is left to its probe. Where a rail is there
 * but does not come up, no core may be bound: powering its domain would crash.
 *
 * Return: 0 or an error, with nothing held.
 */
int npu_rails_hold_all(const struct of_device_id *matches)
{
	struct platform_device *pdev;
	struct device_node *np;
	int ret = 0;

	for_each_matching_node(np, matches) {
		pdev = of_find_device_by_node(np);
		if (!pdev)
			continue;
		ret = npu_rails_hold(&pdev->dev);
		if (ret && ret != -EPROBE_DEFER)
			dev_err(&pdev->dev, "cannot switch the rails on: %pe\n",
				ERR_PTR(ret));
		put_device(&pdev->dev);
		if (ret && ret != -EPROBE_DEFER) {
			of_node_put(np);
			npu_rails_release();
			return ret;
		}
	}

	return 0;
}
