/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The constants of the socket API for nsk help: their values, and where they are used. The tables are core's. */
#include "platform.h"

#include "cmd/api.h"

#include "cli/nearest.h"
#include "core/constant.h"
#include "core/sockopt.h"

#include <ctype.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* What a group is, and a call that takes its names: before and behind the name. */
static const struct use {
	const char *kind, *before, *behind;
} uses[] = {
	[CONSTANT_FAMILY] = { "address family", "socket ", " SOCK_STREAM" },
	[CONSTANT_TYPE] = { "kind of socket", "socket AF_INET ", "" },
	[CONSTANT_PROTOCOL] = { "protocol", "socket AF_INET SOCK_RAW ", "" },
	[CONSTANT_LEVEL] = { "level of socket options", "getsockopt SOCKET ", " OPTION" },
	[CONSTANT_MESSAGE] = { "flag of send and recv", "recv SOCKET SIZE ", "" },
	[CONSTANT_SHUTDOWN] = { "direction to shut down", "shutdown SOCKET ", "" },
	[CONSTANT_POLL] = { "what poll waits for and tells", "register POLL SOCKET ", "" },
	[CONSTANT_EPOLL] = { "what epoll waits for and tells", "register EPOLL SOCKET ", "" },
	[CONSTANT_LOOKUP] = { "flag of getaddrinfo", "getaddrinfo HOST SERVICE 0 0 0 ", "" },
	[CONSTANT_NAME] = { "flag of getnameinfo", "getnameinfo ADDRESS PORT ", "" },
	[CONSTANT_ANCILLARY] = { "kind of ancillary data", "", NULL },
	[CONSTANT_OTHER] = { "number", "", NULL },
	[CONSTANT_OPTION] = { "socket option, of bytes", "setsockopt SOCKET LEVEL ", " BYTES" },
	[CONSTANT_LOOKUP_ERROR] = { "error of a look-up", "expect \"", "\"" },
	[CONSTANT_ERROR] = { "error", "expect \"", "\"" },
	[CONSTANT_STATE] = { "state of TCP", "", NULL },
};

/* Flags of messages that are for those that are sent, and options of bytes that can only be read; NULL ends them. */
static const char *const for_sending[] = { "MSG_DONTROUTE", "MSG_EOR", "MSG_MORE", "MSG_NOSIGNAL", NULL };
static const char *const for_reading[] = { "IPV6_PATHMTU", "SO_PEERCRED", "SO_PEERSEC", "TCP_INFO", NULL };

static bool is_among(const char *name, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

static void explain_constant(const struct constant *constant)
{
	static const struct use read_only = { "socket option, of bytes, only to be read", "getsockopt SOCKET LEVEL ", " 256" };
	bool reads = constant->group == CONSTANT_OPTION && is_among(constant->name, for_reading);
	const struct use *use = reads ? &read_only : &uses[constant->group];

	printf("%s (%s): %" PRId64, constant->name, use->kind, constant->value);
	if (constant->group == CONSTANT_ERROR || constant->group == CONSTANT_LOOKUP_ERROR) {
		bool is_lookup = constant->group == CONSTANT_LOOKUP_ERROR;
		const char *reason = is_lookup ? gai_strerror((int)constant->value) : strerror((int)constant->value);

		printf(", %c%s", tolower((unsigned char)reason[0]), reason + 1);
	}
	putchar('\n');
	if (constant->group == CONSTANT_STATE)
		printf("  lesson       nsk demo %s\n", strcmp(constant->name, "TIME_WAIT") == 0 ? "time-wait" : "tcp-flow");
	if (constant->group == CONSTANT_MESSAGE && is_among(constant->name, for_sending))
		printf("  in nsk repl  send SOCKET DATA %s\n", constant->name);
	else if (use->behind != NULL)
		printf("  in nsk repl  %s%s%s\n", use->before, constant->name, use->behind);
}

/* The command line that sets OPTION, on the kind of socket that has it. */
static void print_setting(const struct sockopt *option, const char *value)
{
	const char *command = "udp-listen";
	bool is_unix = option->where == SOCKOPT_UNIX;

	if (is_unix)
		command = "unix-serve";
	else if (!(option->where & SOCKOPT_UDP))
		command = "tcp-serve";
	printf("  option       nsk %s -O %s=%s %s\n", command, option->name, value, is_unix ? "PATH" : "PORT");
}

static void explain_option(const struct sockopt *option)
{
	const char *level = constant_level(option->level);
	const char *value = option->kind == SOCKOPT_FLAG ? "1" : "VALUE";

	printf("%s (socket option): %d, level %s, value: %s%s\n", option->name, option->option, level,
	       sockopt_kind_name(option->kind), option->read_only ? ", only to be read" : "");
	printf("  command      nsk sockopts %s\n", option->name);
	if (option->read_only) {
		printf("  in nsk repl  getsockopt SOCKET %s %s\n", level, option->name);
		return;
	}
	print_setting(option, value);
	printf("  in nsk repl  setsockopt SOCKET %s %s %s\n", level, option->name, value);
}

bool api_explain_constant(const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *word = dot != NULL ? dot + 1 : name;
	const struct sockopt *option = sockopt_find(word, strlen(word));
	const struct constant *constant = constant_find(word);
	const struct constant *state = constant_find_state(word);

	if (option != NULL)
		explain_option(option);
	else if (constant != NULL || state != NULL)
		explain_constant(constant != NULL ? constant : state);
	return option != NULL || constant != NULL || state != NULL;
}

const char *api_nearest_constant(const char *name)
{
	const char *near = NULL;

	for (size_t i = 0; i < sockopt_count + constant_count; i++) {
		const char *known = i < sockopt_count ? sockopt_table[i].name : constant_table[i - sockopt_count].name;

		if (near == NULL || nearest_distance(name, known) < nearest_distance(name, near))
			near = known;
	}
	return near;
}
