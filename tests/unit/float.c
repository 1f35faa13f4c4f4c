/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Floats as text and as bits, against the C library and by force. */
#include "platform.h"

#include "bytes/float.h"

#include "tap.h"

#include <math.h>
#include <stdlib.h>

static uint64_t state = 88172645463325252U;

/* Marsaglia's xorshift: the same numbers on each run. */
static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits;
}

static void check_write(double value, unsigned width, const char *wanted)
{
	char text[FLOAT_TEXT_MAX + 1];
	uint64_t bits = 0;

	CHECK_INT(float_to_bits(value, width, &bits), FLOAT_OK);
	*float_write(text, bits, width) = '\0';
	CHECK_TEXT(text, wanted);
}

static void check_read(const char *text, enum float_result wanted, double value)
{
	double got = 4711;
	enum float_result result = float_parse(text, text + strlen(text), &got);
	bool good = result == wanted && bits_of(got) == bits_of(wanted == FLOAT_OK ? value : 4711);

	if (!tap_check(good, __FILE__, __LINE__, text))
		printf("# result %d, %a\n", (int)result, got);
}

static void test_write(void)
{
	check_write(0, 8, "0");
	check_write(-0.0, 8, "-0");
	check_write(1, 8, "1");
	check_write(-1.5, 8, "-1.5");
	check_write(0.1, 8, "0.1");
	check_write(0.1, 4, "0.1");
	check_write(0.1, 2, "0.1");
	check_write(1.0 / 3, 8, "0.3333333333333333");
	check_write(1.0 / 3, 4, "0.33333334");
	check_write(1.0 / 3, 2, "0.3333");
	check_write(0.0001, 8, "0.0001");
	check_write(0.00001, 8, "1e-5");
	check_write(123456789012345680.0, 8, "1.2345678901234568e17");
	check_write(9007199254740992.0, 8, "9007199254740992");
	check_write(1e16, 8, "1e16");
	check_write(1e22, 8, "1e22");
	check_write(1e23, 8, "1e23");
	check_write(5e-324, 8, "5e-324");
	check_write(1.7976931348623157e308, 8, "1.7976931348623157e308");
	check_write(2.2250738585072014e-308, 8, "2.2250738585072014e-308");
	check_write(65504, 2, "65500");
	check_write(5.9604644775390625e-8, 2, "6e-8");
	check_write(3.4028234663852886e38, 4, "3.4028235e38");
	check_write(1e-45, 4, "1e-45");
	check_write((double)INFINITY, 2, "inf");
	check_write((double)-INFINITY, 4, "-inf");
	check_write((double)NAN, 8, "nan");
	check_write(7.038530691851209e-26, 4, "7.038530691851209e-26"); /* 7.038531e-26 would be read one off */
}

static void test_read(void)
{
	static const char *const malformed[] = { "", "-", "+", ".", "e5", "1e", "1e+", "--1", "1 ", " 1", "1.5.2", "0x",
		                                 "0x.", "0xp1", "0x1p", "infinit", "nan(1)", "1f", "1_0", "1,5", "-e1" };

	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
		check_read(malformed[i], FLOAT_MALFORMED, 0);
	check_read("5", FLOAT_OK, 5);
	check_read("-5.", FLOAT_OK, -5);
	check_read(".5", FLOAT_OK, 0.5);
	check_read("+1E+2", FLOAT_OK, 100);
	check_read("-0", FLOAT_OK, -0.0);
	check_read("0e999999999999999999999", FLOAT_OK, 0);
	check_read("1e-999999999999999999999", FLOAT_OK, 0);
	check_read("00000000000000000000000000000000001e0", FLOAT_OK, 1);
	check_read("INF", FLOAT_OK, (double)INFINITY);
	check_read("-infinity", FLOAT_OK, (double)-INFINITY);
	check_read("0x1.8p3", FLOAT_OK, 12);
	check_read("-0X.8", FLOAT_OK, -0.5);
	check_read("0x1.00000000000008p0", FLOAT_OK, 1);
	check_read("0x1.000000000000080000000000000000000001p0", FLOAT_OK, 1 + 0x1p-52);
	check_read("0x1p-1074", FLOAT_OK, 0x1p-1074);
	check_read("0x1p-1075", FLOAT_OK, 0);
	check_read("0x1p-9999", FLOAT_OK, 0);
	check_read("0x0p1", FLOAT_OK, 0);
	check_read("0x0.000p9999", FLOAT_OK, 0);
	check_read("0x1p9999", FLOAT_OVERFLOW, 0);
	check_read("0x10000000000000000000", FLOAT_OK, strtod("0x10000000000000000000", NULL)); /* more digits than are kept */
	check_read("0x1000000000000180000000001", FLOAT_OK, strtod("0x1000000000000180000000001", NULL));
	check_read("0x1000000000000080000000000", FLOAT_OK, strtod("0x1000000000000080000000000", NULL));
	check_read("0x1.00000000000008000000001", FLOAT_OK, strtod("0x1.00000000000008000000001", NULL));
	check_read("1.x", FLOAT_MALFORMED, 0);
	check_read("1.:", FLOAT_MALFORMED, 0);
	check_read("0x1.8p-1075", FLOAT_OK, 0x1p-1074);
	check_read("0x217b8c9e2a50.13p-1068", FLOAT_OK, 0x0.85ee3278a9405p-1022);
	check_read("0x1p1024", FLOAT_OVERFLOW, 0);
	check_read("1e309", FLOAT_OVERFLOW, 0);
	check_read("-1.8e308", FLOAT_OVERFLOW, 0);
	check_read("1.7976931348623158e308", FLOAT_OK, 1.7976931348623157e308);
	/* the middle between 1 and its neighbour, and a hair above */
	check_read("1.00000000000000011102230246251565404236316680908203125", FLOAT_OK, 1);
	check_read("1.00000000000000011102230246251565404236316680908203126", FLOAT_OK, 1 + 0x1p-52);
	/* middles that 128 bits of the power of ten do not decide, as one tenth has more, and one that they do */
	check_read("4503599627370497.5", FLOAT_OK, 4503599627370498.0);
	check_read("4503599627370496.5", FLOAT_OK, 4503599627370496.0);
	check_read("9007199254740993", FLOAT_OK, 9007199254740992.0);
	check_read("9007199254740995", FLOAT_OK, 9007199254740996.0);
	check_read("2.4703282292062327e-324", FLOAT_OK, 0);
	check_read("2.4703282292062328e-324", FLOAT_OK, 5e-324);
}

/* A digit 1,000 places on still decides. */
static void test_long(void)
{
	char text[1200] = "1.00000000000000011102230246251565404236316680908203125";

	memset(text + 55, '0', 1000);
	text[1055] = '\0';
	check_read(text, FLOAT_OK, 1);
	text[1054] = '1';
	check_read(text, FLOAT_OK, 1 + 0x1p-52);
}

static void test_narrow(void)
{
	uint64_t bits = 0;

	CHECK_INT(float_to_bits(65519.999, 2, &bits), FLOAT_OK);
	CHECK_INT((int64_t)bits, 0x7bff);
	CHECK_INT(float_to_bits(65520, 2, &bits), FLOAT_OVERFLOW);
	CHECK_INT(float_to_bits(3.4028235677973366e38, 4, &bits), FLOAT_OVERFLOW);
	CHECK_INT(float_to_bits(2049, 2, &bits), FLOAT_OK);
	CHECK_INT((int64_t)bits, 0x6800); /* a tie goes to the even one */
	CHECK_INT(float_to_bits(2.9802322387695312e-8, 2, &bits), FLOAT_OK);
	CHECK_INT((int64_t)bits, 0);
	CHECK_INT(float_to_bits((double)NAN, 2, &bits), FLOAT_OK);
	CHECK_INT((int64_t)bits & 0x7fff, 0x7e00);
}

/* Every half float: the text reads back. */
static void test_halves(void)
{
	int wrong = 0;

	for (uint64_t bits = 0; bits < 0x10000; bits++) {
		char text[FLOAT_TEXT_MAX + 1];
		char *end = float_write(text, bits, 2);
		double value = 0;
		uint64_t again = 0;

		*end = '\0';
		if (float_parse(text, end, &value) != FLOAT_OK || float_to_bits(value, 2, &again) != FLOAT_OK)
			wrong++;
		if ((bits & 0x7fff) <= 0x7c00 && (again != bits || bits_of(float_from_bits(again, 2)) != bits_of(float_from_bits(bits, 2))))
			wrong++;
	}
	CHECK_INT(wrong, 0);
}

static int count_digits(const char *text)
{
	int count = 0, last = 0;

	for (; *text != '\0' && *text != 'e'; text++) {
		if (*text >= '0' && *text <= '9' && (*text != '0' || count > 0)) {
			count++;
			if (*text != '0')
				last = count;
		}
	}
	return last;
}

/* The fewest digits that the C library reads back. */
static int fewest_digits(double value)
{
	char text[64];

	for (int digits = 1; digits < 17; digits++) {
		snprintf(text, sizeof text, "%.*e", digits - 1, value);
		if (bits_of(strtod(text, NULL)) == bits_of(value))
			return digits;
	}
	return 17;
}

/* Random doubles of every kind: read back by the C library, by us, and no digit too many. */
static void test_random_doubles(void)
{
	int wrong = 0, longer = 0;

	for (int i = 0; i < 60000; i++) {
		char text[FLOAT_TEXT_MAX + 1];
		uint64_t bits = i % 3 == 0 ? next_random() % 2047 << 52 : next_random();
		double value = float_from_bits(bits, 8);
		double back = 0;

		if (i % 3 == 1)
			value = (double)(next_random() % 100000000) / 1000;
		if (!isfinite(value))
			continue;
		char *end = float_write(text, bits_of(value), 8);
		*end = '\0';
		if (bits_of(strtod(text, NULL)) != bits_of(value) || float_parse(text, end, &back) != FLOAT_OK ||
		    bits_of(back) != bits_of(value))
			wrong++;
		if (value != 0 && count_digits(text) > fewest_digits(value))
			longer++;
	}
	CHECK_INT(wrong, 0);
	CHECK_INT(longer, 0);
}

/* Random decimal texts: read as the C library reads them. */
static void test_random_texts(void)
{
	int wrong = 0;

	for (int i = 0; i < 100000; i++) {
		char text[96];
		double got = 0;

		snprintf(text, sizeof text, "%llu%s%llue%d", (unsigned long long)(next_random() >> next_random() % 64),
		         i & 1 ? "." : "", (unsigned long long)(next_random() >> next_random() % 64),
		         (int)(next_random() % 700) - 360);
		double wanted = strtod(text, NULL);
		enum float_result result = float_parse(text, text + strlen(text), &got);
		if (isinf(wanted) ? result != FLOAT_OVERFLOW : result != FLOAT_OK || bits_of(got) != bits_of(wanted)) {
			wrong++;
			printf("# %s\n", text);
		}
	}
	CHECK_INT(wrong, 0);
}

/* The short cut for TEXT: it takes the first COUNT characters, 0 for none, and gives what float_parse gives. */
static void check_plain(const char *text, int64_t count)
{
	size_t length = strlen(text);
	char *line = malloc(length + 1); /* exactly: a sanitizer sees what is read beyond */
	char word[64];
	double value = 0, wanted = 0;

	if (line == NULL)
		abort();
	memcpy(line, text, length);
	line[length] = '\n';
	const char *end = float_read_plain(line, line, line + length, &value);
	int64_t taken = end == NULL ? 0 : end - line;
	snprintf(word, sizeof word, "%.*s", (int)taken, text);
	if (taken > 0)
		CHECK_INT(float_parse(word, word + strlen(word), &wanted), FLOAT_OK);
	if (!tap_check(taken == count && bits_of(value) == bits_of(wanted), __FILE__, __LINE__, text))
		printf("# %a, %" PRId64 " characters\n", value, taken);
	free(line);
}

static void test_plain(void)
{
	check_plain("1", 1);
	check_plain("-1.5", 4);
	check_plain("-0", 2);
	check_plain("-0.0 7", 4);
	check_plain("1. ", 2);
	check_plain("1.5e3", 3); /* the caller sees that the word goes on */
	check_plain("71764.00861337851 9", 17);
	check_plain("-210353.00715365296", 19);
	check_plain("9007199254740993", 16); /* 2^53 + 1: a tie */
	check_plain("562949953421313.5", 17);
	check_plain("0.0000000000000000001", 0);
	check_plain("0.000000000000000001", 20); /* 19 digits, no more */
	check_plain("1234567890123456789.", 20);
	check_plain("12345678901234567890", 0);
	check_plain("", 0);
	check_plain("-", 0);
	check_plain(".5", 0);
	check_plain("+1", 0);
	check_plain("inf", 0);
	for (int i = 0; i < 2000; i++) {
		char text[FLOAT_TEXT_MAX + 1] = "";
		double value = (double)(int64_t)next_random() / (double)(UINT64_C(1) << (next_random() % 60));

		*float_write(text, bits_of(value), 8) = '\0';
		if (strchr(text, 'e') == NULL && strlen(text) < 18)
			check_plain(text, (int64_t)strlen(text));
	}
}

int main(void)
{
	test_write();
	test_read();
	test_plain();
	test_long();
	test_narrow();
	test_halves();
	test_random_doubles();
	test_random_texts();
	return tap_end();
}
