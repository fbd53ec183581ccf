// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: module and platform driver
 *
 * Every core is a platform device of its own, user space sees one device. The DRM
 * device hangs on a platform device that we make when the first core has proven
 * that it works, and that goes when the last core is unbound.
 */

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/workqueue.h>

#include <kunit/visibility.h>

#include "npu_device.h"
#include "npu_hw.h"
#include "npu_pm.h"
#include "npu_soc.h"
#include "npu_vm.h"

struct workqueue_struct *npu_wq;
EXPORT_SYMBOL_IF_KUNIT(npu_wq);

static DEFINE_MUTEX(npu_drv_lock);
static struct npu_device *npu_drv_ndev;
static struct platform_device *npu_drv_parent;

/* Give up the device. Its memory stays for as long as files are open. */
static void npu_drv_drop_device(bool registered)
{
	lockdep_assert_held(&npu_drv_lock);

	if (registered)
		npu_device_unplug(npu_drv_ndev);
	npu_drv_ndev = NULL;

	/* No driver is bound to the parent, so nobody else releases these. */
	devres_release_group(&npu_drv_parent->dev, NULL);
	platform_device_unregister(npu_drv_parent);
	npu_drv_parent = NULL;
}

static int npu_drv_make_device(const struct npu_soc *soc)
{
	struct platform_device *parent;
	struct npu_device *ndev;
	struct device *dev;
	int ret;

	lockdep_assert_held(&npu_drv_lock);

	parent = platform_device_register_simple("sunmao-npu-drm",
						 PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	dev = &parent->dev;

	if (!devres_open_group(dev, NULL, GFP_KERNEL)) {
		ret = -ENOMEM;
		goto err_unregister;
	}

	dma_set_max_seg_size(dev, UINT_MAX);
	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(soc->dma_bits));
	if (ret)
		goto err_release;

	ndev = npu_device_create(dev, soc, &npu_mmu_ops);
	if (IS_ERR(ndev)) {
		ret = PTR_ERR(ndev);
		goto err_release;
	}

	npu_drv_parent = parent;
	npu_drv_ndev = ndev;

	return 0;

err_release:
	devres_release_group(dev, NULL);
err_unregister:
	platform_device_unregister(parent);
	return ret;
}

static int npu_drv_add_core(struct npu_hw *hw)
{
	bool first;
	int ret;

	mutex_lock(&npu_drv_lock);
	first = !npu_drv_ndev;
	if (first) {
		ret = npu_drv_make_device(hw->core.soc);
		if (ret)
			goto unlock;
	}

	ret = npu_device_add_core(npu_drv_ndev, &hw->core);
	if (ret)
		goto unlock;

	if (first) {
		ret = npu_device_register(npu_drv_ndev);
		if (ret) {
			npu_device_remove_core(&hw->core);
			npu_drv_drop_device(false);
		}
	}
unlock:
	mutex_unlock(&npu_drv_lock);

	return ret;
}

static void npu_drv_remove_core(struct npu_hw *hw)
{
	mutex_lock(&npu_drv_lock);
	npu_device_remove_core(&hw->core);
	if (!npu_device_has_cores(npu_drv_ndev))
		npu_drv_drop_device(true);
	mutex_unlock(&npu_drv_lock);
}

static int npu_probe(struct platform_device *pdev)
{
	const struct npu_soc *soc = of_device_get_match_data(&pdev->dev);
	struct npu_hw *hw;
	int ret;

	ret = npu_rails_hold(&pdev->dev);
	if (ret)
		return dev_err_probe(&pdev->dev, ret, "cannot hold the rails\n");

	hw = npu_hw_create(pdev, soc);
	if (IS_ERR(hw))
		return PTR_ERR(hw);

	ret = npu_hw_start(hw);
	if (ret)
		return ret;

	ret = npu_drv_add_core(hw);
	if (ret) {
		npu_hw_destroy(hw);
		return dev_err_probe(&pdev->dev, ret, "cannot register\n");
	}

	return 0;
}

static void npu_remove(struct platform_device *pdev)
{
	struct npu_hw *hw = platform_get_drvdata(pdev);

	npu_drv_remove_core(hw);
	npu_hw_destroy(hw);
}

static void npu_shutdown(struct platform_device *pdev)
{
	npu_hw_shutdown(platform_get_drvdata(pdev));
}

static const struct of_device_id npu_of_match[] = {
	{ .compatible = "rockchip,rk3588-rknn-core", .data = &npu_soc_rk3588 },
	{ }
};
MODULE_DEVICE_TABLE(of, npu_of_match);

static struct platform_driver npu_driver = {
	.probe = npu_probe,
	.remove = npu_remove,
	.shutdown = npu_shutdown,
	.driver = {
		.name = "sunmao-npu",
		.of_match_table = npu_of_match,
		.pm = pm_ptr(&npu_pm_ops),
	},
};

static int __init npu_init(void)
{
	int ret;

	npu_wq = alloc_workqueue("sunmao-npu",
				 WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	if (!npu_wq)
		return -ENOMEM;

	ret = npu_rails_hold_all(&npu_driver.driver);
	if (ret)
		goto err_wq;

	ret = npu_boot_rate_guard(npu_of_match);
	if (ret)
		goto err_rails;

	ret = platform_driver_register(&npu_driver);
	if (ret)
		goto err_guard;

	return 0;

err_guard:
	npu_boot_rate_release();
err_rails:
	npu_rails_release();
err_wq:
	destroy_workqueue(npu_wq);
	return ret;
}
module_init(npu_init);

static void __exit npu_exit(void)
{
	platform_driver_unregister(&npu_driver);
	npu_boot_rate_release();
	npu_rails_release();
	destroy_workqueue(npu_wq);
}
module_exit(npu_exit);

MODULE_DESCRIPTION("Sunmao driver for Rockchip NPUs");
MODULE_AUTHOR("Sunmao developers");
MODULE_LICENSE("GPL");
