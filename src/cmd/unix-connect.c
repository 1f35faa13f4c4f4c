/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unix-connect: a client of a Unix socket, joined to stdin and stdout. */
#include "platform.h"

#include "cli/command.h"
#include "cli/local_path.h"
#include "cli/message.h"
#include "core/sock.h"
#include "serve/server.h"
#include "stream/dial.h"
#include "stream/exec.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct settings {
	struct stream_settings stream;
	struct dial_settings dial;
	int64_t type;
};

static const struct settings defaults = { .stream = STREAM_DEFAULTS, .dial = DIAL_DEFAULTS };

static const struct option_spec options[] = {
	INCLUDE(struct settings, dial, dial_options, struct dial_settings),
	CHOICE(0, "type", LOCAL_TYPE_CHOICES, struct settings, type, LOCAL_TYPE_HELP),
	INCLUDE(struct settings, stream, stream_options, struct stream_settings),
	REFUSED('l', NULL, "to listen, write: nsk unix-serve {PATH}"),
	REFUSED('u', NULL, "for datagrams, write: nsk unix-send {PATH}"),
	REFUSED('U', NULL, "unix-connect takes a Unix socket anyway: nsk unix-connect {PATH}"),
	REFUSED_WITH('e', NULL, "PROGRAM", "for a program, write: nsk unix-connect {PATH} --exec -- <PROGRAM [ARG]...>"),
	REFUSED_WITH('c', NULL, "COMMAND", "for a shell command, write: nsk unix-connect {PATH} --sh <COMMAND>"),
	OPTION_END,
};

/* What the dialler asks for: the one address there is. */
static enum endpoint_result look_up(int64_t deadline, struct endpoint_list *list, struct endpoint_problem *problem,
                                    void *context)
{
	(void)deadline;
	list->items = malloc(sizeof *list->items);
	if (list->items == NULL) {
		snprintf(problem->text, sizeof problem->text, "out of memory");
		return ENDPOINT_FAILED;
	}
	*list->items = *(const struct endpoint *)context;
	list->count = 1;
	return ENDPOINT_OK;
}

static int run_session(const struct settings *settings, struct session *session, struct endpoint *address)
{
	struct dial_plan plan = { .session = session, .settings = &settings->dial, .type = local_types[settings->type],
		                  .look_up = look_up, .context = address };
	char text[ENDPOINT_TEXT_MAX];
	int status;
	int fd = dial(&plan, &status);

	if (fd < 0)
		return status;
	note("connected to %s", endpoint_format(address, text));
	return server_run_dialled(session, fd, address);
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct endpoint address;
	struct session session;
	int status = session_init(&session, &settings->stream, true);

	(void)argc;
	session.local = true;
	session.detached = exec_wanted(&settings->stream);
	if (status == STATUS_OK)
		status = local_path_parse(argv[0], &address);
	if (status == STATUS_OK)
		status = run_session(settings, &session, &address);
	session_release(&session);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk unix-connect /run/app.sock <request", "send a request; the answer goes to stdout" },
	{ "printf 'GET /info HTTP/1.0\\r\\n\\r\\n' | nsk unix-connect -q 1 /run/docker.sock",
	  "ask a server that takes a half-close for a hang-up" },
	{ "nsk unix-connect --retry 10 ./app.sock <file", "wait up to ten seconds for a server to come up" },
	{ "nsk tcp-serve -k 8080 --exec -- nsk unix-connect /run/app.sock", "a service behind a Unix socket, on a port" },
	{ "nsk unix-connect --type seqpacket @records <file", "send records, of 64 KiB here, to an abstract name (Linux)" },
	{ NULL, NULL },
};

const struct command command_unix_connect = {
	.name = "unix-connect",
	.summary = "connect to a Unix socket and join it to stdin and stdout",
	.group = "Streams",
	.operands = "PATH",
	.min_operands = 1,
	.max_operands = 1,
	.synonyms = "unix local af_unix unix-client",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
