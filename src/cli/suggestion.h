/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line to write instead, made of what the user wrote: "nsk tcp-serve 8080", to be typed as it stands. */
#ifndef NSK_CLI_SUGGESTION_H
#define NSK_CLI_SUGGESTION_H

#include <stdbool.h>
#include <stddef.h>

enum { SUGGESTION_MAX = 512 };

/* A line under construction: begin with { 0 }. What does not fit is left out. */
struct suggestion {
	char text[SUGGESTION_MAX];
	size_t length;
};

/* Adds TEXT as it stands. */
void suggestion_add(struct suggestion *line, const char *text);

/* Adds COUNT words, a blank between them, quoted for the shell where they need it. */
void suggestion_add_words(struct suggestion *line, int count, char *const *words);

/* Adds TEMPLATE with places filled in: "{HOST PORT}" becomes the COUNT OPERANDS, "<COMMAND>" the ARGUMENT, as one word
 * or, when it ends with dots ("<PROGRAM [ARG]...>"), as the words in it. Where there is none (0, NULL) stands
 * what is between the brackets. */
void suggestion_fill(struct suggestion *line, const char *template, int count, char *const *operands,
                     const char *argument);

#endif
