// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: addresses in entries, and what a version can address
 */

#include "fake.h"
#include "suites.h"

struct packing {
	u64 addr;
	u32 entry;
};

/* IOMMU 3: 31:12 in place, 35:32 in 11:8, 39:36 in 7:4; the example is the notes'. */
static const struct packing packings[] = {
	{ 0x0000000000ull, 0x00000000 },
	{ 0x0000001000ull, 0x00001000 },
	{ 0x00fffff000ull, 0xfffff000 },
	{ 0x0345678000ull, 0x45678300 },
	{ 0x0100000000ull, 0x00000100 },
	{ 0x0f00000000ull, 0x00000f00 },
	{ 0x1000000000ull, 0x00000010 },
	{ 0xf000000000ull, 0x000000f0 },
	{ 0xa5fedcb000ull, 0xfedcb5a0 },
	{ 0xfffffff000ull, 0xfffffff0 },
};

static void packing_name(const struct packing *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%#llx", p->addr);
}

KUNIT_ARRAY_PARAM(packing, packings, packing_name);

static void an_address_is_packed(struct kunit *test)
{
	const struct packing *p = test->param_value;

	KUNIT_EXPECT_EQ(test, rkmmu_pack(p->addr), p->entry);
}

static void an_entry_is_unpacked(struct kunit *test)
{
	const struct packing *p = test->param_value;

	KUNIT_EXPECT_EQ(test, rkmmu_unpack(p->entry), p->addr);
	/* Flags are no part of the address. */
	KUNIT_EXPECT_EQ(test, rkmmu_unpack(p->entry | 0xf), p->addr);
}

static void versions_have_their_limits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rkmmu_v1.address_bits, 32u);
	KUNIT_EXPECT_EQ(test, rkmmu_v1.root_bits, 32u);
	KUNIT_EXPECT_EQ(test, rkmmu_v1_low.address_bits, 40u);
	KUNIT_EXPECT_EQ(test, rkmmu_v1_low.root_bits, 32u);
	KUNIT_EXPECT_EQ(test, rkmmu_v2.address_bits, 40u);
	KUNIT_EXPECT_EQ(test, rkmmu_v2.root_bits, 40u);
}

struct placement {
	const char *name;
	const struct rkmmu_format *format;
	u64 base;
	int ret;
	u32 root;
};

static const struct placement placements[] = {
	{ "v1 low", &rkmmu_v1, 0x12345000, 0, 0x12345001 },
	{ "v1 high", &rkmmu_v1, 0x100000000ull, -ERANGE },
	{ "v1.0 low", &rkmmu_v1_low, 0xffbbf000, 0, 0xffbbf001 },
	{ "v1.0 high", &rkmmu_v1_low, 0x100000000ull, -ERANGE },
	{ "v2 high", &rkmmu_v2, 0x345678000ull, 0, 0x45678301 },
	{ "v2 too high", &rkmmu_v2, 0x10000000000ull, -ERANGE },
};

KUNIT_ARRAY_PARAM_DESC(placement, placements, name);

static void the_directory_lies_where_the_register_reaches(struct kunit *test)
{
	const struct placement *p = test->param_value;
	struct fake_memory *mem = fake_memory_new(test, p->base);
	struct rkmmu_pgtable pt = { };

	KUNIT_ASSERT_EQ(test, p->ret,
			rkmmu_pgtable_init(&pt, p->format, &fake_memory_ops, mem,
					   GFP_KERNEL));
	if (p->ret)
		return;
	KUNIT_EXPECT_EQ(test, rkmmu_pgtable_root(&pt), p->root);
	rkmmu_pgtable_fini(&pt);
}

static void a_page_out_of_reach_is_refused(struct kunit *test)
{
	struct fake_memory *mem = fake_memory_new(test, 0x1000);
	struct rkmmu_pgtable pt = { };
	size_t mapped = 0;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_pgtable_init(&pt, &rkmmu_v1, &fake_memory_ops,
						    mem, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -ERANGE,
			rkmmu_pgtable_map(&pt, 0, 0x100000000ull, 0x1000, 2,
					  GFP_KERNEL, &mapped));
	KUNIT_EXPECT_EQ(test, -ERANGE,
			rkmmu_pgtable_map(&pt, 0, 0xfffff000, 0x2000, 2,
					  GFP_KERNEL, &mapped));
	KUNIT_EXPECT_EQ(test, 0,
			rkmmu_pgtable_map(&pt, 0, 0xfffff000, 0x1000, 2,
					  GFP_KERNEL, &mapped));
	KUNIT_EXPECT_EQ(test, mapped, (size_t)0x1000);
	rkmmu_pgtable_fini(&pt);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(an_address_is_packed, packing_gen_params),
	KUNIT_CASE_PARAM(an_entry_is_unpacked, packing_gen_params),
	KUNIT_CASE(versions_have_their_limits),
	KUNIT_CASE_PARAM(the_directory_lies_where_the_register_reaches,
			 placement_gen_params),
	KUNIT_CASE(a_page_out_of_reach_is_refused),
	{ }
};

struct kunit_suite iommu_format_suite = {
	.name = "sunmao_iommu_format",
	.test_cases = cases,
};
