// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the driver's code, all but its registration
 *
 * sunmao_iommu.ko refuses to load where a built-in driver has the IOMMUs, which is
 * no reason not to test it there.
 */

#include <linux/export.h>

#include <kunit/visibility.h>

#undef EXPORT_SYMBOL_IF_KUNIT
#define EXPORT_SYMBOL_IF_KUNIT(symbol)

#include "../../drivers/iommu/iommu_format.c"
#include "../../drivers/iommu/iommu_pgtable.c"
#include "../../drivers/iommu/iommu_hw.c"
#include "../../drivers/iommu/iommu_attach.c"
#include "../../drivers/iommu/iommu_domain.c"
