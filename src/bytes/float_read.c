/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See float.h: from text to a double, and from a double to bits of another width. */
#include "platform.h"

#include "bytes/float.h"

#include "bytes/digits_read.h"
#include "bytes/float_bits.h"
#include "bytes/number.h"
#include "bytes/power.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DIGITS_EXACT = 800 }; /* a digit behind the 768th decides by not being zero, if at all */

/* A decimal number 0.DDDD * 10^point, D beginning with the first digit that is not zero. */
struct decimal {
	uint64_t digits; /* the first DIGITS_READ_MAX of D */
	int kept;        /* how many those are */
	bool is_cut;     /* there were more, not all zero */
	bool is_any;     /* there was a digit, be it zero */
	int64_t point;
};

static ALWAYS_INLINE uint64_t assemble(struct float_layout layout, uint64_t mantissa, int exponent, bool is_more)
{
	int biased = exponent + 63 + float_bias(layout);
	int drop = 63 - layout.fraction_bits;
	uint64_t infinity = ((UINT64_C(1) << layout.exponent_bits) - 1) << layout.fraction_bits;

	if (biased >= (1 << layout.exponent_bits) - 1)
		return infinity;
	if (biased <= 0) { /* subnormal: fewer bits are kept */
		drop += 1 - biased;
		biased = 1;
	}
	if (drop > 64)
		return 0;
	uint64_t kept = drop == 64 ? 0 : mantissa >> drop;
	uint64_t rest = drop == 64 ? mantissa : mantissa << (64 - drop);
	uint64_t half = UINT64_C(1) << 63;
	kept += (rest > half) | ((rest == half) & (is_more | ((kept & 1) != 0))); /* no branch: nobody can guess it */
	/* The implied bit adds one to the exponent, and a carry out of the fraction one more: both are right. */
	return ((uint64_t)(biased - 1) << layout.fraction_bits) + kept;
}

uint64_t float_assemble(struct float_layout layout, uint64_t mantissa, int exponent, bool is_more)
{
	return assemble(layout, mantissa, exponent, is_more);
}

static double double_from(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

/* VALUE, negated if so: without a branch, since nobody can guess it. */
static double with_sign(double value, bool is_negative)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return double_from(bits ^ (uint64_t)is_negative << 63);
}

static int leading_zeros(uint64_t value)
{
	return __builtin_clzll(value);
}

/* DIGITS * 10^EXPONENT by arithmetic that cannot round more than once, where that is so. */
static bool convert_small(uint64_t digits, int64_t exponent, double *value)
{
	static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
		                         1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

	if (digits > UINT64_C(1) << 53 || exponent < -22 || exponent > 22)
		return false;
	if (exponent < 0)
		*value = (double)digits / powers[-exponent];
	else
		*value = (double)digits * powers[exponent];
	return true;
}

/* DIGITS * 10^EXPONENT rounded; false when 128 bits of the power do not decide. DIGITS is not 0. */
static bool convert_product(uint64_t digits, int exponent, double *value)
{
	const struct power *power = power_of_ten(exponent);
	int zeros = leading_zeros(digits);
	uint64_t middle, below, unused;
	uint64_t scaled = digits << zeros;
	uint64_t top = float_multiply(scaled, power->high, &middle);
	uint64_t carry = float_multiply(scaled, power->low, &unused);
	int binary = power_exponent(exponent) - zeros + 1; /* of the 192-bit product's top bit, plus 0 or -1 */

	below = middle + carry;
	top += below < middle;
	unsigned shift = top >> 63 == 0; /* not a branch, since nobody can guess it */
	top = top << shift | (shift & below >> 63);
	below = below << shift | (shift & unused >> 63);
	binary -= (int)shift;
	/* The power was rounded down by less than one, the product thus by less than 2^64 of its lowest word:
	 * one or two here. What follows decides the rounding unless it is that close to a carry. */
	if (!power_is_exact(exponent) && below >= UINT64_MAX - 2)
		return false;
	bool is_more = below != 0 || unused << shift != 0 || !power_is_exact(exponent);
	*value = double_from(assemble(float_layout_of(8), top, binary, is_more));
	return true;
}

static bool convert(uint64_t digits, int64_t exponent, double *value)
{
	/* Numbers of 16 digits, which most are that were printed, may be small or not: the processor would guess wrong. */
	if (digits < UINT64_C(1) << 49 && convert_small(digits, exponent, value))
		return true;
	if (digits == 0 || exponent < POWER_LEAST) { /* below half of the least number, 19 digits or not */
		*value = 0;
		return true;
	}
	if (exponent > 309) {
		*value = (double)INFINITY;
		return true;
	}
	return convert_product(digits, (int)exponent, value) || convert_small(digits, exponent, value);
}

/* All digits of TEXT, which DECIMAL was read from, for strtod: without a point, whose form is the locale's. */
static double convert_exactly(const struct decimal *decimal, const char *text)
{
	char copy[DIGITS_EXACT + 32];
	size_t length = 0;
	bool is_more = false;

	text += strspn(text, "0.");
	for (; *text == '.' || (*text >= '0' && *text <= '9'); text++) {
		if (*text == '.')
			continue;
		if (length < DIGITS_EXACT)
			copy[length++] = *text;
		else
			is_more = is_more || *text != '0';
	}
	if (is_more)
		copy[length++] = '1';
	snprintf(copy + length, sizeof copy - length, "e%d", (int)(decimal->point - (int64_t)length));
	return strtod(copy, NULL);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits as far as they go, not beyond END; behind the point those before the first significant one move it. */
static const char *take_digits(struct decimal *decimal, const char *at, const char *end, bool is_fraction)
{
	const char *begin = at;
	uint64_t digits = decimal->digits;
	int kept = decimal->kept;

	while (kept == 0 && *at == '0')
		at++;
	if (is_fraction)
		decimal->point -= at - begin;
	const char *significant = at;
	while (kept <= DIGITS_READ_MAX - 8 && end - at >= 8 && digits_count(digits_load(at)) == 8) {
		digits = digits * 100000000 + digits_join(digits_load(at));
		kept += 8;
		at += 8;
	}
	for (; kept < DIGITS_READ_MAX && is_digit(*at); kept++)
		digits = digits * 10 + (unsigned)(*at++ - '0');
	for (; is_digit(*at); at++)
		decimal->is_cut = decimal->is_cut || *at != '0';
	if (!is_fraction)
		decimal->point += at - significant;
	decimal->is_any = decimal->is_any || at > begin;
	decimal->digits = digits;
	decimal->kept = kept;
	return at;
}

/* Reads what may stand behind LETTER, if it is there, and adds it to *EXPONENT. NULL when it has no digit. */
static const char *take_exponent(const char *at, char letter, int64_t *exponent)
{
	static const int64_t limit = INT64_C(1000000000000); /* beyond every number of digits */
	bool is_negative = false;
	int64_t sum = 0;

	if ((*at | 0x20) != letter)
		return at;
	at++;
	if (*at == '-' || *at == '+')
		is_negative = *at++ == '-';
	if (*at < '0' || *at > '9')
		return NULL;
	for (; *at >= '0' && *at <= '9'; at++)
		sum = sum < limit ? sum * 10 + (*at - '0') : sum;
	*exponent += is_negative ? -sum : sum;
	return at;
}

static enum float_result parse_decimal(const char *text, const char *end, double *value)
{
	struct decimal decimal = { 0 };
	const char *at = take_digits(&decimal, text, end, false);
	double next;

	if (*at == '.')
		at = take_digits(&decimal, at + 1, end, true);
	if (!decimal.is_any)
		return FLOAT_MALFORMED;
	at = take_exponent(at, 'e', &decimal.point);
	if (at != end)
		return FLOAT_MALFORMED;
	int64_t exponent = decimal.point - decimal.kept;
	bool is_known = convert(decimal.digits, exponent, value);
	if (is_known && decimal.is_cut) /* the truth lies between these two */
		is_known = convert(decimal.digits + 1, exponent, &next) && next <= *value;
	if (!is_known)
		*value = convert_exactly(&decimal, text);
	return isinf(*value) ? FLOAT_OVERFLOW : FLOAT_OK;
}

/* Hex digits as far as they go: those beyond 64 bits only make IS_MORE. EXPONENT counts bits. */
static const char *take_hex(const char *at, bool is_fraction, uint64_t *mantissa, int64_t *exponent, bool *is_more)
{
	for (;; at++) {
		int digit = number_digit(*at);

		if (digit < 0 || digit > 15)
			return at;
		if (*mantissa >> 60 == 0) {
			*mantissa = *mantissa << 4 | (unsigned)digit;
			*exponent -= is_fraction ? 4 : 0;
		} else {
			*is_more = *is_more || digit != 0;
			*exponent += is_fraction ? 0 : 4;
		}
	}
}

static enum float_result parse_hex(const char *text, const char *end, double *value)
{
	uint64_t mantissa = 0;
	int64_t exponent = 0;
	bool is_more = false;
	const char *at = take_hex(text, false, &mantissa, &exponent, &is_more);
	bool is_any = at > text;

	if (*at == '.') {
		const char *fraction = at + 1;

		at = take_hex(fraction, true, &mantissa, &exponent, &is_more);
		is_any = is_any || at > fraction;
	}
	if (!is_any)
		return FLOAT_MALFORMED;
	at = take_exponent(at, 'p', &exponent);
	if (at != end)
		return FLOAT_MALFORMED;
	if (mantissa == 0 || exponent < -2000) {
		*value = 0;
		return FLOAT_OK;
	}
	int zeros = leading_zeros(mantissa);
	int binary = exponent > 2000 ? 2000 : (int)exponent - zeros;
	*value = double_from(float_assemble(float_layout_of(8), mantissa << zeros, binary, is_more));
	return isinf(*value) ? FLOAT_OVERFLOW : FLOAT_OK;
}

static bool is_word(const char *text, const char *end, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(end - text) == length && strncasecmp(text, word, length) == 0;
}

static enum float_result parse_magnitude(const char *text, const char *end, double *value)
{
	if (text[0] == '0' && (text[1] | 0x20) == 'x')
		return parse_hex(text + 2, end, value);
	if ((*text >= '0' && *text <= '9') || *text == '.')
		return parse_decimal(text, end, value);
	if (is_word(text, end, "inf") || is_word(text, end, "infinity")) {
		*value = (double)INFINITY;
		return FLOAT_OK;
	}
	if (is_word(text, end, "nan")) {
		*value = (double)NAN;
		return FLOAT_OK;
	}
	return FLOAT_MALFORMED;
}

enum float_result float_parse(const char *text, const char *end, double *value)
{
	bool is_negative = text < end && *text == '-';
	double magnitude = 0;
	enum float_result result;

	if (text < end && (*text == '-' || *text == '+'))
		text++;
	if (text == end)
		return FLOAT_MALFORMED;
	result = parse_magnitude(text, end, &magnitude);
	if (result == FLOAT_OK)
		*value = with_sign(magnitude, is_negative);
	return result;
}

const char *float_read_plain(const char *at, const char *begin, const char *end, double *value)
{
	bool is_negative = *at == '-';
	uint64_t digits = 0;
	const char *whole = at + is_negative;
	const char *behind = digits_read(whole, begin, end, &digits);
	ptrdiff_t count = behind - whole;
	ptrdiff_t decimals = 0;

	if (count > 0 && *behind == '.') {
		const char *fraction = behind + 1;

		behind = digits_read(fraction, begin, end, &digits);
		decimals = behind - fraction;
	}
	if (count == 0 || count + decimals > DIGITS_READ_MAX || !convert(digits, -decimals, value))
		return NULL;
	*value = with_sign(*value, is_negative);
	return behind;
}

/* A double's bits as those of a narrower LAYOUT, without the sign. */
static uint64_t narrow(uint64_t bits, struct float_layout layout)
{
	uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
	int exponent = (int)(bits >> 52 & 0x7ff);

	if (exponent == 0x7ff) {
		uint64_t infinity = ((UINT64_C(1) << layout.exponent_bits) - 1) << layout.fraction_bits;

		return fraction == 0 ? infinity : infinity | UINT64_C(1) << (layout.fraction_bits - 1);
	}
	if (exponent == 0) /* far below what the narrower ones hold */
		return 0;
	return float_assemble(layout, fraction << 11 | UINT64_C(1) << 63, exponent - 1023 - 63, false);
}

enum float_result float_to_bits(double value, unsigned width, uint64_t *bits)
{
	struct float_layout layout = float_layout_of(width);
	uint64_t full;

	memcpy(&full, &value, sizeof full);
	if (width == 8) {
		*bits = full;
		return FLOAT_OK;
	}
	uint64_t narrowed = narrow(full, layout);
	if (isfinite(value) && narrowed == ((UINT64_C(1) << layout.exponent_bits) - 1) << layout.fraction_bits)
		return FLOAT_OVERFLOW;
	*bits = narrowed | (full >> 63) << (layout.fraction_bits + layout.exponent_bits);
	return FLOAT_OK;
}

double float_from_bits(uint64_t bits, unsigned width)
{
	struct float_layout layout = float_layout_of(width);
	uint64_t fraction = bits & ((UINT64_C(1) << layout.fraction_bits) - 1);
	int exponent = (int)(bits >> layout.fraction_bits & ((UINT64_C(1) << layout.exponent_bits) - 1));
	uint64_t sign = bits >> (layout.fraction_bits + layout.exponent_bits) << 63;
	double value;

	if (width == 8)
		return double_from(bits);
	if (exponent == (1 << layout.exponent_bits) - 1)
		return double_from(sign | UINT64_C(0x7ff) << 52 | fraction << (52 - layout.fraction_bits));
	if (exponent == 0)
		value = ldexp((double)fraction, 1 - float_bias(layout) - layout.fraction_bits);
	else
		value = double_from((uint64_t)(exponent - float_bias(layout) + 1023) << 52 |
		                    fraction << (52 - layout.fraction_bits));
	return sign != 0 ? -value : value;
}
