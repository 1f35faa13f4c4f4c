/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The waiting calls of sock.h, made where the observer can see them. */
#include "platform.h"

#include "core/sock.h"

#include <poll.h>
#include <time.h>

#if HAVE_EPOLL
#include <sys/epoll.h>
#endif

/* TIMEOUT_MS as ppoll and pselect want it, in *TIMEOUT; NULL for none. */
static const struct timespec *timespec_of(int timeout_ms, struct timespec *timeout)
{
	*timeout = (struct timespec){ timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000 };
	return timeout_ms < 0 ? NULL : timeout;
}

int sock_poll(struct pollfd *set, size_t count, int timeout_ms, const sigset_t *mask)
{
	struct timespec timeout;
	int result = ppoll(set, (nfds_t)count, timespec_of(timeout_ms, &timeout), mask);

	if (!sock_is_observed())
		return result;
	return (int)sock_told(&(struct sock_event){ .call = SOCK_POLL, .fd = -1, .waited = { set }, .length = count,
	                                            .timeout_ms = timeout_ms }, result);
}

int sock_select(int limit, fd_set *readers, fd_set *writers, fd_set *others, int timeout_ms, const sigset_t *mask)
{
	struct timespec timeout;
	int result = pselect(limit, readers, writers, others, timespec_of(timeout_ms, &timeout), mask);

	if (!sock_is_observed())
		return result;
	return (int)sock_told(&(struct sock_event){ .call = SOCK_SELECT, .fd = -1, .waited = { readers, writers, others },
	                                            .length = (size_t)limit, .timeout_ms = timeout_ms }, result);
}

#if HAVE_EPOLL
int sock_epoll_wait(int fd, struct epoll_event *events, int room, int timeout_ms, const sigset_t *mask)
{
	int result = epoll_pwait(fd, events, room, timeout_ms, mask);

	if (!sock_is_observed())
		return result;
	return (int)sock_told(&(struct sock_event){ .call = SOCK_EPOLL_WAIT, .fd = fd, .waited = { events },
	                                            .length = (size_t)room, .timeout_ms = timeout_ms }, result);
}
#endif
