/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback: sockets that get their flags after they are made (fcntl). */
#include "platform.h"

#include "core/sock_seam.h"

#include <fcntl.h>
#include <unistd.h>

/* FD, or -1 with errno when it cannot be prepared; then it is closed. */
static int prepared(int fd, int flags)
{
	if (fd >= 0 && (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, flags) < 0)) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

int sock_make(int domain, int type, int protocol)
{
	return prepared(socket(domain, type, protocol), O_NONBLOCK);
}

int sock_make_pair(int domain, int type, int protocol, int pair[2])
{
	int made[2];

	if (socketpair(domain, type, protocol, made) < 0)
		return -1;
	if (prepared(made[0], 0) < 0) {
		close(made[1]);
		return -1;
	}
	if (prepared(made[1], 0) < 0) {
		close(made[0]);
		return -1;
	}
	pair[0] = made[0];
	pair[1] = made[1];
	return 0;
}

int sock_make_accepted(int fd, struct sockaddr *address, socklen_t *length)
{
	return prepared(accept(fd, address, length), O_NONBLOCK);
}
