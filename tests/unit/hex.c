/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of the hex view. */
#include "platform.h"

#include "view/hex.h"

#include "tap.h"

#include <stdlib.h>

static const char clock_text[] = "12:34:56.789";

static const char *format(const char *bytes, size_t count, uint64_t offset, bool color)
{
	static char text[HEX_LINE_MAX];
	struct hex_line line = { clock_text, '>', offset, (const unsigned char *)bytes, count };

	size_t length = hex_format_line(&line, color, text);

	CHECK_INT((int64_t)length, (int64_t)strlen(text));
	return text;
}

static void test_plain(void)
{
	CHECK_TEXT(format("Hello world\n\0\x7f\x80\xff", 16, 0x10, false),
	           "12:34:56.789 > 000010 4865 6c6c 6f20 776f 726c 640a 007f 80ff  Hello world.....\n");
	CHECK_TEXT(format("abc", 3, 0, false), "12:34:56.789 > 000000 6162 63                                  abc\n");
	CHECK_TEXT(format("~ !", 3, 0xffffff, false), "12:34:56.789 > ffffff 7e20 21                                  ~ !\n");
	CHECK_TEXT(format("a", 1, 0x1000000, false), "12:34:56.789 > 1000000 61                                       a\n");
	CHECK(strstr(format("a", 1, UINT64_MAX, false), " ffffffffffffffff ") != NULL);
	/* 79 columns and the newline: a terminal of 80 does not wrap */
	CHECK_INT((int64_t)strlen(format("0123456789abcdef", 16, 0xffffff, false)), 80);
}

static void test_without_time(void)
{
	char text[HEX_LINE_MAX];
	struct hex_line line = { NULL, '<', 0, (const unsigned char *)"hi", 2 };

	hex_format_line(&line, false, text);
	CHECK_TEXT(text, "< 000000 6869                                     hi\n");
}

/* TEXT without its SGR sequences. */
static const char *strip(const char *text)
{
	static char plain[HEX_LINE_MAX];
	size_t length = 0;

	while (*text != '\0') {
		if (*text == '\x1b')
			text = strchr(text, 'm') + 1;
		else
			plain[length++] = *text++;
	}
	plain[length] = '\0';
	return plain;
}

static void test_color(void)
{
	static const char worst[] = "a\x01"
	                            "a\x01"
	                            "a\x01"
	                            "a\x01"
	                            "a\x01"
	                            "a\x01"
	                            "a\x01"
	                            "a\x01";
	char plain[HEX_LINE_MAX];

	/* each kind has its color, and the end of the line none */
	CHECK(strstr(format("\0", 1, 0, true), "\x1b[2m00\x1b[0m") != NULL);
	CHECK(strstr(format("\n", 1, 0, true), "\x1b[32m0a\x1b[0m") != NULL);
	CHECK(strstr(format("a", 1, 0, true), "\x1b[36m61\x1b[0m") != NULL);
	CHECK(strstr(format("\x1b", 1, 0, true), "\x1b[35m1b\x1b[0m") != NULL);
	CHECK(strstr(format("\x7f", 1, 0, true), "\x1b[35m7f\x1b[0m") != NULL);
	CHECK(strstr(format("\x80", 1, 0, true), "\x1b[33m80\x1b[0m") != NULL);
	CHECK(strstr(format("ab", 2, 0, true), "\x1b[36m6162 \x1b[0m") != NULL);
	CHECK(strstr(format("ab", 2, 0, true), "\x1b[36mab\x1b[0m\n") != NULL);

	/* and the text is that without color, also where the color changes with every byte */
	strcpy(plain, format(worst, 16, UINT64_MAX, false));
	CHECK_TEXT(strip(format(worst, 16, UINT64_MAX, true)), plain);
	CHECK(strlen(format(worst, 16, UINT64_MAX, true)) < HEX_LINE_MAX);
	CHECK(strchr(plain, '\x1b') == NULL);
}

static void test_time_and_heading(void)
{
	struct timespec moment = { .tv_sec = 86399, .tv_nsec = 7999999 };
	char text[HEX_TIME_MAX], line[HEX_LINE_MAX], name[1000];

	setenv("TZ", "UTC0", 1);
	tzset();
	CHECK_TEXT(hex_format_time(&moment, text), "23:59:59.007");
	hex_format_heading(text, "127.0.0.1:80", false, line);
	CHECK_TEXT(line, "23:59:59.007 127.0.0.1:80\n");
	hex_format_heading(text, "127.0.0.1:80", true, line);
	CHECK_TEXT(strip(line), "23:59:59.007 127.0.0.1:80\n");
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	CHECK(hex_format_heading(text, name, true, line) < HEX_LINE_MAX);
	CHECK(line[strlen(line) - 1] == '\n');
}

int main(void)
{
	test_plain();
	test_without_time();
	test_color();
	test_time_and_heading();
	return tap_end();
}
