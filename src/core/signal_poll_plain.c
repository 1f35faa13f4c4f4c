/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See signal_poll.h: by poll and a pipe. A signal that comes after the mask was changed and before poll sleeps is found in the
 * pipe, which is polled with the rest. Where there is no descriptor left for one, or no memory, waits are cut short. */
#include "platform.h"

#include "core/signal_poll.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLICE_MS = 50 };

static int ends[2] = { -1, -1 };
static pid_t owner;           /* whose pipe it is: a child makes its own */
static struct pollfd *all;    /* the caller's, and the pipe behind them */
static size_t room;

void signal_poll_wake(void)
{
	int saved = errno;

	if (ends[1] >= 0 && write(ends[1], "", 1) < 0)
		errno = saved; /* it is full: that wakes as well */
	errno = saved;
}

/* The pipe is there, and there is room for COUNT and it. */
static int prepare(size_t count)
{
	if (owner != getpid()) {
		int before[2] = { ends[0], ends[1] };

		if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
			return -1;
		for (int i = 0; i < 2; i++) {
			if (before[i] >= 0)
				close(before[i]);
		}
		owner = getpid();
	}
	if (count < room)
		return 0;
	struct pollfd *more = reallocarray(all, 2 * count + 8, sizeof *all);
	if (more == NULL)
		return -1;
	all = more;
	room = 2 * count + 8;
	return 0;
}

static void empty(void)
{
	char bytes[64];

	while (read(ends[0], bytes, sizeof bytes) > 0)
		continue;
}

void signal_poll_prepare(void)
{
	int saved = errno;

	prepare(0);
	errno = saved;
}

/* A signal that came before poll slept is seen when it wakes. */
static int poll_slice(struct pollfd *set, size_t count, int timeout_ms, const sigset_t *mask)
{
	bool whole = timeout_ms >= 0 && timeout_ms <= SLICE_MS;
	sigset_t before;

	pthread_sigmask(SIG_SETMASK, mask, &before);
	int result = poll(set, (nfds_t)count, whole ? timeout_ms : SLICE_MS);
	int error = result == 0 && !whole ? EINTR : errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return result == 0 && !whole ? -1 : result;
}

int signal_poll(struct pollfd *set, size_t count, int timeout_ms, const sigset_t *mask)
{
	sigset_t before;

	if (mask == NULL)
		return poll(set, (nfds_t)count, timeout_ms);
	if (prepare(count) < 0)
		return poll_slice(set, count, timeout_ms, mask);
	if (count > 0)
		memcpy(all, set, count * sizeof *set);
	all[count] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	pthread_sigmask(SIG_SETMASK, mask, &before);
	int result = poll(all, (nfds_t)count + 1, timeout_ms);
	int error = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (result < 0 || all[count].revents != 0)
		empty();
	if (count > 0 && result >= 0)
		memcpy(set, all, count * sizeof *set);
	if (result > 0 && all[count].revents != 0 && --result == 0) {
		result = -1;
		error = EINTR;
	}
	errno = error;
	return result;
}
