/*
 * Unit test of the NPU's data path, without a guest
 *
 * The reference works on plain [row][column][channel] arrays with loops that
 * follow the formulas of the hardware notes (NPU E.5, E.8, E.15); the code that
 * packs cubes and weights follows E.2 and E.4. Neither shares anything with the
 * model. TAP on stdout.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <stdarg.h>
#include <stdio.h>
#include "rockchip-npu-regs.h"
#include "rockchip-npu-compute.h"

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

/*
 * Seeded values (splitmix64)
 */

static uint64_t seed_state;

static uint64_t rnd(void)
{
    uint64_t z = seed_state += 0x9e3779b97f4a7c15ull;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

/* Between lo and hi, both included. */
static int rnd_in(int lo, int hi)
{
    return lo + (int)(rnd() % (unsigned)(hi - lo + 1));
}

/*
 * Memory of the device: two areas, everything else answers with an error.
 */

#define MEM_BASE    0x10000000u
#define MEM_SIZE    (16u << 20)
#define FILL        0x5a

static uint8_t memory[MEM_SIZE];
static uint32_t mem_top;
static unsigned accesses, wait_every;
static bool held;

static uint32_t mem_alloc(uint32_t bytes)
{
    uint32_t at = mem_top;

    mem_top = ROUND_UP(mem_top + bytes, 64);
    if (mem_top > MEM_SIZE) {
        printf("Bail out! test memory too small\n");
        exit(1);
    }
    return MEM_BASE + at;
}

static uint8_t *mem_at(uint32_t iova)
{
    return memory + (iova - MEM_BASE);
}

static void mem_clear(void)
{
    mem_top = 0;
    memset(memory, FILL, sizeof(memory));
}

static bool mem_valid(uint32_t iova, uint32_t len)
{
    return iova >= MEM_BASE && iova - MEM_BASE <= MEM_SIZE &&
           len <= MEM_SIZE - (iova - MEM_BASE);
}

/* Every wait_every-th access is held once, as by a page fault. */
static bool mem_wait(void)
{
    if (!wait_every) {
        return false;
    }
    if (held) {
        held = false;
        return false;
    }
    held = ++accesses % wait_every == 0;
    return held;
}

static RkNpuResult mem_read(void *opaque, RkNpuPort port, uint32_t iova,
                            void *buf, uint32_t len)
{
    if (mem_wait()) {
        return RK_NPU_WAIT;
    }
    if (!mem_valid(iova, len)) {
        return RK_NPU_READ_ERROR;
    }
    memcpy(buf, mem_at(iova), len);
    return RK_NPU_OK;
}

static RkNpuResult mem_write(void *opaque, RkNpuPort port, uint32_t iova,
                             const void *buf, uint32_t len)
{
    if (mem_wait()) {
        return RK_NPU_WAIT;
    }
    if (!mem_valid(iova, len)) {
        return RK_NPU_WRITE_ERROR;
    }
    memcpy(mem_at(iova), buf, len);
    return RK_NPU_OK;
}

static const RkNpuMemory test_memory = { mem_read, mem_write, NULL };

/*
 * Registers
 */

static uint32_t regs[RK_NPU_NUM_BLOCKS][RK_NPU_BLOCK_REGS];
static RkNpuTask *core;

static void set(unsigned offset, uint32_t value)
{
    regs[(offset >> 12) - 1][(offset & 0xfff) / 4] = value;
}

static uint32_t get(unsigned offset)
{
    return regs[(offset >> 12) - 1][(offset & 0xfff) / 4];
}

static RkNpuCost last_cost;

/* Load, compute in steps of @budget and store, repeating what has to wait. */
static RkNpuResult run(unsigned blocks, uint64_t budget)
{
    RkNpuRegs r = { .blocks = blocks };
    RkNpuResult result;
    unsigned i;

    for (i = 0; i < RK_NPU_NUM_BLOCKS; i++) {
        r.block[i] = regs[i];
    }
    if (!rk_npu_ready(&r)) {
        return RK_NPU_HANG;
    }
    do {
        result = rk_npu_task_load(core, &r, &test_memory, &last_cost);
    } while (result == RK_NPU_WAIT);
    if (result != RK_NPU_OK) {
        return result;
    }
    while (!rk_npu_task_step(core, budget)) {
        continue;
    }
    do {
        result = rk_npu_task_store(core, &test_memory);
    } while (result == RK_NPU_WAIT);
    return result;
}

#define CONV_BLOCKS  0x1d
#define DPU_BLOCKS   0x18
#define POOL_BLOCKS  0x60
#define FUSED_BLOCKS 0x3d

/*
 * A convolution in plain terms
 */

typedef struct Conv {
    int ic, oc, ih, iw, kh, kw, sy, sx, dy, dx;
    int top, left, bottom, right;
    bool depthwise, image;
    int in_zp, w_zp;                    /* as stored: -128 to 127 */
    bool cpend_bypass, cpend_channel;
    int truncate;
    bool truncate_away;
    int scale, shift, out_zp;
    bool away;
    bool records;               /* bias, CPEND and multiplier per channel */
    int mul_shift, mul_shift_neg;
    bool relu;
    int relux;                          /* 0: none */
    bool add;
    int add_offset, add_scale, add_shift;
    bool int32_out;
} Conv;

static int out_h(const Conv *c)
{
    return (c->ih + c->top + c->bottom - (c->kh - 1) * c->dy - 1) / c->sy + 1;
}

static int out_w(const Conv *c)
{
    return (c->iw + c->left + c->right - (c->kw - 1) * c->dx - 1) / c->sx + 1;
}

#define MAX_DATA (1u << 20)

static int8_t ref_in[MAX_DATA], ref_w[MAX_DATA], ref_add[MAX_DATA];
static int32_t ref_out[MAX_DATA];
static int32_t ref_bias[4096];
static int16_t ref_cpend[4096], ref_mul[4096];

/* v / 2^s to the nearest; a tie goes to the even result, or away from zero */
static int64_t ref_round(int64_t v, int s, bool away)
{
    int64_t d = (int64_t)1 << s;
    int64_t q = v / d, twice = 2 * (v % d), sign = v < 0 ? -1 : 1;

    if (twice * sign > d || (twice * sign == d && (away || q % 2))) {
        q += sign;
    }
    return q;
}

static int64_t ref_clip(int64_t v, int bits)
{
    int64_t max = ((int64_t)1 << (bits - 1)) - 1;

    return v > max ? max : v < -max - 1 ? -max - 1 : v;
}

/*
 * Which byte of PAD_CON1 a depthwise channel reads is part of E.5; the test
 * pads with two different bytes there.
 */
static uint32_t pad_word;

static int ref_pad(const Conv *c, int ch)
{
    int byte = c->depthwise && ch % 64 < 32 && ch % 2 == 1;

    return (int8_t)(pad_word >> (8 * byte));
}

static int ref_input(const Conv *c, int y, int x, int ch)
{
    y -= c->top;
    x -= c->left;
    if (y < 0 || y >= c->ih || x < 0 || x >= c->iw) {
        return ref_pad(c, ch);
    }
    return ref_in[(y * c->iw + x) * c->ic + ch];
}

static int64_t ref_pixel(const Conv *c, int oy, int ox, int o)
{
    int64_t acc = 0, sum = 0, v;
    int ky, kx, ch;

    for (ky = 0; ky < c->kh; ky++) {
        for (kx = 0; kx < c->kw; kx++) {
            for (ch = 0; ch < c->ic; ch++) {
                int k = c->depthwise ? 0 : o;
                int x;

                if (c->depthwise && ch != o) {
                    continue;
                }
                x = ref_input(c, oy * c->sy + ky * c->dy,
                              ox * c->sx + kx * c->dx, ch);
                acc += x * ref_w[((k * c->kh + ky) * c->kw + kx) * c->ic + ch];
                sum += x;
            }
        }
    }
    if (!c->cpend_bypass) {
        acc += sum * (c->cpend_channel ? ref_cpend[o] : -c->w_zp);
    }
    v = ref_clip(ref_round(acc, c->truncate, c->truncate_away), 32);
    v = ref_clip(v + ref_bias[o], 32);
    if (c->records) {
        v *= ref_mul[o];
        v = ref_clip(ref_round(v, v < 0 ? c->mul_shift_neg : c->mul_shift,
                               false), 32);
    }
    if (c->relu && v < 0) {
        v = 0;
    }
    if (c->relux && v > c->relux) {
        v = c->relux;
    }
    if (c->add) {
        int64_t e = ref_add[(oy * out_w(c) + ox) * c->oc + o];

        e = ref_round((e + c->add_offset) * c->add_scale, c->add_shift, false);
        v = ref_clip(v + e, 32);
    }
    v = ref_round(v * c->scale, c->shift, c->away) + c->out_zp;
    return ref_clip(v, c->int32_out ? 32 : 8);
}

static void ref_conv(const Conv *c)
{
    int y, x, o;

    for (y = 0; y < out_h(c); y++) {
        for (x = 0; x < out_w(c); x++) {
            for (o = 0; o < c->oc; o++) {
                ref_out[(y * out_w(c) + x) * c->oc + o] = ref_pixel(c, y, x, o);
            }
        }
    }
}

/*
 * Layouts (E.2, E.4, E.6)
 */

/* Where an element of a cube is, in bytes; size is that of the element. */
static uint32_t cube_at(int h, int w, int y, int x, int ch, int size)
{
    int c2 = 16 / size;

    return ((ch / c2 * h + y) * w + x) * 16 + ch % c2 * size;
}

static int surfaces_of(int channels, int size)
{
    return DIV_ROUND_UP(channels, 16 / size);
}

static uint32_t put_cube(const int8_t *data, int h, int w, int ch, int pad)
{
    int total = ROUND_UP(ch, 16);
    uint32_t at = mem_alloc(2 * total * h * w);
    int y, x, i;

    for (y = 0; y < h; y++) {
        for (x = 0; x < w; x++) {
            for (i = 0; i < total; i++) {
                *mem_at(at + cube_at(h, w, y, x, i, 1)) =
                    i < ch ? data[(y * w + x) * ch + i] : pad;
            }
        }
    }
    return at;
}

/* One-channel picture: unsigned bytes, rows of at least 16 (E.11). */
static uint32_t put_image(const Conv *c)
{
    int pitch = MAX(c->iw, 16);
    uint32_t at = mem_alloc(pitch * c->ih);
    int y, x;

    for (y = 0; y < c->ih; y++) {
        for (x = 0; x < pitch; x++) {
            *mem_at(at + y * pitch + x) =
                128 + (x < c->iw ? ref_in[y * c->iw + x] : c->in_zp);
        }
    }
    return at;
}

static int aligned_ic(const Conv *c)
{
    return ROUND_UP(c->ic, 16);
}

static int num_kernels(const Conv *c)
{
    return c->depthwise ? 1 : ROUND_UP(c->oc, 2);
}

/* A weight; the padding holds the zero point, an added kernel zeros. */
static int weight_of(const Conv *c, int k, int ky, int kx, int ch)
{
    if (!c->depthwise && k >= c->oc) {
        return 0;
    }
    return ch < c->ic ? ref_w[((k * c->kh + ky) * c->kw + kx) * c->ic + ch]
                      : c->w_zp;
}

static uint32_t put_weights(const Conv *c)
{
    int ic = aligned_ic(c), group = c->depthwise ? 64 : 32;
    int k0, c0, ky, kx, k, ch;
    uint32_t at = mem_alloc(c->kh * c->kw * ic * num_kernels(c)), p = at;

    for (k0 = 0; k0 < num_kernels(c); k0 += 32) {
        for (c0 = 0; c0 < ic; c0 += group) {
            for (ky = 0; ky < c->kh; ky++) {
                for (kx = 0; kx < c->kw; kx++) {
                    for (k = k0; k < MIN(k0 + 32, num_kernels(c)); k++) {
                        for (ch = c0; ch < MIN(c0 + group, ic); ch++) {
                            *mem_at(p++) = weight_of(c, k, ky, kx, ch);
                        }
                    }
                }
            }
        }
    }
    return at;
}

static int aligned_oc(const Conv *c)
{
    return ROUND_UP(c->oc, c->depthwise ? 64 : 32);
}

static uint32_t put_coefficients(const Conv *c)
{
    int n = aligned_oc(c), i;
    uint32_t at = mem_alloc(n * 8);

    for (i = 0; i < c->oc; i++) {
        uint8_t *rec = mem_at(at) + i / 8 * 64;
        uint32_t bias = ref_bias[i];

        if (!c->records) {
            memcpy(mem_at(at) + 4 * i, &bias, 4);
            continue;
        }
        memcpy(rec + i % 8 * 4, &bias, 4);
        memcpy(rec + 32 + i % 8 * 2, &ref_cpend[i], 2);
        memcpy(rec + 48 + i % 8 * 2, &ref_mul[i], 2);
    }
    return at;
}

/*
 * Programs (E.14)
 */

typedef struct Placed {
    uint32_t in, weights, coef, add, out;
    uint32_t out_bytes;
} Placed;

static Placed place(const Conv *c)
{
    int size = c->int32_out ? 4 : 1;
    Placed p;

    mem_clear();
    p.in = c->image ? put_image(c)
                    : put_cube(ref_in, c->ih, c->iw, c->ic, c->in_zp);
    p.weights = put_weights(c);
    p.coef = put_coefficients(c);
    p.add = c->add ? put_cube(ref_add, out_h(c), out_w(c), c->oc, 0) : 0;
    p.out_bytes = aligned_oc(c) * size * out_h(c) * out_w(c);
    p.out = mem_alloc(p.out_bytes);
    return p;
}

/*
 * Registers for output rows @row to @row + @rows - 1. @reuse: weights are in
 * the CBUF already.
 */
static void program(const Conv *c, const Placed *p, int row, int rows,
                    bool reuse)
{
    int oh = out_h(c), ow = out_w(c), oc = aligned_oc(c), ic = aligned_ic(c);
    int size = c->int32_out ? 4 : 1;
    int pitch = c->image ? MAX(c->iw, 16) : c->iw * 16;
    int in_first = MAX(row * c->sy - c->top, 0);
    int in_last = MIN((row + rows - 1) * c->sy - c->top + (c->kh - 1) * c->dy,
                      c->ih - 1);
    int in_rows = in_last - in_first + 1;
    int kernel = c->kh * c->kw * ic;
    int size_e = (c->depthwise ? 64 : 32) * size / 16 - 1;
    uint32_t plane = ow * oh * 16;

    memset(regs, 0, sizeof(regs));
    set(A_CNA_CBUF_CON0, 0xb1 | (reuse ? 1 << 13 : 0));
    set(A_CNA_CONV_CON1, (c->depthwise ? 3 : 0) |
                         (c->image ? 0x60008000 : 0));
    set(A_CNA_CONV_CON2, 52 << 4);
    set(A_CNA_CONV_CON3, (c->dy - 1) << 21 | (c->dx - 1) << 16 |
                         c->sy << 3 | c->sx);
    set(A_CNA_DATA_SIZE0, c->iw << 16 | in_rows);
    set(A_CNA_DATA_SIZE1, (c->ic - 1) << 16 | ic);
    set(A_CNA_DATA_SIZE2, ow);
    set(A_CNA_DATA_SIZE3, ow * rows);
    set(A_CNA_WEIGHT_SIZE0, kernel * num_kernels(c));
    set(A_CNA_WEIGHT_SIZE1, kernel);
    set(A_CNA_WEIGHT_SIZE2, c->kw << 24 | c->kh << 16 | num_kernels(c));
    set(A_CNA_CVT_CON0, c->image ? 0x038e38e0 : 0xb);
    set(A_CNA_CVT_CON1, c->image ? 0x4000ff80 : 0x00010000);
    set(A_CNA_CVT_CON5, c->image ? 0xffff : 0);
    set(A_CNA_PAD_CON0, c->left << 4 |
                        (row * c->sy < c->top ? c->top - row * c->sy : 0));
    set(A_CNA_FEATURE_DATA_ADDR, p->in + in_first * pitch);
    set(A_CNA_DMA_CON1, c->image ? pitch : 4 * c->iw);
    set(A_CNA_DMA_CON2, (c->image ? pitch * (c->ih - 1)
                                  : c->iw * c->ih - 4 * c->iw) & 0xfffffff);
    set(A_CNA_FC_DATA_SIZE0, c->iw << 16 | in_rows);
    set(A_CNA_FC_DATA_SIZE1, ic);
    set(A_CNA_DCOMP_ADDR0, p->weights);
    set(A_CNA_PAD_CON1, pad_word);

    set(A_CORE_MISC_CFG, (c->depthwise ? 2 : 0) | !c->int32_out);
    set(A_CORE_DATAOUT_SIZE_0, (rows - 1) << 16 | (ow - 1));
    set(A_CORE_DATAOUT_SIZE_1, oc - 1);
    set(A_CORE_CLIP_TRUNCATE, c->truncate | (c->truncate_away ? 64 : 0));

    set(A_DPU_FEATURE_MODE_CFG, c->depthwise ? 0x1fc : 0x1e4);
    set(A_DPU_DATA_FORMAT, (c->int32_out ? 4u << 29 : 0) |
                           c->mul_shift_neg << 4);
    set(A_DPU_DST_BASE_ADDR, p->out + row * ow * 16);
    set(A_DPU_DST_SURF_STRIDE, plane);
    set(A_DPU_DATA_CUBE_WIDTH, ow - 1);
    set(A_DPU_DATA_CUBE_HEIGHT, rows - 1);
    set(A_DPU_DATA_CUBE_CHANNEL, (c->oc - 1) << 16 | (oc - 1));
    set(A_DPU_BS_CFG, 2 << 16 | 1 << 8 | (c->relux ? 1 << 7 : 0) |
                      (c->relu ? 0 : 1 << 6) | (c->records ? 0 : 1 << 4));
    set(A_DPU_BS_MUL_CFG, c->mul_shift << 8 | c->records);
    set(A_DPU_BS_RELUX_CMP_VALUE, c->relux);
    set(A_DPU_BS_OW_CFG, size_e << 8 | size_e << 5 | size_e << 2 |
                         c->cpend_bypass << 1 | c->cpend_channel);
    set(A_DPU_BS_OW_OP, -c->w_zp & 0xffff);
    set(A_DPU_WDMA_SIZE_0, oc - 1);
    set(A_DPU_WDMA_SIZE_1, (rows - 1) << 16 | (ow - 1));
    set(A_DPU_BN_CFG, 0x53);
    set(A_DPU_EW_CFG, c->add ? 0x904202c0 : 0x383);
    set(A_DPU_EW_CVT_OFFSET_VALUE, c->add_offset);
    set(A_DPU_EW_CVT_SCALE_VALUE, c->add_shift << 16 | c->add_scale);
    set(A_DPU_OUT_CVT_OFFSET, c->out_zp);
    set(A_DPU_OUT_CVT_SCALE, c->scale & 0xffff);
    set(A_DPU_OUT_CVT_SHIFT, (c->away ? 1u << 30 : 0) | c->shift);
    set(A_DPU_SURFACE_ADD, plane * (size_e + 1));

    set(A_RDMA_DATA_CUBE_WIDTH, ow - 1);
    set(A_RDMA_DATA_CUBE_HEIGHT, rows - 1);
    set(A_RDMA_DATA_CUBE_CHANNEL, oc - 1);
    set(A_RDMA_BRDMA_CFG, (c->records ? 7 : 1) << 1);
    set(A_RDMA_BS_BASE_ADDR, p->coef);
    set(A_RDMA_ERDMA_CFG, c->add ? 0x40000004 : 1);
    set(A_RDMA_FEATURE_MODE_CFG, (c->add ? 0x7d00 : 0x7810) |
                                 (c->depthwise ? 6 : 0));
    if (c->add) {
        uint32_t notch = (ow * oh + ow * (oh - rows)) << 4;

        set(A_RDMA_SRC_BASE_ADDR, p->add + row * ow * 16);
        set(A_RDMA_EW_BASE_ADDR, p->add + row * ow * 16 + plane);
        set(A_RDMA_EW_SURF_STRIDE, plane);
        set(A_RDMA_SURF_NOTCH, notch);
        set(A_RDMA_EW_SURF_NOTCH, notch);
    }
}

/* First difference between output and reference, or NULL. */
static const char *compare(const Conv *c, const Placed *p)
{
    static char text[160];
    int size = c->int32_out ? 4 : 1;
    int oh = out_h(c), ow = out_w(c), y, x, o;

    for (y = 0; y < oh; y++) {
        for (x = 0; x < ow; x++) {
            for (o = 0; o < aligned_oc(c); o++) {
                const uint8_t *at = mem_at(p->out +
                                           cube_at(oh, ow, y, x, o, size));
                int32_t got = size == 1 ? (int8_t)at[0] :
                    (int32_t)(at[0] | at[1] << 8 | at[2] << 16 |
                              (uint32_t)at[3] << 24);
                int32_t want = o < c->oc ? ref_out[(y * ow + x) * c->oc + o]
                                         : 0;

                if (got != want) {
                    snprintf(text, sizeof(text),
                             "row %d column %d channel %d: %d, not %d",
                             y, x, o, got, want);
                    return text;
                }
            }
        }
    }
    return NULL;
}

/* Nothing but the output may have changed. */
static bool only_output_changed(const Placed *p, const uint8_t *before)
{
    uint32_t start = p->out - MEM_BASE, end = start + p->out_bytes;

    return !memcmp(memory, before, start) &&
           !memcmp(memory + end, before + end, MEM_SIZE - end);
}

static uint8_t snapshot[MEM_SIZE];

/* Run a convolution in @slices tasks and compare. */
static void check_conv(const Conv *c, int slices, const char *name)
{
    int oh = out_h(c), rows = DIV_ROUND_UP(oh, slices), row;
    RkNpuResult r = RK_NPU_OK;
    const char *diff = NULL;
    Placed p = place(c);

    memcpy(snapshot, memory, sizeof(memory));
    for (row = 0; row < oh && r == RK_NPU_OK; row += rows) {
        program(c, &p, row, MIN(rows, oh - row), row > 0);
        r = run(CONV_BLOCKS, 5000);
    }
    if (r == RK_NPU_OK) {
        ref_conv(c);
        diff = compare(c, &p);
    }
    tap(r == RK_NPU_OK && !diff && only_output_changed(&p, snapshot),
        "%s: %dx%dx%d to %d, kernel %dx%d%s, stride %dx%d, pad %d %d %d %d, "
        "%d task(s)%s%s%s",
        name, c->ih, c->iw, c->ic, c->oc, c->kh, c->kw,
        c->depthwise ? " depthwise" : "", c->sy, c->sx, c->top, c->left,
        c->bottom, c->right, slices, diff ? " # " : "", diff ? diff : "",
        r == RK_NPU_OK ? "" : rk_npu_task_reason(core));
}

static void fill_data(const Conv *c)
{
    int i, n;

    for (i = 0; i < c->ih * c->iw * c->ic; i++) {
        ref_in[i] = rnd();
    }
    n = c->kh * c->kw * c->ic * (c->depthwise ? 1 : c->oc);
    for (i = 0; i < n; i++) {
        ref_w[i] = rnd();
    }
    for (i = 0; i < out_h(c) * out_w(c) * c->oc; i++) {
        ref_add[i] = rnd();
    }
    for (i = 0; i < c->oc; i++) {
        ref_bias[i] = rnd_in(-60000, 60000);
        ref_cpend[i] = rnd_in(-128, 127);
        ref_mul[i] = rnd_in(-32768, 32767);
    }
    /* a shift that spreads results over the int8 range and beyond */
    pad_word = (uint32_t)(c->in_zp & 0xff) * 0x01010101u;
}

/* SAME padding as TensorFlow Lite computes it (E.5). */
static void pad_same(int in, int k, int s, int *before, int *after)
{
    int along = MAX((DIV_ROUND_UP(in, s) - 1) * s + k - in, 0);

    *before = along / 2;
    *after = along - *before;
}

static Conv random_conv(bool depthwise)
{
    static const int kernels[] = { 1, 3, 5 };
    Conv c = { .dy = 1, .dx = 1, .depthwise = depthwise };
    int work;

    c.kh = c.kw = kernels[rnd_in(depthwise, 2)];
    if (rnd_in(0, 5) == 0) {
        c.kw = rnd_in(1, 7);
    }
    c.sy = c.sx = rnd_in(1, 2);
    if (rnd_in(0, 5) == 0) {
        c.sx = rnd_in(1, 3);
    }
    c.ih = rnd_in(c.kh + 2, 20);
    c.iw = rnd_in(c.kw + 2, 20);
    if (depthwise) {
        static const int channels[] = { 16, 32, 40, 64, 128, 192 };

        c.ic = c.oc = channels[rnd_in(0, 5)];
        c.w_zp = rnd_in(-128, 127);
    } else {
        c.ic = rnd_in(1, 100);
        c.oc = rnd_in(1, 100);
        c.w_zp = rnd_in(-128, 127);
    }
    if (rnd_in(0, 1)) {
        pad_same(c.ih, c.kh, c.sy, &c.top, &c.bottom);
        pad_same(c.iw, c.kw, c.sx, &c.left, &c.right);
    }
    c.in_zp = rnd_in(-128, 127);
    c.out_zp = rnd_in(-128, 127);
    c.scale = rnd_in(0x4000, 0x7fff);
    work = c.kh * c.kw * (depthwise ? 1 : c.ic);
    for (c.shift = 15; work > 0; work /= 2) {
        c.shift++;
    }
    c.shift += rnd_in(2, 7);
    return c;
}

/*
 * Tests
 */

static void test_random(void)
{
    int i;

    for (i = 0; i < 150; i++) {
        Conv c = random_conv(false);

        seed_state += i;
        fill_data(&c);
        check_conv(&c, 1, "direct");
    }
    for (i = 0; i < 60; i++) {
        Conv c = random_conv(true);

        fill_data(&c);
        check_conv(&c, 1, "depthwise");
    }
    for (i = 0; i < 60; i++) {
        Conv c = random_conv(i % 3 == 0);

        fill_data(&c);
        check_conv(&c, rnd_in(2, 4), "sliced, weights reused");
    }
}

static void test_padding_lanes(void)
{
    int i;

    for (i = 0; i < 10; i++) {
        Conv c = random_conv(true);

        c.ih = c.iw = 6;
        c.kh = c.kw = 3;
        c.sy = c.sx = 1;
        c.top = c.left = c.bottom = c.right = 1;
        fill_data(&c);
        pad_word = rnd();
        check_conv(&c, 1, "padding bytes per lane");
    }
}

static void test_dilation(void)
{
    int i;

    for (i = 0; i < 10; i++) {
        Conv c = random_conv(i & 1);

        c.ih = c.iw = 19;
        c.kh = c.kw = 3;
        c.dy = rnd_in(1, 4);
        c.dx = rnd_in(1, 4);
        fill_data(&c);
        check_conv(&c, 1, "dilated");
    }
}

static void test_image(void)
{
    int i;

    for (i = 0; i < 20; i++) {
        Conv c = random_conv(false);

        c.ic = 1;
        c.image = true;
        c.iw = rnd_in(16, 40);
        c.ih = rnd_in(8, 30);
        if (c.top) {
            pad_same(c.ih, c.kh, c.sy, &c.top, &c.bottom);
            pad_same(c.iw, c.kw, c.sx, &c.left, &c.right);
        }
        fill_data(&c);
        check_conv(&c, rnd_in(1, 3), "one-channel picture");
    }
}

/* x = ((v * 32388) >> 15) - 128, the other converter setting of E.11 */
static void test_image_converter(void)
{
    Conv c = { .ic = 1, .oc = 2, .ih = 16, .iw = 16, .kh = 1, .kw = 1,
               .sy = 1, .sx = 1, .dy = 1, .dx = 1, .image = true,
               .scale = 1, .shift = 0 };
    RkNpuResult r;
    bool ok = true;
    Placed p;
    int i;

    memset(ref_w, 0, sizeof(ref_w));
    ref_w[0] = 1;
    ref_bias[0] = ref_bias[1] = 0;
    for (i = 0; i < 256; i++) {
        ref_in[i] = i - 128;
    }
    p = place(&c);
    program(&c, &p, 0, 16, false);
    set(A_CNA_CVT_CON0, 0x03cf3cf0);
    set(A_CNA_CVT_CON1, 32388u << 16 | 0xff80);
    r = run(CONV_BLOCKS, UINT64_MAX);
    for (i = 0; i < 256 && r == RK_NPU_OK; i++) {
        int want = ref_round((int64_t)i * 32388, 15, false) - 128;

        ok &= (int8_t)*mem_at(p.out + cube_at(16, 16, i / 16, i % 16, 0, 1)) ==
              want;
    }
    tap(r == RK_NPU_OK && ok, "input converter: scale 32388, shift 15");
}

static void test_add(void)
{
    int i;

    for (i = 0; i < 40; i++) {
        Conv c = random_conv(i % 4 == 0);

        if (out_h(&c) * out_w(&c) < 12) {
            c.ih = c.iw = 9;
        }
        c.add = true;
        c.add_offset = rnd_in(-128, 128);
        c.add_scale = rnd_in(0x4000, 0x7fff);
        c.add_shift = rnd_in(4, 12);
        fill_data(&c);
        check_conv(&c, rnd_in(1, 3), "residual add");
    }
}

static void test_truncate(void)
{
    int i;

    for (i = 0; i < 30; i++) {
        Conv c = random_conv(i % 4 == 0);

        c.truncate = rnd_in(1, 6);
        c.truncate_away = i & 1;
        c.shift -= c.truncate;
        fill_data(&c);
        check_conv(&c, 1, c.truncate_away ? "truncated, halves carry"
                                          : "truncated, ties to even");
    }
}

static void test_bs(void)
{
    int i;

    for (i = 0; i < 40; i++) {
        Conv c = random_conv(i % 4 == 0);

        c.records = true;
        c.cpend_channel = i & 1;
        c.ic = ROUND_UP(c.ic, 16);      /* no padded channels in the sum */
        c.oc = c.depthwise ? c.ic : c.oc;
        c.mul_shift = rnd_in(8, 14);
        c.mul_shift_neg = rnd_in(8, 14);
        c.relu = i & 2;
        c.relux = i & 4 ? rnd_in(1000, 100000) : 0;
        c.cpend_bypass = i % 5 == 0;
        fill_data(&c);
        check_conv(&c, 1, "BS records, multiplier and ReLU");
    }
}

static void test_int32(void)
{
    int i;

    for (i = 0; i < 10; i++) {
        Conv c = random_conv(false);

        c.int32_out = true;
        c.cpend_bypass = true;
        c.scale = 1;
        c.shift = 0;
        c.out_zp = 0;
        c.ic = ROUND_UP(c.ic, 16);
        fill_data(&c);
        check_conv(&c, 1, "int32 output");
    }
}

/* Output converter: exact ties, saturation, negative scale (E.8). */
static void test_out_cvt(void)
{
    static const struct {
        int scale, shift, zp;
        bool away;
    } cases[] = {
        { 1, 1, 0, false }, { 1, 1, 0, true }, { 1, 2, 0, false },
        { 1, 2, 0, true }, { 3, 1, 5, false }, { -1, 1, -7, false },
        { -1, 1, 0, true }, { -32768, 16, 0, false }, { 32767, 14, 0, false },
        { 1, 0, 127, false }, { 1, 0, -128, false }, { 1, 62, 3, false },
        { 16384, 15, 0, false }, { 16384, 15, 0, true },
    };
    Conv c = { .ic = 16, .oc = 32, .ih = 16, .iw = 16, .kh = 1, .kw = 1,
               .sy = 1, .sx = 1, .dy = 1, .dx = 1 };
    unsigned i;
    int j;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c.scale = cases[i].scale;
        c.shift = cases[i].shift;
        c.out_zp = cases[i].zp;
        c.away = cases[i].away;
        fill_data(&c);
        memset(ref_w, 0, sizeof(ref_w));
        memset(ref_bias, 0, sizeof(ref_bias));
        for (j = 0; j < 16 * 16; j++) {
            ref_in[j * 16] = j - 128;
        }
        for (j = 0; j < 32; j++) {
            ref_w[j * 16] = j < 16 ? 1 : 100;
        }
        check_conv(&c, 1, "output converter");
    }
}

/* Every transfer may have to wait; the result is the same. */
static void test_waits(void)
{
    unsigned i;

    for (i = 1; i <= 12; i++) {
        Conv c = random_conv(i % 3 == 0);

        c.add = i % 2;
        c.add_scale = 0x4000;
        c.add_shift = 8;
        if (out_h(&c) * out_w(&c) < 12) {
            c.ih = c.iw = 9;
        }
        fill_data(&c);
        wait_every = 20 + 7 * i;
        check_conv(&c, 2, "held transfers");
        wait_every = 0;
    }
}

/*
 * Pooling
 */

static int ref_pool_value(int method, const int8_t *in, int h, int w, int ch,
                          int channels, int y0, int x0, int kh, int kw,
                          int pad)
{
    int64_t sum = 0;
    int best = method == 1 ? -1000 : 1000, y, x;

    for (y = y0; y < y0 + kh; y++) {
        for (x = x0; x < x0 + kw; x++) {
            int v = y < 0 || y >= h || x < 0 || x >= w ? pad :
                    in[(y * w + x) * channels + ch];

            sum += v;
            if (method == 1 ? v > best : v < best) {
                best = v;
            }
        }
    }
    if (method == 0) {
        /*
         * E.15: half away from zero; but an exact half goes towards zero when
         * a reciprocal is inexact, else to the even neighbour.
         */
        int64_t n = kh * kw, a = sum < 0 ? -sum : sum, q = a / n;

        if (2 * (a % n) > n) {
            q++;
        } else if (2 * (a % n) == n && 65536 % kh == 0 && 65536 % kw == 0) {
            q += q % 2;
        }
        best = sum < 0 ? -q : q;
    }
    return best;
}

static void check_pool(int method, int h, int w, int channels, int kh, int kw,
                       int sy, int sx, int top, int left, int bottom, int right)
{
    int oh = (h + top + bottom - kh) / sy + 1;
    int ow = (w + left + right - kw) / sx + 1;
    int total = ROUND_UP(channels, 16), y, x, i;
    int pad = method == 0 ? 0 : method == 1 ? -128 : 127;
    uint32_t in, out;
    RkNpuResult r;
    bool ok = true;

    mem_clear();
    for (i = 0; i < h * w * channels; i++) {
        ref_in[i] = rnd();
    }
    in = put_cube(ref_in, h, w, channels, 0);
    out = mem_alloc(total * oh * ow);
    memset(regs, 0, sizeof(regs));
    set(A_PPU_DATA_CUBE_IN_WIDTH, w - 1);
    set(A_PPU_DATA_CUBE_IN_HEIGHT, h - 1);
    set(A_PPU_DATA_CUBE_IN_CHANNEL, total - 1);
    set(A_PPU_DATA_CUBE_OUT_WIDTH, ow - 1);
    set(A_PPU_DATA_CUBE_OUT_HEIGHT, oh - 1);
    set(A_PPU_DATA_CUBE_OUT_CHANNEL, total - 1);
    set(A_PPU_OPERATION_MODE_CFG, 0x10 | method);
    set(A_PPU_POOLING_KERNEL_CFG, (sy - 1) << 20 | (sx - 1) << 16 |
                                  (kh - 1) << 8 | (kw - 1));
    set(A_PPU_RECIP_KERNEL_WIDTH, method ? 0 : 0x10000 / kw);
    set(A_PPU_RECIP_KERNEL_HEIGHT, method ? 0 : 0x10000 / kh);
    set(A_PPU_POOLING_PADDING_CFG, bottom << 12 | right << 8 | top << 4 | left);
    set(A_PPU_PADDING_VALUE_1_CFG, pad & 0x7ffff);
    set(A_PPU_DST_BASE_ADDR, out);
    set(A_PPU_DST_SURF_STRIDE, oh * ow * 16);
    set(A_PPU_DATA_FORMAT, oh * ow * 16);
    set(A_PPU_MISC_CTRL, 3);
    set(A_PPU_RDMA_CUBE_IN_WIDTH, w - 1);
    set(A_PPU_RDMA_CUBE_IN_HEIGHT, h - 1);
    set(A_PPU_RDMA_CUBE_IN_CHANNEL, total - 1);
    set(A_PPU_RDMA_SRC_BASE_ADDR, in);
    set(A_PPU_RDMA_SRC_LINE_STRIDE, w * 16);
    set(A_PPU_RDMA_SRC_SURF_STRIDE, w * h * 16);
    set(A_PPU_RDMA_DATA_FORMAT, 1);

    r = run(POOL_BLOCKS, UINT64_MAX);
    for (y = 0; y < oh; y++) {
        for (x = 0; x < ow; x++) {
            for (i = 0; i < channels; i++) {
                int want = ref_pool_value(method, ref_in, h, w, i, channels,
                                          y * sy - top, x * sx - left, kh, kw,
                                          pad);

                ok &= want == (int8_t)*mem_at(out +
                                              cube_at(oh, ow, y, x, i, 1));
            }
        }
    }
    tap(r == RK_NPU_OK && ok, "pooling method %d: %dx%dx%d, window %dx%d, "
        "stride %dx%d, pad %d %d %d %d", method, h, w, channels, kh, kw, sy,
        sx, top, left, bottom, right);
}

static void test_pool(void)
{
    int method, i;

    for (method = 0; method <= 2; method++) {
        check_pool(method, 8, 8, 16, 2, 2, 2, 2, 0, 0, 0, 0);
        check_pool(method, 9, 7, 40, 3, 3, 2, 2, 1, 1, 1, 1);
        check_pool(method, 7, 7, 64, 7, 7, 1, 1, 0, 0, 0, 0);
        check_pool(method, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0);
        check_pool(method, 8, 12, 32, 4, 4, 4, 4, 0, 0, 0, 0);
        check_pool(method, 6, 9, 16, 2, 3, 1, 1, 0, 0, 0, 0);
        for (i = 0; i < 10; i++) {
            int kh = rnd_in(1, 6), kw = rnd_in(1, 6);

            check_pool(method, rnd_in(6, 14), rnd_in(6, 14), rnd_in(1, 50), kh,
                       kw, rnd_in(1, 3), rnd_in(1, 3), rnd_in(0, kh - 1),
                       rnd_in(0, kw - 1), rnd_in(0, kh - 1),
                       rnd_in(0, kw - 1));
        }
    }
}

/* A convolution that feeds the PPU directly. */
static void test_fused_pool(void)
{
    Conv c = random_conv(false);
    RkNpuResult r;
    bool ok = true;
    uint32_t out;
    int y, x, o;
    Placed p;

    c.ih = c.iw = 8;
    c.kh = c.kw = 1;
    c.sy = c.sx = 1;
    c.top = c.left = c.bottom = c.right = 0;
    c.oc = 32;
    fill_data(&c);
    p = place(&c);
    out = mem_alloc(4 * 4 * 32);
    program(&c, &p, 0, 8, false);
    set(A_DPU_FEATURE_MODE_CFG, 0x1e2);
    set(A_PPU_DATA_CUBE_IN_WIDTH, 7);
    set(A_PPU_DATA_CUBE_IN_HEIGHT, 7);
    set(A_PPU_DATA_CUBE_IN_CHANNEL, 31);
    set(A_PPU_DATA_CUBE_OUT_WIDTH, 3);
    set(A_PPU_DATA_CUBE_OUT_HEIGHT, 3);
    set(A_PPU_DATA_CUBE_OUT_CHANNEL, 31);
    set(A_PPU_OPERATION_MODE_CFG, 1);
    set(A_PPU_POOLING_KERNEL_CFG, 0x110101);
    set(A_PPU_DST_BASE_ADDR, out);
    set(A_PPU_DST_SURF_STRIDE, 4 * 4 * 16);
    r = run(FUSED_BLOCKS, 3000);
    ref_conv(&c);
    for (y = 0; y < 4; y++) {
        for (x = 0; x < 4; x++) {
            for (o = 0; o < 32; o++) {
                int32_t *a = &ref_out[((2 * y * 8) + 2 * x) * 32 + o];
                int want = MAX(MAX(a[0], a[32]), MAX(a[256], a[288]));

                ok &= want == (int8_t)*mem_at(out + cube_at(4, 4, y, x, o, 1));
            }
        }
    }
    tap(r == RK_NPU_OK && ok && *mem_at(p.out) == FILL,
        "convolution into max pooling, nothing written by the DPU");
}

/*
 * DPU alone: element-wise operations on int8, int16, int32 (E.15)
 */

static int64_t sign_extend(uint64_t v, int size)
{
    return (int64_t)(v << (64 - 8 * size)) >> (64 - 8 * size);
}

static void check_eltwise(int precision, int algo, bool multiply)
{
    static const int sizes[] = { 1, 2, 0, 0, 4 };
    int size = sizes[precision], ch = 48, h = 5, w = 7, y, x, i;
    uint32_t bytes = surfaces_of(ch, size) * h * w * 16;
    uint32_t a, b, out, k;
    RkNpuResult r;
    bool ok = true;

    mem_clear();
    a = mem_alloc(bytes);
    b = mem_alloc(bytes);
    out = mem_alloc(bytes);
    for (k = 0; k < bytes; k++) {
        *mem_at(a + k) = rnd();
        *mem_at(b + k) = rnd();
    }
    memset(regs, 0, sizeof(regs));
    set(A_DPU_FEATURE_MODE_CFG, 0x1e5);
    set(A_DPU_DATA_FORMAT, (uint32_t)precision << 29 | precision << 26 |
                           precision);
    set(A_DPU_DST_BASE_ADDR, out);
    set(A_DPU_DST_SURF_STRIDE, h * w * 16);
    set(A_DPU_DATA_CUBE_WIDTH, w - 1);
    set(A_DPU_DATA_CUBE_HEIGHT, h - 1);
    set(A_DPU_DATA_CUBE_CHANNEL, (ch - 1) << 16 | (ch - 1));
    set(A_DPU_BS_CFG, 0x53);
    set(A_DPU_BS_OW_CFG, 2);
    set(A_DPU_WDMA_SIZE_0, ch - 1);
    set(A_DPU_WDMA_SIZE_1, (h - 1) << 16 | (w - 1));
    set(A_DPU_BN_CFG, 0x53);
    i = size == 4 ? 3 : size;
    set(A_DPU_EW_CFG, 1 << 28 | i << 22 | algo << 16 | 1 << 9 | 1 << 8 |
                      1 << 7 | 1 << 6 | (multiply ? 4 : 0));
    set(A_DPU_OUT_CVT_SCALE, 1);
    set(A_RDMA_DATA_CUBE_WIDTH, w - 1);
    set(A_RDMA_DATA_CUBE_HEIGHT, h - 1);
    set(A_RDMA_DATA_CUBE_CHANNEL, ch - 1);
    set(A_RDMA_SRC_BASE_ADDR, a);
    set(A_RDMA_EW_BASE_ADDR, b);
    set(A_RDMA_EW_SURF_STRIDE, h * w * 16);
    set(A_RDMA_ERDMA_CFG, 1 << 30 | i << 2);
    set(A_RDMA_FEATURE_MODE_CFG, precision << 15 | 15 << 11 | precision << 5 |
                                 1);
    r = run(DPU_BLOCKS, 100);
    for (y = 0; y < h; y++) {
        for (x = 0; x < w; x++) {
            for (i = 0; i < ch; i++) {
                uint32_t at = cube_at(h, w, y, x, i, size);
                int64_t va = 0, vb = 0, got = 0, want;

                memcpy(&va, mem_at(a + at), size);
                memcpy(&vb, mem_at(b + at), size);
                memcpy(&got, mem_at(out + at), size);
                va = sign_extend(va, size);
                vb = sign_extend(vb, size);
                got = sign_extend(got, size);
                want = multiply ? va * (size == 4 ? (int16_t)vb : vb) :
                       algo == 0 ? MAX(va, vb) : algo == 1 ? MIN(va, vb) :
                       algo == 2 ? va + vb : va - vb;
                ok &= got == ref_clip(ref_clip(want, 32), 8 * size);
            }
        }
    }
    tap(r == RK_NPU_OK && ok, "DPU alone: precision %d, %s %d", precision,
        multiply ? "multiply" : "operation", algo);
}

static void test_eltwise(void)
{
    static const int precisions[] = { 0, 1, 4 }, algos[] = { 0, 1, 2, 4 };
    int p, a;

    for (p = 0; p < 3; p++) {
        for (a = 0; a < 4; a++) {
            check_eltwise(precisions[p], algos[a], false);
        }
        check_eltwise(precisions[p], 0, true);
    }
}

/*
 * Reuse, errors, programs that never finish
 */

static void test_reuse(void)
{
    Conv c = random_conv(false);
    RkNpuResult r;
    Placed p;

    fill_data(&c);
    p = place(&c);
    program(&c, &p, 0, out_h(&c), false);
    r = run(CONV_BLOCKS, UINT64_MAX);
    ref_conv(&c);

    /* wipe what the CBUF holds already: it must not be read again */
    memset(mem_at(p.weights), 0, 64);
    memset(mem_at(p.out), FILL, p.out_bytes);
    program(&c, &p, 0, out_h(&c), true);
    r = r == RK_NPU_OK ? run(CONV_BLOCKS, UINT64_MAX) : r;
    tap(r == RK_NPU_OK && !compare(&c, &p), "WEIGHT_REUSE reads no memory");

    memset(mem_at(p.in), 0, 64);
    memset(mem_at(p.out), FILL, p.out_bytes);
    set(A_CNA_CBUF_CON0, get(A_CNA_CBUF_CON0) | 1 << 12);
    r = run(CONV_BLOCKS, UINT64_MAX);
    tap(r == RK_NPU_OK && !compare(&c, &p), "DATA_REUSE reads no memory");

    rk_npu_task_reset(core);
    tap(run(CONV_BLOCKS, UINT64_MAX) == RK_NPU_HANG,
        "a reset loses the CBUF contents");
}

static void test_errors(void)
{
    static const struct {
        unsigned reg;
        RkNpuResult want;
        const char *what;
    } cases[] = {
        { A_CNA_FEATURE_DATA_ADDR, RK_NPU_READ_ERROR, "features" },
        { A_CNA_DCOMP_ADDR0, RK_NPU_READ_ERROR, "weights" },
        { A_RDMA_BS_BASE_ADDR, RK_NPU_READ_ERROR, "bias" },
        { A_RDMA_SRC_BASE_ADDR, RK_NPU_READ_ERROR, "operand" },
        { A_DPU_DST_BASE_ADDR, RK_NPU_WRITE_ERROR, "output" },
    };
    Conv c = random_conv(false);
    unsigned i;
    Placed p;

    c.ih = c.iw = 9;
    c.add = true;
    c.add_scale = 0x4000;
    fill_data(&c);
    p = place(&c);
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        program(&c, &p, 0, out_h(&c), false);
        set(cases[i].reg, 0x1000);
        tap(run(CONV_BLOCKS, UINT64_MAX) == cases[i].want,
            "bus error on %s is reported", cases[i].what);
    }
}

static void test_hangs(void)
{
    static const struct {
        unsigned reg;
        uint32_t clear, set;
        bool model_gap;
        const char *what;
    } cases[] = {
        { A_RDMA_FEATURE_MODE_CFG, 0x10, 0, false, "MRDMA without a consumer" },
        { A_RDMA_NRDMA_CFG, 0, 7 << 1, false, "NRDMA in use" },
        { A_RDMA_BRDMA_CFG, 0x1e, 0, false, "BRDMA off, bias needed" },
        { A_CORE_MISC_CFG, 1, 0, false, "int8 output without QD_EN" },
        { A_CNA_CONV_CON2, 0, 4, false, "weights not sent" },
        { A_CNA_CONV_CON2, 0, 2, false, "features not sent" },
        { A_CORE_DATAOUT_SIZE_0, 0, 0x400, false, "CORE and CNA disagree" },
        { A_DPU_DATA_CUBE_WIDTH, 0, 0x400, false, "DPU and CORE disagree" },
        { A_RDMA_DATA_CUBE_HEIGHT, 0, 0x400, false, "DPU_RDMA disagrees" },
        { A_CNA_WEIGHT_SIZE0, 0, 0x80000000, false, "too few weights" },
        { A_DPU_FEATURE_MODE_CFG, 6, 0, false, "no output" },
        { A_CNA_CONV_CON1, 0, 2 << 7, true, "fp16" },
        { A_CNA_CONV_CON1, 0, 1 << 16, true, "transposed convolution" },
        { A_CNA_CONV_CON3, 0, 1 << 28, true, "multi-core array" },
        { A_CNA_DCOMP_CTRL, 0, 1, true, "compressed weights" },
        { A_DPU_FEATURE_MODE_CFG, 0, 1 << 30, true, "transposed output" },
        { A_DPU_DATA_FORMAT, 0, 2u << 29, true, "fp16 output" },
        { A_DPU_EW_CFG, 0x81, 0, true, "look-up table" },
    };
    Conv c = random_conv(false);
    unsigned i;
    Placed p;

    fill_data(&c);
    p = place(&c);
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        RkNpuResult r;

        program(&c, &p, 0, out_h(&c), false);
        set(cases[i].reg, (get(cases[i].reg) & ~cases[i].clear) | cases[i].set);
        r = run(CONV_BLOCKS, UINT64_MAX);
        tap(r == RK_NPU_HANG && *mem_at(p.out) == FILL &&
            rk_npu_task_unsupported(core) == cases[i].model_gap,
            "never finishes, writes nothing: %s", cases[i].what);
    }
    program(&c, &p, 0, out_h(&c), false);
    tap(run(0x0d, UINT64_MAX) == RK_NPU_HANG, "bias without DPU_RDMA");
    tap(run(POOL_BLOCKS | CONV_BLOCKS, UINT64_MAX) == RK_NPU_HANG,
        "PPU_RDMA started for a PPU that is fed by the DPU");
}

/* E.4: whole groups of output channels are written, the rest never comes. */
static void test_partial_group(void)
{
    Conv c = random_conv(false);
    RkNpuResult r;
    bool ok = true;
    int i, o;
    Placed p;

    c.oc = 48;
    c.ih = c.iw = 6;
    c.kh = c.kw = 1;
    c.sy = c.sx = 1;
    c.top = c.left = c.bottom = c.right = 0;
    fill_data(&c);
    p = place(&c);
    program(&c, &p, 0, 6, false);
    set(A_CORE_DATAOUT_SIZE_1, 47);
    set(A_DPU_DATA_CUBE_CHANNEL, 47 << 16 | 47);
    set(A_DPU_WDMA_SIZE_0, 47);
    set(A_RDMA_DATA_CUBE_CHANNEL, 47);
    r = run(CONV_BLOCKS, UINT64_MAX);
    ref_conv(&c);
    for (i = 0; i < 36; i++) {
        for (o = 0; o < 48; o++) {
            uint8_t got = *mem_at(p.out + cube_at(6, 6, i / 6, i % 6, o, 1));

            ok &= got == (uint8_t)(o < 32 ? ref_out[i * 48 + o] : FILL);
        }
    }
    tap(r == RK_NPU_HANG && ok, "48 programmed channels: 32 written, no end");
}

/*
 * Any register contents: the data path ends in one of its results and touches
 * no memory but the test's (run this under AddressSanitizer to see more).
 */
static void test_any_registers(void)
{
    static const unsigned masks[] = { CONV_BLOCKS, CONV_BLOCKS, CONV_BLOCKS,
                                      DPU_BLOCKS, FUSED_BLOCKS, 0x0d };
    static const unsigned addresses[] = { A_CNA_FEATURE_DATA_ADDR,
        A_CNA_DCOMP_ADDR0, A_RDMA_BS_BASE_ADDR, A_RDMA_EW_BASE_ADDR,
        A_DPU_DST_BASE_ADDR, A_DPU_DST_BASE_ADDR };
    unsigned results[RK_NPU_HANG + 1] = { 0 };
    int i, n;

    for (i = 0; i < 4000; i++) {
        Conv c = random_conv(i % 3 == 0);
        RkNpuRegs r = { .blocks = masks[i % 6] };
        RkNpuResult result = RK_NPU_HANG;
        Placed p;

        c.ih = c.iw = 9;
        c.ic = rnd_in(1, 40);
        c.oc = c.depthwise ? c.ic : rnd_in(1, 40);
        c.add = i % 5 == 0;
        fill_data(&c);
        if (i % 200 == 0) {
            p = place(&c);
        }
        program(&c, &p, 0, out_h(&c), i % 7 == 0);
        if (rnd_in(0, 7) == 0) {
            set(A_DPU_FEATURE_MODE_CFG, rnd_in(0, 0x1ff));
        }
        if (rnd_in(0, 3) == 0) {
            set(addresses[rnd_in(0, 5)], rnd());
        }
        for (n = rnd_in(0, 8); n > 0; n--) {
            int block = rnd_in(0, RK_NPU_NUM_BLOCKS - 1);
            uint32_t *reg = &regs[block][rnd_in(3, RK_NPU_BLOCK_REGS - 1)];

            *reg = rnd_in(0, 3) ? *reg ^ 1u << rnd_in(0, 31) : rnd();
        }
        for (n = 0; n < RK_NPU_NUM_BLOCKS; n++) {
            r.block[n] = regs[n];
        }
        if (rk_npu_ready(&r)) {
            result = rk_npu_task_load(core, &r, &test_memory, &last_cost);
        }
        /* what would take long is left alone, as a reset does */
        if (result == RK_NPU_OK && last_cost.work < 50000000) {
            while (!rk_npu_task_step(core, 1000000)) {
                continue;
            }
            result = rk_npu_task_store(core, &test_memory);
        }
        results[result]++;
    }
    tap(results[RK_NPU_OK] > 100 && results[RK_NPU_READ_ERROR] > 10 &&
        results[RK_NPU_WRITE_ERROR] > 10 && results[RK_NPU_HANG] > 100,
        "spoilt registers: %u finish, %u read errors, %u write errors, "
        "%u never finish", results[RK_NPU_OK], results[RK_NPU_READ_ERROR],
        results[RK_NPU_WRITE_ERROR], results[RK_NPU_HANG]);
}

static void test_cost(void)
{
    Conv c = { .ic = 64, .oc = 64, .ih = 8, .iw = 8, .kh = 3, .kw = 3,
               .sy = 1, .sx = 1, .dy = 1, .dx = 1, .top = 1, .left = 1,
               .bottom = 1, .right = 1, .scale = 0x4000, .shift = 24 };
    uint64_t taps = 8 * 8 * 9;
    RkNpuResult r;
    Placed p;

    fill_data(&c);
    p = place(&c);
    program(&c, &p, 0, 8, false);
    r = run(CONV_BLOCKS, UINT64_MAX);
    tap(r == RK_NPU_OK && last_cost.macs == taps * 64 * 64 &&
        last_cost.cycles == taps * 4,
        "cost: 1024 multiply-accumulates per cycle");
    tap(last_cost.read_bytes == 8 * 8 * 64 + 9 * 64 * 64 + 64 * 4 &&
        last_cost.write_bytes == 8 * 8 * 64, "cost: bytes read and written");
    program(&c, &p, 0, 8, true);
    run(CONV_BLOCKS, UINT64_MAX);
    tap(last_cost.read_bytes == 8 * 8 * 64 + 64 * 4,
        "cost: reused weights are not read");
}

int main(int argc, char **argv)
{
    seed_state = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    core = rk_npu_task_new();
    if (!core) {
        printf("Bail out! out of memory\n");
        return 1;
    }
    test_random();
    test_padding_lanes();
    test_dilation();
    test_image();
    test_image_converter();
    test_add();
    test_truncate();
    test_bs();
    test_int32();
    test_out_cvt();
    test_waits();
    test_pool();
    test_fused_pool();
    test_eltwise();
    test_reuse();
    test_errors();
    test_hangs();
    test_partial_group();
    test_cost();
    test_any_registers();
    rk_npu_task_free(core);
    printf("1..%u\n", tap_count);
    return tap_failed != 0;
}
