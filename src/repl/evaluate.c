/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nodes become values: variables looked up, attributes read, calls made. */
#include "platform.h"

#include "cli/nearest.h"
#include "core/sock.h"
#include "repl/call.h"

#include <stdlib.h>
#include <string.h>

/* ---- words and attributes ------------------------------------------------------------------------ */

static int set_host(struct repl *repl, const struct endpoint *endpoint, struct value *value)
{
	char text[ENDPOINT_TEXT_MAX];

	endpoint_format_host(endpoint, text);
	return value_set_text(value, text, strlen(text)) < 0 ? repl_fail_memory(repl) : 0;
}

static bool is_attribute(const char *name)
{
	static const char *const names[] = { "host", "port", "fd", "family", "type", "proto" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

/* A socket's .host and .port are its own; its .fd and the like are told of a closed one too. */
static int socket_attribute(struct repl *repl, const struct object *socket, const char *name, struct value *value)
{
	struct endpoint endpoint;

	if (strcmp(name, "fd") == 0)
		*value = value_number(socket->fd);
	else if (strcmp(name, "family") == 0)
		*value = value_constant(socket->family, CONSTANT_FAMILY);
	else if (strcmp(name, "type") == 0)
		*value = value_constant(socket->type, CONSTANT_TYPE);
	else if (strcmp(name, "proto") == 0)
		*value = socket->protocol == 0 ? value_number(0) : value_constant(socket->protocol, CONSTANT_PROTOCOL);
	else if (endpoint_of_socket(socket->fd, &endpoint) < 0)
		return repl_fail_errno(repl);
	else if (strcmp(name, "host") == 0)
		return set_host(repl, &endpoint, value);
	else
		*value = value_number(endpoint_port(&endpoint));
	return 0;
}

static int attribute(struct repl *repl, const struct value *of, const char *name, struct value *value)
{
	if (of->kind == VALUE_OBJECT && of->object->kind == OBJECT_SOCKET && is_attribute(name))
		return socket_attribute(repl, of->object, name, value);
	if (of->kind == VALUE_OBJECT && strcmp(name, "fd") == 0) {
		*value = value_number(of->object->fd);
		return 0;
	}
	if (of->kind == VALUE_ADDRESS && strcmp(name, "host") == 0)
		return set_host(repl, of->address, value);
	if (of->kind == VALUE_ADDRESS && strcmp(name, "port") == 0)
		*value = value_number(endpoint_port(of->address));
	else if (of->kind == VALUE_ADDRESS && strcmp(name, "family") == 0)
		*value = value_constant(of->address->address.ss_family, CONSTANT_FAMILY);
	else
		return repl_fail(repl, "AttributeError", "no .%s here; sockets and addresses have .host and .port, "
		                 "sockets also .fd, .family, .type and .proto", name);
	return 0;
}

/* socket.AF_INET, select.POLLIN: the module's name falls away. */
static const char *without_module(const char *word)
{
	static const char *const modules[] = { "socket.", "select.", "struct.", "time." };

	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
		size_t length = strlen(modules[i]);

		if (strncmp(word, modules[i], length) == 0 && word[length] != '\0' && word[length] != '.')
			return word + length;
	}
	return word;
}

/* A variable, a variable's attribute, or the word itself. "$" in front wants a variable. */
static int evaluate_word(struct repl *repl, const char *word, struct value *value)
{
	bool is_wanted = *word == '$';
	const char *name = is_wanted ? word + 1 : without_module(word);
	size_t length = strcspn(name, ".");
	struct value *variable = repl_variable(repl, name, length);

	if (variable != NULL && name[length] == '.' && (is_wanted || is_attribute(name + length + 1)))
		return attribute(repl, variable, name + length + 1, value);
	if (variable != NULL && name[length] == '\0')
		return value_copy(value, variable) < 0 ? repl_fail_memory(repl) : 0;
	if (is_wanted)
		return repl_fail(repl, "NameError", "%.80s: no such variable", name);
	return value_set_word(value, name) < 0 ? repl_fail_memory(repl) : 0;
}

/* ---- operators, indices, lists ------------------------------------------------------------------- */

static int fail_operator(struct repl *repl, const char *name)
{
	return repl_fail(repl, "TypeError", *name == '|' ? "| joins numbers and constants"
	                                    : *name == '*' ? "* repeats a text, or multiplies two numbers"
	                                                   : "+ joins two numbers or two texts");
}

/* Text TIMES times; fewer than none is none, as in Python. */
static int repeat(struct repl *repl, const struct value *text, int64_t times, struct value *value)
{
	enum { REPEATED_MAX = 1 << 30 };
	size_t wanted = times > 0 ? (size_t)times : 0;

	if (text->count > 0 && wanted > REPEATED_MAX / text->count)
		return repl_fail(repl, "OverflowError", "a text of more than %d bytes", REPEATED_MAX);
	struct value all = { .kind = VALUE_TEXT, .count = text->count * wanted, .bytes = malloc(text->count * wanted + 1) };
	if (all.bytes == NULL)
		return repl_fail_memory(repl);
	for (size_t i = 0; text->count > 0 && i < wanted; i++)
		memcpy(all.bytes + i * text->count, text->bytes, text->count);
	all.bytes[all.count] = '\0';
	*value = all;
	return 0;
}

static int64_t calculate(char name, int64_t a, int64_t b)
{
	uint64_t left = (uint64_t)a, right = (uint64_t)b; /* wraps around */

	return (int64_t)(name == '|' ? left | right : name == '*' ? left * right : left + right);
}

static int combine(struct repl *repl, char name, struct value *left, struct value *right, struct value *value)
{
	int64_t a, b;

	if (value_settle(left) < 0 || value_settle(right) < 0)
		return repl_fail_memory(repl);
	if (value_int(left, &a) == 0 && value_int(right, &b) == 0) {
		*value = value_number(calculate(name, a, b));
		if (name == '|' && left->group == right->group)
			value->group = left->group;
		return 0;
	}
	if (name == '*' && left->kind == VALUE_TEXT && value_int(right, &b) == 0)
		return repeat(repl, left, b, value);
	if (name != '+' || left->kind != VALUE_TEXT || right->kind != VALUE_TEXT)
		return fail_operator(repl, &name);
	unsigned char *both = realloc(left->bytes, left->count + right->count + 1);
	if (both == NULL)
		return repl_fail_memory(repl);
	memcpy(both + left->count, right->bytes, right->count + 1);
	left->bytes = both;
	left->count += right->count;
	*value = *left;
	*left = (struct value){ .kind = VALUE_ABSENT };
	return 0;
}

static int take_item(struct repl *repl, const struct value *from, int64_t index, struct value *value)
{
	size_t count = from->kind == VALUE_ADDRESS ? 2 : value_is_sequence(from) ? from->count : 0;

	if (from->kind != VALUE_ADDRESS && !value_is_sequence(from))
		return repl_fail(repl, "TypeError", "only lists, tuples and addresses have an index");
	if (index < 0)
		index += (int64_t)count;
	if (index < 0 || (uint64_t)index >= count)
		return repl_fail(repl, "IndexError", "out of range: there are %zu", count);
	if (from->kind == VALUE_ADDRESS)
		return attribute(repl, from, index == 0 ? "host" : "port", value);
	return value_copy(value, &from->items[index]) < 0 ? repl_fail_memory(repl) : 0;
}

/* items[0] OPERATOR items[1], or items[0][items[1]]. */
static int evaluate_pair(struct repl *repl, const struct node *node, struct value *value)
{
	struct value left, right = { .kind = VALUE_ABSENT };
	int64_t index;
	int result = evaluate(repl, &node->items[0], &left);

	if (result == 0)
		result = evaluate(repl, &node->items[1], &right);
	if (result == 0 && node->kind == NODE_OPERATOR)
		result = combine(repl, node->text[0], &left, &right, value);
	else if (result == 0 && (value_settle(&right) < 0 || value_int(&right, &index) < 0))
		result = repl_fail(repl, "TypeError", "an index is a number");
	else if (result == 0)
		result = take_item(repl, &left, index, value);
	value_release(&left);
	value_release(&right);
	return result;
}

static int evaluate_sequence(struct repl *repl, const struct node *node, struct value *value)
{
	*value = value_sequence(node->kind == NODE_LIST ? VALUE_LIST : VALUE_TUPLE);
	for (size_t i = 0; i < node->count; i++) {
		struct value item;

		if (evaluate(repl, &node->items[i], &item) < 0 || value_settle(&item) < 0) {
			value_release(value);
			return -1;
		}
		if (value_add(value, item) < 0) {
			value_release(value);
			return repl_fail_memory(repl);
		}
	}
	return 0;
}

/* ---- calls --------------------------------------------------------------------------------------- */

static int fail_unknown(struct repl *repl, const char *name)
{
	const struct call *call;
	const char *names[256];
	int count = 0;

	for (size_t at = 0; count < 256 && (call = call_next(&at)) != NULL;)
		names[count++] = call->name;
	const char *near = nearest_find(name, names, count);
	if (near == NULL)
		return repl_fail(repl, "NameError", "%.80s: no such call (help lists them)", name);
	return repl_fail(repl, "NameError", "%.80s: no such call; did you mean %s?", name, near);
}

/* Calls NAME, or VARIABLE.NAME with the variable as first argument. */
static int call_name(struct repl *repl, const char *word, const struct node *node, struct value *value)
{
	const char *name = without_module(word);
	const char *dot = strrchr(name, '.');
	const struct call *call = call_find(dot != NULL ? dot + 1 : name);
	struct value object = { .kind = VALUE_ABSENT };
	char variable[128];

	if (dot != NULL && (size_t)(dot - name) < sizeof variable) {
		memcpy(variable, name, (size_t)(dot - name));
		variable[dot - name] = '\0';
		if (repl_variable(repl, variable, strcspn(variable, ".")) == NULL)
			return repl_fail(repl, "NameError", "%.80s: no such variable", variable);
		if (evaluate_word(repl, variable, &object) < 0)
			return -1;
	}
	if (call == NULL) {
		value_release(&object);
		return fail_unknown(repl, dot != NULL ? dot + 1 : name);
	}
	return call_run(repl, call, dot != NULL ? &object : NULL, node->items, node->count, value);
}

static int call_method(struct repl *repl, const struct node *node, struct value *value)
{
	const struct call *call = call_find(node->text);
	struct value object;

	if (call == NULL)
		return fail_unknown(repl, node->text);
	if (evaluate(repl, &node->items[0], &object) < 0)
		return -1;
	return call_run(repl, call, &object, node->items + 1, node->count - 1, value);
}

int evaluate(struct repl *repl, const struct node *node, struct value *value)
{
	struct value of;
	int result;

	*value = (struct value){ .kind = VALUE_ABSENT };
	switch (node->kind) {
	case NODE_WORD:
		return evaluate_word(repl, node->text, value);
	case NODE_TEXT:
		return value_set_text(value, node->text, node->length) < 0 ? repl_fail_memory(repl) : 0;
	case NODE_CALL:
		return call_name(repl, node->text, node, value);
	case NODE_METHOD:
		return call_method(repl, node, value);
	case NODE_INDEX:
	case NODE_OPERATOR:
		return evaluate_pair(repl, node, value);
	case NODE_LIST:
	case NODE_TUPLE:
		return evaluate_sequence(repl, node, value);
	case NODE_ATTRIBUTE:
		if (evaluate(repl, &node->items[0], &of) < 0)
			return -1;
		result = attribute(repl, &of, node->text, value);
		value_release(&of);
		return result;
	case NODE_KEYWORD:
		break;
	}
	return repl_fail(repl, "SyntaxError", "%.80s= stands where a word is wanted", node->text);
}

int evaluate_statement(struct repl *repl, const struct statement *statement, struct value *value)
{
	const struct node *node = &statement->value;
	const char *name = node->kind == NODE_CALL ? without_module(node->text) : "";
	struct node word = { .kind = NODE_WORD, .text = node->text };
	bool is_lone = node->kind == NODE_CALL && node->is_bare && node->count == 0 && !statement->tries;

	if (is_lone && call_find(name) == NULL && (strchr(name, '.') == NULL || call_find(strrchr(name, '.') + 1) == NULL)) {
		if (evaluate(repl, &word, value) < 0)
			return -1;
		/* alone on its line, a word that means nothing is a call mistyped */
		if (value->kind == VALUE_WORD && value_settle(value) == 0 && value->kind == VALUE_TEXT &&
		    statement->name_count == 0) {
			value_release(value);
			return fail_unknown(repl, name);
		}
		return 0;
	}
	return evaluate(repl, node, value);
}

/* ---- running a call ------------------------------------------------------------------------------ */

/* The values of COUNT nodes behind those that VALUES holds already; names of keywords beside them. */
static int evaluate_arguments(struct repl *repl, const struct call *call, const struct node *nodes, size_t count,
                              struct value *values, const char **keywords, size_t *filled)
{
	struct parameter parameters[CALL_PARAMETERS_MAX];
	size_t known = call_parameters(call, parameters);

	for (size_t i = 0; i < count; i++, ++*filled) {
		const struct node *node = &nodes[i];
		struct value *value = &values[*filled];
		bool is_name = *filled < known && parameters[*filled].kind == PARAMETER_NAME && node->kind == NODE_WORD;

		keywords[*filled] = node->kind == NODE_KEYWORD ? node->text : "";
		if (is_name) {
			if (value_set_word(value, node->text) < 0)
				return repl_fail_memory(repl);
		} else if (evaluate(repl, node->kind == NODE_KEYWORD ? &node->items[0] : node, value) < 0) {
			return -1;
		}
	}
	return 0;
}

int call_run(struct repl *repl, const struct call *call, struct value *first, const struct node *nodes, size_t count,
             struct value *result)
{
	struct value arguments[CALL_PARAMETERS_MAX] = { { .kind = VALUE_ABSENT } };
	struct value *values = calloc(count + 1, sizeof *values);
	const char **keywords = calloc(count + 1, sizeof *keywords);
	size_t filled = 0;
	int status = -1;

	*result = value_none();
	if (values == NULL || keywords == NULL) {
		repl_fail_memory(repl);
		goto out;
	}
	if (first != NULL) {
		keywords[0] = "";
		values[filled++] = *first;
		*first = (struct value){ .kind = VALUE_ABSENT };
	}
	status = evaluate_arguments(repl, call, nodes, count, values, keywords, &filled);
	repl->calling = call->name;
	if (status == 0)
		status = call_bind(repl, call, values, keywords, filled, arguments);
	if (status == 0)
		status = call->run(repl, arguments, result);
out:
	if (status < 0)
		value_release(result);
	for (size_t i = 0; i < CALL_PARAMETERS_MAX; i++)
		value_release(&arguments[i]);
	for (size_t i = 0; values != NULL && i <= count; i++)
		value_release(&values[i]);
	if (first != NULL)
		value_release(first);
	free(values);
	free((void *)keywords);
	return status;
}
