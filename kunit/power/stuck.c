// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: bits that never change
 *
 * Every wait ends, the error is returned, and the domain is left as the caller was
 * told: on and usable, or off.
 */

#include "fake.h"
#include "suites.h"

KUNIT_ARRAY_PARAM(domain, fake_domains, fake_domain_name);

/* Generous: a few polls of 10 ms each, twice. */
#define LIMIT_US	150000

static void a_domain_that_never_comes_up_stays_off(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, false);

	u->stuck_off = -1;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_FALSE(test, fake_unit_on(u));
	KUNIT_EXPECT_LT(test, u->waited, (unsigned int)LIMIT_US);
	KUNIT_EXPECT_GE(test, u->waited, 10000u);
	KUNIT_EXPECT_EQ(test, u->word[u->d->pwr_reg / 4], u->d->pwr);
	if (u->d->ungate_reg)
		KUNIT_EXPECT_EQ(test, 0u, u->word[u->d->ungate_reg / 4]);

	/* It works when the cause is gone. */
	u->stuck_off = 0;
	KUNIT_EXPECT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
}

static void a_second_attempt_helps(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, false);

	u->stuck_off = 1;
	KUNIT_EXPECT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
	KUNIT_EXPECT_EQ(test, u->qos_abort, 0u);
}

static void a_domain_that_never_goes_down_stays_usable(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, true);

	u->stuck_on = true;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
	KUNIT_EXPECT_EQ(test, u->word[u->d->pwr_reg / 4] & u->d->pwr, 0u);
	KUNIT_EXPECT_LT(test, u->waited, (unsigned int)LIMIT_US);

	u->stuck_on = false;
	KUNIT_EXPECT_EQ(test, 0, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_FALSE(test, fake_unit_on(u));
	KUNIT_EXPECT_EQ(test, u->qos_abort, 0u);
}

static void without_acknowledge_power_is_not_cut(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, true);

	if (!u->d->req_reg)
		kunit_skip(test, "no idle request");
	u->stuck_ack = true;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_on(u));
	KUNIT_EXPECT_FALSE(test, fake_unit_wrote(u, u->d->pwr_reg));
	KUNIT_EXPECT_EQ(test, u->word[u->d->req_reg / 4] & u->d->req, 0u);
	KUNIT_EXPECT_LT(test, u->waited, (unsigned int)LIMIT_US);
	if (u->d->ungate_reg)
		KUNIT_EXPECT_EQ(test, 0u, u->word[u->d->ungate_reg / 4]);
}

static void a_bus_that_is_never_idle_keeps_its_power(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, true);

	if (!u->d->req_reg)
		kunit_skip(test, "no idle request");
	u->stuck_idle = true;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
	KUNIT_EXPECT_FALSE(test, fake_unit_wrote(u, u->d->pwr_reg));

	u->stuck_idle = false;
	KUNIT_EXPECT_EQ(test, 0, rkpd_power_off(&u->seq));
}

/* power 1.8: the bus does not reliably leave idle on RK3568. */
static void a_bus_that_does_not_wake_gets_another_chance(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, false);

	if (!u->d->req_reg)
		kunit_skip(test, "no idle request");
	u->stuck_wake = 1;
	KUNIT_EXPECT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
	KUNIT_EXPECT_EQ(test, u->qos_abort, 0u);
}

static void a_bus_that_never_wakes_is_powered_down(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, false);

	if (!u->d->req_reg)
		kunit_skip(test, "no idle request");
	u->stuck_wake = -1;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_FALSE(test, fake_unit_on(u));
	KUNIT_EXPECT_EQ(test, u->qos_abort, 0u);
	KUNIT_EXPECT_EQ(test, u->qos_writes, 0u);
	KUNIT_EXPECT_LT(test, u->waited, (unsigned int)LIMIT_US);
}

/* power 1.8: RK3576's warm start. Power decides. */
static void a_chain_that_never_reports_is_survived(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, false);

	if (!u->d->mem)
		kunit_skip(test, "no memory control");
	u->stuck_chain = true;
	u->word[u->d->chain_reg / 4] &= ~u->d->mem;
	u->memory_stays = true;
	u->word[u->d->mem_reg / 4] &= ~u->d->mem;
	KUNIT_EXPECT_EQ(test, 0, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_TRUE(test, fake_unit_usable(u));
	KUNIT_EXPECT_FALSE(test, fake_unit_wrote(u, u->d->mem_pwr_reg));
}

static void stuck_memory_is_an_error_with_the_gate_open(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, test->param_value, false);

	if (!u->d->mem)
		kunit_skip(test, "no memory control");
	u->stuck_memory = true;
	u->memory_stays = true;
	u->word[u->d->mem_reg / 4] &= ~u->d->mem;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_EQ(test, u->word[u->d->mem_pwr_reg / 4], 0u);
	KUNIT_EXPECT_FALSE(test, fake_unit_on(u));
}

static void an_error_of_the_bus_is_passed_on(struct kunit *test)
{
	struct fake_unit *u = fake_unit_new(test, fake_domain(&rkpd_rk3588, 9), false);

	u->fail_reads = true;
	KUNIT_EXPECT_EQ(test, -EIO, rkpd_is_on(&u->seq));
	KUNIT_EXPECT_EQ(test, -EIO, rkpd_power_on(&u->seq));
	KUNIT_EXPECT_EQ(test, -EIO, rkpd_power_off(&u->seq));
	KUNIT_EXPECT_EQ(test, u->writes, 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_domain_that_never_comes_up_stays_off, domain_gen_params),
	KUNIT_CASE_PARAM(a_second_attempt_helps, domain_gen_params),
	KUNIT_CASE_PARAM(a_domain_that_never_goes_down_stays_usable, domain_gen_params),
	KUNIT_CASE_PARAM(without_acknowledge_power_is_not_cut, domain_gen_params),
	KUNIT_CASE_PARAM(a_bus_that_is_never_idle_keeps_its_power, domain_gen_params),
	KUNIT_CASE_PARAM(a_bus_that_does_not_wake_gets_another_chance, domain_gen_params),
	KUNIT_CASE_PARAM(a_bus_that_never_wakes_is_powered_down, domain_gen_params),
	KUNIT_CASE_PARAM(a_chain_that_never_reports_is_survived, domain_gen_params),
	KUNIT_CASE_PARAM(stuck_memory_is_an_error_with_the_gate_open, domain_gen_params),
	KUNIT_CASE(an_error_of_the_bus_is_passed_on),
	{ }
};

struct kunit_suite power_stuck_suite = {
	.name = "sunmao_power_stuck",
	.test_cases = cases,
};
