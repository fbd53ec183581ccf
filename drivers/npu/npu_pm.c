// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: power of a core
 *
 * Three things switch a core: its rails, its power domain and its clocks. Runtime
 * PM brackets the domain around our callbacks, so what we switch in them is on for
 * less time than the domain is. For clocks that is right. For rails it is only
 * right if the power-domain driver holds the same rail itself; otherwise the rail
 * would be cut under a powered domain, and would come too late. Then the rails are
 * on from before the driver core attaches the domain until after it has detached
 * it, which is what the bus notifier is for (hardware notes, power 1.7, 1.8).
 *
 * The clock rate is not touched.
 */

#include <linux/clk.h>
#include <linux/device.h>
#include <linux/notifier.h>
#include <linux/of.h>
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
 * struct npu_rails - rails that are held for as long as a driver is bound
 * @link: in npu_rails_list
 * @dev: core
 * @supplies: the rails, on
 */
struct npu_rails {
	struct list_head link;
	struct device *dev;
	struct regulator_bulk_data supplies[NPU_NUM_SUPPLIES];
};

static DEFINE_MUTEX(npu_rails_lock);
static LIST_HEAD(npu_rails_list);
static struct platform_driver *npu_rails_driver;

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

static void npu_rails_on(struct device *dev)
{
	struct npu_rails *rails;
	int ret;

	rails = kzalloc_obj(*rails);
	if (!rails)
		return;

	rails->dev = dev;
	rails->supplies[0].supply = "npu";
	rails->supplies[1].supply = "sram";
	ret = regulator_bulk_get(dev, NPU_NUM_SUPPLIES, rails->supplies);
	if (ret)
		goto err_free;
	ret = regulator_bulk_enable(NPU_NUM_SUPPLIES, rails->supplies);
	if (ret)
		goto err_put;

	mutex_lock(&npu_rails_lock);
	list_add(&rails->link, &npu_rails_list);
	mutex_unlock(&npu_rails_lock);
	return;

err_put:
	regulator_bulk_free(NPU_NUM_SUPPLIES, rails->supplies);
err_free:
	kfree(rails);
	/* The probe will meet the same error and report it. */
	dev_dbg(dev, "cannot hold the rails: %pe\n", ERR_PTR(ret));
}

static void npu_rails_off(struct device *dev)
{
	struct npu_rails *rails, *next;
	LIST_HEAD(list);

	mutex_lock(&npu_rails_lock);
	list_for_each_entry_safe(rails, next, &npu_rails_list, link) {
		if (rails->dev == dev)
			list_move(&rails->link, &list);
	}
	mutex_unlock(&npu_rails_lock);

	list_for_each_entry_safe(rails, next, &list, link) {
		regulator_bulk_disable(NPU_NUM_SUPPLIES, rails->supplies);
		regulator_bulk_free(NPU_NUM_SUPPLIES, rails->supplies);
		kfree(rails);
	}
}

static int npu_rails_notify(struct notifier_block *nb, unsigned long event,
			    void *data)
{
	struct device *dev = data;

	switch (event) {
	case BUS_NOTIFY_BIND_DRIVER:
		if (dev->driver == &npu_rails_driver->driver &&
		    !npu_rails_managed(dev))
			npu_rails_on(dev);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
		npu_rails_off(dev);
		break;
	}

	return NOTIFY_DONE;
}

static struct notifier_block npu_rails_nb = {
	.notifier_call = npu_rails_notify,
};

/**
 * npu_rails_register() - hold the rails of cores that get bound
 * @driver: the driver of the cores, not registered yet
 *
 * Return: 0 or an error.
 */
int npu_rails_register(struct platform_driver *driver)
{
	npu_rails_driver = driver;

	return bus_register_notifier(&platform_bus_type, &npu_rails_nb);
}

/**
 * npu_rails_unregister() - end of npu_rails_register()
 *
 * The driver is not registered any more.
 */
void npu_rails_unregister(void)
{
	bus_unregister_notifier(&platform_bus_type, &npu_rails_nb);
}
