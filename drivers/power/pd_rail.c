// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the rail of a domain
 *
 * Domains go off, and on again, while the system falls asleep and wakes up with
 * interrupts off. A rail behind an I2C bus cannot be switched then, so it is held
 * from before until after. A board that cuts it in its sleep does so by a pin.
 */

#include <linux/regulator/consumer.h>

#include <kunit/visibility.h>

#include "pd_rail.h"

static int hold(struct rkpd_rail *rail, bool *held)
{
	int ret;

	if (!rail->supply || *held)
		return 0;
	ret = regulator_enable(rail->supply);
	*held = !ret;

	return ret;
}

static void let_go(struct rkpd_rail *rail, bool *held)
{
	if (*held && !regulator_disable(rail->supply))
		*held = false;
}

/**
 * rkpd_rail_on() - the domain is about to be powered
 * @rail: its rail
 *
 * Return: 0 or an error of the regulator.
 */
int rkpd_rail_on(struct rkpd_rail *rail)
{
	return hold(rail, &rail->on);
}
EXPORT_SYMBOL_IF_KUNIT(rkpd_rail_on);

/**
 * rkpd_rail_off() - the domain is off
 * @rail: its rail
 */
void rkpd_rail_off(struct rkpd_rail *rail)
{
	let_go(rail, &rail->on);
}
EXPORT_SYMBOL_IF_KUNIT(rkpd_rail_off);

/**
 * rkpd_rail_fall_asleep() - interrupts will be off soon
 * @rail: rail of a domain, on or off
 *
 * Return: 0 or an error of the regulator.
 */
int rkpd_rail_fall_asleep(struct rkpd_rail *rail)
{
	return hold(rail, &rail->asleep);
}
EXPORT_SYMBOL_IF_KUNIT(rkpd_rail_fall_asleep);

/**
 * rkpd_rail_wake_up() - end of rkpd_rail_fall_asleep(), also if it failed
 * @rail: rail of a domain, on or off
 */
void rkpd_rail_wake_up(struct rkpd_rail *rail)
{
	let_go(rail, &rail->asleep);
}
EXPORT_SYMBOL_IF_KUNIT(rkpd_rail_wake_up);
