/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an echo needs while bytes of it are held: a pump from the socket to itself; and who watches it. For echo.c. */
#ifndef NSK_SERVE_ECHO_FLOW_H
#define NSK_SERVE_ECHO_FLOW_H

#include "core/pump.h"
#include "serve/server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ECHO_BUFFER = 64 * 1024 };

struct echo_watch;

struct echo_flow {
	struct end socket;
	struct pump_plan plan;
	struct pump pump;
	struct echo_watch *watch; /* NULL: nobody watches */
	uint64_t last_moved;
	bool stays; /* though it may hold nothing */
};

/* Whether each client of SERVER, a socket of KIND, has a flow from the beginning. */
bool echo_flow_wanted(const struct server *server, const struct end *kind);

/* *FLOW for CLIENT's whole life, seen by the session's monitor if that is wanted. 0, or a status after a message; in
 * both cases echo_flow_close is to follow. */
int echo_flow_watch(struct client *client, const struct endpoint *peer, struct echo_flow **flow);

/* A flow that holds COUNT bytes at DATA, at most ECHO_BUFFER. NULL with errno. */
struct echo_flow *echo_flow_open(struct client *client, const unsigned char *data, size_t count);

/* Moves what can be moved. *LAST_ACTIVITY becomes the present if anything was. 0, or the error. */
int echo_flow_step(struct echo_flow *flow, int64_t *last_activity);

/* Shows the monitor a turn. False: what it writes to has failed. */
bool echo_flow_show(const struct echo_flow *flow);

/* Whether the peer has ended and all has been sent. */
bool echo_flow_is_done(const struct echo_flow *flow);

/* When a step is due: see deadline.h; 0 is at once. */
int64_t echo_flow_deadline(const struct echo_flow *flow);

/* What the monitor has to complain of: 0, or a status after a message. */
int echo_flow_report(const struct echo_flow *flow);

/* Frees all; accepts NULL. 0, or a status after a message: what was written for the monitor was lost. */
int echo_flow_close(struct echo_flow *flow);

#endif
