// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what an IOMMU driver costs
 *
 * Takes the place of an NPU driver on the first core, whose IOMMU has two banks, and
 * does on command what such a driver does: attach, map, unmap. A write to "run" in
 * debugfs is one operation, a read tells how long it took, in the guest's time.
 * scripts/sunmao/bench_iommu.py counts register accesses around it. No access goes through what
 * is mapped.
 */

#include <linux/debugfs.h>
#include <linux/iommu.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/regulator/consumer.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define IOVA		0x10000000ul
#define BYTES		SZ_64M
#define PROT		(IOMMU_READ | IOMMU_WRITE)

/**
 * struct bench - the one device that is looked at
 * @dev: NPU core
 * @domain: ours, attached by "attach"
 * @pages: two pages that do not touch, mapped in turn
 * @table: @BYTES of single pages
 * @big: the same as one block
 * @ns: duration of the last operation
 * @dir: in debugfs
 */
struct bench {
	struct device *dev;
	struct iommu_domain *domain;
	struct page *pages;
	struct sg_table table;
	struct scatterlist big;
	u64 ns;
	struct dentry *dir;
};

static struct bench *the_bench;

static int map_sg(struct bench *b, struct scatterlist *sgl, unsigned int nents)
{
	ssize_t done = iommu_map_sg(b->domain, IOVA, sgl, nents, PROT, GFP_KERNEL);

	return done < 0 ? done : done == BYTES ? 0 : -EIO;
}

static int unmap(struct bench *b, size_t bytes)
{
	return iommu_unmap(b->domain, IOVA, bytes) == bytes ? 0 : -EIO;
}

static int operate(struct bench *b, const char *what)
{
	u64 begin = ktime_get_ns();
	int ret = -EINVAL;

	if (sysfs_streq(what, "attach")) {
		ret = iommu_attach_device(b->domain, b->dev);
	} else if (sysfs_streq(what, "detach")) {
		iommu_detach_device(b->domain, b->dev);
		ret = 0;
	} else if (sysfs_streq(what, "map-pages")) {
		ret = map_sg(b, b->table.sgl, b->table.orig_nents);
	} else if (sysfs_streq(what, "map-block")) {
		ret = map_sg(b, &b->big, 1);
	} else if (sysfs_streq(what, "unmap-1M")) {
		ret = unmap(b, SZ_1M);
	} else if (sysfs_streq(what, "unmap")) {
		ret = unmap(b, BYTES);
	} else if (sysfs_streq(what, "map-1M")) {
		ret = iommu_map(b->domain, IOVA, page_to_phys(b->pages), SZ_1M, PROT,
				GFP_KERNEL);
	} else if (sysfs_streq(what, "nothing")) {
		ret = 0;
	}
	b->ns = ktime_get_ns() - begin;

	return ret;
}

static ssize_t run_write(struct file *file, const char __user *from, size_t size,
			 loff_t *pos)
{
	struct bench *b = ((struct seq_file *)file->private_data)->private;
	char what[16] = {};
	int ret;

	if (size >= sizeof(what) || copy_from_user(what, from, size))
		return -EINVAL;
	ret = operate(b, what);

	return ret ?: size;
}

static int run_show(struct seq_file *m, void *unused)
{
	struct bench *b = m->private;

	seq_printf(m, "%llu\n", b->ns);
	return 0;
}

static int run_open(struct inode *inode, struct file *file)
{
	return single_open(file, run_show, inode->i_private);
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = run_open,
	.read = seq_read,
	.write = run_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* Every other page of two, so that nothing can be merged. */
static int make_table(struct bench *b)
{
	struct scatterlist *sg;
	unsigned int i;
	int ret;

	b->pages = alloc_pages(GFP_KERNEL, 2);
	if (!b->pages)
		return -ENOMEM;
	ret = sg_alloc_table(&b->table, BYTES / PAGE_SIZE, GFP_KERNEL);
	if (ret) {
		__free_pages(b->pages, 2);
		return ret;
	}
	for_each_sg(b->table.sgl, sg, b->table.orig_nents, i)
		sg_set_page(sg, b->pages + (i & 1 ? 0 : 2), PAGE_SIZE, 0);

	/* Only the address is looked at. */
	sg_init_table(&b->big, 1);
	sg_set_page(&b->big, pfn_to_page(ALIGN(page_to_pfn(b->pages), SZ_4M / PAGE_SIZE)),
		    BYTES, 0);

	return 0;
}

static const char * const supplies[] = { "npu", "sram" };

static int bench_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct bench *b;
	int ret;

	if (the_bench)
		return -ENODEV;

	b = devm_kzalloc(dev, sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	b->dev = dev;

	/* Older power-domain drivers leave the rail alone. */
	ret = devm_regulator_bulk_get_enable(dev, ARRAY_SIZE(supplies), supplies);
	if (!ret)
		ret = devm_pm_runtime_enable(dev);
	if (ret)
		return ret;
	b->domain = iommu_paging_domain_alloc(dev);
	if (IS_ERR(b->domain))
		return dev_err_probe(dev, PTR_ERR(b->domain), "no domain\n");
	ret = make_table(b);
	if (ret)
		goto err_domain;
	ret = pm_runtime_resume_and_get(dev);
	if (ret)
		goto err_table;

	b->dir = debugfs_create_dir("iommu_bench", NULL);
	debugfs_create_file("run", 0600, b->dir, b, &run_fops);
	platform_set_drvdata(pdev, b);
	the_bench = b;

	return 0;

err_table:
	sg_free_table(&b->table);
	__free_pages(b->pages, 2);
err_domain:
	iommu_domain_free(b->domain);
	return ret;
}

static void bench_remove(struct platform_device *pdev)
{
	struct bench *b = platform_get_drvdata(pdev);

	the_bench = NULL;
	debugfs_remove(b->dir);
	pm_runtime_put_sync(b->dev);
	sg_free_table(&b->table);
	__free_pages(b->pages, 2);
	iommu_domain_free(b->domain);
}

static const struct of_device_id bench_matches[] = {
	{ .compatible = "rockchip,rk3588-rknn-core" },
	{ }
};
MODULE_DEVICE_TABLE(of, bench_matches);

static struct platform_driver bench_driver = {
	.probe = bench_probe,
	.remove = bench_remove,
	.driver = {
		.name = "iommu-bench",
		.of_match_table = bench_matches,
	},
};
module_platform_driver(bench_driver);

MODULE_DESCRIPTION("Costs of an IOMMU driver");
MODULE_LICENSE("GPL");
