/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names for the values of a record, from "a,b,c": UTF-8 without blanks, control characters, quotes, backslashes
 * and equals signs, each once. */
#ifndef NSK_BYTES_NAMES_H
#define NSK_BYTES_NAMES_H

#include <stddef.h>

struct names {
	char **items;  /* each with an equals sign behind it: "a=" */
	size_t count;
	size_t length; /* of all items together */
	char *text;    /* where they are kept */
};

/* Takes GIVEN apart. Returns 0; or -1 with *REASON, and *WORD the name refused, in NAMES' memory; *REASON is NULL when
 * memory ran out. names_release in any case. */
int names_init(struct names *names, const char *given, const char **reason, const char **word);
void names_release(struct names *names);

#endif
