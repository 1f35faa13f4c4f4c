/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server's table of clients; for server.c and accept.c alone. */
#ifndef NSK_SERVE_CLIENT_H
#define NSK_SERVE_CLIENT_H

#include "serve/server.h"

/* PEER has been accepted at FD, which the handler gets. What goes wrong is that client's end alone. */
void client_begin(struct server *server, int fd, const struct endpoint *peer);

/* Lets the handler do what can be done now; ends the client if it is done with. */
void client_step(struct client *client);

/* Closes and frees CLIENT; its failure becomes the server's status. */
void client_end(struct client *client);

#endif
