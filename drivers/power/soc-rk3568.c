// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: power domains of RK3568 and RK3566 (hardware notes, power 1.4)
 */

#include <linux/bits.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include <kunit/visibility.h>

#include "pd_seq.h"

#define PD(_name, _pwr, _status, _req, _idle, ...)						\
	{									\
		.name = _name, .present = true,					\
		.pwr = BIT(_pwr), .status = BIT(_status),				\
		.req = BIT(_req), .idle = BIT(_idle),				\
		__VA_ARGS__							\
	}

static const struct rkpd_info domains[] = {
	[6] = PD("npu", 1, 1, 2, 2, .supply = true),
	[7] = PD("gpu", 0, 0, 1, 1),
	[8] = PD("vi", 6, 6, 3, 3),
	[9] = PD("vo", 7, 7, 4, 4),
	[10] = PD("rga", 5, 5, 5, 5),
	[11] = PD("vpu", 2, 2, 6, 6),
	[13] = PD("rkvdec", 4, 4, 8, 8),
	[14] = PD("rkvenc", 3, 3, 7, 7),
	[15] = PD("pipe", 8, 8, 11, 11),
};

const struct rkpd_soc rkpd_rk3568 = {
	.name = "RK3568",
	.domains = domains,
	.num = ARRAY_SIZE(domains),
	.pwr = 0xa0,
	.status_reg = 0x98,
	.req = 0x50,
	.ack = 0x60,
	.idle = 0x68,
};
EXPORT_SYMBOL_IF_KUNIT(rkpd_rk3568);
