/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GNU readline by dlopen (see editor.h), through its callback interface: the waiting is ours, so that signals end it. */
#include "platform.h"

#include "view/editor.h"

#include "core/interrupt.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

/* What is used of the library, by its names. */
static struct {
	__typeof__(rl_callback_handler_install) *handler_install;
	__typeof__(rl_callback_handler_remove) *handler_remove;
	__typeof__(rl_callback_read_char) *read_char;
	__typeof__(rl_callback_sigcleanup) *sigcleanup;
	__typeof__(rl_completion_matches) *completion_matches;
	__typeof__(rl_free_line_state) *free_line_state;
	__typeof__(rl_replace_line) *replace_line;
	void (*add_history)(const char *line);
	rl_completion_func_t **attempted_completion;
	const char **word_breaks;
	int *catch_signals, *attempted_over, *append_character;
} library;

static const struct editor *current;
static char *finished; /* the line, once it is whole */
static bool has_finished;

/* Sets the pointer at ADDRESS, to a function or a variable, to NAME's. */
static bool find(void *handle, const char *name, void *address)
{
	void *found = dlsym(handle, name);

	memcpy(address, &found, sizeof found); /* ISO C has no other way from here to a function */
	return found != NULL;
}

static bool find_all(void *handle)
{
	return find(handle, "rl_callback_handler_install", &library.handler_install) &&
	       find(handle, "rl_callback_handler_remove", &library.handler_remove) &&
	       find(handle, "rl_callback_read_char", &library.read_char) &&
	       find(handle, "rl_callback_sigcleanup", &library.sigcleanup) &&
	       find(handle, "rl_completion_matches", &library.completion_matches) &&
	       find(handle, "rl_free_line_state", &library.free_line_state) &&
	       find(handle, "rl_replace_line", &library.replace_line) && find(handle, "add_history", &library.add_history) &&
	       find(handle, "rl_attempted_completion_function", &library.attempted_completion) &&
	       find(handle, "rl_basic_word_break_characters", &library.word_breaks) &&
	       find(handle, "rl_catch_signals", &library.catch_signals) &&
	       find(handle, "rl_attempted_completion_over", &library.attempted_over) &&
	       find(handle, "rl_completion_append_character", &library.append_character);
}

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
	*library.attempted_over = 1; /* no file names when nothing fits */
	*library.append_character = ' ';
	return library.completion_matches(word, next_match);
}

bool editor_readline_open(const struct editor *editor)
{
	static const char *const names[] = { "libreadline.so.8", "libreadline.so.7", "libreadline.so", "libreadline.dylib" };
	void *handle = NULL;

	for (size_t i = 0; handle == NULL && i < sizeof names / sizeof *names; i++)
		handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL || !find_all(handle))
		return false;
	*library.catch_signals = 0;
	*library.word_breaks = " \t\n\"'(),;=[]|+#$";
	if (editor->complete != NULL)
		*library.attempted_completion = complete;
	return true;
}

/* The library calls this with a whole line, NULL at the end. */
static void take_line(char *line)
{
	finished = line;
	has_finished = true;
	library.handler_remove();
}

int editor_readline_next(const struct editor *editor, char **line)
{
	struct pollfd readable = { .fd = STDIN_FILENO, .events = POLLIN };

	current = editor;
	has_finished = false;
	library.handler_install(editor->prompt, take_line);
	while (!has_finished) {
		if (ppoll(&readable, 1, NULL, interrupt_wait_mask()) > 0) {
			library.read_char();
		} else if (interrupt_pending() != 0) {
			library.free_line_state();
			library.sigcleanup();
			library.replace_line("", 0);
			library.handler_remove();
			errno = EINTR;
			return -1;
		}
	}
	if (finished == NULL)
		return 0;
	if (*finished != '\0')
		library.add_history(finished);
	*line = finished;
	finished = NULL;
	return 1;
}
