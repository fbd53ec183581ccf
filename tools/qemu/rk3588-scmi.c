/*
 * RK3588 SCMI server (base, clock and reset protocols) over shared memory
 *
 * Behaves like the upstream secure firmware as soc.md 6 and power.md 2.2
 * describe it. The NPU clock is programmed through the real registers of the
 * CRU and of NPU_GRF, so that the hazards of power.md 2.4 come out of the
 * hardware models and not out of special cases here.
 *
 * Simplified: the CPU, DSU, GPU and SD clocks are rates that the firmware
 * remembers; nothing in this machine runs from them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "rk3588-cru.h"
#include "rk3588-npu-grf-regs.h"
#include "rk3588-npu-grf.h"
#include "rk3588-scmi-regs.h"
#include "rk3588-scmi.h"
#include "rockchip-common.h"

#define PAYLOAD_MAX (RK3588_SCMI_SHMEM_SIZE - A_SHM_PAYLOAD)
#define PAYLOAD_WORDS (PAYLOAD_MAX / 4)

enum {
    SCMI_SUCCESS = 0,
    SCMI_NOT_SUPPORTED = -1,
    SCMI_INVALID_PARAMETERS = -2,
    SCMI_DENIED = -3,
    SCMI_NOT_FOUND = -4,
    SCMI_OUT_OF_RANGE = -5,
};

enum {
    PROTOCOL_BASE = 0x10,
    PROTOCOL_CLOCK = 0x14,
    PROTOCOL_RESET = 0x16,
};

enum {
    MSG_VERSION = 0,
    MSG_ATTRIBUTES = 1,
    MSG_MESSAGE_ATTRIBUTES = 2,
    BASE_VENDOR = 3,
    BASE_SUB_VENDOR = 4,
    BASE_IMPL_VERSION = 5,
    BASE_LIST_PROTOCOLS = 6,
    CLOCK_ATTRIBUTES = 3,
    CLOCK_DESCRIBE_RATES = 4,
    CLOCK_RATE_SET = 5,
    CLOCK_RATE_GET = 6,
    CLOCK_CONFIG_SET = 7,
    RESET_DOMAIN_ATTRIBUTES = 3,
    RESET_DOMAIN_RESET = 4,
};

#define BASE_VERSION 0x20000
/* 0x30000 in today's firmware; 0x20000 spares the version-3 extras. */
#define CLOCK_VERSION 0x20000
#define RESET_VERSION 0x10000

#define BASE_NUM_PROTOCOLS 2
#define BASE_NUM_AGENTS 1
#define SCMI_NAME_LEN 16

/* Secure soft resets by id, up to SRST_P_TRNG_CHK. */
#define RESET_NUM_DOMAINS 54
#define RESET_LATENCY_UNKNOWN UINT32_MAX
#define RESET_FLAG_AUTONOMOUS BIT(0)
#define RESET_FLAG_ASSERT BIT(1)

enum {
    CLK_CPUL = 0,
    CLK_DSU = 1,
    CLK_CPUB01 = 2,
    CLK_CPUB23 = 3,
    CLK_DDR = 4,
    CLK_GPU = 5,
    CLK_NPU = 6,
    CLK_CCLK_SD = 9,
    CLK_DCLK_SD = 10,
    CLK_TCLK_WDT = 13,
    CLK_SPLL = 22,
    CLK_HCLK_SD = 23,
};

static const uint64_t cpul_rates[] = {
    408000000, 600000000, 816000000, 1008000000,
    1200000000, 1416000000, 1608000000, 1800000063,
};

static const uint64_t cpub_rates[] = {
    408000000, 816000000, 1008000000, 1200000000,
    1416000000, 1608000000, 1800000000, 2016000000,
    2208000000, 2304000000, 2400000063,
};

static const uint64_t gpu_npu_rates[] = {
    200000000, 300000000, 400000000, 500000000, 600000000,
    700000000, 800000000, 900000000, 1000000063,
};

static const uint64_t sbus_rates[] = {
    24000000, 50000000, 100000000, 150000000,
    200000000, 250000000, 350000000, 700000000,
};

static const uint64_t sdmmc_rates[] = {
    400000, 24000000, 50000000, 100000000, 150000000,
    200000000, 300000000, 400000000, 600000000, 700000000,
};

/* Rates that CLOCK_RATE_SET accepts; everything else is invalid. */
static const uint64_t cpul_set_rates[] = {
    408000000, 600000000, 816000000, 1008000000, 1200000000, 1416000000,
    1608000000, 1704000000, 1800000000,
};

static const uint64_t cpub_set_rates[] = {
    408000000, 600000000, 816000000, 1008000000, 1200000000, 1416000000,
    1608000000, 1800000000, 2016000000, 2112000000, 2208000000, 2256000000,
    2304000000, 2352000000, 2400000000,
};

static const uint64_t gpu_npu_set_rates[] = {
    200000000, 300000000, 400000000, 500000000, 600000000,
    700000000, 800000000, 900000000, 1000000000,
};

/* Ring length for each rate of gpu_npu_set_rates; 0 = from GPLL, no ring. */
static const uint8_t npu_ring_length[] = {
    0, 55, 38, 25, 17, 13, 12, 12, 12,
};

QEMU_BUILD_BUG_ON(ARRAY_SIZE(npu_ring_length) !=
                  ARRAY_SIZE(gpu_npu_set_rates));

typedef struct ScmiClock {
    const char *name;           /* NULL: secure, not visible */
    const uint64_t *rates;      /* advertised */
    uint32_t num_rates;
    const uint64_t *set_rates;  /* accepted; NULL: any */
    uint32_t num_set_rates;
    uint64_t boot_rate;
} ScmiClock;

#define RATES(a) .rates = (a), .num_rates = ARRAY_SIZE(a)
#define SET_RATES(a) .set_rates = (a), .num_set_rates = ARRAY_SIZE(a)

static const ScmiClock scmi_clocks[RK3588_SCMI_NUM_CLOCKS] = {
    [CLK_CPUL] = { "scmi_clk_cpul", RATES(cpul_rates),
                   SET_RATES(cpul_set_rates), 816000000 },
    [CLK_DSU] = { "scmi_clk_dsu", RATES(cpul_rates),
                  SET_RATES(cpul_set_rates), 816000000 },
    [CLK_CPUB01] = { "scmi_clk_cpub01", RATES(cpub_rates),
                     SET_RATES(cpub_set_rates), 816000000 },
    [CLK_CPUB23] = { "scmi_clk_cpub23", RATES(cpub_rates),
                     SET_RATES(cpub_set_rates), 816000000 },
    [CLK_DDR] = { "scmi_clk_ddr" },
    [CLK_GPU] = { "scmi_clk_gpu", RATES(gpu_npu_rates),
                  SET_RATES(gpu_npu_set_rates), 200000000 },
    [CLK_NPU] = { "scmi_clk_npu", RATES(gpu_npu_rates),
                  SET_RATES(gpu_npu_set_rates), 0 },
    [CLK_CCLK_SD] = { "scmi_cclk_sd", RATES(sdmmc_rates),
                      .boot_rate = 24000000 },
    [CLK_DCLK_SD] = { "scmi_dclk_sd", RATES(sdmmc_rates),
                      .boot_rate = 24000000 },
    [11] = { "scmi_aclk_se_ns", RATES(sbus_rates), .boot_rate = 350000000 },
    [12] = { "scmi_hclk_se_ns", RATES(sbus_rates), .boot_rate = 150000000 },
    [CLK_TCLK_WDT] = { "scmi_tclk_wdt", .boot_rate = 24000000 },
    [19] = { "scmi_crypto_r", RATES(sbus_rates), .boot_rate = 175000000 },
    [20] = { "scmi_crypto_c", RATES(sbus_rates), .boot_rate = 350000000 },
    [21] = { "scmi_crypto_p", RATES(sbus_rates), .boot_rate = 350000000 },
    [CLK_SPLL] = { "scmi_spll", RATES(sbus_rates), .boot_rate = 702000000 },
    [CLK_HCLK_SD] = { "scmi_hclk_sd", .boot_rate = 200000000 },
};

typedef struct ScmiMessage {
    uint32_t protocol;
    uint32_t id;
    uint32_t in_words;
    uint32_t in[PAYLOAD_WORDS];
    uint32_t out_words;
    uint32_t out[PAYLOAD_WORDS];    /* out[0] is the status */
    bool hang;
} ScmiMessage;

static void reply_status(ScmiMessage *m, int32_t status)
{
    m->out[0] = status;
    m->out_words = 1;
}

static void reply_word(ScmiMessage *m, uint32_t word)
{
    m->out[0] = SCMI_SUCCESS;
    m->out[1] = word;
    m->out_words = 2;
}

static void reply_name(ScmiMessage *m, uint32_t at, const char *name)
{
    char buf[SCMI_NAME_LEN] = { };
    int i;

    pstrcpy(buf, sizeof(buf), name);
    for (i = 0; i < SCMI_NAME_LEN / 4; i++) {
        m->out[at + i] = ldl_le_p(buf + 4 * i);
    }
    m->out[0] = SCMI_SUCCESS;
    m->out_words = at + SCMI_NAME_LEN / 4;
}

/* Firmware register accesses; false = the access never completes. */
static bool reg_write(RK3588ScmiState *s, hwaddr addr, uint32_t val)
{
    MemTxResult res;

    address_space_stl_le(s->as, addr, val,
                         (MemTxAttrs) { .secure = 1 }, &res);
    return res == MEMTX_OK;
}

static bool reg_read(RK3588ScmiState *s, hwaddr addr, uint32_t *val)
{
    MemTxResult res;

    *val = address_space_ldl_le(s->as, addr,
                                (MemTxAttrs) { .secure = 1 }, &res);
    return res == MEMTX_OK;
}

static uint32_t hiword_field(uint32_t val, unsigned shift, unsigned len)
{
    return (MAKE_64BIT_MASK(shift, len) << 16) | (val << shift);
}

/*
 * Program the NPU clock. 200 MHz comes from GPLL and touches the CRU only;
 * every other rate starts the ring oscillator through NPU_GRF (power.md 2.2).
 */
static bool npu_set_rate(RK3588ScmiState *s, uint64_t rate, uint8_t length)
{
    const hwaddr grf = RK3588_NPU_GRF_BASE;
    const hwaddr cru = RK3588_CRU_BASE;
    uint32_t div;

    if (length) {
        return reg_write(s, grf + A_NPU_GRF_PVTPLL_CON2, 0x00040000) &&
               reg_write(s, grf + A_NPU_GRF_PVTPLL_CON0_L,
                         hiword_field(1, 8, 3)) &&
               reg_write(s, grf + A_NPU_GRF_PVTPLL_CON0_H,
                         hiword_field(length, 0, 6)) &&
               reg_write(s, grf + A_NPU_GRF_PVTPLL_CON1, 0x18) &&
               reg_write(s, grf + A_NPU_GRF_PVTPLL_CON0_L,
                         hiword_field(1, 1, 1)) &&
               reg_write(s, grf + A_NPU_GRF_PVTPLL_CON0_L,
                         hiword_field(1, 0, 1)) &&
               reg_write(s, cru + RK3588_CRU_CLKSEL(74),
                         hiword_field(1, 0, 1));
    }

    div = DIV_ROUND_UP(RK3588_GPLL_RATE, rate) - 1;
    return reg_write(s, cru + RK3588_CRU_CLKSEL(73), hiword_field(div, 2, 5)) &&
           reg_write(s, cru + RK3588_CRU_CLKSEL(73), hiword_field(0, 7, 3)) &&
           reg_write(s, cru + RK3588_CRU_CLKSEL(74), hiword_field(0, 0, 1));
}

static bool npu_get_rate(RK3588ScmiState *s, uint64_t *rate)
{
    static const uint64_t parent[] = {
        RK3588_GPLL_RATE, RK3588_CPLL_RATE, RK3588_AUPLL_RATE,
        RK3588_NPLL_RATE, RK3588_SPLL_RATE,
    };
    uint32_t sel73, sel74, status, src, div;

    if (!reg_read(s, RK3588_CRU_BASE + RK3588_CRU_CLKSEL(74), &sel74) ||
        !reg_read(s, RK3588_CRU_BASE + RK3588_CRU_CLKSEL(73), &sel73)) {
        return false;
    }
    if (sel74 & 1) {
        /* The measured frequency, in MHz. */
        if (!reg_read(s, RK3588_NPU_GRF_BASE + A_NPU_GRF_PVTPLL_STATUS,
                      &status)) {
            return false;
        }
        *rate = FIELD_EX32(status, NPU_GRF_PVTPLL_STATUS, MHZ) * 1000000ULL;
        return true;
    }

    src = extract32(sel73, 7, 3);
    div = extract32(sel73, 2, 5);
    if (src == 0 && s->rate[CLK_NPU]) {
        /* The firmware returns what was asked for, not GPLL / div. */
        *rate = s->rate[CLK_NPU];
    } else if (src < ARRAY_SIZE(parent)) {
        *rate = parent[src] / (div + 1);
    } else {
        *rate = 0;
    }
    return true;
}

static const ScmiClock *find_clock(uint32_t id)
{
    if (id >= ARRAY_SIZE(scmi_clocks) || !scmi_clocks[id].name) {
        return NULL;
    }
    return &scmi_clocks[id];
}

static int find_rate(const uint64_t *rates, uint32_t n, uint64_t rate)
{
    uint32_t i;

    for (i = 0; i < n; i++) {
        if (rates[i] == rate) {
            return i;
        }
    }
    return -1;
}

/* NPU_GRF did not answer: the firmware waits for ever (power.md 2.2, 2.4). */
static void npu_unreachable(RK3588ScmiState *s, ScmiMessage *m)
{
    if (s->cru->hazards) {
        m->hang = true;
    } else {
        reply_status(m, SCMI_DENIED);
    }
}

static void clock_rate_set(RK3588ScmiState *s, ScmiMessage *m)
{
    uint32_t id = m->in[1];
    uint64_t rate = m->in[2] | (uint64_t)m->in[3] << 32;
    const ScmiClock *clk = find_clock(id);
    int idx = 0;

    if (!clk) {
        reply_status(m, SCMI_NOT_FOUND);
        return;
    }
    if (!clk->rates) {
        reply_status(m, SCMI_NOT_SUPPORTED);
        return;
    }
    if (clk->set_rates) {
        idx = find_rate(clk->set_rates, clk->num_set_rates, rate);
    }
    if (!rate || idx < 0) {
        reply_status(m, SCMI_INVALID_PARAMETERS);
        return;
    }
    if (id == CLK_NPU) {
        s->npu_rate_sets++;
        if (!npu_set_rate(s, rate, npu_ring_length[idx])) {
            npu_unreachable(s, m);
            return;
        }
        rk3588_cru_npu_asked(s->cru, rate);
    }
    s->rate[id] = rate;
    reply_status(m, SCMI_SUCCESS);
}

static void clock_rate_get(RK3588ScmiState *s, ScmiMessage *m)
{
    uint32_t id = m->in[0];
    uint64_t rate;

    if (!find_clock(id)) {
        reply_status(m, SCMI_NOT_FOUND);
        return;
    }
    rate = s->rate[id];
    if (id == CLK_NPU && !npu_get_rate(s, &rate)) {
        npu_unreachable(s, m);
        return;
    }
    m->out[0] = SCMI_SUCCESS;
    m->out[1] = rate;
    m->out[2] = rate >> 32;
    m->out_words = 3;
}

/* Discrete rates from index @first on, as many as fit. */
static void clock_describe_rates(ScmiMessage *m)
{
    const ScmiClock *clk = find_clock(m->in[0]);
    uint32_t first = m->in[1];
    uint32_t i, n;

    if (!clk) {
        reply_status(m, SCMI_NOT_FOUND);
        return;
    }
    if (!clk->rates) {
        reply_status(m, SCMI_NOT_SUPPORTED);
        return;
    }
    if (first >= clk->num_rates) {
        reply_status(m, SCMI_OUT_OF_RANGE);
        return;
    }
    n = MIN(clk->num_rates - first, (PAYLOAD_WORDS - 2) / 2);
    m->out[0] = SCMI_SUCCESS;
    m->out[1] = n | (clk->num_rates - first - n) << 16;
    for (i = 0; i < n; i++) {
        m->out[2 + 2 * i] = clk->rates[first + i];
        m->out[3 + 2 * i] = clk->rates[first + i] >> 32;
    }
    m->out_words = 2 + 2 * n;
}

static void clock_message(RK3588ScmiState *s, ScmiMessage *m)
{
    /* Smallest request of each message, in words. */
    static const uint8_t need[] = { 0, 0, 1, 1, 2, 4, 1, 2 };
    const ScmiClock *clk;

    if (m->id >= ARRAY_SIZE(need)) {
        reply_status(m, SCMI_NOT_SUPPORTED);
        return;
    }
    if (m->in_words < need[m->id]) {
        reply_status(m, SCMI_INVALID_PARAMETERS);
        return;
    }

    switch (m->id) {
    case MSG_VERSION:
        reply_word(m, CLOCK_VERSION);
        break;
    case MSG_ATTRIBUTES:
        reply_word(m, ARRAY_SIZE(scmi_clocks));
        break;
    case MSG_MESSAGE_ATTRIBUTES:
        if (m->in[0] < ARRAY_SIZE(need)) {
            reply_word(m, 0);
        } else {
            reply_status(m, SCMI_NOT_FOUND);
        }
        break;
    case CLOCK_ATTRIBUTES:
        clk = find_clock(m->in[0]);
        if (!clk) {
            reply_status(m, SCMI_NOT_FOUND);
            break;
        }
        m->out[1] = extract32(s->enabled, m->in[0], 1);
        reply_name(m, 2, clk->name);
        break;
    case CLOCK_DESCRIBE_RATES:
        clock_describe_rates(m);
        break;
    case CLOCK_RATE_SET:
        clock_rate_set(s, m);
        break;
    case CLOCK_RATE_GET:
        clock_rate_get(s, m);
        break;
    case CLOCK_CONFIG_SET:
        /* Remembered, but without effect on the clock (power.md 2.2). */
        if (!find_clock(m->in[0])) {
            reply_status(m, SCMI_NOT_FOUND);
            break;
        }
        s->enabled = deposit32(s->enabled, m->in[0], 1, m->in[1] & 1);
        reply_status(m, SCMI_SUCCESS);
        break;
    }
}

static void base_message(ScmiMessage *m)
{
    switch (m->id) {
    case MSG_VERSION:
        reply_word(m, BASE_VERSION);
        break;
    case MSG_ATTRIBUTES:
        reply_word(m, BASE_NUM_PROTOCOLS | BASE_NUM_AGENTS << 8);
        break;
    case MSG_MESSAGE_ATTRIBUTES:
        if (m->in_words < 1) {
            reply_status(m, SCMI_INVALID_PARAMETERS);
        } else if (m->in[0] <= BASE_LIST_PROTOCOLS) {
            reply_word(m, 0);
        } else {
            reply_status(m, SCMI_NOT_FOUND);
        }
        break;
    case BASE_VENDOR:
        reply_name(m, 1, "rockchip");
        break;
    case BASE_SUB_VENDOR:
        reply_name(m, 1, "");
        break;
    case BASE_IMPL_VERSION:
        reply_word(m, 0);
        break;
    case BASE_LIST_PROTOCOLS:
        if (m->in_words < 1) {
            reply_status(m, SCMI_INVALID_PARAMETERS);
            break;
        }
        if (m->in[0] > BASE_NUM_PROTOCOLS) {
            reply_status(m, SCMI_INVALID_PARAMETERS);
            break;
        }
        m->out[0] = SCMI_SUCCESS;
        m->out[1] = BASE_NUM_PROTOCOLS - m->in[0];
        m->out[2] = (PROTOCOL_CLOCK | PROTOCOL_RESET << 8) >> (8 * m->in[0]);
        m->out_words = 3;
        break;
    default:
        reply_status(m, SCMI_NOT_SUPPORTED);
        break;
    }
}

/*
 * The reset protocol serves the secure crypto and SD blocks only. None of
 * them is in this machine: the state is kept and has no effect.
 */
static void reset_message(RK3588ScmiState *s, ScmiMessage *m)
{
    /* Smallest request of each message, in words. */
    static const uint8_t need[] = { 0, 0, 1, 1, 3 };
    g_autofree char *name = NULL;

    if (m->id >= ARRAY_SIZE(need)) {
        reply_status(m, SCMI_NOT_SUPPORTED);
        return;
    }
    if (m->in_words < need[m->id]) {
        reply_status(m, SCMI_INVALID_PARAMETERS);
        return;
    }

    switch (m->id) {
    case MSG_VERSION:
        reply_word(m, RESET_VERSION);
        break;
    case MSG_ATTRIBUTES:
        reply_word(m, RESET_NUM_DOMAINS);
        break;
    case MSG_MESSAGE_ATTRIBUTES:
        if (m->in[0] < ARRAY_SIZE(need)) {
            reply_word(m, 0);
        } else {
            reply_status(m, SCMI_NOT_FOUND);
        }
        break;
    case RESET_DOMAIN_ATTRIBUTES:
        if (m->in[0] >= RESET_NUM_DOMAINS) {
            reply_status(m, SCMI_NOT_FOUND);
            break;
        }
        name = g_strdup_printf("scmi_sr_%u", m->in[0]);
        m->out[1] = 0;
        m->out[2] = RESET_LATENCY_UNKNOWN;
        reply_name(m, 3, name);
        break;
    case RESET_DOMAIN_RESET:
        if (m->in[0] >= RESET_NUM_DOMAINS) {
            reply_status(m, SCMI_NOT_FOUND);
            break;
        }
        if (m->in[1] & RESET_FLAG_AUTONOMOUS) {
            reply_status(m, SCMI_NOT_SUPPORTED);
            break;
        }
        s->resets = deposit64(s->resets, m->in[0], 1,
                              !!(m->in[1] & RESET_FLAG_ASSERT));
        reply_status(m, SCMI_SUCCESS);
        break;
    }
}

bool rk3588_scmi_doorbell(RK3588ScmiState *s)
{
    const hwaddr shm = RK3588_SCMI_SHMEM_BASE;
    const MemTxAttrs attrs = { .secure = 1 };
    uint32_t header, length, i;
    ScmiMessage m = { };

    s->messages++;
    address_space_stl_le(s->as, shm + A_SHM_STATUS, 0, attrs, NULL);
    length = address_space_ldl_le(s->as, shm + A_SHM_LENGTH, attrs, NULL);
    header = address_space_ldl_le(s->as, shm + A_SHM_HEADER, attrs, NULL);

    m.protocol = FIELD_EX32(header, SHM_HEADER, PROTOCOL);
    m.id = FIELD_EX32(header, SHM_HEADER, MESSAGE);
    if (length < 4 || length - 4 > PAYLOAD_MAX) {
        reply_status(&m, SCMI_INVALID_PARAMETERS);
    } else {
        m.in_words = (length - 4) / 4;
        for (i = 0; i < m.in_words; i++) {
            m.in[i] = address_space_ldl_le(s->as, shm + A_SHM_PAYLOAD + 4 * i,
                                           attrs, NULL);
        }
        switch (m.protocol) {
        case PROTOCOL_BASE:
            base_message(&m);
            break;
        case PROTOCOL_CLOCK:
            clock_message(s, &m);
            break;
        case PROTOCOL_RESET:
            reset_message(s, &m);
            break;
        default:
            reply_status(&m, SCMI_NOT_SUPPORTED);
            break;
        }
    }

    if (m.hang) {
        s->hangs++;
        qemu_log_mask(LOG_GUEST_ERROR, "rk3588-scmi: message 0x%x of protocol "
                      "0x%x touches NPU_GRF while the NPU domain is off\n",
                      m.id, m.protocol);
        return false;
    }
    if (m.out[0] != SCMI_SUCCESS) {
        s->errors++;
    }

    for (i = 0; i < m.out_words; i++) {
        address_space_stl_le(s->as, shm + A_SHM_PAYLOAD + 4 * i, m.out[i],
                             attrs, NULL);
    }
    address_space_stl_le(s->as, shm + A_SHM_LENGTH, 4 + 4 * m.out_words,
                         attrs, NULL);
    address_space_stl_le(s->as, shm + A_SHM_STATUS, R_SHM_STATUS_FREE_MASK,
                         attrs, NULL);
    return true;
}

static void rk3588_scmi_reset_exit(Object *obj, ResetType type)
{
    RK3588ScmiState *s = RK3588_SCMI(obj);
    int i;

    for (i = 0; i < RK3588_SCMI_NUM_CLOCKS; i++) {
        s->rate[i] = scmi_clocks[i].boot_rate;
    }
    s->enabled = 0;
    s->resets = 0;
    /* The firmware hands the channel over as free. */
    address_space_stl_le(s->as, RK3588_SCMI_SHMEM_BASE + A_SHM_STATUS,
                         R_SHM_STATUS_FREE_MASK,
                         (MemTxAttrs) { .secure = 1 }, NULL);
}

static const RockchipCounter rk3588_scmi_counters[] = {
    ROCKCHIP_COUNTER("messages", RK3588ScmiState, messages),
    ROCKCHIP_COUNTER("errors", RK3588ScmiState, errors),
    ROCKCHIP_COUNTER("hangs", RK3588ScmiState, hangs),
    ROCKCHIP_COUNTER("npu-rate-sets", RK3588ScmiState, npu_rate_sets),
    { }
};

static void rk3588_scmi_init(Object *obj)
{
    RK3588ScmiState *s = RK3588_SCMI(obj);

    s->as = &address_space_memory;
    rockchip_add_counters(obj, rk3588_scmi_counters);
}

static void rk3588_scmi_realize(DeviceState *dev, Error **errp)
{
    if (!RK3588_SCMI(dev)->cru) {
        error_setg(errp, "property 'cru' is not set");
    }
}

static const Property rk3588_scmi_properties[] = {
    DEFINE_PROP_LINK("cru", RK3588ScmiState, cru, TYPE_RK3588_CRU,
                     RK3588CruState *),
};

static const VMStateDescription vmstate_rk3588_scmi = {
    .name = TYPE_RK3588_SCMI,
    .unmigratable = 1,
};

static void rk3588_scmi_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    device_class_set_props(dc, rk3588_scmi_properties);
    dc->realize = rk3588_scmi_realize;
    dc->vmsd = &vmstate_rk3588_scmi;
    dc->user_creatable = false;
    rc->phases.exit = rk3588_scmi_reset_exit;
}

static const TypeInfo rk3588_scmi_types[] = {
    {
        .name = TYPE_RK3588_SCMI,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RK3588ScmiState),
        .instance_init = rk3588_scmi_init,
        .class_init = rk3588_scmi_class_init,
    },
};

DEFINE_TYPES(rk3588_scmi_types)
