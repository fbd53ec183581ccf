/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: is another driver at work already?
 *
 * Kernels built for Rockchip have drivers for the basic blocks built in. A module
 * for the same blocks has to stay out of their way.
 */
#ifndef _SUNMAO_FOREIGN_H_
#define _SUNMAO_FOREIGN_H_

#include <linux/device.h>
#include <linux/mod_devicetable.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>

/**
 * sunmao_foreign_driver() - who else drives our devices?
 * @matches: the devices
 *
 * To be called before our own driver is registered.
 *
 * Return: the name of a driver that is bound to one of them, or NULL.
 */
static inline const char *sunmao_foreign_driver(const struct of_device_id *matches)
{
	const struct device_driver *driver;
	struct platform_device *pdev;
	const char *name = NULL;
	struct device_node *np;

	for_each_matching_node(np, matches) {
		pdev = of_find_device_by_node(np);
		if (!pdev)
			continue;
		driver = READ_ONCE(pdev->dev.driver);
		if (driver)
			name = driver->name;
		put_device(&pdev->dev);
		if (name) {
			of_node_put(np);
			break;
		}
	}

	return name;
}

#endif /* _SUNMAO_FOREIGN_H_ */
