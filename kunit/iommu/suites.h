/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the suites of the IOMMU driver
 *
 * Expectations are literals from the hardware notes (IOMMU, section in the
 * comment), never the driver's own macros.
 */
#ifndef _SUNMAO_KUNIT_IOMMU_SUITES_H_
#define _SUNMAO_KUNIT_IOMMU_SUITES_H_

#include <kunit/test.h>

/* pure functions */
extern struct kunit_suite iommu_format_suite;
extern struct kunit_suite iommu_pgtable_suite;
extern struct kunit_suite iommu_random_suite;

/* on fake banks */
extern struct kunit_suite iommu_sequence_suite;
extern struct kunit_suite iommu_fault_suite;
extern struct kunit_suite iommu_domain_suite;

#endif /* _SUNMAO_KUNIT_IOMMU_SUITES_H_ */
