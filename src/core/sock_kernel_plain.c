/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback for sock_kernel.c: POSIX has no words for most of it. That all was acknowledged shows in the end of the
 * connection alone. */
#include "platform.h"

#include "core/sock.h"

#include <errno.h>

int sock_peer_credentials(int fd, struct sock_credentials *credentials)
{
	(void)fd;
	(void)credentials;
	errno = ENOSYS;
	return -1;
}

bool sock_counts_unacknowledged(void)
{
	return false;
}

size_t sock_unacknowledged(int fd)
{
	(void)fd;
	return 0;
}

void sock_unpace(int fd)
{
	(void)fd;
}

/* A connection whose two ends have both been acknowledged is none any more, and has no peer. So it is after a reset, but
 * then there is an error. */
int sock_settled(int fd)
{
	struct sockaddr_storage peer;
	socklen_t length = sizeof peer;

	if (sock_getpeername(fd, (struct sockaddr *)&peer, &length) == 0)
		return 0;
	errno = sock_take_error(fd);
	return errno == 0 ? 1 : -1;
}

size_t sock_unsent(int fd)
{
	(void)fd;
	return 0;
}

int sock_tcp_state(int fd)
{
	(void)fd;
	return -1;
}

uint32_t sock_dropped(int fd)
{
	(void)fd;
	return 0;
}

/* As often as the system does it by default: two hours, on most. */
void sock_keep_alive(int fd, int seconds, int probes)
{
	(void)seconds;
	(void)probes;
	sock_set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
}

int sock_bind_to_interface(int fd, const char *name)
{
	(void)fd;
	(void)name;
	errno = EOPNOTSUPP;
	return -1;
}
