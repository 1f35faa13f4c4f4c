/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See packet.h. recv returns 0 for an empty record as for the end, poll tells of an end that stands behind records
 * (POLLRDHUP), FIONREAD is 0 for both, and Linux marks no record by MSG_EOR. But a time stamp comes with each record,
 * with those that had come before it was asked for too, and none with the end; where there is no room for it, that is
 * told by MSG_CTRUNC. */
#include "platform.h"

#include "core/packet.h"

#include "core/sock.h"

#include <sys/uio.h>

void packet_prepare(int fd)
{
	sock_set_int(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
}

ssize_t packet_peek(int fd, bool *ended)
{
	char nowhere;
	struct iovec no_room = { &nowhere, 0 };
	struct msghdr message = { .msg_iov = &no_room, .msg_iovlen = 1 };
	ssize_t length = sock_recvmsg(fd, &message, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);

	*ended = length == 0 && (message.msg_flags & (MSG_CTRUNC | MSG_EOR)) == 0;
	return length;
}
