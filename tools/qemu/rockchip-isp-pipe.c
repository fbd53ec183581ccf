/*
 * Rockchip ISP 3.0: what becomes of one frame
 *
 * Order of the blocks: raw unpacking, DPCC, BLS, SDG, LSC, AWB gain, BLS1,
 * demosaic, CCM, GOC, CSM, 4:2:2, CPROC, image effects; then for each path crop,
 * scaler and writer format. Lines run through it one by one; every block keeps
 * only the lines it needs.
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
#include "rockchip-isp-pipe.h"

#define PIXEL_MAX       4095
#define PIXEL_VALUES    4096
#define PAD             8           /* pixels left and right of a line */
#define SECTORS         16
#define VERTICES        (SECTORS + 1)
#define VERTEX_WORDS    9           /* table words of a row of vertices */
#define GRID_LITE       5
#define CURVE_POINTS    17
#define LUMA_LIMITED    16
#define CHROMA_ZERO     128

/* Wider pictures need the line buffers in "big mode" (1.6). */
#define SMALL_MAX_WIDTH 2688
#define SMALL_MAX_AREA  (2688 * 1536)
#define MIN_SIZE        32

/* Capacity that sums of the AWB grid are normalised to (inferred) */
#define AWB_CELL_CAPACITY   1024
#define AWB_COUNT_MAX       1023

/*
 * Loops over the pixels of a line: worth the widest vectors that the host has.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define HOT __attribute__((target_clones("default", "avx2"), optimize("O3")))
#else
#define HOT
#endif

enum { RED, GREEN_R, GREEN_B, BLUE };

typedef struct Window {
    unsigned x, y, w, h;
} Window;

/* Result of dividing an output position: two samples and a weight of the 2nd */
typedef struct ScalePos {
    uint16_t index;
    uint8_t weight;
} ScalePos;

/* One direction and component of a scaler */
typedef struct Scale {
    bool on;
    unsigned in, out;
    ScalePos *pos;
    size_t cap;
    unsigned next;          /* vertical: next output line */
} Scale;

typedef struct PathState {
    RkIspOutput out;
    Window crop;
    unsigned out_w, out_h;
    unsigned format;        /* MI_FORMAT_* */
    unsigned sampling;      /* MI_YUV_* or MI_RGB* */
    bool swap_uv;
    bool y_full, c_full;
    bool own_chroma_v;      /* the scaler makes 4:2:0 by itself */
    Scale hy, hc, vy, vc;
    uint8_t *ring[2][3];    /* horizontally scaled lines for the vertical one */
    uint8_t *line[3];       /* vertically scaled */
    uint8_t *half[2];       /* chroma line that waits for its partner (4:2:0) */
    unsigned chroma_lines;
} PathState;

typedef struct AeUnit {
    bool on;
    unsigned grid;
    Window cell;            /* x, y of the grid; w, h of one cell */
    uint64_t sum[RK_ISP_CELLS][3];
    uint32_t count[RK_ISP_CELLS][3];
    unsigned last;          /* line that completes grid and sub-windows */
    unsigned windows;
    Window sub[RK_ISP_AE_WINDOWS];
    uint64_t sub_sum[RK_ISP_AE_WINDOWS][3];
} AeUnit;

typedef struct HistUnit {
    bool on;
    unsigned grid;
    Window cell;
    unsigned mode, step, shift, waterline;
    unsigned cr, cg, cb, offset;
    uint8_t weight[RK_ISP_CELLS];
    uint32_t bin[RK_ISP_BINS];
} HistUnit;

typedef struct AwbUnit {
    bool on, before_lsc;
    Window cell;
    uint8_t min[4], max[4]; /* r, g, b, y */
    uint32_t sum[RK_ISP_CELLS][3];
    uint32_t passed[RK_ISP_CELLS];
    uint32_t quads[RK_ISP_CELLS];
} AwbUnit;

typedef struct AfUnit {
    bool on;
    Window cell, b;
    unsigned thres, h_thres, v_thres, highlight;
    unsigned shift[4];
    unsigned afm_shift_b, lum_shift_b;
    uint64_t value[RK_ISP_CELLS][4];
    uint64_t sum_b, lum_b;
    uint32_t highlit_b;
} AfUnit;

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
    Window acq;             /* in the raw frame */
    Window view;            /* what leaves the ISP, in the ACQ window */
    unsigned bayer;
    uint8_t colour[4];      /* by position in the quad */
    unsigned red_x, red_y;

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

    /* BLS measurement */
    Window bls_win[2];
    unsigned bls_log2;
    uint64_t bls_sum[4];
    uint32_t bls_count[4];

    /* Tables; position 0..3 is that in the quad */
    uint16_t lut_level[4][PIXEL_VALUES];
    uint16_t lut_gain[4][PIXEL_VALUES];
    uint16_t lut_tone[PIXEL_VALUES];
    bool tone_on;

    bool lsc_on, lsc_error;
    uint16_t lsc_gain[4][VERTICES][VERTICES];
    unsigned lsc_x[VERTICES], lsc_y[VERTICES];
    unsigned lsc_xgrad[SECTORS], lsc_ygrad[SECTORS];

    bool demosaic_on;
    bool ccm_on, ccm_vendor, ccm_full_alpha;
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

    PathState path[RK_ISP_NUM_PATHS];

    AeUnit ae[RK_ISP_NUM_UNITS];
    HistUnit hist[RK_ISP_NUM_UNITS];
    AwbUnit awb;
    AfUnit af;
    uint32_t done, stuck;
    RkIspStats stats;
};

#define REG(r, name)        ((r)->reg[A_ ## name / 4])
#define FLD(r, name, field) FIELD_EX32(REG(r, name), name, field)

static int clamp_int(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/*
 * Memory of a pipeline
 */

static void *new_line(size_t pixel_bytes)
{
    size_t cells = RK_ISP_MAX_WIDTH + 2 * PAD;

    return (char *)g_malloc0(cells * pixel_bytes) + PAD * pixel_bytes;
}

static void free_line(void *line, size_t pixel_bytes)
{
    g_free((char *)line - PAD * pixel_bytes);
}

/* Calls @f for every line buffer of a pipeline. */
static void each_line(RkIspPipe *p, void (*f)(void **line, size_t bytes))
{
    unsigned i, k, path;

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
    for (path = 0; path < RK_ISP_NUM_PATHS; path++) {
        PathState *s = &p->path[path];

        for (i = 0; i < 3; i++) {
            for (k = 0; k < 2; k++) {
                f((void **)&s->ring[k][i], 1);
            }
            f((void **)&s->line[i], 1);
        }
        f((void **)&s->half[0], 1);
        f((void **)&s->half[1], 1);
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

    each_line(p, alloc_line);
    p->reason = "";
    return p;
}

void rk_isp_pipe_free(RkIspPipe *p)
{
    unsigned path, i;

    each_line(p, release_line);
    for (path = 0; path < RK_ISP_NUM_PATHS; path++) {
        PathState *s = &p->path[path];

        g_free(s->hy.pos);
        g_free(s->hc.pos);
        g_free(s->vy.pos);
        g_free(s->vc.pos);
        for (i = 0; i < 3; i++) {
            g_free(s->out.plane[i].data);
        }
    }
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
    return &p->path[path].out;
}

const RkIspStats *rk_isp_pipe_stats(RkIspPipe *p, uint32_t *done)
{
    *done = p->done;
    p->done = 0;
    return &p->stats;
}

uint32_t rk_isp_pipe_stuck_units(const RkIspPipe *p)
{
    return p->stuck;
}

void rk_isp_pipe_stop_units(RkIspPipe *p)
{
    unsigned i;

    for (i = 0; i < RK_ISP_NUM_UNITS; i++) {
        p->stuck |= p->ae[i].on << (R_ISP3A_RIS_RAWAE_BIG_SHIFT + i);
        p->stuck |= p->hist[i].on << (R_ISP3A_RIS_RAWHIST_BIG_SHIFT + i);
        p->ae[i].on = p->hist[i].on = false;
    }
    p->stuck |= p->awb.on << R_ISP3A_RIS_RAWAWB_SHIFT;
    p->stuck |= p->af.on << R_ISP3A_RIS_RAWAF_SHIFT;
    p->awb.on = p->af.on = false;
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

HOT static void unpack16(uint16_t *out, const uint8_t *in, unsigned w,
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

static void sort8(unsigned *v)
{
    unsigned i, k;

    for (i = 1; i < 8; i++) {
        unsigned t = v[i];

        for (k = i; k && v[k - 1] > t; k--) {
            v[k] = v[k - 1];
        }
        v[k] = t;
    }
}

static unsigned absdiff(unsigned a, unsigned b)
{
    return a > b ? a - b : b - a;
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
    unsigned v[9], i, k;

    for (i = 0; i < num; i++) {
        v[i] = n[i];
    }
    if (with_centre) {
        v[num++] = centre;
    }
    for (i = 1; i < num; i++) {
        unsigned t = v[i];

        for (k = i; k && v[k - 1] > t; k--) {
            v[k] = v[k - 1];
        }
        v[k] = t;
    }
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
    sort8(sorted);
    for (i = 0; i < 8; i++) {
        sum += n[i];
        not_below += n[i] >= c;
        not_above += n[i] <= c;
    }
    mean = (sum + 4) / 8;
    for (i = 0; i < 8; i++) {
        mad += absdiff(n[i], mean);
    }
    high = c > mean;

    if (methods & DPCC_RO && not_below >= s->ro_limit[rb] &&
        not_above >= s->ro_limit[rb]) {
        return false;
    }
    if (methods & DPCC_RND) {
        unsigned near = sorted[high ? 7 - s->rnd_offs[rb] : s->rnd_offs[rb]];

        if (absdiff(c, near) <= s->rnd[rb] << 4 || (c > near) != high) {
            return false;
        }
    }
    if (methods & DPCC_PG && absdiff(c, mean) * 8 <= s->pg[rb] * mad) {
        return false;
    }
    if (methods & DPCC_LC) {
        unsigned d = absdiff(2 * c, n[0] + n[1]);

        if (d <= s->line_thresh[rb] << 5 || d * 4 <= s->line_mad[rb] * mad) {
            return false;
        }
    }
    if (methods & DPCC_RG) {
        unsigned edge = sorted[high ? 7 : 0];

        if ((high ? c <= edge : c >= edge) ||
            absdiff(c, edge) * 8 <= s->rg[rb] * (sorted[5] - sorted[2])) {
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
            unsigned colour = p->colour[(y & 1) * 2 + (x & 1)];
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
        colour = p->colour[(y & 1) * 2 + (x & 1)];
        rb = colour == RED || colour == BLUE;
        neighbours(rows, x, n);
        out[x] = median_of(n, p->bpt_3x3[rb] ? 8 : 4, rows[2][x],
                           p->bpt_centre[rb]);
    }
}

/*
 * Levels and gains of the Bayer domain
 */

HOT static void apply_luts(uint16_t *out, const uint16_t *in, unsigned w,
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

static void measure_bls(RkIspPipe *p, const uint16_t *in, unsigned y)
{
    unsigned i, x, limit = 1u << p->bls_log2;

    for (i = 0; i < 2; i++) {
        const Window *w = &p->bls_win[i];

        if (y - w->y >= w->h) {
            continue;
        }
        for (x = w->x; x < MIN(w->x + w->w, p->acq.w); x++) {
            unsigned pos = (y & 1) * 2 + (x & 1);

            if (p->bls_count[pos] < limit) {
                p->bls_sum[pos] += in[x];
                p->bls_count[pos]++;
            }
        }
    }
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
        unsigned colour = p->colour[(y & 1) * 2 + parity];
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
                int gain = clamp_int(acc >> 30, 0, 8191);
                int value = (in[x] * gain + 512) >> 10;

                out[x] = MIN(value, PIXEL_MAX);
                acc += 2 * step;
            }
        }
    }
}

/*
 * Statistics
 */

HOT static void sum_line(const uint16_t *line, unsigned num, uint32_t *even,
                         uint32_t *odd)
{
    uint32_t e = 0, o = 0;
    unsigned i;

    for (i = 0; i + 1 < num; i += 2) {
        e += line[i];
        o += line[i + 1];
    }
    if (i < num) {
        e += line[i];
    }
    *even = e;
    *odd = o;
}

/* Add pixels x0..x1-1 of line @y to sums and counts of red, green, blue. */
static void add_colours(const RkIspPipe *p, const uint16_t *line, unsigned y,
                        unsigned x0, unsigned x1, uint64_t *sum,
                        uint32_t *count)
{
    static const uint8_t component[] = { 0, 1, 1, 2 };
    unsigned first = component[p->colour[(y & 1) * 2 + (x0 & 1)]];
    unsigned second = component[p->colour[(y & 1) * 2 + (~x0 & 1)]];
    uint32_t even, odd;

    sum_line(line + x0, x1 - x0, &even, &odd);
    sum[first] += even;
    sum[second] += odd;
    if (count) {
        count[first] += (x1 - x0 + 1) / 2;
        count[second] += (x1 - x0) / 2;
    }
}

static uint32_t saturate(uint64_t v)
{
    return MIN(v, UINT32_MAX);
}

static uint32_t mean_word(const uint64_t *sum, const uint32_t *count)
{
    uint32_t mean[3], i;

    for (i = 0; i < 3; i++) {
        mean[i] = count[i] ? sum[i] / count[i] : 0;
    }
    return (mean[0] >> 2) << R_RAWAE_MEAN_R_SHIFT |
           mean[1] << R_RAWAE_MEAN_G_SHIFT |
           (mean[2] >> 2) << R_RAWAE_MEAN_B_SHIFT;
}

static void ae_line(RkIspPipe *p, RkIspUnit unit, const uint16_t *line,
                    unsigned y)
{
    AeUnit *u = &p->ae[unit];
    const Window *c = &u->cell;
    unsigned i, k;

    for (i = 0; i < RK_ISP_AE_WINDOWS; i++) {
        const Window *w = &u->sub[i];

        if (u->windows & (1u << i) && y - w->y < w->h && w->w) {
            add_colours(p, line, y, w->x, w->x + w->w, u->sub_sum[i], NULL);
        }
    }
    if (y - c->y < u->grid * c->h) {
        unsigned row = (y - c->y) / c->h * u->grid;

        for (i = 0; i < u->grid; i++) {
            add_colours(p, line, y, c->x + i * c->w, c->x + (i + 1) * c->w,
                        u->sum[row + i], u->count[row + i]);
        }
    }
    if (y != u->last) {
        return;
    }
    for (i = 0; i < u->grid * u->grid; i++) {
        p->stats.ae_mean[unit][i] = mean_word(u->sum[i], u->count[i]);
    }
    p->done |= 1u << (R_ISP3A_RIS_RAWAE_BIG_SHIFT + unit);
    for (k = 0; k < 3; k++) {
        for (i = 0; i < RK_ISP_AE_WINDOWS; i++) {
            p->stats.ae_sum[unit][k][i] = saturate(u->sub_sum[i][k]);
        }
    }
}

/* The two lines of a row of quads and where their colours are */
typedef struct QuadRow {
    const uint16_t *red;    /* first red pixel's line, at the quad's column */
    const uint16_t *green_r;
    const uint16_t *green_b;
    const uint16_t *blue;
} QuadRow;

static QuadRow quad_row(const RkIspPipe *p, const uint16_t *top,
                        const uint16_t *bottom)
{
    const uint16_t *red_line = p->red_y ? bottom : top;
    const uint16_t *blue_line = p->red_y ? top : bottom;

    return (QuadRow) {
        .red = red_line + p->red_x,
        .green_r = red_line + !p->red_x,
        .green_b = blue_line + p->red_x,
        .blue = blue_line + !p->red_x,
    };
}

static unsigned quad_green(const QuadRow *q, unsigned x)
{
    return (q->green_r[x] + q->green_b[x] + 1) >> 1;
}

static void hist_cells(HistUnit *u, const QuadRow *q, unsigned row,
                       unsigned first)
{
    unsigned cell, x = first;

    for (cell = 0; cell < u->grid; cell++) {
        unsigned to = u->cell.x + (cell + 1) * u->cell.w;
        uint32_t weight = u->weight[row + cell];

        for (; x < to; x += 2 * u->step) {
            unsigned v;

            switch (u->mode) {
            case RAWHIST_MODE_R:
                v = q->red[x];
                break;
            case RAWHIST_MODE_G:
                v = quad_green(q, x);
                break;
            case RAWHIST_MODE_B:
                v = q->blue[x];
                break;
            default:
                v = (u->cr * q->red[x] + u->cg * quad_green(q, x) +
                     u->cb * q->blue[x]) >> 8;
                v = MIN(v + u->offset, PIXEL_MAX);
                break;
            }
            if (!u->waterline || v <= u->waterline) {
                u->bin[(v >> u->shift) & 0xff] += weight;
            }
        }
    }
}

/* Quads belong to the cell that holds their top left pixel. */
static void hist_line(RkIspPipe *p, RkIspUnit unit, const uint16_t *top,
                      const uint16_t *bottom, unsigned y)
{
    HistUnit *u = &p->hist[unit];
    const Window *c = &u->cell;
    unsigned end = c->y + u->grid * c->h;
    QuadRow q = quad_row(p, top, bottom);

    if (y >= c->y && y < end) {
        hist_cells(u, &q, (y - c->y) / c->h * u->grid, ROUND_UP(c->x, 2));
    }
    if (y + 2 >= end && y < end) {
        memcpy(p->stats.hist[unit], u->bin, sizeof(u->bin));
        p->done |= 1u << (R_ISP3A_RIS_RAWHIST_BIG_SHIFT + unit);
    }
}

static void awb_finish(RkIspPipe *p)
{
    AwbUnit *u = &p->awb;
    unsigned i, k;

    for (i = 0; i < RK_ISP_CELLS; i++) {
        uint64_t quads = MAX(u->quads[i], 1);
        uint64_t word = u->passed[i] * (uint64_t)AWB_COUNT_MAX / quads;
        uint64_t sum[3];

        for (k = 0; k < 3; k++) {
            sum[k] = u->sum[i][k] * (uint64_t)AWB_CELL_CAPACITY / quads;
        }
        word = word << 54 | sum[0] << 36 | sum[1] << 18 | sum[2];
        p->stats.awb[i][0] = word;
        p->stats.awb[i][1] = word >> 32;
    }
    p->done |= R_ISP3A_RIS_RAWAWB_MASK;
}

static void awb_line(RkIspPipe *p, const uint16_t *top, const uint16_t *bottom,
                     unsigned y)
{
    AwbUnit *u = &p->awb;
    const Window *c = &u->cell;
    unsigned end = c->y + RK_ISP_GRID * c->h;
    QuadRow q = quad_row(p, top, bottom);

    if (y >= c->y && y < end) {
        unsigned row = (y - c->y) / c->h * RK_ISP_GRID, cell;
        unsigned x = ROUND_UP(c->x, 2);

        for (cell = row; cell < row + RK_ISP_GRID; cell++) {
            unsigned to = c->x + (cell - row + 1) * c->w;
            uint32_t r_sum = 0, g_sum = 0, b_sum = 0, passed = 0, quads = 0;

            for (; x < to; x += 2) {
                unsigned r = q.red[x] >> 4, g = quad_green(&q, x) >> 4;
                unsigned b = q.blue[x] >> 4, luma = (r + 2 * g + b) >> 2;

                quads++;
                if (r >= u->min[0] && r <= u->max[0] && g >= u->min[1] &&
                    g <= u->max[1] && b >= u->min[2] && b <= u->max[2] &&
                    luma >= u->min[3] && luma <= u->max[3]) {
                    r_sum += r;
                    g_sum += g;
                    b_sum += b;
                    passed++;
                }
            }
            u->sum[cell][0] += r_sum;
            u->sum[cell][1] += g_sum;
            u->sum[cell][2] += b_sum;
            u->passed[cell] += passed;
            u->quads[cell] += quads;
        }
    }
    if (y + 2 >= end && y < end) {
        awb_finish(p);
    }
}

static void af_finish(RkIspPipe *p)
{
    AfUnit *u = &p->af;
    unsigned i, k;

    for (i = 0; i < RK_ISP_CELLS; i++) {
        for (k = 0; k < 4; k++) {
            p->stats.af[i][k] = saturate(u->value[i][k] >> u->shift[k]);
        }
    }
    p->stats.af_sum_b = saturate(u->sum_b >> u->afm_shift_b);
    p->stats.af_lum_b = saturate(u->lum_b >> u->lum_shift_b);
    p->stats.af_highlit_b = u->highlit_b;
    p->done |= R_ISP3A_RIS_RAWAF_MASK;
}

/* Differences of neighbouring green pixels; an own definition, README-isp.md */
static void af_line(RkIspPipe *p, const uint16_t *line, const uint16_t *above,
                    unsigned y)
{
    AfUnit *u = &p->af;
    const Window *c = &u->cell;
    unsigned x, first = (y & 1) == p->red_y ? !p->red_x : p->red_x;

    if (y - c->y < RK_ISP_GRID * c->h) {
        unsigned row = (y - c->y) / c->h * RK_ISP_GRID;
        unsigned from = c->x + ((c->x ^ first) & 1);

        for (x = from; x < c->x + RK_ISP_GRID * c->w; x += 2) {
            uint64_t *value = u->value[row + (x - c->x) / c->w];
            unsigned v = above ? absdiff(line[x], above[x]) : 0;
            unsigned h = x >= 2 ? absdiff(line[x], line[x - 2]) : 0;

            if (v > u->v_thres) {
                value[0] += v;
                value[1] += v * v;
            }
            if (h > u->h_thres) {
                value[2] += h;
                value[3] += h * h;
            }
        }
    }
    if (y - u->b.y < u->b.h) {
        for (x = u->b.x + ((u->b.x ^ first) & 1); x < u->b.x + u->b.w; x += 2) {
            unsigned v = above ? absdiff(line[x], above[x]) : 0;
            unsigned h = x >= 2 ? absdiff(line[x], line[x - 2]) : 0;

            if (v + h > u->thres) {
                u->sum_b += v * v + h * h;
            }
            u->lum_b += line[x];
            u->highlit_b += line[x] > u->highlight;
        }
    }
    if (y + 1 == MAX(c->y + RK_ISP_GRID * c->h, u->b.y + u->b.h)) {
        af_finish(p);
    }
}

/*
 * Demosaic (7.6): bilinear, 3x3
 */
HOT static void demosaic(const uint16_t *up, const uint16_t *c,
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

HOT static void ccm_plain(uint16_t *red, uint16_t *green, uint16_t *blue,
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
HOT static void ccm_general(uint16_t *red, uint16_t *green, uint16_t *blue,
                            unsigned w, const int *m, const int *off,
                            const int *y, const int *alpha, bool vendor)
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

            if (!vendor) {
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

HOT static void to_component(uint8_t *out, const uint16_t *red,
                             const uint16_t *green, const uint16_t *blue,
                             unsigned w, int cr, int cg, int cb, int offset,
                             int lo, int hi)
{
    unsigned x;

    for (x = 0; x < w; x++) {
        int v = ((cr * red[x] + cg * green[x] + cb * blue[x] + (1 << 10)) >> 11)
                + offset;

        out[x] = v < lo ? lo : v > hi ? hi : v;
    }
}

/* 4:4:4 to 4:2:2, co-sited with the even pixel: [1 2 1] / 4 */
HOT static void halve_chroma(uint8_t *out, const uint8_t *in, unsigned half)
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
HOT static void rotate_chroma(uint8_t *cb_line, uint8_t *cr_line, unsigned half,
                              int c, int s, int lo, int hi)
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

/*
 * Scalers (3.3)
 */

static void blend(uint8_t *out, const uint8_t *a, const uint8_t *b,
                  unsigned weight, unsigned w)
{
    unsigned x;

    if (!weight) {
        memcpy(out, a, w);
        return;
    }
    for (x = 0; x < w; x++) {
        out[x] = (a[x] * (64 - weight) + b[x] * weight + 32) >> 6;
    }
}

static void scale_line(const Scale *s, uint8_t *out, const uint8_t *in)
{
    unsigned x;

    for (x = 0; x < s->out; x++) {
        const ScalePos *pos = &s->pos[x];
        const uint8_t *src = in + pos->index;
        unsigned weight = pos->weight;

        /* behind the last sample the weight is zero */
        out[x] = (src[0] * (64 - weight) + src[weight != 0] * weight + 32) >> 6;
    }
}

static void scale_setup(Scale *s, bool on, unsigned in, unsigned out,
                        const uint8_t *lut)
{
    unsigned i;

    s->on = on;
    s->in = in;
    s->out = out;
    s->next = 0;
    if (!on) {
        return;
    }
    if (s->cap < out) {
        s->pos = g_realloc(s->pos, out * sizeof(*s->pos));
        s->cap = out;
    }
    for (i = 0; i < out; i++) {
        unsigned at = i * (in - 1), div = MAX(out - 1, 1);

        s->pos[i].index = at / div;
        s->pos[i].weight = lut[at % div * 64 / div];
        if (s->pos[i].index >= in - 1) {
            s->pos[i].index = in - 1;
            s->pos[i].weight = 0;
        }
    }
}

/* Vertical: can the next output line be made once input line @y is there? */
static bool scale_next(const Scale *s, unsigned y, ScalePos *pos)
{
    if (s->next >= s->out) {
        return false;
    }
    *pos = s->on ? s->pos[s->next]
                 : (ScalePos) { .index = s->next, .weight = 0 };
    return pos->index + (pos->weight != 0) <= y;
}

/*
 * Writers (3.1, 3.2)
 */

static uint8_t *next_line(RkIspPlane *plane)
{
    return plane->data + (size_t)plane->ready * plane->line_bytes;
}

static void put_line(RkIspPlane *plane, const uint8_t *line)
{
    if (plane->ready < plane->lines) {
        memcpy(next_line(plane), line, plane->line_bytes);
        plane->ready++;
    }
}

static void put_chroma_planes(PathState *s, const uint8_t *cb,
                              const uint8_t *cr)
{
    RkIspPlane *plane = s->out.plane;
    unsigned x, half = s->out_w / 2;

    if (s->format == MI_FORMAT_PLANAR) {
        put_line(&plane[1], cb);
        put_line(&plane[2], cr);
        return;
    }
    if (plane[1].ready < plane[1].lines) {
        const uint8_t *first = s->swap_uv ? cr : cb;
        const uint8_t *second = s->swap_uv ? cb : cr;
        uint8_t *out = next_line(&plane[1]);

        for (x = 0; x < half; x++) {
            out[2 * x] = first[x];
            out[2 * x + 1] = second[x];
        }
        plane[1].ready++;
    }
}

/* A chroma line; the writer makes 4:2:0 by averaging two (7, inferred). */
static void put_chroma(PathState *s, const uint8_t *cb, const uint8_t *cr)
{
    unsigned x, half = s->out_w / 2;

    if (s->sampling == MI_YUV_400) {
        return;
    }
    if (s->sampling == MI_YUV_422 || s->own_chroma_v) {
        put_chroma_planes(s, cb, cr);
        return;
    }
    if (s->chroma_lines++ % 2 == 0) {
        memcpy(s->half[0], cb, half);
        memcpy(s->half[1], cr, half);
        return;
    }
    for (x = 0; x < half; x++) {
        s->half[0][x] = (s->half[0][x] + cb[x] + 1) >> 1;
        s->half[1][x] = (s->half[1][x] + cr[x] + 1) >> 1;
    }
    put_chroma_planes(s, s->half[0], s->half[1]);
}

static void put_uyvy(PathState *s, const uint8_t *y, const uint8_t *cb,
                     const uint8_t *cr)
{
    uint8_t *out = next_line(&s->out.plane[0]);
    unsigned x;

    for (x = 0; x < s->out_w / 2; x++) {
        out[4 * x] = cb[x];
        out[4 * x + 1] = y[2 * x];
        out[4 * x + 2] = cr[x];
        out[4 * x + 3] = y[2 * x + 1];
    }
    s->out.plane[0].ready++;
}

/* BT.601, in 1/65536 (inferred) */
static void put_rgb(PathState *s, const uint8_t *y, const uint8_t *cb,
                    const uint8_t *cr)
{
    uint8_t *out = next_line(&s->out.plane[0]);
    int y_gain = s->y_full ? 65536 : 76309;             /* 255 / 219 */
    int y_zero = s->y_full ? 0 : LUMA_LIMITED;
    int rv = s->c_full ? 91881 : 104597;                /* 255 / 224 */
    int gu = s->c_full ? 22554 : 25675, gv = s->c_full ? 46802 : 53279;
    int bu = s->c_full ? 116130 : 132201;
    unsigned x;

    for (x = 0; x < s->out_w; x++) {
        int luma = (y[x] - y_zero) * y_gain + 32768;
        int u = cb[x / 2] - CHROMA_ZERO, v = cr[x / 2] - CHROMA_ZERO;
        int r = clamp_int((luma + rv * v) >> 16, 0, 255);
        int g = clamp_int((luma - gu * u - gv * v) >> 16, 0, 255);
        int b = clamp_int((luma + bu * u) >> 16, 0, 255);

        if (s->sampling == MI_RGB565) {
            stw_le_p(out + 2 * x, (r >> 3) << 11 | (g >> 2) << 5 | b >> 3);
        } else {
            stl_le_p(out + 4 * x, r << 16 | g << 8 | b);
        }
    }
    s->out.plane[0].ready++;
}

static bool is_rgb(const PathState *s)
{
    return s->sampling == MI_RGB565 || s->sampling == MI_RGB888;
}

static bool is_packed(const PathState *s)
{
    return is_rgb(s) || s->format == MI_FORMAT_INTERLEAVED;
}

/*
 * A line of the picture that left the ISP arrives at a path: crop, scale along
 * the line, keep it, and make all output lines that it completes.
 */
static void path_line(PathState *s, unsigned y, const uint8_t *const in[3])
{
    const uint8_t *line[3] = {
        in[0] + s->crop.x, in[1] + s->crop.x / 2, in[2] + s->crop.x / 2
    };
    ScalePos pos;
    unsigned i;

    if (!s->out.active || y - s->crop.y >= s->crop.h) {
        return;
    }
    y -= s->crop.y;
    for (i = 0; i < 3; i++) {
        const Scale *h = i ? &s->hc : &s->hy;
        uint8_t *to = s->ring[y & 1][i];

        if (h->on) {
            scale_line(h, to, line[i]);
        } else {
            memcpy(to, line[i], h->out);
        }
    }
    for (; scale_next(&s->vy, y, &pos); s->vy.next++) {
        const unsigned a = pos.index & 1;

        blend(s->line[0], s->ring[a][0], s->ring[!a][0], pos.weight, s->out_w);
        if (is_packed(s) || !s->own_chroma_v) {
            for (i = 1; i < 3; i++) {
                blend(s->line[i], s->ring[a][i], s->ring[!a][i], pos.weight,
                      s->out_w / 2);
            }
        }
        if (s->out.plane[0].ready >= s->out.plane[0].lines) {
            continue;
        }
        if (is_rgb(s)) {
            put_rgb(s, s->line[0], s->line[1], s->line[2]);
        } else if (is_packed(s)) {
            put_uyvy(s, s->line[0], s->line[1], s->line[2]);
        } else {
            put_line(&s->out.plane[0], s->line[0]);
            if (!s->own_chroma_v) {
                put_chroma(s, s->line[1], s->line[2]);
            }
        }
    }
    if (s->own_chroma_v && !is_packed(s)) {
        for (; scale_next(&s->vc, y, &pos); s->vc.next++) {
            const unsigned a = pos.index & 1;

            for (i = 1; i < 3; i++) {
                blend(s->line[i], s->ring[a][i], s->ring[!a][i], pos.weight,
                      s->out_w / 2);
            }
            put_chroma(s, s->line[1], s->line[2]);
        }
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
        demosaic(up, c, down, w, (y & 1) == p->red_y, p->red_x, red, green,
                 blue);
    } else {
        for (i = 0; i < 3; i++) {
            memcpy(p->rgb[i], c, w * sizeof(*c));
        }
    }
    if (p->ccm_on) {
        if (p->ccm_full_alpha && !p->ccm_vendor) {
            ccm_plain(red, green, blue, w, p->ccm, p->ccm_offset);
        } else {
            ccm_general(red, green, blue, w, p->ccm, p->ccm_offset, p->ccm_y,
                        p->ccm_alpha, p->ccm_vendor);
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
        path_line(&p->path[i], y - p->view.y, view);
    }
}

static void frame_end(RkIspPipe *p)
{
    unsigned i;

    for (i = 0; i < 4; i++) {
        if (p->bls_count[i]) {
            p->stats.bls_measured[i] = p->bls_sum[i] / p->bls_count[i];
        }
    }
}

/* Line @y of the ACQ window, defects corrected */
static void bayer_line(RkIspPipe *p, const uint16_t *in, unsigned y)
{
    unsigned w = p->acq.w, row = (y & 1) * 2, i;
    uint16_t *tap = p->tap[y % 3], *shaded = p->shaded[y & 1];
    uint16_t *out = p->bayer_line[y % 3];

    measure_bls(p, in, y);
    apply_luts(tap, in, w, p->lut_level[row], p->lut_level[row + 1]);
    if (p->lsc_on) {
        lsc_line(p, shaded, tap, y);
    } else {
        memcpy(shaded, tap, w * sizeof(*tap));
    }

    for (i = 0; i < RK_ISP_NUM_UNITS; i++) {
        if (p->ae[i].on) {
            ae_line(p, i, tap, y);
        }
        if (p->hist[i].on && y & 1) {
            hist_line(p, i, p->tap[(y - 1) % 3], tap, y - 1);
        }
    }
    if (p->awb.on && y & 1) {
        if (p->awb.before_lsc) {
            awb_line(p, p->tap[(y - 1) % 3], tap, y - 1);
        } else {
            awb_line(p, p->shaded[0], shaded, y - 1);
        }
    }
    if (p->af.on) {
        af_line(p, tap, y >= 2 ? p->tap[(y - 2) % 3] : NULL, y);
    }

    apply_luts(out, shaded, w, p->lut_gain[row], p->lut_gain[row + 1]);
    pad_bayer(out, w);
    if (y) {
        picture_line(p, y - 1);
    }
    if (y + 1 == p->acq.h) {
        picture_line(p, y);
        frame_end(p);
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

    for (pos = 0; pos < 4; pos++) {
        unsigned colour = p->colour[pos];
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
            int level_out = clamp_int((int)v - level, 0, PIXEL_MAX);
            uint32_t gained = v;

            p->lut_level[pos][v] = sdg ? curve[level_out] : level_out;
            if (FLD(r, ISP_CTRL0, AWB_GAIN)) {
                gained = MIN((v * gain[colour] + 128) >> 8, PIXEL_MAX);
            }
            p->lut_gain[pos][v] = clamp_int((int)gained - level1, 0,
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
    p->ccm_vendor = r->ccm_vendor;
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
        p->luma_lut[v] = out_full ? clamp_int(y, 0, 255)
                                  : clamp_int(y, LUMA_LIMITED, 235);
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
    p->effect_cb = clamp_int(CHROMA_ZERO + sext(FLD(r, IE_TINT, CB), 8), 0,
                             255);
    p->effect_cr = clamp_int(CHROMA_ZERO + sext(FLD(r, IE_TINT, CR), 8), 0,
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
 * Statistics set-up (6.2). Units whose windows break the rules never finish.
 */

static Window cell_of(const RkIspRegs *r, unsigned size, unsigned offset)
{
    uint32_t s = r->reg[size / 4], o = r->reg[offset / 4];

    return (Window) {
        .x = FIELD_EX32(o, STAT_POS, H), .y = FIELD_EX32(o, STAT_POS, V),
        .w = FIELD_EX32(s, STAT_POS, H), .h = FIELD_EX32(s, STAT_POS, V),
    };
}

static bool grid_fits(const RkIspPipe *p, const Window *c, unsigned grid)
{
    return c->w && c->h && c->x + grid * c->w <= p->acq.w &&
           c->y + grid * c->h <= p->acq.h;
}

static void setup_ae(RkIspPipe *p, const RkIspRegs *r, RkIspUnit unit)
{
    static const uint16_t base_of[] = {
        RAWAE_BIG1, RAWAE_LITE, RAWAE_BIG2, RAWAE_BIG3
    };
    static const uint8_t big_grid[] = { 1, 5, 15, 15 };
    AeUnit *u = &p->ae[unit];
    unsigned base = base_of[unit], i;
    uint32_t ctrl = r->reg[base / 4];
    bool lite = unit == RK_ISP_LITE, ok;

    memset(u, 0, sizeof(*u));
    if (!FIELD_EX32(ctrl, RAWAE_CTRL, EN)) {
        return;
    }
    u->grid = lite ? (FIELD_EX32(ctrl, RAWAE_CTRL, LITE_WNDNUM) ? 5 : 1)
                   : big_grid[FIELD_EX32(ctrl, RAWAE_CTRL, BIG_GRID)];
    u->cell = cell_of(r, base + A_RAWAE_BLK_SIZE, base + A_RAWAE_OFFSET);
    ok = grid_fits(p, &u->cell, u->grid) && u->cell.h % 2 == 0 &&
         u->cell.y + u->grid * u->cell.h < p->acq.h;
    u->last = u->cell.y + u->grid * u->cell.h - 1;
    if (lite) {
        ok &= u->cell.w % 2 == 0 && u->cell.w >= 16 && u->cell.h >= 4;
    } else {
        u->windows = FIELD_EX32(ctrl, RAWAE_CTRL, BIG_WND_EN);
    }
    for (i = 0; i < RK_ISP_AE_WINDOWS && u->windows; i++) {
        /* the size register holds the end (R 5.1) */
        Window w = cell_of(r, base + A_RAWAE_BIG_WND1_SIZE + 8 * i,
                           base + A_RAWAE_BIG_WND1_OFFSET + 8 * i);

        w.w = w.w > w.x ? MIN(w.w, p->acq.w) - MIN(w.x, p->acq.w) : 0;
        w.h = w.h > w.y ? MIN(w.h, p->acq.h) - MIN(w.y, p->acq.h) : 0;
        u->sub[i] = w;
        if (u->windows & (1u << i) && w.w && w.h) {
            u->last = MAX(u->last, w.y + w.h - 1);
        }
    }
    u->on = ok;
    if (!ok) {
        p->stuck |= 1u << (R_ISP3A_RIS_RAWAE_BIG_SHIFT + unit);
    }
}

static void setup_hist(RkIspPipe *p, const RkIspRegs *r, RkIspUnit unit)
{
    static const uint16_t base_of[] = {
        RAWHIST_BIG1, RAWHIST_LITE, RAWHIST_BIG2, RAWHIST_BIG3
    };
    HistUnit *u = &p->hist[unit];
    unsigned base = base_of[unit], i;
    uint32_t ctrl = r->reg[base / 4];
    uint32_t cc = r->reg[(base + A_RAWHIST_RAW2Y_CC) / 4];

    memset(u, 0, sizeof(*u));
    u->mode = FIELD_EX32(ctrl, RAWHIST_CTRL, MODE);
    if (!FIELD_EX32(ctrl, RAWHIST_CTRL, EN) || !u->mode) {
        return;
    }
    u->grid = unit != RK_ISP_LITE &&
              FIELD_EX32(ctrl, RAWHIST_CTRL, BIG_WND_NUM) >= 2 ?
              RK_ISP_GRID : GRID_LITE;
    u->cell = cell_of(r, base + A_RAWHIST_SIZE, base + A_RAWHIST_OFFS);
    u->step = MAX(FIELD_EX32(ctrl, RAWHIST_CTRL, STEPSIZE), 1);
    i = FIELD_EX32(ctrl, RAWHIST_CTRL, DATA_SEL);
    u->shift = i < 4 ? 4 - i : 0;
    u->waterline = FIELD_EX32(ctrl, RAWHIST_CTRL, WATERLINE);
    u->cr = FIELD_EX32(cc, RAWHIST_RAW2Y_CC, R);
    u->cg = FIELD_EX32(cc, RAWHIST_RAW2Y_CC, G);
    u->cb = FIELD_EX32(cc, RAWHIST_RAW2Y_CC, B);
    u->offset = FIELD_EX32(cc, RAWHIST_RAW2Y_CC, OFFSET);
    for (i = 0; i < u->grid * u->grid; i++) {
        uint32_t word;

        if (unit == RK_ISP_LITE) {
            word = r->reg[(base + A_RAWHIST_LITE_WEIGHT0) / 4 + i / 4];
            u->weight[i] = (word >> (8 * (i % 4))) & 0x3f;
        } else {
            word = r->hist_weight[rk_isp_big_index(unit)][i / 5];
            u->weight[i] = (word >> (6 * (i % 5))) & 0x3f;
        }
    }
    u->on = grid_fits(p, &u->cell, u->grid);
    if (!u->on) {
        p->stuck |= 1u << (R_ISP3A_RIS_RAWHIST_BIG_SHIFT + unit);
    }
}

static void setup_awb(RkIspPipe *p, const RkIspRegs *r)
{
    AwbUnit *u = &p->awb;
    uint32_t offs = REG(r, RAWAWB_WIN_OFFS), size = REG(r, RAWAWB_WIN_SIZE);

    memset(u, 0, sizeof(*u));
    if (!FLD(r, RAWAWB_CTRL, EN) || !FLD(r, RAWAWB_BLK_CTRL, BLK_EN)) {
        return;
    }
    u->before_lsc = FLD(r, RAWAWB_CTRL, LSC_BYPASS);
    u->cell = (Window) {
        .x = FIELD_EX32(offs, RAWAWB_WIN_OFFS, H),
        .y = FIELD_EX32(offs, RAWAWB_WIN_OFFS, V),
        .w = FIELD_EX32(size, RAWAWB_WIN_OFFS, H),
        .h = FIELD_EX32(size, RAWAWB_WIN_OFFS, V),
    };
    u->max[0] = FLD(r, RAWAWB_LIMIT_RG_MAX, LO);
    u->max[1] = FLD(r, RAWAWB_LIMIT_RG_MAX, HI);
    u->max[2] = FIELD_EX32(REG(r, RAWAWB_LIMIT_BY_MAX), RAWAWB_LIMIT_RG_MAX,
                           LO);
    u->max[3] = FIELD_EX32(REG(r, RAWAWB_LIMIT_BY_MAX), RAWAWB_LIMIT_RG_MAX,
                           HI);
    u->min[0] = FIELD_EX32(REG(r, RAWAWB_LIMIT_RG_MIN), RAWAWB_LIMIT_RG_MAX,
                           LO);
    u->min[1] = FIELD_EX32(REG(r, RAWAWB_LIMIT_RG_MIN), RAWAWB_LIMIT_RG_MAX,
                           HI);
    u->min[2] = FIELD_EX32(REG(r, RAWAWB_LIMIT_BY_MIN), RAWAWB_LIMIT_RG_MAX,
                           LO);
    u->min[3] = FIELD_EX32(REG(r, RAWAWB_LIMIT_BY_MIN), RAWAWB_LIMIT_RG_MAX,
                           HI);
    u->on = grid_fits(p, &u->cell, RK_ISP_GRID);
    if (!u->on) {
        p->stuck |= R_ISP3A_RIS_RAWAWB_MASK;
    }
}

static Window af_window(const RkIspRegs *r, unsigned offset, unsigned size)
{
    uint32_t o = r->reg[offset / 4], s = r->reg[size / 4];

    return (Window) {
        .x = FIELD_EX32(o, RAWAF_OFFSET_WINA, H),
        .y = FIELD_EX32(o, RAWAF_OFFSET_WINA, V),
        .w = FIELD_EX32(s, RAWAF_OFFSET_WINA, H),
        .h = FIELD_EX32(s, RAWAF_OFFSET_WINA, V),
    };
}

static void setup_af(RkIspPipe *p, const RkIspRegs *r)
{
    AfUnit *u = &p->af;
    Window a = af_window(r, A_RAWAF_OFFSET_WINA, A_RAWAF_SIZE_WINA);
    Window b = af_window(r, A_RAWAF_OFFSET_WINB, A_RAWAF_SIZE_WINB);

    memset(u, 0, sizeof(*u));
    if (!FLD(r, RAWAF_CTRL, EN)) {
        return;
    }
    u->cell = (Window) { a.x, a.y, a.w / RK_ISP_GRID, a.h / RK_ISP_GRID };
    u->b = b;
    u->thres = FLD(r, RAWAF_THRES, VAL);
    u->h_thres = FLD(r, RAWAF_HIIR_THRESH, H);
    u->v_thres = FLD(r, RAWAF_HIIR_THRESH, V);
    u->highlight = REG(r, RAWAF_HIGHLIT_THRESH);
    u->shift[0] = FLD(r, RAWAF_HVIIR_VAR_SHIFT, V1);
    u->shift[1] = FLD(r, RAWAF_HVIIR_VAR_SHIFT, V2);
    u->shift[2] = FLD(r, RAWAF_HVIIR_VAR_SHIFT, H1);
    u->shift[3] = FLD(r, RAWAF_HVIIR_VAR_SHIFT, H2);
    u->afm_shift_b = FLD(r, RAWAF_VAR_SHIFT, AFM_B);
    u->lum_shift_b = FLD(r, RAWAF_VAR_SHIFT, LUM_B);
    u->on = a.w && a.h && a.w % RK_ISP_GRID == 0 && a.h % RK_ISP_GRID == 0 &&
            a.x >= 2 && a.y >= 1 && a.w <= p->acq.w - 2 &&
            a.h <= p->acq.h - 2 && a.x + a.w <= p->acq.w &&
            a.y + a.h <= p->acq.h && b.x + b.w <= p->acq.w &&
            b.y + b.h <= p->acq.h;
    if (!u->on) {
        p->stuck |= R_ISP3A_RIS_RAWAF_MASK;
    }
}

/*
 * Geometry (3.3, 3.4)
 */

static RkIspStart refuse(RkIspPipe *p, RkIspStart how, const char *reason)
{
    p->reason = reason;
    return how;
}

static Window window_at(const RkIspRegs *r, unsigned addr)
{
    const uint32_t *w = r->reg + addr / 4;

    return (Window) { w[0], w[1], w[2], w[3] };
}

static bool inside(const Window *w, unsigned width, unsigned height)
{
    return w->w && w->h && w->x <= width && w->w <= width - w->x &&
           w->y <= height && w->h <= height - w->y;
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
    Window out = window_at(r, A_OUT_H_OFFS_SHD);
    Window is = window_at(r, A_IS_H_OFFS_SHD);
    bool big = FLD(r, ISP_CTRL1, BIGMODE_FORCE_EN) &&
               FLD(r, ISP_CTRL1, BIGMODE_MANUAL);

    p->acq = (Window) {
        FLD(r, ACQ_H_OFFS, OFFS), FLD(r, ACQ_V_OFFS, OFFS),
        FLD(r, ACQ_H_SIZE, SIZE), FLD(r, ACQ_V_SIZE, SIZE)
    };
    if (!inside(&p->acq, p->pic_w, p->pic_h) || p->acq.w < MIN_SIZE ||
        p->acq.h < MIN_SIZE || p->acq.w % 2 || p->acq.h % 2) {
        *err = R_ISP_ERR_INFORM_SIZE_MASK;
        return refuse(p, RK_ISP_SIZE_ERROR,
                      "ACQ window does not fit the raw frame");
    }
    if (!inside(&out, p->acq.w, p->acq.h) || out.w % 2) {
        *err = R_ISP_ERR_OUTFORM_SIZE_MASK;
        return refuse(p, RK_ISP_SIZE_ERROR,
                      "OUT window does not fit the ACQ window");
    }
    if (!inside(&is, out.w, out.h) || is.w % 2) {
        *err = R_ISP_ERR_IS_SIZE_MASK;
        return refuse(p, RK_ISP_SIZE_ERROR,
                      "IS window does not fit the OUT window");
    }
    if (!big && (p->acq.w > SMALL_MAX_WIDTH ||
                 p->acq.w * p->acq.h > SMALL_MAX_AREA)) {
        return refuse(p, RK_ISP_REFUSED, "large picture without big mode");
    }
    p->view = (Window) { out.x + is.x, out.y + is.y, is.w, is.h };
    p->bayer = FLD(r, ISP_CTRL1, BAYER);
    p->red_x = p->bayer & 1;
    p->red_y = p->bayer >> 1;
    p->colour[p->red_y * 2 + p->red_x] = RED;
    p->colour[p->red_y * 2 + !p->red_x] = GREEN_R;
    p->colour[!p->red_y * 2 + p->red_x] = GREEN_B;
    p->colour[!p->red_y * 2 + !p->red_x] = BLUE;
    return RK_ISP_STARTED;
}

/* Whether a direction of a scaler is programmed for @in to @out (3.3). */
static bool scale_matches(bool on, bool up, uint32_t factor, unsigned in,
                          unsigned out)
{
    uint64_t want;

    if (in == out) {
        return !on;
    }
    if (!on || in < 2 || out < 2 || up != (out > in)) {
        return false;
    }
    want = up ? ((uint64_t)(in - 1) << 16) / (out - 1)
              : ((uint64_t)(out - 1) << 16) / (in - 1) + 1;
    return (factor & 0xffff) == want;
}

static bool begin_scaler(PathState *s, const RkIspRegs *r, unsigned path)
{
    const uint32_t *shd = r->reg + (A_RSZ_CTRL_SHD + path * RSZ_SELF) / 4;
    const uint8_t *lut = r->scale_lut[path];
    uint32_t ctrl = shd[0];
    bool hc_on = FIELD_EX32(ctrl, RSZ_CTRL, SCALE_HC_EN);
    bool hc_up = FIELD_EX32(ctrl, RSZ_CTRL, SCALE_HC_UP);
    bool vc_on = FIELD_EX32(ctrl, RSZ_CTRL, SCALE_VC_EN);
    bool vc_up = FIELD_EX32(ctrl, RSZ_CTRL, SCALE_VC_UP);
    unsigned in_c = s->crop.w / 2, out_c = s->out_w / 2;
    unsigned out_vc = s->out_h;

    if (!scale_matches(FIELD_EX32(ctrl, RSZ_CTRL, SCALE_HY_EN),
                       FIELD_EX32(ctrl, RSZ_CTRL, SCALE_HY_UP), shd[1],
                       s->crop.w, s->out_w) ||
        !scale_matches(FIELD_EX32(ctrl, RSZ_CTRL, SCALE_VY_EN),
                       FIELD_EX32(ctrl, RSZ_CTRL, SCALE_VY_UP), shd[4],
                       s->crop.h, s->out_h) ||
        !scale_matches(hc_on, hc_up, shd[2], in_c, out_c) ||
        !scale_matches(hc_on, hc_up, shd[3], in_c, out_c)) {
        return false;
    }
    /* chroma lines: as many as luma lines, or already those of 4:2:0 */
    s->own_chroma_v = false;
    if (!scale_matches(vc_on, vc_up, shd[5], s->crop.h, out_vc)) {
        out_vc = s->out_h / 2;
        s->own_chroma_v = true;
        if (s->sampling != MI_YUV_420 ||
            !scale_matches(vc_on, vc_up, shd[5], s->crop.h, out_vc)) {
            return false;
        }
    }
    scale_setup(&s->hy, FIELD_EX32(ctrl, RSZ_CTRL, SCALE_HY_EN), s->crop.w,
                s->out_w, lut);
    scale_setup(&s->hc, hc_on, in_c, out_c, lut);
    scale_setup(&s->vy, FIELD_EX32(ctrl, RSZ_CTRL, SCALE_VY_EN), s->crop.h,
                s->out_h, lut);
    scale_setup(&s->vc, vc_on, s->crop.h, out_vc, lut);
    return true;
}

static void plane_setup(RkIspPlane *plane, uint32_t bytes, uint32_t lines,
                        uint32_t stride)
{
    size_t size = (size_t)bytes * lines;

    if (plane->cap < size) {
        plane->data = g_realloc(plane->data, size);
        plane->cap = size;
    }
    plane->line_bytes = bytes;
    plane->lines = lines;
    plane->stride = stride;
    plane->ready = 0;
}

/* Planes of the picture in memory; NULL, or what is wrong. */
static const char *begin_planes(PathState *s, uint32_t stride)
{
    RkIspPlane *plane = s->out.plane;
    unsigned w = s->out_w, lines = s->out_h;
    unsigned bytes = w, chroma;

    s->chroma_lines = 0;
    s->out.num_planes = 1;
    if (is_packed(s)) {
        if (is_rgb(s)) {
            bytes = s->sampling == MI_RGB565 ? 2 * w : 4 * w;
        } else if (s->sampling == MI_YUV_422) {
            bytes = 2 * w;
        } else {
            return "interleaved format that is not 4:2:2";
        }
    }
    if (stride < bytes) {
        return "line length of the writer";
    }
    plane_setup(&plane[0], bytes, lines, stride);
    if (is_packed(s) || s->sampling == MI_YUV_400) {
        return NULL;
    }
    chroma = s->sampling == MI_YUV_420 ? lines / 2 : lines;
    if (s->format == MI_FORMAT_PLANAR) {
        plane_setup(&plane[1], w / 2, chroma, stride / 2);
        plane_setup(&plane[2], w / 2, chroma, stride / 2);
        s->out.num_planes = 3;
    } else {
        plane_setup(&plane[1], w, chroma, stride);
        s->out.num_planes = 2;
    }
    return NULL;
}

static const char *begin_path(RkIspPipe *p, const RkIspRegs *r, unsigned path)
{
    PathState *s = &p->path[path];
    bool main = path == RK_ISP_MP;
    uint32_t ctrl = REG(r, MI_WR_CTRL), stride;
    unsigned mode = main ? FIELD_EX32(r->dual_crop_ctrl, DUAL_CROP_CTRL,
                                      MP_MODE)
                         : FIELD_EX32(r->dual_crop_ctrl, DUAL_CROP_CTRL,
                                      SP_MODE);

    if (mode == DUAL_CROP_BYPASS) {
        s->crop = (Window) { 0, 0, p->view.w, p->view.h };
    } else if (mode == DUAL_CROP_YUV) {
        s->crop = window_at(r, main ? A_DUAL_CROP_M_H_OFFS_SHD
                                    : A_DUAL_CROP_S_H_OFFS_SHD);
        if (!inside(&s->crop, p->view.w, p->view.h) || s->crop.w % 2) {
            return "DUAL_CROP window does not fit the picture";
        }
    } else {
        return "DUAL_CROP mode";
    }
    if (main) {
        s->out_w = REG(r, MP_WR_Y_PIC_WIDTH);
        s->out_h = REG(r, MP_WR_Y_PIC_HEIGHT);
        stride = REG(r, MP_WR_Y_LLENGTH);
        s->format = FIELD_EX32(ctrl, MI_WR_CTRL, MP_FORMAT);
        s->sampling = FIELD_EX32(r->mpfbc_ctrl, MPFBC_CTRL, MP_YUV_MODE) ?
                      MI_YUV_422 : MI_YUV_420;
        s->swap_uv = FLD(r, WR_XTD_FORMAT_CTRL, MP_UV_SWAP);
    } else {
        unsigned in = FIELD_EX32(ctrl, MI_WR_CTRL, SP_IN_FORMAT);
        bool yuv422 = FIELD_EX32(r->mpfbc_ctrl, MPFBC_CTRL, SP_YUV_MODE);

        s->out_w = REG(r, SP_WR_Y_PIC_WIDTH);
        s->out_h = REG(r, SP_WR_Y_PIC_HEIGHT);
        stride = REG(r, SP_WR_Y_LLENGTH);
        s->format = FIELD_EX32(ctrl, MI_WR_CTRL, SP_FORMAT);
        s->sampling = FIELD_EX32(ctrl, MI_WR_CTRL, SP_OUT_FORMAT);
        s->swap_uv = FLD(r, WR_XTD_FORMAT_CTRL, SP_UV_SWAP);
        s->y_full = FIELD_EX32(ctrl, MI_WR_CTRL, SP_Y_FULL);
        s->c_full = FIELD_EX32(ctrl, MI_WR_CTRL, SP_CBCR_FULL);
        if (s->sampling != MI_YUV_400 && s->sampling != MI_YUV_420 &&
            s->sampling != MI_YUV_422 && !is_rgb(s)) {
            return "output format of the self path";
        }
        if (in != (s->sampling == MI_YUV_400 ? MI_YUV_400 : MI_YUV_422)) {
            return "input format of the self path";
        }
        if ((s->sampling == MI_YUV_420 && yuv422) ||
            (s->sampling == MI_YUV_422 && !yuv422)) {
            return "SP_YUV_MODE disagrees with the self path's output format";
        }
    }
    if (s->format > MI_FORMAT_INTERLEAVED) {
        return "writer format";
    }
    if (!FIELD_EX32(r->mpfbc_ctrl, MPFBC_CTRL, SEPARATE_YUV_CFG)) {
        return "MPFBC_CTRL without SEPARATE_YUV_CFG";
    }
    if (!s->out_w || s->out_w % 2 || s->out_w > RK_ISP_MAX_WIDTH ||
        !s->out_h || s->out_h > RK_ISP_MAX_HEIGHT) {
        return "picture size of the writer";
    }
    if (!begin_scaler(s, r, path)) {
        return "scaler does not turn the cropped into the written size";
    }
    return begin_planes(s, stride);
}

RkIspStart rk_isp_pipe_begin(RkIspPipe *p, const RkIspRegs *r, uint32_t *err)
{
    uint32_t enabled = REG(r, MI_WR_CTRL_SHD);
    RkIspStart result;
    unsigned i;

    p->raw_y = 0;
    p->pic_h = 0;
    p->done = 0;
    p->stuck = 0;
    p->reason = "";
    *err = 0;
    p->path[RK_ISP_MP].out.active = FIELD_EX32(enabled, MI_WR_CTRL_SHD,
                                               MP_OUT);
    p->path[RK_ISP_SP].out.active = FIELD_EX32(enabled, MI_WR_CTRL_SHD,
                                               SP_OUT);

    result = begin_raw(p, r);
    if (result == RK_ISP_STARTED) {
        result = begin_windows(p, r, err);
    }
    for (i = 0; result == RK_ISP_STARTED && i < RK_ISP_NUM_PATHS; i++) {
        const char *wrong = p->path[i].out.active ? begin_path(p, r, i) : NULL;

        if (wrong) {
            result = refuse(p, RK_ISP_REFUSED, wrong);
        }
    }
    if (result != RK_ISP_STARTED) {
        p->pic_h = 0;
        return result;
    }

    for (i = 0; i < RK_ISP_NUM_UNITS; i++) {
        setup_ae(p, r, i);
        setup_hist(p, r, i);
    }
    setup_awb(p, r);
    setup_af(p, r);

    p->dpcc_on = FLD(r, DPCC_MODE, EN);
    memset(p->bls_win, 0, sizeof(p->bls_win));
    memset(p->bls_sum, 0, sizeof(p->bls_sum));
    memset(p->bls_count, 0, sizeof(p->bls_count));
    p->bls_log2 = MIN(FLD(r, BLS_SAMPLES, LOG2), 15);
    for (i = 0; i < 2 && FLD(r, BLS_CTRL, ENA); i++) {
        const uint32_t *w = r->reg + (i ? R_BLS_H2_START : R_BLS_H1_START);
        bool on = i ? FLD(r, BLS_CTRL, WINDOW2_EN)
                    : FLD(r, BLS_CTRL, WINDOW1_EN);

        if (on && w[1] > w[0] && w[3] > w[2]) {
            p->bls_win[i] = (Window) { w[0], w[2], w[1] - w[0], w[3] - w[2] };
        }
    }
    rk_isp_pipe_update(p, r);
    return RK_ISP_STARTED;
}
