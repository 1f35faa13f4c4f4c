/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Taking clients: whom, how many, and what to do when the system has no room for more. For server.c alone. */
#ifndef NSK_SERVE_ACCEPT_H
#define NSK_SERVE_ACCEPT_H

#include "serve/server.h"

/* Whether LISTENERS' events are wanted now, told to the poller. 0, or -1 with errno. */
int accept_set_interest(struct server *server);

/* When accept_set_interest is to be called without an event: see deadline.h. */
int64_t accept_deadline(const struct server *server);

/* Gives back what was kept for the next client. */
void accept_spend_spares(struct server *server);

bool accept_is_listener(const struct server *server, int fd);

/* Takes those who wait where the poller has told so, within a bound. 0, or a status after a message: no client can ever be taken. */
int accept_clients(struct server *server);

#endif
