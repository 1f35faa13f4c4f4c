/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * epoll(7): cost grows with what is ready, not with what is watched. */
#include "platform.h"

#include "core/poller.h"

#include "core/sock.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

extern const struct poller_backend poller_epoll;

static int epoll_backend_open(struct poller *poller)
{
	poller->fd = epoll_create1(EPOLL_CLOEXEC);
	return poller->fd < 0 ? -1 : 0;
}

static void epoll_backend_close(struct poller *poller)
{
	close(poller->fd);
}

static int epoll_backend_change(struct poller *poller, int fd, unsigned was, unsigned now)
{
	struct epoll_event event = { .data.fd = fd };
	int operation = was == 0 ? EPOLL_CTL_ADD : now == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;

	if (now & POLLER_READ)
		event.events |= EPOLLIN;
	if (now & POLLER_WRITE)
		event.events |= EPOLLOUT;
	return epoll_ctl(poller->fd, operation, fd, &event);
}

static int epoll_backend_wait(struct poller *poller, int timeout_ms, const sigset_t *mask)
{
	struct epoll_event events[POLLER_READY_MAX];
	/* the kernel itself goes round: what was told stands last in its list */
	int count = sock_epoll_wait(poller->fd, events, POLLER_READY_MAX - poller->ready_count, timeout_ms, mask);

	for (int i = 0; i < count; i++) {
		struct poller_event *ready = &poller->ready[poller->ready_count++];
		unsigned interest = poller->interests[events[i].data.fd];

		*ready = (struct poller_event){ .fd = events[i].data.fd };
		if (events[i].events & EPOLLIN)
			ready->events |= POLLER_READ;
		if (events[i].events & EPOLLOUT)
			ready->events |= POLLER_WRITE;
		if (events[i].events & (EPOLLERR | EPOLLHUP))
			ready->events |= POLLER_ERROR | (interest & (POLLER_READ | POLLER_WRITE));
	}
	return count < 0 ? -1 : 0;
}

const struct poller_backend poller_epoll = {
	.name = "epoll",
	.sees_errors = true,
	.forgets_closed = true,
	.open = epoll_backend_open,
	.close = epoll_backend_close,
	.change = epoll_backend_change,
	.wait = epoll_backend_wait,
};
