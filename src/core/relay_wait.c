/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a session waits for: descriptors, moments and signals, and what the poller told of them. */
#include "platform.h"

#include "core/relay_state.h"

#include "core/deadline.h"
#include "core/interrupt.h"

#include <errno.h>

static const int64_t error_check_ns = DEADLINE_SECOND; /* for a poller that sees no errors */
static const int64_t signal_check_ns = 20 * DEADLINE_MILLISECOND;

static bool output_has_reader(const struct relay *r)
{
	return r->down.to_open && (r->output.kind == END_PIPE || r->output.kind == END_SOCKET);
}

/* ---- descriptors ----------------------------------------------------------------------------------- */

int relay_set_interests(struct relay *r)
{
	unsigned socket = 0;
	unsigned output = 0;
	bool both_ended = r->peer_ended && r->end_passed_on;

	if (pump_wants_read(&r->down))
		socket |= POLLER_READ;
	if (pump_wants_write(&r->up))
		socket |= POLLER_WRITE;
	if (socket == 0 && !r->socket_dead && !both_ended)
		socket = POLLER_WATCH;
	if (pump_wants_write(&r->down))
		output = POLLER_WRITE;
	else if (output_has_reader(r))
		output = POLLER_WATCH;
	if (poller_set(r->poller, r->socket.fd, socket) < 0)
		return -1;
	if (r->output.fd >= 0 && poller_set(r->poller, r->output.fd, output) < 0)
		return -1;
	if (r->input.fd >= 0 && poller_set(r->poller, r->input.fd, pump_wants_read(&r->up) ? POLLER_READ : 0) < 0)
		return -1;
	return 0;
}

void relay_descriptors(const struct relay *r, int fds[3])
{
	fds[0] = r->socket.fd;
	fds[1] = r->input.fd;
	fds[2] = r->output.fd;
}

/* The poller told of an error or hang-up at the socket, and there is nothing to read that goes before it. A hang-up
 * without an error is the peer's end behind our own: it is read when there is room, and until then told for ever. */
static void check_hang_up(struct relay *r)
{
	relay_check_socket(r);
	r->socket_dead = true;
}

/* The poller told of an error or hang-up at the output. */
static void check_output(struct relay *r)
{
	if (output_has_reader(r))
		relay_output_failed(r, EPIPE);
	else
		pump_to_ready(&r->down);
}

void relay_take_event(struct relay *r, const struct poller_event *event)
{
	if (event->fd == r->input.fd)
		pump_from_ready(&r->up);
	if (event->fd == r->socket.fd) {
		if (event->events & POLLER_READ)
			pump_from_ready(&r->down);
		if (event->events & POLLER_WRITE)
			pump_to_ready(&r->up);
		/* with data to read first, the error is found behind them */
		if ((event->events & POLLER_ERROR) && !pump_wants_read(&r->down))
			check_hang_up(r);
	}
	if (event->fd == r->output.fd) {
		if (event->events & POLLER_WRITE)
			pump_to_ready(&r->down);
		if ((event->events & POLLER_ERROR) && !r->over)
			check_output(r);
	}
}

/* ---- moments ---------------------------------------------------------------------------------------- */

int64_t relay_deadline(const struct relay *r)
{
	int64_t deadline = r->plan.deadline;

	if (pump_is_runnable(&r->up) || pump_is_runnable(&r->down))
		return 0;
	if (r->plan.idle_timeout > 0) {
		deadline = deadline_earlier(deadline, deadline_add(r->last_activity, r->plan.idle_timeout));
		deadline = deadline_earlier(deadline, r->next_sample);
	}
	if (r->next_check != 0)
		deadline = deadline_earlier(deadline, r->next_check);
	if (r->next_turn != 0)
		deadline = deadline_earlier(deadline, r->next_turn);
	if (r->plan.tick_interval > 0)
		deadline = deadline_earlier(deadline, deadline_now() + r->plan.tick_interval);
	if (!r->poller->backend->sees_errors && (r->peer_ended || output_has_reader(r)))
		deadline = deadline_earlier(deadline, deadline_now() + error_check_ns);
	deadline = deadline_earlier(deadline, pump_next_time(&r->up));
	return deadline_earlier(deadline, pump_next_time(&r->down));
}

static void check_idle(struct relay *r, int64_t now)
{
	int64_t timeout = r->plan.idle_timeout;

	if (timeout <= 0)
		return;
	if (now >= r->next_sample) {
		relay_sample_acknowledgements(r);
		r->next_sample = deadline_add(now, timeout / 4);
	}
	if (now >= deadline_add(r->last_activity, timeout))
		relay_stop_now(r, RELAY_IDLE);
}

/* What select cannot wait for, looked at now and then. */
static void check_unseen(struct relay *r)
{
	if (r->peer_ended && !r->socket_dead)
		relay_check_socket(r);
	if (output_has_reader(r) && end_is_gone(&r->output))
		relay_output_failed(r, EPIPE);
}

void relay_check_time(struct relay *r)
{
	int64_t now = deadline_now();
	int signal = interrupt_pending();

	if (signal == 0 && now >= r->next_signal) { /* a wait that never sleeps is never interrupted */
		signal = interrupt_poll();
		r->next_signal = now + signal_check_ns;
	}
	if (signal != 0)
		relay_stop_now(r, RELAY_INTERRUPTED);
	else if (now >= r->plan.deadline)
		relay_stop_now(r, RELAY_LATE);
	else
		check_idle(r, now);
	if (!r->over && !r->poller->backend->sees_errors)
		check_unseen(r);
}
