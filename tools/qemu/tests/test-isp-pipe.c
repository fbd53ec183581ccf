/*
 * Unit test of the ISP's pixels, without a guest
 *
 * Small vectors for each block, computed by hand from the formulas of the
 * hardware notes (ISP 3.3, 6, 7) and the choices of README-isp.md. The expected
 * numbers stand here as numbers or as a formula of the note; nothing is shared
 * with the model. TAP on stdout.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <stdarg.h>
#include <stdio.h>
#include "rockchip-isp-regs.h"
#include "rockchip-isp-pipe.h"

/*
 * TAP
 */

static unsigned tap_count, tap_failed;

__attribute__((format(printf, 2, 3)))
static void tap(bool ok, const char *format, ...)
{
    va_list ap;

    tap_count++;
    tap_failed += !ok;
    printf("%sok %u - ", ok ? "" : "not ", tap_count);
    va_start(ap, format);
    vprintf(format, ap);
    va_end(ap);
    putchar('\n');
}

/* Like tap(), and says what came instead. */
static void tap_is(long got, long want, const char *what)
{
    if (got == want) {
        tap(true, "%s", what);
    } else {
        tap(false, "%s # got %ld, want %ld", what, got, want);
    }
}

/*
 * One pipeline and its registers
 */

#define WIDTH   64
#define HEIGHT  48

static uint32_t reg[ISP_REGS_END / 4];
static uint32_t lsc[RK_ISP_LSC_CHANNELS][RK_ISP_LSC_WORDS];
static uint32_t weight[RK_ISP_BIG_UNITS][RK_ISP_WEIGHT_WORDS];
static uint8_t scale_lut[RK_ISP_NUM_PATHS][RK_ISP_SCALE_LUT];
static uint32_t bpt[RK_ISP_BPT_ENTRIES];
static uint16_t raw[HEIGHT][WIDTH];
static RkIspRegs regs = {
    .reg = reg, .lsc = lsc, .hist_weight = weight, .scale_lut = scale_lut,
    .bpt = bpt,
};
static RkIspPipe *pipe_;
static uint32_t done;

static void set(uint32_t addr, uint32_t value)
{
    reg[addr / 4] = value;
}

static void set_many(uint32_t addr, const uint32_t *values, unsigned num)
{
    memcpy(&reg[addr / 4], values, num * sizeof(*values));
}

/* Main path: written size and layout */
static void main_out(unsigned w, unsigned h, unsigned format, bool yuv422)
{
    set(A_MI_WR_CTRL, format << R_MI_WR_CTRL_MP_FORMAT_SHIFT);
    set(A_MP_WR_Y_LLENGTH, format == MI_FORMAT_INTERLEAVED ? 2 * w : w);
    set(A_MP_WR_Y_PIC_WIDTH, w);
    set(A_MP_WR_Y_PIC_HEIGHT, h);
    set(A_MI_WR_CTRL_SHD, 0x10001);
    regs.mpfbc_ctrl = 0x100 | yuv422 << R_MPFBC_CTRL_MP_YUV_MODE_SHIFT;
}

/*
 * A neutral set-up: 12-bit RGGB, all blocks off, CSM such that Y is green, Cb is
 * red and Cr is blue, each 12 bit over 16 (chroma plus 128); NV16.
 */
static void neutral(void)
{
    unsigned i;

    memset(reg, 0, sizeof(reg));
    memset(lsc, 0, sizeof(lsc));
    memset(weight, 0, sizeof(weight));
    memset(raw, 0, sizeof(raw));
    for (i = 0; i < RK_ISP_SCALE_LUT; i++) {
        scale_lut[0][i] = scale_lut[1][i] = i;
    }
    regs.dual_crop_ctrl = 0;
    regs.ccm_adds = false;
    regs.lsc_bank = 0;
    set(A_CSI2RX_DATA_IDS_1, DATA_TYPE_RAW12);
    set(A_RAW_RD_CTRL, 0x18);
    set(A_RAW_RD_PIC_SIZE, HEIGHT << 16 | WIDTH);
    set(A_RAWS_RD_LENGTH, 2 * WIDTH);
    set(A_ISP_CTRL0, 0x6000);
    set(A_ACQ_H_SIZE, WIDTH);
    set(A_ACQ_V_SIZE, HEIGHT);
    set(A_OUT_H_SIZE_SHD, WIDTH);
    set(A_OUT_V_SIZE_SHD, HEIGHT);
    set(A_IS_H_SIZE_SHD, WIDTH);
    set(A_IS_V_SIZE_SHD, HEIGHT);
    set(A_DEBAYER_CONTROL, 0x111);
    set(A_CC_COEFF_0 + 4, 0x80);
    set(A_CC_COEFF_0 + 12, 0x80);
    set(A_CC_COEFF_8, 0x80);
    main_out(WIDTH, HEIGHT, MI_FORMAT_SEMIPLANAR, true);
}

static RkIspStart begin(void)
{
    uint32_t err;

    return rk_isp_pipe_begin(pipe_, &regs, &err);
}

static void feed(const void *lines, unsigned num)
{
    rk_isp_pipe_lines(pipe_, lines, num);
}

static void run(void)
{
    if (begin() != RK_ISP_STARTED) {
        tap(false, "frame begins: %s", rk_isp_pipe_reason(pipe_));
        return;
    }
    feed(raw, HEIGHT);
    rk_isp_pipe_stats(pipe_, &done);
}

static const RkIspPlane *plane(unsigned path, unsigned n)
{
    return &rk_isp_pipe_output(pipe_, path)->plane[n];
}

static uint8_t at(unsigned n, unsigned x, unsigned y)
{
    const RkIspPlane *p = plane(RK_ISP_MP, n);

    return p->data[y * p->line_bytes + x];
}

static uint8_t luma(unsigned x, unsigned y)
{
    return at(0, x, y);
}

/* In the neutral set-up: red and blue as 8 bits */
static int red(unsigned x, unsigned y)
{
    return at(1, x & ~1u, y) - 128;
}

static int blue(unsigned x, unsigned y)
{
    return at(1, x | 1, y) - 128;
}

/* A flat picture; 12-bit values of the four positions of a quad */
static void flat4(unsigned a, unsigned b, unsigned c, unsigned d)
{
    unsigned x, y;

    for (y = 0; y < HEIGHT; y += 2) {
        for (x = 0; x < WIDTH; x += 2) {
            raw[y][x] = a;
            raw[y][x + 1] = b;
            raw[y + 1][x] = c;
            raw[y + 1][x + 1] = d;
        }
    }
}

static void flat(unsigned r, unsigned g, unsigned b)
{
    flat4(r, g, g, b);
}

static void grey(unsigned v)
{
    flat(v, v, v);
}

/*
 * Tests
 */

static void test_unpack(void)
{
    static const uint8_t ten[] = { 0x34, 0x56, 0x78, 0x9a, 0xbc };
    static const uint16_t ten_value[] = { 0x234, 0x215, 0x1a7, 0x2f2 };
    static const uint8_t twelve[] = { 0x34, 0x56, 0x78 };
    uint8_t line[2 * WIDTH], *lines = g_malloc0(2 * WIDTH * HEIGHT);
    unsigned i, y;
    bool ok;

    neutral();
    set(A_DEBAYER_CONTROL, 0);
    set(A_CSI2RX_DATA_IDS_1, DATA_TYPE_RAW8);
    set(A_RAW_RD_CTRL, 0);
    memset(lines, 0x5a, WIDTH * HEIGHT);
    begin();
    tap_is(rk_isp_pipe_line_bytes(pipe_), WIDTH, "8 bit: a byte a pixel");
    feed(lines, HEIGHT);
    tap_is(luma(3, 3), 0x5a, "8 bit goes to the top");

    set(A_CSI2RX_DATA_IDS_1, DATA_TYPE_RAW10);
    for (i = 0; i < WIDTH * 10 / 8; i++) {
        line[i] = ten[i % 5];
    }
    for (y = 0; y < HEIGHT; y++) {
        memcpy(lines + y * WIDTH * 10 / 8, line, WIDTH * 10 / 8);
    }
    begin();
    feed(lines, HEIGHT);
    for (ok = true, i = 0; i < WIDTH; i++) {
        ok &= luma(i, 1) == (ten_value[i % 4] * 4 + 8) / 16;
    }
    tap(ok, "10 bit packed: four pixels in five bytes");

    set(A_CSI2RX_DATA_IDS_1, DATA_TYPE_RAW12);
    for (i = 0; i < WIDTH * HEIGHT * 3 / 2; i++) {
        lines[i] = twelve[i % 3];
    }
    begin();
    feed(lines, HEIGHT);
    tap(luma(0, 0) == (0x634 + 8) / 16 && luma(1, 0) == (0x785 + 8) / 16,
        "12 bit packed: two pixels in three bytes");

    set(A_CSI2RX_DATA_IDS_1, DATA_TYPE_RAW10);
    set(A_RAW_RD_CTRL, 0x18);
    grey(0xfd00 | 0x155);
    run();
    tap_is(luma(0, 0), (0x155 * 4 + 8) / 16, "10 bit in the low bits");
    set(A_RAW_RD_CTRL, 0x08);
    grey(0x155 << 6 | 0x3f);
    run();
    tap_is(luma(0, 0), (0x155 * 4 + 8) / 16, "10 bit in the high bits");
    g_free(lines);
}

static void test_bls(void)
{
    static const uint32_t levels[] = { 256, 512, 0x1f00, 4095 };
    static const unsigned colours[4][4] = {
        /* values of A, B, C, D for red 100, Gr 60, Gb 20, blue 5 (times 16) */
        { 100, 60, 20, 5 }, { 60, 100, 5, 20 },
        { 20, 5, 100, 60 }, { 5, 20, 60, 100 },
    };
    unsigned order, i;

    neutral();
    set(A_DEBAYER_CONTROL, 0);
    set_many(A_BLS_A_FIXED, levels, 4);
    flat4(1600, 500, 1600, 4095);
    run();
    tap_is(luma(0, 0), 100, "BLS off");
    set(A_BLS_CTRL, 1);
    run();
    tap_is(luma(0, 0), (1600 - 256) / 16, "BLS: A");
    tap_is(luma(1, 0), 0, "BLS: clipped at 0");
    tap_is(luma(0, 1), (1600 + 256) / 16, "BLS: a negative level adds");
    tap_is(luma(1, 1), 0, "BLS: D");

    set(A_BLS_CTRL, 0x10);
    set(A_BLS1_A_FIXED, 160);
    run();
    tap_is(luma(0, 0), 90, "BLS1");

    set(A_BLS_CTRL, 3);
    set(A_BLS_A_MEASURED, 320);
    run();
    tap_is(luma(0, 0), 80, "BLS: measured");

    for (order = 0; order < 4; order++) {
        const unsigned *c = colours[order];

        neutral();
        set(A_ISP_CTRL1, order << 3);
        flat4(c[0] * 16, c[1] * 16, c[2] * 16, c[3] * 16);
        run();
        /* at a red pixel green is the mean of all four */
        i = luma(10 + (order & 1), 10 + (order >> 1));
        tap(red(9, 9) == 100 && blue(9, 9) == 5 && i == 40,
            "Bayer order %u: red %d, green %u, blue %d", order, red(9, 9), i,
            blue(9, 9));
    }
}

static void test_bls_measurement(void)
{
    const RkIspStats *stats;
    unsigned x, y;

    neutral();
    grey(3000);
    for (y = 8; y < 16; y++) {
        for (x = 4; x < 20; x++) {
            raw[y][x] = 100 + 10 * ((y & 1) * 2 + (x & 1)) + (x >= 12 ? 8 : 0);
        }
    }
    set(A_BLS_CTRL, 1 | 1 << 2);
    set(A_BLS_H1_START, 4);
    set(A_BLS_H1_START + 4, 20);
    set(A_BLS_H1_START + 8, 8);
    set(A_BLS_H1_START + 12, 16);
    set(A_BLS_SAMPLES, 5);
    run();
    stats = rk_isp_pipe_stats(pipe_, &done);
    /* 32 samples: half of them brighter by 8 */
    tap(stats->bls_measured[0] == 104 && stats->bls_measured[1] == 114 &&
        stats->bls_measured[2] == 124 && stats->bls_measured[3] == 134,
        "BLS: averages of a window");
}

static void test_sdg(void)
{
    unsigned i;

    neutral();
    set(A_DEBAYER_CONTROL, 0);
    set(A_ISP_CTRL0, 0x6040);
    /* 16 steps of 256: the curves of green and blue are flat */
    set(A_GAMMA_DX_LO, 0x44444444);
    set(A_GAMMA_DX_HI, 0x44444444);
    for (i = 0; i < 17; i++) {
        set(A_GAMMA_R_Y0 + 4 * i, MIN(i * i * 16, 4095));
        set(A_GAMMA_G_Y0 + 4 * i, 1600);
        set(A_GAMMA_B_Y0 + 4 * i, 800);
    }
    flat(5 * 256 + 64, 9, 4095);
    run();
    /* point 5 is 400, point 6 is 576 */
    tap_is(luma(0, 0), (400 + 176 * 64 / 256 + 8) / 16, "SDG: between points");
    tap(luma(1, 0) == 100 && luma(1, 1) == 50, "SDG: a curve for each colour");
}

/* Sector sizes and gradients for a 16 x 16 grid */
static void lsc_grid(const unsigned *xs, const unsigned *ys)
{
    unsigned i;

    for (i = 0; i < 16; i++) {
        unsigned at_x = (i < 8 ? R_LSC_XSIZE_01 : R_LSC_XSIZE_89) + i % 8 / 2;
        unsigned at_y = (i < 8 ? R_LSC_YSIZE_01 : R_LSC_YSIZE_89) + i % 8 / 2;
        unsigned gx = (i < 8 ? R_LSC_XGRAD_01 : R_LSC_XGRAD_89) + i % 8 / 2;
        unsigned gy = (i < 8 ? R_LSC_YGRAD_01 : R_LSC_YGRAD_89) + i % 8 / 2;
        unsigned shift = 16 * (i % 2);

        reg[at_x] |= xs[i] << shift;
        reg[at_y] |= ys[i] << shift;
        reg[gx] |= (32768 / xs[i] & 0xfff) << shift;
        reg[gy] |= (32768 / ys[i] & 0xfff) << shift;
    }
}

static void lsc_vertex(unsigned table, unsigned bank, unsigned x, unsigned y,
                       unsigned gain)
{
    uint32_t *word = &lsc[table][153 * bank + 9 * y + x / 2];

    *word &= x % 2 ? 0xffff : 0xffff0000;
    *word |= gain << (16 * (x % 2));
}

static void test_lsc(void)
{
    /* widths whose gradients fit 12 bits; they add up to a larger picture */
    enum { W = 256, H = 160 };
    uint16_t *big = g_malloc0(W * H * sizeof(*big));
    unsigned xs[16], ys[16], t, x, y, i;

    neutral();
    set(A_RAW_RD_PIC_SIZE, H << 16 | W);
    set(A_RAWS_RD_LENGTH, 2 * W);
    set(A_ACQ_H_SIZE, W);
    set(A_ACQ_V_SIZE, H);
    set(A_OUT_H_SIZE_SHD, W);
    set(A_OUT_V_SIZE_SHD, H);
    set(A_IS_H_SIZE_SHD, W);
    set(A_IS_V_SIZE_SHD, H);
    main_out(W, H, MI_FORMAT_SEMIPLANAR, true);
    set(A_DEBAYER_CONTROL, 0);
    set(A_LSC_CTRL, 5);
    for (i = 0; i < 16; i++) {
        xs[i] = 16;
        ys[i] = 10;
    }
    lsc_grid(xs, ys);
    for (t = 0; t < 4; t++) {
        for (y = 0; y < 17; y++) {
            for (x = 0; x < 17; x++) {
                lsc_vertex(t, 0, x, y, 1024);
                lsc_vertex(t, 1, x, y, 2048);
            }
        }
    }
    for (i = 0; i < W * H; i++) {
        big[i] = 1600;
    }
    begin();
    feed(big, H);
    for (t = 0, i = 0; i < W * H; i++) {
        t += plane(0, 0)->data[i] == 100;
    }
    tap_is(t, W * H, "LSC: gain 1.0 changes nothing");
    regs.lsc_bank = 1;
    begin();
    feed(big, H);
    tap_is(luma(77, 55), 200, "LSC: bank 1");

    /* one raised vertex in the red table: (2, 3) at pixel (32, 30) */
    regs.lsc_bank = 0;
    lsc_vertex(0, 0, 2, 3, 2048);
    begin();
    feed(big, H);
    tap_is(luma(32, 30), 200, "LSC: at a vertex");
    tap_is(luma(40, 30), 150, "LSC: half way along a line");
    tap_is(luma(24, 30), 150, "LSC: half way before it");
    tap_is(luma(32, 34), 160, "LSC: 4 of 10 lines below, with gradient 3276");
    tap_is(luma(40, 34), 130, "LSC: both");
    tap(luma(33, 30) == 100 && luma(32, 31) == 100, "LSC: red only");
    tap(luma(48, 30) == 100 && luma(32, 40) == 100, "LSC: ends at neighbours");

    /* the tables of green in red and blue rows, and of blue */
    lsc_vertex(1, 0, 0, 0, 512);
    lsc_vertex(2, 0, 0, 0, 1536);
    lsc_vertex(3, 0, 0, 0, 3072);
    begin();
    feed(big, H);
    /* pixels (1, 0), (1, 1), (0, 1): one or both coordinates a step away */
    tap(luma(1, 0) == 53 && luma(1, 1) == 142 && luma(0, 1) == 255,
        "LSC: tables in the order R, Gr, B, Gb");

    xs[3] = 17;
    set(A_LSC_XSIZE_01 + 4, 17 << 16 | 16);
    begin();
    feed(big, H);
    tap(rk_isp_pipe_lsc_error(pipe_) && luma(32, 30) == 100,
        "LSC: sectors that do not add up");

    /* 8 sizes, mirrored */
    set(A_LSC_CTRL, 1);
    set(A_LSC_XSIZE_01, 12 << 16 | 20);
    set(A_LSC_XSIZE_01 + 4, 16 << 16 | 16);
    begin();
    tap(!rk_isp_pipe_lsc_error(pipe_), "LSC: mirrored sectors");
    g_free(big);
}

static void test_awb_gain(void)
{
    neutral();
    set(A_DEBAYER_CONTROL, 0);
    set(A_ISP_CTRL0, 0x6080);
    set(A_AWB_GAIN0_G, 0x0080 << 16 | 0x0200);
    set(A_AWB_GAIN0_RB, 0x0180 << 16 | 0x1000);
    grey(800);
    run();
    tap_is(luma(0, 0), 75, "AWB gain: red 1.5");
    tap_is(luma(1, 0), 25, "AWB gain: Gr 0.5");
    tap_is(luma(0, 1), 100, "AWB gain: Gb 2");
    tap_is(luma(1, 1), 255, "AWB gain: blue 16, clipped");
}

static void test_demosaic(void)
{
    neutral();
    /* single pixels in a black picture: red, Gr, Gb, blue */
    raw[10][10] = 3200;
    raw[10][31] = 3200;
    raw[31][10] = 3200;
    raw[31][31] = 3200;
    run();
    tap_is(luma(31, 10), 200, "demosaic: green at itself");
    tap(luma(30, 10) == 50 && luma(32, 10) == 50 && luma(31, 9) == 50 &&
        luma(31, 11) == 50, "demosaic: a quarter of green at its neighbours");
    tap(luma(10, 31) == 200 && luma(30, 9) == 0, "demosaic: nothing further");

    neutral();
    set(A_DEBAYER_CONTROL, 1);
    raw[20][20] = 1600;
    set(A_CC_COEFF_0, 0x80);
    set(A_CC_COEFF_0 + 4, 0);
    run();
    tap(luma(20, 20) == 100 && luma(19, 20) == 50 && luma(20, 21) == 50 &&
        luma(19, 19) == 25 && luma(21, 21) == 25 && luma(22, 20) == 0,
        "demosaic: red to its eight neighbours");

    /* the edges: a flat colour stays flat */
    neutral();
    flat(1600, 800, 320);
    run();
    tap(red(0, 0) == 100 && luma(0, 0) == 50 && blue(0, 0) == 20 &&
        red(63, 47) == 100 && luma(63, 47) == 50 && blue(63, 47) == 20 &&
        luma(63, 0) == 50 && blue(0, 47) == 20, "demosaic: edges");
}

static void ccm_set(const int *m, const int *off, unsigned alpha)
{
    unsigned i;

    set(A_CCM_CTRL, 1);
    for (i = 0; i < 3; i++) {
        set(A_CCM_COEFF0_R + 8 * i, (m[3 * i] & 0x7ff) |
            (uint32_t)(m[3 * i + 1] & 0x7ff) << 16);
        set(A_CCM_COEFF1_R + 8 * i, (m[3 * i + 2] & 0x7ff) |
            (uint32_t)(off[i] & 0x1fff) << 16);
    }
    set(A_CCM_COEFF0_Y, 0x4b << 16 | 0x26);
    set(A_CCM_COEFF1_Y, 0x0f);
    for (i = 0; i < 9; i++) {
        set(A_CCM_ALP_Y0 + 4 * i, alpha << 16 | alpha);
    }
}

static void test_ccm(void)
{
    static const int mix[9] = { 64, 64, 0, -128, 256, 0, 0, 0, 1023 };
    static const int none[3], off[3] = { 160, -160, 0 };
    static const int zero[9];
    unsigned i;

    neutral();
    flat(800, 1600, 320);
    ccm_set(mix, off, 0x400);
    run();
    tap_is(red(9, 9), 85, "CCM: (800 + 1600) / 2 + 160");
    tap_is(luma(9, 9), 140, "CCM: 2 * 1600 - 800 - 160");
    tap_is(blue(9, 9), 127, "CCM: 7.99 * 320, as much as chroma holds");
    ccm_set(mix, none, 0x200);
    run();
    tap_is(red(9, 9), 63, "CCM: half the way from 800 to 1200 is 1000");
    tap_is(luma(9, 9), 125, "CCM: half the way from 1600 to 2400 is 2000");
    ccm_set(zero, none, 0x400);
    run();
    tap_is(luma(9, 9), 0, "CCM plain: a zero matrix is black");
    regs.ccm_adds = true;
    run();
    tap(luma(9, 9) == 100 && red(9, 9) == 50,
        "CCM added to identity: a zero matrix changes nothing");
    ccm_set(mix, none, 0x200);
    run();
    tap_is(red(9, 9), 88, "CCM added to identity: 800 + 1200 / 2 = 1400");

    /* the strength follows luma: 0 up to 1024, full from 1280 on */
    regs.ccm_adds = false;
    ccm_set(zero, none, 0);
    for (i = 2; i < 9; i++) {
        set(A_CCM_ALP_Y0 + 4 * i, 0x400 << 16 | (i > 2 ? 0x400 : 0));
    }
    grey(640);
    run();
    tap_is(luma(9, 9), 40, "CCM: no strength in the dark");
    grey(1152);
    run();
    tap_is(luma(9, 9), 36, "CCM: half strength half way between two points");
    grey(1600);
    run();
    tap_is(luma(9, 9), 0, "CCM: full strength");
}

static void goc_point(unsigned i, unsigned y)
{
    reg[R_GOC_Y0 + i / 2] |= y << (16 * (i % 2));
}

static void test_goc(void)
{
    unsigned i;

    neutral();
    set(A_GOC_CTRL, 1);
    /* x of the points: 0..8 by 1, then four of 2, 4, 8 ... 512 */
    for (i = 0; i < 45; i++) {
        goc_point(i, i * 90);
    }
    grey(5);
    run();
    tap_is(luma(9, 9), (5 * 90 + 8) / 16, "GOC: fifth point");
    grey(15);
    run();
    tap_is(luma(9, 9), (11 * 90 + 45 + 8) / 16, "GOC: between points 11, 12");
    grey(2048 + 128);
    run();
    tap_is(luma(9, 9), (40 * 90 + 90 / 4 + 8) / 16,
           "GOC: a quarter of a segment of 512");
    grey(4095);
    run();
    tap_is(luma(9, 9), (43 * 90 + 89 + 8) / 16, "GOC: the end");
    set(A_GOC_OFFSET, 5);
    grey(0);
    run();
    tap_is(luma(9, 9), (5 * 90 + 8) / 16, "GOC: offset");

    neutral();
    set(A_GOC_CTRL, 5);
    goc_point(48, 4000);
    goc_point(47, 2000);
    grey(3840 + 128);
    run();
    tap_is(luma(9, 9), (3000 + 8) / 16, "GOC dense: segments of 256");
}

static void test_csm(void)
{
    static const uint32_t full[] = { 0x026, 0x04b, 0x00f, 0x1ea, 0x1d6, 0x040,
                                     0x040, 0x1ca, 0x1f6 };
    static const uint32_t limited[] = { 0x021, 0x042, 0x00d, 0x1ed, 0x1db,
                                        0x038, 0x038, 0x1d1, 0x1f7 };

    neutral();
    set_many(A_CC_COEFF_0, full, 9);
    flat(3200, 1600, 800);
    run();
    /* 38 * 3200 + 75 * 1600 + 15 * 800 = 253600; / 2048 = 123.8 */
    tap_is(luma(9, 9), 124, "CSM: Y");
    /* -22 * 3200 - 42 * 1600 + 64 * 800 = -86400; -42.2 */
    tap_is(at(1, 8, 9), 128 - 42, "CSM: Cb");
    /* 64 * 3200 - 54 * 1600 - 10 * 800 = 110400; 53.9 */
    tap_is(at(1, 9, 9), 128 + 54, "CSM: Cr");
    set(A_ISP_CTRL0, 0);
    set_many(A_CC_COEFF_0, limited, 9);
    grey(4095);
    run();
    tap_is(luma(9, 9), 235, "CSM limited: white, 240 clipped");
    grey(0);
    run();
    tap_is(luma(9, 9), 16, "CSM limited: black");
    tap_is(at(1, 8, 9), 128, "CSM limited: no colour");
    set(A_CC_COEFF_0, 0x21 | 0x20u << 24 | 0xf0 << 16);
    run();
    tap(luma(9, 9) == 48 && at(1, 8, 9) == 112, "CSM: offset fields");
}

static void test_chroma_422(void)
{
    unsigned x, y;

    neutral();
    set(A_DEBAYER_CONTROL, 0);
    /* columns: 0 everywhere, 1600 at column 20, 800 at column 31 */
    for (y = 0; y < HEIGHT; y++) {
        for (x = 0; x < WIDTH; x++) {
            raw[y][x] = x == 20 ? 1600 : x == 31 ? 800 : x ? 0 : 640;
        }
    }
    run();
    tap_is(red(20, 5), 50, "4:2:2: half of the even pixel itself");
    tap(red(30, 5) == 13 && red(32, 5) == 13,
        "4:2:2: a quarter of an odd pixel to both sides");
    tap_is(red(0, 5), 30, "4:2:2: the left edge repeats");
}

static void test_cproc(void)
{
    neutral();
    flat(480, 1600, 160);
    set(A_CPROC_CTRL, 0xf);
    set(A_CPROC_CONTRAST, 0x40);
    set(A_CPROC_SATURATION, 0x80);
    set(A_CPROC_BRIGHTNESS, 0xf6);
    run();
    tap_is(luma(9, 9), 40, "CPROC: contrast 0.5, brightness -10");
    tap(red(9, 9) == 30 && blue(9, 9) == 10, "CPROC: neutral chroma");
    set(A_CPROC_SATURATION, 0xc0);
    run();
    tap(red(9, 9) == 45 && blue(9, 9) == 15, "CPROC: saturation 1.5");
    set(A_CPROC_SATURATION, 0x80);
    set(A_CPROC_HUE, 0x80);
    run();
    tap(red(9, 9) == 10 && blue(9, 9) == -30, "CPROC: hue -90 degrees");
    set(A_CPROC_HUE, 0);
    set(A_CPROC_CONTRAST, 0x80);
    set(A_CPROC_BRIGHTNESS, 0);
    set(A_CPROC_CTRL, 0x1);
    grey(4095);
    run();
    tap(luma(9, 9) == 235 && at(1, 8, 9) == 240, "CPROC: limited ranges");
    set(A_CPROC_CTRL, 0x5);
    grey(160);
    run();
    tap_is(luma(9, 9), 26, "CPROC: full in, limited out adds 16");
}

static void test_effects(void)
{
    neutral();
    flat(480, 1600, 160);
    set(A_IE_CTRL, 1 | IE_MODE_BLACK_WHITE << 1);
    run();
    tap(luma(9, 9) == 100 && !red(9, 9) && !blue(9, 9), "IE: black and white");
    set(A_IE_CTRL, 1 | IE_MODE_NEGATIVE << 1);
    run();
    tap(luma(9, 9) == 155 && red(9, 9) == -31, "IE: negative");
    set(A_IE_CTRL, 1 | IE_MODE_SEPIA << 1);
    set(A_IE_TINT, 0x10 << 8 | 0xf0);
    run();
    tap(luma(9, 9) == 100 && red(9, 9) == -16 && blue(9, 9) == 16, "IE: sepia");
    set(A_IE_CTRL, 1 | 4 << 1);
    run();
    tap(luma(9, 9) == 100 && red(9, 9) == 30, "IE: emboss is bypassed");
}

static void test_dpcc(void)
{
    neutral();
    set(A_DEBAYER_CONTROL, 0);
    grey(800);
    raw[20][20] = 4000;
    raw[30][31] = 0;
    raw[0][0] = 4000;
    run();
    tap_is(luma(20, 20), 250, "DPCC off");
    set(A_DPCC_MODE, 5);
    set(A_DPCC_OUTPUT_MODE, 0xc);
    set(A_DPCC_SET_USE, 1);
    set(A_DPCC_METHODS_SET_1, (DPCC_RO | DPCC_RND) << 8 | DPCC_RO | DPCC_RND);
    set(A_DPCC_RND_THRESH_1, 0x0a0a);
    set(A_DPCC_RO_LIMITS, 5);
    run();
    tap(luma(20, 20) == 50 && luma(30, 30) == 50 && luma(31, 30) == 50 &&
        luma(0, 0) == 50, "DPCC: hot and dead pixels, corner too");
    set(A_DPCC_RND_THRESH_1, 0xff0a);
    run();
    tap(luma(20, 20) == 250 && luma(31, 30) == 50,
        "DPCC: thresholds of green and of the others");
    set(A_DPCC_SET_USE, 0);
    set(A_DPCC_BPT_CTRL, 2 | 0xc00);
    set(A_DPCC_BPT_NUMBER, 1);
    bpt[0] = 20 << 16 | 20;
    run();
    tap(luma(20, 20) == 50 && luma(31, 30) == 0, "DPCC: list");
    set(A_DPCC_BPT_NUMBER, 0);
    set(A_DPCC_SET_USE, 1);
    set(A_DPCC_METHODS_SET_1, DPCC_PG << 8);
    set(A_DPCC_PG_FAC_1, 8 << 8);
    run();
    tap(luma(20, 20) == 50 && luma(31, 30) == 0, "DPCC: peak gradient");
}

static uint32_t factor(unsigned in, unsigned out)
{
    return out > in ? ((in - 1) << 16) / (out - 1)
                    : ((out - 1) << 16) / (in - 1) + 1;
}

static void scaler(unsigned in_w, unsigned in_h, unsigned w, unsigned h)
{
    unsigned ctrl = 0;

    if (in_w != w) {
        ctrl |= 3 | (w > in_w ? 0x30 : 0);
        set(A_RSZ_SCALE_HY_SHD, factor(in_w, w));
        set(A_RSZ_SCALE_HCB_SHD, factor(in_w / 2, w / 2));
        set(A_RSZ_SCALE_HCR_SHD, factor(in_w / 2, w / 2));
    }
    if (in_h != h) {
        ctrl |= 0xc | (h > in_h ? 0xc0 : 0);
        set(A_RSZ_SCALE_VY_SHD, factor(in_h, h));
        set(A_RSZ_SCALE_VC_SHD, factor(in_h, h));
    }
    set(A_RSZ_CTRL_SHD, ctrl);
}

static void test_crop(void)
{
    unsigned x, y;

    neutral();
    set(A_DEBAYER_CONTROL, 0);
    for (y = 0; y < HEIGHT; y++) {
        for (x = 0; x < WIDTH; x++) {
            raw[y][x] = 16 * (2 * x + y);
        }
    }
    set(A_ACQ_H_OFFS, 4);
    set(A_ACQ_V_OFFS, 2);
    set(A_ACQ_H_SIZE, 56);
    set(A_ACQ_V_SIZE, 44);
    set(A_OUT_H_OFFS_SHD, 2);
    set(A_OUT_V_OFFS_SHD, 3);
    set(A_OUT_H_SIZE_SHD, 50);
    set(A_OUT_V_SIZE_SHD, 40);
    set(A_IS_H_OFFS_SHD, 2);
    set(A_IS_V_OFFS_SHD, 1);
    set(A_IS_H_SIZE_SHD, 40);
    set(A_IS_V_SIZE_SHD, 32);
    regs.dual_crop_ctrl = 1;
    set(A_DUAL_CROP_M_H_OFFS_SHD, 6);
    set(A_DUAL_CROP_M_H_OFFS_SHD + 4, 5);
    set(A_DUAL_CROP_M_H_OFFS_SHD + 8, 20);
    set(A_DUAL_CROP_M_H_OFFS_SHD + 12, 10);
    main_out(20, 10, MI_FORMAT_SEMIPLANAR, true);
    run();
    tap(luma(0, 0) == 2 * (4 + 2 + 2 + 6) + 2 + 3 + 1 + 5 &&
        luma(19, 9) == luma(0, 0) + 2 * 19 + 9, "four crop windows");
    tap_is(plane(0, 0)->ready, 10, "crop: lines");
}

static void test_scaler(void)
{
    unsigned x, y;
    bool ok;

    neutral();
    set(A_DEBAYER_CONTROL, 0);
    for (y = 0; y < HEIGHT; y++) {
        for (x = 0; x < WIDTH; x++) {
            raw[y][x] = 16 * (2 * x + y);
        }
    }
    scaler(WIDTH, HEIGHT, 22, 12);
    main_out(22, 12, MI_FORMAT_SEMIPLANAR, true);
    run();
    /* 63 / 21 = 3 exactly; 47 / 11 has a fraction */
    for (ok = true, x = 0; x < 22; x++) {
        ok &= luma(x, 0) == 6 * x;
    }
    tap(ok, "scaler: every third pixel");
    /* 47 / 11 = 4 + 3 / 11: 17 of 64 */
    tap_is(luma(0, 1), (4 * 47 + 5 * 17 + 32) / 64, "scaler: between lines");
    tap(luma(21, 11) == 126 + 47 && plane(0, 0)->ready == 12,
        "scaler: last pixel is the last pixel");

    scaler(WIDTH, HEIGHT, 190, 142);
    main_out(190, 142, MI_FORMAT_SEMIPLANAR, true);
    run();
    /* 63 / 189 = 1 / 3: 21 of 64 */
    tap(luma(3, 0) == 2 && luma(1, 0) == (0 * 43 + 2 * 21 + 32) / 64 &&
        luma(189, 141) == 126 + 47 && plane(0, 0)->ready == 142,
        "scaler: up");
    tap(plane(0, 1)->ready == 142, "scaler: chroma lines");

    memset(scale_lut, 0, sizeof(scale_lut));
    run();
    tap(luma(1, 0) == 0 && luma(5, 0) == 2, "scaler: empty table, no weights");

    set(A_RSZ_SCALE_HY_SHD, factor(WIDTH, 190) + 1);
    tap_is(begin(), RK_ISP_REFUSED, "scaler: wrong factor");
}

static void test_formats(void)
{
    unsigned x, y;

    neutral();
    set(A_DEBAYER_CONTROL, 0);
    for (y = 0; y < HEIGHT; y++) {
        for (x = 0; x < WIDTH; x++) {
            raw[y][x] = 16 * (y + 8 * (x >= 32));
        }
    }
    main_out(WIDTH, HEIGHT, MI_FORMAT_INTERLEAVED, true);
    set(A_CC_COEFF_8, 0x40);
    run();
    /* Cr at half the gain: rounded up at a half */
    tap(at(0, 4, 9) == 128 + 9 && at(0, 5, 9) == 9 && at(0, 6, 9) == 133 &&
        at(0, 7, 9) == 9, "UYVY");
    tap_is(rk_isp_pipe_output(pipe_, 0)->num_planes, 1, "UYVY: one plane");
    main_out(WIDTH, HEIGHT, MI_FORMAT_INTERLEAVED, false);
    tap_is(begin(), RK_ISP_REFUSED, "interleaved 4:2:0 does not exist");

    main_out(WIDTH, HEIGHT, MI_FORMAT_SEMIPLANAR, false);
    run();
    /* lines 8 and 9: Cb 136 and 137 average to 137 */
    tap(plane(0, 1)->lines == HEIGHT / 2 && plane(0, 1)->ready == HEIGHT / 2 &&
        at(1, 0, 4) == 137 && at(1, 1, 4) == 133 && luma(0, 9) == 9, "NV12");
    set(A_WR_XTD_FORMAT_CTRL, 1);
    run();
    tap(at(1, 0, 4) == 133 && at(1, 1, 4) == 137, "NV21");
    main_out(WIDTH, HEIGHT, MI_FORMAT_SEMIPLANAR, true);
    run();
    tap(at(1, 0, 9) == 133 && at(1, 1, 9) == 137 &&
        plane(0, 1)->lines == HEIGHT, "NV61");
    main_out(WIDTH, HEIGHT, MI_FORMAT_PLANAR, false);
    run();
    tap(at(1, 31, 4) == 145 && at(2, 0, 4) == 133 &&
        plane(0, 2)->ready == HEIGHT / 2 && plane(0, 2)->stride == WIDTH / 2,
        "YUV420: three planes");
    main_out(WIDTH, HEIGHT, MI_FORMAT_PLANAR, true);
    run();
    tap(at(1, 0, 9) == 137 && plane(0, 1)->ready == HEIGHT, "YUV422P");

    /* the scaler makes 4:2:0 */
    set(A_WR_XTD_FORMAT_CTRL, 0);
    main_out(WIDTH, 24, MI_FORMAT_SEMIPLANAR, false);
    scaler(WIDTH, HEIGHT, WIDTH, 24);
    set(A_RSZ_SCALE_VC_SHD, factor(HEIGHT, 12));
    run();
    tap(plane(0, 0)->ready == 24 && plane(0, 1)->ready == 12 &&
        at(1, 0, 11) == 128 + 47, "NV12: chroma lines from the scaler");
    /* odd height */
    scaler(WIDTH, HEIGHT, WIDTH, 23);
    main_out(WIDTH, 23, MI_FORMAT_SEMIPLANAR, false);
    run();
    tap(plane(0, 0)->ready == 23 && plane(0, 1)->ready == 11, "odd height");
}

static void self_out(unsigned format, unsigned in, unsigned out, unsigned bytes)
{
    set(A_MI_WR_CTRL_SHD, 0x20002);
    set(A_MI_WR_CTRL, format << R_MI_WR_CTRL_SP_FORMAT_SHIFT |
        in << R_MI_WR_CTRL_SP_IN_FORMAT_SHIFT |
        out << R_MI_WR_CTRL_SP_OUT_FORMAT_SHIFT | 0x300);
    set(A_SP_WR_Y_LLENGTH, WIDTH * bytes);
    set(A_SP_WR_Y_PIC_WIDTH, WIDTH);
    set(A_SP_WR_Y_PIC_HEIGHT, HEIGHT);
    regs.mpfbc_ctrl = 0x100 | (out == MI_YUV_422) <<
                      R_MPFBC_CTRL_SP_YUV_MODE_SHIFT;
}

static void test_self_path(void)
{
    const uint8_t *p;

    neutral();
    flat(800, 1600, 480);
    self_out(MI_FORMAT_PLANAR, MI_YUV_400, MI_YUV_400, 1);
    run();
    tap(plane(1, 0)->data[5] == 100 &&
        rk_isp_pipe_output(pipe_, 1)->num_planes == 1, "self: GREY");
    tap(!rk_isp_pipe_output(pipe_, 0)->active, "self: main path is off");
    self_out(MI_FORMAT_SEMIPLANAR, MI_YUV_422, MI_YUV_420, 1);
    run();
    tap(plane(1, 1)->data[0] == 178 && plane(1, 1)->data[1] == 158 &&
        plane(1, 1)->ready == HEIGHT / 2, "self: NV12");

    /* Y 100, Cb 128 + 50, Cr 128 + 30 */
    self_out(MI_FORMAT_PLANAR, MI_YUV_422, MI_RGB888, 4);
    run();
    p = plane(1, 0)->data;
    /* R = 100 + 42.06, G = 100 - 17.2 - 21.4, B = 100 + 88.6 */
    tap(p[0] == 189 && p[1] == 61 && p[2] == 142 && p[3] == 0,
        "self: XBGR32, full range: %u %u %u", p[0], p[1], p[2]);
    self_out(MI_FORMAT_PLANAR, MI_YUV_422, MI_RGB565, 2);
    run();
    p = plane(1, 0)->data;
    tap((p[0] | p[1] << 8) == (142 >> 3 << 11 | 61 >> 2 << 5 | 189 >> 3),
        "self: RGB565");
    reg[R_MI_WR_CTRL] &= ~0x300u;
    set(A_MI_WR_CTRL, reg[R_MI_WR_CTRL] | 7u << 28);
    set(A_SP_WR_Y_LLENGTH, WIDTH * 4);
    run();
    p = plane(1, 0)->data;
    /* 1.1644 * 84 = 97.8; + 1.596 * 30, - 0.392 * 50 - 0.813 * 30, + 2.017 * 50 */
    tap(p[0] == 199 && p[1] == 54 && p[2] == 146,
        "self: XBGR32, limited range: %u %u %u", p[0], p[1], p[2]);
    self_out(MI_FORMAT_PLANAR, MI_YUV_422, 6, 4);
    tap_is(begin(), RK_ISP_REFUSED, "self: ARGB8888 is refused");
    self_out(MI_FORMAT_PLANAR, MI_YUV_400, MI_YUV_420, 1);
    tap_is(begin(), RK_ISP_REFUSED, "self: 4:2:0 from 4:0:0 is refused");
}

static void test_ae(void)
{
    const RkIspStats *s;
    unsigned x, y;

    neutral();
    flat4(1600, 800, 840, 323);
    for (y = 0; y < 10; y++) {
        for (x = 24; x < 36; x++) {
            raw[y][x] = 0;
        }
    }
    /* lite 1 x 1 over the whole picture but for two lines */
    set(RAWAE_LITE, 1);
    set(RAWAE_LITE + 4, (HEIGHT - 2) << 16 | WIDTH);
    /* big 1: 5 x 5 cells of 12 x 8 from (0, 2); a window of 4 x 4 */
    set(RAWAE_BIG1, 1 | 1 << 1 | 1 << 4 | 1 << 7);
    set(RAWAE_BIG1 + 4, 8 << 16 | 12);
    set(RAWAE_BIG1 + 8, 2 << 16);
    set(RAWAE_BIG1 + 0x10, 24 << 16 | 14);
    set(RAWAE_BIG1 + 0x14, 20 << 16 | 10);
    set(RAWAE_BIG1 + 0x28, 48 << 16 | 64);
    /* big 3: 15 x 15 of 4 x 2 */
    set(RAWAE_BIG3, 1 | 3 << 1);
    set(RAWAE_BIG3 + 4, 2 << 16 | 4);
    run();
    s = rk_isp_pipe_stats(pipe_, &done);
    run();
    tap_is(done & 0xf, 1 | 2 | 8, "AE: three units are done");
    /* 46 lines of 64, less 10 lines of 12: of 736 quads 30 are black */
    tap(s->ae_mean[RK_ISP_LITE][0] == ((1600 * 706 / 736) >> 2 << 22 |
        820 * 706 / 736 | (323 * 706 / 736) >> 2 << 12), "AE lite: mean");
    tap_is(s->ae_mean[RK_ISP_BIG1][2], 0, "AE big: black cell");
    tap_is(s->ae_mean[RK_ISP_BIG1][1], 400 << 22 | 80 << 12 | 820,
           "AE big: 12-bit green, 10-bit red and blue");
    tap_is(s->ae_mean[RK_ISP_BIG1][7], 400 << 22 | 80 << 12 | 820,
           "AE big: second row");
    tap(s->ae_sum[RK_ISP_BIG1][0][0] == 4 * 1600 &&
        s->ae_sum[RK_ISP_BIG1][1][0] == 4 * 800 + 4 * 840 &&
        s->ae_sum[RK_ISP_BIG1][2][0] == 4 * 323, "AE big: window 1");
    tap_is(s->ae_sum[RK_ISP_BIG1][0][3],
           1600 * ((WIDTH / 2) * (HEIGHT / 2) - 30), "AE big: window 4");
    tap(s->ae_mean[RK_ISP_BIG3][224] == (400 << 22 | 80 << 12 | 820) &&
        s->ae_mean[RK_ISP_BIG3][7] == 0, "AE big: 15 x 15");

    set(RAWAE_LITE + 4, HEIGHT << 16 | WIDTH);
    run();
    tap(!(done & 2) && rk_isp_pipe_stuck_units(pipe_) == 2,
        "AE: the last line is not left over");
    set(RAWAE_LITE + 4, 20 << 16 | 14);
    run();
    tap_is(rk_isp_pipe_stuck_units(pipe_), 2, "AE lite: too narrow");
}

static void test_hist(void)
{
    const RkIspStats *s;
    unsigned i;

    neutral();
    flat4(1600, 800, 840, 323);
    set(RAWHIST_LITE, 1 | RAWHIST_MODE_R << 8);
    set(RAWHIST_LITE + 4, 8 << 16 | 12);
    for (i = 0; i < 7; i++) {
        set(RAWHIST_LITE + A_RAWHIST_LITE_WEIGHT0 + 4 * i, 0x02020202);
    }
    set(RAWHIST_LITE + A_RAWHIST_LITE_WEIGHT0, 0x02020200);
    run();
    s = rk_isp_pipe_stats(pipe_, &done);
    run();
    tap_is(done, R_ISP3A_RIS_RAWHIST_CH0_MASK, "histogram: done");
    /* 24 cells of 6 x 4 quads, weight 2; the first cell has none */
    tap_is(s->hist[RK_ISP_LITE][100], 24 * 24 * 2, "histogram: red");
    set(RAWHIST_LITE, 1 | RAWHIST_MODE_G << 8 | 4u << 24);
    run();
    tap_is(s->hist[RK_ISP_LITE][820 & 0xff], 24 * 24 * 2,
           "histogram: green, lowest bits");
    set(RAWHIST_LITE, 1 | RAWHIST_MODE_B << 8 | 2u << 24);
    run();
    tap_is(s->hist[RK_ISP_LITE][323 >> 2], 24 * 24 * 2,
           "histogram: blue, bits 9 to 2");
    set(RAWHIST_LITE, 1 | RAWHIST_MODE_Y << 8);
    set(RAWHIST_LITE + A_RAWHIST_RAW2Y_CC, 64 | 160 << 8 | 32 << 16 | 9 << 24);
    run();
    tap_is(s->hist[RK_ISP_LITE][(1600 / 4 + 820 * 160 / 256 + 323 / 8 + 9) / 16],
           24 * 24 * 2, "histogram: luma");
    set(RAWHIST_LITE, 1 | RAWHIST_MODE_R << 8 | 3 << 1);
    run();
    tap_is(s->hist[RK_ISP_LITE][100], 24 * 2 * 4 * 2, "histogram: step 3");
    set(RAWHIST_LITE, 1 | RAWHIST_MODE_R << 8 | 1599 << 12);
    run();
    tap_is(s->hist[RK_ISP_LITE][100], 0, "histogram: waterline");
    set(RAWHIST_LITE, 0);

    set(RAWHIST_BIG2, 1 | RAWHIST_MODE_R << 8 | 2u << 28);
    set(RAWHIST_BIG2 + 4, 2 << 16 | 4);
    set(RAWHIST_BIG2 + 8, 2 << 16 | 2);
    /* cell 0 weighs 1, cell 224 weighs 63 */
    weight[1][0] = 1;
    weight[1][44] = 63u << 24;
    raw[30][58] = raw[30][60] = 3200;
    run();
    tap_is(done, R_ISP3A_RIS_RAWHIST_CH1_MASK, "big histogram: done");
    tap(s->hist[RK_ISP_BIG2][100] == 2 && s->hist[RK_ISP_BIG2][200] == 126,
        "big histogram: weights");
    set(RAWHIST_BIG2 + 4, 4 << 16 | 4);
    run();
    tap_is(rk_isp_pipe_stuck_units(pipe_), R_ISP3A_RIS_RAWHIST_CH1_MASK,
           "big histogram: too high");
}

static void test_awb(void)
{
    const RkIspStats *s;
    unsigned i;

    neutral();
    flat4(1600, 800, 832, 320);
    raw[0][0] = raw[0][2] = 3200;
    set(A_RAWAWB_CTRL, 1);
    set(A_RAWAWB_WIN_SIZE, 44 << 16 | 60);
    set(A_RAWAWB_LIMIT_RG_MAX, 0xff00ff);
    set(A_RAWAWB_LIMIT_BY_MAX, 0xff00ff);
    run();
    tap_is(done, 0, "AWB: needs BLK_CTRL");
    set(A_RAWAWB_BLK_CTRL, 1);
    run();
    s = rk_isp_pipe_stats(pipe_, &done);
    run();
    tap_is(done, R_ISP3A_RIS_RAWAWB_MASK, "AWB: done");
    /* means 200 and 100, 51, 20 of two quads a cell, in units of 1 / 1024 */
    for (i = 0; i < 225 &&
         s->awb[i][0] == (20 * 1024 | 51u * 1024 << 18) &&
         s->awb[i][1] == (uint32_t)(51 * 1024 >> 14 |
                                    (i ? 100 : 200) * 1024 << 4 | 1023u << 22);
         i++) {
        /* Search only. */
    }
    tap_is(i, 225, "AWB: sums and counts of all cells");
    raw[0][2] = 1600;
    set(A_RAWAWB_LIMIT_RG_MAX, 0xff0064);
    run();
    tap(s->awb[0][1] >> 22 == 511 &&
        (s->awb[0][1] >> 4 & 0x3ffff) == 50 * 1024,
        "AWB: a quad beyond the limit is left out");
    set(A_RAWAWB_LIMIT_RG_MIN, 0x340000);
    run();
    tap(s->awb[5][0] == 0 && s->awb[5][1] == 0, "AWB: lower limit of green");
}

static void test_awb_tap(void)
{
    const RkIspStats *s;
    unsigned xs[16], ys[16], t, x, y, i;

    neutral();
    grey(1600);
    for (i = 0; i < 16; i++) {
        xs[i] = WIDTH / 16;
        ys[i] = HEIGHT / 16;
    }
    lsc_grid(xs, ys);
    for (t = 0; t < 4; t++) {
        for (y = 0; y < 17; y++) {
            for (x = 0; x < 17; x++) {
                lsc_vertex(t, 0, x, y, 512);
            }
        }
    }
    set(A_LSC_CTRL, 5);
    set(A_ISP_CTRL0, 0x6080);
    set(A_RAWAWB_CTRL, 1);
    set(A_RAWAWB_BLK_CTRL, 1);
    set(A_RAWAWB_WIN_SIZE, 44 << 16 | 60);
    set(A_RAWAWB_LIMIT_RG_MAX, 0xff00ff);
    set(A_RAWAWB_LIMIT_BY_MAX, 0xff00ff);
    set(RAWAE_LITE, 1);
    set(RAWAE_LITE + 4, (HEIGHT - 2) << 16 | WIDTH);
    run();
    s = rk_isp_pipe_stats(pipe_, &done);
    tap((s->awb[7][0] & 0x3ffff) == 50 * 1024 && luma(9, 9) == 0,
        "AWB: after lens shading, before the gains");
    tap_is(s->ae_mean[RK_ISP_LITE][0] & 0xfff, 1600,
           "AE: before lens shading");
    set(A_RAWAWB_CTRL, 1 | 1 << 19);
    run();
    tap_is(s->awb[7][0] & 0x3ffff, 100 * 1024, "AWB: before lens shading");
}

static void test_af(void)
{
    const RkIspStats *s;

    neutral();
    grey(1000);
    /* a green pixel of the first cell (4 x 2 pixels from (2, 2)) and of window B */
    raw[2][3] = 1100;
    set(A_RAWAF_CTRL, 1);
    set(A_RAWAF_OFFSET_WINA, 2 << 16 | 2);
    set(A_RAWAF_SIZE_WINA, 60 << 16 | 30);
    set(A_RAWAF_OFFSET_WINB, 2 << 16 | 2);
    set(A_RAWAF_SIZE_WINB, 4 << 16 | 2);
    set(A_RAWAF_HIGHLIT_THRESH, 1050);
    run();
    s = rk_isp_pipe_stats(pipe_, &done);
    run();
    tap_is(done, R_ISP3A_RIS_RAWAF_MASK, "AF: done");
    /* (3, 2): v and h 100; (5, 2): h 100 */
    tap(s->af[0][0] == 100 && s->af[0][1] == 10000 && s->af[0][2] == 200 &&
        s->af[0][3] == 20000 && s->af[1][2] == 0, "AF: differences");
    /* greens of the window: (3, 2), (5, 2), (2, 3), (4, 3) */
    tap(s->af_sum_b == 30000 && s->af_lum_b == 4100 && s->af_highlit_b == 1,
        "AF: window B");
    set(A_RAWAF_HIIR_THRESH, 100 << 16 | 99);
    run();
    tap(s->af[0][0] == 0 && s->af[0][2] == 200, "AF: thresholds");
    set(A_RAWAF_SIZE_WINA, 60 << 16 | 31);
    run();
    tap_is(rk_isp_pipe_stuck_units(pipe_), R_ISP3A_RIS_RAWAF_MASK,
           "AF: not a multiple of 15");
}

static void test_bands(void)
{
    uint8_t *whole = g_malloc0(WIDTH * HEIGHT);
    unsigned x, y;

    neutral();
    for (y = 0; y < HEIGHT; y++) {
        for (x = 0; x < WIDTH; x++) {
            raw[y][x] = (x * 37 + y * 91) & 4095;
        }
    }
    set(A_DPCC_MODE, 5);
    set(A_DPCC_SET_USE, 1);
    set(A_DPCC_METHODS_SET_1, DPCC_PG << 8 | DPCC_PG);
    run();
    memcpy(whole, plane(0, 0)->data, WIDTH * HEIGHT);
    begin();
    for (y = 0; y < HEIGHT; y += 3) {
        feed(raw[y], 3);
    }
    tap(!memcmp(whole, plane(0, 0)->data, WIDTH * HEIGHT),
        "portions of a frame make the same picture");
    g_free(whole);
}

static void test_refusals(void)
{
    static const struct {
        uint32_t addr, value;
        RkIspStart result;
        const char *what;
    } cases[] = {
        { A_ACQ_H_SIZE, WIDTH + 2, RK_ISP_SIZE_ERROR, "ACQ too wide" },
        { A_ACQ_V_OFFS, 2, RK_ISP_SIZE_ERROR, "ACQ too low" },
        { A_ACQ_H_SIZE, WIDTH - 1, RK_ISP_SIZE_ERROR, "odd width" },
        { A_OUT_V_SIZE_SHD, HEIGHT + 1, RK_ISP_SIZE_ERROR, "OUT too high" },
        { A_IS_H_SIZE_SHD, 0, RK_ISP_SIZE_ERROR, "IS empty" },
        { A_IS_H_OFFS_SHD, 0xffffffff, RK_ISP_SIZE_ERROR, "IS far away" },
        { A_RAWS_RD_LENGTH, 2 * WIDTH - 1, RK_ISP_READ_SIZE_ERROR, "pitch" },
        { A_RAW_RD_CTRL, 0x60, RK_ISP_REFUSED, "channel" },
        { A_CSI2RX_DATA_IDS_1, 0x2e, RK_ISP_REFUSED, "RAW16" },
        { A_MP_WR_Y_LLENGTH, WIDTH - 1, RK_ISP_REFUSED, "writer's line" },
        { A_MP_WR_Y_PIC_WIDTH, 0, RK_ISP_REFUSED, "writer's width" },
        { A_MP_WR_Y_PIC_HEIGHT, HEIGHT - 2, RK_ISP_REFUSED, "no scaler" },
    };
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(cases); i++) {
        neutral();
        set(cases[i].addr, cases[i].value);
        tap_is(begin(), cases[i].result, cases[i].what);
        feed(raw, HEIGHT);
    }
    neutral();
    regs.dual_crop_ctrl = 1;
    tap_is(begin(), RK_ISP_REFUSED, "empty crop window");
    neutral();
    regs.mpfbc_ctrl = 0x200;
    tap_is(begin(), RK_ISP_REFUSED, "SEPARATE_YUV_CFG");
}

/* Whatever the registers hold: no crash, and no more lines than fit. */
static void test_any_registers(void)
{
    uint64_t state = 1;
    unsigned round, i, started = 0;

    for (round = 0; round < 3000; round++) {
        neutral();
        for (i = 0; i < 40; i++) {
            uint32_t value;

            state = state * 6364136223846793005ull + 1442695040888963407ull;
            value = state >> 32;
            /* windows and sizes are small, or nothing would ever begin */
            if (round % 2) {
                value &= 0x3f003f;
            }
            reg[(state >> 20) % (ISP_REGS_END / 4)] = value;
            raw[i][i] = value;
        }
        memset(lsc, round, sizeof(lsc));
        regs.dual_crop_ctrl = round % 5 == 0;
        if (begin() == RK_ISP_STARTED) {
            started++;
            if (rk_isp_pipe_line_bytes(pipe_) <= 2 * WIDTH &&
                rk_isp_pipe_height(pipe_) <= HEIGHT) {
                feed(raw, rk_isp_pipe_height(pipe_));
            }
        }
    }
    tap(started > 300, "any registers: %u of %u frames begin", started, round);
}

int main(void)
{
    pipe_ = rk_isp_pipe_new();
    test_unpack();
    test_bls();
    test_bls_measurement();
    test_sdg();
    test_lsc();
    test_awb_gain();
    test_demosaic();
    test_ccm();
    test_goc();
    test_csm();
    test_chroma_422();
    test_cproc();
    test_effects();
    test_dpcc();
    test_crop();
    test_scaler();
    test_formats();
    test_self_path();
    test_ae();
    test_hist();
    test_awb();
    test_awb_tap();
    test_af();
    test_bands();
    test_refusals();
    test_any_registers();
    rk_isp_pipe_free(pipe_);
    printf("1..%u\n", tap_count);
    return tap_failed != 0;
}
