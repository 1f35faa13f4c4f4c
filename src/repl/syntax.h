/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The language of nsk repl: a line becomes statements. Its own spelling (recv conn 1024) and Python's
 * (conn.recv(1024)) mean the same. Knows no calls and no variables. Pure but for memory.
 *
 *	line:       statement ; statement ...
 *	statement:  [NAME[, NAME]... =] [try] CALL [WORD]...     with CALL as NAME:     import ...
 *
 * ( ) and , are spaces, but parentheses right behind a word make it a call, others group an address, and commas behind
 * NAME = make a tuple. Newlines are spaces: joiner.h says which lines belong together. */
#ifndef NSK_REPL_SYNTAX_H
#define NSK_REPL_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

enum node_kind {
	NODE_WORD,      /* text: as it stands */
	NODE_TEXT,      /* text: in quotes, its escapes done */
	NODE_CALL,      /* text(items...) */
	NODE_METHOD,    /* items[0].text(items[1]...) */
	NODE_ATTRIBUTE, /* items[0].text */
	NODE_INDEX,     /* items[0][items[1]] */
	NODE_KEYWORD,   /* text=items[0] */
	NODE_LIST,      /* [items...] */
	NODE_TUPLE,     /* (items...) */
	NODE_OPERATOR   /* items[0] text items[1]; text is |, + or * */
};

struct node {
	enum node_kind kind;
	char *text; /* NUL-terminated; of NODE_TEXT LENGTH bytes, which may hold more NULs */
	size_t length;
	bool is_bare; /* a call without parentheses: perhaps a variable or a value that stands alone */
	struct node *items;
	size_t count;
};

struct statement {
	char **names; /* assigned to */
	size_t name_count;
	bool tries;
	struct node value;
};

struct program {
	struct statement *statements;
	size_t count;
};

struct syntax_error {
	char text[200]; /* "" when memory ran out */
};

/* Parses LENGTH bytes at LINE. 0 and *PROGRAM, the caller's to release; or -1 and *ERROR. */
int syntax_parse(const char *line, size_t length, struct program *program, struct syntax_error *error);
void syntax_release(struct program *program);

#endif
