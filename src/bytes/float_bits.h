/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What float_read.c and float_write.c share: the three widths, and 64-bit products. */
#ifndef NSK_BYTES_FLOAT_BITS_H
#define NSK_BYTES_FLOAT_BITS_H

#include <stdbool.h>
#include <stdint.h>

/* A number is fraction * 2^(exponent - bias - fraction_bits), the fraction having an implied top bit unless
 * the exponent is 0. */
struct float_layout {
	int fraction_bits;
	int exponent_bits;
};

/* The layout of 2, 4 or 8 bytes. */
static inline struct float_layout float_layout_of(unsigned width)
{
	switch (width) {
	case 2:
		return (struct float_layout){ 10, 5 };
	case 4:
		return (struct float_layout){ 23, 8 };
	default:
		return (struct float_layout){ 52, 11 };
	}
}

static inline int float_bias(struct float_layout layout)
{
	return (1 << (layout.exponent_bits - 1)) - 1;
}

/* The bits of MANTISSA * 2^EXPONENT rounded once, to nearest and ties to even; MANTISSA's top bit is set, and IS_MORE
 * tells that something below its last bit was dropped. Infinity when it is too large. No sign. */
uint64_t float_assemble(struct float_layout layout, uint64_t mantissa, int exponent, bool is_more);

/* *LOW and the result are the halves of A * B. */
static inline uint64_t float_multiply(uint64_t a, uint64_t b, uint64_t *low)
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 wide;
	wide product = (wide)a * b;

	*low = (uint64_t)product;
	return (uint64_t)(product >> 64);
#else
	uint64_t a_low = (uint32_t)a, a_high = a >> 32;
	uint64_t b_low = (uint32_t)b, b_high = b >> 32;
	uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
	uint64_t other = a_low * b_high + (uint32_t)middle;

	*low = a * b;
	return a_high * b_high + (middle >> 32) + (other >> 32);
#endif
}

#endif
