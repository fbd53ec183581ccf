// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: QoS settings over a power cycle (power 1.5, 1.6)
 */

#include "fake.h"
#include "suites.h"

static void settings_survive_a_cycle(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, fake_domain(&rkpd_rk3588, 9), true);
	unsigned int i, j;

	KUNIT_ASSERT_EQ(test, 0, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_EQ(test, u->qos_reads, 15u);
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_EQ(test, u->qos_writes, 15u);
	for (i = 0; i < FAKE_QOS; i++) {
		for (j = 2; j < 7; j++)
			KUNIT_EXPECT_EQ(test, u->qos[i][j], 0x100 * i + j + 1);
	}
	KUNIT_EXPECT_EQ(test, u->qos_abort, 0u);
}

/* Mainline writes zeroes here. */
static void a_domain_never_seen_on_keeps_its_defaults(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, fake_domain(&rkpd_rk3588, 9), false);

	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_EQ(test, u->qos_writes, 0u);
	KUNIT_EXPECT_FALSE(test, u->seq.qos_saved);
}

static void a_change_made_meanwhile_is_what_comes_back(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, fake_domain(&rkpd_rk3588, 9), true);

	KUNIT_ASSERT_EQ(test, 0, rkpd_power_off(&u->seq));
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	u->qos[1][2] = 0x80000404;
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_off(&u->seq));
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_EQ(test, u->qos[1][2], 0x80000404u);
}

/* Reading them then is an external abort (power 1.8, RK3568). */
static void an_idle_bus_is_not_read(struct kunit *test)
{
	const struct fake_domain *d = fake_domain(&rkpd_rk3568, 6);
	struct fake_unit *u = fake_unit_new(test, d, true);

	u->word[d->idle_reg / 4] |= d->idle;
	u->word[d->ack_reg / 4] |= d->idle;
	u->word[d->req_reg / 4] |= d->req;
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_EQ(test, u->qos_reads, 0u);
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_EQ(test, u->qos_writes, 0u);
}

static void a_failed_power_off_keeps_the_settings(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, fake_domain(&rkpd_rk3588, 9), true);

	u->stuck_idle = true;
	KUNIT_ASSERT_EQ(test, -ETIMEDOUT, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_EQ(test, u->qos[0][2], 3u);
	KUNIT_EXPECT_EQ(test, u->qos[2][6], 0x207u);
	KUNIT_EXPECT_EQ(test, u->qos_abort, 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(settings_survive_a_cycle),
	KUNIT_CASE(a_domain_never_seen_on_keeps_its_defaults),
	KUNIT_CASE(a_change_made_meanwhile_is_what_comes_back),
	KUNIT_CASE(an_idle_bus_is_not_read),
	KUNIT_CASE(a_failed_power_off_keeps_the_settings),
	{ }
};

struct kunit_suite power_qos_suite = {
	.name = "sunmao_power_qos",
	.test_cases = cases,
};
