/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * poll(2): everywhere, and the quickest for a handful of descriptors. */
#include "platform.h"

#include "core/poller.h"

#include "core/sock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

extern const struct poller_backend poller_poll;

/* The set, dense, and where each descriptor stands in it. */
struct poll_state {
	struct pollfd *set;
	int count, size;
	int next;   /* where the next look begins */
	int *place; /* by descriptor */
	int place_size;
};

static int poll_backend_open(struct poller *poller)
{
	poller->state = calloc(1, sizeof(struct poll_state));
	return poller->state == NULL ? -1 : 0;
}

static void poll_backend_close(struct poller *poller)
{
	struct poll_state *state = poller->state;

	free(state->set);
	free(state->place);
	free(state);
}

static int add(struct poll_state *state, int fd, int places)
{
	if (state->place_size < places) {
		int *place = realloc(state->place, (size_t)places * sizeof *place);

		if (place == NULL)
			return -1;
		state->place = place;
		state->place_size = places;
	}
	if (state->count == state->size) {
		int size = state->size == 0 ? 16 : state->size * 2;
		struct pollfd *set = realloc(state->set, (size_t)size * sizeof *set);

		if (set == NULL)
			return -1;
		state->set = set;
		state->size = size;
	}
	state->place[fd] = state->count;
	state->set[state->count++] = (struct pollfd){ .fd = fd };
	return 0;
}

static void drop(struct poll_state *state, int fd)
{
	int place = state->place[fd];

	state->set[place] = state->set[--state->count];
	state->place[state->set[place].fd] = place;
}

static int poll_backend_change(struct poller *poller, int fd, unsigned was, unsigned now)
{
	struct poll_state *state = poller->state;

	if (was == 0 && add(state, fd, poller->size) < 0)
		return -1;
	if (now == 0) {
		drop(state, fd);
		return 0;
	}
	state->set[state->place[fd]].events =
		(short)((now & POLLER_READ ? POLLIN : 0) | (now & POLLER_WRITE ? POLLOUT : 0));
	return 0;
}

static void add_ready(struct poller *poller, const struct pollfd *told)
{
	struct poller_event *ready = &poller->ready[poller->ready_count++];

	*ready = (struct poller_event){ .fd = told->fd };
	if (told->revents & POLLIN)
		ready->events |= POLLER_READ;
	if (told->revents & POLLOUT)
		ready->events |= POLLER_WRITE;
	if (told->revents & (POLLERR | POLLHUP | POLLNVAL))
		ready->events |= POLLER_ERROR | (poller->interests[told->fd] & (POLLER_READ | POLLER_WRITE));
}

static int poll_backend_wait(struct poller *poller, int timeout_ms, const sigset_t *mask)
{
	struct poll_state *state = poller->state;
	int count = sock_poll(state->set, (size_t)state->count, timeout_ms, mask);

	int i = state->next < state->count ? state->next : 0;

	for (int left = count; left > 0 && poller->ready_count < POLLER_READY_MAX; i = i + 1 < state->count ? i + 1 : 0) {
		if (state->set[i].revents == 0)
			continue;
		left--;
		add_ready(poller, &state->set[i]);
	}
	state->next = poller->ready_count < POLLER_READY_MAX ? 0 : i;
	return count < 0 ? -1 : 0;
}

const struct poller_backend poller_poll = {
	.name = "poll",
	.sees_errors = true,
	.open = poll_backend_open,
	.close = poll_backend_close,
	.change = poll_backend_change,
	.wait = poll_backend_wait,
};
