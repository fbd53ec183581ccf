// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: address spaces on the kernel's IOMMU interface
 *
 * Buffers are mapped for the CPU side with the DRM device's parent, which sits on
 * the bus without an IOMMU: its DMA addresses are what an IOMMU has to put out.
 * That is all an importer may know of a foreign buffer, whose pages are none of
 * its business.
 *
 * Page faults are reported per domain, in hard interrupt context, with the IOMMU
 * as the device. The core behind it is found by its device tree node.
 */

#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/scatterlist.h>
#include <linux/string_choices.h>

#include <drm/drm_gem.h>

#include "npu_core.h"
#include "npu_device.h"
#include "npu_gem.h"
#include "npu_vm.h"

#define NPU_MMU_PROT	(IOMMU_READ | IOMMU_WRITE)
/* See npu_mmu_ops.map: it must not wait for memory. */
#define NPU_MMU_GFP	(GFP_NOWAIT | __GFP_ACCOUNT | __GFP_NOWARN)

static int npu_mmu_fault(struct iommu_domain *domain, struct device *dev,
			 unsigned long iova, int flags, void *token)
{
	struct npu_vm *vm = token;
	struct npu_device *ndev = vm->ndev;
	struct npu_core *core;
	unsigned long irqflags;
	unsigned int i;

	spin_lock_irqsave(&ndev->cores_lock, irqflags);
	for (i = 0; i < ndev->num_slots; i++) {
		core = ndev->cores[i];
		if (core && core->mmu_node == dev->of_node &&
		    npu_core_page_fault(core, vm))
			dev_err_ratelimited(core->dev,
					    "core %u: %s of unmapped address %#lx\n",
					    core->id,
					    str_write_read(flags & IOMMU_FAULT_WRITE), iova);
	}
	spin_unlock_irqrestore(&ndev->cores_lock, irqflags);

	/* Nobody makes the access succeed. */
	return -EFAULT;
}

static int npu_mmu_init(struct npu_vm *vm, u64 *first, u64 *last)
{
	struct npu_device *ndev = vm->ndev;
	struct iommu_domain *domain;
	struct device *dev = NULL;
	unsigned int i;

	/* The IOMMUs of all cores are alike, any of them will do. */
	down_read(&ndev->core_sem);
	for (i = 0; i < ndev->num_slots && !dev; i++) {
		if (ndev->cores[i])
			dev = get_device(ndev->cores[i]->dev);
	}
	up_read(&ndev->core_sem);
	if (!dev)
		return -ENODEV;

	domain = iommu_paging_domain_alloc(dev);
	put_device(dev);
	if (IS_ERR(domain))
		return PTR_ERR(domain);

	iommu_set_fault_handler(domain, npu_mmu_fault, vm);
	vm->domain = domain;
	*first = domain->geometry.aperture_start;
	*last = domain->geometry.aperture_end;

	return 0;
}

static void npu_mmu_fini(struct npu_vm *vm)
{
	iommu_domain_free(vm->domain);
	vm->domain = NULL;
}

static void npu_mmu_unmap(struct npu_vm *vm, u64 iova, u64 size)
{
	size_t done = iommu_unmap(vm->domain, iova, size);

	WARN_ON(done != size);
}

/*
 * A whole buffer of ours in one go, which costs one flush. iommu_map_sg() goes by pages,
 * so it fits where the NPU's bus addresses are theirs.
 */
static bool npu_mmu_goes_by_pages(struct npu_bo *bo)
{
	struct scatterlist *first = bo->shmem.sgt->sgl;

	return !npu_bo_imported(bo) &&
	       sg_dma_address(first) == sg_phys(first);
}

static int npu_mmu_map_pages(struct npu_vm *vm, u64 iova, struct npu_bo *bo)
{
	u64 size = npu_bo_obj(bo)->size;
	struct sg_table *sgt = bo->shmem.sgt;
	ssize_t done;

	done = iommu_map_sg(vm->domain, iova, sgt->sgl, sgt->orig_nents,
			    NPU_MMU_PROT, NPU_MMU_GFP);
	if (done < 0)
		return done;
	if (done != size) {
		npu_mmu_unmap(vm, iova, done);
		return -EINVAL;
	}

	return 0;
}

/* Pages of others are none of our business: only the addresses count, in runs. */
static int npu_mmu_map_dma(struct npu_vm *vm, u64 iova, struct npu_bo *bo)
{
	u64 size = npu_bo_obj(bo)->size, pos = 0, run = 0, len;
	struct sg_table *sgt = bo->shmem.sgt;
	struct scatterlist *sg;
	dma_addr_t start = 0;
	unsigned int i;
	int ret = 0;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		len = min_t(u64, sg_dma_len(sg), size - pos - run);
		if (!len)
			break;
		if (!IS_ALIGNED(sg_dma_address(sg) | len, PAGE_SIZE)) {
			ret = -EINVAL;
			break;
		}
		if (run && sg_dma_address(sg) == start + run) {
			run += len;
			continue;
		}
		if (run) {
			ret = iommu_map(vm->domain, iova + pos, start, run,
					NPU_MMU_PROT, NPU_MMU_GFP);
			if (ret)
				break;
			pos += run;
		}
		start = sg_dma_address(sg);
		run = len;
	}
	if (!ret && run) {
		ret = iommu_map(vm->domain, iova + pos, start, run,
				NPU_MMU_PROT, NPU_MMU_GFP);
		if (!ret)
			pos += run;
	}

	if (!ret && pos < size)
		ret = -EINVAL;
	if (ret && pos)
		npu_mmu_unmap(vm, iova, pos);

	return ret;
}

static int npu_mmu_map(struct npu_vm *vm, u64 iova, struct npu_bo *bo)
{
	return npu_mmu_goes_by_pages(bo) ? npu_mmu_map_pages(vm, iova, bo) :
					   npu_mmu_map_dma(vm, iova, bo);
}

const struct npu_mmu_ops npu_mmu_ops = {
	.init = npu_mmu_init,
	.fini = npu_mmu_fini,
	.map = npu_mmu_map,
	.unmap = npu_mmu_unmap,
};
