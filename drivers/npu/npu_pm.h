/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: power
 */
#ifndef _NPU_PM_H_
#define _NPU_PM_H_

#include <linux/pm.h>

struct device;
struct device_driver;
struct npu_hw;
struct of_device_id;
struct regulator;

#define NPU_NUM_SUPPLIES	2

/**
 * struct npu_supplies - both rails of a core
 * @dev: core
 * @regulator: the rails
 * @on: which ones are on by our doing, bits
 */
struct npu_supplies {
	struct device *dev;
	struct regulator *regulator[NPU_NUM_SUPPLIES];
	unsigned long on;
};

extern const struct dev_pm_ops npu_pm_ops;

int npu_supplies_get(struct npu_supplies *supplies, struct device *dev);
void npu_supplies_put(struct npu_supplies *supplies);

int npu_power_up(struct npu_hw *hw);
void npu_power_down(struct npu_hw *hw);

int npu_rails_hold(struct device *dev);
int npu_rails_hold_all(const struct device_driver *driver);
void npu_rails_release(void);
int npu_boot_rate_guard(const struct of_device_id *matches);
void npu_boot_rate_release(void);

#endif /* _NPU_PM_H_ */
