// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: power domains of RK3562 (hardware notes, power 1.4)
 *
 * The indices are those of the kernel's rockchip,rk3562-power.h.
 */

#include <linux/bits.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include <kunit/visibility.h>

#include "pd_seq.h"

#define PD(_name, _pwr, _status, _req, _idle, _ungate)						\
	{									\
		.name = _name, .present = true,					\
		.pwr = BIT(_pwr), .status = BIT(_status),				\
		.req = BIT(_req), .idle = BIT(_idle),				\
		.ungate = _ungate,						\
	}

static const struct rkpd_info domains[] = {
	[7] = PD("npu", 1, 1, 2, 2, BIT(2)),
	[8] = PD("gpu", 0, 0, 1, 1, BIT(1)),
	[10] = PD("vepu", 3, 3, 7, 7, BIT(7) | BIT(3)),
	[11] = PD("vdpu", 2, 2, 6, 6, BIT(6)),
	[12] = PD("vi", 5, 5, 3, 3, BIT(3)),
	[13] = PD("vo", 6, 6, 4, 4, BIT(4)),
	[14] = PD("rga", 4, 4, 5, 5, BIT(5) | BIT(4)),
	[15] = PD("php", 7, 7, 8, 8, BIT(8)),
};

const struct rkpd_soc rkpd_rk3562 = {
	.name = "RK3562",
	.domains = domains,
	.num = ARRAY_SIZE(domains),
	.pwr = 0x210,
	.status_reg = 0x230,
	.req = 0x110,
	.ack = 0x120,
	.idle = 0x128,
	.ungate = 0x140,
};
EXPORT_SYMBOL_IF_KUNIT(rkpd_rk3562);
