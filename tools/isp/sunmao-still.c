// SPDX-License-Identifier: GPL-2.0-only
/*
 * Develops raw pictures with the ISP, see usage() below. Also an example of a
 * client: it uses no library but its own few V4L2 calls.
 *
 * First some frames are measured: black level and lens shading are on, everything
 * behind is neutral, so that it does not matter whether the statistics look before
 * or after the white balance gains. From their means come gains and exposure, then
 * every picture is developed.
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isp_client.h"
#include "picture.h"

#define GRID		225u
#define CELLS		15u
#define SECTORS		16u
#define ROOM		16384u
#define PIXEL_MAX	4095
#define GAIN_MAX	0x3fff

struct options {
	unsigned int device;
	unsigned int width, height, depth;
	enum isp_order order;
	double black;
	unsigned int measure;
	double gamma;
	double gain;		/* 0: from the statistics */
	double matrix[9];
	bool has_matrix;
	bool plain;
	bool verbose;
	unsigned int out_w, out_h;
	const char *flat, *output;
	char **files;
	int count;
};

struct params {
	uint8_t data[ROOM] __attribute__((aligned(8)));
};

/**
 * struct look - what was measured and decided
 * @gain: white balance of red, green, blue
 * @exposure: of all three
 */
struct look {
	double gain[3];
	double exposure;
};

static const char help[] =
"NAME\n"
"    sunmao-still - develop raw Bayer pictures with the RK3588 ISP\n"
"\n"
"SYNOPSIS\n"
"    sunmao-still -s WIDTHxHEIGHT [OPTION]... RAW...\n"
"\n"
"DESCRIPTION\n"
"    Each RAW file holds one picture, lines without gaps: one byte per pixel with\n"
"    8 bits, else 16-bit little-endian words with the value in the low bits (V4L2's\n"
"    SRGGB8, SRGGB10, SRGGB12 and their other orders). The ISP measures the first\n"
"    one; white balance comes from a grey world, exposure from the histogram, then\n"
"    all are developed with them and a tone curve. Results are PNG or, when the\n"
"    name ends with .ppm, PPM files.\n"
"\n"
"OPTIONS\n"
"    -s, --size=WxH        size of the raw pictures, even numbers\n"
"    -d, --depth=N         bits per pixel: 8, 10 (default) or 12\n"
"    -r, --order=ORDER     rggb (default), grbg, gbrg or bggr\n"
"    -b, --black=N         black level in values of the file, default 0\n"
"    -f, --flat=RAW        picture of an evenly lit white field, through the same\n"
"                          lens: corrects its shading\n"
"    -m, --matrix=A,..,I   colour matrix of the sensor, nine numbers by rows\n"
"    -g, --gamma=N         exponent of the tone curve is 1/N, default 2.2\n"
"    -e, --gain=N          exposure instead of the measured one\n"
"    -n, --measure=N       frames to measure, default 4\n"
"    -z, --scale=WxH       size of the result, default as the input\n"
"    -p, --plain           nothing but demosaicing: what the sensor saw\n"
"    -o, --output=FILE     result, for a single RAW; default: its name with .png\n"
"    -D, --device=N        which ISP, default 0\n"
"    -v, --verbose         say what was measured\n"
"    -h, --help            this text\n"
"\n"
"EXIT STATUS\n"
"    0 when all pictures were written, 1 when one was not, 2 for wrong options.\n"
"\n"
"EXAMPLE\n"
"    sunmao-still -s 1920x1080 -d 10 -b 64 -f flat.raw shot.raw\n";

static void die(const char *what, int error)
{
	if (error)
		fprintf(stderr, "sunmao-still: %s: %s\n", what, strerror(error < 0 ? -error : error));
	else
		fprintf(stderr, "sunmao-still: %s\n", what);
	exit(1);
}

static void *memory(size_t n)
{
	void *p = calloc(1, n);

	if (!p)
		die("memory", ENOMEM);
	return p;
}

/* ---- parameter buffers ---- */

static void *add(struct params *p, unsigned int type, size_t size)
{
	struct sunmao_isp_buffer *head = (void *)p->data;
	struct sunmao_isp_block_header *block = (void *)(head->data + head->data_size);

	block->type = (__u16)type;
	block->flags = SUNMAO_ISP_BLOCK_FL_ENABLE;
	block->size = (__u32)size;
	head->data_size += (__u32)size;
	return block;
}

#define ADD(p, type, id)	((struct type *)add(p, id, sizeof(struct type)))

static void begin(struct params *p)
{
	memset(p, 0, sizeof(*p));
	((struct sunmao_isp_buffer *)p->data)->version = SUNMAO_ISP_VERSION_V1;
}

static size_t bytes_of(const struct params *p)
{
	const struct sunmao_isp_buffer *head = (const void *)p->data;

	return sizeof(*head) + head->data_size;
}

static __u16 fixed(double v, double unit, long lo, long hi)
{
	long n = lround(v * unit);

	return (__u16)(n < lo ? lo : n > hi ? hi : n);
}

static void add_black(struct params *p, const struct options *o)
{
	struct sunmao_isp_rk_bls *bls = ADD(p, sunmao_isp_rk_bls, SUNMAO_ISP_RK_PARAMS_BLS);
	__s16 level = (__s16)fixed(o->black, 1 << (12 - o->depth), 0, PIXEL_MAX);

	bls->bls_fixed_val = (struct sunmao_isp_quad){ level, level, level, level };
}

static void add_gains(struct params *p, const struct look *look)
{
	struct sunmao_isp_rk_awb_gains *g =
		ADD(p, sunmao_isp_rk_awb_gains, SUNMAO_ISP_RK_PARAMS_AWB_GAINS);
	__u16 c[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		c[i] = fixed(look->gain[i] * look->exposure, 256, 1, GAIN_MAX);
	for (i = 0; i < 3; i++)
		g->gains[i] = (struct sunmao_isp_gains){ .r = c[0], .gr = c[1], .b = c[2], .gb = c[1] };
}

/* Full-range BT.601, which to_rgb() turns back. */
static void add_matrix_out(struct params *p)
{
	static const __u16 full[9] = { 0x026, 0x04b, 0x00f, 0x1ea, 0x1d6, 0x040, 0x040, 0x1ca, 0x1f6 };
	struct sunmao_isp_rk_csm *csm = ADD(p, sunmao_isp_rk_csm, SUNMAO_ISP_RK_PARAMS_CSM);

	memcpy(csm->coeff, full, sizeof(csm->coeff));
}

static void add_colours(struct params *p, const struct options *o)
{
	struct sunmao_isp_rk_ccm *ccm = ADD(p, sunmao_isp_rk_ccm, SUNMAO_ISP_RK_PARAMS_CCM);
	unsigned int i;

	for (i = 0; i < 9; i++)
		ccm->coeff[i / 3][i % 3] = fixed(o->matrix[i], 128, -1024, 1023) & 0x7ff;
	ccm->y_coeff[0] = 0x26;
	ccm->y_coeff[1] = 0x4b;
	ccm->y_coeff[2] = 0x0f;
	for (i = 0; i < 17; i++)
		ccm->alp[i] = 0x400;
	ccm->inflection_point = 10;
}

/* A power with a straight part in the dark, as in sRGB. */
static void add_curve(struct params *p, double gamma)
{
	struct sunmao_isp_rk_goc *goc = ADD(p, sunmao_isp_rk_goc, SUNMAO_ISP_RK_PARAMS_GOC);
	unsigned int i, x = 0;

	goc->segments = 1;
	for (i = 0; i < 49; i++) {
		double in = (x > PIXEL_MAX ? PIXEL_MAX : x) / (double)PIXEL_MAX;
		double out = gamma > 2.1 && gamma < 2.5 ?
			(in <= 0.0031308 ? 12.92 * in : 1.055 * pow(in, 1 / 2.4) - 0.055) :
			pow(in, 1 / gamma);

		goc->gamma_y[i] = fixed(out, PIXEL_MAX, 0, PIXEL_MAX);
		x += i < 8 ? 1 : i >= 40 ? 256 : 2u << ((i - 8) / 4);
	}
}

/* ---- shading from a flat field ---- */

/* Mean of one colour around a vertex, above black. */
static double field(const struct options *o, const __u16 *flat, unsigned int x, unsigned int y,
		    enum isp_colour colour)
{
	static const enum isp_colour quad[4][4] = {
		{ ISP_R, ISP_GR, ISP_GB, ISP_B }, { ISP_GR, ISP_R, ISP_B, ISP_GB },
		{ ISP_GB, ISP_B, ISP_R, ISP_GR }, { ISP_B, ISP_GB, ISP_GR, ISP_R },
	};
	unsigned int reach = 8, n = 0, i, k;
	double sum = 0;

	for (i = y > reach ? y - reach : 0; i < y + reach && i < o->height; i++)
		for (k = x > reach ? x - reach : 0; k < x + reach && k < o->width; k++)
			if (quad[o->order][(i & 1) * 2 + (k & 1)] == colour) {
				sum += flat[(size_t)i * o->width + k];
				n++;
			}
	sum = n ? sum / n - o->black : 1;
	return sum > 1 ? sum : 1;
}

static void add_shading(struct params *p, const struct options *o, const __u16 *flat)
{
	struct sunmao_isp_rk_lsc *lsc = ADD(p, sunmao_isp_rk_lsc, SUNMAO_ISP_RK_PARAMS_LSC);
	__u16 (*table[4])[17] = {
		[ISP_R] = lsc->r_data_tbl[0], [ISP_GR] = lsc->gr_data_tbl[0],
		[ISP_GB] = lsc->gb_data_tbl[0], [ISP_B] = lsc->b_data_tbl[0],
	};
	unsigned int i, k, c;

	for (i = 0; i < SECTORS; i++) {
		/* even borders, so that all four colours share a vertex */
		lsc->x_sizes[i] = (__u16)((o->width * (i + 1) / 32 - o->width * i / 32) * 2);
		lsc->y_sizes[i] = (__u16)((o->height * (i + 1) / 32 - o->height * i / 32) * 2);
		lsc->x_grads[i] = (__u16)((32768 + lsc->x_sizes[i] / 2) / lsc->x_sizes[i]);
		lsc->y_grads[i] = (__u16)((32768 + lsc->y_sizes[i] / 2) / lsc->y_sizes[i]);
	}
	for (c = 0; c < 4; c++) {
		double top = 0;
		unsigned int x, y;

		for (y = 0; y <= SECTORS; y++)
			for (x = 0; x <= SECTORS; x++) {
				double v = field(o, flat, x * o->width / SECTORS,
						 y * o->height / SECTORS, (enum isp_colour)c);

				top = v > top ? v : top;
			}
		for (y = 0, k = 0; y <= SECTORS; k += y < SECTORS ? lsc->y_sizes[y] : 0, y++)
			for (x = 0, i = 0; x <= SECTORS; i += x < SECTORS ? lsc->x_sizes[x] : 0, x++)
				table[c][y][x] = fixed(top / field(o, flat, i, k, (enum isp_colour)c),
						       1024, 1024, 8191);
	}
	lsc->write_table[0] = 1;
	lsc->window_mode = 1;
}

/* ---- measuring ---- */

static void add_units(struct params *p, const struct options *o)
{
	struct sunmao_isp_rk_hist_big *hist =
		ADD(p, sunmao_isp_rk_hist_big, SUNMAO_ISP_RK_PARAMS_HIST_BIG0);
	struct sunmao_isp_rk_awb_meas *awb =
		ADD(p, sunmao_isp_rk_awb_meas, SUNMAO_ISP_RK_PARAMS_AWB_MEAS);
	struct sunmao_isp_window cell = {
		.h_size = (__u16)((o->width - 1) / CELLS & ~1u),
		.v_size = (__u16)((o->height - 2) / CELLS & ~1u),
	};

	hist->mode = SUNMAO_ISP_HIST_G;
	hist->window_num = 2;
	hist->meas_window = cell;
	memset(hist->weights, 0x20, sizeof(hist->weights));
	awb->meas_window = cell;
	awb->limits[1] = (struct sunmao_isp_awb_limit){ 250, 250, 250, 255 };
	memset(awb->weights, 0x20, sizeof(awb->weights));
}

/*
 * Grey world in two rounds: the mean of everything, then the mean of what looks
 * grey with the first one.
 */
static void grey_world(struct look *look, const double cells[GRID][3])
{
	unsigned int round, i, c;

	for (c = 0; c < 3; c++)
		look->gain[c] = 1;
	for (round = 0; round < 4; round++) {
		const double reach = round == 0 ? 1e9 : round == 1 ? 0.6 : 0.35;
		double sum[3] = { 0 };

		for (i = 0; i < GRID; i++) {
			double v[3], luma = 0, far = 0;

			for (c = 0; c < 3; c++) {
				v[c] = cells[i][c] * look->gain[c];
				luma += v[c] / 3;
			}
			for (c = 0; c < 3; c++)
				far = fabs(v[c] - luma) > far ? fabs(v[c] - luma) : far;
			if (luma > 0 && far <= reach * luma)
				for (c = 0; c < 3; c++)
					sum[c] += cells[i][c];
		}
		if (sum[0] <= 0 || sum[1] <= 0 || sum[2] <= 0)
			return;
		look->gain[0] = sum[1] / sum[0];
		look->gain[2] = sum[1] / sum[2];
	}
}

/* So bright that one pixel in 200 may clip, but no brighter than a light scene. */
static void expose(struct look *look, const double bins[256])
{
	double total = 0, mean = 0, above = 0;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		total += bins[i];
		mean += bins[i] * (i + 0.5) / 256;
	}
	look->exposure = 1;
	if (total <= 0)
		return;
	mean /= total;
	for (i = 255; i > 0 && above < total / 200; i--)
		above += bins[i];
	look->exposure = 0.97 * 256 / (i + 2);
	if (look->exposure * mean > 0.5)
		look->exposure = 0.5 / mean;
	if (look->exposure < 1)
		look->exposure = 1;
	if (look->exposure > 16)
		look->exposure = 16;
}

/* ---- frames ---- */

static __u16 *read_raw(const struct options *o, const char *path)
{
	size_t n = (size_t)o->width * o->height, i;
	__u16 *pixels = memory(n * 2);
	FILE *f = fopen(path, "rbe");

	if (!f)
		die(path, errno);
	if (fread(pixels, o->depth == 8 ? 1 : 2, n, f) != n)
		die("file is shorter than the picture", 0);
	fclose(f);
	for (i = n; o->depth == 8 && i--;)
		pixels[i] = ((__u8 *)pixels)[i];
	return pixels;
}

static void put_raw(struct isp_dev *dev, const struct options *o, const __u16 *pixels)
{
	__u8 *map = dev->node[ISP_RAW0].buf[0].map[0];
	unsigned int x, y;

	for (y = 0; y < o->height; y++) {
		__u8 *line = map + y * dev->raw.stride;

		for (x = 0; x < o->width; x++) {
			__u16 v = pixels[(size_t)y * o->width + x];

			if (o->depth == 8)
				line[x] = (__u8)v;
			else
				((__u16 *)line)[x] = v;
		}
	}
}

static void frame(struct isp_dev *dev, const struct params *p, struct isp_result *r)
{
	const unsigned int with = ISP_WITH_PARAMS | ISP_WITH_STATS | ISP_WITH_MAIN;
	int ret = isp_submit(dev, with, 0, p->data, bytes_of(p), 0) ?: isp_collect(dev, with, r);

	if (ret)
		die("frame", ret);
	if (r->main.error)
		die("the ISP reports an error for the frame", 0);
}

static void measure(struct isp_dev *dev, const struct options *o, const __u16 *flat,
		    struct look *look)
{
	const struct look neutral = { { 1, 1, 1 }, 1 };
	static double cells[GRID][3], bins[256];
	struct isp_result r;
	struct params p;
	unsigned int n, i;

	for (n = 0; n < o->measure; n++) {
		const void *stats = dev->node[ISP_STATS].buf[0].map[0];
		const struct sunmao_isp_rk_stats_hist *hist;
		const struct sunmao_isp_rk_stats_awb *awb;

		begin(&p);
		if (!n) {
			add_black(&p, o);
			add_gains(&p, &neutral);
			add_matrix_out(&p);
			add_units(&p, o);
			if (flat)
				add_shading(&p, o, flat);
		}
		frame(dev, &p, &r);
		hist = isp_stats_block(stats, r.stats.bytes[0], SUNMAO_ISP_RK_STATS_HIST_BIG0,
				       sizeof(*hist));
		awb = isp_stats_block(stats, r.stats.bytes[0], SUNMAO_ISP_RK_STATS_AWB,
				      sizeof(*awb));
		if (!hist || !awb || !hist->done || !awb->done)
			continue;
		for (i = 0; i < GRID; i++) {
			cells[i][0] += awb->counts_r[i];
			cells[i][1] += awb->counts_g[i];
			cells[i][2] += awb->counts_b[i];
		}
		for (i = 0; i < 256; i++)
			bins[i] += hist->hist_bins[i];
	}
	grey_world(look, cells);
	expose(look, bins);
	if (o->gain > 0)
		look->exposure = o->gain;
	if (o->verbose)
		printf("white balance %.3f %.3f %.3f, exposure %.3f\n", look->gain[0], look->gain[1],
		       look->gain[2], look->exposure);
}

static uint8_t to8(double v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
}

/* NV16, full-range BT.601; chroma of two pixels is spread linearly */
static void to_rgb(struct picture *out, const struct isp_dev *dev)
{
	struct isp_image in;
	unsigned int x, y, half;

	isp_image(&in, &dev->node[ISP_MAIN], 0);
	half = in.width / 2;
	out->width = in.width;
	out->height = in.height;
	out->rgb = memory((size_t)in.width * in.height * 3);
	for (y = 0; y < in.height; y++) {
		const uint8_t *luma = in.plane[0] + y * in.stride[0];
		const uint8_t *chroma = in.plane[0] + (in.height + y) * in.stride[0];
		uint8_t *p = out->rgb + (size_t)y * in.width * 3;

		for (x = 0; x < in.width; x++, p += 3) {
			unsigned int a = x / 2, b = x & 1 && a + 1 < half ? a + 1 : a;
			double cb = (chroma[2 * a] + chroma[2 * b]) / 2.0 - 128;
			double cr = (chroma[2 * a + 1] + chroma[2 * b + 1]) / 2.0 - 128;

			p[0] = to8(luma[x] + 1.402 * cr);
			p[1] = to8(luma[x] - 0.344136 * cb - 0.714136 * cr);
			p[2] = to8(luma[x] + 1.772 * cb);
		}
	}
}

static int develop(struct isp_dev *dev, const struct options *o, const struct look *look,
		   const char *file)
{
	struct picture picture;
	struct isp_result r;
	char name[4096];
	struct params p;
	__u16 *pixels;
	char *end;
	int ret;

	begin(&p);
	add_matrix_out(&p);
	if (!o->plain) {
		add_gains(&p, look);
		add_curve(&p, o->gamma);
		if (o->has_matrix)
			add_colours(&p, o);
	}
	pixels = read_raw(o, file);
	put_raw(dev, o, pixels);
	free(pixels);
	frame(dev, &p, &r);
	to_rgb(&picture, dev);
	if (o->output) {
		snprintf(name, sizeof(name), "%s", o->output);
	} else {
		snprintf(name, sizeof(name) - 4, "%s", file);
		end = strrchr(name, '.');
		strcpy(end && !strchr(end, '/') ? end : name + strlen(name), ".png");
	}
	ret = picture_write(&picture, name);
	free(picture.rgb);
	if (ret)
		fprintf(stderr, "sunmao-still: %s: %s\n", name, strerror(-ret));
	else if (o->verbose)
		printf("%s: frame %u\n", name, r.main.sequence);
	return ret;
}

/* ---- options ---- */

static void wrong(const char *what, const char *value)
{
	fprintf(stderr, "sunmao-still: %s: %s\nTry sunmao-still --help\n", what, value);
	exit(2);
}

static void parse_size(const char *text, unsigned int *w, unsigned int *h)
{
	char rest;

	if (sscanf(text, "%ux%u%c", w, h, &rest) != 2 || *w & 1 || *h & 1 || *w < 32 || *h < 32)
		wrong("size", text);
}

static double parse_number(const char *text, double lo, double hi, const char *what)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end || !(v >= lo && v <= hi))
		wrong(what, text);
	return v;
}

static void parse_matrix(struct options *o, const char *text)
{
	const char *at = text;
	unsigned int i;

	for (i = 0; i < 9; i++) {
		char *end;

		o->matrix[i] = strtod(at, &end);
		if (end == at || *end != (i < 8 ? ',' : '\0'))
			wrong("matrix", text);
		at = end + 1;
	}
	o->has_matrix = true;
}

static void parse(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "size", required_argument, NULL, 's' }, { "depth", required_argument, NULL, 'd' },
		{ "order", required_argument, NULL, 'r' }, { "black", required_argument, NULL, 'b' },
		{ "flat", required_argument, NULL, 'f' }, { "matrix", required_argument, NULL, 'm' },
		{ "gamma", required_argument, NULL, 'g' }, { "gain", required_argument, NULL, 'e' },
		{ "measure", required_argument, NULL, 'n' }, { "scale", required_argument, NULL, 'z' },
		{ "plain", no_argument, NULL, 'p' }, { "output", required_argument, NULL, 'o' },
		{ "device", required_argument, NULL, 'D' }, { "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' }, { 0 },
	};
	static const char *const orders[] = { "rggb", "grbg", "gbrg", "bggr" };
	unsigned int i;
	int c;

	while ((c = getopt_long(argc, argv, "s:d:r:b:f:m:g:e:n:z:po:D:vh", longs, NULL)) >= 0) {
		switch (c) {
		case 's':
			parse_size(optarg, &o->width, &o->height);
			break;
		case 'd':
			o->depth = (unsigned int)parse_number(optarg, 8, 12, "depth");
			if (o->depth & 1)
				wrong("depth", optarg);
			break;
		case 'r':
			for (i = 0; i < 4 && strcmp(optarg, orders[i]); i++)
				;
			if (i == 4)
				wrong("order", optarg);
			o->order = (enum isp_order)i;
			break;
		case 'b':
			o->black = parse_number(optarg, 0, 4095, "black level");
			break;
		case 'f':
			o->flat = optarg;
			break;
		case 'm':
			parse_matrix(o, optarg);
			break;
		case 'g':
			o->gamma = parse_number(optarg, 0.2, 5, "gamma");
			break;
		case 'e':
			o->gain = parse_number(optarg, 0.01, 60, "gain");
			break;
		case 'n':
			o->measure = (unsigned int)parse_number(optarg, 1, 100, "frames");
			break;
		case 'z':
			parse_size(optarg, &o->out_w, &o->out_h);
			break;
		case 'p':
			o->plain = true;
			break;
		case 'o':
			o->output = optarg;
			break;
		case 'D':
			o->device = (unsigned int)parse_number(optarg, 0, 31, "device");
			break;
		case 'v':
			o->verbose = true;
			break;
		case 'h':
			fputs(help, stdout);
			exit(0);
		default:
			exit(2);
		}
	}
	o->files = argv + optind;
	o->count = argc - optind;
	if (!o->width || !o->count)
		wrong("missing", o->width ? "a raw file" : "--size");
	if (o->output && o->count > 1)
		wrong("one output for several pictures", o->output);
	if (o->flat && (o->width < 320 || o->height < 320))
		wrong("shading correction needs at least 320x320", o->flat);
	if (!o->out_w) {
		o->out_w = o->width;
		o->out_h = o->height;
	}
}

int main(int argc, char **argv)
{
	struct options o = { .depth = 10, .gamma = 2.2, .measure = 4 };
	const unsigned int with = ISP_WITH_PARAMS | ISP_WITH_STATS | ISP_WITH_MAIN;
	struct look look = { { 1, 1, 1 }, 1 };
	__u16 *flat, *first;
	struct isp_dev *dev;
	int i, ret, failed = 0;

	parse(&o, argc, argv);
	flat = o.flat ? read_raw(&o, o.flat) : NULL;
	first = read_raw(&o, o.files[0]);
	dev = isp_open(o.device);
	if (!dev)
		die("no ISP (is sunmao_isp loaded?)", errno);
	ret = isp_set_raw(dev, o.width, o.height, o.depth, o.order) ?:
		isp_set_path(dev, ISP_MAIN, V4L2_PIX_FMT_NV16, o.out_w, o.out_h) ?:
		isp_set_meta(dev, false);
	if (ret)
		die("the ISP does not take this size or format", ret);
	ret = isp_setup(dev, with, 1) ?: isp_start(dev, with);
	if (ret)
		die("start", ret);
	if (!o.plain) {
		put_raw(dev, &o, first);
		measure(dev, &o, flat, &look);
	}
	free(first);
	for (i = 0; i < o.count; i++)
		failed |= develop(dev, &o, &look, o.files[i]) != 0;
	free(flat);
	ret = isp_stop(dev);
	isp_close(dev);
	if (ret)
		die("stop", ret);
	return failed;
}
