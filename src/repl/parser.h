/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What syntax.c (statements), operand.c (words and what is made of them), lexer.c (tokens) and joiner.c (lines) share.
 * See syntax.h. */
#ifndef NSK_REPL_PARSER_H
#define NSK_REPL_PARSER_H

#include "platform.h"

#include "repl/syntax.h"

enum token_kind {
	TOKEN_END,
	TOKEN_SEPARATOR, /* ; */
	TOKEN_WORD,
	TOKEN_STRING,
	TOKEN_LEFT,
	TOKEN_RIGHT,
	TOKEN_LIST_LEFT,
	TOKEN_LIST_RIGHT,
	TOKEN_COMMA,
	TOKEN_EQUALS,
	TOKEN_OPERATOR /* | + * or % */
};

struct token {
	enum token_kind kind;
	const char *begin, *end; /* a string's without its quotes */
	bool is_adjacent;        /* nothing stands between it and the token before */
	bool is_raw;             /* a string in which a backslash is one: r'..' */
};

struct lexer {
	const char *at, *end;
	const char *previous_end;
	bool joins; /* the end is a backslash: another line belongs there */
	struct syntax_error *error;
};

/* 0, or -1 with the error set. */
int lexer_next(struct lexer *lexer, struct token *token);

/* How many brackets are open behind TOKEN when OPEN are before it. */
size_t lexer_open(const struct token *token, size_t open);

struct parser {
	struct lexer lexer;
	struct token token; /* the next one */
	int depth;
	bool in_with; /* the word "as" ends the operands; between statements: the next one is a with as well */
	bool assigns; /* commas between values make a tuple, which is assigned */
};

/* All return 0, or -1 with the error set ("" when memory ran out). */
int parser_refuse(struct parser *parser, const char *format, ...) PRINTF_LIKE(2, 3);
int parser_advance(struct parser *parser);

bool parser_token_is(const struct parser *parser, const char *word);
bool parser_at_end(const struct parser *parser);

/* One operand. On failure nothing is left in *NODE. */
int parser_operand(struct parser *parser, struct node *node);

/* Operands into NODE up to CLOSE, which is taken, or to the end if CLOSE is TOKEN_END. */
int parser_operands(struct parser *parser, struct node *node, enum token_kind close);

/* What stands right behind an operand: .name, .name(...), [index]. */
int parser_postfix(struct parser *parser, struct node *node);

/* A tuple of NODE and of the operands behind the commas that follow it. */
int parser_tuple(struct parser *parser, struct node *node);

/* | OPERAND, + OPERAND and * OPERAND behind an operand. */
int parser_operators(struct parser *parser, struct node *node);

/* A node with the text of a word. */
int node_make(struct node *node, enum node_kind kind, const char *begin, const char *end);
void node_release(struct node *node);

/* What stands behind Python's prompt, >>> or ..., if LINE begins with one. */
const char *parser_behind_prompt(const char *line, const char *end);

#endif
