/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The waiting calls of sock.h, made where the observer can see them. */
#include "platform.h"

#include "core/sock.h"

#include "core/signal_poll.h"

#include <time.h>

int sock_poll(struct pollfd *set, size_t count, int timeout_ms, const sigset_t *mask)
{
	int result = signal_poll(set, count, timeout_ms, mask);

	if (!sock_is_observed())
		return result;
	return (int)sock_told(&(struct sock_event){ .call = SOCK_POLL, .fd = -1, .waited = { set }, .length = count,
	                                            .timeout_ms = timeout_ms }, result);
}

int sock_select(int limit, fd_set *readers, fd_set *writers, fd_set *others, int timeout_ms, const sigset_t *mask)
{
	struct timespec timeout = { timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000 };
	int result = pselect(limit, readers, writers, others, timeout_ms < 0 ? NULL : &timeout, mask);

	if (!sock_is_observed())
		return result;
	return (int)sock_told(&(struct sock_event){ .call = SOCK_SELECT, .fd = -1, .waited = { readers, writers, others },
	                                            .length = (size_t)limit, .timeout_ms = timeout_ms }, result);
}
