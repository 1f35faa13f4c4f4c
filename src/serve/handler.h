/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of a server's clients: a handler. Each is a file; the server calls it, and knows nothing of what it does
 * with the bytes. */
#ifndef NSK_SERVE_HANDLER_H
#define NSK_SERVE_HANDLER_H

#include "core/agenda.h"
#include "core/endpoint.h"
#include "core/poller.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

/* One client. A handler's own struct begins with it. */
struct client {
	struct agenda_item when; /* first: the agenda's items are clients */
	struct server *server;
	struct client *next, *previous;
	uint64_t number; /* the first is 1 */
	int fd;          /* connected, non-blocking; the handler closes it */
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} peer; /* of no matter for a Unix socket */
};

/* What the client is called in messages. Returns TEXT. */
const char *client_name(const struct client *client, char text[ENDPOINT_TEXT_MAX]);

/* session_note_end for CLIENT. */
void client_note_end(const struct client *client, const char *reason, const uint64_t moved[2]);

struct handler {
	size_t client_size; /* of the handler's struct, which the server allocates, zeroed but for the struct client */

	/* A client has come. 0, or a status after a message; close is called in both cases. */
	int (*open)(struct client *client, const struct endpoint *peer);
	/* The poller said EVENT of a descriptor that the client watches. */
	void (*take_event)(struct client *client, const struct poller_event *event);
	/* Does what can be done now; after events, and when the deadline has passed. Returns whether the client is done with;
	 * if not, the poller knows what it waits for. */
	bool (*step)(struct client *client);
	/* When step is to be called without an event: see deadline.h; 0 is at once. */
	int64_t (*deadline)(const struct client *client);
	/* The server must end: as after a signal. */
	void (*stop)(struct client *client);
	/* Closes the socket and frees all but the client. Returns the status, after a message if it is not 0. */
	int (*close)(struct client *client);
	/* After each wait, for what comes from elsewhere than the poller; NULL: nothing. */
	void (*after_wait)(struct server *server);
};

extern const struct handler handler_stdio, handler_echo, handler_exec;

#endif
