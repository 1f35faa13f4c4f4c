/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "Did you mean": the known word nearest to a mistyped one. */
#ifndef NSK_CLI_NEAREST_H
#define NSK_CLI_NEAREST_H

/* How many letters must be put in, taken out, changed or swapped with their neighbour to make A into B
 * (Damerau's distance, restricted). Words of more than 40 letters count as unlike. */
int nearest_distance(const char *a, const char *b);

/* The one of COUNT NAMES nearest to WORD, the first of equals; a name that begins with WORD counts as
 * near. NULL when none is like it. */
const char *nearest_find(const char *word, const char *const *names, int count);

#endif
