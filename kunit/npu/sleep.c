// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the rails of a core while the system sleeps
 *
 * Power domains change while device interrupts are off (power 7), and the driver
 * that has them holds the same rail (power 1.7). It is behind an I2C bus, which
 * nobody can use then.
 */

#include <linux/pm_runtime.h>

#include "../fake_rail.h"
#include "npu_hw.h"
#include "npu_pm.h"
#include "npu_soc.h"
#include "suites.h"

/**
 * struct rig - a core and its power domain at the same rail
 * @hw: the core
 * @rail: the rail
 * @domain: the domain's hold on it
 */
struct rig {
	struct npu_hw hw;
	struct fake_rail rail;
	struct regulator *domain;
};

static int sleep_init(struct kunit *test)
{
	static const char * const supplies[FAKE_RAIL_CONSUMERS] = { "npu", "sram", "domain" };
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	struct device *core;

	KUNIT_ASSERT_NOT_NULL(test, rig);
	test->priv = rig;
	core = fake_rail_consumer(test, &rig->rail, supplies);
	KUNIT_ASSERT_EQ(test, 0, npu_supplies_get(&rig->hw.supplies, core));
	KUNIT_ASSERT_EQ(test, 0, npu_supplies_get(&rig->hw.asleep, core));
	rig->domain = devm_regulator_get(core, "domain");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rig->domain);

	npu_core_init(&rig->hw.core, core, &npu_soc_rk3588, &npu_hw_ops, 0);
	dev_set_drvdata(core, &rig->hw);
	pm_runtime_enable(core);

	return 0;
}

static void sleep_exit(struct kunit *test)
{
	struct rig *rig = test->priv;

	if (!rig)
		return;
	if (rig->hw.core.dev)
		pm_runtime_disable(rig->hw.core.dev);
	npu_supplies_put(&rig->hw.asleep);
	npu_supplies_put(&rig->hw.supplies);
}

static struct device *core_of(struct rig *rig)
{
	return rig->hw.core.dev;
}

/* From here on interrupts are off. */
static void fall_asleep(struct kunit *test, struct rig *rig)
{
	KUNIT_ASSERT_EQ(test, 0, npu_pm_ops.suspend(core_of(rig)));
	KUNIT_EXPECT_TRUE(test, rig->rail.on);
	rig->rail.dead = true;
	rig->rail.switched = 0;
}

static void get_up(struct kunit *test, struct rig *rig)
{
	KUNIT_EXPECT_EQ(test, rig->rail.switched, 0u);
	rig->rail.dead = false;
	KUNIT_EXPECT_EQ(test, 0, npu_pm_ops.resume(core_of(rig)));
}

/* The domains come up on the way back, whether somebody needs them or not. */
static void a_domain_that_was_off_gets_its_rail_back_from_sleep(struct kunit *test)
{
	struct rig *rig = test->priv;

	fall_asleep(test, rig);
	KUNIT_EXPECT_EQ(test, 0, regulator_enable(rig->domain));
	get_up(test, rig);
	KUNIT_EXPECT_TRUE(test, rig->rail.on);

	KUNIT_EXPECT_EQ(test, 0, regulator_disable(rig->domain));
	KUNIT_EXPECT_FALSE(test, rig->rail.on);
}

static void a_domain_that_was_on_lets_go_of_its_rail_asleep(struct kunit *test)
{
	struct rig *rig = test->priv;

	KUNIT_ASSERT_EQ(test, 0, regulator_enable(rig->domain));
	fall_asleep(test, rig);
	KUNIT_EXPECT_EQ(test, 0, regulator_disable(rig->domain));
	KUNIT_EXPECT_EQ(test, 0, regulator_enable(rig->domain));
	get_up(test, rig);

	KUNIT_EXPECT_EQ(test, 0, regulator_disable(rig->domain));
	KUNIT_EXPECT_FALSE(test, rig->rail.on);
}

static void sleep_is_refused_without_the_rail(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->rail.dead = true;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, npu_pm_ops.suspend(core_of(rig)));
	KUNIT_EXPECT_FALSE(test, rig->hw.core.suspended);
	rig->rail.dead = false;

	fall_asleep(test, rig);
	get_up(test, rig);
	KUNIT_EXPECT_FALSE(test, rig->rail.on);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_domain_that_was_off_gets_its_rail_back_from_sleep),
	KUNIT_CASE(a_domain_that_was_on_lets_go_of_its_rail_asleep),
	KUNIT_CASE(sleep_is_refused_without_the_rail),
	{}
};

struct kunit_suite npu_sleep_suite = {
	.name = "sunmao-npu-sleep",
	.init = sleep_init,
	.exit = sleep_exit,
	.test_cases = cases,
};
