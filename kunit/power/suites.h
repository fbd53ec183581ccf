/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the suites of the power-domain driver
 *
 * Expectations are literals from the hardware notes (power, section in the
 * comment), never the driver's own macros.
 */
#ifndef _SUNMAO_KUNIT_POWER_SUITES_H_
#define _SUNMAO_KUNIT_POWER_SUITES_H_

#include <kunit/test.h>

extern struct kunit_suite power_table_suite;

/* on a fake unit */
extern struct kunit_suite power_sequence_suite;
extern struct kunit_suite power_stuck_suite;
extern struct kunit_suite power_qos_suite;

/* between the frameworks */
extern struct kunit_suite power_rail_suite;
extern struct kunit_suite power_genpd_suite;

#endif /* _SUNMAO_KUNIT_POWER_SUITES_H_ */
