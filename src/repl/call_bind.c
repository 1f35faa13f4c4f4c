/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the values of words to the arguments of a call: by place, by name (backlog=5), each as the kind that its
 * parameter asks for (see call.h). A bare word becomes that kind here. */
#include "platform.h"

#include "bytes/float.h"
#include "repl/call.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- parameters ---------------------------------------------------------------------------------- */

static const struct kind_name {
	const char *name, *wanted;
} kind_names[] = {
	[PARAMETER_ANY] = { "any", "a value" },
	[PARAMETER_SOCKET] = { "socket", "a socket" },
	[PARAMETER_OBJECT] = { "object", "a socket, poll, epoll or file" },
	[PARAMETER_FILE] = { "file", "a file that makefile made" },
	[PARAMETER_POLLER] = { "poller", "a poll or epoll object" },
	[PARAMETER_INT] = { "int", "a number or a constant" },
	[PARAMETER_COUNT] = { "count", "a number, 0 or more" },
	[PARAMETER_TEXT] = { "text", "text" },
	[PARAMETER_BYTES] = { "bytes", "bytes" },
	[PARAMETER_HOST] = { "host", "a host, or None" },
	[PARAMETER_SECONDS] = { "seconds", "seconds, or None" },
	[PARAMETER_TARGET] = { "target", "an address" },
	[PARAMETER_ADDRESS] = { "address", "an address" },
	[PARAMETER_LIST] = { "list", "a list" },
	[PARAMETER_NAME] = { "name", "the name of a variable" },
};

static enum parameter_kind find_kind(const char *name, size_t length)
{
	size_t kind = 0;

	while (kind + 1 < sizeof kind_names / sizeof *kind_names &&
	       (strlen(kind_names[kind].name) != length || memcmp(kind_names[kind].name, name, length) != 0))
		kind++;
	return (enum parameter_kind)kind;
}

size_t call_parameters(const struct call *call, struct parameter parameters[CALL_PARAMETERS_MAX])
{
	const char *at = call->parameters;
	size_t count = 0;

	while (*at != '\0' && count < CALL_PARAMETERS_MAX) {
		struct parameter *parameter = &parameters[count++];
		size_t length;

		at += strspn(at, " ");
		*parameter = (struct parameter){ .is_optional = *at == '[' };
		at += *at == '[';
		length = strcspn(at, ":");
		snprintf(parameter->name, sizeof parameter->name, "%.*s", (int)length, at);
		at += length + 1;
		length = strcspn(at, " ].");
		parameter->kind = find_kind(at, length);
		at += length;
		parameter->is_rest = *at == '.';
		at += strspn(at, ".]");
	}
	return count;
}

/* ---- conversions --------------------------------------------------------------------------------- */

static int fail_kind(struct repl *repl, const struct parameter *parameter, const struct value *value)
{
	size_t length = 0;
	char *text = value_text(value, value->kind == VALUE_WORD, &length);

	if (text == NULL)
		return repl_fail_memory(repl);
	if (value->kind == VALUE_WORD && parameter->kind == PARAMETER_INT)
		repl_fail(repl, "NameError", "%s: no such constant, and no number (text of several words stands in quotes)", text);
	else if (value->kind == VALUE_WORD && (parameter->kind == PARAMETER_SOCKET || parameter->kind == PARAMETER_OBJECT ||
	                                       parameter->kind == PARAMETER_FILE || parameter->kind == PARAMETER_POLLER))
		repl_fail(repl, "NameError", "%s: no such variable", text);
	else
		repl_fail(repl, "TypeError", "%s: %s is not %s", repl->calling, text, kind_names[parameter->kind].wanted);
	free(text);
	return -1;
}

/* A word or a text that means a number; others stay. */
static void to_number(struct value *value)
{
	struct value number;

	if (value->kind == VALUE_WORD && value_read_number((const char *)value->bytes, &number) == 0) {
		value_release(value);
		*value = number;
	} else if (value->kind == VALUE_WORD &&
	           (strcmp((const char *)value->bytes, "True") == 0 || strcmp((const char *)value->bytes, "False") == 0)) {
		number = value_truth(value->bytes[0] == 'T');
		value_release(value);
		*value = number;
	}
}

static bool bind_int(struct value *value, bool is_count)
{
	int64_t number;

	to_number(value);
	if (value_int(value, &number) < 0 || number > INT_MAX || number < INT_MIN)
		return false;
	return !is_count || number >= 0;
}

/* None and numbers; a word may be either. */
static bool bind_seconds(struct value *value)
{
	if (value->kind == VALUE_WORD && value_settle(value) < 0)
		return false;
	if (value->kind == VALUE_NUMBER)
		return !value->negative || value->magnitude == 0;
	return value->kind == VALUE_NONE || value->kind == VALUE_TRUTH || (value->kind == VALUE_REAL && value->real >= 0);
}

/* Words, texts and numbers (getservbyport 80, a PORT in a variable). */
static bool bind_text(struct value *value)
{
	size_t length = 0;

	if (value->kind == VALUE_WORD)
		value->kind = VALUE_TEXT;
	if (value->kind == VALUE_NUMBER) {
		char *text = value_text(value, true, &length);

		if (text == NULL || value_set_text(value, text, length) < 0)
			*value = (struct value){ .kind = VALUE_ABSENT };
		free(text);
	}
	return value->kind == VALUE_TEXT;
}

static bool bind_host(struct value *value)
{
	if (value->kind == VALUE_WORD && strcmp((const char *)value->bytes, "None") == 0) {
		value_release(value);
		*value = value_none();
	}
	return value->kind == VALUE_NONE || bind_text(value);
}

static bool is_object(const struct value *value, enum object_kind first, enum object_kind last)
{
	return value->kind == VALUE_OBJECT && value->object->kind >= first && value->object->kind <= last;
}

/* Whether VALUE is, or has become, what PARAMETER asks for. */
static bool convert(const struct parameter *parameter, struct value *value)
{
	switch (parameter->kind) {
	case PARAMETER_SOCKET:
		return is_object(value, OBJECT_SOCKET, OBJECT_SOCKET);
	case PARAMETER_OBJECT:
		return is_object(value, OBJECT_SOCKET, OBJECT_FILE);
	case PARAMETER_FILE:
		return is_object(value, OBJECT_FILE, OBJECT_FILE);
	case PARAMETER_POLLER:
		return is_object(value, OBJECT_POLL, OBJECT_EPOLL);
	case PARAMETER_INT:
	case PARAMETER_COUNT:
		return bind_int(value, parameter->kind == PARAMETER_COUNT);
	case PARAMETER_TEXT:
		return bind_text(value);
	case PARAMETER_BYTES:
		return value->kind != VALUE_NUMBER && bind_text(value);
	case PARAMETER_HOST:
		return bind_host(value);
	case PARAMETER_SECONDS:
		return bind_seconds(value);
	case PARAMETER_TARGET:
		return value->kind == VALUE_ADDRESS || bind_text(value);
	case PARAMETER_LIST:
		return value_is_sequence(value);
	case PARAMETER_ADDRESS:
	case PARAMETER_NAME:
		return true;
	case PARAMETER_ANY:
		break;
	}
	return value_settle(value) == 0;
}

/* Moves *VALUE into *ARGUMENT as PARAMETER's kind. */
static int bind_value(struct repl *repl, const struct parameter *parameter, struct value *value, struct value *argument)
{
	*argument = *value;
	*value = (struct value){ .kind = VALUE_ABSENT };
	if (!convert(parameter, argument))
		return fail_kind(repl, parameter, argument);
	bool is_open = parameter->kind == PARAMETER_SOCKET || parameter->kind == PARAMETER_FILE ||
	               parameter->kind == PARAMETER_POLLER;
	if (is_open && argument->object->fd < 0)
		return repl_fail(repl, "EBADF", "bad file descriptor: it has been closed");
	return 0;
}

/* ---- binding ------------------------------------------------------------------------------------- */

struct binding {
	struct repl *repl;
	const struct call *call;
	struct parameter parameters[CALL_PARAMETERS_MAX];
	size_t parameter_count;
	struct value places; /* the values without keywords, in order */
	size_t at;           /* the next one */
	struct value *arguments;
	size_t skipped; /* this parameter gets no place; 0: none */
};

static int fail_count(const struct binding *binding, const char *what)
{
	char usage[CALL_USAGE_MAX];

	return repl_fail(binding->repl, "TypeError", "%s: %s", what, call_usage(binding->call, usage));
}

/* Where a tuple stands in place of a single value, its items stand there: parentheses are spaces. */
static int splice_tuple(struct binding *binding)
{
	struct value *places = &binding->places;
	struct value tuple = places->items[binding->at];
	size_t behind = places->count - binding->at - 1;
	struct value *items = realloc(places->items, (places->count + tuple.count) * sizeof *items);

	if (items == NULL)
		return repl_fail_memory(binding->repl);
	places->items = items;
	memmove(items + binding->at + tuple.count, items + binding->at + 1, behind * sizeof *items);
	if (tuple.count > 0)
		memcpy(items + binding->at, tuple.items, tuple.count * sizeof *items);
	places->count += tuple.count - 1;
	free(tuple.items);
	return 0;
}

static bool takes_tuples(const struct parameter *parameter)
{
	return parameter->is_rest || parameter->kind == PARAMETER_ANY || parameter->kind == PARAMETER_LIST ||
	       parameter->kind == PARAMETER_ADDRESS;
}

static int bind_rest(struct binding *binding, const struct parameter *parameter, struct value *argument)
{
	*argument = value_sequence(VALUE_LIST);
	for (; binding->at < binding->places.count; binding->at++) {
		struct value item;

		if (bind_value(binding->repl, parameter, &binding->places.items[binding->at], &item) < 0) {
			value_release(&item);
			return -1;
		}
		if (value_add(argument, item) < 0)
			return repl_fail_memory(binding->repl);
	}
	return 0;
}

static int bind_address(struct binding *binding, const struct value *values, size_t count, struct value *argument)
{
	const struct value *first = &binding->arguments[0];
	bool has_socket = first->kind == VALUE_OBJECT && first->object->kind == OBJECT_SOCKET;
	struct endpoint endpoint;

	if (call_address(binding->repl, values, count, has_socket ? first->object->family : AF_UNSPEC, &endpoint) < 0)
		return -1;
	return value_set_address(argument, &endpoint) < 0 ? repl_fail_memory(binding->repl) : 0;
}

/* A whole address leaves the port behind it absent, which the next word would be otherwise. */
static int bind_target(struct binding *binding, size_t index, size_t left)
{
	struct value *values = &binding->places.items[binding->at];
	bool is_whole = call_address_words(values, left, AF_UNSPEC, false) == 1;

	if (bind_value(binding->repl, &binding->parameters[index], values, &binding->arguments[index]) < 0)
		return -1;
	binding->at++;
	if (is_whole || left == 1)
		binding->skipped = index + 1;
	return 0;
}

/* One parameter from the places. */
static int bind_place(struct binding *binding, size_t index)
{
	const struct parameter *parameter = &binding->parameters[index];
	struct value *argument = &binding->arguments[index];
	size_t left = binding->places.count - binding->at;

	if (parameter->is_rest)
		return bind_rest(binding, parameter, argument);
	while (left > 0 && binding->places.items[binding->at].kind == VALUE_TUPLE && !takes_tuples(parameter)) {
		if (splice_tuple(binding) < 0)
			return -1;
		left = binding->places.count - binding->at;
	}
	if (left == 0)
		return 0; /* perhaps it comes by name */
	if (parameter->kind == PARAMETER_ADDRESS) {
		const struct value *values = &binding->places.items[binding->at];
		const struct value *first = &binding->arguments[0];
		int family = first->kind == VALUE_OBJECT ? first->object->family : AF_UNSPEC;
		size_t words = call_address_words(values, left, family, index + 1 == binding->parameter_count);

		binding->at += words;
		return bind_address(binding, values, words, argument);
	}
	if (parameter->kind == PARAMETER_TARGET)
		return bind_target(binding, index, left);
	return bind_value(binding->repl, parameter, &binding->places.items[binding->at++], argument);
}

static int bind_keyword(struct binding *binding, const char *keyword, struct value *value)
{
	for (size_t i = 0; i < binding->parameter_count; i++) {
		const struct parameter *parameter = &binding->parameters[i];

		if (strcmp(parameter->name, keyword) != 0)
			continue;
		if (binding->arguments[i].kind != VALUE_ABSENT)
			return repl_fail(binding->repl, "TypeError", "%s was given %s twice", binding->call->name, keyword);
		if (parameter->kind == PARAMETER_ADDRESS) {
			int result = bind_address(binding, value, 1, &binding->arguments[i]);

			value_release(value);
			return result;
		}
		return bind_value(binding->repl, parameter, value, &binding->arguments[i]);
	}
	return repl_fail(binding->repl, "TypeError", "%s takes no %s=", binding->call->name, keyword);
}

/* Moves the VALUES without a keyword into the binding. */
static int take_places(struct binding *binding, struct value *values, const char *const *keywords, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct value value = values[i];

		if (*keywords[i] != '\0')
			continue;
		values[i] = (struct value){ .kind = VALUE_ABSENT };
		if (value_add(&binding->places, value) < 0)
			return repl_fail_memory(binding->repl);
	}
	return 0;
}

static int bind_keywords(struct binding *binding, struct value *values, const char *const *keywords, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (*keywords[i] != '\0' && bind_keyword(binding, keywords[i], &values[i]) < 0)
			return -1;
	}
	return 0;
}

/* Whether every parameter that must have one has its argument. */
static int check_missing(const struct binding *binding)
{
	for (size_t i = 0; i < binding->parameter_count; i++) {
		if (binding->arguments[i].kind == VALUE_ABSENT && !binding->parameters[i].is_optional)
			return fail_count(binding, "too few words");
	}
	return 0;
}

int call_bind(struct repl *repl, const struct call *call, struct value *values, const char *const *keywords, size_t count,
              struct value arguments[CALL_PARAMETERS_MAX])
{
	struct binding binding = { .repl = repl, .call = call, .places = value_sequence(VALUE_LIST), .arguments = arguments };

	for (size_t i = 0; i < CALL_PARAMETERS_MAX; i++)
		arguments[i] = (struct value){ .kind = VALUE_ABSENT };
	binding.parameter_count = call_parameters(call, binding.parameters);
	int result = take_places(&binding, values, keywords, count);
	for (size_t i = 0; result == 0 && i < binding.parameter_count; i++) {
		if (i == 0 || i != binding.skipped)
			result = bind_place(&binding, i);
	}
	if (result == 0 && binding.at < binding.places.count)
		result = fail_count(&binding, "too many words");
	if (result == 0)
		result = bind_keywords(&binding, values, keywords, count);
	if (result == 0)
		result = check_missing(&binding);
	value_release(&binding.places);
	return result;
}
