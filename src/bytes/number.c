/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See number.h. Knows no locale and no errno, so that a result means one thing only. */
#include "platform.h"

#include "bytes/number.h"

#include "bytes/digits.h"

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

char *number_write_unsigned(char *out, uint64_t value)
{
	return digits_write_64(out, value);
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
