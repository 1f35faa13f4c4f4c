/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How fast a pump may write: so many bytes a second, so long between two lines. */
#ifndef NSK_CORE_PACE_H
#define NSK_CORE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pace;

/* RATE bytes a second (0: no limit), INTERVAL_NS between lines (0: none). NULL with errno. pace_close accepts NULL. */
struct pace *pace_open(int64_t rate, int64_t interval_ns);
void pace_close(struct pace *pace);

/* When the next write may be (see deadline.h); 0: now, as far as is known. */
int64_t pace_next(const struct pace *pace);

/* How many of the COUNT bytes at DATA may be written now, 0 if pace_next is to be waited for. WHOLE: all or nothing,
 * on credit if need be. */
size_t pace_allow(struct pace *pace, const unsigned char *data, size_t count, bool whole);

/* COUNT bytes have been written, LAST being the last of them. */
void pace_take(struct pace *pace, size_t count, unsigned char last);

#endif
