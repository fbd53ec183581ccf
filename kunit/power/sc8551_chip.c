// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: KUnit tests of the SC8551 driver on a fake chip
 *
 * Power 6.2. The fake clears flags when they are read, also those bits of which the
 * notes do not say whether they are flags: the worst that can be.
 */

#include <linux/regmap.h>

#include <kunit/device.h>
#include <kunit/test.h>

#define SUNMAO_NEED_POWER_SUPPLY
#include <sunmao/compat.h>

#include "sc8551_chip.h"

#define REGS		0x37
#define NEVER		(-1)

/* Something that makes the chip stop by itself. */
struct strike {
	const char *name;
	u8 reg;
	u8 flag;
	int health;
};

/**
 * struct fake_chip - registers, and what happens to them
 * @reg: the registers
 * @strike: happens
 * @strike_in: reads until it does, or %NEVER
 * @fail_in: reads until one fails, or %NEVER
 * @deaf: writes of the charge register fail
 * @reads: so far
 */
struct fake_chip {
	u8 reg[REGS];
	const struct strike *strike;
	int strike_in;
	int fail_in;
	bool deaf;
	unsigned int reads;
};

struct rig {
	struct fake_chip fake;
	struct sc8551_chip chip;
};

static const struct strike strikes[] = {
	{ "adapter overvoltage", 0x05, 0x40, POWER_SUPPLY_HEALTH_OVERVOLTAGE },
	{ "thermal shutdown", 0x0a, 0x80, POWER_SUPPLY_HEALTH_OVERHEAT },
	{ "converter overcurrent", 0x0a, 0x02, POWER_SUPPLY_HEALTH_OVERCURRENT },
	{ "pin diagnosis", 0x0a, 0x01, POWER_SUPPLY_HEALTH_UNSPEC_FAILURE },
	{ "watchdog", 0x0b, 0x08, POWER_SUPPLY_HEALTH_WATCHDOG_TIMER_EXPIRE },
	{ "battery overvoltage", 0x11, 0x80, POWER_SUPPLY_HEALTH_OVERVOLTAGE },
	{ "battery overcurrent", 0x11, 0x40, POWER_SUPPLY_HEALTH_OVERCURRENT },
	{ "bus thermistor", 0x11, 0x02, POWER_SUPPLY_HEALTH_OVERHEAT },
	{ "output voltage", 0x2f, 0x04, POWER_SUPPLY_HEALTH_UNSPEC_FAILURE },
};

KUNIT_ARRAY_PARAM_DESC(strike, strikes, name);

static u8 flags_of(unsigned int reg)
{
	switch (reg) {
	case 0x05:
		return 0x40;
	case 0x08:
		return 0x50;
	case 0x0a:
		return 0x8b;
	case 0x0b:
		return 0x08;
	case 0x0e:
	case 0x11:
		return 0xff;
	case 0x2d:
		return 0xf0;
	case 0x2f:
		return 0x0c;
	case 0x30:
		return 0x20;
	default:
		return 0;
	}
}

static void fake_strike(struct fake_chip *fake)
{
	fake->reg[fake->strike->reg] |= fake->strike->flag;
	fake->reg[0x0a] &= ~0x04;
	fake->reg[0x0c] &= ~0x80;
}

static int fake_reg_read(void *context, unsigned int reg, unsigned int *value)
{
	struct fake_chip *fake = context;

	fake->reads++;
	if (fake->fail_in != NEVER && !fake->fail_in--)
		return -ENXIO;
	if (fake->strike_in != NEVER && !fake->strike_in--)
		fake_strike(fake);
	*value = fake->reg[reg];
	fake->reg[reg] &= ~flags_of(reg);

	return 0;
}

static int fake_reg_write(void *context, unsigned int reg, unsigned int value)
{
	struct fake_chip *fake = context;

	if (reg == 0x0c && fake->deaf)
		return -ENXIO;
	fake->reg[reg] = (fake->reg[reg] & flags_of(reg)) | (value & ~flags_of(reg));
	/* The converter follows the enable bit. */
	if (reg == 0x0c)
		fake->reg[0x0a] = (fake->reg[0x0a] & ~0x04) | (value & 0x80) >> 5;

	return 0;
}

static const struct regmap_bus fake_regmap_bus = {
	.reg_read = fake_reg_read,
	.reg_write = fake_reg_write,
};

static const struct regmap_config fake_regmap_config = {
	.reg_bits = 8,
	.val_bits = 8,
	.max_register = REGS - 1,
};

static int chip_init(struct kunit *test)
{
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	struct sc8551_chip *chip;
	const char *what;

	KUNIT_ASSERT_NOT_NULL(test, rig);
	test->priv = rig;
	rig->fake.strike_in = NEVER;
	rig->fake.fail_in = NEVER;

	chip = &rig->chip;
	chip->setup = (struct sc8551_setup) {
		.bat_ovp_uv = 4500000,
		.bat_ocp_ua = 8000000,
		.ac_ovp_uv = 12000000,
		.ac_drop_uv = 300000,
		.bus_ovp_uv = 10000000,
		.bus_ocp_ua = 4000000,
		.bus_ucp_ua = 250000,
		.switching_hz = 500000,
		.watchdog_ms = 5000,
		.soft_start_us = 12500,
		.shunt_uohm = 5000,
	};
	KUNIT_ASSERT_EQ(test, 0, sc8551_encode(&chip->image, &chip->setup, &what));
	chip->dev = kunit_device_register(test, "sc8551");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, chip->dev);
	chip->regmap = devm_regmap_init(chip->dev, &fake_regmap_bus, &rig->fake,
					&fake_regmap_config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, chip->regmap);

	return 0;
}

static void start(struct kunit *test, struct rig *rig)
{
	KUNIT_ASSERT_EQ(test, 0, sc8551_chip_start(&rig->chip));
	KUNIT_ASSERT_EQ(test, rig->fake.reg[0x0c] & 0x80, 0x80);
	KUNIT_ASSERT_EQ(test, rig->fake.reg[0x0b] & 0x04, 0);
	KUNIT_ASSERT_EQ(test, sc8551_chip_health(&rig->chip), POWER_SUPPLY_HEALTH_GOOD);
}

/* Stopped, told, and the reason is known. */
static void expect_told(struct kunit *test, struct rig *rig, const struct strike *s,
			bool told)
{
	KUNIT_EXPECT_TRUE(test, told);
	KUNIT_EXPECT_FALSE(test, rig->chip.charging);
	KUNIT_EXPECT_FALSE(test, rig->chip.wanted);
	KUNIT_EXPECT_EQ(test, rig->fake.reg[0x0c] & 0x80, 0);
	KUNIT_EXPECT_EQ(test, sc8551_chip_health(&rig->chip), s->health);
}

/* A supply's event makes all its properties be read, at any time. */
static void a_fault_that_a_property_reads_first_is_told(struct kunit *test)
{
	const struct strike *s = test->param_value;
	struct rig *rig = test->priv;
	bool charging, told;

	start(test, rig);
	rig->fake.strike = s;
	fake_strike(&rig->fake);
	KUNIT_EXPECT_EQ(test, 0, sc8551_chip_charging(&rig->chip, &charging, &told));
	KUNIT_EXPECT_FALSE(test, charging);
	expect_told(test, rig, s, told);

	KUNIT_EXPECT_FALSE(test, sc8551_chip_look(&rig->chip));
	KUNIT_EXPECT_EQ(test, sc8551_chip_health(&rig->chip), s->health);
}

/* Without an interrupt line nobody comes back for a flag. */
static void a_fault_in_the_middle_of_a_look_is_told(struct kunit *test)
{
	const struct strike *s = test->param_value;
	struct rig *rig = test->priv;
	unsigned int reads;
	bool told;
	int when;

	start(test, rig);
	reads = rig->fake.reads;
	KUNIT_EXPECT_FALSE(test, sc8551_chip_look(&rig->chip));
	reads = rig->fake.reads - reads;
	rig->fake.strike = s;
	for (when = 0; when < reads; when++) {
		rig->fake.strike_in = when;
		told = sc8551_chip_look(&rig->chip);
		if (rig->chip.charging)
			told = sc8551_chip_look(&rig->chip);
		expect_told(test, rig, s, told);
		start(test, rig);
	}
}

static void a_look_that_fails_loses_no_fault(struct kunit *test)
{
	const struct strike *s = test->param_value;
	struct rig *rig = test->priv;
	unsigned int reads;
	int when;

	start(test, rig);
	reads = rig->fake.reads;
	KUNIT_EXPECT_FALSE(test, sc8551_chip_look(&rig->chip));
	reads = rig->fake.reads - reads;
	rig->fake.strike = s;
	for (when = 0; when < reads; when++) {
		rig->fake.strike_in = 0;
		rig->fake.fail_in = when;
		KUNIT_EXPECT_FALSE(test, sc8551_chip_look(&rig->chip));
		KUNIT_EXPECT_TRUE(test, rig->chip.charging);
		/* It failed before it came to anything. */
		if (!when) {
			rig->fake.strike_in = NEVER;
			fake_strike(&rig->fake);
		}
		expect_told(test, rig, s, sc8551_chip_look(&rig->chip));
		start(test, rig);
	}
}

static void a_start_forgets_the_past(struct kunit *test)
{
	const struct strike *s = test->param_value;
	struct rig *rig = test->priv;

	rig->fake.strike = s;
	fake_strike(&rig->fake);
	start(test, rig);
	KUNIT_EXPECT_FALSE(test, sc8551_chip_look(&rig->chip));
	KUNIT_EXPECT_TRUE(test, rig->chip.charging);
}

static void a_fault_during_the_start_refuses_it(struct kunit *test)
{
	const struct strike *s = test->param_value;
	struct rig *rig = test->priv;
	unsigned int reads;

	start(test, rig);
	reads = rig->fake.reads;
	KUNIT_ASSERT_EQ(test, 0, sc8551_chip_stop(&rig->chip));
	rig->fake.strike = s;
	/* The last reads of a start are those of what happened. */
	rig->fake.strike_in = reads - 10;
	KUNIT_EXPECT_EQ(test, -EIO, sc8551_chip_start(&rig->chip));
	expect_told(test, rig, s, true);
}

static void a_chip_that_does_not_stop_is_told_once_by_readers(struct kunit *test)
{
	struct rig *rig = test->priv;
	bool charging, tell;
	unsigned int i;

	start(test, rig);
	rig->fake.strike = &strikes[0];
	fake_strike(&rig->fake);
	rig->fake.reg[0x0c] |= 0x80;
	rig->fake.deaf = true;
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, 0,
				sc8551_chip_charging(&rig->chip, &charging, &tell));
		KUNIT_EXPECT_FALSE(test, charging);
		KUNIT_EXPECT_EQ(test, tell, !i);
		KUNIT_EXPECT_TRUE(test, rig->chip.charging);
	}

	/* The next look tries again. */
	rig->fake.deaf = false;
	expect_told(test, rig, &strikes[0], sc8551_chip_look(&rig->chip));
}

static void a_current_that_fades_is_no_fault(struct kunit *test)
{
	struct rig *rig = test->priv;
	bool charging, tell;

	start(test, rig);
	rig->fake.reg[0x08] |= 0x10;
	rig->fake.reg[0x0a] &= ~0x04;
	rig->fake.reg[0x0c] &= ~0x80;
	KUNIT_EXPECT_EQ(test, 0, sc8551_chip_charging(&rig->chip, &charging, &tell));
	KUNIT_EXPECT_FALSE(test, charging);
	KUNIT_EXPECT_TRUE(test, tell);
	KUNIT_EXPECT_FALSE(test, rig->chip.charging);
	KUNIT_EXPECT_EQ(test, sc8551_chip_health(&rig->chip), POWER_SUPPLY_HEALTH_GOOD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_fault_that_a_property_reads_first_is_told, strike_gen_params),
	KUNIT_CASE_PARAM(a_fault_in_the_middle_of_a_look_is_told, strike_gen_params),
	KUNIT_CASE_PARAM(a_look_that_fails_loses_no_fault, strike_gen_params),
	KUNIT_CASE_PARAM(a_start_forgets_the_past, strike_gen_params),
	KUNIT_CASE_PARAM(a_fault_during_the_start_refuses_it, strike_gen_params),
	KUNIT_CASE(a_chip_that_does_not_stop_is_told_once_by_readers),
	KUNIT_CASE(a_current_that_fades_is_no_fault),
	{}
};

static struct kunit_suite sc8551_chip_suite = {
	.name = "sunmao-sc8551-chip",
	.init = chip_init,
	.test_cases = cases,
};

kunit_test_suite(sc8551_chip_suite);
