/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Operands one after the other, where "-" stands for the lines of standard input. */
#ifndef NSK_CLI_OPERANDS_H
#define NSK_CLI_OPERANDS_H

/* Calls TAKE with each of COUNT operands, for "-" with each line of stdin (without its newline), until one
 * returns another status than STATUS_OK, which is returned. What cannot be read is STATUS_FAILED. */
int operands_each(int count, char *const *operands, int (*take)(const char *operand, void *context), void *context);

#endif
