/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See prompt.h. */
#include "platform.h"

#include "view/prompt.h"

#include <stdbool.h>

enum {
	TAB_STOP = 8,
	ESCAPE = 0x1b,
	DELETE = 0x7f, /* shows nothing */
	CHARACTER_MAX = 4,
	IGNORED_BEGIN = 1, /* RL_PROMPT_START_IGNORE and RL_PROMPT_END_IGNORE of readline */
	IGNORED_END = 2
};

/* How many bytes of TEXT, which begins with an escape, move nothing: a control sequence (ECMA-48), a string that ends
 * with BEL or ST, or a character more. */
static size_t escape_length(const char *text, size_t length)
{
	size_t at = 2;

	if (length < 2)
		return length;
	if (text[1] == '[') {
		while (at < length && (text[at] < '@' || text[at] > '~'))
			at++;
	} else if (text[1] == ']') {
		while (at < length && text[at] != '\a' && (text[at] != '\\' || text[at - 1] != ESCAPE))
			at++;
	} else {
		return 2;
	}
	return at < length ? at + 1 : length;
}

/* COUNT bytes that begin with an escape, between the marks. What would end them early is nothing to a terminal, and left out. */
static char *put_marked(char *out, const char *escape, size_t count)
{
	*out++ = IGNORED_BEGIN;
	for (size_t i = 0; i < count; i++) {
		if (escape[i] != '\0' && escape[i] != IGNORED_BEGIN && escape[i] != IGNORED_END)
			*out++ = escape[i];
	}
	*out++ = IGNORED_END;
	return out;
}

void prompt_format(const char *line, size_t given, char prompt[PROMPT_MAX])
{
	size_t end = given, begin, column = 0;
	char *out = prompt;

	while (end > 0 && line[end - 1] == '\r')
		end--;
	begin = end;
	while (begin > 0 && line[begin - 1] != '\r')
		begin--;
	for (size_t at = begin; at < end; at++) {
		char c = line[at];

		if (c == '\t') {
			do
				*out++ = ' ';
			while (++column % TAB_STOP != 0);
		} else if (c == ESCAPE) {
			size_t count = escape_length(line + at, end - at);

			out = put_marked(out, line + at, count);
			at += count - 1;
		} else if ((unsigned char)c >= ' ' && c != DELETE) {
			*out++ = c;
			column += ((unsigned char)c & 0xc0) != 0x80;
		}
	}
	*out = '\0';
}

size_t prompt_break(const char *line, size_t length, size_t columns)
{
	size_t cut = length - PROMPT_LINE_MAX / 2;
	bool is_narrow = columns <= PROMPT_LINE_MAX / 2 - CHARACTER_MAX; /* else too much could be left */

	cut = is_narrow && cut > columns ? cut / columns * columns : cut;
	for (int i = 1; i < CHARACTER_MAX && cut > 0 && ((unsigned char)line[cut] & 0xc0) == 0x80; i++)
		cut--;
	return cut;
}
