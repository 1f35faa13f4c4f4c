/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linux's queue of errors (IP_RECVERR, ip(7)): a socket that asked for it is told of refused ports whether it is connected or
 * not, and a batch that ends early does not use the error up. */
#include "platform.h"

#include "core/datagram_mechanism.h"

#include "core/sock.h"

#include <netinet/in.h>
#include <string.h>

/* As <linux/errqueue.h> has it, which is not everywhere; the kernel's interface, so it stays. */
struct queued_error {
	uint32_t number; /* an errno */
	uint8_t origin, type, code, pad;
	uint32_t info, data;
};

/* The error that stands beside MESSAGE, 0 if there is none. */
static int read_error(struct msghdr *message)
{
	struct queued_error error = { .number = 0 };

	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
		bool is_error = (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_RECVERR) ||
		                (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_RECVERR);

		if (is_error && at->cmsg_len >= CMSG_LEN(sizeof error))
			memcpy(&error, CMSG_DATA(at), sizeof error);
	}
	return (int)error.number;
}

int datagram_take_queued(int fd)
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

int datagram_ask_for_errors(int fd, int family)
{
	if (family == AF_INET)
		return sock_set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	return family == AF_INET6 ? sock_set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1) : 0;
}
