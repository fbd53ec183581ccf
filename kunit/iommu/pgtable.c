// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: mapping and unmapping, one behaviour at a time
 */

#include <linux/sizes.h>

#include "fake.h"
#include "suites.h"

#define RW	6
#define HIGH	0x345678000ull

struct space {
	struct rkmmu_pgtable pt;
	struct fake_memory *mem;
};

static int pgtable_init(struct kunit *test)
{
	struct space *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->mem = fake_memory_new(test, HIGH);
	test->priv = s;
	return rkmmu_pgtable_init(&s->pt, &rkmmu_v2, &fake_memory_ops, s->mem,
				  GFP_KERNEL);
}

static void pgtable_exit(struct kunit *test)
{
	struct space *s = test->priv;

	if (!s || !s->pt.leaf)
		return;
	rkmmu_pgtable_fini(&s->pt);
	KUNIT_EXPECT_EQ(test, s->mem->allocs, 0u);
}

static int map(struct space *s, u64 iova, u64 paddr, size_t size, u32 access,
	       size_t *mapped)
{
	*mapped = 0;
	return rkmmu_pgtable_map(&s->pt, iova, paddr, size, access, GFP_KERNEL,
				 mapped);
}

static u64 walk(struct space *s, u32 iova, u32 *flags)
{
	return fake_memory_walk(s->mem, rkmmu_pgtable_root(&s->pt), iova, flags);
}

struct access {
	const char *name;
	u32 access;
	u32 flags;
};

/* IOMMU 3: bit 0 valid, 1 readable, 2 writable. */
static const struct access accesses[] = {
	{ "none", 0, 0x1 },
	{ "read", RKMMU_READABLE, 0x3 },
	{ "write", RKMMU_WRITABLE, 0x5 },
	{ "read and write", RKMMU_READABLE | RKMMU_WRITABLE, 0x7 },
	{ "garbage is left out", 0xffffffff, 0x7 },
};

KUNIT_ARRAY_PARAM_DESC(access, accesses, name);

static void a_page_has_its_permissions(struct kunit *test)
{
	const struct access *a = test->param_value;
	struct space *s = test->priv;
	size_t mapped;
	u32 flags;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0x80003000, 0x2fedcb000ull, SZ_4K, a->access,
				     &mapped));
	rkmmu_pgtable_publish(&s->pt, 0x80003000, SZ_4K);
	KUNIT_EXPECT_EQ(test, walk(s, 0x80003abc, &flags), 0x2fedcbabcull);
	KUNIT_EXPECT_EQ(test, flags, a->flags);
}

static void a_range_may_cross_tables(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;
	u32 flags;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0x003ff000, 0x10000000, 2 * SZ_4M, RW, &mapped));
	KUNIT_EXPECT_EQ(test, mapped, (size_t)(2 * SZ_4M));
	KUNIT_EXPECT_EQ(test, s->mem->allocs, 4u);
	KUNIT_EXPECT_TRUE(test, rkmmu_pgtable_publish(&s->pt, 0x003ff000, 2 * SZ_4M));
	KUNIT_EXPECT_EQ(test, walk(s, 0x003ff000, &flags), 0x10000000ull);
	KUNIT_EXPECT_EQ(test, walk(s, 0x00400000, &flags), 0x10001000ull);
	KUNIT_EXPECT_EQ(test, walk(s, 0x00bfefff, &flags), 0x107fffffull);
	KUNIT_EXPECT_EQ(test, walk(s, 0x00bff000, &flags), 0ull);
	KUNIT_EXPECT_EQ(test, walk(s, 0x003fe000, &flags), 0ull);
}

static void the_last_page_can_be_mapped(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;
	u32 flags;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0xfffff000, 0x10000000, SZ_4K, RW, &mapped));
	rkmmu_pgtable_publish(&s->pt, 0xfffff000, SZ_4K);
	KUNIT_EXPECT_EQ(test, walk(s, 0xfffffffc, &flags), 0x10000ffcull);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0xfffff000, SZ_4K),
			(size_t)SZ_4K);
}

static void bad_ranges_are_refused(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;

	KUNIT_EXPECT_EQ(test, -ERANGE, map(s, 0xfffff000, 0, SZ_8K, RW, &mapped));
	KUNIT_EXPECT_EQ(test, -ERANGE, map(s, 0x100000000ull, 0, SZ_4K, RW, &mapped));
	KUNIT_EXPECT_EQ(test, -ERANGE,
			map(s, 0x1000, 0, ~(size_t)0 & ~0xfff, RW, &mapped));
	KUNIT_EXPECT_EQ(test, -EINVAL, map(s, 0x1800, 0, SZ_4K, RW, &mapped));
	KUNIT_EXPECT_EQ(test, -EINVAL, map(s, 0x1000, 0x10, SZ_4K, RW, &mapped));
	KUNIT_EXPECT_EQ(test, -EINVAL, map(s, 0x1000, 0, 0x1001, RW, &mapped));
	KUNIT_EXPECT_EQ(test, mapped, (size_t)0);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0x100000000ull, SZ_4K),
			(size_t)0);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0xfffff000, SZ_8K), (size_t)0);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_lookup(&s->pt, 0x100000000ull), 0ull);
	KUNIT_EXPECT_EQ(test, s->mem->allocs, 1u);
}

static void a_mapped_page_is_not_replaced(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0x5000, 0x70000000, SZ_4K, RW, &mapped));
	KUNIT_EXPECT_EQ(test, -EADDRINUSE, map(s, 0x3000, 0x10000000, 4 * SZ_4K, RW,
					       &mapped));
	KUNIT_EXPECT_EQ(test, mapped, (size_t)SZ_8K);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_lookup(&s->pt, 0x5000), 0x70000000ull);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_lookup(&s->pt, 0x6000), 0ull);
}

static void unmapping_stops_at_a_hole(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0x1000, 0x10000000, SZ_8K, RW, &mapped));
	KUNIT_ASSERT_EQ(test, 0, map(s, 0x4000, 0x20000000, SZ_4K, RW, &mapped));
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0x1000, 4 * SZ_4K),
			(size_t)SZ_8K);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_lookup(&s->pt, 0x4000), 0x20000000ull);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0x80000000, SZ_4K), (size_t)0);
}

static void unmapping_reaches_memory_at_once(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;
	u32 flags;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0, 0x10000000, SZ_16K, RW, &mapped));
	rkmmu_pgtable_publish(&s->pt, 0, SZ_16K);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0x1000, SZ_4K), (size_t)SZ_4K);
	KUNIT_EXPECT_EQ(test, walk(s, 0x1000, &flags), 0ull);
	KUNIT_EXPECT_EQ(test, walk(s, 0x2000, &flags), 0x10002000ull);
}

/* 1 MiB of single pages, as shmem gives it: one cache operation and one directory. */
static void publishing_cleans_once(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;
	unsigned int i;

	for (i = 0; i < 256; i++)
		KUNIT_ASSERT_EQ(test, 0, map(s, 0x100000 + i * SZ_4K,
					     0x10000000 + i * SZ_64K, SZ_4K, RW,
					     &mapped));
	KUNIT_EXPECT_EQ(test, s->mem->cleans, 0u);
	KUNIT_EXPECT_TRUE(test, rkmmu_pgtable_publish(&s->pt, 0x100000, SZ_1M));
	KUNIT_EXPECT_EQ(test, s->mem->cleans, 2u);

	KUNIT_ASSERT_EQ(test, 0, map(s, 0x200000, 0x20000000, SZ_4K, RW, &mapped));
	KUNIT_EXPECT_FALSE(test, rkmmu_pgtable_publish(&s->pt, 0x200000, SZ_4K));
	KUNIT_EXPECT_EQ(test, s->mem->cleans, 3u);
}

static void a_table_of_two_is_published_by_the_first(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;
	u32 flags;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0x1000, 0x10000000, SZ_4K, RW, &mapped));
	KUNIT_ASSERT_EQ(test, 0, map(s, 0x2000, 0x20000000, SZ_4K, RW, &mapped));
	KUNIT_EXPECT_TRUE(test, rkmmu_pgtable_publish(&s->pt, 0x2000, SZ_4K));
	KUNIT_EXPECT_EQ(test, walk(s, 0x2000, &flags), 0x20000000ull);
	KUNIT_EXPECT_EQ(test, walk(s, 0x1000, &flags), 0ull);
	KUNIT_EXPECT_FALSE(test, rkmmu_pgtable_publish(&s->pt, 0x1000, SZ_4K));
	KUNIT_EXPECT_EQ(test, walk(s, 0x1000, &flags), 0x10000000ull);
}

static void an_emptied_table_waits_for_the_flush(struct kunit *test)
{
	struct space *s = test->priv;
	struct rkmmu_table *retired;
	size_t mapped;
	u32 flags;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0x1000, 0x10000000, SZ_8K, RW, &mapped));
	rkmmu_pgtable_publish(&s->pt, 0x1000, SZ_8K);
	rkmmu_pgtable_unmap(&s->pt, 0x1000, SZ_4K);
	KUNIT_EXPECT_NULL(test, rkmmu_pgtable_take_retired(&s->pt));
	rkmmu_pgtable_unmap(&s->pt, 0x2000, SZ_4K);
	KUNIT_EXPECT_EQ(test, s->mem->allocs, 2u);

	/* A new mapping must not be given the table that hardware may still know. */
	KUNIT_ASSERT_EQ(test, 0, map(s, 0x1000, 0x30000000, SZ_4K, RW, &mapped));
	KUNIT_EXPECT_EQ(test, s->mem->allocs, 3u);
	KUNIT_EXPECT_TRUE(test, rkmmu_pgtable_publish(&s->pt, 0x1000, SZ_4K));
	KUNIT_EXPECT_EQ(test, walk(s, 0x1000, &flags), 0x30000000ull);

	retired = rkmmu_pgtable_take_retired(&s->pt);
	KUNIT_ASSERT_NOT_NULL(test, retired);
	KUNIT_EXPECT_NULL(test, retired->next);
	rkmmu_pgtable_recycle(&s->pt, retired);
	KUNIT_EXPECT_NULL(test, rkmmu_pgtable_take_retired(&s->pt));
}

static void a_recycled_table_is_used_again(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;
	unsigned int i;
	u32 flags;

	for (i = 0; i < 100; i++) {
		KUNIT_ASSERT_EQ(test, 0, map(s, i * SZ_4M, 0x10000000, SZ_4M, RW,
					     &mapped));
		KUNIT_EXPECT_TRUE(test, rkmmu_pgtable_publish(&s->pt, i * SZ_4M, SZ_4M));
		KUNIT_EXPECT_EQ(test, walk(s, i * SZ_4M, &flags), 0x10000000ull);
		KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, i * SZ_4M, SZ_4M),
				(size_t)SZ_4M);
		rkmmu_pgtable_recycle(&s->pt, rkmmu_pgtable_take_retired(&s->pt));
	}
	KUNIT_EXPECT_EQ(test, s->mem->total, 2u);
}

static void few_spares_are_kept(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0, 0x10000000, 32 * SZ_4M, RW, &mapped));
	KUNIT_EXPECT_EQ(test, s->mem->allocs, 33u);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0, 32 * SZ_4M),
			(size_t)(32 * SZ_4M));
	KUNIT_EXPECT_EQ(test, s->mem->allocs, 33u);
	rkmmu_pgtable_recycle(&s->pt, rkmmu_pgtable_take_retired(&s->pt));
	KUNIT_EXPECT_EQ(test, s->mem->allocs, 5u);
}

static void no_memory_maps_what_it_can(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;

	s->mem->fail = 2;
	KUNIT_EXPECT_EQ(test, -ENOMEM, map(s, 0x1000, 0x10000000, 4 * SZ_4M, RW,
					   &mapped));
	KUNIT_EXPECT_EQ(test, mapped, (size_t)(2 * SZ_4M - SZ_4K));
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0x1000, mapped), mapped);
	s->mem->fail = -1;
	KUNIT_EXPECT_EQ(test, 0, map(s, 0x1000, 0x10000000, 4 * SZ_4M, RW, &mapped));
}

static void no_memory_for_the_directory_is_said(struct kunit *test)
{
	struct fake_memory *mem = fake_memory_new(test, HIGH);
	struct rkmmu_pgtable pt = { };

	mem->fail = 0;
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			rkmmu_pgtable_init(&pt, &rkmmu_v2, &fake_memory_ops, mem,
					   GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, pt.leaf);
}

static void physical_zero_is_a_page(struct kunit *test)
{
	struct space *s = test->priv;
	size_t mapped;
	u32 flags;

	KUNIT_ASSERT_EQ(test, 0, map(s, 0x1000, 0, SZ_4K, RW, &mapped));
	rkmmu_pgtable_publish(&s->pt, 0x1000, SZ_4K);
	KUNIT_EXPECT_EQ(test, walk(s, 0x1004, &flags), 4ull);
	KUNIT_EXPECT_EQ(test, flags, 7u);
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_unmap(&s->pt, 0x1000, SZ_4K), (size_t)SZ_4K);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_page_has_its_permissions, access_gen_params),
	KUNIT_CASE(a_range_may_cross_tables),
	KUNIT_CASE(the_last_page_can_be_mapped),
	KUNIT_CASE(bad_ranges_are_refused),
	KUNIT_CASE(a_mapped_page_is_not_replaced),
	KUNIT_CASE(unmapping_stops_at_a_hole),
	KUNIT_CASE(unmapping_reaches_memory_at_once),
	KUNIT_CASE(publishing_cleans_once),
	KUNIT_CASE(a_table_of_two_is_published_by_the_first),
	KUNIT_CASE(an_emptied_table_waits_for_the_flush),
	KUNIT_CASE(a_recycled_table_is_used_again),
	KUNIT_CASE(few_spares_are_kept),
	KUNIT_CASE(no_memory_maps_what_it_can),
	KUNIT_CASE(no_memory_for_the_directory_is_said),
	KUNIT_CASE(physical_zero_is_a_page),
	{ }
};

struct kunit_suite iommu_pgtable_suite = {
	.name = "sunmao_iommu_pgtable",
	.init = pgtable_init,
	.exit = pgtable_exit,
	.test_cases = cases,
};
