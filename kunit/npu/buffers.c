// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: CREATE_BO, PREP_BO, FINI_BO and handles
 *
 * NPU-UAPI 1.2 to 1.5 and the interface's own documentation.
 */

#include <linux/ktime.h>
#include <linux/sizes.h>

#include <drm/sunmao_npu_drm.h>

#include "fake.h"
#include "suites.h"

/* A file without anything in it. */
static struct fake_file *file(struct kunit *test)
{
	struct fake_file *f;
	int error;

	f = fake_open(test->priv, &error);
	KUNIT_ASSERT_EQ(test, error, 0);
	return f;
}

/* creating */

static void a_buffer_has_handle_address_and_offset(struct kunit *test)
{
	struct fake_file *f = file(test);
	struct fake_bo bo;

	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_8K, &bo), 0);
	KUNIT_EXPECT_NE(test, bo.handle, 0);
	KUNIT_EXPECT_NE(test, bo.iova, 0);
	KUNIT_EXPECT_EQ(test, bo.iova % SZ_4K, 0);
	KUNIT_EXPECT_LE(test, bo.iova + SZ_8K, SZ_4G);
	KUNIT_EXPECT_NE(test, bo.offset, 0);
	KUNIT_EXPECT_EQ(test, bo.offset % SZ_4K, 0);
	KUNIT_EXPECT_EQ(test, fake_mapped_size(test->priv, bo.iova), SZ_8K);
}

static void sizes_are_rounded_up_to_pages(struct kunit *test)
{
	struct fake_file *f = file(test);
	struct fake_bo bo;

	KUNIT_ASSERT_EQ(test, fake_create_bo(f, 1, &bo), 0);
	KUNIT_EXPECT_EQ(test, fake_mapped_size(test->priv, bo.iova), SZ_4K);
	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K + 1, &bo), 0);
	KUNIT_EXPECT_EQ(test, fake_mapped_size(test->priv, bo.iova), SZ_8K);
}

static void an_empty_buffer_is_refused(struct kunit *test)
{
	struct fake_file *f = file(test);
	struct fake_bo bo;

	KUNIT_EXPECT_EQ(test, fake_create_bo(f, 0, &bo), -EINVAL);
	KUNIT_EXPECT_EQ(test, fake_maps(test->priv), 0);
}

/* H.1 item 2: sizes above 2 GiB turned negative; rounding up could turn 0. */
static void sizes_that_nothing_can_hold_are_refused(struct kunit *test)
{
	static const u32 sizes[] = { SZ_2G, SZ_2G + 1, 0xfffff000, 0xfffff001, U32_MAX };
	struct fake_npu *fake = test->priv;
	struct fake_file *f;
	struct fake_bo bo;
	unsigned int i;

	fake->aperture_last = SZ_1M - 1;
	f = file(test);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		int ret = fake_create_bo(f, sizes[i], &bo);

		KUNIT_EXPECT_TRUE_MSG(test, ret == -ENOSPC || ret == -ENOMEM,
				      "size 0x%x: %d", sizes[i], ret);
	}
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 0);
	KUNIT_EXPECT_EQ(test, fake_create_bo(f, SZ_4K, &bo), 0);
}

static void a_full_address_space_is_reported_and_recovers(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_bo bo[4];
	struct fake_file *f;
	u64 address;

	fake->aperture_first = SZ_1M;
	fake->aperture_last = SZ_1M + 3 * SZ_4K - 1;
	f = file(test);
	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K, &bo[0]), 0);
	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K, &bo[1]), 0);
	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K, &bo[2]), 0);
	KUNIT_EXPECT_EQ(test, fake_create_bo(f, SZ_4K, &bo[3]), -ENOSPC);

	address = bo[1].iova;
	KUNIT_ASSERT_EQ(test, fake_close_bo(f, bo[1].handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_maps(fake, 2));
	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K, &bo[3]), 0);
	KUNIT_EXPECT_EQ(test, bo[3].iova, address);
}

/* H.1 items 2 and 3: the error path leaked the mapping and the domain. */
static void a_failed_mapping_leaves_nothing_behind(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_file *f;
	struct fake_bo bo;
	unsigned int i;

	fake->aperture_last = 4 * SZ_4K - 1;
	f = file(test);
	fake->map_error = -ENOMEM;
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, fake_create_bo(f, SZ_4K, &bo), -ENOMEM);
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 0);

	fake->map_error = 0;
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, fake_create_bo(f, SZ_4K, &bo), 0);
}

static void a_file_without_an_address_space_does_not_open(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	int error;

	fake->vm_error = -ENOMEM;
	KUNIT_EXPECT_NULL(test, fake_open(fake, &error));
	KUNIT_EXPECT_EQ(test, error, -ENOMEM);
	KUNIT_EXPECT_EQ(test, fake->vms, 0);

	fake->vm_error = 0;
	file(test);
	KUNIT_EXPECT_EQ(test, fake->vms, 1);
}

static void every_file_has_its_own_address_space(struct kunit *test)
{
	struct fake_file *a = file(test), *b = file(test);
	struct fake_npu *fake = test->priv;
	struct fake_bo bo;

	KUNIT_EXPECT_EQ(test, fake->vms, 2);
	KUNIT_ASSERT_EQ(test, fake_create_bo(a, SZ_4K, &bo), 0);
	KUNIT_EXPECT_EQ(test, fake_prep(b, bo.handle, 0), -ENOENT);
}

/* handles */

static void closing_the_handle_unmaps_the_buffer(struct kunit *test)
{
	struct fake_file *f = file(test);
	struct fake_bo bo;

	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K, &bo), 0);
	KUNIT_EXPECT_EQ(test, fake_close_bo(f, bo.handle), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait_maps(test->priv, 0));
	KUNIT_EXPECT_EQ(test, fake_poll(f, bo.handle), -ENOENT);
}

static void a_second_handle_keeps_the_buffer_mapped(struct kunit *test)
{
	struct fake_file *f = file(test);
	struct fake_bo bo;
	u32 second;

	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K, &bo), 0);
	KUNIT_ASSERT_EQ(test, fake_share(f, bo.handle, f, &second), 0);
	KUNIT_EXPECT_EQ(test, fake_maps(test->priv), 1);
	KUNIT_EXPECT_EQ(test, fake_close_bo(f, bo.handle), 0);
	fake_settle(test->priv);
	KUNIT_EXPECT_EQ(test, fake_maps(test->priv), 1);
	KUNIT_EXPECT_EQ(test, fake_close_bo(f, second), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait_maps(test->priv, 0));
}

static void a_shared_buffer_is_mapped_in_both_files(struct kunit *test)
{
	struct fake_file *a = file(test), *b = file(test);
	struct fake_bo bo;
	u32 shared;

	KUNIT_ASSERT_EQ(test, fake_create_bo(a, SZ_4K, &bo), 0);
	KUNIT_ASSERT_EQ(test, fake_share(a, bo.handle, b, &shared), 0);
	KUNIT_EXPECT_EQ(test, fake_maps(test->priv), 2);
	KUNIT_EXPECT_EQ(test, fake_close_bo(a, bo.handle), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait_maps(test->priv, 1));
	KUNIT_EXPECT_EQ(test, fake_poll(b, shared), 0);
}

/* H.1 item 4: buffers outlived the file they pointed to. */
static void a_shared_buffer_outlives_the_file_that_made_it(struct kunit *test)
{
	struct fake_file *a = file(test), *b = file(test);
	struct fake_bo bo;
	u32 shared;

	KUNIT_ASSERT_EQ(test, fake_create_bo(a, SZ_4K, &bo), 0);
	KUNIT_ASSERT_EQ(test, fake_share(a, bo.handle, b, &shared), 0);
	fake_close(a);
	KUNIT_EXPECT_TRUE(test, fake_wait_vms(test->priv, 1));
	KUNIT_EXPECT_EQ(test, fake_poll(b, shared), 0);
	KUNIT_EXPECT_EQ(test, fake_fini(b, shared), 0);
	KUNIT_EXPECT_EQ(test, fake_close_bo(b, shared), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait_maps(test->priv, 0));
}

/* PREP_BO and FINI_BO */

static void unknown_handles_are_not_found(struct kunit *test)
{
	struct fake_file *f = file(test);

	KUNIT_EXPECT_EQ(test, fake_poll(f, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, fake_poll(f, 4711), -ENOENT);
	KUNIT_EXPECT_EQ(test, fake_poll(f, U32_MAX), -ENOENT);
	KUNIT_EXPECT_EQ(test, fake_fini(f, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, fake_fini(f, 4711), -ENOENT);
}

static void reserved_fields_must_be_0(struct kunit *test)
{
	struct fake_file *f = file(test);
	struct drm_sunmao_npu_prep_bo prep;
	struct drm_sunmao_npu_fini_bo fini;
	struct fake_bo bo;

	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K, &bo), 0);
	prep = (struct drm_sunmao_npu_prep_bo) { .handle = bo.handle, .reserved = 1 };
	KUNIT_EXPECT_EQ(test, fake_ioctl(f, 0x40106442, &prep, sizeof(prep)), -EINVAL);
	fini = (struct drm_sunmao_npu_fini_bo) { .handle = bo.handle, .reserved = 0x80000000 };
	KUNIT_EXPECT_EQ(test, fake_ioctl(f, 0x40086443, &fini, sizeof(fini)), -EINVAL);
}

static void bad_pointers_are_reported(struct kunit *test)
{
	static const unsigned int commands[] = { 0xc0186440, 0x40186441, 0x40106442, 0x40086443 };
	struct fake_file *f = file(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    f->file.f_op->unlocked_ioctl(&f->file, commands[i], 8),
				    -EFAULT, "ioctl 0x%x", commands[i]);
	KUNIT_EXPECT_EQ(test, fake_maps(test->priv), 0);
}

static void an_idle_buffer_is_ready_whatever_the_deadline(struct kunit *test)
{
	static const s64 deadlines[] = { 0, 1, -1, S64_MIN, S64_MAX };
	struct fake_file *f = file(test);
	struct fake_bo bo;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, fake_create_bo(f, SZ_4K, &bo), 0);
	for (i = 0; i < ARRAY_SIZE(deadlines); i++)
		KUNIT_EXPECT_EQ_MSG(test, fake_prep(f, bo.handle, deadlines[i]), 0,
				    "deadline %lld", deadlines[i]);
	KUNIT_EXPECT_EQ(test, fake_fini(f, bo.handle), 0);
}

/* A job that writes @bo and runs until it is told to end. */
static u32 writer(struct kunit *test, struct fake_client *c, u32 handle)
{
	u32 stream = fake_planned(c, FAKE_WAITS);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, handle), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(test->priv, 1));
	return stream;
}

static void a_busy_buffer_is_busy(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo bo = fake_bo(c);
	u32 stream = writer(test, c, bo.handle);

	KUNIT_EXPECT_EQ(test, fake_prep(c->f, bo.handle, 0), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_prep(c->f, bo.handle, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_prep(c->f, bo.handle, -1), -EBUSY);
	fake_finish(test->priv, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, bo.handle), 0);
}

static void waiting_ends_at_the_deadline(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo bo = fake_bo(c);
	u32 stream = writer(test, c, bo.handle);
	ktime_t deadline = ktime_add_ms(ktime_get(), 5);

	KUNIT_EXPECT_EQ(test, fake_prep(c->f, bo.handle, deadline), -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, ktime_get(), deadline);
	fake_finish(test->priv, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo.handle), 0);
}

static void waiting_without_limit_ends_with_the_job(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo bo = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_COMPLETES);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, bo.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_prep(c->f, bo.handle, S64_MAX), 0);
}

static void a_buffer_that_is_only_read_is_busy_too(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo bo = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_WAITS);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, bo.handle, 0), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait_kicks(test->priv, 1));
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, bo.handle), -EBUSY);
	fake_finish(test->priv, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo.handle), 0);
}

static void a_buffer_that_no_job_lists_is_idle(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo listed = fake_bo(c), other = fake_bo(c);
	u32 stream = writer(test, c, listed.handle);

	KUNIT_EXPECT_EQ(test, fake_poll(c->f, other.handle), 0);
	fake_finish(test->priv, stream);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, listed.handle), 0);
}

/* H.1 item 16, F20. */
static void an_error_stays_until_the_cpu_gives_new_content(struct kunit *test)
{
	struct fake_client *c = fake_client(test->priv);
	struct fake_bo bo = fake_bo(c);
	u32 stream = fake_planned(c, FAKE_READ_ERROR);

	KUNIT_ASSERT_EQ(test, fake_submit_one(c, stream, 0, bo.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo.handle), -EIO);
	KUNIT_EXPECT_EQ(test, fake_wait(c->f, bo.handle), -EIO);
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, bo.handle), -EIO);
	KUNIT_EXPECT_EQ(test, fake_fini(c->f, bo.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_poll(c->f, bo.handle), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_buffer_has_handle_address_and_offset),
	KUNIT_CASE(sizes_are_rounded_up_to_pages),
	KUNIT_CASE(an_empty_buffer_is_refused),
	KUNIT_CASE(sizes_that_nothing_can_hold_are_refused),
	KUNIT_CASE(a_full_address_space_is_reported_and_recovers),
	KUNIT_CASE(a_failed_mapping_leaves_nothing_behind),
	KUNIT_CASE(a_file_without_an_address_space_does_not_open),
	KUNIT_CASE(every_file_has_its_own_address_space),
	KUNIT_CASE(closing_the_handle_unmaps_the_buffer),
	KUNIT_CASE(a_second_handle_keeps_the_buffer_mapped),
	KUNIT_CASE(a_shared_buffer_is_mapped_in_both_files),
	KUNIT_CASE(a_shared_buffer_outlives_the_file_that_made_it),
	KUNIT_CASE(unknown_handles_are_not_found),
	KUNIT_CASE(reserved_fields_must_be_0),
	KUNIT_CASE(bad_pointers_are_reported),
	KUNIT_CASE(an_idle_buffer_is_ready_whatever_the_deadline),
	KUNIT_CASE(a_busy_buffer_is_busy),
	KUNIT_CASE(waiting_ends_at_the_deadline),
	KUNIT_CASE(waiting_without_limit_ends_with_the_job),
	KUNIT_CASE(a_buffer_that_is_only_read_is_busy_too),
	KUNIT_CASE(a_buffer_that_no_job_lists_is_idle),
	KUNIT_CASE(an_error_stays_until_the_cpu_gives_new_content),
	{}
};

struct kunit_suite npu_buffers_suite = {
	.name = "sunmao-npu-buffers",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = cases,
};
