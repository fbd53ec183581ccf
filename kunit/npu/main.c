// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: KUnit tests of the NPU driver
 */

#include <linux/module.h>

#include <sunmao/compat.h>

#include "suites.h"

kunit_test_suites(&npu_validation_suite,
		  &npu_stream_suite,
		  &npu_kick_suite,
		  &npu_irq_suite,
		  &npu_timeout_suite,
		  &npu_iova_suite,
		  &npu_schedule_suite,
		  &npu_opp_suite,
		  &npu_rate_suite,
		  &npu_registers_suite,
		  &npu_rails_suite,
		  &npu_sleep_suite,
		  &npu_buffers_suite,
		  &npu_submit_suite,
		  &npu_order_suite,
		  &npu_fault_suite,
		  &npu_life_suite,
		  &npu_power_suite,
		  &npu_memory_suite);

MODULE_DESCRIPTION("KUnit tests of the Sunmao NPU driver");
MODULE_LICENSE("GPL");
SUNMAO_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
