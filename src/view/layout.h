/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record's layout for people: a table of its fields and a diagram of its bytes. At most 80 columns wide. */
#ifndef NSK_VIEW_LAYOUT_H
#define NSK_VIEW_LAYOUT_H

#include "bytes/format.h"

#include <stdio.h>

/* Writes the layout of FORMAT, whose text is TEXT, to TO; with RECORD not NULL also its bytes and values, each headed by
 * its one of NAMES ("a="), if there are any. Long records are shown in part. Returns 0; -1, and
 * nothing is written, when memory runs out. */
int layout_write(FILE *to, const struct format *format, const char *text, const char *const *names,
                 const unsigned char *record);

#endif
