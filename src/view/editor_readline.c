/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GNU readline, or libedit, for editor.h, through its callback interface: the waiting is ours, so that signals end it. */
#include "platform.h"

#include "view/editor.h"

#include "core/interrupt.h"
#include "core/signal_poll.h"
#include "view/keys.h"
#include "view/readline.h"
#include "view/suspend.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct readline *library;
static const struct editor *current;
static char *finished; /* the line, once it is whole */
static bool has_finished;

static char *next_match(const char *word, int state)
{
	static size_t at;

	if (state == 0)
		at = 0;
	return current->complete(word, &at, current->context);
}

static char **complete(const char *word, int begin, int end)
{
	(void)begin;
	(void)end;
	*library->attempted_over = 1; /* no file names when nothing fits */
	*library->append_character = ' ';
	return library->completion_matches(word, next_match);
}

/* The library calls this with a whole line, NULL at the end. */
static void take_line(char *line)
{
	finished = line;
	has_finished = true;
	library->handler_remove();
}

/* ---- while the line is typed ----------------------------------------------------------------------- */

#if HAVE_READLINE
static int next_key(FILE *unused)
{
	return keys_next(unused);
}

static void clean_up(void)
{
	library->sigcleanup();
}

static void give_back(void)
{
	library->deprep_terminal();
}

static void take_again(void)
{
	library->prep_terminal(1);
	library->on_new_line();
	library->redisplay();
}
#else
/* libedit has nothing to clean; nor can it draw a line where others have moved the cursor: it begins the line anew. */
static void clean_up(void)
{
}

/* It takes each byte for a character, and one beyond ASCII for a command: those are passed over. */
static int next_key(FILE *unused)
{
	int key;

	do
		key = keys_next(unused);
	while (key > 0x7f);
	return key;
}

static void give_back(void)
{
	library->handler_remove();
}

static void take_again(void)
{
	library->handler_install(current->prompt, take_line);
}
#endif

static const struct suspend_calls on_signals = { .give_back = give_back, .take_again = take_again };

static void give_up_line(void)
{
	library->free_line_state();
	clean_up();
	library->replace_line("", 0);
	library->handler_remove();
}

bool editor_readline_open(const struct editor *editor)
{
	library = readline_load();
	if (library == NULL)
		return false;
	*library->catch_signals = 0;
	*library->getc_function = next_key;
	*library->word_breaks = " \t\n\"'(),;=[]|+#$";
	if (editor->complete != NULL)
		*library->attempted_completion = complete;
	return true;
}

int editor_readline_next(const struct editor *editor, char **line)
{
	struct pollfd readable = { .fd = STDIN_FILENO, .events = POLLIN };

	current = editor;
	has_finished = false;
	suspend_catch(&on_signals);
	library->handler_install(editor->prompt, take_line);
	while (!has_finished && interrupt_pending() == 0) {
		if (signal_poll(&readable, 1, -1, interrupt_wait_mask()) <= 0)
			continue;
		if (!(readable.revents & POLLHUP))
			library->read_char();
		else if (interrupt_poll() == 0) /* the terminal is gone: libedit would read its end for ever */
			take_line(NULL);
	}
	suspend_release();
	if (!has_finished)
		give_up_line();
	if (interrupt_pending() != 0) {
		free(finished);
		finished = NULL;
		errno = EINTR;
		return -1;
	}
	if (finished == NULL)
		return 0;
	if (*finished != '\0')
		library->add_history(finished);
	*line = finished;
	finished = NULL;
	return 1;
}
