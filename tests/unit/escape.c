/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Escapes, hex digits and UTF-8. */
#include "platform.h"

#include "bytes/escape.h"
#include "bytes/hex.h"
#include "bytes/utf8.h"

#include "tap.h"

#include <stdlib.h>

static void check_decode(const char *text, const char *wanted, ptrdiff_t length)
{
	unsigned char out[64];
	size_t bad = 99;
	ptrdiff_t got = escape_decode(text, strlen(text), out, &bad);

	tap_check(got == length && memcmp(out, wanted, (size_t)length) == 0, __FILE__, __LINE__, text);
	tap_check(escape_decode(text, strlen(text), NULL, &bad) == length, __FILE__, __LINE__, "checked alone");
}

static void check_refused(const char *text, size_t position)
{
	unsigned char out[64];
	size_t bad = 99;
	ptrdiff_t got = escape_decode(text, strlen(text), out, &bad);

	tap_check(got == -1 && bad == position, __FILE__, __LINE__, text);
}

static void test_decode(void)
{
	check_decode("", "", 0);
	check_decode("plain \xc3\xa9", "plain \xc3\xa9", 8);
	check_decode("\\n\\r\\t\\a\\b\\f\\v\\\\\\\"", "\n\r\t\a\b\f\v\\\"", 9);
	check_decode("\\0", "\0", 1);
	check_decode("\\0010", "\1" "0", 2);
	check_decode("\\18", "\1" "8", 2);
	check_decode("\\377\\x00\\xFf\\x41g", "\377\0\377Ag", 5);
	check_decode("\\\\x41", "\\x41", 4);
	check_refused("\\", 0);
	check_refused("ab\\", 2);
	check_refused("\\400", 0);
	check_refused("\\777", 0);
	check_refused("\\x", 0);
	check_refused("\\x4", 0);
	check_refused("a\\x4g", 1);
	check_refused("a\\x4/", 1);
	check_refused("a\\xg4", 1);
	check_refused("a\\x/4", 1);
	check_refused("\\q", 0);
	check_refused("\\'", 0);
	check_refused("\\8", 0);
}

static void test_encode(void)
{
	unsigned char bytes[256];
	unsigned char back[256];
	char text[4 * 256 + 1];
	size_t bad;

	for (unsigned i = 0; i < 256; i++)
		bytes[i] = (unsigned char)i;
	char *end = escape_encode(text, bytes, 256);
	CHECK(escape_decode(text, (size_t)(end - text), back, &bad) == 256 && memcmp(bytes, back, 256) == 0);
	*escape_encode(text, (const unsigned char *)"a\"\\\n\0\x7f\xff z", 9) = '\0';
	CHECK_TEXT(text, "a\\\"\\\\\\x0a\\x00\\x7f\\xff z");
	end = escape_encode_letters(text, bytes, 256);
	CHECK(escape_decode(text, (size_t)(end - text), back, &bad) == 256 && memcmp(bytes, back, 256) == 0);
	*escape_encode_letters(text, (const unsigned char *)"a\"\\\n\r\t\0\x7f", 8) = '\0';
	CHECK_TEXT(text, "a\\\"\\\\\\n\\r\\t\\x00\\x7f");
	memcpy(text, "\\x41\\x42", 8);
	CHECK(escape_decode(text, 8, (unsigned char *)text, &bad) == 2 && memcmp(text, "AB", 2) == 0);
}

static void test_hex(void)
{
	struct hex_decoder decoder = { .pending = -1 };
	unsigned char out[8];
	char text[16];
	size_t bad = 99;

	*hex_encode(text, (const unsigned char *)"\x00\xff\x1a", 3) = '\0';
	CHECK_TEXT(text, "00ff1a");
	CHECK_INT(hex_decode(&decoder, "0 0\nFf 1", 8, out, &bad), 2);
	CHECK_INT(decoder.pending, 1);
	CHECK_INT(hex_decode(&decoder, "a", 1, out + 2, &bad), 1);
	CHECK(memcmp(out, "\x00\xff\x1a", 3) == 0);
	CHECK_INT(decoder.pending, -1);
	CHECK(hex_decode(&decoder, "00g0", 4, out, &bad) == -1 && bad == 2);
	CHECK(hex_decode(&decoder, "0x00", 4, out, &bad) == -1 && bad == 1);
}

static void check_utf8(const char *text, bool wanted)
{
	tap_check(utf8_is_valid((const unsigned char *)text, strlen(text)) == wanted, __FILE__, __LINE__, "utf8");
}

static void test_utf8(void)
{
	check_utf8("", true);
	check_utf8("a\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", true);
	check_utf8("\x80", false);
	check_utf8("\xc0\x80", false);
	check_utf8("\xc1\xbf", false);
	check_utf8("\xe0\x9f\xbf", false);
	check_utf8("\xed\xa0\x80", false);
	check_utf8("\xf0\x8f\xbf\xbf", false);
	check_utf8("\xf4\x90\x80\x80", false);
	check_utf8("\xf5\x80\x80\x80", false);
	check_utf8("\xe2\x82", false);
	check_utf8("\xe2\x82g", false);
	CHECK_INT((int64_t)utf8_sequence((const unsigned char *)"a", 0), 0);
	CHECK_INT((int64_t)utf8_sequence((const unsigned char *)"\0", 1), 1);
	CHECK_INT((int64_t)utf8_sequence((const unsigned char *)"\xe2\x82\xac", 3), 3);
	CHECK_INT((int64_t)utf8_sequence((const unsigned char *)"\xe2\x82\xac", 2), 0);
}

int main(void)
{
	test_decode();
	test_encode();
	test_hex();
	test_utf8();
	return tap_end();
}
