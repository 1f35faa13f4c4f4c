/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as text with backslash escapes, the same in pack, unpack, udp-send -e and the repl.
 * Pure; no allocation. */
#ifndef NSK_BYTES_ESCAPE_H
#define NSK_BYTES_ESCAPE_H

#include <stddef.h>

/* The bytes that TEXT means: \n \r \t \a \b \f \v \\ \", \ooo (one to three octal digits, at most \377), \xHH (two hex
 * digits). OUT has room for LENGTH bytes and may be TEXT itself, or NULL: then it is only checked. Returns their
 * number; or -1, *BAD being where the backslash stands of the escape that is none. */
ptrdiff_t escape_decode(const char *text, size_t length, unsigned char *out, size_t *bad);

/* Writes BYTES so that escape_decode gives them back: printable ASCII as it is, \" and \\, all else as
 * \xHH. OUT has room for 4 * COUNT; returns where the text ends. No quotes around it, no NUL. */
char *escape_encode(char *out, const unsigned char *bytes, size_t count);

/* The same with newline, return and tab as \n, \r and \t, as Python's repr shows bytes. */
char *escape_encode_letters(char *out, const unsigned char *bytes, size_t count);

#endif
