/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: power
 */
#ifndef _NPU_PM_H_
#define _NPU_PM_H_

#include <linux/pm.h>

struct device;
struct of_device_id;

extern const struct dev_pm_ops npu_pm_ops;

int npu_rails_hold(struct device *dev);
int npu_rails_hold_all(const struct of_device_id *matches);
void npu_rails_release(void);
int npu_boot_rate_guard(const struct of_device_id *matches);
void npu_boot_rate_release(void);

#endif /* _NPU_PM_H_ */
