/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See number.h. Knows no locale and no errno, so that a result means one thing only. */
#include "platform.h"

#include "bytes/number.h"

#include <stddef.h>
#include <string.h>

int number_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return -1;
}

enum number_result number_parse_digits(const char *text, unsigned base, uint64_t *value, const char **end)
{
	uint64_t sum = 0;
	bool overflow = false;
	const char *at = text;

	for (;; at++) {
		int digit = number_digit(*at);

		if (digit < 0 || (unsigned)digit >= base)
			break;
		if (sum > (UINT64_MAX - (uint64_t)digit) / base)
			overflow = true;
		else
			sum = sum * base + (uint64_t)digit;
	}
	*end = at;
	if (at == text)
		return NUMBER_MALFORMED;
	if (overflow)
		return NUMBER_OVERFLOW;
	*value = sum;
	return NUMBER_OK;
}

static unsigned prefix_base(const char *text)
{
	if (text[0] != '0')
		return 10;
	switch (text[1]) {
	case 'x':
	case 'X':
		return 16;
	case 'o':
	case 'O':
		return 8;
	case 'b':
	case 'B':
		return 2;
	default:
		return 10;
	}
}

/* Reads a number without a sign; *END is where it stops. */
static enum number_result parse_magnitude(const char *text, uint64_t *value, const char **end)
{
	unsigned base = prefix_base(text);

	return number_parse_digits(base == 10 ? text : text + 2, base, value, end);
}

enum number_result number_parse_unsigned(const char *text, uint64_t *value)
{
	uint64_t sum = 0;
	const char *end;
	enum number_result result = parse_magnitude(text, &sum, &end);

	if (result == NUMBER_MALFORMED || *end != '\0')
		return NUMBER_MALFORMED;
	if (result == NUMBER_OK)
		*value = sum;
	return result;
}

enum number_result number_parse_signed(const char *text, uint64_t *magnitude, bool *negative)
{
	return number_parse_word(text, text + strlen(text), magnitude, negative);
}

enum number_result number_parse_word(const char *text, const char *end, uint64_t *magnitude, bool *negative)
{
	bool minus = *text == '-';
	uint64_t sum = 0;
	const char *stop;
	enum number_result result = parse_magnitude(*text == '-' || *text == '+' ? text + 1 : text, &sum, &stop);

	if (result == NUMBER_MALFORMED || stop != end)
		return NUMBER_MALFORMED;
	if (result == NUMBER_OK) {
		*magnitude = sum;
		*negative = minus && sum != 0;
	}
	return result;
}

/* "00" to "99", one after the other. */
static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                  "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                  "8081828384858687888990919293949596979899";

/* Below 100, one digit or two. (Where a number ends is left to branches on purpose: the processor guesses it, and goes on
 * to the next number; computed without branches it is known only when the digits are, and half as fast.) */
static inline char *write_two_at_most(char *out, uint32_t value)
{
	if (value < 10) {
		*out = (char)('0' + value);
		return out + 1;
	}
	memcpy(out, digit_pairs + (size_t)2 * value, 2);
	return out + 2;
}

/* Below 10,000, all four digits. */
static inline char *write_four(char *out, uint32_t value)
{
	memcpy(out, digit_pairs + (size_t)2 * (value / 100), 2);
	memcpy(out + 2, digit_pairs + (size_t)2 * (value % 100), 2);
	return out + 4;
}

static inline char *write_four_at_most(char *out, uint32_t value)
{
	if (value < 100)
		return write_two_at_most(out, value);
	out = write_two_at_most(out, value / 100);
	memcpy(out, digit_pairs + (size_t)2 * (value % 100), 2);
	return out + 2;
}

/* Below 100,000,000, all eight digits. */
static inline char *write_eight(char *out, uint32_t value)
{
	return write_four(write_four(out, value / 10000), value % 10000);
}

static inline char *write_eight_at_most(char *out, uint32_t value)
{
	if (value < 10000)
		return write_four_at_most(out, value);
	return write_four(write_four_at_most(out, value / 10000), value % 10000);
}

char *number_write_unsigned(char *out, uint64_t value)
{
	static const uint32_t eight = 100000000; /* digits at a time, since short divisions are the fast ones */

	if (value < eight)
		return write_eight_at_most(out, (uint32_t)value);
	uint64_t high = value / eight;
	uint32_t low = (uint32_t)(value % eight);
	if (high < eight)
		return write_eight(write_eight_at_most(out, (uint32_t)high), low);
	out = write_four_at_most(out, (uint32_t)(high / eight));
	return write_eight(write_eight(out, (uint32_t)(high % eight)), low);
}

char *number_write_signed(char *out, int64_t value)
{
	uint64_t magnitude = (uint64_t)value;

	if (value < 0) {
		*out++ = '-';
		magnitude = 0 - magnitude;
	}
	return number_write_unsigned(out, magnitude);
}
