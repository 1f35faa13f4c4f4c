/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sendmmsg(2) and recvmmsg(2): a batch for each system call. */
#include "platform.h"

#include "core/datagram_mechanism.h"

#include "core/sock.h"

static int mmsg_send(struct datagram_socket *socket, const struct datagram *items, int count)
{
	struct mmsghdr messages[DATAGRAM_BATCH];
	struct datagram_frame frames[DATAGRAM_BATCH];

	if (count > DATAGRAM_BATCH)
		count = DATAGRAM_BATCH;
	for (int i = 0; i < count; i++)
		datagram_frame_fill(&frames[i], &messages[i].msg_hdr, &items[i]);
	return sock_sendmmsg(socket->fd, messages, (unsigned)count, 0);
}

static int mmsg_receive(int fd, struct mmsghdr *messages, int count)
{
	return sock_recvmmsg(fd, messages, (unsigned)count, MSG_DONTWAIT | MSG_TRUNC);
}

const struct datagram_sender datagram_sender_mmsg = { .name = "mmsg", .send = mmsg_send };
const struct datagram_receiver datagram_receiver_mmsg = { .name = "mmsg", .batches = true, .receive = mmsg_receive };
