// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: KUnit tests of the power-domain driver
 */

#include <linux/module.h>

#include <sunmao/compat.h>

#include "suites.h"

kunit_test_suites(&power_table_suite,
		  &power_sequence_suite,
		  &power_stuck_suite,
		  &power_qos_suite,
		  &power_rail_suite,
		  &power_genpd_suite);

MODULE_DESCRIPTION("KUnit tests of the Sunmao power-domain driver");
MODULE_LICENSE("GPL");
SUNMAO_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
