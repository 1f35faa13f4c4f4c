/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See joint.h. */
#include "platform.h"

#include "stream/joint.h"

#include "cli/message.h"
#include "cli/value.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "stream/file_name.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const int64_t send_only_drain_ns = 2 * DEADLINE_SECOND;

enum {
	SMALL_BUFFER = 64 * 1024,  /* of one among many connections; also the most that is held of a line */
	SMALL_INPUT = 256 * 1024   /* a file up to this size is not worth a pipe of its own */
};

/* ---- the outcome ----------------------------------------------------------------------------------- */

static const char *input_name(const struct session *session)
{
	return session->settings->input != NULL ? session->settings->input : "standard input";
}

static const char *output_name(const struct joint *joint)
{
	if (joint->output_path != NULL)
		return joint->output_path;
	return session_output_name(joint->session);
}

/* What a broken connection took with it, for the message. */
enum { LOSS_TEXT_MAX = 112 };

static const char *describe_loss(const struct relay_result *result, char text[LOSS_TEXT_MAX])
{
	uint64_t lost = result->unacknowledged + result->unsent;

	text[0] = '\0';
	if (lost > 0)
		snprintf(text, LOSS_TEXT_MAX, " (%" PRIu64 " bytes of ours did not arrive%s)", lost,
		         result->input_ended ? "" : ", and the rest of the input was not sent");
	return text;
}

static int report_broken(const char *peer, const struct relay_result *result)
{
	char loss[LOSS_TEXT_MAX];

	describe_loss(result, loss);
	if (result->error == EPIPE)
		return report(STATUS_FAILED, "%s: the peer has closed the connection%s", peer, loss);
	return report(STATUS_FAILED, "%s: %s%s", peer, message_error_text(result->error), loss);
}

static int report_outcome(const struct joint *joint, const struct relay_result *result)
{
	const struct session *session = joint->session;
	char name[ENDPOINT_TEXT_MAX], duration[VALUE_DURATION_MAX];

	if (result->outcome == RELAY_DONE)
		return monitor_report(&joint->watched);
	const char *peer = monitor_name(&joint->watched, name);
	errno = result->error;
	switch (result->outcome) {
	case RELAY_DONE:
	case RELAY_TICK_FAILED:
		return monitor_report(&joint->watched);
	case RELAY_INPUT_FAILED:
		return report_errno("%s", input_name(session));
	case RELAY_OUTPUT_FAILED:
	case RELAY_OUTPUT_GONE:
		if (joint->merged.merge != NULL)
			return STATUS_FAILED; /* the session tells, once for all */
		return session_report_output(session, output_name(joint), errno);
	case RELAY_SEND_FAILED:
	case RELAY_RECEIVE_FAILED:
		return report_broken(peer, result);
	case RELAY_UNACKNOWLEDGED:
		return report(STATUS_FAILED, "%s: %" PRIu64 " bytes were not acknowledged within %s", peer,
		              result->unacknowledged, value_format_duration(session->settings->quit_after, duration));
	case RELAY_IDLE:
		return report(STATUS_TIMEOUT, "%s: nothing came or went for %s", peer,
		              value_format_duration(session->idle_timeout, duration));
	case RELAY_LATE:
		return report(STATUS_TIMEOUT, "%s: not done within %s", peer,
		              value_format_duration(session->settings->max_time, duration));
	case RELAY_INTERRUPTED:
		return STATUS_SIGNAL + interrupt_pending();
	case RELAY_BROKEN:
		break;
	}
	return errno == ENOMEM ? report_out_of_memory() : report_errno("%s", peer);
}

static void note_end(const struct joint *joint, const struct relay_result *result)
{
	const uint64_t moved[2] = { result->sent, result->received };
	char peer[ENDPOINT_TEXT_MAX];

	if (!message_is_verbose())
		return;
	session_note_end(monitor_name(&joint->watched, peer),
	                 result->outcome == RELAY_SEND_FAILED || result->outcome == RELAY_RECEIVE_FAILED ? "the connection broke"
	                 : result->reset      ? session_reset_reason(joint->session)
	                 : result->peer_ended ? "both sides were done"
	                                      : "our side was done",
	                 moved);
}

/* ---- beginning ------------------------------------------------------------------------------------- */

/* A file is emptied only now, and one that bears the peer's name made: a refused connection spoils nothing. */
static int begin_output(struct joint *joint, const struct endpoint *peer, uint64_t number)
{
	struct session *session = joint->session;
	char address[ENDPOINT_TEXT_MAX], port[8];
	struct file_name_values values = { number, endpoint_format_host(peer, address), port };

	joint->output = session->output;
	if (!session->output_varies)
		return session_begin_output(session);
	snprintf(port, sizeof port, "%u", (unsigned)endpoint_port(peer));
	int status = session_open_output(session, &values, &joint->output_path, &joint->output);
	joint->owns_output = status == STATUS_OK;
	return status != STATUS_OK ? status : session_empty_output(session, joint->output, joint->output_path);
}

/* Each of many connections is sent the whole input. */
static int begin_input(struct joint *joint)
{
	const struct session *session = joint->session;

	joint->input = session->input;
	if (!session->many || session->settings->input == NULL)
		return STATUS_OK;
	joint->input = open(session->settings->input, O_RDONLY | O_CLOEXEC);
	if (joint->input < 0)
		return report_errno("%s", session->settings->input);
	joint->owns_input = true;
	return STATUS_OK;
}

int joint_open(struct joint *joint, struct session *session, const struct endpoint *peer, uint64_t number)
{
	*joint = (struct joint){ .session = session, .input = -1, .output = -1 };
	int status = begin_input(joint);

	if (status == STATUS_OK)
		status = begin_output(joint, peer, number);
	if (status == STATUS_OK)
		status = monitor_attach(&session->monitor, &joint->watched, number, peer, joint->input, joint->output);
	if (status == STATUS_OK && joint->input == STDIN_FILENO)
		status = keyboard_open(&session->keyboard, session->settings, joint->output, &session->monitor);
	return status;
}

/* ---- the plan -------------------------------------------------------------------------------------- */

static bool ends_with_peer(const struct joint *joint)
{
	const struct stream_settings *settings = joint->session->settings;

	if (settings->on_peer_end != STREAM_PEER_END_UNSET)
		return settings->on_peer_end == STREAM_PEER_END_END;
	return joint->input == STDIN_FILENO && isatty(STDIN_FILENO);
}

/* A trace is to show send and recv, and what they move. Tests choose the mover, nobody else needs to. */
static const struct pump_mover *wanted_mover(const struct stream_settings *settings)
{
	const char *name = getenv("NSK_PUMP");
	bool copies = name != NULL ? strcmp(name, "copy") == 0 : tracing_is_wanted(&settings->tracing);

	return copies ? &pump_copy : NULL;
}

static size_t input_buffer(const struct joint *joint)
{
	struct stat what;
	bool small = joint->input < 0 || fstat(joint->input, &what) < 0 || what.st_size <= SMALL_INPUT;

	return joint->session->many && small ? SMALL_BUFFER : 0;
}

/* Where the output is one of many connections', it is merged. */
static void plan_output(struct joint *joint, struct relay_plan *plan, void (*wake)(void *context), void *context)
{
	struct session *session = joint->session;

	plan->output = joint->output;
	if (!session->many)
		return;
	plan->output_buffer = SMALL_BUFFER;
	if (joint->owns_output || joint->output < 0)
		return;
	merge_join(&session->merge, &joint->merged, wake, context);
	plan->output = -1;
	plan->sink = merge_take;
	plan->sink_context = &joint->merged;
}

struct relay_plan joint_plan(struct joint *joint, int fd, void (*wake)(void *context), void *context)
{
	const struct session *session = joint->session;
	const struct stream_settings *settings = session->settings;
	struct relay_plan plan = {
		.socket = fd,
		.input = joint->input,
		.input_buffer = input_buffer(joint),
		.alone = !session->many,
		.half_close = !settings->no_shutdown,
		.own_linger = session->own_linger,
		.own_urgent = session->own_urgent,
		.end_at_peer_end = ends_with_peer(joint),
		.quit_after = settings->quit_after,
		.drain_after = settings->send_only ? send_only_drain_ns : -1,
		.idle_timeout = session->idle_timeout,
		.deadline = session->many ? DEADLINE_NEVER : session->deadline, /* of all of them: the server's affair */
		.interval = settings->interval,
		.rate = settings->rate,
		.mover = wanted_mover(settings),
		.backend = session->backend,
		.terminal = keyboard_terminal(&session->keyboard),
	};

	if (settings->crlf)
		plan.input_filter = (struct pump_filter){ crlf_apply, &joint->crlf, CRLF_GROWTH };
	if (joint->output >= 0 && !settings->raw && isatty(joint->output))
		plan.output_filter = (struct pump_filter){ visible_apply, &joint->visible, VISIBLE_GROWTH };
	plan_output(joint, &plan, wake, context);
	monitor_watch(&joint->watched, &plan);
	return plan;
}

/* ---- ending ---------------------------------------------------------------------------------------- */

/* Closes what was written for this connection; a late failure is one too. */
static int close_files(struct joint *joint)
{
	int status = STATUS_OK;

	if (joint->owns_input)
		close(joint->input);
	if (joint->owns_output && close(joint->output) < 0 && errno != EINTR && errno != EBADF)
		status = report_errno("%s", joint->output_path);
	free(joint->output_path);
	joint->owns_input = false;
	joint->owns_output = false;
	joint->output_path = NULL;
	int detached = monitor_detach(&joint->watched);
	return status != STATUS_OK ? status : detached;
}

static int conclude(struct joint *joint, const struct relay_result *result)
{
	struct session *session = joint->session;

	monitor_count(&joint->watched, result->sent, result->received);
	if (result->output_closed) /* closed once more, it would be another connection's */
		*(joint->owns_output ? &joint->owns_output : &session->owns_output) = false;
	if (!session->many)
		monitor_end(&session->monitor, &joint->watched.peer);
	if (result->outcome != RELAY_OUTPUT_GONE)
		session->escaped += joint->visible.escaped;
	note_end(joint, result);
	return report_outcome(joint, result);
}

int joint_close(struct joint *joint, const struct relay_result *result)
{
	int typed = keyboard_close(&joint->session->keyboard);
	int status = result != NULL ? conclude(joint, result) : STATUS_OK;

	merge_leave(&joint->merged);
	int closed = close_files(joint);
	status = status != STATUS_OK ? status : typed;
	return status != STATUS_OK ? status : closed;
}

int joint_run(struct session *session, int fd, const struct endpoint *peer)
{
	struct joint joint;
	struct relay_result result;
	int status = joint_open(&joint, session, peer, 1);

	if (status != STATUS_OK) {
		sock_close_reset(fd);
		joint_close(&joint, NULL);
	} else {
		struct relay_plan plan = joint_plan(&joint, fd, NULL, NULL);

		relay_run(&plan, &result);
		status = joint_close(&joint, &result);
	}
	session_tell_escaped(session);
	int finished = session_finish(session);
	return status != STATUS_OK ? status : finished;
}
