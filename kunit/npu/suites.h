/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the suites of the NPU driver
 *
 * Expectations are literals from the hardware notes (NPU and NPU-UAPI, section in
 * the comment), never the driver's own macros: a wrong macro has to show.
 */
#ifndef _SUNMAO_KUNIT_NPU_SUITES_H_
#define _SUNMAO_KUNIT_NPU_SUITES_H_

#include <kunit/test.h>

/* pure functions */
extern struct kunit_suite npu_validation_suite;
extern struct kunit_suite npu_stream_suite;
extern struct kunit_suite npu_kick_suite;
extern struct kunit_suite npu_irq_suite;
extern struct kunit_suite npu_timeout_suite;
extern struct kunit_suite npu_iova_suite;
extern struct kunit_suite npu_schedule_suite;
extern struct kunit_suite npu_opp_suite;
extern struct kunit_suite npu_rate_suite;

/* registers in plain memory */
extern struct kunit_suite npu_registers_suite;

/* fake regulators and clocks below the kernel's frameworks */
extern struct kunit_suite npu_rails_suite;
extern struct kunit_suite npu_sleep_suite;

/* the whole driver on a fake NPU */
extern struct kunit_suite npu_buffers_suite;
extern struct kunit_suite npu_submit_suite;
extern struct kunit_suite npu_order_suite;
extern struct kunit_suite npu_fault_suite;
extern struct kunit_suite npu_life_suite;
extern struct kunit_suite npu_power_suite;
extern struct kunit_suite npu_memory_suite;

#endif /* _SUNMAO_KUNIT_NPU_SUITES_H_ */
