/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The front of all movers: when to fill, when to drain, and how fast. */
#include "platform.h"

#include "core/pump.h"

#include "core/deadline.h"
#include "core/pace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_ROUNDS = 16 };

static const struct pump_mover *choose(const struct pump *pump)
{
	const struct pump_plan *plan = pump->plan;
	bool seen = plan->filter.apply != NULL || plan->saw_in != NULL || plan->saw_out != NULL || pump->pace != NULL;
	bool in_buffer = plan->spare_buffer > 0 || pump->to->kind == END_SINK;

	if (pump->from->records || pump->to->records)
		return &pump_record;
	if (seen || (in_buffer && plan->mover != &pump_discard))
		return &pump_copy;
	if (plan->mover != NULL)
		return plan->mover;
	if (pump->to->kind == END_NULL && pump->from->is_tcp)
		return &pump_discard;
	const struct pump_mover *splicing = pump_splice_choose(pump->from, pump->to);

	if (splicing != NULL)
		return splicing;
	if (pump->to->kind == END_NULL && pump->from->kind == END_SOCKET)
		return &pump_discard;
	return &pump_copy;
}

int pump_open(struct pump *pump)
{
	pump->from_open = true;
	pump->to_open = true;
	pump->read_limit = UINT64_MAX;
	pump->pipe[0] = -1;
	pump->pipe[1] = -1;
	if (pump->plan->rate > 0 || pump->plan->interval_ns > 0) {
		pump->pace = pace_open(pump->plan->rate, pump->plan->interval_ns);
		if (pump->pace == NULL)
			return -1;
	}
	pump->mover = choose(pump);
	if (pump->mover->open(pump) == 0)
		return 0;
	if (pump->mover == &pump_copy)
		return -1;
	pump->mover = &pump_copy; /* no descriptors left for splice's pipe, for one */
	return pump->mover->open(pump);
}

void pump_close(struct pump *pump)
{
	if (pump->mover != NULL)
		pump->mover->close(pump);
	pump->mover = NULL;
	pace_close(pump->pace);
	pump->pace = NULL;
}

static bool can_fill(const struct pump *pump)
{
	return pump->from_open && pump->to_open && !pump->full && !pump->stuck;
}

static bool can_drain(const struct pump *pump)
{
	return (pump->buffered > 0 || pump->holds_empty) && pump->to_open;
}

bool pump_wants_read(const struct pump *pump)
{
	return can_fill(pump);
}

bool pump_wants_write(const struct pump *pump)
{
	return (can_drain(pump) || (pump->stuck && pump->from_open && pump->to_open)) && pump->to_waits;
}

bool pump_is_empty(const struct pump *pump)
{
	return pump->buffered == 0 && !pump->holds_empty && !pump->stuck;
}

static bool is_held_back(const struct pump *pump)
{
	return pump->pace != NULL && !deadline_passed(pace_next(pump->pace));
}

bool pump_is_runnable(const struct pump *pump)
{
	return (can_drain(pump) && !pump->to_waits && !is_held_back(pump)) || (can_fill(pump) && !pump->from_waits);
}

int64_t pump_next_time(const struct pump *pump)
{
	bool paced = can_drain(pump) && pump->pace != NULL && pace_next(pump->pace) > 0;
	int64_t gathered = can_fill(pump) && pump->from_waits ? gather_deadline(&pump->gather) : DEADLINE_NEVER;

	return deadline_earlier(paced ? pace_next(pump->pace) : DEADLINE_NEVER, gathered);
}

void pump_from_ready(struct pump *pump)
{
	pump->from_waits = false;
}

void pump_to_ready(struct pump *pump)
{
	pump->to_waits = false;
	pump->stuck = false;
}

/* A sink that would not take what there was may take some of more, or all if there can be no more. */
static void release_sink(struct pump *pump)
{
	if (pump->to->kind == END_SINK)
		pump->to_waits = false;
}

static void end_source(struct pump *pump)
{
	pump->from_open = false;
	release_sink(pump);
}

void pump_wait_alone(struct pump *pump)
{
	pump->gather.may_wait = pump->mover->can_wait && pump->to->kind == END_FILE;
}

void pump_stop_reading(struct pump *pump)
{
	end_source(pump);
}

void pump_limit_reading(struct pump *pump, uint64_t limit)
{
	pump->read_limit = limit;
	if (limit == 0)
		end_source(pump);
}

/* How many of the buffered bytes may be written now. */
static size_t drain_allowance(struct pump *pump)
{
	/* a sink must see whole lines to take them, a record must not be cut */
	bool whole = pump->to->kind == END_SINK || pump->mover == &pump_record;

	if (pump->pace == NULL)
		return pump->buffered;
	return pace_allow(pump->pace, pump->buffer + pump->start, pump->buffered, whole);
}

/* Puts copying in the place of a mover that turned out unable; what it holds goes along. */
static enum pump_result replace_mover(struct pump *pump)
{
	const struct pump_mover *old = pump->mover;
	size_t held = pump->buffered;
	int pipe_fd = pump->pipe[0];

	if (old == &pump_copy)
		return PUMP_FAILED;
	pump->mover = &pump_copy;
	pump->gather.may_wait = false;
	if (pump_copy.open(pump) < 0 || (held > 0 && pump_copy_adopt(pump, pipe_fd, held) < 0)) {
		pump_copy.close(pump);
		pump->mover = old;
		return PUMP_FAILED;
	}
	old->close(pump);
	pump->full = false;
	return PUMP_MOVED;
}

static enum pump_step drain(struct pump *pump)
{
	size_t allowed = drain_allowance(pump);

	if (allowed == 0 && !pump->holds_empty)
		return PUMP_STEP_OK;
	uint64_t before = pump->total_out;
	pump->to->urgent = (!pump->from_open || pump->full) && allowed == pump->buffered;
	enum pump_result result = pump->mover->drain(pump, allowed);
	size_t count = (size_t)(pump->total_out - before);

	if (result == PUMP_UNABLE)
		result = replace_mover(pump);
	if (count > 0) {
		pump->full = false;
		if (pump->pace != NULL)
			pace_take(pump->pace, count, pump->last_byte);
	}
	if (result == PUMP_WAIT || result == PUMP_LAST)
		pump->to_waits = true;
	if (result != PUMP_FAILED)
		return PUMP_STEP_OK;
	pump->error = errno;
	pump->to_open = false;
	return PUMP_STEP_TO_FAILED;
}

/* After COUNT bytes have come, with RESULT. */
static void note_filled(struct pump *pump, size_t count, enum pump_result result)
{
	bool limited = pump->read_limit != UINT64_MAX;

	if (count > 0) {
		release_sink(pump);
		gather_take(&pump->gather, pump->from, count);
	}
	/* a short read: the rest is asked for at once where nobody tells of it any more, or reading waits for it */
	bool waits = result == PUMP_WAIT || (result == PUMP_LAST && !limited && !pump->gather.waits);

	if (limited) {
		pump->read_limit -= count < pump->read_limit ? count : pump->read_limit;
		if (pump->read_limit == 0 || waits)
			end_source(pump);
	}
	if (waits)
		pump->from_waits = true;
	if (waits || result == PUMP_END || result == PUMP_UNABLE || result == PUMP_FAILED)
		gather_pause(&pump->gather, pump->from);
}

static enum pump_step fill(struct pump *pump)
{
	uint64_t before = pump->total_in;
	size_t limit = pump->read_limit > SIZE_MAX ? SIZE_MAX : (size_t)pump->read_limit;
	enum pump_result result = pump->mover->fill(pump, limit);

	note_filled(pump, (size_t)(pump->total_in - before), result);
	if (result == PUMP_UNABLE)
		result = replace_mover(pump);
	if (result == PUMP_FULL) {
		pump->full = true;
		release_sink(pump);
	}
	if (result == PUMP_STUCK || result == PUMP_BROKEN) {
		pump->stuck = true;
		pump->to_waits = true;
	}
	if (result == PUMP_END)
		end_source(pump);
	if (result != PUMP_FAILED && result != PUMP_BROKEN)
		return PUMP_STEP_OK;
	pump->error = errno;
	if (result == PUMP_BROKEN) {
		pump->to_open = false;
		return PUMP_STEP_TO_FAILED;
	}
	end_source(pump);
	return PUMP_STEP_FROM_FAILED;
}

enum pump_step pump_step(struct pump *pump)
{
	enum pump_step step = PUMP_STEP_OK;

	if (can_fill(pump) && pump->from_waits && gather_give_up(&pump->gather, pump->from))
		pump->from_waits = false;
	int64_t end = pump->gather.waits ? deadline_after(gather_patience_ns) : DEADLINE_NEVER;
	for (int round = 0; round < STEP_ROUNDS && step == PUMP_STEP_OK; round++) {
		bool could_fill = can_fill(pump) && !pump->from_waits;
		bool could_drain;

		if (could_fill)
			step = fill(pump);
		could_drain = can_drain(pump) && !pump->to_waits && !is_held_back(pump);
		if (could_drain && step == PUMP_STEP_OK)
			step = drain(pump);
		if ((!could_fill && !could_drain) || deadline_passed(end))
			break;
	}
	return step;
}
