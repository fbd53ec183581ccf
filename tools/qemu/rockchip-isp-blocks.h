/*
 * Rockchip ISP 3.0: what the parts of the pipeline share
 *
 * rockchip-isp-pipe.c makes the picture, rockchip-isp-meter.c measures it,
 * rockchip-isp-path.c scales it and puts it into the layout of the writers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_ISP_BLOCKS_H
#define HW_ROCKCHIP_ISP_BLOCKS_H

#include "rockchip-isp-pipe.h"

/* Loops over the pixels of a line: let the compiler use vectors. */
#define RK_ISP_HOT __attribute__((optimize("O3")))

#define PIXEL_MAX       4095
#define CHROMA_ZERO     128
#define LUMA_LIMITED    16

#define REG(r, name)        ((r)->reg[A_ ## name / 4])
#define FLD(r, name, field) FIELD_EX32(REG(r, name), name, field)

typedef struct RkIspWindow {
    unsigned x, y, w, h;
} RkIspWindow;

enum { RED, GREEN_R, GREEN_B, BLUE };

/**
 * struct RkIspBayer - The mosaic that enters the pipeline
 * @w: width
 * @h: height
 * @colour: by position in the quad: (0, 0), (1, 0), (0, 1), (1, 1)
 * @red_x: column of red in the quad
 * @red_y: line of red in the quad
 */
typedef struct RkIspBayer {
    unsigned w, h;
    uint8_t colour[4];
    unsigned red_x, red_y;
} RkIspBayer;

static inline int rk_isp_clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static inline unsigned rk_isp_absdiff(unsigned a, unsigned b)
{
    return a > b ? a - b : b - a;
}

/* Four registers: offsets and sizes */
static inline RkIspWindow rk_isp_window_at(const RkIspRegs *r, unsigned addr)
{
    const uint32_t *w = r->reg + addr / 4;

    return (RkIspWindow) { w[0], w[1], w[2], w[3] };
}

static inline bool rk_isp_inside(const RkIspWindow *w, unsigned width,
                                 unsigned height)
{
    return w->w && w->h && w->x <= width && w->w <= width - w->x &&
           w->y <= height && w->h <= height - w->y;
}

/*
 * Statistics
 */

typedef struct RkIspMeter RkIspMeter;

/* Free it with g_free(). */
RkIspMeter *rk_isp_meter_new(void);

/**
 * rk_isp_meter_begin() - Take the set-up of all units for a frame
 * @m: the units
 * @r: the registers
 * @b: the mosaic; must stay valid until the next frame
 */
void rk_isp_meter_begin(RkIspMeter *m, const RkIspRegs *r, const RkIspBayer *b);

/**
 * struct RkIspMeterLine - A line at the places where it is measured
 * @raw: before the black level
 * @tap: after black level and linearisation
 * @tap1: the same, one line before; NULL for the first line
 * @tap2: the same, two lines before; NULL for the first two
 * @shaded: after lens shading
 * @shaded1: the same, one line before
 */
typedef struct RkIspMeterLine {
    const uint16_t *raw;
    const uint16_t *tap, *tap1, *tap2;
    const uint16_t *shaded, *shaded1;
} RkIspMeterLine;

/**
 * rk_isp_meter_line() - Measure line @y
 * @m: the units
 * @line: the line
 * @y: its number; lines come in order
 */
void rk_isp_meter_line(RkIspMeter *m, const RkIspMeterLine *line, unsigned y);

/* See rk_isp_pipe_stats(), _stuck_units(), _stop_units(). */
const RkIspStats *rk_isp_meter_stats(RkIspMeter *m, uint32_t *done);
uint32_t rk_isp_meter_stuck(const RkIspMeter *m);
void rk_isp_meter_stop(RkIspMeter *m);

/*
 * Main and self path
 */

typedef struct RkIspPathState RkIspPathState;

RkIspPathState *rk_isp_path_new(void);
void rk_isp_path_free(RkIspPathState *s);

/**
 * rk_isp_path_begin() - Take the geometry of a path for a frame
 * @s: the path
 * @r: the registers
 * @path: which one it is
 * @w: width of the picture that leaves the ISP
 * @h: its height
 *
 * Returns NULL, or what is wrong.
 */
const char *rk_isp_path_begin(RkIspPathState *s, const RkIspRegs *r,
                              RkIspPath path, unsigned w, unsigned h);

/**
 * rk_isp_path_line() - Give a line of the picture to a path
 * @s: the path
 * @y: its number; lines come in order
 * @in: luma, and Cb and Cr at half the width
 */
void rk_isp_path_line(RkIspPathState *s, unsigned y,
                      const uint8_t *const in[3]);

const RkIspOutput *rk_isp_path_output(const RkIspPathState *s);

#endif
