/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See server.h. Rules of accept(2): what goes wrong with one connection is no reason to end. */
#include "platform.h"

#include "serve/server.h"

#include "cli/address.h"
#include "cli/message.h"
#include "cli/value.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int64_t accept_pause_ns = DEADLINE_SECOND;

const struct option_spec server_options[] = {
	OPTION_HEADING("Serving"),
	NUMBER(0, "backlog", "N", 0, INT_MAX, struct server_settings, backlog,
	       "let N connections wait to be taken (default: the system's limit)"),
	INCLUDE(struct server_settings, ready, ready_options, struct ready_settings),
	OPTION_END,
};

int server_check(const struct server_settings *settings, const struct stream_settings *stream)
{
	if (settings->ready.background && stream->output == NULL && stream->log_received == NULL)
		return usage_error("--background needs --output FILE or --log-received FILE: nobody would see what comes");
	return ready_check(&settings->ready);
}

/* "listening on 127.0.0.1:80, [::1]:80": for -v, and for a person at the terminal. */
static void tell_listening(const struct server *server)
{
	const struct listener_list *list = &server->listeners;
	char text[1024], hint[96] = "";
	size_t length = 0;
	bool local = true;

	for (int i = 0; i < list->count && length < sizeof text - ENDPOINT_TEXT_MAX; i++) {
		char one[ENDPOINT_TEXT_MAX];

		endpoint_format(&list->items[i].address, one);
		length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i == 0 ? "" : ", ", one);
		local = local && endpoint_is_loopback(&list->items[i].address);
	}
	if (local && list->items[0].address.address.ss_family != AF_UNIX)
		snprintf(hint, sizeof hint, " (this machine only; for all: tcp-serve :%u)",
		         endpoint_port(&list->items[0].address));
	if (message_is_verbose() || isatty(STDERR_FILENO))
		notice("listening on %s%s", text, hint);
}

int server_open(struct server *server, const struct endpoint_list *addresses, int type, bool *parent)
{
	struct listen_plan plan = { .addresses = addresses, .type = type, .prepare = session_prepare_socket,
		                    .context = server->session };
	struct endpoint culprit;
	char text[ENDPOINT_TEXT_MAX];

	*parent = false;
	plan.backlog = server->settings->backlog >= 0 ? (int)server->settings->backlog : INT_MAX;
	if (listen_all(&plan, &server->listeners, &culprit) < 0) {
		if (server->session->bad_sockopt != NULL)
			return session_report_sockopt(server->session);
		return errno == ENOMEM ? report_out_of_memory()
		                       : report_errno_as(STATUS_UNCONNECTED, "%s", endpoint_format(&culprit, text));
	}
	int status = ready_announce(&server->settings->ready, &server->listeners.items[0].address, parent);
	if (status == STATUS_OK && !*parent)
		tell_listening(server);
	return status;
}

void server_close(struct server *server)
{
	listener_list_close(&server->listeners);
}

/* ---- taking clients -------------------------------------------------------------------------------- */

enum accept_trouble {
	ACCEPT_AGAIN,     /* nobody there, or that connection is gone already */
	ACCEPT_EXHAUSTED, /* out of descriptors or memory: better later */
	ACCEPT_BROKEN     /* this listener will never work */
};

/* What accept's ERROR means for the listener (accept(2), "Error handling"). */
static enum accept_trouble judge(int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return ACCEPT_EXHAUSTED;
	case EBADF:
	case EFAULT:
	case EINVAL:
	case ENOTSOCK:
	case EOPNOTSUPP:
		return ACCEPT_BROKEN;
	default:
		return ACCEPT_AGAIN;
	}
}

static int watch(struct poller *poller, const struct listener_list *listeners, unsigned interests)
{
	for (int i = 0; i < listeners->count; i++) {
		if (poller_set(poller, listeners->items[i].fd, interests) < 0)
			return -1;
	}
	return 0;
}

/* One try at every listener. A client's socket, or -1 with errno 0 (nobody) or what went wrong. */
static int accept_any(const struct listener_list *listeners, struct endpoint *peer)
{
	int trouble = 0;

	for (int i = 0; i < listeners->count; i++) {
		*peer = (struct endpoint){ .length = sizeof peer->address };
		int fd = sock_accept(listeners->items[i].fd, (struct sockaddr *)&peer->address, &peer->length);

		if (fd >= 0)
			return fd;
		if (judge(errno) != ACCEPT_AGAIN)
			trouble = errno;
	}
	errno = trouble;
	return -1;
}

static int report_no_client(const struct server *server)
{
	char duration[VALUE_DURATION_MAX], text[ENDPOINT_TEXT_MAX];
	int64_t limit = server->session->connect_timeout > 0 ? server->session->connect_timeout
	                                                     : server->session->settings->max_time;

	return report(STATUS_TIMEOUT, "%s: no client within %s",
	              endpoint_format(&server->listeners.items[0].address, text), value_format_duration(limit, duration));
}

/* The first client: its socket in *FD and address in *PEER. 0, or a status after a message. */
static int wait_for_client(const struct server *server, struct poller *poller, int *fd, struct endpoint *peer)
{
	int64_t deadline = session_connect_deadline(server->session);
	int64_t pause_end = 0;

	if (watch(poller, &server->listeners, POLLER_READ) < 0)
		return report_errno("%s", poller->backend->name);
	for (;;) {
		int64_t until = pause_end != 0 ? deadline_earlier(deadline, pause_end) : deadline;

		if (poller_wait(poller, until, interrupt_wait_mask()) < 0 && errno != EINTR)
			return report_errno("%s", poller->backend->name);
		if (interrupt_pending() != 0)
			return STATUS_SIGNAL + interrupt_pending();
		if (deadline_passed(deadline))
			return report_no_client(server);
		if (pause_end != 0 && !deadline_passed(pause_end))
			continue;
		if (pause_end != 0 && watch(poller, &server->listeners, POLLER_READ) < 0)
			return report_errno("%s", poller->backend->name);
		pause_end = 0;
		*fd = accept_any(&server->listeners, peer);
		if (*fd >= 0)
			return STATUS_OK;
		if (errno == 0)
			continue;
		if (judge(errno) == ACCEPT_BROKEN)
			return report_errno_as(STATUS_UNCONNECTED, "accept");
		notice("accept: %s; trying again in a second", message_error_text(errno));
		pause_end = deadline_after(accept_pause_ns);
		watch(poller, &server->listeners, 0);
	}
}

int server_run_once(struct server *server)
{
	struct poller *poller = poller_open(server->session->backend);
	struct endpoint peer;
	char text[ENDPOINT_TEXT_MAX];
	int fd = -1;

	if (poller == NULL)
		return report_errno("%s", server->session->backend->name);
	int status = wait_for_client(server, poller, &fd, &peer);
	poller_close(poller);
	server_close(server);
	if (status != STATUS_OK)
		return status;
	note("connected to %s", endpoint_format(&peer, text));
	if (session_prepare_socket(fd, peer.address.ss_family, server->session) < 0) {
		status = session_report_sockopt(server->session);
		sock_close_reset(fd);
		return status;
	}
	return session_run(server->session, fd, &peer);
}
