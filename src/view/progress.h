/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The progress line: how many bytes went each way, how fast, for how long, and, where it is known how many are
 * to be sent, a bar and the time left. On a terminal it is drawn again and again on the last line; anything else
 * that is written there takes it away first (progress_hide). */
#ifndef NSK_VIEW_PROGRESS_H
#define NSK_VIEW_PROGRESS_H

#include "core/sink.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_UNKNOWN UINT64_MAX
#define PROGRESS_INTERVAL_NS INT64_C(200000000) /* between two drawings */

enum {
	PROGRESS_WIDTH_MAX = 240, /* a line never grows longer */
	PROGRESS_LINE_MAX = PROGRESS_WIDTH_MAX + 1
};

/* What a line tells. */
struct progress_state {
	uint64_t sent, received;
	uint64_t size;      /* of what is to be sent; PROGRESS_UNKNOWN */
	int64_t elapsed_ns;
	double rate;        /* bytes a second: of those sent where their size is known, else both ways together */
};

/* The line of STATE in at most WIDTH columns; with less room the bar shrinks, then the least needed parts go.
 * Returns its length. Pure. */
size_t progress_format(const struct progress_state *state, size_t width, char text[PROGRESS_LINE_MAX]);

/* The sentence for a log: "sent 1048576 bytes, received 0 bytes in 2.500 s (409.6 KiB/s)". Returns TEXT. Pure. */
const char *progress_format_summary(const struct progress_state *state, char text[PROGRESS_LINE_MAX]);

struct progress {
	struct progress_state state;
	struct sink *terminal; /* drawn on; NULL: nothing is drawn */
	int64_t begun, drawn;  /* moments, see deadline.h */
	uint64_t drawn_total;
	size_t width;          /* of what stands on the line now; 0: nothing */
	bool mid_line;         /* set by who else writes there: an unfinished line stands last, nothing is drawn over it */
};

/* Begins to count now. TERMINAL: see above; kept. */
void progress_begin(struct progress *progress, struct sink *terminal, uint64_t size);

/* SENT and RECEIVED until now; draws if it is time to. */
void progress_update(struct progress *progress, uint64_t sent, uint64_t received);

/* Takes the line away, for something else is written to the terminal. */
void progress_hide(struct progress *progress);

/* Counts for the last time, the rate being that of the whole; draws that and leaves it there. */
void progress_end(struct progress *progress, uint64_t sent, uint64_t received);

#endif
