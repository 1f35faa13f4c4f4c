/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gethostbyname, gethostbyname_ex, gethostbyaddr, getfqdn, gethostname: the older look-ups. Each takes a host or "-"
 * and prints what Python's function of that name returns. */
#include "platform.h"

#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/operands.h"
#include "cmd/lookup.h"
#include "core/deadline.h"
#include "core/netdb.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One host is asked for; CONTEXT is the deadline. */
typedef int taker(const char *host, void *context);

static int run_each(const struct lookup_settings *settings, int argc, char **argv, taker *take)
{
	int64_t deadline = deadline_after(settings->timeout_ns);

	return operands_each(argc, argv, take, &deadline);
}

static int print_address(const char *host, void *context)
{
	struct endpoint_problem problem;
	struct endpoint address;
	char text[ENDPOINT_TEXT_MAX];
	const int64_t *deadline = context;

	enum endpoint_result result = netdb_address(host, AF_INET, *deadline, &address, &problem);
	if (result == ENDPOINT_OK)
		puts(endpoint_format_host(&address, text));
	return address_report(result, &problem);
}

/* Three lines: name; aliases; addresses. */
static void print_host(const struct netdb_host *host)
{
	char text[ENDPOINT_TEXT_MAX];

	lookup_print_name(host->name);
	putchar('\n');
	for (int i = 0; i < host->alias_count; i++) {
		if (i > 0)
			putchar(' ');
		lookup_print_name(host->aliases[i]);
	}
	putchar('\n');
	for (int i = 0; i < host->addresses.count; i++)
		printf("%s%s", i > 0 ? " " : "", endpoint_format_host(&host->addresses.items[i], text));
	putchar('\n');
}

static int print_host_by_name(const char *name, void *context)
{
	struct endpoint_problem problem;
	struct netdb_host host;
	const int64_t *deadline = context;

	enum endpoint_result result = netdb_host_by_name(name, *deadline, &host, &problem);
	if (result == ENDPOINT_OK)
		print_host(&host);
	netdb_host_release(&host);
	return address_report(result, &problem);
}

static int print_host_by_address(const char *address, void *context)
{
	struct endpoint_problem problem;
	struct netdb_host host;
	const int64_t *deadline = context;

	enum endpoint_result result = netdb_host_by_address(address, *deadline, &host, &problem);
	if (result == ENDPOINT_OK)
		print_host(&host);
	netdb_host_release(&host);
	return address_report(result, &problem);
}

/* ---- the local name ------------------------------------------------------------------------------ */

/* This machine's name, the caller's to free; NULL with errno. */
static char *local_name(void)
{
	char name[1025];

	if (gethostname(name, sizeof name) < 0)
		return NULL;
	name[sizeof name - 1] = '\0';
	return strdup(name);
}

/* NAME without white space around it, this machine's for what means that; the caller's to free. */
static char *wanted_name(const char *name)
{
	size_t length;

	while (isspace((unsigned char)*name))
		name++;
	for (length = strlen(name); length > 0 && isspace((unsigned char)name[length - 1]); length--)
		;
	char *bare = strndup(name, length);
	if (bare == NULL || (*bare != '\0' && strcmp(bare, "0.0.0.0") != 0 && strcmp(bare, "::") != 0))
		return bare;
	free(bare);
	return local_name();
}

static int print_full_name(const char *operand, void *context)
{
	struct endpoint_problem problem;
	struct netdb_host host;
	const int64_t *deadline = context;
	int status = STATUS_OK;
	char *name = wanted_name(operand);

	if (name == NULL)
		return report_errno("%s", *operand == '\0' ? "this machine's name" : operand);
	enum endpoint_result result = netdb_host_by_address(name, *deadline, &host, &problem);
	if (result == ENDPOINT_OK || result == ENDPOINT_UNRESOLVED) { /* an unknown name stands for itself */
		lookup_print_name(result == ENDPOINT_OK ? netdb_host_full_name(&host) : name);
		putchar('\n');
	} else {
		status = address_report(result, &problem);
	}
	netdb_host_release(&host);
	free(name);
	return status;
}

static int run_gethostname(const void *settings, int argc, char **argv)
{
	char *name = local_name();

	(void)settings;
	(void)argc;
	(void)argv;
	if (name == NULL)
		return report_errno("this machine's name");
	lookup_print_name(name);
	putchar('\n');
	free(name);
	return STATUS_OK;
}

/* ---- the commands -------------------------------------------------------------------------------- */

static int run_gethostbyname(const void *settings, int argc, char **argv)
{
	return run_each(settings, argc, argv, print_address);
}

static int run_gethostbyname_ex(const void *settings, int argc, char **argv)
{
	return run_each(settings, argc, argv, print_host_by_name);
}

static int run_gethostbyaddr(const void *settings, int argc, char **argv)
{
	return run_each(settings, argc, argv, print_host_by_address);
}

static int run_getfqdn(const void *settings, int argc, char **argv)
{
	char local[] = "";
	char *only[] = { local };

	return run_each(settings, argc > 0 ? argc : 1, argc > 0 ? argv : only, print_full_name);
}

#define LOOKUP_COMMAND(name_, operands_, minimum_, summary_, example_, meaning_, notes_) \
	const struct command command_##name_ = { \
		.name = #name_, \
		.summary = summary_, \
		.group = "Names and numbers", \
		.operands = operands_, \
		.min_operands = minimum_, \
		.max_operands = 1, \
		.examples = (const struct command_example[]){ { example_, meaning_ }, { NULL, NULL } }, \
		.notes = notes_, \
		.options = lookup_options, \
		.settings_size = sizeof(struct lookup_settings), \
		.run = run_##name_, \
	}

LOOKUP_COMMAND(gethostbyname, "HOST", 1, "look up the first IPv4 address of a host", "nsk gethostbyname localhost",
               "127.0.0.1", "For all addresses, IPv6 too: nsk resolve.");
LOOKUP_COMMAND(gethostbyname_ex, "HOST", 1, "look up a host's name, aliases and IPv4 addresses",
               "nsk gethostbyname_ex localhost", "three lines: its name; its aliases; its addresses", NULL);
LOOKUP_COMMAND(gethostbyaddr, "ADDRESS", 1, "look up the name, aliases and addresses of an address",
               "nsk gethostbyaddr 127.0.0.1", "three lines: its name; its aliases; its addresses", NULL);
LOOKUP_COMMAND(getfqdn, "[NAME]", 0, "find the full name, with its domain, of a host or of this machine", "nsk getfqdn",
               "this machine's", "A NAME that is not known is printed as it is, as in Python.");

const struct command command_gethostname = {
	.name = "gethostname",
	.summary = "print the name of this machine",
	.group = "Names and numbers",
	.operands = "",
	.examples = (const struct command_example[]){ { "nsk gethostname", "as the kernel has it" }, { NULL, NULL } },
	.run = run_gethostname,
};
