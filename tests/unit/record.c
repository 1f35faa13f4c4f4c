/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records: the law that packing what was unpacked gives the bytes back, and what is refused. */
#include "platform.h"

#include "bytes/record.h"

#include "tap.h"

#include <stdlib.h>

static uint64_t state = 88172645463325252U;

static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Bytes that the law holds for: no NaN, truth values of 0 and 1, p's length within its bytes and zeros behind. */
static void fill(const struct format_field *field, unsigned char *record)
{
	unsigned char *at = record + field->offset;
	size_t count = field->count * field->width;

	for (size_t i = 0; i < count; i++) {
		at[i] = (unsigned char)next_random();
		if (field->kind == FORMAT_BOOL)
			at[i] &= 1;
		if (field->kind == FORMAT_FLOAT && i % field->width == (field->is_big ? 0 : field->width - 1))
			at[i] &= 0xbf; /* an exponent that is not the greatest */
	}
	if (field->kind == FORMAT_PASCAL && count > 0) {
		at[0] = (unsigned char)(at[0] % count);
		memset(at + 1 + at[0], 0, count - 1 - at[0]);
	}
}

/* Unpacks and packs ROUNDS random records of TEXT; returns how many did not come back. */
static int count_broken(const char *text, int rounds)
{
	struct format format;
	struct format_error error;
	int broken = 0;

	if (format_compile(&format, text, FORMAT_ORDER_GIVEN, &error) < 0)
		return -1;
	unsigned char *record = calloc(1, format.size + 1);
	unsigned char *again = calloc(1, format.size + 1);
	char *line = malloc(record_room(&format) + 1);
	for (int i = 0; record != NULL && again != NULL && line != NULL && i < rounds; i++) {
		struct record_fault fault;

		for (size_t f = 0; f < format.field_count; f++) {
			if (format.fields[f].kind != FORMAT_PAD)
				fill(&format.fields[f], record);
		}
		char *end = record_write(&format, NULL, record, line);
		*end = '\n';
		memset(again, 0xaa, format.size);
		if (record_pack_line(&format, line, end, again, &fault) < 0 || memcmp(record, again, format.size) != 0)
			broken++;
	}
	free(record);
	free(again);
	free(line);
	format_release(&format);
	return broken;
}

static void test_law(void)
{
	static const char *const orders[] = { "@", "=", "<", ">", "!" };
	static const char *const codes[] = { "c", "b", "B", "?", "h", "H", "i", "I", "l", "L", "q", "Q", "e", "f", "d",
		                             "s", "p", "x", "n", "N", "P" };
	char text[32];

	for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
		for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
			if (o > 0 && strchr("nNP", *codes[c]) != NULL)
				continue;
			snprintf(text, sizeof text, "%s%s 7%s", orders[o], codes[c], codes[c]);
			tap_check_int(count_broken(text, 300), 0, __FILE__, __LINE__, text);
		}
	}
	CHECK_INT(count_broken("@b3x?i5shd0l", 300), 0);
	CHECK_INT(count_broken("<300p300s", 300), 0);
}

/* Packs the line TEXT by FORMAT and checks the result, and for a good one the bytes. */
static void check_line(const char *format_text, const char *text, enum record_result wanted, size_t value,
                       const char *bytes)
{
	struct format format;
	struct format_error error;
	struct record_fault fault = { .result = RECORD_OK };
	unsigned char record[64];
	char line[128];
	char what[160];

	if (format_compile(&format, format_text, FORMAT_ORDER_GIVEN, &error) < 0)
		return;
	snprintf(line, sizeof line, "%s\n", text);
	snprintf(what, sizeof what, "%s: %s", format_text, text);
	int result = record_pack_line(&format, line, line + strlen(text), record, &fault);
	bool good = fault.result == wanted && (result == 0) == (wanted == RECORD_OK);
	if (wanted == RECORD_OK)
		good = good && memcmp(record, bytes, format.size) == 0;
	else
		good = good && fault.value == value;
	if (!tap_check(good, __FILE__, __LINE__, what))
		printf("# result %d, value %zu\n", (int)fault.result, fault.value);
	format_release(&format);
}

static void test_lines(void)
{
	check_line("<h", "-5", RECORD_OK, 0, "\xfb\xff");
	check_line("<h", " \t-0x8000\t ", RECORD_OK, 0, "\x00\x80");
	check_line(">Q", "18446744073709551615", RECORD_OK, 0, "\xff\xff\xff\xff\xff\xff\xff\xff");
	check_line(">Q", "00000000000000000000000000000000001", RECORD_OK, 0, "\0\0\0\0\0\0\0\1");
	check_line(">q", "-9223372036854775808", RECORD_OK, 0, "\x80\0\0\0\0\0\0\0");
	check_line(">q", "9223372036854775808", RECORD_OUT_OF_RANGE, 1, "");
	check_line(">Q", "18446744073709551616", RECORD_OUT_OF_RANGE, 1, "");
	check_line(">Q", "-1", RECORD_OUT_OF_RANGE, 1, "");
	check_line(">Q", "-0", RECORD_OK, 0, "\0\0\0\0\0\0\0\0");
	check_line("bB", "-128 256", RECORD_OUT_OF_RANGE, 2, "");
	check_line("bB", "-129 255", RECORD_OUT_OF_RANGE, 1, "");
	check_line("bB", "1", RECORD_TOO_FEW, 1, "");
	check_line("bB", "", RECORD_TOO_FEW, 0, "");
	check_line("bB", "1 2 3", RECORD_TOO_MANY, 3, "");
	check_line("bB", "1\r 2", RECORD_NO_INTEGER, 1, "");
	check_line("bB", "1 \"2\"", RECORD_NO_INTEGER, 2, "");
	check_line("b", "1.0", RECORD_NO_INTEGER, 1, "");
	check_line("?", "True", RECORD_NO_BOOL, 1, "");
	check_line("??", "true 0", RECORD_OK, 0, "\1\0");
	check_line("c", "\"ab\"", RECORD_NOT_ONE_BYTE, 1, "");
	check_line("c", "\"\\x00\"", RECORD_OK, 0, "\0");
	check_line("c", "\"\"", RECORD_NOT_ONE_BYTE, 1, "");
	check_line("4s", "\"a b\"", RECORD_OK, 0, "a b\0");
	check_line("4s", "bare", RECORD_OK, 0, "bare");
	check_line("2sb", "\"abc\" 7", RECORD_OK, 0, "ab\7");
	check_line("4p", "\"abcdef\"", RECORD_OK, 0, "\3abc");
	check_line("s", "\"a", RECORD_BAD_QUOTES, 1, "");
	check_line("s", "\"a\"b", RECORD_BAD_QUOTES, 1, "");
	check_line("s", "\"\\\"", RECORD_BAD_QUOTES, 1, "");
	check_line("s", "\"\\q\"", RECORD_BAD_ESCAPE, 1, "");
	check_line("<e", "65520", RECORD_OUT_OF_RANGE, 1, "");
	check_line("f", "1e39", RECORD_OUT_OF_RANGE, 1, "");
	check_line("d", "1e400", RECORD_OUT_OF_RANGE, 1, "");
	check_line("d", "one", RECORD_NO_FLOAT, 1, "");
	check_line("<d", "0x1.8p0", RECORD_OK, 0, "\0\0\0\0\0\0\xf8\x3f");
}

/* p beyond 255: all bytes are there, the length says 255, as Python does. */
static void test_long_pascal(void)
{
	struct format format;
	struct format_error error;
	struct record_fault fault;
	unsigned char record[300];
	char word[290];
	char *words[] = { word };

	memset(word, 'y', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	CHECK(format_compile(&format, "300p", FORMAT_ORDER_GIVEN, &error) == 0);
	CHECK(record_pack_words(&format, words, 1, record, &fault) == 0);
	CHECK(record[0] == 255 && record[289] == 'y' && record[290] == 0);
	format_release(&format);
}

static void test_rooms(void)
{
	struct format format;
	struct format_error error;

	CHECK(format_compile(&format, "9223372036854775807s", FORMAT_ORDER_GIVEN, &error) == 0);
	CHECK(record_room(&format) == SIZE_MAX);
	format_release(&format);
	CHECK(format_compile(&format, "9223372036854775807b", FORMAT_ORDER_GIVEN, &error) == 0);
	CHECK(record_room(&format) == SIZE_MAX);
	format_release(&format);
}

int main(void)
{
	test_law();
	test_lines();
	test_long_pascal();
	test_rooms();
	return tap_end();
}
