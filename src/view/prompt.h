/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line that others have begun on the screen, as the prompt of the line that is typed behind it. Pure. */
#ifndef NSK_VIEW_PROMPT_H
#define NSK_VIEW_PROMPT_H

#include <stddef.h>

enum {
	PROMPT_LINE_MAX = 1024, /* of the line: a longer one is broken on the screen */
	PROMPT_MAX = 8 * PROMPT_LINE_MAX + 1
};

/* GIVEN bytes at LINE, at most PROMPT_LINE_MAX, as a prompt: what a carriage return has overwritten is left out, tabs are
 * spaces, and what moves nothing stands between the marks that readline knows. */
void prompt_format(const char *line, size_t given, char prompt[PROMPT_MAX]);

/* Where to break a line of LENGTH bytes, more than PROMPT_LINE_MAX / 2, so that it looks as a terminal of COLUMNS columns
 * would have broken it. At most PROMPT_LINE_MAX bytes stay behind the break. */
size_t prompt_break(const char *line, size_t length, size_t columns);

#endif
