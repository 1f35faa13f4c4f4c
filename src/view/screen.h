/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stream for a library that draws on a terminal. What the terminal does not take at once (Ctrl-S stops it) is kept, so
 * that no write waits for a person. */
#ifndef NSK_VIEW_SCREEN_H
#define NSK_VIEW_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct screen {
	FILE *stream; /* NULL: not open */
	int fd;
	char *kept;
	size_t length; /* of what is kept */
};

/* Opens SCREEN, which must stay where it is, on the terminal FD. 0, or -1 with errno. */
int screen_open(struct screen *screen, int fd);

/* Writes what is kept as far as the terminal takes it; false: something is left, or the terminal would take nothing. */
bool screen_flush(struct screen *screen);

/* What is kept then is lost. */
void screen_close(struct screen *screen);

#endif
