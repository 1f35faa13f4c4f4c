/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See joiner.h. Each line's tokens are looked at once, however many lines there are: no token spans two. */
#include "platform.h"

#include "repl/joiner.h"
#include "repl/parser.h"

#include <stdlib.h>
#include <string.h>

static int append(struct joiner *joiner, const char *bytes, size_t count)
{
	if (count >= joiner->room - joiner->length) {
		size_t room = 2 * joiner->room + count + 1;
		char *text = realloc(joiner->text, room);

		if (text == NULL)
			return -1;
		joiner->text = text;
		joiner->room = room;
	}
	memcpy(joiner->text + joiner->length, bytes, count);
	joiner->length += count;
	return 0;
}

/* Whether another line belongs behind this one. What is no syntax anyhow is not waited with. */
static bool goes_on(struct joiner *joiner, const char *line, const char *end)
{
	struct syntax_error error;
	struct lexer lexer = { .at = line, .end = end, .error = &error };
	struct token token;

	do {
		if (lexer_next(&lexer, &token) < 0)
			return lexer.joins;
		joiner->open = lexer_open(&token, joiner->open);
		if (token.kind == TOKEN_SEPARATOR && joiner->open > 0)
			return false;
	} while (token.kind != TOKEN_END);
	return joiner->open > 0;
}

int joiner_add(struct joiner *joiner, const char *line, size_t length)
{
	const char *end = line + length, *begin = parser_behind_prompt(line, end);

	if (!joiner->waits)
		joiner->length = joiner->open = 0;
	if ((joiner->waits && append(joiner, "\n", 1) < 0) || append(joiner, begin, (size_t)(end - begin)) < 0)
		return -1;
	joiner->waits = goes_on(joiner, begin, end);
	return !joiner->waits;
}

void joiner_release(struct joiner *joiner)
{
	free(joiner->text);
	*joiner = (struct joiner){ .length = 0 };
}
