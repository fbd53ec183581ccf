/*
 * Rockchip ISP 3.0: what becomes of one frame
 *
 * The image pipeline, the scalers and the statistics units as a function of
 * register contents and raw lines. Nothing here knows about QEMU, so that the
 * arithmetic can be tested without a guest.
 *
 * The caller begins a frame, feeds raw lines in portions of any size, and takes
 * finished lines of the output planes and finished statistics whenever it
 * likes. Registers may change between two portions: what the hardware does not
 * shadow then acts on the rest of the frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_ISP_PIPE_H
#define HW_ROCKCHIP_ISP_PIPE_H

/* Hardware notes, ISP 1.5 */
#define RK_ISP_MAX_WIDTH        4672
#define RK_ISP_MAX_HEIGHT       5544

#define RK_ISP_LSC_CHANNELS     4
#define RK_ISP_LSC_BANK_WORDS   153
#define RK_ISP_LSC_WORDS        (2 * RK_ISP_LSC_BANK_WORDS)
#define RK_ISP_WEIGHT_WORDS     45
#define RK_ISP_BIG_UNITS        3
#define RK_ISP_SCALE_LUT        64
#define RK_ISP_BPT_ENTRIES      2048
#define RK_ISP_GRID             15
#define RK_ISP_CELLS            (RK_ISP_GRID * RK_ISP_GRID)
#define RK_ISP_BINS             256
#define RK_ISP_AE_WINDOWS       4

/**
 * enum RkIspUnit - RAWAE and RAWHIST units, in the order of their interrupts
 * @RK_ISP_BIG1: RAWAE_BIG1, RAWHIST_BIG1
 * @RK_ISP_LITE: RAWAE_LITE, RAWHIST_LITE
 * @RK_ISP_BIG2: RAWAE_BIG2, RAWHIST_BIG2
 * @RK_ISP_BIG3: RAWAE_BIG3, RAWHIST_BIG3
 */
typedef enum RkIspUnit {
    RK_ISP_BIG1,
    RK_ISP_LITE,
    RK_ISP_BIG2,
    RK_ISP_BIG3,
    RK_ISP_NUM_UNITS,
} RkIspUnit;

/**
 * rk_isp_big_index() - Number of a "big" unit
 * @unit: not %RK_ISP_LITE
 */
static inline unsigned rk_isp_big_index(RkIspUnit unit)
{
    return unit > RK_ISP_LITE ? unit - 1 : 0;
}

typedef enum RkIspPath {
    RK_ISP_MP,
    RK_ISP_SP,
    RK_ISP_NUM_PATHS,
} RkIspPath;

/**
 * struct RkIspRegs - State of the instance that a frame depends on
 * @reg: the register file, one word per register, shadows at their addresses
 * @lsc: table memories in the order of their registers: R, Gr, B, Gb
 * @lsc_bank: active bank
 * @hist_weight: weight memories of RAWHIST_BIG1, 2, 3
 * @scale_lut: interpolation tables of the two scalers
 * @bpt: list of defective pixels
 * @dual_crop_ctrl: DUAL_CROP_CTRL as latched
 * @mpfbc_ctrl: MPFBC_CTRL as latched
 * @ccm_adds: the matrix is added to the identity (isp.md 5.6)
 */
typedef struct RkIspRegs {
    const uint32_t *reg;
    const uint32_t (*lsc)[RK_ISP_LSC_WORDS];
    unsigned lsc_bank;
    const uint32_t (*hist_weight)[RK_ISP_WEIGHT_WORDS];
    const uint8_t (*scale_lut)[RK_ISP_SCALE_LUT];
    const uint32_t *bpt;
    uint32_t dual_crop_ctrl;
    uint32_t mpfbc_ctrl;
    bool ccm_adds;
} RkIspRegs;

/**
 * enum RkIspStart - Whether a frame can begin
 * @RK_ISP_STARTED: it has begun
 * @RK_ISP_SIZE_ERROR: windows disagree; see the ISP_ERR bits
 * @RK_ISP_READ_SIZE_ERROR: pitch, size and depth of the raw frame disagree
 * @RK_ISP_REFUSED: nothing happens
 */
typedef enum RkIspStart {
    RK_ISP_STARTED,
    RK_ISP_SIZE_ERROR,
    RK_ISP_READ_SIZE_ERROR,
    RK_ISP_REFUSED,
} RkIspStart;

/**
 * struct RkIspPlane - One plane of an output picture
 * @data: its lines, @line_bytes each
 * @cap: bytes allocated
 * @line_bytes: bytes of a line that the writer stores
 * @stride: distance of lines in memory
 * @lines: lines of the plane
 * @ready: lines that are complete
 */
typedef struct RkIspPlane {
    uint8_t *data;
    size_t cap;
    uint32_t line_bytes;
    uint32_t stride;
    uint32_t lines;
    uint32_t ready;
} RkIspPlane;

/**
 * struct RkIspOutput - What a path produces
 * @active: the path writes this frame
 * @num_planes: planes in use: luma or packed pixels, Cb or both, Cr
 * @plane: the planes
 */
typedef struct RkIspOutput {
    bool active;
    unsigned num_planes;
    RkIspPlane plane[3];
} RkIspOutput;

/**
 * struct RkIspStats - Results of the statistics units, as registers show them
 * @ae_mean: block means
 * @ae_sum: sums of the sub-windows: R, G, B
 * @hist: bins
 * @af: v1, v2, h1, h2 of window A
 * @af_sum_b: sharpness of window B
 * @af_lum_b: luma of window B
 * @af_highlit_b: highlight count of window B
 * @awb: two words for each cell
 * @bls_measured: A, B, C, D
 */
typedef struct RkIspStats {
    uint32_t ae_mean[RK_ISP_NUM_UNITS][RK_ISP_CELLS];
    uint32_t ae_sum[RK_ISP_NUM_UNITS][3][RK_ISP_AE_WINDOWS];
    uint32_t hist[RK_ISP_NUM_UNITS][RK_ISP_BINS];
    uint32_t af[RK_ISP_CELLS][4];
    uint32_t af_sum_b;
    uint32_t af_lum_b;
    uint32_t af_highlit_b;
    uint32_t awb[RK_ISP_CELLS][2];
    uint32_t bls_measured[4];
} RkIspStats;

typedef struct RkIspPipe RkIspPipe;

/**
 * rk_isp_pipe_new() - A pipeline without a frame
 *
 * Free it with rk_isp_pipe_free().
 */
RkIspPipe *rk_isp_pipe_new(void);
void rk_isp_pipe_free(RkIspPipe *p);

/**
 * rk_isp_pipe_begin() - Begin a frame
 * @p: the pipeline
 * @r: the registers; geometry is taken now, the rest until the frame's end
 * @err: ISP_ERR bits for %RK_ISP_SIZE_ERROR
 *
 * A frame that had begun is forgotten. rk_isp_pipe_reason() explains a refusal.
 */
RkIspStart rk_isp_pipe_begin(RkIspPipe *p, const RkIspRegs *r, uint32_t *err);

/**
 * rk_isp_pipe_update() - Take over registers that changed during the frame
 * @p: the pipeline
 * @r: the registers
 */
void rk_isp_pipe_update(RkIspPipe *p, const RkIspRegs *r);

/**
 * rk_isp_pipe_lines() - Feed raw lines
 * @p: the pipeline
 * @raw: the lines, rk_isp_pipe_line_bytes() each
 * @num: how many
 */
void rk_isp_pipe_lines(RkIspPipe *p, const uint8_t *raw, unsigned num);

/* Geometry of the raw frame that has begun. */
uint32_t rk_isp_pipe_width(const RkIspPipe *p);
uint32_t rk_isp_pipe_height(const RkIspPipe *p);
uint32_t rk_isp_pipe_line_bytes(const RkIspPipe *p);

/**
 * rk_isp_pipe_output() - Output of a path
 * @p: the pipeline
 * @path: which one
 */
const RkIspOutput *rk_isp_pipe_output(const RkIspPipe *p, RkIspPath path);

/**
 * rk_isp_pipe_stats() - Results of the statistics units
 * @p: the pipeline
 * @done: gets the ISP3A_RIS bits of the units that finished since the last call
 */
const RkIspStats *rk_isp_pipe_stats(RkIspPipe *p, uint32_t *done);

/**
 * rk_isp_pipe_stuck_units() - Units that will never finish
 * @p: the pipeline
 *
 * Returns ISP3A_RIS bits; their windows break the rules of isp.md 6.2.
 */
uint32_t rk_isp_pipe_stuck_units(const RkIspPipe *p);

/**
 * rk_isp_pipe_stop_units() - The statistics clock is off
 * @p: the pipeline
 *
 * No unit finishes in this frame.
 */
void rk_isp_pipe_stop_units(RkIspPipe *p);

/**
 * rk_isp_pipe_lsc_error() - Whether the LSC table does not fit the picture
 * @p: the pipeline
 */
bool rk_isp_pipe_lsc_error(const RkIspPipe *p);

/**
 * rk_isp_pipe_reason() - Why the last frame did not begin
 * @p: the pipeline
 */
const char *rk_isp_pipe_reason(const RkIspPipe *p);

#endif
