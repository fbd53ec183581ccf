/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: registers of one ISP instance
 *
 * Offsets from its base (hardware notes, ISP registers 2-5; "R" in this driver's
 * comments). Only what the driver uses.
 */
#ifndef _ISP_REGS_H_
#define _ISP_REGS_H_

#include <linux/bits.h>
#include <linux/types.h>

/* Everything the driver touches lies below. */
#define ISP_REGS_END			0x5800

/* R 2.1 control */
#define ISP_VI_CLK_CTRL			0x000c
#define ISP_VI_CLK_CTRL_ON		0x9 /* 3A and raw */
#define ISP_VI_ICCL			0x0010
#define ISP_VI_ICCL_ON			0x5f7b
#define ISP_VI_IRCL			0x0014
#define ISP_VI_IRCL_ALL			0xffff
#define ISP_VI_DPCL			0x0018
#define ISP_VI_DPCL_MP			0x205
#define ISP_VI_DPCL_MP_SP		0x20d
#define ISP_SWS_CFG			0x001c
#define ISP_SWS_CFG_READ_BACK		0xc
#define ISP_SWS_CFG_3A_TO_DDR		BIT(24)

/* R 2.9 effects */
#define ISP_IE_CTRL			0x0200
#define ISP_IE_CTRL_EN			BIT(0)
#define ISP_IE_CTRL_MODE_SHIFT		1
#define ISP_IE_CTRL_CFG_UPD		BIT(4)
#define ISP_IE_CTRL_FULL_RANGE		BIT(5)
#define ISP_IE_COLOR_SEL		0x0204
#define ISP_IE_MAT(n)			(0x0208 + 4 * (n))
#define ISP_IE_TINT			0x021c

/* R 2.2 core */
#define ISP_CTRL0			0x0400
#define ISP_CTRL0_ENABLE		BIT(0)
#define ISP_CTRL0_MODE_BAYER		(3 << 1)
#define ISP_CTRL0_INFORM_ENABLE		BIT(4)
#define ISP_CTRL0_AWB_GAIN		BIT(7)
#define ISP_CTRL0_CFG_UPD_PERMANENT	BIT(8)
#define ISP_CTRL0_CFG_UPD		BIT(9)
#define ISP_CTRL0_CSM_FULL		(BIT(13) | BIT(14))
#define ISP_CTRL1			0x0404
#define ISP_CTRL1_BAYER_SHIFT		3
#define ISP_CTRL1_FIRST_YNR		BIT(23)
#define ISP_CTRL1_FIRST_DRC		BIT(24)
#define ISP_CTRL1_FIRST_CNR		BIT(26)
#define ISP_CTRL1_FIRST_MASK		GENMASK(27, 23)
#define ISP_CTRL1_BIG_MODE		(BIT(28) | BIT(29))
#define ISP_ACQ_H_OFFS			0x0408
#define ISP_ACQ_V_OFFS			0x040c
#define ISP_ACQ_H_SIZE			0x0410
#define ISP_ACQ_V_SIZE			0x0414
#define ISP_ACQ_NR_FRAMES		0x0418
#define ISP_AWB_GAIN_G(n)		(0x0538 + 8 * (n))
#define ISP_AWB_GAIN_RB(n)		(0x053c + 8 * (n))
#define ISP_CSM_COEFF(n)		(0x0570 + 4 * (n))
#define ISP_OUT_H_OFFS			0x0594
#define ISP_OUT_V_OFFS			0x0598
#define ISP_OUT_H_SIZE			0x059c
#define ISP_OUT_V_SIZE			0x05a0
#define ISP_IMSC			0x05bc
#define ISP_RIS				0x05c0
#define ISP_ICR				0x05c8
#define ISP_INT_FRAME			BIT(1)
#define ISP_INT_PIC_SIZE		BIT(3)
#define ISP_INT_LSC_LUT			BIT(16)
#define ISP_INT_ERRORS			(ISP_INT_PIC_SIZE | ISP_INT_LSC_LUT)
#define ISP_3A_IMSC			0x05d0
#define ISP_3A_RIS			0x05d4
#define ISP_3A_ICR			0x05dc
#define ISP_3A_AE_LITE			BIT(1)
#define ISP_3A_AF			BIT(10)
#define ISP_3A_DDR_DONE			BIT(12)
#define ISP_ERR				0x063c
#define ISP_ERR_CLR			0x0640

/* R 3.5 colour correction */
#define ISP_CCM_CTRL			0x0700
#define ISP_CCM_CTRL_EN			BIT(0)
#define ISP_CCM_CTRL_HIGHY_ADJ_DIS	BIT(1)
#define ISP_CCM_COEFF0(row)		(0x0704 + 8 * (row))
#define ISP_CCM_COEFF1(row)		(0x0708 + 8 * (row))
#define ISP_CCM_COEFF0_Y		0x071c
#define ISP_CCM_COEFF1_Y		0x0720
#define ISP_CCM_ALP_Y			0x0724
#define ISP_CCM_BOUND_BIT		0x0748

/* R 3.7 picture controls */
#define ISP_CPROC_CTRL			0x0800
#define ISP_CPROC_CTRL_EN		BIT(0)
#define ISP_CPROC_CTRL_Y_OUT_FULL	BIT(1)
#define ISP_CPROC_CTRL_Y_IN_FULL	BIT(2)
#define ISP_CPROC_CTRL_C_OUT_FULL	BIT(3)
#define ISP_CPROC_CONTRAST		0x0804
#define ISP_CPROC_BRIGHTNESS		0x0808
#define ISP_CPROC_SATURATION		0x080c
#define ISP_CPROC_HUE			0x0810

/* R 2.3 crop */
#define ISP_DUAL_CROP_CTRL		0x0880
#define ISP_DUAL_CROP_YUV(path)		(1 << (2 * (path)))
#define ISP_DUAL_CROP_CFG_UPD		BIT(5)
#define ISP_DUAL_CROP_H_OFFS(path)	(0x0884 + 0x10 * (path))
#define ISP_DUAL_CROP_V_OFFS(path)	(0x0888 + 0x10 * (path))
#define ISP_DUAL_CROP_H_SIZE(path)	(0x088c + 0x10 * (path))
#define ISP_DUAL_CROP_V_SIZE(path)	(0x0890 + 0x10 * (path))

/* R 3.6 gamma */
#define ISP_GOC_CTRL			0x0900
#define ISP_GOC_CTRL_EN			BIT(0)
#define ISP_GOC_CTRL_EQU_SEGM		BIT(1)
#define ISP_GOC_CTRL_DENSE		BIT(2)
#define ISP_GOC_OFFSET			0x0904
#define ISP_GOC_Y			0x0910

/* R 2.4 scalers of the main and the self path */
#define ISP_RSZ(path)			(0x0c00 + 0x400 * (path))
#define ISP_RSZ_CTRL			0x00
#define ISP_RSZ_CTRL_HY			BIT(0)
#define ISP_RSZ_CTRL_HC			BIT(1)
#define ISP_RSZ_CTRL_VY			BIT(2)
#define ISP_RSZ_CTRL_VC			BIT(3)
#define ISP_RSZ_CTRL_UP_SHIFT		4
#define ISP_RSZ_CTRL_CFG_UPD		BIT(8)
#define ISP_RSZ_HY			0x04
#define ISP_RSZ_HCB			0x08
#define ISP_RSZ_HCR			0x0c
#define ISP_RSZ_VY			0x10
#define ISP_RSZ_VC			0x14
#define ISP_RSZ_PHASE_HY		0x18
#define ISP_RSZ_PHASE_HC		0x1c
#define ISP_RSZ_PHASE_VY		0x20
#define ISP_RSZ_PHASE_VC		0x24
#define ISP_RSZ_LUT_ADDR		0x28
#define ISP_RSZ_LUT			0x2c
#define ISP_RSZ_LUT_ENTRIES		64

/* R 2.5 memory interface */
#define ISP_MI_WR_CTRL			0x1400
#define ISP_MI_WR_CTRL_EN(path)		BIT(path)
#define ISP_MI_WR_CTRL_AUTOUPDATE(path)	BIT(13 + (path))
#define ISP_MI_WR_CTRL_LUMA_BURST_SHIFT	16
#define ISP_MI_WR_CTRL_CHROMA_BURST_SHIFT 18
#define ISP_MI_WR_CTRL_INIT_BASE	BIT(20)
#define ISP_MI_WR_CTRL_INIT_OFFSET	BIT(21)
#define ISP_MI_WR_CTRL_FORMAT_SHIFT(path) (22 + 2 * (path))
#define ISP_MI_WR_CTRL_SP_IN_SHIFT	26
#define ISP_MI_WR_CTRL_SP_OUT_SHIFT	28
#define ISP_MI_WR_CTRL_SP_FULL		(BIT(8) | BIT(9))
#define ISP_MI_WR_INIT			0x1404
#define ISP_MI_WR_INIT_SOFT_UPD		BIT(4)
#define ISP_MI_WR_INIT_MP_OUT_SHIFT	5
#define ISP_MI_SP_LLENGTH		0x144c
#define ISP_MI_SP_PIC_WIDTH		0x1514
#define ISP_MI_SP_PIC_HEIGHT		0x1518
#define ISP_MI_SP_PIC_SIZE		0x151c
#define ISP_MI_MP_LLENGTH		0x15e8
#define ISP_MI_MP_PIC_WIDTH		0x15ec
#define ISP_MI_MP_PIC_HEIGHT		0x15f0
#define ISP_MI_MP_PIC_SIZE		0x15f4
#define ISP_MI_IMSC			0x14f8
#define ISP_MI_RIS			0x14fc
#define ISP_MI_ICR			0x1504
#define ISP_MI_INT_FRAME(path)		BIT(path)
#define ISP_MI_INT_BUS_ERR		BIT(30)
#define ISP_MI_INT_ALL			(BIT(0) | BIT(1) | ISP_MI_INT_BUS_ERR)
#define ISP_MI_XTD_FORMAT		0x1548
#define ISP_MI_WR_CTRL2			0x1800
#define ISP_MI_WR_CTRL2_SELF_UPD(path)	BIT(4 + (path))
#define ISP_MI_RD_CTRL2			0x1808
#define ISP_MI_RD_CTRL2_RAW		BIT(30)
#define ISP_RAWS_RD_BASE		0x1890
#define ISP_RAWS_RD_LENGTH		0x1894
#define ISP_DBR_WR_SIZE			0x1964
#define ISP_MI_3A_WR_BASE		0x197c

/* R 2.6 chroma format of the writers */
#define ISP_MPFBC_CTRL			0x18c0
#define ISP_MPFBC_CTRL_SEPARATE_YUV	BIT(8)
#define ISP_MPFBC_CTRL_422(path)	BIT(9 + (path))
#define ISP_MPFBC_CTRL_FORCE_UPD	BIT(31)

/* R 2.7 input buffer */
#define ISP_CSI2RX_CTRL0		0x1c00
#define ISP_CSI2RX_CTRL0_START		BIT(0)
#define ISP_CSI2RX_CTRL0_RDBK_FRAME1	(4 << 8)
#define ISP_CSI2RX_DATA_IDS_1		0x1c18
#define ISP_CSI2RX_MASK_PHY		0x1c30
#define ISP_CSI2RX_MASK_PACKET		0x1c34
#define ISP_CSI2RX_MASK_OVERFLOW	0x1c38
#define ISP_CSI2RX_MASK_STAT		0x1c3c
#define ISP_RAW_RD_CTRL			0x1c80
#define ISP_RAW_RD_PIC_SIZE		0x1c88

/* R 3.3 lens shading */
#define ISP_LSC_CTRL			0x2200
#define ISP_LSC_CTRL_EN			BIT(0)
#define ISP_LSC_CTRL_SECTOR_16X16	BIT(2)
#define ISP_LSC_ADDR(n)			(0x2204 + 4 * (n)) /* R, Gr, B, Gb */
#define ISP_LSC_DATA(n)			(0x2214 + 4 * (n))
#define ISP_LSC_XGRAD			0x2224
#define ISP_LSC_YGRAD			0x2234
#define ISP_LSC_XSIZE			0x2244
#define ISP_LSC_YSIZE			0x2254
#define ISP_LSC_TABLE_SEL		0x2264
#define ISP_LSC_BANK_WORDS		153

/* R 2.8 fixed crop, which must be programmed for the pipeline to run */
#define ISP_IS_CTRL			0x2300
#define ISP_IS_RECENTER			0x2304
#define ISP_IS_H_OFFS			0x2308
#define ISP_IS_V_OFFS			0x230c
#define ISP_IS_H_SIZE			0x2310
#define ISP_IS_V_SIZE			0x2314
#define ISP_IS_MAX_DX			0x2318
#define ISP_IS_MAX_DY			0x231c
#define ISP_IS_DISPLACE			0x2320

/* R 3.4 demosaic */
#define ISP_DEBAYER_CONTROL		0x2500
#define ISP_DEBAYER_CONTROL_EN		BIT(0)
#define ISP_DEBAYER_CONTROL_FILTER_G	BIT(4)
#define ISP_DEBAYER_CONTROL_FILTER_C	BIT(8)
#define ISP_DEBAYER_G_INTERP		0x2504
#define ISP_DEBAYER_FILTER1		0x2508
#define ISP_DEBAYER_FILTER2		0x250c
#define ISP_DEBAYER_OFFSET		0x2510
#define ISP_DEBAYER_C_FILTER		0x2514

/* R 4.2 luma noise reduction */
#define ISP_YNR_GLOBAL_CTRL		0x2700
#define ISP_YNR_RNR_MAX_R		0x2704
#define ISP_YNR_RNR_CENTER		0x2708
#define ISP_YNR_LOCAL_GAIN		0x270c
#define ISP_YNR_LOWNR_CTRL0		0x2710
#define ISP_YNR_LOWNR_CTRL1		0x2714
#define ISP_YNR_LOWNR_CTRL2		0x2718
#define ISP_YNR_LOWNR_CTRL3		0x271c
#define ISP_YNR_HIGHNR_CTRL0		0x2720
#define ISP_YNR_HIGHNR_CTRL1		0x2724
#define ISP_YNR_BASE_FILTER		0x2728
#define ISP_YNR_LOWNR_CTRL4		0x272c
#define ISP_YNR_GAUSS1			0x2730
#define ISP_YNR_GAUSS2			0x2734
#define ISP_YNR_DIRECTION_W		0x2738
#define ISP_YNR_SGM_DX			0x2740
#define ISP_YNR_LSGM_Y			0x2770
#define ISP_YNR_HSGM_Y			0x27a0
#define ISP_YNR_RNR_STRENGTH		0x27d0

/* R 4.3 chroma noise reduction */
#define ISP_CNR_CTRL			0x2800
#define ISP_CNR_EXGAIN			0x2804
#define ISP_CNR_GAIN_PARA		0x2808
#define ISP_CNR_GAIN_UV_PARA		0x280c
#define ISP_CNR_LMED3			0x2810
#define ISP_CNR_LBF5_GAIN		0x2814
#define ISP_CNR_LBF5_WEITD		0x2818
#define ISP_CNR_HMED3			0x2820
#define ISP_CNR_HBF5			0x2824
#define ISP_CNR_LBF3			0x2828
#define ISP_CNR_SIGMA			0x282c

/* R 4.4 sharpening */
#define ISP_SHARP_EN			0x2900
#define ISP_SHARP_RATIO			0x2904
#define ISP_SHARP_LUMA_DX		0x2908
#define ISP_SHARP_PBF_SIGMA_INV		0x290c
#define ISP_SHARP_BF_SIGMA_INV		0x2918
#define ISP_SHARP_SIGMA_SHIFT		0x2924
#define ISP_SHARP_EHF_TH		0x2928
#define ISP_SHARP_CLIP_HF		0x2934
#define ISP_SHARP_PBF_COEF		0x2940
#define ISP_SHARP_BF_COEF		0x2944
#define ISP_SHARP_GAUS_COEF		0x2948

/* R 4.6 green imbalance */
#define ISP_GIC_CONTROL			0x2f00
#define ISP_GIC_DIFF_PARA(n)		(0x2f00 + 4 * (n)) /* 1..4 */
#define ISP_GIC_NOISE_PARA(n)		(0x2f10 + 4 * (n)) /* 1..3 */
#define ISP_GIC_SIGMA			0x2f20

/* R 3.1 black level */
#define ISP_BLS_CTRL			0x3000
#define ISP_BLS_CTRL_EN			BIT(0)
#define ISP_BLS_CTRL_MEASURED		BIT(1)
#define ISP_BLS_CTRL_WINDOW_SHIFT	2
#define ISP_BLS_CTRL_BLS1_EN		BIT(4)
#define ISP_BLS_SAMPLES			0x3004
#define ISP_BLS_H_START(n)		(0x3008 + 0x10 * (n))
#define ISP_BLS_H_STOP(n)		(0x300c + 0x10 * (n))
#define ISP_BLS_V_START(n)		(0x3010 + 0x10 * (n))
#define ISP_BLS_V_STOP(n)		(0x3014 + 0x10 * (n))
#define ISP_BLS_FIXED(n)		(0x3028 + 4 * (n))
#define ISP_BLS_MEASURED(n)		(0x3038 + 4 * (n))

/* R 3.2 defect pixels, one copy per exposure */
#define ISP_DPCC(n)			(0x3400 + 0x100 * (n))
#define ISP_DPCC_COPIES			3
#define ISP_DPCC_MODE			0x00
#define ISP_DPCC_OUTPUT_MODE		0x04
#define ISP_DPCC_SET_USE		0x08
#define ISP_DPCC_METHODS(set)		(0x0c + 4 * (set))
#define ISP_DPCC_LINE_THRESH(set)	(0x18 + 0x14 * (set))
#define ISP_DPCC_LINE_MAD_FAC(set)	(0x1c + 0x14 * (set))
#define ISP_DPCC_PG_FAC(set)		(0x20 + 0x14 * (set))
#define ISP_DPCC_RND_THRESH(set)	(0x24 + 0x14 * (set))
#define ISP_DPCC_RG_FAC(set)		(0x28 + 0x14 * (set))
#define ISP_DPCC_RO_LIMITS		0x54
#define ISP_DPCC_RND_OFFS		0x58

/* R 4.7 exposure merge, off for a single exposure */
#define ISP_HDRMGE_CTRL			0x3800

/* R 4.8 dynamic range compression */
#define ISP_DRC_CTRL0			0x3900
#define ISP_DRC_CTRL1			0x3904
#define ISP_DRC_LPRATIO			0x3908
#define ISP_DRC_EXPLRATIO		0x390c
#define ISP_DRC_SIGMA			0x3910
#define ISP_DRC_SPACESGM		0x3914
#define ISP_DRC_RANESGM			0x3918
#define ISP_DRC_BILAT			0x391c
#define ISP_DRC_GAIN_Y			0x3920
#define ISP_DRC_COMPRES_Y		0x3944
#define ISP_DRC_SCALE_Y			0x3968
#define ISP_DRC_IIRWG_GAIN		0x398c

/* R 4.9 noise reduction of the raw picture */
#define ISP_BAYNR_CTRL			0x3a00
#define ISP_BAYNR_DGAIN0		0x3a04
#define ISP_BAYNR_DGAIN1		0x3a08
#define ISP_BAYNR_PIXDIFF		0x3a0c
#define ISP_BAYNR_THLD			0x3a10
#define ISP_BAYNR_W1_STRENG		0x3a14
#define ISP_BAYNR_SIGMAX		0x3a18
#define ISP_BAYNR_SIGMAY		0x3a38
#define ISP_BAYNR_WRIT_D		0x3a58
#define ISP_BAYNR_LG_OFF		0x3a5c
#define ISP_BAYNR_DAT_MAX		0x3a60

/* Measuring units have this in common (R 5). */
#define ISP_UNIT_EN			BIT(0)
#define ISP_UNIT_DONE			BIT(31)

/* R 5.1 exposure */
#define ISP_AE_LITE			0x4500
#define ISP_AE_BIG0			0x4400
#define ISP_AE_BIG1			0x4600
#define ISP_AE_BIG2			0x4700
#define ISP_AE_CTRL			0x00
#define ISP_AE_CTRL_WINDOW_SHIFT	1
#define ISP_AE_CTRL_SUBWIN_SHIFT	4
#define ISP_AE_BLK_SIZE			0x04
#define ISP_AE_OFFSET			0x08
#define ISP_AE_BIG_RAM_CTRL		0x0c
#define ISP_AE_LITE_MEAN		0x10
#define ISP_AE_BIG_SUBWIN_END(n)	(0x10 + 8 * (n))
#define ISP_AE_BIG_SUBWIN_START(n)	(0x14 + 8 * (n))
#define ISP_AE_BIG_SUMR			0x30
#define ISP_AE_BIG_SUMG			0x40
#define ISP_AE_BIG_SUMB			0x50
#define ISP_AE_BIG_MEAN			0x80

/* R 5.2 histograms */
#define ISP_HIST_LITE			0x4900
#define ISP_HIST_BIG0			0x4800
#define ISP_HIST_BIG1			0x4a00
#define ISP_HIST_BIG2			0x4b00
#define ISP_HIST_CTRL			0x00
#define ISP_HIST_CTRL_STEP_SHIFT	1
#define ISP_HIST_CTRL_MODE_SHIFT	8
#define ISP_HIST_CTRL_WATERLINE_SHIFT	12
#define ISP_HIST_CTRL_DATA_SEL_SHIFT	24
#define ISP_HIST_CTRL_WINDOW_SHIFT	28
#define ISP_HIST_SIZE			0x04
#define ISP_HIST_OFFS			0x08
#define ISP_HIST_RAM_CTRL		0x0c
#define ISP_HIST_RAW2Y			0x10
#define ISP_HIST_BIG_WRAM_CTRL		0x14
#define ISP_HIST_LITE_WEIGHT		0x40
#define ISP_HIST_BIG_WEIGHT		0x40 /* port */
#define ISP_HIST_BIN			0x80 /* port */

/* R 5.3 focus */
#define ISP_AF_CTRL			0x4d00
#define ISP_AF_OFFSET_WINA		0x4d04
#define ISP_AF_SIZE_WINA		0x4d08
#define ISP_AF_OFFSET_WINB		0x4d0c
#define ISP_AF_SIZE_WINB		0x4d10
#define ISP_AF_INT_LINE			0x4d14
#define ISP_AF_THRES			0x4d18
#define ISP_AF_VAR_SHIFT		0x4d20
#define ISP_AF_HVIIR_VAR_SHIFT		0x4d24
#define ISP_AF_SUM_B			0x4d28
#define ISP_AF_LUM_B			0x4d30
#define ISP_AF_GAMMA_Y			0x4d34
#define ISP_AF_INT_STATE		0x4d58
#define ISP_AF_HIIR_THRESH		0x4d5c
#define ISP_AF_H1_IIR1			0x4d60
#define ISP_AF_H_CURVEL			0x4d6c
#define ISP_AF_H1_IIR2			0x4d70
#define ISP_AF_H_CURVEH			0x4d7c
#define ISP_AF_H2_IIR1			0x4d80
#define ISP_AF_V_CURVEL			0x4d8c
#define ISP_AF_H2_IIR2			0x4d90
#define ISP_AF_V_CURVEH			0x4d9c
#define ISP_AF_V_IIR			0x4da0
#define ISP_AF_V_FIR			0x4dc4
#define ISP_AF_HIGHLIT_THRESH		0x4dd0
#define ISP_AF_HIGHLIT_CNT		0x4dd8
#define ISP_AF_RAM_DATA			0x4de0 /* port */

/* R 5.4 white balance */
#define ISP_AWB_CTRL			0x5000
#define ISP_AWB_BLK_CTRL		0x5004
#define ISP_AWB_WIN_OFFS		0x5008
#define ISP_AWB_WIN_SIZE		0x500c
#define ISP_AWB_LIMIT_RG_MAX		0x5010
#define ISP_AWB_LIMIT_BY_MAX		0x5014
#define ISP_AWB_LIMIT_RG_MIN		0x5018
#define ISP_AWB_LIMIT_BY_MIN		0x501c
#define ISP_AWB_RAM_CTRL		0x5650
#define ISP_AWB_WRAM_CTRL		0x5654
#define ISP_AWB_WRAM_DATA		0x5660 /* port */
#define ISP_AWB_RAM_DATA		0x5700 /* port */

/* R 6 layout of the statistics in memory */
#define ISP_DDR_STATS_SIZE		0x10000
#define ISP_DDR_AE_BIG(n)		(0x390 * (n))
#define ISP_DDR_AE_LITE			0x0ab0
#define ISP_DDR_HIST_BIG0		0x0c00
#define ISP_DDR_HIST_BIG1		0x1400
#define ISP_DDR_HIST_LITE		0x1000
#define ISP_DDR_AF			0x1c00
#define ISP_DDR_AWB			0x2b00

/* Sectors 8 to 15 do not follow the others: two in a register, n = 0..7. */
static inline u32 isp_lsc_sector(u32 reg, unsigned int n)
{
	return reg + 4 * n + (n < 4 ? 0 : 0x3c);
}

static inline u32 isp_ae_big(unsigned int n)
{
	return n ? ISP_AE_BIG1 + 0x100 * (n - 1) : ISP_AE_BIG0;
}

static inline u32 isp_hist_big(unsigned int n)
{
	return n ? ISP_HIST_BIG1 + 0x100 * (n - 1) : ISP_HIST_BIG0;
}

static inline u32 isp_ddr_hist_big(unsigned int n)
{
	return n ? ISP_DDR_HIST_BIG1 + 0x400 * (n - 1) : ISP_DDR_HIST_BIG0;
}

#endif /* _ISP_REGS_H_ */
