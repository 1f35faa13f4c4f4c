/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See power.h. A power of ten has the fraction of the same power of five. Positive ones by multiplying by
 * five again and again, negative ones by dividing a large power of two: rounding down after each division
 * gives the same as rounding down once. */
#include "platform.h"

#include "bytes/power.h"

#include <stddef.h>
#include <string.h>

/* 5^342 has 795 bits; what is left of 2^992 after dividing by it has more than 128. */
enum { WORDS = 31 };

static struct power table[POWER_GREATEST - POWER_LEAST + 1];

/* A number of WORDS 32-bit digits, the least significant first. */
struct number {
	uint32_t digits[WORDS];
};

static void multiply_by_five(struct number *number)
{
	uint64_t carry = 0;

	for (size_t i = 0; i < WORDS; i++) {
		carry += (uint64_t)number->digits[i] * 5;
		number->digits[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static void divide_by_five(struct number *number)
{
	uint64_t rest = 0;

	for (size_t i = WORDS; i-- > 0;) {
		rest = rest << 32 | number->digits[i];
		number->digits[i] = (uint32_t)(rest / 5);
		rest %= 5;
	}
}

/* The 64 bits of NUMBER that begin SKIP bits below the top bit of its digit TOP; zeros behind the last. */
static uint64_t take_bits(const struct number *number, size_t top, unsigned skip)
{
	uint64_t digits[3] = { 0 };
	size_t first = skip / 32;

	for (size_t i = 0; i < 3 && first + i <= top; i++)
		digits[i] = number->digits[top - first - i];
	skip %= 32;
	return (digits[0] << 32 | digits[1]) << skip | digits[2] >> (32 - skip);
}

static struct power leading_bits(const struct number *number)
{
	size_t top = WORDS - 1;
	unsigned zeros = 0;

	while (number->digits[top] == 0)
		top--;
	while ((number->digits[top] << zeros & 0x80000000U) == 0)
		zeros++;
	return (struct power){ take_bits(number, top, zeros), take_bits(number, top, zeros + 64) };
}

static void fill_table(void)
{
	struct number number = { .digits = { 1 } };

	for (int n = 0; n <= POWER_GREATEST; n++) {
		table[n - POWER_LEAST] = leading_bits(&number);
		multiply_by_five(&number);
	}
	memset(&number, 0, sizeof number);
	number.digits[WORDS - 1] = 1;
	for (int n = -1; n >= POWER_LEAST; n--) {
		divide_by_five(&number);
		table[n - POWER_LEAST] = leading_bits(&number);
	}
}

const struct power *power_of_ten(int n)
{
	if (table[0].high == 0)
		fill_table();
	return &table[n - POWER_LEAST];
}
