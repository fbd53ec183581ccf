// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what each version of the hardware can address (hardware notes, IOMMU 1, 7)
 */

#include <linux/export.h>

#include <kunit/visibility.h>

#include "iommu_pgtable.h"

const struct rkmmu_format rkmmu_v1 = {
	.name = "v1",
	.address_bits = 32,
	.root_bits = 32,
};
EXPORT_SYMBOL_IF_KUNIT(rkmmu_v1);

/* NPU and ISP of RK3568: pages anywhere, but a directory register of 32 bits. */
const struct rkmmu_format rkmmu_v1_low = {
	.name = "v1.0 with a low directory",
	.address_bits = 40,
	.root_bits = 32,
};
EXPORT_SYMBOL_IF_KUNIT(rkmmu_v1_low);

const struct rkmmu_format rkmmu_v2 = {
	.name = "v2",
	.address_bits = 40,
	.root_bits = 40,
};
EXPORT_SYMBOL_IF_KUNIT(rkmmu_v2);
