/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Host names as strangers give them (DNS, a hosts file) made harmless for terminals, shells and options. Pure. */
#ifndef NSK_BYTES_HOSTNAME_H
#define NSK_BYTES_HOSTNAME_H

#include <stddef.h>

/* Room for any name that the resolver returns (NI_MAXHOST), each byte escaped. */
enum { HOSTNAME_TEXT_MAX = 4 * 1025 + 1 };

/* Copies NAME to TEXT: ASCII letters, digits and . - _ : % / as they are (names, addresses with a zone), a '-' at
 * the beginning and every other byte as \xHH. What does not fit is left out. Returns TEXT. */
const char *hostname_escape(const char *name, char text[HOSTNAME_TEXT_MAX]);

#endif
