/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of a descriptor, one at a time; waiting for one is ended by a signal (interrupt.h). */
#ifndef NSK_CORE_LINES_H
#define NSK_CORE_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct lines {
	int fd;
	int own;            /* ours, to read from: see reopen_terminal */
	char *held;         /* ours */
	size_t count, room; /* of held; what it begins with has been given out already up to `taken` */
	size_t taken;
	bool ended;
};

/* 1: the next line is at *LINE, LENGTH bytes without the newline, good until the next call; 0: the end; -1 with errno,
 * EINTR when a signal came. */
int lines_next(struct lines *lines, const char **line, size_t *length);

/* Forgets what was read; the descriptor stays open. */
void lines_release(struct lines *lines);

#endif
