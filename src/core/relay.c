/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See relay.h. The loop is relay_run; the rules of ending are advance(), a line for each rule. */
#include "platform.h"

#include "core/relay.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>

enum {
	KEEPALIVE_SECONDS = 5,
	KEEPALIVE_PROBES = 3,
	RECORDS_HELD = 1 << 20 /* more than a queue holds of records, whose sum nobody tells */
};

static const int64_t check_first_ns = DEADLINE_MILLISECOND / 4;
static const int64_t check_last_ns = 50 * DEADLINE_MILLISECOND;
static const int64_t error_check_ns = DEADLINE_SECOND; /* for a poller that sees no errors */
static const int64_t signal_check_ns = 20 * DEADLINE_MILLISECOND;
static const int64_t patience_ns = 2 * DEADLINE_SECOND;

struct relay {
	struct relay_plan plan;
	struct relay_result result;
	struct poller *poller;
	struct end socket, input, output;
	struct pump up, down;
	bool over;
	bool failed;        /* the outcome stands; what had arrived is still being written */
	bool input_ended;   /* it gave its end, or never had anything to say */
	bool end_passed_on; /* we have half-closed, or nobody is left to half-close to */
	bool fin_sent;      /* ours counts among the unacknowledged */
	bool peer_ended;
	bool peer_end_done; /* what the peer's end asks for was done */
	bool output_ended;  /* its reader has been told */
	bool socket_dead;   /* its error was taken, or it hung up without one: never wait for errors again */
	int64_t last_activity;
	uint64_t last_moved;
	size_t last_unacknowledged;
	int64_t quiet_since;   /* -q and --send-only: since when nothing moved after the input's end; 0: not yet */
	int64_t next_check;    /* when to ask for acknowledgements while ending; 0: not now */
	int64_t check_delay;
	int64_t next_sample;   /* when to ask for them because of the idle timeout */
	int64_t next_signal;   /* when to look for a signal although no wait was interrupted */
};

/* ---- outcomes ------------------------------------------------------------------------------------ */

static void conclude(struct relay *r, enum relay_outcome outcome, int error)
{
	if (!r->failed) { /* the first failure is the one to tell */
		r->result.outcome = outcome;
		r->result.error = error;
	}
	r->failed = true;
}

static void finish(struct relay *r, enum relay_outcome outcome, int error)
{
	conclude(r, outcome, error);
	r->over = true;
}

/* Bytes of ours, the FIN aside, that the peer's kernel has not acknowledged. */
static size_t unacknowledged(const struct relay *r)
{
	size_t count = r->socket.is_tcp ? sock_unacknowledged(r->socket.fd) : 0;

	return count > 0 && r->fin_sent ? count - 1 : count;
}

/* A failure after which only what has arrived already is written, then it is over. */
static void give_up(struct relay *r, enum relay_outcome outcome, int error)
{
	conclude(r, outcome, error);
	pump_stop_reading(&r->up);
	r->up.to_open = false;
	if (!r->down.from_open)
		return;
	pump_limit_reading(&r->down, r->socket.records ? RECORDS_HELD : sock_readable(r->socket.fd));
	pump_from_ready(&r->down); /* what cannot be read now never will be */
}

/* A deadline or a signal: what can be written at once is. */
static void stop_now(struct relay *r, enum relay_outcome outcome)
{
	give_up(r, outcome, 0);
	if (r->down.to_open)
		pump_step(&r->down);
	r->over = true;
}

static void output_failed(struct relay *r, int error)
{
	finish(r, error == EPIPE ? RELAY_OUTPUT_GONE : RELAY_OUTPUT_FAILED, error);
}

/* The connection broke. After the peer's end, with nothing of ours on the way, that is how one learns that the
 * peer has closed altogether; else it is a failure. */
static void connection_failed(struct relay *r, enum relay_outcome outcome, int error)
{
	r->socket_dead = true;
	if (r->peer_ended && r->up.buffered == 0 && unacknowledged(r) == 0) {
		pump_stop_reading(&r->up);
		r->up.to_open = false;
		r->input_ended = true;
		r->end_passed_on = true; /* nobody is there to take it */
		return;
	}
	give_up(r, outcome, error);
}

/* Whether the peer's end was that of all: a Unix socket hangs up when its peer has closed it. What the input has to give
 * is tried first, for then it is lost. */
static bool is_deserted(const struct relay *r)
{
	bool more_comes = r->up.buffered == 0 && (pump_is_runnable(&r->up) || end_is_readable(&r->input));

	return r->socket.is_local && r->peer_ended && !r->end_passed_on && !more_comes && end_is_gone(&r->socket);
}

/* An error that no poller has told is asked for. */
static void check_socket(struct relay *r)
{
	int error = sock_take_error(r->socket.fd);

	if (error != 0)
		connection_failed(r, RELAY_RECEIVE_FAILED, error);
	else if (is_deserted(r))
		connection_failed(r, RELAY_SEND_FAILED, EPIPE);
}

/* ---- the rules of ending --------------------------------------------------------------------------- */

static void pass_end_on(struct relay *r)
{
	if (r->end_passed_on)
		return;
	r->fin_sent = sock_shutdown(r->socket.fd, SHUT_WR) == 0;
	if (r->fin_sent || errno == ENOTCONN) /* not connected: reset, which the other direction finds */
		r->end_passed_on = true;
	else
		connection_failed(r, RELAY_SEND_FAILED, errno);
}

/* The peer may have closed altogether: a probe finds out (tcp(7)), or it is known at once. */
static void watch_silent_peer(struct relay *r)
{
	if (r->socket.is_local)
		check_socket(r);
	if (!r->socket.is_tcp)
		return;
	sock_set_int(r->socket.fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
	sock_set_int(r->socket.fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_SECONDS);
	sock_set_int(r->socket.fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_SECONDS);
	sock_set_int(r->socket.fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
#endif
}

static void end_output(struct relay *r)
{
	r->output_ended = true;
	r->result.output_closed = r->output.fd >= 0 && r->output.kind != END_TERMINAL && r->output.kind != END_SOCKET;
	r->down.to_open = false;
	if (r->output.fd < 0)
		return;
	poller_set(r->poller, r->output.fd, 0);
	if (r->output.kind != END_TERMINAL && end_finish(&r->output) < 0)
		output_failed(r, errno);
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

/* What the peer acknowledges is progress, although no byte moves here. */
static void sample_acknowledgements(struct relay *r)
{
	size_t count = unacknowledged(r);

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

	sample_acknowledgements(r);
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
	if (r->down.to_open && (r->down.buffered > 0 || r->down.full)) {
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
	finish(r, left > 0 ? RELAY_UNACKNOWLEDGED : RELAY_DONE, 0);
}

/* --send-only: the input has ended and was sent; what comes is drained for a while. */
static void advance_send_only(struct relay *r)
{
	check_acknowledgements(r);
	if (r->last_unacknowledged > 0)
		r->quiet_since = deadline_now();
	else if (was_quiet_for(r, r->plan.drain_after)) {
		pass_end_on(r);
		finish(r, RELAY_DONE, 0);
	}
}

/* Both have ended: it is over when all that was sent is acknowledged, or cannot be any more. */
static void advance_both_ended(struct relay *r)
{
	pass_end_on(r);
	check_acknowledgements(r);
	if (r->last_unacknowledged > 0)
		check_socket(r);
	else if (!r->failed)
		finish(r, RELAY_DONE, 0);
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
static void advance(struct relay *r)
{
	if (!r->over && !r->failed)
		apply_rules(r);
	if (!r->over && r->failed) /* what had arrived is still written */
		r->over = !r->down.from_open && (r->down.buffered == 0 || !r->down.to_open);
}

/* ---- moving -------------------------------------------------------------------------------------- */

static void step_up(struct relay *r)
{
	bool was_open = r->up.from_open;
	enum pump_step step = pump_step(&r->up);

	if (step == PUMP_STEP_FROM_FAILED)
		give_up(r, RELAY_INPUT_FAILED, r->up.error);
	else if (step == PUMP_STEP_TO_FAILED)
		connection_failed(r, RELAY_SEND_FAILED, r->up.error);
	else if (was_open && !r->up.from_open)
		r->input_ended = true;
}

static void step_down(struct relay *r)
{
	bool was_open = r->down.from_open;
	enum pump_step step = pump_step(&r->down);

	if (step == PUMP_STEP_FROM_FAILED)
		connection_failed(r, RELAY_RECEIVE_FAILED, r->down.error);
	else if (step == PUMP_STEP_TO_FAILED)
		output_failed(r, r->down.error);
	else if (was_open && !r->down.from_open && !r->failed)
		r->peer_ended = true;
}

static void note_activity(struct relay *r)
{
	uint64_t moved = r->up.total_out + r->down.total_in + r->up.total_in + r->down.total_out;

	if (moved == r->last_moved)
		return;
	r->last_moved = moved;
	r->last_activity = deadline_now();
	r->check_delay = 0;
	if (r->quiet_since != 0)
		r->quiet_since = r->last_activity;
}

static bool output_has_reader(const struct relay *r)
{
	return r->down.to_open && (r->output.kind == END_PIPE || r->output.kind == END_SOCKET);
}

/* The poller told of an error or hang-up at the socket, and there is nothing to read that goes before it. A hang-up
 * without an error is the peer's end behind our own: it is read when there is room, and until then told for ever. */
static void check_hang_up(struct relay *r)
{
	check_socket(r);
	r->socket_dead = true;
}

/* The poller told of an error or hang-up at the output. */
static void check_output(struct relay *r)
{
	if (output_has_reader(r))
		output_failed(r, EPIPE);
	else
		pump_to_ready(&r->down);
}

/* ---- waiting ------------------------------------------------------------------------------------- */

static int set_interests(struct relay *r)
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

/* What is waited for besides descriptors. */
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
	if (r->plan.tick_interval > 0)
		deadline = deadline_earlier(deadline, deadline_now() + r->plan.tick_interval);
	if (!r->poller->backend->sees_errors && (r->peer_ended || output_has_reader(r)))
		deadline = deadline_earlier(deadline, deadline_now() + error_check_ns);
	deadline = deadline_earlier(deadline, pump_next_time(&r->up));
	return deadline_earlier(deadline, pump_next_time(&r->down));
}

void relay_descriptors(const struct relay *r, int fds[3])
{
	fds[0] = r->socket.fd;
	fds[1] = r->input.fd;
	fds[2] = r->output.fd;
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

void relay_sink_ready(struct relay *r)
{
	pump_to_ready(&r->down);
}

static void check_idle(struct relay *r, int64_t now)
{
	int64_t timeout = r->plan.idle_timeout;

	if (timeout <= 0)
		return;
	if (now >= r->next_sample) {
		sample_acknowledgements(r);
		r->next_sample = deadline_add(now, timeout / 4);
	}
	if (now >= deadline_add(r->last_activity, timeout))
		stop_now(r, RELAY_IDLE);
}

/* What select cannot wait for, looked at now and then. */
static void check_unseen(struct relay *r)
{
	if (r->peer_ended && !r->socket_dead)
		check_socket(r);
	if (output_has_reader(r) && end_is_gone(&r->output))
		output_failed(r, EPIPE);
}

static void check_time(struct relay *r)
{
	int64_t now = deadline_now();
	int signal = interrupt_pending();

	if (signal == 0 && now >= r->next_signal) { /* a wait that never sleeps is never interrupted */
		signal = interrupt_poll();
		r->next_signal = now + signal_check_ns;
	}
	if (signal != 0)
		stop_now(r, RELAY_INTERRUPTED);
	else if (now >= r->plan.deadline)
		stop_now(r, RELAY_LATE);
	else
		check_idle(r, now);
	if (!r->over && !r->poller->backend->sees_errors)
		check_unseen(r);
}

static void tick(struct relay *r)
{
	struct relay_counts counts = { r->up.total_out, r->down.total_in, r->down.buffered > 0 && r->down.to_open };

	if (r->plan.terminal != NULL)
		r->plan.terminal->turn(r->plan.terminal->context);
	if (r->plan.tick != NULL && !r->plan.tick(r->plan.context, &counts))
		give_up(r, RELAY_TICK_FAILED, errno);
}

bool relay_step(struct relay *r)
{
	if (r->next_check != 0 && deadline_now() >= r->next_check)
		r->next_check = 0;
	if (!r->over && !r->failed)
		step_up(r);
	if (!r->over)
		step_down(r);
	note_activity(r);
	if (!r->over)
		check_time(r);
	if (!r->over && !r->failed)
		tick(r);
	advance(r);
	if (!r->over && set_interests(r) < 0)
		finish(r, RELAY_BROKEN, errno);
	return r->over;
}

void relay_interrupt(struct relay *r)
{
	if (!r->over)
		stop_now(r, RELAY_INTERRUPTED);
}

/* ---- beginning and end ------------------------------------------------------------------------------ */

static void open_ends(struct relay *r)
{
	const struct relay_plan *plan = &r->plan;

	end_open_socket(&r->socket, plan->socket);
	end_open_sink(&r->input, NULL, NULL);
	end_open_sink(&r->output, plan->sink, plan->sink_context);
	if (plan->input >= 0)
		end_open(&r->input, plan->input, false);
	if (plan->output >= 0)
		end_open(&r->output, plan->output, true);
	r->input.terminal = plan->input >= 0 ? plan->terminal : NULL;
	if (plan->output >= 0 && plan->terminal != NULL && plan->terminal->write != NULL)
		r->output.terminal = plan->terminal;
}

static int open_pumps(struct relay *r)
{
	const struct relay_plan *plan = &r->plan;

	r->up = (struct pump){ .from = &r->input, .to = &r->socket, .filter = plan->input_filter, .mover = plan->mover,
	                       .saw_out = plan->sent, .seer = plan->context, .interval_ns = plan->interval,
	                       .rate = plan->rate, .spare_buffer = plan->input_buffer, .pipe = { -1, -1 } };
	r->down = (struct pump){ .from = &r->socket, .to = &r->output, .filter = plan->output_filter, .mover = plan->mover,
	                         .saw_in = plan->received, .seer = plan->context,
	                         .rate = plan->rate, .spare_buffer = plan->output_buffer, .pipe = { -1, -1 } };
	if (plan->output < 0 && plan->sink == NULL && plan->received == NULL)
		r->down.mover = &pump_discard;
	if (plan->input < 0) {
		r->input_ended = true;
		r->up.mover = NULL;
	} else if (pump_open(&r->up) < 0) {
		return -1;
	}
	return pump_open(&r->down);
}

struct relay *relay_open(const struct relay_plan *plan, struct poller *poller)
{
	struct relay *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->plan = *plan;
	r->poller = poller;
	r->last_activity = deadline_now();
	open_ends(r);
	if (open_pumps(r) < 0 || set_interests(r) < 0) {
		int saved = errno;

		r->socket.fd = -1;
		relay_close(r, &r->result);
		errno = saved;
		return NULL;
	}
	return r;
}

static void tell_result(const struct relay *r, struct relay_result *result)
{
	*result = r->result;
	result->sent = r->up.total_out;
	result->received = r->down.total_in;
	result->written = r->down.total_out;
	result->unsent = r->up.buffered;
	result->peer_ended = r->peer_ended;
	result->reset = !r->end_passed_on;
	if (result->unacknowledged == 0)
		result->unacknowledged = unacknowledged(r);
}

void relay_close(struct relay *r, struct relay_result *result)
{
	const int fds[] = { r->socket.fd, r->input.fd, r->output.fd };

	tell_result(r, result);
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		if (fds[i] >= 0)
			poller_set(r->poller, fds[i], 0);
	}
	pump_close(&r->up);
	pump_close(&r->down);
	end_release(&r->input);
	end_release(&r->output);
	if (!r->end_passed_on)
		sock_close_reset(r->socket.fd);
	else
		sock_close(r->socket.fd);
	free(r);
}

/* Waits for what the session wants, once. */
static void wait_once(struct relay *r)
{
	if (poller_wait(r->poller, relay_deadline(r), interrupt_wait_mask()) < 0 && errno != EINTR) {
		finish(r, RELAY_BROKEN, errno);
		return;
	}
	for (int i = 0; i < r->poller->ready_count; i++)
		relay_take_event(r, &r->poller->ready[i]);
}

void relay_run(const struct relay_plan *plan, struct relay_result *result)
{
	struct poller *poller = poller_open(plan->backend);
	struct relay *relay = poller != NULL ? relay_open(plan, poller) : NULL;

	if (relay != NULL) {
		while (!relay_step(relay))
			wait_once(relay);
		relay_close(relay, result);
	} else {
		*result = (struct relay_result){ .outcome = RELAY_BROKEN, .error = errno, .reset = true };
		sock_close_reset(plan->socket);
	}
	poller_close(poller);
}
