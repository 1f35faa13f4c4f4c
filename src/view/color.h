/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether to color what people look at. Asked for each stream by itself: stdout may be a pipe while
 * stderr is a terminal. */
#ifndef NSK_VIEW_COLOR_H
#define NSK_VIEW_COLOR_H

#include <stdbool.h>

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER }; /* in the order of COLOR_CHOICES */

#define COLOR_CHOICES "auto|always|never"

/* SGR sequences (ECMA-48, 8.3.117); black and white are avoided, since one of them is the background. */
#define COLOR_RESET "\x1b[0m"
#define COLOR_BOLD "\x1b[1m"
#define COLOR_DIM "\x1b[2m"
#define COLOR_RED "\x1b[31m"
#define COLOR_GREEN "\x1b[32m"
#define COLOR_YELLOW "\x1b[33m"
#define COLOR_MAGENTA "\x1b[35m"
#define COLOR_CYAN "\x1b[36m"

/* --color, for the whole process; COLOR_AUTO until it is called. */
void color_choose(enum color_when when);

/* Whether what is written to FD is to be colored. COLOR_AUTO: FD is a terminal, TERM is set and not "dumb", and
 * NO_COLOR is unset or empty (no-color.org). */
bool color_wanted(int fd);

#endif
