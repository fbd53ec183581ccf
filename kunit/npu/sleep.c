// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the rails of a core while the system sleeps
 *
 * Power domains change while device interrupts are off (power 7), and the driver
 * that has them holds the same rail (power 1.7). It is behind an I2C bus, which
 * nobody can use then.
 */

#include <linux/errno.h>
#include <linux/pm_runtime.h>
#include <linux/regulator/consumer.h>
#include <linux/regulator/driver.h>
#include <linux/regulator/machine.h>

#include <kunit/device.h>

#include "npu_hw.h"
#include "npu_pm.h"
#include "npu_soc.h"
#include "suites.h"

/**
 * struct rail - a rail with a core and a power domain
 * @hw: the core
 * @domain: the domain's hold on the rail
 * @on: the rail is
 * @dead: its bus does not answer
 * @switched: how often somebody wanted it to change
 */
struct rail {
	struct npu_hw hw;
	struct regulator *domain;
	bool on;
	bool dead;
	unsigned int switched;
};

static int rail_switch(struct regulator_dev *rdev, bool on)
{
	struct rail *rail = rdev_get_drvdata(rdev);

	rail->switched++;
	if (rail->dead)
		return -ETIMEDOUT;
	rail->on = on;

	return 0;
}

static int rail_enable(struct regulator_dev *rdev)
{
	return rail_switch(rdev, true);
}

static int rail_disable(struct regulator_dev *rdev)
{
	return rail_switch(rdev, false);
}

static int rail_is_enabled(struct regulator_dev *rdev)
{
	struct rail *rail = rdev_get_drvdata(rdev);

	return rail->on;
}

static const struct regulator_ops rail_ops = {
	.enable = rail_enable,
	.disable = rail_disable,
	.is_enabled = rail_is_enabled,
};

static const struct regulator_desc rail_desc = {
	.name = "sunmao-kunit-rail",
	.type = REGULATOR_VOLTAGE,
	.ops = &rail_ops,
	.owner = THIS_MODULE,
};

static int sleep_init(struct kunit *test)
{
	struct regulator_consumer_supply consumers[3] = {
		{ .supply = "npu" }, { .supply = "sram" }, { .supply = "domain" },
	};
	struct regulator_init_data data = {
		.constraints.valid_ops_mask = REGULATOR_CHANGE_STATUS,
		.consumer_supplies = consumers,
		.num_consumer_supplies = ARRAY_SIZE(consumers),
	};
	struct rail *rail = kunit_kzalloc(test, sizeof(*rail), GFP_KERNEL);
	struct regulator_config config = { .init_data = &data, .driver_data = rail };
	struct device *pmic, *core;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, rail);
	test->priv = rail;
	pmic = kunit_device_register(test, "pmic");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pmic);
	core = kunit_device_register(test, "core");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, core);

	for (i = 0; i < ARRAY_SIZE(consumers); i++)
		consumers[i].dev_name = dev_name(core);
	config.dev = pmic;
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, devm_regulator_register(pmic, &rail_desc, &config));

	KUNIT_ASSERT_EQ(test, 0, npu_supplies_get(&rail->hw.supplies, core));
	KUNIT_ASSERT_EQ(test, 0, npu_supplies_get(&rail->hw.asleep, core));
	rail->domain = devm_regulator_get(core, "domain");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rail->domain);

	npu_core_init(&rail->hw.core, core, &npu_soc_rk3588, &npu_hw_ops, 0);
	dev_set_drvdata(core, &rail->hw);
	pm_runtime_enable(core);

	return 0;
}

static void sleep_exit(struct kunit *test)
{
	struct rail *rail = test->priv;

	if (!rail)
		return;
	if (rail->hw.core.dev)
		pm_runtime_disable(rail->hw.core.dev);
	npu_supplies_put(&rail->hw.asleep);
	npu_supplies_put(&rail->hw.supplies);
}

static struct device *core_of(struct rail *rail)
{
	return rail->hw.core.dev;
}

/* From here on interrupts are off. */
static void fall_asleep(struct kunit *test, struct rail *rail)
{
	KUNIT_ASSERT_EQ(test, 0, npu_pm_ops.suspend(core_of(rail)));
	KUNIT_EXPECT_TRUE(test, rail->on);
	rail->dead = true;
	rail->switched = 0;
}

static void get_up(struct kunit *test, struct rail *rail)
{
	KUNIT_EXPECT_EQ(test, rail->switched, 0u);
	rail->dead = false;
	KUNIT_EXPECT_EQ(test, 0, npu_pm_ops.resume(core_of(rail)));
}

/* The domains come up on the way back, whether somebody needs them or not. */
static void a_domain_that_was_off_gets_its_rail_back_from_sleep(struct kunit *test)
{
	struct rail *rail = test->priv;

	fall_asleep(test, rail);
	KUNIT_EXPECT_EQ(test, 0, regulator_enable(rail->domain));
	get_up(test, rail);
	KUNIT_EXPECT_TRUE(test, rail->on);

	KUNIT_EXPECT_EQ(test, 0, regulator_disable(rail->domain));
	KUNIT_EXPECT_FALSE(test, rail->on);
}

static void a_domain_that_was_on_lets_go_of_its_rail_asleep(struct kunit *test)
{
	struct rail *rail = test->priv;

	KUNIT_ASSERT_EQ(test, 0, regulator_enable(rail->domain));
	fall_asleep(test, rail);
	KUNIT_EXPECT_EQ(test, 0, regulator_disable(rail->domain));
	KUNIT_EXPECT_EQ(test, 0, regulator_enable(rail->domain));
	get_up(test, rail);

	KUNIT_EXPECT_EQ(test, 0, regulator_disable(rail->domain));
	KUNIT_EXPECT_FALSE(test, rail->on);
}

static void sleep_is_refused_without_the_rail(struct kunit *test)
{
	struct rail *rail = test->priv;

	rail->dead = true;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, npu_pm_ops.suspend(core_of(rail)));
	KUNIT_EXPECT_FALSE(test, rail->hw.core.suspended);
	rail->dead = false;

	fall_asleep(test, rail);
	get_up(test, rail);
	KUNIT_EXPECT_FALSE(test, rail->on);
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
