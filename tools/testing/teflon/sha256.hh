/* SPDX-License-Identifier: GPL-2.0-only */
/* SHA-256 (FIPS 180-4), so that a result can be compared across machines. */
#ifndef SUNMAO_TEFLON_SHA256_H
#define SUNMAO_TEFLON_SHA256_H

#include <cstddef>
#include <cstdint>
#include <string>

class Sha256 {
public:
	void update(const void *data, size_t size);
	/* Lower-case hexadecimal digest; the object is used up afterwards. */
	std::string hex();

private:
	void block(const uint8_t *p);

	uint32_t h_[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	uint8_t pending_[64];
	size_t fill_ = 0;
	uint64_t total_ = 0;
};

#endif
