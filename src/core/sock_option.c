/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The calls of sock.h that ask a socket what it is, and set its options. */
#include "platform.h"

#include "core/sock.h"

#include "core/sock_seam.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/time.h>

int sock_setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	int result = sabotaged(SOCK_SETSOCKOPT, fd) ? -1 : setsockopt(fd, level, option, value, length);

	return (int)told((struct sock_event){ .call = SOCK_SETSOCKOPT, .fd = fd, .level = level, .option = option,
	                                      .data = value, .length = length }, result);
}

int sock_getsockopt(int fd, int level, int option, void *value, socklen_t *length)
{
	int result = sabotaged(SOCK_GETSOCKOPT, fd) ? -1 : getsockopt(fd, level, option, value, length);

	return (int)told((struct sock_event){ .call = SOCK_GETSOCKOPT, .fd = fd, .level = level, .option = option,
	                                      .data = value, .length = result == 0 ? *length : 0 }, result);
}

int sock_getsockname(int fd, struct sockaddr *address, socklen_t *length)
{
	int result = sabotaged(SOCK_GETSOCKNAME, fd) ? -1 : getsockname(fd, address, length);

	return (int)told((struct sock_event){ .call = SOCK_GETSOCKNAME, .fd = fd, .address = address,
	                                      .address_length = result == 0 ? *length : 0 }, result);
}

int sock_getpeername(int fd, struct sockaddr *address, socklen_t *length)
{
	int result = sabotaged(SOCK_GETPEERNAME, fd) ? -1 : getpeername(fd, address, length);

	return (int)told((struct sock_event){ .call = SOCK_GETPEERNAME, .fd = fd, .address = address,
	                                      .address_length = result == 0 ? *length : 0 }, result);
}

int sock_set_int(int fd, int level, int option, int value)
{
	return sock_setsockopt(fd, level, option, &value, sizeof value);
}

int sock_set_read_wait(int fd, int64_t ns)
{
	int64_t us = (ns + 999) / 1000; /* never 0, which is no limit */
	struct timeval timeout = { .tv_sec = (time_t)(us / 1000000), .tv_usec = (suseconds_t)(us % 1000000) };
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (ns > 0 && sock_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) < 0))
		return -1;
	return fcntl(fd, F_SETFL, ns > 0 ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

static int get_int(int fd, int option, int fallback)
{
	int value = fallback;
	socklen_t length = sizeof value;

	return sock_getsockopt(fd, SOL_SOCKET, option, &value, &length) < 0 ? fallback : value;
}

int sock_take_error(int fd)
{
	return get_int(fd, SO_ERROR, 0);
}

int sock_type(int fd)
{
	return get_int(fd, SO_TYPE, -1);
}

bool sock_listens(int fd)
{
	int value = 0;
	socklen_t length = sizeof value;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0;
}

struct sock_standing sock_stand(int fd)
{
	struct sock_standing standing = { .type = 0 };
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	struct linger linger = { .l_onoff = 0 };
	socklen_t length = sizeof standing.type, address_length = sizeof address, linger_length = sizeof linger;
	int state = sock_tcp_state(fd);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &standing.type, &length) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &address_length) < 0)
		return (struct sock_standing){ .type = 0 };
	standing.domain = address.ss_family;
	standing.state = state < 0 ? 0 : state;
	standing.listens = sock_listens(fd);
	if (getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &linger_length) == 0)
		standing.resets = linger.l_onoff != 0 && linger.l_linger == 0;
	return standing;
}

int sock_family(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;

	if (sock_getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		return -1;
	return address.ss_family;
}

size_t sock_readable(int fd)
{
	int count = 0;

	return ioctl(fd, FIONREAD, &count) < 0 || count < 0 ? 0 : (size_t)count;
}

int sock_ends(int fd, struct sockaddr_storage *here, socklen_t *here_length, struct sockaddr_storage *there,
              socklen_t *there_length)
{
	if (getsockname(fd, (struct sockaddr *)here, here_length) < 0)
		return -1;
	return getpeername(fd, (struct sockaddr *)there, there_length);
}
