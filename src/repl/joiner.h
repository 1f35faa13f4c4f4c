/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines become what syntax_parse takes: a line with an open bracket, or a backslash at its end, goes on in the next one.
 * Pure but for memory. */
#ifndef NSK_REPL_JOINER_H
#define NSK_REPL_JOINER_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed at first. */
struct joiner {
	char *text; /* the lines so far, newlines between them */
	size_t length;
	size_t room, open; /* ours; open: brackets */
	bool waits;        /* another line belongs to them */
};

/* Takes a line without its newline: 1, and TEXT is whole; 0: more lines belong to it; -1: memory ran out. Behind what was
 * whole, a line begins anew. */
int joiner_add(struct joiner *joiner, const char *line, size_t length);

/* Forgets the lines. */
void joiner_release(struct joiner *joiner);

#endif
