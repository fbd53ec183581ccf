/*
 * RK3588 clock and reset unit: registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_CRU_REGS_H
#define HW_ROCKCHIP_RK3588_CRU_REGS_H

#include "hw/registerfields.h"

/* Sub-blocks */
#define PMU1_CRU 0x30000
#define BIGCORE0_CRU 0x50000
#define BIGCORE1_CRU 0x52000
#define DSU_CRU 0x58000

/* Block-relative ranges; a block is 0x2000 bytes or a multiple of it. */
#define BLOCK_MASK 0x1fff
REG32(CLKSEL0, 0x300)
REG32(CLKGATE0, 0x800)
REG32(SOFTRST0, 0xa00)
REG32(GLB_CNT_TH, 0xc00)

/* One PLL is eight words (soc.md 3, "PLL block"). */
#define PLL_CON(n) (4 * (n))
FIELD(PLL_CON0, M, 0, 10)
FIELD(PLL_CON1, P, 0, 6)
FIELD(PLL_CON1, S, 6, 3)
FIELD(PLL_CON1, POWER_DOWN, 13, 1)
FIELD(PLL_CON2, K, 0, 16)
FIELD(PLL_CON6, LOCK, 15, 1)

/* Main CRU */
REG32(MODE_CON0, 0x280)
    FIELD(MODE_CON0, NPLL, 0, 2)
    FIELD(MODE_CON0, GPLL, 2, 2)
    FIELD(MODE_CON0, V0PLL, 4, 2)
    FIELD(MODE_CON0, AUPLL, 6, 2)
    FIELD(MODE_CON0, CPLL, 8, 2)
    FIELD(MODE_CON0, PPLL, 10, 2)
REG32(GLB_SRST_FST, 0xc08)
#define GLB_SRST_FST_MAGIC 0xfdb9

enum {
    PLL_MODE_SLOW = 0,
    PLL_MODE_NORMAL = 1,
    PLL_MODE_DEEP_SLOW = 2,
};

#define DEEP_SLOW_RATE 32768

REG32(CLKSEL73, 0x300 + 4 * 73)
    FIELD(CLKSEL73, HCLK_ROOT_SEL, 0, 2)
    FIELD(CLKSEL73, DSU0_DIV, 2, 5)
    FIELD(CLKSEL73, DSU0_SEL, 7, 3)
REG32(CLKSEL74, 0x300 + 4 * 74)
    FIELD(CLKSEL74, PVTPLL_SEL, 0, 1)
    FIELD(CLKSEL74, PCLK_ROOT_SEL, 1, 2)
    FIELD(CLKSEL74, CM0_ROOT_SEL, 5, 2)

#endif
