// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: validation of parameter buffers
 *
 * ISP UAPI 3.1 and the rules of ISP 5 and 6.2.
 */

#include <linux/sunmao_isp.h>

#include "isp_state.h"
#include "isp_validate.h"
#include "suites.h"

static const struct isp_env env = { 1920, 1080 };

static struct sunmao_isp_buffer *new_buf(struct kunit *test)
{
	struct sunmao_isp_buffer *buf;

	buf = kunit_kzalloc(test, 7512, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	buf->version = 1;

	return buf;
}

/* Add a zeroed block with the ENABLE flag. */
static void *add(struct sunmao_isp_buffer *buf, u16 type, u32 size)
{
	struct sunmao_isp_block_header *head;

	head = (void *)(buf->data + buf->data_size);
	head->type = type;
	head->flags = 2;
	head->size = size;
	buf->data_size += size;

	return head;
}

static int check(const struct sunmao_isp_buffer *buf)
{
	return isp_params_validate(NULL, buf, 8 + buf->data_size, &env, false);
}

static int check_ext(const struct sunmao_isp_buffer *buf)
{
	return isp_params_validate(NULL, buf, 8 + buf->data_size, &env, true);
}

static void an_empty_buffer_is_fine(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);

	KUNIT_EXPECT_EQ(test, check(buf), 0);
	buf->version = 0;
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	buf->version = 2;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void payload_and_data_size_agree(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);

	add(buf, 0, 48);
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 56, &env, false),
			0);
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 55, &env, false),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 57, &env, false),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 7, &env, false),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 6217, &env, false),
			-EINVAL);
}

/* What a program gets that queues fresh memory. */
static void zeroed_memory_has_no_blocks(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);

	buf->version = 0;
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 6216, &env, false),
			0);
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 6217, &env, false),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 7512, &env, true),
			0);
	KUNIT_EXPECT_EQ(test, isp_params_validate(NULL, buf, 7, &env, true),
			-EINVAL);
}

struct size_row {
	u16 type;
	u32 size;
};

/* ISP UAPI 3.2, and our own from 0x80 on. */
static const struct size_row sizes[] = {
	{ 0, 48 }, { 1, 32 }, { 2, 32 }, { 3, 80 }, { 4, 112 }, { 5, 4768 },
	{ 6, 32 }, { 7, 24 }, { 8, 56 }, { 9, 256 }, { 10, 256 }, { 11, 256 },
	{ 12, 256 }, { 0x80, 72 }, { 0x81, 40 }, { 0x82, 16 }, { 0x83, 24 },
	{ 0x84, 72 }, { 0x85, 112 }, { 0x86, 200 }, { 0x87, 56 },
	{ 0x88, 104 }, { 0x89, 152 }, { 0x8a, 88 }, { 0x8b, 88 },
	{ 0x8c, 88 }, { 0x8d, 184 },
};

static void describe_size(const struct size_row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "block %#x", row->type);
}

KUNIT_ARRAY_PARAM(sizes, sizes, describe_size);

static void only_the_exact_size_or_a_bare_header(struct kunit *test)
{
	const struct size_row *row = test->param_value;
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_block_header *head = add(buf, row->type, row->size);

	head->flags = 1;
	KUNIT_EXPECT_EQ(test, check_ext(buf), 0);
	KUNIT_EXPECT_EQ(test, check(buf), row->type < 13 ? 0 : -EINVAL);
	head->size = row->size + 8;
	buf->data_size = row->size + 8;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
	head->size = row->size - 8;
	buf->data_size = row->size - 8;
	KUNIT_EXPECT_EQ(test, check_ext(buf), row->size == 16 ? 0 : -EINVAL);
	head->size = 8;
	buf->data_size = 8;
	KUNIT_EXPECT_EQ(test, check_ext(buf), 0);
	head->flags = 2;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
	head->flags = 3;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
	head->size = 0;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
}

static void unknown_blocks_are_refused(struct kunit *test)
{
	static const u16 types[] = { 13, 0x7f, 0x8e, 0xffff };
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_block_header *head = add(buf, 0, 8);
	unsigned int i;

	head->flags = 1;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		head->type = types[i];
		KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
		KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
	}
}

static void a_block_occurs_once(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);

	add(buf, 1, 32);
	add(buf, 0, 48);
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	add(buf, 1, 32);
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void left_over_bytes_are_refused(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);

	add(buf, 1, 32);
	buf->data_size += 4;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void a_cut_off_block_is_refused(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);

	add(buf, 0, 48);
	add(buf, 1, 32);
	buf->data_size -= 8;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	buf->data_size = 8;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void a_bad_field_behind_good_blocks_is_found(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_rk_goc *goc;

	add(buf, 0, 48);
	add(buf, 1, 32);
	goc = add(buf, 4, 112);
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	goc->gamma_y[48] = 4096;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	goc->gamma_y[48] = 4095;
	goc->reserved[1] = 1;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

/* libcamera's blocks of a 1920x1080 camera (ISP UAPI 3.4). */
static void what_libcamera_sends_is_fine(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_rk_hist_big *hist;
	struct sunmao_isp_rk_hist_lite *lite;
	struct sunmao_isp_rk_awb_meas *awb;
	struct sunmao_isp_rk_ae_lite *ae;
	struct sunmao_isp_rk_ccm *ccm;

	add(buf, 1, 32);
	awb = add(buf, 12, 256);
	awb->meas_window.h_size = 128;
	awb->meas_window.v_size = 72;
	ccm = add(buf, 3, 80);
	ccm->offset[0] = 0xfff;
	ae = add(buf, 7, 24);
	ae->window_num = 1;
	ae->meas_window.h_size = 384;
	ae->meas_window.v_size = 214;
	hist = add(buf, 9, 256);
	hist->data_sel = 2;
	hist->mode = 5;
	hist->meas_window.h_size = 128;
	hist->meas_window.v_size = 70;
	lite = add(buf, 8, 56);
	lite->header.flags = 1;
	KUNIT_EXPECT_EQ(test, check(buf), 0);
}

static void lens_shading_sectors_add_up(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_rk_lsc *lsc = add(buf, 5, 4768);
	unsigned int i;

	lsc->window_mode = 1;
	for (i = 0; i < 16; i++) {
		lsc->x_sizes[i] = 120;
		lsc->y_sizes[i] = i < 15 ? 67 : 75;
	}
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	lsc->x_sizes[3]++;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	lsc->x_sizes[4]--;
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	lsc->y_sizes[15]--;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	lsc->y_sizes[15]++;
	lsc->x_sizes[0] = 8;
	lsc->x_sizes[1] = 232;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void mirrored_sectors_add_up_to_half(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_rk_lsc *lsc = add(buf, 5, 4768);
	unsigned int i;

	for (i = 0; i < 8; i++) {
		lsc->x_sizes[i] = 120;
		lsc->y_sizes[i] = i < 7 ? 67 : 71;
	}
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	lsc->y_sizes[0]++;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void exposure_grid_stays_inside(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_rk_ae_lite *ae = add(buf, 7, 24);

	ae->window_num = 1;
	ae->meas_window = (struct sunmao_isp_window) { 0, 0, 384, 216 };
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	ae->meas_window.v_size = 217;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	ae->meas_window = (struct sunmao_isp_window) { 2, 0, 384, 100 };
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	ae->meas_window = (struct sunmao_isp_window) { 0, 0, 15, 4 };
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	ae->meas_window = (struct sunmao_isp_window) { 0, 0, 16, 4 };
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	ae->meas_window.v_size = 3;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	ae->window_num = 2;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void histogram_rules(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_rk_hist_big *hist = add(buf, 11, 256);

	hist->mode = 5;
	hist->window_num = 3;
	hist->meas_window = (struct sunmao_isp_window) { 0, 0, 128, 72 };
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	hist->mode = 1;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	hist->mode = 6;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	hist->mode = 2;
	hist->weights[224] = 64;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	hist->weights[224] = 63;
	hist->meas_window.v_size = 73;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	hist->meas_window.v_size = 0;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void crop_windows_are_even_and_inside(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_rk_crop *crop = add(buf, 6, 32);

	crop->mp_crop = (struct sunmao_isp_window) { 1, 1, 1, 1 };
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	crop->crop_en = 1;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	crop->mp_crop = (struct sunmao_isp_window) { 0, 0, 1920, 1080 };
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	crop->mp_crop.h_offs = 2;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	crop->mp_crop = (struct sunmao_isp_window) { 0, 0, 641, 480 };
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	crop->crop_en = 4;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

static void matrix_coefficients_have_their_width(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_rk_ccm *ccm = add(buf, 3, 80);
	struct sunmao_isp_rk_csm *csm = add(buf, 2, 32);

	ccm->coeff[2][2] = 0x7ff;
	csm->coeff[0][0] = 0x1ff;
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	ccm->coeff[2][2] = 0xfc00;
	csm->coeff[0][0] = 0xff00;
	KUNIT_EXPECT_EQ(test, check(buf), 0);
	ccm->coeff[2][2] = 0x800;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
	ccm->coeff[2][2] = 0;
	csm->coeff[0][0] = 0x200;
	KUNIT_EXPECT_EQ(test, check(buf), -EINVAL);
}

/* VIIR_EN needs GAUS_EN, V1_FIR_SEL needs VIIR_EN; multiples of 15 (R 5.3). */
static void focus_rules(struct kunit *test)
{
	struct sunmao_isp_buffer *buf = new_buf(test);
	struct sunmao_isp_params_af *af = add(buf, 0x8d, 184);

	af->window_a = (struct sunmao_isp_window) { 2, 1, 1905, 1065 };
	af->window_b = (struct sunmao_isp_window) { 2, 1, 10, 10 };
	KUNIT_EXPECT_EQ(test, check_ext(buf), 0);
	af->flags = 0x10;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
	af->flags = 0x12;
	KUNIT_EXPECT_EQ(test, check_ext(buf), 0);
	af->flags = 0x06;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
	af->flags = 0x800;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
	af->flags = 0;
	af->window_a.h_size = 1904;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
	af->window_a.h_size = 150;
	af->window_a.h_offs = 1;
	KUNIT_EXPECT_EQ(test, check_ext(buf), -EINVAL);
}

/* xorshift; a trimmed kernel exports no generator with a seed. */
static u32 dice(u32 *rnd)
{
	*rnd ^= *rnd << 13;
	*rnd ^= *rnd >> 17;
	*rnd ^= *rnd << 5;
	return *rnd;
}

static void scramble(u32 *rnd, void *to, size_t bytes)
{
	u8 *p = to;

	while (bytes--)
		*p++ = dice(rnd);
}

/* A plausible start, so that the walk gets further than the first block. */
static void mutate(u32 *rnd, struct sunmao_isp_buffer *buf, size_t *bytes)
{
	struct sunmao_isp_block_header *head;
	const struct size_row *row;
	unsigned int n = dice(rnd) % 6;

	memset(buf, 0, 7512);
	buf->version = dice(rnd) % 16 ? 1 : 2;
	while (n--) {
		row = &sizes[dice(rnd) % ARRAY_SIZE(sizes)];
		if (buf->data_size + row->size > 7504)
			break;
		head = add(buf, row->type, row->size);
		head->flags = dice(rnd) % 4;
		if (dice(rnd) & 1)
			scramble(rnd, head + 1, row->size - 8);
	}
	*bytes = 8 + buf->data_size;
	for (n = dice(rnd) % 4; n; n--)
		((u8 *)buf)[dice(rnd) % *bytes] ^=
			1 << dice(rnd) % 8;
	if (!(dice(rnd) % 8))
		scramble(rnd, buf, *bytes);
}

/*
 * Random buffers in a page that ends where the payload does, so that a read
 * beyond it is seen by KASAN; what passes must be safe to apply, and neither
 * verdict may be the only one.
 */
static void random_buffers(struct kunit *test)
{
	struct sunmao_isp_buffer *work = new_buf(test);
	struct isp_state *state;
	unsigned int i, good = 0;
	u32 rnd = 0x5a17;
	size_t bytes;
	void *exact;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	isp_blocks_reset(state);
	for (i = 0; i < 100000; i++) {
		bool extended = i & 1;
		int ret;

		mutate(&rnd, work, &bytes);
		exact = kmemdup(work, bytes, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, exact);
		ret = isp_params_validate(NULL, exact, bytes, &env, extended);
		if (!ret) {
			isp_params_apply(state, exact, &env, extended);
			good++;
		} else if (ret != -EINVAL) {
			KUNIT_FAIL(test, "buffer %u: error %d", i, ret);
		}
		kfree(exact);
	}
	KUNIT_EXPECT_GT(test, good, 1000);
	KUNIT_EXPECT_LT(test, good, 99000);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_empty_buffer_is_fine),
	KUNIT_CASE(payload_and_data_size_agree),
	KUNIT_CASE(zeroed_memory_has_no_blocks),
	KUNIT_CASE_PARAM(only_the_exact_size_or_a_bare_header,
			 sizes_gen_params),
	KUNIT_CASE(unknown_blocks_are_refused),
	KUNIT_CASE(a_block_occurs_once),
	KUNIT_CASE(left_over_bytes_are_refused),
	KUNIT_CASE(a_cut_off_block_is_refused),
	KUNIT_CASE(a_bad_field_behind_good_blocks_is_found),
	KUNIT_CASE(what_libcamera_sends_is_fine),
	KUNIT_CASE(lens_shading_sectors_add_up),
	KUNIT_CASE(mirrored_sectors_add_up_to_half),
	KUNIT_CASE(exposure_grid_stays_inside),
	KUNIT_CASE(histogram_rules),
	KUNIT_CASE(crop_windows_are_even_and_inside),
	KUNIT_CASE(matrix_coefficients_have_their_width),
	KUNIT_CASE(focus_rules),
	KUNIT_CASE_SLOW(random_buffers),
	{}
};

struct kunit_suite isp_validate_suite = {
	.name = "isp_validate",
	.test_cases = cases,
};
