// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: every allocation fails once
 *
 * Each call is repeated with its first allocation failing, then its second, and
 * so on until it succeeds. Whatever fails must fail as a whole and lose nothing,
 * which fake_exit() counts. This needs a kernel with fault injection for slab
 * allocations that covers the usual ones (failslab/ignore-gfp-wait off, as the
 * debug profile has it); elsewhere the cases are skipped.
 */

#include "fake.h"
#include "suites.h"

/* No call of ours allocates as often. */
#define MOST	400

static int memory_init(struct kunit *test)
{
	int ret = fake_init(test);

	if (!ret && !fake_can_fail_allocations(test->priv))
		kunit_skip(test, "no fault injection for allocations that may wait");
	return ret;
}

static void opening_a_file(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	unsigned int n;

	for (n = 1; n < MOST; n++) {
		struct fake_file *f;
		int error;

		fake->fail_nth = n;
		f = fake_open(fake, &error);
		if (f)
			fake_close(f);
		if (!fake->failed)
			break;
		if (!f)
			KUNIT_EXPECT_EQ_MSG(test, error, -ENOMEM, "allocation %u", n);
		KUNIT_ASSERT_TRUE(test, fake_wait_vms(fake, 0));
	}
	KUNIT_EXPECT_GT(test, n, 1);
	KUNIT_EXPECT_LT(test, n, MOST);
}

static void creating_a_buffer(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_file *f;
	unsigned int n;
	int error;

	f = fake_open(fake, &error);
	KUNIT_ASSERT_EQ(test, error, 0);
	for (n = 1; n < MOST; n++) {
		struct fake_bo bo;
		bool failed;

		fake->fail_nth = n;
		error = fake_create_bo(f, PAGE_SIZE, &bo);
		failed = fake->failed;
		if (!error)
			fake_close_bo(f, bo.handle);
		if (!failed)
			break;
		if (error)
			KUNIT_EXPECT_TRUE_MSG(test, error == -ENOMEM || error == -ENOSPC,
					      "allocation %u: %d", n, error);
		KUNIT_ASSERT_TRUE(test, fake_wait_maps(fake, 0));
	}
	KUNIT_EXPECT_GT(test, n, 1);
	KUNIT_EXPECT_LT(test, n, MOST);
}

static void submitting_a_job(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_client *c = fake_client(fake);
	struct fake_bo in = fake_bo(c), out = fake_bo(c);
	u32 stream = fake_stream(c, CONVOLUTION);
	unsigned int n, kicks = 0;

	for (n = 1; n < MOST; n++) {
		bool failed;
		int error;

		fake->fail_nth = n;
		error = fake_submit_one(c, stream, in.handle, out.handle);
		failed = fake->failed;
		if (!error)
			kicks++;
		else
			KUNIT_EXPECT_EQ_MSG(test, error, -ENOMEM, "allocation %u", n);
		KUNIT_EXPECT_EQ(test, fake_wait(c->f, out.handle), 0);
		KUNIT_EXPECT_EQ(test, fake_kicks(fake), kicks);
		if (!failed)
			break;
	}
	KUNIT_EXPECT_GT(test, n, 1);
	KUNIT_EXPECT_LT(test, n, MOST);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(opening_a_file),
	KUNIT_CASE(creating_a_buffer),
	KUNIT_CASE(submitting_a_job),
	{}
};

struct kunit_suite npu_memory_suite = {
	.name = "sunmao-npu-memory",
	.init = memory_init,
	.exit = fake_exit,
	.test_cases = cases,
};
