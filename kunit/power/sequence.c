// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the happy path, for every domain of every SoC (power 1.5)
 */

#include "fake.h"
#include "suites.h"

KUNIT_ARRAY_PARAM(domain, fake_domains, fake_domain_name);

static void a_domain_goes_on_and_off(struct kunit *test)
{
	const struct fake_domain *d = test->param_value;
	struct fake_unit *u = fake_unit_new(test, d, false);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, 0, rkpd_is_on(&u->seq));
	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
		KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
		KUNIT_EXPECT_EQ(test, 1, rkpd_is_on(&u->seq));
		KUNIT_EXPECT_EQ(test, 0u, u->word[d->pwr_reg / 4]);
		KUNIT_ASSERT_EQ(test, 0, rkpd_power_off(&u->seq));
		KUNIT_EXPECT_FALSE(test, fake_unit_on(u));
		KUNIT_EXPECT_EQ(test, 0, rkpd_is_on(&u->seq));
	}
	KUNIT_EXPECT_EQ(test, u->qos_abort, 0u);
	if (d->ungate_reg)
		KUNIT_EXPECT_EQ(test, 0u, u->word[d->ungate_reg / 4]);
	/* Nothing was waited for but the pause inside. */
	KUNIT_EXPECT_EQ(test, u->waited, 3u * u->seq.info->settle_us);
}

static void what_is_done_already_is_not_done(struct kunit *test)
{
	const struct fake_domain *d = test->param_value;
	struct fake_unit *u = fake_unit_new(test, d, true);

	KUNIT_EXPECT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_EQ(test, u->writes, 0u);

	u = fake_unit_new(test, d, false);
	KUNIT_EXPECT_EQ(test, 0, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_EQ(test, u->writes, 0u);
}

/* Step 7: memory that stayed on is switched off and on. */
static void memory_that_stayed_on_is_cycled(struct kunit *test)
{
	const struct fake_domain *d = test->param_value;
	struct fake_unit *u = fake_unit_new(test, d, false);

	if (!d->mem)
		kunit_skip(test, "no memory control");

	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_FALSE(test, fake_unit_wrote(u, d->mem_pwr_reg));

	u = fake_unit_new(test, d, false);
	u->memory_stays = true;
	u->word[d->mem_reg / 4] &= ~d->mem;
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_wrote(u, d->mem_pwr_reg));
	KUNIT_EXPECT_EQ(test, 0u, u->word[d->mem_pwr_reg / 4]);
	KUNIT_EXPECT_EQ(test, 0u, u->word[d->mem_reg / 4] & d->mem);
	KUNIT_EXPECT_GE(test, u->waited, 20u);
	KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
}

/* Gate, then bus; bus, then gate. */
static void the_order_is_kept(struct kunit *test)
{
	const struct fake_domain *d = fake_domain(&rkpd_rk3576, 1);
	struct fake_unit *u = fake_unit_new(test, d, false);

	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_ASSERT_EQ(test, u->writes, 4u);
	KUNIT_EXPECT_EQ(test, u->log[0], 0x140);
	KUNIT_EXPECT_EQ(test, u->log[1], 0x214);
	KUNIT_EXPECT_EQ(test, u->log[2], 0x110);
	KUNIT_EXPECT_EQ(test, u->log[3], 0x140);

	u->writes = 0;
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_off(&u->seq));
	KUNIT_ASSERT_EQ(test, u->writes, 4u);
	KUNIT_EXPECT_EQ(test, u->log[0], 0x140);
	KUNIT_EXPECT_EQ(test, u->log[1], 0x110);
	KUNIT_EXPECT_EQ(test, u->log[2], 0x214);
	KUNIT_EXPECT_EQ(test, u->log[3], 0x140);
}

/* power 1.5, the cost of NPUTOP: mainline 22 on (with 15 of QoS), 21 off. */
static void a_cycle_costs_no_more_than_mainlines(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, fake_domain(&rkpd_rk3588, 9), true);

	KUNIT_ASSERT_EQ(test, 0, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_LE(test, u->reads + u->writes + u->qos_reads + u->qos_writes, 22u);
	u->reads = 0;
	u->writes = 0;
	u->qos_reads = 0;
	KUNIT_ASSERT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_LE(test, u->reads + u->writes + u->qos_reads + u->qos_writes, 22u);
}

/* The boot loader, or a failure, may leave it like this. */
static void a_powered_domain_with_an_idle_bus_is_opened(struct kunit *test)
{
	const struct fake_domain *d = fake_domain(&rkpd_rk3588, 9);
	struct fake_unit *u = fake_unit_new(test, d, true);

	u->word[d->idle_reg / 4] |= d->idle;
	u->word[d->ack_reg / 4] |= d->idle;
	u->word[d->req_reg / 4] |= d->req;
	KUNIT_EXPECT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
	KUNIT_EXPECT_FALSE(test, fake_unit_wrote(u, d->pwr_reg));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_domain_goes_on_and_off, domain_gen_params),
	KUNIT_CASE_PARAM(what_is_done_already_is_not_done, domain_gen_params),
	KUNIT_CASE_PARAM(memory_that_stayed_on_is_cycled, domain_gen_params),
	KUNIT_CASE(the_order_is_kept),
	KUNIT_CASE(a_cycle_costs_no_more_than_mainlines),
	KUNIT_CASE(a_powered_domain_with_an_idle_bus_is_opened),
	{ }
};

struct kunit_suite power_sequence_suite = {
	.name = "sunmao_power_sequence",
	.test_cases = cases,
};
