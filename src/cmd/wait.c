/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wait: until addresses are served, or until none is. What is on this machine is read from the kernel's tables, so
 * that nobody's only client is a probe; elsewhere a connection tells. */
#include "platform.h"

#include "cli/address.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/tracing.h"
#include "cli/value.h"
#include "core/backoff.h"
#include "core/connect.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/listening.h"
#include "core/sock.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const int64_t first_pause_ns = 5 * DEADLINE_MILLISECOND;
static const int64_t longest_pause_ns = 50 * DEADLINE_MILLISECOND;
static const int64_t connect_timeout_ns = 3 * DEADLINE_SECOND;
static const int64_t look_up_interval_ns = DEADLINE_SECOND; /* of a name that is not known yet, or may move */

struct settings {
	struct address_settings address;
	int64_t max_time;
	bool gone, udp;
	int64_t verbosity;
	struct tracing_settings tracing;
};

static const struct settings defaults = { .max_time = -1 };

static const struct option_spec options[] = {
	DURATION(0, "max-time", struct settings, max_time, "give up after DURATION, with status 124"),
	FLAG(0, "gone", struct settings, gone, "wait until none of them is served"),
	FLAG('u', "udp", struct settings, udp, "ports are UDP's; of this machine alone, for others do not tell"),
	COUNT('v', "verbose", struct settings, verbosity, "tell what happens, on stderr"),
	INCLUDE(struct settings, tracing, tracing_options, struct tracing_settings),
	INCLUDE(struct settings, address, address_options, struct address_settings),
	OPTION_END,
};

/* One operand. */
struct target {
	const char *text;
	bool is_path;
	struct endpoint_words words;
	struct endpoint_list addresses;
	int64_t next_look_up;
	bool noted;
};

/* A target at one moment. */
enum answer {
	ANSWER_NO,
	ANSWER_YES,
	ANSWER_UNKNOWN, /* its name cannot be resolved: neither served nor known to be gone */
	ANSWER_FAILED   /* errno: no use to go on */
};

static int type_of(const struct settings *settings)
{
	return settings->udp ? SOCK_DGRAM : SOCK_STREAM;
}

static int add_path(struct target *target)
{
	target->addresses.items = calloc(1, sizeof *target->addresses.items);
	if (target->addresses.items == NULL)
		return report_out_of_memory();
	target->addresses.count = 1;
	target->next_look_up = DEADLINE_NEVER;
	if (endpoint_unix(target->text, target->addresses.items) == 0)
		return STATUS_OK;
	return report(STATUS_UNCONNECTED, "%s: a socket's path has at most %zu bytes", target->text, endpoint_path_max(target->text));
}

/* Takes one operand apart. A name that is not known may come to be; a bad word stays one. */
static int parse(struct target *target, char *operand, const struct settings *settings)
{
	struct endpoint_problem problem;
	uint16_t port;

	target->text = operand;
	target->is_path = strchr(operand, '/') != NULL || operand[0] == '@';
	if (target->is_path)
		return add_path(target);
	enum endpoint_result result = endpoint_split(1, &operand, &target->words, &problem);
	if (result == ENDPOINT_OK)
		result = endpoint_words_port(&target->words, type_of(settings), settings->address.numeric, &port, &problem);
	return address_report(result, &problem);
}

/* Looks a name up when it is time to. The old addresses stay when that fails. */
static void look_up(struct target *target, const struct settings *settings, int64_t deadline)
{
	struct endpoint_list fresh;
	struct endpoint_problem problem;

	if (deadline_now() < target->next_look_up)
		return;
	if (address_look_up(&target->words, &settings->address, type_of(settings), false, deadline, &fresh, &problem) ==
	    ENDPOINT_OK) {
		endpoint_list_release(&target->addresses);
		target->addresses = fresh;
	} else if (interrupt_pending() == 0) {
		note("%s", problem.text);
	}
	target->next_look_up = deadline_after(look_up_interval_ns);
}

static bool is_exhausted(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

/* Whether a connection to ADDRESS, elsewhere, is taken. */
static enum answer ask_by_connecting(struct endpoint *address, int64_t deadline)
{
	struct endpoint_list one = { address, 1 };
	struct connect_plan plan = { .addresses = &one, .type = SOCK_STREAM,
		                     .deadline = deadline_earlier(deadline, deadline_after(connect_timeout_ns)) };
	struct connect_failure failure;
	bool late;
	int fd = connect_first(&plan, &failure, &late);

	if (fd >= 0) {
		sock_close(fd);
		return ANSWER_YES;
	}
	if (is_exhausted(errno))
		return ANSWER_FAILED;
	return errno == EINTR || deadline_passed(deadline) ? ANSWER_UNKNOWN : ANSWER_NO;
}

/* A UDP port: nobody can be connected to, so the tables alone can tell. */
static enum answer ask_udp(const struct endpoint *address)
{
	int result = -1;

	if (listening_is_here(address))
		result = listening_udp_at(address);
	else
		errno = EOPNOTSUPP;
	return result < 0 ? ANSWER_FAILED : result > 0 ? ANSWER_YES : ANSWER_NO;
}

static enum answer ask_one(struct endpoint *address, const struct settings *settings, int64_t deadline)
{
	if (settings->udp && address->address.ss_family != AF_UNIX)
		return ask_udp(address);
	if (address->address.ss_family != AF_UNIX && !listening_is_here(address))
		return ask_by_connecting(address, deadline);
	int result = listening_at(address);

	if (result >= 0)
		return result > 0 ? ANSWER_YES : ANSWER_NO;
	if (address->address.ss_family == AF_UNIX || is_exhausted(errno))
		return ANSWER_FAILED;
	return ask_by_connecting(address, deadline); /* no table here */
}

/* A target is served when one of its addresses is. */
static enum answer ask(struct target *target, const struct settings *settings, int64_t deadline)
{
	enum answer answer = ANSWER_NO;

	look_up(target, settings, deadline);
	if (target->addresses.count == 0)
		return ANSWER_UNKNOWN;
	for (int i = 0; i < target->addresses.count && answer == ANSWER_NO; i++)
		answer = ask_one(&target->addresses.items[i], settings, deadline);
	return answer;
}

/* One round, from *AT on: until a target is not as wanted, which *AT then is. So nobody who is ready is asked again and
 * again while another is not. */
static enum answer ask_all(struct target *targets, int count, int *at, const struct settings *settings, int64_t deadline)
{
	enum answer wanted = settings->gone ? ANSWER_NO : ANSWER_YES;

	for (int i = 0; i < count; i++, *at = (*at + 1) % count) {
		struct target *target = &targets[*at];
		enum answer answer = ask(target, settings, deadline);

		if (answer == ANSWER_FAILED)
			return ANSWER_FAILED;
		if (answer != wanted)
			return ANSWER_NO;
		if (!target->noted)
			note("%s: %s", target->text, settings->gone ? "not served" : "served");
		target->noted = true;
	}
	return ANSWER_YES;
}

static int wait_for_all(struct target *targets, int count, const struct settings *settings, int64_t deadline)
{
	struct backoff backoff;
	char duration[VALUE_DURATION_MAX];
	int at = 0;

	backoff_init(&backoff, first_pause_ns, longest_pause_ns, deadline);
	for (;;) {
		enum answer answer = ask_all(targets, count, &at, settings, deadline);

		if (answer == ANSWER_YES)
			return STATUS_OK;
		if (answer == ANSWER_FAILED && settings->udp && errno == ENOSYS)
			return report(STATUS_FAILED, "%s: this build cannot see which UDP ports are served", targets[at].text);
		if (answer == ANSWER_FAILED && settings->udp && errno == EOPNOTSUPP)
			return report(STATUS_FAILED, "%s: whether another machine's UDP port is served cannot be seen from here",
			              targets[at].text);
		if (answer == ANSWER_FAILED)
			return report_errno("%s", targets[at].text);
		if (!backoff_wait(&backoff))
			break;
	}
	if (interrupt_pending() != 0)
		return STATUS_SIGNAL + interrupt_pending();
	return report(STATUS_TIMEOUT, "%s: %s after %s", targets[at].text,
	              targets[at].addresses.count == 0 ? "not resolved" : settings->gone ? "still served" : "not served",
	              value_format_duration(settings->max_time, duration));
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	int64_t deadline = deadline_after(settings->max_time);
	struct target *targets = calloc((size_t)argc, sizeof *targets);
	int status = STATUS_OK;

	message_set_verbosity((unsigned)settings->verbosity);
	tracing_begin(&settings->tracing);
	if (targets == NULL)
		return report_out_of_memory();
	for (int i = 0; i < argc && status == STATUS_OK; i++)
		status = parse(&targets[i], argv[i], settings);
	if (status == STATUS_OK) {
		interrupt_catch();
		status = wait_for_all(targets, argc, settings, deadline);
	}
	for (int i = 0; i < argc; i++)
		endpoint_list_release(&targets[i].addresses);
	free(targets);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk wait 8080", "until somebody listens on port 8080 of this machine" },
	{ "nsk wait --max-time 30 db.example.org:5432 /run/app.sock && ./start", "at most 30 seconds for both" },
	{ "nsk wait -u 5000", "until something takes datagrams at UDP port 5000" },
	{ "nsk wait --gone 8080", "until the old server has let go of its port" },
	{ NULL, NULL },
};

const struct command command_wait = {
	.name = "wait",
	.summary = "wait until addresses are served",
	.group = "Streams",
	.operands = "ADDRESS...",
	.min_operands = 1,
	.max_operands = -1,
	.synonyms = "wait-for wait-for-it until ready",
	.examples = examples,
	.notes = "ADDRESS is HOST:PORT, PORT on this machine, or the path of a Unix socket (it holds a /).",
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
