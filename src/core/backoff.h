/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pauses between tries of something that may come to work: short at first, then twice as long each time. */
#ifndef NSK_CORE_BACKOFF_H
#define NSK_CORE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct backoff {
	int64_t pause, longest; /* nanoseconds */
	int64_t end;            /* see deadline.h */
};

/* From FIRST to LONGEST nanoseconds a pause, until END. */
void backoff_init(struct backoff *backoff, int64_t first_ns, int64_t longest_ns, int64_t end);

/* Waits for the next try. False when there is to be none: END has passed, or an ending signal came
 * (see interrupt.h). */
bool backoff_wait(struct backoff *backoff);

#endif
