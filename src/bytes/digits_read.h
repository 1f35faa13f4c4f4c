/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decimal digits read eight at a time, in the open so that loops over many numbers need no calls: where a number
 * ends is computed, since a branch for each digit is guessed wrong at the end of most numbers.
 * number.h is what everybody else uses. */
#ifndef NSK_BYTES_DIGITS_READ_H
#define NSK_BYTES_DIGITS_READ_H

#include <stddef.h>
#include <stdint.h>

enum { DIGITS_READ_MAX = 19 }; /* so many always fit in 64 bits */

/* The eight characters at TEXT, the first in the lowest byte: shifts that compilers turn into one load. */
static ALWAYS_INLINE uint64_t digits_load(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
	       (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

/* How many of eight characters are digits before the first that is none. '0' to '9' differ from '0' by 0 to 9: these
 * alone do not reach the top bit when 0x76 is added. A carry goes to later characters only. */
static ALWAYS_INLINE unsigned digits_count(uint64_t text)
{
	uint64_t values = text ^ UINT64_C(0x3030303030303030);
	uint64_t others = (values | (values + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080);

	return others == 0 ? 8 : (unsigned)__builtin_ctzll(others) / 8;
}

/* The number that eight digits make, zero bytes being zeros. Neighbours are put together; then one multiplication gives
 * the first and the third pair their weights, another the second and the fourth, in the upper half of the product. */
static ALWAYS_INLINE uint64_t digits_join(uint64_t text)
{
	uint64_t ones = text & UINT64_C(0x0f0f0f0f0f0f0f0f);
	uint64_t pairs = ones * 10 + (ones >> 8); /* in every second byte */
	uint64_t first_third = pairs & UINT64_C(0x000000ff000000ff);
	uint64_t second_fourth = pairs >> 16 & UINT64_C(0x000000ff000000ff);

	return (first_third * (100 + (UINT64_C(1000000) << 32)) + second_fourth * (1 + (UINT64_C(10000) << 32))) >> 32;
}

/* Reads the digits at AT, within a line from BEGIN to END, whose last byte is readable and no digit, and appends them to
 * *SUM, which is right up to DIGITS_READ_MAX digits. Returns where they end. */
static ALWAYS_INLINE const char *digits_read(const char *at, const char *begin, const char *end, uint64_t *sum)
{
	static const uint32_t powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000 };

	for (;;) {
		uint64_t text;

		if (end - at >= 7) {
			text = digits_load(at);
		} else if (end - begin >= 7) { /* the line's last eight, those before AT shifted out */
			text = digits_load(end - 7) >> 8 * (7 - (end - at));
		} else {
			text = 0;
			for (unsigned i = 0; i <= end - at; i++)
				text |= (uint64_t)(unsigned char)at[i] << 8 * i;
		}
		unsigned count = digits_count(text);
		if (count < 8) {
			*sum = *sum * powers[count] + digits_join(text << 8 << (56 - 8 * count));
			return at + count;
		}
		*sum = *sum * 100000000 + digits_join(text);
		at += 8;
	}
}

#endif
