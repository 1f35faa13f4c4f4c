/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See cast.h. */
#include "platform.h"

#include "view/cast.h"

#include "core/sock.h"
#include "core/tcp_table.h"

#include <netinet/in.h>
#include <string.h>

struct cast_member *cast_find(struct cast *cast, int fd)
{
	for (int i = 0; i < CAST_MAX; i++) {
		if (cast->members[i].is_used && cast->members[i].fd == fd)
			return &cast->members[i];
	}
	return NULL;
}

struct cast_member *cast_enter(struct cast *cast, int fd)
{
	struct cast_member *member = cast_find(cast, fd);

	for (int i = 0; i < CAST_MAX && member == NULL; i++) {
		if (!cast->members[i].is_used)
			member = &cast->members[i];
	}
	if (member != NULL)
		*member = (struct cast_member){ .is_used = true, .fd = fd };
	return member;
}

void cast_join(struct cast_member *member, const struct sockaddr *there, socklen_t length)
{
	struct sockaddr_storage nowhere; /* not yet connected, there is no peer's name to be had */
	socklen_t nothing = sizeof nowhere;

	if ((there->sa_family != AF_INET && there->sa_family != AF_INET6) || length > sizeof member->there.address)
		return;
	memcpy(&member->there.address, there, length);
	member->there.length = length;
	member->here.length = sizeof member->here.address;
	sock_ends(member->fd, &member->here.address, &member->here.length, &nowhere, &nothing);
	member->state = tcp_table_state(&member->here, &member->there);
	member->state = member->state < 0 ? 0 : member->state;
}

static int ask(const struct endpoint *here, const struct endpoint *there)
{
	int state = tcp_table_state(here, there);

	return state < 0 ? SOCK_TCP_CLOSE : state;
}

void cast_look(struct cast *cast, struct cast_member *member)
{
	if (member->state == 0)
		return;
	member->state = ask(&member->here, &member->there);
	member->state_of_peer = ask(&member->there, &member->here);
	if (member->state == SOCK_TCP_SYN_SENT && member->state_of_peer == SOCK_TCP_CLOSE)
		member->state_of_peer = 0; /* there is no peer yet */
	for (int i = 0; i < CAST_MAX; i++) {
		struct cast_member *peer = &cast->members[i];

		if (peer->is_used && peer->state != 0 && endpoint_equal(&peer->here, &member->there) &&
		    endpoint_equal(&peer->there, &member->here))
			peer->state = member->state_of_peer;
	}
}
