#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Turn a photograph into what a sensor behind a lens would have delivered, and compare pictures.

    mkraw.py PHOTO.ppm OUT.raw FLAT.raw     raw picture and the flat field of the same lens
    mkraw.py --psnr A.ppm B.ppm             peak signal to noise ratio in dB
    mkraw.py --png IN.ppm OUT.png           for people

The raw picture is RGGB, 10 bits in 16. The options for sunmao-still that belong to it are printed.
Only the standard library is used.
"""

import array
import math
import random
import struct
import sys
import zlib

BLACK = 64
WHITE = 1023
# What the sensor's colours see of red, green and blue light; rows add up to 1, so that grey is grey.
SENSOR = ((0.66, 0.27, 0.07), (0.17, 0.70, 0.13), (0.05, 0.29, 0.66))
# The lamp, and the sensor's sensitivities: a warm cast with weak blue.
CAST = (0.72, 1.0, 0.52)
# Light in a corner: 1 / (1 + 0.9 + 0.3)
FALL = (0.9, 0.3)
# Noise: electrons of a full pixel, and values of the amplifier.
ELECTRONS = 6000
READ_NOISE = 1.2
EXPOSURE = 0.9
SEED = 3588


def read_ppm(path):
    """(width, height, pixels as bytes) of a binary PPM file."""
    with open(path, "rb") as f:
        data = f.read()
    fields, at = [], 0
    while len(fields) < 4:
        while data[at:at + 1].isspace():
            at += 1
        if data[at:at + 1] == b"#":
            at = data.index(b"\n", at)
            continue
        end = at
        while not data[end:end + 1].isspace():
            end += 1
        fields.append(data[at:end])
        at = end
    kind, width, height, top = fields[0], *(int(f) for f in fields[1:])
    if kind != b"P6" or top != 255:
        raise ValueError(f"{path}: only binary PPM with 8 bits")
    return width, height, data[at + 1:at + 1 + width * height * 3]


def write_png(path, width, height, pixels):
    """Write a PNG file."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + pixels[y * width * 3:(y + 1) * width * 3] for y in range(height))
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n"
                + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b""))


def crop(width, height, pixels):
    """Even width and height."""
    w, h = width & ~1, height & ~1
    rows = [pixels[y * width * 3:(y * width + w) * 3] for y in range(h)]
    return w, h, b"".join(rows)


def linear():
    """Table from sRGB's 8 bits to light."""
    def one(v):
        v /= 255
        return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
    return [one(v) for v in range(256)]


def inverse(m):
    """Inverse of a 3x3 matrix."""
    (a, b, c), (d, e, f), (g, h, i) = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return tuple(tuple(v / det for v in row) for row in (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d)))


def falloff(width, height):
    """How much light arrives, per squared distance from the centre in 1/1000 of the corner's."""
    table = []
    for i in range(1002):
        r2 = i / 1000
        table.append(1 / (1 + FALL[0] * r2 + FALL[1] * r2 * r2))
    corner = (width / 2) ** 2 + (height / 2) ** 2
    return table, 1000 / corner


def expose(width, height, light):
    """A raw picture; @light: function (x, y, colour) -> light of 0 to 1 at the sensor's filters."""
    rng = random.Random(SEED)
    table, scale = falloff(width, height)
    full = (WHITE - BLACK) * EXPOSURE
    noise = (WHITE - BLACK) ** 2 / ELECTRONS / (WHITE - BLACK)
    out = array.array("H", bytes(width * height * 2))
    at = 0
    for y in range(height):
        dy = (y - height / 2) ** 2
        for x in range(width):
            colour = (0, 1, 1, 2)[(y & 1) * 2 + (x & 1)]
            lens = table[int(((x - width / 2) ** 2 + dy) * scale)]
            signal = light(x, y, colour) * CAST[colour] * lens * full
            value = BLACK + signal + rng.gauss(0, math.sqrt(READ_NOISE ** 2 + signal * noise))
            out[at] = max(0, min(WHITE, round(value)))
            at += 1
    if sys.byteorder == "big":
        out.byteswap()
    return out.tobytes()


def make(photo, raw, flat):
    """Write the raw files of a photograph; returns (width, height) of the raw picture."""
    width, height, pixels = crop(*read_ppm(photo))
    light = linear()

    def scene(x, y, colour):
        at = (y * width + x) * 3
        a, b, c = SENSOR[colour]
        return a * light[pixels[at]] + b * light[pixels[at + 1]] + c * light[pixels[at + 2]]

    for path, what in ((raw, scene), (flat, lambda x, y, colour: 0.8)):
        with open(path, "wb") as f:
            f.write(expose(width, height, what))
    return width, height


def options(width, height, flat):
    """Options of sunmao-still for these pictures."""
    matrix = ",".join(f"{v:.4f}" for row in inverse(SENSOR) for v in row)
    return ["-s", f"{width}x{height}", "-d", "10", "-r", "rggb", "-b", str(BLACK), "-f", flat,
            "-m", matrix]


def psnr(a, b):
    """Peak signal to noise ratio of two pictures of the same size, in dB."""
    (width, height, p), (other_w, other_h, q) = crop(*read_ppm(a)), crop(*read_ppm(b))
    if (width, height) != (other_w, other_h):
        raise ValueError(f"{a} is {width}x{height}, {b} is {other_w}x{other_h}")
    squares = [i * i for i in range(256)]
    error = sum(squares[abs(x - y)] for x, y in zip(p, q)) / len(p)
    return 10 * math.log10(255 * 255 / error) if error else math.inf


def main(argv):
    """The command line."""
    if len(argv) == 4 and argv[1] == "--psnr":
        print(f"{psnr(argv[2], argv[3]):.2f}")
    elif len(argv) == 4 and argv[1] == "--png":
        write_png(argv[3], *read_ppm(argv[2]))
    elif len(argv) == 4 and not argv[1].startswith("-"):
        print(" ".join(options(*make(*argv[1:4]), argv[3])))
    else:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
