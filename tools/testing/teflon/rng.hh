/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pseudo-random numbers for the network generator. The sequence is part of a
 * network's identity: it must be the same on every machine and for ever, hence no
 * use of <random>.
 */
#ifndef SUNMAO_TEFLON_RNG_H
#define SUNMAO_TEFLON_RNG_H

#include <cstdint>
#include <string>

/* SplitMix64: one 64-bit state, every seed is good. */
class Rng {
public:
	explicit Rng(uint64_t seed) : state_(seed) {}

	/* A stream of its own for each (seed, name). */
	Rng(uint64_t seed, const std::string &name) : state_(seed)
	{
		for (unsigned char c : name)
			state_ = (next() ^ c) * 0x100000001b3ull;
	}

	uint64_t next()
	{
		uint64_t z = state_ += 0x9e3779b97f4a7c15ull;

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
		return z ^ (z >> 31);
	}

	/* Uniform in lo..hi, both included; the modulo's bias is irrelevant here. */
	int range(int lo, int hi)
	{
		return lo + static_cast<int>((next() >> 16) %
					     (static_cast<uint64_t>(hi - lo) + 1));
	}

	/* Uniform in 0..1. */
	double unit()
	{
		return static_cast<double>(next() >> 11) * 0x1p-53;
	}

private:
	uint64_t state_;
};

#endif
