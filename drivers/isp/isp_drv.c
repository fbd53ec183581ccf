// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: platform driver
 *
 * One device per instance. Power follows the raw nodes: it is on while one of
 * them streams. The name of the driver is ours; what user space sees is the name
 * of the series whose interface this is, so that its programs run.
 */

#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "isp_dev.h"

static unsigned int isp_contexts = 1;
module_param_named(contexts, isp_contexts, uint, 0444);
MODULE_PARM_DESC(contexts, "Contexts (media devices) per ISP, 1-8");

static void isp_device_free(struct kref *ref)
{
	struct isp_device *isp = container_of(ref, struct isp_device, ref);

	mutex_destroy(&isp->rate_lock);
	kvfree(isp);
}

/**
 * isp_device_get() - keep an instance's memory
 * @isp: instance
 *
 * Return: @isp.
 */
struct isp_device *isp_device_get(struct isp_device *isp)
{
	kref_get(&isp->ref);

	return isp;
}

/**
 * isp_device_put() - let go of an instance's memory
 * @isp: instance
 */
void isp_device_put(struct isp_device *isp)
{
	kref_put(&isp->ref, isp_device_free);
}

static void isp_drv_remove_contexts(struct isp_device *isp)
{
	struct isp_ctx *ctx;
	unsigned long flags;

	while (isp->num_ctxs) {
		ctx = isp->ctxs[isp->num_ctxs - 1];
		isp_ctx_unplug(ctx);
		spin_lock_irqsave(&isp->lock, flags);
		isp->ctxs[--isp->num_ctxs] = NULL;
		isp->turn = 0;
		spin_unlock_irqrestore(&isp->lock, flags);
		isp_ctx_put(ctx);
	}
}

static int isp_drv_create_contexts(struct isp_device *isp)
{
	unsigned int i, num = clamp(isp_contexts, 1u, ISP_MAX_CONTEXTS);
	struct isp_ctx *ctx;
	unsigned long flags;

	for (i = 0; i < num; i++) {
		ctx = isp_ctx_create(isp, i);
		if (IS_ERR(ctx))
			return PTR_ERR(ctx);
		spin_lock_irqsave(&isp->lock, flags);
		isp->ctxs[isp->num_ctxs++] = ctx;
		spin_unlock_irqrestore(&isp->lock, flags);
	}

	return 0;
}

static int isp_drv_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct isp_device *isp;
	int ret;

	isp = kvzalloc_obj(*isp);
	if (!isp)
		return -ENOMEM;
	kref_init(&isp->ref);
	mutex_init(&isp->rate_lock);
	isp->dev = dev;
	isp->soc = of_device_get_match_data(dev);
	platform_set_drvdata(pdev, isp);

	/* The hardware's addresses have 32 bits (ISP 8.5). */
	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32));
	if (ret)
		goto put;
	dma_set_max_seg_size(dev, U32_MAX);

	ret = isp_hw_create(isp);
	if (ret) {
		dev_err_probe(dev, ret, "resources\n");
		goto put;
	}
	ret = isp_sched_create(isp);
	if (ret)
		goto put;
	ret = isp_hw_request_irqs(isp);
	if (ret) {
		dev_err_probe(dev, ret, "interrupts\n");
		goto destroy_sched;
	}

	pm_runtime_set_autosuspend_delay(dev, isp->soc->autosuspend_ms);
	pm_runtime_use_autosuspend(dev);
	pm_runtime_enable(dev);

	ret = isp_drv_create_contexts(isp);
	if (ret) {
		dev_err_probe(dev, ret, "media devices\n");
		goto remove_contexts;
	}

	return 0;

remove_contexts:
	isp_drv_remove_contexts(isp);
	pm_runtime_dont_use_autosuspend(dev);
	pm_runtime_disable(dev);
	isp_hw_free_irqs(isp);
destroy_sched:
	isp_sched_destroy(isp);
put:
	isp_device_put(isp);

	return ret;
}

static void isp_drv_remove(struct platform_device *pdev)
{
	struct isp_device *isp = platform_get_drvdata(pdev);

	/* Ends all streams, and with them the need for power. */
	isp_drv_remove_contexts(isp);
	pm_runtime_dont_use_autosuspend(&pdev->dev);
	pm_runtime_disable(&pdev->dev);
	if (!pm_runtime_status_suspended(&pdev->dev)) {
		isp_hw_power_off(isp);
		pm_runtime_set_suspended(&pdev->dev);
	}
	isp_hw_free_irqs(isp);
	isp_sched_destroy(isp);
	isp_device_put(isp);
}

static int isp_drv_runtime_suspend(struct device *dev)
{
	isp_hw_power_off(dev_get_drvdata(dev));

	return 0;
}

static int isp_drv_runtime_resume(struct device *dev)
{
	return isp_hw_power_on(dev_get_drvdata(dev));
}

/* Streams go on after the resume: every register is in an image. */
static int isp_drv_suspend(struct device *dev)
{
	struct isp_device *isp = dev_get_drvdata(dev);
	int ret;

	ret = isp_sched_block(isp);
	if (ret)
		return ret;
	ret = pm_runtime_force_suspend(dev);
	if (ret)
		isp_sched_unblock(isp);

	return ret;
}

static int isp_drv_resume(struct device *dev)
{
	struct isp_device *isp = dev_get_drvdata(dev);
	int ret;

	ret = pm_runtime_force_resume(dev);
	isp_sched_unblock(isp);

	return ret;
}

static const struct dev_pm_ops isp_drv_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(isp_drv_suspend, isp_drv_resume)
	RUNTIME_PM_OPS(isp_drv_runtime_suspend, isp_drv_runtime_resume, NULL)
};

static const struct of_device_id isp_drv_of_match[] = {
	{ .compatible = "rockchip,rk3588-isp", .data = &isp_soc_rk3588 },
	{}
};
MODULE_DEVICE_TABLE(of, isp_drv_of_match);

static struct platform_driver isp_driver = {
	.probe = isp_drv_probe,
	.remove = isp_drv_remove,
	.driver = {
		.name = ISP_DRV_NAME,
		.of_match_table = isp_drv_of_match,
		.pm = pm_ptr(&isp_drv_pm_ops),
	},
};
module_platform_driver(isp_driver);

MODULE_DESCRIPTION("Sunmao driver for Rockchip ISPs");
MODULE_LICENSE("GPL");
