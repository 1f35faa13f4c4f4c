/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lessons of nsk demo, put into the program from demos/ by tools/embed-lessons. */
#ifndef NSK_CMD_LESSONS_H
#define NSK_CMD_LESSONS_H

struct lesson {
	const char *name, *summary;
	const char *text; /* a script of nsk repl; its comments are the narration */
};

/* A NULL name ends them. */
extern const struct lesson lessons[];

#endif
