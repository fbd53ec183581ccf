/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: two-level page tables, without the hardware
 *
 * A directory of 1024 entries points to tables of 1024 entries, each of which
 * points to a page of 4 KiB (hardware notes, IOMMU 3). Where tables come from and
 * how they get out of the CPU's cache is the caller's business.
 *
 * Several threads may map and unmap different ranges at the same time. Two may
 * not work on the same address, which is the rule of the kernel's IOMMU interface.
 */
#ifndef _SUNMAO_IOMMU_PGTABLE_H_
#define _SUNMAO_IOMMU_PGTABLE_H_

#include <linux/bits.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define RKMMU_ENTRIES		1024
#define RKMMU_PAGE_SHIFT	12
#define RKMMU_PAGE_SIZE		BIT(RKMMU_PAGE_SHIFT)
#define RKMMU_TABLE_SHIFT	22
/* What one table covers. */
#define RKMMU_TABLE_SPAN	BIT(RKMMU_TABLE_SHIFT)
#define RKMMU_TABLE_BYTES	(RKMMU_ENTRIES * sizeof(u32))
#define RKMMU_ADDRESS_BITS	32

/* Bits of an entry; readable and writable are those of the second level only. */
#define RKMMU_VALID		BIT(0)
#define RKMMU_READABLE		BIT(1)
#define RKMMU_WRITABLE		BIT(2)

/* Emptied tables that are kept for the next mapping. */
#define RKMMU_SPARES		4

/**
 * struct rkmmu_format - what a version of the hardware can address
 * @name: for messages
 * @address_bits: width of a physical address in an entry
 * @root_bits: width of the directory's address that the hardware can take
 */
struct rkmmu_format {
	const char *name;
	unsigned int address_bits;
	unsigned int root_bits;
};

extern const struct rkmmu_format rkmmu_v1;
extern const struct rkmmu_format rkmmu_v1_low;
extern const struct rkmmu_format rkmmu_v2;

/**
 * struct rkmmu_table - a directory or a second-level table
 * @entries: as the CPU sees it
 * @addr: as the hardware sees it
 * @valid: valid entries (second level only)
 * @fresh: the hardware has not been shown this table yet
 * @next: in the list of retired or spare tables
 */
struct rkmmu_table {
	u32 *entries;
	dma_addr_t addr;
	unsigned int valid;
	bool fresh;
	struct rkmmu_table *next;
};

/**
 * struct rkmmu_memory_ops - where tables live
 * @alloc: fill in @entries (zeroed, and zero in memory too) and @addr, which must
 *	fit into @bits; may sleep when @gfp says so
 * @free: give it back; any context
 * @clean: write a range back from the CPU's cache; any context
 */
struct rkmmu_memory_ops {
	int (*alloc)(void *ctx, struct rkmmu_table *table, unsigned int bits,
		     gfp_t gfp);
	void (*free)(void *ctx, struct rkmmu_table *table);
	void (*clean)(void *ctx, dma_addr_t addr, size_t size);
};

/**
 * struct rkmmu_pgtable - an address space
 * @format: of all IOMMUs that use it
 * @ops: memory
 * @ctx: passed to @ops
 * @lock: protects what follows
 * @root: the directory
 * @leaf: second-level tables by directory index
 * @retired: emptied tables that the hardware may still know
 * @spare: emptied tables that the hardware has forgotten
 * @num_spare: length of @spare
 */
struct rkmmu_pgtable {
	const struct rkmmu_format *format;
	const struct rkmmu_memory_ops *ops;
	void *ctx;
	spinlock_t lock;	/* of what follows */
	struct rkmmu_table root;
	struct rkmmu_table **leaf;
	struct rkmmu_table *retired;
	struct rkmmu_table *spare;
	unsigned int num_spare;
};

u32 rkmmu_pack(u64 addr);
u64 rkmmu_unpack(u32 entry);
u32 rkmmu_pgtable_root(const struct rkmmu_pgtable *pt);

int rkmmu_pgtable_init(struct rkmmu_pgtable *pt, const struct rkmmu_format *format,
		       const struct rkmmu_memory_ops *ops, void *ctx, gfp_t gfp);
void rkmmu_pgtable_fini(struct rkmmu_pgtable *pt);

int rkmmu_pgtable_map(struct rkmmu_pgtable *pt, u64 iova, u64 paddr, size_t size,
		      u32 access, gfp_t gfp, size_t *mapped);
bool rkmmu_pgtable_publish(struct rkmmu_pgtable *pt, u64 iova, size_t size);
size_t rkmmu_pgtable_unmap(struct rkmmu_pgtable *pt, u64 iova, size_t size);
u64 rkmmu_pgtable_lookup(struct rkmmu_pgtable *pt, u64 iova);

struct rkmmu_table *rkmmu_pgtable_take_retired(struct rkmmu_pgtable *pt);
void rkmmu_pgtable_recycle(struct rkmmu_pgtable *pt, struct rkmmu_table *tables);

#endif /* _SUNMAO_IOMMU_PGTABLE_H_ */
