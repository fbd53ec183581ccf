// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: KUnit tests of the ISP driver
 */

#include <linux/module.h>

#include <sunmao/compat.h>

#include "suites.h"

kunit_test_suites(&isp_limits_suite,
		  &isp_encode_suite,
		  &isp_validate_suite,
		  &isp_decode_suite,
		  &isp_image_suite,
		  &isp_format_suite);

MODULE_DESCRIPTION("KUnit tests of the Sunmao ISP driver");
MODULE_LICENSE("GPL");
SUNMAO_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
