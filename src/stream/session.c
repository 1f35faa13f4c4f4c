/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See session.h. */
#include "platform.h"

#include "stream/session.h"

#include "bytes/crlf.h"
#include "bytes/visible.h"
#include "cli/message.h"
#include "cli/value.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/relay.h"
#include "core/sock.h"
#include "core/sockopt.h"
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

/* ---- settings ------------------------------------------------------------------------------------ */

static int check_together(const struct stream_settings *settings)
{
	if (settings->receive_only && settings->send_only)
		return usage_error("--recv-only and --send-only leave nothing to do");
	if (settings->receive_only && settings->input != NULL)
		return usage_error("--recv-only sends nothing, so --input makes no sense with it");
	if (settings->send_only && settings->output != NULL)
		return usage_error("--send-only writes nothing, so --output makes no sense with it");
	if (settings->append && settings->output == NULL)
		return usage_error("--append goes with --output FILE");
	return 0;
}

static int check_sockopts(const struct stream_settings *settings)
{
	for (size_t i = 0; i < settings->sockopts.count; i++) {
		const struct sockopt *option;
		const char *value, *why;

		if (sockopt_parse(settings->sockopts.items[i], &option, &value, &why) < 0)
			return usage_error("--sockopt '%s': %s", settings->sockopts.items[i], why);
	}
	return 0;
}

static int64_t first_given(int64_t a, int64_t b)
{
	return a >= 0 ? a : b;
}

int session_init(struct session *session, const struct stream_settings *settings)
{
	const char *name = settings->poller != NULL ? settings->poller : getenv("NSK_POLLER");

	*session = (struct session){ .settings = settings, .input = -1, .output = -1 };
	message_set_verbosity((unsigned)settings->verbosity);
	tracing_begin(&settings->tracing);
	session->deadline = deadline_after(settings->max_time);
	session->connect_timeout = first_given(settings->connect_timeout, settings->timeout);
	session->idle_timeout = first_given(settings->idle_timeout, settings->timeout);
	session->backend = poller_find(name != NULL && *name != '\0' ? name : NULL);
	if (session->backend == NULL)
		return usage_error("--poller '%s': this build has no such poller", name);
	int status = check_together(settings);
	return status != 0 ? status : check_sockopts(settings);
}

int64_t session_connect_deadline(const struct session *session)
{
	return deadline_earlier(session->deadline, deadline_after(session->connect_timeout));
}

/* Opens --output, which is emptied when the connection stands. */
static int open_output(struct session *session, const struct file_name_values *values)
{
	const struct stream_settings *settings = session->settings;
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (settings->append ? O_APPEND : 0);

	session->output_path = file_name_expand(settings->output, values);
	if (session->output_path == NULL)
		return report_out_of_memory();
	session->output = open(session->output_path, flags, 0666);
	if (session->output < 0)
		return report_errno("%s", session->output_path);
	session->owns_output = true;
	return STATUS_OK;
}

/* Opens --output now, unless its name waits for the peer's. */
static int open_output_early(struct session *session)
{
	const struct file_name_values nobody = { 0 };
	const char *pattern = session->settings->output;
	const char *why = file_name_check(pattern, !session->local);

	if (why != NULL)
		return usage_error("--output '%s': %s", pattern, why);
	return file_name_varies(pattern) ? STATUS_OK : open_output(session, &nobody);
}

int session_open_files(struct session *session)
{
	int status = STATUS_OK;
	const struct stream_settings *settings = session->settings;

	if (settings->input != NULL) {
		session->input = open(settings->input, O_RDONLY | O_CLOEXEC);
		if (session->input < 0)
			return report_errno("%s", settings->input);
		session->owns_input = true;
	} else if (!settings->receive_only && !session->detached && !end_is_dev_null(STDIN_FILENO)) {
		session->input = STDIN_FILENO;
	}
	if (settings->output != NULL)
		status = open_output_early(session);
	else if (!settings->send_only && !session->detached)
		session->output = STDOUT_FILENO;
	if (status != STATUS_OK)
		return status;
	return monitor_open(&session->monitor, settings, session->deadline, session->backend, !session->local);
}

void session_release(struct session *session)
{
	if (session->owns_input)
		close(session->input);
	if (session->owns_output && session->output >= 0)
		close(session->output);
	free(session->output_path);
	session->owns_input = false;
	session->owns_output = false;
	session->output_path = NULL;
	monitor_close(&session->monitor);
}

/* ---- socket options -------------------------------------------------------------------------------- */

int session_prepare_socket(int fd, int family, void *context)
{
	struct session *session = context;
	const struct option_list *list = &session->settings->sockopts;

	for (size_t i = 0; i < list->count; i++) {
		const struct sockopt *option;
		const char *value, *why;

		if (sockopt_parse(list->items[i], &option, &value, &why) < 0)
			continue; /* session_init has refused it */
		if (session->mixed_families && !sockopt_applies(option, family))
			continue;
		if (sockopt_set(fd, option, value) < 0) {
			session->bad_sockopt = list->items[i];
			return -1;
		}
	}
	return 0;
}

int session_report_sockopt(const struct session *session)
{
	return report_errno("socket option %s", session->bad_sockopt != NULL ? session->bad_sockopt : "");
}

/* ---- the outcome ----------------------------------------------------------------------------------- */

static const char *input_name(const struct session *session)
{
	return session->settings->input != NULL ? session->settings->input : "standard input";
}

static const char *output_name(const struct session *session)
{
	return session->output_path != NULL ? session->output_path : "standard output";
}

/* What a broken connection took with it, for the message. */
static const char *describe_loss(const struct relay_result *result, char text[96])
{
	uint64_t lost = result->unacknowledged + result->unsent;

	text[0] = '\0';
	if (lost > 0)
		snprintf(text, 96, " (%" PRIu64 " bytes of ours did not arrive)", lost);
	return text;
}

static int report_broken(const char *peer, const struct relay_result *result)
{
	char loss[96];

	describe_loss(result, loss);
	if (result->error == EPIPE)
		return report(STATUS_FAILED, "%s: the peer has closed the connection%s", peer, loss);
	return report(STATUS_FAILED, "%s: %s%s", peer, message_error_text(result->error), loss);
}

static int report_output_gone(const struct session *session)
{
	int signal = session->settings->output == NULL ? interrupt_broken_pipe() : 0;

	if (signal != 0)
		return STATUS_SIGNAL + signal;
	errno = EPIPE;
	return report_errno("%s", output_name(session));
}

static int report_outcome(const struct session *session, const struct monitor_link *link,
                          const struct relay_result *result)
{
	const char *peer = link->name;
	char duration[VALUE_DURATION_MAX];

	errno = result->error;
	switch (result->outcome) {
	case RELAY_DONE:
	case RELAY_TICK_FAILED:
		return monitor_report(link);
	case RELAY_INPUT_FAILED:
		return report_errno("%s", input_name(session));
	case RELAY_OUTPUT_FAILED:
		return report_errno("%s", output_name(session));
	case RELAY_OUTPUT_GONE:
		return report_output_gone(session);
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

static void note_end(const char *peer, const struct relay_result *result)
{
	note("%s: ended: %s; sent %" PRIu64 " bytes, received %" PRIu64, peer,
	     result->reset ? "reset by us, for our side was not done"
	     : result->peer_ended ? "both sides were done" : "our side was done",
	     result->sent, result->received);
}

/* ---- running --------------------------------------------------------------------------------------- */

/* A file is emptied only now, and one that bears the peer's name made: a refused connection spoils nothing. */
static int begin_output(struct session *session, const struct endpoint *peer)
{
	struct stat what;

	if (session->settings->output != NULL && !session->owns_output) {
		char address[ENDPOINT_TEXT_MAX], port[8];
		struct file_name_values values = { 1, endpoint_format_host(peer, address), port };

		snprintf(port, sizeof port, "%u", (unsigned)endpoint_port(peer));
		int status = open_output(session, &values);
		if (status != STATUS_OK)
			return status;
	}
	if (!session->owns_output || session->settings->append)
		return 0;
	if (fstat(session->output, &what) == 0 && S_ISREG(what.st_mode) && ftruncate(session->output, 0) < 0)
		return report_errno("%s", session->output_path);
	return 0;
}

static bool ends_with_peer(const struct session *session)
{
	if (session->settings->on_peer_end != STREAM_PEER_END_UNSET)
		return session->settings->on_peer_end == STREAM_PEER_END_END;
	return session->input == STDIN_FILENO && isatty(STDIN_FILENO);
}

/* Tests choose the mover; nobody else needs to. */
static const struct pump_mover *wanted_mover(void)
{
	const char *name = getenv("NSK_PUMP");

	return name != NULL && strcmp(name, "copy") == 0 ? &pump_copy : NULL;
}

static struct relay_plan make_plan(const struct session *session, int fd)
{
	const struct stream_settings *settings = session->settings;

	return (struct relay_plan){
		.socket = fd,
		.input = session->input,
		.output = session->output,
		.half_close = !settings->no_shutdown,
		.end_at_peer_end = ends_with_peer(session),
		.quit_after = settings->quit_after,
		.drain_after = send_only_drain_ns,
		.idle_timeout = session->idle_timeout,
		.deadline = session->deadline,
		.interval = settings->interval,
		.rate = settings->rate,
		.mover = wanted_mover(),
		.backend = session->backend,
	};
}

static int run_relay(struct session *session, int fd, struct monitor_link *link)
{
	const struct stream_settings *settings = session->settings;
	struct relay_plan plan = make_plan(session, fd);
	struct crlf crlf = { 0 };
	struct visible visible = { 0 };
	struct relay_result result;

	if (settings->crlf)
		plan.input_filter = (struct pump_filter){ crlf_apply, &crlf, CRLF_GROWTH };
	if (session->output >= 0 && !settings->raw && isatty(session->output))
		plan.output_filter = (struct pump_filter){ visible_apply, &visible, VISIBLE_GROWTH };
	monitor_watch(link, &plan);
	relay_run(&plan, &result);
	monitor_count(link, result.sent, result.received);
	monitor_end(&session->monitor, link->name);
	if (result.outcome != RELAY_OUTPUT_GONE && visible.escaped > 0)
		notice("%" PRIu64 " control characters were escaped (--raw passes them on)", visible.escaped);
	note_end(link->name, &result);
	return report_outcome(session, link, &result);
}

/* Closes what was written for this session; a late failure is one too. */
static int close_files(struct session *session, struct monitor_link *link, int status)
{
	bool failed = session->owns_output && close(session->output) < 0 && errno != EINTR && errno != EBADF;
	int closed = failed ? report_errno("%s", session->output_path) : STATUS_OK;
	int detached = monitor_detach(link);
	int ended = monitor_close(&session->monitor);

	session->owns_output = false;
	closed = closed != STATUS_OK ? closed : detached;
	closed = closed != STATUS_OK ? closed : ended;
	return status != STATUS_OK ? status : closed;
}

int session_run(struct session *session, int fd, const struct endpoint *peer)
{
	struct monitor_link link = { 0 };
	int status = begin_output(session, peer);

	if (status == STATUS_OK)
		status = monitor_attach(&session->monitor, &link, 1, peer, session->input, session->output);
	if (status == STATUS_OK)
		status = run_relay(session, fd, &link);
	else
		sock_close_reset(fd);
	return close_files(session, &link, status);
}
