/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moves bytes inside the kernel (splice(2), Linux). pump_splice: source, a large pipe of ours, sink; what stands in the
 * pipe is what the pump holds. pump_direct: between a socket and a pipe that was given, with nothing in the middle.
 * Facts: onto a blocking socket splice blocks, onto an O_APPEND file it answers EINVAL, from a small pipe it is slower
 * than copying, and before the mark of urgent data (tcp(7)) it stops: with 0, as at the end, or with EAGAIN although
 * poll says that there is something. */
#include "platform.h"

#include "core/pump.h"

#include "core/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PIPE_WANTED = 1 << 20,
	PIPE_WORTHWHILE = 256 * 1024
};

/* Enlarges the pipe FD (refused beyond the user's limit: pipe(7)) and returns what it holds. */
static int enlarge(int fd)
{
	int size = fcntl(fd, F_GETPIPE_SZ);
	int larger = size < PIPE_WANTED ? fcntl(fd, F_SETPIPE_SZ, PIPE_WANTED) : -1;

	return larger > 0 ? larger : size;
}

static bool end_serves(const struct end *end)
{
	if (end->kind == END_PIPE)
		return enlarge(end->fd) >= PIPE_WORTHWHILE;
	return end->kind == END_FILE || end->kind == END_SOCKET;
}

static bool sink_serves(const struct end *to)
{
	return to->splices && (to->kind == END_NULL || end_serves(to));
}

const struct pump_mover *pump_splice_choose(const struct end *from, const struct end *to)
{
	if ((from->kind == END_SOCKET && !from->splices) || !end_serves(from) || !sink_serves(to))
		return NULL;
	if ((from->kind == END_PIPE && to->kind == END_SOCKET) || (from->kind == END_SOCKET && to->kind == END_PIPE))
		return &pump_direct;
	return &pump_splice;
}

static int splice_open(struct pump *pump)
{
	if (pipe2(pump->pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	pump->capacity = (size_t)enlarge(pump->pipe[0]);
	return 0;
}

static void splice_close(struct pump *pump)
{
	for (int i = 0; i < 2; i++) {
		if (pump->pipe[i] >= 0)
			close(pump->pipe[i]);
		pump->pipe[i] = -1;
	}
}

/* splice from IN to OUT, one of which may be a socket for the observer to know of. */
static ssize_t splice_once(int in, int out, const struct end *socket, int pipe, size_t length, unsigned flags)
{
	ssize_t count;

	if (socket->kind == END_SOCKET && sock_may_splice(socket->fd) < 0)
		return -1;
	do
		count = splice(in, NULL, out, NULL, length, flags | SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
	while (count < 0 && errno == EINTR);
	if (socket->kind == END_SOCKET)
		sock_spliced(socket->fd, pipe, length, count);
	return count;
}

/* SOCKET gave nothing to splice: COUNT is what it returned. Whether that is the end, or nothing for now, recv knows. */
static enum pump_result given_nothing(const struct end *socket, ssize_t count)
{
	char byte;

	if (socket->kind != END_SOCKET || !socket->is_tcp)
		return count == 0 ? PUMP_END : PUMP_WAIT;
	ssize_t peeked = sock_recv(socket->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (peeked > 0)
		return PUMP_UNABLE;
	if (peeked == 0)
		return PUMP_END;
	return errno == EAGAIN || errno == EWOULDBLOCK ? PUMP_WAIT : PUMP_FAILED;
}

static enum pump_result splice_fill(struct pump *pump, size_t limit)
{
	size_t room = pump->capacity - pump->buffered;

	if (room == 0)
		return PUMP_FULL;
	room = room < limit ? room : limit;
	ssize_t count = splice_once(pump->from->fd, pump->pipe[1], pump->from, pump->pipe[1], room, 0);
	pump->more_comes = count == (ssize_t)room && pump->from->kind == END_FILE;
	if (count < 0 && errno == EAGAIN) {
		/* a pipe of many small pieces is full before its bytes are: one cannot tell which end it was */
		return pump->buffered > 0 ? PUMP_FULL : given_nothing(pump->from, count);
	}
	if (count < 0)
		return errno == EINVAL || errno == ENOSYS ? PUMP_UNABLE : PUMP_FAILED;
	if (count == 0)
		return given_nothing(pump->from, count);
	pump->buffered += (size_t)count;
	pump->total_in += (uint64_t)count;
	return (size_t)count < room && pump->from->kind == END_SOCKET ? PUMP_LAST : PUMP_MOVED;
}

static enum pump_result splice_drain(struct pump *pump, size_t limit)
{
	size_t length = pump->buffered < limit ? pump->buffered : limit;
	ssize_t count = splice_once(pump->pipe[0], pump->to->fd, pump->to, pump->pipe[0], length,
	                            pump->more_comes ? SPLICE_F_MORE : 0);

	if (count < 0 && errno == EAGAIN)
		return PUMP_WAIT;
	if (count < 0)
		return errno == EINVAL || errno == ENOSYS ? PUMP_UNABLE : PUMP_FAILED;
	if (count == 0) { /* cannot be: the pipe holds LENGTH bytes */
		errno = EIO;
		return PUMP_FAILED;
	}
	pump->buffered -= (size_t)count;
	pump->total_out += (uint64_t)count;
	return (size_t)count < length && pump->to->kind != END_FILE ? PUMP_LAST : PUMP_MOVED;
}

const struct pump_mover pump_splice = {
	.name = "splice",
	.can_wait = true,
	.open = splice_open,
	.close = splice_close,
	.fill = splice_fill,
	.drain = splice_drain,
};

/* ---- straight from one to the other ---------------------------------------------------------------- */

static int direct_open(struct pump *pump)
{
	(void)pump;
	return 0;
}

static void direct_close(struct pump *pump)
{
	(void)pump;
}

/* Neither can go on: EAGAIN does not tell which of the two is in the way, the pipe does. */
static enum pump_result direct_wait(const struct pump *pump)
{
	bool from_pipe = pump->from->kind == END_PIPE;
	struct pollfd pipe = { .fd = from_pipe ? pump->from->fd : pump->to->fd, .events = from_pipe ? POLLIN : POLLOUT };
	bool pipe_ready = poll(&pipe, 1, 0) > 0;

	if (pipe_ready == from_pipe)
		return PUMP_STUCK;
	return from_pipe ? PUMP_WAIT : given_nothing(pump->from, -1);
}

static enum pump_result direct_fill(struct pump *pump, size_t limit)
{
	bool from_pipe = pump->from->kind == END_PIPE;
	const struct end *socket = from_pipe ? pump->to : pump->from;
	size_t room = limit < PIPE_WANTED ? limit : PIPE_WANTED;
	ssize_t count = splice_once(pump->from->fd, pump->to->fd, socket, from_pipe ? pump->from->fd : pump->to->fd, room, 0);

	if (count < 0 && errno == EAGAIN)
		return direct_wait(pump);
	if (count < 0 && (errno == EINVAL || errno == ENOSYS))
		return PUMP_UNABLE;
	if (count < 0)
		return from_pipe || errno == EPIPE ? PUMP_BROKEN : PUMP_FAILED;
	if (count == 0)
		return given_nothing(pump->from, count);
	pump->total_in += (uint64_t)count;
	pump->total_out += (uint64_t)count;
	return (size_t)count < room && !from_pipe ? PUMP_LAST : PUMP_MOVED;
}

static enum pump_result direct_drain(struct pump *pump, size_t limit)
{
	(void)pump;
	(void)limit;
	return PUMP_WAIT; /* nothing is ever held */
}

const struct pump_mover pump_direct = {
	.name = "direct",
	.open = direct_open,
	.close = direct_close,
	.fill = direct_fill,
	.drain = direct_drain,
};
