/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line that a person types on a terminal where others write too: edited by GNU readline, and taken away while they
 * write. A line that is written without its newline yet (a prompt) stands before what is typed. One at a time. */
#ifndef NSK_VIEW_TYPING_H
#define NSK_VIEW_TYPING_H

#include "view/prompt.h"
#include "view/screen.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	TYPING_PIECE = 4096 /* of what is shown at once */
};

struct typing {
	bool edits;   /* false: not begun, or the end was typed */
	bool hidden;
	bool failed;  /* no memory for a line */
	struct screen screen;
	char *lines;  /* typed and not read yet */
	size_t start, length;
	char partial[PROMPT_LINE_MAX];
	size_t partial_length;
	char queue[PROMPT_LINE_MAX + TYPING_PIECE + 1]; /* on its way to the screen; none is typed before it is there */
	size_t queue_start, queue_length;
	size_t owed;       /* bytes given that the queue stands for */
	int history;       /* to which lines are added; -1: none */
	int history_error; /* errno: the file cannot be used; 0: it can */
};

/* Begins to edit lines between stdin and stderr, both a terminal. The lines of HISTORY_FILE are at hand and new ones are
 * added to it, unless history_error tells why not; NULL: none. False: there is no library. From here to typing_close
 * SIGTSTP and SIGWINCH are handled, and come only where a wait lets them through. */
bool typing_open(struct typing *typing, const char *history_file);

/* Leaves the terminal as it was found, the cursor behind what is on the screen. Accepts one that was only zeroed. */
void typing_close(struct typing *typing);

/* What was typed, in whole lines; 0: the end; -1 with EAGAIN: no line is whole yet. Fits end.h. */
ssize_t typing_read(void *context, void *data, size_t length);

/* Shows DATA above the line, by FD, the same terminal. As write(2); may take what it shows later. Fits end.h. */
ssize_t typing_write(void *context, int fd, const void *data, size_t length);

/* Takes the line off the screen, so that others can write there; puts it back. */
void typing_hide(void *context);
void typing_show(void *context);

/* Shows the line, and what the terminal has not taken so far. Returns when to call again (deadline.h). Fits end.h. */
int64_t typing_turn(void *context);

#endif
