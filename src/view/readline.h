/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GNU readline by dlopen: loaded where a line is edited, never before, for it costs as much as all else. */
#ifndef NSK_VIEW_READLINE_H
#define NSK_VIEW_READLINE_H

#include <stdio.h>

#include <readline/readline.h>

/* What is used of the library, by its names (rl_ and the like left out): functions, and pointers to its variables. */
struct readline {
	__typeof__(rl_callback_handler_install) *handler_install;
	__typeof__(rl_callback_handler_remove) *handler_remove;
	__typeof__(rl_callback_read_char) *read_char;
	__typeof__(rl_callback_sigcleanup) *sigcleanup;
	__typeof__(rl_completion_matches) *completion_matches;
	__typeof__(rl_free_line_state) *free_line_state;
	__typeof__(rl_replace_line) *replace_line;
	__typeof__(rl_initialize) *initialize;
	__typeof__(rl_bind_key) *bind_key;
	__typeof__(rl_insert) *insert;
	__typeof__(rl_variable_bind) *variable_bind;
	__typeof__(rl_set_prompt) *set_prompt;
	__typeof__(rl_on_new_line) *on_new_line;
	__typeof__(rl_redisplay) *redisplay;
	__typeof__(rl_clear_visible_line) *clear_visible_line;
	__typeof__(rl_resize_terminal) *resize_terminal;
	__typeof__(rl_get_screen_size) *get_screen_size;
	__typeof__(rl_prep_terminal) *prep_terminal;
	__typeof__(rl_deprep_terminal) *deprep_terminal;
	void (*add_history)(const char *line);
	int (*read_history)(const char *file);
	int (*truncate_history)(const char *file, int lines);
	rl_completion_func_t **attempted_completion;
	rl_voidfunc_t **redisplay_function;
	FILE **out;
	const char **word_breaks;
	int *catch_signals, *catch_resize, *attempted_over, *append_character, *point, *end;
};

/* The library, loaded if it was not; NULL: there is none, or it is too old. */
const struct readline *readline_load(void);

#endif
