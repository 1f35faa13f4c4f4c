/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * UDP_GRO (udp(7)): datagrams of one length from one peer that came close together are handed over joined, with the
 * length that tells them apart. */
#include "platform.h"

#include "core/datagram_mechanism.h"

#include "core/sock.h"

#include <netinet/udp.h>
#include <string.h>

static int gro_prepare(int fd)
{
	return sock_set_int(fd, SOL_UDP, UDP_GRO, 1);
}

static int gro_receive(int fd, struct mmsghdr *messages, int count)
{
	return datagram_receiver_mmsg.receive(fd, messages, count);
}

static size_t gro_piece(struct msghdr *message)
{
	int size = 0;

	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
		if (at->cmsg_level == SOL_UDP && at->cmsg_type == UDP_GRO && at->cmsg_len >= CMSG_LEN(sizeof size))
			memcpy(&size, CMSG_DATA(at), sizeof size);
	}
	return size > 0 ? (size_t)size : 0;
}

const struct datagram_receiver datagram_receiver_gro = { "gro", true, gro_prepare, gro_receive, gro_piece };
