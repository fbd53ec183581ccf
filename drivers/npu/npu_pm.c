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
 * The clock that all cores share has an owner of its own (npu_dvfs.h), which has to
 * know when a core comes and goes.
 */

#include <linux/clk.h>
#include <linux/device.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/regulator/consumer.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include <sunmao/compat.h>

#include "npu_dvfs.h"
#include "npu_hw.h"
#include "npu_opp.h"
#include "npu_pm.h"
#include "npu_soc.h"

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

	npu_dvfs_get(&hw->core);
	npu_core_set_mmio(&hw->core, true);

	return 0;
}

/* Refusing to sleep brings us here again after another autosuspend delay. */
static int npu_runtime_suspend(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);
	int ret;

	npu_core_set_mmio(&hw->core, false);
	ret = npu_dvfs_put(&hw->core);
	if (ret)
		goto stay;

	clk_bulk_disable_unprepare(NPU_NUM_CLKS, hw->clks);
	ret = regulator_bulk_disable(NPU_NUM_SUPPLIES, hw->supplies);
	if (!ret)
		return 0;

	/* The supplies are on, as they were; so were the clocks a moment ago. */
	WARN_ON(clk_bulk_prepare_enable(NPU_NUM_CLKS, hw->clks));
	npu_dvfs_get(&hw->core);
	ret = -EBUSY;
stay:
	npu_core_set_mmio(&hw->core, true);
	pm_runtime_mark_last_busy(dev);

	return ret;
}

/*
 * Power domains go off, and on again, while interrupts are off. A rail behind an I2C
 * bus cannot be switched then: the domain would be powered without it. As long as it
 * is held here, nobody has to; a board that cuts it in its sleep does so by a pin.
 */
static int npu_system_suspend(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);
	int ret;

	ret = regulator_bulk_enable(NPU_NUM_SUPPLIES, hw->supplies);
	if (ret)
		return ret;

	npu_core_hold(&hw->core);
	ret = pm_runtime_force_suspend(dev);
	if (ret) {
		npu_core_release(&hw->core);
		regulator_bulk_disable(NPU_NUM_SUPPLIES, hw->supplies);
	}

	return ret;
}

static int npu_system_resume(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);
	int ret = pm_runtime_force_resume(dev), err;

	npu_core_release(&hw->core);
	err = regulator_bulk_disable(NPU_NUM_SUPPLIES, hw->supplies);

	return ret ?: err;
}

const struct dev_pm_ops npu_pm_ops = {
	RUNTIME_PM_OPS(npu_runtime_suspend, npu_runtime_resume, NULL)
	SYSTEM_SLEEP_PM_OPS(npu_system_suspend, npu_system_resume)
};
EXPORT_SYMBOL_IF_KUNIT(npu_pm_ops);

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

/*
 * The rate that binding a core sets, before its driver is asked and before the core
 * has power. 0 when there is none.
 */
static u32 npu_assigned_rate(struct device_node *np)
{
	struct of_phandle_args npu, clk;
	int i, count, index;
	u32 rate = 0;

	index = of_property_match_string(np, "clock-names", "npu");
	if (index < 0 ||
	    of_parse_phandle_with_args(np, "clocks", "#clock-cells", index,
				       &npu))
		return 0;

	count = of_count_phandle_with_args(np, "assigned-clocks",
					   "#clock-cells");
	for (i = 0; i < count; i++) {
		if (of_parse_phandle_with_args(np, "assigned-clocks",
					       "#clock-cells", i, &clk))
			continue;
		if (clk.np == npu.np && clk.args_count == npu.args_count &&
		    !memcmp(clk.args, npu.args,
			    npu.args_count * sizeof(npu.args[0])))
			of_property_read_u32_index(np, "assigned-clock-rates",
						   i, &rate);
		of_node_put(clk.np);
	}
	of_node_put(npu.np);

	return rate;
}

/* IOMMUs whose domain is kept on for as long as the module is loaded. */
static struct platform_device *npu_kept[NPU_MAX_CORES];
static unsigned int npu_num_kept;

static int npu_keep_domain(struct device_node *core)
{
	struct device_node *np = of_parse_phandle(core, "iommus", 0);
	struct platform_device *mmu = np ? of_find_device_by_node(np) : NULL;
	int ret;

	of_node_put(np);
	if (!mmu || npu_num_kept == NPU_MAX_CORES) {
		ret = -ENODEV;
		goto put;
	}
	ret = pm_runtime_resume_and_get(&mmu->dev);
	if (ret)
		goto put;
	npu_kept[npu_num_kept++] = mmu;

	return 0;

put:
	if (mmu)
		put_device(&mmu->dev);
	return ret;
}

/**
 * npu_boot_rate_release() - end of npu_boot_rate_guard()
 */
void npu_boot_rate_release(void)
{
	while (npu_num_kept) {
		struct platform_device *mmu = npu_kept[--npu_num_kept];

		pm_runtime_put(&mmu->dev);
		put_device(&mmu->dev);
	}
}

/**
 * npu_boot_rate_guard() - do not let the device tree hang the board
 * @matches: what the driver binds to
 *
 * A rate in assigned-clock-rates is set whenever a core is bound, at a time when its
 * domain is off. Any but the parking rate makes the firmware touch the domain, and it
 * never returns (hardware notes, power 2.4). Then the domain has to be on before.
 *
 * Return: 0, or an error if that cannot be had; no core may be bound then.
 */
int npu_boot_rate_guard(const struct of_device_id *matches)
{
	const struct of_device_id *match;
	const struct npu_soc *soc;
	struct device_node *np;
	int ret = 0;
	u32 rate;

	for_each_matching_node_and_match(np, matches, &match) {
		if (!of_device_is_available(np))
			continue;
		soc = match->data;
		rate = npu_assigned_rate(np);
		if (rate <= soc->opp->park_mhz * NPU_HZ_PER_MHZ)
			continue;

		ret = npu_keep_domain(np);
		pr_warn("%pOF: assigned-clock-rates wants %u Hz without power, more than %u MHz: %s\n",
			np, rate, soc->opp->park_mhz,
			ret ? "it would hang the firmware, not binding" :
			"the power stays on to survive that");
		if (ret) {
			of_node_put(np);
			npu_boot_rate_release();
			break;
		}
	}

	return ret;
}
