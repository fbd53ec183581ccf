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
#include <linux/minmax.h>
#include <linux/notifier.h>
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

/* How often a rail is tried to be switched off before it is left on for good. */
#define NPU_OFF_TRIES	3

static const char * const npu_supply_names[NPU_NUM_SUPPLIES] = {
	"npu", "sram",
};

/**
 * npu_supplies_get() - look a core's rails up
 * @supplies: zeroed, receives them
 * @dev: core
 *
 * Rails that the device tree does not name are dummies.
 *
 * Return: 0, or an error with none held.
 */
int npu_supplies_get(struct npu_supplies *supplies, struct device *dev)
{
	struct regulator *regulator;
	unsigned int i;

	supplies->dev = dev;
	for (i = 0; i < NPU_NUM_SUPPLIES; i++) {
		regulator = regulator_get(dev, npu_supply_names[i]);
		if (IS_ERR(regulator)) {
			npu_supplies_put(supplies);
			return PTR_ERR(regulator);
		}
		supplies->regulator[i] = regulator;
	}

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(npu_supplies_get);

/* One that cannot be switched off only costs power. It counts as on. */
static void npu_supplies_off(struct npu_supplies *supplies, unsigned int tries)
{
	unsigned int i;

	for (; supplies->on && tries; tries--) {
		for (i = 0; i < NPU_NUM_SUPPLIES; i++) {
			if (supplies->on & BIT(i) &&
			    !regulator_disable(supplies->regulator[i]))
				supplies->on &= ~BIT(i);
		}
	}
	for (i = 0; i < NPU_NUM_SUPPLIES; i++) {
		if (supplies->on & BIT(i))
			dev_err_ratelimited(supplies->dev, "the %s supply stays on\n",
					    npu_supply_names[i]);
	}
}

static int npu_supplies_on(struct npu_supplies *supplies)
{
	unsigned int i;
	int ret;

	for (i = 0; i < NPU_NUM_SUPPLIES; i++) {
		if (supplies->on & BIT(i))
			continue;
		ret = regulator_enable(supplies->regulator[i]);
		if (ret) {
			npu_supplies_off(supplies, 1);
			return ret;
		}
		supplies->on |= BIT(i);
	}

	return 0;
}

/**
 * npu_supplies_put() - end of npu_supplies_get()
 * @supplies: rails, on or off
 *
 * The bus to a regulator may be busy, so switching off is tried more than once. A
 * rail that is on all the same is not given back: the regulator framework takes none
 * that is.
 */
void npu_supplies_put(struct npu_supplies *supplies)
{
	unsigned int i;

	npu_supplies_off(supplies, NPU_OFF_TRIES);

	for (i = 0; i < NPU_NUM_SUPPLIES; i++) {
		if (supplies->regulator[i] && !(supplies->on & BIT(i)))
			regulator_put(supplies->regulator[i]);
		supplies->regulator[i] = NULL;
	}
	supplies->on = 0;
}
EXPORT_SYMBOL_IF_KUNIT(npu_supplies_put);

/**
 * npu_power_up() - switch rails and clocks of a core on
 * @hw: core
 *
 * Return: 0, or an error with neither on.
 */
int npu_power_up(struct npu_hw *hw)
{
	int ret;

	ret = npu_supplies_on(&hw->supplies);
	if (ret)
		return ret;

	ret = clk_bulk_prepare_enable(NPU_NUM_CLKS, hw->clks);
	if (ret)
		npu_supplies_off(&hw->supplies, 1);

	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(npu_power_up);

/**
 * npu_power_down() - end of npu_power_up()
 * @hw: core
 *
 * Always succeeds. A rail that cannot be switched off stays on, and the next
 * npu_power_up() finds it so.
 */
void npu_power_down(struct npu_hw *hw)
{
	clk_bulk_disable_unprepare(NPU_NUM_CLKS, hw->clks);
	npu_supplies_off(&hw->supplies, 1);
}
EXPORT_SYMBOL_IF_KUNIT(npu_power_down);

static int npu_runtime_resume(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);
	int ret;

	ret = npu_power_up(hw);
	if (ret)
		return ret;

	ret = npu_dvfs_get(&hw->core);
	if (ret) {
		npu_power_down(hw);
		return ret;
	}
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
	if (ret) {
		npu_core_set_mmio(&hw->core, true);
		pm_runtime_mark_last_busy(dev);
		return ret;
	}
	npu_power_down(hw);

	return 0;
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

	ret = npu_supplies_on(&hw->asleep);
	if (ret)
		return ret;

	npu_core_hold(&hw->core);
	ret = pm_runtime_force_suspend(dev);
	if (ret) {
		npu_core_release(&hw->core);
		npu_supplies_off(&hw->asleep, 1);
	}

	return ret;
}

static int npu_system_resume(struct device *dev)
{
	struct npu_hw *hw = dev_get_drvdata(dev);
	int ret = pm_runtime_force_resume(dev);

	npu_core_release(&hw->core);
	npu_supplies_off(&hw->asleep, 1);

	return ret;
}

const struct dev_pm_ops npu_pm_ops = {
	RUNTIME_PM_OPS(npu_runtime_suspend, npu_runtime_resume, NULL)
	SYSTEM_SLEEP_PM_OPS(npu_system_suspend, npu_system_resume)
};
EXPORT_SYMBOL_IF_KUNIT(npu_pm_ops);

/**
 * struct npu_rails - rails that are held for as long as the module is loaded
 * @link: in npu_rails_list
 * @supplies: the rails, on; the core is referenced
 */
struct npu_rails {
	struct list_head link;
	struct npu_supplies supplies;
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
	struct device *dev = rails->supplies.dev;

	npu_supplies_put(&rails->supplies);
	put_device(dev);
	kfree(rails);
}

static struct npu_rails *npu_rails_get(struct device *dev)
{
	struct npu_rails *rails = kzalloc_obj(*rails);
	int ret;

	if (!rails)
		return ERR_PTR(-ENOMEM);

	get_device(dev);
	ret = npu_supplies_get(&rails->supplies, dev);
	if (!ret)
		ret = npu_supplies_on(&rails->supplies);
	if (ret) {
		npu_rails_put(rails);
		return ERR_PTR(ret);
	}

	return rails;
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
		if (rails->supplies.dev == dev)
			goto unlock;
	}

	rails = npu_rails_get(dev);
	if (IS_ERR(rails))
		ret = PTR_ERR(rails);
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

/* Who listens to the bus of the cores, for npu_rails_notify(). */
static const struct device_driver *npu_rails_driver;
static const struct bus_type *npu_rails_bus;

/*
 * The last moment before binding a core powers its domain. The rails may have had no
 * driver when they were first asked for; what is wrong now, the probe finds as well.
 */
static int npu_rails_notify(struct notifier_block *nb, unsigned long event,
			    void *data)
{
	struct device *dev = data;

	if (event == BUS_NOTIFY_BIND_DRIVER && dev->driver == npu_rails_driver)
		npu_rails_hold(dev);

	return NOTIFY_OK;
}

static struct notifier_block npu_rails_listener = {
	.notifier_call = npu_rails_notify,
};

static void npu_rails_listen(const struct bus_type *bus,
			     const struct device_driver *driver)
{
	if (npu_rails_bus)
		return;
	npu_rails_driver = driver;
	if (!bus_register_notifier(bus, &npu_rails_listener))
		npu_rails_bus = bus;
}

/**
 * npu_rails_release() - end of npu_rails_hold() for all cores
 *
 * No core is bound any more.
 */
void npu_rails_release(void)
{
	struct npu_rails *rails, *next;

	if (npu_rails_bus)
		bus_unregister_notifier(npu_rails_bus, &npu_rails_listener);
	npu_rails_bus = NULL;

	mutex_lock(&npu_rails_lock);
	list_for_each_entry(rails, &npu_rails_list, link)
		npu_rails_settle(rails->supplies.dev);
	list_for_each_entry_safe(rails, next, &npu_rails_list, link) {
		list_del(&rails->link);
		npu_rails_put(rails);
	}
	mutex_unlock(&npu_rails_lock);
}

/**
 * npu_rails_hold_all() - hold the rails of all cores that may be bound
 * @driver: driver of the cores, not registered yet
 *
 * Where a rail is there but does not come up, no core may be bound: powering its
 * domain would crash. A rail that has no driver yet is held when its core is bound.
 *
 * Return: 0 or an error, with nothing held.
 */
int npu_rails_hold_all(const struct device_driver *driver)
{
	struct platform_device *pdev;
	struct device_node *np;
	int ret = 0;

	for_each_matching_node(np, driver->of_match_table) {
		pdev = of_find_device_by_node(np);
		if (!pdev)
			continue;
		npu_rails_listen(pdev->dev.bus, driver);
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

/* One of the rates that binding a core sets; the 64-bit list rules out the other. */
static u64 npu_read_assigned_rate(struct device_node *np, int index)
{
	u64 rate = 0;
	u32 rate32;

	if (of_property_present(np, "assigned-clock-rates-u64"))
		of_property_read_u64_index(np, "assigned-clock-rates-u64",
					   index, &rate);
	else if (!of_property_read_u32_index(np, "assigned-clock-rates", index,
					     &rate32))
		rate = rate32;

	return rate;
}

/*
 * The highest rate that binding a core sets, before its driver is asked and before the
 * core has power. 0 when there is none.
 */
static u64 npu_assigned_rate(struct device_node *np)
{
	struct of_phandle_args npu, clk;
	int i, count, index;
	u64 rate = 0;

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
			rate = max(rate, npu_read_assigned_rate(np, i));
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
	u64 rate;

	for_each_matching_node_and_match(np, matches, &match) {
		if (!of_device_is_available(np))
			continue;
		soc = match->data;
		rate = npu_assigned_rate(np);
		if (rate <= soc->opp->park_mhz * NPU_HZ_PER_MHZ)
			continue;

		ret = npu_keep_domain(np);
		pr_warn("%pOF: assigned-clock-rates wants %llu Hz without power, more than %u MHz: %s\n",
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
