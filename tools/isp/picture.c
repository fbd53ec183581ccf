// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes pictures as PNG (RFC 2083, 1950, 1951) or PPM, by the name of the file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#include "picture.h"

#define STORED_MAX	65535u

static uint32_t crc_update(uint32_t crc, const uint8_t *p, size_t n)
{
	unsigned int bit;

	while (n--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return crc;
}

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static int chunk(FILE *f, const char *type, const uint8_t *data, size_t n)
{
	uint8_t word[4];
	uint32_t crc = crc_update(0xffffffffu, (const uint8_t *)type, 4);

	put32(word, (uint32_t)n);
	if (fwrite(word, 4, 1, f) != 1 || fwrite(type, 4, 1, f) != 1 ||
	    (n && fwrite(data, n, 1, f) != 1))
		return -EIO;
	put32(word, ~crc_update(crc, data, n));
	return fwrite(word, 4, 1, f) == 1 ? 0 : -EIO;
}

#ifdef HAVE_ZLIB
static uint8_t *deflated(const uint8_t *in, size_t n, size_t *size)
{
	uLongf out_size = compressBound(n);
	uint8_t *out = malloc(out_size);

	if (!out || compress2(out, &out_size, in, n, 6) != Z_OK) {
		free(out);
		return NULL;
	}
	*size = out_size;
	return out;
}
#else
static uint8_t *deflated(const uint8_t *in, size_t n, size_t *size)
{
	uint8_t *out = malloc(n + n / STORED_MAX * 5 + 16), *p = out;
	uint32_t a = 1, b = 0;
	size_t at = 0, i;

	if (!out)
		return NULL;
	*p++ = 0x78;
	*p++ = 0x01;
	do {
		size_t part = n - at < STORED_MAX ? n - at : STORED_MAX;

		*p++ = at + part == n;
		*p++ = (uint8_t)part;
		*p++ = (uint8_t)(part >> 8);
		*p++ = (uint8_t)~part;
		*p++ = (uint8_t)(~part >> 8);
		memcpy(p, in + at, part);
		p += part;
		at += part;
	} while (at < n);
	for (i = 0; i < n; i++) {
		a = (a + in[i]) % 65521;
		b = (b + a) % 65521;
	}
	put32(p, b << 16 | a);
	*size = (size_t)(p + 4 - out);
	return out;
}
#endif

static int write_png(const struct picture *picture, FILE *f)
{
	const size_t line = (size_t)picture->width * 3;
	uint8_t head[13] = { [8] = 8, [9] = 2 };
	uint8_t *lines, *data = NULL;
	unsigned int y;
	size_t n;
	int ret = -ENOMEM;

	lines = malloc((line + 1) * picture->height);
	if (!lines)
		return ret;
	for (y = 0; y < picture->height; y++) {
		lines[y * (line + 1)] = 0;
		memcpy(lines + y * (line + 1) + 1, picture->rgb + y * line, line);
	}
	data = deflated(lines, (line + 1) * picture->height, &n);
	if (data) {
		put32(head, picture->width);
		put32(head + 4, picture->height);
		ret = fwrite("\x89PNG\r\n\x1a\n", 8, 1, f) == 1 ? 0 : -EIO;
		ret = ret ?: chunk(f, "IHDR", head, sizeof(head)) ?: chunk(f, "IDAT", data, n) ?:
			chunk(f, "IEND", NULL, 0);
	}
	free(data);
	free(lines);
	return ret;
}

static int write_ppm(const struct picture *picture, FILE *f)
{
	size_t n = (size_t)picture->width * picture->height * 3;

	fprintf(f, "P6\n%u %u\n255\n", picture->width, picture->height);
	return fwrite(picture->rgb, n, 1, f) == 1 ? 0 : -EIO;
}

/**
 * picture_write() - write a picture
 * @picture: the picture
 * @path: file; its name ends with .ppm for a PPM file, else it becomes a PNG file
 *
 * Return: 0 or a negative errno.
 */
int picture_write(const struct picture *picture, const char *path)
{
	const char *end = strrchr(path, '.');
	FILE *f = fopen(path, "wbe");
	int ret;

	if (!f)
		return -errno;
	ret = end && !strcmp(end, ".ppm") ? write_ppm(picture, f) : write_png(picture, f);
	if (fclose(f) && !ret)
		ret = -errno;
	return ret;
}
