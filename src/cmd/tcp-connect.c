/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tcp-connect: a TCP client joined to stdin and stdout. */
#include "platform.h"

#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/value.h"
#include "core/connect.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "stream/session.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

struct settings {
	struct stream_settings stream;
	struct address_settings address;
	const char *source, *source_port;
};

static const struct settings defaults = { .stream = STREAM_DEFAULTS };

static const struct option_spec options[] = {
	INCLUDE(struct settings, stream, stream_options, struct stream_settings),
	INCLUDE(struct settings, address, address_options, struct address_settings),
	TEXT('s', "source", "ADDRESS", struct settings, source, "connect from ADDRESS"),
	TEXT('p', "source-port", "PORT", struct settings, source_port, "connect from PORT"),
	REFUSED('l', NULL, "to listen, write: nsk tcp-serve PORT"),
	REFUSED('u', NULL, "for UDP, write: nsk udp-send HOST PORT"),
	REFUSED('U', NULL, "for a Unix socket, write: nsk unix-connect PATH"),
	REFUSED('e', NULL, "for a program, write: nsk tcp-connect HOST PORT --exec -- PROGRAM [ARG]..."),
	REFUSED('c', NULL, "for a shell command, write: nsk tcp-connect HOST PORT --sh COMMAND"),
	REFUSED('X', NULL, "proxies are not spoken here; through ssh: ssh -W HOST:PORT PROXY"),
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

static void note_failed(const struct endpoint *address, int error, void *context)
{
	char text[ENDPOINT_TEXT_MAX];

	(void)context;
	note("%s: %s", endpoint_format(address, text), message_error_text(error));
}

static int report_failure(const struct session *session, const struct settings *settings,
                          const struct connect_failure *failure, bool late)
{
	char text[ENDPOINT_TEXT_MAX], duration[VALUE_DURATION_MAX];
	int64_t limit = session->connect_timeout > 0 ? session->connect_timeout : session->settings->max_time;

	endpoint_format(&failure->address, text);
	if (interrupt_pending() != 0)
		return STATUS_SIGNAL + interrupt_pending();
	if (late)
		return report(STATUS_TIMEOUT, "%s: no connection within %s", text, value_format_duration(limit, duration));
	if (errno == ENOMEM)
		return report_out_of_memory();
	if (failure->stage == CONNECT_STAGE_PREPARE)
		return session_report_sockopt(session);
	if (failure->stage == CONNECT_STAGE_SOURCE)
		return report_errno_as(STATUS_UNCONNECTED, "source %s port %s", settings->source != NULL ? settings->source : "*",
		                       settings->source_port != NULL ? settings->source_port : "0");
	if (failure->failures > 1)
		return report(STATUS_UNCONNECTED, "%s: %s (as at %d more; -v names them)", text, message_error_text(errno),
		              failure->failures - 1);
	return report_errno_as(STATUS_UNCONNECTED, "%s", text);
}

static bool has_mixed_families(const struct endpoint_list *list)
{
	for (int i = 1; i < list->count; i++) {
		if (list->items[i].address.ss_family != list->items[0].address.ss_family)
			return true;
	}
	return false;
}

static int connect_and_run(const struct settings *settings, struct session *session,
                           const struct endpoint_list *addresses, const struct endpoint_list *sources, int64_t deadline)
{
	struct connect_plan plan = { .addresses = addresses, .type = SOCK_STREAM, .sources = sources, .deadline = deadline,
		                     .prepare = session_prepare_socket, .failed = note_failed, .context = session };
	struct connect_failure failure;
	struct endpoint here, peer;
	char here_text[ENDPOINT_TEXT_MAX], peer_text[ENDPOINT_TEXT_MAX];
	bool late;

	session->mixed_families = has_mixed_families(addresses);
	int fd = connect_first(&plan, &failure, &late);
	if (fd < 0)
		return report_failure(session, settings, &failure, late);
	if (endpoint_of_peer(fd, &peer) < 0 || endpoint_of_socket(fd, &here) < 0) {
		int status = report_errno("the new connection");

		sock_close(fd);
		return status;
	}
	note("connected to %s from %s", endpoint_format(&peer, peer_text), endpoint_format(&here, here_text));
	return session_run(session, fd, &peer);
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct endpoint_list addresses = { 0 }, sources = { 0 };
	struct session session;
	int status = session_init(&session, &settings->stream);
	int64_t deadline = session_connect_deadline(&session);

	if (status == STATUS_OK)
		status = resolve_source(settings, &sources);
	if (status == STATUS_OK)
		status = address_resolve(argc, argv, &settings->address, SOCK_STREAM, false, deadline, &addresses);
	if (status == STATUS_OK)
		status = session_open_files(&session);
	if (status == STATUS_OK) {
		interrupt_catch();
		status = connect_and_run(settings, &session, &addresses, &sources, deadline);
	}
	session_release(&session);
	endpoint_list_release(&addresses);
	endpoint_list_release(&sources);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk tcp-connect example.org 7000 <file", "send a file; status 0: every byte arrived" },
	{ "nsk tcp-connect localhost:7000 >file", "fetch what a server sends" },
	{ "printf 'PING\\r\\n' | nsk tcp-connect -q 1 localhost 6379",
	  "ask redis, which takes a half-close for a hang-up: -q waits for the answer" },
	{ "nsk tcp-connect -w 3 -q 1 mail.example.org 25 </dev/null", "read a banner" },
	{ NULL, NULL },
};

const struct command command_tcp_connect = {
	.name = "tcp-connect",
	.summary = "connect to a TCP server and join it to stdin and stdout",
	.group = "Streams",
	.operands = "HOST PORT",
	.min_operands = 1,
	.max_operands = 2,
	.synonyms = "client connect nc netcat telnet tcp dial",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
