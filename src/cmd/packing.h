/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What pack, unpack and calcsize share: the option --order and what is said of a bad FORMAT. */
#ifndef NSK_CMD_PACKING_H
#define NSK_CMD_PACKING_H

#include "bytes/format.h"
#include "cli/option.h"

enum { PACKING_ORDER_DEFAULT = -1 }; /* of the field that PACKING_ORDER writes to */

#define PACKING_ORDER(type, field) \
	CHOICE(0, "order", "native|standard|little|big|network", type, field, \
	       "the byte order, in place of FORMAT's first character (@ = < > !), which shells treat badly")

/* Compiles TEXT; ORDER is what PACKING_ORDER wrote. Returns 0, or a status after a message. */
int packing_compile(struct format *format, const char *text, int64_t order);

#endif
