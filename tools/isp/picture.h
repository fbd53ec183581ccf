/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RGB pictures and their files.
 */
#ifndef SUNMAO_STILL_PICTURE_H
#define SUNMAO_STILL_PICTURE_H

#include <stdint.h>

/**
 * struct picture - 8 bits of red, green and blue per pixel
 * @width: pixels
 * @height: lines
 * @rgb: the pixels without gaps
 */
struct picture {
	unsigned int width, height;
	uint8_t *rgb;
};

int picture_write(const struct picture *picture, const char *path);

#endif /* SUNMAO_STILL_PICTURE_H */
