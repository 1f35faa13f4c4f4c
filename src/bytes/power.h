/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Powers of ten as 128-bit fractions, for reading and writing floats. The table is computed when it is first
 * wanted, exactly, by long arithmetic: some 20 microseconds, which only programs with floats pay. */
#ifndef NSK_BYTES_POWER_H
#define NSK_BYTES_POWER_H

#include <stdbool.h>
#include <stdint.h>

enum {
	POWER_LEAST = -342,
	POWER_GREATEST = 324
};

/* 10 to the N is (high * 2^64 + low) * 2^(power_exponent(N) - 127), high's top bit being set; rounded down
 * unless power_is_exact(N). */
struct power {
	uint64_t high, low;
};

/* N is within POWER_LEAST to POWER_GREATEST. The table is static. Not for two threads at the first call. */
const struct power *power_of_ten(int n);

/* The binary logarithm of 10 to the N, rounded down; right for |N| up to 1,233. */
static inline int power_exponent(int n)
{
	return (int)(((int64_t)n * 1741647) >> 19);
}

/* 5 to the 55 is the last power of five that fits in 128 bits. */
static inline bool power_is_exact(int n)
{
	return n >= 0 && n <= 55;
}

#endif
