/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See editor.h. Which way lines are read, and the plain one. */
#include "platform.h"

#include "view/editor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Both ends are a terminal that can move its cursor. */
static bool can_edit(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && terminal != NULL && *terminal != '\0' &&
	       strcmp(terminal, "dumb") != 0;
}

#if HAVE_READLINE || HAVE_LIBEDIT
static bool open_library(const struct editor *editor)
{
	return editor_readline_open(editor);
}

static int next_edited(struct editor *editor)
{
	return editor_readline_next(editor, &editor->line);
}
#else
static bool open_library(const struct editor *editor)
{
	(void)editor;
	return false;
}

static int next_edited(struct editor *editor)
{
	(void)editor;
	return 0;
}
#endif

static int next_plain(struct editor *editor, const char **line, size_t *length)
{
	int out = isatty(STDOUT_FILENO) ? STDOUT_FILENO : STDERR_FILENO;

	if (write(out, editor->prompt, strlen(editor->prompt)) < 0)
		return -1;
	return lines_next(&editor->plain, line, length);
}

int editor_next(struct editor *editor, const char **line, size_t *length)
{
	if (!editor->begun) {
		editor->begun = true;
		editor->edits = can_edit() && open_library(editor);
		editor->plain = (struct lines){ .fd = STDIN_FILENO };
	}
	if (!editor->edits)
		return next_plain(editor, line, length);
	free(editor->line);
	editor->line = NULL;
	int result = next_edited(editor);
	if (result > 0) {
		*line = editor->line;
		*length = strlen(editor->line);
	}
	return result;
}

void editor_release(struct editor *editor)
{
	free(editor->line);
	editor->line = NULL;
	lines_release(&editor->plain);
}
