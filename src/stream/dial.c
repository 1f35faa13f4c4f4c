/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See dial.h. */
#include "platform.h"

#include "stream/dial.h"

#include "cli/address.h"
#include "cli/message.h"
#include "cli/value.h"
#include "core/backoff.h"
#include "core/connect.h"
#include "core/deadline.h"
#include "core/interrupt.h"

#include <errno.h>

static const int64_t first_pause_ns = 10 * DEADLINE_MILLISECOND;
static const int64_t longest_pause_ns = 200 * DEADLINE_MILLISECOND;

const struct option_spec dial_options[] = {
	OPTION_HEADING("Connecting"),
	DURATION(0, "retry", struct dial_settings, retry,
	         "until DURATION has passed, try again while nobody answers there"),
	OPTION_END,
};

/* How one try failed. */
struct attempt {
	enum endpoint_result looked_up;
	struct endpoint_problem problem; /* of the look-up */
	struct connect_failure failure;
	int error;
	bool late;
};

static void note_failed(const struct endpoint *address, int error, void *context)
{
	char text[ENDPOINT_TEXT_MAX];

	(void)context;
	note("%s: %s", endpoint_format(address, text), message_error_text(error));
}

static bool has_mixed_families(const struct endpoint_list *list)
{
	for (int i = 1; i < list->count; i++) {
		if (list->items[i].address.ss_family != list->items[0].address.ss_family)
			return true;
	}
	return false;
}

/* A connected socket, or -1: ATTEMPT tells why, or *STATUS when it was a file. */
static int try_once(const struct dial_plan *plan, int64_t end, struct attempt *attempt, bool *files_open, int *status)
{
	struct session *session = plan->session;
	struct endpoint_list addresses = { 0 };
	struct connect_plan connect_plan = { .addresses = &addresses, .type = plan->type, .sources = plan->sources,
		                             .prepare = session_prepare_socket, .context = session };
	int fd = -1;

	*attempt = (struct attempt){ 0 };
	*status = STATUS_OK;
	connect_plan.deadline = deadline_earlier(session_connect_deadline(session), end);
	attempt->looked_up = plan->look_up(connect_plan.deadline, &addresses, &attempt->problem, plan->context);
	if (attempt->looked_up == ENDPOINT_OK && !*files_open) {
		*status = session_open_files(session);
		*files_open = true;
	}
	if (attempt->looked_up == ENDPOINT_OK && *status == STATUS_OK) {
		interrupt_catch();
		if (addresses.count > 1 || plan->settings->retry > 0) /* else its error is the message at the end */
			connect_plan.failed = note_failed;
		session->mixed_families = has_mixed_families(&addresses);
		session_consider_pacing(session, &addresses);
		fd = connect_first(&connect_plan, &attempt->failure, &attempt->late);
		attempt->error = errno;
	}
	endpoint_list_release(&addresses);
	return fd;
}

/* Whether the next try may well succeed. */
static bool passes(const struct attempt *attempt)
{
	if (attempt->looked_up != ENDPOINT_OK)
		return attempt->looked_up == ENDPOINT_UNRESOLVED || attempt->looked_up == ENDPOINT_TIMEOUT;
	if (attempt->failure.stage != CONNECT_STAGE_CONNECT)
		return false;
	switch (attempt->error) {
	case ECONNREFUSED:
	case ECONNRESET:
	case ECONNABORTED:
	case EHOSTUNREACH:
	case EHOSTDOWN:
	case ENETUNREACH:
	case ENETDOWN:
	case EADDRNOTAVAIL: /* an interface that is not up yet */
	case ETIMEDOUT:
	case ENOENT: /* Unix: the path is not there yet, */
	case EAGAIN: /* or its backlog is full */
		return true;
	default:
		return attempt->late;
	}
}

/* A Unix server's queue is full. A TCP client waits by itself then, this one must ask again. */
static bool must_queue(const struct attempt *attempt)
{
	return attempt->looked_up == ENDPOINT_OK && attempt->failure.stage == CONNECT_STAGE_CONNECT &&
	       attempt->failure.address.address.ss_family == AF_UNIX && attempt->error == EAGAIN;
}

/* The limit that was passed, in words. END is that of --retry. */
static const char *describe_limit(const struct session *session, int64_t retry, int64_t end,
                                  char text[VALUE_DURATION_MAX])
{
	if (deadline_passed(session->deadline))
		return value_format_duration(session->settings->max_time, text);
	return value_format_duration(deadline_passed(end) ? retry : session->connect_timeout, text);
}

static void note_attempt(const struct dial_plan *plan, const struct attempt *attempt, int64_t end)
{
	char text[ENDPOINT_TEXT_MAX], duration[VALUE_DURATION_MAX];

	if (attempt->looked_up != ENDPOINT_OK)
		note("%s", attempt->problem.text);
	else if (attempt->late) /* of the others connect_first has told */
		note("%s: no connection within %s", endpoint_format(&attempt->failure.address, text),
		     describe_limit(plan->session, plan->settings->retry, end, duration));
}

static int report_attempt(const struct dial_plan *plan, const struct attempt *attempt, int64_t end)
{
	char text[ENDPOINT_TEXT_MAX], duration[VALUE_DURATION_MAX];

	if (attempt->looked_up != ENDPOINT_OK)
		return address_report(attempt->looked_up, &attempt->problem);
	endpoint_format(&attempt->failure.address, text);
	errno = attempt->error;
	if (attempt->late)
		return report(STATUS_TIMEOUT, "%s: no connection within %s", text,
		              describe_limit(plan->session, plan->settings->retry, end, duration));
	if (errno == ENOMEM)
		return report_out_of_memory();
	if (attempt->failure.stage == CONNECT_STAGE_PREPARE)
		return session_report_sockopt(plan->session);
	if (attempt->failure.stage == CONNECT_STAGE_SOURCE)
		return report_errno_as(STATUS_UNCONNECTED, "%s", plan->source);
	if (errno == EINVAL && endpoint_lacks_scope(&attempt->failure.address))
		return report(STATUS_UNCONNECTED, "%s: a link-local address needs its interface, as in [fe80::1%%eth0]:80", text);
	if (attempt->failure.failures > 1)
		return report(STATUS_UNCONNECTED, "%s: %s (as at %d more; -v names them)", text, message_error_text(errno),
		              attempt->failure.failures - 1);
	return report_errno_as(STATUS_UNCONNECTED, "%s", text);
}

/* --max-time has passed between two tries: a deadline, whatever the last one said. */
static int report_deadline(const struct session *session, const struct attempt *attempt)
{
	char text[ENDPOINT_TEXT_MAX], duration[VALUE_DURATION_MAX];

	value_format_duration(session->settings->max_time, duration);
	if (attempt->looked_up != ENDPOINT_OK)
		return report(STATUS_TIMEOUT, "no connection within %s; %s", duration, attempt->problem.text);
	return report(STATUS_TIMEOUT, "%s: no connection within %s (%s)", endpoint_format(&attempt->failure.address, text),
	              duration, message_error_text(attempt->error));
}

/* Whether ATTEMPT failed by nothing but the end of --retry, so that the one before tells more. */
static bool was_cut_short(const struct attempt *attempt, const struct session *session, int64_t end)
{
	bool late = attempt->late || attempt->looked_up == ENDPOINT_TIMEOUT;

	return late && deadline_passed(end) && !deadline_passed(session->deadline);
}

static int give_up(const struct dial_plan *plan, const struct attempt *attempt, int64_t end)
{
	bool late = attempt->late || attempt->looked_up == ENDPOINT_TIMEOUT;

	if (interrupt_pending() != 0)
		return STATUS_SIGNAL + interrupt_pending();
	if (plan->settings->retry > 0 && !late && deadline_passed(plan->session->deadline))
		return report_deadline(plan->session, attempt);
	return report_attempt(plan, attempt, end);
}

int dial(const struct dial_plan *plan, int *status)
{
	int64_t end = deadline_after(plan->settings->retry); /* never, when there is one try */
	struct backoff backoff;
	struct attempt attempt, before;
	bool first = true, files_open = false;

	bool retries = plan->settings->retry > 0;

	if (retries)
		interrupt_catch();
	backoff_init(&backoff, first_pause_ns, longest_pause_ns,
	             retries ? deadline_earlier(end, plan->session->deadline) : session_connect_deadline(plan->session));
	for (;;) {
		int fd = try_once(plan, end, &attempt, &files_open, status);

		if (fd >= 0 || *status != STATUS_OK)
			return fd;
		if (!first && was_cut_short(&attempt, plan->session, end))
			attempt = before;
		if ((!retries && !must_queue(&attempt)) || !passes(&attempt))
			break;
		note_attempt(plan, &attempt, end);
		if (!backoff_wait(&backoff)) {
			attempt.late = attempt.late || !retries;
			break;
		}
		before = attempt;
		first = false;
	}
	*status = give_up(plan, &attempt, end);
	return -1;
}
