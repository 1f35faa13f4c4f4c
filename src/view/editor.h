/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines that a person types: edited by GNU readline or libedit, with history (in memory) and completion, where the machine has it;
 * plain otherwise. The library is loaded when the first line is read, never before: it costs as much as all else. */
#ifndef NSK_VIEW_EDITOR_H
#define NSK_VIEW_EDITOR_H

#include "core/lines.h"

#include <stdbool.h>

/* The next completion of WORD, to be freed by the editor, from *AT on (0 at first), which it moves; NULL: no more. */
typedef char *editor_completer(const char *word, size_t *at, void *context);

struct editor {
	const char *prompt;
	editor_completer *complete; /* NULL: none */
	void *context;
	bool begun, edits; /* ours */
	struct lines plain;
	char *line; /* ours: the last one */
};

/* 1: *LINE is the next line, LENGTH bytes without its newline, good until the next call (pasted text may hold newlines);
 * 0: the end; -1 with errno, EINTR when a signal came: the line that was begun is given up. */
int editor_next(struct editor *editor, const char **line, size_t *length);
void editor_release(struct editor *editor);

#if HAVE_READLINE || HAVE_LIBEDIT
/* editor_readline.c's: loads the library; false: there is none. A line as editor_next has it, the caller's to free. */
bool editor_readline_open(const struct editor *editor);
int editor_readline_next(const struct editor *editor, char **line);
#endif

#endif
