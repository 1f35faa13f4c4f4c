/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any line of nsk repl. What is a program is one again, with as many statements, when blanks stand around it; what is
 * none has a message; what waits for another line is none. Nothing is run. */
#include "repl/joiner.h"
#include "repl/syntax.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A node's texts end with a NUL, and calls and methods have what they need. */
static void check_node(const struct node *node, unsigned depth)
{
	if (depth > 200 || node->text == NULL || node->text[node->length] != '\0')
		abort();
	if ((node->kind == NODE_METHOD || node->kind == NODE_ATTRIBUTE || node->kind == NODE_KEYWORD) && node->count == 0)
		abort();
	if ((node->kind == NODE_INDEX || node->kind == NODE_OPERATOR) && node->count != 2)
		abort();
	for (size_t i = 0; i < node->count; i++)
		check_node(&node->items[i], depth + 1);
}

/* Lines are joined until they are whole; those that never are would be passed over if they were a program. */
static void check_joined(const char *lines, size_t size)
{
	struct joiner joiner = { .length = 0 };
	struct program program;
	struct syntax_error error;

	for (const char *end = lines + size; lines <= end;) {
		const char *newline = memchr(lines, '\n', (size_t)(end - lines));
		const char *stop = newline != NULL ? newline : end;

		if (joiner_add(&joiner, lines, (size_t)(stop - lines)) < 0)
			abort();
		lines = stop + 1;
	}
	if (joiner.waits && syntax_parse(joiner.text, joiner.length, &program, &error) == 0)
		abort();
	joiner_release(&joiner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program program, again;
	struct syntax_error error;
	char *line = malloc(size + 2);

	if (line == NULL)
		return 0;
	line[0] = line[size + 1] = ' ';
	memcpy(line + 1, data, size);
	if (syntax_parse(line + 1, size, &program, &error) < 0) {
		if (error.text[0] == '\0' || program.count != 0)
			abort();
	} else {
		for (size_t i = 0; i < program.count; i++)
			check_node(&program.statements[i].value, 0);
		if (syntax_parse(line, size + 2, &again, &error) < 0 || again.count != program.count)
			abort();
		syntax_release(&again);
		syntax_release(&program);
	}
	check_joined(line + 1, size);
	free(line);
	return 0;
}
