/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The front: interests by descriptor, and the descriptors that are always ready. */
#include "platform.h"

#include "core/poller.h"

#include "core/deadline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if HAVE_EPOLL
extern const struct poller_backend poller_epoll;
#endif
extern const struct poller_backend poller_poll, poller_select;

enum { UNWATCHED_MAX = POLLER_READY_MAX / 2 }; /* the rest is the kernel's */

const struct poller_backend *const poller_backends[] = {
#if HAVE_EPOLL
	&poller_epoll,
#endif
	&poller_poll,
	&poller_select,
	NULL,
};

const struct poller_backend *poller_find(const char *name)
{
	for (size_t i = 0; poller_backends[i] != NULL; i++) {
		if (strcmp(poller_backends[i]->name, name) == 0)
			return poller_backends[i];
	}
	return NULL;
}

const struct poller_backend *poller_for_few(void)
{
	return &poller_poll;
}

struct poller *poller_open(const struct poller_backend *backend)
{
	struct poller *poller = calloc(1, sizeof *poller);

	if (poller == NULL)
		return NULL;
	poller->backend = backend;
	poller->fd = -1;
	poller->highest = -1;
	if (backend->open(poller) < 0) {
		free(poller);
		return NULL;
	}
	return poller;
}

void poller_close(struct poller *poller)
{
	int saved = errno;

	if (poller != NULL) {
		poller->backend->close(poller);
		free(poller->interests);
		free(poller->unwatched);
		free(poller);
	}
	errno = saved;
}

/* Makes room for FD. */
static int grow(struct poller *poller, int fd)
{
	int size = poller->size == 0 ? 64 : poller->size;
	unsigned char *bytes;

	while (size <= fd)
		size *= 2;
	if (size == poller->size)
		return 0;
	bytes = realloc(poller->interests, (size_t)size);
	if (bytes == NULL)
		return -1;
	poller->interests = bytes;
	memset(bytes + poller->size, 0, (size_t)(size - poller->size));
	bytes = realloc(poller->unwatched, (size_t)size);
	if (bytes == NULL)
		return -1;
	poller->unwatched = bytes;
	memset(bytes + poller->size, 0, (size_t)(size - poller->size));
	poller->size = size;
	return 0;
}

static void set_unwatched(struct poller *poller, int fd, bool unwatched)
{
	if (poller->unwatched[fd] != unwatched)
		poller->unwatched_count += unwatched ? 1 : -1;
	poller->unwatched[fd] = unwatched;
}

static void remember(struct poller *poller, int fd, unsigned interests)
{
	poller->interests[fd] = (unsigned char)interests;
	if (fd > poller->highest)
		poller->highest = fd;
	while (poller->highest >= 0 && poller->interests[poller->highest] == 0)
		poller->highest--;
}

int poller_set(struct poller *poller, int fd, unsigned interests)
{
	if (fd < 0) {
		errno = EBADF;
		return -1;
	}
	if (grow(poller, fd) < 0)
		return -1;
	unsigned was = poller->interests[fd];

	if (was == interests)
		return 0;
	if (poller->unwatched[fd]) {
		if (interests == 0)
			set_unwatched(poller, fd, false);
	} else if (poller->backend->change(poller, fd, was, interests) < 0) {
		if (errno != EPERM || was != 0)
			return -1;
		set_unwatched(poller, fd, true);
	}
	remember(poller, fd, interests);
	return 0;
}

void poller_forget(struct poller *poller, int fd)
{
	if (fd < 0 || fd >= poller->size)
		return;
	if (poller->backend->forgets_closed && !poller->unwatched[fd])
		remember(poller, fd, 0);
	else
		poller_set(poller, fd, 0);
}

/* The descriptors that are always ready; those that are left out come first the next time. */
static void add_unwatched(struct poller *poller)
{
	int left = poller->unwatched_count;
	int fd = poller->unwatched_next <= poller->highest ? poller->unwatched_next : 0;

	for (int looked = 0; looked <= poller->highest && left > 0 && poller->ready_count < UNWATCHED_MAX; looked++) {
		if (poller->unwatched[fd]) {
			unsigned events = poller->interests[fd] & (POLLER_READ | POLLER_WRITE);

			left--;
			if (events != 0)
				poller->ready[poller->ready_count++] = (struct poller_event){ .fd = fd, .events = events };
		}
		fd = fd < poller->highest ? fd + 1 : 0;
	}
	poller->unwatched_next = poller->ready_count < UNWATCHED_MAX ? 0 : fd;
}

int poller_wait(struct poller *poller, int64_t deadline, const sigset_t *mask)
{
	poller->ready_count = 0;
	add_unwatched(poller);
	if (poller->backend->wait(poller, poller->ready_count > 0 ? 0 : deadline_poll_timeout(deadline), mask) < 0) {
		poller->ready_count = 0;
		return -1;
	}
	return poller->ready_count;
}
