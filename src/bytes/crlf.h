/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CRLF for LF, in any pieces; a CRLF that stands there already stays one. Pure. */
#ifndef NSK_BYTES_CRLF_H
#define NSK_BYTES_CRLF_H

#include <stdbool.h>
#include <stddef.h>

enum { CRLF_GROWTH = 2 };

struct crlf {
	bool after_cr;
};

/* COUNT bytes at IN to OUT (room for twice as many); returns how many. IN may lie in OUT's buffer, COUNT or
 * more bytes behind its beginning. STATE is a struct crlf, all zero at first. */
size_t crlf_apply(void *state, const unsigned char *in, size_t count, unsigned char *out);

#endif
