/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: power
 */
#ifndef _NPU_PM_H_
#define _NPU_PM_H_

#include <linux/pm.h>

struct of_device_id;
struct platform_driver;

extern const struct dev_pm_ops npu_pm_ops;

int npu_rails_register(struct platform_driver *driver);
void npu_rails_unregister(void);

#endif /* _NPU_PM_H_ */
