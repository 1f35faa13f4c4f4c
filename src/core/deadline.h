/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moments on the monotonic clock, in nanoseconds. A deadline is made once and compared often, so that
 * an interrupted wait does not begin its timeout anew. */
#ifndef NSK_CORE_DEADLINE_H
#define NSK_CORE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#define DEADLINE_NEVER INT64_MAX
#define DEADLINE_SECOND INT64_C(1000000000)
#define DEADLINE_MILLISECOND INT64_C(1000000)

/* Now (CLOCK_MONOTONIC). */
int64_t deadline_now(void);

/* DURATION_NS from now; DEADLINE_NEVER for a duration of 0 or less (timeout(1): 0 is no timeout). */
int64_t deadline_after(int64_t duration_ns);

/* The sum, never past DEADLINE_NEVER. */
int64_t deadline_add(int64_t moment, int64_t duration_ns);

int64_t deadline_earlier(int64_t a, int64_t b);
bool deadline_passed(int64_t deadline);

/* What poll(2) takes: milliseconds left, rounded up, 0 when it passed, -1 for DEADLINE_NEVER. */
int deadline_poll_timeout(int64_t deadline);

#endif
