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

static int digit_count(uint64_t value)
{
	int count = 1;

	for (;; value /= 10000, count += 4) {
		if (value < 10)
			return count;
		if (value < 100)
			return count + 1;
		if (value < 1000)
			return count + 2;
		if (value < 10000)
			return count + 3;
	}
}

char *number_write_unsigned(char *out, uint64_t value)
{
	char *end = out + digit_count(value);
	char *at = end;

	while (value > UINT32_MAX) { /* the narrow division below is the faster one */
		at -= 2;
		memcpy(at, digit_pairs + 2 * (value % 100), 2);
		value /= 100;
	}
	uint32_t rest = (uint32_t)value;
	for (; rest >= 100; rest /= 100) {
		at -= 2;
		memcpy(at, digit_pairs + (size_t)2 * (rest % 100), 2);
	}
	if (rest >= 10)
		memcpy(at - 2, digit_pairs + (size_t)2 * rest, 2);
	else
		at[-1] = (char)('0' + rest);
	return end;
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
