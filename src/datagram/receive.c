/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See receive.h. One loop for any number of sockets and senders; how datagrams are answered is answer.c's. */
#include "platform.h"

#include "datagram/receive.h"

#include "cli/message.h"
#include "cli/value.h"
#include "core/datagram.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "datagram/answer.h"
#include "datagram/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECEIVE_ROUNDS = 16 }; /* calls, before signals and the other sockets are looked for */

static const int64_t drops_pause_ns = DEADLINE_SECOND; /* between two lines about drops */

/* ---- before and after the loop ---------------------------------------------------------------------- */

int receive_check(struct receive_plan *plan)
{
	const struct receive_settings *settings = plan->settings;
	int status = receive_settings_check(settings);

	if (status == STATUS_OK)
		status = datagram_check(&settings->common, &plan->backend);
	if (status == STATUS_OK && settings->reply != NULL && strlen(settings->reply) > plan->limit)
		status = report(STATUS_FAILED, "--reply: %zu bytes, but a datagram has at most %zu here",
		                strlen(settings->reply), plan->limit);
	plan->deadline = deadline_after(settings->max_time);
	return status != STATUS_OK ? status : ready_check(&settings->ready);
}

int receive_open(struct receive_plan *plan)
{
	plan->output = (struct output){ .form = receive_form(plan->settings), .raw = plan->settings->common.raw,
		                        .path = plan->settings->output, .deadline = plan->deadline,
		                        .backend = plan->backend };
	interrupt_catch(); /* before a socket's file is made, which a signal is not to leave behind */
	return output_open(&plan->output);
}

int receive_close(struct receive_plan *plan, int status)
{
	int closed = output_close(&plan->output);

	return status != STATUS_OK ? status : closed;
}

/* ---- the loop --------------------------------------------------------------------------------------- */

struct receiving {
	struct receive_plan *plan;
	const struct listener_list *listeners;
	struct datagram_socket *sockets; /* of each listener */
	struct datagram_room *room;
	struct poller *poller;
	struct answer answer;
	struct source talk;
	bool talks;
	struct endpoint latest, latest_here; /* the latest sender, and where it was heard */
	int latest_socket;                   /* -1: nobody has sent yet */
	int64_t idle_deadline, next_drops_line;
	uint64_t count, bytes, truncated, dropped, dropped_told;
};

static const char *name_of(const struct receiving *receiving, char text[ENDPOINT_TEXT_MAX])
{
	return endpoint_format(&receiving->listeners->items[0].address, text);
}

static bool is_wildcard(const struct listener *listener)
{
	return endpoint_is_wildcard(&listener->address);
}

/* Bundles make a receiver fast, but what the kernel drops of them is counted wrong. */
static unsigned wishes_for(const struct receiving *receiving, const struct listener *listener)
{
	const struct receive_settings *settings = receiving->plan->settings;
	bool counts = message_is_verbose() || settings->json;
	bool replies = receive_answers(settings) || receiving->talks;

	return (counts ? DATAGRAM_DROPS : 0) | (counts || receive_runs_program(settings) ? 0 : DATAGRAM_BULK) |
	       (replies && is_wildcard(listener) ? DATAGRAM_HERE : 0);
}

static int open_talk(struct receiving *receiving)
{
	receiving->talk = (struct source){ .kind = SOURCE_LINES, .limit = receiving->plan->limit, .times = 1,
		                           .fd = STDIN_FILENO, .name = "standard input" };
	return receiving->talks ? source_open_reader(&receiving->talk) : STATUS_OK;
}

/* Everything that the loop needs. 0, or a status after a message. */
static int open_receiving(struct receiving *receiving)
{
	const struct receive_settings *settings = receiving->plan->settings;
	int count = receiving->listeners->count;
	int status;

	receiving->sockets = calloc((size_t)count, sizeof *receiving->sockets);
	/* a program each: no more are taken in than can be run */
	receiving->room = datagram_room_open((size_t)settings->buffer, receive_runs_program(settings) ? 1 : DATAGRAM_BATCH);
	if (receiving->sockets == NULL || receiving->room == NULL)
		return report_out_of_memory();
	receiving->poller = poller_open(receiving->plan->backend);
	if (receiving->poller == NULL)
		return report_errno("%s", receiving->plan->backend->name);
	for (int i = 0; i < count; i++) {
		const struct listener *listener = &receiving->listeners->items[i];

		datagram_socket_init(&receiving->sockets[i], listener->fd, wishes_for(receiving, listener));
	}
	status = answer_open(&receiving->answer, settings, receiving->plan, receiving->poller);
	return status != STATUS_OK ? status : open_talk(receiving);
}

static void close_receiving(struct receiving *receiving)
{
	answer_close(&receiving->answer);
	source_close(&receiving->talk);
	poller_close(receiving->poller);
	datagram_room_close(receiving->room);
	free(receiving->sockets);
}

/* ---- what comes ------------------------------------------------------------------------------------- */

static void tell_truncated(struct receiving *receiving, const struct datagram *item)
{
	char peer[ENDPOINT_TEXT_MAX];

	if (receiving->truncated++ > 0)
		return; /* their number is told at the end */
	report(STATUS_FAILED, "%s: a datagram of %zu bytes was truncated to %zu (--buffer)",
	       output_peer_name(item->peer, peer), item->whole, item->length);
}

static void remember_sender(struct receiving *receiving, int index, const struct datagram *item)
{
	if (!answer_is_possible(item->peer))
		return;
	receiving->latest = *item->peer;
	receiving->latest_socket = index;
	if (item->here != NULL)
		receiving->latest_here = *item->here;
}

static bool is_full(const struct receiving *receiving)
{
	int64_t wanted = receiving->plan->settings->count;

	return wanted > 0 && receiving->count >= (uint64_t)wanted;
}

/* One datagram that came in at socket INDEX. */
static void take(struct receiving *receiving, int index, const struct datagram *item)
{
	const struct receive_plan *plan = receiving->plan;

	receiving->dropped += item->dropped;
	if (plan->is_wanted != NULL && !plan->is_wanted(item->peer, plan->context))
		return;
	receiving->count++;
	receiving->bytes += item->length;
	if (item->truncated)
		tell_truncated(receiving, item);
	if (receiving->talks)
		remember_sender(receiving, index, item);
	output_put(&receiving->plan->output, item);
	answer_add(&receiving->answer, &receiving->sockets[index], &receiving->listeners->items[index].address, item);
}

static int report_receive(const struct receiving *receiving, int index)
{
	char text[ENDPOINT_TEXT_MAX];

	if (errno == ENOMEM)
		return report_out_of_memory();
	return report_errno("%s", endpoint_format(&receiving->listeners->items[index].address, text));
}

/* Something has come; after the last one nothing more is waited for but programs. */
static void put_off_idling(struct receiving *receiving)
{
	int64_t timeout = receiving->plan->settings->idle_timeout;

	if (timeout > 0)
		receiving->idle_deadline = is_full(receiving) ? DEADLINE_NEVER : deadline_after(timeout);
}

/* Takes what there is at socket INDEX. */
static int receive_from(struct receiving *receiving, int index)
{
	int status = STATUS_OK;

	for (int round = 0; round < RECEIVE_ROUNDS && status == STATUS_OK; round++) {
		const struct datagram *items;

		if (is_full(receiving) || answer_is_busy(&receiving->answer))
			break;
		int count = datagram_receive(receiving->room, &receiving->sockets[index], &items);
		if (count < 0 && (errno == ECONNREFUSED || errno == EHOSTUNREACH || errno == ENETUNREACH))
			continue; /* about an answer of ours: no matter of the socket's */
		if (count < 0)
			return errno == EAGAIN ? STATUS_OK : report_receive(receiving, index);
		uint64_t before = receiving->count;
		for (int i = 0; i < count && !is_full(receiving); i++)
			take(receiving, index, &items[i]);
		if (receiving->count > before)
			put_off_idling(receiving);
		status = answer_send(&receiving->answer);
		if (status == STATUS_OK)
			status = output_flush(&receiving->plan->output);
		if (datagram_room_took_all(receiving->room))
			break;
	}
	return status;
}

/* ---- what is typed ---------------------------------------------------------------------------------- */

static int talk_to_latest(struct receiving *receiving)
{
	for (;;) {
		struct datagram item;
		int count = source_peek(&receiving->talk, &item, 1);

		if (count < 0) { /* too long a line: nothing of it was sent */
			receiving->talks = false;
			receiving->answer.failed = true;
		}
		if (count <= 0)
			return STATUS_OK;
		item.peer = &receiving->latest;
		item.here = receiving->latest_here.length > 0 ? &receiving->latest_here : NULL;
		source_pass(&receiving->talk, &item, 1);
		int status = answer_send_one(&receiving->answer, &receiving->sockets[receiving->latest_socket], &item);
		if (status != STATUS_OK)
			return status;
	}
}

static int read_talk(struct receiving *receiving)
{
	int status = source_read(&receiving->talk);

	if (status == STATUS_OK)
		status = talk_to_latest(receiving);
	if (receiving->talk.ended)
		receiving->talks = false;
	return status;
}

/* ---- waiting ---------------------------------------------------------------------------------------- */

static int set_interests(struct receiving *receiving)
{
	bool listens = !is_full(receiving) && !answer_is_busy(&receiving->answer);

	for (int i = 0; i < receiving->listeners->count; i++) {
		if (poller_set(receiving->poller, receiving->listeners->items[i].fd, listens ? POLLER_READ : 0) < 0)
			return -1;
	}
	/* nothing is read that nobody could get yet */
	if (receiving->plan->settings->talk || receiving->talks)
		return poller_set(receiving->poller, STDIN_FILENO,
		                  receiving->talks && receiving->latest_socket >= 0 ? POLLER_READ : 0);
	return 0;
}

static void tell_drops(struct receiving *receiving, bool at_end)
{
	char text[ENDPOINT_TEXT_MAX];

	if (receiving->dropped == receiving->dropped_told || (!at_end && !deadline_passed(receiving->next_drops_line)))
		return;
	note("%s: %" PRIu64 " datagrams were dropped by the kernel", name_of(receiving, text), receiving->dropped);
	receiving->dropped_told = receiving->dropped;
	receiving->next_drops_line = deadline_after(drops_pause_ns);
}

static int report_late(const struct receiving *receiving)
{
	const struct receive_settings *settings = receiving->plan->settings;
	char text[ENDPOINT_TEXT_MAX], duration[VALUE_DURATION_MAX];

	if (deadline_passed(receiving->plan->deadline))
		return report(STATUS_TIMEOUT, "%s: not done within %s", name_of(receiving, text),
		              value_format_duration(settings->max_time, duration));
	return report(STATUS_TIMEOUT, "%s: nothing came for %s", name_of(receiving, text),
	              value_format_duration(settings->idle_timeout, duration));
}

static int handle_event(struct receiving *receiving, const struct poller_event *event)
{
	for (int i = 0; i < receiving->listeners->count; i++) {
		if (receiving->listeners->items[i].fd == event->fd)
			return receive_from(receiving, i);
	}
	if (event->fd == STDIN_FILENO)
		return receiving->talks ? read_talk(receiving) : STATUS_OK;
	answer_handle(&receiving->answer, event);
	return STATUS_OK;
}

/* Waits for the next thing to do and does it. */
static int step(struct receiving *receiving)
{
	int64_t until = deadline_earlier(receiving->plan->deadline, receiving->idle_deadline);
	int status = STATUS_OK;

	if (set_interests(receiving) < 0)
		return report_errno("%s", receiving->poller->backend->name);
	int count = poller_wait(receiving->poller, until, interrupt_wait_mask());
	if (count < 0 && errno != EINTR)
		return report_errno("%s", receiving->poller->backend->name);
	if (interrupt_pending() == SIGINT)
		message_break_line(); /* the terminal has shown ^C */
	if (interrupt_pending() != 0)
		return STATUS_SIGNAL + interrupt_pending();
	for (int i = 0; i < count && status == STATUS_OK; i++)
		status = handle_event(receiving, &receiving->poller->ready[i]);
	answer_reap(&receiving->answer);
	tell_drops(receiving, false);
	if (status == STATUS_OK && deadline_passed(deadline_earlier(receiving->plan->deadline, receiving->idle_deadline)))
		status = report_late(receiving);
	return status;
}

static int run_loop(struct receiving *receiving)
{
	int status = STATUS_OK;

	receiving->idle_deadline = deadline_after(receiving->plan->settings->idle_timeout);
	while (status == STATUS_OK && (!is_full(receiving) || answer_is_running(&receiving->answer)))
		status = step(receiving);
	return status;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

/* What the end has to say, and what it makes of STATUS. */
static int conclude(struct receiving *receiving, int status)
{
	uint64_t dropped = 0;
	char text[ENDPOINT_TEXT_MAX];

	for (int i = 0; receiving->sockets != NULL && i < receiving->listeners->count; i++)
		dropped += sock_dropped(receiving->listeners->items[i].fd);
	if (dropped > receiving->dropped)
		receiving->dropped = dropped; /* those behind the last one that came */
	tell_drops(receiving, true);
	if (receiving->truncated > 1)
		report(STATUS_FAILED, "%s: %" PRIu64 " datagrams were truncated to %" PRId64 " bytes (--buffer)",
		       name_of(receiving, text), receiving->truncated, receiving->plan->settings->buffer);
	note("received %" PRIu64 " datagrams, %" PRIu64 " bytes", receiving->count, receiving->bytes);
	return status == STATUS_OK && (receiving->truncated > 0 || receiving->answer.failed) ? STATUS_FAILED : status;
}

int receive_run(struct receive_plan *plan, const struct listener_list *sockets, bool *parent)
{
	struct receiving receiving = { .plan = plan, .listeners = sockets, .latest_socket = -1,
		                       .next_drops_line = deadline_now(), .idle_deadline = DEADLINE_NEVER };
	int status = output_begin(&plan->output);

	*parent = false;
	receiving.talks = receive_talks(plan->settings);
	if (status == STATUS_OK)
		status = ready_announce(&plan->settings->ready, &sockets->items[0].address, parent);
	if (status != STATUS_OK || *parent)
		return status;
	ready_tell(receiving.listeners, plan->command);
	status = open_receiving(&receiving);
	if (status == STATUS_OK)
		status = run_loop(&receiving);
	status = conclude(&receiving, status);
	close_receiving(&receiving);
	return status;
}
