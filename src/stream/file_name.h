/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File names that hold a connection's number and peer, so that many clients are kept apart: %n, %a, %p, and %% for
 * a percent sign. Pure. */
#ifndef NSK_STREAM_FILE_NAME_H
#define NSK_STREAM_FILE_NAME_H

#include <stdbool.h>
#include <stdint.h>

/* What the letters stand for. ADDRESS and PORT: NULL where peers have none (Unix sockets). */
struct file_name_values {
	uint64_t number;     /* %n, the first connection is 1 */
	const char *address; /* %a */
	const char *port;    /* %p */
};

/* NULL if PATTERN is well formed, else why not, a phrase that fits behind "--output 'x': ". HAS_PEER: whether peers
 * have an address and a port. */
const char *file_name_check(const char *pattern, bool has_peer);

/* Whether PATTERN names a file for each connection, and not one for all. */
bool file_name_varies(const char *pattern);

/* PATTERN, which file_name_check has found good, with VALUES in place. The caller frees it. NULL with ENOMEM. */
char *file_name_expand(const char *pattern, const struct file_name_values *values);

#endif
