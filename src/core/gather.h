/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Waking up for every piece of a bulk costs more than moving it. While much comes fast, one of two means is in use:
 * A TCP socket is let gather some of it before it counts as readable (SO_RCVLOWAT, which poll honours: socket(7), tcp(7)).
 * Its end and its errors count at once all the same; what stays short of that is fetched after a moment, and the socket is
 * then as it was.
 * Who waits for nothing else lets the call that moves the bytes wait for them too, for a moment (SO_RCVTIMEO): nothing is
 * held back then, and no other call is needed. */
#ifndef NSK_CORE_GATHER_H
#define NSK_CORE_GATHER_H

#include "core/end.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long a wait by either means may last. */
extern const int64_t gather_patience_ns;

/* All zero: nothing has come yet. */
struct gather {
	int64_t moment; /* off: since when COUNT is counted; on: until when the wait for more may last */
	uint32_t count; /* bytes that came */
	bool on;
	bool waits;     /* on, by the second means: reading waits */
	bool may_wait;  /* the caller's: the second means may be used from now on */
};

/* COUNT bytes have come from END. */
void gather_take(struct gather *gather, const struct end *end, size_t count);

/* END has nothing more for now, and is waited for; or it has ended. */
void gather_pause(struct gather *gather, const struct end *end);

/* When the wait for more is over: see deadline.h; DEADLINE_NEVER if it may last. */
int64_t gather_deadline(const struct gather *gather);

/* Whether that moment has passed; END counts as readable at the first byte again then, and is to be read as if it did
 * so now. */
bool gather_give_up(struct gather *gather, const struct end *end);

#endif
