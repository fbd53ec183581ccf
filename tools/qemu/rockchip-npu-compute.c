/*
 * Rockchip NPU: what one task computes
 *
 * Chapters named in comments are those of the hardware notes, NPU. Rules that
 * the notes leave open are marked "inferred" and collected in README-npu.md.
 *
 * A program that the hardware is known not to finish, that is inconsistent
 * (one block waits for data another block never sends), or that uses a feature
 * without a documented result never finishes here either: better a timeout
 * than a plausible wrong answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "rockchip-npu-regs.h"
#include "rockchip-npu-compute.h"

#define ATOM                16      /* bytes of one pixel of one surface */
#define DIRECT_GROUP        32      /* kernels and channels of a MAC pass */
#define DEPTHWISE_GROUP     64      /* channels of a depthwise pass */
#define LINE_GROUP          4       /* rows of a line group, see E.3 */
#define BRDMA_RECORD        64      /* bytes of a BRDMA record */
#define BRDMA_RECORD_CH     8       /* channels of a BRDMA record */

/* Limits of the model: bytes of a buffer, and host work of an output row */
#define MAX_BUFFER          (128u * 1024 * 1024)
#define MAX_ROW_WORK        (4000u * 1000 * 1000)

/* Most multiply-accumulates of int8 values that an int32 can hold */
#define MAX_DOT             65536

#define REG(regs, b, reg) ((regs)->block[b][(A_ ## reg & 0xfff) / 4])
#define FLD(regs, b, reg, field) FIELD_EX32(REG(regs, b, reg), reg, field)

#define CNA(reg)            REG(regs, RK_NPU_CNA, CNA_ ## reg)
#define CNA_F(reg, f)       FLD(regs, RK_NPU_CNA, CNA_ ## reg, f)
#define CORE_F(reg, f)      FLD(regs, RK_NPU_CORE, CORE_ ## reg, f)
#define DPU(reg)            REG(regs, RK_NPU_DPU, DPU_ ## reg)
#define DPU_F(reg, f)       FLD(regs, RK_NPU_DPU, DPU_ ## reg, f)
#define RDMA(reg)           REG(regs, RK_NPU_DPU_RDMA, RDMA_ ## reg)
#define RDMA_F(reg, f)      FLD(regs, RK_NPU_DPU_RDMA, RDMA_ ## reg, f)
#define PPU(reg)            REG(regs, RK_NPU_PPU, PPU_ ## reg)
#define PPU_F(reg, f)       FLD(regs, RK_NPU_PPU, PPU_ ## reg, f)
#define PPU_RDMA(reg)       REG(regs, RK_NPU_PPU_RDMA, PPU_RDMA_ ## reg)
#define PPU_RDMA_F(reg, f)  FLD(regs, RK_NPU_PPU_RDMA, PPU_RDMA_ ## reg, f)

typedef struct Buffer {
    void *data;
    size_t cap;
} Buffer;

/* CNA and CORE of a task */
typedef struct Conv {
    bool depthwise;
    bool input_sum;
    unsigned in_w, in_h, in_c;          /* in_c is the aligned count */
    unsigned in_c_real;
    unsigned out_w, out_h;
    unsigned k_w, k_h, kernels;
    unsigned stride_x, stride_y;
    unsigned step_x, step_y;            /* dilation: distance between taps */
    unsigned pad_left, pad_top;
    unsigned plane_w, plane_h;          /* padded input plane */
    uint32_t pad_value;
    unsigned truncate;
    bool truncate_away;
} Conv;

/* One of the two ALU + multiplier stages of the DPU, BS or BN */
typedef struct Stage {
    bool bypass, alu_bypass, mul_bypass, relu_bypass, relux, prelu;
    bool subtract;
    bool alu_per_channel, mul_per_channel;
    int32_t alu, mul, cmp;
    unsigned shift, shift_neg;
} Stage;

typedef struct Eltwise {
    bool bypass, op_bypass, cvt_bypass, relu_bypass, relux;
    bool multiply, prelu, add_first, away, per_channel;
    unsigned algo;
    int32_t offset, cmp;
    int16_t scale;
    unsigned shift, truncate, truncate_neg;
} Eltwise;

typedef struct Dpu {
    bool flying;
    bool to_memory, to_ppu;
    unsigned w, h, channels, channels_real;
    unsigned in_size, out_size;         /* bytes per element */
    unsigned surfaces;                  /* 16-byte surfaces of the output */
    unsigned store_surfaces;            /* of these, written to memory */
    Stage bs, bn;
    Eltwise ew;
    bool cpend, cpend_per_channel;
    int32_t cpend_op;
    int32_t out_offset;
    int16_t out_scale;
    unsigned out_shift;
    bool out_away;
    uint8_t pend[4];
    uint32_t dst, surf_stride, surf_add;
    unsigned group_surfaces;
    unsigned line_pitch;                /* atoms */
} Dpu;

typedef struct Ppu {
    bool from_memory;
    unsigned method;
    unsigned in_w, in_h, out_w, out_h, surfaces;
    unsigned k_w, k_h, stride_x, stride_y;
    unsigned pad_left, pad_top;
    int32_t pad_value;
    uint32_t recip_w, recip_h;
    uint32_t dst, surf_stride;
    unsigned line_pitch;
} Ppu;

struct RkNpuTask {
    const char *reason;
    bool unsupported;

    bool has_conv, has_dpu, has_ppu;
    Conv conv;
    Dpu dpu;
    Ppu ppu;
    bool hang_after_store;

    /* CBUF contents, kept for WEIGHT_REUSE and DATA_REUSE */
    Buffer cbuf_weights;
    size_t cbuf_weight_bytes;
    Buffer cbuf_data;                   /* [surface][row][column][16] */
    unsigned cbuf_w, cbuf_h, cbuf_surfaces;

    Buffer plane;                       /* int16 [row][column][channel] */
    Buffer plane_sum;                   /* int32 [row][column] */
    Buffer weights;                     /* int16, see unpack_weights() */
    Buffer acc;                         /* int64, one output row */
    Buffer coef;                        /* int32 bias, cpend, mul */
    Buffer main;                        /* flying input, as the output */
    Buffer operand;                     /* EW operand, as the output */
    Buffer out;                         /* [surface][row][column][16] */
    Buffer pool_in, pool_out;

    unsigned row;                       /* next output row to compute */
    bool pool_done;
    uint64_t store_pos;                 /* next row to write, DPU then PPU */

    uint64_t read_bytes;
};

static RkNpuResult hang(RkNpuTask *t, const char *reason)
{
    t->reason = reason;
    t->unsupported = false;
    return RK_NPU_HANG;
}

static RkNpuResult gap(RkNpuTask *t, const char *reason)
{
    t->reason = reason;
    t->unsupported = true;
    return RK_NPU_HANG;
}

static void *reserve(Buffer *b, uint64_t count, size_t size)
{
    uint64_t need = count * size;

    if (count > MAX_BUFFER || need > MAX_BUFFER) {
        return NULL;
    }
    if (need > b->cap || !b->data) {
        free(b->data);
        b->cap = need ? need : 1;
        b->data = malloc(b->cap);
        if (!b->data) {
            b->cap = 0;
        }
    }
    return b->data;
}

RkNpuTask *rk_npu_task_new(void)
{
    return calloc(1, sizeof(RkNpuTask));
}

void rk_npu_task_free(RkNpuTask *t)
{
    if (!t) {
        return;
    }
    free(t->cbuf_weights.data);
    free(t->cbuf_data.data);
    free(t->plane.data);
    free(t->plane_sum.data);
    free(t->weights.data);
    free(t->acc.data);
    free(t->coef.data);
    free(t->main.data);
    free(t->operand.data);
    free(t->out.data);
    free(t->pool_in.data);
    free(t->pool_out.data);
    free(t);
}

void rk_npu_task_reset(RkNpuTask *t)
{
    t->cbuf_weight_bytes = 0;
    t->cbuf_w = t->cbuf_h = t->cbuf_surfaces = 0;
    t->has_conv = t->has_dpu = t->has_ppu = false;
    t->reason = NULL;
    t->unsupported = false;
}

const char *rk_npu_task_reason(const RkNpuTask *t)
{
    return t->reason ? t->reason : "";
}

bool rk_npu_task_unsupported(const RkNpuTask *t)
{
    return t->unsupported;
}

/**
 * round_shift() - Arithmetic right shift with rounding to nearest
 * @v: value
 * @s: shift, 0 to 62
 * @away: ties go away from zero; else to even (E.8)
 */
static inline int64_t round_shift(int64_t v, unsigned s, bool away)
{
    int64_t floor, rest, half;

    if (!s) {
        return v;
    }
    floor = v >> s;
    rest = v & (((int64_t)1 << s) - 1);
    half = (int64_t)1 << (s - 1);
    if (rest > half) {
        return floor + 1;
    }
    if (rest == half) {
        return away ? floor + (v >= 0) : floor + (floor & 1);
    }
    return floor;
}

static inline int64_t clamp64(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static inline int64_t sat32(int64_t v)
{
    return clamp64(v, INT32_MIN, INT32_MAX);
}

static RkNpuResult fetch(RkNpuTask *t, const RkNpuMemory *mem, RkNpuPort port,
                         uint32_t iova, void *buf, uint32_t len)
{
    t->read_bytes += len;
    return mem->read(mem->opaque, port, iova, buf, len);
}

/*
 * Which blocks run together
 */

static bool needs_coefficients(const RkNpuRegs *regs)
{
    bool bs = !DPU_F(BS_CFG, BS_BYPASS) &&
              ((!DPU_F(BS_CFG, BS_ALU_BYPASS) && DPU_F(BS_CFG, BS_ALU_SRC)) ||
               (!DPU_F(BS_CFG, BS_MUL_BYPASS) &&
                (DPU_F(BS_MUL_CFG, BS_MUL_SRC) ||
                 DPU_F(BS_MUL_CFG, BS_TRUNCATE_SRC))));
    bool cpend = !DPU_F(FEATURE_MODE_CFG, FLYING_MODE) &&
                 !DPU_F(BS_OW_CFG, OD_BYPASS) && DPU_F(BS_OW_CFG, OW_SRC);

    return bs || cpend;
}

static bool needs_rdma(const RkNpuRegs *regs)
{
    bool bn = !DPU_F(BN_CFG, BN_BYPASS) &&
              ((!DPU_F(BN_CFG, BN_ALU_BYPASS) && DPU_F(BN_CFG, BN_ALU_SRC)) ||
               (!DPU_F(BN_CFG, BN_MUL_BYPASS) &&
                (DPU_F(BN_MUL_CFG, BN_MUL_SRC) ||
                 DPU_F(BN_MUL_CFG, BN_TRUNCATE_SRC))));
    bool ew = !DPU_F(EW_CFG, EW_BYPASS) && !DPU_F(EW_CFG, EW_OP_BYPASS) &&
              DPU_F(EW_CFG, EW_OP_SRC);

    return DPU_F(FEATURE_MODE_CFG, FLYING_MODE) || bn || ew ||
           needs_coefficients(regs);
}

bool rk_npu_ready(const RkNpuRegs *regs)
{
    bool cna = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_CNA);
    bool core = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_CORE);
    bool dpu = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_DPU);
    bool rdma = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_DPU_RDMA);
    bool ppu = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_PPU);
    bool ppu_rdma = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_PPU_RDMA);
    bool to_ppu = false;

    if (!dpu && !ppu) {
        return false;
    }
    if (dpu) {
        bool flying = DPU_F(FEATURE_MODE_CFG, FLYING_MODE);

        if (cna == flying || core == flying || (needs_rdma(regs) && !rdma)) {
            return false;
        }
        to_ppu = DPU_F(FEATURE_MODE_CFG, OUTPUT_MODE) & 1;
    } else if (cna || core || rdma) {
        return false;
    }
    if (ppu) {
        bool flying = PPU_F(OPERATION_MODE_CFG, FLYING_MODE);

        /* fed by its own read DMA, or by the DPU, not by both */
        if (ppu_rdma != flying || to_ppu == flying) {
            return false;
        }
    } else if (ppu_rdma || to_ppu) {
        return false;
    }
    return true;
}

/*
 * CNA and CORE
 */

static RkNpuResult decode_conv(RkNpuTask *t, const RkNpuRegs *regs)
{
    Conv *c = &t->conv;
    unsigned mode = CNA_F(CONV_CON1, CONV_MODE);
    unsigned argb = CNA_F(CONV_CON1, ARGB_IN);
    unsigned atomics = CNA_F(DATA_SIZE3, DATAOUT_ATOMICS);
    uint64_t kernel_bytes;

    memset(c, 0, sizeof(*c));

    if (CNA_F(CONV_CON2, CSC_WO_EN) || CNA_F(CONV_CON2, CSC_DO_EN)) {
        return hang(t, "sequencer output is disabled");
    }
    if (CNA_F(CONV_CON1, PROC_PRECISION) != NPU_PREC_INT8 ||
        CNA_F(CONV_CON1, IN_PRECISION) != NPU_PREC_INT8 ||
        CORE_F(MISC_CFG, PROC_PRECISION) != NPU_PREC_INT8) {
        return gap(t, "convolution precision other than int8");
    }
    if (mode != NPU_CONV_DIRECT && mode != NPU_CONV_DEPTHWISE) {
        return gap(t, "reserved convolution mode");
    }
    if (CNA_F(CONV_CON1, DECONV)) {
        return gap(t, "transposed convolution");
    }
    if (argb && (argb != 8 || !CNA_F(CONV_CON1, NONALIGN_DMA) ||
                 !CNA_F(CONV_CON1, GROUP_LINE_OFF))) {
        return gap(t, "packed image input other than one channel");
    }
    if (!argb && CNA_F(CONV_CON1, NONALIGN_DMA)) {
        return gap(t, "contiguous feature fetch without image input");
    }
    if (CNA_F(CONV_CON3, NN_MODE)) {
        return gap(t, "multi-core array mode");
    }
    if (CNA_F(DATA_SIZE3, SURF_MODE)) {
        return gap(t, "surface serialisation");
    }
    if (CNA_F(FC_CON0, FC_SKIP_EN)) {
        return gap(t, "zero skipping");
    }
    if (CNA_F(DCOMP_CTRL, DECOMP_CONTROL) || CNA(DCOMP_REGNUM)) {
        return gap(t, "compressed weights");
    }
    if (!argb && !CNA_F(CVT_CON0, CVT_BYPASS)) {
        return gap(t, "input converter on a feature cube");
    }

    c->depthwise = mode == NPU_CONV_DEPTHWISE;
    if (CORE_F(MISC_CFG, DW_EN) != c->depthwise ||
        (DPU_F(FEATURE_MODE_CFG, CONV_MODE) == NPU_CONV_DEPTHWISE) !=
        c->depthwise) {
        return hang(t, "CNA, CORE and DPU disagree about depthwise");
    }
    c->input_sum = CORE_F(MISC_CFG, QD_EN);
    c->in_w = CNA_F(DATA_SIZE0, DATAIN_WIDTH);
    c->in_h = CNA_F(DATA_SIZE0, DATAIN_HEIGHT);
    c->in_c = CNA_F(DATA_SIZE1, DATAIN_CHANNEL);
    c->in_c_real = CNA_F(DATA_SIZE1, DATAIN_CHANNEL_REAL) + 1;
    c->out_w = CNA_F(DATA_SIZE2, DATAOUT_WIDTH);
    c->k_w = CNA_F(WEIGHT_SIZE2, WEIGHT_WIDTH);
    c->k_h = CNA_F(WEIGHT_SIZE2, WEIGHT_HEIGHT);
    c->kernels = CNA_F(WEIGHT_SIZE2, WEIGHT_KERNELS);
    c->stride_x = CNA_F(CONV_CON3, CONV_X_STRIDE);
    c->stride_y = CNA_F(CONV_CON3, CONV_Y_STRIDE);
    c->step_x = CNA_F(CONV_CON3, ATROUS_X_DILATION) + 1;
    c->step_y = CNA_F(CONV_CON3, ATROUS_Y_DILATION) + 1;
    c->pad_left = CNA_F(PAD_CON0, PAD_LEFT);
    c->pad_top = CNA_F(PAD_CON0, PAD_TOP);
    c->pad_value = CNA(PAD_CON1);
    c->truncate = CORE_F(CLIP_TRUNCATE, CLIP_TRUNCATE);
    c->truncate_away = CORE_F(CLIP_TRUNCATE, ROUND_TYPE);

    if (!c->in_w || !c->in_h || !c->in_c || !c->out_w || !atomics ||
        !c->k_w || !c->k_h || !c->kernels || !c->stride_x || !c->stride_y) {
        return hang(t, "empty convolution");
    }
    if (c->in_c % ATOM) {
        return gap(t, "channel count that is no multiple of 16");
    }
    if (atomics % c->out_w) {
        return hang(t, "output pixels are no whole rows");
    }
    c->out_h = atomics / c->out_w;
    if (CORE_F(DATAOUT_SIZE_0, DATAOUT_WIDTH) + 1 != c->out_w ||
        CORE_F(DATAOUT_SIZE_0, DATAOUT_HEIGHT) + 1 != c->out_h ||
        CORE_F(DATAOUT_SIZE_1, DATAOUT_CHANNEL) !=
        DPU_F(DATA_CUBE_CHANNEL, CHANNEL)) {
        return hang(t, "CNA, CORE and DPU disagree about the output cube");
    }
    if (CNA_F(FC_DATA_SIZE0, DMA_HEIGHT) < c->in_h ||
        CNA_F(FC_DATA_SIZE1, DMA_CHANNEL) < c->in_c) {
        return hang(t, "feature DMA fetches less than the sequencer needs");
    }
    if (c->depthwise && c->kernels != 1) {
        return gap(t, "depthwise with more than one kernel");
    }
    kernel_bytes = (uint64_t)c->k_w * c->k_h * c->in_c;
    if (CNA_F(WEIGHT_SIZE1, WEIGHT_BYTES_PER_KERNEL) !=
        (kernel_bytes & R_CNA_WEIGHT_SIZE1_WEIGHT_BYTES_PER_KERNEL_MASK) ||
        CNA(WEIGHT_SIZE0) != kernel_bytes * c->kernels) {
        return hang(t, "weight byte counts do not fit the kernels");
    }
    c->plane_w = (c->out_w - 1) * c->stride_x + (c->k_w - 1) * c->step_x + 1;
    c->plane_h = (c->out_h - 1) * c->stride_y + (c->k_h - 1) * c->step_y + 1;
    return RK_NPU_OK;
}

/*
 * Input converter of the one-channel mode (E.11): multiply and shift, then add;
 * or add first. Which comes first and that the offset follows the shift is
 * inferred from the programs.
 */
static int8_t convert_input(const RkNpuRegs *regs, uint8_t raw)
{
    bool away = CNA_F(CVT_CON0, ROUND_TYPE);
    unsigned shift = CNA_F(CVT_CON0, CVT_TRUNCATE_0);
    int64_t scale = (int16_t)CNA_F(CVT_CON1, CVT_SCALE0);
    int64_t offset = (int16_t)CNA_F(CVT_CON1, CVT_OFFSET0);
    int64_t v = CNA_F(CVT_CON0, DATA_SIGN) ? (int8_t)raw : raw;

    if (CNA_F(CVT_CON0, CVT_BYPASS) || !(CNA(CVT_CON5) & 1)) {
        return raw;
    }
    shift = shift > 62 ? 62 : shift;
    if (CNA_F(CVT_CON0, CVT_TYPE)) {
        v = round_shift((v + offset) * scale, shift, away);
    } else {
        v = round_shift(v * scale, shift, away) + offset;
    }
    return clamp64(v, INT8_MIN, INT8_MAX);
}

static RkNpuResult load_image(RkNpuTask *t, const RkNpuRegs *regs,
                              const RkNpuMemory *mem)
{
    const Conv *c = &t->conv;
    uint32_t base = CNA(FEATURE_DATA_ADDR);
    uint32_t pitch = CNA_F(DMA_CON1, LINE_STRIDE);
    int8_t *data = t->cbuf_data.data;
    int8_t table[256];
    unsigned x, y, i;
    RkNpuResult r;

    for (i = 0; i < 256; i++) {
        table[i] = convert_input(regs, i);
    }
    memset(data, 0, (size_t)t->cbuf_surfaces * c->in_h * c->in_w * ATOM);
    for (y = 0; y < c->in_h; y++) {
        int8_t *row = data + (size_t)y * c->in_w * ATOM;
        uint8_t raw[1 << R_CNA_DATA_SIZE0_DATAIN_WIDTH_LENGTH];

        r = fetch(t, mem, RK_NPU_PORT_FEATURE, base + y * pitch, raw, c->in_w);
        if (r != RK_NPU_OK) {
            return r;
        }
        for (x = 0; x < c->in_w; x++) {
            row[x * ATOM] = table[raw[x]];
        }
    }
    return RK_NPU_OK;
}

/*
 * Rows come in groups of LINE_STRIDE atoms, four rows per group unless
 * GROUP_LINE_OFF; SURF_STRIDE leads from the end of a group to the next
 * surface (E.3, inferred there).
 */
static RkNpuResult load_cube(RkNpuTask *t, const RkNpuRegs *regs,
                             const RkNpuMemory *mem)
{
    const Conv *c = &t->conv;
    uint32_t base = CNA(FEATURE_DATA_ADDR);
    uint32_t line_stride = CNA_F(DMA_CON1, LINE_STRIDE);
    uint32_t surf_pitch = FIELD_SEX32(CNA(DMA_CON2), CNA_DMA_CON2,
                                      SURF_STRIDE) + line_stride;
    unsigned group = CNA_F(CONV_CON1, GROUP_LINE_OFF) ? 1 : LINE_GROUP;
    uint32_t row_pitch = line_stride / group;
    bool dense = row_pitch == c->in_w && line_stride % group == 0;
    uint8_t *dst = t->cbuf_data.data;
    size_t row_bytes = (size_t)c->in_w * ATOM;
    unsigned s, y;
    RkNpuResult r;

    for (s = 0; s < t->cbuf_surfaces; s++) {
        uint32_t surf = base + s * surf_pitch * ATOM;

        if (dense) {
            r = fetch(t, mem, RK_NPU_PORT_FEATURE, surf, dst,
                      row_bytes * c->in_h);
            if (r != RK_NPU_OK) {
                return r;
            }
            dst += row_bytes * c->in_h;
            continue;
        }
        for (y = 0; y < c->in_h; y++) {
            uint32_t line = (y / group) * line_stride + (y % group) * row_pitch;

            r = fetch(t, mem, RK_NPU_PORT_FEATURE, surf + line * ATOM, dst,
                      row_bytes);
            if (r != RK_NPU_OK) {
                return r;
            }
            dst += row_bytes;
        }
    }
    return RK_NPU_OK;
}

static RkNpuResult load_features(RkNpuTask *t, const RkNpuRegs *regs,
                                 const RkNpuMemory *mem)
{
    const Conv *c = &t->conv;
    unsigned surfaces = c->in_c / ATOM;
    RkNpuResult r;

    if (CNA_F(CBUF_CON0, DATA_REUSE)) {
        if (t->cbuf_w != c->in_w || t->cbuf_h != c->in_h ||
            t->cbuf_surfaces != surfaces) {
            return gap(t, "DATA_REUSE of a cube of another shape");
        }
        return RK_NPU_OK;
    }

    t->cbuf_w = t->cbuf_h = t->cbuf_surfaces = 0;
    if (!reserve(&t->cbuf_data, (uint64_t)surfaces * c->in_h * c->in_w, ATOM)) {
        return gap(t, "feature cube too large for the model");
    }
    t->cbuf_surfaces = surfaces;
    r = CNA_F(CONV_CON1, ARGB_IN) ? load_image(t, regs, mem)
                                  : load_cube(t, regs, mem);
    if (r != RK_NPU_OK) {
        t->cbuf_surfaces = 0;
        return r;
    }
    t->cbuf_w = c->in_w;
    t->cbuf_h = c->in_h;
    return RK_NPU_OK;
}

/*
 * Copy the features into a padded plane with the channels of a pixel side by
 * side, so that the inner product runs over consecutive values. Every aligned
 * channel takes part, in the plane and in the padding.
 */
static RkNpuResult build_plane(RkNpuTask *t)
{
    const Conv *c = &t->conv;
    const int8_t *src = t->cbuf_data.data;
    unsigned surfaces = c->in_c / ATOM;
    size_t pixels = (size_t)c->plane_w * c->plane_h;
    unsigned x, y, s, i;
    int32_t *sum;
    int16_t *plane;

    plane = reserve(&t->plane, (uint64_t)pixels * c->in_c, sizeof(*plane));
    sum = reserve(&t->plane_sum, pixels, sizeof(*sum));
    if (!plane || !sum) {
        return gap(t, "padded plane too large for the model");
    }
    for (y = 0; y < c->plane_h; y++) {
        for (x = 0; x < c->plane_w; x++) {
            int16_t *px = plane + ((size_t)y * c->plane_w + x) * c->in_c;
            unsigned in_x = x - c->pad_left, in_y = y - c->pad_top;
            int32_t total = 0;

            /* left and top padding wrap around to huge values */
            if (in_x < c->in_w && in_y < c->in_h) {
                for (s = 0; s < surfaces; s++) {
                    const int8_t *atom = src + ATOM *
                        (((size_t)s * c->in_h + in_y) * c->in_w + in_x);

                    for (i = 0; i < ATOM; i++) {
                        px[s * ATOM + i] = atom[i];
                    }
                }
            } else {
                for (i = 0; i < c->in_c; i++) {
                    /* which byte lane a depthwise channel reads: E.5 */
                    bool odd = c->depthwise && i % DEPTHWISE_GROUP < 32 &&
                               i % 2;

                    px[i] = (int8_t)(c->pad_value >> (odd ? 8 : 0));
                }
            }
            if (!c->depthwise) {
                for (i = 0; i < c->in_c; i++) {
                    total += px[i];
                }
            }
            sum[(size_t)y * c->plane_w + x] = total;
        }
    }
    return RK_NPU_OK;
}

static RkNpuResult load_weights(RkNpuTask *t, const RkNpuRegs *regs,
                                const RkNpuMemory *mem)
{
    uint32_t bytes = CNA(WEIGHT_SIZE0);
    RkNpuResult r;

    if (CNA_F(CBUF_CON0, WEIGHT_REUSE)) {
        if (t->cbuf_weight_bytes < bytes) {
            return hang(t, "WEIGHT_REUSE of weights that were never loaded");
        }
        return RK_NPU_OK;
    }
    t->cbuf_weight_bytes = 0;
    if (!reserve(&t->cbuf_weights, bytes, 1)) {
        return gap(t, "weights too large for the model");
    }
    r = fetch(t, mem, RK_NPU_PORT_FEATURE, CNA(DCOMP_ADDR0) & ~0xfu,
              t->cbuf_weights.data, bytes);
    if (r == RK_NPU_OK) {
        t->cbuf_weight_bytes = bytes;
    }
    return r;
}

/*
 * Memory order (E.4): kernel group, channel group, row, column, kernel,
 * channel; the last group of kernels or channels is packed without gaps.
 * Depthwise: channel group, row, column, channel. Sorted here into
 * [kernel][row][column][channel], depthwise [row][column][channel].
 */
static RkNpuResult unpack_weights(RkNpuTask *t)
{
    const Conv *c = &t->conv;
    const int8_t *src = t->cbuf_weights.data;
    unsigned c_group = c->depthwise ? DEPTHWISE_GROUP : DIRECT_GROUP;
    size_t taps = (size_t)c->k_w * c->k_h;
    unsigned k0, c0, k, i;
    size_t tap;
    int16_t *w;

    w = reserve(&t->weights, (uint64_t)c->kernels * taps * c->in_c, sizeof(*w));
    if (!w) {
        return gap(t, "weights too large for the model");
    }
    for (k0 = 0; k0 < c->kernels; k0 += DIRECT_GROUP) {
        unsigned k_end = MIN(k0 + DIRECT_GROUP, c->kernels);

        for (c0 = 0; c0 < c->in_c; c0 += c_group) {
            unsigned c_end = MIN(c0 + c_group, c->in_c);

            for (tap = 0; tap < taps; tap++) {
                for (k = k0; k < k_end; k++) {
                    int16_t *dst = w + (k * taps + tap) * c->in_c;

                    for (i = c0; i < c_end; i++) {
                        dst[i] = *src++;
                    }
                }
            }
        }
    }
    return RK_NPU_OK;
}

/*
 * DPU and DPU_RDMA
 */

static void decode_bs(Stage *s, const RkNpuRegs *regs)
{
    bool bypass = DPU_F(BS_CFG, BS_BYPASS);
    bool alu_bypass = DPU_F(BS_CFG, BS_ALU_BYPASS);
    bool mul_bypass = DPU_F(BS_CFG, BS_MUL_BYPASS);

    *s = (Stage) {
        .bypass = bypass,
        .alu_bypass = alu_bypass,
        .mul_bypass = mul_bypass,
        .relu_bypass = DPU_F(BS_CFG, BS_RELU_BYPASS),
        .relux = DPU_F(BS_CFG, BS_RELUX_EN),
        .prelu = DPU_F(BS_CFG, BS_MUL_PRELU),
        .subtract = DPU_F(BS_CFG, BS_ALU_ALGO) == NPU_ALU_MINUS,
        .alu_per_channel = !bypass && !alu_bypass && DPU_F(BS_CFG, BS_ALU_SRC),
        .mul_per_channel = !bypass && !mul_bypass &&
                           DPU_F(BS_MUL_CFG, BS_MUL_SRC),
        .alu = DPU(BS_ALU_CFG),
        .mul = (int16_t)DPU_F(BS_MUL_CFG, BS_MUL_OPERAND),
        .cmp = DPU(BS_RELUX_CMP_VALUE),
        .shift = DPU_F(BS_MUL_CFG, BS_MUL_SHIFT_VALUE),
        .shift_neg = DPU_F(DATA_FORMAT, BS_MUL_SHIFT_VALUE_NEG),
    };
}

static void decode_bn(Stage *s, const RkNpuRegs *regs)
{
    *s = (Stage) {
        .bypass = DPU_F(BN_CFG, BN_BYPASS),
        .alu_bypass = DPU_F(BN_CFG, BN_ALU_BYPASS),
        .mul_bypass = DPU_F(BN_CFG, BN_MUL_BYPASS),
        .relu_bypass = DPU_F(BN_CFG, BN_RELU_BYPASS),
        .relux = DPU_F(BN_CFG, BN_RELUX_EN),
        .prelu = DPU_F(BN_CFG, BN_MUL_PRELU),
        .subtract = DPU_F(BN_CFG, BN_ALU_ALGO) == NPU_ALU_MINUS,
        .alu = DPU(BN_ALU_CFG),
        .mul = (int16_t)DPU_F(BN_MUL_CFG, BN_MUL_OPERAND),
        .cmp = DPU(BN_RELUX_CMP_VALUE),
        .shift = DPU_F(BN_MUL_CFG, BN_MUL_SHIFT_VALUE),
        .shift_neg = DPU_F(DATA_FORMAT, BN_MUL_SHIFT_VALUE_NEG),
    };
}

static bool alu_algo_known(unsigned algo)
{
    return algo == NPU_ALU_ADD || algo == NPU_ALU_MINUS;
}

static RkNpuResult decode_stages(RkNpuTask *t, const RkNpuRegs *regs)
{
    Dpu *d = &t->dpu;
    Eltwise *e = &d->ew;

    decode_bs(&d->bs, regs);
    decode_bn(&d->bn, regs);
    *e = (Eltwise) {
        .bypass = DPU_F(EW_CFG, EW_BYPASS),
        .op_bypass = DPU_F(EW_CFG, EW_OP_BYPASS),
        .cvt_bypass = DPU_F(EW_CFG, EW_OP_CVT_BYPASS),
        .relu_bypass = DPU_F(EW_CFG, EW_RELU_BYPASS),
        .relux = DPU_F(EW_CFG, EW_RELUX_EN),
        .multiply = DPU_F(EW_CFG, EW_OP_TYPE),
        .prelu = DPU_F(EW_CFG, EW_MUL_PRELU),
        .add_first = DPU_F(EW_CFG, EW_CVT_TYPE),
        .away = DPU_F(EW_CFG, EW_CVT_ROUND),
        .per_channel = DPU_F(EW_CFG, EW_DATA_MODE) == 0,
        .algo = DPU_F(EW_CFG, EW_ALU_ALGO),
        .offset = DPU(EW_CVT_OFFSET_VALUE),
        .cmp = DPU(EW_RELUX_CMP_VALUE),
        .scale = DPU_F(EW_CVT_SCALE_VALUE, EW_OP_CVT_SCALE),
        .shift = MIN(DPU_F(EW_CVT_SCALE_VALUE, EW_OP_CVT_SHIFT), 62),
        .truncate = MIN(DPU_F(EW_CVT_SCALE_VALUE, EW_TRUNCATE), 62),
        .truncate_neg = MIN(DPU_F(DATA_FORMAT, EW_TRUNCATE_NEG), 62),
    };

    if (!d->bs.bypass && !d->bs.alu_bypass &&
        !alu_algo_known(DPU_F(BS_CFG, BS_ALU_ALGO))) {
        return gap(t, "reserved BS operation");
    }
    if (!d->bs.bypass && !d->bs.mul_bypass &&
        DPU_F(BS_MUL_CFG, BS_TRUNCATE_SRC)) {
        return gap(t, "BS shift from memory");
    }
    if (!d->bn.bypass) {
        if (!d->bn.alu_bypass &&
            !alu_algo_known(DPU_F(BN_CFG, BN_ALU_ALGO))) {
            return gap(t, "reserved BN operation");
        }
        if ((!d->bn.alu_bypass && DPU_F(BN_CFG, BN_ALU_SRC)) ||
            (!d->bn.mul_bypass && (DPU_F(BN_MUL_CFG, BN_MUL_SRC) ||
                                   DPU_F(BN_MUL_CFG, BN_TRUNCATE_SRC)))) {
            return hang(t, "BN operands from memory");      /* E.15 */
        }
    }
    if (!e->bypass) {
        if (!DPU_F(EW_CFG, EW_LUT_BYPASS)) {
            return gap(t, "look-up table");
        }
        if (!e->op_bypass) {
            if (!e->multiply && e->algo != NPU_ALU_MAX &&
                e->algo != NPU_ALU_MIN && e->algo != NPU_ALU_ADD &&
                e->algo != NPU_ALU_MINUS) {
                return gap(t, "element-wise operation without known result");
            }
            if (DPU_F(EW_CFG, EW_EQUAL_EN) || DPU_F(EW_CFG, EW_BINARY_EN)) {
                return gap(t, "element-wise comparison output");
            }
            if (!DPU_F(EW_CFG, EW_OP_SRC)) {
                return gap(t, "element-wise operands from registers");
            }
            if (DPU_F(EW_CFG, EW_DATA_MODE) > 1) {
                return gap(t, "element-wise operand per channel by pixel");
            }
        }
    }

    d->out_offset = DPU(OUT_CVT_OFFSET);
    d->out_scale = DPU_F(OUT_CVT_SCALE, OUT_CVT_SCALE);
    d->out_shift = MIN(DPU_F(OUT_CVT_SHIFT, OUT_CVT_SHIFT) & 0x3f, 62);
    d->out_away = DPU_F(OUT_CVT_SHIFT, CVT_ROUND);
    return RK_NPU_OK;
}

static unsigned element_size(unsigned precision)
{
    switch (precision) {
    case NPU_PREC_INT8:
        return 1;
    case NPU_PREC_INT16:
        return 2;
    case NPU_PREC_INT32:
        return 4;
    default:
        return 0;
    }
}

static RkNpuResult decode_dpu_format(RkNpuTask *t, const RkNpuRegs *regs)
{
    Dpu *d = &t->dpu;
    unsigned in = DPU_F(DATA_FORMAT, IN_PRECISION);
    unsigned proc = DPU_F(DATA_FORMAT, PROC_PRECISION);
    unsigned out = DPU_F(DATA_FORMAT, OUT_PRECISION);

    d->in_size = element_size(in);
    d->out_size = element_size(out);
    if (d->flying) {
        if (in != proc || in != out || !d->in_size) {
            return gap(t, "DPU precision");
        }
        if (RDMA_F(FEATURE_MODE_CFG, IN_PRECISION) != in ||
            RDMA_F(FEATURE_MODE_CFG, PROC_PRECISION) != in) {
            return gap(t, "DPU and DPU_RDMA precision differ");
        }
        return RK_NPU_OK;
    }
    if (in != NPU_PREC_INT8 || proc != NPU_PREC_INT8 ||
        (out != NPU_PREC_INT8 && out != NPU_PREC_INT32)) {
        return gap(t, "DPU precision");
    }
    if (out == NPU_PREC_INT8 && !t->conv.input_sum) {
        return hang(t, "int8 output needs QD_EN");
    }
    if (out == NPU_PREC_INT32 && t->conv.depthwise) {
        return gap(t, "depthwise with int32 output");
    }
    if (out == NPU_PREC_INT32 && d->cpend) {
        return gap(t, "CPEND with int32 output");
    }
    return RK_NPU_OK;
}

static RkNpuResult decode_dpu(RkNpuTask *t, const RkNpuRegs *regs)
{
    Dpu *d = &t->dpu;
    unsigned out_mode = DPU_F(FEATURE_MODE_CFG, OUTPUT_MODE);
    unsigned size_e = DPU_F(BS_OW_CFG, SIZE_E_0);
    unsigned group, i;
    uint16_t pend = DPU_F(OFFSET_PEND, OFFSET_PEND);
    RkNpuResult r;

    memset(d, 0, sizeof(*d));
    d->flying = DPU_F(FEATURE_MODE_CFG, FLYING_MODE);
    d->to_ppu = out_mode & 1;
    d->to_memory = out_mode & 2;
    d->w = DPU_F(DATA_CUBE_WIDTH, WIDTH) + 1;
    d->h = DPU_F(DATA_CUBE_HEIGHT, HEIGHT) + 1;
    d->channels = DPU_F(DATA_CUBE_CHANNEL, CHANNEL) + 1;
    d->channels_real = DPU_F(DATA_CUBE_CHANNEL, ORIG_CHANNEL) + 1;
    d->cpend = !d->flying && !DPU_F(BS_OW_CFG, OD_BYPASS);
    d->cpend_per_channel = d->cpend && DPU_F(BS_OW_CFG, OW_SRC);
    d->cpend_op = (int16_t)DPU_F(BS_OW_OP, OW_OP);
    d->dst = DPU(DST_BASE_ADDR) & ~0xfu;
    d->surf_stride = DPU(DST_SURF_STRIDE) & ~0xfu;
    d->surf_add = DPU(SURFACE_ADD) & ~0xfu;
    d->line_pitch = d->w + DPU_F(DATA_CUBE_NOTCH_ADDR, NOTCH_ADDR_0);
    for (i = 0; i < sizeof(d->pend); i++) {
        d->pend[i] = i < 2 ? pend >> (8 * i) : (int16_t)pend < 0 ? 0xff : 0;
    }

    if (!out_mode) {
        return hang(t, "DPU output goes nowhere");
    }
    if (DPU_F(FEATURE_MODE_CFG, TP_EN) || DPU_F(BS_OW_CFG, TP_ORG_EN) ||
        DPU_F(FEATURE_MODE_CFG, RGP_TYPE) || DPU_F(BS_OW_CFG, RGP_CNTER) ||
        DPU_F(FEATURE_MODE_CFG, NONALIGN) ||
        DPU_F(DATA_FORMAT, MC_SURF_OUT) ||
        DPU_F(DATA_CUBE_HEIGHT, MINMAX_CTL)) {
        return gap(t, "transposed, regrouped, packed or min/max output");
    }
    if (DPU_F(DATA_CUBE_NOTCH_ADDR, NOTCH_ADDR_1) &&
        DPU_F(DATA_CUBE_NOTCH_ADDR, NOTCH_ADDR_1) !=
        DPU_F(DATA_CUBE_NOTCH_ADDR, NOTCH_ADDR_0)) {
        return gap(t, "two different line notches");
    }
    if (DPU_F(WDMA_SIZE_0, CHANNEL_WDMA) + 1 != d->channels ||
        DPU_F(WDMA_SIZE_1, WIDTH_WDMA) + 1 != d->w ||
        DPU_F(WDMA_SIZE_1, HEIGHT_WDMA) + 1 != d->h) {
        return hang(t, "DPU and its writer disagree about the cube");
    }
    r = decode_dpu_format(t, regs);
    if (r != RK_NPU_OK) {
        return r;
    }
    d->surfaces = DIV_ROUND_UP(d->channels * d->out_size, ATOM);
    d->store_surfaces = d->surfaces;

    if (d->flying) {
        if (d->channels_real != d->channels) {
            return hang(t, "DPU-only program with padded channels");
        }
        d->group_surfaces = d->surfaces;
    } else {
        if (t->conv.out_w != d->w || t->conv.out_h != d->h) {
            return hang(t, "CORE and DPU disagree about the output cube");
        }
        if (size_e != DPU_F(BS_OW_CFG, SIZE_E_1) ||
            size_e != DPU_F(BS_OW_CFG, SIZE_E_2)) {
            return gap(t, "different SIZE_E values");
        }
        group = t->conv.depthwise ? DEPTHWISE_GROUP : DIRECT_GROUP;
        d->group_surfaces = group * d->out_size / ATOM;
        if (size_e + 1 != d->group_surfaces) {
            return gap(t, "SIZE_E does not fit the kernel group");
        }
        if (t->conv.depthwise && d->channels > ROUND_UP(t->conv.in_c, group)) {
            return hang(t, "more depthwise outputs than inputs");
        }
        /* E.4: whole groups are written, then the writer waits for ever */
        if (d->out_size == 1 && d->channels % group) {
            d->store_surfaces = d->channels / group * d->group_surfaces;
            t->hang_after_store = true;
        }
    }
    return decode_stages(t, regs);
}

static RkNpuResult load_coefficients(RkNpuTask *t, const RkNpuRegs *regs,
                                     const RkNpuMemory *mem)
{
    const Dpu *d = &t->dpu;
    unsigned use = RDMA_F(BRDMA_CFG, BRDMA_DATA_USE);
    unsigned n = ROUND_UP(d->channels, BRDMA_RECORD_CH);
    uint32_t base = RDMA(BS_BASE_ADDR);
    int32_t *alu = reserve(&t->coef, 3 * (uint64_t)n, sizeof(*alu));
    int32_t *cpend = alu + n, *mul = cpend + n;
    unsigned c, i;
    RkNpuResult r;

    if (!alu) {
        return gap(t, "out of memory");
    }
    if (!use || (use == 1 && (d->bs.mul_per_channel || d->cpend_per_channel))) {
        return hang(t, "BRDMA does not fetch what BS needs");
    }
    if (use == 1) {
        uint8_t *raw = (uint8_t *)alu;

        r = fetch(t, mem, RK_NPU_PORT_POST, base, raw, d->channels * 4);
        if (r != RK_NPU_OK) {
            return r;
        }
        for (c = 0; c < d->channels; c++) {
            alu[c] = ldl_le_p(raw + 4 * c);
        }
        return RK_NPU_OK;
    }
    if (use != 7) {
        return gap(t, "BRDMA record layout");
    }
    for (c = 0; c < n; c += BRDMA_RECORD_CH) {
        uint8_t rec[BRDMA_RECORD];

        r = fetch(t, mem, RK_NPU_PORT_POST,
                  base + c / BRDMA_RECORD_CH * BRDMA_RECORD, rec, sizeof(rec));
        if (r != RK_NPU_OK) {
            return r;
        }
        for (i = 0; i < BRDMA_RECORD_CH; i++) {
            alu[c + i] = ldl_le_p(rec + 4 * i);
            cpend[c + i] = (int16_t)lduw_le_p(rec + 32 + 2 * i);
            mul[c + i] = (int16_t)lduw_le_p(rec + 48 + 2 * i);
        }
    }
    return RK_NPU_OK;
}

/**
 * load_surfaces() - Fetch a cube with the geometry of the DPU's output
 * @dst: [surface][row][column][16]
 * @base: address of the first surface
 * @base_odd: address of the second surface
 * @step: bytes between a surface and the next but one
 * @line_pitch: atoms between two rows
 */
static RkNpuResult load_surfaces(RkNpuTask *t, const RkNpuMemory *mem,
                                 uint8_t *dst, unsigned surfaces,
                                 uint32_t base, uint32_t base_odd,
                                 uint32_t step, uint32_t line_pitch)
{
    const Dpu *d = &t->dpu;
    uint32_t row_bytes = d->w * ATOM;
    unsigned s, y, rows = d->h;
    RkNpuResult r;

    if (line_pitch == d->w) {
        row_bytes *= rows;
        rows = 1;
    }
    for (s = 0; s < surfaces; s++) {
        uint32_t surf = (s & 1 ? base_odd : base) + s / 2 * step;

        for (y = 0; y < rows; y++) {
            r = fetch(t, mem, RK_NPU_PORT_POST, surf + y * line_pitch * ATOM,
                      dst, row_bytes);
            if (r != RK_NPU_OK) {
                return r;
            }
            dst += row_bytes;
        }
    }
    return RK_NPU_OK;
}

static RkNpuResult load_main(RkNpuTask *t, const RkNpuRegs *regs,
                             const RkNpuMemory *mem)
{
    const Dpu *d = &t->dpu;
    uint32_t base = RDMA(SRC_BASE_ADDR);
    uint32_t pitch = d->w + RDMA_F(SRC_DMA_CFG, LINE_NOTCH_ADDR);
    uint32_t surf = (pitch * d->h + RDMA_F(SURF_NOTCH, SURF_NOTCH_ADDR)) * ATOM;
    unsigned surfaces = DIV_ROUND_UP(d->channels * d->in_size, ATOM);

    if (RDMA_F(FEATURE_MODE_CFG, MRDMA_DISABLE)) {
        return hang(t, "DPU waits for a disabled MRDMA");
    }
    if (RDMA_F(FEATURE_MODE_CFG, COMB_USE) & 1) {
        return hang(t, "COMB_USE bit 0 in a DPU-only program");
    }
    if (RDMA_F(SRC_DMA_CFG, UNPOOLING_EN)) {
        return gap(t, "un-pooling");
    }
    if (!reserve(&t->main, (uint64_t)surfaces * d->h * d->w, ATOM)) {
        return gap(t, "DPU input too large for the model");
    }
    return load_surfaces(t, mem, t->main.data, surfaces, base, base + surf,
                         2 * surf, pitch);
}

static RkNpuResult load_operand(RkNpuTask *t, const RkNpuRegs *regs,
                                const RkNpuMemory *mem)
{
    const Dpu *d = &t->dpu;
    unsigned size = RDMA_F(ERDMA_CFG, ERDMA_DATA_SIZE);
    unsigned comb = RDMA_F(FEATURE_MODE_CFG, COMB_USE);
    uint32_t pitch = d->w + RDMA_F(DATA_CUBE_HEIGHT, EW_LINE_NOTCH_ADDR);
    uint32_t base = RDMA(EW_BASE_ADDR);
    uint32_t step = RDMA_F(EW_SURF_STRIDE, EW_SURF_STRIDE) * ATOM;
    unsigned surfaces = DIV_ROUND_UP(d->channels * d->in_size, ATOM);
    uint64_t pixels = (uint64_t)d->h * d->w;
    unsigned s;
    RkNpuResult r;

    if (RDMA_F(ERDMA_CFG, ERDMA_DISABLE)) {
        return hang(t, "EW waits for a disabled ERDMA");
    }
    if (RDMA_F(ERDMA_CFG, ERDMA_NONALIGN) ||
        RDMA_F(ERDMA_CFG, ERDMA_SURF_MODE) || size == 0 ||
        1u << (size - 1) != d->in_size || DPU_F(EW_CFG, EDATA_SIZE) != size ||
        RDMA_F(ERDMA_CFG, ERDMA_DATA_MODE) != DPU_F(EW_CFG, EW_DATA_MODE)) {
        return gap(t, "EW operand format");
    }
    if (!reserve(&t->operand, pixels * surfaces, ATOM)) {
        return gap(t, "EW operand too large for the model");
    }
    if (d->ew.per_channel) {
        /* a cube of one pixel */
        for (s = 0; s < surfaces; s++) {
            r = fetch(t, mem, RK_NPU_PORT_POST, base + s * step,
                      (uint8_t *)t->operand.data + s * ATOM, ATOM);
            if (r != RK_NPU_OK) {
                return r;
            }
        }
        return RK_NPU_OK;
    }
    if (!d->flying && comb == 5) {
        /*
         * MRDMA fetches the even surfaces and ERDMA the odd ones; the notch
         * leads over the rest of the surface and over the other's (E.10).
         */
        uint32_t even = (pitch * d->h +
                         RDMA_F(SURF_NOTCH, SURF_NOTCH_ADDR)) * ATOM;
        uint32_t odd = (pitch * d->h +
                        RDMA_F(EW_SURF_NOTCH, EW_SURF_NOTCH)) * ATOM;

        if (RDMA_F(FEATURE_MODE_CFG, MRDMA_DISABLE)) {
            return hang(t, "COMB_USE with a disabled MRDMA");
        }
        if (even != odd) {
            return gap(t, "different notches of MRDMA and ERDMA");
        }
        return load_surfaces(t, mem, t->operand.data, surfaces,
                             RDMA(SRC_BASE_ADDR), base, even, pitch);
    }
    if (comb & 1) {
        return gap(t, "COMB_USE combination");
    }
    return load_surfaces(t, mem, t->operand.data, surfaces, base, base + step,
                         2 * step, pitch);
}

static RkNpuResult load_dpu(RkNpuTask *t, const RkNpuRegs *regs,
                            const RkNpuMemory *mem)
{
    const Dpu *d = &t->dpu;
    bool rdma = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_DPU_RDMA);
    bool ew = !d->ew.bypass && !d->ew.op_bypass;
    RkNpuResult r = RK_NPU_OK;

    if (rdma) {
        if (RDMA_F(DATA_CUBE_WIDTH, WIDTH) + 1 != d->w ||
            RDMA_F(DATA_CUBE_HEIGHT, HEIGHT) + 1 != d->h ||
            RDMA_F(DATA_CUBE_CHANNEL, CHANNEL) + 1 != d->channels) {
            return hang(t, "DPU and DPU_RDMA disagree about the cube");
        }
        if (RDMA_F(FEATURE_MODE_CFG, FLYING_MODE) != d->flying) {
            return hang(t, "DPU and DPU_RDMA disagree about flying mode");
        }
        if (RDMA_F(NRDMA_CFG, NRDMA_DATA_USE)) {
            return hang(t, "NRDMA in use");                 /* E.15 */
        }
        /* F18: nobody takes what MRDMA fetches */
        if (!d->flying && !RDMA_F(FEATURE_MODE_CFG, MRDMA_DISABLE) &&
            !(ew && RDMA_F(FEATURE_MODE_CFG, COMB_USE))) {
            return hang(t, "MRDMA enabled without a consumer");
        }
    }
    if (needs_coefficients(regs)) {
        r = load_coefficients(t, regs, mem);
    }
    if (r == RK_NPU_OK && d->flying) {
        r = load_main(t, regs, mem);
    }
    if (r == RK_NPU_OK && ew) {
        r = load_operand(t, regs, mem);
    }
    return r;
}

/*
 * PPU and PPU_RDMA
 */

static RkNpuResult decode_ppu(RkNpuTask *t, const RkNpuRegs *regs)
{
    Ppu *p = &t->ppu;
    unsigned width, height;

    memset(p, 0, sizeof(*p));
    p->from_memory = PPU_F(OPERATION_MODE_CFG, FLYING_MODE);
    p->method = PPU_F(OPERATION_MODE_CFG, POOLING_METHOD);
    p->in_w = PPU_F(DATA_CUBE_IN_WIDTH, CUBE_IN_WIDTH) + 1;
    p->in_h = PPU_F(DATA_CUBE_IN_HEIGHT, CUBE_IN_HEIGHT) + 1;
    p->out_w = PPU_F(DATA_CUBE_OUT_WIDTH, CUBE_OUT_WIDTH) + 1;
    p->out_h = PPU_F(DATA_CUBE_OUT_HEIGHT, CUBE_OUT_HEIGHT) + 1;
    p->surfaces = DIV_ROUND_UP(PPU_F(DATA_CUBE_IN_CHANNEL, CUBE_IN_CHANNEL) + 1,
                               ATOM);
    p->k_w = PPU_F(POOLING_KERNEL_CFG, KERNEL_WIDTH) + 1;
    p->k_h = PPU_F(POOLING_KERNEL_CFG, KERNEL_HEIGHT) + 1;
    p->stride_x = PPU_F(POOLING_KERNEL_CFG, KERNEL_STRIDE_WIDTH) + 1;
    p->stride_y = PPU_F(POOLING_KERNEL_CFG, KERNEL_STRIDE_HEIGHT) + 1;
    p->pad_left = PPU_F(POOLING_PADDING_CFG, PAD_LEFT);
    p->pad_top = PPU_F(POOLING_PADDING_CFG, PAD_TOP);
    p->pad_value = sextract32(PPU(PADDING_VALUE_1_CFG), 0, 19);
    p->recip_w = PPU_F(RECIP_KERNEL_WIDTH, RECIP_KERNEL_WIDTH);
    p->recip_h = PPU_F(RECIP_KERNEL_HEIGHT, RECIP_KERNEL_HEIGHT);
    p->dst = PPU(DST_BASE_ADDR) & ~0xfu;
    p->surf_stride = PPU(DST_SURF_STRIDE) & ~0xfu;
    p->line_pitch = p->out_w + PPU_F(OPERATION_MODE_CFG, NOTCH_ADDR);

    if (PPU_F(DATA_FORMAT, PROC_PRECISION) != NPU_PREC_INT8) {
        return gap(t, "pooling precision other than int8");
    }
    if (p->method > NPU_POOL_MIN) {
        return gap(t, "reserved pooling method");
    }
    if (PPU_F(OPERATION_MODE_CFG, INDEX_EN) || PPU_F(MISC_CTRL, MC_SURF_OUT) ||
        PPU_F(MISC_CTRL, NONALIGN)) {
        return gap(t, "pooling index, packed or multi-surface output");
    }
    if (PPU_F(DATA_CUBE_OUT_CHANNEL, CUBE_OUT_CHANNEL) !=
        PPU_F(DATA_CUBE_IN_CHANNEL, CUBE_IN_CHANNEL)) {
        return hang(t, "PPU input and output channels differ");
    }
    width = p->in_w + p->pad_left + PPU_F(POOLING_PADDING_CFG, PAD_RIGHT);
    height = p->in_h + p->pad_top + PPU_F(POOLING_PADDING_CFG, PAD_BOTTOM);
    if ((p->out_w - 1) * p->stride_x + p->k_w > width ||
        (p->out_h - 1) * p->stride_y + p->k_h > height) {
        return hang(t, "PPU output needs more input than there is");
    }
    if (p->from_memory) {
        unsigned in = PPU_RDMA_F(DATA_FORMAT, IN_PRECISION);

        /* storage width 8 bit; 16 bit is known to behave alike */
        if (in != 1 && in != 2) {
            return gap(t, "pooling storage width");
        }
        if (PPU_RDMA_F(CUBE_IN_WIDTH, CUBE_IN_WIDTH) + 1 != p->in_w ||
            PPU_RDMA_F(CUBE_IN_HEIGHT, CUBE_IN_HEIGHT) + 1 != p->in_h ||
            PPU_RDMA_F(CUBE_IN_CHANNEL, CUBE_IN_CHANNEL) !=
            PPU_F(DATA_CUBE_IN_CHANNEL, CUBE_IN_CHANNEL)) {
            return hang(t, "PPU and PPU_RDMA disagree about the cube");
        }
    } else if (t->dpu.out_size != 1 || t->dpu.w != p->in_w ||
               t->dpu.h != p->in_h || t->dpu.surfaces < p->surfaces) {
        return hang(t, "DPU and PPU disagree about the cube");
    }
    return RK_NPU_OK;
}

static RkNpuResult load_ppu(RkNpuTask *t, const RkNpuRegs *regs,
                            const RkNpuMemory *mem)
{
    const Ppu *p = &t->ppu;
    uint32_t base = PPU_RDMA(SRC_BASE_ADDR);
    uint32_t line = PPU_RDMA(SRC_LINE_STRIDE) & ~0xfu;
    uint32_t surf = PPU_RDMA(SRC_SURF_STRIDE) & ~0xfu;
    uint32_t row_bytes = p->in_w * ATOM;
    uint8_t *dst;
    unsigned s, y;
    RkNpuResult r;

    dst = reserve(&t->pool_in, (uint64_t)p->surfaces * p->in_h * p->in_w, ATOM);
    if (!dst) {
        return gap(t, "pooling input too large for the model");
    }
    for (s = 0; s < p->surfaces; s++) {
        for (y = 0; y < p->in_h; y++) {
            r = fetch(t, mem, RK_NPU_PORT_POST, base + s * surf + y * line,
                      dst, row_bytes);
            if (r != RK_NPU_OK) {
                return r;
            }
            dst += row_bytes;
        }
    }
    return RK_NPU_OK;
}

/* Host work of an output row: about one unit per multiply-accumulate. */
static uint64_t row_work(const RkNpuTask *t)
{
    const Conv *c = &t->conv;
    uint64_t elements = (uint64_t)t->dpu.w * t->dpu.channels;

    if (t->has_conv) {
        elements *= (uint64_t)c->k_w * c->k_h * (c->depthwise ? 1 : c->in_c);
    }
    return elements;
}

/*
 * Cost. One pass of the MAC array takes a cycle for 32 kernels of 32 channels
 * (A.3: 1024 int8 per cycle) or for 64 depthwise channels; DPU and PPU take
 * one atom per cycle (both inferred). The units overlap, so the slowest
 * counts.
 */
static void task_cost(RkNpuTask *t, RkNpuCost *cost)
{
    const Conv *c = &t->conv;
    const Dpu *d = &t->dpu;
    const Ppu *p = &t->ppu;
    uint64_t cycles;

    memset(cost, 0, sizeof(*cost));
    cost->read_bytes = t->read_bytes;
    if (t->has_conv) {
        uint64_t taps = (uint64_t)c->out_w * c->out_h * c->k_w * c->k_h;

        if (c->depthwise) {
            cost->cycles = taps * DIV_ROUND_UP(c->in_c, DEPTHWISE_GROUP);
            cost->macs = taps * d->channels_real;
        } else {
            cost->cycles = taps * DIV_ROUND_UP(c->in_c, DIRECT_GROUP) *
                           DIV_ROUND_UP(c->kernels, DIRECT_GROUP);
            cost->macs = taps * c->in_c_real * d->channels_real;
        }
    }
    if (t->has_dpu) {
        cycles = (uint64_t)d->surfaces * d->w * d->h;
        cost->cycles = MAX(cost->cycles, cycles);
        cost->work = row_work(t) * d->h;
        if (d->to_memory) {
            cost->write_bytes += (uint64_t)d->store_surfaces * d->w * d->h *
                                 ATOM;
        }
    }
    if (t->has_ppu) {
        cycles = (uint64_t)p->surfaces * p->in_w * p->in_h;
        cost->cycles = MAX(cost->cycles, cycles);
        cost->write_bytes += (uint64_t)p->surfaces * p->out_w * p->out_h * ATOM;
    }
}

RkNpuResult rk_npu_task_load(RkNpuTask *t, const RkNpuRegs *regs,
                             const RkNpuMemory *mem, RkNpuCost *cost)
{
    RkNpuResult r = RK_NPU_OK;

    t->reason = NULL;
    t->unsupported = false;
    t->hang_after_store = false;
    t->read_bytes = 0;
    t->row = 0;
    t->pool_done = false;
    t->store_pos = 0;
    t->has_conv = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_CNA);
    t->has_dpu = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_DPU);
    t->has_ppu = regs->blocks & RK_NPU_BLOCK_BIT(RK_NPU_PPU);

    if (t->has_conv) {
        r = decode_conv(t, regs);
    }
    if (r == RK_NPU_OK && t->has_dpu) {
        r = decode_dpu(t, regs);
    }
    if (r == RK_NPU_OK && t->has_ppu) {
        r = decode_ppu(t, regs);
    }
    if (r == RK_NPU_OK && t->has_conv) {
        r = load_weights(t, regs, mem);
        if (r == RK_NPU_OK) {
            r = load_features(t, regs, mem);
        }
        if (r == RK_NPU_OK) {
            r = unpack_weights(t);
        }
        if (r == RK_NPU_OK) {
            r = build_plane(t);
        }
        if (r == RK_NPU_OK &&
            (row_work(t) > MAX_ROW_WORK ||
             !reserve(&t->acc, (uint64_t)t->dpu.w * t->dpu.channels,
                      sizeof(int64_t)))) {
            r = gap(t, "output row too large for the model");
        }
    }
    if (r == RK_NPU_OK && t->has_dpu) {
        r = load_dpu(t, regs, mem);
        if (r == RK_NPU_OK &&
            !reserve(&t->out,
                     (uint64_t)t->dpu.surfaces * t->dpu.w * t->dpu.h, ATOM)) {
            r = gap(t, "output cube too large for the model");
        }
    }
    if (r == RK_NPU_OK && t->has_ppu) {
        const Ppu *p = &t->ppu;

        if (p->from_memory) {
            r = load_ppu(t, regs, mem);
        }
        if (r == RK_NPU_OK &&
            !reserve(&t->pool_out, (uint64_t)p->surfaces * p->out_h * p->out_w,
                     ATOM)) {
            r = gap(t, "pooling output too large for the model");
        }
    }
    if (r == RK_NPU_OK) {
        task_cost(t, cost);
    }
    return r;
}

/*
 * Arithmetic
 */

/*
 * Inner products of one row of values with four rows of weights. int16
 * products summed in int32 are what compilers turn into multiply-add
 * instructions; n is a multiple of 16 and at most MAX_DOT.
 */
__attribute__((optimize("O3")))
static void dot4(const int16_t *restrict x, const int16_t *restrict w0,
                 const int16_t *restrict w1, const int16_t *restrict w2,
                 const int16_t *restrict w3, unsigned n, int32_t sum[4])
{
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    unsigned i;

    for (i = 0; i < n; i++) {
        s0 += x[i] * w0[i];
        s1 += x[i] * w1[i];
        s2 += x[i] * w2[i];
        s3 += x[i] * w3[i];
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
}

/* Accumulate a run of n consecutive values for four kernels. */
static void dot4_add(const int16_t *x, const int16_t *const w[4], size_t n,
                     int64_t acc[4])
{
    size_t pos;
    unsigned i;

    for (pos = 0; pos < n; pos += MAX_DOT) {
        int32_t sum[4];

        dot4(x + pos, w[0] + pos, w[1] + pos, w[2] + pos, w[3] + pos,
             MIN(n - pos, MAX_DOT), sum);
        for (i = 0; i < 4; i++) {
            acc[i] += sum[i];
        }
    }
}

/* CPEND operand of an output channel, 0 when the term is off. */
static int64_t cpend_operand(const RkNpuTask *t, unsigned channel)
{
    const Dpu *d = &t->dpu;
    const int32_t *coef = t->coef.data;

    if (!d->cpend) {
        return 0;
    }
    if (d->cpend_per_channel) {
        return coef[ROUND_UP(d->channels, BRDMA_RECORD_CH) + channel];
    }
    return d->cpend_op;
}

/*
 * Sum, plus CPEND, through the accumulator's output shift. That CPEND comes
 * before the shift is inferred: only then do Mesa's truncating programs
 * compute what they mean to (README-npu.md).
 */
static int64_t finish_acc(const RkNpuTask *t, unsigned channel, int64_t acc,
                          int64_t input_sum)
{
    const Conv *c = &t->conv;

    acc += cpend_operand(t, channel) * input_sum;
    return sat32(round_shift(acc, c->truncate, c->truncate_away));
}

static int64_t window_sum(const RkNpuTask *t, unsigned x, unsigned y)
{
    const Conv *c = &t->conv;
    const int32_t *sum = t->plane_sum.data;
    int64_t total = 0;
    unsigned kx, ky;

    for (ky = 0; ky < c->k_h; ky++) {
        for (kx = 0; kx < c->k_w; kx++) {
            total += sum[(size_t)(y * c->stride_y + ky * c->step_y) *
                         c->plane_w + x * c->stride_x + kx * c->step_x];
        }
    }
    return total;
}

static void conv_row_direct(RkNpuTask *t, unsigned y)
{
    const Conv *c = &t->conv;
    const int16_t *plane = t->plane.data;
    const int16_t *weights = t->weights.data;
    int64_t *out = t->acc.data;
    unsigned channels = t->dpu.channels;
    unsigned kernels = MIN(c->kernels, channels);
    size_t kernel_len = (size_t)c->k_h * c->k_w * c->in_c;
    /* without dilation the taps of a kernel row are consecutive */
    unsigned runs = c->step_x == 1 ? 1 : c->k_w;
    size_t run_len = (size_t)c->k_w / runs * c->in_c;
    unsigned x, k, ky, run, i;

    for (k = 0; k < kernels; k += 4) {
        unsigned n = MIN(4, kernels - k);

        for (x = 0; x < c->out_w; x++) {
            int64_t acc[4] = { 0 };

            for (ky = 0; ky < c->k_h; ky++) {
                const int16_t *line = plane +
                    ((size_t)(y * c->stride_y + ky * c->step_y) * c->plane_w +
                     x * c->stride_x) * c->in_c;

                for (run = 0; run < runs; run++) {
                    const int16_t *w[4];

                    for (i = 0; i < 4; i++) {
                        /* the last block may be short: repeat a kernel */
                        w[i] = weights + (k + MIN(i, n - 1)) * kernel_len +
                               ((size_t)ky * c->k_w + run) * c->in_c;
                    }
                    dot4_add(line + (size_t)run * c->step_x * c->in_c, w,
                             run_len, acc);
                }
            }
            for (i = 0; i < n; i++) {
                out[(size_t)x * channels + k + i] = acc[i];
            }
        }
    }
    for (x = 0; x < c->out_w; x++) {
        int64_t *px = out + (size_t)x * channels;
        int64_t input_sum = t->dpu.cpend ? window_sum(t, x, y) : 0;

        for (k = 0; k < channels; k++) {
            px[k] = finish_acc(t, k, k < kernels ? px[k] : 0, input_sum);
        }
    }
}

static void conv_row_depthwise(RkNpuTask *t, unsigned y)
{
    const Conv *c = &t->conv;
    const int16_t *plane = t->plane.data;
    const int16_t *weights = t->weights.data;
    int64_t *out = t->acc.data;
    unsigned channels = t->dpu.channels;
    unsigned n = MIN(c->in_c, channels);
    unsigned x, ch, kx, ky;

    for (x = 0; x < c->out_w; x++) {
        int64_t *px = out + (size_t)x * channels;

        for (ch = 0; ch < channels; ch++) {
            int64_t acc = 0, input_sum = 0;

            for (ky = 0; ch < n && ky < c->k_h; ky++) {
                for (kx = 0; kx < c->k_w; kx++) {
                    int32_t v = plane[((size_t)(y * c->stride_y +
                                                ky * c->step_y) * c->plane_w +
                                       x * c->stride_x + kx * c->step_x) *
                                      c->in_c + ch];

                    acc += v * weights[(ky * c->k_w + kx) * c->in_c + ch];
                    input_sum += v;
                }
            }
            px[ch] = finish_acc(t, ch, acc, input_sum);
        }
    }
}

static int64_t relu(int64_t v, bool bypass, bool relux, int32_t cmp)
{
    v = bypass ? v : MAX(v, 0);
    return relux ? MIN(v, cmp) : v;
}

static int64_t run_stage(const Stage *s, int64_t v, int32_t alu, int32_t mul)
{
    if (s->bypass) {
        return v;
    }
    if (!s->alu_bypass) {
        v = sat32(s->subtract ? v - alu : v + alu);
    }
    if (!s->mul_bypass && !(s->prelu && v >= 0)) {
        int64_t product = v * mul;

        v = sat32(round_shift(product, product < 0 ? s->shift_neg : s->shift,
                              false));
    }
    return relu(v, s->relu_bypass, s->relux, s->cmp);
}

static int64_t run_eltwise(const Eltwise *e, unsigned size, int64_t v,
                           int64_t op)
{
    if (e->bypass) {
        return v;
    }
    if (!e->op_bypass) {
        if (!e->cvt_bypass) {
            op = e->add_first ?
                 round_shift((op + e->offset) * e->scale, e->shift, e->away) :
                 round_shift(op * e->scale, e->shift, e->away) + e->offset;
        }
        if (e->multiply) {
            if (!(e->prelu && v >= 0)) {
                /* the multiplier's second operand has 16 bits (E.15) */
                int64_t product = v * (size == 4 ? (int16_t)op : op);

                v = sat32(round_shift(product, product < 0 ? e->truncate_neg
                                                           : e->truncate,
                                      false));
            }
        } else if (e->algo == NPU_ALU_MAX) {
            v = MAX(v, op);
        } else if (e->algo == NPU_ALU_MIN) {
            v = MIN(v, op);
        } else {
            v = sat32(e->algo == NPU_ALU_MINUS ? v - op : v + op);
        }
    }
    return relu(v, e->relu_bypass, e->relux, e->cmp);
}

static int64_t load_element(const uint8_t *p, unsigned size)
{
    switch (size) {
    case 1:
        return (int8_t)*p;
    case 2:
        return (int16_t)lduw_le_p(p);
    default:
        return (int32_t)ldl_le_p(p);
    }
}

static void store_element(uint8_t *p, unsigned size, int64_t v)
{
    switch (size) {
    case 1:
        *p = v;
        break;
    case 2:
        stw_le_p(p, v);
        break;
    default:
        stl_le_p(p, v);
        break;
    }
}

/* Offset of an element in a [surface][row][column][16] cube. */
static size_t cube_offset(const Dpu *d, unsigned size, unsigned channel,
                          unsigned x, unsigned y)
{
    unsigned per_atom = ATOM / size;

    return (((size_t)(channel / per_atom) * d->h + y) * d->w + x) * ATOM +
           channel % per_atom * size;
}

static void dpu_row(RkNpuTask *t, unsigned y)
{
    const Dpu *d = &t->dpu;
    const int64_t *acc = t->acc.data;
    const int32_t *coef = t->coef.data;
    const uint8_t *main = t->main.data;
    const uint8_t *operand = t->operand.data;
    uint8_t *out = t->out.data;
    unsigned mul_at = 2 * ROUND_UP(d->channels, BRDMA_RECORD_CH);
    bool ew = !d->ew.bypass && !d->ew.op_bypass;
    int64_t hi = ((int64_t)1 << (8 * d->out_size - 1)) - 1;
    unsigned x, c;

    for (c = 0; c < d->channels; c++) {
        int32_t alu = d->bs.alu_per_channel ? coef[c] : d->bs.alu;
        int32_t mul = d->bs.mul_per_channel ? coef[mul_at + c] : d->bs.mul;

        for (x = 0; x < d->w; x++) {
            size_t to = cube_offset(d, d->out_size, c, x, y);
            size_t from = cube_offset(d, d->in_size, c, x, y);
            int64_t v, op = 0;

            if (c >= d->channels_real) {
                memcpy(out + to, d->pend, d->out_size);
                continue;
            }
            v = d->flying ? load_element(main + from, d->in_size)
                          : acc[(size_t)x * d->channels + c];
            if (ew) {
                op = load_element(operand + (d->ew.per_channel ?
                                             c * d->in_size : from),
                                  d->in_size);
            }
            v = run_stage(&d->bs, v, alu, mul);
            v = run_stage(&d->bn, v, d->bn.alu, d->bn.mul);
            v = run_eltwise(&d->ew, d->in_size, v, op);
            v = round_shift(v * d->out_scale, d->out_shift, d->out_away) +
                d->out_offset;
            store_element(out + to, d->out_size, clamp64(v, -hi - 1, hi));
        }
    }
}

/*
 * Average: the sum times both 16-bit reciprocals, rounded once, ties to even.
 * That reproduces the measured rounding of E.15: a reciprocal that is rounded
 * down moves an exact half towards zero.
 */
static int8_t pool_window(const Ppu *p, const int8_t *surface, unsigned x,
                          unsigned y, unsigned lane)
{
    int64_t sum = 0, best = p->method == NPU_POOL_MIN ? INT64_MAX : INT64_MIN;
    unsigned kx, ky;

    for (ky = 0; ky < p->k_h; ky++) {
        for (kx = 0; kx < p->k_w; kx++) {
            unsigned in_x = x * p->stride_x + kx - p->pad_left;
            unsigned in_y = y * p->stride_y + ky - p->pad_top;
            int64_t v = p->pad_value;

            if (in_x < p->in_w && in_y < p->in_h) {
                v = surface[((size_t)in_y * p->in_w + in_x) * ATOM + lane];
            }
            sum += v;
            best = p->method == NPU_POOL_MIN ? MIN(best, v) : MAX(best, v);
        }
    }
    if (p->method == NPU_POOL_AVERAGE) {
        best = round_shift(sum * p->recip_w * p->recip_h, 32, false);
    }
    return clamp64(best, INT8_MIN, INT8_MAX);
}

static void pool(RkNpuTask *t)
{
    const Ppu *p = &t->ppu;
    const int8_t *in = p->from_memory ? t->pool_in.data : t->out.data;
    int8_t *out = t->pool_out.data;
    unsigned s, x, y, lane;

    for (s = 0; s < p->surfaces; s++) {
        const int8_t *surface = in + (size_t)s * p->in_h * p->in_w * ATOM;

        for (y = 0; y < p->out_h; y++) {
            for (x = 0; x < p->out_w; x++) {
                for (lane = 0; lane < ATOM; lane++) {
                    *out++ = pool_window(p, surface, x, y, lane);
                }
            }
        }
    }
}

bool rk_npu_task_step(RkNpuTask *t, uint64_t budget)
{
    uint64_t done = 0;

    if (t->has_dpu) {
        while (t->row < t->dpu.h) {
            if (done >= budget) {
                return false;
            }
            if (t->has_conv) {
                if (t->conv.depthwise) {
                    conv_row_depthwise(t, t->row);
                } else {
                    conv_row_direct(t, t->row);
                }
            }
            dpu_row(t, t->row);
            t->row++;
            done += row_work(t);
        }
    }
    if (t->has_ppu && !t->pool_done) {
        pool(t);
        t->pool_done = true;
    }
    return true;
}

static RkNpuResult store_cube(RkNpuTask *t, const RkNpuMemory *mem,
                              const uint8_t *src, unsigned surfaces,
                              unsigned w, unsigned h, uint32_t line_pitch,
                              uint32_t (*surf_addr)(const RkNpuTask *t,
                                                    unsigned surface),
                              uint64_t *pos)
{
    uint32_t len = w * ATOM;
    uint64_t total;
    RkNpuResult r;

    if (line_pitch == w) {
        len *= h;
        h = 1;
    }
    total = (uint64_t)surfaces * h;
    for (; *pos < total; (*pos)++) {
        unsigned s = *pos / h, y = *pos % h;

        r = mem->write(mem->opaque, RK_NPU_PORT_POST,
                       surf_addr(t, s) + y * line_pitch * ATOM,
                       src + *pos * len, len);
        if (r != RK_NPU_OK) {
            return r;
        }
    }
    *pos -= total;
    return RK_NPU_OK;
}

/* Where a surface of the DPU's output goes (E.7). */
static uint32_t dpu_surf_addr(const RkNpuTask *t, unsigned surface)
{
    const Dpu *d = &t->dpu;

    return d->dst + surface / d->group_surfaces * d->surf_add +
           surface % d->group_surfaces * d->surf_stride;
}

static uint32_t ppu_surf_addr(const RkNpuTask *t, unsigned surface)
{
    return t->ppu.dst + surface * t->ppu.surf_stride;
}

RkNpuResult rk_npu_task_store(RkNpuTask *t, const RkNpuMemory *mem)
{
    const Dpu *d = &t->dpu;
    const Ppu *p = &t->ppu;
    RkNpuResult r;

    if (t->has_dpu && d->to_memory) {
        r = store_cube(t, mem, t->out.data, d->store_surfaces, d->w, d->h,
                       d->line_pitch, dpu_surf_addr, &t->store_pos);
        if (r != RK_NPU_OK) {
            return r;
        }
        t->has_dpu = false;
    }
    if (t->has_ppu) {
        r = store_cube(t, mem, t->pool_out.data, p->surfaces, p->out_w,
                       p->out_h, p->line_pitch, ppu_surf_addr, &t->store_pos);
        if (r != RK_NPU_OK) {
            return r;
        }
        t->has_ppu = false;
    }
    if (t->hang_after_store) {
        return hang(t, "output channels end inside a kernel group");
    }
    return RK_NPU_OK;
}
