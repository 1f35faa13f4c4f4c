/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A listening program: opens the listeners, tells that it is ready, takes clients. */
#ifndef NSK_SERVE_SERVER_H
#define NSK_SERVE_SERVER_H

#include "core/listen.h"
#include "serve/ready.h"
#include "stream/session.h"

/* What all serving commands take besides the stream options. */
struct server_settings {
	int64_t backlog; /* -1: the system's limit */
	struct ready_settings ready;
};

extern const struct option_spec server_options[];

#define SERVER_DEFAULTS { .backlog = -1, .ready = READY_DEFAULTS }

struct server {
	const struct server_settings *settings;
	struct session *session; /* prepares sockets, keeps the time */
	struct listener_list listeners;
};

/* Checks settings that depend on each other. 0, or a status after a message. */
int server_check(const struct server_settings *settings, const struct stream_settings *stream);

/* Listens on ADDRESSES and tells so. 0, or a status after a message. *PARENT as ready_announce. */
int server_open(struct server *server, const struct endpoint_list *addresses, int type, bool *parent);

/* Serves one client by joining it to the session's input and output; nobody else is let in. */
int server_run_once(struct server *server);

void server_close(struct server *server);

#endif
