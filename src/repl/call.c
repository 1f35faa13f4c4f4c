/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All rows together, and what is told about one (see call.h). */
#include "platform.h"

#include "repl/call.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const groups[] = { "begin and end",   "send and receive", "messages", "files",       "options", "select", "poll, epoll",
	                              "names, services", "numbers",          "packing",  "text",        "all sockets", "session" };

static const struct call *const tables[] = { call_socket_rows, call_transfer_rows, call_message_rows, call_file_rows,
	                                     call_option_rows, call_select_rows,   call_poll_rows,    call_lookup_rows,
	                                     call_number_rows, call_packing_rows,  call_text_rows,    call_sockets_rows,
	                                     call_session_rows };

const struct call *call_next(size_t *at)
{
	size_t index = (*at)++;

	for (size_t table = 0; table < sizeof tables / sizeof *tables; table++) {
		for (const struct call *call = tables[table]; call->name != NULL; call++) {
			if (index-- == 0)
				return call;
		}
	}
	return NULL;
}

const char *call_group(const struct call *call)
{
	for (size_t table = 0; table < sizeof tables / sizeof *tables; table++) {
		for (const struct call *row = tables[table]; row->name != NULL; row++) {
			if (row == call)
				return groups[table];
		}
	}
	return "";
}

const struct call *call_find(const char *name)
{
	const struct call *call;

	for (size_t at = 0; (call = call_next(&at)) != NULL;) {
		if (strcmp(call->name, name) == 0)
			return call;
	}
	return NULL;
}

const char *call_usage(const struct call *call, char text[CALL_USAGE_MAX])
{
	struct parameter parameters[CALL_PARAMETERS_MAX];
	size_t count = call_parameters(call, parameters);
	int length = snprintf(text, CALL_USAGE_MAX, "%s", call->name);

	for (size_t i = 0; i < count && length < CALL_USAGE_MAX; i++) {
		for (char *c = parameters[i].name; *c != '\0'; c++)
			*c = (char)toupper((unsigned char)*c);
		length += snprintf(text + length, CALL_USAGE_MAX - (size_t)length, " %s%s%s%s", parameters[i].is_optional ? "[" : "",
		                   parameters[i].name, parameters[i].is_rest ? "..." : "",
		                   parameters[i].is_optional ? "]" : "");
	}
	return text;
}

int call_int(const struct value *argument, int fallback)
{
	int64_t number;

	return argument->kind == VALUE_ABSENT || value_int(argument, &number) < 0 ? fallback : (int)number;
}
