// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the allocator of NPU addresses
 *
 * 32 bits (NPU D.1, F22), whole pages, never 0 (F21).
 */

#include <linux/sizes.h>

#include "npu_vm.h"
#include "suites.h"

#define PAGES	16

struct iova_test {
	struct npu_iova_space space;
	struct npu_iova_node nodes[PAGES + 1];
	bool live;
};

static int iova_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct iova_test), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void iova_test_exit(struct kunit *test)
{
	struct iova_test *t = test->priv;
	unsigned int i;

	if (!t || !t->live)
		return;
	for (i = 0; i < ARRAY_SIZE(t->nodes); i++)
		if (t->nodes[i].mm.size)
			npu_iova_free(&t->space, &t->nodes[i]);
	npu_iova_fini(&t->space);
}

static struct iova_test *space(struct kunit *test, u64 first, u64 last)
{
	struct iova_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, npu_iova_init(&t->space, first, last), 0);
	t->live = true;
	return t;
}

/* 16 pages that do not begin at 0. */
static struct iova_test *small_space(struct kunit *test)
{
	return space(test, 0x100000, 0x10ffff);
}

static int alloc(struct iova_test *t, unsigned int i, u64 size)
{
	return npu_iova_alloc(&t->space, &t->nodes[i], size);
}

static void give_back(struct iova_test *t, unsigned int i)
{
	npu_iova_free(&t->space, &t->nodes[i]);
	memset(&t->nodes[i], 0, sizeof(t->nodes[i]));
}

static u64 start(struct iova_test *t, unsigned int i)
{
	return t->nodes[i].mm.start;
}

static void fill(struct kunit *test, struct iova_test *t)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		KUNIT_ASSERT_EQ(test, alloc(t, i, SZ_4K), 0);
}

static void address_0_is_never_handed_out(struct kunit *test)
{
	struct iova_test *t = space(test, 0, PAGES * SZ_4K - 1);
	unsigned int i;

	/* Page 0 is not in use, so one of the 16 is missing. */
	for (i = 0; i < PAGES - 1; i++) {
		KUNIT_ASSERT_EQ(test, alloc(t, i, SZ_4K), 0);
		KUNIT_EXPECT_GE(test, start(t, i), SZ_4K);
	}
	KUNIT_EXPECT_EQ(test, alloc(t, i, SZ_4K), -ENOSPC);
}

static void every_address_fits_32_bits(struct kunit *test)
{
	struct iova_test *t = space(test, 0, U64_MAX);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_EQ(test, alloc(t, i, SZ_1G), 0);
		KUNIT_EXPECT_LE(test, start(t, i) + SZ_1G, SZ_4G);
	}
	/* What is left cannot be a whole GiB, because page 0 is not in use. */
	KUNIT_EXPECT_EQ(test, alloc(t, 3, SZ_1G), -ENOSPC);
}

static void the_aperture_of_the_iommu_is_kept(struct kunit *test)
{
	struct iova_test *t = small_space(test);
	unsigned int i;

	fill(test, t);
	for (i = 0; i < PAGES; i++) {
		KUNIT_EXPECT_GE(test, start(t, i), 0x100000);
		KUNIT_EXPECT_LE(test, start(t, i) + SZ_4K, 0x110000);
	}
}

static void an_unaligned_aperture_is_trimmed_to_pages(struct kunit *test)
{
	struct iova_test *t = space(test, 0x100001, 0x102ffe);

	/* Only the page at 0x101000 lies in it as a whole. */
	KUNIT_ASSERT_EQ(test, alloc(t, 0, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, start(t, 0), 0x101000);
	KUNIT_EXPECT_EQ(test, alloc(t, 1, SZ_4K), -ENOSPC);
}

static void expect_refused(struct kunit *test, u64 first, u64 last)
{
	struct iova_test *t = test->priv;
	int ret = npu_iova_init(&t->space, first, last);

	KUNIT_EXPECT_EQ_MSG(test, ret, -EINVAL, "0x%llx to 0x%llx", first, last);
	if (!ret)
		npu_iova_fini(&t->space);
}

static void a_space_without_a_page_is_refused(struct kunit *test)
{
	/* nothing but page 0 */
	expect_refused(test, 0, SZ_4K - 1);
	/* less than a page, and no whole page */
	expect_refused(test, 0x100000, 0x100ffe);
	expect_refused(test, 0x100800, 0x101ffe);
	/* the wrong way round */
	expect_refused(test, 0x200000, 0x100000);
	/* beyond 32 bits */
	expect_refused(test, SZ_4G, U64_MAX);
}

static void addresses_are_page_aligned(struct kunit *test)
{
	struct iova_test *t = space(test, 0, U32_MAX);
	static const u32 sizes[] = { SZ_4K, SZ_8K, 12288, SZ_64K, SZ_1M + SZ_4K, SZ_2M, SZ_16M };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		KUNIT_ASSERT_EQ(test, alloc(t, i, sizes[i]), 0);
		KUNIT_EXPECT_EQ_MSG(test, start(t, i) % SZ_4K, 0, "size %u", sizes[i]);
	}
}

static void ranges_do_not_overlap(struct kunit *test)
{
	struct iova_test *t = space(test, 0, U32_MAX);
	unsigned int i, j;

	for (i = 0; i < PAGES; i++)
		KUNIT_ASSERT_EQ(test, alloc(t, i, (i + 1) * SZ_4K), 0);
	for (i = 0; i < PAGES; i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_TRUE(test,
					  start(t, i) + (i + 1) * SZ_4K <= start(t, j) ||
					  start(t, j) + (j + 1) * SZ_4K <= start(t, i));
}

static void a_full_space_says_so(struct kunit *test)
{
	struct iova_test *t = small_space(test);

	fill(test, t);
	KUNIT_EXPECT_EQ(test, alloc(t, PAGES, SZ_4K), -ENOSPC);
	memset(&t->nodes[PAGES], 0, sizeof(t->nodes[PAGES]));
}

static void more_than_there_is(struct kunit *test)
{
	struct iova_test *t = small_space(test);

	KUNIT_EXPECT_EQ(test, alloc(t, 0, (PAGES + 1) * SZ_4K), -ENOSPC);
	KUNIT_EXPECT_EQ(test, alloc(t, 0, SZ_4G), -ENOSPC);
	KUNIT_EXPECT_LT(test, alloc(t, 0, U64_MAX), 0);
	memset(&t->nodes[0], 0, sizeof(t->nodes[0]));
	/* A failure costs nothing: the whole space is still there. */
	KUNIT_EXPECT_EQ(test, alloc(t, 0, PAGES * SZ_4K), 0);
}

static void what_was_freed_is_used_again(struct kunit *test)
{
	struct iova_test *t = small_space(test);
	u64 hole;

	fill(test, t);
	hole = start(t, 7);
	give_back(t, 7);
	KUNIT_ASSERT_EQ(test, alloc(t, 7, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, start(t, 7), hole);
}

static unsigned int owner(struct iova_test *t, u64 address)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		if (t->nodes[i].mm.size && start(t, i) == address)
			return i;
	return PAGES;
}

static void scattered_pages_are_not_one_range(struct kunit *test)
{
	struct iova_test *t = small_space(test);
	unsigned int i;

	fill(test, t);
	for (i = 0; i < PAGES; i += 2)
		give_back(t, owner(t, 0x100000 + i * SZ_4K));

	/* Half of it is free, but no two pages side by side. */
	KUNIT_EXPECT_EQ(test, alloc(t, PAGES, SZ_8K), -ENOSPC);
	memset(&t->nodes[PAGES], 0, sizeof(t->nodes[PAGES]));

	give_back(t, owner(t, 0x103000));
	KUNIT_ASSERT_EQ(test, alloc(t, PAGES, 3 * SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, start(t, PAGES), 0x102000);
}

static void freed_neighbours_become_one_range(struct kunit *test)
{
	struct iova_test *t = small_space(test);
	unsigned int i;

	fill(test, t);
	/* Outside in, so that every page is merged on one or on both sides. */
	for (i = 0; i < PAGES / 2; i++) {
		give_back(t, owner(t, 0x100000 + i * SZ_4K));
		give_back(t, owner(t, 0x10f000 - i * SZ_4K));
	}
	KUNIT_ASSERT_EQ(test, alloc(t, 0, PAGES * SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, start(t, 0), 0x100000);
}

static void find_needs_the_whole_range_in_one_node(struct kunit *test)
{
	struct iova_test *t = small_space(test);
	struct npu_iova_node *node = &t->nodes[0];
	u64 at;

	KUNIT_ASSERT_EQ(test, alloc(t, 0, SZ_8K), 0);
	at = start(t, 0);

	KUNIT_EXPECT_PTR_EQ(test, npu_iova_find(&t->space, at, SZ_8K), node);
	KUNIT_EXPECT_PTR_EQ(test, npu_iova_find(&t->space, at, 1), node);
	KUNIT_EXPECT_PTR_EQ(test, npu_iova_find(&t->space, at + SZ_4K, SZ_4K), node);
	KUNIT_EXPECT_PTR_EQ(test, npu_iova_find(&t->space, at + SZ_8K - 16, 16), node);

	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, at, SZ_8K + 1));
	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, at + SZ_8K - 16, 17));
	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, at + SZ_8K, 1));
	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, at - 1, 2));
	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, 0, 1));
	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, at + SZ_4K, U64_MAX - SZ_4K));
	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, U64_MAX, 2));
}

static void find_does_not_join_neighbours(struct kunit *test)
{
	struct iova_test *t = small_space(test);
	unsigned int first;

	fill(test, t);
	first = owner(t, 0x104000);
	KUNIT_EXPECT_PTR_EQ(test, npu_iova_find(&t->space, 0x104ff0, 16), &t->nodes[first]);
	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, 0x104ff0, 32));
}

static void find_forgets_what_was_freed(struct kunit *test)
{
	struct iova_test *t = small_space(test);
	unsigned int i;

	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, 0x100000, 1));
	fill(test, t);
	give_back(t, owner(t, 0x105000));
	KUNIT_EXPECT_NULL(test, npu_iova_find(&t->space, 0x105000, 1));
	for (i = 0; i < PAGES; i++)
		if (i != 5)
			KUNIT_EXPECT_NOT_NULL(test, npu_iova_find(&t->space,
								  0x100000 + i * SZ_4K, SZ_4K));
}

/* 4000 steps against a table of pages. */
static void a_long_life_keeps_the_books_right(struct kunit *test)
{
	struct iova_test *t = small_space(test);
	unsigned int pages[PAGES] = {};
	u32 seed = 0x5eed;
	unsigned int step;

	for (step = 0; step < 4000; step++) {
		unsigned int i, page, count, used = 0;

		seed = seed * 1664525 + 1013904223;
		i = (seed >> 16) % PAGES;
		if (t->nodes[i].mm.size) {
			page = (start(t, i) - 0x100000) / SZ_4K;
			count = t->nodes[i].mm.size / SZ_4K;
			while (count--)
				pages[page++] = 0;
			give_back(t, i);
			continue;
		}

		count = 1 + (seed >> 24) % 4;
		if (alloc(t, i, count * SZ_4K)) {
			unsigned int run = 0, longest = 0;

			memset(&t->nodes[i], 0, sizeof(t->nodes[i]));
			for (page = 0; page < PAGES; page++) {
				run = pages[page] ? 0 : run + 1;
				longest = max(longest, run);
			}
			KUNIT_ASSERT_LT_MSG(test, longest, count, "step %u", step);
			continue;
		}
		page = (start(t, i) - 0x100000) / SZ_4K;
		KUNIT_ASSERT_LE_MSG(test, page + count, PAGES, "step %u", step);
		while (count--)
			used += pages[page++]++;
		KUNIT_ASSERT_EQ_MSG(test, used, 0, "step %u", step);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(address_0_is_never_handed_out),
	KUNIT_CASE(every_address_fits_32_bits),
	KUNIT_CASE(the_aperture_of_the_iommu_is_kept),
	KUNIT_CASE(an_unaligned_aperture_is_trimmed_to_pages),
	KUNIT_CASE(a_space_without_a_page_is_refused),
	KUNIT_CASE(addresses_are_page_aligned),
	KUNIT_CASE(ranges_do_not_overlap),
	KUNIT_CASE(a_full_space_says_so),
	KUNIT_CASE(more_than_there_is),
	KUNIT_CASE(what_was_freed_is_used_again),
	KUNIT_CASE(scattered_pages_are_not_one_range),
	KUNIT_CASE(freed_neighbours_become_one_range),
	KUNIT_CASE(find_needs_the_whole_range_in_one_node),
	KUNIT_CASE(find_does_not_join_neighbours),
	KUNIT_CASE(find_forgets_what_was_freed),
	KUNIT_CASE(a_long_life_keeps_the_books_right),
	{}
};

struct kunit_suite npu_iova_suite = {
	.name = "sunmao-npu-iova",
	.init = iova_test_init,
	.exit = iova_test_exit,
	.test_cases = cases,
};
