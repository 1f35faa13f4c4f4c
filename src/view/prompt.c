/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See prompt.h. */
#include "platform.h"

#include "view/prompt.h"

#include <string.h>

enum {
	TAB_STOP = 8,
	ESCAPE = 0x1b,
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
		while (at < length && text[at] != '\a' && text[at] != '\\')
			at++;
	} else {
		return 2;
	}
	return at < length ? at + 1 : length;
}

void prompt_format(const char *line, size_t given, char prompt[PROMPT_MAX])
{
	size_t end = given, begin, length = 0, column = 0;

	while (end > 0 && line[end - 1] == '\r')
		end--;
	begin = end;
	while (begin > 0 && line[begin - 1] != '\r')
		begin--;
	for (size_t at = begin; at < end; at++) {
		char c = line[at];

		if (c == '\t') {
			do
				prompt[length++] = ' ';
			while (++column % TAB_STOP != 0);
		} else if (c == ESCAPE) {
			size_t count = escape_length(line + at, end - at);

			prompt[length++] = IGNORED_BEGIN;
			memcpy(prompt + length, line + at, count);
			length += count;
			prompt[length++] = IGNORED_END;
			at += count - 1;
		} else if ((unsigned char)c >= ' ') {
			prompt[length++] = c;
			column += ((unsigned char)c & 0xc0) != 0x80;
		}
	}
	prompt[length] = '\0';
}

size_t prompt_break(const char *line, size_t length, size_t columns)
{
	size_t cut = length - PROMPT_LINE_MAX / 2;

	cut = cut > columns ? cut / columns * columns : cut;
	while (cut > 0 && ((unsigned char)line[cut] & 0xc0) == 0x80)
		cut--;
	return cut;
}
