/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See listen.h. */
#include "platform.h"

#include "core/listen.h"

#include "core/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

enum { PORT_TRIES = 32 };

static int open_one(const struct listen_plan *plan, const struct endpoint *address)
{
	int family = address->address.ss_family;
	int fd = sock_socket(family, plan->type, 0);

	if (fd < 0)
		return -1;
	/* a second datagram socket on one address would take the first one's datagrams: only who wants that sets it */
	if (plan->type != SOCK_DGRAM && sock_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0)
		goto failed;
	if (family == AF_INET6 && sock_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0)
		goto failed;
	if (plan->prepare != NULL && plan->prepare(fd, family, plan->context) < 0)
		goto failed;
	if (sock_bind(fd, (const struct sockaddr *)&address->address, address->length) < 0)
		goto failed;
	if (plan->type != SOCK_DGRAM && sock_listen(fd, plan->backlog) < 0)
		goto failed;
	return fd;
failed:
	sock_close(fd);
	return -1;
}

/* This machine has no such address, or no such family. */
static bool is_absent(int error)
{
	return error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
}

/* One round over all addresses. PORT is taken from the first that is bound when it is 0. */
static int open_round(const struct listen_plan *plan, struct listener_list *list, struct endpoint *culprit)
{
	int absent = 0;
	uint16_t port = 0;

	for (int i = 0; i < plan->addresses->count; i++) {
		struct listener *listener = &list->items[list->count];
		struct endpoint address = plan->addresses->items[i];

		if (endpoint_port(&address) == 0)
			endpoint_set_port(&address, port);
		*culprit = address;
		listener->fd = open_one(plan, &address);
		if (listener->fd < 0 && is_absent(errno)) {
			absent = errno;
			continue;
		}
		if (listener->fd < 0)
			return -1;
		list->count++;
		if (endpoint_of_socket(listener->fd, &listener->address) < 0)
			return -1;
		port = endpoint_port(&listener->address);
	}
	if (list->count > 0)
		return 0;
	*culprit = plan->addresses->items[0];
	errno = absent;
	return -1;
}

static void close_sockets(struct listener_list *list)
{
	while (list->count > 0)
		sock_close(list->items[--list->count].fd);
}

int listen_all(const struct listen_plan *plan, struct listener_list *list, struct endpoint *culprit)
{
	bool any_port = endpoint_port(&plan->addresses->items[0]) == 0;

	list->count = 0;
	list->items = calloc((size_t)plan->addresses->count, sizeof *list->items);
	if (list->items == NULL)
		return -1;
	for (int tries = 0;; tries++) {
		if (open_round(plan, list, culprit) == 0)
			return 0;
		/* the port that the kernel picked for one family is taken in the other: another one, then */
		bool again = any_port && errno == EADDRINUSE && list->count > 0 && tries < PORT_TRIES;
		close_sockets(list);
		if (!again) {
			listener_list_close(list);
			return -1;
		}
	}
}

void listener_list_close(struct listener_list *list)
{
	int saved = errno;

	close_sockets(list);
	free(list->items);
	*list = (struct listener_list){ 0 };
	errno = saved;
}
