/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unix-listen: datagrams that come to a Unix socket, from any number of senders, and answers. */
#include "platform.h"

#include "cli/command.h"
#include "cli/local_path.h"
#include "cli/message.h"
#include "core/sock.h"
#include "datagram/receive.h"

#include <stddef.h>

enum { ANSWER_MAX = 1 << 20 };

struct settings {
	struct receive_settings receive;
	struct local_settings local;
};

static const struct settings defaults = { .receive = RECEIVE_DEFAULTS };

static const struct option_spec options[] = {
	INCLUDE(struct settings, local, local_options, struct local_settings),
	INCLUDE(struct settings, receive, receive_options, struct receive_settings),
	REFUSED('l', NULL, "unix-listen listens anyway: nsk unix-listen PATH"),
	REFUSED('U', NULL, "unix-listen takes a Unix socket anyway: nsk unix-listen PATH"),
	REFUSED('u', NULL, "unix-listen takes datagrams anyway: nsk unix-listen PATH"),
	REFUSED('e', NULL, "for a program, write: nsk unix-listen PATH --exec -- PROGRAM [ARG]..."),
	REFUSED('c', NULL, "for a shell command, write: nsk unix-listen PATH --sh COMMAND"),
	OPTION_END,
};

/* Makes the socket and binds it. 0, or a status after a message. */
static int open_socket(const struct settings *settings, struct listener *listener, struct local_file *file)
{
	const char *culprit;

	listener->fd = sock_socket(AF_UNIX, SOCK_DGRAM, 0);
	if (listener->fd < 0)
		return report_errno_as(STATUS_UNCONNECTED, "a Unix socket");
	if (datagram_set_sockopts(&settings->receive.common, listener->fd, AF_UNIX, false, &culprit) < 0)
		return report_errno("socket option %s", culprit);
	return local_path_bind(listener->fd, &listener->address, &settings->local, file);
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct receive_plan plan = { .settings = &settings->receive, .limit = ANSWER_MAX, .is_local = true };
	struct listener listener = { .fd = -1 };
	struct listener_list sockets = { .items = &listener, .count = 1 };
	struct local_file file = { .exists = false };
	bool parent = false;
	int status = receive_check(&plan);

	(void)argc;
	if (status == STATUS_OK)
		status = local_path_check(&settings->local);
	if (status == STATUS_OK)
		status = local_path_parse(argv[0], &listener.address);
	if (status == STATUS_OK)
		status = receive_open(&plan);
	if (status == STATUS_OK)
		status = open_socket(settings, &listener, &file);
	if (status == STATUS_OK)
		status = receive_run(&plan, &sockets, &parent);
	status = receive_close(&plan, status);
	if (!parent)
		local_remove(&file);
	sock_close(listener.fd);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk unix-listen -L /tmp/events", "write what comes, a datagram a line" },
	{ "nsk unix-listen --mode 0622 --unlink ./log", "a place to which everybody may send" },
	{ "nsk unix-listen --echo @echo", "send everything back, by an abstract name (Linux)" },
	{ NULL, NULL },
};

const struct command command_unix_listen = {
	.name = "unix-listen",
	.summary = "write the datagrams that come to a Unix socket, and answer them",
	.group = "Datagrams",
	.operands = "PATH",
	.min_operands = 1,
	.max_operands = 1,
	.synonyms = "unix-datagram-server",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
