// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: KUnit tests of the IOMMU driver
 */

#include <linux/module.h>

#include <sunmao/compat.h>

#include "suites.h"

kunit_test_suites(&iommu_format_suite,
		  &iommu_pgtable_suite,
		  &iommu_random_suite,
		  &iommu_sequence_suite,
		  &iommu_fault_suite,
		  &iommu_domain_suite);

MODULE_DESCRIPTION("KUnit tests of the Sunmao IOMMU driver");
MODULE_LICENSE("GPL");
SUNMAO_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
