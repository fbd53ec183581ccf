// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the platform driver: domains from the device tree
 *
 * Nodes below the power controller are domains, nodes below a domain its
 * subdomains; one that hangs below two has two parents. The supply of a domain is
 * looked up when it is first powered: it usually sits behind an I2C bus whose
 * driver comes later. A domain that is on when the driver loads stays on until
 * nobody needs it.
 *
 * Devices hold the module as long as they are attached, since genpd cannot take a
 * domain away from under them.
 */

#include <linux/clk.h>
#include <linux/delay.h>
#include <linux/mfd/syscon.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_clock.h>
#include <linux/pm_domain.h>
#include <linux/regmap.h>
#include <linux/regulator/consumer.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <sunmao/compat.h>
#include <sunmao/foreign.h>

#include "pd_genpd.h"
#include "pd_rail.h"
#include "pd_seq.h"

struct rkpd_unit;

/* Two video decoders of RK3588 have as many (power 1.2). */
#define RKPD_MAX_PARENTS	2
#define RKPD_NAME		16

/**
 * struct rkpd - a domain
 * @genpd: the framework's part
 * @name: its name, for the framework
 * @unit: where it belongs
 * @node: its device tree node
 * @seq: its hardware
 * @clks: run during transitions; prepared
 * @num_clks: number of @clks
 * @qos: registers of its QoS blocks
 * @rail: its rail
 * @parents: domains that it needs
 * @num_parents: number of @parents
 * @num_children: domains that need it
 */
struct rkpd {
	struct generic_pm_domain genpd;
	char name[RKPD_NAME];
	struct rkpd_unit *unit;
	struct device_node *node;
	struct rkpd_seq seq;
	struct clk_bulk_data *clks;
	int num_clks;
	struct regmap **qos;
	struct rkpd_rail rail;
	struct rkpd *parents[RKPD_MAX_PARENTS];
	unsigned int num_parents;
	unsigned int num_children;
};

/**
 * struct rkpd_unit - the power management unit
 * @dev: the power controller
 * @soc: its data
 * @regmap: its registers, shared with others
 * @lock: one transition at a time
 * @onecell: domains by device tree index
 * @order: domains in the order of their creation
 * @num: length of @order
 */
struct rkpd_unit {
	struct device *dev;
	const struct rkpd_soc *soc;
	struct regmap *regmap;
	struct mutex lock;	/* of transitions */
	struct genpd_onecell_data onecell;
	struct rkpd **order;
	unsigned int num;
};

static struct rkpd *to_rkpd(struct generic_pm_domain *genpd)
{
	return container_of(genpd, struct rkpd, genpd);
}

static int unit_read(void *ctx, unsigned int reg, u32 *value)
{
	struct rkpd *pd = ctx;

	return regmap_read(pd->unit->regmap, reg, value);
}

static int unit_write(void *ctx, unsigned int reg, u32 value)
{
	struct rkpd *pd = ctx;

	return regmap_write(pd->unit->regmap, reg, value);
}

static int unit_qos_read(void *ctx, unsigned int block, unsigned int reg, u32 *value)
{
	struct rkpd *pd = ctx;

	return regmap_read(pd->qos[block], reg, value);
}

static int unit_qos_write(void *ctx, unsigned int block, unsigned int reg, u32 value)
{
	struct rkpd *pd = ctx;

	return regmap_write(pd->qos[block], reg, value);
}

static void unit_wait(void *ctx, unsigned int us)
{
	if (us <= 10)
		udelay(us);
	else
		usleep_range(us, 2 * us);
}

static const struct rkpd_bus rkpd_regmap_bus = {
	.read = unit_read,
	.write = unit_write,
	.qos_read = unit_qos_read,
	.qos_write = unit_qos_write,
	.wait = unit_wait,
};

/*
 * The property is in the domain's node, which has no device that the regulator
 * framework could look at. It also finds regulators by their own name.
 */
static int rkpd_get_supply(struct rkpd *pd)
{
	struct of_phandle_args args;
	struct regulator *supply;
	const char *name;
	int ret;

	if (pd->rail.supply || !of_property_present(pd->node, "domain-supply"))
		return 0;

	ret = of_parse_phandle_with_args(pd->node, "domain-supply", NULL, 0, &args);
	if (ret)
		return ret;
	ret = of_property_read_string(args.np, "regulator-name", &name);
	of_node_put(args.np);
	if (ret) {
		dev_err_ratelimited(pd->unit->dev, "%s: its supply has no regulator-name\n",
				    pd->seq.info->name);
		return ret;
	}

	supply = regulator_get_optional(pd->unit->dev, name);
	if (IS_ERR(supply)) {
		/* The device tree says that it will come. */
		ret = PTR_ERR(supply);
		return ret == -ENODEV ? -EPROBE_DEFER : ret;
	}
	pd->rail.supply = supply;

	return 0;
}

static int rkpd_supply_on(struct rkpd *pd)
{
	int ret = rkpd_get_supply(pd);

	if (!ret)
		ret = rkpd_rail_on(&pd->rail);
	if (ret && ret != -EPROBE_DEFER)
		dev_err_ratelimited(pd->unit->dev, "%s: supply: %d\n",
				    pd->seq.info->name, ret);

	return ret;
}

static int rkpd_genpd_on(struct generic_pm_domain *genpd)
{
	struct rkpd *pd = to_rkpd(genpd);
	int ret;

	mutex_lock(&pd->unit->lock);
	ret = rkpd_supply_on(pd);
	if (ret)
		goto out;

	ret = clk_bulk_enable(pd->num_clks, pd->clks);
	if (!ret) {
		ret = rkpd_power_on(&pd->seq);
		clk_bulk_disable(pd->num_clks, pd->clks);
	}
	if (ret) {
		dev_err_ratelimited(pd->unit->dev, "%s: cannot be powered: %d\n",
				    pd->seq.info->name, ret);
		/* What is still on keeps its rail. */
		if (rkpd_is_on(&pd->seq) == 0)
			rkpd_rail_off(&pd->rail);
	}
out:
	mutex_unlock(&pd->unit->lock);
	return ret;
}

static int rkpd_genpd_off(struct generic_pm_domain *genpd)
{
	struct rkpd *pd = to_rkpd(genpd);
	int ret;

	mutex_lock(&pd->unit->lock);
	ret = clk_bulk_enable(pd->num_clks, pd->clks);
	if (!ret) {
		ret = rkpd_power_off(&pd->seq);
		clk_bulk_disable(pd->num_clks, pd->clks);
	}
	if (ret)
		dev_err_ratelimited(pd->unit->dev, "%s: stays on: %d\n",
				    pd->seq.info->name, ret);
	else
		rkpd_rail_off(&pd->rail);
	mutex_unlock(&pd->unit->lock);

	return ret;
}

/* As of_clk_get_parent_count(), which not every kernel image exports. */
static int rkpd_count_clks(const struct device_node *np)
{
	return of_count_phandle_with_args(np, "clocks", "#clock-cells");
}

/* All clocks of the device follow its runtime state, as with the built-in driver. */
static int rkpd_attach(struct generic_pm_domain *genpd, struct device *dev)
{
	const char *name;
	int i, num, ret;

	/* It may be on its way out. */
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	ret = pm_clk_create(dev);
	if (ret)
		goto err;

	num = rkpd_count_clks(dev->of_node);
	if (num == 1 && !of_property_present(dev->of_node, "clock-names")) {
		ret = pm_clk_add(dev, NULL);
		num = 0;
	}
	for (i = 0; i < num && !ret; i++) {
		ret = of_property_read_string_index(dev->of_node, "clock-names", i, &name);
		if (ret) {
			dev_warn(dev, "clock %d has no name, %s cannot handle it\n", i,
				 genpd->name);
			ret = 0;
			break;
		}
		ret = pm_clk_add(dev, name);
	}
	if (!ret)
		return 0;

	pm_clk_destroy(dev);
err:
	module_put(THIS_MODULE);
	return ret;
}

static void rkpd_detach(struct generic_pm_domain *genpd, struct device *dev)
{
	pm_clk_destroy(dev);
	module_put(THIS_MODULE);
}

static void rkpd_put_clks(struct rkpd *pd)
{
	while (pd->num_clks) {
		pd->num_clks--;
		clk_unprepare(pd->clks[pd->num_clks].clk);
		clk_put(pd->clks[pd->num_clks].clk);
	}
}

static int rkpd_get_clks(struct rkpd *pd)
{
	int i, ret, num = rkpd_count_clks(pd->node);
	struct device *dev = pd->unit->dev;
	struct clk *clk;

	if (num <= 0)
		return 0;
	pd->clks = devm_kcalloc(dev, num, sizeof(*pd->clks), GFP_KERNEL);
	if (!pd->clks)
		return -ENOMEM;

	for (i = 0; i < num; i++) {
		clk = of_clk_get(pd->node, i);
		if (IS_ERR(clk)) {
			ret = PTR_ERR(clk);
			goto err;
		}
		ret = clk_prepare(clk);
		if (ret) {
			clk_put(clk);
			goto err;
		}
		pd->clks[i].clk = clk;
		pd->num_clks = i + 1;
	}
	return 0;

err:
	rkpd_put_clks(pd);
	return dev_err_probe(dev, ret, "%pOFn: clock %d\n", pd->node, i);
}

static int rkpd_get_qos(struct rkpd *pd)
{
	int i, num = of_count_phandle_with_args(pd->node, "pm_qos", NULL);
	struct device *dev = pd->unit->dev;
	struct of_phandle_args args;
	int ret;

	if (num <= 0)
		return 0;
	pd->qos = devm_kcalloc(dev, num, sizeof(*pd->qos), GFP_KERNEL);
	pd->seq.qos = devm_kcalloc(dev, num, sizeof(*pd->seq.qos), GFP_KERNEL);
	if (!pd->qos || !pd->seq.qos)
		return -ENOMEM;

	for (i = 0; i < num; i++) {
		ret = of_parse_phandle_with_args(pd->node, "pm_qos", NULL, i, &args);
		if (ret)
			return ret;
		pd->qos[i] = syscon_node_to_regmap(args.np);
		of_node_put(args.np);
		if (IS_ERR(pd->qos[i]))
			return dev_err_probe(dev, PTR_ERR(pd->qos[i]),
					     "%pOFn: QoS block %d\n", pd->node, i);
	}
	pd->seq.num_qos = num;

	return 0;
}

static struct rkpd *rkpd_create(struct rkpd_unit *unit, struct device_node *np, u32 index)
{
	const struct rkpd_info *info = &unit->soc->domains[index];
	struct device *dev = unit->dev;
	struct rkpd *pd;
	int ret, on;

	/* Not managed: the framework may keep it. */
	pd = kzalloc_obj(*pd);
	if (!pd)
		return ERR_PTR(-ENOMEM);

	pd->unit = unit;
	pd->node = np;
	pd->seq.soc = unit->soc;
	pd->seq.info = info;
	pd->seq.bus = &rkpd_regmap_bus;
	pd->seq.ctx = pd;
	pd->seq.dev = dev;

	ret = rkpd_get_qos(pd);
	if (!ret)
		ret = rkpd_get_clks(pd);
	if (ret)
		goto err;

	on = rkpd_is_on(&pd->seq);
	if (on < 0) {
		ret = on;
		goto err;
	}
	if (info->supply && !of_property_present(np, "domain-supply"))
		dev_info(dev, "%s: no domain-supply, its rail has to be always on\n",
			 info->name);

	strscpy(pd->name, info->name);
	pd->genpd.name = pd->name;
	pd->genpd.power_on = rkpd_genpd_on;
	pd->genpd.power_off = rkpd_genpd_off;
	pd->genpd.attach_dev = rkpd_attach;
	pd->genpd.detach_dev = rkpd_detach;
	pd->genpd.flags = GENPD_FLAG_PM_CLK | SUNMAO_GENPD_NO_STAY_ON;
	if (info->wakeup)
		pd->genpd.flags |= GENPD_FLAG_ACTIVE_WAKEUP;

	ret = pm_genpd_init(&pd->genpd, NULL, !on);
	if (ret)
		goto err;

	of_node_get(np);
	unit->order[unit->num++] = pd;
	unit->onecell.domains[index] = &pd->genpd;

	return pd;

err:
	rkpd_put_clks(pd);
	kfree(pd);
	return ERR_PTR(ret);
}

/* Returns the domain of a node, which is created unless it is there already. */
static struct rkpd *rkpd_of_node(struct rkpd_unit *unit, struct device_node *np)
{
	u32 index;

	if (of_property_read_u32(np, "reg", &index) || index >= unit->soc->num ||
	    !unit->soc->domains[index].present) {
		dev_err(unit->dev, "%pOF: %s has no such domain\n", np, unit->soc->name);
		return ERR_PTR(-EINVAL);
	}
	if (unit->onecell.domains[index])
		return to_rkpd(unit->onecell.domains[index]);

	return rkpd_create(unit, np, index);
}

static int rkpd_add_parent(struct rkpd *pd, struct rkpd *parent)
{
	int ret;

	if (pd->num_parents == RKPD_MAX_PARENTS)
		return -EINVAL;
	ret = pm_genpd_add_subdomain(&parent->genpd, &pd->genpd);
	if (!ret) {
		pd->parents[pd->num_parents++] = parent;
		parent->num_children++;
	}

	return ret;
}

static int rkpd_add_children(struct rkpd_unit *unit,
			     struct device_node *parent_np, struct rkpd *parent)
{
	struct device_node *np;
	struct rkpd *pd;
	int ret;

	for_each_available_child_of_node(parent_np, np) {
		pd = rkpd_of_node(unit, np);
		ret = PTR_ERR_OR_ZERO(pd);
		if (!ret && parent)
			ret = rkpd_add_parent(pd, parent);
		if (ret)
			dev_err_probe(unit->dev, ret, "%pOFn\n", np);
		else
			ret = rkpd_add_children(unit, np, pd);
		if (ret) {
			of_node_put(np);
			return ret;
		}
	}

	return 0;
}

static void rkpd_destroy(struct rkpd *pd)
{
	int ret = rkpd_genpd_remove(&pd->genpd);

	if (ret)
		dev_err(pd->unit->dev, "%s: still in use (%pe), it stays as it is\n",
			pd->name, ERR_PTR(ret));
	while (pd->num_parents)
		pd->parents[--pd->num_parents]->num_children--;

	/* A rail that feeds a running domain is better not cut. */
	if (rkpd_is_on(&pd->seq) == 0)
		rkpd_rail_off(&pd->rail);
	if (pd->rail.supply && !pd->rail.on)
		regulator_put(pd->rail.supply);
	rkpd_put_clks(pd);
	of_node_put(pd->node);
	if (!ret)
		kfree(pd);
}

/* Children first; a domain with two parents may be older than one of them. */
static void rkpd_destroy_all(struct rkpd_unit *unit)
{
	bool progress = true;
	unsigned int i;

	while (progress) {
		progress = false;
		for (i = 0; i < unit->num; i++) {
			if (unit->order[i] && !unit->order[i]->num_children) {
				rkpd_destroy(unit->order[i]);
				unit->order[i] = NULL;
				progress = true;
			}
		}
	}
}

static int rkpd_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct rkpd_unit *unit;
	int ret;

	unit = devm_kzalloc(dev, sizeof(*unit), GFP_KERNEL);
	if (!unit)
		return -ENOMEM;

	unit->dev = dev;
	unit->soc = of_device_get_match_data(dev);
	mutex_init(&unit->lock);
	platform_set_drvdata(pdev, unit);

	if (!dev->parent || !dev->parent->of_node)
		return dev_err_probe(dev, -ENODEV, "no power management unit above\n");
	unit->regmap = syscon_node_to_regmap(dev->parent->of_node);
	if (IS_ERR(unit->regmap))
		return dev_err_probe(dev, PTR_ERR(unit->regmap), "registers\n");

	unit->order = devm_kcalloc(dev, unit->soc->num, sizeof(*unit->order), GFP_KERNEL);
	unit->onecell.domains = devm_kcalloc(dev, unit->soc->num,
					     sizeof(*unit->onecell.domains), GFP_KERNEL);
	if (!unit->order || !unit->onecell.domains)
		return -ENOMEM;
	unit->onecell.num_domains = unit->soc->num;

	ret = rkpd_add_children(unit, dev->of_node, NULL);
	if (!ret && !unit->num)
		ret = dev_err_probe(dev, -ENODEV, "no domains\n");
	if (!ret)
		ret = of_genpd_add_provider_onecell(dev->of_node, &unit->onecell);
	if (ret)
		rkpd_destroy_all(unit);

	return ret;
}

static void rkpd_remove(struct platform_device *pdev)
{
	struct rkpd_unit *unit = platform_get_drvdata(pdev);

	of_genpd_del_provider(unit->dev->of_node);
	rkpd_destroy_all(unit);
}

static void rkpd_complete(struct device *dev)
{
	struct rkpd_unit *unit = dev_get_drvdata(dev);
	unsigned int i;

	mutex_lock(&unit->lock);
	for (i = 0; i < unit->num; i++)
		rkpd_rail_wake_up(&unit->order[i]->rail);
	mutex_unlock(&unit->lock);
}

/* Before any device sleeps: the rails' buses are still awake. */
static int rkpd_prepare(struct device *dev)
{
	struct rkpd_unit *unit = dev_get_drvdata(dev);
	unsigned int i;
	int ret = 0;

	mutex_lock(&unit->lock);
	for (i = 0; i < unit->num && !ret; i++) {
		ret = rkpd_get_supply(unit->order[i]);
		/* Without its rail it has not been powered. */
		ret = ret == -EPROBE_DEFER ? 0 :
		      ret ?: rkpd_rail_fall_asleep(&unit->order[i]->rail);
	}
	mutex_unlock(&unit->lock);
	if (ret)
		rkpd_complete(dev);

	return ret;
}

static const struct dev_pm_ops rkpd_pm_ops = {
	.prepare = pm_sleep_ptr(rkpd_prepare),
	.complete = pm_sleep_ptr(rkpd_complete),
};

static const struct of_device_id rkpd_of_match[] = {
	{ .compatible = "rockchip,rk3562-power-controller", .data = &rkpd_rk3562 },
	{ .compatible = "rockchip,rk3568-power-controller", .data = &rkpd_rk3568 },
	{ .compatible = "rockchip,rk3576-power-controller", .data = &rkpd_rk3576 },
	{ .compatible = "rockchip,rk3588-power-controller", .data = &rkpd_rk3588 },
	{ }
};
MODULE_DEVICE_TABLE(of, rkpd_of_match);

static struct platform_driver rkpd_driver = {
	.probe = rkpd_probe,
	.remove = rkpd_remove,
	.driver = {
		.name = "sunmao-pmdomain",
		.of_match_table = rkpd_of_match,
		.pm = pm_sleep_ptr(&rkpd_pm_ops),
		/* Attached devices hold the module; nothing holds the binding. */
		.suppress_bind_attrs = true,
	},
};

static int __init rkpd_init(void)
{
	const char *owner = sunmao_foreign_driver(rkpd_of_match);

	if (owner) {
		pr_notice("sunmao_pmdomain: not needed, driver %s has the power domains\n",
			  owner);
		return -EBUSY;
	}

	return platform_driver_register(&rkpd_driver);
}

/* Before anything with a power domain, where this is built in. */
postcore_initcall(rkpd_init);

static void __exit rkpd_exit(void)
{
	platform_driver_unregister(&rkpd_driver);
}
module_exit(rkpd_exit);

MODULE_DESCRIPTION("Sunmao driver for Rockchip power domains");
MODULE_AUTHOR("Sunmao developers");
MODULE_LICENSE("GPL");
