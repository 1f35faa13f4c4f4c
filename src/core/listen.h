/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * create_server: listening sockets on all of several addresses, on one port. */
#ifndef NSK_CORE_LISTEN_H
#define NSK_CORE_LISTEN_H

#include "core/endpoint.h"

struct listener {
	int fd;
	struct endpoint address; /* as bound: the port the kernel picked */
};

struct listener_list {
	struct listener *items; /* ours, sockets too: listener_list_close */
	int count;
};

struct listen_plan {
	const struct endpoint_list *addresses;
	int type;
	int backlog; /* listen(2); of no matter for datagrams */
	/* Prepares a fresh socket (socket options). 0, or -1 with errno, which ends it all. May be NULL. */
	int (*prepare)(int fd, int family, void *context);
	void *context;
};

/* Binds and listens. An address that this machine does not have is left out as long as one remains. Port 0:
 * the kernel picks a port, the same for all addresses. IPv6 sockets take IPv6 alone; SO_REUSEADDR is set, but not for datagrams, which need no listen(2) either.
 * 0 and LIST, the caller's; or -1 with errno and *CULPRIT, the address it happened at. */
int listen_all(const struct listen_plan *plan, struct listener_list *list, struct endpoint *culprit);

void listener_list_close(struct listener_list *list);

#endif
