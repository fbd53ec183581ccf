/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: a rail behind a bus that can die
 */
#ifndef _SUNMAO_KUNIT_FAKE_RAIL_H_
#define _SUNMAO_KUNIT_FAKE_RAIL_H_

#include <linux/errno.h>
#include <linux/module.h>
#include <linux/regulator/consumer.h>
#include <linux/regulator/driver.h>
#include <linux/regulator/machine.h>

#include <kunit/device.h>
#include <kunit/test.h>

/**
 * struct fake_rail - a rail
 * @on: it is
 * @dead: its bus does not answer
 * @switched: how often somebody wanted it to change
 */
struct fake_rail {
	bool on;
	bool dead;
	unsigned int switched;
};

static int fake_rail_switch(struct regulator_dev *rdev, bool on)
{
	struct fake_rail *rail = rdev_get_drvdata(rdev);

	rail->switched++;
	if (rail->dead)
		return -ETIMEDOUT;
	rail->on = on;

	return 0;
}

static int fake_rail_enable(struct regulator_dev *rdev)
{
	return fake_rail_switch(rdev, true);
}

static int fake_rail_disable(struct regulator_dev *rdev)
{
	return fake_rail_switch(rdev, false);
}

static int fake_rail_is_enabled(struct regulator_dev *rdev)
{
	struct fake_rail *rail = rdev_get_drvdata(rdev);

	return rail->on;
}

static const struct regulator_ops fake_rail_ops = {
	.enable = fake_rail_enable,
	.disable = fake_rail_disable,
	.is_enabled = fake_rail_is_enabled,
};

static const struct regulator_desc fake_rail_desc = {
	.name = "sunmao-kunit-rail",
	.type = REGULATOR_VOLTAGE,
	.ops = &fake_rail_ops,
	.owner = THIS_MODULE,
};

#define FAKE_RAIL_CONSUMERS	3

/**
 * fake_rail_consumer() - a device that is fed by a rail
 * @test: owns both
 * @rail: zeroed; off
 * @supplies: names of the device's supplies, all of them the rail; the rest NULL
 *
 * Return: the device; the test has failed when there is none.
 */
static struct device *fake_rail_consumer(struct kunit *test, struct fake_rail *rail,
					 const char * const supplies[FAKE_RAIL_CONSUMERS])
{
	struct regulator_consumer_supply consumers[FAKE_RAIL_CONSUMERS] = { };
	struct regulator_init_data data = {
		.constraints.valid_ops_mask = REGULATOR_CHANGE_STATUS,
		.consumer_supplies = consumers,
	};
	struct regulator_config config = { .init_data = &data, .driver_data = rail };
	struct regulator_dev *rdev;
	struct device *dev;
	unsigned int i;

	config.dev = kunit_device_register(test, "pmic");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, config.dev);
	/* 6.12 has 64 characters for names of case, device and supply together. */
	dev = kunit_device_register(test, "dev");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);

	for (i = 0; i < FAKE_RAIL_CONSUMERS && supplies[i]; i++) {
		consumers[i].dev_name = dev_name(dev);
		consumers[i].supply = supplies[i];
	}
	data.num_consumer_supplies = i;
	rdev = devm_regulator_register(config.dev, &fake_rail_desc, &config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rdev);

	return dev;
}

#endif /* _SUNMAO_KUNIT_FAKE_RAIL_H_ */
