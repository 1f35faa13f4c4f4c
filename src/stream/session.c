/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See session.h. */
#include "platform.h"

#include "stream/session.h"

#include "cli/message.h"
#include "cli/poller_option.h"
#include "core/deadline.h"
#include "core/end.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "core/sockopt.h"
#include "stream/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PACED_MAX = 1 << 20 }; /* less is over before pacing costs anything */

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

int session_init(struct session *session, const struct stream_settings *settings, bool single)
{
	*session = (struct session){ .settings = settings, .input = -1, .output = -1 };
	message_set_verbosity((unsigned)settings->verbosity);
	tracing_begin(&settings->tracing);
	session->deadline = deadline_after(settings->max_time);
	session->connect_timeout = first_given(settings->connect_timeout, settings->timeout);
	session->idle_timeout = first_given(settings->idle_timeout, settings->timeout);
	session->backend = poller_option(settings->poller, single);
	if (session->backend == NULL)
		return STATUS_USAGE;
	int status = check_together(settings);
	if (status == STATUS_OK)
		status = exec_check(settings);
	return status != STATUS_OK ? status : check_sockopts(settings);
}

void session_note_end(const char *peer, const char *reason, const uint64_t moved[2])
{
	if (moved != NULL)
		note("%s: ended: %s; sent %" PRIu64 " bytes, received %" PRIu64, peer, reason, moved[0], moved[1]);
	else
		note("%s: ended: %s", peer, reason);
}

const char *session_reset_reason(const struct session *session)
{
	return session->local ? "cut off by us, for our side was not done" /* it knows no reset */
	                      : "reset by us, for our side was not done";
}

int64_t session_connect_deadline(const struct session *session)
{
	return deadline_earlier(session->deadline, deadline_after(session->connect_timeout));
}

/* ---- files ----------------------------------------------------------------------------------------- */

int session_open_output(const struct session *session, const struct file_name_values *values, char **path, int *fd)
{
	const struct stream_settings *settings = session->settings;
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (settings->append ? O_APPEND : 0);

	*path = file_name_expand(settings->output, values);
	if (*path == NULL)
		return report_out_of_memory();
	*fd = open(*path, flags, 0666);
	return *fd < 0 ? report_errno("%s", *path) : STATUS_OK;
}

/* Opens --output now, unless its name waits for the peer's. */
static int open_output_early(struct session *session)
{
	const struct file_name_values nobody = { 0 };
	const char *pattern = session->settings->output;
	const char *why = file_name_check(pattern, !session->local);

	if (why != NULL)
		return usage_error("--output '%s': %s", pattern, why);
	session->output_varies = file_name_varies(pattern);
	if (session->output_varies)
		return STATUS_OK;
	int status = session_open_output(session, &nobody, &session->output_path, &session->output);
	session->owns_output = status == STATUS_OK;
	return status;
}

static int varies(const char *name)
{
	return name != NULL && file_name_varies(name);
}

int session_descriptors(const struct session *session)
{
	const struct stream_settings *settings = session->settings;

	return (settings->input != NULL) + varies(settings->output) + varies(settings->log_sent) +
	       varies(settings->log_received);
}

int session_empty_output(const struct session *session, int fd, const char *path)
{
	return session->settings->append || end_empty_file(fd) == 0 ? STATUS_OK : report_errno("%s", path);
}

int session_begin_output(struct session *session)
{
	if (session->output_begun || !session->owns_output)
		return STATUS_OK;
	session->output_begun = true;
	return session_empty_output(session, session->output, session->output_path);
}

/* What many connections are sent must give the same each time it is opened. */
static int check_input_again(const struct session *session)
{
	struct stat what;

	if (fstat(session->input, &what) < 0)
		return report_errno("%s", session->settings->input);
	if (S_ISFIFO(what.st_mode) || isatty(session->input))
		return usage_error("--input '%s': a pipe or a terminal cannot be sent to each client from its beginning",
		                   session->settings->input);
	return STATUS_OK;
}

static int open_input(struct session *session)
{
	const struct stream_settings *settings = session->settings;

	if (settings->input == NULL) {
		if (!settings->receive_only && !session->detached && !session->many && !end_is_dev_null(STDIN_FILENO))
			session->input = STDIN_FILENO;
		return STATUS_OK;
	}
	/* without O_NONBLOCK a pipe that nobody writes would be waited for before it is refused */
	session->input = open(settings->input, O_RDONLY | O_CLOEXEC | (session->many ? O_NONBLOCK : 0));
	if (session->input < 0)
		return report_errno("%s", settings->input);
	session->owns_input = true;
	return session->many ? check_input_again(session) : STATUS_OK;
}

int session_open_files(struct session *session)
{
	const struct stream_settings *settings = session->settings;
	int status = open_input(session);

	if (status == STATUS_OK && settings->output != NULL)
		status = open_output_early(session);
	else if (!settings->send_only && !session->detached)
		session->output = STDOUT_FILENO;
	if (status != STATUS_OK)
		return status;
	return monitor_open(&session->monitor, settings, session->deadline, session->backend, !session->local);
}

const char *session_output_name(const struct session *session)
{
	return session->output_path != NULL ? session->output_path : "standard output";
}

int session_report_output(const struct session *session, const char *name, int error)
{
	int signal = error == EPIPE && session->settings->output == NULL ? interrupt_broken_pipe() : 0;

	if (signal != 0)
		return STATUS_SIGNAL + signal;
	errno = error;
	return report_errno("%s", name);
}

void session_tell_escaped(struct session *session)
{
	notice_escaped(session->escaped);
	session->escaped = 0;
}

int session_finish(struct session *session)
{
	bool failed = session->owns_output && close(session->output) < 0 && errno != EINTR && errno != EBADF;
	int status = failed ? report_errno("%s", session->output_path) : STATUS_OK;

	session->owns_output = false;
	int closed = monitor_close(&session->monitor);
	return status != STATUS_OK ? status : closed;
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

/* Whether there may be more than PACED_MAX to send, as fast as it goes. */
static bool may_send_much(const struct session *session)
{
	struct stat what;

	if (session->input < 0 || session->settings->rate > 0 || session->settings->interval > 0 ||
	    fstat(session->input, &what) < 0)
		return false;
	return S_ISFIFO(what.st_mode) || S_ISSOCK(what.st_mode) || (S_ISREG(what.st_mode) && what.st_size > PACED_MAX);
}

void session_consider_pacing(struct session *session, const struct endpoint_list *addresses)
{
	bool loopback = !session->local;

	for (int i = 0; i < addresses->count && loopback; i++)
		loopback = endpoint_is_loopback(&addresses->items[i]);
	session->unpaced = loopback && may_send_much(session) && !tracing_is_wanted(&session->settings->tracing);
}

int session_prepare_socket(int fd, int family, void *context)
{
	struct session *session = context;
	const struct option_list *list = &session->settings->sockopts;

	if (session->unpaced)
		sock_unpace(fd);
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
		session->own_linger |= option->level == SOL_SOCKET && option->option == SO_LINGER;
		session->own_urgent |= option->level == SOL_SOCKET && option->option == SO_OOBINLINE;
	}
	return 0;
}

int session_report_sockopt(const struct session *session)
{
	return report_errno("socket option %s", session->bad_sockopt != NULL ? session->bad_sockopt : "");
}
