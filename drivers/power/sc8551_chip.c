// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: a SC8551 on its bus: start, stop, and what happened meanwhile
 *
 * Reading a flag clears it, and flags share registers with settings and states that
 * are read for other reasons. Which bits are flags is not known of all of them. So
 * every read remembers what it found, and the next look accounts for it: whoever
 * reads first, nothing that happened is lost.
 */

#include <linux/array_size.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/regmap.h>
#include <linux/string.h>
#include <kunit/visibility.h>

#include "sc8551_chip.h"

/* How long the converter gets to start when the chip sets itself no limit. */
#define SC8551_START_MS		500
#define SC8551_START_STEP_MS	5

static void sc8551_note(struct sc8551_chip *chip, u8 reg, u8 value)
{
	switch (reg) {
	case SC8551_AC_OVP:
		chip->unseen.ac |= value;
		break;
	case SC8551_BUS_OCP:
		chip->unseen.bus |= value & SC8551_UCP_FALL_FLAG;
		break;
	case SC8551_CONVERTER:
		/* Without an adapter the bus is always too low. */
		if (!chip->charging)
			value &= ~(SC8551_VBUS_LOW | SC8551_VBUS_HIGH);
		chip->unseen.converter |= value;
		break;
	case SC8551_CONTROL:
		chip->unseen.control |= value;
		break;
	case SC8551_ALARM_FLAG:
		chip->unseen.alarm |= value & ~SC8551_ADC_DONE;
		break;
	case SC8551_FAULT_FLAG:
	case SC8551_FAULT_STATUS:
		chip->unseen.fault |= value;
		break;
	case SC8551_PMID:
		chip->unseen.pmid |= value;
		break;
	}
}

static int sc8551_read(struct sc8551_chip *chip, u8 reg, u8 *value)
{
	unsigned int data;
	int ret = regmap_read(chip->regmap, reg, &data);

	if (ret)
		return ret;
	*value = data;
	sc8551_note(chip, reg, data);

	return 0;
}

static int sc8551_update(struct sc8551_chip *chip, u8 reg, u8 mask, u8 value)
{
	u8 old;
	int ret = sc8551_read(chip, reg, &old);

	if (ret)
		return ret;
	value |= old & ~mask;

	return value == old ? 0 : regmap_write(chip->regmap, reg, value);
}

/**
 * sc8551_chip_program() - everything that the board wants, and the proof that the
 *	chip has it
 * @chip: not charging
 *
 * Return: 0, -EIO when a register does not keep its value, or an error of the bus.
 */
int sc8551_chip_program(struct sc8551_chip *chip)
{
	const struct sc8551_write *write;
	unsigned int i;
	u8 value;
	int ret;

	for (i = 0; i < chip->image.num; i++) {
		write = &chip->image.write[i];
		ret = sc8551_update(chip, write->reg, write->mask,
				    write->value);
		if (ret)
			return ret;
	}
	for (i = 0; i < chip->image.num; i++) {
		write = &chip->image.write[i];
		ret = sc8551_read(chip, write->reg, &value);
		if (ret)
			return ret;
		if ((value & write->mask) != write->value) {
			dev_err(chip->dev, "register %#x is %#x, not %#x\n",
				write->reg, value & write->mask, write->value);
			return -EIO;
		}
	}

	return 0;
}

/*
 * One that is left pending keeps the line low. Whether it switches is read first: what
 * stopped it before is flagged in the same register, or in one that is yet to be read.
 */
static int sc8551_read_events(struct sc8551_chip *chip, bool *switching)
{
	static const u8 regs[] = {
		SC8551_CONVERTER, SC8551_AC_OVP, SC8551_BUS_OCP,
		SC8551_CONTROL, SC8551_ALARM_FLAG, SC8551_FAULT_FLAG,
		SC8551_FAULT_STATUS, SC8551_PMID,
		/* That a regulation is at work is normal. */
		SC8551_REGULATION_FLAGS, SC8551_IBUS_REGULATION,
	};
	unsigned int i;
	u8 value;
	int ret;

	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		ret = sc8551_read(chip, regs[i], &value);
		if (ret)
			return ret;
		if (regs[i] == SC8551_CONVERTER)
			*switching = value & SC8551_SWITCHING;
	}

	return 0;
}

/* What was unseen becomes part of what is known. */
static struct sc8551_events sc8551_take(struct sc8551_chip *chip)
{
	struct sc8551_events events = chip->unseen;

	memset(&chip->unseen, 0, sizeof(chip->unseen));
	sc8551_events_add(&chip->events, &events);

	return events;
}

/**
 * sc8551_chip_stop() - end charging
 * @chip: in any state
 *
 * If the chip does not listen, whoever looks at it next tries again.
 *
 * Return: 0 or an error of the bus; charging has ended if &sc8551_chip.charging says so.
 */
int sc8551_chip_stop(struct sc8551_chip *chip)
{
	int ret;

	chip->wanted = false;
	ret = sc8551_update(chip, SC8551_CHARGE, SC8551_ENABLE, 0);
	if (ret)
		return ret;
	chip->charging = false;

	return sc8551_update(chip, SC8551_CONTROL, SC8551_WATCHDOG_OFF,
			     SC8551_WATCHDOG_OFF);
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_chip_stop);

/**
 * sc8551_chip_look() - what has happened?
 * @chip: in any state
 *
 * Ends charging when it has to end. What could be read counts with the next look when
 * something else could not.
 *
 * Return: whether user space has to know.
 */
bool sc8551_chip_look(struct sc8551_chip *chip)
{
	struct sc8551_events events;
	bool switching, was = chip->charging;
	u8 charge;

	if (sc8551_read(chip, SC8551_CHARGE, &charge) ||
	    sc8551_read_events(chip, &switching)) {
		dev_warn_ratelimited(chip->dev, "does not answer\n");
		return false;
	}

	events = sc8551_take(chip);
	if (sc8551_is_fault(&events))
		dev_warn_ratelimited(chip->dev, "fault: ac %#x converter %#x control %#x fault %#x pmid %#x\n",
				     events.ac, events.converter,
				     events.control, events.fault, events.pmid);

	/* The chip ends by itself what is dangerous; do not let it begin again. */
	if (was && (!chip->wanted || sc8551_is_fault(&events) ||
		    !(charge & SC8551_ENABLE) || !switching))
		sc8551_chip_stop(chip);

	return chip->charging != was || events.alarm || events.bus ||
	       sc8551_is_fault(&events);
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_chip_look);

/* The converter has begun, or will not. */
static int sc8551_wait_switching(struct sc8551_chip *chip)
{
	unsigned int waited, limit = SC8551_START_MS;
	struct sc8551_events events;
	bool switching;
	int ret;

	if (chip->setup.soft_start_us)
		limit = min(2 * chip->setup.soft_start_us / 1000 +
			    SC8551_START_STEP_MS, 4U * SC8551_START_MS);

	for (waited = 0; waited <= limit; waited += SC8551_START_STEP_MS) {
		ret = sc8551_read_events(chip, &switching);
		events = sc8551_take(chip);
		if (ret)
			return ret;
		if (sc8551_is_fault(&events))
			return -EIO;
		if (switching)
			return 0;
		msleep(SC8551_START_STEP_MS);
	}

	return -ETIMEDOUT;
}

/**
 * sc8551_chip_start() - begin to charge
 * @chip: in any state
 *
 * Sleeps until the converter switches.
 *
 * Return: 0; -EIO when something forbids it, which sc8551_chip_health() tells then;
 * -ETIMEDOUT when the converter does not begin; an error of the bus.
 */
int sc8551_chip_start(struct sc8551_chip *chip)
{
	bool switching;
	int ret;

	if (chip->wanted)
		return 0;
	if (chip->charging) {
		ret = sc8551_chip_stop(chip);
		if (ret)
			return ret;
	}

	/* What is known of the past ends here. */
	ret = sc8551_read_events(chip, &switching);
	memset(&chip->unseen, 0, sizeof(chip->unseen));
	memset(&chip->events, 0, sizeof(chip->events));
	if (!ret)
		ret = sc8551_chip_program(chip);
	if (!ret && chip->setup.watchdog_ms)
		ret = sc8551_update(chip, SC8551_CONTROL, SC8551_WATCHDOG_OFF,
				    0);
	if (!ret) {
		chip->wanted = true;
		chip->charging = true;
		ret = sc8551_update(chip, SC8551_CHARGE, SC8551_ENABLE,
				    SC8551_ENABLE);
	}
	if (!ret)
		ret = sc8551_wait_switching(chip);
	if (ret) {
		sc8551_chip_stop(chip);
		dev_dbg(chip->dev, "does not start: %pe\n", ERR_PTR(ret));
	}

	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_chip_start);

/**
 * sc8551_chip_charging() - does it charge right now?
 * @chip: in any state
 * @charging: receives the answer
 * @tell: receives whether user space has to know of something that was found
 *
 * When it has just ended, the reason is looked for at once, so that there is one as soon
 * as the end can be seen.
 *
 * Return: 0 or an error of the bus.
 */
int sc8551_chip_charging(struct sc8551_chip *chip, bool *charging, bool *tell)
{
	u8 converter;
	int ret;

	*charging = false;
	*tell = false;
	if (!chip->charging)
		return 0;
	ret = sc8551_read(chip, SC8551_CONVERTER, &converter);
	if (ret)
		return ret;
	*charging = converter & SC8551_SWITCHING;
	/* Once: after it the chip has stopped, or whoever looks next stops it. */
	if (chip->wanted && (!*charging || sc8551_is_fault(&chip->unseen))) {
		*tell = sc8551_chip_look(chip);
		*charging &= chip->charging;
	}

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_chip_charging);

/**
 * sc8551_chip_health() - what user space is told
 * @chip: in any state
 *
 * Return: one of POWER_SUPPLY_HEALTH_*, for all that happened since it was started.
 */
int sc8551_chip_health(const struct sc8551_chip *chip)
{
	struct sc8551_events events = chip->events;

	sc8551_events_add(&events, &chip->unseen);

	return sc8551_health(&events);
}
EXPORT_SYMBOL_IF_KUNIT(sc8551_chip_health);
