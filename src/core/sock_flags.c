/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sockets made with their flags in one call: no program that a thread starts meanwhile can inherit them. */
#include "platform.h"

#include "core/sock_seam.h"

int sock_make(int domain, int type, int protocol)
{
	return socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

int sock_make_pair(int domain, int type, int protocol, int pair[2])
{
	return socketpair(domain, type | SOCK_CLOEXEC, protocol, pair);
}

int sock_make_accepted(int fd, struct sockaddr *address, socklen_t *length)
{
	return accept4(fd, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
