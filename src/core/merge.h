/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several streams into one output, by whole lines. One that is alone is passed on as it comes. Of several, each is held
 * (in its relay's buffer) until it has a line; a line that is begun is finished before another's bytes follow, but for
 * a second at most: then, and where a stream ended in mid-line, one newline is put between. */
#ifndef NSK_CORE_MERGE_H
#define NSK_CORE_MERGE_H

#include "core/end.h"
#include "core/poller.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One stream; stays where it is while it is joined. */
struct merge_input {
	struct merge *merge;
	void (*wake)(void *context); /* what was refused may be offered again; called from merge's own calls */
	void *context;
	bool waits;
	struct merge_input *next, *previous; /* of all that are joined */
};

struct merge {
	struct end output;
	struct poller *poller;
	struct merge_input *first, *owner; /* owner: its line is begun and not finished */
	size_t count;
	bool mid_line; /* the last byte written was no newline */
	bool blocked;  /* the output takes nothing for now */
	int64_t owner_until; /* how long the others wait for the owner; 0: nobody waits */
	int error;     /* of the output, errno; nothing more is written. EPIPE: its reader is gone */
};

/* Begins to write to FD, the caller's, waiting in POLLER. */
void merge_open(struct merge *merge, int fd, struct poller *poller);

/* Lets go of FD. Accepts one that was only zeroed. */
void merge_release(struct merge *merge);

void merge_join(struct merge *merge, struct merge_input *input, void (*wake)(void *context), void *context);

/* INPUT has ended. Accepts one that was only zeroed. */
void merge_leave(struct merge_input *input);

/* Takes what a stream has, CONTEXT being its struct merge_input; an end_sink (see end.h). */
ssize_t merge_take(void *context, const void *data, size_t count, bool urgent);

/* All is to end: a begun line is not waited for any more. */
void merge_hurry(struct merge *merge);

/* The poller said EVENT; returns whether that was about the output. */
bool merge_take_event(struct merge *merge, const struct poller_event *event);

/* When merge_turn is to be called; see deadline.h. */
int64_t merge_deadline(const struct merge *merge);

/* Does what time asks for. */
void merge_turn(struct merge *merge);

#endif
