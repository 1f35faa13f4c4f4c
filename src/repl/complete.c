/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See complete.h. Each source gives its names by number. */
#include "platform.h"

#include "repl/complete.h"

#include "core/sockopt.h"
#include "repl/call.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_SHIFT = 16, SOURCE_ITEMS = 1 << SOURCE_SHIFT };

/* The name number INDEX of a source, "" for one that is to be passed over; NULL at the end. */
typedef const char *source(const struct repl *repl, size_t index);

static const char *call_name(const struct repl *repl, size_t index)
{
	const struct call *call = call_next(&index);

	(void)repl;
	return call != NULL ? call->name : NULL;
}

static const char *constant(const struct repl *repl, size_t index)
{
	(void)repl;
	if (index >= constant_count)
		return NULL;
	return constant_table[index].group == CONSTANT_STATE ? "" : constant_table[index].name;
}

static const char *option(const struct repl *repl, size_t index)
{
	(void)repl;
	return index < sockopt_count ? sockopt_table[index].name : NULL;
}

static const char *variable(const struct repl *repl, size_t index)
{
	return index < repl->variable_count ? repl->variables[index].name : NULL;
}

/* Of /etc/hosts and what else the system lists. */
static const char *host(const struct repl *repl, size_t index)
{
	const struct hostent *entry;

	(void)repl;
	if (index == 0)
		sethostent(0);
	entry = gethostent();
	if (entry == NULL)
		endhostent();
	return entry != NULL ? entry->h_name : NULL;
}

/* What may stand behind a variable's dot: attributes, and calls that take an object first. */
static const char *method(const struct repl *repl, size_t index)
{
	static const char *const attributes[] = { "host", "port", "fd", "family", "type", "proto" };
	const size_t attribute_count = sizeof attributes / sizeof *attributes;
	struct parameter parameters[CALL_PARAMETERS_MAX];

	(void)repl;
	if (index < attribute_count)
		return attributes[index];
	index -= attribute_count;
	const struct call *call = call_next(&index);
	if (call == NULL)
		return NULL;
	if (call_parameters(call, parameters) == 0 || parameters[0].kind < PARAMETER_SOCKET ||
	    parameters[0].kind > PARAMETER_POLLER)
		return "";
	return call->name;
}

/* PREFIX (LENGTH bytes) and NAME together. */
static char *join(const char *prefix, size_t length, const char *name)
{
	char *text = NULL;

	return asprintf(&text, "%.*s%s", (int)length, prefix, name) < 0 ? NULL : text;
}

char *complete_word(const char *word, size_t *at, void *context)
{
	static source *const plain[] = { call_name, constant, option, variable, host };
	static source *const behind_dot[] = { method };
	struct repl *repl = context;
	const char *dot = strrchr(word, '.');
	bool is_method = dot != NULL && repl_variable(repl, word, (size_t)(dot - word)) != NULL;
	source *const *sources = is_method ? behind_dot : plain;
	size_t count = is_method ? 1 : sizeof plain / sizeof *plain;
	size_t prefix = is_method ? (size_t)(dot - word) + 1 : 0;

	while (*at >> SOURCE_SHIFT < count) {
		const char *name = sources[*at >> SOURCE_SHIFT](repl, *at % SOURCE_ITEMS);

		++*at;
		if (name == NULL)
			*at = ((*at >> SOURCE_SHIFT) + 1) << SOURCE_SHIFT;
		else if (*name != '\0' && strncmp(name, word + prefix, strlen(word + prefix)) == 0)
			return join(word, prefix, name);
	}
	return NULL;
}
