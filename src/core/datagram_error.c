/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What went wrong with datagrams after they were sent. On Linux a socket that asked for it (IP_RECVERR, ip(7)) keeps these
 * errors in a queue of their own, which a batch that ends early does not use up. */
#include "platform.h"

#include "core/datagram.h"

#include "core/sock.h"

#include <netinet/in.h>
#include <string.h>
#include <time.h>

#ifdef MSG_ERRQUEUE
#include <linux/errqueue.h>

/* The error that stands beside MESSAGE, 0 if there is none. */
static int read_error(struct msghdr *message)
{
	struct sock_extended_err error = { .ee_errno = 0 };

	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
		bool is_error = (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_RECVERR) ||
		                (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_RECVERR);

		if (is_error && at->cmsg_len >= CMSG_LEN(sizeof error))
			memcpy(&error, CMSG_DATA(at), sizeof error);
	}
	return (int)error.ee_errno;
}

/* Empties the queue. Returns the first error, 0 if there is none. */
static int take_queued(int fd)
{
	_Alignas(struct cmsghdr) char control[512];
	int first = 0;

	for (;;) {
		struct msghdr message = { .msg_control = control, .msg_controllen = sizeof control };

		if (sock_recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return first;
		int error = read_error(&message);
		if (first == 0)
			first = error;
	}
}
#else
static int take_queued(int fd)
{
	(void)fd;
	return 0;
}
#endif

int datagram_take_error(int fd)
{
	int family = sock_family(fd);
	/* a Unix socket knows no such queue, and would give a datagram */
	int queued = family == AF_INET || family == AF_INET6 ? take_queued(fd) : 0;
	int error = sock_take_error(fd);

	return error != 0 ? error : queued;
}
