/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: address spaces
 *
 * An address space is an IOMMU domain plus the allocator of its 32-bit addresses.
 * The allocator knows nothing of hardware. Address 0 is never handed out, so a
 * stream with a forgotten address faults instead of hitting somebody's buffer.
 *
 * A mapping ties a buffer to the address space of one context. It is made when
 * the buffer gets its first handle in that file and holds both, so neither can go
 * away under it. When the last handle is closed the mapping is retired: it stays
 * in place until every job that was submitted before has finished, because jobs
 * may use buffers that they do not list.
 */
#ifndef _NPU_VM_H_
#define _NPU_VM_H_

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/types.h>

#include <drm/drm_mm.h>

struct iommu_domain;
struct npu_bo;
struct npu_ctx;
struct npu_device;
struct npu_vm;

/**
 * struct npu_mmu_ops - how address spaces reach the hardware
 * @init: make the domain of @vm and report the addresses it can translate, first
 *	and last
 * @fini: end of @init; nothing is mapped any more
 * @map: make all pages of @bo visible at @iova, read and write; leaves nothing
 *	mapped when it fails. vm.mmu_lock is held, so it must not wait for memory.
 * @unmap: end of @map; the hardware cannot reach the pages when it returns.
 *	vm.mmu_lock is held.
 */
struct npu_mmu_ops {
	int (*init)(struct npu_vm *vm, u64 *first, u64 *last);
	void (*fini)(struct npu_vm *vm);
	int (*map)(struct npu_vm *vm, u64 iova, struct npu_bo *bo);
	void (*unmap)(struct npu_vm *vm, u64 iova, u64 size);
};

extern const struct npu_mmu_ops npu_mmu_ops;

/**
 * struct npu_iova_node - a range of addresses in use
 * @mm: start and size
 * @rb: sorted by start, for npu_iova_find()
 */
struct npu_iova_node {
	struct drm_mm_node mm;
	struct rb_node rb;
};

/**
 * struct npu_iova_space - allocator of NPU addresses
 * @mm: free and used ranges
 * @used: used ranges, sorted
 */
struct npu_iova_space {
	struct drm_mm mm;
	struct rb_root used;
};

/**
 * struct npu_vm - address space of a context
 * @ndev: device
 * @domain: IOMMU domain, NULL for address spaces that never reach an IOMMU
 * @lock: protects @iova and npu_mapping.live
 * @iova: addresses
 * @mmu_lock: keeps mapping and unmapping, which talk to the IOMMU of every core
 *	that the address space is attached to, apart from resets of such a core
 */
struct npu_vm {
	struct npu_device *ndev;
	struct iommu_domain *domain;
	struct mutex lock; /* iova, liveness of mappings */
	struct npu_iova_space iova;
	struct mutex mmu_lock; /* registers of attached IOMMUs */
};

/**
 * struct npu_mapping - a buffer in an address space
 * @node: its addresses
 * @live: the pages are mapped, streams may be here; under vm.lock
 * @ctx: context of the address space; holds a reference
 * @bo: buffer; holds a reference
 * @bo_link: in the buffer's list; under bo.map_lock
 * @handles: handles of the buffer in this file and temporary users; under
 *	bo.map_lock
 * @retire_seq: last job that may use the mapping
 * @retire_link: in the context's list of retired mappings
 */
struct npu_mapping {
	struct npu_iova_node node;
	bool live;
	struct npu_ctx *ctx;
	struct npu_bo *bo;
	struct list_head bo_link;
	unsigned int handles;
	u64 retire_seq;
	struct list_head retire_link;
};

int npu_iova_init(struct npu_iova_space *space, u64 first, u64 last);
void npu_iova_fini(struct npu_iova_space *space);
int npu_iova_alloc(struct npu_iova_space *space, struct npu_iova_node *node,
		   u64 size);
void npu_iova_free(struct npu_iova_space *space, struct npu_iova_node *node);
struct npu_iova_node *npu_iova_find(struct npu_iova_space *space, u64 iova,
				    u64 size);

int npu_vm_init(struct npu_vm *vm, struct npu_device *ndev);
void npu_vm_fini(struct npu_vm *vm);
int npu_vm_read(struct npu_vm *vm, u64 iova, u64 size, u64 offset, u64 *words,
		unsigned int count);

struct npu_mapping *npu_mapping_get(struct npu_ctx *ctx, struct npu_bo *bo);
void npu_mapping_put(struct npu_mapping *mapping);
void npu_mapping_close(struct npu_ctx *ctx, struct npu_bo *bo);
void npu_mapping_destroy(struct npu_mapping *mapping);

static inline u64 npu_mapping_iova(const struct npu_mapping *mapping)
{
	return mapping->node.mm.start;
}

#endif /* _NPU_VM_H_ */
