/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session of nsk repl: variables, sockets, the last result; lines are run in it. It prints results, and narrates
 * nothing: messages are the caller's, by `say` and by the error that repl_run leaves. */
#ifndef NSK_REPL_REPL_H
#define NSK_REPL_REPL_H

#include "platform.h"

#include "repl/syntax.h"
#include "repl/value.h"

#include <stdint.h>
#include <stdio.h>

enum { VARIABLE_NAME_MAX = 64 };

struct variable {
	char name[VARIABLE_NAME_MAX];
	struct value value;
};

struct repl {
	struct variable *variables;
	size_t variable_count;
	struct object *objects;
	struct value last;          /* the last call's result */
	int64_t default_timeout_ns; /* of new sockets; below 0: they block */
	const char *calling;        /* the call that is being made, by its name */
	bool exits;                 /* exit was called */

	/* What went wrong: "ECONNREFUSED", "connection refused". */
	char error_name[32], error_text[512];

	FILE *out;             /* results and what print prints */
	bool out_is_terminal;  /* then what strangers sent is made harmless there */
	/* Takes a line that is no result, without a newline: a call blocks, a result took long. */
	void (*say)(const char *line, void *context);
	void *context;
};

enum repl_result {
	REPL_OK,
	REPL_FAILED,     /* error_name and error_text are set */
	REPL_INTERRUPTED /* a signal came (interrupt.h) */
};

/* REPL is zeroed but for out, out_is_terminal, say and context. */
void repl_init(struct repl *repl);
void repl_release(struct repl *repl);

/* Runs LENGTH bytes at LINE, statement by statement until one fails. */
enum repl_result repl_run(struct repl *repl, const char *line, size_t length);

/* The variable NAME, or NULL. */
struct value *repl_variable(struct repl *repl, const char *name, size_t length);

/* Moves VALUE into the variable NAME. 0, or -1 with the error set; VALUE is gone then as well. */
int repl_assign(struct repl *repl, const char *name, struct value value);

/* ---- for what runs inside: each sets the error and returns -1 */

int repl_fail(struct repl *repl, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
int repl_fail_errno(struct repl *repl); /* errno by name and words; keeps it */
int repl_fail_memory(struct repl *repl);
int repl_fail_look_up(struct repl *repl, enum endpoint_result result, const struct endpoint_problem *problem);

/* The value of NODE. 0, or -1 with the error set. */
int evaluate(struct repl *repl, const struct node *node, struct value *value);

/* The call, or lone value, of a statement. */
int evaluate_statement(struct repl *repl, const struct statement *statement, struct value *value);

#endif
