/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See relay.h. The loop is relay_run, a turn of it relay_step; relay_wait.c knows what a turn waits for, relay_end.c
 * the rules of ending. */
#include "platform.h"

#include "core/relay_state.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

/* ---- moving -------------------------------------------------------------------------------------- */

static void step_up(struct relay *r)
{
	bool was_open = r->up.from_open;
	enum pump_step step = pump_step(&r->up);

	if (step == PUMP_STEP_FROM_FAILED)
		relay_give_up(r, RELAY_INPUT_FAILED, r->up.error);
	else if (step == PUMP_STEP_TO_FAILED)
		relay_connection_failed(r, RELAY_SEND_FAILED, r->up.error);
	else if (was_open && !r->up.from_open)
		r->input_ended = true;
}

static void step_down(struct relay *r)
{
	bool was_open = r->down.from_open;
	enum pump_step step = pump_step(&r->down);

	if (step == PUMP_STEP_FROM_FAILED)
		relay_connection_failed(r, RELAY_RECEIVE_FAILED, r->down.error);
	else if (step == PUMP_STEP_TO_FAILED)
		relay_output_failed(r, r->down.error);
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

static void tick(struct relay *r)
{
	struct relay_counts counts = { r->up.total_out, r->down.total_in, !pump_is_empty(&r->down) && r->down.to_open };

	if (r->plan.terminal != NULL)
		r->next_turn = r->plan.terminal->turn(r->plan.terminal->context);
	if (r->plan.tick != NULL && !r->plan.tick(r->plan.context, &counts))
		relay_give_up(r, RELAY_TICK_FAILED, errno);
}

bool relay_step(struct relay *r)
{
	if (r->next_check != 0 && deadline_now() >= r->next_check)
		r->next_check = 0;
	if (!r->over && !r->failed)
		step_up(r);
	if (r->plan.alone && !r->up.from_open && pump_is_empty(&r->up))
		pump_wait_alone(&r->down);
	if (!r->over)
		step_down(r);
	note_activity(r);
	if (!r->over)
		relay_check_time(r);
	if (!r->over && !r->failed)
		tick(r);
	relay_advance(r);
	if (!r->over && relay_set_interests(r) < 0)
		relay_finish(r, RELAY_BROKEN, errno);
	return r->over;
}

void relay_sink_ready(struct relay *r)
{
	pump_to_ready(&r->down);
}

void relay_interrupt(struct relay *r)
{
	if (!r->over)
		relay_stop_now(r, RELAY_INTERRUPTED);
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

	r->up_plan = (struct pump_plan){ .mover = plan->mover, .filter = plan->input_filter, .saw_out = plan->sent,
	                                 .seer = plan->context, .interval_ns = plan->interval, .rate = plan->rate,
	                                 .spare_buffer = plan->input_buffer };
	r->down_plan = (struct pump_plan){ .mover = plan->mover, .filter = plan->output_filter, .saw_in = plan->received,
	                                   .seer = plan->context, .rate = plan->rate, .spare_buffer = plan->output_buffer };
	if (plan->output < 0 && plan->sink == NULL && plan->received == NULL)
		r->down_plan.mover = &pump_discard;
	r->up = (struct pump){ .from = &r->input, .to = &r->socket, .plan = &r->up_plan };
	r->down = (struct pump){ .from = &r->socket, .to = &r->output, .plan = &r->down_plan };
	if (plan->input < 0) {
		r->input_ended = true;
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
	r->guarded = r->socket.is_tcp && plan->input >= 0 && !plan->own_linger && sock_reset_on_close(plan->socket, true) == 0;
	if (r->socket.is_tcp && !plan->own_urgent && r->output.kind != END_NULL)
		sock_set_int(plan->socket, SOL_SOCKET, SO_OOBINLINE, 1); /* RFC 6093: what is out of band is lost */
	if (open_pumps(r) < 0 || relay_set_interests(r) < 0) {
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
	result->input_ended = r->input_ended;
	result->peer_ended = r->peer_ended;
	result->reset = !r->end_passed_on;
	if (result->unacknowledged == 0)
		result->unacknowledged = relay_unacknowledged(r);
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
		relay_finish(r, RELAY_BROKEN, errno);
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
