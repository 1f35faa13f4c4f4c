/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See readline.h. */
#include "platform.h"

#include "view/readline.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

static struct readline library;

static const struct {
	const char *name;
	size_t field;
} symbols[] = {
	{ "rl_callback_handler_install", offsetof(struct readline, handler_install) },
	{ "rl_callback_handler_remove", offsetof(struct readline, handler_remove) },
	{ "rl_callback_read_char", offsetof(struct readline, read_char) },
	{ "rl_completion_matches", offsetof(struct readline, completion_matches) },
	{ "rl_free_line_state", offsetof(struct readline, free_line_state) },
	{ "rl_replace_line", offsetof(struct readline, replace_line) },
	{ "rl_prep_terminal", offsetof(struct readline, prep_terminal) },
	{ "rl_deprep_terminal", offsetof(struct readline, deprep_terminal) },
	{ "rl_on_new_line", offsetof(struct readline, on_new_line) },
	{ "rl_redisplay", offsetof(struct readline, redisplay) },
	{ "rl_attempted_completion_function", offsetof(struct readline, attempted_completion) },
	{ "rl_basic_word_break_characters", offsetof(struct readline, word_breaks) },
	{ "rl_getc_function", offsetof(struct readline, getc_function) },
	{ "rl_catch_signals", offsetof(struct readline, catch_signals) },
	{ "rl_attempted_completion_over", offsetof(struct readline, attempted_over) },
	{ "rl_completion_append_character", offsetof(struct readline, append_character) },
	{ "add_history", offsetof(struct readline, add_history) },
#if HAVE_READLINE
	{ "rl_callback_sigcleanup", offsetof(struct readline, sigcleanup) },
	{ "rl_initialize", offsetof(struct readline, initialize) },
	{ "rl_bind_key", offsetof(struct readline, bind_key) },
	{ "rl_insert", offsetof(struct readline, insert) },
	{ "rl_variable_bind", offsetof(struct readline, variable_bind) },
	{ "rl_set_prompt", offsetof(struct readline, set_prompt) },
	{ "rl_clear_visible_line", offsetof(struct readline, clear_visible_line) },
	{ "rl_resize_terminal", offsetof(struct readline, resize_terminal) },
	{ "rl_get_screen_size", offsetof(struct readline, get_screen_size) },
	{ "read_history", offsetof(struct readline, read_history) },
	{ "history_truncate_file", offsetof(struct readline, truncate_history) },
	{ "rl_redisplay_function", offsetof(struct readline, redisplay_function) },
	{ "rl_outstream", offsetof(struct readline, out) },
	{ "rl_catch_sigwinch", offsetof(struct readline, catch_resize) },
	{ "rl_point", offsetof(struct readline, point) },
	{ "rl_end", offsetof(struct readline, end) },
	{ "rl_readline_state", offsetof(struct readline, state) },
#endif
};

static bool find_all(void *handle)
{
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		void *found = dlsym(handle, symbols[i].name);

		if (found == NULL)
			return false;
		/* ISO C has no other way from here to a function */
		*(void **)(void *)((char *)&library + symbols[i].field) = found; /* as dlsym(3) has it */
	}
	return true;
}

#if HAVE_READLINE
static const char *const names[] = { "libreadline.so.8", "libreadline.so.7", "libreadline.so", "libreadline.dylib" };
#else
static const char *const names[] = { "libedit.so.2", "libedit.so.0", "libedit.so", "libedit.dylib" };
#endif

const struct readline *readline_load(void)
{
	static bool loaded;
	void *handle = NULL;

	for (size_t i = 0; !loaded && handle == NULL && i < sizeof names / sizeof *names; i++)
		handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	loaded = loaded || (handle != NULL && find_all(handle));
	return loaded ? &library : NULL;
}
