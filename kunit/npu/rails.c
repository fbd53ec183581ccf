// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: rails and clocks of a core, some of which fail
 *
 * The regulator and clock frameworks are the kernel's; below them are rails and clocks
 * that do what a test says. A rail whose chip does not answer on its bus is what
 * silicon does (power 5.1).
 */

#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/device.h>
#include <linux/regulator/consumer.h>
#include <linux/regulator/driver.h>
#include <linux/regulator/machine.h>

#include <kunit/device.h>

#include "npu_hw.h"
#include "suites.h"

struct fake_rail {
	struct regulator_consumer_supply supply;
	struct regulator_init_data init;
	struct regulator_desc desc;
	bool on;
	int enable_error;
	unsigned int busy;	/* so many attempts to switch it off fail */
};

struct fake_clk {
	struct clk_hw hw;
	struct clk_init_data init;
	char name[24];
	bool on;
	int error;
};

struct bench {
	struct npu_hw hw;
	struct device *chip;
	struct fake_rail rail[2];
	struct fake_clk clk[4];
};

static int rail_enable(struct regulator_dev *rdev)
{
	struct fake_rail *rail = rdev_get_drvdata(rdev);

	if (!rail->enable_error)
		rail->on = true;
	return rail->enable_error;
}

static int rail_disable(struct regulator_dev *rdev)
{
	struct fake_rail *rail = rdev_get_drvdata(rdev);

	if (rail->busy) {
		rail->busy--;
		return -ENXIO;
	}
	rail->on = false;
	return 0;
}

static int rail_is_enabled(struct regulator_dev *rdev)
{
	struct fake_rail *rail = rdev_get_drvdata(rdev);

	return rail->on;
}

static const struct regulator_ops rail_ops = {
	.enable = rail_enable,
	.disable = rail_disable,
	.is_enabled = rail_is_enabled,
};

static struct fake_clk *to_fake_clk(struct clk_hw *hw)
{
	return container_of(hw, struct fake_clk, hw);
}

static int clk_on(struct clk_hw *hw)
{
	struct fake_clk *clk = to_fake_clk(hw);

	clk->on = !clk->error;
	return clk->error;
}

static void clk_off(struct clk_hw *hw)
{
	to_fake_clk(hw)->on = false;
}

static const struct clk_ops clk_ops = {
	.enable = clk_on,
	.disable = clk_off,
};

static void add_rail(struct kunit *test, struct bench *b, struct fake_rail *rail, const char *name)
{
	struct regulator_config config = {
		.dev = b->chip,
		.init_data = &rail->init,
		.driver_data = rail,
	};

	rail->supply.dev_name = dev_name(b->hw.core.dev);
	rail->supply.supply = name;
	rail->init.constraints.valid_ops_mask = REGULATOR_CHANGE_STATUS;
	rail->init.consumer_supplies = &rail->supply;
	rail->init.num_consumer_supplies = 1;
	rail->desc.name = name;
	rail->desc.ops = &rail_ops;
	rail->desc.type = REGULATOR_VOLTAGE;
	rail->desc.owner = THIS_MODULE;
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test,
				     devm_regulator_register(b->chip, &rail->desc, &config));
}

static void add_clk(struct kunit *test, struct bench *b, unsigned int i)
{
	struct fake_clk *clk = &b->clk[i];

	snprintf(clk->name, sizeof(clk->name), "sunmao-fake-clk%u", i);
	clk->init.name = clk->name;
	clk->init.ops = &clk_ops;
	clk->hw.init = &clk->init;
	KUNIT_ASSERT_EQ(test, devm_clk_hw_register(b->chip, &clk->hw), 0);
	b->hw.clks[i].clk = clk_hw_get_clk(&clk->hw, "core");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, b->hw.clks[i].clk);
}

static int rails_init(struct kunit *test)
{
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->chip = kunit_device_register(test, "pmic");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, b->chip);
	/* 6.12 has 64 characters for names of case, device and supply together. */
	b->hw.core.dev = kunit_device_register(test, "core");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, b->hw.core.dev);
	test->priv = b;
	add_rail(test, b, &b->rail[0], "npu");
	add_rail(test, b, &b->rail[1], "sram");
	for (i = 0; i < ARRAY_SIZE(b->clk); i++)
		add_clk(test, b, i);
	KUNIT_ASSERT_EQ(test, npu_supplies_get(&b->hw.supplies, b->hw.core.dev), 0);
	return 0;
}

static void rails_exit(struct kunit *test)
{
	struct bench *b = test->priv;
	unsigned int i;

	if (!b)
		return;
	npu_supplies_put(&b->hw.supplies);
	for (i = 0; i < ARRAY_SIZE(b->clk); i++)
		clk_put(b->hw.clks[i].clk);
	kunit_device_unregister(test, b->hw.core.dev);
	kunit_device_unregister(test, b->chip);
}

static void expect_clocks(struct kunit *test, bool on)
{
	struct bench *b = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(b->clk); i++)
		KUNIT_EXPECT_EQ_MSG(test, b->clk[i].on, on, "clock %u", i);
}

static void expect_all(struct kunit *test, bool on)
{
	struct bench *b = test->priv;

	KUNIT_EXPECT_EQ(test, b->rail[0].on, on);
	KUNIT_EXPECT_EQ(test, b->rail[1].on, on);
	expect_clocks(test, on);
}

static void rails_and_clocks_go_on_and_off(struct kunit *test)
{
	struct bench *b = test->priv;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_EQ(test, npu_power_up(&b->hw), 0);
		expect_all(test, true);
		npu_power_down(&b->hw);
		expect_all(test, false);
	}
}

/* The core sleeps all the same, and wakes up as if the rail had been off. */
static void a_rail_that_stays_on_is_switched_off_next_time(struct kunit *test)
{
	struct bench *b = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(b->rail); i++) {
		KUNIT_ASSERT_EQ(test, npu_power_up(&b->hw), 0);
		b->rail[i].busy = 1;
		npu_power_down(&b->hw);
		KUNIT_EXPECT_TRUE(test, b->rail[i].on);
		KUNIT_EXPECT_FALSE(test, b->rail[!i].on);
		expect_clocks(test, false);

		KUNIT_ASSERT_EQ(test, npu_power_up(&b->hw), 0);
		expect_all(test, true);
		npu_power_down(&b->hw);
		expect_all(test, false);
	}
}

static void a_rail_that_does_not_come_up_leaves_all_off(struct kunit *test)
{
	struct bench *b = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(b->rail); i++) {
		b->rail[i].enable_error = -ENXIO;
		KUNIT_EXPECT_EQ(test, npu_power_up(&b->hw), -ENXIO);
		expect_all(test, false);
		b->rail[i].enable_error = 0;
	}
	KUNIT_EXPECT_EQ(test, npu_power_up(&b->hw), 0);
	npu_power_down(&b->hw);
	expect_all(test, false);
}

static void a_clock_that_does_not_come_on_leaves_all_off(struct kunit *test)
{
	struct bench *b = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(b->clk); i++) {
		b->clk[i].error = -EIO;
		KUNIT_EXPECT_EQ(test, npu_power_up(&b->hw), -EIO);
		expect_all(test, false);
		b->clk[i].error = 0;
	}
	KUNIT_EXPECT_EQ(test, npu_power_up(&b->hw), 0);
	npu_power_down(&b->hw);
	expect_all(test, false);
}

/* At the end of a core the bus gets a second and a third chance. */
static void a_busy_rail_is_off_in_the_end(struct kunit *test)
{
	struct bench *b = test->priv;

	KUNIT_ASSERT_EQ(test, npu_power_up(&b->hw), 0);
	b->rail[0].busy = 3;
	npu_power_down(&b->hw);
	KUNIT_EXPECT_TRUE(test, b->rail[0].on);
	npu_supplies_put(&b->hw.supplies);
	expect_all(test, false);
}

/* The regulator framework takes no rail back that is on. */
static void a_rail_that_is_on_is_not_given_back(struct kunit *test)
{
	struct bench *b = test->priv;
	struct regulator *left = b->hw.supplies.regulator[1];

	KUNIT_ASSERT_EQ(test, npu_power_up(&b->hw), 0);
	b->rail[1].busy = 100;
	npu_power_down(&b->hw);
	npu_supplies_put(&b->hw.supplies);
	KUNIT_EXPECT_TRUE(test, b->rail[1].on);
	KUNIT_EXPECT_LT(test, b->rail[1].busy, 99);
	KUNIT_EXPECT_GT(test, b->rail[1].busy, 90);

	b->rail[1].busy = 0;
	KUNIT_EXPECT_EQ(test, regulator_disable(left), 0);
	regulator_put(left);
	expect_all(test, false);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rails_and_clocks_go_on_and_off),
	KUNIT_CASE(a_rail_that_stays_on_is_switched_off_next_time),
	KUNIT_CASE(a_rail_that_does_not_come_up_leaves_all_off),
	KUNIT_CASE(a_clock_that_does_not_come_on_leaves_all_off),
	KUNIT_CASE(a_busy_rail_is_off_in_the_end),
	KUNIT_CASE(a_rail_that_is_on_is_not_given_back),
	{}
};

struct kunit_suite npu_rails_suite = {
	.name = "sunmao-npu-rails",
	.init = rails_init,
	.exit = rails_exit,
	.test_cases = cases,
};
