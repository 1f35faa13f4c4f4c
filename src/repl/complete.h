/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a word of nsk repl may go on to be: calls, constants, variables, their methods, hosts. */
#ifndef NSK_REPL_COMPLETE_H
#define NSK_REPL_COMPLETE_H

#include <stddef.h>

/* Fits view/editor.h; CONTEXT is the struct repl. */
char *complete_word(const char *word, size_t *at, void *context);

#endif
