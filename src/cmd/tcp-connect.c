/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tcp-connect: a TCP client joined to stdin and stdout. */
#include "platform.h"

#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "serve/server.h"
#include "stream/dial.h"
#include "stream/port_check.h"
#include "stream/exec.h"

#include <stddef.h>
#include <stdio.h>

struct settings {
	struct stream_settings stream;
	struct address_settings address;
	struct dial_settings dial;
	struct port_check_settings scan;
	const char *source, *source_port;
};

static const struct settings defaults = { .stream = STREAM_DEFAULTS, .dial = DIAL_DEFAULTS };

static const struct option_spec options[] = {
	INCLUDE(struct settings, dial, dial_options, struct dial_settings),
	TEXT('s', "source", "ADDRESS", struct settings, source, "connect from ADDRESS"),
	TEXT('p', "source-port", "PORT", struct settings, source_port, "connect from PORT"),
	INCLUDE(struct settings, scan, port_check_options, struct port_check_settings),
	INCLUDE(struct settings, stream, stream_options, struct stream_settings),
	INCLUDE(struct settings, address, address_options, struct address_settings),
	REFUSED('l', NULL, "to listen, write: nsk tcp-serve {PORT}"),
	REFUSED('u', NULL, "for UDP, write: nsk udp-send {HOST PORT}"),
	REFUSED('U', NULL, "for a Unix socket, write: nsk unix-connect {PATH}"),
	REFUSED_WITH('e', NULL, "PROGRAM", "for a program, write: nsk tcp-connect {HOST PORT} --exec -- <PROGRAM [ARG]...>"),
	REFUSED_WITH('c', NULL, "COMMAND", "for a shell command, write: nsk tcp-connect {HOST PORT} --sh <COMMAND>"),
	REFUSED_WITH('X', NULL, "PROTOCOL", "proxies are not spoken here; through ssh: ssh -W HOST:PORT PROXY"),
	REFUSED('k', NULL, "to serve many clients, write: nsk tcp-serve -k {PORT}"),
	REFUSED('r', NULL, "ports are checked in the order given: nsk tcp-connect -z {HOST PORT}"),
	REFUSED('t', NULL, "telnet's options are not answered here; without them: nsk tcp-connect {HOST PORT}"),
	OPTION_END,
};

/* The addresses to connect from: those of --source and --source-port for each family. */
static int resolve_source(const struct settings *settings, struct endpoint_list *sources)
{
	char *words[2] = { (char *)(settings->source != NULL ? settings->source : "*"),
		           (char *)(settings->source_port != NULL ? settings->source_port : "0") };
	struct address_settings numeric = { .family = settings->address.family, .numeric = settings->address.numeric };

	if (settings->source == NULL && settings->source_port == NULL)
		return STATUS_OK;
	return address_resolve(2, words, &numeric, SOCK_STREAM, true, DEADLINE_NEVER, sources);
}

/* What the dialler looks up, again and again with --retry. */
struct target {
	struct endpoint_words words;
	const struct address_settings *settings;
};

static enum endpoint_result look_up(int64_t deadline, struct endpoint_list *list, struct endpoint_problem *problem,
                                    void *context)
{
	const struct target *target = context;

	return address_look_up(&target->words, target->settings, SOCK_STREAM, false, deadline, list, problem);
}

/* Takes the operands apart. A bad port is found here: no later try would find it better. */
static int split_target(const struct settings *settings, int argc, char **argv, struct target *target)
{
	struct endpoint_problem problem;
	uint16_t port;
	enum endpoint_result result = endpoint_split(argc, argv, &target->words, &problem);

	target->settings = &settings->address;
	if (result == ENDPOINT_OK)
		result = endpoint_words_port(&target->words, SOCK_STREAM, settings->address.numeric, &port, &problem);
	return address_report(result, &problem);
}

static int connect_and_run(struct dial_plan *plan)
{
	struct endpoint here, peer;
	char here_text[ENDPOINT_TEXT_MAX], peer_text[ENDPOINT_TEXT_MAX];
	int status;
	int fd = dial(plan, &status);

	if (fd < 0)
		return status;
	if (endpoint_of_peer(fd, &peer) < 0 || endpoint_of_socket(fd, &here) < 0) {
		status = report_errno("the new connection");
		sock_close(fd);
		return status;
	}
	if (message_is_verbose())
		note("connected to %s from %s", endpoint_format(&peer, peer_text), endpoint_format(&here, here_text));
	return server_run_dialled(plan->session, fd, &peer);
}

static int run_scan(const struct settings *settings, struct session *session, const struct endpoint_list *sources,
                    const char *source, int argc, char **argv)
{
	struct port_check_plan plan = { .settings = &settings->scan, .address = &settings->address, .dial = &settings->dial,
		                        .session = session, .sources = sources, .source = source };

	interrupt_catch();
	return port_check_run(&plan, argc, argv);
}

static int run_session(const struct settings *settings, struct session *session, const struct endpoint_list *sources,
                       const char *source, int argc, char **argv)
{
	struct target target;
	struct dial_plan plan = { .session = session, .settings = &settings->dial, .type = SOCK_STREAM, .look_up = look_up,
		                  .context = &target, .sources = sources, .source = source };
	int status;

	if (argc > 2)
		return usage_error("extra operand '%s': nsk tcp-connect [OPTION]... HOST PORT", argv[2]);
	session->detached = exec_wanted(&settings->stream);
	status = split_target(settings, argc, argv, &target);
	if (status != STATUS_OK)
		return status;
	return connect_and_run(&plan);
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct endpoint_list sources = { 0 };
	struct session session;
	char source[512] = "";
	int status = session_init(&session, &settings->stream, true);

	if (settings->source != NULL || settings->source_port != NULL)
		snprintf(source, sizeof source, "source %s port %s", settings->source != NULL ? settings->source : "*",
		         settings->source_port != NULL ? settings->source_port : "0");
	if (status == STATUS_OK)
		status = port_check_refuse(&settings->scan, &settings->stream);
	if (status == STATUS_OK)
		status = resolve_source(settings, &sources);
	if (status == STATUS_OK && settings->scan.scan)
		status = run_scan(settings, &session, &sources, source, argc, argv);
	else if (status == STATUS_OK)
		status = run_session(settings, &session, &sources, source, argc, argv);
	session_release(&session);
	endpoint_list_release(&sources);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk tcp-connect example.org 7000 <file", "send a file; status 0: every byte arrived" },
	{ "nsk tcp-connect localhost:7000 >file", "fetch what a server sends" },
	{ "printf 'PING\\r\\n' | nsk tcp-connect -q 1 localhost 6379",
	  "ask redis, which takes a half-close for a hang-up: -q waits for the answer" },
	{ "nsk tcp-connect -z example.org 22 80,443 8000-8100", "tell which of these ports are open" },
	{ "nsk tcp-connect --retry 10 localhost 7000 <file", "wait up to ten seconds for a server to come up" },
	{ "nsk tcp-connect example.org 7000 --sh 'tar -c .'", "join a program to the connection instead of stdio" },
	{ "nsk tcp-connect -w 3 -q 1 mail.example.org 25 </dev/null", "read a banner" },
	{ NULL, NULL },
};

const struct command command_tcp_connect = {
	.name = "tcp-connect",
	.summary = "connect to a TCP server and join it to stdin and stdout",
	.group = "Streams",
	.operands = "HOST PORT",
	.min_operands = 1,
	.max_operands = -1, /* ports, with --scan; else two */
	.synonyms = "client connect nc netcat telnet tcp dial scan nmap portscan",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
