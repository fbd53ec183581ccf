/*
 * Rockchip ISP 3.0: statistics
 *
 * Means, histograms, white balance grid, focus values and black levels of the
 * mosaic (6, 7).
 *
 * Chapters named in comments are those of the hardware notes, ISP ("R" = ISP
 * registers). What those leave open is marked "inferred" and collected in
 * README-isp.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "rockchip-isp-regs.h"
#include "rockchip-isp-blocks.h"

#define GRID_LITE       5

/* Capacity that sums of the AWB grid are normalised to (inferred) */
#define AWB_CELL_CAPACITY   1024
#define AWB_COUNT_MAX       1023

typedef struct AeUnit {
    bool on;
    unsigned grid;
    RkIspWindow cell;            /* x, y of the grid; w, h of one cell */
    uint64_t sum[RK_ISP_CELLS][3];
    uint32_t count[RK_ISP_CELLS][3];
    unsigned last;          /* line that completes grid and sub-windows */
    unsigned windows;
    RkIspWindow sub[RK_ISP_AE_WINDOWS];
    uint64_t sub_sum[RK_ISP_AE_WINDOWS][3];
} AeUnit;

typedef struct HistUnit {
    bool on;
    unsigned grid;
    RkIspWindow cell;
    unsigned mode, step, shift, waterline;
    unsigned cr, cg, cb, offset;
    uint8_t weight[RK_ISP_CELLS];
    uint32_t bin[RK_ISP_BINS];
} HistUnit;

typedef struct AwbUnit {
    bool on, before_lsc;
    RkIspWindow cell;
    uint8_t min[4], max[4]; /* r, g, b, y */
    uint32_t sum[RK_ISP_CELLS][3];
    uint32_t passed[RK_ISP_CELLS];
    uint32_t quads[RK_ISP_CELLS];
} AwbUnit;

typedef struct AfUnit {
    bool on;
    RkIspWindow cell, b;
    unsigned thres, h_thres, v_thres, highlight;
    unsigned shift[4];
    unsigned afm_shift_b, lum_shift_b;
    uint64_t value[RK_ISP_CELLS][4];
    uint64_t sum_b, lum_b;
    uint32_t highlit_b;
} AfUnit;


/* Auto black level: sums of the pixels at the four positions */
typedef struct BlackUnit {
    RkIspWindow win[2];
    unsigned log2;
    uint64_t sum[4];
    uint32_t count[4];
} BlackUnit;

struct RkIspMeter {
    const RkIspBayer *bayer;
    AeUnit ae[RK_ISP_NUM_UNITS];
    HistUnit hist[RK_ISP_NUM_UNITS];
    AwbUnit awb;
    AfUnit af;
    BlackUnit black;
    uint32_t done, stuck;
    RkIspStats stats;
};

static RK_ISP_HOT void sum_line(const uint16_t *line, unsigned num,
                                uint32_t *even, uint32_t *odd)
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
static void add_colours(const RkIspMeter *m, const uint16_t *line, unsigned y,
                        unsigned x0, unsigned x1, uint64_t *sum,
                        uint32_t *count)
{
    static const uint8_t component[] = { 0, 1, 1, 2 };
    unsigned first = component[m->bayer->colour[(y & 1) * 2 + (x0 & 1)]];
    unsigned second = component[m->bayer->colour[(y & 1) * 2 + (~x0 & 1)]];
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

static void ae_line(RkIspMeter *m, RkIspUnit unit, const uint16_t *line,
                    unsigned y)
{
    AeUnit *u = &m->ae[unit];
    const RkIspWindow *c = &u->cell;
    unsigned i, k;

    for (i = 0; i < RK_ISP_AE_WINDOWS; i++) {
        const RkIspWindow *w = &u->sub[i];

        if (u->windows & (1u << i) && y - w->y < w->h && w->w) {
            add_colours(m, line, y, w->x, w->x + w->w, u->sub_sum[i], NULL);
        }
    }
    if (y - c->y < u->grid * c->h) {
        unsigned row = (y - c->y) / c->h * u->grid;

        for (i = 0; i < u->grid; i++) {
            add_colours(m, line, y, c->x + i * c->w, c->x + (i + 1) * c->w,
                        u->sum[row + i], u->count[row + i]);
        }
    }
    if (y != u->last) {
        return;
    }
    for (i = 0; i < u->grid * u->grid; i++) {
        m->stats.ae_mean[unit][i] = mean_word(u->sum[i], u->count[i]);
    }
    m->done |= 1u << (R_ISP3A_RIS_RAWAE_BIG_SHIFT + unit);
    for (k = 0; k < 3; k++) {
        for (i = 0; i < RK_ISP_AE_WINDOWS; i++) {
            m->stats.ae_sum[unit][k][i] = saturate(u->sub_sum[i][k]);
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

static QuadRow quad_row(const RkIspMeter *m, const uint16_t *top,
                        const uint16_t *bottom)
{
    const uint16_t *red_line = m->bayer->red_y ? bottom : top;
    const uint16_t *blue_line = m->bayer->red_y ? top : bottom;

    return (QuadRow) {
        .red = red_line + m->bayer->red_x,
        .green_r = red_line + !m->bayer->red_x,
        .green_b = blue_line + m->bayer->red_x,
        .blue = blue_line + !m->bayer->red_x,
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
static void hist_line(RkIspMeter *m, RkIspUnit unit, const uint16_t *top,
                      const uint16_t *bottom, unsigned y)
{
    HistUnit *u = &m->hist[unit];
    const RkIspWindow *c = &u->cell;
    unsigned end = c->y + u->grid * c->h;
    QuadRow q = quad_row(m, top, bottom);

    if (y >= c->y && y < end) {
        hist_cells(u, &q, (y - c->y) / c->h * u->grid, ROUND_UP(c->x, 2));
    }
    if (y + 2 >= end && y < end) {
        memcpy(m->stats.hist[unit], u->bin, sizeof(u->bin));
        m->done |= 1u << (R_ISP3A_RIS_RAWHIST_BIG_SHIFT + unit);
    }
}

static void awb_finish(RkIspMeter *m)
{
    AwbUnit *u = &m->awb;
    unsigned i, k;

    for (i = 0; i < RK_ISP_CELLS; i++) {
        uint64_t quads = MAX(u->quads[i], 1);
        uint64_t word = u->passed[i] * (uint64_t)AWB_COUNT_MAX / quads;
        uint64_t sum[3];

        for (k = 0; k < 3; k++) {
            sum[k] = u->sum[i][k] * (uint64_t)AWB_CELL_CAPACITY / quads;
        }
        word = word << 54 | sum[0] << 36 | sum[1] << 18 | sum[2];
        m->stats.awb[i][0] = word;
        m->stats.awb[i][1] = word >> 32;
    }
    m->done |= R_ISP3A_RIS_RAWAWB_MASK;
}

static void awb_line(RkIspMeter *m, const uint16_t *top, const uint16_t *bottom,
                     unsigned y)
{
    AwbUnit *u = &m->awb;
    const RkIspWindow *c = &u->cell;
    unsigned end = c->y + RK_ISP_GRID * c->h;
    QuadRow q = quad_row(m, top, bottom);

    if (y >= c->y && y < end) {
        unsigned row = (y - c->y) / c->h * RK_ISP_GRID, cell;
        unsigned x = ROUND_UP(c->x, 2);

        for (cell = row; cell < row + RK_ISP_GRID; cell++) {
            unsigned to = c->x + (cell - row + 1) * c->w;
            uint32_t r_sum = 0, g_sum = 0, b_sum = 0, passed = 0, quads = 0;

            for (; x < to; x += 2) {
                unsigned r = q.red[x] >> 4, b = q.blue[x] >> 4;
                unsigned g = ((q.green_r[x] >> 4) + (q.green_b[x] >> 4)) >> 1;
                unsigned luma = (r + 2 * g + b) >> 2;

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
        awb_finish(m);
    }
}

static void af_finish(RkIspMeter *m)
{
    AfUnit *u = &m->af;
    unsigned i, k;

    for (i = 0; i < RK_ISP_CELLS; i++) {
        for (k = 0; k < 4; k++) {
            m->stats.af[i][k] = saturate(u->value[i][k] >> u->shift[k]);
        }
    }
    m->stats.af_sum_b = saturate(u->sum_b >> u->afm_shift_b);
    m->stats.af_lum_b = saturate(u->lum_b >> u->lum_shift_b);
    m->stats.af_highlit_b = u->highlit_b;
    m->done |= R_ISP3A_RIS_RAWAF_MASK;
}

/* Differences of neighbouring green pixels; an own definition, README-isp.md */
static void af_line(RkIspMeter *m, const uint16_t *line, const uint16_t *above,
                    unsigned y)
{
    AfUnit *u = &m->af;
    const RkIspWindow *c = &u->cell;
    /* green is beside the red of its line, or beside the blue */
    unsigned x, first = ((y & 1) == m->bayer->red_y) ^ m->bayer->red_x;

    if (y - c->y < RK_ISP_GRID * c->h) {
        unsigned row = (y - c->y) / c->h * RK_ISP_GRID;
        unsigned from = c->x + ((c->x ^ first) & 1);

        for (x = from; x < c->x + RK_ISP_GRID * c->w; x += 2) {
            uint64_t *value = u->value[row + (x - c->x) / c->w];
            unsigned v = above ? rk_isp_absdiff(line[x], above[x]) : 0;
            unsigned h = x >= 2 ? rk_isp_absdiff(line[x], line[x - 2]) : 0;

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
            unsigned v = above ? rk_isp_absdiff(line[x], above[x]) : 0;
            unsigned h = x >= 2 ? rk_isp_absdiff(line[x], line[x - 2]) : 0;

            if (v + h > u->thres) {
                u->sum_b += v * v + h * h;
            }
            u->lum_b += line[x];
            u->highlit_b += line[x] > u->highlight;
        }
    }
    if (y + 1 == MAX(c->y + RK_ISP_GRID * c->h, u->b.y + u->b.h)) {
        af_finish(m);
    }
}

/*
 * Statistics set-up (6.2). Units whose windows break the rules never finish.
 */

static RkIspWindow cell_of(const RkIspRegs *r, unsigned size, unsigned offset)
{
    uint32_t s = r->reg[size / 4], o = r->reg[offset / 4];

    return (RkIspWindow) {
        .x = FIELD_EX32(o, STAT_POS, H), .y = FIELD_EX32(o, STAT_POS, V),
        .w = FIELD_EX32(s, STAT_POS, H), .h = FIELD_EX32(s, STAT_POS, V),
    };
}

static bool grid_fits(const RkIspMeter *m, const RkIspWindow *c, unsigned grid)
{
    return c->w && c->h && c->x + grid * c->w <= m->bayer->w &&
           c->y + grid * c->h <= m->bayer->h;
}

static void setup_ae(RkIspMeter *m, const RkIspRegs *r, RkIspUnit unit)
{
    static const uint16_t base_of[] = {
        RAWAE_BIG1, RAWAE_LITE, RAWAE_BIG2, RAWAE_BIG3
    };
    static const uint8_t big_grid[] = { 1, 5, 15, 15 };
    AeUnit *u = &m->ae[unit];
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
    ok = grid_fits(m, &u->cell, u->grid) && u->cell.h % 2 == 0 &&
         u->cell.y + u->grid * u->cell.h < m->bayer->h;
    u->last = u->cell.y + u->grid * u->cell.h - 1;
    if (lite) {
        ok &= u->cell.w % 2 == 0 && u->cell.w >= 16 && u->cell.h >= 4;
    } else {
        u->windows = FIELD_EX32(ctrl, RAWAE_CTRL, BIG_WND_EN);
    }
    for (i = 0; i < RK_ISP_AE_WINDOWS && u->windows; i++) {
        /* the size register holds the end (R 5.1) */
        RkIspWindow w = cell_of(r, base + A_RAWAE_BIG_WND1_SIZE + 8 * i,
                           base + A_RAWAE_BIG_WND1_OFFSET + 8 * i);

        w.w = w.w > w.x ? MIN(w.w, m->bayer->w) - MIN(w.x, m->bayer->w) : 0;
        w.h = w.h > w.y ? MIN(w.h, m->bayer->h) - MIN(w.y, m->bayer->h) : 0;
        u->sub[i] = w;
        if (u->windows & (1u << i) && w.w && w.h) {
            u->last = MAX(u->last, w.y + w.h - 1);
        }
    }
    u->on = ok;
    if (!ok) {
        m->stuck |= 1u << (R_ISP3A_RIS_RAWAE_BIG_SHIFT + unit);
    }
}

static void setup_hist(RkIspMeter *m, const RkIspRegs *r, RkIspUnit unit)
{
    static const uint16_t base_of[] = {
        RAWHIST_BIG1, RAWHIST_LITE, RAWHIST_BIG2, RAWHIST_BIG3
    };
    HistUnit *u = &m->hist[unit];
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
    u->on = grid_fits(m, &u->cell, u->grid);
    if (!u->on) {
        m->stuck |= 1u << (R_ISP3A_RIS_RAWHIST_BIG_SHIFT + unit);
    }
}

static void setup_awb(RkIspMeter *m, const RkIspRegs *r)
{
    AwbUnit *u = &m->awb;
    uint32_t offs = REG(r, RAWAWB_WIN_OFFS), size = REG(r, RAWAWB_WIN_SIZE);

    memset(u, 0, sizeof(*u));
    if (!FLD(r, RAWAWB_CTRL, EN) || !FLD(r, RAWAWB_BLK_CTRL, BLK_EN)) {
        return;
    }
    u->before_lsc = FLD(r, RAWAWB_CTRL, LSC_BYPASS);
    u->cell = (RkIspWindow) {
        .x = FIELD_EX32(offs, RAWAWB_WIN_OFFS, H),
        .y = FIELD_EX32(offs, RAWAWB_WIN_OFFS, V),
        .w = FIELD_EX32(size, RAWAWB_WIN_OFFS, H) / RK_ISP_GRID,
        .h = FIELD_EX32(size, RAWAWB_WIN_OFFS, V) / RK_ISP_GRID,
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
    u->on = grid_fits(m, &u->cell, RK_ISP_GRID);
    if (!u->on) {
        m->stuck |= R_ISP3A_RIS_RAWAWB_MASK;
    }
}

static RkIspWindow af_window(const RkIspRegs *r, unsigned offset, unsigned size)
{
    uint32_t o = r->reg[offset / 4], s = r->reg[size / 4];

    return (RkIspWindow) {
        .x = FIELD_EX32(o, RAWAF_OFFSET_WINA, H),
        .y = FIELD_EX32(o, RAWAF_OFFSET_WINA, V),
        .w = FIELD_EX32(s, RAWAF_OFFSET_WINA, H),
        .h = FIELD_EX32(s, RAWAF_OFFSET_WINA, V),
    };
}

static void setup_af(RkIspMeter *m, const RkIspRegs *r)
{
    AfUnit *u = &m->af;
    RkIspWindow a = af_window(r, A_RAWAF_OFFSET_WINA, A_RAWAF_SIZE_WINA);
    RkIspWindow b = af_window(r, A_RAWAF_OFFSET_WINB, A_RAWAF_SIZE_WINB);

    memset(u, 0, sizeof(*u));
    if (!FLD(r, RAWAF_CTRL, EN)) {
        return;
    }
    u->cell = (RkIspWindow) { a.x, a.y, a.w / RK_ISP_GRID, a.h / RK_ISP_GRID };
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
            a.x >= 2 && a.y >= 1 && a.w <= m->bayer->w - 2 &&
            a.h <= m->bayer->h - 2 && a.x + a.w <= m->bayer->w &&
            a.y + a.h <= m->bayer->h && b.x + b.w <= m->bayer->w &&
            b.y + b.h <= m->bayer->h;
    if (!u->on) {
        m->stuck |= R_ISP3A_RIS_RAWAF_MASK;
    }
}

/*
 * Black levels (5.1): the first 2^n pixels of each position inside the windows
 */

static void setup_black(RkIspMeter *m, const RkIspRegs *r)
{
    BlackUnit *u = &m->black;
    unsigned i;

    memset(u, 0, sizeof(*u));
    u->log2 = MIN(FLD(r, BLS_SAMPLES, LOG2), 15);
    for (i = 0; i < 2 && FLD(r, BLS_CTRL, ENA); i++) {
        const uint32_t *w = r->reg + (i ? R_BLS_H2_START : R_BLS_H1_START);
        bool on = i ? FLD(r, BLS_CTRL, WINDOW2_EN)
                    : FLD(r, BLS_CTRL, WINDOW1_EN);

        if (on && w[1] > w[0] && w[3] > w[2]) {
            u->win[i] = (RkIspWindow) { w[0], w[2], w[1] - w[0], w[3] - w[2] };
        }
    }
}

static void black_line(RkIspMeter *m, const uint16_t *in, unsigned y)
{
    BlackUnit *u = &m->black;
    unsigned i, x, limit = 1u << u->log2;

    for (i = 0; i < 2; i++) {
        const RkIspWindow *w = &u->win[i];

        if (y - w->y >= w->h) {
            continue;
        }
        for (x = w->x; x < MIN(w->x + w->w, m->bayer->w); x++) {
            unsigned pos = (y & 1) * 2 + (x & 1);

            if (u->count[pos] < limit) {
                u->sum[pos] += in[x];
                u->count[pos]++;
            }
        }
    }
    for (i = 0; i < 4 && y + 1 == m->bayer->h; i++) {
        if (u->count[i]) {
            m->stats.bls_measured[i] = u->sum[i] / u->count[i];
        }
    }
}

/*
 * All units
 */

RkIspMeter *rk_isp_meter_new(void)
{
    return g_malloc0(sizeof(RkIspMeter));
}

void rk_isp_meter_begin(RkIspMeter *m, const RkIspRegs *r, const RkIspBayer *b)
{
    unsigned i;

    m->bayer = b;
    m->done = 0;
    m->stuck = 0;
    for (i = 0; i < RK_ISP_NUM_UNITS; i++) {
        setup_ae(m, r, i);
        setup_hist(m, r, i);
    }
    setup_awb(m, r);
    setup_af(m, r);
    setup_black(m, r);
}

void rk_isp_meter_line(RkIspMeter *m, const RkIspMeterLine *line, unsigned y)
{
    unsigned i;

    black_line(m, line->raw, y);
    for (i = 0; i < RK_ISP_NUM_UNITS; i++) {
        if (m->ae[i].on) {
            ae_line(m, i, line->tap, y);
        }
        if (m->hist[i].on && y & 1) {
            hist_line(m, i, line->tap1, line->tap, y - 1);
        }
    }
    if (m->awb.on && y & 1) {
        if (m->awb.before_lsc) {
            awb_line(m, line->tap1, line->tap, y - 1);
        } else {
            awb_line(m, line->shaded1, line->shaded, y - 1);
        }
    }
    if (m->af.on) {
        af_line(m, line->tap, line->tap2, y);
    }
}

const RkIspStats *rk_isp_meter_stats(RkIspMeter *m, uint32_t *done)
{
    *done = m->done;
    m->done = 0;
    return &m->stats;
}

uint32_t rk_isp_meter_stuck(const RkIspMeter *m)
{
    return m->stuck;
}

void rk_isp_meter_stop(RkIspMeter *m)
{
    unsigned i;

    for (i = 0; i < RK_ISP_NUM_UNITS; i++) {
        m->stuck |= m->ae[i].on << (R_ISP3A_RIS_RAWAE_BIG_SHIFT + i);
        m->stuck |= m->hist[i].on << (R_ISP3A_RIS_RAWHIST_BIG_SHIFT + i);
        m->ae[i].on = m->hist[i].on = false;
    }
    m->stuck |= m->awb.on << R_ISP3A_RIS_RAWAWB_SHIFT;
    m->stuck |= m->af.on << R_ISP3A_RIS_RAWAF_SHIFT;
    m->awb.on = m->af.on = false;
}
