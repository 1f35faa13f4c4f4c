/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * select(2), by pselect: the oldest. No descriptor past FD_SETSIZE, and no error without an interest. */
#include "platform.h"

#include "core/poller.h"

#include "core/sock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/select.h>

extern const struct poller_backend poller_select;

struct select_state {
	fd_set readers, writers;
	int next; /* where the next look begins */
};

static int select_backend_open(struct poller *poller)
{
	poller->state = calloc(1, sizeof(struct select_state));
	return poller->state == NULL ? -1 : 0;
}

static void select_backend_close(struct poller *poller)
{
	free(poller->state);
}

static int select_backend_change(struct poller *poller, int fd, unsigned was, unsigned now)
{
	struct select_state *state = poller->state;

	(void)was;
	if (fd >= FD_SETSIZE) {
		errno = EINVAL;
		return -1;
	}
	if (now & POLLER_READ)
		FD_SET(fd, &state->readers);
	else
		FD_CLR(fd, &state->readers);
	if (now & POLLER_WRITE)
		FD_SET(fd, &state->writers);
	else
		FD_CLR(fd, &state->writers);
	return 0;
}

static int select_backend_wait(struct poller *poller, int timeout_ms, const sigset_t *mask)
{
	struct select_state *state = poller->state;
	fd_set readers = state->readers, writers = state->writers;
	int count = sock_select(poller->highest + 1, &readers, &writers, NULL, timeout_ms, mask);

	int fd = state->next <= poller->highest ? state->next : 0;

	for (int looked = 0; looked <= poller->highest && count > 0 && poller->ready_count < POLLER_READY_MAX; looked++) {
		unsigned events = 0;

		if (FD_ISSET(fd, &readers))
			events |= POLLER_READ;
		if (FD_ISSET(fd, &writers))
			events |= POLLER_WRITE;
		if (events != 0)
			poller->ready[poller->ready_count++] = (struct poller_event){ .fd = fd, .events = events };
		fd = fd < poller->highest ? fd + 1 : 0;
	}
	state->next = poller->ready_count < POLLER_READY_MAX ? 0 : fd;
	return count < 0 ? -1 : 0;
}

const struct poller_backend poller_select = {
	.name = "select",
	.sees_errors = false,
	.limit = FD_SETSIZE,
	.open = select_backend_open,
	.close = select_backend_close,
	.change = select_backend_change,
	.wait = select_backend_wait,
};
