/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * udp-send: datagrams to a UDP port, and the replies. */
#include "platform.h"

#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "core/datagram.h"
#include "core/deadline.h"
#include "core/multicast.h"
#include "core/sock.h"
#include "datagram/send.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

struct settings {
	struct send_settings send;
	struct address_settings address;
	const char *source, *source_port, *interface;
	int64_t ttl; /* -1: the system's */
	bool broadcast, no_loopback;
};

static const struct settings defaults = { .send = SEND_DEFAULTS, .ttl = -1 };

static const struct option_spec options[] = {
	INCLUDE(struct settings, send, send_options, struct send_settings),
	OPTION_HEADING("To whom"),
	TEXT('s', "source", "ADDRESS", struct settings, source, "send from ADDRESS"),
	TEXT('p', "source-port", "PORT", struct settings, source_port, "send from PORT"),
	FLAG('b', "broadcast", struct settings, broadcast, "allow a broadcast address"),
	NUMBER(0, "ttl", "N", 0, 255, struct settings, ttl, "let datagrams pass N hops (groups: 1 by default)"),
	TEXT(0, "interface", "IF", struct settings, interface, "send to a group through interface IF"),
	FLAG(0, "no-loopback", struct settings, no_loopback, "what goes to a group does not come back to this machine"),
	INCLUDE(struct settings, send.common, datagram_options, struct datagram_settings),
	INCLUDE(struct settings, address, address_options, struct address_settings),
	REFUSED('l', NULL, "to listen, write: nsk udp-listen PORT"),
	REFUSED('u', NULL, "udp-send speaks UDP anyway: nsk udp-send HOST PORT"),
	REFUSED('U', NULL, "for a Unix socket, write: nsk unix-send PATH"),
	OPTION_END,
};

/* How many of the operands are the address: HOST PORT, or one alone. 0 after a message. */
static int count_address_words(int argc, char **argv)
{
	if (endpoint_is_whole(argv[0]) || argc == 1)
		return 1;
	if (argv[0][strspn(argv[0], "0123456789")] == '\0') {
		usage_error("'%s %s': for a TEXT to a port of this machine, write: nsk udp-send :%s TEXT", argv[0], argv[1], argv[0]);
		return 0;
	}
	return 2;
}

/* ---- the socket ------------------------------------------------------------------------------------- */

static int set_hops(int fd, const struct endpoint *to, int ttl)
{
	int family = to->address.ss_family;

	if (multicast_is_group(to))
		return multicast_set_ttl(fd, family, ttl);
	if (family == AF_INET6)
		return sock_set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl);
	return sock_set_int(fd, IPPROTO_IP, IP_TTL, ttl);
}

/* Sends out of the interface called NAME. */
static int choose_interface(int fd, const struct endpoint *to, const char *name)
{
	unsigned index = if_nametoindex(name);

	if (index == 0)
		return -1; /* ENODEV */
	if (multicast_is_group(to))
		return multicast_set_interface(fd, to->address.ss_family, index);
	return sock_bind_to_interface(fd, name);
}

/* Everything about FD but its addresses. 0, or a status after a message. */
static int prepare(const struct settings *settings, int fd, const struct endpoint *to, const char *name)
{
	int family = to->address.ss_family;
	const char *culprit;

	if (datagram_ask_for_errors(fd, family) < 0)
		return report_errno("%s", name);
	if (settings->broadcast && sock_set_int(fd, SOL_SOCKET, SO_BROADCAST, 1) < 0)
		return report_errno("-b");
	if (settings->ttl >= 0 && set_hops(fd, to, (int)settings->ttl) < 0)
		return report_errno("--ttl %d", (int)settings->ttl);
	if (settings->interface != NULL && choose_interface(fd, to, settings->interface) < 0)
		return report_errno_as(STATUS_UNCONNECTED, "--interface %s", message_object(settings->interface));
	if (settings->no_loopback && multicast_set_loopback(fd, family, false) < 0)
		return report_errno("--no-loopback");
	if (datagram_set_sockopts(&settings->send.common, fd, family, false, &culprit) < 0)
		return report_errno("socket option %s", culprit);
	return STATUS_OK;
}

/* The addresses of FAMILY that -s and -p mean, the caller's to release; without a message. */
static enum endpoint_result look_up_source(const struct settings *settings, int family, struct endpoint_list *sources,
                                           struct endpoint_problem *problem)
{
	char *words[2] = { (char *)(settings->source != NULL ? settings->source : "*"),
		           (char *)(settings->source_port != NULL ? settings->source_port : "0") };
	struct address_settings same = { .family = family, .numeric = settings->address.numeric };
	struct endpoint_words split;
	enum endpoint_result result = endpoint_split(2, words, &split, problem);

	*sources = (struct endpoint_list){ 0 };
	if (result != ENDPOINT_OK)
		return result;
	return address_look_up(&split, &same, SOCK_DGRAM, true, DEADLINE_NEVER, sources, problem);
}

/* The first of ADDRESSES that can be sent to from the source, or the very first. */
static const struct endpoint *choose_address(const struct settings *settings, const struct endpoint_list *addresses)
{
	for (int i = 0; settings->source != NULL && i < addresses->count; i++) {
		struct endpoint_list sources;
		struct endpoint_problem problem;
		enum endpoint_result result =
			look_up_source(settings, addresses->items[i].address.ss_family, &sources, &problem);

		endpoint_list_release(&sources);
		if (result == ENDPOINT_OK)
			return &addresses->items[i];
	}
	return &addresses->items[0];
}

/* Binds FD to what -s and -p say for FAMILY. 0, or a status after a message. */
static int bind_source(const struct settings *settings, int fd, int family)
{
	struct endpoint_list sources;
	struct endpoint_problem problem;
	char text[ENDPOINT_TEXT_MAX];

	if (settings->source == NULL && settings->source_port == NULL)
		return STATUS_OK;
	int status = address_report(look_up_source(settings, family, &sources, &problem), &problem);
	if (status != STATUS_OK)
		return status;
	if (sock_bind(fd, (const struct sockaddr *)&sources.items[0].address, sources.items[0].length) < 0)
		status = report_errno_as(STATUS_UNCONNECTED, "source %s", endpoint_format(&sources.items[0], text));
	endpoint_list_release(&sources);
	return status;
}

/* ---- the command ------------------------------------------------------------------------------------ */

static int report_unconnected(const struct settings *settings, const char *name)
{
	if (errno == EACCES && !settings->broadcast)
		return report(STATUS_UNCONNECTED, "%s: permission denied; a broadcast address needs -b", name);
	return send_report(errno, name);
}

/* An address that each link has anew says nothing without the link. */
static bool lacks_interface(const struct settings *settings, const struct endpoint *to)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&to->address;

	return to->address.ss_family == AF_INET6 && six->sin6_scope_id == 0 && settings->interface == NULL &&
	       (IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&six->sin6_addr));
}

static int send_to(const struct settings *settings, struct send_plan *plan, const struct endpoint *to)
{
	char name[ENDPOINT_TEXT_MAX];
	bool replies = send_takes_replies(&settings->send, plan->text_count);

	plan->name = endpoint_format(to, name);
	if (lacks_interface(settings, to))
		return report(STATUS_UNCONNECTED, "%s: which link? write [ADDRESS%%IF]:PORT, or say --interface IF", name);
	int fd = sock_socket(to->address.ss_family, SOCK_DGRAM, 0);
	if (fd < 0)
		return report_errno_as(STATUS_UNCONNECTED, "%s", name);
	plan->fd = fd;
	plan->limit = to->address.ss_family == AF_INET6 ? DATAGRAM_MAX_IPV6 : DATAGRAM_MAX_IPV4;
	int status = prepare(settings, fd, to, name);
	if (status == STATUS_OK)
		status = bind_source(settings, fd, to->address.ss_family);
	/* connected, the kernel finds the way once, and takes nothing from others */
	if (settings->send.connected || !replies) {
		if (status == STATUS_OK && sock_connect(fd, (const struct sockaddr *)&to->address, to->length) < 0)
			status = report_unconnected(settings, name);
	} else {
		plan->to = to;
	}
	if (status == STATUS_OK)
		status = send_run(plan);
	sock_close(fd);
	return status;
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct endpoint_list addresses = { 0 };
	struct send_plan plan = { .settings = &settings->send };
	int words = count_address_words(argc, argv);

	if (words == 0)
		return STATUS_USAGE;
	plan.text_count = argc - words;
	plan.texts = argv + words;
	int status = send_check(&settings->send, plan.text_count, &plan.backend);
	if (status == STATUS_OK)
		status = address_resolve(words, argv, &settings->address, SOCK_DGRAM, false, DEADLINE_NEVER, &addresses);
	if (status == STATUS_OK)
		status = send_to(settings, &plan, choose_address(settings, &addresses));
	endpoint_list_release(&addresses);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk udp-send localhost 5000 hello", "one datagram" },
	{ "nsk udp-send -r 1 time.example.org 7 ping", "send it and write the reply; 124 if none comes within 5 s" },
	{ "nsk udp-send -L localhost 5000", "talk: each line typed is a datagram, replies come as they come" },
	{ "printf '<13>backup: done' | nsk udp-send log.example.org 514", "a line for syslog" },
	{ "nsk udp-send -b -w 1 255.255.255.255 9999 anyone", "ask everybody on the local network" },
	{ NULL, NULL },
};

const struct command command_udp_send = {
	.name = "udp-send",
	.summary = "send datagrams to a UDP port, and write the replies",
	.group = "Datagrams",
	.operands = "HOST PORT [TEXT]...",
	.min_operands = 1,
	.max_operands = -1,
	.synonyms = "udp datagram sendto udp-connect broadcast multicast",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
