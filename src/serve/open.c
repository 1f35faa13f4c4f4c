/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a server comes to listen, by addresses or at a Unix path, and how it stops. */
#include "platform.h"

#include "serve/server.h"

#include "cli/message.h"
#include "core/descriptors.h"
#include "core/sock.h"
#include "serve/accept.h"
#include "stream/exec.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* A program is not for strangers, unless one says for whom it is. */
static int check_reach(const struct server *server, const struct endpoint_list *addresses)
{
	char text[ENDPOINT_TEXT_MAX];

	if (!exec_wanted(server->session->settings) || server->settings->access.allow.count > 0)
		return STATUS_OK;
	for (int i = 0; i < addresses->count; i++) {
		const struct endpoint *address = &addresses->items[i];

		if (!endpoint_is_loopback(address))
			return usage_error("%s is open to other machines: say with --allow CIDR who may start %s",
			                   endpoint_format(address, text), exec_name(server->session->settings));
	}
	return STATUS_OK;
}

static int backlog_of(const struct server *server)
{
	return server->settings->backlog >= 0 ? (int)server->settings->backlog : INT_MAX;
}

int server_open_poller(struct server *server)
{
	const struct poller_backend *backend = server->session->backend;

	descriptors_raise(backend->limit);
	server->poller = poller_open(backend);
	if (server->poller != NULL && accept_set_interest(server) == 0)
		return STATUS_OK;
	return errno == ENOMEM ? report_out_of_memory() : report_errno("%s", backend->name);
}

/* It listens: tells so, once it has all that it needs. */
static int announce(struct server *server, bool *parent)
{
	int status = server_open_poller(server);

	if (status == STATUS_OK)
		status = ready_announce(&server->settings->ready, &server->listeners.items[0].address, parent);
	if (*parent)
		server->file.exists = false; /* the child's now */
	else if (status == STATUS_OK)
		ready_tell(&server->listeners, server->command);
	return status;
}

int server_open(struct server *server, const struct endpoint_list *addresses, int type, bool *parent)
{
	struct listen_plan plan = { .addresses = addresses, .type = type, .prepare = session_prepare_socket,
		                    .context = server->session, .backlog = backlog_of(server) };
	struct endpoint culprit;
	char text[ENDPOINT_TEXT_MAX];
	int status = check_reach(server, addresses);

	*parent = false;
	if (status != STATUS_OK)
		return status;
	session_consider_pacing(server->session, addresses);
	int listening = listen_all(&plan, &server->listeners, &culprit);

	server->session->unpaced = false; /* what is accepted inherits it */
	if (listening < 0) {
		if (server->session->bad_sockopt != NULL)
			return session_report_sockopt(server->session);
		if (errno == EINVAL && endpoint_lacks_scope(&culprit))
			return report(STATUS_UNCONNECTED, "%s: a link-local address needs its interface, as in [fe80::1%%eth0]:80",
			              endpoint_format(&culprit, text));
		return errno == ENOMEM ? report_out_of_memory()
		                       : report_errno_as(STATUS_UNCONNECTED, "%s", endpoint_format(&culprit, text));
	}
	return announce(server, parent);
}

int server_open_local(struct server *server, const struct endpoint *address, int type,
                      const struct local_settings *local, bool *parent)
{
	char text[ENDPOINT_TEXT_MAX];
	struct listener *listener = calloc(1, sizeof *listener);

	*parent = false;
	if (listener == NULL)
		return report_out_of_memory();
	*listener = (struct listener){ .fd = sock_socket(AF_UNIX, type, 0), .address = *address };
	server->listeners = (struct listener_list){ .items = listener, .count = 1 };
	if (listener->fd < 0)
		return report_errno_as(STATUS_UNCONNECTED, "%s", endpoint_format(address, text));
	if (session_prepare_socket(listener->fd, AF_UNIX, server->session) < 0)
		return session_report_sockopt(server->session);
	int status = local_path_bind(listener->fd, address, local, &server->file);
	if (status != STATUS_OK)
		return status;
	if (sock_listen(listener->fd, backlog_of(server)) < 0)
		return report_errno_as(STATUS_UNCONNECTED, "%s", endpoint_format(address, text));
	return announce(server, parent);
}

void server_stop_listening(struct server *server)
{
	local_remove(&server->file); /* nobody answers there any more */
	listener_list_close(&server->listeners);
}

void server_close(struct server *server)
{
	server_stop_listening(server);
	poller_close(server->poller);
	server->poller = NULL;
}
