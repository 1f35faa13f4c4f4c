/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a command accepts, told from its rows: to people (--help, the overview) and to programs
 * (--describe, from which completions and man pages come). */
#ifndef NSK_CLI_DESCRIBE_H
#define NSK_CLI_DESCRIBE_H

#include "cli/command.h"

#include <stdio.h>

/* The help of one command: examples, usage, options. Advanced and refused rows are left out. */
void describe_help(const struct command *command, FILE *to);

/* All commands by group with their summaries; SHORT_FORM: one line a command, no introduction. */
void describe_overview(const struct command *const *table, FILE *to);

/* For bare `nsk`: some lines that get a newcomer going. */
void describe_short(const struct command *const *table, FILE *to);

/* Writes TEXT from column COLUMN (where the cursor is) on, broken between words at 80 columns, and ends the line. */
void describe_wrapped(FILE *to, int column, const char *text);

/* Tab-separated rows, one kind in the first field:
 *	status STATUS MEANING
 *	command NAME SUMMARY GROUP OPERANDS MIN MAX
 *	example NAME COMMAND MEANING
 *	heading NAME TITLE
 *	option NAME LETTER LONG METAVAR HELP COMPLETE ADVANCED
 * with COMPLETE one of nothing, file, host, sockopt, poller, choice; an empty field is "-". Aliases are told
 * as `alias NAME`; refused rows are left out. (`nsk --describe` adds `sockopt NAME KIND`,
 * `poller NAME`, `lesson NAME SUMMARY` and `api MODULE NAME COMMAND CALL SENTENCE`.) */
void describe_table(const struct command *const *table, FILE *to);

#endif
