/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tcp-serve: a TCP server whose client is joined to stdin and stdout. */
#include "platform.h"

#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/suggestion.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "serve/server.h"

#include <stddef.h>
#include <string.h>

struct settings {
	struct stream_settings stream;
	struct address_settings address;
	struct server_settings server;
};

static const struct settings defaults = { .stream = STREAM_DEFAULTS, .server = SERVER_DEFAULTS };

static const struct option_spec options[] = {
	INCLUDE(struct settings, server, server_options, struct server_settings),
	INCLUDE(struct settings, server.access, access_options, struct access_settings),
	INCLUDE(struct settings, server.ready, ready_options, struct ready_settings),
	INCLUDE(struct settings, stream, stream_options, struct stream_settings),
	INCLUDE(struct settings, address, address_options, struct address_settings),
	REFUSED('l', NULL, "tcp-serve listens anyway: nsk tcp-serve {PORT}"),
	REFUSED_WITH('p', NULL, "PORT", "the port is an operand: nsk tcp-serve {} <PORT>"),
	REFUSED('u', NULL, "for UDP, write: nsk udp-listen {PORT}"),
	REFUSED('U', NULL, "for a Unix socket, write: nsk unix-serve {PATH}"),
	REFUSED_WITH('e', NULL, "PROGRAM", "for a program, write: nsk tcp-serve {PORT} --exec -- <PROGRAM [ARG]...>"),
	REFUSED_WITH('c', NULL, "COMMAND", "for a shell command, write: nsk tcp-serve {PORT} --sh <COMMAND>"),
	OPTION_END,
};

/* "7300 -- cat": the program of other tools. Words that mean an address pass. */
static int refuse_program(int argc, char **argv, const struct settings *settings)
{
	struct endpoint_problem problem;
	struct suggestion line = { 0 };
	uint16_t port;

	if (argc != 2 || *argv[0] == '\0' || argv[0][strspn(argv[0], "0123456789")] != '\0' ||
	    endpoint_parse_port(argv[1], SOCK_STREAM, settings->address.numeric, &port, &problem) != ENDPOINT_UNRESOLVED)
		return STATUS_OK;
	suggestion_add_words(&line, 1, argv + 1);
	return report(STATUS_UNRESOLVED, "%s; for a program, write: nsk tcp-serve %s%s --exec -- %s", problem.text,
	              settings->server.keep_open ? "-k " : "", argv[0], line.text);
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct endpoint_list addresses = { 0 };
	struct session session;
	struct server server = { .settings = &settings->server, .session = &session, .command = "tcp-serve" };
	bool parent = false;
	int status = session_init(&session, &settings->stream, false);

	session.mixed_families = true;
	if (status == STATUS_OK)
		status = server_check(&server);
	if (status == STATUS_OK)
		status = refuse_program(argc, argv, settings);
	if (status == STATUS_OK)
		status = address_resolve(argc, argv, &settings->address, SOCK_STREAM, true, session.deadline, &addresses);
	if (status == STATUS_OK)
		status = session_open_files(&session);
	if (status == STATUS_OK) {
		interrupt_catch();
		status = server_open(&server, &addresses, SOCK_STREAM, &parent);
	}
	if (status == STATUS_OK && !parent)
		status = server_run(&server);
	server_close(&server);
	session_release(&session);
	endpoint_list_release(&addresses);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk tcp-serve 7000 >file", "take one file from this machine" },
	{ "nsk tcp-serve :7000 <file", "give a file to the first who connects, from anywhere" },
	{ "nsk tcp-serve 0 --port-file port --output file", "let the kernel pick a port, and tell a script which" },
	{ "nsk tcp-serve -k --input answer 8080", "give every client the same answer, and show what they ask" },
	{ "nsk tcp-serve -k --echo 7000", "send back what comes, to any number of clients" },
	{ "nsk tcp-serve -k 8080 --exec -- nsk tcp-connect example.org 80", "run a program for each client: forward a port" },
	{ "eval \"$(nsk tcp-serve 0 --background --output file)\"",
	  "serve in the background: NSK_PID, NSK_HOST and NSK_PORT are set" },
	{ NULL, NULL },
};

const struct command command_tcp_serve = {
	.name = "tcp-serve",
	.summary = "wait for a TCP client and join it to stdin and stdout",
	.group = "Streams",
	.operands = "[HOST] PORT",
	.min_operands = 1,
	.max_operands = 2,
	.synonyms = "listen server serve tcp-listen accept",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
