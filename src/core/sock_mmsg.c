/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The calls of sock.h that move several messages at once. */
#include "platform.h"

#include "core/sock.h"

#include "core/sock_seam.h"

#include <errno.h>

int sock_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	int sent = -1;

	if (!sabotaged(SOCK_SENDMMSG, fd)) {
		do
			sent = sendmmsg(fd, messages, count, flags | MSG_NOSIGNAL);
		while (sent < 0 && errno == EINTR);
	}
	return (int)told((struct sock_event){ .call = SOCK_SENDMMSG, .fd = fd, .data = messages, .length = count,
	                                      .flags = flags }, sent);
}

int sock_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	int received = -1;

	if (!sabotaged(SOCK_RECVMMSG, fd)) {
		do
			received = recvmmsg(fd, messages, count, flags, NULL);
		while (received < 0 && errno == EINTR);
	}
	return (int)told((struct sock_event){ .call = SOCK_RECVMMSG, .fd = fd, .data = messages, .length = count,
	                                      .flags = flags }, received);
}
