/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What came last without a newline as a prompt: what is seen of it, and where a long one breaks. */
#include "platform.h"

#include "view/prompt.h"

#include "tap.h"

#define BEGIN "\001"
#define END   "\002"

static void check(const char *line, const char *wanted)
{
	char prompt[PROMPT_MAX];

	prompt_format(line, strlen(line), prompt);
	tap_check_text(prompt, wanted, __FILE__, __LINE__, wanted);
}

static void test_format(void)
{
	check("", "");
	check("login: ", "login: ");
	check("10 %\r20 %", "20 %"); /* what has been overwritten is not seen */
	check("10 %\r", "10 %");
	check("\r\r", "");
	check("a\tb", "a       b");
	check("1234567\tb", "1234567 b");
	check("12345678\tb", "12345678        b");
	check("\xc3\xa9\tb", "\xc3\xa9       b"); /* one column, two bytes */
	check("a\a\b\001b", "ab");
	check("\x1b[1;31mred\x1b[0m", BEGIN "\x1b[1;31m" END "red" BEGIN "\x1b[0m" END);
	check("\x1b[1;31", BEGIN "\x1b[1;31" END);
	check("\x1b[\x7f" "1m:", BEGIN "\x1b[\x7f" "1m" END ":");
	check("\x1b]0;title\a$ ", BEGIN "\x1b]0;title\a" END "$ ");
	check("\x1b]0;title\x1b\\$ ", BEGIN "\x1b]0;title\x1b\\" END "$ ");
	check("\x1b]0;title", BEGIN "\x1b]0;title" END);
	check("\x1b" "7$ ", BEGIN "\x1b" "7" END "$ ");
	check("$ \x1b", "$ " BEGIN "\x1b" END);
}

static void test_break(void)
{
	char line[PROMPT_LINE_MAX];

	memset(line, 'x', sizeof line);
	CHECK_INT((int64_t)prompt_break(line, 1024, 80), 480); /* whole lines of the screen */
	CHECK_INT((int64_t)prompt_break(line, 1024, 1000), 512);
	CHECK_INT((int64_t)prompt_break(line, 520, 80), 8);
	memcpy(line + 479, "\xe2\x82\xac", 3); /* no character is cut in two */
	CHECK_INT((int64_t)prompt_break(line, 1024, 80), 479);
	memset(line, 0x80, sizeof line); /* no text at all */
	CHECK_INT((int64_t)prompt_break(line, 1024, 80), 0);
}

int main(void)
{
	test_format();
	test_break();
	return tap_end();
}
