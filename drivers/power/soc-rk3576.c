// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: power domains of RK3576 (hardware notes, power 1.3)
 *
 * The memory bit of a domain is its repair bit. The pauses of the NPU's domains are
 * those of a recipe from the field (power 1.8).
 */

#include <linux/bits.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include <kunit/visibility.h>

#include "pd_seq.h"

#define PD(_name, _pw, _pwr, _mem, _rep, _rw, _req, _idle, _ungate, ...)		\
	{									\
		.name = _name, .present = true,					\
		.pwr_offset = _pw, .pwr = BIT(_pwr),				\
		.mem = _mem, .repair = _rep,					\
		.req_offset = _rw, .req = _req, .idle = _idle,			\
		.ungate = _ungate,						\
		__VA_ARGS__							\
	}

static const struct rkpd_info domains[] = {
	[0] = PD("npu", 0, 0, 0, 0, 0, 0, 0, 0, .status = BIT(0)),
	[1] = PD("nputop", 4, 6, BIT(22), BIT(22), 0, 0x18, 0x18, 0x18, .settle_us = 15),
	[2] = PD("npu0", 4, 7, BIT(23), BIT(23), 0, BIT(1), BIT(1), 0x1a, .settle_us = 15),
	[3] = PD("npu1", 4, 8, BIT(24), BIT(24), 0, BIT(2), BIT(2), 0x1c, .settle_us = 15),
	[4] = PD("gpu", 4, 9, BIT(25), BIT(25), 0, BIT(0), BIT(0), BIT(0)),
	[5] = PD("nvm", 0, 6, BIT(6), BIT(6), 4, BIT(2), BIT(18), BIT(2)),
	[6] = PD("sdgmac", 0, 7, BIT(7), BIT(7), 4, BIT(1), BIT(17), 0x6),
	[7] = PD("usb", 4, 0, BIT(16), BIT(16), 0, BIT(10), BIT(10), 0x6400, .wakeup = true),
	[8] = PD("php", 0, 9, BIT(9), BIT(9), 0, BIT(15), BIT(15), BIT(15)),
	[9] = PD("subphp", 0, 10, BIT(10), BIT(10), 0, 0, 0, 0),
	[10] = PD("audio", 0, 8, BIT(8), BIT(8), 4, BIT(0), BIT(16), BIT(0)),
	[11] = PD("vepu0", 4, 2, BIT(18), BIT(18), 0, BIT(7), BIT(7), 0x280),
	[12] = PD("vepu1", 4, 3, BIT(19), BIT(19), 0, BIT(8), BIT(8), BIT(8)),
	[13] = PD("vpu", 4, 5, BIT(21), BIT(21), 0, BIT(5), BIT(5), BIT(5)),
	[14] = PD("vdec", 4, 4, BIT(20), BIT(20), 0, BIT(6), BIT(6), BIT(6)),
	[15] = PD("vi", 4, 1, BIT(17), BIT(17), 0, BIT(9), BIT(9), BIT(9)),
	[16] = PD("vo0", 0, 15, BIT(15), BIT(15), 0, BIT(11), BIT(11), 0x6800),
	[17] = PD("vo1", 0, 14, BIT(14), BIT(14), 0, BIT(12), BIT(12), 0x7000),
	[18] = PD("vop", 0, 11, BIT(11), BIT(11), 0, 0x6000, 0x6000, 0x6000),
};

const struct rkpd_soc rkpd_rk3576 = {
	.name = "RK3576",
	.domains = domains,
	.num = ARRAY_SIZE(domains),
	.pwr = 0x210,
	.status_reg = 0x230,
	.chain = 0x248,
	.mem = 0x250,
	.mem_pwr = 0x300,
	.repair_reg = 0x570,
	.req = 0x110,
	.ack = 0x120,
	.idle = 0x128,
	.ungate = 0x140,
};
EXPORT_SYMBOL_IF_KUNIT(rkpd_rk3576);
