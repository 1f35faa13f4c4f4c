/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The filters of a stream, whole and in pieces: line ends, and what is shown on a terminal. */
#include "platform.h"

#include "bytes/crlf.h"
#include "bytes/visible.h"

#include "tap.h"

/* TEXT through FILTER in pieces of STEP bytes, then its end. */
static void check(size_t (*apply)(void *, const unsigned char *, size_t, unsigned char *), void *state, const char *text, size_t step, const char *wanted)
{
	char out[256];
	size_t count = strlen(text), length = 0;

	for (size_t start = 0; start < count; start += step)
		length += apply(state, (const unsigned char *)text + start, count - start < step ? count - start : step,
		                (unsigned char *)out + length);
	length += apply(state, NULL, 0, (unsigned char *)out + length);
	out[length] = '\0';
	tap_check_text(out, wanted, __FILE__, __LINE__, wanted);
}

static void check_crlf(const char *text, const char *wanted)
{
	for (size_t step = 1; step <= 3; step++)
		check(crlf_apply, &(struct crlf){ false }, text, step, wanted);
}

static void check_visible(const char *text, const char *wanted, uint64_t escaped)
{
	for (size_t step = 1; step <= 5; step++) {
		struct visible state = { .held_count = 0 };

		check(visible_apply, &state, text, step, wanted);
		CHECK_INT((int64_t)state.escaped, (int64_t)escaped);
	}
}

static void test_crlf(void)
{
	check_crlf("a\nb\r\n\n\r", "a\r\nb\r\n\r\n\r");
	check_crlf("\r\r\n", "\r\r\n");
}

static void test_visible(void)
{
	check_visible("plain\t\r\n~", "plain\t\r\n~", 0);
	check_visible("\x1b[31m\x07\x7f", "\\x1b[31m\\x07\\x7f", 3);
	check_visible("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 0);
	check_visible("\xc2\x9b" "x", "\\xc2\\x9bx", 2);          /* C1: an escape in two bytes */
	check_visible("\xc2\xa0", "\xc2\xa0", 0);
	check_visible("\xe2\x82", "\\xe2\\x82", 2);                /* cut short */
	check_visible("\xe2\x82" "a", "\\xe2\\x82" "a", 2);
	check_visible("\xe2\x82\x1b", "\\xe2\\x82\\x1b", 3);
	check_visible("\xc0\x80\xe0\x80\x80", "\\xc0\\x80\\xe0\\x80\\x80", 5); /* overlong */
	check_visible("\xe0\xa0\x80\xed\x9f\xbf", "\xe0\xa0\x80\xed\x9f\xbf", 0);
	check_visible("\xed\xa0\x80", "\\xed\\xa0\\x80", 3);      /* a surrogate */
	check_visible("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 0);
	check_visible("\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf", 4);
	check_visible("\xf4\x90\x80\x80\xf5", "\\xf4\\x90\\x80\\x80\\xf5", 5); /* past U+10FFFF */
	check_visible("\xf1\x80\x80\x80\x80\xfe\xff", "\xf1\x80\x80\x80\\x80\\xfe\\xff", 3);
}

int main(void)
{
	test_crlf();
	test_visible();
	return tap_end();
}
