/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the suites of the ISP driver
 *
 * Expectations are literals from the hardware notes (ISP, ISP UAPI, and R for the
 * registers; section in the comment), never the driver's own macros.
 */
#ifndef _SUNMAO_KUNIT_ISP_SUITES_H_
#define _SUNMAO_KUNIT_ISP_SUITES_H_

#include <kunit/test.h>

extern struct kunit_suite isp_limits_suite;
extern struct kunit_suite isp_encode_suite;
extern struct kunit_suite isp_validate_suite;
extern struct kunit_suite isp_decode_suite;
extern struct kunit_suite isp_image_suite;
extern struct kunit_suite isp_format_suite;

#endif /* _SUNMAO_KUNIT_ISP_SUITES_H_ */
