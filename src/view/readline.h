/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The library that edits lines, by dlopen: loaded where a line is edited, never before, for it costs as much as all else.
 * GNU readline, or libedit, which has readline's names but cannot give the screen to others while a line is typed. */
#ifndef NSK_VIEW_READLINE_H
#define NSK_VIEW_READLINE_H

#include <stdio.h>

#if HAVE_READLINE
#include <readline/readline.h>
/* after it */
#include <readline/history.h>
#else
#include <editline/readline.h>
#define READERR EOF /* its word for all that is no key */
#endif

/* What is used of the library, by its names (rl_ and the like left out): functions, and pointers to its variables. */
struct readline {
	__typeof__(rl_callback_handler_install) *handler_install;
	__typeof__(rl_callback_handler_remove) *handler_remove;
	__typeof__(rl_callback_read_char) *read_char;
	__typeof__(rl_completion_matches) *completion_matches;
	__typeof__(rl_free_line_state) *free_line_state;
	__typeof__(rl_replace_line) *replace_line;
	__typeof__(rl_prep_terminal) *prep_terminal;
	__typeof__(rl_deprep_terminal) *deprep_terminal;
	__typeof__(rl_on_new_line) *on_new_line;
	__typeof__(rl_redisplay) *redisplay;
	__typeof__(rl_attempted_completion_function) *attempted_completion;
	__typeof__(rl_basic_word_break_characters) *word_breaks;
	__typeof__(rl_getc_function) *getc_function;
	int *catch_signals, *attempted_over, *append_character;
	__typeof__(add_history) *add_history;
#if HAVE_READLINE
	__typeof__(rl_callback_sigcleanup) *sigcleanup;
	/* for typing.h */
	__typeof__(rl_initialize) *initialize;
	__typeof__(rl_bind_key) *bind_key;
	__typeof__(rl_insert) *insert;
	__typeof__(rl_variable_bind) *variable_bind;
	__typeof__(rl_set_prompt) *set_prompt;
	__typeof__(rl_clear_visible_line) *clear_visible_line;
	__typeof__(rl_resize_terminal) *resize_terminal;
	__typeof__(rl_get_screen_size) *get_screen_size;
	__typeof__(read_history) *read_history;
	__typeof__(history_truncate_file) *truncate_history;
	rl_voidfunc_t **redisplay_function;
	FILE **out;
	int *catch_resize, *point, *end;
	__typeof__(rl_readline_state) *state;
#endif
};

/* The library, loaded if it was not; NULL: there is none, or it is too old. */
const struct readline *readline_load(void);

#endif
