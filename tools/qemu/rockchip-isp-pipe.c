/*
 * Rockchip ISP 3.0: what becomes of one frame
 *
 * Order of the blocks: raw unpacking, DPCC, BLS, SDG, LSC, AWB gain, BLS1,
 * demosaic, CCM, GOC, CSM, 4:2:2, CPROC, image effects; then for each path
 * crop, scaler and writer format. Lines run through it one by one; every block
 * keeps only the lines it needs.
 *
 * Chapters named in comments are those of the hardware notes, ISP ("R" = ISP
 * registers). What those leave open is marked "inferred" and collected in
 * README-isp.md. Blocks without documented arithmetic are bypassed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <math.h>
#include "qemu/bswap.h"
#include "rockchip-isp-regs.h"
#include "rockchip-isp-blocks.h"

#define PIXEL_VALUES    4096
#define PAD             8           /* pixels left and right of a line */
#define SECTORS         16
#define VERTICES        (SECTORS + 1)
#define VERTEX_WORDS    9           /* table words of a row of vertices */
#define CURVE_POINTS    17

/* Wider pictures need the line buffers in "big mode" (1.6). */
#define SMALL_MAX_WIDTH 2688
#define SMALL_MAX_AREA  (2688 * 1536)
#define MIN_SIZE        32

typedef struct DpccSet {
    unsigned methods[2];    /* green, red and blue */
    unsigned line_thresh[2], line_mad[2], pg[2], rnd[2], rg[2];
    unsigned ro_limit[2], rnd_offs[2];
} DpccSet;

struct RkIspPipe {
    const char *reason;

    /* Geometry of the frame */
    unsigned pic_w, pic_h;
    unsigned depth;
    bool container16, msb;
    uint32_t line_bytes;
    RkIspWindow acq;             /* in the raw frame */
    RkIspWindow view;            /* what leaves the ISP, in the ACQ window */
    RkIspBayer bayer;

    /* Progress */
    unsigned raw_y;

    /* DPCC */
    bool dpcc_on, dpcc_stage1, bpt_on;
    DpccSet dpcc_set[3];
    unsigned dpcc_sets;
    bool dpcc_centre[2], dpcc_3x3[2], bpt_centre[2], bpt_3x3[2];
    const uint32_t *bpt;
    unsigned bpt_num;
    uint16_t *raw[5];

    /* Tables; position 0..3 is that in the quad */
    bool level_on, gain_on;
    uint16_t lut_level[4][PIXEL_VALUES];
    uint16_t lut_gain[4][PIXEL_VALUES];
    uint16_t lut_tone[PIXEL_VALUES];
    bool tone_on;

    bool lsc_on, lsc_error;
    uint16_t lsc_gain[4][VERTICES][VERTICES];
    unsigned lsc_x[VERTICES], lsc_y[VERTICES];
    unsigned lsc_xgrad[SECTORS], lsc_ygrad[SECTORS];

    bool demosaic_on;
    bool ccm_on, ccm_adds, ccm_full_alpha;
    int ccm[9], ccm_offset[3], ccm_y[3];
    int ccm_alpha[CURVE_POINTS];
    int csm[9], csm_offset[2];
    int y_min, y_max, c_min, c_max;
    bool luma_lut_on, chroma_map_on;
    uint8_t luma_lut[256];
    int chroma_cos, chroma_sin;
    int chroma_min, chroma_max;
    unsigned effect;
    bool effect_on;
    uint8_t effect_cb, effect_cr;

    /* Lines */
    uint16_t *tap[3];       /* after BLS, for the statistics */
    uint16_t *shaded[2];    /* after LSC */
    uint16_t *bayer_line[3];
    uint16_t *rgb[3];
    uint8_t *ycc[3];        /* 4:4:4 */
    uint8_t *chroma[2];     /* 4:2:2 */

    RkIspPathState *path[RK_ISP_NUM_PATHS];
    RkIspMeter *meter;
};

/*
 * Memory of a pipeline
 */

static void *new_line(size_t pixel_bytes)
{
    char *line = g_malloc0((RK_ISP_MAX_WIDTH + 2 * PAD) * pixel_bytes);

    return line + PAD * pixel_bytes;
}

static void free_line(void *line, size_t pixel_bytes)
{
    g_free((char *)line - PAD * pixel_bytes);
}

/* Calls @f for every line buffer of a pipeline. */
static void each_line(RkIspPipe *p, void (*f)(void **line, size_t bytes))
{
    unsigned i;

    for (i = 0; i < 5; i++) {
        f((void **)&p->raw[i], 2);
    }
    for (i = 0; i < 3; i++) {
        f((void **)&p->tap[i], 2);
        f((void **)&p->bayer_line[i], 2);
        f((void **)&p->rgb[i], 2);
        f((void **)&p->ycc[i], 1);
    }
    for (i = 0; i < 2; i++) {
        f((void **)&p->shaded[i], 2);
        f((void **)&p->chroma[i], 1);
    }
}

static void alloc_line(void **line, size_t bytes)
{
    *line = new_line(bytes);
}

static void release_line(void **line, size_t bytes)
{
    free_line(*line, bytes);
}

RkIspPipe *rk_isp_pipe_new(void)
{
    RkIspPipe *p = g_malloc0(sizeof(*p));
    unsigned i;

    each_line(p, alloc_line);
    p->meter = rk_isp_meter_new();
    for (i = 0; i < RK_ISP_NUM_PATHS; i++) {
        p->path[i] = rk_isp_path_new();
    }
    p->reason = "";
    return p;
}

void rk_isp_pipe_free(RkIspPipe *p)
{
    unsigned i;

    each_line(p, release_line);
    for (i = 0; i < RK_ISP_NUM_PATHS; i++) {
        rk_isp_path_free(p->path[i]);
    }
    g_free(p->meter);
    g_free(p);
}

uint32_t rk_isp_pipe_width(const RkIspPipe *p)
{
    return p->pic_w;
}

uint32_t rk_isp_pipe_height(const RkIspPipe *p)
{
    return p->pic_h;
}

uint32_t rk_isp_pipe_line_bytes(const RkIspPipe *p)
{
    return p->line_bytes;
}

const RkIspOutput *rk_isp_pipe_output(const RkIspPipe *p, RkIspPath path)
{
    return rk_isp_path_output(p->path[path]);
}

const RkIspStats *rk_isp_pipe_stats(RkIspPipe *p, uint32_t *done)
{
    return rk_isp_meter_stats(p->meter, done);
}

uint32_t rk_isp_pipe_stuck_units(const RkIspPipe *p)
{
    return rk_isp_meter_stuck(p->meter);
}

void rk_isp_pipe_stop_units(RkIspPipe *p)
{
    rk_isp_meter_stop(p->meter);
}

bool rk_isp_pipe_lsc_error(const RkIspPipe *p)
{
    return p->lsc_error;
}

const char *rk_isp_pipe_reason(const RkIspPipe *p)
{
    return p->reason;
}

/*
 * Raw lines (1.4)
 */

static RK_ISP_HOT void unpack16(uint16_t *out, const uint8_t *in, unsigned w,
                                unsigned right, unsigned mask, unsigned left)
{
    unsigned x;

    for (x = 0; x < w; x++) {
        out[x] = ((lduw_le_p(in + 2 * x) >> right) & mask) << left;
    }
}

static void unpack_line(const RkIspPipe *p, uint16_t *out, const uint8_t *in)
{
    unsigned left = 12 - p->depth, x;

    if (p->container16) {
        unpack16(out, in, p->pic_w, p->msb ? 16 - p->depth : 0,
                 (1u << p->depth) - 1, left);
        return;
    }
    switch (p->depth) {
    case 8:
        for (x = 0; x < p->pic_w; x++) {
            out[x] = in[x] << left;
        }
        break;
    case 10:
        for (x = 0; x + 4 <= p->pic_w; x += 4, in += 5) {
            out[x] = (in[0] | (in[1] & 3) << 8) << left;
            out[x + 1] = (in[1] >> 2 | (in[2] & 15) << 6) << left;
            out[x + 2] = (in[2] >> 4 | (in[3] & 63) << 4) << left;
            out[x + 3] = (in[3] >> 6 | in[4] << 2) << left;
        }
        if (x < p->pic_w) {
            out[x] = (in[0] | (in[1] & 3) << 8) << left;
            out[x + 1] = (in[1] >> 2 | (in[2] & 15) << 6) << left;
        }
        break;
    default:
        for (x = 0; x < p->pic_w; x += 2, in += 3) {
            out[x] = in[0] | (in[1] & 15) << 8;
            out[x + 1] = in[1] >> 4 | in[2] << 4;
        }
        break;
    }
}

/*
 * DPCC (5.2), a simple form: README-isp.md
 */

static void sort(unsigned *v, unsigned num)
{
    unsigned i, k;

    for (i = 1; i < num; i++) {
        unsigned t = v[i];

        for (k = i; k && v[k - 1] > t; k--) {
            v[k] = v[k - 1];
        }
        v[k] = t;
    }
}

/* Neighbours of the same colour: left, right, above, below, then diagonals. */
static void neighbours(uint16_t *const rows[5], unsigned x, unsigned *n)
{
    const uint16_t *up = rows[0] + x, *c = rows[2] + x, *down = rows[4] + x;

    n[0] = c[-2];
    n[1] = c[2];
    n[2] = up[0];
    n[3] = down[0];
    n[4] = up[-2];
    n[5] = up[2];
    n[6] = down[-2];
    n[7] = down[2];
}

static unsigned median_of(const unsigned *n, unsigned num, unsigned centre,
                          bool with_centre)
{
    unsigned v[9];

    memcpy(v, n, num * sizeof(*v));
    if (with_centre) {
        v[num++] = centre;
    }
    sort(v, num);
    return num % 2 ? v[num / 2] : (v[num / 2 - 1] + v[num / 2] + 1) / 2;
}

/* The enabled methods of a set agree that @c is defective. */
static bool dpcc_set_hits(const DpccSet *s, unsigned rb, const unsigned *n,
                          unsigned c)
{
    unsigned methods = s->methods[rb];
    unsigned sorted[8], sum = 0, mad = 0, mean, i;
    unsigned not_below = 0, not_above = 0;
    bool high;

    if (!(methods & (DPCC_PG | DPCC_LC | DPCC_RO | DPCC_RND | DPCC_RG))) {
        return false;
    }
    memcpy(sorted, n, sizeof(sorted));
    sort(sorted, 8);
    for (i = 0; i < 8; i++) {
        sum += n[i];
        not_below += n[i] >= c;
        not_above += n[i] <= c;
    }
    mean = (sum + 4) / 8;
    for (i = 0; i < 8; i++) {
        mad += rk_isp_absdiff(n[i], mean);
    }
    high = c > mean;

    if (methods & DPCC_RO && not_below >= s->ro_limit[rb] &&
        not_above >= s->ro_limit[rb]) {
        return false;
    }
    if (methods & DPCC_RND) {
        unsigned near = sorted[high ? 7 - s->rnd_offs[rb] : s->rnd_offs[rb]];

        if (rk_isp_absdiff(c, near) <= s->rnd[rb] << 4 || (c > near) != high) {
            return false;
        }
    }
    if (methods & DPCC_PG && rk_isp_absdiff(c, mean) * 8 <= s->pg[rb] * mad) {
        return false;
    }
    if (methods & DPCC_LC) {
        unsigned d = rk_isp_absdiff(2 * c, n[0] + n[1]);

        if (d <= s->line_thresh[rb] << 5 || d * 4 <= s->line_mad[rb] * mad) {
            return false;
        }
    }
    if (methods & DPCC_RG) {
        unsigned edge = sorted[high ? 7 : 0];

        if ((high ? c <= edge : c >= edge) ||
            rk_isp_absdiff(c, edge) * 8 <=
            s->rg[rb] * (sorted[5] - sorted[2])) {
            return false;
        }
    }
    return true;
}

/* Correct line @y, the middle one of @rows. */
static void dpcc_line(const RkIspPipe *p, uint16_t *const rows[5], unsigned y,
                      uint16_t *out)
{
    unsigned x, set, i, n[8];

    memcpy(out, rows[2], p->acq.w * sizeof(*out));
    if (p->dpcc_stage1) {
        for (x = 0; x < p->acq.w; x++) {
            unsigned colour = p->bayer.colour[(y & 1) * 2 + (x & 1)];
            unsigned rb = colour == RED || colour == BLUE;
            unsigned c = rows[2][x];

            neighbours(rows, x, n);
            for (set = 0; set < 3; set++) {
                if (p->dpcc_sets & (1u << set) &&
                    dpcc_set_hits(&p->dpcc_set[set], rb, n, c)) {
                    out[x] = median_of(n, p->dpcc_3x3[rb] ? 8 : 4, c,
                                       p->dpcc_centre[rb]);
                    break;
                }
            }
        }
    }
    for (i = 0; p->bpt_on && i < p->bpt_num; i++) {
        unsigned colour, rb;

        x = FIELD_EX32(p->bpt[i], DPCC_BPT_DATA, H);
        if (FIELD_EX32(p->bpt[i], DPCC_BPT_DATA, V) != y || x >= p->acq.w) {
            continue;
        }
        colour = p->bayer.colour[(y & 1) * 2 + (x & 1)];
        rb = colour == RED || colour == BLUE;
        neighbours(rows, x, n);
        out[x] = median_of(n, p->bpt_3x3[rb] ? 8 : 4, rows[2][x],
                           p->bpt_centre[rb]);
    }
}

/*
 * Levels and gains of the Bayer domain
 */

static RK_ISP_HOT void apply_luts(uint16_t *out, const uint16_t *in, unsigned w,
                                  const uint16_t *even, const uint16_t *odd)
{
    unsigned x;

    for (x = 0; x < w; x += 2) {
        out[x] = even[in[x]];
        out[x + 1] = odd[in[x + 1]];
    }
}

/* Pad a Bayer line so that colours stay in step: -1 shows 1, w shows w - 2. */
static void pad_bayer(uint16_t *line, unsigned w)
{
    line[-1] = line[1];
    line[-2] = line[2];
    line[w] = line[w - 2];
    line[w + 1] = line[w - 3];
}

/*
 * Lens shading (7.4). The vertical weight is the same for a whole line; along
 * the line the gain is a straight line inside each sector.
 */
static void lsc_line(const RkIspPipe *p, uint16_t *out, const uint16_t *in,
                     unsigned y)
{
    unsigned sector = 0, parity, i;
    int64_t ty;

    while (sector < SECTORS - 1 && y >= p->lsc_y[sector + 1]) {
        sector++;
    }
    ty = (int64_t)(y - p->lsc_y[sector]) * p->lsc_ygrad[sector];

    for (parity = 0; parity < 2; parity++) {
        unsigned colour = p->bayer.colour[(y & 1) * 2 + parity];
        int64_t v[VERTICES];

        for (i = 0; i < VERTICES; i++) {
            v[i] = p->lsc_gain[colour][sector][i] * (32768 - ty) +
                   p->lsc_gain[colour][sector + 1][i] * ty;
        }
        for (i = 0; i < SECTORS; i++) {
            unsigned from = p->lsc_x[i], to = MIN(p->lsc_x[i + 1], p->acq.w);
            int64_t step = (v[i + 1] - v[i]) * p->lsc_xgrad[i];
            unsigned x = from + ((from ^ parity) & 1);
            int64_t acc = v[i] * 32768 + step * (x - from) + (1 << 29);

            for (; x < to; x += 2) {
                int gain = rk_isp_clamp(acc >> 30, 0, 8191);
                int value = (in[x] * gain + 512) >> 10;

                out[x] = MIN(value, PIXEL_MAX);
                acc += 2 * step;
            }
        }
    }
}

/*
 * Demosaic (7.6): bilinear, 3x3
 */
static RK_ISP_HOT void demosaic(const uint16_t *up, const uint16_t *c,
                                const uint16_t *down, unsigned w, bool red_row,
                                unsigned red_x, uint16_t *red, uint16_t *green,
                                uint16_t *blue)
{
    uint16_t *own = red_row ? red : blue, *other = red_row ? blue : red;
    /* the row's own colour (red or blue) sits at columns of this parity */
    unsigned own_x = red_row ? red_x : !red_x;
    unsigned x;

    for (x = 0; x < w; x++) {
        uint16_t m = (x & 1) == own_x ? 0xffff : 0;
        uint16_t l = c[(int)x - 1], r = c[x + 1], u = up[x], d = down[x];
        uint16_t across = (l + r + 1) >> 1, along = (u + d + 1) >> 1;
        uint16_t cross = (l + r + u + d + 2) >> 2;
        uint16_t corners = (up[(int)x - 1] + up[x + 1] + down[(int)x - 1] +
                            down[x + 1] + 2) >> 2;

        own[x] = (c[x] & m) | (across & ~m);
        green[x] = (cross & m) | (c[x] & ~m);
        other[x] = (corners & m) | (along & ~m);
    }
}

/*
 * Colour (7.7, 7.8)
 */

static RK_ISP_HOT void ccm_plain(uint16_t *red, uint16_t *green, uint16_t *blue,
                                 unsigned w, const int *m, const int *off)
{
    int m0 = m[0], m1 = m[1], m2 = m[2], m3 = m[3], m4 = m[4], m5 = m[5];
    int m6 = m[6], m7 = m[7], m8 = m[8], o0 = off[0], o1 = off[1], o2 = off[2];
    unsigned x;

    for (x = 0; x < w; x++) {
        int r = red[x], g = green[x], b = blue[x];
        int v0 = ((m0 * r + m1 * g + m2 * b) >> 7) + o0;
        int v1 = ((m3 * r + m4 * g + m5 * b) >> 7) + o1;
        int v2 = ((m6 * r + m7 * g + m8 * b) >> 7) + o2;

        red[x] = v0 < 0 ? 0 : v0 > PIXEL_MAX ? PIXEL_MAX : v0;
        green[x] = v1 < 0 ? 0 : v1 > PIXEL_MAX ? PIXEL_MAX : v1;
        blue[x] = v2 < 0 ? 0 : v2 > PIXEL_MAX ? PIXEL_MAX : v2;
    }
}

/* Any strength curve, both conventions. */
static RK_ISP_HOT void ccm_general(uint16_t *red, uint16_t *green,
                                   uint16_t *blue, unsigned w, const int *m,
                                   const int *off, const int *y,
                                   const int *alpha, bool adds)
{
    unsigned x, k;

    for (x = 0; x < w; x++) {
        int in[3] = { red[x], green[x], blue[x] }, out[3];
        int luma = (y[0] * in[0] + y[1] * in[1] + y[2] * in[2]) >> 7;
        int seg, a;

        luma = luma < 0 ? 0 : luma > PIXEL_MAX ? PIXEL_MAX : luma;
        seg = luma >> 8;
        a = alpha[seg] + (((alpha[seg + 1] - alpha[seg]) * (luma & 0xff)) >> 8);
        for (k = 0; k < 3; k++) {
            int v = (m[3 * k] * in[0] + m[3 * k + 1] * in[1] +
                     m[3 * k + 2] * in[2]) >> 7;

            if (!adds) {
                v -= in[k];
            }
            v = in[k] + ((a * v) >> 10) + off[k];
            out[k] = v < 0 ? 0 : v > PIXEL_MAX ? PIXEL_MAX : v;
        }
        red[x] = out[0];
        green[x] = out[1];
        blue[x] = out[2];
    }
}

static void apply_tone(uint16_t *line, unsigned w, const uint16_t *lut)
{
    unsigned x;

    for (x = 0; x < w; x++) {
        line[x] = lut[line[x]];
    }
}

static RK_ISP_HOT void to_component(uint8_t *out, const uint16_t *red,
                                    const uint16_t *green, const uint16_t *blue,
                                    unsigned w, int cr, int cg, int cb,
                                    int offset, int lo, int hi)
{
    unsigned x;

    for (x = 0; x < w; x++) {
        int v = ((cr * red[x] + cg * green[x] + cb * blue[x] + (1 << 10)) >> 11)
                + offset;

        out[x] = v < lo ? lo : v > hi ? hi : v;
    }
}

/* 4:4:4 to 4:2:2, co-sited with the even pixel: [1 2 1] / 4 */
static RK_ISP_HOT void halve_chroma(uint8_t *out, const uint8_t *in,
                                    unsigned half)
{
    unsigned i;

    for (i = 0; i < half; i++) {
        int x = 2 * i;

        out[i] = (in[x - 1] + 2 * in[x] + in[x + 1] + 2) >> 2;
    }
}

static void apply_bytes(uint8_t *line, unsigned w, const uint8_t *lut)
{
    unsigned x;

    for (x = 0; x < w; x++) {
        line[x] = lut[line[x]];
    }
}

/* Hue and saturation: a rotation in 1/16384 around the grey point */
static RK_ISP_HOT void rotate_chroma(uint8_t *cb_line, uint8_t *cr_line,
                                     unsigned half, int c, int s, int lo,
                                     int hi)
{
    unsigned x;

    for (x = 0; x < half; x++) {
        int cb = cb_line[x] - CHROMA_ZERO, cr = cr_line[x] - CHROMA_ZERO;
        int u = ((c * cb - s * cr + (1 << 13)) >> 14) + CHROMA_ZERO;
        int v = ((s * cb + c * cr + (1 << 13)) >> 14) + CHROMA_ZERO;

        cb_line[x] = u < lo ? lo : u > hi ? hi : u;
        cr_line[x] = v < lo ? lo : v > hi ? hi : v;
    }
}

static void apply_effect(RkIspPipe *p, unsigned w)
{
    uint8_t *luma = p->ycc[0], *cb = p->chroma[0], *cr = p->chroma[1];
    unsigned x;

    switch (p->effect) {
    case IE_MODE_BLACK_WHITE:
        memset(cb, CHROMA_ZERO, w / 2);
        memset(cr, CHROMA_ZERO, w / 2);
        break;
    case IE_MODE_NEGATIVE:
        for (x = 0; x < w; x++) {
            luma[x] = 255 - luma[x];
        }
        for (x = 0; x < w / 2; x++) {
            cb[x] = 255 - cb[x];
            cr[x] = 255 - cr[x];
        }
        break;
    default:
        memset(cb, p->effect_cb, w / 2);
        memset(cr, p->effect_cr, w / 2);
        break;
    }
}

/* Line @y of the picture: from Bayer to the paths */
static void picture_line(RkIspPipe *p, unsigned y)
{
    unsigned w = p->acq.w, h = p->acq.h;
    const uint16_t *c = p->bayer_line[y % 3];
    const uint16_t *up = y ? p->bayer_line[(y - 1) % 3]
                           : p->bayer_line[1];
    const uint16_t *down = y + 1 < h ? p->bayer_line[(y + 1) % 3]
                                     : p->bayer_line[(y - 1) % 3];
    uint16_t *red = p->rgb[0], *green = p->rgb[1], *blue = p->rgb[2];
    const uint8_t *view[3];
    unsigned i;

    if (y - p->view.y >= p->view.h) {
        return;
    }
    if (p->demosaic_on) {
        demosaic(up, c, down, w, (y & 1) == p->bayer.red_y, p->bayer.red_x,
                 red, green, blue);
    } else {
        for (i = 0; i < 3; i++) {
            memcpy(p->rgb[i], c, w * sizeof(*c));
        }
    }
    if (p->ccm_on) {
        if (p->ccm_full_alpha && !p->ccm_adds) {
            ccm_plain(red, green, blue, w, p->ccm, p->ccm_offset);
        } else {
            ccm_general(red, green, blue, w, p->ccm, p->ccm_offset, p->ccm_y,
                        p->ccm_alpha, p->ccm_adds);
        }
    }
    for (i = 0; p->tone_on && i < 3; i++) {
        apply_tone(p->rgb[i], w, p->lut_tone);
    }
    for (i = 0; i < 3; i++) {
        to_component(p->ycc[i], red, green, blue, w, p->csm[3 * i],
                     p->csm[3 * i + 1], p->csm[3 * i + 2],
                     p->csm_offset[i != 0], i ? p->c_min : p->y_min,
                     i ? p->c_max : p->y_max);
    }
    for (i = 0; i < 2; i++) {
        p->ycc[i + 1][-1] = p->ycc[i + 1][0];
        halve_chroma(p->chroma[i], p->ycc[i + 1], w / 2);
    }
    if (p->luma_lut_on) {
        apply_bytes(p->ycc[0], w, p->luma_lut);
    }
    if (p->chroma_map_on) {
        rotate_chroma(p->chroma[0], p->chroma[1], w / 2, p->chroma_cos,
                      p->chroma_sin, p->chroma_min, p->chroma_max);
    }
    if (p->effect_on) {
        apply_effect(p, w);
    }

    view[0] = p->ycc[0] + p->view.x;
    view[1] = p->chroma[0] + p->view.x / 2;
    view[2] = p->chroma[1] + p->view.x / 2;
    for (i = 0; i < RK_ISP_NUM_PATHS; i++) {
        rk_isp_path_line(p->path[i], y - p->view.y, view);
    }
}

/* Line @y of the ACQ window, defects corrected */
static void bayer_line(RkIspPipe *p, const uint16_t *in, unsigned y)
{
    unsigned w = p->acq.w, row = (y & 1) * 2;
    uint16_t *tap = p->tap[y % 3], *shaded = p->shaded[y & 1];
    uint16_t *out = p->bayer_line[y % 3];
    RkIspMeterLine measured;

    if (p->level_on) {
        apply_luts(tap, in, w, p->lut_level[row], p->lut_level[row + 1]);
    } else {
        memcpy(tap, in, w * sizeof(*tap));
    }
    if (p->lsc_on) {
        lsc_line(p, shaded, tap, y);
    } else {
        memcpy(shaded, tap, w * sizeof(*tap));
    }
    measured = (RkIspMeterLine) {
        .raw = in,
        .tap = tap,
        .tap1 = y >= 1 ? p->tap[(y - 1) % 3] : NULL,
        .tap2 = y >= 2 ? p->tap[(y - 2) % 3] : NULL,
        .shaded = shaded,
        .shaded1 = p->shaded[~y & 1],
    };
    rk_isp_meter_line(p->meter, &measured, y);

    if (p->gain_on) {
        apply_luts(out, shaded, w, p->lut_gain[row], p->lut_gain[row + 1]);
    } else {
        memcpy(out, shaded, w * sizeof(*out));
    }
    pad_bayer(out, w);
    if (y) {
        picture_line(p, y - 1);
    }
    if (y + 1 == p->acq.h) {
        picture_line(p, y);
    }
}

/* Index of the line that stands for line @y beyond the edges, same colours */
static unsigned mirror(int y, unsigned h)
{
    if (y < 0) {
        return -y;
    }
    return (unsigned)y < h ? (unsigned)y : 2 * (h - 1) - y;
}

static void dpcc_emit(RkIspPipe *p, unsigned y)
{
    uint16_t *rows[5];
    unsigned i;

    for (i = 0; i < 5; i++) {
        rows[i] = p->raw[mirror((int)y + (int)i - 2, p->acq.h) % 5];
    }
    /* the line buffer of the gains is free until the line is complete */
    dpcc_line(p, rows, y, p->rgb[0]);
    bayer_line(p, p->rgb[0], y);
}

void rk_isp_pipe_lines(RkIspPipe *p, const uint8_t *raw, unsigned num)
{
    for (; num && p->raw_y < p->pic_h; num--, raw += p->line_bytes) {
        unsigned y = p->raw_y++ - p->acq.y;
        uint16_t *line;

        if (y >= p->acq.h) {
            continue;
        }
        line = p->raw[y % 5];
        unpack_line(p, line, raw);
        if (p->acq.x) {
            memmove(line, line + p->acq.x, p->acq.w * sizeof(*line));
        }
        if (!p->dpcc_on) {
            bayer_line(p, line, y);
            continue;
        }
        pad_bayer(line, p->acq.w);
        if (y >= 2) {
            dpcc_emit(p, y - 2);
        }
        if (y + 1 == p->acq.h) {
            dpcc_emit(p, y - 1);
            dpcc_emit(p, y);
        }
    }
}

/*
 * Registers to tables
 */

static int sext(uint32_t v, unsigned bits)
{
    return sextract32(v, 0, bits);
}

/* SDG: 17 points at distances that are powers of two (R 2.2) */
static void build_degamma(const RkIspRegs *r, unsigned base, uint16_t *curve)
{
    unsigned x[CURVE_POINTS] = { 0 }, i, v, seg = 0;

    for (i = 0; i < CURVE_POINTS - 1; i++) {
        uint32_t dx = i < 8 ? REG(r, GAMMA_DX_LO) : REG(r, GAMMA_DX_HI);

        x[i + 1] = x[i] + (1u << (((dx >> (4 * (i % 8))) & 7) + 4));
    }
    for (v = 0; v < PIXEL_VALUES; v++) {
        int y0, y1;

        while (seg < CURVE_POINTS - 1 && v >= x[seg + 1]) {
            seg++;
        }
        y0 = r->reg[base / 4 + seg] & PIXEL_MAX;
        if (seg == CURVE_POINTS - 1) {
            curve[v] = y0;
            continue;
        }
        y1 = r->reg[base / 4 + seg + 1] & PIXEL_MAX;
        curve[v] = y0 + (y1 - y0) * (int)(v - x[seg]) /
                        (int)(x[seg + 1] - x[seg]);
    }
}

static void build_levels(RkIspPipe *p, const RkIspRegs *r)
{
    static const uint16_t curve_base[] = {
        [RED] = A_GAMMA_R_Y0, [GREEN_R] = A_GAMMA_G_Y0,
        [GREEN_B] = A_GAMMA_G_Y0, [BLUE] = A_GAMMA_B_Y0,
    };
    bool bls = FLD(r, BLS_CTRL, ENA);
    bool bls1 = FLD(r, BLS_CTRL, BLS1_EN);
    bool measured = FLD(r, BLS_CTRL, MODE_MEASURED);
    bool sdg = FLD(r, ISP_CTRL0, GAMMA_IN);
    uint32_t gain[4];
    unsigned pos, v;

    gain[RED] = FLD(r, AWB_GAIN0_RB, R);
    gain[GREEN_R] = FLD(r, AWB_GAIN0_G, GR);
    gain[GREEN_B] = FLD(r, AWB_GAIN0_G, GB);
    gain[BLUE] = FLD(r, AWB_GAIN0_RB, B);

    p->level_on = bls || sdg;
    p->gain_on = bls1 || FLD(r, ISP_CTRL0, AWB_GAIN);
    for (pos = 0; pos < 4; pos++) {
        unsigned colour = p->bayer.colour[pos];
        uint16_t curve[PIXEL_VALUES];
        int level = 0, level1 = 0;

        if (bls) {
            level = measured ? (int)(r->reg[R_BLS_A_MEASURED + pos] & PIXEL_MAX)
                             : sext(r->reg[R_BLS_A_FIXED + pos], 13);
        }
        if (bls1) {
            level1 = sext(r->reg[R_BLS1_A_FIXED + pos], 13);
        }
        if (sdg) {
            build_degamma(r, curve_base[colour], curve);
        }
        for (v = 0; v < PIXEL_VALUES; v++) {
            int level_out = rk_isp_clamp((int)v - level, 0, PIXEL_MAX);
            uint32_t gained = v;

            p->lut_level[pos][v] = sdg ? curve[level_out] : level_out;
            if (FLD(r, ISP_CTRL0, AWB_GAIN)) {
                gained = MIN((v * gain[colour] + 128) >> 8, PIXEL_MAX);
            }
            p->lut_gain[pos][v] = rk_isp_clamp((int)gained - level1, 0,
                                            PIXEL_MAX);
        }
    }
}

static uint16_t pair(const RkIspRegs *r, unsigned addr, unsigned i,
                     uint32_t mask)
{
    return (r->reg[addr / 4 + i / 2] >> (16 * (i % 2))) & mask;
}

/* Sector borders and gradients of one direction; false if they do not fit. */
static bool lsc_axis(const RkIspRegs *r, bool full, unsigned size_lo,
                     unsigned size_hi, unsigned grad_lo, unsigned grad_hi,
                     unsigned total, unsigned *at, unsigned *grad)
{
    unsigned i;

    at[0] = 0;
    for (i = 0; i < SECTORS; i++) {
        unsigned k = full || i < 8 ? i : 15 - i;
        bool hi = k >= 8;

        at[i + 1] = at[i] + pair(r, hi ? size_hi : size_lo, k % 8, 0xfff);
        grad[i] = pair(r, hi ? grad_hi : grad_lo, k % 8, 0xfff);
    }
    return at[SECTORS] == total;
}

static void build_lsc(RkIspPipe *p, const RkIspRegs *r)
{
    /* tables are in the order R, Gr, B, Gb (R 3.3) */
    static const uint8_t table_of[] = {
        [RED] = 0, [GREEN_R] = 1, [GREEN_B] = 3, [BLUE] = 2,
    };
    bool full = FLD(r, LSC_CTRL, SECTOR_16X16);
    unsigned c, i, k;
    bool fits;

    p->lsc_on = FLD(r, LSC_CTRL, EN);
    p->lsc_error = false;
    if (!p->lsc_on) {
        return;
    }
    fits = lsc_axis(r, full, A_LSC_XSIZE_01, A_LSC_XSIZE_89, A_LSC_XGRAD_01,
                    A_LSC_XGRAD_89, p->acq.w, p->lsc_x, p->lsc_xgrad);
    fits &= lsc_axis(r, full, A_LSC_YSIZE_01, A_LSC_YSIZE_89, A_LSC_YGRAD_01,
                     A_LSC_YGRAD_89, p->acq.h, p->lsc_y, p->lsc_ygrad);
    if (!fits) {
        p->lsc_on = false;
        p->lsc_error = true;
        return;
    }
    for (c = 0; c < 4; c++) {
        const uint32_t *words = r->lsc[table_of[c]] +
                                r->lsc_bank * RK_ISP_LSC_BANK_WORDS;

        for (i = 0; i < VERTICES; i++) {
            for (k = 0; k < VERTICES; k++) {
                uint32_t word = words[i * VERTEX_WORDS + k / 2];

                p->lsc_gain[c][i][k] =
                    k % 2 ? FIELD_EX32(word, LSC_R_TABLE_DATA, ODD)
                          : FIELD_EX32(word, LSC_R_TABLE_DATA, EVEN);
            }
        }
    }
}

static void build_ccm(RkIspPipe *p, const RkIspRegs *r)
{
    unsigned i;

    p->ccm_on = FLD(r, CCM_CTRL, EN);
    p->ccm_adds = r->ccm_adds;
    p->ccm_full_alpha = true;
    for (i = 0; i < 3; i++) {
        uint32_t a = r->reg[R_CCM_COEFF0_R + 2 * i];
        uint32_t b = r->reg[R_CCM_COEFF1_R + 2 * i];

        p->ccm[3 * i] = sext(FIELD_EX32(a, CCM_COEFF0_R, C0), 11);
        p->ccm[3 * i + 1] = sext(FIELD_EX32(a, CCM_COEFF0_R, C1), 11);
        p->ccm[3 * i + 2] = sext(FIELD_EX32(b, CCM_COEFF1_R, C2), 11);
        p->ccm_offset[i] = sext(FIELD_EX32(b, CCM_COEFF1_R, OFFSET), 13);
    }
    p->ccm_y[0] = FLD(r, CCM_COEFF0_Y, R);
    p->ccm_y[1] = FLD(r, CCM_COEFF0_Y, G);
    p->ccm_y[2] = FLD(r, CCM_COEFF1_Y, B);
    for (i = 0; i < CURVE_POINTS; i++) {
        p->ccm_alpha[i] = pair(r, A_CCM_ALP_Y0, i, 0x7ff);
        p->ccm_full_alpha &= p->ccm_alpha[i] == 0x400;
    }
}

/* Widths of the logarithmic segments (5.7) */
static unsigned goc_segment(unsigned i, bool dense)
{
    if (i < 8) {
        return 1;
    }
    if (dense && i >= 40) {
        return 256;
    }
    return 2u << ((i - 8) / 4);
}

static void build_goc(RkIspPipe *p, const RkIspRegs *r)
{
    bool dense = FLD(r, GOC_CTRL, FINALX4_DENSE);
    bool equal = FLD(r, GOC_CTRL, EQU_SEGM);
    unsigned segments = dense ? 48 : 44, offset = FLD(r, GOC_OFFSET, OFFSET);
    unsigned v, seg = 0, x0 = 0;

    p->tone_on = FLD(r, GOC_CTRL, EN);
    if (!p->tone_on) {
        return;
    }
    for (v = 0; v < PIXEL_VALUES; v++) {
        unsigned x = v, width = PIXEL_VALUES;
        int y0, y1;

        if (equal) {
            /* the step is not documented: the whole range in equal parts */
            seg = x * segments / PIXEL_VALUES;
            y0 = pair(r, A_GOC_Y0, seg, 0xfff);
            y1 = pair(r, A_GOC_Y0, seg + 1, 0xfff);
            p->lut_tone[v] = y0 + (y1 - y0) * (int)(x * segments % width) /
                                  (int)width;
            continue;
        }
        width = goc_segment(seg, dense);
        while (x >= x0 + width && seg + 1 < segments) {
            x0 += width;
            seg++;
            width = goc_segment(seg, dense);
        }
        y0 = pair(r, A_GOC_Y0, seg, 0xfff);
        y1 = pair(r, A_GOC_Y0, seg + 1, 0xfff);
        p->lut_tone[v] = y0 + (((y1 - y0) * (int)(x - x0)) / (int)width);
    }
    if (offset) {
        for (v = 0; v < PIXEL_VALUES; v++) {
            p->lut_tone[v] = p->lut_tone[MIN(v + offset, PIXEL_MAX)];
        }
    }
}

static void build_csm(RkIspPipe *p, const RkIspRegs *r)
{
    bool y_full = FLD(r, ISP_CTRL0, CSM_Y_FULL);
    bool c_full = FLD(r, ISP_CTRL0, CSM_C_FULL);
    unsigned i;

    for (i = 0; i < 9; i++) {
        p->csm[i] = sext(r->reg[R_CC_COEFF_0 + i], 9);
    }
    p->csm_offset[0] = (y_full ? 0 : LUMA_LIMITED) +
                       FLD(r, CC_COEFF_0, Y_OFFSET);
    p->csm_offset[1] = CHROMA_ZERO + sext(FLD(r, CC_COEFF_0, C_OFFSET), 8);
    p->y_min = y_full ? 0 : LUMA_LIMITED;
    p->y_max = y_full ? 255 : 235;
    p->c_min = c_full ? 0 : 16;
    p->c_max = c_full ? 255 : 240;
}

/* Picture controls (5.8): ranges as on the ancestor of this block (inferred) */
static void build_cproc(RkIspPipe *p, const RkIspRegs *r)
{
    bool out_full = FLD(r, CPROC_CTRL, Y_OUT_FULL);
    bool in_full = FLD(r, CPROC_CTRL, Y_IN_FULL);
    bool c_full = FLD(r, CPROC_CTRL, C_OUT_FULL);
    int contrast = FLD(r, CPROC_CONTRAST, VAL);
    int brightness = sext(FLD(r, CPROC_BRIGHTNESS, VAL), 8);
    int saturation = FLD(r, CPROC_SATURATION, VAL);
    int hue = sext(FLD(r, CPROC_HUE, VAL), 8);
    double angle = hue * (90.0 / 128.0) * (3.14159265358979323846 / 180.0);
    int v;

    p->luma_lut_on = p->chroma_map_on = FLD(r, CPROC_CTRL, EN);
    if (!p->luma_lut_on) {
        return;
    }
    for (v = 0; v < 256; v++) {
        int y = v - (in_full ? 0 : LUMA_LIMITED);

        y = ((y * contrast) >> 7) + brightness + (out_full ? 0 : LUMA_LIMITED);
        p->luma_lut[v] = out_full ? rk_isp_clamp(y, 0, 255)
                                  : rk_isp_clamp(y, LUMA_LIMITED, 235);
    }
    p->chroma_cos = lrint(cos(angle) * saturation * 128);
    p->chroma_sin = lrint(sin(angle) * saturation * 128);
    p->chroma_min = c_full ? 0 : 16;
    p->chroma_max = c_full ? 255 : 240;
}

static void build_effect(RkIspPipe *p, const RkIspRegs *r)
{
    p->effect = FLD(r, IE_CTRL, MODE);
    p->effect_on = FLD(r, IE_CTRL, EN) && p->effect <= IE_MODE_SEPIA;
    p->effect_cb = rk_isp_clamp(CHROMA_ZERO + sext(FLD(r, IE_TINT, CB), 8), 0,
                             255);
    p->effect_cr = rk_isp_clamp(CHROMA_ZERO + sext(FLD(r, IE_TINT, CR), 8), 0,
                             255);
}

static unsigned two_bits(uint32_t word, unsigned i)
{
    return (word >> (2 * i)) & 3;
}

static void build_dpcc(RkIspPipe *p, const RkIspRegs *r)
{
    unsigned set, rb;

    p->dpcc_stage1 = FLD(r, DPCC_MODE, STAGE1_ENABLE);
    p->dpcc_sets = FLD(r, DPCC_SET_USE, SETS);
    p->dpcc_centre[0] = FLD(r, DPCC_OUTPUT_MODE, INCL_G_CENTER);
    p->dpcc_centre[1] = FLD(r, DPCC_OUTPUT_MODE, INCL_RB_CENTER);
    p->dpcc_3x3[0] = FLD(r, DPCC_OUTPUT_MODE, G_3X3);
    p->dpcc_3x3[1] = FLD(r, DPCC_OUTPUT_MODE, RB_3X3);
    for (set = 0; set < 3; set++) {
        DpccSet *s = &p->dpcc_set[set];
        unsigned at = set * DPCC_SET_DISTANCE / 4;

        for (rb = 0; rb < 2; rb++) {
            unsigned shift = 8 * rb;

            s->methods[rb] = (r->reg[R_DPCC_METHODS_SET_1 + set] >> shift) &
                             0x3f;
            s->line_thresh[rb] = (r->reg[R_DPCC_LINE_THRESH_1 + at] >> shift) &
                                 0xff;
            s->line_mad[rb] = (r->reg[R_DPCC_LINE_MAD_FAC_1 + at] >> shift) &
                              0xff;
            s->pg[rb] = (r->reg[R_DPCC_PG_FAC_1 + at] >> shift) & 0xff;
            s->rnd[rb] = (r->reg[R_DPCC_RND_THRESH_1 + at] >> shift) & 0xff;
            s->rg[rb] = (r->reg[R_DPCC_RG_FAC_1 + at] >> shift) & 0xff;
            s->ro_limit[rb] = two_bits(REG(r, DPCC_RO_LIMITS), 2 * set + rb);
            s->rnd_offs[rb] = two_bits(REG(r, DPCC_RND_OFFS), 2 * set + rb);
        }
    }
    p->bpt_on = FLD(r, DPCC_BPT_CTRL, CORRECT_EN);
    p->bpt_centre[0] = FLD(r, DPCC_BPT_CTRL, INCL_G_CENTER);
    p->bpt_centre[1] = FLD(r, DPCC_BPT_CTRL, INCL_RB_CENTER);
    p->bpt_3x3[0] = FLD(r, DPCC_BPT_CTRL, G_3X3);
    p->bpt_3x3[1] = FLD(r, DPCC_BPT_CTRL, RB_3X3);
    p->bpt = r->bpt;
    p->bpt_num = MIN(REG(r, DPCC_BPT_NUMBER), RK_ISP_BPT_ENTRIES);
}

void rk_isp_pipe_update(RkIspPipe *p, const RkIspRegs *r)
{
    build_dpcc(p, r);
    build_levels(p, r);
    build_lsc(p, r);
    p->demosaic_on = FLD(r, DEBAYER_CONTROL, EN);
    build_ccm(p, r);
    build_goc(p, r);
    build_csm(p, r);
    build_cproc(p, r);
    build_effect(p, r);
}

/*
 * Geometry (3.3, 3.4)
 */

static RkIspStart refuse(RkIspPipe *p, RkIspStart how, const char *reason)
{
    p->reason = reason;
    return how;
}

static RkIspStart begin_raw(RkIspPipe *p, const RkIspRegs *r)
{
    static const uint16_t length_reg[] = {
        A_RAWS_RD_LENGTH, A_RAW0_RD_LENGTH, A_RAW1_RD_LENGTH
    };
    unsigned channel = FLD(r, RAW_RD_CTRL, CH_SEL);

    p->pic_w = FLD(r, RAW_RD_PIC_SIZE, WIDTH);
    p->pic_h = FLD(r, RAW_RD_PIC_SIZE, HEIGHT);
    p->container16 = FLD(r, RAW_RD_CTRL, SIMG_MOD);
    p->msb = !FLD(r, RAW_RD_CTRL, SIMG_SWP);
    switch (FLD(r, CSI2RX_DATA_IDS_1, DT)) {
    case DATA_TYPE_RAW8:
        p->depth = 8;
        break;
    case DATA_TYPE_RAW10:
        p->depth = 10;
        break;
    case DATA_TYPE_RAW12:
        p->depth = 12;
        break;
    default:
        return refuse(p, RK_ISP_REFUSED, "data type of DATA_IDS_1");
    }
    if (channel >= ARRAY_SIZE(length_reg)) {
        return refuse(p, RK_ISP_REFUSED, "CH_SEL of RAW_RD_CTRL");
    }
    if (!p->pic_w || p->pic_w % 2 || p->pic_w > RK_ISP_MAX_WIDTH ||
        !p->pic_h || p->pic_h > RK_ISP_MAX_HEIGHT) {
        return refuse(p, RK_ISP_READ_SIZE_ERROR, "size of the raw frame");
    }
    if (p->depth == 8 && (p->container16 ||
                          FLD(r, RAW_RD_CTRL, SIMG_SWP))) {
        return refuse(p, RK_ISP_READ_SIZE_ERROR,
                      "16-bit container flags with 8-bit data");
    }
    p->line_bytes = p->container16 ? 2 * p->pic_w
                                   : DIV_ROUND_UP(p->pic_w * p->depth, 8);
    if (r->reg[length_reg[channel] / 4] < p->line_bytes) {
        return refuse(p, RK_ISP_READ_SIZE_ERROR,
                      "line length of the raw frame");
    }
    return RK_ISP_STARTED;
}

static RkIspStart begin_windows(RkIspPipe *p, const RkIspRegs *r,
                                uint32_t *err)
{
    RkIspWindow out = rk_isp_window_at(r, A_OUT_H_OFFS_SHD);
    RkIspWindow is = rk_isp_window_at(r, A_IS_H_OFFS_SHD);
    bool big = FLD(r, ISP_CTRL1, BIGMODE_FORCE_EN) &&
               FLD(r, ISP_CTRL1, BIGMODE_MANUAL);

    p->acq = (RkIspWindow) {
        FLD(r, ACQ_H_OFFS, OFFS), FLD(r, ACQ_V_OFFS, OFFS),
        FLD(r, ACQ_H_SIZE, SIZE), FLD(r, ACQ_V_SIZE, SIZE)
    };
    if (!rk_isp_inside(&p->acq, p->pic_w, p->pic_h) || p->acq.w < MIN_SIZE ||
        p->acq.h < MIN_SIZE || p->acq.w % 2 || p->acq.h % 2) {
        *err = R_ISP_ERR_INFORM_SIZE_MASK;
        return refuse(p, RK_ISP_SIZE_ERROR,
                      "ACQ window does not fit the raw frame");
    }
    if (!rk_isp_inside(&out, p->acq.w, p->acq.h) || out.w % 2) {
        *err = R_ISP_ERR_OUTFORM_SIZE_MASK;
        return refuse(p, RK_ISP_SIZE_ERROR,
                      "OUT window does not fit the ACQ window");
    }
    if (!rk_isp_inside(&is, out.w, out.h) || is.w % 2) {
        *err = R_ISP_ERR_IS_SIZE_MASK;
        return refuse(p, RK_ISP_SIZE_ERROR,
                      "IS window does not fit the OUT window");
    }
    if (!big && (p->acq.w > SMALL_MAX_WIDTH ||
                 p->acq.w * p->acq.h > SMALL_MAX_AREA)) {
        return refuse(p, RK_ISP_REFUSED, "large picture without big mode");
    }
    p->view = (RkIspWindow) { out.x + is.x, out.y + is.y, is.w, is.h };
    p->bayer.w = p->acq.w;
    p->bayer.h = p->acq.h;
    p->bayer.red_x = FLD(r, ISP_CTRL1, BAYER) & 1;
    p->bayer.red_y = FLD(r, ISP_CTRL1, BAYER) >> 1;
    p->bayer.colour[p->bayer.red_y * 2 + p->bayer.red_x] = RED;
    p->bayer.colour[p->bayer.red_y * 2 + !p->bayer.red_x] = GREEN_R;
    p->bayer.colour[!p->bayer.red_y * 2 + p->bayer.red_x] = GREEN_B;
    p->bayer.colour[!p->bayer.red_y * 2 + !p->bayer.red_x] = BLUE;
    return RK_ISP_STARTED;
}

RkIspStart rk_isp_pipe_begin(RkIspPipe *p, const RkIspRegs *r, uint32_t *err)
{
    RkIspStart result;
    unsigned i;

    p->raw_y = 0;
    p->reason = "";
    *err = 0;
    result = begin_raw(p, r);
    if (result == RK_ISP_STARTED) {
        result = begin_windows(p, r, err);
    }
    for (i = 0; result == RK_ISP_STARTED && i < RK_ISP_NUM_PATHS; i++) {
        const char *wrong = rk_isp_path_begin(p->path[i], r, i, p->view.w,
                                              p->view.h);

        if (wrong) {
            result = refuse(p, RK_ISP_REFUSED, wrong);
        }
    }
    if (result != RK_ISP_STARTED) {
        p->pic_h = 0;
        return result;
    }
    rk_isp_meter_begin(p->meter, r, &p->bayer);
    p->dpcc_on = FLD(r, DPCC_MODE, EN);
    rk_isp_pipe_update(p, r);
    return RK_ISP_STARTED;
}
