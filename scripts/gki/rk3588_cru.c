// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: mainline's RK3588 clock and reset driver as a module
 *
 * Mainline has it built in only: it starts while the kernel boots. Here the same
 * code, included below, starts when the module is loaded. It cannot be unloaded,
 * since nothing in it takes a clock away again.
 */

#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "upstream/clk.h"
#include "rk3588_cru.h"

static struct rockchip_clk_provider *provider;

/* Let us see what the driver gets. */
#define rockchip_clk_init(np, base, nr) \
	(provider = rockchip_clk_init(np, base, nr))
#define rockchip_clk_init_early(np, base, nr) \
	(provider = rockchip_clk_init_early(np, base, nr))

/* Newer drivers register themselves as well, which happens in our own function. */
static initcall_t register_driver __initdata;

#undef core_initcall
#define core_initcall(fn)						\
	static void __init take_initcall(void)				\
	{								\
		register_driver = fn;					\
	}

#include "upstream/clk-rk3588.c"

#ifndef HAVE_GATE_LINK
static void __init take_initcall(void)
{
}

static int __init rk3588_gate_link_init(void)
{
	return 0;
}
#endif

/**
 * __clk_lookup() - find a clock by its name
 * @name: of a clock of this SoC
 *
 * The kernel's own function is not for modules. The driver asks for PLLs and their
 * gates only, which it has registered before.
 *
 * Return: the clock, or NULL.
 */
struct clk *__clk_lookup(const char *name)
{
	unsigned int i;
	struct clk *clk;

	for (i = 0; provider && i < provider->clk_data.clk_num; i++) {
		clk = provider->clk_data.clks[i];
		if (!IS_ERR_OR_NULL(clk) && !strcmp(__clk_get_name(clk), name))
			return clk;
	}

	return NULL;
}

static void __init start(struct device_node *np)
{
	of_init_fn_1 init = __of_table_rk3588_cru.data;

	init(np);
}

static int __init probe(struct platform_device *pdev)
{
	start(pdev->dev.of_node);
	return 0;
}

static const struct of_device_id matches[] = {
	{ .compatible = "rockchip,rk3588-cru" },
	{ }
};
MODULE_DEVICE_TABLE(of, matches);

/* For kernels whose driver has none of its own. */
static struct platform_driver driver = {
	.driver = {
		.name = "clk-rk3588-module",
		.of_match_table = matches,
		.suppress_bind_attrs = true,
	},
};

static int __init rk3588_cru_init(void)
{
	struct device_node *np;
	int ret;

	take_initcall();
	if (!register_driver)
		return platform_driver_probe(&driver, probe);

	np = of_find_matching_node(NULL, matches);
	if (!np)
		return -ENODEV;
	start(np);
	of_node_put(np);

	ret = rk3588_gate_link_init();

	return ret ?: register_driver();
}
module_init(rk3588_cru_init);

MODULE_DESCRIPTION("RK3588 clocks and resets, mainline's driver as a module");
MODULE_LICENSE("GPL");
