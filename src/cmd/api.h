/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The socket API and Python's modules name by name, and what does each here: api-names.def for people; constants in api_constant.c. */
#ifndef NSK_CMD_API_H
#define NSK_CMD_API_H

#include <stdbool.h>

/* Tells on stdout what NAME ("recvfrom", "socket.recvfrom") is and what does it. False, and nothing, if it is none. */
bool api_explain(const char *name);

/* The known name nearest to NAME, or NULL. */
const char *api_nearest(const char *name);

/* The same for the constants: socket options, flags, errors. */
bool api_explain_constant(const char *name);
const char *api_nearest_constant(const char *name);

/* Tab-separated rows on stdout: api MODULE NAME COMMAND CALL SENTENCE, "-" for what is empty. */
void api_print_table(void);

#endif
