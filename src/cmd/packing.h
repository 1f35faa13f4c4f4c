/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What pack, unpack and calcsize share: the option --order, and what is said of FORMAT and of a bad one. */
#ifndef NSK_CMD_PACKING_H
#define NSK_CMD_PACKING_H

#include "bytes/format.h"
#include "cli/option.h"

enum { PACKING_ORDER_DEFAULT = -1 }; /* of the field that PACKING_ORDER writes to */

#define PACKING_ORDER(type, field) \
	CHOICE(0, "order", "native|standard|little|big|network", type, field, \
	       "the byte order, in place of FORMAT's first character (@ = < > !), which shells treat badly")

/* FORMAT in a sentence, for the notes of --help. */
#define PACKING_CODES \
	"FORMAT: first the byte order, @ native, = < > ! standard sizes; then codes with counts: x pad, c char, " \
	"b B 8 bits, ? bool, h H 16, i I l L 32, q Q 64, n N size, e f d floats, s p text, P pointer."

/* Compiles TEXT; ORDER is what PACKING_ORDER wrote. Returns 0, or a status after a message. */
int packing_compile(struct format *format, const char *text, int64_t order);

/* How many bytes the character at AT has, for a message that shows no half of one. */
int packing_character(const char *at);

#endif
