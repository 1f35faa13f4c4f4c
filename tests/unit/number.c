/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Integers as text. */
#include "platform.h"

#include "bytes/number.h"

#include "tap.h"

#include <stddef.h>

/* Reads TEXT and checks result and value; what is not a number leaves the value alone. */
static void check_unsigned(const char *text, enum number_result wanted, uint64_t value)
{
	uint64_t got = 4711;
	char what[160];

	snprintf(what, sizeof what, "unsigned '%s'", text);
	bool good = number_parse_unsigned(text, &got) == wanted && got == (wanted == NUMBER_OK ? value : 4711);
	tap_check(good, __FILE__, __LINE__, what);
}

static void check_signed(const char *text, enum number_result wanted, uint64_t magnitude, bool negative)
{
	uint64_t got = 4711;
	bool minus = false;
	char what[160];

	snprintf(what, sizeof what, "signed '%s'", text);
	bool good = number_parse_signed(text, &got, &minus) == wanted;
	if (wanted == NUMBER_OK)
		good = good && got == magnitude && minus == negative;
	tap_check(good, __FILE__, __LINE__, what);
}

static void test_unsigned(void)
{
	check_unsigned("0", NUMBER_OK, 0);
	check_unsigned("10", NUMBER_OK, 10);
	check_unsigned("010", NUMBER_OK, 10);
	check_unsigned("0000000000000000000000000000010", NUMBER_OK, 10);
	check_unsigned("0x1f", NUMBER_OK, 31);
	check_unsigned("0X1F", NUMBER_OK, 31);
	check_unsigned("0o17", NUMBER_OK, 15);
	check_unsigned("0O17", NUMBER_OK, 15);
	check_unsigned("0b101", NUMBER_OK, 5);
	check_unsigned("0B101", NUMBER_OK, 5);
	check_unsigned("0x00000000000000000000ff", NUMBER_OK, 255);
	check_unsigned("18446744073709551615", NUMBER_OK, UINT64_MAX);
	check_unsigned("0xffffffffffffffff", NUMBER_OK, UINT64_MAX);
	check_unsigned("18446744073709551616", NUMBER_OVERFLOW, 0);
	check_unsigned("0x10000000000000000", NUMBER_OVERFLOW, 0);
	check_unsigned("99999999999999999999999999999999999999", NUMBER_OVERFLOW, 0);

	static const char *const malformed[] = { "", " ", " 1", "1 ", "+1", "-1", "0x", "0o", "0b", "0xg", "0o8", "0b2",
		                                 "1e3", "1.0", "1\t", "x", "0x 1", "1,000", "1_000", "٣", "0x-1", "--1",
		                                 "99999999999999999999999999999999999999x" };
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
		check_unsigned(malformed[i], NUMBER_MALFORMED, 0);
}

static void test_signed(void)
{
	check_signed("5", NUMBER_OK, 5, false);
	check_signed("+5", NUMBER_OK, 5, false);
	check_signed("-5", NUMBER_OK, 5, true);
	check_signed("-0", NUMBER_OK, 0, false);
	check_signed("-0x80", NUMBER_OK, 128, true);
	check_signed("-18446744073709551615", NUMBER_OK, UINT64_MAX, true);
	check_signed("-18446744073709551616", NUMBER_OVERFLOW, 0, false);
	check_signed("--5", NUMBER_MALFORMED, 0, false);
	check_signed("+-5", NUMBER_MALFORMED, 0, false);
	check_signed("-", NUMBER_MALFORMED, 0, false);
	check_signed("+", NUMBER_MALFORMED, 0, false);
	check_signed("- 5", NUMBER_MALFORMED, 0, false);
}

static void test_digits(void)
{
	uint64_t value = 0;
	const char *end;

	CHECK_INT(number_parse_digits("64k", 10, &value, &end), NUMBER_OK);
	CHECK_INT((int64_t)value, 64);
	CHECK_TEXT(end, "k");
	CHECK_INT(number_parse_digits("zZ9", 36, &value, &end), NUMBER_OK);
	CHECK_INT((int64_t)value, 35 * 36 * 36 + 35 * 36 + 9);
	CHECK_TEXT(end, "");
	CHECK_INT(number_parse_digits("k", 10, &value, &end), NUMBER_MALFORMED);
	CHECK_TEXT(end, "k");
	CHECK_INT(number_parse_digits("99999999999999999999;", 10, &value, &end), NUMBER_OVERFLOW);
	CHECK_TEXT(end, ";");
}

/* A word within a longer text ends where it is said to end. */
static void test_words(void)
{
	static const char text[] = "12 -0x1f 9x";
	uint64_t magnitude = 0;
	bool negative = false;

	CHECK_INT(number_parse_word(text, text + 2, &magnitude, &negative), NUMBER_OK);
	CHECK(magnitude == 12 && !negative);
	CHECK_INT(number_parse_word(text + 3, text + 8, &magnitude, &negative), NUMBER_OK);
	CHECK(magnitude == 31 && negative);
	CHECK_INT(number_parse_word(text + 9, text + 11, &magnitude, &negative), NUMBER_MALFORMED);
	CHECK_INT(number_parse_word(text, text + 5, &magnitude, &negative), NUMBER_MALFORMED);
	CHECK_INT(number_parse_word(text + 3, text + 3, &magnitude, &negative), NUMBER_MALFORMED);
}

/* Numbers of every length, at both ends of it, as the C library writes them. */
static void test_write(void)
{
	char text[NUMBER_TEXT_MAX + 1];
	char wanted[32];
	int wrong = 0;

	for (uint64_t power = 1;; power *= 10) {
		for (uint64_t value = power - 1; value <= power + 1; value++) {
			*number_write_unsigned(text, value) = '\0';
			snprintf(wanted, sizeof wanted, "%" PRIu64, value);
			wrong += strcmp(text, wanted) != 0;
			*number_write_signed(text, -(int64_t)(value / 2)) = '\0';
			snprintf(wanted, sizeof wanted, "%" PRId64, -(int64_t)(value / 2));
			wrong += strcmp(text, wanted) != 0;
		}
		if (power == 10000000000000000000U)
			break;
	}
	for (unsigned value = 0; value < 200000; value++) {
		*number_write_unsigned(text, value) = '\0';
		snprintf(wanted, sizeof wanted, "%u", value);
		wrong += strcmp(text, wanted) != 0;
	}
	CHECK_INT(wrong, 0);
	*number_write_signed(text, INT64_MIN) = '\0';
	CHECK_TEXT(text, "-9223372036854775808");
	*number_write_unsigned(text, UINT64_MAX) = '\0';
	CHECK_TEXT(text, "18446744073709551615");
}

int main(void)
{
	test_words();
	test_write();
	test_unsigned();
	test_signed();
	test_digits();
	CHECK_INT(number_digit('0'), 0);
	CHECK_INT(number_digit('f'), 15);
	CHECK_INT(number_digit('Z'), 35);
	CHECK_INT(number_digit('/'), -1);
	CHECK_INT(number_digit('\xe4'), -1);
	return tap_end();
}
