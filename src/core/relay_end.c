/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a session ends: what a failure means for the outcome, and the end-of-file table (apply_rules, a line for each
 * rule). */
#include "platform.h"

#include "core/relay_state.h"

#include "core/deadline.h"
#include "core/sock.h"

#include <errno.h>

enum {
	KEEPALIVE_SECONDS = 5,
	KEEPALIVE_PROBES = 3,
	RECORDS_HELD = 1 << 20 /* more than a queue holds of records, whose sum nobody tells */
};

static const int64_t check_first_ns = DEADLINE_MILLISECOND / 4;
static const int64_t check_last_ns = 50 * DEADLINE_MILLISECOND;
static const int64_t patience_ns = 2 * DEADLINE_SECOND;

/* ---- outcomes ------------------------------------------------------------------------------------ */

static void conclude(struct relay *r, enum relay_outcome outcome, int error)
{
	if (!r->failed) { /* the first failure is the one to tell */
		r->result.outcome = outcome;
		r->result.error = error;
	}
	r->failed = true;
}

void relay_finish(struct relay *r, enum relay_outcome outcome, int error)
{
	conclude(r, outcome, error);
	r->over = true;
}

size_t relay_unacknowledged(const struct relay *r)
{
	size_t count = r->socket.is_tcp ? sock_unacknowledged(r->socket.fd) : 0;

	return count > 0 && r->fin_sent ? count - 1 : count;
}

void relay_give_up(struct relay *r, enum relay_outcome outcome, int error)
{
	conclude(r, outcome, error);
	pump_stop_reading(&r->up);
	r->up.to_open = false;
	if (!r->down.from_open)
		return;
	pump_limit_reading(&r->down, r->socket.records ? RECORDS_HELD : sock_readable(r->socket.fd));
	pump_from_ready(&r->down); /* what cannot be read now never will be */
}

void relay_stop_now(struct relay *r, enum relay_outcome outcome)
{
	relay_give_up(r, outcome, 0);
	if (r->down.to_open)
		pump_step(&r->down);
	r->over = true;
}

/* Whether all that came had been handed to the output when its reader went, with nothing behind it but the peer's end: what the
 * reader left in a pipe is its own affair, as it would be a moment later. */
static bool reader_had_all(const struct relay *r)
{
	char byte;

	return r->down.from_open && r->down.buffered == 0 && !r->socket.records &&
	       sock_recv(r->socket.fd, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void relay_output_failed(struct relay *r, int error)
{
	if (error == EPIPE && !r->failed && reader_had_all(r)) {
		pump_stop_reading(&r->down);
		r->peer_ended = true;
		return;
	}
	relay_finish(r, error == EPIPE ? RELAY_OUTPUT_GONE : RELAY_OUTPUT_FAILED, error);
}

/* Whether a connection that breaks now may take bytes of ours with it: what has been sent may, where acknowledgements
 * cannot be counted. */
static bool may_lose(const struct relay *r)
{
	bool counts = !r->socket.is_tcp || sock_counts_unacknowledged();

	return !pump_is_empty(&r->up) || relay_unacknowledged(r) > 0 || (!counts && r->up.total_out > 0);
}

/* All has been said: a close is an end from here on. 0, or -1 with errno. */
static int lower_guard(struct relay *r)
{
	bool was_guarded = r->guarded;

	r->guarded = false;
	return was_guarded ? sock_reset_on_close(r->socket.fd, false) : 0;
}

void relay_connection_failed(struct relay *r, enum relay_outcome outcome, int error)
{
	r->socket_dead = true;
	if (r->peer_ended && !may_lose(r)) {
		pump_stop_reading(&r->up);
		r->up.to_open = false;
		r->input_ended = true;
		r->end_passed_on = true; /* nobody is there to take it */
		lower_guard(r);
		return;
	}
	relay_give_up(r, outcome, error);
}

/* Whether the peer's end was that of all: a Unix socket hangs up when its peer has closed it. What the input has to give
 * is tried first, for then it is lost. */
static bool is_deserted(const struct relay *r)
{
	bool more_comes = pump_is_empty(&r->up) && (pump_is_runnable(&r->up) || end_is_readable(&r->input));

	return r->socket.is_local && r->peer_ended && !r->end_passed_on && !more_comes && end_is_gone(&r->socket);
}

void relay_check_socket(struct relay *r)
{
	int error = sock_take_error(r->socket.fd);

	if (error != 0)
		relay_connection_failed(r, RELAY_RECEIVE_FAILED, error);
	else if (is_deserted(r))
		relay_connection_failed(r, RELAY_SEND_FAILED, EPIPE);
}

/* ---- the rules of ending --------------------------------------------------------------------------- */

static void pass_end_on(struct relay *r)
{
	if (r->end_passed_on)
		return;
	if (lower_guard(r) < 0) {
		relay_finish(r, RELAY_BROKEN, errno);
		return;
	}
	r->fin_sent = sock_shutdown(r->socket.fd, SHUT_WR) == 0;
	if (r->fin_sent || errno == ENOTCONN) /* not connected: reset, which the other direction finds */
		r->end_passed_on = true;
	else
		relay_connection_failed(r, RELAY_SEND_FAILED, errno);
}

/* The peer may have closed altogether: a probe finds out (tcp(7)), or it is known at once. */
static void watch_silent_peer(struct relay *r)
{
	if (r->socket.is_local)
		relay_check_socket(r);
	if (r->socket.is_tcp)
		sock_keep_alive(r->socket.fd, KEEPALIVE_SECONDS, KEEPALIVE_PROBES);
}

static void end_output(struct relay *r)
{
	r->output_ended = true;
	r->result.output_closed = end_closes(&r->output);
	r->down.to_open = false;
	if (r->output.fd < 0)
		return;
	poller_set(r->poller, r->output.fd, 0);
	if (end_finish(&r->output) < 0)
		relay_output_failed(r, errno);
}

static void after_peer_end(struct relay *r)
{
	r->peer_end_done = true;
	end_output(r);
	if (r->plan.end_at_peer_end && !r->input_ended) {
		pump_stop_reading(&r->up);
		r->input_ended = true;
	}
	if (!r->input_ended)
		watch_silent_peer(r);
}

void relay_sample_acknowledgements(struct relay *r)
{
	size_t count = relay_unacknowledged(r);

	if (count < r->last_unacknowledged) {
		r->last_activity = deadline_now();
		r->quiet_since = r->quiet_since != 0 ? r->last_activity : 0;
	}
	r->last_unacknowledged = count;
}

/* No poller tells of acknowledgements: asks for them, and again before long. */
static void check_acknowledgements(struct relay *r)
{
	int64_t now = deadline_now();

	relay_sample_acknowledgements(r);
	r->check_delay = r->check_delay == 0 ? check_first_ns : r->check_delay * 2;
	if (r->check_delay > check_last_ns)
		r->check_delay = check_last_ns;
	r->next_check = now + r->check_delay;
}

/* Nothing moved for DURATION since the input's end? */
static bool was_quiet_for(struct relay *r, int64_t duration)
{
	if (r->quiet_since == 0)
		r->quiet_since = deadline_now();
	/* a reader of ours that is slow is no silence of the peer's, and what has come is written however short it is */
	if (r->down.to_open && (!pump_is_empty(&r->down) || r->down.full)) {
		r->quiet_since = deadline_now();
		return false;
	}
	return deadline_now() - r->quiet_since >= duration;
}

/* -q: the input has ended and was sent; the sending side stays open for a while. */
static void advance_quit_after(struct relay *r)
{
	check_acknowledgements(r);
	size_t left = r->last_unacknowledged;
	int64_t duration = r->plan.quit_after;

	if (left > 0 && duration == 0)
		duration = patience_ns; /* -q 0 asks for no waiting, not for losing what is on its way */
	if (!was_quiet_for(r, duration))
		return;
	pass_end_on(r);
	r->result.unacknowledged = left;
	relay_finish(r, left > 0 ? RELAY_UNACKNOWLEDGED : RELAY_DONE, 0);
}

/* --send-only: the input has ended and was sent; what comes is drained for a while. */
static void advance_send_only(struct relay *r)
{
	check_acknowledgements(r);
	if (r->last_unacknowledged > 0)
		r->quiet_since = deadline_now();
	else if (was_quiet_for(r, r->plan.drain_after)) {
		pass_end_on(r);
		relay_finish(r, RELAY_DONE, 0);
	}
}

/* Both have ended: it is over when all that was sent is acknowledged, or cannot be any more. */
static void advance_both_ended(struct relay *r)
{
	pass_end_on(r);
	check_acknowledgements(r);
	int settled = r->last_unacknowledged == 0;

	if (settled && r->socket.is_tcp && r->fin_sent && !sock_counts_unacknowledged())
		settled = sock_settled(r->socket.fd);
	if (settled < 0)
		relay_connection_failed(r, RELAY_SEND_FAILED, errno);
	else if (settled == 0)
		relay_check_socket(r);
	else if (!r->failed)
		relay_finish(r, RELAY_DONE, 0);
}

/* The end-of-file table, a rule a line. */
static void apply_rules(struct relay *r)
{
	bool all_sent = r->input_ended && r->up.buffered == 0;
	bool keep_open = r->plan.quit_after >= 0 || !r->plan.half_close;
	bool all_written = r->down.buffered == 0 || !r->down.to_open;

	if (r->peer_ended && all_written && !r->peer_end_done) {
		after_peer_end(r);
		if (r->over) /* the output told at its close that bytes were lost */
			return;
		all_sent = r->input_ended && r->up.buffered == 0;
	}
	if (all_sent && r->plan.input >= 0 && !keep_open)
		pass_end_on(r);
	if (all_sent && r->peer_end_done)
		advance_both_ended(r);
	else if (all_sent && !r->peer_ended && r->plan.quit_after >= 0)
		advance_quit_after(r);
	else if (all_sent && !r->peer_ended && r->plan.drain_after >= 0)
		advance_send_only(r);
}

/* After whatever moved. A failure may come from the rules themselves. */
void relay_advance(struct relay *r)
{
	if (!r->over && !r->failed)
		apply_rules(r);
	if (!r->over && r->failed) /* what had arrived is still written */
		r->over = !r->down.from_open && (r->down.buffered == 0 || !r->down.to_open);
}
