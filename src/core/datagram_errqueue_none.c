/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback for datagram_errqueue.c: a connected socket alone is told of refused ports, by its calls. */
#include "platform.h"

#include "core/datagram_mechanism.h"

int datagram_ask_for_errors(int fd, int family)
{
	(void)fd;
	(void)family;
	return 0;
}

int datagram_take_queued(int fd)
{
	(void)fd;
	return 0;
}
