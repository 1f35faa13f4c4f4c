/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback for packet.c: recv tells no length, and an empty record looks like the end. It is taken for it. */
#include "platform.h"

#include "core/packet.h"

#include "core/sock.h"

void packet_prepare(int fd)
{
	(void)fd;
}

ssize_t packet_peek(int fd, bool *ended)
{
	char first;
	ssize_t length = sock_recv(fd, &first, sizeof first, MSG_PEEK | MSG_DONTWAIT);

	*ended = length == 0;
	return length > 0 ? (ssize_t)sock_readable(fd) : length; /* of all that wait, on Linux: so much is enough */
}
