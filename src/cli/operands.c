/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See operands.h. */
#include "platform.h"

#include "cli/operands.h"

#include "cli/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* LINE holds LENGTH bytes of a line of stdin, its newline among them. */
static int take_line(char *line, size_t length, int (*take)(const char *operand, void *context), void *context)
{
	if (length > 0 && line[length - 1] == '\n')
		line[--length] = '\0';
	if (strlen(line) != length)
		return report(STATUS_FAILED, "%s: a line with a NUL byte in it", line);
	return take(line, context);
}

static int take_lines(int (*take)(const char *operand, void *context), void *context)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int status = STATUS_OK;

	errno = 0;
	while (status == STATUS_OK && (length = getline(&line, &room, stdin)) >= 0) {
		status = take_line(line, (size_t)length, take, context);
		errno = 0;
	}
	if (status == STATUS_OK && (ferror(stdin) || errno == ENOMEM))
		status = report_errno("standard input");
	free(line);
	return status;
}

int operands_each(int count, char *const *operands, int (*take)(const char *operand, void *context), void *context)
{
	int status = STATUS_OK;

	for (int i = 0; i < count && status == STATUS_OK; i++) {
		if (strcmp(operands[i], "-") == 0)
			status = take_lines(take, context);
		else
			status = take(operands[i], context);
	}
	return status;
}
