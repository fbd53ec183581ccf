// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the rail of a domain, awake and asleep
 *
 * Domains change while device interrupts are off (power 7); their rail is behind an
 * I2C bus (power 5.1), which nobody can use then.
 */

#include "../fake_rail.h"
#include "pd_rail.h"
#include "suites.h"

struct rig {
	struct fake_rail fake;
	struct rkpd_rail rail;
};

static int rail_init(struct kunit *test)
{
	static const char * const supplies[FAKE_RAIL_CONSUMERS] = { "domain" };
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	struct device *dev;

	KUNIT_ASSERT_NOT_NULL(test, rig);
	test->priv = rig;
	dev = fake_rail_consumer(test, &rig->fake, supplies);
	rig->rail.supply = devm_regulator_get(dev, "domain");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rig->rail.supply);

	return 0;
}

static void a_rail_follows_its_domain(struct kunit *test)
{
	struct rig *rig = test->priv;

	KUNIT_EXPECT_EQ(test, 0, rkpd_rail_on(&rig->rail));
	KUNIT_EXPECT_EQ(test, 0, rkpd_rail_on(&rig->rail));
	KUNIT_EXPECT_TRUE(test, rig->fake.on);
	rkpd_rail_off(&rig->rail);
	KUNIT_EXPECT_FALSE(test, rig->fake.on);
	rkpd_rail_off(&rig->rail);
	KUNIT_EXPECT_EQ(test, rig->fake.switched, 2u);
}

static void a_rail_is_not_switched_while_the_system_sleeps(struct kunit *test)
{
	struct rig *rig = test->priv;
	bool was_on;
	int i;

	for (i = 0; i < 2; i++) {
		was_on = i;
		KUNIT_ASSERT_EQ(test, 0, was_on ? rkpd_rail_on(&rig->rail) : 0);
		KUNIT_ASSERT_EQ(test, 0, rkpd_rail_fall_asleep(&rig->rail));
		rig->fake.dead = true;
		rig->fake.switched = 0;
		rkpd_rail_off(&rig->rail);
		KUNIT_EXPECT_EQ(test, 0, rkpd_rail_on(&rig->rail));
		KUNIT_EXPECT_EQ(test, rig->fake.switched, 0u);
		rig->fake.dead = false;
		rkpd_rail_wake_up(&rig->rail);
		KUNIT_EXPECT_TRUE(test, rig->fake.on);

		rkpd_rail_off(&rig->rail);
		KUNIT_EXPECT_FALSE(test, rig->fake.on);
	}
}

static void a_sleep_that_fails_holds_nothing(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->fake.dead = true;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkpd_rail_fall_asleep(&rig->rail));
	rig->fake.dead = false;
	rig->fake.switched = 0;
	rkpd_rail_wake_up(&rig->rail);
	KUNIT_EXPECT_EQ(test, rig->fake.switched, 0u);
}

static void a_domain_without_a_rail_needs_none(struct kunit *test)
{
	struct rkpd_rail none = { };

	KUNIT_EXPECT_EQ(test, 0, rkpd_rail_on(&none));
	KUNIT_EXPECT_EQ(test, 0, rkpd_rail_fall_asleep(&none));
	rkpd_rail_wake_up(&none);
	rkpd_rail_off(&none);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_rail_follows_its_domain),
	KUNIT_CASE(a_rail_is_not_switched_while_the_system_sleeps),
	KUNIT_CASE(a_sleep_that_fails_holds_nothing),
	KUNIT_CASE(a_domain_without_a_rail_needs_none),
	{ }
};

struct kunit_suite power_rail_suite = {
	.name = "sunmao_power_rail",
	.init = rail_init,
	.test_cases = cases,
};
