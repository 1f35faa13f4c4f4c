/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nsk resolve: a host's addresses, or the name of an address, for scripts. */
#include "platform.h"

#include "bytes/hostname.h"
#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/operands.h"
#include "cmd/lookup.h"
#include "core/constant.h"
#include "core/deadline.h"
#include "core/endpoint_lookup.h"
#include "core/netdb.h"
#include "view/json.h"

#include <stdio.h>
#include <string.h>

struct settings {
	bool reverse, canonical, json;
	struct lookup_filter filter;
	struct lookup_settings lookup;
};

static const struct option_spec options[] = {
	FLAG('r', "reverse", struct settings, reverse, "HOST is an address, the answer its name"),
	FLAG(0, "canonical", struct settings, canonical, "print the canonical name instead of the addresses"),
	INCLUDE(struct settings, filter, lookup_filter_options, struct lookup_filter),
	INCLUDE(struct settings, lookup, lookup_options, struct lookup_settings),
	FLAG(0, "json", struct settings, json, "print a JSON array, an object for each"),
	OPTION_END,
};

static const struct settings defaults = { .filter.type = LOOKUP_ANY_TYPE };

struct request {
	const struct settings *settings;
	const char *service; /* NULL: none */
	int64_t deadline;
};

/* Has an earlier one of the answers from FIRST on the address of INFO? */
static bool is_repeated(const struct addrinfo *first, const struct addrinfo *info)
{
	struct endpoint endpoint = lookup_endpoint(info);

	for (; first != info; first = first->ai_next) {
		struct endpoint other = lookup_endpoint(first);

		if (endpoint_equal(&endpoint, &other))
			return true;
	}
	return false;
}

static void print_json(struct json *json, const struct addrinfo *info, const char *name)
{
	struct endpoint endpoint = lookup_endpoint(info);
	char address[ENDPOINT_TEXT_MAX];
	char protocol[LOOKUP_PROTOCOL_MAX];
	char text[HOSTNAME_TEXT_MAX];

	json_object(json);
	json_key(json, "family");
	json_text(json, constant_family(info->ai_family));
	json_key(json, "type");
	json_text(json, constant_type(info->ai_socktype));
	json_key(json, "proto");
	json_text(json, lookup_protocol(info->ai_protocol, protocol));
	json_key(json, "canonname");
	json_text(json, name != NULL ? hostname_escape(name, text) : "");
	json_key(json, "address");
	json_text(json, endpoint_format_host(&endpoint, address));
	json_key(json, "port");
	json_unsigned(json, endpoint_port(&endpoint));
	json_end(json);
}

static void print_all_json(const struct addrinfo *answers)
{
	struct json json;

	json_init(&json, stdout);
	json_array(&json);
	for (const struct addrinfo *at = answers; at != NULL; at = at->ai_next) {
		if (!is_repeated(answers, at))
			print_json(&json, at, at->ai_canonname);
	}
	json_end(&json);
	json_line(&json);
}

static void print_all(const struct addrinfo *answers, bool with_port)
{
	char text[ENDPOINT_TEXT_MAX];

	for (const struct addrinfo *at = answers; at != NULL; at = at->ai_next) {
		struct endpoint endpoint = lookup_endpoint(at);

		if (!is_repeated(answers, at))
			puts(with_port ? endpoint_format(&endpoint, text) : endpoint_format_host(&endpoint, text));
	}
}

static int report_code(const char *host, int code)
{
	struct endpoint_problem problem;

	return address_report(endpoint_lookup_explain(host, code, &problem), &problem);
}

static int resolve_forward(const char *host, void *context)
{
	const struct request *request = context;
	const struct settings *settings = request->settings;
	struct addrinfo hints = lookup_hints(&settings->filter);
	struct addrinfo *answers = NULL;

	if (settings->canonical)
		hints.ai_flags = AI_CANONNAME;
	int code = endpoint_getaddrinfo(host, request->service, &hints, request->deadline, &answers);
	if (code == EAI_SERVICE && request->service != NULL)
		return report_code(request->service, code);
	if (code != 0)
		return report_code(host, code);
	if (settings->json) {
		print_all_json(answers);
	} else if (settings->canonical) {
		lookup_print_name(answers->ai_canonname != NULL ? answers->ai_canonname : host);
		putchar('\n');
	} else {
		print_all(answers, request->service != NULL);
	}
	freeaddrinfo(answers);
	return STATUS_OK;
}

static void print_name(const struct addrinfo *info, const char *name, bool as_json)
{
	struct json json;

	if (as_json) {
		json_init(&json, stdout);
		json_array(&json);
		print_json(&json, info, name);
		json_end(&json);
		json_line(&json);
	} else {
		lookup_print_name(name);
		putchar('\n');
	}
}

static int resolve_reverse(const char *host, void *context)
{
	const struct request *request = context;
	struct addrinfo hints = lookup_hints(&request->settings->filter);
	struct addrinfo *numbers = NULL;
	struct endpoint_problem problem;
	struct netdb_name name;

	hints.ai_flags = AI_NUMERICHOST;
	int code = endpoint_getaddrinfo(host, NULL, &hints, DEADLINE_NEVER, &numbers);
	if (code == EAI_NONAME || code == EAI_ADDRFAMILY)
		return report(STATUS_UNRESOLVED, "%s: not an address%s (%s)", message_object(host),
		              hints.ai_family == AF_INET    ? " of IPv4"
		              : hints.ai_family == AF_INET6 ? " of IPv6"
		                                            : "",
		              endpoint_lookup_code_name(code));
	if (code != 0)
		return report_code(host, code);
	struct endpoint endpoint = lookup_endpoint(numbers);
	enum endpoint_result result = netdb_name(&endpoint, NI_NAMEREQD, request->deadline, &name, &problem);
	if (result == ENDPOINT_OK)
		print_name(numbers, name.host, request->settings->json);
	freeaddrinfo(numbers);
	return address_report(result, &problem);
}

static int run(const void *settings_, int argc, char **argv)
{
	const struct settings *settings = settings_;
	struct request request = {
		.settings = settings,
		.service = argc > 1 ? argv[1] : NULL,
		.deadline = deadline_after(settings->lookup.timeout_ns),
	};

	if (settings->reverse && settings->canonical)
		return usage_error("--reverse and --canonical: one of them");
	if (settings->reverse && request.service != NULL)
		return usage_error("extra operand '%s': --reverse takes an address alone", request.service);
	if (request.service != NULL && lookup_check_service(request.service) != 0)
		return STATUS_USAGE;
	return operands_each(1, argv, settings->reverse ? resolve_reverse : resolve_forward, &request);
}

static const struct command_example examples[] = {
	{ "nsk resolve localhost", "its addresses, one a line" },
	{ "nsk resolve -4 localhost http", "with the service's port: 127.0.0.1:80" },
	{ "nsk resolve -r 127.0.0.1", "the name of an address" },
	{ NULL, NULL },
};

const struct command command_resolve = {
	.name = "resolve",
	.summary = "look up the addresses of a host, or its name",
	.group = "Names and numbers",
	.operands = "HOST [SERVICE]",
	.min_operands = 1,
	.max_operands = 2,
	.synonyms = "lookup dig nslookup dns",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
