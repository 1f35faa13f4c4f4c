/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unix-serve: a server at a Unix socket whose client is joined to stdin and stdout. */
#include "platform.h"

#include "cli/command.h"
#include "cli/local_path.h"
#include "cli/message.h"
#include "core/interrupt.h"
#include "serve/server.h"

#include <stddef.h>

struct settings {
	struct stream_settings stream;
	struct server_settings server;
	struct local_settings local;
	int64_t type;
};

static const struct settings defaults = { .stream = STREAM_DEFAULTS, .server = SERVER_DEFAULTS };

static const struct option_spec options[] = {
	INCLUDE(struct settings, local, local_options, struct local_settings),
	CHOICE(0, "type", LOCAL_TYPE_CHOICES, struct settings, type, LOCAL_TYPE_HELP),
	INCLUDE(struct settings, server, server_options, struct server_settings),
	INCLUDE(struct settings, server.ready, ready_options, struct ready_settings),
	INCLUDE(struct settings, stream, stream_options, struct stream_settings),
	REFUSED('l', NULL, "unix-serve listens anyway: nsk unix-serve {PATH}"),
	REFUSED('u', NULL, "for datagrams, write: nsk unix-listen {PATH}"),
	REFUSED('U', NULL, "unix-serve takes a Unix socket anyway: nsk unix-serve {PATH}"),
	REFUSED_WITH('e', NULL, "PROGRAM", "for a program, write: nsk unix-serve {PATH} --exec -- <PROGRAM [ARG]...>"),
	REFUSED_WITH('c', NULL, "COMMAND", "for a shell command, write: nsk unix-serve {PATH} --sh <COMMAND>"),
	REFUSED_WITH(0, "allow", "CIDR", "a Unix socket has no addresses: --mode says who may connect"),
	REFUSED_WITH(0, "deny", "CIDR", "a Unix socket has no addresses: --mode says who may connect"),
	OPTION_END,
};

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct endpoint address;
	struct session session;
	struct server server = { .settings = &settings->server, .session = &session };
	bool parent = false;
	int status = session_init(&session, &settings->stream, false);

	(void)argc;
	session.local = true;
	if (status == STATUS_OK)
		status = server_check(&server);
	if (status == STATUS_OK)
		status = local_path_check(&settings->local);
	if (status == STATUS_OK)
		status = local_path_parse(argv[0], &address);
	if (status == STATUS_OK)
		status = session_open_files(&session);
	if (status == STATUS_OK) {
		interrupt_catch(); /* before a file is made, which a signal is not to leave behind */
		status = server_open_local(&server, &address, local_types[settings->type], &settings->local, &parent);
	}
	if (status == STATUS_OK && !parent)
		status = server_run(&server);
	server_close(&server);
	session_release(&session);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk unix-serve ./s >file", "take one file" },
	{ "nsk unix-serve -k --input answer /run/mock.sock", "give every client the same answer, and show what they ask" },
	{ "nsk unix-serve -k --echo --mode 0666 ./echo", "send back what comes, to any number of clients, of any user" },
	{ "nsk unix-serve -k --unlink ./s --sh 'echo you are user $UNIXREMOTEEUID'", "run a program for each client" },
	{ "nsk unix-serve -k ./db.sock --exec -- nsk tcp-connect db.example.org 5432", "a distant port, as a local path" },
	{ "nsk unix-serve --type seqpacket @records --output file", "records, by an abstract name (Linux)" },
	{ NULL, NULL },
};

const struct command command_unix_serve = {
	.name = "unix-serve",
	.summary = "wait for a client at a Unix socket and join it to stdio",
	.group = "Streams",
	.operands = "PATH",
	.min_operands = 1,
	.max_operands = 1,
	.synonyms = "unix-server listen-unix unix",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
