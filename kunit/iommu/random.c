// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: 100,000 random operations against a flat array
 *
 * Two windows: one across several tables, one at the very end of the address
 * space. What memory says, walked as the hardware walks it, has to be the array at
 * any time between operations.
 */

#include <linux/sizes.h>

#include "fake.h"
#include "suites.h"

#define OPERATIONS	100000
#define PAGES		6144
#define SEED		0x5351554e4d414full

struct reference {
	u64 base;
	u64 *page;
};

struct random {
	struct rkmmu_pgtable pt;
	struct fake_memory *mem;
	u64 rnd;
	struct reference window[2];
	u64 mapped_pages;
	u64 collisions;
	u64 holes;
};

/* xorshift; a trimmed kernel exports no generator with a seed. */
static unsigned int below(struct random *r, unsigned int limit)
{
	r->rnd ^= r->rnd << 13;
	r->rnd ^= r->rnd >> 7;
	r->rnd ^= r->rnd << 17;

	return (u32)(r->rnd >> 32) % limit;
}

/* Mostly small, now and then more than a table. */
static unsigned int length(struct random *r, unsigned int room)
{
	unsigned int limit = below(r, 64) ? 48 : 2500;

	return 1 + below(r, min(limit, room));
}

/* Bit 0 of a reference: mapped. Bits 2:1: permissions. Rest: the address. */
static void check(struct kunit *test, struct random *r, struct reference *w,
		  unsigned int first, unsigned int num)
{
	u32 root = rkmmu_pgtable_root(&r->pt), flags;
	unsigned int i, bad = 0;
	u64 addr;

	for (i = first; i < first + num; i++) {
		addr = fake_memory_walk(r->mem, root, w->base + i * SZ_4K, &flags);
		bad += (addr | flags) != w->page[i];
		bad += rkmmu_pgtable_lookup(&r->pt, w->base + i * SZ_4K) !=
		       (w->page[i] & ~0xfffull);
	}
	KUNIT_ASSERT_EQ(test, bad, 0u);
}

static void unmap(struct kunit *test, struct random *r, struct reference *w,
		  unsigned int first, unsigned int num)
{
	unsigned int i;
	size_t done;

	for (i = 0; i < num && w->page[first + i]; i++)
		w->page[first + i] = 0;
	r->mapped_pages -= i;
	r->holes += i < num;

	done = rkmmu_pgtable_unmap(&r->pt, w->base + first * SZ_4K,
				   (size_t)num * SZ_4K);
	KUNIT_ASSERT_EQ(test, done, (size_t)i * SZ_4K);
}

static void map(struct kunit *test, struct random *r, struct reference *w,
		unsigned int first, unsigned int num)
{
	u64 paddr = (u64)(1 + below(r, 0xfff0000)) << 12;
	u32 access = below(r, 4) << 1;
	size_t mapped = 0;
	unsigned int i;
	int ret;

	for (i = 0; i < num && !w->page[first + i]; i++)
		w->page[first + i] = (paddr + i * SZ_4K) | access | 1;

	ret = rkmmu_pgtable_map(&r->pt, w->base + first * SZ_4K, paddr,
				(size_t)num * SZ_4K, access, GFP_KERNEL, &mapped);
	KUNIT_ASSERT_EQ(test, ret, i < num ? -EADDRINUSE : 0);
	KUNIT_ASSERT_EQ(test, mapped, (size_t)i * SZ_4K);
	r->mapped_pages += i;

	if (ret) {
		/* As the IOMMU core does. */
		r->collisions++;
		if (i)
			unmap(test, r, w, first, i);
		return;
	}
	rkmmu_pgtable_publish(&r->pt, w->base + first * SZ_4K, (size_t)num * SZ_4K);
}

static void random_operations_match_a_flat_array(struct kunit *test)
{
	struct random *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	unsigned int op, i, first, num;
	struct reference *w;

	KUNIT_ASSERT_NOT_NULL(test, r);
	r->mem = fake_memory_new(test, 0xa5fedc0000ull);
	r->rnd = SEED;
	r->window[0].base = 0x7fd00000;
	r->window[1].base = 0x100000000ull - PAGES * SZ_4K;
	for (i = 0; i < 2; i++) {
		r->window[i].page = kunit_kcalloc(test, PAGES, sizeof(u64), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, r->window[i].page);
	}
	KUNIT_ASSERT_EQ(test, 0,
			rkmmu_pgtable_init(&r->pt, &rkmmu_v2, &fake_memory_ops,
					   r->mem, GFP_KERNEL));

	for (op = 0; op < OPERATIONS; op++) {
		w = &r->window[below(r, 2)];
		first = below(r, PAGES);
		num = length(r, PAGES - first);

		/* Fill and drain in turn, so that tables come and go. */
		if (below(r, 16) < (op / 4096 % 2 ? 4 : 12))
			map(test, r, w, first, num);
		else
			unmap(test, r, w, first, num);
		check(test, r, w, first, num);

		if (!below(r, 8))
			rkmmu_pgtable_recycle(&r->pt,
					      rkmmu_pgtable_take_retired(&r->pt));
		if (op % 8192 == 8191) {
			check(test, r, &r->window[0], 0, PAGES);
			check(test, r, &r->window[1], 0, PAGES);
		}
	}
	kunit_info(test, "%u tables allocated, %llu collisions, %llu holes\n",
		   r->mem->total, r->collisions, r->holes);

	/* The mixture has to have met what it is made to meet. */
	KUNIT_EXPECT_GT(test, r->collisions, 1000ull);
	KUNIT_EXPECT_GT(test, r->holes, 1000ull);

	for (i = 0; i < 2; i++) {
		for (first = 0; first < PAGES; first++)
			unmap(test, r, &r->window[i], first, 1);
	}
	KUNIT_EXPECT_EQ(test, r->mapped_pages, 0ull);
	rkmmu_pgtable_recycle(&r->pt, rkmmu_pgtable_take_retired(&r->pt));
	KUNIT_EXPECT_LE(test, r->mem->allocs, 1u + RKMMU_SPARES);
	rkmmu_pgtable_fini(&r->pt);
	KUNIT_EXPECT_EQ(test, r->mem->allocs, 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_SLOW(random_operations_match_a_flat_array),
	{ }
};

struct kunit_suite iommu_random_suite = {
	.name = "sunmao_iommu_random",
	.test_cases = cases,
};
