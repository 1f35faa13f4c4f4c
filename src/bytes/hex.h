/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as hex digits and back. Pure; no allocation. */
#ifndef NSK_BYTES_HEX_H
#define NSK_BYTES_HEX_H

#include <stddef.h>

/* Writes COUNT bytes as 2 * COUNT lower-case digits to OUT, without a NUL; returns where they end. */
char *hex_encode(char *out, const unsigned char *bytes, size_t count);

/* Half a byte, or one that goes on in the next text. */
struct hex_decoder {
	int pending; /* the first digit of a byte, or -1: start with -1 */
};

/* Decodes the digits of TEXT, either case, white space between them passed over, to OUT, which has room for
 * (LENGTH + 1) / 2 bytes. A byte may begin in one call and end in the next. Returns the bytes written, or
 * -1 with *BAD at the character that is no digit. At the end pending must be -1. */
ptrdiff_t hex_decode(struct hex_decoder *decoder, const char *text, size_t length, unsigned char *out, size_t *bad);

#endif
