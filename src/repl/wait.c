/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See wait.h. */
#include "platform.h"

#include "repl/wait.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/signal_poll.h"
#include "core/sock.h"

#include <errno.h>
#include <limits.h>
#include <time.h>

int64_t wait_deadline(const struct object *socket)
{
	return socket->timeout_ns < 0 ? DEADLINE_NEVER : deadline_add(deadline_now(), socket->timeout_ns);
}

void wait_say(struct repl *repl)
{
	char line[64];

	snprintf(line, sizeof line, "%.30s waits (Ctrl-C ends the wait)", repl->calling);
	repl->say(line, repl->context);
}

int wait_by(struct repl *repl, int (*once)(void *context, int timeout_ms), void *context, int64_t deadline)
{
	int64_t patience = deadline_after(DEADLINE_SECOND);
	bool is_patient = true;

	fflush(repl->out);
	for (;;) {
		int64_t until = is_patient ? deadline_earlier(deadline, patience) : deadline;
		int count = once(context, deadline_poll_timeout(until));

		if (count > 0)
			return count;
		if (interrupt_pending() != 0) {
			errno = EINTR;
			return repl_fail_errno(repl);
		}
		if (count < 0 && errno != EINTR)
			return repl_fail_errno(repl);
		if (deadline_passed(deadline))
			return 0;
		if (is_patient && deadline_passed(patience)) {
			wait_say(repl);
			is_patient = false;
		}
	}
}

struct poll_context {
	struct pollfd *set;
	size_t count;
};

static int poll_once(void *context, int timeout_ms)
{
	const struct poll_context *poll = context;

	return sock_poll(poll->set, poll->count, timeout_ms, interrupt_wait_mask());
}

int wait_poll(struct repl *repl, struct pollfd *set, size_t count, int64_t deadline)
{
	struct poll_context context = { set, count };

	return wait_by(repl, poll_once, &context, deadline);
}

static int wait_for(struct repl *repl, const struct object *socket, short events, int64_t deadline)
{
	struct pollfd one = { .fd = socket->fd, .events = events };

	int count = wait_poll(repl, &one, 1, deadline);
	if (count == 0)
		return repl_fail(repl, "ETIMEDOUT", "timed out");
	return count < 0 ? -1 : 0;
}

int wait_ready(struct repl *repl, const struct object *socket, short events, int64_t deadline)
{
	if (socket->timeout_ns == 0 || sock_listens(socket->fd))
		return 0;
	return wait_for(repl, socket, events, deadline);
}

int wait_client(struct repl *repl, const struct object *socket, int64_t deadline)
{
	if (socket->timeout_ns == 0 || !sock_listens(socket->fd))
		return 0;
	return wait_for(repl, socket, POLLIN, deadline);
}

int wait_quietly(struct repl *repl, int64_t deadline)
{
	fflush(repl->out);
	while (!deadline_passed(deadline)) {
		signal_poll(NULL, 0, deadline_poll_timeout(deadline), interrupt_wait_mask());
		if (interrupt_pending() != 0) {
			errno = EINTR;
			return repl_fail_errno(repl);
		}
	}
	return 0;
}

int wait_descriptor(struct repl *repl, const struct value *value)
{
	const struct object *object = value->kind == VALUE_OBJECT ? value->object : NULL;
	int64_t number = -1;

	if (object != NULL && object->kind == OBJECT_FILE)
		object = object->socket;
	if (object != NULL && object->fd < 0)
		return repl_fail(repl, "EBADF", "bad file descriptor: it has been closed");
	if (object != NULL && object->kind != OBJECT_POLL)
		return object->fd;
	if (value_int(value, &number) < 0 || number < 0 || number > INT_MAX)
		return repl_fail(repl, "TypeError", "%s: sockets or descriptors are wanted", repl->calling);
	return (int)number;
}

int64_t wait_until(const struct value *timeout, double unit_ns)
{
	double units = timeout->kind == VALUE_REAL ? timeout->real : (double)timeout->magnitude;

	if (timeout->kind != VALUE_REAL && timeout->kind != VALUE_NUMBER)
		return DEADLINE_NEVER;
	if (timeout->negative || units < 0 || units * unit_ns > 9e18)
		return DEADLINE_NEVER;
	return deadline_add(deadline_now(), (int64_t)(units * unit_ns));
}
