/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line's tokens (see syntax.h). A word goes on to a blank or to a character that means something by itself; where
 * that depends, formats and addresses win: =hh behind a blank is a word, [::1]:80 is no list. A comment goes on to the
 * line's end, and a backslash there is a blank. */
#include "platform.h"

#include "repl/parser.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v' || c == '\0';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* Whether BEGIN to END could be a variable's or a parameter's name. */
static bool is_name(const char *begin, const char *end)
{
	if (begin == end || !is_letter(*begin))
		return false;
	for (; begin < end; begin++) {
		if (!is_letter(*begin) && !is_digit(*begin))
			return false;
	}
	return true;
}

/* The end of an address in brackets, [V6]:PORT, that begins at AT; NULL if none does. */
static const char *bracketed_end(const char *at, const char *end)
{
	const char *c = at + 1;
	bool has_colon = false;

	for (; c < end && *c != ']'; c++) {
		if (!is_letter(*c) && !is_digit(*c) && (is_blank(*c) || strchr(":.%-", *c) == NULL))
			return NULL;
		has_colon = has_colon || *c == ':';
	}
	if (!has_colon || end - c < 3 || c[1] != ':' || !(is_digit(c[2]) || is_letter(c[2])))
		return NULL;
	for (c += 2; c < end && (is_digit(*c) || is_letter(*c) || *c == '-'); c++)
		;
	return c;
}

/* The length of a backslash at a line's end and of what ends the line; 0 if there is none at AT. */
static size_t line_join(const char *at, const char *end)
{
	const char *c = at + 1;

	if (*at != '\\')
		return 0;
	c += c < end && *c == '\r';
	return c == end || *c == '\n' ? (size_t)(c - at) + (c < end) : 0;
}

static const char *word_end(const char *begin, const char *end)
{
	const char *c = begin;

	for (; c < end && !is_blank(*c) && !is_quote(*c); c++) {
		if (strchr("(),;[]|", *c) != NULL || line_join(c, end) > 0)
			break;
		if (*c == '=' && is_name(begin, c))
			break;
		if (*c == '+' && c > begin && c + 1 < end && is_quote(c[1]))
			break;
	}
	return c;
}

static int refuse(struct lexer *lexer, const char *text)
{
	snprintf(lexer->error->text, sizeof lexer->error->text, "%s", text);
	return -1;
}

/* Whether the letter A stands in AMONG, which holds small ones. */
static bool is_one_of(char a, const char *among)
{
	return is_letter(a) && strchr(among, a | 0x20) != NULL;
}

/* How many letters stand in front of a string's quote at C, as in rb'..'; 0: it is no string with letters. */
static size_t prefix_length(const char *c, const char *end)
{
	if (end - c > 1 && is_one_of(*c, "bfru") && is_quote(c[1]))
		return 1;
	if (end - c > 2 && is_quote(c[2]) && ((is_one_of(*c, "r") && is_one_of(c[1], "bf")) ||
	                                      (is_one_of(*c, "bf") && is_one_of(c[1], "r"))))
		return 2;
	return 0;
}

/* A string that begins at AT, with PREFIX letters. */
static int scan_string(struct lexer *lexer, struct token *token, size_t prefix)
{
	const char *quote = lexer->at + prefix, *c = quote + 1;
	bool is_raw = false;

	for (const char *letter = lexer->at; letter < quote; letter++) {
		if (is_one_of(*letter, "f"))
			return refuse(lexer, "f\"{NAME}\" is not understood here; \"{}\".format(NAME) is");
		is_raw = is_raw || is_one_of(*letter, "r");
	}

	while (c < lexer->end && *c != *quote)
		c += *c == '\\' && c + 1 < lexer->end ? 2 : 1;
	if (c >= lexer->end) {
		snprintf(lexer->error->text, sizeof lexer->error->text, "a closing %c is missing", *quote);
		return -1;
	}
	*token = (struct token){ .kind = TOKEN_STRING, .begin = quote + 1, .end = c,
	                         .is_adjacent = token->is_adjacent, .is_raw = is_raw };
	lexer->at = c + 1;
	return 0;
}

/* What a character is by itself at the beginning of a token; TOKEN_WORD for none of these. */
static enum token_kind single(const struct lexer *lexer, const struct token *token)
{
	static const char characters[] = "();[],";
	static const enum token_kind kinds[] = { TOKEN_LEFT,       TOKEN_RIGHT, TOKEN_SEPARATOR, TOKEN_LIST_LEFT,
		                                 TOKEN_LIST_RIGHT, TOKEN_COMMA };
	const char *c = lexer->at;
	const char *found = memchr(characters, *c, sizeof characters - 1);
	bool last = c + 1 >= lexer->end;

	if (found != NULL)
		return kinds[found - characters];
	if (*c == '|')
		return TOKEN_OPERATOR;
	if (*c == '+' && (last || !is_digit(c[1])))
		return TOKEN_OPERATOR;
	if (*c == '*' && (last || c[1] != ':')) /* *:80 is an address */
		return TOKEN_OPERATOR;
	if (*c == '%' && (token->is_adjacent || last || is_blank(c[1]) || is_quote(c[1]) || c[1] == '('))
		return TOKEN_OPERATOR;
	if (*c == '=' && (token->is_adjacent || last || is_blank(c[1]) || is_quote(c[1])))
		return TOKEN_EQUALS;
	return TOKEN_WORD;
}

static const char *comment_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline != NULL ? newline : end;
}

/* To the next token, or to the end. */
static void skip_blanks(struct lexer *lexer)
{
	lexer->joins = false;
	while (lexer->at < lexer->end) {
		size_t join = line_join(lexer->at, lexer->end);

		if (*lexer->at == '#')
			lexer->at = comment_end(lexer->at, lexer->end);
		else if (join > 0 || is_blank(*lexer->at))
			lexer->at += join > 0 ? join : 1;
		else
			return;
		lexer->joins = join > 0 && lexer->at == lexer->end;
	}
}

int lexer_next(struct lexer *lexer, struct token *token)
{
	const char *bracketed;

	skip_blanks(lexer);
	const char *c = lexer->at;
	size_t prefix = prefix_length(c, lexer->end);
	*token = (struct token){ .kind = TOKEN_END, .begin = c, .end = c, .is_adjacent = c == lexer->previous_end };
	if (c == lexer->end)
		return lexer->joins ? refuse(lexer, "a line is missing behind \\") : 0;
	bracketed = *c == '[' && !token->is_adjacent ? bracketed_end(c, lexer->end) : NULL;
	if (is_quote(*c) || prefix > 0) {
		if (scan_string(lexer, token, prefix) < 0)
			return -1;
	} else if (bracketed != NULL) {
		token->kind = TOKEN_WORD;
		token->end = lexer->at = bracketed;
	} else {
		token->kind = single(lexer, token);
		token->end = token->kind == TOKEN_WORD ? word_end(c, lexer->end) : c + 1;
		lexer->at = token->end;
	}
	lexer->previous_end = lexer->at;
	return 0;
}

size_t lexer_open(const struct token *token, size_t open)
{
	if (token->kind == TOKEN_LEFT || token->kind == TOKEN_LIST_LEFT)
		return open + 1;
	if (token->kind == TOKEN_RIGHT || token->kind == TOKEN_LIST_RIGHT)
		return open > 0 ? open - 1 : 0; /* one too many is passed over */
	return open;
}
