// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: two-level page tables, without the hardware
 *
 * Cache maintenance is batched: mapping only writes entries, and one
 * rkmmu_pgtable_publish() for everything that was mapped cleans each table once,
 * the directory after the table. A table that the hardware can see before that
 * reads as zeroes, which means not mapped.
 *
 * A table whose last page goes is unhooked at once but may not be reused before
 * the hardware's caches were emptied: it is retired. The caller takes the retired
 * tables, flushes, and hands them back, in this order.
 */

#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include <sunmao/compat.h>

#include "iommu_pgtable.h"

/* Physical address bits by their place in an entry (IOMMU 3). */
#define ENTRY_31_12	GENMASK(31, 12)
#define ENTRY_35_32	GENMASK(11, 8)
#define ENTRY_39_36	GENMASK(7, 4)

/**
 * rkmmu_pack() - put a physical address into an entry
 * @addr: multiple of 4 KiB, at most 40 bits
 *
 * Addresses of up to 32 bits look the same in every version of the hardware, so
 * there is one form for all.
 *
 * Return: the entry without its flags.
 */
u32 rkmmu_pack(u64 addr)
{
	return (lower_32_bits(addr) & ENTRY_31_12) |
	       FIELD_PREP(ENTRY_35_32, (addr >> 32) & 0xf) |
	       FIELD_PREP(ENTRY_39_36, (addr >> 36) & 0xf);
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pack);

/**
 * rkmmu_unpack() - take the physical address out of an entry
 * @entry: made by rkmmu_pack(), flags are ignored
 *
 * Return: the address.
 */
u64 rkmmu_unpack(u32 entry)
{
	return (u64)(entry & ENTRY_31_12) |
	       (u64)FIELD_GET(ENTRY_35_32, entry) << 32 |
	       (u64)FIELD_GET(ENTRY_39_36, entry) << 36;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_unpack);

/**
 * rkmmu_pgtable_root() - what goes into an IOMMU's directory register
 * @pt: the address space
 *
 * Return: the packed address of the directory, marked valid.
 */
u32 rkmmu_pgtable_root(const struct rkmmu_pgtable *pt)
{
	return rkmmu_pack(pt->root.addr) | RKMMU_VALID;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_root);

static unsigned int table_index(u64 iova)
{
	return iova >> RKMMU_TABLE_SHIFT;
}

static unsigned int page_index(u64 iova)
{
	return (iova >> RKMMU_PAGE_SHIFT) & (RKMMU_ENTRIES - 1);
}

/* Entries from @iova to the end of the range or of the table. */
static unsigned int entries_here(u64 iova, size_t size)
{
	return min_t(size_t, RKMMU_ENTRIES - page_index(iova),
		     size >> RKMMU_PAGE_SHIFT);
}

static void clean_entries(struct rkmmu_pgtable *pt, struct rkmmu_table *table,
			  unsigned int first, unsigned int num)
{
	pt->ops->clean(pt->ctx, table->addr + first * sizeof(u32),
		       num * sizeof(u32));
}

static bool range_fits(u64 start, size_t size, unsigned int bits)
{
	return start < BIT_ULL(bits) && size <= BIT_ULL(bits) - start;
}

/**
 * rkmmu_pgtable_init() - make an empty address space
 * @pt: zeroed
 * @format: of the hardware; decides where tables may lie
 * @ops: memory
 * @ctx: passed to @ops
 * @gfp: may the allocation sleep?
 *
 * Return: 0 or -ENOMEM, or what @ops->alloc says.
 */
int rkmmu_pgtable_init(struct rkmmu_pgtable *pt, const struct rkmmu_format *format,
		       const struct rkmmu_memory_ops *ops, void *ctx, gfp_t gfp)
{
	int ret;

	pt->format = format;
	pt->ops = ops;
	pt->ctx = ctx;
	spin_lock_init(&pt->lock);

	pt->leaf = kcalloc(RKMMU_ENTRIES, sizeof(*pt->leaf), gfp);
	if (!pt->leaf)
		return -ENOMEM;

	ret = ops->alloc(ctx, &pt->root, format->root_bits, gfp);
	if (ret) {
		kfree(pt->leaf);
		pt->leaf = NULL;
	}

	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_init);

static void free_table(struct rkmmu_pgtable *pt, struct rkmmu_table *table)
{
	pt->ops->free(pt->ctx, table);
	kfree(table);
}

static void free_list(struct rkmmu_pgtable *pt, struct rkmmu_table *table)
{
	struct rkmmu_table *next;

	for (; table; table = next) {
		next = table->next;
		free_table(pt, table);
	}
}

/**
 * rkmmu_pgtable_fini() - free an address space
 * @pt: no hardware uses it any more, nobody else does either
 */
void rkmmu_pgtable_fini(struct rkmmu_pgtable *pt)
{
	unsigned int i;

	for (i = 0; i < RKMMU_ENTRIES; i++) {
		if (pt->leaf[i])
			free_table(pt, pt->leaf[i]);
	}
	free_list(pt, pt->retired);
	free_list(pt, pt->spare);
	kfree(pt->leaf);
	pt->ops->free(pt->ctx, &pt->root);
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_fini);

static void keep_spare(struct rkmmu_pgtable *pt, struct rkmmu_table *table)
{
	lockdep_assert_held(&pt->lock);

	table->next = pt->spare;
	pt->spare = table;
	pt->num_spare++;
}

static struct rkmmu_table *take_spare(struct rkmmu_pgtable *pt)
{
	struct rkmmu_table *table = pt->spare;

	lockdep_assert_held(&pt->lock);

	if (table) {
		pt->spare = table->next;
		pt->num_spare--;
	}
	return table;
}

/* Have a table at @index: 0, or -ENOMEM. Drops the lock to allocate. */
static int want_table(struct rkmmu_pgtable *pt, unsigned int index, gfp_t gfp,
		      unsigned long *flags)
	__must_hold(&pt->lock)
{
	struct rkmmu_table *table;
	int ret;

	lockdep_assert_held(&pt->lock);

	if (pt->leaf[index])
		return 0;

	table = take_spare(pt);
	if (!table) {
		spin_unlock_irqrestore(&pt->lock, *flags);
		table = kzalloc_obj(*table, gfp);
		ret = table ? pt->ops->alloc(pt->ctx, table,
					     pt->format->address_bits, gfp) :
			      -ENOMEM;
		if (ret)
			kfree(table);
		spin_lock_irqsave(&pt->lock, *flags);
		if (ret)
			return pt->leaf[index] ? 0 : ret;

		/* A neighbour in the same table may have been faster. */
		if (pt->leaf[index]) {
			keep_spare(pt, table);
			return 0;
		}
	}

	table->valid = 0;
	table->fresh = true;
	table->next = NULL;
	pt->leaf[index] = table;
	WRITE_ONCE(pt->root.entries[index], rkmmu_pack(table->addr) | RKMMU_VALID);

	return 0;
}

static noinline int map_range(struct rkmmu_pgtable *pt, u64 iova, u64 paddr, size_t size,
			      u32 access, gfp_t gfp, size_t *mapped)
{
	unsigned int i, num, first;
	struct rkmmu_table *table;
	unsigned long flags;
	int ret = 0;

	if (!IS_ALIGNED(iova | paddr | size, RKMMU_PAGE_SIZE))
		return -EINVAL;
	if (!range_fits(iova, size, RKMMU_ADDRESS_BITS) ||
	    !range_fits(paddr, size, pt->format->address_bits))
		return -ERANGE;

	access &= RKMMU_READABLE | RKMMU_WRITABLE;

	while (size && !ret) {
		spin_lock_irqsave(&pt->lock, flags);
		ret = want_table(pt, table_index(iova), gfp, &flags);
		if (ret) {
			spin_unlock_irqrestore(&pt->lock, flags);
			break;
		}

		table = pt->leaf[table_index(iova)];
		first = page_index(iova);
		num = entries_here(iova, size);
		for (i = 0; i < num; i++) {
			if (table->entries[first + i] & RKMMU_VALID) {
				ret = -EADDRINUSE;
				break;
			}
			WRITE_ONCE(table->entries[first + i],
				   rkmmu_pack(paddr) | access | RKMMU_VALID);
			paddr += RKMMU_PAGE_SIZE;
		}
		table->valid += i;
		spin_unlock_irqrestore(&pt->lock, flags);

		iova += (u64)i << RKMMU_PAGE_SHIFT;
		size -= (size_t)i << RKMMU_PAGE_SHIFT;
		*mapped += (size_t)i << RKMMU_PAGE_SHIFT;
	}

	return ret;
}

/**
 * rkmmu_pgtable_map() - write entries
 * @pt: the address space
 * @iova: I/O virtual address, multiple of 4 KiB
 * @paddr: physical address, multiple of 4 KiB
 * @size: bytes, multiple of 4 KiB
 * @access: RKMMU_READABLE, RKMMU_WRITABLE
 * @gfp: for tables
 * @mapped: grows by the bytes that were mapped, also when not all were
 *
 * The hardware need not see any of it before rkmmu_pgtable_publish().
 *
 * Return: 0, -ERANGE for addresses that the hardware cannot express, -EINVAL for
 * uneven ones, -ENOMEM, or -EADDRINUSE at the first page that is mapped already.
 */
int rkmmu_pgtable_map(struct rkmmu_pgtable *pt, u64 iova, u64 paddr, size_t size,
		      u32 access, gfp_t gfp, size_t *mapped)
{
	struct rkmmu_table *table;
	unsigned long flags;
	u32 *entry, new;

	/*
	 * Scattered memory comes page by page, mostly into a table that is there:
	 * that case is kept short.
	 */
	if (size != RKMMU_PAGE_SIZE || !IS_ALIGNED(iova | paddr, RKMMU_PAGE_SIZE) ||
	    iova >> RKMMU_ADDRESS_BITS || paddr >> pt->format->address_bits)
		return map_range(pt, iova, paddr, size, access, gfp, mapped);

	new = rkmmu_pack(paddr) | (access & (RKMMU_READABLE | RKMMU_WRITABLE)) | RKMMU_VALID;

	spin_lock_irqsave(&pt->lock, flags);
	table = pt->leaf[table_index(iova)];
	if (table) {
		entry = &table->entries[page_index(iova)];
		if (!(*entry & RKMMU_VALID)) {
			WRITE_ONCE(*entry, new);
			table->valid++;
			spin_unlock_irqrestore(&pt->lock, flags);
			*mapped += RKMMU_PAGE_SIZE;
			return 0;
		}
	}
	spin_unlock_irqrestore(&pt->lock, flags);

	return map_range(pt, iova, rkmmu_unpack(new), RKMMU_PAGE_SIZE, new, gfp, mapped);
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_map);

/**
 * rkmmu_pgtable_publish() - let the hardware see what was mapped
 * @pt: the address space
 * @iova: start of what was mapped
 * @size: bytes
 *
 * Return: true when a table is new. The hardware may then have cached a directory
 * entry from before, whose reach is a whole table, and has to drop everything.
 */
bool rkmmu_pgtable_publish(struct rkmmu_pgtable *pt, u64 iova, size_t size)
{
	unsigned int num, index;
	struct rkmmu_table *table;
	unsigned long flags;
	bool fresh = false;

	if (!range_fits(iova, size, RKMMU_ADDRESS_BITS))
		return true;

	while (size >= RKMMU_PAGE_SIZE) {
		index = table_index(iova);
		num = entries_here(iova, size);

		spin_lock_irqsave(&pt->lock, flags);
		table = pt->leaf[index];
		if (table) {
			clean_entries(pt, table, page_index(iova), num);
			if (table->fresh) {
				clean_entries(pt, &pt->root, index, 1);
				table->fresh = false;
				fresh = true;
			}
		}
		spin_unlock_irqrestore(&pt->lock, flags);

		iova += (u64)num << RKMMU_PAGE_SHIFT;
		size -= (size_t)num << RKMMU_PAGE_SHIFT;
	}

	return fresh;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_publish);

static void retire(struct rkmmu_pgtable *pt, unsigned int index)
{
	struct rkmmu_table *table = pt->leaf[index];

	lockdep_assert_held(&pt->lock);

	WRITE_ONCE(pt->root.entries[index], 0);
	clean_entries(pt, &pt->root, index, 1);
	pt->leaf[index] = NULL;
	table->next = pt->retired;
	pt->retired = table;
}

/**
 * rkmmu_pgtable_unmap() - clear entries
 * @pt: the address space
 * @iova: I/O virtual address, multiple of 4 KiB
 * @size: bytes, multiple of 4 KiB
 *
 * Stops at the first page that is not mapped. Memory is up to date on return; the
 * hardware's caches are not.
 *
 * Return: bytes unmapped.
 */
size_t rkmmu_pgtable_unmap(struct rkmmu_pgtable *pt, u64 iova, size_t size)
{
	unsigned int i, num, first;
	struct rkmmu_table *table;
	unsigned long flags;
	size_t done = 0;
	bool hole = false;

	if (!IS_ALIGNED(iova | size, RKMMU_PAGE_SIZE) ||
	    !range_fits(iova, size, RKMMU_ADDRESS_BITS))
		return 0;

	while (done < size && !hole) {
		num = entries_here(iova, size - done);
		first = page_index(iova);

		spin_lock_irqsave(&pt->lock, flags);
		table = pt->leaf[table_index(iova)];
		for (i = 0; table && i < num; i++) {
			if (!(table->entries[first + i] & RKMMU_VALID))
				break;
			WRITE_ONCE(table->entries[first + i], 0);
		}
		if (i) {
			clean_entries(pt, table, first, i);
			table->valid -= i;
			if (!table->valid)
				retire(pt, table_index(iova));
		}
		spin_unlock_irqrestore(&pt->lock, flags);

		hole = i < num;
		iova += (u64)i << RKMMU_PAGE_SHIFT;
		done += (size_t)i << RKMMU_PAGE_SHIFT;
	}

	return done;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_unmap);

/**
 * rkmmu_pgtable_lookup() - translate as the hardware would
 * @pt: the address space
 * @iova: any I/O virtual address
 *
 * Return: the physical address, 0 when not mapped.
 */
u64 rkmmu_pgtable_lookup(struct rkmmu_pgtable *pt, u64 iova)
{
	struct rkmmu_table *table;
	unsigned long flags;
	u32 entry = 0;

	if (!range_fits(iova, 1, RKMMU_ADDRESS_BITS))
		return 0;

	spin_lock_irqsave(&pt->lock, flags);
	table = pt->leaf[table_index(iova)];
	if (table)
		entry = table->entries[page_index(iova)];
	spin_unlock_irqrestore(&pt->lock, flags);

	if (!(entry & RKMMU_VALID))
		return 0;

	return rkmmu_unpack(entry) | (iova & (RKMMU_PAGE_SIZE - 1));
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_lookup);

/**
 * rkmmu_pgtable_take_retired() - take the tables that a coming flush sets free
 * @pt: the address space
 *
 * To be called before a flush of everything; rkmmu_pgtable_recycle() after it.
 *
 * Return: a list, NULL when there is none.
 */
struct rkmmu_table *rkmmu_pgtable_take_retired(struct rkmmu_pgtable *pt)
{
	struct rkmmu_table *tables;
	unsigned long flags;

	spin_lock_irqsave(&pt->lock, flags);
	tables = pt->retired;
	pt->retired = NULL;
	spin_unlock_irqrestore(&pt->lock, flags);

	return tables;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_take_retired);

/**
 * rkmmu_pgtable_recycle() - reuse or free retired tables
 * @pt: the address space
 * @tables: list from rkmmu_pgtable_take_retired()
 *
 * A few are kept, so that a client that maps and unmaps one buffer again and
 * again does not go to the page allocator each time.
 */
void rkmmu_pgtable_recycle(struct rkmmu_pgtable *pt, struct rkmmu_table *tables)
{
	struct rkmmu_table *table;
	unsigned long flags;

	spin_lock_irqsave(&pt->lock, flags);
	while (tables && pt->num_spare < RKMMU_SPARES) {
		table = tables;
		tables = table->next;
		keep_spare(pt, table);
	}
	spin_unlock_irqrestore(&pt->lock, flags);

	free_list(pt, tables);
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_pgtable_recycle);
