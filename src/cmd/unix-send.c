/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unix-send: datagrams to a Unix socket, and the replies. */
#include "platform.h"

#include "cli/command.h"
#include "cli/local_path.h"
#include "cli/message.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "datagram/send.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SEND_BUFFER = 1 << 20, /* asked for; the longest datagram is a little less than what the system gives */
	OVERHEAD = 32,         /* of a datagram in that buffer */
	REPLY_MODE = 0600
};

struct settings {
	struct send_settings send;
	const char *source;
};

static const struct settings defaults = { .send = SEND_DEFAULTS };

static const struct option_spec options[] = {
	INCLUDE(struct settings, send, send_options, struct send_settings),
	OPTION_HEADING("To whom"),
	TEXT('s', "source", "PATH", struct settings, source, "send from a socket at PATH, which is removed at the end"),
	INCLUDE(struct settings, send.common, datagram_options, struct datagram_settings),
	REFUSED('l', NULL, "to listen, write: nsk unix-listen PATH"),
	REFUSED('U', NULL, "unix-send takes a Unix socket anyway: nsk unix-send PATH"),
	REFUSED('u', NULL, "unix-send sends datagrams anyway: nsk unix-send PATH"),
	OPTION_END,
};

/* The socket on its way. */
struct sender {
	const struct settings *settings;
	struct endpoint to;
	char name[ENDPOINT_TEXT_MAX];
	int fd;
	struct local_file file; /* our own address, where it has one */
	char folder[64];        /* made for it; "" if none was */
};

/* An address that replies can come to, chosen by the system; where it does not do that, in a folder of our own. */
static int bind_anywhere(struct sender *sender)
{
	struct endpoint any = { .address.ss_family = AF_UNIX, .length = sizeof any.address.ss_family };
	char path[sizeof sender->folder + 8];

	if (sock_bind(sender->fd, (const struct sockaddr *)&any.address, any.length) == 0)
		return STATUS_OK;
	strcpy(sender->folder, "/tmp/nsk.XXXXXX");
	if (mkdtemp(sender->folder) == NULL) {
		int status = report_errno_as(STATUS_UNCONNECTED, "%s", sender->folder);

		sender->folder[0] = '\0';
		return status;
	}
	snprintf(path, sizeof path, "%s/reply", sender->folder);
	if (endpoint_unix(path, &any) < 0 || local_bind(sender->fd, &any, REPLY_MODE, &sender->file) < 0)
		return report_errno_as(STATUS_UNCONNECTED, "%s", path);
	return STATUS_OK;
}

static int bind_source(struct sender *sender, bool replies)
{
	struct local_settings none = { .mode = NULL };
	struct endpoint source;

	if (sender->settings->source == NULL)
		return replies ? bind_anywhere(sender) : STATUS_OK;
	int status = local_path_parse(sender->settings->source, &source);
	return status != STATUS_OK ? status : local_path_bind(sender->fd, &source, &none, &sender->file);
}

/* How long a datagram may be: the buffer that the kernel gives, less what it needs itself. */
static size_t find_limit(int fd)
{
	int value = 0;
	socklen_t length = sizeof value;

	sock_set_int(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
	if (sock_getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, &length) < 0 || value <= OVERHEAD)
		return SEND_BUFFER;
	return (size_t)(value < SEND_BUFFER ? value : SEND_BUFFER) - OVERHEAD;
}

/* A socket on which we could send; -- when others' replies are wanted, it is only asked whether somebody is there. */
static int connect_or_ask(struct sender *sender, bool connects)
{
	const struct sockaddr *to = (const struct sockaddr *)&sender->to.address;
	int fd = connects ? sender->fd : sock_socket(AF_UNIX, SOCK_DGRAM, 0);
	int result = fd < 0 ? -1 : sock_connect(fd, to, sender->to.length);

	if (!connects)
		sock_close(fd);
	return result < 0 ? report_errno_as(STATUS_UNCONNECTED, "%s", sender->name) : STATUS_OK;
}

static int open_sender(struct sender *sender, struct send_plan *plan)
{
	const struct send_settings *settings = &sender->settings->send;
	bool replies = send_takes_replies(settings, plan->text_count);
	bool connects = settings->connected || !replies;
	const char *culprit;

	sender->fd = sock_socket(AF_UNIX, SOCK_DGRAM, 0);
	if (sender->fd < 0)
		return report_errno_as(STATUS_UNCONNECTED, "%s", sender->name);
	plan->limit = find_limit(sender->fd);
	if (datagram_set_sockopts(&settings->common, sender->fd, AF_UNIX, false, &culprit) < 0)
		return report_errno("socket option %s", culprit);
	int status = connect_or_ask(sender, connects);
	if (status == STATUS_OK)
		status = bind_source(sender, replies);
	plan->fd = sender->fd;
	plan->to = connects ? NULL : &sender->to;
	plan->name = sender->name;
	return status;
}

static void close_sender(struct sender *sender)
{
	local_remove(&sender->file);
	if (sender->folder[0] != '\0')
		rmdir(sender->folder);
	sock_close(sender->fd);
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct sender sender = { .settings = settings, .fd = -1 };
	struct send_plan plan = { .settings = &settings->send, .text_count = argc - 1, .texts = argv + 1, .is_local = true };
	int status = send_check(&settings->send, plan.text_count, &plan.backend);

	if (status == STATUS_OK)
		status = local_path_parse(argv[0], &sender.to);
	if (status == STATUS_OK) {
		endpoint_format(&sender.to, sender.name);
		interrupt_catch(); /* before a file is made, which a signal is not to leave behind */
		status = open_sender(&sender, &plan);
	}
	if (status == STATUS_OK)
		status = send_run(&plan);
	close_sender(&sender);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk unix-send /run/app.sock hello", "one datagram" },
	{ "nsk unix-send -r 1 @echo ping", "send it to an abstract name, and write the reply" },
	{ "nsk unix-send -L ./events <lines", "each line is a datagram" },
	{ NULL, NULL },
};

const struct command command_unix_send = {
	.name = "unix-send",
	.summary = "send datagrams to a Unix socket, and write the replies",
	.group = "Datagrams",
	.operands = "PATH [TEXT]...",
	.min_operands = 1,
	.max_operands = -1,
	.synonyms = "unix-datagram",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
