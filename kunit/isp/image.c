// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: register images
 *
 * Which writes a frame costs, and that update bits follow their groups (R 7).
 */

#include "isp_image.h"
#include "suites.h"

struct fixture {
	struct isp_image a;
	struct isp_image b;
	struct isp_shadow shadow;
	unsigned int writes;
	struct {
		u32 reg;
		u32 val;
	} log[32];
};

static void record(void *priv, u32 reg, u32 val)
{
	struct fixture *f = priv;

	if (f->writes < ARRAY_SIZE(f->log)) {
		f->log[f->writes].reg = reg;
		f->log[f->writes].val = val;
	}
	f->writes++;
}

static unsigned int flush(struct fixture *f, struct isp_image *image)
{
	f->writes = 0;

	return isp_image_flush(image, &f->shadow, record, f);
}

static struct fixture *new_fixture(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);

	return f;
}

static void an_equal_frame_costs_nothing(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x1408, 1);
	isp_image_set(&f->a, 0x1c18, 0x2b);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 2);
	KUNIT_EXPECT_EQ(test, f->writes, 2);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 0);
	isp_image_set(&f->a, 0x1408, 1);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 0);
}

static void zero_is_a_value(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x1410, 0);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 1);
	KUNIT_EXPECT_EQ(test, f->log[0].val, 0);
}

static void there_and_back_costs_nothing(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x1408, 1);
	flush(f, &f->a);
	isp_image_set(&f->a, 0x1408, 2);
	isp_image_set(&f->a, 0x1408, 1);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 0);
}

/* A black level, then the core's update once: ISP_CTRL0 bit 9. */
static void the_core_update_comes_last_and_once(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x0400, 0x117);
	isp_image_set(&f->a, 0x3000, 1);
	isp_image_set(&f->a, 0x3028, 256);
	isp_image_set(&f->a, 0x0704, 0x80);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 4);
	KUNIT_EXPECT_EQ(test, f->log[3].reg, 0x0400);
	KUNIT_EXPECT_EQ(test, f->log[3].val, 0x317);
	isp_image_set(&f->a, 0x3028, 257);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 2);
	KUNIT_EXPECT_EQ(test, f->log[0].reg, 0x3028);
	KUNIT_EXPECT_EQ(test, f->log[1].val, 0x317);
}

struct group {
	const char *name;
	u32 reg;
	u32 ctrl;
	u32 update;
};

static const struct group groups[] = {
	{ "effects", 0x021c, 0x0200, 0x10 },
	{ "crop of the main path", 0x0884, 0x0880, 0x20 },
	{ "crop of the self path", 0x08a0, 0x0880, 0x20 },
	{ "main scaler", 0x0c04, 0x0c00, 0x100 },
	{ "self scaler", 0x1004, 0x1000, 0x100 },
	{ "output window", 0x05a0, 0x0400, 0x200 },
	{ "colour matrix", 0x0748, 0x0400, 0x200 },
	{ "gamma", 0x0970, 0x0400, 0x200 },
	{ "lens shading bank", 0x2264, 0x0400, 0x200 },
	{ "white balance grid", 0x500c, 0x0400, 0x200 },
};

static void describe(const struct group *group, char *desc)
{
	strscpy(desc, group->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(groups, groups, describe);

static void a_change_is_followed_by_the_update(struct kunit *test)
{
	const struct group *group = test->param_value;
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, group->ctrl, 1);
	flush(f, &f->a);
	isp_image_set(&f->a, group->reg, 0x55);
	KUNIT_ASSERT_EQ(test, flush(f, &f->a), 2);
	KUNIT_EXPECT_EQ(test, f->log[0].reg, group->reg);
	KUNIT_EXPECT_EQ(test, f->log[1].reg, group->ctrl);
	KUNIT_EXPECT_EQ(test, f->log[1].val, 1 | group->update);
}

/* Force-update of the chroma format: bit 31 of MPFBC_CTRL (R 2.6). */
static void chroma_format_is_forced(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x18c0, 0x300);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 1);
	KUNIT_EXPECT_EQ(test, f->log[0].val, 0x80000300);
}

static void dma_registers_have_no_core_update(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x0400, 0x117);
	flush(f, &f->a);
	isp_image_set(&f->a, 0x1408, 0x1000);
	isp_image_set(&f->a, 0x1890, 0x2000);
	isp_image_set(&f->a, 0x197c, 0x3000);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 3);
}

static void another_context_costs_the_difference(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x1408, 1);
	isp_image_set(&f->a, 0x140c, 2);
	isp_image_set(&f->b, 0x1408, 1);
	isp_image_set(&f->b, 0x140c, 3);
	flush(f, &f->a);
	KUNIT_EXPECT_EQ(test, flush(f, &f->b), 1);
	KUNIT_EXPECT_EQ(test, f->log[0].val, 3);
	isp_image_touch(&f->a);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 1);
	KUNIT_EXPECT_EQ(test, f->log[0].val, 2);
}

static void after_a_reset_everything_is_written(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x1408, 1);
	isp_image_set(&f->a, 0x140c, 2);
	flush(f, &f->a);
	isp_shadow_forget(&f->shadow);
	isp_image_touch(&f->a);
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 2);
}

static void a_write_past_the_image_is_undone(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x05bc, 8);
	flush(f, &f->a);
	f->shadow.val[0x05bc / 4] = 10;
	KUNIT_EXPECT_EQ(test, flush(f, &f->a), 0);
	isp_image_touch_reg(&f->a, 0x05bc);
	KUNIT_ASSERT_EQ(test, flush(f, &f->a), 1);
	KUNIT_EXPECT_EQ(test, f->log[0].val, 8);
}

static void update_changes_only_its_bits(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	isp_image_set(&f->a, 0x0880, 0xf);
	isp_image_update(&f->a, 0x0880, 0x3, 0x1);
	KUNIT_EXPECT_EQ(test, isp_image_get(&f->a, 0x0880), 0xd);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_equal_frame_costs_nothing),
	KUNIT_CASE(zero_is_a_value),
	KUNIT_CASE(there_and_back_costs_nothing),
	KUNIT_CASE(the_core_update_comes_last_and_once),
	KUNIT_CASE_PARAM(a_change_is_followed_by_the_update,
			 groups_gen_params),
	KUNIT_CASE(chroma_format_is_forced),
	KUNIT_CASE(dma_registers_have_no_core_update),
	KUNIT_CASE(another_context_costs_the_difference),
	KUNIT_CASE(after_a_reset_everything_is_written),
	KUNIT_CASE(a_write_past_the_image_is_undone),
	KUNIT_CASE(update_changes_only_its_bits),
	{}
};

struct kunit_suite isp_image_suite = {
	.name = "isp_image",
	.test_cases = cases,
};
