/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One system call for each datagram: what every system has. */
#include "platform.h"

#include "core/datagram_mechanism.h"

#include "core/sock.h"

#include <errno.h>

static int plain_send(struct datagram_socket *socket, const struct datagram *items, int count)
{
	int sent = 0;

	while (sent < count) {
		struct datagram_frame frame;
		struct msghdr message;

		datagram_frame_fill(&frame, &message, &items[sent]);
		if (sock_sendmsg(socket->fd, &message, 0) < 0)
			return sent > 0 ? sent : -1;
		sent++;
	}
	return sent;
}

/* One, and not as many as there are: an error met behind it would be lost. */
static int plain_receive(int fd, struct mmsghdr *messages, int count)
{
	ssize_t length = sock_recvmsg(fd, &messages->msg_hdr, MSG_DONTWAIT | RECEIVE_TRUE_LENGTH);

	(void)count;
	if (length < 0)
		return -1;
	messages->msg_len = (unsigned)length;
	return 1;
}

const struct datagram_sender datagram_sender_plain = { .name = "plain", .send = plain_send };
const struct datagram_receiver datagram_receiver_plain = { .name = "plain", .receive = plain_receive };
