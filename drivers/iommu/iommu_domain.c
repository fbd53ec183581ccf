// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: address spaces on the kernel's IOMMU interface
 *
 * Unmapping clears entries and gathers; one flush at the end tells the banks, with
 * one command each: a single page by its address, anything more by dropping all.
 * Mapping is published in one go as well. It has to evict the first and the last
 * page, since only their cache lines can hold entries of neighbours, or everything
 * when a table is new.
 *
 * Banks that have no power are skipped: they come up empty.
 */

#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/iommu.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include <sunmao/compat.h>

#include "iommu_dev.h"

static struct rkmmu_domain *to_rkmmu_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct rkmmu_domain, domain);
}

static int table_page(struct rkmmu_domain *rd, struct rkmmu_table *table,
		      unsigned int bits, gfp_t gfp)
{
	unsigned long page = get_zeroed_page(gfp);
	dma_addr_t addr;

	if (!page)
		return -ENOMEM;

	addr = dma_map_single(rd->dev, (void *)page, RKMMU_TABLE_BYTES,
			      DMA_TO_DEVICE);
	if (dma_mapping_error(rd->dev, addr)) {
		free_page(page);
		return -ENOMEM;
	}

	/* A bounce buffer would never see what is written to the table later. */
	if (addr != virt_to_phys((void *)page) || addr >> bits) {
		dma_unmap_single(rd->dev, addr, RKMMU_TABLE_BYTES, DMA_TO_DEVICE);
		free_page(page);
		return -ERANGE;
	}

	table->entries = (u32 *)page;
	table->addr = addr;

	return 0;
}

static int table_alloc(void *ctx, struct rkmmu_table *table, unsigned int bits,
		       gfp_t gfp)
{
	struct rkmmu_domain *rd = ctx;

	/*
	 * A directory goes below 4 GiB wherever it can, also for hardware that
	 * says it is v2: device trees name RK3568's v1.0 like this (IOMMU 7).
	 */
	if (bits <= 32)
		return table_page(rd, table, bits, gfp | GFP_DMA32);
	if (table == &rd->pt.root &&
	    !table_page(rd, table, bits, gfp | GFP_DMA32 | __GFP_NOWARN))
		return 0;

	return table_page(rd, table, bits, gfp);
}

static void table_free(void *ctx, struct rkmmu_table *table)
{
	struct rkmmu_domain *rd = ctx;

	dma_unmap_single(rd->dev, table->addr, RKMMU_TABLE_BYTES, DMA_TO_DEVICE);
	free_page((unsigned long)table->entries);
}

static void table_clean(void *ctx, dma_addr_t addr, size_t size)
{
	struct rkmmu_domain *rd = ctx;

	dma_sync_single_for_device(rd->dev, addr, size, DMA_TO_DEVICE);
}

static const struct rkmmu_memory_ops rkmmu_dma_memory = {
	.alloc = table_alloc,
	.free = table_free,
	.clean = table_clean,
};

/* Drop everything from all banks of the domain, then reuse emptied tables. */
static void rkmmu_flush(struct rkmmu_domain *rd, struct rkmmu_table *retired)
{
	struct rkmmu_user *user;
	unsigned long flags;

	spin_lock_irqsave(&rd->lock, flags);
	list_for_each_entry(user, &rd->users, node) {
		spin_lock(&user->mmu->lock);
		if (user->mmu->on) {
			rkmmu_hw_zap_all(&user->mmu->hw);
			if (retired)
				rkmmu_hw_barrier(&user->mmu->hw);
		}
		spin_unlock(&user->mmu->lock);
	}
	spin_unlock_irqrestore(&rd->lock, flags);

	if (retired)
		rkmmu_pgtable_recycle(&rd->pt, retired);
}

static void rkmmu_flush_edges(struct rkmmu_domain *rd, u32 first, u32 last)
{
	struct rkmmu_user *user;
	unsigned long flags;

	spin_lock_irqsave(&rd->lock, flags);
	list_for_each_entry(user, &rd->users, node) {
		spin_lock(&user->mmu->lock);
		if (user->mmu->on) {
			rkmmu_hw_zap_page(&user->mmu->hw, first);
			if (last != first)
				rkmmu_hw_zap_page(&user->mmu->hw, last);
		}
		spin_unlock(&user->mmu->lock);
	}
	spin_unlock_irqrestore(&rd->lock, flags);
}

static void rkmmu_flush_all(struct iommu_domain *domain)
{
	struct rkmmu_domain *rd = to_rkmmu_domain(domain);

	rkmmu_flush(rd, rkmmu_pgtable_take_retired(&rd->pt));
}

static void rkmmu_sync(struct iommu_domain *domain,
		       struct iommu_iotlb_gather *gather)
{
	struct rkmmu_domain *rd = to_rkmmu_domain(domain);
	struct rkmmu_table *retired = rkmmu_pgtable_take_retired(&rd->pt);

	if (retired || gather->end - gather->start >= RKMMU_PAGE_SIZE)
		rkmmu_flush(rd, retired);
	else if (gather->start <= gather->end)
		rkmmu_flush_edges(rd, gather->start, gather->start);
}

static int rkmmu_sync_map(struct iommu_domain *domain, unsigned long iova,
			  size_t size)
{
	struct rkmmu_domain *rd = to_rkmmu_domain(domain);

	if (rkmmu_pgtable_publish(&rd->pt, iova, size))
		rkmmu_flush(rd, NULL);
	else
		rkmmu_flush_edges(rd, iova, iova + size - RKMMU_PAGE_SIZE);

	return 0;
}

static int rkmmu_map(struct iommu_domain *domain, unsigned long iova,
		     phys_addr_t paddr, size_t pgsize, size_t pgcount, int prot,
		     gfp_t gfp, size_t *mapped)
{
	struct rkmmu_domain *rd = to_rkmmu_domain(domain);
	u32 access = 0;

	if (prot & IOMMU_READ)
		access |= RKMMU_READABLE;
	if (prot & IOMMU_WRITE)
		access |= RKMMU_WRITABLE;

	return rkmmu_pgtable_map(&rd->pt, iova, paddr, pgsize * pgcount, access,
				 gfp, mapped);
}

static size_t rkmmu_unmap(struct iommu_domain *domain, unsigned long iova,
			  size_t pgsize, size_t pgcount,
			  struct iommu_iotlb_gather *gather)
{
	struct rkmmu_domain *rd = to_rkmmu_domain(domain);
	size_t done;

	done = rkmmu_pgtable_unmap(&rd->pt, iova, pgsize * pgcount);
	if (done)
		iommu_iotlb_gather_add_range(gather, iova, done);

	return done;
}

static phys_addr_t rkmmu_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	return rkmmu_pgtable_lookup(&to_rkmmu_domain(domain)->pt, iova);
}

static void rkmmu_domain_free(struct iommu_domain *domain)
{
	struct rkmmu_domain *rd = to_rkmmu_domain(domain);

	/* Banks would go on translating with memory of somebody else. */
	if (!list_empty(&rd->users)) {
		dev_err(rd->dev, "a domain that is attached is not freed\n");
		return;
	}
	rkmmu_pgtable_fini(&rd->pt);
	put_device(rd->dev);
	kfree(rd);
}

/**
 * rkmmu_domain_new() - make an address space
 * @mmu: any of the IOMMUs that will use it
 *
 * Return: the address space, nothing mapped; -ENOMEM, or -ERANGE when there is no
 * memory that the hardware can take a table from.
 */
struct iommu_domain *rkmmu_domain_new(struct rkmmu *mmu)
{
	struct rkmmu_domain *rd;
	int ret;

	rd = kzalloc_obj(*rd);
	if (!rd)
		return ERR_PTR(-ENOMEM);

	spin_lock_init(&rd->lock);
	INIT_LIST_HEAD(&rd->users);
	rd->dev = get_device(mmu->dev);
	ret = rkmmu_pgtable_init(&rd->pt, mmu->format, &rkmmu_dma_memory, rd,
				 GFP_KERNEL);
	if (ret) {
		put_device(rd->dev);
		kfree(rd);
		return ERR_PTR(ret);
	}

	/* Blocks up to what one table covers. */
	rd->domain.pgsize_bitmap = GENMASK(RKMMU_TABLE_SHIFT, RKMMU_PAGE_SHIFT);
	rd->domain.geometry.aperture_end = DMA_BIT_MASK(RKMMU_ADDRESS_BITS);
	rd->domain.geometry.force_aperture = true;

	return &rd->domain;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_domain_new);

static struct iommu_domain *rkmmu_domain_alloc(struct device *dev)
{
	return rkmmu_domain_new(dev_iommu_priv_get(dev));
}

static int rkmmu_attach_paging(struct iommu_domain *domain, struct device *dev)
{
	return rkmmu_attach(dev_iommu_priv_get(dev), to_rkmmu_domain(domain));
}

SUNMAO_DEFINE_ATTACH_DEV(rkmmu_attach_paging);

static int rkmmu_attach_identity(struct iommu_domain *domain, struct device *dev)
{
	return rkmmu_detach(dev_iommu_priv_get(dev));
}

SUNMAO_DEFINE_ATTACH_DEV(rkmmu_attach_identity);

static struct iommu_domain rkmmu_identity = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &(const struct iommu_domain_ops) {
		.attach_dev = SUNMAO_ATTACH_DEV(rkmmu_attach_identity),
	},
};

static bool rkmmu_capable(struct device *dev, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_DEFERRED_FLUSH;
}

static int rkmmu_of_xlate(struct device *dev, const struct of_phandle_args *args)
{
	struct platform_device *pdev = of_find_device_by_node(args->np);
	struct rkmmu *mmu, *old = dev_iommu_priv_get(dev);

	if (!pdev)
		return -ENODEV;
	mmu = platform_get_drvdata(pdev);
	put_device(&pdev->dev);

	if (!mmu)
		return -ENODEV;
	if (old && old != mmu) {
		dev_err(dev, "is behind two IOMMUs, %s and %s: not supported\n",
			dev_name(old->dev), dev_name(mmu->dev));
		return -EINVAL;
	}
	dev_iommu_priv_set(dev, mmu);

	return 0;
}

static struct iommu_device *rkmmu_probe_device(struct device *dev)
{
	struct rkmmu *mmu = dev_iommu_priv_get(dev);
	int ret;

	if (!mmu)
		return ERR_PTR(-ENODEV);
	ret = rkmmu_add_master(mmu, dev);

	return ret ? ERR_PTR(ret) : &mmu->core;
}

/*
 * There is one table per IOMMU, so its masters share one group. Newer images export
 * no helper for that (generic_single_device_group).
 */
static struct iommu_group *rkmmu_device_group(struct device *dev)
{
	struct rkmmu *mmu = dev_iommu_priv_get(dev);
	struct iommu_group *group;

	if (!mmu->group) {
		group = generic_device_group(dev);
		if (IS_ERR(group))
			return group;
		mmu->group = group;
	}

	return iommu_group_ref_get(mmu->group);
}

static void rkmmu_release_device(struct device *dev)
{
	rkmmu_remove_master(dev_iommu_priv_get(dev), dev);
}

const struct iommu_ops rkmmu_iommu_ops = {
	.owner = THIS_MODULE,
	.identity_domain = &rkmmu_identity,
	/* The banks let go of a device that leaves; its tables may be freed. */
	.release_domain = &rkmmu_identity,
	.capable = rkmmu_capable,
	.domain_alloc_paging = rkmmu_domain_alloc,
	.probe_device = rkmmu_probe_device,
	.release_device = rkmmu_release_device,
	.device_group = rkmmu_device_group,
	.of_xlate = rkmmu_of_xlate,
	.default_domain_ops = &(const struct iommu_domain_ops) {
		.attach_dev = SUNMAO_ATTACH_DEV(rkmmu_attach_paging),
		.map_pages = rkmmu_map,
		.unmap_pages = rkmmu_unmap,
		.iotlb_sync_map = rkmmu_sync_map,
		.iotlb_sync = rkmmu_sync,
		.flush_iotlb_all = rkmmu_flush_all,
		.iova_to_phys = rkmmu_iova_to_phys,
		.free = rkmmu_domain_free,
	},
};
EXPORT_SYMBOL_IF_KUNIT(rkmmu_iommu_ops);
