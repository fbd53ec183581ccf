// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: every register of every block at its limits
 *
 * Blocks with all fields at their smallest and at their largest permitted value;
 * fields without a rule of their own hold all ones. One case per register (R 2.2
 * to 5.4).
 */

#include <linux/sunmao_isp.h>

#include "isp_blocks.h"
#include "isp_state.h"
#include "suites.h"

struct limits {
	u16 type;
	u16 reg;
	u32 min;
	u32 max;
};

static const struct limits limits[] = {
	{ SUNMAO_ISP_RK_PARAMS_BLS, 0x3000, 0x1, 0x0000000f },
	{ SUNMAO_ISP_RK_PARAMS_BLS, 0x3004, 0x0, 0x0000000f },
	{ SUNMAO_ISP_RK_PARAMS_BLS, 0x3008, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_RK_PARAMS_BLS, 0x300c, 0x0, 0x0001fffe },
	{ SUNMAO_ISP_RK_PARAMS_BLS, 0x3028, 0x1000, 0x00000fff },
	{ SUNMAO_ISP_RK_PARAMS_BLS, 0x302c, 0x1000, 0x00000fff },
	{ SUNMAO_ISP_RK_PARAMS_BLS, 0x3030, 0x1000, 0x00000fff },
	{ SUNMAO_ISP_RK_PARAMS_BLS, 0x3034, 0x1000, 0x00000fff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_GAINS, 0x0538, 0x0, 0x3fff3fff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_GAINS, 0x053c, 0x0, 0x3fff3fff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_GAINS, 0x0540, 0x0, 0x3fff3fff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_GAINS, 0x0544, 0x0, 0x3fff3fff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_GAINS, 0x0548, 0x0, 0x3fff3fff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_GAINS, 0x054c, 0x0, 0x3fff3fff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x0570, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x0574, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x0578, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x057c, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x0580, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x0584, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x0588, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x058c, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CSM, 0x0590, 0x0, 0x000001ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0704, 0x0, 0x07ff07ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0708, 0x0, 0xffff07ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x070c, 0x0, 0x07ff07ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0710, 0x0, 0xffff07ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0714, 0x0, 0x07ff07ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0718, 0x0, 0xffff07ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0700, 0x3, 0x00000001 },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x071c, 0x0, 0x07ff07ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0720, 0x0, 0x000007ff },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0724, 0x0, 0x04000400 },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0740, 0x0, 0x04000400 },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0744, 0x0, 0x00000400 },
	{ SUNMAO_ISP_RK_PARAMS_CCM, 0x0748, 0x0, 0x0000000f },
	{ SUNMAO_ISP_RK_PARAMS_GOC, 0x0900, 0x1, 0x00000007 },
	{ SUNMAO_ISP_RK_PARAMS_GOC, 0x0904, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_RK_PARAMS_GOC, 0x0910, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_GOC, 0x096c, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_GOC, 0x0970, 0x0, 0x00000fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2200, 0x1, 0x00000005 },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2224, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2230, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2234, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2240, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2244, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2250, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2254, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2260, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2270, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x227c, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2280, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x228c, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x2290, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x229c, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x22a0, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_LSC, 0x22ac, 0x0, 0x0fff0fff },
	{ SUNMAO_ISP_RK_PARAMS_AE_LITE, 0x4500, 0x1, 0x00000003 },
	{ SUNMAO_ISP_RK_PARAMS_AE_LITE, 0x4508, 0x0, 0xffffffff },
	{ SUNMAO_ISP_RK_PARAMS_HIST_LITE, 0x4900, 0x1, 0x04fff50f },
	{ SUNMAO_ISP_RK_PARAMS_HIST_LITE, 0x4908, 0x0, 0xffffffff },
	{ SUNMAO_ISP_RK_PARAMS_HIST_LITE, 0x4910, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_RK_PARAMS_HIST_LITE, 0x4940, 0x0, 0x3f3f3f3f },
	{ SUNMAO_ISP_RK_PARAMS_HIST_LITE, 0x4958, 0x0, 0x0000003f },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG0, 0x4800, 0x1, 0x34fff50f },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG0, 0x4808, 0x0, 0xffffffff },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG0, 0x4810, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG1, 0x4a00, 0x1, 0x34fff50f },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG1, 0x4a08, 0x0, 0xffffffff },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG1, 0x4a10, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG2, 0x4b00, 0x1, 0x34fff50f },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG2, 0x4b08, 0x0, 0xffffffff },
	{ SUNMAO_ISP_RK_PARAMS_HIST_BIG2, 0x4b10, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_MEAS, 0x5000, 0x1, 0x00000001 },
	{ SUNMAO_ISP_RK_PARAMS_AWB_MEAS, 0x5004, 0x1, 0x00000001 },
	{ SUNMAO_ISP_RK_PARAMS_AWB_MEAS, 0x5008, 0x0, 0xffffffff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_MEAS, 0x5010, 0x0, 0x00ff00ff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_MEAS, 0x5014, 0x0, 0x00ff00ff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_MEAS, 0x5018, 0x0, 0x00ff00ff },
	{ SUNMAO_ISP_RK_PARAMS_AWB_MEAS, 0x501c, 0x0, 0x00ff00ff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3400, 0x1, 0x00000007 },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3404, 0x0, 0x0000007f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3408, 0x0, 0x0000000f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x340c, 0x0, 0x00003f3f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3414, 0x0, 0x00003f3f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3418, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x341c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3420, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3424, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3428, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3440, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3450, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3454, 0x0, 0x00000fff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3458, 0x0, 0x00000fff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3500, 0x1, 0x00000007 },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3504, 0x0, 0x0000007f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3508, 0x0, 0x0000000f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x350c, 0x0, 0x00003f3f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3514, 0x0, 0x00003f3f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3518, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x351c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3520, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3524, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3528, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3540, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3550, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3554, 0x0, 0x00000fff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3558, 0x0, 0x00000fff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3600, 0x1, 0x00000007 },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3604, 0x0, 0x0000007f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3608, 0x0, 0x0000000f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x360c, 0x0, 0x00003f3f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3614, 0x0, 0x00003f3f },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3618, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x361c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3620, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3624, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3628, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3640, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3650, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3654, 0x0, 0x00000fff },
	{ SUNMAO_ISP_PARAMS_DPCC, 0x3658, 0x0, 0x00000fff },
	{ SUNMAO_ISP_PARAMS_DEBAYER, 0x2500, 0x1, 0x00000111 },
	{ SUNMAO_ISP_PARAMS_DEBAYER, 0x2504, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DEBAYER, 0x2508, 0x88888, 0x00077777 },
	{ SUNMAO_ISP_PARAMS_DEBAYER, 0x250c, 0x88888, 0x00077777 },
	{ SUNMAO_ISP_PARAMS_DEBAYER, 0x2510, 0x0, 0xffff0f1f },
	{ SUNMAO_ISP_PARAMS_DEBAYER, 0x2514, 0x0, 0x00031f1f },
	{ SUNMAO_ISP_PARAMS_CPROC, 0x0800, 0x1, 0x0000000f },
	{ SUNMAO_ISP_PARAMS_CPROC, 0x0804, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_CPROC, 0x0808, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_CPROC, 0x080c, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_CPROC, 0x0810, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_IE, 0x0200, 0x1, 0x0000002d },
	{ SUNMAO_ISP_PARAMS_IE, 0x0204, 0x0, 0x0000ff07 },
	{ SUNMAO_ISP_PARAMS_IE, 0x0208, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_IE, 0x0218, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_IE, 0x021c, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f00, 0x1, 0x00000001 },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f04, 0x0, 0x3fffffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f08, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f0c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f10, 0x0, 0x3fffffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f14, 0x0, 0x3007ffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f18, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f1c, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f20, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_GIC, 0x2f3c, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a00, 0x1, 0x00003111 },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a04, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a08, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a0c, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a10, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a14, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a18, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a34, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a38, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a54, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a58, 0x0, 0x3fffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a5c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_BAYNR, 0x3a60, 0x0, 0x000fffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2700, 0x1, 0x05f3ffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2704, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2708, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x270c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2710, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2714, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2718, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x271c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2720, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2724, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x272c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2738, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x273c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2740, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x275c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2770, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x278c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x27a0, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x27bc, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x27d0, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x27dc, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2728, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2760, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x2790, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x27c0, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_YNR, 0x27e0, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2800, 0x1, 0x0000001f },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2804, 0x0, 0x0000f3ff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2808, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x280c, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2810, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2814, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2818, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x281c, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2820, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2824, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2828, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x282c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_CNR, 0x2838, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2900, 0x1, 0x0000000f },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2904, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2908, 0x0, 0x0fffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x290c, 0x0, 0x3fffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2914, 0x0, 0x000fffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2918, 0x0, 0x3fffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2920, 0x0, 0x000fffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2928, 0x0, 0x3fffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2930, 0x0, 0x000fffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2934, 0x0, 0x3fffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x293c, 0x0, 0x000fffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2924, 0x0, 0x000000ff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2940, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2944, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x2948, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_PARAMS_SHARP, 0x294c, 0x0, 0x00ffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3900, 0x1, 0x00000001 },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3904, 0x0, 0xf7ffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3908, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x390c, 0x0, 0xffff00ff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3910, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3914, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3918, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3920, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x393c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3944, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3960, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3968, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3984, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x398c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x391c, 0x0, 0xbfff1f1f },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3940, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3964, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_DRC, 0x3988, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG0, 0x4400, 0x1, 0x000000f5 },
	{ SUNMAO_ISP_PARAMS_AE_BIG0, 0x4408, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG0, 0x4414, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG0, 0x442c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG1, 0x4600, 0x1, 0x000000f5 },
	{ SUNMAO_ISP_PARAMS_AE_BIG1, 0x4608, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG1, 0x4614, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG1, 0x462c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG2, 0x4700, 0x1, 0x000000f5 },
	{ SUNMAO_ISP_PARAMS_AE_BIG2, 0x4708, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG2, 0x4714, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AE_BIG2, 0x472c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d00, 0x1, 0x00002fff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d04, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d08, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d0c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d10, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d34, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d50, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d5c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d60, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d68, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d6c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d70, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d78, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d7c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d80, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d88, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d8c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d90, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d98, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d9c, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4da0, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4da8, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4dc4, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4dcc, 0x0, 0xffffffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d18, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d20, 0x0, 0x00770077 },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d24, 0x0, 0x00007777 },
	{ SUNMAO_ISP_PARAMS_AF, 0x4d54, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4dac, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4dc0, 0x0, 0x0000ffff },
	{ SUNMAO_ISP_PARAMS_AF, 0x4dd0, 0x0, 0x0000ffff },
};

static void describe(const struct limits *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %#x",
		 isp_block_find(row->type, true)->name, row->reg);
}

KUNIT_ARRAY_PARAM(limits, limits, describe);

static void put(void *data, const struct isp_field *field, unsigned int i,
		s32 val)
{
	memcpy(data + field->offset + i * field->size, &val, field->size);
}

/* A block of kind @block with every field at one of its limits. */
static void *fill(struct kunit *test, const struct isp_block *block, bool max)
{
	const size_t head = sizeof(struct sunmao_isp_block_header);
	const struct isp_field *field;
	unsigned int i;
	void *data;

	data = kunit_kzalloc(test, block->size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, data);
	memset(data + head, max ? 0xff : 0, block->size - head);
	for (field = block->fields; field->name; field++) {
		for (i = 0; i < field->count; i++)
			put(data, field, i, max ? field->max : field->min);
	}

	return data;
}

static u32 encoded(struct kunit *test, const struct limits *row, bool max)
{
	const struct isp_block *block = isp_block_find(row->type, true);
	const struct isp_env env = { 1920, 1080 };
	struct isp_state *state;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	isp_blocks_reset(state);
	block->apply(state, fill(test, block, max), true, &env);
	KUNIT_EXPECT_TRUE(test, test_bit(row->reg / 4, state->image.used));

	return isp_image_get(&state->image, row->reg);
}

static void smallest_values(struct kunit *test)
{
	const struct limits *row = test->param_value;

	KUNIT_EXPECT_EQ(test, encoded(test, row, false), row->min);
}

static void largest_values(struct kunit *test)
{
	const struct limits *row = test->param_value;

	KUNIT_EXPECT_EQ(test, encoded(test, row, true), row->max);
}

static void count(void *priv, u32 reg, u32 val)
{
	unsigned int *writes = priv;

	(*writes)++;
}

/* Writes of a change from the smallest to the largest values but of lens shading. */
static unsigned int full_change(struct kunit *test, unsigned int end)
{
	const struct isp_env env = { 1920, 1080 };
	const struct isp_block *block;
	struct isp_shadow *shadow;
	struct isp_state *state;
	unsigned int type, max, writes;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	shadow = kunit_kzalloc(test, sizeof(*shadow), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	KUNIT_ASSERT_NOT_NULL(test, shadow);
	isp_blocks_reset(state);
	for (max = 0; max < 2; max++) {
		for (type = 0; type < end; type++) {
			block = isp_block_find(type, true);
			if (block && type != SUNMAO_ISP_RK_PARAMS_LSC)
				block->apply(state, fill(test, block, max),
					     true, &env);
		}
		writes = 0;
		isp_image_flush(&state->image, shadow, count, &writes);
	}

	return writes;
}

/*
 * BLS 14, AWB_GAINS 6, CSM 9, CCM 19, GOC 27, AE_LITE 3, HIST_LITE 11, HIST_BIG 3
 * times 4, AWB_MEAS 6; one update of the core. Four tables of weights have 45 words
 * and an address each, the windows of both paths 21 registers (R 2.3, 2.4).
 */
static void all_of_rk2p_takes_less_than_400_writes(struct kunit *test)
{
	unsigned int writes = full_change(test, SUNMAO_ISP_RK_PARAMS_MAX);

	KUNIT_EXPECT_EQ(test, writes, 107 + 1);
	KUNIT_EXPECT_LT(test, writes + 4 * 46 + 21, 400);
}

/*
 * DPCC 3 times 23, DEBAYER 6, CPROC 5, IE 8, GIC 15, BAYNR 25, YNR 48, CNR 15, SHARP
 * 20, DRC 35, AE_BIG 3 times 11, AF 47: no register twice.
 */
static void all_blocks_take_a_write_per_register(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, full_change(test, SUNMAO_ISP_PARAMS_END),
			107 + 326 + 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(smallest_values, limits_gen_params),
	KUNIT_CASE_PARAM(largest_values, limits_gen_params),
	KUNIT_CASE(all_of_rk2p_takes_less_than_400_writes),
	KUNIT_CASE(all_blocks_take_a_write_per_register),
	{}
};

struct kunit_suite isp_limits_suite = {
	.name = "isp_limits",
	.test_cases = cases,
};
