/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server's table of clients: from the one that was accepted to the one that is done with. */
#include "platform.h"

#include "serve/client.h"

#include "cli/message.h"
#include "core/sock.h"
#include "stream/peer_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *client_name(const struct client *client, char text[ENDPOINT_TEXT_MAX])
{
	const struct server *server = client->server;
	struct endpoint peer = { .length = sizeof client->peer };

	if (server->session->local)
		return peer_name(&server->here, server->session->many ? client->number : 0, text);
	memcpy(&peer.address, &client->peer, sizeof client->peer);
	return endpoint_format(&peer, text);
}

void client_note_end(const struct client *client, const char *reason, const uint64_t moved[2])
{
	char name[ENDPOINT_TEXT_MAX];

	if (!message_is_verbose())
		return;
	session_note_end(client_name(client, name), reason, moved);
}

static int make_room(struct server *server, size_t fd)
{
	size_t size = server->by_fd_size == 0 ? 64 : server->by_fd_size;

	while (size <= fd)
		size *= 2;
	if (size == server->by_fd_size)
		return 0;
	struct client **grown = reallocarray(server->by_fd, size, sizeof(struct client *));
	if (grown == NULL)
		return -1;
	for (size_t i = server->by_fd_size; i < size; i++)
		grown[i] = NULL;
	server->by_fd = grown;
	server->by_fd_size = size;
	return 0;
}

int server_watch(struct server *server, int fd, struct client *client)
{
	if (make_room(server, (size_t)fd) < 0)
		return -1;
	server->by_fd[fd] = client;
	return 0;
}

static bool is_watched_by(const struct server *server, int fd, const struct client *client)
{
	return (size_t)fd < server->by_fd_size && server->by_fd[fd] == client;
}

void server_forget(struct server *server, int fd, const struct client *client)
{
	if (!is_watched_by(server, fd, client))
		return;
	server->by_fd[fd] = NULL;
	poller_set(server->poller, fd, 0);
}

void server_forget_closed(struct server *server, int fd, const struct client *client)
{
	if (!is_watched_by(server, fd, client))
		return;
	server->by_fd[fd] = NULL;
	poller_forget(server->poller, fd);
}

const struct end *server_socket_kind(struct server *server, int fd)
{
	if (!server->knows_kind)
		end_open_socket(&server->kind, fd);
	server->knows_kind = true;
	return &server->kind;
}

void server_wake(struct client *client)
{
	agenda_set(&client->server->agenda, &client->when, client->server->turn);
}

static void join(struct server *server, struct client *client)
{
	client->next = server->first;
	if (server->first != NULL)
		server->first->previous = client;
	server->first = client;
	server->open_count++;
}

static void leave(struct server *server, struct client *client)
{
	if (client->previous != NULL)
		client->previous->next = client->next;
	else
		server->first = client->next;
	if (client->next != NULL)
		client->next->previous = client->previous;
	server->open_count--;
}

void client_end(struct client *client)
{
	struct server *server = client->server;
	int status = server->handler->close(client);

	if (status != STATUS_OK)
		server->status = status;
	agenda_set(&server->agenda, &client->when, DEADLINE_NEVER);
	leave(server, client);
	free(client);
	server->pause_end = 0; /* a descriptor is free again */
}

void client_step(struct client *client)
{
	struct server *server = client->server;

	if (server->handler->step(client)) {
		client_end(client);
		return;
	}
	int64_t deadline = server->handler->deadline(client);
	/* what can go on at once does so in the next turn: the others come first */
	agenda_set(&server->agenda, &client->when, deadline <= server->turn ? server->turn + 1 : deadline);
}

void client_begin(struct server *server, int fd, const struct endpoint *peer)
{
	bool has_place = agenda_reserve(&server->agenda, server->open_count + 1) == 0;
	struct client *client = has_place ? calloc(1, server->handler->client_size) : NULL;

	server->accepted++;
	if (client == NULL) {
		server->status = report_out_of_memory();
		sock_close_reset(fd);
		return;
	}
	client->server = server;
	client->fd = fd;
	client->number = server->accepted;
	memcpy(&client->peer, &peer->address, sizeof client->peer);
	join(server, client);
	int status = server->handler->open(client, peer);
	if (status == STATUS_OK) {
		client_step(client);
		return;
	}
	server->status = status;
	client_end(client);
}
