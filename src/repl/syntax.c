/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statements from tokens (see syntax.h). A parenthesis too many is passed over: it is a space. */
#include "platform.h"

#include "repl/parser.h"

#include <stdlib.h>
#include <string.h>

static void statement_release(struct statement *statement)
{
	for (size_t i = 0; i < statement->name_count; i++)
		free(statement->names[i]);
	free(statement->names);
	node_release(&statement->value);
	*statement = (struct statement){ .name_count = 0 };
}

static int add_name(struct parser *parser, struct statement *statement, const char *begin, const char *end)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	char **names = realloc(statement->names, (statement->name_count + 1) * sizeof *names);

	if (names == NULL)
		return -1;
	statement->names = names;
	for (const char *c = begin; c < end; c++) {
		if (strchr(letters, *c) == NULL || (c == begin && *c <= '9'))
			return parser_refuse(parser, "'%.*s' is no name for a variable", (int)(end - begin), begin);
	}
	names[statement->name_count] = strndup(begin, (size_t)(end - begin));
	if (names[statement->name_count] == NULL)
		return -1;
	statement->name_count++;
	return 0;
}

/* Whether NAME[, NAME]... = comes; the tokens are taken. */
static int skip_names(struct parser *parser, bool *assigns)
{
	while (parser->token.kind == TOKEN_WORD) {
		if (parser_advance(parser) < 0)
			return -1;
		if (parser->token.kind != TOKEN_COMMA)
			break;
		if (parser_advance(parser) < 0)
			return -1;
	}
	*assigns = parser->token.kind == TOKEN_EQUALS;
	return 0;
}

/* NAME[, NAME]... = in front of a statement; if there is none, nothing is taken. */
static int parse_names(struct parser *parser, struct statement *statement)
{
	const struct lexer lexer = parser->lexer;
	const struct token first = parser->token;
	bool assigns = false;
	bool failed = first.kind == TOKEN_WORD && skip_names(parser, &assigns) < 0;

	parser->lexer = lexer;
	parser->token = first;
	if (failed)
		return -1;
	while (assigns && parser->token.kind != TOKEN_EQUALS) {
		if (parser->token.kind == TOKEN_WORD &&
		    add_name(parser, statement, parser->token.begin, parser->token.end) < 0)
			return -1;
		(void)parser_advance(parser); /* as it went the first time */
	}
	return assigns ? parser_advance(parser) : 0;
}

/* Whether a comma here parts the values of NAME = VALUE, VALUE; elsewhere it is a space. */
static bool is_at_tuple(const struct parser *parser)
{
	return parser->assigns && parser->token.kind == TOKEN_COMMA;
}

/* Whether the word before the next token is no call, but what an operand begins with. */
static bool begins_operand(const struct parser *parser)
{
	const struct token *next = &parser->token;

	if (next->kind == TOKEN_OPERATOR)
		return true;
	return next->is_adjacent && !parser_at_end(parser) && next->kind != TOKEN_LEFT && next->kind != TOKEN_RIGHT &&
	       next->kind != TOKEN_COMMA && next->kind != TOKEN_STRING;
}

/* What stands behind a call's name, which is in NODE. */
static int parse_call(struct parser *parser, struct node *node)
{
	node->is_bare = parser->token.kind != TOKEN_LEFT;
	if (!node->is_bare && (parser_advance(parser) < 0 || parser_operands(parser, node, TOKEN_RIGHT) < 0 ||
	                       parser_postfix(parser, node) < 0))
		return -1;
	if (!node->is_bare && parser->token.kind == TOKEN_OPERATOR) /* NAME = CALL(...) + WORD */
		return parser_operators(parser, node);
	/* words behind the parentheses are the call's too */
	return node->kind == NODE_CALL && !is_at_tuple(parser) ? parser_operands(parser, node, TOKEN_END) : 0;
}

/* CALL [WORD]..., CALL(WORD, ...), or one operand; behind NAME = several with commas. */
static int parse_value(struct parser *parser, struct node *node)
{
	const struct lexer lexer = parser->lexer;
	const struct token first = parser->token;
	bool is_call = false;

	if (parser_at_end(parser))
		return parser_refuse(parser, "a call or a value is missing");
	if (first.kind == TOKEN_WORD) {
		if (node_make(node, NODE_CALL, first.begin, first.end) < 0 || parser_advance(parser) < 0)
			return -1;
		is_call = !begins_operand(parser);
		if (!is_call) {
			node_release(node);
			parser->lexer = lexer;
			parser->token = first;
		}
	}
	if ((is_call ? parse_call(parser, node) : parser_operand(parser, node)) < 0)
		return -1;
	return is_at_tuple(parser) ? parser_tuple(parser, node) : 0;
}

/* Takes a colon off the end of the next word. */
static bool drop_colon(struct parser *parser)
{
	struct token *token = &parser->token;
	bool has_one = token->kind == TOKEN_WORD && token->end - token->begin > 1 && token->end[-1] == ':';

	if (has_one)
		token->end--;
	return has_one;
}

/* with CALL as NAME: means NAME = CALL; with NAME: means nothing more than NAME. A comma behind the name begins the next
 * one as "with" does. */
static int parse_with(struct parser *parser, struct statement *statement)
{
	parser->in_with = true;
	if (parser_advance(parser) < 0)
		return -1;
	if (drop_colon(parser)) {
		if (add_name(parser, statement, parser->token.begin, parser->token.end) < 0 ||
		    node_make(&statement->value, NODE_WORD, parser->token.begin, parser->token.end) < 0)
			return -1;
		parser->in_with = false;
		return parser_advance(parser);
	}
	if (parse_value(parser, &statement->value) < 0)
		return -1;
	if (!parser_token_is(parser, "as"))
		return parser_refuse(parser, "'with' stands before CALL as NAME: here, for each line is one call");
	if (parser_advance(parser) < 0)
		return -1;
	bool is_last = drop_colon(parser);
	if (parser->token.kind != TOKEN_WORD)
		return parser_refuse(parser, "with CALL as NAME: a name is missing");
	if (add_name(parser, statement, parser->token.begin, parser->token.end) < 0 || parser_advance(parser) < 0)
		return -1;
	parser->in_with = !is_last && parser->token.kind == TOKEN_COMMA;
	return 0;
}

/* Whether the statement is Python's and no call: each line here is one. */
static const char *block_word(const struct parser *parser)
{
	static const char *const words[] = { "while", "for",    "if",     "elif",     "else",   "def",   "class",  "except",
		                             "finally", "return", "break", "continue", "lambda", "raise", "yield",  "assert",
		                             "async",    "global", "try:",  "else:",    "finally:", "except:", "match", "del" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (parser_token_is(parser, words[i]))
			return words[i];
	}
	return NULL;
}

/* Whether the next statement says nothing that matters here; it is taken then. */
static int skip_statement(struct parser *parser, bool *skipped)
{
	size_t open = 0;

	*skipped = parser_token_is(parser, "import") || parser_token_is(parser, "from") || parser_token_is(parser, "pass");
	while (*skipped && !parser_at_end(parser)) {
		open = lexer_open(&parser->token, open);
		if (parser_advance(parser) < 0)
			return -1;
	}
	return open > 0 ? parser_refuse(parser, "a closing bracket is missing") : 0;
}

static int parse_statement(struct parser *parser, struct statement *statement)
{
	const char *block = block_word(parser);

	if (block != NULL)
		return parser_refuse(parser, "'%.*s': blocks are not understood here; each line is one call",
		              (int)strcspn(block, ":"), block);
	if (parser_token_is(parser, "with") || parser->in_with)
		return parse_with(parser, statement);
	if (parse_names(parser, statement) < 0)
		return -1;
	parser->assigns = statement->name_count > 0;
	if (parser_token_is(parser, "try")) {
		statement->tries = true;
		if (parser_advance(parser) < 0)
			return -1;
	}
	if (parse_value(parser, &statement->value) < 0)
		return -1;
	if (!parser_at_end(parser))
		return parser_refuse(parser, "'%.*s' is one word too many", (int)(parser->token.end - parser->token.begin),
		              parser->token.begin);
	return 0;
}

static int add_statement(struct program *program, struct statement statement)
{
	struct statement *statements = realloc(program->statements, (program->count + 1) * sizeof *statements);

	if (statements == NULL) {
		statement_release(&statement);
		return -1;
	}
	statements[program->count++] = statement;
	program->statements = statements;
	return 0;
}

/* Its documentation shows the prompts in front of what is typed. */
const char *parser_behind_prompt(const char *line, const char *end)
{
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	if (end - line >= 3 && (memcmp(line, ">>>", 3) == 0 || memcmp(line, "...", 3) == 0))
		line += 3;
	return line;
}

int syntax_parse(const char *line, size_t length, struct program *program, struct syntax_error *error)
{
	const char *begin = parser_behind_prompt(line, line + length);
	struct parser parser = { .lexer = { .at = begin, .end = line + length, .error = error } };

	*program = (struct program){ .count = 0 };
	error->text[0] = '\0';
	if (parser_advance(&parser) < 0)
		return -1;
	while (parser.token.kind != TOKEN_END) {
		struct statement statement = { .value = { .kind = NODE_WORD } };
		bool skipped = parser.token.kind == TOKEN_SEPARATOR;
		int result = skipped ? parser_advance(&parser) : skip_statement(&parser, &skipped);

		if (result == 0 && !skipped) {
			parser.depth = 0;
			parser.assigns = false;
			result = parse_statement(&parser, &statement);
			result = result == 0 ? add_statement(program, statement) : (statement_release(&statement), -1);
		}
		if (result < 0) {
			syntax_release(program);
			return -1;
		}
	}
	return 0;
}

void syntax_release(struct program *program)
{
	for (size_t i = 0; i < program->count; i++)
		statement_release(&program->statements[i]);
	free(program->statements);
	*program = (struct program){ .count = 0 };
}
