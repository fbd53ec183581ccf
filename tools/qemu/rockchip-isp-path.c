/*
 * Rockchip ISP 3.0: crop, scalers and writers
 *
 * A path takes lines of 4:2:2, crops and scales them (3.3, 3.4), and fills
 * planes in the layout of its writer (3.1, 3.2).
 *
 * Chapters named in comments are those of the hardware notes, ISP ("R" = ISP
 * registers). What those leave open is marked "inferred" and collected in
 * README-isp.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "rockchip-isp-regs.h"
#include "rockchip-isp-blocks.h"

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

struct RkIspPathState {
    RkIspOutput out;
    RkIspWindow crop;
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
};

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

static void put_chroma_planes(RkIspPathState *s, const uint8_t *cb,
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
static void put_chroma(RkIspPathState *s, const uint8_t *cb, const uint8_t *cr)
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

static void put_uyvy(RkIspPathState *s, const uint8_t *y, const uint8_t *cb,
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
static void put_rgb(RkIspPathState *s, const uint8_t *y, const uint8_t *cb,
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
        int r = rk_isp_clamp((luma + rv * v) >> 16, 0, 255);
        int g = rk_isp_clamp((luma - gu * u - gv * v) >> 16, 0, 255);
        int b = rk_isp_clamp((luma + bu * u) >> 16, 0, 255);

        if (s->sampling == MI_RGB565) {
            stw_le_p(out + 2 * x, (r >> 3) << 11 | (g >> 2) << 5 | b >> 3);
        } else {
            stl_le_p(out + 4 * x, r << 16 | g << 8 | b);
        }
    }
    s->out.plane[0].ready++;
}

static bool is_rgb(const RkIspPathState *s)
{
    return s->sampling == MI_RGB565 || s->sampling == MI_RGB888;
}

static bool is_packed(const RkIspPathState *s)
{
    return is_rgb(s) || s->format == MI_FORMAT_INTERLEAVED;
}

/*
 * A line of the picture that left the ISP arrives at a path: crop, scale along
 * the line, keep it, and make all output lines that it completes.
 */
void rk_isp_path_line(RkIspPathState *s, unsigned y,
                      const uint8_t *const in[3])
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

static bool begin_scaler(RkIspPathState *s, const RkIspRegs *r, unsigned path)
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
static const char *begin_planes(RkIspPathState *s, uint32_t stride)
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

const char *rk_isp_path_begin(RkIspPathState *s, const RkIspRegs *r,
                              RkIspPath path, unsigned w, unsigned h)
{
    bool main = path == RK_ISP_MP;
    uint32_t enabled = REG(r, MI_WR_CTRL_SHD);
    uint32_t ctrl = REG(r, MI_WR_CTRL), stride;
    unsigned mode = main ? FIELD_EX32(r->dual_crop_ctrl, DUAL_CROP_CTRL,
                                      MP_MODE)
                         : FIELD_EX32(r->dual_crop_ctrl, DUAL_CROP_CTRL,
                                      SP_MODE);

    s->out.active = main ? FIELD_EX32(enabled, MI_WR_CTRL_SHD, MP_OUT)
                         : FIELD_EX32(enabled, MI_WR_CTRL_SHD, SP_OUT);
    if (!s->out.active) {
        return NULL;
    }
    if (mode == DUAL_CROP_BYPASS) {
        s->crop = (RkIspWindow) { 0, 0, w, h };
    } else if (mode == DUAL_CROP_YUV) {
        s->crop = rk_isp_window_at(r, main ? A_DUAL_CROP_M_H_OFFS_SHD
                                    : A_DUAL_CROP_S_H_OFFS_SHD);
        if (!rk_isp_inside(&s->crop, w, h) || s->crop.w % 2) {
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

RkIspPathState *rk_isp_path_new(void)
{
    RkIspPathState *s = g_malloc0(sizeof(*s));
    unsigned i;

    for (i = 0; i < 3; i++) {
        s->ring[0][i] = g_malloc0(RK_ISP_MAX_WIDTH);
        s->ring[1][i] = g_malloc0(RK_ISP_MAX_WIDTH);
        s->line[i] = g_malloc0(RK_ISP_MAX_WIDTH);
    }
    s->half[0] = g_malloc0(RK_ISP_MAX_WIDTH);
    s->half[1] = g_malloc0(RK_ISP_MAX_WIDTH);
    return s;
}

void rk_isp_path_free(RkIspPathState *s)
{
    unsigned i;

    for (i = 0; i < 3; i++) {
        g_free(s->ring[0][i]);
        g_free(s->ring[1][i]);
        g_free(s->line[i]);
        g_free(s->out.plane[i].data);
    }
    g_free(s->half[0]);
    g_free(s->half[1]);
    g_free(s->hy.pos);
    g_free(s->hc.pos);
    g_free(s->vy.pos);
    g_free(s->vc.pos);
    g_free(s);
}

const RkIspOutput *rk_isp_path_output(const RkIspPathState *s)
{
    return &s->out;
}
