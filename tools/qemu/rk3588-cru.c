/*
 * RK3588 clock and reset unit
 *
 * Every register of all sub-blocks is kept with its hiword semantics, so that
 * a clock driver reads back what it programmed; PLLs lock when powered. The
 * parts of the tree that feed the NPU and the ISPs are computed and exported as
 * Clocks, gates and resets included. Facts: soc.md 3.
 *
 * Inferred: the state that the boot loader leaves in the CLKSEL registers
 * (soc.md gives PLLs only). It is chosen so that the shared sources run at
 * about their nominal rates. The gates of the NPU are closed at reset, except
 * for PCLK_NPU_GRF, which the firmware relies on (power.md 2.5), and so are the
 * gates of the ISPs behind their roots. The supply must suit the rate that the
 * firmware was asked for while the ring is selected, and the computed rate
 * otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "system/runstate.h"
#include "rk3588-cru-regs.h"
#include "rk3588-cru.h"
#include "rockchip-common.h"

typedef struct PllDesc {
    const char *name;
    hwaddr base;
    hwaddr mode_reg;
    uint8_t mode_shift;
    /* State at reset */
    uint16_t m;
    uint8_t p;
    uint8_t s;
    uint16_t k;
} PllDesc;

enum {
    V0PLL, AUPLL, CPLL, GPLL, NPLL, PPLL, B0PLL, B1PLL, LPLL, NUM_PLLS,
    SPLL = NUM_PLLS             /* the firmware's: has no registers here */
};

static const PllDesc plls[NUM_PLLS] = {
    [V0PLL] = { "v0pll", 0x160, A_MODE_CON0, R_MODE_CON0_V0PLL_SHIFT,
                198, 2, 1, 0 },
    [AUPLL] = { "aupll", 0x180, A_MODE_CON0, R_MODE_CON0_AUPLL_SHIFT,
                262, 2, 2, 9437 },
    [CPLL] = { "cpll", 0x1a0, A_MODE_CON0, R_MODE_CON0_CPLL_SHIFT,
                250, 2, 1, 0 },
    [GPLL] = { "gpll", 0x1c0, A_MODE_CON0, R_MODE_CON0_GPLL_SHIFT,
                198, 2, 1, 0 },
    [NPLL] = { "npll", 0x1e0, A_MODE_CON0, R_MODE_CON0_NPLL_SHIFT,
                425, 3, 2, 0 },
    [PPLL] = { "ppll", 0x8200, A_MODE_CON0, R_MODE_CON0_PPLL_SHIFT,
                550, 3, 2, 0 },
    [B0PLL] = { "b0pll", BIGCORE0_CRU, BIGCORE0_CRU + 0x280, 0, 272, 2, 2, 0 },
    [B1PLL] = { "b1pll", BIGCORE1_CRU + 0x20, BIGCORE1_CRU + 0x280, 0,
                272, 2, 2, 0 },
    [LPLL] = { "lpll", DSU_CRU + 0x40, DSU_CRU + 0x280, 0, 272, 2, 2, 0 },
};

typedef struct RegInit {
    hwaddr addr;
    uint16_t val;
} RegInit;

/* One mux + divider pair of CLKSEL0..6: low half at bit 0, high at bit 6. */
#define LO_SRC(mux, div) ((mux) << 5 | ((div) - 1))
#define HI_SRC(mux, div) ((mux) << 11 | ((div) - 1) << 6)

/* Boot loader state of the shared sources, and the closed gates (inferred). */
static const RegInit reset_values[] = {
    { RK3588_CRU_CLKSEL(0), LO_SRC(1, 30) | HI_SRC(1, 15) },  /* 50, 100 */
    { RK3588_CRU_CLKSEL(1), LO_SRC(0, 8) | HI_SRC(0, 6) },    /* 150, 200 */
    { RK3588_CRU_CLKSEL(2), LO_SRC(1, 6) | HI_SRC(1, 5) },    /* 250, 300 */
    { RK3588_CRU_CLKSEL(3), LO_SRC(1, 2) | HI_SRC(0, 3) },    /* 350, 400 */
    { RK3588_CRU_CLKSEL(4), LO_SRC(0, 1) | HI_SRC(1, 3) },    /* 450, 500 */
    { RK3588_CRU_CLKSEL(5), LO_SRC(0, 2) | HI_SRC(0, 2) },    /* 600, 650 */
    { RK3588_CRU_CLKSEL(6), LO_SRC(1, 1) | HI_SRC(1, 1) },    /* 700, 800 */
    { PMU1_CRU + RK3588_CRU_CLKSEL(0), 7 << 0 | 3 << 4 | 1 << 7 }, /* 50..200 */
    { RK3588_CRU_CLKSEL(67), 1 << R_CLKSEL67_ISP1_CORE_DIV_SHIFT | 2 },
    { RK3588_CRU_CLKSEL(73), 5 << R_CLKSEL73_DSU0_DIV_SHIFT },
    { RK3588_CRU_CLKSEL(106), 2 },                      /* ACLK_VI: 396 MHz */
    { RK3588_CRU_CLKSEL(107), 1 << R_CLKSEL107_ISP0_CORE_DIV_SHIFT },
    { RK3588_CRU_CLKGATE(26), 0x01fc },
    { RK3588_CRU_CLKGATE(27), 0x0005 },
    { RK3588_CRU_CLKGATE(28), 0x0005 },
    { RK3588_CRU_CLKGATE(29), 0xdfd3 },
    { RK3588_CRU_CLKGATE(30), 0x016a },
    { RK3588_CRU_CLKGATE(49), 0x3e00 },
};

static uint32_t *cru_reg(RK3588CruState *s, hwaddr addr)
{
    return &s->regs[addr / 4];
}

static uint64_t pll_rate(RK3588CruState *s, int id)
{
    const PllDesc *pll = &plls[id];
    uint32_t con0 = *cru_reg(s, pll->base + PLL_CON(0));
    uint32_t con1 = *cru_reg(s, pll->base + PLL_CON(1));
    uint32_t con2 = *cru_reg(s, pll->base + PLL_CON(2));
    uint32_t mode = extract32(*cru_reg(s, pll->mode_reg), pll->mode_shift, 2);
    uint64_t p = FIELD_EX32(con1, PLL_CON1, P);
    int64_t mk;

    if (mode == PLL_MODE_SLOW) {
        return RK3588_OSC_RATE;
    }
    if (mode == PLL_MODE_DEEP_SLOW) {
        return DEEP_SLOW_RATE;
    }
    if (FIELD_EX32(con1, PLL_CON1, POWER_DOWN) || !p) {
        return 0;
    }
    mk = (int64_t)FIELD_EX32(con0, PLL_CON0, M) * 65536 +
         (int16_t)FIELD_EX32(con2, PLL_CON2, K);
    if (mk <= 0) {
        return 0;
    }
    return (mk * RK3588_OSC_RATE / p / 65536) >> FIELD_EX32(con1, PLL_CON1, S);
}

static bool gate_open(RK3588CruState *s, int reg, int bit)
{
    return !extract32(*cru_reg(s, RK3588_CRU_CLKGATE(reg)), bit, 1);
}

static bool reset_held(RK3588CruState *s, int reg, int bit)
{
    return extract32(*cru_reg(s, RK3588_CRU_SOFTRST(reg)), bit, 1);
}

/* One of the sources of CLKSEL0..3: GPLL or CPLL over a 5-bit divider. */
static uint64_t shared_source(RK3588CruState *s, int reg, int shift, int gate)
{
    uint32_t sel = *cru_reg(s, RK3588_CRU_CLKSEL(reg));
    uint64_t parent = pll_rate(s, extract32(sel, shift + 5, 1) ? CPLL : GPLL);

    return gate_open(s, 0, gate) ? parent / (extract32(sel, shift, 5) + 1) : 0;
}

static uint64_t src_50m(RK3588CruState *s)
{
    return shared_source(s, 0, 0, 0);
}

static uint64_t src_100m(RK3588CruState *s)
{
    return shared_source(s, 0, 6, 1);
}

static uint64_t src_200m(RK3588CruState *s)
{
    return shared_source(s, 1, 6, 3);
}

static uint64_t src_400m(RK3588CruState *s)
{
    return shared_source(s, 3, 6, 7);
}

/* Most AHB roots: 200, 100, 50 or 24 MHz */
static uint64_t hclk_source(RK3588CruState *s, uint32_t sel)
{
    switch (sel) {
    case 0:
        return src_200m(s);
    case 1:
        return src_100m(s);
    case 2:
        return src_50m(s);
    default:
        return RK3588_OSC_RATE;
    }
}

/* A mux of PLLs, in the order of @pll, and a divider */
static uint64_t pll_source(RK3588CruState *s, const uint8_t *pll, unsigned num,
                           uint32_t sel, uint32_t div)
{
    uint64_t parent = 0;

    if (sel < num) {
        parent = pll[sel] == SPLL ? RK3588_SPLL_RATE : pll_rate(s, pll[sel]);
    }
    return parent / (div + 1);
}

static uint64_t hclk_npu_root(RK3588CruState *s)
{
    return gate_open(s, 29, 0) ?
           hclk_source(s, FIELD_EX32(*cru_reg(s, A_CLKSEL73), CLKSEL73,
                                     HCLK_ROOT_SEL)) : 0;
}

static uint64_t pclk_npu_root(RK3588CruState *s)
{
    if (!gate_open(s, 29, 4)) {
        return 0;
    }
    switch (FIELD_EX32(*cru_reg(s, A_CLKSEL74), CLKSEL74, PCLK_ROOT_SEL)) {
    case 0:
        return src_100m(s);
    case 1:
        return src_50m(s);
    case 2:
        return RK3588_OSC_RATE;
    default:
        return 0;
    }
}

static uint64_t hclk_npu_cm0_root(RK3588CruState *s)
{
    if (!gate_open(s, 30, 1)) {
        return 0;
    }
    switch (FIELD_EX32(*cru_reg(s, A_CLKSEL74), CLKSEL74, CM0_ROOT_SEL)) {
    case 0:
        return src_400m(s);
    case 1:
        return src_200m(s);
    case 2:
        return src_100m(s);
    default:
        return RK3588_OSC_RATE;
    }
}

/* The compute clock of all cores (power.md 2.1). */
static uint64_t clk_npu_dsu0(RK3588CruState *s)
{
    static const uint8_t pll[] = { GPLL, CPLL, AUPLL, NPLL, SPLL };
    uint32_t sel = *cru_reg(s, A_CLKSEL73);

    if (!gate_open(s, 29, 1)) {
        return 0;
    }
    if (FIELD_EX32(*cru_reg(s, A_CLKSEL74), CLKSEL74, PVTPLL_SEL)) {
        return clock_get_hz(s->pvtpll);
    }
    return pll_source(s, pll, ARRAY_SIZE(pll),
                      FIELD_EX32(sel, CLKSEL73, DSU0_SEL),
                      FIELD_EX32(sel, CLKSEL73, DSU0_DIV));
}

static void set_clock(Clock *clk, uint64_t hz)
{
    if (clock_set_hz(clk, hz)) {
        clock_propagate(clk);
    }
}

/* Gate and reset positions of the three cores (soc.md 3.1, 3.2). */
static const struct {
    uint8_t reg;
    uint8_t a;
    uint8_t a_biu;
    uint8_t h;
    uint8_t h_biu;
} npu_bits[RK3588_NUM_NPU] = {
    { 30, 6, 7, 8, 9 },
    { 27, 0, 1, 2, 3 },
    { 28, 0, 1, 2, 3 },
};

/* The operating point by which supply and read margins are judged. */
static void rk3588_cru_watch(RK3588CruState *s, uint64_t dsu0)
{
    bool ring = FIELD_EX32(*cru_reg(s, A_CLKSEL74), CLKSEL74, PVTPLL_SEL);
    RK3588NpuNeed need = { };

    if (s->hazards && s->npu_grf->powered && dsu0) {
        need.rate = ring && s->npu_asked ? s->npu_asked : dsu0;
    }
    rk3588_npu_grf_describe(s->npu_grf, &need);
    rk3588_npu_watch_update(&s->watch, s->npu_grf->regulator, &need);
}

static void rk3588_cru_update_npu(RK3588CruState *s)
{
    uint64_t dsu0 = clk_npu_dsu0(s);
    uint64_t hclk = hclk_npu_root(s);
    uint64_t pclk = pclk_npu_root(s);
    int i;

    s->npu_rate = dsu0;
    rk3588_cru_watch(s, dsu0);
    set_clock(s->npu, dsu0);
    set_clock(s->pclk_npu, pclk);
    set_clock(s->pclk_npu_grf,
              gate_open(s, 29, 13) && !reset_held(s, 29, 13) ? pclk : 0);

    for (i = 0; i < RK3588_NUM_NPU; i++) {
        int reg = npu_bits[i].reg;
        bool rst_a = reset_held(s, reg, npu_bits[i].a);
        bool rst_h = reset_held(s, reg, npu_bits[i].h);
        bool bus = dsu0 && hclk && pclk &&
                   !reset_held(s, reg, npu_bits[i].a_biu) &&
                   !reset_held(s, reg, npu_bits[i].h_biu);
        /* NPUTOP also holds the NPU's own small CPU (power.md 1.2). */
        bool niu = !s->hazards || (bus && (i || hclk_npu_cm0_root(s)));

        set_clock(s->aclk_npu[i],
                  gate_open(s, reg, npu_bits[i].a) ? dsu0 : 0);
        set_clock(s->hclk_npu[i],
                  gate_open(s, reg, npu_bits[i].h) ? hclk : 0);
        qemu_set_irq(s->npu_reset_a[i], rst_a);
        qemu_set_irq(s->npu_reset_h[i], rst_h);
        qemu_set_irq(s->npu_mmu_reset[i], rst_a || rst_h);
        qemu_set_irq(s->npu_bus[i], bus);
        qemu_set_irq(s->npu_niu[i], niu);
    }
}

/* The mux that most camera clocks have */
static uint64_t vi_source(RK3588CruState *s, uint32_t sel, uint32_t div)
{
    static const uint8_t pll[] = { GPLL, CPLL, AUPLL, SPLL };

    return pll_source(s, pll, ARRAY_SIZE(pll), sel, div);
}

static uint64_t aclk_vi_root(RK3588CruState *s)
{
    static const uint8_t pll[] = { GPLL, CPLL, NPLL, AUPLL, SPLL };
    uint32_t reg = *cru_reg(s, A_CLKSEL106);

    return gate_open(s, 49, 0) ?
           pll_source(s, pll, ARRAY_SIZE(pll),
                      FIELD_EX32(reg, CLKSEL106, VI_ACLK_SEL),
                      FIELD_EX32(reg, CLKSEL106, VI_ACLK_DIV)) : 0;
}

/* Clocks of one ISP before its own gates */
typedef struct IspSources {
    uint64_t core, aclk, hclk;
    bool bus;
} IspSources;

static IspSources isp0_sources(RK3588CruState *s)
{
    uint32_t sel = *cru_reg(s, A_CLKSEL107);
    IspSources src = {
        .core = vi_source(s, FIELD_EX32(sel, CLKSEL107, ISP0_CORE_SEL),
                          FIELD_EX32(sel, CLKSEL107, ISP0_CORE_DIV)),
        .aclk = aclk_vi_root(s),
    };

    if (gate_open(s, 49, 1)) {
        src.hclk = hclk_source(s, FIELD_EX32(*cru_reg(s, A_CLKSEL106),
                                             CLKSEL106, VI_HCLK_SEL));
    }
    src.bus = src.aclk && src.hclk && !reset_held(s, 49, 3) &&
              !reset_held(s, 49, 4);
    return src;
}

/*
 * ISP1 sits behind the interconnect of VI: its clocks are linked to the roots
 * there (soc.md 3.1).
 */
static IspSources isp1_sources(RK3588CruState *s)
{
    uint32_t sel = *cru_reg(s, A_CLKSEL67);
    IspSources vi = isp0_sources(s), src = {
        .core = vi_source(s, FIELD_EX32(sel, CLKSEL67, ISP1_CORE_SEL),
                          FIELD_EX32(sel, CLKSEL67, ISP1_CORE_DIV)),
    };

    if (vi.aclk && gate_open(s, 26, 0) && gate_open(s, 26, 6)) {
        src.aclk = vi_source(s, FIELD_EX32(sel, CLKSEL67, ISP1_ACLK_SEL),
                             FIELD_EX32(sel, CLKSEL67, ISP1_ACLK_DIV));
    }
    if (vi.hclk && gate_open(s, 26, 1) && gate_open(s, 26, 8)) {
        src.hclk = hclk_source(s, FIELD_EX32(sel, CLKSEL67, ISP1_HCLK_SEL));
    }
    src.bus = vi.bus && src.aclk && src.hclk && !reset_held(s, 26, 6) &&
              !reset_held(s, 26, 8);
    return src;
}

/* Gate and reset positions of the two ISPs (soc.md 3.1, 3.2) */
static const struct {
    uint8_t reg;
    uint8_t core, marvin, vicap, aclk, hclk;
    uint8_t reset;
} isp_bits[RK3588_NUM_ISP] = {
    { 49, 9, 10, 11, 12, 13, 10 },
    { 26, 2, 3, 4, 5, 7, 3 },
};

static void rk3588_cru_update_isp(RK3588CruState *s)
{
    int i;

    for (i = 0; i < RK3588_NUM_ISP; i++) {
        IspSources src = i ? isp1_sources(s) : isp0_sources(s);
        int reg = isp_bits[i].reg;
        uint64_t core = gate_open(s, reg, isp_bits[i].core) ? src.core : 0;
        bool reset = reset_held(s, reg, isp_bits[i].reset);

        set_clock(s->isp_core[i], core);
        set_clock(s->isp_marvin[i],
                  gate_open(s, reg, isp_bits[i].marvin) ? core : 0);
        set_clock(s->isp_vicap[i],
                  gate_open(s, reg, isp_bits[i].vicap) ? core : 0);
        set_clock(s->aclk_isp[i],
                  gate_open(s, reg, isp_bits[i].aclk) ? src.aclk : 0);
        set_clock(s->hclk_isp[i],
                  gate_open(s, reg, isp_bits[i].hclk) ? src.hclk : 0);
        qemu_set_irq(s->isp_reset[i], reset);
        qemu_set_irq(s->isp_mmu_reset[i], reset);
        qemu_set_irq(s->isp_bus[i], src.bus);
    }
}

static void rk3588_cru_pvtpll_update(void *opaque, ClockEvent event)
{
    rk3588_cru_update_npu(opaque);
}

/* Returns the PLL whose CON6 is at @addr, or NULL. */
static const PllDesc *pll_of_con6(hwaddr addr)
{
    int i;

    for (i = 0; i < NUM_PLLS; i++) {
        if (addr == plls[i].base + PLL_CON(6)) {
            return &plls[i];
        }
    }
    return NULL;
}

static uint64_t rk3588_cru_read(void *opaque, hwaddr addr, unsigned size)
{
    RK3588CruState *s = opaque;
    const PllDesc *pll = pll_of_con6(addr);
    uint32_t val = *cru_reg(s, addr);

    s->mmio_reads++;
    if (pll) {
        uint32_t con1 = *cru_reg(s, pll->base + PLL_CON(1));

        val = FIELD_DP32(val, PLL_CON6, LOCK,
                         !FIELD_EX32(con1, PLL_CON1, POWER_DOWN));
    }
    return val;
}

/*
 * Fractional dividers hold numerator and denominator in one register, without
 * a write mask. The numbers are those that the mainline clock driver uses.
 */
static bool is_fractional(hwaddr addr)
{
    static const uint8_t main_clksel[] = {
        25, 27, 29, 31, 33, 35, 42, 44, 46, 48, 50, 52, 54, 56, 58, 119, 121,
        123, 125, 130, 139, 141, 145, 147, 149, 151, 154, 156,
    };
    static const uint8_t pmu_clksel[] = { 4, 6, 8 };
    int i;

    for (i = 0; i < ARRAY_SIZE(main_clksel); i++) {
        if (addr == RK3588_CRU_CLKSEL(main_clksel[i])) {
            return true;
        }
    }
    for (i = 0; i < ARRAY_SIZE(pmu_clksel); i++) {
        if (addr == PMU1_CRU + RK3588_CRU_CLKSEL(pmu_clksel[i])) {
            return true;
        }
    }
    return false;
}

static void rk3588_cru_write(void *opaque, hwaddr addr, uint64_t val,
                             unsigned size)
{
    RK3588CruState *s = opaque;

    s->mmio_writes++;
    if (s->npu_grf->regulator) {
        rk860x_sync(s->npu_grf->regulator);
    }
    if (addr == A_GLB_SRST_FST && val == GLB_SRST_FST_MAGIC) {
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        return;
    }

    if ((addr & BLOCK_MASK) < A_GLB_CNT_TH && !is_fractional(addr)) {
        *cru_reg(s, addr) = rockchip_hiword(*cru_reg(s, addr), val);
        rk3588_cru_update_npu(s);
        rk3588_cru_update_isp(s);
    } else {
        *cru_reg(s, addr) = val;
    }
}

static const MemoryRegionOps rk3588_cru_ops = {
    .read = rk3588_cru_read,
    .write = rk3588_cru_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void rk3588_cru_reset_enter(Object *obj, ResetType type)
{
    RK3588CruState *s = RK3588_CRU(obj);
    int i;

    memset(s->regs, 0, sizeof(s->regs));
    s->npu_asked = 0;
    rk3588_npu_watch_reset(&s->watch);
    for (i = 0; i < NUM_PLLS; i++) {
        const PllDesc *pll = &plls[i];
        uint32_t *mode = cru_reg(s, pll->mode_reg);

        *cru_reg(s, pll->base + PLL_CON(0)) =
            FIELD_DP32(0, PLL_CON0, M, pll->m);
        *cru_reg(s, pll->base + PLL_CON(1)) =
            pll->p << R_PLL_CON1_P_SHIFT | pll->s << R_PLL_CON1_S_SHIFT;
        *cru_reg(s, pll->base + PLL_CON(2)) = pll->k;
        *mode = deposit32(*mode, pll->mode_shift, 2, PLL_MODE_NORMAL);
    }
    for (i = 0; i < ARRAY_SIZE(reset_values); i++) {
        *cru_reg(s, reset_values[i].addr) = reset_values[i].val;
    }
}

static void rk3588_cru_reset_hold(Object *obj, ResetType type)
{
    rk3588_cru_update_npu(RK3588_CRU(obj));
    rk3588_cru_update_isp(RK3588_CRU(obj));
}

void rk3588_cru_npu_asked(RK3588CruState *s, uint64_t rate)
{
    s->npu_asked = rate;
    rk3588_cru_update_npu(s);
}

static void rk3588_cru_npu_changed(void *opaque, int n, int level)
{
    RK3588CruState *s = opaque;

    if (level) {
        rk3588_cru_watch(s, clk_npu_dsu0(s));
    }
}

static void rk3588_cru_niu_hang(void *opaque, int n, int level)
{
    RK3588CruState *s = opaque;

    if (level) {
        s->niu_hangs++;
        qemu_log_mask(LOG_GUEST_ERROR, "rk3588-cru: an NPU handshake waits for "
                      "a clock that is not there\n");
    }
}

static bool rk3588_cru_get_hazards(Object *obj, Error **errp)
{
    return RK3588_CRU(obj)->hazards;
}

static void rk3588_cru_set_hazards(Object *obj, bool value, Error **errp)
{
    RK3588_CRU(obj)->hazards = value;
    if (DEVICE(obj)->realized) {
        rk3588_cru_update_npu(RK3588_CRU(obj));
    }
}

/* Count the time up to now. */
static void rk3588_cru_sync_watch(Object *obj)
{
    RK3588CruState *s = RK3588_CRU(obj);

    if (s->npu_grf) {
        rk3588_npu_watch_account(&s->watch, s->npu_grf->regulator);
    }
}

static const RockchipCounter rk3588_cru_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RK3588CruState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RK3588CruState, mmio_writes),
    ROCKCHIP_COUNTER("niu-hangs", RK3588CruState, niu_hangs),
    ROCKCHIP_COUNTER_SYNC("npu-undervolt-ns", RK3588CruState,
                          watch.undervolt_ns, rk3588_cru_sync_watch),
    ROCKCHIP_COUNTER_SYNC("npu-undervolt-events", RK3588CruState,
                          watch.undervolt_events, rk3588_cru_sync_watch),
    ROCKCHIP_COUNTER("npu-margin-events", RK3588CruState,
                     watch.margin_events),
    { }
};

static void rk3588_cru_init(Object *obj)
{
    RK3588CruState *s = RK3588_CRU(obj);
    DeviceState *dev = DEVICE(obj);
    int i;

    memory_region_init_io(&s->iomem, obj, &rk3588_cru_ops, s, TYPE_RK3588_CRU,
                          RK3588_CRU_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);

    s->pvtpll = qdev_init_clock_in(dev, "pvtpll", rk3588_cru_pvtpll_update, s,
                                   ClockUpdate);
    s->npu = qdev_init_clock_out(dev, "npu");
    s->pclk_npu = qdev_init_clock_out(dev, "pclk-npu");
    s->pclk_npu_grf = qdev_init_clock_out(dev, "pclk-npu-grf");
    for (i = 0; i < RK3588_NUM_NPU; i++) {
        g_autofree char *aclk = g_strdup_printf("aclk-npu%d", i);
        g_autofree char *hclk = g_strdup_printf("hclk-npu%d", i);

        s->aclk_npu[i] = qdev_init_clock_out(dev, aclk);
        s->hclk_npu[i] = qdev_init_clock_out(dev, hclk);
    }
    qdev_init_gpio_out_named(dev, s->npu_reset_a, "npu-reset-a",
                             RK3588_NUM_NPU);
    qdev_init_gpio_out_named(dev, s->npu_reset_h, "npu-reset-h",
                             RK3588_NUM_NPU);
    qdev_init_gpio_out_named(dev, s->npu_mmu_reset, "npu-mmu-reset",
                             RK3588_NUM_NPU);
    qdev_init_gpio_out_named(dev, s->npu_bus, "npu-bus", RK3588_NUM_NPU);
    qdev_init_gpio_out_named(dev, s->npu_niu, "npu-niu", RK3588_NUM_NPU);
    qdev_init_gpio_in_named(dev, rk3588_cru_npu_changed, "npu-changed", 1);
    qdev_init_gpio_in_named(dev, rk3588_cru_niu_hang, "niu-hang", 1);
    s->hazards = true;
    object_property_add_bool(obj, "hazards", rk3588_cru_get_hazards,
                             rk3588_cru_set_hazards);
    object_property_add_uint64_ptr(obj, "npu-rate", &s->npu_rate,
                                   OBJ_PROP_FLAG_READ);
    for (i = 0; i < RK3588_NUM_ISP; i++) {
        g_autofree char *core = g_strdup_printf("isp%d-core", i);
        g_autofree char *marvin = g_strdup_printf("isp%d-marvin", i);
        g_autofree char *vicap = g_strdup_printf("isp%d-vicap", i);
        g_autofree char *aclk = g_strdup_printf("aclk-isp%d", i);
        g_autofree char *hclk = g_strdup_printf("hclk-isp%d", i);

        s->isp_core[i] = qdev_init_clock_out(dev, core);
        s->isp_marvin[i] = qdev_init_clock_out(dev, marvin);
        s->isp_vicap[i] = qdev_init_clock_out(dev, vicap);
        s->aclk_isp[i] = qdev_init_clock_out(dev, aclk);
        s->hclk_isp[i] = qdev_init_clock_out(dev, hclk);
    }
    qdev_init_gpio_out_named(dev, s->isp_reset, "isp-reset", RK3588_NUM_ISP);
    qdev_init_gpio_out_named(dev, s->isp_mmu_reset, "isp-mmu-reset",
                             RK3588_NUM_ISP);
    qdev_init_gpio_out_named(dev, s->isp_bus, "isp-bus", RK3588_NUM_ISP);
    rockchip_add_counters(obj, rk3588_cru_counters);
}

static void rk3588_cru_realize(DeviceState *dev, Error **errp)
{
    if (!RK3588_CRU(dev)->npu_grf) {
        error_setg(errp, "property 'npu-grf' is not set");
    }
}

static const Property rk3588_cru_properties[] = {
    DEFINE_PROP_LINK("npu-grf", RK3588CruState, npu_grf, TYPE_RK3588_NPU_GRF,
                     RK3588NpuGrfState *),
};

static const VMStateDescription vmstate_rk3588_cru = {
    .name = TYPE_RK3588_CRU,
    .unmigratable = 1,
};

static void rk3588_cru_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    device_class_set_props(dc, rk3588_cru_properties);
    dc->realize = rk3588_cru_realize;
    dc->vmsd = &vmstate_rk3588_cru;
    dc->user_creatable = false;
    rc->phases.enter = rk3588_cru_reset_enter;
    rc->phases.hold = rk3588_cru_reset_hold;
}

static const TypeInfo rk3588_cru_types[] = {
    {
        .name = TYPE_RK3588_CRU,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RK3588CruState),
        .instance_init = rk3588_cru_init,
        .class_init = rk3588_cru_class_init,
    },
};

DEFINE_TYPES(rk3588_cru_types)
