/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RANDOM_H
#define HPTSIM_RANDOM_H
/* Random numbers from a seed, the same on every machine. */
#include <stdint.h>

/**
 * random_next - splitmix64, https://prng.di.unimi.it/splitmix64.c
 * @state: the seed, or what the last call left
 */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

#endif
