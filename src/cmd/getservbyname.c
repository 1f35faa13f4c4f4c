/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * getservbyname, getservbyport, getprotobyname: the names in /etc/services and /etc/protocols. */
#include "platform.h"

#include "cli/command.h"
#include "cli/message.h"
#include "cli/operands.h"
#include "cmd/lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* NAME is "http/udp" in the message, or "http" alone. errno was 0 before the look-up. */
static int report_missing(const char *reason, const char *name, const char *protocol)
{
	if (errno == ENOMEM)
		return report_out_of_memory();
	if (protocol == NULL)
		return report(STATUS_UNRESOLVED, "%s: %s", message_object(name), reason);
	return report(STATUS_UNRESOLVED, "%s/%s: %s", message_object(name), protocol, reason);
}

static int print_port(const char *name, void *protocol)
{
	errno = 0;
	const struct servent *service = getservbyname(name, protocol);
	if (service == NULL)
		return report_missing("no such service", name, protocol);
	printf("%u\n", ntohs((uint16_t)service->s_port));
	return STATUS_OK;
}

static int print_service(const char *text, void *protocol)
{
	struct endpoint_problem problem;
	uint16_t port;

	if (endpoint_parse_port(text, 0, true, &port, &problem) != ENDPOINT_OK)
		return usage_error("'%s': not a port (0 to 65535)", text);
	errno = 0;
	const struct servent *service = getservbyport(htons(port), protocol);
	if (service == NULL)
		return report_missing("no service has this port", text, protocol);
	lookup_print_name(service->s_name);
	putchar('\n');
	return STATUS_OK;
}

static int print_protocol(const char *name, void *context)
{
	(void)context;
	errno = 0;
	const struct protoent *protocol = getprotobyname(name);
	if (protocol == NULL)
		return report_missing("no such protocol", name, NULL);
	printf("%d\n", protocol->p_proto);
	return STATUS_OK;
}

static int run_getservbyname(const void *settings, int argc, char **argv)
{
	(void)settings;
	return operands_each(1, argv, print_port, argc > 1 ? argv[1] : NULL);
}

static int run_getservbyport(const void *settings, int argc, char **argv)
{
	(void)settings;
	return operands_each(1, argv, print_service, argc > 1 ? argv[1] : NULL);
}

static int run_getprotobyname(const void *settings, int argc, char **argv)
{
	(void)settings;
	return operands_each(argc, argv, print_protocol, NULL);
}

#define DATABASE_COMMAND(name_, operands_, maximum_, summary_, example_, meaning_) \
	const struct command command_##name_ = { \
		.name = #name_, \
		.summary = summary_, \
		.group = "Names and numbers", \
		.operands = operands_, \
		.min_operands = 1, \
		.max_operands = maximum_, \
		.examples = (const struct command_example[]){ { example_, meaning_ }, { NULL, NULL } }, \
		.run = run_##name_, \
	}

DATABASE_COMMAND(getservbyname, "NAME [PROTO]", 2, "look up the port of a service", "nsk getservbyname http tcp", "80");
DATABASE_COMMAND(getservbyport, "PORT [PROTO]", 2, "look up the name of a port's service", "nsk getservbyport 53 udp",
                 "domain");
DATABASE_COMMAND(getprotobyname, "NAME", 1, "look up the number of an IP protocol", "nsk getprotobyname tcp", "6");
