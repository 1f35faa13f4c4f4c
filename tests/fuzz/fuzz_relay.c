/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session between ends of a kernel of ours (kernel.h), under a schedule of short reads and writes, interruptions, errors
 * and ends. The first bytes choose the session, the rest is the schedule. Whatever it says: each byte goes on once and in order;
 * the session ends, without turning idly; the outcome is one that the schedule gives a reason for, and RELAY_DONE
 * means that all of both directions has arrived; nothing is left open. */
#include "platform.h"

#include "kernel.h"

#include "bytes/crlf.h"
#include "core/deadline.h"
#include "core/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 12, IDLE_TURNS = 64, TURNS = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct crlf crlf_up, crlf_down;

static bool tick(void *context, const struct relay_counts *counts)
{
	(void)context;
	(void)counts;
	errno = ENOSPC;
	return !kernel.tick_fails;
}

static void tap(void *context, const unsigned char *data, size_t count)
{
	(void)context;
	(void)data;
	(void)count;
}

static void set_up_kernel(const uint8_t *header)
{
	static const size_t rooms[] = { 90, 700, 5000, 1 << 20 };
	static const size_t pipe_sizes[] = { 250, 4096, 65536, 1 << 20 };
	enum kernel_kind inputs[] = { KERNEL_PIPE, KERNEL_PIPE, KERNEL_FILE, KERNEL_NONE };
	enum kernel_kind outputs[] = { KERNEL_PIPE, KERNEL_PIPE, KERNEL_FILE, KERNEL_STREAM, KERNEL_SINK, KERNEL_NONE,
		                       KERNEL_PIPE, KERNEL_FILE };
	size_t output_rooms[] = { 4096, 5000, 65536, 4097 };

	kernel.is_tcp = header[0] % 4 != 0;
	kernel.input_kind = inputs[header[0] / 4 % 4];
	kernel.output_kind = outputs[header[0] / 16 % 8];
	kernel.reopens = header[1] % 4 != 0;
	kernel.appends = kernel.output_kind == KERNEL_FILE && header[1] / 4 % 2;
	kernel.send_room = rooms[header[1] / 8 % 4];
	kernel.output_room = output_rooms[header[1] / 32 % 4];
	kernel.pipe_size = pipe_sizes[header[2] % 4];
	kernel.input_total = (uint64_t)header[3] * header[4] / 16;
	kernel.peer_total = (uint64_t)header[5] * header[6] / 16;
	kernel.mark = kernel.is_tcp && header[7] / 128 ? kernel.peer_total / 2 : 0;
	kernel.faults = header[7] % 2 ? header[8] : 0;
	kernel.up.seed = 7;
	kernel.down.seed = 77777;
	kernel.now = DEADLINE_SECOND;
}

static void set_times(struct relay_plan *plan, const uint8_t *header)
{
	plan->quit_after = plan->drain_after = plan->idle_timeout = -1;
	plan->deadline = DEADLINE_NEVER;
	if (header[9] % 4 == 1)
		plan->quit_after = header[10] % 3 * DEADLINE_SECOND / 4;
	else if (header[9] % 4 == 2)
		plan->drain_after = header[10] % 3 * DEADLINE_SECOND / 4;
	if (header[9] / 4 % 4 == 1)
		plan->idle_timeout = (header[10] / 3 % 3 + 1) * DEADLINE_SECOND / 4;
	if (header[9] / 16 % 4 == 1)
		plan->deadline = kernel.now + (header[10] / 9 % 3 + 1) * DEADLINE_SECOND;
	if (header[9] / 64 % 4 == 1)
		plan->rate = 20000 + header[10] / 27 * 5000;
	if (header[9] / 64 % 4 == 2)
		plan->interval = (header[10] / 27 + 1) * DEADLINE_MILLISECOND;
}

static struct relay_plan make_plan(const uint8_t *header)
{
	static const struct pump_mover *const movers[] = { NULL, &pump_copy, &pump_splice, &pump_copy };
	struct relay_plan plan = { .socket = KERNEL_SOCKET, .input = -1, .output = -1, .half_close = header[2] / 4 % 4 != 0,
		                   .end_at_peer_end = header[2] / 16 % 2, .mover = movers[header[2] / 32 % 4],
		                   .backend = header[7] / 2 % 4 == 0 ? &kernel_blind_poller : &kernel_poller };

	if (kernel.input_kind != KERNEL_NONE)
		plan.input = KERNEL_INPUT;
	if (kernel.output_kind == KERNEL_SINK)
		plan.sink = kernel_sink;
	else if (kernel.output_kind != KERNEL_NONE)
		plan.output = KERNEL_OUTPUT;
	if (header[7] / 8 % 4 == 0)
		plan.tick = tick;
	if (header[7] / 32 % 4 == 0)
		plan.tick_interval = DEADLINE_SECOND / 10;
	crlf_up = crlf_down = (struct crlf){ false };
	if (header[11] % 4 == 0) {
		plan.input_filter = (struct pump_filter){ crlf_apply, &crlf_up, CRLF_GROWTH };
		kernel.up.crlf = true;
	}
	if (header[11] / 4 % 4 == 0 && kernel.output_kind != KERNEL_NONE) {
		plan.output_filter = (struct pump_filter){ crlf_apply, &crlf_down, CRLF_GROWTH };
		kernel.down.crlf = true;
	}
	if (header[11] / 16 % 4 != 0) /* a buffer of 256 KiB takes time to get */
		plan.input_buffer = plan.output_buffer = 512;
	if (header[11] / 64 % 4 == 0)
		plan.received = tap;
	set_times(&plan, header);
	return plan;
}

/* Turns the relay to its end, as relay_run does. */
static void drive(struct relay *relay, struct poller *poller)
{
	int idle = 0;
	int turns = 0;

	while (!relay_step(relay)) {
		idle = kernel.progress ? 0 : idle + 1;
		kernel.progress = false;
		if (idle > IDLE_TURNS)
			kernel_refuse("it turns idly");
		if (++turns > TURNS)
			kernel_refuse("it never ends");
		if (poller_wait(poller, relay_deadline(relay), NULL) < 0)
			kernel_refuse("the poller fails");
		for (int i = 0; i < poller->ready_count; i++)
			relay_take_event(relay, &poller->ready[i]);
		if (kernel.output_kind == KERNEL_SINK && !kernel.sink_waits)
			relay_sink_ready(relay);
		if (kernel.interrupted)
			relay_interrupt(relay);
	}
}

static void require(bool condition, const char *otherwise)
{
	if (!condition)
		kernel_refuse(otherwise);
}

/* Whether the stream has given on all that COUNT source bytes become. */
static bool is_whole(const struct kernel_stream *stream, uint64_t count)
{
	return stream->place == count && !stream->owes_lf;
}

/* What status 0 promises. */
static void check_done(const struct relay_plan *plan, const struct relay_result *result)
{
	bool seen = kernel.output_kind != KERNEL_NONE;

	require(is_whole(&kernel.up, kernel.read) && result->unsent == 0, "done, and something read was not sent");
	require(kernel.acknowledged == kernel.sent, "done, and something sent was not acknowledged");
	require(!seen || is_whole(&kernel.down, kernel.received), "done, and something received was not written");
	require(!result->reset && !kernel.reset_asked, "done, and reset");
	require(kernel.write_shut || kernel.was_reset, "done, and the peer was not told our end");
	if (kernel.peer_ended && plan->quit_after < 0 && plan->drain_after < 0)
		require(kernel.received == kernel.arrived, "done, and something that came was not read");
	if (!kernel.was_reset && plan->quit_after < 0 && plan->drain_after < 0)
		require(kernel.peer_ended, "done before the peer's end");
	if (plan->input >= 0 && !plan->end_at_peer_end && !kernel.was_reset)
		require(kernel.read == kernel.given && kernel.input_ended, "done before the input's end");
	require(kernel.told_output_error == 0 && !kernel.input_failed, "done, though an error was told");
}

static bool has_reason(const struct relay_plan *plan, const struct relay_result *result)
{
	switch (result->outcome) {
	case RELAY_DONE:
		check_done(plan, result);
		return true;
	case RELAY_INPUT_FAILED:
		return kernel.input_failed && result->error == kernel.told_input_error;
	case RELAY_OUTPUT_FAILED:
		return kernel.told_output_error != 0 && result->error == kernel.told_output_error;
	case RELAY_OUTPUT_GONE:
		return kernel.output_gone;
	case RELAY_SEND_FAILED:
	case RELAY_RECEIVE_FAILED:
		return kernel.was_reset && result->error != 0;
	case RELAY_UNACKNOWLEDGED:
		return plan->quit_after >= 0 && result->unacknowledged > 0;
	case RELAY_IDLE:
		return plan->idle_timeout > 0;
	case RELAY_LATE:
		return kernel.now >= plan->deadline;
	case RELAY_TICK_FAILED:
		return kernel.tick_fails && result->error == ENOSPC;
	case RELAY_INTERRUPTED:
		return kernel.interrupted;
	default:
		return false;
	}
}

static void check(const struct relay_plan *plan, const struct relay_result *result)
{
	require(has_reason(plan, result), "an outcome without a reason");
	require(result->sent == kernel.sent && result->written + (kernel.output_kind == KERNEL_NONE ? kernel.received : 0) >= kernel.written,
	        "the counts are wrong");
	require(result->received == kernel.received, "the count of what was received is wrong");
	require(kernel.socket_closed, "the socket is left open");
	require(result->reset == kernel.reset_asked, "reset or not, it was told otherwise");
	if (!kernel.write_shut && !kernel.was_reset)
		require(kernel.reset_asked, "the peer sees an end that was none");
	bool hurried = kernel.interrupted || kernel.now >= plan->deadline || plan->idle_timeout > 0;
	bool kept = kernel.told_output_error == 0 && !kernel.output_gone && kernel.output_kind != KERNEL_NONE;
	if (result->outcome == RELAY_RECEIVE_FAILED && kept && !hurried)
		require(is_whole(&kernel.down, kernel.received) && kernel.received == kernel.arrived, "what had come was not written");
	for (size_t i = 0; i < 2; i++)
		require(!kernel.pipes[i].open[0] && !kernel.pipes[i].open[1], "a pipe is left open");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct relay_result result;

	if (size < HEADER)
		return 0;
	kernel = (struct kernel){ .schedule = data + HEADER, .end = data + size };
	set_up_kernel(data);
	struct relay_plan plan = make_plan(data);
	struct poller *poller = poller_open(plan.backend);
	struct relay *relay = poller != NULL ? relay_open(&plan, poller) : NULL;
	if (relay == NULL)
		abort();
	drive(relay, poller);
	relay_close(relay, &result);
	poller_close(poller);
	check(&plan, &result);
	return 0;
}
