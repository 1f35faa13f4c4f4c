/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strangers' bytes made safe for a terminal: control characters other than tab, newline and carriage
 * return, C1 controls, and what is not UTF-8, become \xHH; all else stays as it is. In any pieces. Pure. */
#ifndef NSK_BYTES_VISIBLE_H
#define NSK_BYTES_VISIBLE_H

#include <stddef.h>
#include <stdint.h>

enum { VISIBLE_GROWTH = 5 }; /* four each, and what was held back before */

struct visible {
	unsigned char held[4]; /* the beginning of a character */
	unsigned held_count;
	uint64_t escaped; /* bytes, so far */
};

/* COUNT bytes at IN to OUT (room for 4 * (COUNT + 3)); returns how many. COUNT 0: what was held back comes now. IN may
 * lie in OUT's buffer, far enough behind. STATE is a struct visible, all zero at first. */
size_t visible_apply(void *state, const unsigned char *in, size_t count, unsigned char *out);

#endif
