/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of a trace as wide as a terminal, broken between words (see trace.h). */
#include "platform.h"

#include "view/trace.h"

#include <string.h>

enum { NARROWEST = 40 }; /* narrower, more would be lost than won */

struct wrapping {
	struct trace_wrapped *to;
	size_t column;       /* what stands in the line */
	size_t space;        /* where in the text the line may be broken; 0: nowhere */
	size_t space_column; /* and how much of the line stands before it */
	bool in_quotes;
	bool escaped;        /* by the character before */
};

/* Puts a newline and the indentation in place of the last space. */
static void break_line(struct wrapping *wrapping)
{
	struct trace_wrapped *to = wrapping->to;
	char *space = to->text + wrapping->space;

	if (wrapping->space == 0 || to->length + TRACE_INDENT > sizeof to->text)
		return;
	memmove(space + 1 + TRACE_INDENT, space + 1, to->length - wrapping->space - 1);
	*space = '\n';
	memset(space + 1, ' ', TRACE_INDENT);
	to->length += TRACE_INDENT;
	wrapping->column = TRACE_INDENT + wrapping->column - wrapping->space_column - 1;
	wrapping->space = 0;
}

/* What stands in quotes is one word. */
static void add(struct wrapping *wrapping, char c)
{
	bool is_escaped = wrapping->escaped;

	wrapping->escaped = c == '\\' && !is_escaped;
	if (c == '\n') {
		wrapping->column = wrapping->space = 0;
		wrapping->in_quotes = false;
	} else {
		if (c == '"' && !is_escaped)
			wrapping->in_quotes = !wrapping->in_quotes;
		if (c == ' ' && !wrapping->in_quotes && wrapping->column >= TRACE_INDENT) {
			wrapping->space = wrapping->to->length;
			wrapping->space_column = wrapping->column;
		}
		wrapping->column++;
	}
	wrapping->to->text[wrapping->to->length++] = c;
}

/* The length of the colour sequence that TEXT begins with; 0: none. */
static size_t sequence_length(const char *text)
{
	return text[0] == '\x1b' ? strcspn(text, "m") + 1 : 0;
}

void trace_wrap(const struct trace_text *text, size_t width, struct trace_wrapped *wrapped)
{
	struct wrapping wrapping = { .to = wrapped };
	size_t colored;

	wrapped->length = 0;
	for (size_t i = 0; i < text->length && wrapped->length < sizeof wrapped->text - TRACE_TEXT_MAX; i++) {
		for (colored = sequence_length(text->text + i); colored > 0 && i < text->length; colored--)
			wrapped->text[wrapped->length++] = text->text[i++];
		if (i == text->length)
			break;
		add(&wrapping, text->text[i]);
		if (wrapping.column > width && width >= NARROWEST)
			break_line(&wrapping);
	}
}
