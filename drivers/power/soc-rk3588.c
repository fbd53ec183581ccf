// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: power domains of RK3588 and RK3588S (hardware notes, power 1.1, 1.2)
 */

#include <linux/bits.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include <kunit/visibility.h>

#include "pd_seq.h"

/* pwr: word and bit; mem, repair: bits; req: word and bits; idle: bits */
#define PD(_name, _pw, _pwr, _mw, _mem, _rep, _rw, _req, _idle, ...)		\
	{									\
		.name = _name, .present = true,					\
		.pwr_offset = _pw, .pwr = BIT(_pwr),				\
		.mem_offset = _mw, .mem = _mem, .repair = _rep,			\
		.req_offset = _rw, .req = _req, .idle = _idle,			\
		__VA_ARGS__							\
	}

static const struct rkpd_info domains[] = {
	[8] = PD("npu", 0, 1, 0, 0, 0, 0, 0, 0, .status = BIT(1), .supply = true),
	[9] = PD("nputop", 0, 3, 0, BIT(11), BIT(2), 0, BIT(1), BIT(1)),
	[10] = PD("npu1", 0, 4, 0, BIT(12), BIT(3), 0, BIT(2), BIT(2)),
	[11] = PD("npu2", 0, 5, 0, BIT(13), BIT(4), 0, BIT(3), BIT(3)),
	[12] = PD("gpu", 0, 0, 0, 0, BIT(1), 0, BIT(0), BIT(0), .supply = true),
	[13] = PD("vcodec", 0, 2, 0, 0, 0, 0, 0, 0, .status = BIT(2), .supply = true),
	[14] = PD("rkvdec0", 0, 8, 0, BIT(16), BIT(7), 0, BIT(6), BIT(6)),
	[15] = PD("rkvdec1", 0, 9, 0, BIT(17), BIT(8), 0, BIT(7), BIT(7)),
	[16] = PD("venc0", 0, 6, 0, BIT(14), BIT(5), 0, BIT(4), BIT(4)),
	[17] = PD("venc1", 0, 7, 0, BIT(15), BIT(6), 0, BIT(5), BIT(5)),
	[21] = PD("vdpu", 0, 10, 0, BIT(18), BIT(9), 0, BIT(8), BIT(8)),
	[22] = PD("rga30", 0, 11, 0, BIT(19), BIT(10), 0, 0, 0),
	[23] = PD("av1", 0, 12, 0, BIT(20), BIT(11), 0, BIT(9), BIT(9)),
	[24] = PD("vop", 4, 1, 0, BIT(25), BIT(16), 0, BIT(13) | BIT(14), BIT(13) | BIT(14)),
	[25] = PD("vo0", 4, 2, 0, BIT(26), BIT(17), 0, BIT(15), BIT(15)),
	[26] = PD("vo1", 4, 3, 0, BIT(27), BIT(18), 4, BIT(0), BIT(16)),
	[27] = PD("vi", 0, 13, 0, BIT(21), BIT(12), 0, BIT(10), BIT(10)),
	[28] = PD("isp1", 0, 15, 0, BIT(23), BIT(14), 0, BIT(11), BIT(11)),
	[29] = PD("fec", 0, 14, 0, BIT(22), BIT(13), 0, 0, 0),
	[30] = PD("rga31", 4, 0, 0, BIT(24), BIT(15), 0, BIT(12), BIT(12)),
	[31] = PD("usb", 4, 11, 4, BIT(3), BIT(25), 4, BIT(4), BIT(20), .wakeup = true),
	[32] = PD("php", 4, 5, 0, BIT(29), BIT(20), 4, BIT(5), BIT(21)),
	[33] = PD("gmac", 4, 6, 0, BIT(30), BIT(21), 0, 0, 0),
	[34] = PD("pcie", 4, 7, 0, BIT(31), BIT(22), 0, 0, 0, .wakeup = true),
	[35] = PD("nvm", 4, 8, 4, 0, 0, 4, BIT(2), BIT(18), .status = BIT(24)),
	[36] = PD("nvm0", 4, 9, 4, BIT(1), BIT(23), 0, 0, 0),
	[37] = PD("sdio", 4, 10, 4, BIT(2), BIT(24), 4, BIT(3), BIT(19)),
	[38] = PD("audio", 4, 4, 0, BIT(28), BIT(19), 4, BIT(1), BIT(17)),
	[40] = PD("sdmmc", 4, 13, 4, BIT(5), BIT(26), 0, 0, 0),
};

const struct rkpd_soc rkpd_rk3588 = {
	.name = "RK3588",
	.domains = domains,
	.num = ARRAY_SIZE(domains),
	.pwr = 0x14c,
	.status_reg = 0x180,
	.chain = 0x1f0,
	.mem = 0x1f8,
	.mem_pwr = 0x1a0,
	.repair_reg = 0x290,
	.req = 0x10c,
	.ack = 0x118,
	.idle = 0x120,
};
EXPORT_SYMBOL_IF_KUNIT(rkpd_rk3588);
