/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nsk getaddrinfo and nsk getnameinfo: the two calls as they are, five-tuples and all. */
#include "platform.h"

#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/operands.h"
#include "cmd/lookup.h"
#include "core/constant.h"
#include "core/deadline.h"
#include "core/endpoint_lookup.h"
#include "core/netdb.h"

#include <stdio.h>

/* ---- getaddrinfo --------------------------------------------------------------------------------- */

struct settings {
	struct lookup_filter filter;
	struct lookup_settings lookup;
};

static const struct option_spec options[] = {
	INCLUDE(struct settings, filter, lookup_filter_options, struct lookup_filter),
	INCLUDE(struct settings, lookup, lookup_options, struct lookup_settings),
	OPTION_END,
};

static const struct settings defaults = { .filter.type = LOOKUP_ANY_TYPE };

struct request {
	const struct settings *settings;
	const char *service; /* NULL: none */
	int64_t deadline;
};

static void print_tuple(const struct addrinfo *info)
{
	struct endpoint endpoint = lookup_endpoint(info);
	char protocol[LOOKUP_PROTOCOL_MAX];
	char address[ENDPOINT_TEXT_MAX];

	printf("%-8s  %-11s  %-3s  ", constant_family(info->ai_family), constant_type(info->ai_socktype),
	       lookup_protocol(info->ai_protocol, protocol));
	if (info->ai_canonname != NULL && *info->ai_canonname != '\0')
		lookup_print_name(info->ai_canonname);
	else
		putchar('-');
	printf("  %s\n", endpoint_format(&endpoint, address));
}

static int print_tuples(const char *host, void *context)
{
	const struct request *request = context;
	struct addrinfo hints = lookup_hints(&request->settings->filter);
	struct addrinfo *answers = NULL;
	struct endpoint_problem problem;

	int code = endpoint_getaddrinfo(host, request->service, &hints, request->deadline, &answers);
	if (code != 0) {
		const char *object = code == EAI_SERVICE && request->service != NULL ? request->service : host;

		return address_report(endpoint_lookup_explain(object, code, &problem), &problem);
	}
	for (const struct addrinfo *at = answers; at != NULL; at = at->ai_next)
		print_tuple(at);
	freeaddrinfo(answers);
	return STATUS_OK;
}

static int run_getaddrinfo(const void *settings_, int argc, char **argv)
{
	const struct settings *settings = settings_;
	struct request request = {
		.settings = settings,
		.service = argc > 1 ? argv[1] : NULL,
		.deadline = deadline_after(settings->lookup.timeout_ns),
	};

	if (request.service != NULL && lookup_check_service(request.service) != 0)
		return STATUS_USAGE;
	return operands_each(1, argv, print_tuples, &request);
}

const struct command command_getaddrinfo = {
	.name = "getaddrinfo",
	.summary = "look up a host and a service as five-tuples",
	.group = "Names and numbers",
	.operands = "HOST [SERVICE]",
	.min_operands = 1,
	.max_operands = 2,
	.examples = (const struct command_example[]){
		{ "nsk getaddrinfo localhost http", "all that a program may try, in the order to try it" },
		{ "nsk getaddrinfo -4 --type stream localhost 80", "IPv4 and TCP alone" },
		{ NULL, NULL },
	},
	.notes = "Each line: FAMILY TYPE PROTO CANONNAME ADDRESS, '-' for what is empty.",
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run_getaddrinfo,
};

/* ---- getnameinfo --------------------------------------------------------------------------------- */

struct name_settings {
	bool numeric;
	struct lookup_settings lookup;
};

static const struct option_spec name_options[] = {
	FLAG('n', "numeric", struct name_settings, numeric, "no look-up: print numbers"),
	INCLUDE(struct name_settings, lookup, lookup_options, struct lookup_settings),
	OPTION_END,
};

/* The socket address that HOST, an address, and PORT are. */
static enum endpoint_result read_address(const char *host, const char *port, struct endpoint *endpoint,
                                         struct endpoint_problem *problem)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *numbers = NULL;
	uint16_t number = 0;
	enum endpoint_result result = endpoint_parse_port(port, SOCK_STREAM, false, &number, problem);

	if (result != ENDPOINT_OK)
		return result;
	int code = endpoint_getaddrinfo(host, NULL, &hints, DEADLINE_NEVER, &numbers);
	if (code == EAI_NONAME)
		return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%.256s: not an address (EAI_NONAME)",
		                            message_object(host));
	if (code != 0)
		return endpoint_lookup_explain(host, code, problem);
	*endpoint = lookup_endpoint(numbers);
	endpoint_set_port(endpoint, number);
	freeaddrinfo(numbers);
	return ENDPOINT_OK;
}

struct name_request {
	const struct name_settings *settings;
	const char *port;
	int64_t deadline;
};

static int print_name(const char *host, void *context)
{
	const struct name_request *request = context;
	struct endpoint_problem problem;
	struct endpoint endpoint;
	struct netdb_name name;
	int flags = request->settings->numeric ? NI_NUMERICHOST | NI_NUMERICSERV : 0;

	enum endpoint_result result = read_address(host, request->port, &endpoint, &problem);
	if (result == ENDPOINT_OK)
		result = netdb_name(&endpoint, flags, request->deadline, &name, &problem);
	if (result != ENDPOINT_OK)
		return address_report(result, &problem);
	lookup_print_name(name.host);
	putchar(' ');
	lookup_print_name(name.service);
	putchar('\n');
	return STATUS_OK;
}

static int run_getnameinfo(const void *settings_, int argc, char **argv)
{
	const struct name_settings *settings = settings_;
	struct name_request request = {
		.settings = settings, .port = argv[1], .deadline = deadline_after(settings->lookup.timeout_ns)
	};

	(void)argc;
	return operands_each(1, argv, print_name, &request);
}

const struct command command_getnameinfo = {
	.name = "getnameinfo",
	.summary = "look up the names of an address and a port",
	.group = "Names and numbers",
	.operands = "ADDRESS PORT",
	.min_operands = 2,
	.max_operands = 2,
	.examples = (const struct command_example[]){
		{ "nsk getnameinfo 127.0.0.1 80", "localhost http" },
		{ "nsk getnameinfo -n ::1 http", "in numbers: ::1 80" },
		{ NULL, NULL },
	},
	.options = name_options,
	.settings_size = sizeof(struct name_settings),
	.run = run_getnameinfo,
};
