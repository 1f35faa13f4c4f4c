/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See float.h: from bits to text. The shortest digits come from Schubfach, whose name for a number's
 * neighbourhood this file keeps: v, between the left and right borders vl and vr, all in units of a power of ten. */
#include "platform.h"

#include "bytes/float.h"

#include "bytes/float_bits.h"
#include "bytes/number.h"
#include "bytes/power.h"

#include <stddef.h>
#include <string.h>

/* DIGITS * 10^EXPONENT. */
struct decimal {
	uint64_t digits;
	int exponent;
};

/* POWER * COUNT / 2^128, the last bit set when anything was dropped that an error of one in POWER cannot have
 * made ("rounded to odd"). */
static uint64_t round_to_odd(struct power power, uint64_t count)
{
	uint64_t low, unused;
	uint64_t high = float_multiply(power.high, count, &low);
	uint64_t carry = float_multiply(power.low, count, &unused);

	low += carry;
	high += low < carry;
	return high | (low > 1);
}

/* 10 to the N, rounded up. */
static struct power power_above(int n)
{
	struct power power = *power_of_ten(n);

	if (!power_is_exact(n)) {
		power.low++;
		power.high += power.low == 0;
	}
	return power;
}

/* The shortest decimal that lies nearer to MANTISSA * 2^EXPONENT than to any neighbour, and of the shortest ones the
 * nearest, but for zeros at its end. IS_CLOSE: the neighbour below is at half the distance. MANTISSA is not 0. */
static struct decimal shortest(uint64_t mantissa, int exponent, bool is_close)
{
	/* The decimal logarithm of 2^exponent, or of three quarters of it, rounded down. */
	int k = (int)(((int64_t)exponent * 1262611 - (is_close ? 524031 : 0)) >> 22);
	int shift = exponent + power_exponent(-k) + 1;
	struct power power = power_above(-k);
	uint64_t odd = mantissa & 1; /* only an even number's borders belong to it */
	uint64_t v = round_to_odd(power, mantissa << 2 << shift);
	uint64_t vl = round_to_odd(power, ((mantissa << 2) - 2 + is_close) << shift) + odd;
	uint64_t vr = round_to_odd(power, ((mantissa << 2) + 2) << shift) - odd;
	uint64_t floor = v / 4;

	if (floor >= 10) {
		uint64_t tens = floor / 10;
		bool is_below_in = vl <= 40 * tens;
		bool is_above_in = 40 * tens + 40 <= vr;

		if (is_below_in != is_above_in)
			return (struct decimal){ tens + is_above_in, k + 1 };
	}
	bool is_below_in = vl <= 4 * floor;
	bool is_above_in = 4 * floor + 4 <= vr;
	if (is_below_in != is_above_in)
		return (struct decimal){ floor + is_above_in, k };
	uint64_t middle = 4 * floor + 2;
	bool is_up = v > middle || (v == middle && (floor & 1) != 0);
	return (struct decimal){ floor + is_up, k };
}

static struct decimal without_zeros(struct decimal decimal)
{
	while (decimal.digits % 100 == 0) {
		decimal.digits /= 100;
		decimal.exponent += 2;
	}
	if (decimal.digits % 10 == 0) {
		decimal.digits /= 10;
		decimal.exponent++;
	}
	return decimal;
}

/* The digits of a finite number that is not zero, without its sign. */
static struct decimal to_decimal(uint64_t fraction, int biased, struct float_layout layout)
{
	int exponent = (biased == 0 ? 1 : biased) - float_bias(layout) - layout.fraction_bits;
	uint64_t mantissa = biased == 0 ? fraction : fraction | UINT64_C(1) << layout.fraction_bits;

	/* Integers below 2^53 are their own shortest digits. */
	if (exponent <= 0 && exponent > -layout.fraction_bits - 1 &&
	    (mantissa & ((UINT64_C(1) << -exponent) - 1)) == 0)
		return without_zeros((struct decimal){ mantissa >> -exponent, 0 });
	return without_zeros(shortest(mantissa, exponent, fraction == 0 && biased > 1));
}

static char *write_zeros(char *out, int count)
{
	memset(out, '0', (size_t)count);
	return out + count;
}

/* Writes DIGITS, LENGTH of them, with a point after WHOLE of them. */
static char *write_pointed(char *out, const char *digits, int length, int whole)
{
	memcpy(out, digits, (size_t)whole);
	out[whole] = '.';
	memcpy(out + whole + 1, digits + whole, (size_t)(length - whole));
	return out + length + 1;
}

static char *write_decimal(char *out, struct decimal decimal)
{
	char digits[NUMBER_TEXT_MAX];
	int length = (int)(number_write_unsigned(digits, decimal.digits) - digits);
	int point = length + decimal.exponent; /* digits before the point */

	if (point > 16 || point < -3) {
		if (length == 1)
			*out++ = *digits;
		else
			out = write_pointed(out, digits, length, 1);
		*out++ = 'e';
		return number_write_signed(out, point - 1);
	}
	if (point <= 0) {
		memcpy(out, "0.", 2);
		out = write_zeros(out + 2, -point);
		memcpy(out, digits, (size_t)length);
		return out + length;
	}
	if (point < length)
		return write_pointed(out, digits, length, point);
	memcpy(out, digits, (size_t)length);
	return write_zeros(out + length, point - length);
}

/* Does the text of a float, which is read as a double first, come back as BITS? For a few floats in all it lies so near
 * to the middle between two of them that the double is that middle, and is rounded the wrong way then. */
static bool reads_back(const char *text, const char *end, uint64_t bits)
{
	double value = 0;
	uint64_t again = 0;

	return float_parse(text, end, &value) == FLOAT_OK && float_to_bits(value, 4, &again) == FLOAT_OK &&
	       again == bits;
}

static char *write_finite(char *out, uint64_t bits, unsigned width)
{
	struct float_layout layout = float_layout_of(width);
	uint64_t fraction = bits & ((UINT64_C(1) << layout.fraction_bits) - 1);
	int biased = (int)(bits >> layout.fraction_bits);
	uint64_t wide;

	if (bits == 0) {
		*out = '0';
		return out + 1;
	}
	char *end = write_decimal(out, to_decimal(fraction, biased, layout));
	*end = '\0';
	if (width != 4 || reads_back(out, end, bits))
		return end;
	float_to_bits(float_from_bits(bits, width), 8, &wide);
	return write_finite(out, wide, 8);
}

char *float_write(char *out, uint64_t bits, unsigned width)
{
	struct float_layout layout = float_layout_of(width);
	uint64_t sign = UINT64_C(1) << (layout.fraction_bits + layout.exponent_bits);
	uint64_t infinity = sign - (UINT64_C(1) << layout.fraction_bits);

	if ((bits & ~sign) > infinity)
		return stpcpy(out, "nan");
	if ((bits & sign) != 0)
		*out++ = '-';
	if ((bits & ~sign) == infinity)
		return stpcpy(out, "inf");
	return write_finite(out, bits & ~sign, width);
}
