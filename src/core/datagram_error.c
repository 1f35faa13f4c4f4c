/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What went wrong with datagrams after they were sent: what a queue holds, if there is one (datagram_errqueue.c), then what the
 * socket itself has met. */
#include "platform.h"

#include "core/datagram_mechanism.h"

#include "core/sock.h"

#include <netinet/in.h>

int datagram_take_error(int fd)
{
	int family = sock_family(fd);
	/* a Unix socket knows no such queue, and would give a datagram */
	int queued = family == AF_INET || family == AF_INET6 ? datagram_take_queued(fd) : 0;
	int error = sock_take_error(fd);

	return error != 0 ? error : queued;
}
