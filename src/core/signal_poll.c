/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See signal_poll.h: by ppoll, which needs no help from the handlers. */
#include "platform.h"

#include "core/signal_poll.h"

#include <time.h>

int signal_poll(struct pollfd *set, size_t count, int timeout_ms, const sigset_t *mask)
{
	struct timespec timeout = { timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000 };

	return ppoll(set, (nfds_t)count, timeout_ms < 0 ? NULL : &timeout, mask);
}

void signal_poll_prepare(void)
{
}

void signal_poll_wake(void)
{
}
