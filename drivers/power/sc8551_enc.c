// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: numbers in and out of the registers of the SC8551
 *
 * See sc8551_enc.h. A limit between two steps of the chip becomes the lower one, so that
 * it protects no later than asked for; one outside of its range is an error and
 * not the next best, because it was meant to protect something.
 */

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/unaligned.h>
#include <kunit/visibility.h>

#define SUNMAO_NEED_POWER_SUPPLY
#include <sunmao/compat.h>

#include "sc8551_enc.h"

/* A code for each of some values. */
struct sc8551_choice {
	const u32 *values;
	unsigned int num;
};

/* Codes that count steps up from a base. */
struct sc8551_range {
	u32 base;
	u32 step;
	u8 max;
};

static const u32 sc8551_ac_drop_uv[] = { 300000, 400000 };

static const u32 sc8551_ac_ovp_uv[] = {
	11000000, 12000000, 13000000, 14000000, 15000000, 16000000, 17000000,
	6500000,
};

static const u32 sc8551_switching_hz[] = {
	300000, 350000, 400000, 450000, 500000, 550000, 600000, 750000,
};

static const u32 sc8551_watchdog_ms[] = { 500, 1000, 5000, 30000 };

static const u32 sc8551_soft_start_us[] = {
	0, 12500, 25000, 50000, 100000, 400000, 1500000, 100000000,
};

static const u32 sc8551_ucp_ua[] = { 150000, 250000 };
static const u32 sc8551_shunt_uohm[] = { 2000, 5000 };
static const u32 sc8551_ibat_below_ua[] = { 200000, 300000, 400000, 500000 };
static const u32 sc8551_vbat_below_uv[] = { 50000, 100000, 150000, 200000 };

static const struct sc8551_choice sc8551_ac_drop_uv_choice = {
	sc8551_ac_drop_uv, ARRAY_SIZE(sc8551_ac_drop_uv),
};

static const struct sc8551_choice sc8551_ac_ovp_uv_choice = {
	sc8551_ac_ovp_uv, ARRAY_SIZE(sc8551_ac_ovp_uv),
};

static const struct sc8551_choice sc8551_watchdog_ms_choice = {
	sc8551_watchdog_ms, ARRAY_SIZE(sc8551_watchdog_ms),
};

static const struct sc8551_choice sc8551_switching_hz_choice = {
	sc8551_switching_hz, ARRAY_SIZE(sc8551_switching_hz),
};

static const struct sc8551_choice sc8551_ibat_below_ua_choice = {
	sc8551_ibat_below_ua, ARRAY_SIZE(sc8551_ibat_below_ua),
};

static const struct sc8551_choice sc8551_vbat_below_uv_choice = {
	sc8551_vbat_below_uv, ARRAY_SIZE(sc8551_vbat_below_uv),
};

static const struct sc8551_choice sc8551_soft_start_us_choice = {
	sc8551_soft_start_us, ARRAY_SIZE(sc8551_soft_start_us),
};

static const struct sc8551_choice sc8551_ucp_ua_choice = {
	sc8551_ucp_ua, ARRAY_SIZE(sc8551_ucp_ua),
};

static const struct sc8551_choice sc8551_shunt_uohm_choice = {
	sc8551_shunt_uohm, ARRAY_SIZE(sc8551_shunt_uohm),
};

static const struct sc8551_range sc8551_bat_ovp = { 3500000, 25000, 0x3f };
static const struct sc8551_range sc8551_bat_ocp = { 2000000, 100000, 0x7f };
static const struct sc8551_range sc8551_bus_ovp = { 6000000, 50000, 0x7f };
static const struct sc8551_range sc8551_bus_ocp = { 1000000, 250000, 0x0f };

/**
 * struct sc8551_encoder - an image that is being made
 * @image: the image
 * @what: first property that has no code, NULL if all have
 */
struct sc8551_encoder {
	struct sc8551_image *image;
	const char *what;
};

static u8 sc8551_choose(struct sc8551_encoder *enc, const char *what,
			const struct sc8551_choice *choice, u32 value)
{
	unsigned int i;

	for (i = 0; i < choice->num; i++) {
		if (choice->values[i] == value)
			return i;
	}
	if (!enc->what)
		enc->what = what;

	return 0;
}

static u8 sc8551_steps(struct sc8551_encoder *enc, const char *what,
		       const struct sc8551_range *range, u32 *value)
{
	u32 steps;

	if (*value >= range->base) {
		steps = (*value - range->base) / range->step;
		if (steps < range->max ||
		    *value == range->base + range->max * range->step) {
			*value = range->base + steps * range->step;
			return steps;
		}
	}
	if (!enc->what)
		enc->what = what;

	return 0;
}

static void sc8551_put(struct sc8551_encoder *enc, u8 reg, u8 mask, u8 value)
{
	struct sc8551_image *image = enc->image;

	image->write[image->num++] = (struct sc8551_write) {
		.reg = reg, .mask = mask, .value = value,
	};
}

static void sc8551_put_battery(struct sc8551_encoder *enc,
			       struct sc8551_setup *s)
{
	u8 alarm;

	sc8551_put(enc, SC8551_BAT_OVP, 0xbf,
		   sc8551_steps(enc, "southchip,bat-ovp-microvolt", &sc8551_bat_ovp,
				&s->bat_ovp_uv));
	sc8551_put(enc, SC8551_BAT_OCP, 0xff,
		   sc8551_steps(enc, "southchip,bat-ocp-microamp", &sc8551_bat_ocp,
				&s->bat_ocp_ua));

	alarm = SC8551_BAT_OFF;
	if (s->bat_ovp_alarm_uv)
		alarm = sc8551_steps(enc, "southchip,bat-ovp-alarm-microvolt",
				     &sc8551_bat_ovp, &s->bat_ovp_alarm_uv);
	sc8551_put(enc, SC8551_BAT_OVP_ALARM, 0xbf, alarm);

	alarm = SC8551_BAT_OFF;
	if (s->bat_ocp_alarm_ua)
		alarm = sc8551_steps(enc, "southchip,bat-ocp-alarm-microamp",
				     &sc8551_bat_ocp, &s->bat_ocp_alarm_ua);
	sc8551_put(enc, SC8551_BAT_OCP_ALARM, 0xff, alarm);
}

static void sc8551_put_bus(struct sc8551_encoder *enc,
			   struct sc8551_setup *s)
{
	sc8551_put(enc, SC8551_AC_OVP, 0x37,
		   sc8551_choose(enc, "southchip,ac-drop-microvolt",
				 &sc8551_ac_drop_uv_choice, s->ac_drop_uv) << 4 |
		   sc8551_choose(enc, "southchip,ac-ovp-microvolt",
				 &sc8551_ac_ovp_uv_choice, s->ac_ovp_uv));
	sc8551_put(enc, SC8551_BUS_OVP, 0x7f,
		   sc8551_steps(enc, "southchip,bus-ovp-microvolt", &sc8551_bus_ovp,
				&s->bus_ovp_uv));
	/* Enabled, and what it reports reaches the interrupt line. */
	sc8551_put(enc, SC8551_BUS_OCP, 0xaf,
		   sc8551_steps(enc, "southchip,bus-ocp-microamp", &sc8551_bus_ocp,
				&s->bus_ocp_ua));
}

/* The watchdog is off at first: who starts charging arms it. */
static void sc8551_put_converter(struct sc8551_encoder *enc,
				 struct sc8551_setup *s)
{
	u8 watchdog = SC8551_WATCHDOG_OFF;

	if (s->watchdog_ms)
		watchdog |= sc8551_choose(enc, "southchip,watchdog-timeout-ms",
					  &sc8551_watchdog_ms_choice,
					  s->watchdog_ms);
	sc8551_put(enc, SC8551_CONTROL, 0x77,
		   sc8551_choose(enc, "southchip,switching-frequency-hz",
				 &sc8551_switching_hz_choice,
				 s->switching_hz) << 4 | watchdog);
	sc8551_put(enc, SC8551_CHARGE, 0x66,
		   s->role << 5 | s->no_tsbus << 2 | s->no_tsbat << 1);
	sc8551_put(enc, SC8551_MODE, 0x01, s->bypass);
}

static void sc8551_put_regulation(struct sc8551_encoder *enc,
				  struct sc8551_setup *s)
{
	u8 limits = 0, ibus = 0, on = 0;

	if (s->ibat_regulation_ua || s->vbat_regulation_uv)
		on = BIT(4);
	/* One bit enables both; the one that was not asked for is at its mildest. */
	if (s->ibat_regulation_ua)
		limits |= sc8551_choose(enc, "southchip,ibat-regulation-microamp",
					&sc8551_ibat_below_ua_choice,
					s->ibat_regulation_ua) << 6;
	if (s->vbat_regulation_uv)
		limits |= sc8551_choose(enc, "southchip,vbat-regulation-microvolt",
					&sc8551_vbat_below_uv_choice,
					s->vbat_regulation_uv) << 4;
	if (s->ibus_regulation_ua)
		ibus = BIT(7) | sc8551_steps(enc, "southchip,ibus-regulation-microamp",
					     &sc8551_bus_ocp,
					     &s->ibus_regulation_ua);

	sc8551_put(enc, SC8551_REGULATION, 0xfe,
		   sc8551_choose(enc, "southchip,soft-start-timeout-us",
				 &sc8551_soft_start_us_choice,
				 s->soft_start_us) << 5 | on |
		   sc8551_choose(enc, "southchip,bus-ucp-microamp",
				 &sc8551_ucp_ua_choice, s->bus_ucp_ua) << 2 |
		   sc8551_choose(enc, "shunt-resistor-micro-ohms",
				 &sc8551_shunt_uohm_choice, s->shunt_uohm) << 1);
	sc8551_put(enc, SC8551_REGULATION_LIMITS, 0xf0, limits);
	sc8551_put(enc, SC8551_IBUS_REGULATION, 0x9f, ibus);
}

static void sc8551_put_masks(struct sc8551_encoder *enc,
			     struct sc8551_setup *s)
{
	u8 missing = 0, off = 0;

	if (s->no_tsbus) {
		missing |= SC8551_FAULT_TSBUS;
		off |= BIT(2);
	}
	if (s->no_tsbat) {
		missing |= SC8551_FAULT_TSBAT;
		off |= BIT(1);
	}
	sc8551_put(enc, SC8551_ALARM_MASK, 0xff, SC8551_ADC_DONE);
	sc8551_put(enc, SC8551_FAULT_MASK, 0xff, missing);
	sc8551_put(enc, SC8551_ADC_DISABLE, 0xff, off);
}

/**
 * sc8551_encode() - turn a setup into register values
 * @image: receives them
 * @setup: setup; its limits become what the chip makes of them
 * @what: receives the property that is to blame when this fails
 *
 * Return: 0, or -ERANGE when the chip cannot do what the setup wants.
 */
int sc8551_encode(struct sc8551_image *image, struct sc8551_setup *setup,
		  const char **what)
{
	struct sc8551_encoder enc = { .image = image };

	image->num = 0;
	sc8551_put_battery(&enc, setup);
	sc8551_put_bus(&enc, setup);
	sc8551_put_converter(&enc, setup);
	sc8551_put_regulation(&enc, setup);
	sc8551_put_masks(&enc, setup);
	*what = enc.what;

	return enc.what ? -ERANGE : 0;
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_encode);

static const struct {
	u8 reg;
	u16 num;
	u16 den;
} sc8551_adcs[] = {
	/* uA or uV per unit */
	[SC8551_IBUS] = { SC8551_ADC_IBUS, 3125, 2 },
	[SC8551_VBUS] = { SC8551_ADC_VBUS, 3750, 1 },
	[SC8551_VAC] = { SC8551_ADC_VAC, 5000, 1 },
	[SC8551_VOUT] = { SC8551_ADC_VOUT, 1250, 1 },
	[SC8551_VBAT] = { SC8551_ADC_VBAT, 1250, 1 },
	[SC8551_IBAT] = { SC8551_ADC_IBAT, 3125, 1 },
	/* tenths of a degree */
	[SC8551_DIE] = { SC8551_ADC_DIE, 5, 1 },
};

/**
 * sc8551_adc_reg() - where a measurement is
 * @adc: measurement
 *
 * Return: register of its high byte; the low byte follows.
 */
u8 sc8551_adc_reg(enum sc8551_adc adc)
{
	return sc8551_adcs[adc].reg;
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_adc_reg);

/**
 * sc8551_adc_value() - what a measurement means
 * @adc: measurement
 * @data: its two bytes, two's complement (inferred; only a temperature can be below 0)
 *
 * Return: the value in the unit of enum sc8551_adc.
 */
int sc8551_adc_value(enum sc8551_adc adc, const u8 *data)
{
	int raw = (s16)get_unaligned_be16(data);

	return raw * sc8551_adcs[adc].num / sc8551_adcs[adc].den;
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_adc_value);

/**
 * sc8551_health() - what user space is told
 * @events: what happened
 *
 * The most dangerous first.
 *
 * Return: one of POWER_SUPPLY_HEALTH_*.
 */
int sc8551_health(const struct sc8551_events *events)
{
	if ((events->converter & (SC8551_TSHUT_FLAG | SC8551_TSHUT_STATUS)) ||
	    (events->fault & (SC8551_FAULT_TSBAT | SC8551_FAULT_TSBUS |
			      SC8551_FAULT_DIE)))
		return POWER_SUPPLY_HEALTH_OVERHEAT;
	if ((events->fault & (SC8551_FAULT_BAT_OVP | SC8551_FAULT_BUS_OVP)) ||
	    (events->ac & (SC8551_AC_OVP_STATUS | SC8551_AC_OVP_FLAG)) ||
	    (events->converter & SC8551_VBUS_HIGH))
		return POWER_SUPPLY_HEALTH_OVERVOLTAGE;
	if ((events->fault & (SC8551_FAULT_BAT_OCP | SC8551_FAULT_BUS_OCP)) ||
	    (events->converter & SC8551_CONVERTER_OCP))
		return POWER_SUPPLY_HEALTH_OVERCURRENT;
	if ((events->converter & SC8551_PIN_FAIL) ||
	    (events->pmid & SC8551_PMID_FLAGS))
		return POWER_SUPPLY_HEALTH_UNSPEC_FAILURE;
	if (events->control & SC8551_WATCHDOG_FLAG)
		return POWER_SUPPLY_HEALTH_WATCHDOG_TIMER_EXPIRE;
	/* The reason why it did not start comes before the fact. */
	if (events->converter & SC8551_VBUS_LOW)
		return SUNMAO_HEALTH_UNDERVOLTAGE;
	if (events->converter & SC8551_SOFT_START_FLAG)
		return POWER_SUPPLY_HEALTH_SAFETY_TIMER_EXPIRE;
	if (events->fault & SC8551_FAULT_TS_ALARM)
		return POWER_SUPPLY_HEALTH_HOT;

	return POWER_SUPPLY_HEALTH_GOOD;
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_health);

/**
 * sc8551_is_fault() - must charging end?
 * @events: what happened
 *
 * Return: whether it must. Alarms are no reason, nor is a current that fell.
 */
bool sc8551_is_fault(const struct sc8551_events *events)
{
	switch (sc8551_health(events)) {
	case POWER_SUPPLY_HEALTH_GOOD:
	case POWER_SUPPLY_HEALTH_HOT:
		return false;
	default:
		return true;
	}
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_is_fault);

/**
 * sc8551_events_add() - remember events
 * @sum: what happened so far
 * @events: what happened now
 */
void sc8551_events_add(struct sc8551_events *sum,
		       const struct sc8551_events *events)
{
	sum->ac |= events->ac;
	sum->bus |= events->bus;
	sum->converter |= events->converter;
	sum->control |= events->control;
	sum->alarm |= events->alarm;
	sum->fault |= events->fault;
	sum->pmid |= events->pmid;
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_events_add);
