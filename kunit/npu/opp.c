// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: operating points: tables, bins, verdicts, temperatures, order of steps
 *
 * Power 2.2 to 2.7. Voltages are in units of 100 uV, as the notes' mV with one
 * decimal.
 */

#include "npu_opp.h"
#include "suites.h"

#define MHZ	1000000UL

/* tables */

struct row_case {
	const char *name;
	const struct npu_opp_soc *soc;
	enum npu_part part;
	unsigned int mhz;
	unsigned int bins;
	u32 level[11];
};

static const struct row_case row_cases[] = {
	{ "RK3588 200", &npu_opp_rk3588, NPU_PART_NORMAL, 200, 6,
	  { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ "RK3588 300", &npu_opp_rk3588, NPU_PART_NORMAL, 300, 6,
	  { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ "RK3588 400", &npu_opp_rk3588, NPU_PART_NORMAL, 400, 6,
	  { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ "RK3588 500", &npu_opp_rk3588, NPU_PART_NORMAL, 500, 6,
	  { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ "RK3588 600", &npu_opp_rk3588, NPU_PART_NORMAL, 600, 6,
	  { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ "RK3588 700", &npu_opp_rk3588, NPU_PART_NORMAL, 700, 6,
	  { 7000, 7000, 7000, 6875, 6750, 6750 } },
	{ "RK3588 800", &npu_opp_rk3588, NPU_PART_NORMAL, 800, 6,
	  { 7500, 7500, 7375, 7250, 7125, 7000 } },
	{ "RK3588 900", &npu_opp_rk3588, NPU_PART_NORMAL, 900, 6,
	  { 8000, 7875, 7750, 7625, 7500, 7375 } },
	{ "RK3588 1000", &npu_opp_rk3588, NPU_PART_NORMAL, 1000, 6,
	  { 8500, 8375, 8250, 8125, 8000, 7875 } },
	{ "RK3588S part 1000", &npu_opp_rk3588, NPU_PART_S, 1000, 6,
	  { 8500, 8375, 8250, 8125, 8000, 7875 } },
	{ "RK3588J 300", &npu_opp_rk3588, NPU_PART_J, 300, 6,
	  { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3588J 400", &npu_opp_rk3588, NPU_PART_J, 400, 6,
	  { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3588J 500", &npu_opp_rk3588, NPU_PART_J, 500, 6,
	  { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3588J 600", &npu_opp_rk3588, NPU_PART_J, 600, 6,
	  { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3588J 700", &npu_opp_rk3588, NPU_PART_J, 700, 6,
	  { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3588J 800", &npu_opp_rk3588, NPU_PART_J, 800, 6,
	  { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3588J 950", &npu_opp_rk3588, NPU_PART_J, 950, 6,
	  { 8375, 8250, 8125, 8000, 7875, 7750 } },
	{ "RK3588M 800", &npu_opp_rk3588, NPU_PART_M, 800, 6,
	  { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3588M 950", &npu_opp_rk3588, NPU_PART_M, 950, 6,
	  { 8375, 8250, 8125, 8000, 7875, 7750 } },
	{ "RK3576 300", &npu_opp_rk3576, NPU_PART_NORMAL, 300, 11,
	  { 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250 } },
	{ "RK3576 400", &npu_opp_rk3576, NPU_PART_NORMAL, 400, 11,
	  { 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250 } },
	{ "RK3576 500", &npu_opp_rk3576, NPU_PART_NORMAL, 500, 11,
	  { 7375, 7375, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250 } },
	{ "RK3576S 500", &npu_opp_rk3576, NPU_PART_S, 500, 11,
	  { 7500, 7375, 7375, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250 } },
	{ "RK3576 600", &npu_opp_rk3576, NPU_PART_NORMAL, 600, 11,
	  { 7375, 7375, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250 } },
	{ "RK3576S 600", &npu_opp_rk3576, NPU_PART_S, 600, 11,
	  { 7375, 7375, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250 } },
	{ "RK3576 700", &npu_opp_rk3576, NPU_PART_NORMAL, 700, 11,
	  { 7750, 7750, 7625, 7625, 7500, 7375, 7250, 7250, 7250, 7250, 7250 } },
	{ "RK3576S 700", &npu_opp_rk3576, NPU_PART_S, 700, 11,
	  { 7750, 7750, 7625, 7625, 7500, 7375, 7250, 7250, 7250, 7250, 7250 } },
	{ "RK3576 800", &npu_opp_rk3576, NPU_PART_NORMAL, 800, 11,
	  { 8000, 8000, 7875, 7750, 7625, 7500, 7375, 7250, 7250, 7250, 7250 } },
	{ "RK3576 900", &npu_opp_rk3576, NPU_PART_NORMAL, 900, 11,
	  { 8500, 8500, 8375, 8250, 8125, 8000, 7875, 7750, 7625, 7500, 7375 } },
	{ "RK3576 950", &npu_opp_rk3576, NPU_PART_NORMAL, 950, 11,
	  { 8750, 8750, 8625, 8500, 8375, 8250, 8125, 8000, 7875, 7750, 7625 } },
	{ "RK3576S 950", &npu_opp_rk3576, NPU_PART_S, 950, 11,
	  { 8750, 8750, 8625, 8500, 8375, 8250, 8125, 8000, 7875, 7750, 7625 } },
	{ "RK3576J 300", &npu_opp_rk3576, NPU_PART_J, 300, 10,
	  { 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3576J 600", &npu_opp_rk3576, NPU_PART_J, 600, 10,
	  { 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3576J 700", &npu_opp_rk3576, NPU_PART_J, 700, 10,
	  { 7875, 7750, 7625, 7500, 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3576M 800", &npu_opp_rk3576, NPU_PART_M, 800, 10,
	  { 8125, 8000, 7875, 7750, 7625, 7500, 7500, 7500, 7500, 7500 } },
	{ "RK3576M 850", &npu_opp_rk3576, NPU_PART_M, 850, 10,
	  { 8375, 8250, 8125, 8000, 7875, 7750, 7625, 7500, 7500, 7500 } },
	{ "RK3568 200", &npu_opp_rk3568, NPU_PART_NORMAL, 200, 4, { 8500, 8500, 8500, 8500 } },
	{ "RK3568 297", &npu_opp_rk3568, NPU_PART_NORMAL, 297, 4, { 8500, 8500, 8500, 8500 } },
	{ "RK3568 400", &npu_opp_rk3568, NPU_PART_NORMAL, 400, 4, { 8500, 8500, 8500, 8500 } },
	{ "RK3568 600", &npu_opp_rk3568, NPU_PART_NORMAL, 600, 4, { 8500, 8500, 8500, 8500 } },
	{ "RK3568 700", &npu_opp_rk3568, NPU_PART_NORMAL, 700, 4, { 8750, 8500, 8500, 8500 } },
	{ "RK3568 800", &npu_opp_rk3568, NPU_PART_NORMAL, 800, 4, { 9250, 9000, 8750, 8750 } },
	{ "RK3568 900", &npu_opp_rk3568, NPU_PART_NORMAL, 900, 4, { 9750, 9500, 9250, 9000 } },
	{ "RK3568 1000", &npu_opp_rk3568, NPU_PART_NORMAL, 1000, 4, { 10000, 9750, 9500, 9250 } },
	{ "RK3568J 600", &npu_opp_rk3568, NPU_PART_J, 600, 1, { 9000 } },
	{ "RK3568M 900", &npu_opp_rk3568, NPU_PART_M, 900, 1, { 9250 } },
};

KUNIT_ARRAY_PARAM_DESC(row, row_cases, name);

static void every_row_and_bin(struct kunit *test)
{
	const struct row_case *c = test->param_value;
	struct npu_chip chip = { .part = c->part };

	for (chip.bin = 0; chip.bin < c->bins; chip.bin++)
		KUNIT_EXPECT_EQ_MSG(test, npu_opp_needs_uv(c->soc, &chip, c->mhz * MHZ),
				    c->level[chip.bin] * 100, "bin %u", chip.bin);
}

/* No bin beyond the table's last one. */
static void a_bin_too_far_counts_as_the_last(struct kunit *test)
{
	struct npu_chip chip = { .bin = 10 };

	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &chip, 1000 * MHZ), 787500);
}

static void a_rate_between_rows_needs_the_upper_one(struct kunit *test)
{
	struct npu_chip chip = {};

	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &chip, 701 * MHZ), 750000);
	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &chip, 1), 700000);
}

static void a_rate_above_the_table_has_no_level(struct kunit *test)
{
	struct npu_chip normal = {}, j = { .part = NPU_PART_J };

	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &normal, 1000 * MHZ + 1), 0);
	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &j, 1000 * MHZ), 0);
	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3576, &normal, 1000 * MHZ), 0);
}

static const struct npu_opp_soc * const all_socs[] = {
	&npu_opp_rk3588, &npu_opp_rk3576, &npu_opp_rk3568,
};

/*
 * Faster silicon never needs more, a higher rate never less, but for RK3576S, whose
 * 500 MHz need more than its 600 (2.3).
 */
static void tables_are_monotonic(struct kunit *test)
{
	unsigned int s, t, r, b;

	for (s = 0; s < ARRAY_SIZE(all_socs); s++)
		for (t = 0; t < all_socs[s]->num_tables; t++) {
			const struct npu_opp_table *table = &all_socs[s]->tables[t];

			for (r = 0; r < table->num_rows; r++)
				for (b = 0; b < table->num_bins; b++) {
					if (b)
						KUNIT_EXPECT_LE(test, table->rows[r].level[b],
								table->rows[r].level[b - 1]);
					if (r && table->parts != BIT(NPU_PART_S))
						KUNIT_EXPECT_GE(test, table->rows[r].level[b],
								table->rows[r - 1].level[b]);
				}
		}
}

static void every_row_is_a_rate_of_the_firmware(struct kunit *test)
{
	const struct npu_opp_table *table;
	unsigned int s, t, r;

	for (s = 0; s < ARRAY_SIZE(all_socs); s++) {
		KUNIT_EXPECT_TRUE(test, npu_opp_rate_ok(all_socs[s],
							all_socs[s]->park_mhz * MHZ));
		for (t = 0; t < all_socs[s]->num_tables; t++) {
			table = &all_socs[s]->tables[t];
			for (r = 0; r < table->num_rows; r++)
				KUNIT_EXPECT_TRUE(test, npu_opp_rate_ok(all_socs[s],
									table->rows[r].mhz * MHZ));
		}
	}
}

/* 2.2: exactly these; what the firmware says of its highest rate is not one of them. */
static void rk3588_firmware_rates(struct kunit *test)
{
	unsigned int mhz;

	for (mhz = 200; mhz <= 1000; mhz += 100)
		KUNIT_EXPECT_TRUE_MSG(test, npu_opp_rate_ok(&npu_opp_rk3588, mhz * MHZ), "%u", mhz);
	KUNIT_EXPECT_TRUE(test, npu_opp_rate_ok(&npu_opp_rk3588, 950 * MHZ));
	KUNIT_EXPECT_FALSE(test, npu_opp_rate_ok(&npu_opp_rk3588, 1000000063));
	KUNIT_EXPECT_FALSE(test, npu_opp_rate_ok(&npu_opp_rk3588, 100 * MHZ));
	KUNIT_EXPECT_FALSE(test, npu_opp_rate_ok(&npu_opp_rk3588, 650 * MHZ));
	KUNIT_EXPECT_FALSE(test, npu_opp_rate_ok(&npu_opp_rk3588, 1100 * MHZ));
	KUNIT_EXPECT_FALSE(test, npu_opp_rate_ok(&npu_opp_rk3588, 0));
	KUNIT_EXPECT_FALSE(test, npu_opp_rate_ok(&npu_opp_rk3588, U64_MAX));
}

/* the chip */

static void parts_by_serial(struct kunit *test)
{
	unsigned int serial;

	KUNIT_EXPECT_EQ(test, npu_part_of_serial(0x0d), NPU_PART_M);
	KUNIT_EXPECT_EQ(test, npu_part_of_serial(0x0a), NPU_PART_J);
	KUNIT_EXPECT_EQ(test, npu_part_of_serial(0x13), NPU_PART_S);
	for (serial = 0; serial < 32; serial++)
		if (serial != 0x0d && serial != 0x0a && serial != 0x13)
			KUNIT_EXPECT_EQ(test, npu_part_of_serial(serial), NPU_PART_NORMAL);
}

/* The numbers are the bits of opp-supported-hw. */
static void parts_are_numbered_as_in_device_trees(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NPU_PART_NORMAL, 0);
	KUNIT_EXPECT_EQ(test, NPU_PART_M, 1);
	KUNIT_EXPECT_EQ(test, NPU_PART_J, 2);
	KUNIT_EXPECT_EQ(test, NPU_PART_S, 3);
}

struct bin_case {
	const char *name;
	const struct npu_opp_soc *soc;
	enum npu_part part;
	u32 pvtm;
	unsigned int bin;
};

static const struct bin_case bin_cases[] = {
	{ "RK3588 nothing read", &npu_opp_rk3588, NPU_PART_NORMAL, 0, 0 },
	{ "RK3588 815", &npu_opp_rk3588, NPU_PART_NORMAL, 815, 0 },
	{ "RK3588 816", &npu_opp_rk3588, NPU_PART_NORMAL, 816, 1 },
	{ "RK3588 835", &npu_opp_rk3588, NPU_PART_NORMAL, 835, 1 },
	{ "RK3588 836", &npu_opp_rk3588, NPU_PART_NORMAL, 836, 2 },
	{ "RK3588 861", &npu_opp_rk3588, NPU_PART_NORMAL, 861, 3 },
	{ "RK3588 886", &npu_opp_rk3588, NPU_PART_NORMAL, 886, 4 },
	{ "RK3588 910", &npu_opp_rk3588, NPU_PART_NORMAL, 910, 4 },
	{ "RK3588 911", &npu_opp_rk3588, NPU_PART_NORMAL, 911, 5 },
	{ "RK3588 beyond", &npu_opp_rk3588, NPU_PART_NORMAL, U32_MAX, 5 },
	{ "RK3588J 799", &npu_opp_rk3588, NPU_PART_J, 799, 0 },
	{ "RK3588J 800", &npu_opp_rk3588, NPU_PART_J, 800, 1 },
	{ "RK3588M 820", &npu_opp_rk3588, NPU_PART_M, 820, 2 },
	{ "RK3588M 845", &npu_opp_rk3588, NPU_PART_M, 845, 3 },
	{ "RK3588J 870", &npu_opp_rk3588, NPU_PART_J, 870, 4 },
	{ "RK3588J 895", &npu_opp_rk3588, NPU_PART_J, 895, 5 },
	{ "RK3576 719", &npu_opp_rk3576, NPU_PART_NORMAL, 719, 0 },
	{ "RK3576 720", &npu_opp_rk3576, NPU_PART_NORMAL, 720, 1 },
	{ "RK3576 740", &npu_opp_rk3576, NPU_PART_NORMAL, 740, 2 },
	{ "RK3576 899", &npu_opp_rk3576, NPU_PART_NORMAL, 899, 9 },
	{ "RK3576 900", &npu_opp_rk3576, NPU_PART_NORMAL, 900, 10 },
	{ "RK3576J 739", &npu_opp_rk3576, NPU_PART_J, 739, 0 },
	{ "RK3576J 740", &npu_opp_rk3576, NPU_PART_J, 740, 1 },
	{ "RK3576J 900", &npu_opp_rk3576, NPU_PART_J, 900, 9 },
	{ "RK3568 84000", &npu_opp_rk3568, NPU_PART_NORMAL, 84000, 0 },
	{ "RK3568 87000", &npu_opp_rk3568, NPU_PART_NORMAL, 87000, 1 },
	{ "RK3568 91000", &npu_opp_rk3568, NPU_PART_NORMAL, 91000, 2 },
	{ "RK3568 100000", &npu_opp_rk3568, NPU_PART_NORMAL, 100000, 3 },
	{ "RK3568J has one", &npu_opp_rk3568, NPU_PART_J, 100000, 0 },
};

KUNIT_ARRAY_PARAM_DESC(bin, bin_cases, name);

static void bin_by_measurement(struct kunit *test)
{
	const struct bin_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_bin_of_pvtm(npu_opp_table_of(c->soc, c->part), c->pvtm), c->bin);
}

/* 2.6: minus 113 thousandths per degree above 25. */
static void a_measurement_is_corrected_for_temperature(struct kunit *test)
{
	const struct npu_pvtm *pvtm = &npu_opp_rk3588.pvtm;

	KUNIT_EXPECT_EQ(test, npu_pvtm_at_reference(pvtm, 850, 25000), 850);
	KUNIT_EXPECT_EQ(test, npu_pvtm_at_reference(pvtm, 850, 85000), 844);
	KUNIT_EXPECT_EQ(test, npu_pvtm_at_reference(pvtm, 850, 5000), 852);
	KUNIT_EXPECT_EQ(test, npu_pvtm_at_reference(pvtm, 1, 125000), 0);
}

static void how_rk3588_is_measured(struct kunit *test)
{
	const struct npu_pvtm *pvtm = &npu_opp_rk3588.pvtm;

	KUNIT_EXPECT_EQ(test, pvtm->mhz, 800);
	KUNIT_EXPECT_EQ(test, pvtm->uv, 750000);
	KUNIT_EXPECT_EQ(test, pvtm->sample_us, 1100);
	KUNIT_EXPECT_EQ(test, pvtm->offset, 0x50);
}

/* A register that is not what it is thought to be must not lower the voltage. */
static void only_a_plausible_measurement_counts(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, npu_pvtm_believable(850, 850));
	KUNIT_EXPECT_TRUE(test, npu_pvtm_believable(880, 810));
	KUNIT_EXPECT_FALSE(test, npu_pvtm_believable(0, 800));
	KUNIT_EXPECT_FALSE(test, npu_pvtm_believable(911, 800));
	KUNIT_EXPECT_FALSE(test, npu_pvtm_believable(700, 800));
	KUNIT_EXPECT_FALSE(test, npu_pvtm_believable(0, 0));
	KUNIT_EXPECT_FALSE(test, npu_pvtm_believable(U32_MAX, 800));
}

static void the_factorys_correction(struct kunit *test)
{
	/* 700..900 MHz, 25 mV */
	static const u8 data[] = { 0xbc, 0x02, 0x84, 0x03, 25, 0 };
	struct npu_chip chip = {};

	KUNIT_ASSERT_TRUE(test, npu_opp_info_parse(&chip.info, data, sizeof(data)));
	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &chip, 600 * MHZ), 700000);
	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &chip, 700 * MHZ), 725000);
	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &chip, 900 * MHZ), 825000);
	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &chip, 1000 * MHZ), 850000);
}

static void no_correction(struct kunit *test)
{
	static const u8 empty[6], backwards[] = { 0x84, 0x03, 0xbc, 0x02, 25, 0 };
	struct npu_opp_info info;

	KUNIT_EXPECT_FALSE(test, npu_opp_info_parse(&info, empty, sizeof(empty)));
	KUNIT_EXPECT_FALSE(test, npu_opp_info_parse(&info, backwards, sizeof(backwards)));
	KUNIT_EXPECT_EQ(test, info.extra_uv, 0);
	KUNIT_EXPECT_FALSE(test, npu_opp_info_parse(&info, backwards, 5));
}

static void a_correction_is_bounded(struct kunit *test)
{
	static const u8 data[] = { 0, 0, 0xff, 0xff, 255, 0 };
	struct npu_chip chip = {};

	KUNIT_ASSERT_TRUE(test, npu_opp_info_parse(&chip.info, data, sizeof(data)));
	KUNIT_EXPECT_EQ(test, npu_opp_needs_uv(&npu_opp_rk3588, &chip, 1000 * MHZ), 950000);
}

/* verdicts */

static enum npu_opp_verdict add(struct npu_opp_list *list, u64 hz, u32 uv)
{
	struct npu_opp_desc desc = {
		.hz = hz, .vdd_uv = uv, .mem_uv = uv, .parts = U32_MAX, .bins = U32_MAX,
	};
	struct npu_chip chip = {};

	return npu_opp_add(list, &npu_opp_rk3588, &chip, &desc);
}

static void a_fit_operating_point_is_kept(struct kunit *test)
{
	struct npu_opp_list list = {};

	KUNIT_EXPECT_EQ(test, add(&list, 800 * MHZ, 750000), NPU_OPP_FINE);
	KUNIT_ASSERT_EQ(test, list.num, 1);
	KUNIT_EXPECT_EQ(test, list.opp[0].hz, 800 * MHZ);
	KUNIT_EXPECT_EQ(test, list.opp[0].vdd_uv, 750000);
	KUNIT_EXPECT_EQ(test, list.opp[0].mem_uv, 750000);
	KUNIT_EXPECT_FALSE(test, list.opp[0].may_be_fast);
}

static void too_low_a_voltage_is_raised(struct kunit *test)
{
	struct npu_opp_list list = {};

	KUNIT_EXPECT_EQ(test, add(&list, 1000 * MHZ, 700000), NPU_OPP_RAISED);
	KUNIT_EXPECT_EQ(test, add(&list, 900 * MHZ, 799999), NPU_OPP_RAISED);
	KUNIT_EXPECT_EQ(test, list.opp[0].vdd_uv, 800000);
	KUNIT_EXPECT_EQ(test, list.opp[1].vdd_uv, 850000);
	KUNIT_EXPECT_EQ(test, list.opp[1].mem_uv, 850000);
}

static void what_is_no_voltage_is_refused(struct kunit *test)
{
	struct npu_opp_list list = {};

	KUNIT_EXPECT_EQ(test, add(&list, 1000 * MHZ, 0), NPU_OPP_NO_VOLTAGE);
	KUNIT_EXPECT_EQ(test, add(&list, 1000 * MHZ, 1), NPU_OPP_NO_VOLTAGE);
	KUNIT_EXPECT_EQ(test, add(&list, 1000 * MHZ, 494999), NPU_OPP_NO_VOLTAGE);
	KUNIT_EXPECT_EQ(test, add(&list, 1000 * MHZ, 495000), NPU_OPP_RAISED);
}

static void more_voltage_than_needed_is_the_boards_affair(struct kunit *test)
{
	struct npu_opp_list list = {};

	KUNIT_EXPECT_EQ(test, add(&list, 600 * MHZ, 800000), NPU_OPP_FINE);
	KUNIT_EXPECT_EQ(test, list.opp[0].vdd_uv, 800000);
	KUNIT_EXPECT_TRUE(test, list.opp[0].may_be_fast);
}

static void one_rail_too_low_is_raised_alone(struct kunit *test)
{
	struct npu_opp_desc desc = {
		.hz = 900 * MHZ, .vdd_uv = 825000, .mem_uv = 700000,
		.parts = U32_MAX, .bins = U32_MAX,
	};
	struct npu_opp_list list = {};
	struct npu_chip chip = {};

	KUNIT_EXPECT_EQ(test, npu_opp_add(&list, &npu_opp_rk3588, &chip, &desc), NPU_OPP_RAISED);
	KUNIT_EXPECT_EQ(test, list.opp[0].vdd_uv, 825000);
	KUNIT_EXPECT_EQ(test, list.opp[0].mem_uv, 800000);
}

static void impossible_values_are_refused(struct kunit *test)
{
	struct npu_opp_list list = {};

	KUNIT_EXPECT_EQ(test, add(&list, 0, 700000), NPU_OPP_NO_RATE);
	KUNIT_EXPECT_EQ(test, add(&list, 650 * MHZ, 700000), NPU_OPP_BAD_RATE);
	KUNIT_EXPECT_EQ(test, add(&list, 1, 700000), NPU_OPP_BAD_RATE);
	KUNIT_EXPECT_EQ(test, add(&list, U64_MAX, 700000), NPU_OPP_BAD_RATE);
	KUNIT_EXPECT_EQ(test, add(&list, 800 * MHZ, 950001), NPU_OPP_BAD_VOLTAGE);
	KUNIT_EXPECT_EQ(test, add(&list, 800 * MHZ, 5000000), NPU_OPP_BAD_VOLTAGE);
	KUNIT_EXPECT_EQ(test, add(&list, 800 * MHZ, U32_MAX), NPU_OPP_BAD_VOLTAGE);
	KUNIT_EXPECT_EQ(test, list.num, 0);
}

static void a_rate_twice_is_refused(struct kunit *test)
{
	struct npu_opp_list list = {};

	KUNIT_EXPECT_EQ(test, add(&list, 600 * MHZ, 700000), NPU_OPP_FINE);
	KUNIT_EXPECT_EQ(test, add(&list, 600 * MHZ, 725000), NPU_OPP_AGAIN);
	KUNIT_EXPECT_EQ(test, list.num, 1);
	KUNIT_EXPECT_EQ(test, list.opp[0].vdd_uv, 700000);
}

static void the_list_is_sorted(struct kunit *test)
{
	static const unsigned int order[] = { 600, 1000, 200, 800, 300, 900 };
	struct npu_opp_list list = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		KUNIT_EXPECT_EQ(test, add(&list, order[i] * MHZ, 850000), NPU_OPP_FINE);
	KUNIT_ASSERT_EQ(test, list.num, ARRAY_SIZE(order));
	for (i = 1; i < list.num; i++)
		KUNIT_EXPECT_LT(test, list.opp[i - 1].hz, list.opp[i].hz);
}

static void a_full_list_takes_nothing(struct kunit *test)
{
	struct npu_opp_list list = { .num = NPU_MAX_OPPS };
	unsigned int i;

	for (i = 0; i < NPU_MAX_OPPS; i++)
		list.opp[i].hz = i + 1;
	KUNIT_EXPECT_EQ(test, add(&list, 600 * MHZ, 700000), NPU_OPP_FULL);
	KUNIT_EXPECT_EQ(test, list.num, NPU_MAX_OPPS);
}

struct for_case {
	const char *name;
	enum npu_part part;
	unsigned int bin;
	u32 parts;
	u32 bins;
	bool mine;
};

static const struct for_case for_cases[] = {
	{ "consumer parts, consumer chip", NPU_PART_NORMAL, 0, 0x9, 0xffff, true },
	{ "consumer parts, S chip", NPU_PART_S, 0, 0x9, 0xffff, true },
	{ "consumer parts, J chip", NPU_PART_J, 0, 0x9, 0xffff, false },
	{ "consumer parts, M chip", NPU_PART_M, 0, 0x9, 0xffff, false },
	{ "M and J parts, M chip", NPU_PART_M, 0, 0x6, 0xffff, true },
	{ "M and J parts, J chip", NPU_PART_J, 5, 0x6, 0xffff, true },
	{ "M and J parts, consumer chip", NPU_PART_NORMAL, 0, 0x6, 0xffff, false },
	{ "fast bins, slow chip", NPU_PART_NORMAL, 1, 0x9, 0xfffc, false },
	{ "fast bins, fast chip", NPU_PART_NORMAL, 2, 0x9, 0xfffc, true },
	{ "for nobody", NPU_PART_NORMAL, 0, 0, 0xffff, false },
};

KUNIT_ARRAY_PARAM_DESC(for, for_cases, name);

static void supported_hardware(struct kunit *test)
{
	const struct for_case *c = test->param_value;
	struct npu_opp_desc desc = {
		.hz = 600 * MHZ, .vdd_uv = 750000, .mem_uv = 750000,
		.parts = c->parts, .bins = c->bins,
	};
	struct npu_chip chip = { .part = c->part, .bin = c->bin };
	struct npu_opp_list list = {};

	KUNIT_EXPECT_EQ(test, npu_opp_add(&list, &npu_opp_rk3588, &chip, &desc),
			c->mine ? NPU_OPP_FINE : NPU_OPP_OTHER_PART);
	KUNIT_EXPECT_EQ(test, list.num, c->mine);
}

/* 1000 MHz is nothing for a part whose table ends at 950. */
static void too_fast_for_the_part(struct kunit *test)
{
	struct npu_opp_desc desc = { .hz = 1000 * MHZ, .parts = U32_MAX, .bins = U32_MAX };
	struct npu_chip chip = { .part = NPU_PART_J };
	struct npu_opp_list list = {};

	KUNIT_EXPECT_EQ(test, npu_opp_add(&list, &npu_opp_rk3588, &chip, &desc), NPU_OPP_NO_LEVEL);
}

static void every_verdict_has_words(struct kunit *test)
{
	unsigned int v, w;

	for (v = NPU_OPP_FINE; v <= NPU_OPP_FULL; v++)
		for (w = NPU_OPP_FINE; w < v; w++)
			KUNIT_EXPECT_STRNEQ(test, npu_opp_verdict_text(v), npu_opp_verdict_text(w));
	KUNIT_EXPECT_STREQ(test, npu_opp_verdict_text(NPU_OPP_FULL + 1), "?");
}

static void looking_up_rates(struct kunit *test)
{
	struct npu_opp_list list = {};

	add(&list, 300 * MHZ, 800000);
	add(&list, 600 * MHZ, 800000);
	add(&list, 900 * MHZ, 800000);
	KUNIT_EXPECT_EQ(test, npu_opp_at_most(&list, 600 * MHZ), 1);
	KUNIT_EXPECT_EQ(test, npu_opp_at_most(&list, 899 * MHZ), 1);
	KUNIT_EXPECT_EQ(test, npu_opp_at_most(&list, 100 * MHZ), 0);
	KUNIT_EXPECT_EQ(test, npu_opp_at_most(&list, ULONG_MAX), 2);
	KUNIT_EXPECT_EQ(test, npu_opp_at_least(&list, 600 * MHZ), 1);
	KUNIT_EXPECT_EQ(test, npu_opp_at_least(&list, 601 * MHZ), 2);
	KUNIT_EXPECT_EQ(test, npu_opp_at_least(&list, 0), 0);
	KUNIT_EXPECT_EQ(test, npu_opp_at_least(&list, ULONG_MAX), 2);
}

static void dropping(struct kunit *test)
{
	struct npu_opp_list list = {};

	add(&list, 300 * MHZ, 800000);
	add(&list, 600 * MHZ, 800000);
	add(&list, 900 * MHZ, 800000);
	npu_opp_drop(&list, 1);
	KUNIT_ASSERT_EQ(test, list.num, 2);
	KUNIT_EXPECT_EQ(test, list.opp[1].hz, 900 * MHZ);
	npu_opp_drop(&list, 2);
	KUNIT_EXPECT_EQ(test, list.num, 2);
	npu_opp_drop(&list, 1);
	npu_opp_drop(&list, 0);
	KUNIT_EXPECT_EQ(test, list.num, 0);
}

/* margins and temperatures */

struct margin_case {
	const char *name;
	const struct npu_opp_soc *soc;
	u32 uv;
	u32 margin;
};

static const struct margin_case margin_cases[] = {
	{ "855 mV", &npu_opp_rk3588, 855000, 1 },
	{ "850 mV", &npu_opp_rk3588, 850000, 2 },
	{ "765 mV", &npu_opp_rk3588, 765000, 2 },
	{ "750 mV", &npu_opp_rk3588, 750000, 3 },
	{ "675 mV", &npu_opp_rk3588, 675000, 3 },
	{ "674 mV", &npu_opp_rk3588, 674999, 4 },
	{ "495 mV", &npu_opp_rk3588, 495000, 4 },
	{ "too low", &npu_opp_rk3588, 494999, 0 },
	{ "not ours to set", &npu_opp_rk3588, 0, 0 },
	{ "RK3576 875 mV", &npu_opp_rk3576, 875000, 1 },
	{ "RK3576 725 mV", &npu_opp_rk3576, 725000, 3 },
	{ "RK3568 has none", &npu_opp_rk3568, 900000, 0 },
};

KUNIT_ARRAY_PARAM_DESC(margin, margin_cases, name);

static void margin_by_voltage(struct kunit *test)
{
	const struct margin_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_margin_of_uv(c->soc, c->uv), c->margin);
}

/* 2.5 */
static void where_margins_are_written(struct kunit *test)
{
	static const u32 rk3588[] = { 0x0, 0x4, 0x8 };
	static const u32 rk3576[][2] = { { 0x8, 0x1c }, { 0xc, 0x3c }, { 0x10, 0x1c } };
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, npu_opp_rk3588.margin_hiword);
	KUNIT_EXPECT_TRUE(test, npu_opp_rk3576.margin_hiword);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, npu_opp_rk3588.margin_reg[i].offset, rk3588[i]);
		KUNIT_EXPECT_EQ(test, npu_opp_rk3588.margin_reg[i].mask, 0x1c);
		KUNIT_EXPECT_EQ(test, npu_opp_rk3588.margin_reg[i].shift, 2);
		KUNIT_EXPECT_EQ(test, npu_opp_rk3576.margin_reg[i].offset, rk3576[i][0]);
		KUNIT_EXPECT_EQ(test, npu_opp_rk3576.margin_reg[i].mask, rk3576[i][1]);
		KUNIT_EXPECT_EQ(test, npu_opp_rk3576.margin_reg[i].shift, 2);
	}
}

static void cold_below_15_degrees_until_20(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, npu_opp_cold(&npu_opp_rk3588, false, 15000));
	KUNIT_EXPECT_TRUE(test, npu_opp_cold(&npu_opp_rk3588, false, 14999));
	KUNIT_EXPECT_TRUE(test, npu_opp_cold(&npu_opp_rk3588, true, 19999));
	KUNIT_EXPECT_FALSE(test, npu_opp_cold(&npu_opp_rk3588, true, 20000));
	KUNIT_EXPECT_TRUE(test, npu_opp_cold(&npu_opp_rk3588, false, -40000));
}

static void hot_from_85_degrees_down_to_80(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, npu_opp_hot(&npu_opp_rk3588, false, 84999));
	KUNIT_EXPECT_TRUE(test, npu_opp_hot(&npu_opp_rk3588, false, 85000));
	KUNIT_EXPECT_TRUE(test, npu_opp_hot(&npu_opp_rk3588, true, 80001));
	KUNIT_EXPECT_FALSE(test, npu_opp_hot(&npu_opp_rk3588, true, 80000));
	KUNIT_EXPECT_FALSE(test, npu_opp_hot(&npu_opp_rk3576, false, 125000));
}

static void level(struct npu_level *level, const struct npu_opp_soc *soc, unsigned int mhz,
		  u32 uv, bool cold)
{
	struct npu_opp opp = { .hz = mhz * MHZ, .vdd_uv = uv, .mem_uv = uv };

	npu_level_of_opp(level, soc, &opp, cold);
}

static void the_cold_needs_750_mv_on_rk3588(struct kunit *test)
{
	struct npu_level l;

	level(&l, &npu_opp_rk3588, 600, 700000, true);
	KUNIT_EXPECT_EQ(test, l.vdd_uv, 750000);
	KUNIT_EXPECT_EQ(test, l.mem_uv, 750000);
	level(&l, &npu_opp_rk3588, 1000, 850000, true);
	KUNIT_EXPECT_EQ(test, l.vdd_uv, 850000);
	level(&l, &npu_opp_rk3588, 600, 700000, false);
	KUNIT_EXPECT_EQ(test, l.vdd_uv, 700000);
	level(&l, &npu_opp_rk3588, 600, 0, true);
	KUNIT_EXPECT_EQ(test, l.vdd_uv, 0);
}

static void the_cold_needs_50_mv_more_on_rk3568(struct kunit *test)
{
	struct npu_level l;

	level(&l, &npu_opp_rk3568, 600, 850000, true);
	KUNIT_EXPECT_EQ(test, l.vdd_uv, 900000);
	level(&l, &npu_opp_rk3568, 900, 975000, true);
	KUNIT_EXPECT_EQ(test, l.vdd_uv, 1000000);
}

/* transitions */

static void expect_plan(struct kunit *test, const struct npu_plan *plan,
			const struct npu_step *want, unsigned int num)
{
	unsigned int i;

	KUNIT_ASSERT_EQ(test, plan->num, num);
	for (i = 0; i < num; i++) {
		KUNIT_EXPECT_EQ_MSG(test, plan->step[i].kind, want[i].kind, "step %u", i);
		KUNIT_EXPECT_EQ_MSG(test, plan->step[i].value, want[i].value, "step %u", i);
	}
}

static void up_supplies_come_first(struct kunit *test)
{
	static const struct npu_step want[] = {
		{ NPU_STEP_MEM, 750000 }, { NPU_STEP_VDD, 750000 },
		{ NPU_STEP_CLOCK, 800 * MHZ },
	};
	struct npu_level from, to;
	struct npu_plan plan;

	level(&from, &npu_opp_rk3588, 600, 700000, false);
	level(&to, &npu_opp_rk3588, 800, 750000, false);
	npu_plan_make(&plan, &npu_opp_rk3588, &from, &to);
	expect_plan(test, &plan, want, ARRAY_SIZE(want));
}

static void down_the_clock_comes_first(struct kunit *test)
{
	static const struct npu_step want[] = {
		{ NPU_STEP_CLOCK, 600 * MHZ },
		{ NPU_STEP_VDD, 700000 }, { NPU_STEP_MEM, 700000 },
	};
	struct npu_level from, to;
	struct npu_plan plan;

	level(&from, &npu_opp_rk3588, 800, 750000, false);
	level(&to, &npu_opp_rk3588, 600, 700000, false);
	npu_plan_make(&plan, &npu_opp_rk3588, &from, &to);
	expect_plan(test, &plan, want, ARRAY_SIZE(want));
}

static void up_a_margin_changes_at_a_slow_clock(struct kunit *test)
{
	static const struct npu_step want[] = {
		{ NPU_STEP_CLOCK, 200 * MHZ },
		{ NPU_STEP_MEM, 850000 }, { NPU_STEP_VDD, 850000 },
		{ NPU_STEP_MARGIN, 2 }, { NPU_STEP_CLOCK, 1000 * MHZ },
	};
	struct npu_level from, to;
	struct npu_plan plan;

	level(&from, &npu_opp_rk3588, 600, 700000, false);
	level(&to, &npu_opp_rk3588, 1000, 850000, false);
	npu_plan_make(&plan, &npu_opp_rk3588, &from, &to);
	expect_plan(test, &plan, want, ARRAY_SIZE(want));
}

static void down_a_margin_changes_before_the_supply(struct kunit *test)
{
	static const struct npu_step want[] = {
		{ NPU_STEP_CLOCK, 200 * MHZ }, { NPU_STEP_MARGIN, 3 },
		{ NPU_STEP_CLOCK, 700 * MHZ },
		{ NPU_STEP_VDD, 700000 }, { NPU_STEP_MEM, 700000 },
	};
	struct npu_level from, to;
	struct npu_plan plan;

	level(&from, &npu_opp_rk3588, 1000, 850000, false);
	level(&to, &npu_opp_rk3588, 700, 700000, false);
	npu_plan_make(&plan, &npu_opp_rk3588, &from, &to);
	expect_plan(test, &plan, want, ARRAY_SIZE(want));
}

static void parking_needs_no_detour(struct kunit *test)
{
	static const struct npu_step want[] = {
		{ NPU_STEP_CLOCK, 200 * MHZ }, { NPU_STEP_MARGIN, 3 },
		{ NPU_STEP_VDD, 700000 }, { NPU_STEP_MEM, 700000 },
	};
	struct npu_level from, to;
	struct npu_plan plan;

	level(&from, &npu_opp_rk3588, 1000, 850000, false);
	level(&to, &npu_opp_rk3588, 200, 700000, false);
	npu_plan_make(&plan, &npu_opp_rk3588, &from, &to);
	expect_plan(test, &plan, want, ARRAY_SIZE(want));
}

/* After power-on the margin is not known. */
static void an_unknown_margin_is_written(struct kunit *test)
{
	static const struct npu_step want[] = {
		{ NPU_STEP_MARGIN, 3 }, { NPU_STEP_CLOCK, 600 * MHZ },
	};
	struct npu_level from, to;
	struct npu_plan plan;

	level(&from, &npu_opp_rk3588, 200, 700000, false);
	from.margin = 0;
	level(&to, &npu_opp_rk3588, 600, 700000, false);
	npu_plan_make(&plan, &npu_opp_rk3588, &from, &to);
	expect_plan(test, &plan, want, ARRAY_SIZE(want));
}

static void nothing_to_do_is_nothing(struct kunit *test)
{
	struct npu_level from;
	struct npu_plan plan;

	level(&from, &npu_opp_rk3588, 600, 700000, false);
	npu_plan_make(&plan, &npu_opp_rk3588, &from, &from);
	KUNIT_EXPECT_EQ(test, plan.num, 0);
}

static void supplies_of_others_are_left_alone(struct kunit *test)
{
	static const struct npu_step want[] = { { NPU_STEP_CLOCK, 600 * MHZ } };
	struct npu_level from, to;
	struct npu_plan plan;

	level(&from, &npu_opp_rk3588, 200, 0, false);
	level(&to, &npu_opp_rk3588, 600, 0, false);
	npu_plan_make(&plan, &npu_opp_rk3588, &from, &to);
	expect_plan(test, &plan, want, ARRAY_SIZE(want));
}

/* What the notes demand of every instant. */
static void expect_safe(struct kunit *test, const struct npu_chip *chip,
			const struct npu_level *from, const struct npu_level *to)
{
	struct npu_level now = *from;
	struct npu_plan plan;
	unsigned int i;
	u32 needs;

	npu_plan_make(&plan, &npu_opp_rk3588, from, to);
	KUNIT_ASSERT_LE(test, plan.num, NPU_PLAN_STEPS);

	for (i = 0; i < plan.num; i++) {
		const struct npu_step *s = &plan.step[i];

		if (s->kind == NPU_STEP_CLOCK)
			now.hz = s->value;
		if (s->kind == NPU_STEP_VDD)
			now.vdd_uv = s->value;
		if (s->kind == NPU_STEP_MEM)
			now.mem_uv = s->value;
		if (s->kind == NPU_STEP_MARGIN) {
			KUNIT_EXPECT_EQ(test, now.hz, 200 * MHZ);
			now.margin = s->value;
		}
		needs = npu_opp_needs_uv(&npu_opp_rk3588, chip, now.hz);
		KUNIT_EXPECT_GE(test, now.vdd_uv, needs);
		KUNIT_EXPECT_GE(test, now.mem_uv, needs);
		KUNIT_EXPECT_GE(test, now.margin, npu_margin_of_uv(&npu_opp_rk3588, now.mem_uv));
		KUNIT_EXPECT_TRUE(test, npu_opp_rate_ok(&npu_opp_rk3588, now.hz));
	}
	KUNIT_EXPECT_EQ(test, now.hz, to->hz);
	KUNIT_EXPECT_EQ(test, now.vdd_uv, to->vdd_uv);
	KUNIT_EXPECT_EQ(test, now.mem_uv, to->mem_uv);
	KUNIT_EXPECT_EQ(test, now.margin, to->margin);
}

/* From every operating point to every other, for every bin, in and out of the cold. */
static void no_transition_is_ever_unsafe(struct kunit *test)
{
	static const unsigned int mhz[] = { 200, 300, 500, 600, 700, 800, 900, 1000 };
	unsigned int i, a, b, num = ARRAY_SIZE(mhz);
	struct npu_level from, to;
	struct npu_chip chip = {};

	for (i = 0; i < 6 * 4 * num * num; i++) {
		chip.bin = i % 6;
		a = i / 24 % num;
		b = i / 24 / num;
		level(&from, &npu_opp_rk3588, mhz[a],
		      npu_opp_needs_uv(&npu_opp_rk3588, &chip, mhz[a] * MHZ), i / 6 & 1);
		level(&to, &npu_opp_rk3588, mhz[b],
		      npu_opp_needs_uv(&npu_opp_rk3588, &chip, mhz[b] * MHZ), i / 6 & 2);
		expect_safe(test, &chip, &from, &to);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(every_row_and_bin, row_gen_params),
	KUNIT_CASE(a_bin_too_far_counts_as_the_last),
	KUNIT_CASE(a_rate_between_rows_needs_the_upper_one),
	KUNIT_CASE(a_rate_above_the_table_has_no_level),
	KUNIT_CASE(tables_are_monotonic),
	KUNIT_CASE(every_row_is_a_rate_of_the_firmware),
	KUNIT_CASE(rk3588_firmware_rates),
	KUNIT_CASE(parts_by_serial),
	KUNIT_CASE(parts_are_numbered_as_in_device_trees),
	KUNIT_CASE_PARAM(bin_by_measurement, bin_gen_params),
	KUNIT_CASE(a_measurement_is_corrected_for_temperature),
	KUNIT_CASE(how_rk3588_is_measured),
	KUNIT_CASE(only_a_plausible_measurement_counts),
	KUNIT_CASE(the_factorys_correction),
	KUNIT_CASE(no_correction),
	KUNIT_CASE(a_correction_is_bounded),
	KUNIT_CASE(a_fit_operating_point_is_kept),
	KUNIT_CASE(too_low_a_voltage_is_raised),
	KUNIT_CASE(what_is_no_voltage_is_refused),
	KUNIT_CASE(more_voltage_than_needed_is_the_boards_affair),
	KUNIT_CASE(one_rail_too_low_is_raised_alone),
	KUNIT_CASE(impossible_values_are_refused),
	KUNIT_CASE(a_rate_twice_is_refused),
	KUNIT_CASE(the_list_is_sorted),
	KUNIT_CASE(a_full_list_takes_nothing),
	KUNIT_CASE_PARAM(supported_hardware, for_gen_params),
	KUNIT_CASE(too_fast_for_the_part),
	KUNIT_CASE(every_verdict_has_words),
	KUNIT_CASE(looking_up_rates),
	KUNIT_CASE(dropping),
	KUNIT_CASE_PARAM(margin_by_voltage, margin_gen_params),
	KUNIT_CASE(where_margins_are_written),
	KUNIT_CASE(cold_below_15_degrees_until_20),
	KUNIT_CASE(hot_from_85_degrees_down_to_80),
	KUNIT_CASE(the_cold_needs_750_mv_on_rk3588),
	KUNIT_CASE(the_cold_needs_50_mv_more_on_rk3568),
	KUNIT_CASE(up_supplies_come_first),
	KUNIT_CASE(down_the_clock_comes_first),
	KUNIT_CASE(up_a_margin_changes_at_a_slow_clock),
	KUNIT_CASE(down_a_margin_changes_before_the_supply),
	KUNIT_CASE(parking_needs_no_detour),
	KUNIT_CASE(an_unknown_margin_is_written),
	KUNIT_CASE(nothing_to_do_is_nothing),
	KUNIT_CASE(supplies_of_others_are_left_alone),
	KUNIT_CASE(no_transition_is_ever_unsafe),
	{}
};

struct kunit_suite npu_opp_suite = {
	.name = "sunmao-npu-opp",
	.test_cases = cases,
};
