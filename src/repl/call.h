/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The calls of nsk repl, a row each: help, completion and the man page's table come from the rows as well. */
#ifndef NSK_REPL_CALL_H
#define NSK_REPL_CALL_H

#include "repl/object.h"
#include "repl/repl.h"

enum { CALL_PARAMETERS_MAX = 6 };

struct call {
	const char *name;
	/* "socket:socket size:count [flags:int]": name and kind of each, "..." behind the last one's kind for any number.
	 * The kinds are call_bind.c's. */
	const char *parameters;
	const char *prototype; /* C's; "" if C has none */
	const char *signature; /* Python's; "" if it has none */
	const char *help;      /* a sentence without its full stop */
	const char *errors;    /* names, "" for none worth telling */
	/* ARGUMENTS are bound to the parameters, VALUE_ABSENT where not given; the caller releases them. *RESULT is
	 * VALUE_NONE at first. 0, or -1 with the session's error set. */
	int (*run)(struct repl *repl, struct value *arguments, struct value *result);
};

/* Walks all rows: *AT is 0 at first; NULL at the end. */
const struct call *call_next(size_t *at);
const struct call *call_find(const char *name);

/* What CALL, a row, has to do with, in a word or two: "send and receive". */
const char *call_group(const struct call *call);

/* "recv SOCKET SIZE [FLAGS]". Returns TEXT. */
enum { CALL_USAGE_MAX = 160 };
const char *call_usage(const struct call *call, char text[CALL_USAGE_MAX]);

/* Calls CALL with the values of COUNT nodes, behind FIRST if that is not NULL (it is moved). */
int call_run(struct repl *repl, const struct call *call, struct value *first, const struct node *nodes, size_t count,
             struct value *result);

/* ---- a parameter's kind, for call_bind.c and evaluate.c */

enum parameter_kind {
	PARAMETER_ANY,
	PARAMETER_SOCKET,  /* an open one */
	PARAMETER_OBJECT,  /* socket, poll, epoll or file, closed ones too */
	PARAMETER_FILE,
	PARAMETER_POLLER,
	PARAMETER_INT,     /* or the name of a constant */
	PARAMETER_COUNT,   /* 0 or more */
	PARAMETER_TEXT,
	PARAMETER_BYTES,
	PARAMETER_HOST,    /* text, or None */
	PARAMETER_SECONDS, /* a number, or None */
	PARAMETER_TARGET,  /* an address in a variable, else a host, a port, HOST:PORT: not looked up yet */
	PARAMETER_ADDRESS, /* one value or several words */
	PARAMETER_LIST,
	PARAMETER_NAME     /* of a variable: not its value */
};

struct parameter {
	char name[24];
	enum parameter_kind kind;
	bool is_optional, is_rest;
};

/* Takes CALL's parameters apart. Returns their number. */
size_t call_parameters(const struct call *call, struct parameter parameters[CALL_PARAMETERS_MAX]);

/* VALUES, which are moved, become ARGUMENTS; KEYWORDS[i] is "" or the name that VALUES[i] was given with. */
int call_bind(struct repl *repl, const struct call *call, struct value *values, const char *const *keywords, size_t count,
              struct value arguments[CALL_PARAMETERS_MAX]);

/* COUNT values as one address for a socket of FAMILY (AF_UNSPEC: any). */
int call_address(struct repl *repl, const struct value *values, size_t count, int family, struct endpoint *address);

/* How many of COUNT values at VALUES make an address, if it may take all of them or not. */
size_t call_address_words(const struct value *values, size_t count, int family, bool is_last);

/* An argument as a number: the default when it is absent. It has been bound as int or count. */
int call_int(const struct value *argument, int fallback);

/* ---- the rows, by file; a NULL name ends each */

extern const struct call call_socket_rows[], call_transfer_rows[], call_message_rows[], call_file_rows[],
	call_option_rows[], call_select_rows[], call_poll_rows[], call_lookup_rows[], call_number_rows[], call_packing_rows[],
	call_text_rows[], call_sockets_rows[], call_session_rows[];

#endif
