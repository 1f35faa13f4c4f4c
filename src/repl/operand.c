/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Operands from tokens: words, texts, calls within calls, lists, tuples (see syntax.h). */
#include "platform.h"

#include "repl/parser.h"

#include "bytes/escape.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 40 };

int parser_refuse(struct parser *parser, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(parser->lexer.error->text, sizeof parser->lexer.error->text, format, arguments);
	va_end(arguments);
	return -1;
}

int parser_advance(struct parser *parser)
{
	return lexer_next(&parser->lexer, &parser->token);
}

bool parser_token_is(const struct parser *parser, const char *word)
{
	size_t length = (size_t)(parser->token.end - parser->token.begin);

	return parser->token.kind == TOKEN_WORD && length == strlen(word) && memcmp(parser->token.begin, word, length) == 0;
}

bool parser_at_end(const struct parser *parser)
{
	return parser->token.kind == TOKEN_END || parser->token.kind == TOKEN_SEPARATOR;
}

/* ---- nodes --------------------------------------------------------------------------------------- */

void node_release(struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		node_release(&node->items[i]);
	free(node->items);
	free(node->text);
	*node = (struct node){ .kind = NODE_WORD };
}

/* Moves ITEM into NODE; releases it and returns -1 when memory runs out. */
static int node_add(struct node *node, struct node item)
{
	struct node *items = realloc(node->items, (node->count + 1) * sizeof *items);

	if (items == NULL) {
		node_release(&item);
		return -1;
	}
	items[node->count++] = item;
	node->items = items;
	return 0;
}

int node_make(struct node *node, enum node_kind kind, const char *begin, const char *end)
{
	*node = (struct node){ .kind = kind, .length = (size_t)(end - begin) };
	node->text = malloc(node->length + 1);
	if (node->text == NULL)
		return -1;
	memcpy(node->text, begin, node->length); /* a string may hold zero bytes */
	node->text[node->length] = '\0';
	return 0;
}

/* Makes *NODE the first item of a new node of KIND in its place. */
static int node_wrap(struct node *node, enum node_kind kind, const char *begin, const char *end)
{
	struct node outer;

	if (node_make(&outer, kind, begin, end) < 0)
		return -1;
	struct node inner = *node;
	*node = (struct node){ .kind = NODE_WORD };
	if (node_add(&outer, inner) < 0) {
		node_release(&outer);
		return -1;
	}
	*node = outer;
	return 0;
}

/* A string's bytes. In single quotes \' is the quote, as in Python; all else is escape.h's. */
static int decode_string(struct parser *parser, struct node *node)
{
	size_t count = 0, bad = 0;

	if (node_make(node, NODE_TEXT, parser->token.begin, parser->token.end) < 0)
		return -1;
	if (parser->token.is_raw)
		return parser_advance(parser);
	for (size_t i = 0; i < node->length; i++) {
		bool is_pair = node->text[i] == '\\'; /* the lexer saw to it that a character follows */

		if (is_pair && node->text[i + 1] != '\'')
			node->text[count++] = node->text[i];
		i += is_pair;
		node->text[count++] = node->text[i];
	}
	ptrdiff_t decoded = escape_decode(node->text, count, (unsigned char *)node->text, &bad);
	if (decoded < 0) {
		parser_refuse(parser, "'%.2s' is no escape: \\n \\r \\t \\a \\b \\f \\v \\\\ \\\" \\ooo \\xHH", node->text + bad);
		node_release(node);
		return -1;
	}
	node->length = (size_t)decoded;
	node->text[decoded] = '\0';
	return parser_advance(parser);
}

/* ---- operands ------------------------------------------------------------------------------------ */

int parser_operands(struct parser *parser, struct node *node, enum token_kind close)
{
	while (!parser_at_end(parser)) {
		enum token_kind kind = parser->token.kind;
		struct node item;

		if (kind == close)
			return parser_advance(parser);
		if (close == TOKEN_END && parser->in_with && parser_token_is(parser, "as"))
			return 0;
		if (kind == TOKEN_COMMA || kind == TOKEN_RIGHT) {
			if (parser_advance(parser) < 0)
				return -1;
			continue;
		}
		if (parser_operand(parser, &item) < 0 || node_add(node, item) < 0)
			return -1;
	}
	if (close != TOKEN_END)
		return parser_refuse(parser, "a closing %c is missing", close == TOKEN_RIGHT ? ')' : ']');
	return 0;
}

int parser_postfix(struct parser *parser, struct node *node)
{
	while (parser->token.is_adjacent) {
		const struct token token = parser->token;

		if (++parser->depth > DEPTH_MAX)
			return parser_refuse(parser, "too deep");

		if (token.kind == TOKEN_WORD && *token.begin == '.' && token.end - token.begin > 1) {
			if (node_wrap(node, NODE_ATTRIBUTE, token.begin + 1, token.end) < 0 || parser_advance(parser) < 0)
				return -1;
			if (parser->token.kind != TOKEN_LEFT || !parser->token.is_adjacent)
				continue;
			node->kind = NODE_METHOD;
			if (parser_advance(parser) < 0 || parser_operands(parser, node, TOKEN_RIGHT) < 0)
				return -1;
		} else if (token.kind == TOKEN_LIST_LEFT) {
			if (node_wrap(node, NODE_INDEX, "[", "[") < 0 || parser_advance(parser) < 0 ||
			    parser_operands(parser, node, TOKEN_LIST_RIGHT) < 0)
				return -1;
			if (node->count != 2)
				return parser_refuse(parser, "an index is one number: NAME[0]");
		} else {
			break;
		}
	}
	return 0;
}

/* A word, a keyword NAME=OPERAND, or a call NAME(...). */
static int parse_word(struct parser *parser, struct node *node)
{
	struct node item;

	if (node_make(node, NODE_WORD, parser->token.begin, parser->token.end) < 0 || parser_advance(parser) < 0)
		return -1;
	if (parser->token.kind == TOKEN_LEFT && parser->token.is_adjacent) {
		node->kind = NODE_CALL;
		return parser_advance(parser) < 0 ? -1 : parser_operands(parser, node, TOKEN_RIGHT);
	}
	if (parser->token.kind != TOKEN_EQUALS)
		return 0;
	node->kind = NODE_KEYWORD;
	if (parser_advance(parser) < 0)
		return -1;
	if (parser_at_end(parser) || parser->token.kind == TOKEN_COMMA || parser->token.kind == TOKEN_RIGHT)
		return parser_refuse(parser, "a value is missing behind %s=", node->text);
	return parser_operand(parser, &item) < 0 ? -1 : node_add(node, item);
}

/* (...): what stands in it, or a tuple if there is a comma or more than one thing. */
static int parse_group(struct parser *parser, struct node *node)
{
	if (node_make(node, NODE_TUPLE, "", "") < 0 || parser_advance(parser) < 0 ||
	    parser_operands(parser, node, TOKEN_RIGHT) < 0)
		return -1;
	if (node->count == 1) {
		struct node only = node->items[0];

		free(node->items);
		free(node->text);
		*node = only;
	}
	return 0;
}

int parser_tuple(struct parser *parser, struct node *node)
{
	struct node item;

	if (node->kind == NODE_CALL && node->is_bare) {
		node->kind = NODE_WORD;
		node->is_bare = false;
	}
	if (node_wrap(node, NODE_TUPLE, "", "") < 0)
		return -1;
	while (parser->token.kind == TOKEN_COMMA) {
		if (parser_advance(parser) < 0)
			return -1;
		if (parser_at_end(parser)) /* NAME = WORD, */
			break;
		if (parser_operand(parser, &item) < 0 || node_add(node, item) < 0)
			return -1;
	}
	return 0;
}

static int parse_primary(struct parser *parser, struct node *node)
{
	const struct token *token = &parser->token;

	switch (token->kind) {
	case TOKEN_STRING:
		return decode_string(parser, node);
	case TOKEN_WORD:
		return parse_word(parser, node);
	case TOKEN_LEFT:
		return parse_group(parser, node);
	case TOKEN_LIST_LEFT:
		return node_make(node, NODE_LIST, "", "") < 0 || parser_advance(parser) < 0
		               ? -1
		               : parser_operands(parser, node, TOKEN_LIST_RIGHT);
	case TOKEN_END:
	case TOKEN_SEPARATOR:
		return parser_refuse(parser, "a value is missing");
	default:
		return parser_refuse(parser, "'%.*s' stands where a word is wanted", (int)(token->end - token->begin), token->begin);
	}
}

int parser_operators(struct parser *parser, struct node *node)
{
	while (parser->token.kind == TOKEN_OPERATOR) {
		struct node right;

		if (*parser->token.begin == '%')
			return parser_refuse(parser, "%% is not understood here; \"{}\".format(NAME) is");
		if (node_wrap(node, NODE_OPERATOR, parser->token.begin, parser->token.end) < 0 || parser_advance(parser) < 0 ||
		    parser_operand(parser, &right) < 0 || node_add(node, right) < 0)
			return -1;
	}
	return 0;
}

int parser_operand(struct parser *parser, struct node *node)
{
	int depth = parser->depth;

	*node = (struct node){ .kind = NODE_WORD };
	if (++parser->depth > DEPTH_MAX)
		return parser_refuse(parser, "too deep");
	if (parse_primary(parser, node) < 0)
		goto failed;
	if (node->kind != NODE_KEYWORD && (parser_postfix(parser, node) < 0 || parser_operators(parser, node) < 0))
		goto failed;
	parser->depth = depth;
	return 0;
failed:
	node_release(node);
	return -1;
}
