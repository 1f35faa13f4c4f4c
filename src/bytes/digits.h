/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decimal digits, as fast as they can be written, in the open so that loops over many numbers need no calls.
 * number.h is what everybody else uses. */
#ifndef NSK_BYTES_DIGITS_H
#define NSK_BYTES_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* "00" to "99", one after the other. */
static const char digits_pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                  "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                  "8081828384858687888990919293949596979899";

/* Below 100, one digit or two. (Where a number ends is left to branches on purpose: the processor guesses it, and goes on
 * to the next number; computed without branches it is known only when the digits are, and half as fast.) */
static inline char *digits_two_at_most(char *out, uint32_t value)
{
	if (value < 10) {
		*out = (char)('0' + value);
		return out + 1;
	}
	memcpy(out, digits_pairs + (size_t)2 * value, 2);
	return out + 2;
}

/* Below 10,000, all four digits. */
static inline char *digits_four(char *out, uint32_t value)
{
	memcpy(out, digits_pairs + (size_t)2 * (value / 100), 2);
	memcpy(out + 2, digits_pairs + (size_t)2 * (value % 100), 2);
	return out + 4;
}

static inline char *digits_four_at_most(char *out, uint32_t value)
{
	if (value < 100)
		return digits_two_at_most(out, value);
	out = digits_two_at_most(out, value / 100);
	memcpy(out, digits_pairs + (size_t)2 * (value % 100), 2);
	return out + 2;
}

/* Below 100,000,000, all eight digits. */
static inline char *digits_eight(char *out, uint32_t value)
{
	return digits_four(digits_four(out, value / 10000), value % 10000);
}

static inline char *digits_eight_at_most(char *out, uint32_t value)
{
	if (value < 10000)
		return digits_four_at_most(out, value);
	return digits_four(digits_four_at_most(out, value / 10000), value % 10000);
}

/* Each writes VALUE without zeros before it, and returns where it ends. */
static inline char *digits_write_16(char *out, uint32_t value)
{
	if (value < 10000)
		return digits_four_at_most(out, value);
	*out = (char)('0' + value / 10000);
	return digits_four(out + 1, value % 10000);
}

static inline char *digits_write_32(char *out, uint32_t value)
{
	if (value < 100000000)
		return digits_eight_at_most(out, value);
	return digits_eight(digits_two_at_most(out, value / 100000000), value % 100000000);
}

static inline char *digits_write_64(char *out, uint64_t value)
{
	static const uint32_t eight = 100000000; /* digits at a time, since short divisions are the fast ones */

	if (value <= UINT32_MAX)
		return digits_write_32(out, (uint32_t)value);
	uint64_t high = value / eight;
	uint32_t low = (uint32_t)(value % eight);
	if (high < eight)
		return digits_eight(digits_eight_at_most(out, (uint32_t)high), low);
	out = digits_four_at_most(out, (uint32_t)(high / eight));
	return digits_eight(digits_eight(out, (uint32_t)(high % eight)), low);
}

#endif
