/*
 * One instance of the Rockchip ISP 3.0, as in the RK3588
 *
 * This file is the part of an instance that software talks to: the register
 * file with its shadows and table memories, the trigger of a memory-to-memory
 * frame, DMA, interrupts, resets, clocks and time. What becomes of the pixels
 * is in rockchip-isp-pipe.c.
 *
 * A frame goes through the pipeline in bands. Each band takes the time that its
 * pixels need at the core clock; then its raw lines are read, computed with the
 * registers of that moment, and what is finished is written. Transfers that the
 * IOMMU holds go on from its retry callback.
 *
 * Chapters named in comments are those of the hardware notes, ISP ("R" = ISP
 * registers). What those leave open is marked "inferred" and collected in
 * README-isp.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "rockchip-common.h"
#include "rockchip-isp.h"
#include "rockchip-isp-regs.h"

/* Bands of a frame; quarters of the output are among their ends. */
#define NUM_BANDS       16
#define BAND_WHOLE      (1ULL << 32)

/* From FRAME to the writers' frame end (inferred: "shortly", 2.4) */
#define MI_DELAY_NS     1000

#define REG(name)           (s->regs[R_ ## name])
#define FLD(name, field)    FIELD_EX32(REG(name), name, field)
#define BIT_OF(name, field) (R_ ## name ## _ ## field ## _MASK)

static void rockchip_isp_advance(RockchipISPState *s);

static const char *rockchip_isp_name(RockchipISPState *s)
{
    return object_get_canonical_path_component(OBJECT(s));
}

static int64_t rockchip_isp_now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

/*
 * State of the outside world (README-isp.md: which clock does what)
 */

static bool rockchip_isp_reachable(const RockchipISPState *s)
{
    return s->powered && s->bus && !s->in_reset &&
           clock_is_enabled(s->hclk) && clock_is_enabled(s->marvin);
}

static bool rockchip_isp_runs(const RockchipISPState *s)
{
    return s->powered && s->bus && !s->in_reset &&
           clock_is_enabled(s->aclk) && clock_is_enabled(s->core) &&
           clock_is_enabled(s->marvin);
}

/*
 * Which registers exist (R 1 to 5)
 */

enum {
    REG_NONE,
    REG_RW,
    REG_RO,
};

typedef struct RegRange {
    uint16_t first;
    uint16_t last;
    uint8_t access;
} RegRange;

/* Later entries override earlier ones. */
static const RegRange reg_ranges[] = {
    { A_VI_ISP_EN, A_SWS_CFG, REG_RW },
    { A_VI_ID, A_VI_ID, REG_RO },
    { A_IE_CTRL, A_IE_TINT, REG_RW },
    { A_IE_CTRL_SHD, A_IE_CTRL_SHD, REG_RO },
    { A_CMSK_CTRL0, 0x026c, REG_RW },
    { 0x0280, A_CMSK_LAST, REG_RW },
    { A_SUPER_IMP_CTRL, A_SUPER_IMP_LAST, REG_RW },
    { A_ISP_CTRL0, A_GAMMA_B_Y16, REG_RW },
    { A_AWB_GAIN0_G, A_AWB_GAIN2_RB, REG_RW },
    { A_HURRY, A_ARQOS, REG_RW },
    { A_CC_COEFF_0, A_OUT_V_SIZE, REG_RW },
    { A_FLAGS_SHD, A_OUT_V_SIZE_SHD, REG_RO },
    { A_ISP_IMSC, A_ISP_ISR, REG_RW },
    { A_ISP_RIS, A_ISP_MIS, REG_RO },
    { A_ISP3A_IMSC, A_ISP3A_ICR, REG_RW },
    { A_ISP3A_RIS, A_ISP3A_MIS, REG_RO },
    { A_ISP_ERR, A_ISP_DEBUG3, REG_RO },
    { A_ISP_ERR_CLR, A_ISP_ERR_CLR, REG_RW },
    { A_FLASH_CMD, A_FLASH_MAXP, REG_RW },
    { A_SHUTTER_CTRL, A_SHUTTER_TIME, REG_RW },
    { A_CCM_CTRL, A_CCM_BOUND_BIT, REG_RW },
    { A_CPROC_CTRL, A_CPROC_HUE, REG_RW },
    { A_DUAL_CROP_CTRL, A_DUAL_CROP_FBC_V_SIZE_SHD, REG_RW },
    { A_DUAL_CROP_M_H_OFFS_SHD, A_DUAL_CROP_S_V_SIZE_SHD, REG_RO },
    { A_DUAL_CROP_FBC_H_OFFS_SHD, A_DUAL_CROP_FBC_V_SIZE_SHD, REG_RO },
    { A_GOC_CTRL, A_GOC_OFFSET, REG_RW },
    { A_GOC_Y0, A_GOC_Y24, REG_RW },
    { A_MI_WR_CTRL, A_SP_WR_CR_OFFS_CNT_START, REG_RW },
    { A_MP_WR_Y_OFFS_CNT_START, A_MP_WR_Y_OFFS_CNT_START, REG_RO },
    { A_MP_WR_CB_OFFS_CNT_START, A_MP_WR_CB_OFFS_CNT_START, REG_RO },
    { A_MP_WR_CR_OFFS_CNT_START, A_MP_WR_CR_OFFS_CNT_START, REG_RO },
    { A_SP_WR_Y_OFFS_CNT_START, A_SP_WR_Y_OFFS_CNT_START, REG_RO },
    { A_SP_WR_CB_OFFS_CNT_START, A_SP_WR_CB_OFFS_CNT_START, REG_RO },
    { A_SP_WR_CR_OFFS_CNT_START, A_SP_WR_CR_OFFS_CNT_START, REG_RO },
    { A_WR_BYTE_CNT, A_SP_WR_CR_OFFS_CNT_SHD, REG_RO },
    { A_MI_IMSC, A_MI_ISR, REG_RW },
    { A_MI_RIS, A_MI_MIS, REG_RO },
    { A_MI_STATUS, A_MI_STATUS, REG_RO },
    { A_MI_STATUS_CLR, A_SP_WR_Y_PIC_SIZE, REG_RW },
    { A_WR_PIXEL_CNT, A_WR_PIXEL_CNT, REG_RO },
    { A_MP_WR_Y_BASE2, A_WR_XTD_FORMAT_CTRL, REG_RW },
    { A_WR_ID, A_WR_ID, REG_RW },
    { A_MP_WR_Y_IRQ_OFFS2, A_MP_WR_Y_PIC_SIZE, REG_RW },
    { A_MP_WR_Y_IRQ_OFFS2_SHD, A_MP_WR_Y_IRQ_OFFS2_SHD, REG_RO },
    { A_BP_WR_CTRL, A_BP_WR_CB_BASE2, REG_RW },
    { A_BP_WR_Y_OFFS_CNT_START, A_BP_WR_Y_OFFS_CNT_START, REG_RO },
    { A_BP_WR_CB_OFFS_CNT_START, A_BP_WR_LAST_SHD, REG_RO },
    { A_MI_WR_CTRL2, A_MI_RD_ID, REG_RW },
    { A_RAW0_RD_BASE, A_RAW0_RD_LENGTH, REG_RW },
    { A_RAW0_RD_BASE_SHD, A_RAW0_RD_BASE_SHD, REG_RO },
    { A_RAW1_RD_BASE, A_RAW1_RD_LENGTH, REG_RW },
    { A_RAW1_RD_BASE_SHD, A_RAW1_RD_BASE_SHD, REG_RO },
    { A_RAWS_RD_BASE, A_RAWS_RD_LENGTH, REG_RW },
    { A_RAWS_RD_BASE_SHD, A_RAWS_RD_BASE_SHD, REG_RO },
    { A_MPFBC_CTRL, A_MPFBC_HEAD_OFFSET, REG_RW },
    { A_MPFBC_ENC_POS, A_MPFBC_DEBUG, REG_RO },
    { A_LUT_CAC_RD_BASE, A_LUT_CAC_RD_V_SIZE, REG_RW },
    { A_LUT_3D_RD_BASE, A_LUT_LDCH_RD_BASE, REG_RW },
    { A_LUT_3D_RD_WSIZE, A_GAIN_WR_BASE2, REG_RW },
    { A_DBR_WR_BASE_SHD, A_DBR_WR_BASE_SHD, REG_RO },
    { A_DBR_RD_BASE_SHD, A_DBR_RD_BASE_SHD, REG_RO },
    { A_GAIN_WR_BASE_SHD, A_GAIN_WR_BASE_SHD, REG_RO },
    { A_BAY3D_IIR_WR_BASE, A_BAY3D_DS_RD_BASE_SHD, REG_RW },
    { A_CSI2RX_CTRL0, A_CSI2RX_CTRL2, REG_RW },
    { A_CSI2RX_RESETN, A_CSI2RX_RESETN, REG_RW },
    { A_CSI2RX_PHY_STATE, A_CSI2RX_PHY_STATE, REG_RO },
    { A_CSI2RX_DATA_IDS_1, A_CSI2RX_DATA_IDS_2, REG_RW },
    { A_CSI2RX_ERR_PHY, A_CSI2RX_ERR_STAT, REG_RO },
    { A_CSI2RX_MASK_PHY, A_CSI2RX_MASK_STAT, REG_RW },
    { A_RAW_RD_CTRL, A_RAW_RD_PIC_SIZE, REG_RW },
    { A_RAW_RD_LINECNT, A_RAW_RD_LINECNT, REG_RO },
    { A_RAW2_RD_LINECNT, A_RAW2_RD_LINECNT, REG_RO },
    { A_ISP_LINECNT, A_ISP_LINECNT, REG_RO },
    { A_CSI2RX_VERSION, A_CSI2RX_VERSION, REG_RO },
    { A_LSC_CTRL, A_LSC_TABLE_SEL, REG_RW },
    { A_LSC_STATUS, A_LSC_STATUS, REG_RO },
    { A_LSC_XGRAD_89, A_LSC_YSIZE_EF, REG_RW },
    { A_IS_CTRL, A_IS_DISPLACE, REG_RW },
    { A_IS_H_OFFS_SHD, A_IS_V_SIZE_SHD, REG_RO },
    { A_DEBAYER_CONTROL, A_DEBAYER_C_FILTER, REG_RW },
    { A_CAC_CTRL, A_CAC_PSF_CFG15, REG_RW },
    { A_CAC_RO_CNT, A_CAC_RO_CNT, REG_RO },
    { A_YNR_GLOBAL_CTRL, A_YNR_RNR_STRENGTH16, REG_RW },
    { A_CNR_CTRL, A_CNR_SIGMA3, REG_RW },
    { A_SHARP_EN, A_SHARP_GAUS_COEF1, REG_RW },
    { A_BAY3D_CTRL, A_BAY3D_IN_IRQ_LINECNT, REG_RW },
    { A_BAY3D_LODIF_STAT0, A_BAY3D_RO_STATE, REG_RO },
    { A_GIC_CONTROL, A_GIC_SIGMA_VALUE7, REG_RW },
    { A_BLS_CTRL, A_BLS1_D_FIXED, REG_RW },
    { A_BLS_A_MEASURED, A_BLS_D_MEASURED, REG_RO },
    { A_HDRMGE_CTRL, A_HDRMGE_OVER_Y16, REG_RW },
    { A_DRC_CTRL0, A_DRC_IIRWG_GAIN, REG_RW },
    { A_BAYNR_CTRL, A_BAYNR_DAT_MAX, REG_RW },
    { A_LDCH_CTRL, A_LDCH_CTRL, REG_RW },
    { A_DHAZ_CTRL, A_DHAZ_GAIN_LUT8, REG_RW },
    { 0x3c9c, 0x3c9c, REG_RO },
    { A_DHAZ_ADT_WR0, A_DHAZ_HIST_WR21, REG_RW },
    { A_DHAZ_CTRL_SHD, A_DHAZ_HIST_REG31, REG_RO },
    { A_LUT3D_CTRL, A_LUT3D_UPDATE, REG_RW },
    { A_GAIN_CTRL, A_GAIN_G1_G2, REG_RW },
    { A_GAIN_FIFO_STATUS, A_GAIN_FIFO_STATUS, REG_RO },
    { RAWAE_LITE, RAWAE_LITE + A_RAWAE_OFFSET, REG_RW },
    { RAWAE_LITE + A_RAWAE_LITE_RO_MEAN, RAWAE_LITE + A_RAWAE_LITE_DBG2,
      REG_RO },
    { RAWHIST_LITE, RAWHIST_LITE + A_RAWHIST_RAW2Y_CC, REG_RW },
    { RAWHIST_LITE + A_RAWHIST_DBG1, RAWHIST_LITE + A_RAWHIST_DBG3, REG_RO },
    { RAWHIST_LITE + A_RAWHIST_LITE_WEIGHT0,
      RAWHIST_LITE + A_RAWHIST_LITE_WEIGHT6, REG_RW },
    { RAWHIST_LITE + A_RAWHIST_RO_BIN, RAWHIST_LITE + A_RAWHIST_RO_BIN,
      REG_RO },
    { A_RAWAF_CTRL, A_RAWAF_HIGHLIT_THRESH, REG_RW },
    { A_RAWAF_SUM_B, A_RAWAF_LUM_B, REG_RO },
    { A_RAWAF_INT_STATE, A_RAWAF_INT_STATE, REG_RO },
    { A_RAWAF_HIGHLIT_CNT_WINB, A_RAWAF_HIGHLIT_CNT_WINB, REG_RO },
    { A_RAWAF_RAM_DATA, A_RAWAF_RAM_DATA, REG_RO },
    { A_RAWAWB_CTRL, A_RAWAWB_EXC_WP_LAST, REG_RW },
    { A_RAWAWB_SUM_RGAIN_NOR_0, A_RAWAWB_WPNUM2_6, REG_RO },
    { A_RAWAWB_RAM_CTRL, A_RAWAWB_WRAM_CTRL, REG_RW },
    { A_RAWAWB_WRAM_DATA, A_RAWAWB_WRAM_DATA, REG_RW },
    { A_RAWAWB_RAM_DATA, A_RAWAWB_RAM_DATA, REG_RO },
};

/* Blocks that exist more than once, from their first address on */
static const RegRange scaler_ranges[] = {
    { A_RSZ_CTRL, A_RSZ_IN_CROP_OFFSET, REG_RW },
    { A_RSZ_CTRL_SHD, A_RSZ_PHASE_VC_SHD, REG_RO },
    { A_RSZ_HY_SIZE_SHD, A_RSZ_HC_OFFS_MI_SHD, REG_RO },
};

static const RegRange dpcc_ranges[] = {
    { A_DPCC_MODE, A_DPCC_PDAF_FORWARD_MED, REG_RW },
    { A_DPCC_BP_CNT, A_DPCC_BP_CNT, REG_RO },
};

static const RegRange rawae_big_ranges[] = {
    { A_RAWAE_CTRL, 0x2c, REG_RW },
    { A_RAWAE_BIG_SUMR1, A_RAWAE_BIG_DBG3, REG_RO },
    { A_RAWAE_BIG_RO_MEAN, A_RAWAE_BIG_RO_MEAN, REG_RO },
};

static const RegRange rawhist_big_ranges[] = {
    { A_RAWHIST_CTRL, A_RAWHIST_BIG_WRAM_CTRL, REG_RW },
    { A_RAWHIST_DBG1, A_RAWHIST_DBG3, REG_RO },
    { A_RAWHIST_BIG_WEIGHT, A_RAWHIST_BIG_WEIGHT, REG_RW },
    { A_RAWHIST_RO_BIN, A_RAWHIST_RO_BIN, REG_RO },
};

static uint8_t reg_access[ROCKCHIP_ISP_NUM_REGS];

static void rockchip_isp_add_ranges(const RegRange *range, unsigned num,
                                    unsigned at)
{
    unsigned i, a;

    for (i = 0; i < num; i++) {
        for (a = at + range[i].first; a <= at + range[i].last; a += 4) {
            reg_access[a / 4] = range[i].access;
        }
    }
}

static void rockchip_isp_build_access(void)
{
    static const uint16_t scalers[] = { 0, RSZ_SELF };
    static const uint16_t dpccs[] = { 0, 0x100, 0x200 };
    static const uint16_t rawaes[] = { RAWAE_BIG1, RAWAE_BIG2, RAWAE_BIG3 };
    static const uint16_t rawhists[] = {
        RAWHIST_BIG1, RAWHIST_BIG2, RAWHIST_BIG3
    };
    static const struct {
        const RegRange *range;
        unsigned num;
        const uint16_t *at;
        unsigned copies;
    } block[] = {
        { scaler_ranges, ARRAY_SIZE(scaler_ranges), scalers, 2 },
        { dpcc_ranges, ARRAY_SIZE(dpcc_ranges), dpccs, 3 },
        { rawae_big_ranges, ARRAY_SIZE(rawae_big_ranges), rawaes, 3 },
        { rawhist_big_ranges, ARRAY_SIZE(rawhist_big_ranges), rawhists, 3 },
    };
    unsigned i, k;

    rockchip_isp_add_ranges(reg_ranges, ARRAY_SIZE(reg_ranges), 0);
    for (i = 0; i < ARRAY_SIZE(block); i++) {
        for (k = 0; k < block[i].copies; k++) {
            rockchip_isp_add_ranges(block[i].range, block[i].num,
                                    block[i].at[k]);
        }
    }
}

/* Soft resets and what they cover (R 2.1); bit 7 covers everything. */
static const struct {
    uint32_t bits;
    uint16_t first;
    uint16_t last;
} reset_ranges[] = {
    { BIT_OF(VI_IRCL, IE), 0x0200, 0x03ff },
    { BIT_OF(VI_IRCL, ISP), 0x0400, 0x07ff },
    { BIT_OF(VI_IRCL, CP), 0x0800, 0x087f },
    { BIT_OF(VI_IRCL, ISP), 0x0900, 0x0bff },
    { BIT_OF(VI_IRCL, MRSZ), 0x0c00, 0x0fff },
    { BIT_OF(VI_IRCL, SRSZ), 0x1000, 0x13ff },
    { BIT_OF(VI_IRCL, MI), 0x1400, 0x1bff },
    { BIT_OF(VI_IRCL, MIPI), 0x1c00, 0x1fff },
    { BIT_OF(VI_IRCL, ISP), 0x2200, 0x43ff },
    { BIT_OF(VI_IRCL, AAA), 0x4400, 0x57ff },
};

static bool rockchip_isp_block_held(RockchipISPState *s, hwaddr offset)
{
    uint32_t held = REG(VI_IRCL);
    unsigned i;

    if (!held || offset == A_VI_IRCL) {
        return false;
    }
    if (held & BIT_OF(VI_IRCL, MARVIN)) {
        return true;
    }
    for (i = 0; i < ARRAY_SIZE(reset_ranges); i++) {
        if (offset >= reset_ranges[i].first && offset <= reset_ranges[i].last) {
            return held & reset_ranges[i].bits;
        }
    }
    return false;
}

/*
 * Interrupts (2.4)
 */

static void rockchip_isp_set_line(RockchipISPState *s, unsigned line,
                                  qemu_irq irq, bool level)
{
    if (level && !s->level[line]) {
        s->irqs++;
    }
    s->level[line] = level;
    qemu_set_irq(irq, level);
}

static void rockchip_isp_update_irq(RockchipISPState *s)
{
    uint32_t isp = s->isp_ris & ~s->isp_swallowed & REG(ISP_IMSC);
    uint32_t mi = s->mi_ris & ~s->mi_swallowed & REG(MI_IMSC);
    uint32_t mipi = 0;
    unsigned i;

    for (i = 0; i < 4; i++) {
        mipi |= s->regs[R_CSI2RX_ERR_PHY + i] &
                s->regs[R_CSI2RX_MASK_PHY + i];
    }
    rockchip_isp_set_line(s, 0, s->irq_isp,
                          isp || (s->isp3a_ris & REG(ISP3A_IMSC)));
    rockchip_isp_set_line(s, 1, s->irq_mi, mi);
    rockchip_isp_set_line(s, 2, s->irq_mipi, mipi);
}

static void rockchip_isp_raise(RockchipISPState *s, uint32_t bits)
{
    s->isp_ris |= bits;
    rockchip_isp_update_irq(s);
}

static void rockchip_isp_raise_mi(RockchipISPState *s, uint32_t bits)
{
    s->mi_ris |= bits;
    rockchip_isp_update_irq(s);
}

static void rockchip_isp_csi_error(RockchipISPState *s, uint32_t bits)
{
    REG(CSI2RX_ERR_STAT) |= bits;
    rockchip_isp_update_irq(s);
}

/* Pixels are under way: not in the tail, and not after a hang. */
static bool rockchip_isp_in_flight(const RockchipISPState *s)
{
    return s->phase >= ISP_START && s->phase <= ISP_STORE;
}

static void rockchip_isp_unsafe_write(RockchipISPState *s, hwaddr offset)
{
    s->unsafe_writes++;
    s->regs_dirty = true;
    qemu_log_mask(LOG_GUEST_ERROR, "%s: write to 0x%" HWADDR_PRIx
                  " while a frame is in flight\n", rockchip_isp_name(s),
                  offset);
}

/*
 * Shadow registers (2.2, R 7)
 */

/* An update in the middle of a frame tears it. */
static void rockchip_isp_copy(RockchipISPState *s, unsigned to, unsigned from,
                              unsigned num)
{
    if (rockchip_isp_in_flight(s) &&
        memcmp(&s->regs[to], &s->regs[from], num * sizeof(uint32_t))) {
        rockchip_isp_unsafe_write(s, to * 4);
    }
    memcpy(&s->regs[to], &s->regs[from], num * sizeof(uint32_t));
}

static void rockchip_isp_latch_dual_crop(RockchipISPState *s)
{
    s->dual_crop_ctrl = REG(DUAL_CROP_CTRL);
    rockchip_isp_copy(s, R_DUAL_CROP_M_H_OFFS_SHD, R_DUAL_CROP_M_H_OFFS, 8);
    rockchip_isp_copy(s, R_DUAL_CROP_FBC_H_OFFS_SHD, R_DUAL_CROP_FBC_H_OFFS, 4);
}

static void rockchip_isp_latch_scaler(RockchipISPState *s, unsigned path)
{
    unsigned at = path * RSZ_SELF / 4;

    rockchip_isp_copy(s, R_RSZ_CTRL_SHD + at, R_RSZ_CTRL + at, RSZ_NUM_SHD);
    rockchip_isp_copy(s, R_RSZ_HY_SIZE_SHD + at, R_RSZ_HY_SIZE + at, 4);
}

/* One writer: enable, and bases and sizes where MI_WR_CTRL says so. */
static void rockchip_isp_latch_writer(RockchipISPState *s, unsigned path)
{
    static const struct {
        uint16_t reg, shd;
    } plane[RK_ISP_NUM_PATHS][3] = {
        { { R_MP_WR_Y_BASE, R_MP_WR_Y_BASE_SHD },
          { R_MP_WR_CB_BASE, R_MP_WR_CB_BASE_SHD },
          { R_MP_WR_CR_BASE, R_MP_WR_CR_BASE_SHD } },
        { { R_SP_WR_Y_BASE, R_SP_WR_Y_BASE_SHD },
          { R_SP_WR_CB_BASE, R_SP_WR_CB_BASE_SHD },
          { R_SP_WR_CR_BASE, R_SP_WR_CR_BASE_SHD } },
    };
    bool enable = path ? FLD(MI_WR_CTRL, SP_EN) : FLD(MI_WR_CTRL, MP_EN);
    uint32_t mask = (BIT_OF(MI_WR_CTRL_SHD, MP_IN) |
                     BIT_OF(MI_WR_CTRL_SHD, MP_OUT)) << path;
    unsigned i;

    REG(MI_WR_CTRL_SHD) = (REG(MI_WR_CTRL_SHD) & ~mask) | (enable ? mask : 0);
    for (i = 0; i < 3; i++) {
        unsigned reg = plane[path][i].reg, shd = plane[path][i].shd;

        if (FLD(MI_WR_CTRL, INIT_BASE_EN)) {
            rockchip_isp_copy(s, shd, reg, 2);
        }
        if (FLD(MI_WR_CTRL, INIT_OFFSET_EN)) {
            rockchip_isp_copy(s, shd + 2, reg + 2, 1);
        }
    }
    s->mpfbc_ctrl = REG(MPFBC_CTRL) & ~BIT_OF(MPFBC_CTRL, FORCE_UPD);
}

static void rockchip_isp_abort(RockchipISPState *s);

/* CFG_UPD of the core: windows, enables, LSC bank. */
static void rockchip_isp_latch_core(RockchipISPState *s)
{
    bool was_on = FLD(FLAGS_SHD, ENABLE);

    if (rockchip_isp_in_flight(s) && FLD(LSC_CTRL, EN) &&
        FLD(LSC_TABLE_SEL, TABLE) != FLD(LSC_STATUS, ACTIVE)) {
        rockchip_isp_unsafe_write(s, A_LSC_TABLE_SEL);
    }
    rockchip_isp_copy(s, R_OUT_H_OFFS_SHD, R_OUT_H_OFFS, 4);
    rockchip_isp_copy(s, R_IS_H_OFFS_SHD, R_IS_H_OFFS, 4);
    REG(FLAGS_SHD) = REG(ISP_CTRL0) & 0xff;
    REG(LSC_STATUS) = FIELD_DP32(REG(LSC_STATUS), LSC_STATUS, ACTIVE,
                                 FLD(LSC_TABLE_SEL, TABLE));
    s->gen_upd = false;
    if (was_on && !FLD(FLAGS_SHD, ENABLE)) {
        rockchip_isp_abort(s);
        rockchip_isp_raise(s, BIT_OF(ISP_RIS, OFF));
    }
}

static void rockchip_isp_latch_frame_start(RockchipISPState *s)
{
    unsigned path;

    if (FLD(ISP_CTRL0, CFG_UPD_PERMANENT)) {
        rockchip_isp_latch_core(s);
    }
    if (FLD(DUAL_CROP_CTRL, CFG_UPD_PERMANENT)) {
        rockchip_isp_latch_dual_crop(s);
    }
    for (path = 0; path < RK_ISP_NUM_PATHS; path++) {
        if (FIELD_EX32(s->regs[R_RSZ_CTRL + path * RSZ_SELF / 4], RSZ_CTRL,
                       CFG_UPD_AUTO)) {
            rockchip_isp_latch_scaler(s, path);
        }
    }
    REG(YNR_GLOBAL_CTRL) = FIELD_DP32(REG(YNR_GLOBAL_CTRL), YNR_GLOBAL_CTRL,
                                      EN_SHD, FLD(YNR_GLOBAL_CTRL, EN));
    REG(DHAZ_CTRL_SHD) = REG(DHAZ_CTRL);
}

static void rockchip_isp_latch_frame_end(RockchipISPState *s)
{
    unsigned path;

    if (s->gen_upd) {
        rockchip_isp_latch_core(s);
    }
    if (s->dual_crop_gen_upd) {
        s->dual_crop_gen_upd = false;
        rockchip_isp_latch_dual_crop(s);
    }
    for (path = 0; path < RK_ISP_NUM_PATHS; path++) {
        if (REG(MI_WR_CTRL) & (BIT_OF(MI_WR_CTRL, MP_AUTOUPDATE) << path)) {
            rockchip_isp_latch_writer(s, path);
        } else if (!(REG(MI_WR_CTRL) & (BIT_OF(MI_WR_CTRL, MP_EN) << path))) {
            /* a writer that was switched off stops at the end of its frame */
            REG(MI_WR_CTRL_SHD) &= ~((BIT_OF(MI_WR_CTRL_SHD, MP_IN) |
                                      BIT_OF(MI_WR_CTRL_SHD, MP_OUT)) << path);
        }
    }
    s->mpfbc_ctrl = REG(MPFBC_CTRL) & ~BIT_OF(MPFBC_CTRL, FORCE_UPD);
}

/*
 * Memory
 */

/*
 * Transfer @len bytes, of which s->load_done are done. Returns false if it has
 * to wait. A bus error is reported once a frame and ends the transfer.
 */
static bool rockchip_isp_dma(RockchipISPState *s, uint32_t iova, void *buf,
                             uint32_t len, bool is_write)
{
    switch (rockchip_iommu_access(s->iommu, &s->dma_as, 0, iova, buf, len,
                                  is_write, &s->load_done)) {
    case ROCKCHIP_IOMMU_OK:
        break;
    case ROCKCHIP_IOMMU_WAIT:
        return false;
    default:
        s->dma_errors++;
        if (!s->bus_failed) {
            qemu_log_mask(LOG_GUEST_ERROR,
                          "%s: bus error on %s of 0x%08" PRIx32 "\n",
                          rockchip_isp_name(s), is_write ? "write" : "read",
                          iova + s->load_done);
        }
        s->bus_failed = true;
        if (!is_write) {
            memset((uint8_t *)buf + s->load_done, 0, len - s->load_done);
        }
        rockchip_isp_raise_mi(s, BIT_OF(MI_RIS, BUS_ERR));
        break;
    }
    if (is_write) {
        s->dma_write_bytes += s->load_done;
    } else {
        s->dma_read_bytes += s->load_done;
    }
    s->load_done = 0;
    return true;
}

/* First raw line behind band @band */
static unsigned rockchip_isp_band_end(RockchipISPState *s, unsigned band)
{
    return rk_isp_pipe_height(s->pipe) * (band + 1) / NUM_BANDS;
}

/* Read the raw lines of the band; false if it has to wait. */
static bool rockchip_isp_load(RockchipISPState *s)
{
    unsigned num = rockchip_isp_band_end(s, s->band) - s->line;
    uint32_t bytes = rk_isp_pipe_line_bytes(s->pipe);

    if (s->raw_cap < (size_t)num * bytes) {
        s->raw_cap = (size_t)num * bytes;
        s->raw = g_realloc(s->raw, s->raw_cap);
    }
    for (; s->load_line < num; s->load_line++) {
        if (!rockchip_isp_dma(s, s->raw_base +
                              (s->line + s->load_line) * s->raw_length,
                              s->raw + (size_t)s->load_line * bytes, bytes,
                              false)) {
            return false;
        }
    }
    return true;
}

/* Registers of a plane, shadows: base, size */
static unsigned rockchip_isp_plane_shd(unsigned path, unsigned plane)
{
    static const uint16_t shd[RK_ISP_NUM_PATHS][3] = {
        { R_MP_WR_Y_BASE_SHD, R_MP_WR_CB_BASE_SHD, R_MP_WR_CR_BASE_SHD },
        { R_SP_WR_Y_BASE_SHD, R_SP_WR_CB_BASE_SHD, R_SP_WR_CR_BASE_SHD },
    };

    return shd[path][plane];
}

/* Bursts start at multiples of their length: lower address bits are lost. */
static uint32_t rockchip_isp_burst_mask(RockchipISPState *s, unsigned plane)
{
    unsigned code = plane ? FLD(MI_WR_CTRL, BURST_CHROM)
                          : FLD(MI_WR_CTRL, BURST_LUM);

    return (64u << MIN(code, 2)) - 1;
}

static bool rockchip_isp_store_plane(RockchipISPState *s, unsigned path,
                                     unsigned plane)
{
    const RkIspOutput *out = rk_isp_pipe_output(s->pipe, path);
    const RkIspPlane *pl = &out->plane[plane];
    unsigned shd = rockchip_isp_plane_shd(path, plane);
    uint32_t base = s->regs[shd] & ~rockchip_isp_burst_mask(s, plane);
    uint32_t size = s->regs[shd + 1];
    unsigned *line = &s->stored[path][plane];

    for (; *line < pl->ready; ++*line) {
        uint64_t offset = (uint64_t)*line * pl->stride;
        uint32_t bytes = pl->line_bytes;

        if (s->break_bus && s->bus_failed) {
            continue;
        }
        if (offset + bytes > size) {
            /* the buffer is a ring */
            rockchip_isp_raise_mi(s, (path ? BIT_OF(MI_RIS, WRAP_SP_Y)
                                           : BIT_OF(MI_RIS, WRAP_MP_Y))
                                  << plane);
            offset %= size;
            bytes = MIN(bytes, size - offset);
        }
        if (!rockchip_isp_dma(s, base + offset,
                              pl->data + (size_t)*line * pl->line_bytes, bytes,
                              true)) {
            return false;
        }
    }
    return true;
}

/* Write what is finished; false if it has to wait. */
static bool rockchip_isp_store(RockchipISPState *s)
{
    unsigned path, plane;

    for (path = 0; path < RK_ISP_NUM_PATHS; path++) {
        const RkIspOutput *out = rk_isp_pipe_output(s->pipe, path);

        for (plane = 0; out->active && plane < out->num_planes; plane++) {
            if (!rockchip_isp_store_plane(s, path, plane)) {
                return false;
            }
        }
    }
    return true;
}

static void put_words(uint8_t *to, const uint32_t *from, unsigned num)
{
    unsigned i;

    for (i = 0; i < num; i++) {
        stl_le_p(to + 4 * i, from[i]);
    }
}

/* Statistics to memory (R 6) */
static void rockchip_isp_build_ddr(RockchipISPState *s)
{
    static const uint16_t ae[] = {
        DDR_RAWAE_BIG1, DDR_RAWAE_LITE, DDR_RAWAE_BIG2, DDR_RAWAE_BIG3
    };
    static const uint16_t hist[] = {
        DDR_RAWHIST_BIG1, DDR_RAWHIST_LITE, DDR_RAWHIST_BIG2, DDR_RAWHIST_BIG3
    };
    unsigned i;

    memset(s->ddr, 0, DDR_STATS_BYTES);
    for (i = 0; i < RK_ISP_NUM_UNITS; i++) {
        put_words(s->ddr + ae[i], s->stats.ae_mean[i],
                  i == RK_ISP_LITE ? 25 : RK_ISP_CELLS);
        put_words(s->ddr + hist[i], s->stats.hist[i], RK_ISP_BINS);
    }
    put_words(s->ddr + DDR_RAWAF, &s->stats.af[0][0], 4 * RK_ISP_CELLS);
    put_words(s->ddr + DDR_RAWAWB, &s->stats.awb[0][0], 2 * RK_ISP_CELLS);
}

static bool rockchip_isp_stats_to_ddr(RockchipISPState *s)
{
    return FLD(SWS_CFG, DDR_WRITE_3A_EN) && FLD(VI_ISP_CLK_CTRL, ISP_3A) &&
           REG(DBR_WR_SIZE) >= DDR_STATS_SIZE &&
           !rk_isp_pipe_stuck_units(s->pipe);
}

/*
 * Statistics units
 */

static void rockchip_isp_collect_stats(RockchipISPState *s)
{
    uint32_t done;
    const RkIspStats *stats = rk_isp_pipe_stats(s->pipe, &done);
    unsigned i;

    if (!done) {
        return;
    }
    s->stats = *stats;
    for (i = 0; i < RK_ISP_NUM_UNITS; i++) {
        if (done & (BIT_OF(ISP3A_RIS, RAWAE_BIG) << i)) {
            s->ae_done[i] = true;
            s->ae_ptr[i] = 0;
        }
        if (done & (BIT_OF(ISP3A_RIS, RAWHIST_BIG) << i)) {
            s->hist_done[i] = true;
            s->hist_ptr[i] = 0;
        }
    }
    if (done & BIT_OF(ISP3A_RIS, RAWAWB)) {
        s->awb_done = true;
        s->awb_ptr = 0;
    }
    if (done & BIT_OF(ISP3A_RIS, RAWAF)) {
        s->af_done = true;
        s->af_ptr = 0;
        REG(RAWAF_SUM_B) = stats->af_sum_b;
        REG(RAWAF_LUM_B) = stats->af_lum_b;
        REG(RAWAF_HIGHLIT_CNT_WINB) = stats->af_highlit_b;
    }
    s->isp3a_ris |= done;
    rockchip_isp_update_irq(s);
}

/*
 * Phases of a frame
 */

static RkIspRegs rockchip_isp_pipe_regs(RockchipISPState *s)
{
    return (RkIspRegs) {
        .reg = s->regs,
        .lsc = s->lsc,
        .lsc_bank = FLD(LSC_STATUS, ACTIVE),
        .hist_weight = s->hist_weight,
        .scale_lut = s->scale_lut,
        .bpt = s->bpt,
        .dual_crop_ctrl = s->dual_crop_ctrl,
        .mpfbc_ctrl = s->mpfbc_ctrl,
        .ccm_adds = s->ccm_adds,
    };
}

static int64_t rockchip_isp_band_ns(RockchipISPState *s)
{
    uint64_t lines = rockchip_isp_band_end(s, s->band) - s->line;
    uint64_t hz = MIN(clock_get_hz(s->core), clock_get_hz(s->marvin));

    return MAX(muldiv64(lines * rk_isp_pipe_width(s->pipe),
                        NANOSECONDS_PER_SECOND, hz), 1);
}

/* Start or restart the timer for what is left of the band. */
static void rockchip_isp_run_band(RockchipISPState *s)
{
    s->band_start_ns = rockchip_isp_now();
    s->band_ns = MAX(muldiv64(rockchip_isp_band_ns(s), s->band_left >> 1,
                              BAND_WHOLE >> 1), 1);
    timer_mod(s->timer, s->band_start_ns + s->band_ns);
}

static void rockchip_isp_next_band(RockchipISPState *s)
{
    s->phase = ISP_RUN;
    s->band_left = BAND_WHOLE;
    rockchip_isp_run_band(s);
}

static void rockchip_isp_stuck(RockchipISPState *s, const char *reason)
{
    qemu_log_mask(LOG_GUEST_ERROR, "%s: frame never ends: %s\n",
                  rockchip_isp_name(s), reason);
    s->phase = ISP_STUCK;
    s->hangs++;
    timer_del(s->timer);
}

static void rockchip_isp_become_idle(RockchipISPState *s)
{
    int64_t now = rockchip_isp_now();

    timer_del(s->timer);
    s->phase = ISP_IDLE;
    s->load_done = 0;
    s->busy_ns += now - s->trigger_ns;
    s->idle_since_ns = now;
    REG(CSI2RX_CTRL0) &= ~BIT_OF(CSI2RX_CTRL0, CSI2RX_EN);
}

/* Whatever is in flight is gone: no frame end. */
static void rockchip_isp_abort(RockchipISPState *s)
{
    if (s->phase != ISP_IDLE) {
        rockchip_isp_become_idle(s);
    }
}

static void rockchip_isp_refuse(RockchipISPState *s, const char *reason)
{
    s->refused++;
    g_free(s->refusal);
    s->refusal = g_strdup(reason);
    qemu_log_mask(LOG_GUEST_ERROR, "%s: trigger refused: %s\n",
                  rockchip_isp_name(s), reason);
}

/* What the pixels need on their way (2.1, 2.3, 13); NULL if all is there. */
static const char *rockchip_isp_missing(RockchipISPState *s)
{
    uint32_t iccl = REG(VI_ICCL);
    uint32_t need = BIT_OF(VI_ICCL, ISP) | BIT_OF(VI_ICCL, CP) |
                    BIT_OF(VI_ICCL, MI) | BIT_OF(VI_ICCL, MIPI) |
                    BIT_OF(VI_ICCL, DCROP);

    if (FLD(MI_WR_CTRL_SHD, MP_OUT)) {
        need |= BIT_OF(VI_ICCL, MRSZ);
    }
    if (FLD(MI_WR_CTRL_SHD, SP_OUT)) {
        need |= BIT_OF(VI_ICCL, SRSZ);
    }
    if (FLD(IE_CTRL, EN)) {
        need |= BIT_OF(VI_ICCL, IE);
    }
    if (REG(VI_IRCL)) {
        return "VI_IRCL holds a block in reset";
    }
    if ((iccl & need) != need) {
        return "gate closed in VI_ICCL";
    }
    if (!FLD(VI_ISP_CLK_CTRL, ISP_RAW)) {
        return "gate closed in VI_ISP_CLK_CTRL";
    }
    if (!rockchip_isp_runs(s)) {
        return "core clock or aclk is off";
    }
    if (!FLD(FLAGS_SHD, ENABLE) || !FLD(FLAGS_SHD, INFORM_ENABLE)) {
        return "ISP_CTRL0 is not enabled, or the enables were not latched";
    }
    if (FLD(ISP_CTRL0, MODE) != ISP_MODE_BAYER) {
        return "ISP mode other than Bayer is not modelled";
    }
    if (FLD(CSI2RX_CTRL0, IBUF_OP_MODE) != IBUF_RDBK_FRAME1) {
        return "IBUF_OP_MODE other than 4 is not modelled";
    }
    if (FLD(VI_DPCL, IF_SEL) != 2) {
        return "VI_DPCL does not select the input buffer";
    }
    if (!FLD(MI_RD_CTRL2, LENGTH_EN)) {
        return "bit 30 of MI_RD_CTRL2 is 0";
    }
    if (FLD(HDRMGE_CTRL, EN)) {
        return "HDRMGE is on with one exposure";
    }
    if (FLD(MI_WR_CTRL, RAW_EN) || FLD(BP_WR_CTRL, BP_EN) ||
        FIELD_EX32(s->mpfbc_ctrl, MPFBC_CTRL, FBC_EN)) {
        return "raw, bypass and compressed writers are not modelled";
    }
    return NULL;
}

/* A writer whose path is not connected, or without a buffer, gets nothing. */
static const char *rockchip_isp_writer_wrong(RockchipISPState *s)
{
    unsigned path, plane;

    if (FLD(MI_WR_CTRL_SHD, MP_OUT) &&
        (FLD(VI_DPCL, MP_MUX) != 1 || !FLD(VI_DPCL, CHAN_MP))) {
        return "VI_DPCL does not connect the main path";
    }
    if (FLD(MI_WR_CTRL_SHD, SP_OUT) && !FLD(VI_DPCL, CHAN_SP)) {
        return "VI_DPCL does not connect the self path";
    }
    for (path = 0; path < RK_ISP_NUM_PATHS; path++) {
        const RkIspOutput *out = rk_isp_pipe_output(s->pipe, path);

        for (plane = 0; out->active && plane < out->num_planes; plane++) {
            unsigned shd = rockchip_isp_plane_shd(path, plane);

            if (!s->regs[shd + 1]) {
                return "size of a plane is 0";
            }
            if (s->regs[shd] & rockchip_isp_burst_mask(s, plane)) {
                qemu_log_mask(LOG_GUEST_ERROR, "%s: base 0x%08" PRIx32
                              " is not aligned to its bursts\n",
                              rockchip_isp_name(s), s->regs[shd]);
                s->bad_accesses++;
            }
        }
    }
    return NULL;
}

static void rockchip_isp_begin(RockchipISPState *s)
{
    static const uint16_t base_reg[] = {
        R_RAWS_RD_BASE, R_RAW0_RD_BASE, R_RAW1_RD_BASE
    };
    unsigned raw = base_reg[FLD(RAW_RD_CTRL, CH_SEL)];
    int64_t now = rockchip_isp_now();

    s->regs[raw + 2] = s->regs[raw];
    s->raw_base = s->regs[raw];
    s->raw_length = s->regs[raw + 1];
    s->phase = ISP_START;
    s->regs_dirty = false;
    s->bus_failed = false;
    s->band = 0;
    s->line = 0;
    s->load_line = 0;
    s->load_done = 0;
    memset(s->stored, 0, sizeof(s->stored));
    if (s->frames) {
        s->idle_gap_ns += now - s->idle_since_ns;
    }
    s->trigger_ns = now;

    s->lose_irq = s->fault_lost_irq;
    s->fault_lost_irq -= s->lose_irq;
    s->break_bus = s->fault_bus_error;
    s->fault_bus_error -= s->break_bus;
    s->break_size = s->fault_size_error;
    s->fault_size_error -= s->break_size;

    REG(CSI2RX_CTRL0) |= BIT_OF(CSI2RX_CTRL0, CSI2RX_EN);
    timer_mod(s->timer, now + s->start_ns);
}

/* CSI2RX_CTRL0 was written with its start bit. */
static void rockchip_isp_trigger(RockchipISPState *s)
{
    RkIspRegs regs;
    const char *wrong;
    uint32_t err;

    s->triggers++;
    if (s->phase != ISP_IDLE) {
        rockchip_isp_refuse(s, "a frame is in flight");
        return;
    }
    REG(CSI2RX_CTRL0) &= ~BIT_OF(CSI2RX_CTRL0, CSI2RX_EN);
    if (!FLD(SWS_CFG, MIPI_DROP_FRM_DIS)) {
        rockchip_isp_refuse(s, "SWS_CFG drops the frame");
        rockchip_isp_csi_error(s, BIT_OF(CSI2RX_ERR_STAT, MIPI_DROP_FRM));
        return;
    }
    rockchip_isp_latch_frame_start(s);
    wrong = rockchip_isp_missing(s);
    if (wrong) {
        rockchip_isp_refuse(s, wrong);
        return;
    }

    regs = rockchip_isp_pipe_regs(s);
    switch (rk_isp_pipe_begin(s->pipe, &regs, &err)) {
    case RK_ISP_STARTED:
        wrong = rockchip_isp_writer_wrong(s);
        if (wrong) {
            rockchip_isp_refuse(s, wrong);
            return;
        }
        break;
    case RK_ISP_SIZE_ERROR:
        rockchip_isp_refuse(s, rk_isp_pipe_reason(s->pipe));
        REG(ISP_ERR) |= err;
        rockchip_isp_raise(s, BIT_OF(ISP_RIS, PIC_SIZE_ERROR));
        return;
    case RK_ISP_READ_SIZE_ERROR: {
        static const uint8_t channel[] = { 2, 0, 1, 2, 2, 2, 2, 2 };

        rockchip_isp_refuse(s, rk_isp_pipe_reason(s->pipe));
        rockchip_isp_csi_error(s, BIT_OF(CSI2RX_ERR_STAT, RAW0_RD_SIZE_ERR) <<
                               channel[FLD(RAW_RD_CTRL, CH_SEL)]);
        return;
    }
    default:
        rockchip_isp_refuse(s, rk_isp_pipe_reason(s->pipe));
        return;
    }
    if (!FLD(VI_ISP_CLK_CTRL, ISP_3A)) {
        rk_isp_pipe_stop_units(s->pipe);
    }
    if (rk_isp_pipe_stuck_units(s->pipe)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: statistics units 0x%" PRIx32
                      " never finish: window or clock\n",
                      rockchip_isp_name(s), rk_isp_pipe_stuck_units(s->pipe));
    }
    rockchip_isp_begin(s);
}

static void rockchip_isp_frame_starts(RockchipISPState *s)
{
    uint32_t bits = BIT_OF(ISP_RIS, V_START) | BIT_OF(ISP_RIS, H_START);

    if (s->fault_hang) {
        s->fault_hang--;
        rockchip_isp_stuck(s, "injected fault");
    } else {
        rockchip_isp_next_band(s);
    }
    if (rk_isp_pipe_lsc_error(s->pipe)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: LSC sectors do not add up to the "
                      "picture\n", rockchip_isp_name(s));
        bits |= BIT_OF(ISP_RIS, LSC_LUT_ERR);
    }
    rockchip_isp_raise(s, bits);
}

/* The raw lines of the band are there. */
static void rockchip_isp_process_band(RockchipISPState *s)
{
    unsigned end = rockchip_isp_band_end(s, s->band);

    if (s->regs_dirty) {
        RkIspRegs regs = rockchip_isp_pipe_regs(s);

        s->regs_dirty = false;
        rk_isp_pipe_update(s->pipe, &regs);
    }
    rk_isp_pipe_lines(s->pipe, s->raw, end - s->line);
    s->line = end;
    s->load_line = 0;
    rockchip_isp_collect_stats(s);
}

static void rockchip_isp_core_end(RockchipISPState *s)
{
    uint32_t bits = BIT_OF(ISP_RIS, FRAME), done;
    const RkIspStats *stats = rk_isp_pipe_stats(s->pipe, &done);
    unsigned i;

    if (s->lose_irq) {
        s->isp_swallowed |= bits;
    }
    for (i = 0; i < 4; i++) {
        s->regs[R_BLS_A_MEASURED + i] = stats->bls_measured[i];
    }
    REG(FRAME_COUNT)++;
    rockchip_isp_raise(s, bits);
}

static void rockchip_isp_writers_end(RockchipISPState *s)
{
    uint32_t bits = 0;

    if (rk_isp_pipe_output(s->pipe, RK_ISP_MP)->active) {
        bits |= BIT_OF(MI_RIS, MP_FRAME);
    }
    if (rk_isp_pipe_output(s->pipe, RK_ISP_SP)->active) {
        bits |= BIT_OF(MI_RIS, SP_FRAME);
    }
    if (s->lose_irq) {
        s->mi_swallowed |= bits;
    }
    rockchip_isp_raise_mi(s, bits);
}

/* All data is out: the first frame-end interrupt, or both. */
static void rockchip_isp_data_end(RockchipISPState *s)
{
    static const uint8_t channel[] = { 2, 0, 1 };

    rockchip_isp_csi_error(s, BIT_OF(CSI2RX_ERR_STAT, RAW0_RD_FRAME) <<
                           channel[FLD(RAW_RD_CTRL, CH_SEL) % 3]);
    if (s->mi_first) {
        rockchip_isp_writers_end(s);
    } else {
        rockchip_isp_core_end(s);
    }
    s->phase = ISP_TAIL;
    timer_mod(s->timer, rockchip_isp_now() + s->mi_delay_ns);
}

static void rockchip_isp_frame_end(RockchipISPState *s)
{
    s->frames++;
    rockchip_isp_become_idle(s);
    rockchip_isp_latch_frame_end(s);
    if (s->mi_first) {
        rockchip_isp_core_end(s);
    } else {
        rockchip_isp_writers_end(s);
    }
}

/* The band is computed and stored. */
static void rockchip_isp_band_done(RockchipISPState *s)
{
    static const uint32_t events[NUM_BANDS] = {
        [NUM_BANDS / 4 - 1] = BIT_OF(ISP_RIS, OUT_FRM_QUARTER),
        [NUM_BANDS / 2 - 1] = BIT_OF(ISP_RIS, OUT_FRM_HALF),
        [NUM_BANDS - 1] = BIT_OF(ISP_RIS, OUT_FRM_END) |
                          BIT_OF(ISP_RIS, FRAME_IN),
    };

    if (events[s->band]) {
        rockchip_isp_raise(s, events[s->band]);
    }
    if (s->band == NUM_BANDS / 2 - 1) {
        if (s->break_bus) {
            s->bus_failed = true;
            s->dma_errors++;
            rockchip_isp_raise_mi(s, BIT_OF(MI_RIS, BUS_ERR));
        }
        if (s->break_size) {
            REG(ISP_ERR) |= BIT_OF(ISP_ERR, INFORM_SIZE);
            rockchip_isp_stuck(s, "injected size error");
            rockchip_isp_raise(s, BIT_OF(ISP_RIS, PIC_SIZE_ERROR));
            return;
        }
    }
    if (++s->band < NUM_BANDS) {
        rockchip_isp_next_band(s);
        return;
    }
    if (rockchip_isp_stats_to_ddr(s)) {
        rockchip_isp_build_ddr(s);
        s->phase = ISP_STORE_STATS;
    } else {
        rockchip_isp_data_end(s);
    }
}

/* Go on until a transfer has to wait or the timer runs. */
static void rockchip_isp_advance(RockchipISPState *s)
{
    while (rockchip_isp_runs(s) && !timer_pending(s->timer)) {
        switch (s->phase) {
        case ISP_LOAD:
            if (!rockchip_isp_load(s)) {
                return;
            }
            rockchip_isp_process_band(s);
            s->phase = ISP_STORE;
            break;
        case ISP_STORE:
            if (!rockchip_isp_store(s)) {
                return;
            }
            rockchip_isp_band_done(s);
            break;
        case ISP_STORE_STATS:
            if (!rockchip_isp_dma(s, REG(MI_3A_WR_BASE), s->ddr,
                                  DDR_STATS_BYTES, true)) {
                return;
            }
            s->isp3a_ris |= BIT_OF(ISP3A_RIS, DDR_DONE);
            rockchip_isp_data_end(s);
            break;
        default:
            return;
        }
    }
}

static void rockchip_isp_timer(void *opaque)
{
    RockchipISPState *s = opaque;

    switch (s->phase) {
    case ISP_START:
        rockchip_isp_frame_starts(s);
        break;
    case ISP_RUN:
        s->phase = ISP_LOAD;
        rockchip_isp_advance(s);
        break;
    case ISP_TAIL:
        rockchip_isp_frame_end(s);
        break;
    default:
        break;
    }
}

static void rockchip_isp_retry(void *opaque)
{
    rockchip_isp_advance(opaque);
}

/* A clock changed: keep the share of the band that is left. */
static void rockchip_isp_clock_changed(RockchipISPState *s)
{
    if (s->phase == ISP_RUN && timer_pending(s->timer)) {
        int64_t left = s->band_start_ns + s->band_ns - rockchip_isp_now();

        left = MIN(MAX(left, 0), s->band_ns);
        s->band_left = (s->band_left >> 1) * left / s->band_ns * 2;
        timer_del(s->timer);
    }
    if (!rockchip_isp_runs(s)) {
        return;
    }
    if (s->phase == ISP_RUN) {
        rockchip_isp_run_band(s);
    } else {
        rockchip_isp_advance(s);
    }
}

/*
 * Resets
 */

static void rockchip_isp_reset_values(RockchipISPState *s)
{
    REG(CC_COEFF_0) = 0x80;
    REG(CC_COEFF_4) = 0x80;
    REG(CC_COEFF_8) = 0x80;
}

static void rockchip_isp_clear_stats(RockchipISPState *s)
{
    memset(&s->stats, 0, sizeof(s->stats));
    memset(s->hist_weight, 0, sizeof(s->hist_weight));
    memset(s->ae_ptr, 0, sizeof(s->ae_ptr));
    memset(s->hist_ptr, 0, sizeof(s->hist_ptr));
    memset(s->hist_weight_ptr, 0, sizeof(s->hist_weight_ptr));
    memset(s->ae_done, 0, sizeof(s->ae_done));
    memset(s->hist_done, 0, sizeof(s->hist_done));
    s->awb_ptr = s->af_ptr = 0;
    s->awb_done = s->af_done = false;
}

/* Soft reset of the blocks in @bits (R 2.1) */
static void rockchip_isp_soft_reset(RockchipISPState *s, uint32_t bits)
{
    bool all = bits & BIT_OF(VI_IRCL, MARVIN);
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(reset_ranges); i++) {
        if (all || (bits & reset_ranges[i].bits)) {
            memset(&s->regs[reset_ranges[i].first / 4], 0,
                   reset_ranges[i].last - reset_ranges[i].first + 1);
        }
    }
    if (all) {
        uint32_t held = REG(VI_IRCL);

        memset(s->regs, 0, sizeof(s->regs));
        REG(VI_IRCL) = held;
        s->dual_crop_ctrl = 0;
        s->dual_crop_gen_upd = false;
        if (s->iommu) {
            rockchip_iommu_block_reset(s->iommu);
        }
    }
    if (all || (bits & BIT_OF(VI_IRCL, ISP))) {
        memset(s->lsc, 0, sizeof(s->lsc));
        memset(s->bpt, 0, sizeof(s->bpt));
        s->isp_ris = s->isp3a_ris = s->isp_swallowed = 0;
        s->gen_upd = false;
        rockchip_isp_reset_values(s);
    }
    if (all || (bits & BIT_OF(VI_IRCL, MI))) {
        s->mi_ris = s->mi_swallowed = 0;
        s->mpfbc_ctrl = 0;
    }
    if (all || (bits & BIT_OF(VI_IRCL, MRSZ))) {
        memset(s->scale_lut[RK_ISP_MP], 0, RK_ISP_SCALE_LUT);
    }
    if (all || (bits & BIT_OF(VI_IRCL, SRSZ))) {
        memset(s->scale_lut[RK_ISP_SP], 0, RK_ISP_SCALE_LUT);
    }
    if (all || (bits & BIT_OF(VI_IRCL, AAA))) {
        rockchip_isp_clear_stats(s);
    }
    /* every block takes part in a frame */
    if (bits) {
        rockchip_isp_abort(s);
    }
    rockchip_isp_update_irq(s);
}

static void rockchip_isp_reset_all(RockchipISPState *s)
{
    REG(VI_IRCL) = 0;
    rockchip_isp_soft_reset(s, BIT_OF(VI_IRCL, MARVIN));
}

/*
 * Registers
 */

/* Statistics units by address: block 0x100 apart, interrupt order */
static const RkIspUnit unit_of_block[] = {
    RK_ISP_BIG1, RK_ISP_LITE, RK_ISP_BIG2, RK_ISP_BIG3
};

static uint32_t rockchip_isp_read_ae(RockchipISPState *s, hwaddr offset)
{
    RkIspUnit unit = unit_of_block[(offset - RAWAE_BIG1) >> 8];
    unsigned reg = offset & 0xff;

    if (unit == RK_ISP_LITE) {
        if (reg >= A_RAWAE_LITE_RO_MEAN && reg < A_RAWAE_LITE_RO_MEAN + 100) {
            return s->stats.ae_mean[unit][(reg - A_RAWAE_LITE_RO_MEAN) / 4];
        }
        return s->regs[offset / 4];
    }
    if (reg == A_RAWAE_CTRL) {
        return FIELD_DP32(s->regs[offset / 4], RAWAE_CTRL, DONE,
                          s->ae_done[unit]);
    }
    if (reg >= A_RAWAE_BIG_SUMR1 && reg < A_RAWAE_BIG_SUMR1 + 48) {
        unsigned i = (reg - A_RAWAE_BIG_SUMR1) / 4;

        return s->stats.ae_sum[unit][i / 4][i % 4];
    }
    if (reg == A_RAWAE_BIG_RO_MEAN) {
        uint32_t word = s->stats.ae_mean[unit][s->ae_ptr[unit] % RK_ISP_CELLS];

        s->ae_ptr[unit] = (s->ae_ptr[unit] + 1) % RK_ISP_CELLS;
        return word;
    }
    return s->regs[offset / 4];
}

static uint32_t rockchip_isp_read_hist(RockchipISPState *s, hwaddr offset)
{
    RkIspUnit unit = unit_of_block[(offset - RAWHIST_BIG1) >> 8];

    switch (offset & 0xff) {
    case A_RAWHIST_CTRL:
        return FIELD_DP32(s->regs[offset / 4], RAWHIST_CTRL, DONE,
                          s->hist_done[unit]);
    case A_RAWHIST_RO_BIN:
        return s->stats.hist[unit][s->hist_ptr[unit]++ % RK_ISP_BINS];
    default:
        return s->regs[offset / 4];
    }
}

static uint32_t rockchip_isp_read_3a(RockchipISPState *s, hwaddr offset)
{
    unsigned i;

    if (offset < RAWHIST_BIG1) {
        return rockchip_isp_read_ae(s, offset);
    }
    if (offset < 0x4c00) {
        return rockchip_isp_read_hist(s, offset);
    }
    switch (offset) {
    case A_RAWAF_CTRL:
        return FIELD_DP32(REG(RAWAF_CTRL), RAWAF_CTRL, DONE, s->af_done);
    case A_RAWAF_RAM_DATA:
        i = s->af_ptr;
        s->af_ptr = (i + 1) % (4 * RK_ISP_CELLS);
        return s->stats.af[i / 4][i % 4];
    case A_RAWAWB_CTRL:
        return FIELD_DP32(REG(RAWAWB_CTRL), RAWAWB_CTRL, DONE, s->awb_done);
    case A_RAWAWB_RAM_DATA:
        i = s->awb_ptr;
        s->awb_ptr = (i + 1) % (2 * RK_ISP_CELLS);
        return s->stats.awb[i / 2][i % 2];
    default:
        return s->regs[offset / 4];
    }
}

static void rockchip_isp_write_3a(RockchipISPState *s, hwaddr offset,
                                  uint32_t value)
{
    unsigned reg = offset & 0xff;
    bool ack = FIELD_EX32(value, RAWAE_CTRL, DONE);

    if (offset < RAWHIST_BIG1) {
        RkIspUnit unit = unit_of_block[(offset - RAWAE_BIG1) >> 8];

        if (reg == A_RAWAE_CTRL) {
            s->ae_done[unit] &= !ack;
            value &= ~R_RAWAE_CTRL_DONE_MASK;
        } else if (reg == A_RAWAE_BIG_RAM_CTRL && unit != RK_ISP_LITE) {
            s->ae_ptr[unit] = (value & 0xff) % RK_ISP_CELLS;
        }
    } else if (offset < 0x4c00) {
        RkIspUnit unit = unit_of_block[(offset - RAWHIST_BIG1) >> 8];
        unsigned big = rk_isp_big_index(unit);

        if (reg == A_RAWHIST_CTRL) {
            s->hist_done[unit] &= !ack;
            value &= ~R_RAWHIST_CTRL_DONE_MASK;
        } else if (reg == A_RAWHIST_RAM_CTRL) {
            s->hist_ptr[unit] = value % RK_ISP_BINS;
        } else if (unit != RK_ISP_LITE && reg == A_RAWHIST_BIG_WRAM_CTRL) {
            s->hist_weight_ptr[big] = (value & 0xff) % RK_ISP_WEIGHT_WORDS;
        } else if (unit != RK_ISP_LITE && reg == A_RAWHIST_BIG_WEIGHT) {
            s->hist_weight[big][s->hist_weight_ptr[big]] = value;
            s->hist_weight_ptr[big] = (s->hist_weight_ptr[big] + 1) %
                                      RK_ISP_WEIGHT_WORDS;
        }
    } else {
        switch (offset) {
        case A_RAWAF_CTRL:
            s->af_done &= !ack;
            value &= ~R_RAWAF_CTRL_DONE_MASK;
            break;
        case A_RAWAWB_CTRL:
            s->awb_done &= !ack;
            value &= ~R_RAWAWB_CTRL_DONE_MASK;
            break;
        case A_RAWAWB_RAM_CTRL:
            s->awb_ptr = (value & 0x1ff) % (2 * RK_ISP_CELLS);
            break;
        default:
            break;
        }
    }
    s->regs[offset / 4] = value;
}

static uint32_t rockchip_isp_read_reg(RockchipISPState *s, hwaddr offset)
{
    uint32_t value = s->regs[offset / 4];

    switch (offset) {
    case A_ISP_RIS:
        return s->isp_ris;
    case A_ISP_MIS:
        return s->isp_ris & REG(ISP_IMSC);
    case A_ISP3A_RIS:
        return s->isp3a_ris;
    case A_ISP3A_MIS:
        return s->isp3a_ris & REG(ISP3A_IMSC);
    case A_MI_RIS:
        return s->mi_ris;
    case A_MI_MIS:
        return s->mi_ris & REG(MI_IMSC);
    case A_ISP_ICR:
    case A_ISP_ISR:
    case A_ISP3A_ICR:
    case A_MI_ICR:
    case A_MI_ISR:
    case A_ISP_ERR_CLR:
    case A_MI_STATUS_CLR:
        return 0;
    case A_ISP_DEBUG2:
        /* never 0 while a frame is in flight */
        return s->phase == ISP_IDLE ? 0 : MAX(s->line, 1);
    case A_RAW_RD_LINECNT:
    case A_RAW2_RD_LINECNT:
    case A_ISP_LINECNT:
        return s->phase == ISP_IDLE ? 0 : s->line;
    case A_MPFBC_CTRL:
        return FIELD_DP32(s->mpfbc_ctrl, MPFBC_CTRL, FORCE_UPD,
                          FIELD_EX32(s->mpfbc_ctrl, MPFBC_CTRL, FBC_EN));
    case A_LSC_R_TABLE_DATA ... A_LSC_GB_TABLE_DATA:
        return 0;
    case A_CSI2RX_ERR_PHY ... A_CSI2RX_ERR_STAT:
        /* read to clear */
        s->regs[offset / 4] = 0;
        rockchip_isp_update_irq(s);
        return value;
    default:
        return offset >= RAWAE_BIG1 ? rockchip_isp_read_3a(s, offset) : value;
    }
}

/*
 * Registers of the picture that have no shadow: a write in flight acts on the
 * rest of the frame (R 7).
 */
static bool rockchip_isp_is_immediate(hwaddr offset)
{
    switch (offset) {
    case A_ISP_CTRL0:
    case A_OUT_H_OFFS ... A_ISP_DEBUG3:
    case A_LSC_R_TABLE_ADDR ... A_LSC_GB_TABLE_DATA:
    case A_LSC_TABLE_SEL:
    case A_IS_CTRL ... A_IS_V_SIZE_SHD:
        return false;
    default:
        return (offset >= A_IE_CTRL && offset <= A_CPROC_HUE) ||
               (offset >= A_GOC_CTRL && offset <= A_GOC_Y24) ||
               (offset >= A_LSC_CTRL && offset < RAWAE_BIG1);
    }
}

static void rockchip_isp_write_lsc(RockchipISPState *s, hwaddr offset,
                                   uint32_t value)
{
    unsigned channel = (offset - A_LSC_R_TABLE_DATA) / 4;
    uint32_t *addr = &s->regs[R_LSC_R_TABLE_ADDR + channel];
    bool active;

    if (!FLD(VI_ICCL, ISP)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: LSC table written without clock\n",
                      rockchip_isp_name(s));
        s->bad_accesses++;
        return;
    }
    if (*addr >= RK_ISP_LSC_WORDS) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: LSC table has no word %" PRIu32
                      "\n", rockchip_isp_name(s), *addr);
        s->bad_accesses++;
        return;
    }
    active = *addr / RK_ISP_LSC_BANK_WORDS == FLD(LSC_STATUS, ACTIVE);
    if (rockchip_isp_in_flight(s) && active && FLD(LSC_CTRL, EN) &&
        s->lsc[channel][*addr] != value) {
        rockchip_isp_unsafe_write(s, offset);
    }
    s->lsc[channel][(*addr)++] = value;
}

static void rockchip_isp_write_ctrl0(RockchipISPState *s, uint32_t value)
{
    uint32_t once = BIT_OF(ISP_CTRL0, CFG_UPD) | BIT_OF(ISP_CTRL0, GEN_CFG_UPD);
    uint32_t picture = BIT_OF(ISP_CTRL0, GAMMA_IN) |
                       BIT_OF(ISP_CTRL0, AWB_GAIN) |
                       BIT_OF(ISP_CTRL0, CSM_Y_FULL) |
                       BIT_OF(ISP_CTRL0, CSM_C_FULL);

    if (rockchip_isp_in_flight(s) && ((REG(ISP_CTRL0) ^ value) & picture)) {
        rockchip_isp_unsafe_write(s, A_ISP_CTRL0);
    }
    REG(ISP_CTRL0) = value & ~once;
    if (FIELD_EX32(value, ISP_CTRL0, GEN_CFG_UPD)) {
        s->gen_upd = true;
    }
    if (FIELD_EX32(value, ISP_CTRL0, CFG_UPD)) {
        rockchip_isp_latch_core(s);
    }
}

static void rockchip_isp_write_irq(RockchipISPState *s, hwaddr offset,
                                   uint32_t value)
{
    switch (offset) {
    case A_ISP_ICR:
        s->isp_ris &= ~value;
        s->isp_swallowed &= s->isp_ris;
        break;
    case A_ISP_ISR:
        s->isp_ris |= value;
        break;
    case A_ISP3A_ICR:
        s->isp3a_ris &= ~value;
        break;
    case A_MI_ICR:
        s->mi_ris &= ~value;
        s->mi_swallowed &= s->mi_ris;
        break;
    case A_MI_ISR:
        s->mi_ris |= value;
        break;
    default:
        s->regs[offset / 4] = value;
        break;
    }
    rockchip_isp_update_irq(s);
}

static void rockchip_isp_write_reg(RockchipISPState *s, hwaddr offset,
                                   uint32_t value)
{
    unsigned path, ptr;

    if (rockchip_isp_in_flight(s) && rockchip_isp_is_immediate(offset) &&
        s->regs[offset / 4] != value) {
        rockchip_isp_unsafe_write(s, offset);
    }

    switch (offset) {
    case A_VI_IRCL: {
        uint32_t set = value & ~REG(VI_IRCL);

        REG(VI_IRCL) = value;
        rockchip_isp_soft_reset(s, set);
        break;
    }
    case A_IE_CTRL:
        REG(IE_CTRL) = value & ~BIT_OF(IE_CTRL, CFG_UPD);
        REG(IE_CTRL_SHD) = REG(IE_CTRL);
        break;
    case A_ISP_CTRL0:
        rockchip_isp_write_ctrl0(s, value);
        break;
    case A_ISP_IMSC ... A_ISP_ISR:
    case A_ISP3A_IMSC ... A_ISP3A_ICR:
    case A_MI_IMSC ... A_MI_ISR:
    case A_CSI2RX_MASK_PHY ... A_CSI2RX_MASK_STAT:
        rockchip_isp_write_irq(s, offset, value);
        break;
    case A_ISP_ERR_CLR:
        REG(ISP_ERR) &= ~value;
        break;
    case A_DUAL_CROP_CTRL:
        REG(DUAL_CROP_CTRL) = value & ~(BIT_OF(DUAL_CROP_CTRL, CFG_UPD) |
                                        BIT_OF(DUAL_CROP_CTRL, GEN_CFG_UPD));
        s->dual_crop_gen_upd |= FIELD_EX32(value, DUAL_CROP_CTRL, GEN_CFG_UPD);
        if (FIELD_EX32(value, DUAL_CROP_CTRL, CFG_UPD)) {
            rockchip_isp_latch_dual_crop(s);
        }
        break;
    case A_RSZ_CTRL:
    case A_RSZ_CTRL + RSZ_SELF:
        s->regs[offset / 4] = value & ~BIT_OF(RSZ_CTRL, CFG_UPD);
        if (FIELD_EX32(value, RSZ_CTRL, CFG_UPD)) {
            rockchip_isp_latch_scaler(s, offset != A_RSZ_CTRL);
        }
        break;
    case A_RSZ_SCALE_LUT:
    case A_RSZ_SCALE_LUT + RSZ_SELF:
        path = offset != A_RSZ_SCALE_LUT;
        ptr = s->regs[R_RSZ_SCALE_LUT_ADDR + path * RSZ_SELF / 4];
        s->scale_lut[path][ptr % RK_ISP_SCALE_LUT] =
            FIELD_EX32(value, RSZ_SCALE_LUT, VAL);
        s->regs[offset / 4] = value;
        break;
    case A_MI_WR_INIT:
        REG(MI_WR_INIT) = value & ~BIT_OF(MI_WR_INIT, SOFT_UPD);
        if (FIELD_EX32(value, MI_WR_INIT, SKIP)) {
            qemu_log_mask(LOG_UNIMP, "%s: MI_WR_INIT.SKIP\n",
                          rockchip_isp_name(s));
        }
        if (FIELD_EX32(value, MI_WR_INIT, SOFT_UPD)) {
            rockchip_isp_latch_writer(s, RK_ISP_MP);
            rockchip_isp_latch_writer(s, RK_ISP_SP);
        }
        break;
    case A_MI_WR_CTRL2:
        REG(MI_WR_CTRL2) = value & ~(BIT_OF(MI_WR_CTRL2, SELF_UPDS) |
                                     BIT_OF(MI_WR_CTRL2, DBR_RDSELF_UPD) |
                                     BIT_OF(MI_WR_CTRL2, OTHER_SELF_UPDS));
        if (FIELD_EX32(value, MI_WR_CTRL2, MPSELF_UPD)) {
            rockchip_isp_latch_writer(s, RK_ISP_MP);
        }
        if (FIELD_EX32(value, MI_WR_CTRL2, SPSELF_UPD)) {
            rockchip_isp_latch_writer(s, RK_ISP_SP);
        }
        break;
    case A_MPFBC_CTRL:
        REG(MPFBC_CTRL) = value & ~BIT_OF(MPFBC_CTRL, FORCE_UPD);
        if (FIELD_EX32(value, MPFBC_CTRL, FORCE_UPD)) {
            s->mpfbc_ctrl = REG(MPFBC_CTRL);
        }
        break;
    case A_CSI2RX_CTRL0:
        REG(CSI2RX_CTRL0) = (value & ~BIT_OF(CSI2RX_CTRL0, CSI2RX_EN)) |
                            (REG(CSI2RX_CTRL0) &
                             BIT_OF(CSI2RX_CTRL0, CSI2RX_EN));
        if (FIELD_EX32(value, CSI2RX_CTRL0, CSI2RX_EN)) {
            rockchip_isp_trigger(s);
        }
        break;
    case A_LSC_R_TABLE_DATA ... A_LSC_GB_TABLE_DATA:
        rockchip_isp_write_lsc(s, offset, value);
        break;
    case A_DPCC_BPT_DATA:
        ptr = REG(DPCC_BPT_ADDR)++;
        s->bpt[ptr % RK_ISP_BPT_ENTRIES] = value;
        break;
    case A_YNR_GLOBAL_CTRL:
        REG(YNR_GLOBAL_CTRL) = value & ~BIT_OF(YNR_GLOBAL_CTRL, EN_SHD);
        break;
    case A_DHAZ_CTRL:
        REG(DHAZ_CTRL) = value & ~BIT_OF(DHAZ_CTRL, FORCE_UPD);
        if (FIELD_EX32(value, DHAZ_CTRL, FORCE_UPD)) {
            REG(DHAZ_CTRL_SHD) = REG(DHAZ_CTRL);
        }
        break;
    default:
        if (offset >= RAWAE_BIG1) {
            rockchip_isp_write_3a(s, offset, value);
        } else {
            s->regs[offset / 4] = value;
        }
        break;
    }
}

static bool rockchip_isp_check_access(RockchipISPState *s, hwaddr offset)
{
    if (rockchip_isp_reachable(s)) {
        return true;
    }
    s->bus_errors++;
    qemu_log_mask(LOG_GUEST_ERROR,
                  "%s: access to 0x%" HWADDR_PRIx " while %s\n",
                  rockchip_isp_name(s), offset,
                  !s->powered ? "without power" :
                  s->in_reset ? "in reset" :
                  !s->bus ? "its bus is off" : "without clock");
    return false;
}

static MemTxResult rockchip_isp_read(void *opaque, hwaddr offset,
                                     uint64_t *data, unsigned size,
                                     MemTxAttrs attrs)
{
    RockchipISPState *s = opaque;

    *data = 0;
    if (!rockchip_isp_check_access(s, offset)) {
        return MEMTX_ERROR;
    }
    s->mmio_reads++;
    if (offset >= ISP_REGS_END || reg_access[offset / 4] == REG_NONE) {
        s->bad_accesses++;
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no register at 0x%" HWADDR_PRIx
                      "\n", rockchip_isp_name(s), offset);
        return MEMTX_OK;
    }
    *data = rockchip_isp_read_reg(s, offset);
    return MEMTX_OK;
}

static MemTxResult rockchip_isp_write(void *opaque, hwaddr offset,
                                      uint64_t data, unsigned size,
                                      MemTxAttrs attrs)
{
    RockchipISPState *s = opaque;
    const char *wrong = NULL;

    if (!rockchip_isp_check_access(s, offset)) {
        return MEMTX_ERROR;
    }
    s->mmio_writes++;
    if (offset >= ISP_REGS_END || reg_access[offset / 4] == REG_NONE) {
        wrong = "no register";
    } else if (reg_access[offset / 4] == REG_RO) {
        wrong = "read-only register";
    } else if (rockchip_isp_block_held(s, offset)) {
        wrong = "block held in reset by VI_IRCL";
    }
    if (wrong) {
        s->bad_accesses++;
        qemu_log_mask(LOG_GUEST_ERROR, "%s: write to 0x%" HWADDR_PRIx
                      " ignored: %s\n", rockchip_isp_name(s), offset, wrong);
        return MEMTX_OK;
    }
    rockchip_isp_write_reg(s, offset, data);
    return MEMTX_OK;
}

static const MemoryRegionOps rockchip_isp_ops = {
    .read_with_attrs = rockchip_isp_read,
    .write_with_attrs = rockchip_isp_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl.min_access_size = 4,
    .impl.max_access_size = 4,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

/*
 * Power, reset, clocks
 */

static void rockchip_isp_set_power(void *opaque, int n, int level)
{
    RockchipISPState *s = opaque;

    if (s->powered && !level) {
        rockchip_isp_reset_all(s);
    }
    s->powered = level;
    rockchip_isp_clock_changed(s);
}

static void rockchip_isp_set_reset(void *opaque, int n, int level)
{
    RockchipISPState *s = opaque;

    if (level && !s->in_reset) {
        rockchip_isp_reset_all(s);
    }
    s->in_reset = level;
    rockchip_isp_clock_changed(s);
}

static void rockchip_isp_set_bus(void *opaque, int n, int level)
{
    RockchipISPState *s = opaque;

    s->bus = level;
    rockchip_isp_clock_changed(s);
}

static void rockchip_isp_clock_update(void *opaque, ClockEvent event)
{
    rockchip_isp_clock_changed(opaque);
}

static void rockchip_isp_reset_hold(Object *obj, ResetType type)
{
    rockchip_isp_reset_all(ROCKCHIP_ISP(obj));
}

/*
 * QOM
 */

static char *rockchip_isp_get_convention(Object *obj, Error **errp)
{
    return g_strdup(ROCKCHIP_ISP(obj)->ccm_adds ? "identity-added" : "plain");
}

static void rockchip_isp_set_convention(Object *obj, const char *value,
                                        Error **errp)
{
    RockchipISPState *s = ROCKCHIP_ISP(obj);

    if (strcmp(value, "identity-added") && strcmp(value, "plain")) {
        error_setg(errp, "ccm-convention is 'plain' or 'identity-added'");
        return;
    }
    s->ccm_adds = !strcmp(value, "identity-added");
}

static bool rockchip_isp_get_mi_first(Object *obj, Error **errp)
{
    return ROCKCHIP_ISP(obj)->mi_first;
}

static void rockchip_isp_set_mi_first(Object *obj, bool value, Error **errp)
{
    ROCKCHIP_ISP(obj)->mi_first = value;
}

static char *rockchip_isp_get_refusal(Object *obj, Error **errp)
{
    return g_strdup(ROCKCHIP_ISP(obj)->refusal);
}

static const RockchipCounter rockchip_isp_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipISPState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipISPState, mmio_writes),
    ROCKCHIP_COUNTER("irqs", RockchipISPState, irqs),
    ROCKCHIP_COUNTER("bus-errors", RockchipISPState, bus_errors),
    ROCKCHIP_COUNTER("frames", RockchipISPState, frames),
    ROCKCHIP_COUNTER("triggers", RockchipISPState, triggers),
    ROCKCHIP_COUNTER("refused-triggers", RockchipISPState, refused),
    ROCKCHIP_COUNTER("unsafe-writes", RockchipISPState, unsafe_writes),
    ROCKCHIP_COUNTER("bad-accesses", RockchipISPState, bad_accesses),
    ROCKCHIP_COUNTER("hangs", RockchipISPState, hangs),
    ROCKCHIP_COUNTER("dma-read-bytes", RockchipISPState, dma_read_bytes),
    ROCKCHIP_COUNTER("dma-write-bytes", RockchipISPState, dma_write_bytes),
    ROCKCHIP_COUNTER("dma-errors", RockchipISPState, dma_errors),
    ROCKCHIP_COUNTER("busy-ns", RockchipISPState, busy_ns),
    ROCKCHIP_COUNTER("idle-gap-ns", RockchipISPState, idle_gap_ns),
    { }
};

static void rockchip_isp_init(Object *obj)
{
    RockchipISPState *s = ROCKCHIP_ISP(obj);
    SysBusDevice *bus = SYS_BUS_DEVICE(obj);
    DeviceState *dev = DEVICE(obj);

    s->aclk = qdev_init_clock_in(dev, "aclk", rockchip_isp_clock_update, s,
                                 ClockUpdate);
    s->hclk = qdev_init_clock_in(dev, "hclk", rockchip_isp_clock_update, s,
                                 ClockUpdate);
    s->core = qdev_init_clock_in(dev, "core", rockchip_isp_clock_update, s,
                                 ClockUpdate);
    s->marvin = qdev_init_clock_in(dev, "marvin", rockchip_isp_clock_update, s,
                                   ClockUpdate);
    s->vicap = qdev_init_clock_in(dev, "vicap", rockchip_isp_clock_update, s,
                                  ClockUpdate);
    qdev_init_gpio_in_named(dev, rockchip_isp_set_power, "power", 1);
    qdev_init_gpio_in_named(dev, rockchip_isp_set_reset, "reset", 1);
    qdev_init_gpio_in_named(dev, rockchip_isp_set_bus, "bus", 1);
    memory_region_init_io(&s->mmio, obj, &rockchip_isp_ops, s,
                          TYPE_ROCKCHIP_ISP, ROCKCHIP_ISP_MMIO_SIZE);
    sysbus_init_mmio(bus, &s->mmio);
    sysbus_init_irq(bus, &s->irq_isp);
    sysbus_init_irq(bus, &s->irq_mi);
    sysbus_init_irq(bus, &s->irq_mipi);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, rockchip_isp_timer, s);
    s->pipe = rk_isp_pipe_new();
    s->ddr = g_malloc0(DDR_STATS_BYTES);
    s->refusal = g_strdup("");
    s->mi_delay_ns = MI_DELAY_NS;

    rockchip_add_counters(obj, rockchip_isp_counters);
    object_property_add_uint32_ptr(obj, "fault-hang", &s->fault_hang,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "fault-lost-irq", &s->fault_lost_irq,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "fault-size-error",
                                   &s->fault_size_error,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "fault-bus-error", &s->fault_bus_error,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "mi-delay-ns", &s->mi_delay_ns,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_bool(obj, "mi-first", rockchip_isp_get_mi_first,
                             rockchip_isp_set_mi_first);
    object_property_add_str(obj, "ccm-convention", rockchip_isp_get_convention,
                            rockchip_isp_set_convention);
    object_property_add_str(obj, "last-refusal", rockchip_isp_get_refusal,
                            NULL);
}

static void rockchip_isp_finalize(Object *obj)
{
    RockchipISPState *s = ROCKCHIP_ISP(obj);

    timer_free(s->timer);
    rk_isp_pipe_free(s->pipe);
    g_free(s->raw);
    g_free(s->ddr);
    g_free(s->refusal);
}

static void rockchip_isp_realize(DeviceState *dev, Error **errp)
{
    RockchipISPState *s = ROCKCHIP_ISP(dev);

    if (!s->dma_mr) {
        error_setg(errp, "property 'dma-memory' is not set");
        return;
    }
    address_space_init(&s->dma_as, s->dma_mr, TYPE_ROCKCHIP_ISP);
    if (s->iommu) {
        rockchip_iommu_set_retry(s->iommu, rockchip_isp_retry, s);
    }
}

/* Times are inferred, see README-isp.md. */
static const Property rockchip_isp_properties[] = {
    DEFINE_PROP_UINT32("start-ns", RockchipISPState, start_ns, 1000),
    DEFINE_PROP_LINK("iommu", RockchipISPState, iommu, TYPE_ROCKCHIP_IOMMU,
                     RockchipIOMMUState *),
    DEFINE_PROP_LINK("dma-memory", RockchipISPState, dma_mr,
                     TYPE_MEMORY_REGION, MemoryRegion *),
};

/* A frame in flight cannot be carried over. */
static const VMStateDescription rockchip_isp_vmstate = {
    .name = TYPE_ROCKCHIP_ISP,
    .unmigratable = 1,
};

static void rockchip_isp_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rockchip_isp_build_access();
    dc->desc = "Rockchip ISP 3.0";
    dc->realize = rockchip_isp_realize;
    dc->vmsd = &rockchip_isp_vmstate;
    /* mapped, clocked and powered by the machine */
    dc->user_creatable = false;
    device_class_set_props(dc, rockchip_isp_properties);
    rc->phases.hold = rockchip_isp_reset_hold;
}

static const TypeInfo rockchip_isp_info = {
    .name = TYPE_ROCKCHIP_ISP,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(RockchipISPState),
    .instance_init = rockchip_isp_init,
    .instance_finalize = rockchip_isp_finalize,
    .class_init = rockchip_isp_class_init,
};

static void rockchip_isp_register_types(void)
{
    type_register_static(&rockchip_isp_info);
}

type_init(rockchip_isp_register_types)
