/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nsk sockopts: the socket options that -O takes, each with what a fresh socket has. */
#include "platform.h"

#include "cli/command.h"
#include "cli/message.h"
#include "cli/nearest.h"
#include "cli/tracing.h"
#include "core/constant.h"
#include "core/sock.h"
#include "core/sockopt.h"
#include "view/json.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPE_TCP, TYPE_UDP, TYPE_UNIX, TYPE_COUNT, TYPE_ANY = -1 };

static const char *const type_names[] = { "TCP", "UDP", "Unix" };

struct settings {
	int64_t type;
	bool json;
	struct tracing_settings tracing;
};

static const struct settings defaults = { .type = TYPE_ANY };

static const struct option_spec options[] = {
	CHOICE(0, "type", "tcp|udp|unix", struct settings, type,
	       "the options of this kind of socket (default: tcp, or the first that has each NAME)"),
	FLAG(0, "json", struct settings, json, "print a JSON array"),
	INCLUDE(struct settings, tracing, tracing_options, struct tracing_settings),
	OPTION_END,
};

/* Fresh sockets: IPv4 or Unix, and IPv6, -1 where there is none. */
struct sockets {
	int fd, fd_ipv6;
};

/* -1 with errno where there is a family of TYPE, but no socket. */
static int sockets_open(struct sockets *sockets, int type)
{
	int socket_type = type == TYPE_UDP ? SOCK_DGRAM : SOCK_STREAM;

	sockets->fd_ipv6 = -1;
	sockets->fd = sock_socket(type == TYPE_UNIX ? AF_UNIX : AF_INET, socket_type, 0);
	if (sockets->fd < 0 && errno != EAFNOSUPPORT)
		return -1;
	if (type != TYPE_UNIX)
		sockets->fd_ipv6 = sock_socket(AF_INET6, socket_type, 0);
	return sockets->fd_ipv6 < 0 && type != TYPE_UNIX && errno != EAFNOSUPPORT ? -1 : 0;
}

static void sockets_close(struct sockets *sockets)
{
	sock_close(sockets->fd);
	sock_close(sockets->fd_ipv6);
}

static bool is_for(const struct sockopt *option, int type)
{
	if (type == TYPE_UNIX)
		return sockopt_has(option, AF_UNIX, SOCK_STREAM);
	return sockopt_has(option, option->level == IPPROTO_IPV6 ? AF_INET6 : AF_INET,
	                   type == TYPE_TCP ? SOCK_STREAM : SOCK_DGRAM);
}

/* ---- output -------------------------------------------------------------------------------------- */

static void print_row(const struct sockopt *option, const char *value)
{
	printf("%-12s  %-24s  %-12s  %s\n", constant_level(option->level), option->name,
	       sockopt_kind_name(option->kind), value == NULL || *value == '\0' ? "-" : value);
}

static void print_object(struct json *json, const struct sockopt *option, const char *value)
{
	bool is_text = option->kind == SOCKOPT_NAME || (value != NULL && strcmp(value, "off") == 0);

	json_object(json);
	json_key(json, "level");
	json_text(json, constant_level(option->level));
	json_key(json, "name");
	json_text(json, option->name);
	json_key(json, "kind");
	json_text(json, sockopt_kind_name(option->kind));
	json_key(json, "default");
	if (value == NULL)
		json_null(json);
	else if (is_text)
		json_text(json, value);
	else
		json_number_text(json, value, strlen(value));
	json_key(json, "read_only");
	json_bool(json, option->read_only);
	json_end(json);
}

/* JSON is NULL for the table. */
static void print_option(const struct sockopt *option, const struct sockets *sockets, struct json *json)
{
	int fd = option->level == IPPROTO_IPV6 ? sockets->fd_ipv6 : sockets->fd;
	char text[SOCKOPT_TEXT_MAX];
	const char *value = fd >= 0 && sockopt_get(fd, option, text) == 0 ? text : NULL;

	if (json != NULL)
		print_object(json, option, value);
	else
		print_row(option, value);
}

/* ---- which --------------------------------------------------------------------------------------- */

static int report_unknown(const char *name)
{
	const char **names = calloc(sockopt_count, sizeof *names);

	if (names == NULL)
		return report_out_of_memory();
	for (size_t i = 0; i < sockopt_count; i++)
		names[i] = sockopt_table[i].name;
	const char *near = nearest_find(name, names, (int)sockopt_count);
	free(names);
	if (near == NULL)
		return usage_error("%s: no such socket option here", message_object(name));
	return usage_error("%s: no such socket option here; did you mean %s?", message_object(name), near);
}

/* The first type that has OPTION. */
static int type_of(const struct sockopt *option)
{
	int type = TYPE_TCP;

	while (type < TYPE_UNIX && !is_for(option, type))
		type++;
	return type;
}

/* All names are known, and TYPE's (if that is not TYPE_ANY). */
static int check_names(int type, int count, char **names)
{
	for (int i = 0; i < count; i++) {
		const struct sockopt *option = sockopt_find(names[i], strlen(names[i]));

		if (option == NULL)
			return report_unknown(names[i]);
		if (type != TYPE_ANY && !is_for(option, type))
			return usage_error("%s: no option of a %s socket", names[i], type_names[type]);
	}
	return STATUS_OK;
}

static void print_named(const struct settings *settings, const struct sockets *sockets, char **names, int count,
                        struct json *json)
{
	for (int i = 0; i < count; i++) {
		const struct sockopt *option = sockopt_find(names[i], strlen(names[i]));

		print_option(option, &sockets[settings->type == TYPE_ANY ? type_of(option) : settings->type], json);
	}
}

static void print_all(int type, const struct sockets *sockets, struct json *json)
{
	for (size_t i = 0; i < sockopt_count; i++) {
		if (is_for(&sockopt_table[i], type))
			print_option(&sockopt_table[i], &sockets[type], json);
	}
}

static void print_answer(const struct settings *settings, const struct sockets *sockets, int argc, char **argv)
{
	struct json json;

	json_init(&json, stdout);
	if (settings->json)
		json_array(&json);
	else
		printf("%-12s  %-24s  %-12s  %s\n", "LEVEL", "NAME", "KIND", "DEFAULT");
	if (argc > 0)
		print_named(settings, sockets, argv, argc, settings->json ? &json : NULL);
	else
		print_all(settings->type == TYPE_ANY ? TYPE_TCP : (int)settings->type, sockets,
		          settings->json ? &json : NULL);
	if (settings->json) {
		json_end(&json);
		json_line(&json);
	}
}

static int run(const void *settings_, int argc, char **argv)
{
	const struct settings *settings = settings_;
	struct sockets sockets[TYPE_COUNT];
	int status = check_names((int)settings->type, argc, argv);
	int opened = 0;

	tracing_begin(&settings->tracing);
	for (; status == STATUS_OK && opened < TYPE_COUNT; opened++) {
		if (sockets_open(&sockets[opened], opened) < 0)
			status = report_errno("a %s socket", type_names[opened]);
	}
	if (status == STATUS_OK)
		print_answer(settings, sockets, argc, argv);
	while (opened > 0)
		sockets_close(&sockets[--opened]);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk sockopts", "the options of a TCP socket, with what a fresh one has" },
	{ "nsk sockopts SO_RCVBUF TCP_CONGESTION", "these two" },
	{ "nsk sockopts --type unix --json", "of a Unix socket, for programs" },
	{ NULL, NULL },
};

const struct command command_sockopts = {
	.name = "sockopts",
	.summary = "list the socket options with their kinds and defaults",
	.group = "Names and numbers",
	.operands = "[NAME]...",
	.max_operands = -1,
	.synonyms = "getsockopt setsockopt",
	.examples = examples,
	.notes = "Set one with -O NAME=VALUE of tcp-connect, tcp-serve and the others. A '-' is a value that a fresh "
	         "socket has not.",
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
