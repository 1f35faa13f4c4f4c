/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * udp-listen: datagrams that come to a UDP port, from any number of senders, and answers. */
#include "platform.h"

#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "core/datagram.h"
#include "core/deadline.h"
#include "core/multicast.h"
#include "core/sock.h"
#include "datagram/receive.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { RECEIVE_BUFFER = 4 * 1024 * 1024 }; /* asked for; the system gives what it allows */

struct settings {
	struct receive_settings receive;
	struct address_settings address;
	struct option_list groups;
	const char *from;
};

static const struct settings defaults = { .receive = RECEIVE_DEFAULTS };

static const struct option_spec options[] = {
	OPTION_HEADING("From whom"),
	LIST(0, "join", "GROUP[%IF]", struct settings, groups,
	     "take what is sent to the multicast GROUP, on interface IF; a bare PORT is then the group's alone"),
	TEXT(0, "from", "HOST:PORT", struct settings, from, "take what comes from that peer only"),
	INCLUDE(struct settings, receive, receive_options, struct receive_settings),
	INCLUDE(struct settings, address, address_options, struct address_settings),
	REFUSED('l', NULL, "udp-listen listens anyway: nsk udp-listen PORT"),
	REFUSED('u', NULL, "udp-listen speaks UDP anyway: nsk udp-listen PORT"),
	REFUSED('U', NULL, "for a Unix socket, write: nsk unix-listen PATH"),
	REFUSED('p', NULL, "the port is an operand: nsk udp-listen PORT"),
	REFUSED('k', NULL, "udp-listen takes any number of senders anyway"),
	REFUSED('e', NULL, "for a program, write: nsk udp-listen PORT --exec -- PROGRAM [ARG]..."),
	REFUSED('c', NULL, "for a shell command, write: nsk udp-listen PORT --sh COMMAND"),
	OPTION_END,
};

struct group {
	const char *text;
	struct endpoint address;
	unsigned interface;
};

struct listening {
	const struct settings *settings;
	struct endpoint_list addresses, senders; /* to bind; of --from */
	struct group *groups;
	struct listener_list sockets;
	const char *culprit; /* what could not be set: an -O, a group */
};

/* ---- words ------------------------------------------------------------------------------------------ */

static int parse_groups(struct listening *listening)
{
	const struct option_list *list = &listening->settings->groups;

	listening->groups = calloc(list->count + 1, sizeof *listening->groups);
	if (listening->groups == NULL)
		return report_out_of_memory();
	for (size_t i = 0; i < list->count; i++) {
		struct group *group = &listening->groups[i];

		group->text = list->items[i];
		if (multicast_parse(group->text, &group->address, &group->interface) == 0)
			continue;
		if (errno == EINVAL)
			return usage_error("--join '%s': not a multicast group (224.0.0.1 to 239.255.255.255, ff00::/8)", group->text);
		return report_errno_as(STATUS_UNCONNECTED, "--join %s", group->text);
	}
	return STATUS_OK;
}

/* A group of each link cannot be bound without saying which link; all of its family's addresses can. */
static bool needs_interface(const struct group *group)
{
	const struct in6_addr *six = &((const struct sockaddr_in6 *)&group->address.address)->sin6_addr;

	return group->address.address.ss_family == AF_INET6 && group->interface == 0 &&
	       (IN6_IS_ADDR_MC_LINKLOCAL(six) || IN6_IS_ADDR_MC_NODELOCAL(six));
}

/* With groups and only a PORT, the groups themselves are bound: what is sent to others does not come. */
static int bind_groups(struct listening *listening, int argc, char **argv)
{
	const struct settings *settings = listening->settings;
	size_t count = settings->groups.count;
	struct endpoint_words words;
	struct endpoint_problem problem;
	uint16_t port = 0;
	enum endpoint_result result = endpoint_split(argc, argv, &words, &problem);

	if (result == ENDPOINT_OK)
		result = endpoint_words_port(&words, SOCK_DGRAM, settings->address.numeric, &port, &problem);
	if (result != ENDPOINT_OK)
		return address_report(result, &problem);
	listening->addresses.items = calloc(count, sizeof *listening->addresses.items);
	if (listening->addresses.items == NULL)
		return report_out_of_memory();
	for (size_t i = 0; i < count; i++) {
		struct endpoint *address = &listening->addresses.items[listening->addresses.count++];

		*address = listening->groups[i].address;
		if (needs_interface(&listening->groups[i]))
			((struct sockaddr_in6 *)&address->address)->sin6_addr = in6addr_any;
		endpoint_set_port(address, port);
	}
	return STATUS_OK;
}

static bool is_bare_port(int argc, char **argv)
{
	struct endpoint_words words;
	struct endpoint_problem problem;

	return endpoint_split(argc, argv, &words, &problem) == ENDPOINT_OK && !words.host_given;
}

static int resolve(struct listening *listening, int argc, char **argv, int64_t deadline)
{
	const struct settings *settings = listening->settings;
	char *from = (char *)(uintptr_t)settings->from;
	int status = parse_groups(listening);

	if (status == STATUS_OK && settings->groups.count > 0 && is_bare_port(argc, argv))
		status = bind_groups(listening, argc, argv);
	else if (status == STATUS_OK)
		status = address_resolve(argc, argv, &settings->address, SOCK_DGRAM, true, deadline, &listening->addresses);
	if (status != STATUS_OK || from == NULL)
		return status;
	if (!endpoint_is_whole(from))
		return usage_error("--from '%s': an address is HOST:PORT", from);
	return address_resolve(1, &from, &settings->address, SOCK_DGRAM, false, deadline, &listening->senders);
}

/* A program is not to be had by everybody unless that is said. */
static int refuse_open_program(const struct listening *listening)
{
	bool local = true;

	for (int i = 0; i < listening->addresses.count; i++)
		local = local && endpoint_is_loopback(&listening->addresses.items[i]);
	if (local || !receive_runs_program(&listening->settings->receive) || listening->settings->from != NULL)
		return STATUS_OK;
	return usage_error("a program for everybody who can reach this machine: with --exec or --sh, say --from HOST:PORT "
	                   "or listen on this machine alone");
}

static bool is_sender(const struct endpoint *peer, void *context)
{
	const struct endpoint_list *senders = context;

	for (int i = 0; i < senders->count; i++) {
		if (endpoint_equal(&senders->items[i], peer))
			return true;
	}
	return false;
}

/* ---- sockets ---------------------------------------------------------------------------------------- */

static int join_groups(struct listening *listening, int fd, int family)
{
	for (size_t i = 0; i < listening->settings->groups.count; i++) {
		const struct group *group = &listening->groups[i];

		if (group->address.address.ss_family != family)
			continue;
		if (multicast_own_groups_only(fd, family) < 0 || multicast_join(fd, &group->address, group->interface) < 0) {
			listening->culprit = group->text;
			return -1;
		}
	}
	return 0;
}

static int prepare(int fd, int family, void *context)
{
	struct listening *listening = context;
	const struct settings *settings = listening->settings;
	const char *culprit = NULL;

	sock_set_int(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
	if (settings->groups.count > 0 && sock_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0)
		return -1;
	if (datagram_set_sockopts(&settings->receive.common, fd, family, listening->addresses.count > 1, &culprit) < 0) {
		listening->culprit = culprit;
		return -1;
	}
	return join_groups(listening, fd, family);
}

static int open_sockets(struct listening *listening)
{
	struct listen_plan plan = { .addresses = &listening->addresses, .type = SOCK_DGRAM, .prepare = prepare,
		                    .context = listening };
	struct endpoint culprit;
	char text[ENDPOINT_TEXT_MAX];

	if (listen_all(&plan, &listening->sockets, &culprit) == 0)
		return STATUS_OK;
	if (errno == ENOMEM)
		return report_out_of_memory();
	if (listening->culprit != NULL)
		return report_errno_as(strchr(listening->culprit, '=') != NULL ? STATUS_FAILED : STATUS_UNCONNECTED, "%s",
		                       listening->culprit);
	return report_errno_as(STATUS_UNCONNECTED, "%s", endpoint_format(&culprit, text));
}

/* ---- the command ------------------------------------------------------------------------------------ */

static int run(const void *given, int argc, char **argv)
{
	struct listening listening = { .settings = given };
	const struct settings *settings = given;
	struct receive_plan plan = { .settings = &settings->receive, .command = "udp-listen", .limit = DATAGRAM_MAX_IPV4,
		                     .is_wanted = settings->from != NULL ? is_sender : NULL,
		                     .context = &listening.senders };
	bool parent = false;
	int status = receive_check(&plan);

	if (status == STATUS_OK)
		status = resolve(&listening, argc, argv, plan.deadline);
	if (status == STATUS_OK)
		status = refuse_open_program(&listening);
	if (status == STATUS_OK)
		status = receive_open(&plan);
	if (status == STATUS_OK)
		status = open_sockets(&listening);
	if (status == STATUS_OK)
		status = receive_run(&plan, &listening.sockets, &parent);
	status = receive_close(&plan, status);
	listener_list_close(&listening.sockets);
	endpoint_list_release(&listening.addresses);
	endpoint_list_release(&listening.senders);
	free(listening.groups);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk udp-listen -L 5000", "write what comes to port 5000 of this machine, a datagram a line" },
	{ "nsk udp-listen -x :514", "look at what is sent to syslog's port, from anywhere" },
	{ "nsk udp-listen --json -W 10 5000 | jq .length", "ten datagrams as JSON" },
	{ "nsk udp-listen --echo 7000", "send everything back" },
	{ "nsk udp-listen -x --join 224.0.0.251 5353", "listen to mDNS" },
	{ NULL, NULL },
};

const struct command command_udp_listen = {
	.name = "udp-listen",
	.summary = "write the datagrams that come to a UDP port, and answer them",
	.group = "Datagrams",
	.operands = "[HOST] PORT",
	.min_operands = 1,
	.max_operands = 2,
	.synonyms = "udp-serve udp-server recvfrom datagrams syslog statsd",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
