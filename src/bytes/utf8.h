/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Is this UTF-8 (RFC 3629)? Pure. */
#ifndef NSK_BYTES_UTF8_H
#define NSK_BYTES_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The length, 1 to 4, of the well-formed sequence that BYTES begins with; 0 when there is none (overlong
 * forms, surrogates and values past U+10FFFF are none) or COUNT is 0. */
size_t utf8_sequence(const unsigned char *bytes, size_t count);

/* Whether a well-formed sequence of LENGTH bytes is one of the C1 controls, U+0080 to U+009F, which a terminal may obey. */
bool utf8_is_c1(const unsigned char *bytes, size_t length);

bool utf8_is_valid(const unsigned char *bytes, size_t count);

#endif
