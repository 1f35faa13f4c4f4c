/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What others have begun on the screen, as readline's prompt: which bytes take room, and where a long line breaks. */
#include "platform.h"

#include "view/prompt.h"

#include "tap.h"

static const char *format(const char *line, size_t length)
{
	static char prompt[PROMPT_MAX];

	prompt_format(line, length, prompt);
	return prompt;
}

#define CHECK_PROMPT(line, wanted) CHECK_TEXT(format(line, sizeof(line) - 1), wanted)

static void check_lines(void)
{
	CHECK_PROMPT("", "");
	CHECK_PROMPT("name: ", "name: ");
	CHECK_PROMPT("10 %\r20 %\r30 %", "30 %");
	CHECK_PROMPT("10 %\r20 %\r", "20 %");
	CHECK_PROMPT("a\tbc\t|", "a       bc      |");
	CHECK_PROMPT("caf\303\251\t|", "caf\303\251    |");
	CHECK_PROMPT("a\a\0\177b", "ab");
	CHECK_PROMPT("\r\r", "");
	CHECK_PROMPT("12345678\tb", "12345678        b");
}

static void check_escapes(void)
{
	CHECK_PROMPT("\033[1mbold\033[0m> ", "\1\033[1m\2bold\1\033[0m\2> ");
	CHECK_PROMPT("\033]0;title\a> ", "\1\033]0;title\a\2> ");
	CHECK_PROMPT("\033]0;C:\\x\033\\> ", "\1\033]0;C:\\x\033\\\2> ");
	CHECK_PROMPT("\033(B> ", "\1\033(\2B> ");
	CHECK_PROMPT("> \033", "> \1\033\2");
	CHECK_PROMPT("> \033[1", "> \1\033[1\2");
	CHECK_PROMPT("\033]0;title", "\1\033]0;title\2");
	/* marks of the peer's own, and an end that is none */
	CHECK_PROMPT("\033[1\2\1\0m> ", "\1\033[1m\2> ");
	CHECK_PROMPT("\1\2> ", "> ");
}

static void check_breaks(void)
{
	char line[2 * PROMPT_LINE_MAX];

	memset(line, 'x', sizeof line);
	CHECK(prompt_break(line, 1100, 80) == 560); /* whole lines of the screen */
	CHECK(prompt_break(line, 520, 80) == 8);
	CHECK(prompt_break(line, 1100, 600) == 588);
	/* 600 would leave more than can be kept */
	CHECK(prompt_break(line, 1711, 600) == 1199);
	CHECK(prompt_break(line, 1711, 508) == 1016);
	memcpy(line + 559, "\303\251", 2);
	CHECK(prompt_break(line, 1100, 80) == 559);
	memset(line, 0x80, sizeof line);
	CHECK(prompt_break(line, 1100, 80) == 557);
}

int main(void)
{
	check_lines();
	check_escapes();
	check_breaks();
	return tap_end();
}
