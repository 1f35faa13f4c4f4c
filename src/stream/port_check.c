/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See port_check.h. A service's name costs a look into a file, so it is looked up for what is printed alone. */
#include "platform.h"

#include "stream/port_check.h"

#include "cli/command.h"
#include "cli/message.h"
#include "cli/value.h"
#include "core/backoff.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/scan.h"
#include "stream/exec.h"
#include "view/json.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t default_timeout_ns = 3 * DEADLINE_SECOND;
static const int64_t first_pause_ns = 10 * DEADLINE_MILLISECOND;
static const int64_t longest_pause_ns = 200 * DEADLINE_MILLISECOND;

const struct option_spec port_check_options[] = {
	OPTION_HEADING("Checking ports"),
	FLAG('z', "scan", struct port_check_settings, scan,
	     "tell which ports are open: 22, 20-25, http, a comma list, several operands; -v tells of the others too"),
	FLAG(0, "json", struct port_check_settings, json, "with --scan: a JSON object a line"),
	OPTION_END,
};

struct check {
	const struct port_check_plan *plan;
	struct endpoint_words words; /* of the host */
	struct port_list ports;
	unsigned char *states, *before; /* of this round and of the one before, by port */
	struct endpoint first;          /* an address of the host, for messages */
	int printed;                    /* so many ports are done with */
	int write_error;                /* errno of the first line that could not be written */
};

/* How one round ended. */
struct outcome {
	enum endpoint_result looked_up;
	struct endpoint_problem problem;
	enum connect_stage stage;
	int error; /* of the scan; 0: every port is settled */
	bool any_open;
};

/* ---- words ------------------------------------------------------------------------------------------ */

int port_check_refuse(const struct port_check_settings *settings, const struct stream_settings *stream)
{
	if (!settings->scan)
		return settings->json ? usage_error("--json goes with --scan") : STATUS_OK;
	const char *given = exec_wanted(stream) ? "a program" : stream_bytes_option(stream);

	if (given != NULL)
		return usage_error("%s makes no sense with --scan, which moves no bytes", given);
	return STATUS_OK;
}

/* Where the ports begin if OPERAND is a whole address, "HOST:" or "[V6]:" before them; else NULL. */
static char *whole_ports(char *operand)
{
	char *bracket = operand[0] == '[' ? strstr(operand, "]:") : NULL;
	char *colon = strchr(operand, ':');

	if (bracket != NULL)
		return bracket + 2;
	return colon != NULL && strchr(colon + 1, ':') == NULL ? colon + 1 : NULL;
}

/* The host and the ports of FIRST, which is written to. */
static enum endpoint_result split_first(struct check *check, char *first, bool alone, const char **ports,
                                        struct endpoint_problem *problem)
{
	char *words[2] = { first, "0" };
	char *whole = whole_ports(first);

	*ports = whole;
	if (whole == NULL && alone) {
		enum endpoint_result result = ENDPOINT_OK;

		if (strpbrk(first, ":[") != NULL) /* an address without a port, as endpoint_split will say */
			result = endpoint_split(1, words, &check->words, problem);
		*ports = first;
		words[0] = "*"; /* this machine */
		return result != ENDPOINT_OK ? result : endpoint_split(2, words, &check->words, problem);
	}
	if (whole != NULL)
		whole[-1] = '\0';
	if (*first == '\0')
		words[0] = "*";
	return endpoint_split(2, words, &check->words, problem);
}

static enum endpoint_result split(struct check *check, int count, char *const *operands,
                                  struct endpoint_problem *problem)
{
	const struct address_settings *settings = check->plan->address;
	char *first = strdup(operands[0]);
	const char *ports = NULL;

	if (first == NULL) {
		snprintf(problem->text, sizeof problem->text, "out of memory");
		return ENDPOINT_FAILED;
	}
	enum endpoint_result result = split_first(check, first, count == 1, &ports, problem);
	if (result == ENDPOINT_OK && ports != NULL)
		result = port_list_add(&check->ports, ports, SOCK_STREAM, settings->numeric, problem);
	free(first);
	for (int i = 1; i < count && result == ENDPOINT_OK; i++)
		result = port_list_add(&check->ports, operands[i], SOCK_STREAM, settings->numeric, problem);
	return result;
}

/* ---- lines ------------------------------------------------------------------------------------------ */

static const char *const state_names[] = { "unknown", "closed", "filtered", "open" };

static void print_json(const struct check *check, unsigned port, enum scan_state state, const char *service)
{
	bool this_machine = check->words.wildcard || !check->words.host_given;
	struct json json;

	json_init(&json, stdout);
	json_object(&json);
	json_key(&json, "host"), json_text(&json, this_machine ? "localhost" : check->words.host);
	json_key(&json, "port"), json_unsigned(&json, port);
	json_key(&json, "state"), json_text(&json, state_names[state]);
	json_key(&json, "service"), json_text(&json, service);
	json_end(&json);
	json_line(&json);
}

static void print_port(const struct check *check, int index)
{
	enum scan_state state = check->states[index];
	unsigned port = check->ports.items[index];

	if (state == SCAN_UNKNOWN || (state != SCAN_OPEN && !message_is_verbose()))
		return;
	const struct servent *service = NULL;

	if (!check->plan->address->numeric)
		service = getservbyport(htons((uint16_t)port), "tcp");
	if (check->plan->settings->json)
		print_json(check, port, state, service != NULL ? service->s_name : "");
	else
		printf("%u %s %s\n", port, state_names[state], service != NULL ? service->s_name : "-");
}

/* Prints what comes before COUNT and was not printed. 0, or -1 with errno. */
static int print_until(struct check *check, int count)
{
	while (check->printed < count)
		print_port(check, check->printed++);
	if (fflush(stdout) != 0 && check->write_error == 0)
		check->write_error = errno;
	errno = check->write_error;
	return errno != 0 ? -1 : 0;
}

static int settled(int count, void *context)
{
	return print_until(context, count);
}

/* ---- rounds ----------------------------------------------------------------------------------------- */

static int prepare_socket(int fd, int family, void *context)
{
	const struct check *check = context;

	return session_prepare_socket(fd, family, check->plan->session);
}

static void note_addresses(const struct check *check, const struct endpoint_list *list)
{
	char text[ENDPOINT_TEXT_MAX];

	for (int i = 0; i < list->count && endpoint_host_is_name(&check->words); i++)
		note("%s: %s", check->words.host, endpoint_format_host(&list->items[i], text));
}

/* Leaves out the addresses that the source address cannot reach, its family being the other, as long as one stays. */
static void keep_reachable(struct endpoint_list *list, const struct endpoint_list *sources)
{
	int kept = 0;

	for (int i = 0; i < list->count; i++) {
		for (int j = 0; j < sources->count; j++) {
			if (sources->items[j].address.ss_family == list->items[i].address.ss_family) {
				list->items[kept++] = list->items[i];
				break;
			}
		}
	}
	if (kept > 0)
		list->count = kept;
}

/* Looks up and scans. END is that of --retry. */
static void run_round(struct check *check, int64_t end, struct outcome *outcome)
{
	const struct port_check_plan *plan = check->plan;
	struct session *session = plan->session;
	struct endpoint_list addresses = { 0 };
	struct endpoint_query query = { .family = (int)plan->address->family, .type = SOCK_STREAM,
		                        .numeric = plan->address->numeric };

	*outcome = (struct outcome){ 0 };
	query.deadline = deadline_earlier(session_connect_deadline(session), end);
	outcome->looked_up = endpoint_resolve(&check->words, &query, &addresses, &outcome->problem);
	if (outcome->looked_up != ENDPOINT_OK)
		return;
	note_addresses(check, &addresses);
	keep_reachable(&addresses, plan->sources);
	check->first = addresses.items[0];
	session->mixed_families = true;
	struct scan_plan scan = {
		.connect = { .addresses = &addresses, .type = SOCK_STREAM, .sources = plan->sources,
			     .prepare = prepare_socket, .context = check,
			     .deadline = deadline_earlier(session->deadline, end) },
		.ports = &check->ports,
		.timeout = session->connect_timeout >= 0 ? session->connect_timeout : default_timeout_ns,
		.settled = plan->dial->retry > 0 ? NULL : settled, /* only the last round is printed */
	};
	if (scan_run(&scan, check->states, &outcome->stage) < 0)
		outcome->error = errno;
	for (int i = 0; i < check->ports.count; i++)
		outcome->any_open = outcome->any_open || check->states[i] == SCAN_OPEN;
	endpoint_list_release(&addresses);
}

/* Whether OUTCOME is a failure that may pass. */
static bool passes(const struct outcome *outcome)
{
	if (outcome->looked_up != ENDPOINT_OK)
		return outcome->looked_up == ENDPOINT_UNRESOLVED || outcome->looked_up == ENDPOINT_TIMEOUT;
	return outcome->error == 0 && !outcome->any_open;
}

/* Whether the round was cut by the end of --retry, and no other limit: the one before tells more. */
static bool was_cut_short(const struct outcome *outcome, const struct session *session, int64_t end)
{
	return (outcome->error == ETIMEDOUT || outcome->looked_up == ENDPOINT_TIMEOUT) && deadline_passed(end) &&
	       !deadline_passed(session->deadline);
}

static void swap_states(struct check *check)
{
	unsigned char *states = check->states;

	check->states = check->before;
	check->before = states;
}

/* Rounds until a port is open, or --retry has passed. */
static void run_rounds(struct check *check, int64_t end, struct outcome *outcome)
{
	struct session *session = check->plan->session;
	struct outcome before;
	struct backoff backoff;
	bool first = true;

	backoff_init(&backoff, first_pause_ns, longest_pause_ns, deadline_earlier(end, session->deadline));
	for (;; first = false) {
		run_round(check, end, outcome);
		if (!first && !outcome->any_open && was_cut_short(outcome, session, end)) {
			*outcome = before;
			swap_states(check);
		}
		if (check->plan->dial->retry <= 0 || !passes(outcome) || !backoff_wait(&backoff))
			return;
		before = *outcome;
		swap_states(check);
	}
}

/* ---- the end ---------------------------------------------------------------------------------------- */

static int report_none(const struct check *check)
{
	char text[ENDPOINT_TEXT_MAX], duration[VALUE_DURATION_MAX], detail[64] = "";
	int64_t limit = check->plan->session->connect_timeout;
	struct endpoint address = check->first;
	int counts[SCAN_OPEN + 1] = { 0 };

	for (int i = 0; i < check->ports.count; i++)
		counts[check->states[i]]++;
	if (check->ports.count > 1)
		return report(STATUS_UNCONNECTED, "%s: none of %d ports is open (%d closed, %d filtered)",
		              endpoint_format_host(&address, text), check->ports.count, counts[SCAN_CLOSED],
		              counts[SCAN_FILTERED]);
	endpoint_set_port(&address, check->ports.items[0]);
	if (check->states[0] == SCAN_FILTERED && limit != 0)
		snprintf(detail, sizeof detail, " (no answer within %s)",
		         value_format_duration(limit > 0 ? limit : default_timeout_ns, duration));
	return report(STATUS_UNCONNECTED, "%s: %s%s", endpoint_format(&address, text), state_names[check->states[0]],
	              detail);
}

static int report_deadline(const struct check *check, int64_t end)
{
	const struct session *session = check->plan->session;
	char duration[VALUE_DURATION_MAX];
	bool max_time = deadline_passed(session->deadline) || !deadline_passed(end);
	int unknown = 0;

	value_format_duration(max_time ? session->settings->max_time : check->plan->dial->retry, duration);
	for (int i = 0; i < check->ports.count; i++)
		unknown += check->states[i] == SCAN_UNKNOWN;
	if (unknown == 0)
		return report(STATUS_TIMEOUT, "no open port within %s", duration);
	return report(STATUS_TIMEOUT, "%d of %d ports without an answer within %s", unknown, check->ports.count, duration);
}

static int report_outcome(const struct check *check, const struct outcome *outcome, int64_t end)
{
	const struct port_check_plan *plan = check->plan;

	if (interrupt_pending() != 0)
		return STATUS_SIGNAL + interrupt_pending();
	if (outcome->looked_up != ENDPOINT_OK)
		return address_report(outcome->looked_up, &outcome->problem);
	errno = outcome->error;
	bool gave_up = plan->dial->retry > 0 && !outcome->any_open && deadline_passed(plan->session->deadline);
	if (errno == ETIMEDOUT || gave_up)
		return report_deadline(check, end);
	if (errno == ENOMEM)
		return report_out_of_memory();
	if (errno != 0 && outcome->stage == CONNECT_STAGE_PREPARE)
		return session_report_sockopt(plan->session);
	if (errno != 0)
		return report_errno_as(STATUS_UNCONNECTED, "%s",
		                       outcome->stage == CONNECT_STAGE_SOURCE ? plan->source : "socket");
	return outcome->any_open ? STATUS_OK : report_none(check);
}

/* On the heap: a port list is large. */
static int run(struct check *check, int count, char *const *operands)
{
	const struct dial_settings *dial = check->plan->dial;
	struct outcome outcome;
	struct endpoint_problem problem;
	enum endpoint_result result = split(check, count, operands, &problem);
	int64_t end = deadline_after(dial->retry); /* never, when there is one round */

	if (result != ENDPOINT_OK)
		return address_report(result, &problem);
	check->states = calloc((size_t)check->ports.count, 1);
	check->before = calloc((size_t)check->ports.count, 1);
	if (check->states == NULL || check->before == NULL)
		return report_out_of_memory();
	setservent(1); /* the file stays open from one name to the next */
	run_rounds(check, end, &outcome);
	if (outcome.looked_up == ENDPOINT_OK)
		print_until(check, check->ports.count);
	endservent();
	return check->write_error != 0 ? command_output_failed(check->write_error) : report_outcome(check, &outcome, end);
}

int port_check_run(const struct port_check_plan *plan, int count, char *const *operands)
{
	struct check *check = calloc(1, sizeof *check);

	if (check == NULL)
		return report_out_of_memory();
	check->plan = plan;
	int status = run(check, count, operands);
	port_list_release(&check->ports);
	free(check->states);
	free(check->before);
	free(check);
	return status;
}
