// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: KUnit tests of the SC8551 driver's encodings
 *
 * Power 6.2. Registers and values are literals from there.
 */

#include <linux/module.h>

#include <kunit/test.h>

#define SUNMAO_NEED_POWER_SUPPLY
#include <sunmao/compat.h>

#include "sc8551_enc.h"

/* A phone's board: 4.5 V battery, 8 A. */
static const struct sc8551_setup good = {
	.bat_ovp_uv = 4500000,
	.bat_ocp_ua = 8000000,
	.ac_ovp_uv = 12000000,
	.ac_drop_uv = 300000,
	.bus_ovp_uv = 10000000,
	.bus_ocp_ua = 4000000,
	.bus_ucp_ua = 250000,
	.switching_hz = 500000,
	.watchdog_ms = 5000,
	.soft_start_us = 400000,
	.shunt_uohm = 5000,
};

static int sc8551_init(struct kunit *test)
{
	struct sc8551_setup *setup = kunit_kzalloc(test, sizeof(*setup), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, setup);
	*setup = good;
	test->priv = setup;
	return 0;
}

/* The bits of a register that a setup sets, -1 if it sets none. */
static int set(struct kunit *test, u8 reg)
{
	struct sc8551_image image;
	const char *what;
	int found = -1;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, sc8551_encode(&image, test->priv, &what), 0);
	KUNIT_EXPECT_NULL(test, what);
	for (i = 0; i < image.num; i++) {
		KUNIT_EXPECT_EQ(test, image.write[i].value & ~image.write[i].mask, 0);
		if (image.write[i].reg == reg) {
			KUNIT_EXPECT_EQ_MSG(test, found, -1, "register %#x twice", reg);
			found = image.write[i].value;
		}
	}
	return found;
}

static void refused(struct kunit *test, const char *property)
{
	struct sc8551_image image;
	const char *what;

	KUNIT_EXPECT_EQ(test, sc8551_encode(&image, test->priv, &what), -ERANGE);
	KUNIT_EXPECT_STREQ(test, what, property);
	*(struct sc8551_setup *)test->priv = good;
}

static void a_good_setup(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set(test, 0x00), 40);
	KUNIT_EXPECT_EQ(test, set(test, 0x02), 60);
	KUNIT_EXPECT_EQ(test, set(test, 0x05), 0x01);
	KUNIT_EXPECT_EQ(test, set(test, 0x06), 80);
	KUNIT_EXPECT_EQ(test, set(test, 0x08), 12);
	KUNIT_EXPECT_EQ(test, set(test, 0x31), 0);
}

/* Each protection in its whole range: value = base + code * step. */
struct limit_case {
	const char *name;
	size_t offset;
	u8 reg;
	u32 base;
	u32 step;
	u32 codes;
};

static const struct limit_case limit_cases[] = {
	{ "bat_ovp", offsetof(struct sc8551_setup, bat_ovp_uv), 0x00, 3500000, 25000, 64 },
	{ "bat_ocp", offsetof(struct sc8551_setup, bat_ocp_ua), 0x02, 2000000, 100000, 128 },
	{ "bus_ovp", offsetof(struct sc8551_setup, bus_ovp_uv), 0x06, 6000000, 50000, 128 },
	{ "bus_ocp", offsetof(struct sc8551_setup, bus_ocp_ua), 0x08, 1000000, 250000, 16 },
};

KUNIT_ARRAY_PARAM_DESC(limit, limit_cases, name);

static void a_limit_in_its_whole_range(struct kunit *test)
{
	const struct limit_case *c = test->param_value;
	u32 *value = test->priv + c->offset;
	u32 code;

	for (code = 0; code < c->codes; code++) {
		*value = c->base + code * c->step;
		KUNIT_EXPECT_EQ(test, set(test, c->reg), code);
	}
}

static void ac_ovp(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;
	u32 code;

	for (code = 0; code < 7; code++) {
		s->ac_ovp_uv = 11000000 + code * 1000000;
		KUNIT_EXPECT_EQ(test, set(test, 0x05), code);
	}
	s->ac_ovp_uv = 6500000;
	KUNIT_EXPECT_EQ(test, set(test, 0x05), 7);
}

static void ac_drop(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	s->ac_drop_uv = 400000;
	KUNIT_EXPECT_EQ(test, set(test, 0x05), 0x11);
}

static void between_two_steps_is_the_lower_one(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	s->bat_ovp_uv = 4524999;
	KUNIT_EXPECT_EQ(test, set(test, 0x00), 40);
	s->bat_ocp_ua = 8099999;
	KUNIT_EXPECT_EQ(test, set(test, 0x02), 60);
	s->bus_ovp_uv = 10049999;
	KUNIT_EXPECT_EQ(test, set(test, 0x06), 80);
	s->bus_ocp_ua = 4249999;
	KUNIT_EXPECT_EQ(test, set(test, 0x08), 12);
}

/* What user space is told is what the chip does. */
static void a_setup_says_what_the_chip_does(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	s->bat_ovp_uv = 4524999;
	s->bat_ocp_ua = 8099999;
	s->bus_ovp_uv = 10049999;
	s->bus_ocp_ua = 4249999;
	set(test, 0x00);
	KUNIT_EXPECT_EQ(test, s->bat_ovp_uv, 4500000);
	KUNIT_EXPECT_EQ(test, s->bat_ocp_ua, 8000000);
	KUNIT_EXPECT_EQ(test, s->bus_ovp_uv, 10000000);
	KUNIT_EXPECT_EQ(test, s->bus_ocp_ua, 4000000);
}

static void a_limit_out_of_range_is_refused(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	s->bat_ovp_uv = 3499999;
	refused(test, "southchip,bat-ovp-microvolt");
	s->bat_ovp_uv = 5100000;
	refused(test, "southchip,bat-ovp-microvolt");
	s->bat_ovp_uv = U32_MAX;
	refused(test, "southchip,bat-ovp-microvolt");
	s->bat_ocp_ua = 0;
	refused(test, "southchip,bat-ocp-microamp");
	s->bat_ocp_ua = 14800000;
	refused(test, "southchip,bat-ocp-microamp");
	s->bus_ovp_uv = 12350001;
	refused(test, "southchip,bus-ovp-microvolt");
	s->bus_ocp_ua = 4750001;
	refused(test, "southchip,bus-ocp-microamp");
	s->bus_ocp_ua = 999999;
	refused(test, "southchip,bus-ocp-microamp");
	s->ac_ovp_uv = 18000000;
	refused(test, "southchip,ac-ovp-microvolt");
	s->ac_ovp_uv = 0;
	refused(test, "southchip,ac-ovp-microvolt");
}

static void what_the_chip_does_not_offer_is_refused(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	s->switching_hz = 650000;
	refused(test, "southchip,switching-frequency-hz");
	s->watchdog_ms = 2000;
	refused(test, "southchip,watchdog-timeout-ms");
	s->soft_start_us = 1;
	refused(test, "southchip,soft-start-timeout-us");
	s->shunt_uohm = 10000;
	refused(test, "shunt-resistor-micro-ohms");
	s->bus_ucp_ua = 0;
	refused(test, "southchip,bus-ucp-microamp");
	s->ac_drop_uv = 350000;
	refused(test, "southchip,ac-drop-microvolt");
	s->ibat_regulation_ua = 250000;
	refused(test, "southchip,ibat-regulation-microamp");
	s->vbat_regulation_uv = 75000;
	refused(test, "southchip,vbat-regulation-microvolt");
	s->ibus_regulation_ua = 5000000;
	refused(test, "southchip,ibus-regulation-microamp");
}

static void the_first_wrong_property_is_named(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	s->bat_ovp_uv = 0;
	s->switching_hz = 0;
	refused(test, "southchip,bat-ovp-microvolt");
}

static void no_protection_is_disabled(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set(test, 0x00) & 0x80, 0);
	KUNIT_EXPECT_EQ(test, set(test, 0x02) & 0x80, 0);
	KUNIT_EXPECT_EQ(test, set(test, 0x08) & 0x80, 0);
	KUNIT_EXPECT_EQ(test, set(test, 0x2b) & 0x08, 0);
	KUNIT_EXPECT_EQ(test, set(test, 0x0c) & 0x06, 0);
}

static void alarms(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	KUNIT_EXPECT_EQ(test, set(test, 0x01), 0x80);
	KUNIT_EXPECT_EQ(test, set(test, 0x03), 0x80);
	s->bat_ovp_alarm_uv = 4400000;
	s->bat_ocp_alarm_ua = 7000000;
	KUNIT_EXPECT_EQ(test, set(test, 0x01), 36);
	KUNIT_EXPECT_EQ(test, set(test, 0x03), 50);
}

static void switching_frequencies(struct kunit *test)
{
	static const u32 khz[] = { 300, 350, 400, 450, 500, 550, 600, 750 };
	struct sc8551_setup *s = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(khz); i++) {
		s->switching_hz = khz[i] * 1000;
		KUNIT_EXPECT_EQ(test, set(test, 0x0b) & 0x70, i << 4);
	}
}

/* Programming does not arm it: nobody feeds it before charging begins. */
static void watchdog_times(struct kunit *test)
{
	static const u32 ms[] = { 500, 1000, 5000, 30000 };
	struct sc8551_setup *s = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ms); i++) {
		s->watchdog_ms = ms[i];
		KUNIT_EXPECT_EQ(test, set(test, 0x0b) & 0x07, 0x04 | i);
	}
	s->watchdog_ms = 0;
	KUNIT_EXPECT_EQ(test, set(test, 0x0b) & 0x04, 0x04);
}

static void programming_never_resets(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set(test, 0x0b) & 0x80, 0);
}

static void programming_never_starts(struct kunit *test)
{
	struct sc8551_image image;
	const char *what;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, sc8551_encode(&image, test->priv, &what), 0);
	for (i = 0; i < image.num; i++)
		if (image.write[i].reg == 0x0c)
			KUNIT_EXPECT_EQ(test, image.write[i].mask & 0x80, 0);
}

static void an_image_fits(struct kunit *test)
{
	struct sc8551_image image;
	const char *what;

	KUNIT_ASSERT_EQ(test, sc8551_encode(&image, test->priv, &what), 0);
	KUNIT_EXPECT_LE(test, image.num, SC8551_WRITES);
}

static void roles(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	KUNIT_EXPECT_EQ(test, set(test, 0x0c), 0x00);
	s->role = SC8551_SLAVE;
	KUNIT_EXPECT_EQ(test, set(test, 0x0c), 0x20);
	s->role = SC8551_MASTER;
	KUNIT_EXPECT_EQ(test, set(test, 0x0c), 0x40);
}

static void thermistors_that_are_not_there(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	KUNIT_EXPECT_EQ(test, set(test, 0x12), 0);
	KUNIT_EXPECT_EQ(test, set(test, 0x15), 0);
	s->no_tsbus = true;
	KUNIT_EXPECT_EQ(test, set(test, 0x0c), 0x04);
	KUNIT_EXPECT_EQ(test, set(test, 0x12), 0x02);
	KUNIT_EXPECT_EQ(test, set(test, 0x15), 0x04);
	s->no_tsbus = false;
	s->no_tsbat = true;
	KUNIT_EXPECT_EQ(test, set(test, 0x0c), 0x02);
	KUNIT_EXPECT_EQ(test, set(test, 0x12), 0x04);
	KUNIT_EXPECT_EQ(test, set(test, 0x15), 0x02);
}

static void bypass(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	s->bypass = true;
	KUNIT_EXPECT_EQ(test, set(test, 0x31), 1);
}

static void soft_start_times(struct kunit *test)
{
	static const u32 us[] = {
		0, 12500, 25000, 50000, 100000, 400000, 1500000, 100000000,
	};
	struct sc8551_setup *s = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(us); i++) {
		s->soft_start_us = us[i];
		KUNIT_EXPECT_EQ(test, set(test, 0x2b) & 0xe0, i << 5);
	}
}

static void sense_resistor_and_undercurrent(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	KUNIT_EXPECT_EQ(test, set(test, 0x2b) & 0x06, 0x06);
	s->shunt_uohm = 2000;
	KUNIT_EXPECT_EQ(test, set(test, 0x2b) & 0x06, 0x04);
	s->bus_ucp_ua = 150000;
	KUNIT_EXPECT_EQ(test, set(test, 0x2b) & 0x06, 0x00);
}

static void regulation(struct kunit *test)
{
	struct sc8551_setup *s = test->priv;

	KUNIT_EXPECT_EQ(test, set(test, 0x2b) & 0x10, 0);
	KUNIT_EXPECT_EQ(test, set(test, 0x30), 0);
	s->ibat_regulation_ua = 400000;
	KUNIT_EXPECT_EQ(test, set(test, 0x2b) & 0x10, 0x10);
	KUNIT_EXPECT_EQ(test, set(test, 0x2c), 0x80);
	s->vbat_regulation_uv = 200000;
	KUNIT_EXPECT_EQ(test, set(test, 0x2c), 0xb0);
	s->ibus_regulation_ua = 3000000;
	KUNIT_EXPECT_EQ(test, set(test, 0x30), 0x88);
}

/* measurements */

struct adc_case {
	const char *name;
	enum sc8551_adc adc;
	u8 reg;
	u16 raw;
	int value;
};

static const struct adc_case adc_cases[] = {
	{ "bus current", SC8551_IBUS, 0x16, 1600, 2500000 },
	{ "bus current, one unit", SC8551_IBUS, 0x16, 1, 1562 },
	{ "bus voltage", SC8551_VBUS, 0x18, 2400, 9000000 },
	{ "adapter voltage", SC8551_VAC, 0x1a, 1840, 9200000 },
	{ "output voltage", SC8551_VOUT, 0x1c, 3520, 4400000 },
	{ "battery voltage", SC8551_VBAT, 0x1e, 3480, 4350000 },
	{ "battery current", SC8551_IBAT, 0x20, 1600, 5000000 },
	{ "temperature", SC8551_DIE, 0x26, 91, 455 },
	{ "nothing", SC8551_VBUS, 0x18, 0, 0 },
	{ "most", SC8551_VAC, 0x1a, 0x7fff, 163835000 },
	{ "below zero", SC8551_DIE, 0x26, 0xfff6, -50 },
};

KUNIT_ARRAY_PARAM_DESC(adc, adc_cases, name);

static void measurement(struct kunit *test)
{
	const struct adc_case *c = test->param_value;
	u8 data[2] = { c->raw >> 8, c->raw };

	KUNIT_EXPECT_EQ(test, sc8551_adc_reg(c->adc), c->reg);
	KUNIT_EXPECT_EQ(test, sc8551_adc_value(c->adc, data), c->value);
}

/* events */

struct health_case {
	const char *name;
	struct sc8551_events events;
	int health;
	bool fault;
};

static const struct health_case health_cases[] = {
	{ "nothing", { }, POWER_SUPPLY_HEALTH_GOOD, false },
	{ "converter switches", { .converter = 0x04 }, POWER_SUPPLY_HEALTH_GOOD, false },
	{ "current fell", { .bus = 0x10 }, POWER_SUPPLY_HEALTH_GOOD, false },
	{ "adapter came", { .alarm = 0x04 }, POWER_SUPPLY_HEALTH_GOOD, false },
	{ "battery overvoltage", { .fault = 0x80 }, POWER_SUPPLY_HEALTH_OVERVOLTAGE, true },
	{ "battery overcurrent", { .fault = 0x40 }, POWER_SUPPLY_HEALTH_OVERCURRENT, true },
	{ "bus overvoltage", { .fault = 0x20 }, POWER_SUPPLY_HEALTH_OVERVOLTAGE, true },
	{ "bus overcurrent", { .fault = 0x10 }, POWER_SUPPLY_HEALTH_OVERCURRENT, true },
	{ "thermistor alarm", { .fault = 0x08 }, POWER_SUPPLY_HEALTH_HOT, false },
	{ "battery thermistor", { .fault = 0x04 }, POWER_SUPPLY_HEALTH_OVERHEAT, true },
	{ "bus thermistor", { .fault = 0x02 }, POWER_SUPPLY_HEALTH_OVERHEAT, true },
	{ "die", { .fault = 0x01 }, POWER_SUPPLY_HEALTH_OVERHEAT, true },
	{ "adapter overvoltage flag", { .ac = 0x40 }, POWER_SUPPLY_HEALTH_OVERVOLTAGE, true },
	{ "adapter overvoltage", { .ac = 0x80 }, POWER_SUPPLY_HEALTH_OVERVOLTAGE, true },
	{ "adapter limit is no event", { .ac = 0x17 }, POWER_SUPPLY_HEALTH_GOOD, false },
	{ "thermal shutdown flag", { .converter = 0x80 }, POWER_SUPPLY_HEALTH_OVERHEAT, true },
	{ "thermal shutdown", { .converter = 0x40 }, POWER_SUPPLY_HEALTH_OVERHEAT, true },
	{ "bus too low", { .converter = 0x20 }, SUNMAO_HEALTH_UNDERVOLTAGE, true },
	{ "bus too high", { .converter = 0x10 }, POWER_SUPPLY_HEALTH_OVERVOLTAGE, true },
	{ "soft start", { .converter = 0x08 }, POWER_SUPPLY_HEALTH_SAFETY_TIMER_EXPIRE, true },
	{ "converter overcurrent", { .converter = 0x02 }, POWER_SUPPLY_HEALTH_OVERCURRENT, true },
	{ "pin diagnosis", { .converter = 0x01 }, POWER_SUPPLY_HEALTH_UNSPEC_FAILURE, true },
	{ "watchdog", { .control = 0x08 }, POWER_SUPPLY_HEALTH_WATCHDOG_TIMER_EXPIRE, true },
	{ "watchdog off is no event", { .control = 0x44 }, POWER_SUPPLY_HEALTH_GOOD, false },
	{ "pmid", { .pmid = 0x08 }, POWER_SUPPLY_HEALTH_UNSPEC_FAILURE, true },
	{ "too low a bus does not start", { .converter = 0x28 }, SUNMAO_HEALTH_UNDERVOLTAGE, true },
	{ "heat before voltage", { .fault = 0x81 }, POWER_SUPPLY_HEALTH_OVERHEAT, true },
	{ "voltage before current", { .fault = 0xc0 }, POWER_SUPPLY_HEALTH_OVERVOLTAGE, true },
};

KUNIT_ARRAY_PARAM_DESC(health, health_cases, name);

static void health(struct kunit *test)
{
	const struct health_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, sc8551_health(&c->events), c->health);
	KUNIT_EXPECT_EQ(test, sc8551_is_fault(&c->events), c->fault);
}

static void events_add_up(struct kunit *test)
{
	struct sc8551_events sum = { .fault = 0x40 };
	const struct sc8551_events more = {
		.ac = 0x40, .bus = 0x10, .converter = 0x80, .control = 0x08,
		.alarm = 0x04, .fault = 0x01, .pmid = 0x04,
	};

	sc8551_events_add(&sum, &more);
	KUNIT_EXPECT_EQ(test, sum.ac, 0x40);
	KUNIT_EXPECT_EQ(test, sum.bus, 0x10);
	KUNIT_EXPECT_EQ(test, sum.converter, 0x80);
	KUNIT_EXPECT_EQ(test, sum.control, 0x08);
	KUNIT_EXPECT_EQ(test, sum.alarm, 0x04);
	KUNIT_EXPECT_EQ(test, sum.fault, 0x41);
	KUNIT_EXPECT_EQ(test, sum.pmid, 0x04);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_good_setup),
	KUNIT_CASE_PARAM(a_limit_in_its_whole_range, limit_gen_params),
	KUNIT_CASE(ac_ovp),
	KUNIT_CASE(ac_drop),
	KUNIT_CASE(between_two_steps_is_the_lower_one),
	KUNIT_CASE(a_setup_says_what_the_chip_does),
	KUNIT_CASE(a_limit_out_of_range_is_refused),
	KUNIT_CASE(what_the_chip_does_not_offer_is_refused),
	KUNIT_CASE(the_first_wrong_property_is_named),
	KUNIT_CASE(no_protection_is_disabled),
	KUNIT_CASE(alarms),
	KUNIT_CASE(switching_frequencies),
	KUNIT_CASE(watchdog_times),
	KUNIT_CASE(programming_never_resets),
	KUNIT_CASE(programming_never_starts),
	KUNIT_CASE(an_image_fits),
	KUNIT_CASE(roles),
	KUNIT_CASE(thermistors_that_are_not_there),
	KUNIT_CASE(bypass),
	KUNIT_CASE(soft_start_times),
	KUNIT_CASE(sense_resistor_and_undercurrent),
	KUNIT_CASE(regulation),
	KUNIT_CASE_PARAM(measurement, adc_gen_params),
	KUNIT_CASE_PARAM(health, health_gen_params),
	KUNIT_CASE(events_add_up),
	{}
};

static struct kunit_suite sc8551_suite = {
	.name = "sunmao-sc8551",
	.init = sc8551_init,
	.test_cases = cases,
};

kunit_test_suite(sc8551_suite);

MODULE_DESCRIPTION("KUnit tests of the Sunmao SC8551 driver");
MODULE_LICENSE("GPL");
SUNMAO_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
