/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linux's waiting call of sock.h, made where the observer can see it. */
#include "platform.h"

#include "core/sock_seam.h"

#include <sys/epoll.h>

int sock_epoll_wait(int fd, struct epoll_event *events, int room, int timeout_ms, const sigset_t *mask)
{
	int result = epoll_pwait(fd, events, room, timeout_ms, mask);

	if (!sock_is_observed())
		return result;
	return (int)sock_told(&(struct sock_event){ .call = SOCK_EPOLL_WAIT, .fd = fd, .waited = { events },
	                                            .length = (size_t)room, .timeout_ms = timeout_ms }, result);
}
