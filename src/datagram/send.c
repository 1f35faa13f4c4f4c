/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See send.h. One loop: send what there is, write what came, wait for what is next. */
#include "platform.h"

#include "datagram/send.h"

#include "cli/message.h"
#include "cli/value.h"
#include "core/datagram.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "datagram/output.h"
#include "datagram/source.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

enum {
	SEND_BATCH = 1024,         /* datagrams of one call */
	SEND_ROUNDS = 16,          /* calls, before signals are looked for; with replies one */
	REPLY_BUFFER = 4 * 1024 * 1024, /* of the socket; the system gives what it allows */
	REPLY_ROOM = 16,
	REPLY_BYTES = 1024 * 1024  /* longer than any, of Unix sockets too; pages that are not touched cost nothing */
};

static const int64_t reply_wait_ns = 5 * DEADLINE_SECOND; /* of -r without -w */
static const int64_t retry_ns = DEADLINE_MILLISECOND;

#define S struct send_settings

const struct option_spec send_options[] = {
	OPTION_HEADING("What is sent (without TEXT: all of stdin as one)"),
	FLAG('e', "escapes", S, escapes, "TEXT has escapes: \\n \\r \\t \\0 \\x7f \\\\"),
	FLAG('L', "lines", S, lines, "each line of stdin is a datagram, without its newline; replies come out as lines"),
	NUMBER(0, "size", "N", 1, 1 << 20, S, size, "every N bytes of stdin are a datagram"),
	FLAG(0, "empty", S, empty, "send one datagram of no bytes"),
	NUMBER(0, "times", "N", 1, INT64_MAX, S, times, "send all that N times"),
	DURATION('i', "interval", S, interval, "wait between datagrams"),

	OPTION_HEADING("Replies"),
	NUMBER('r', "replies", "N", 1, INT64_MAX, S, replies, "write N replies to stdout, then end; 124 if there are fewer in time"),
	DURATION('w', "wait", S, wait,
	         "write the replies that come until DURATION after the last datagram sent (default with -r: 5 s)"),
	FLAG(0, "connected", S, connected, "take replies from that one address only"),
	OPTION_END,
};

/* ---- settings --------------------------------------------------------------------------------------- */

static bool reads_lines(const struct send_settings *settings, int text_count)
{
	if (text_count > 0 || settings->empty || settings->size > 0)
		return false;
	return settings->lines || isatty(STDIN_FILENO);
}

int send_check(const struct send_settings *settings, int text_count, const struct poller_backend **backend)
{
	if (settings->empty && (text_count > 0 || settings->lines || settings->size > 0))
		return usage_error("--empty is all that is sent: no TEXT, -L or --size with it");
	if (text_count > 0 && settings->size > 0)
		return usage_error("--size is for stdin, which is not read where there is a TEXT");
	if (settings->lines && settings->size > 0)
		return usage_error("-L and --size: either lines or pieces of one size");
	if (settings->times > 1 && (settings->size > 0 || reads_lines(settings, text_count)))
		return usage_error("--times is for TEXT, or for a stdin that is one datagram");
	if (settings->escapes && text_count == 0)
		return usage_error("-e is for TEXT; what stdin gives is sent as it stands");
	return datagram_check(&settings->common, backend);
}

bool send_takes_replies(const struct send_settings *settings, int text_count)
{
	return settings->replies > 0 || settings->wait >= 0 || reads_lines(settings, text_count);
}

int send_report(int error, const char *name)
{
	bool unreachable = error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH || error == ENOENT ||
	                   error == EPROTOTYPE || error == EACCES || error == ECONNRESET || error == ENOTDIR ||
	                   error == ENETDOWN || error == EHOSTDOWN;

	if (error == ENOMEM)
		return report_out_of_memory();
	errno = error;
	return report_errno_as(unreachable ? STATUS_UNCONNECTED : STATUS_FAILED, "%s", name);
}

/* ---- the loop --------------------------------------------------------------------------------------- */

struct sending {
	const struct send_plan *plan;
	struct source source;
	struct output output;
	struct datagram_socket socket;
	struct datagram_room *room;
	struct poller *poller;
	bool receives, blocked, is_terminal, truncated;
	int64_t not_before; /* the next datagram */
	int64_t last_sent;
	uint64_t sent, bytes, replies;
};

static int open_source(struct sending *sending)
{
	const struct send_plan *plan = sending->plan;
	const struct send_settings *settings = plan->settings;
	struct source *source = &sending->source;
	static char *nothing[] = { "" };

	*source = (struct source){ .limit = plan->limit, .times = settings->times, .fd = STDIN_FILENO,
		                   .name = "standard input" };
	if (settings->empty)
		return source_open_words(source, 1, nothing, false);
	if (plan->text_count > 0)
		return source_open_words(source, plan->text_count, plan->texts, settings->escapes);
	source->kind = SOURCE_WHOLE;
	if (reads_lines(settings, 0))
		source->kind = SOURCE_LINES;
	if (settings->size > 0) {
		source->kind = SOURCE_PIECES;
		source->size = (size_t)settings->size;
		if (source->size > plan->limit)
			return report(STATUS_FAILED, "--size %" PRId64 ": a datagram has at most %zu bytes here", settings->size,
			              plan->limit);
	}
	return source_open_reader(source);
}

static int open_receiving(struct sending *sending)
{
	const struct send_settings *settings = sending->plan->settings;

	datagram_socket_init(&sending->socket, sending->plan->fd, sending->receives ? DATAGRAM_BULK : 0);
	if (!sending->receives)
		return STATUS_OK;
	if (settings->common.sockopts.count == 0)
		sock_set_int(sending->plan->fd, SOL_SOCKET, SO_RCVBUF, REPLY_BUFFER);
	sending->room = datagram_room_open(REPLY_BYTES, REPLY_ROOM);
	if (sending->room == NULL)
		return report_out_of_memory();
	sending->output = (struct output){ .form = sending->source.kind == SOURCE_LINES || settings->lines ? OUTPUT_LINES
		                                                                                          : OUTPUT_BYTES,
		                           .raw = settings->common.raw, .deadline = DEADLINE_NEVER,
		                           .backend = sending->plan->backend };
	return output_open(&sending->output);
}

static void close_sending(struct sending *sending)
{
	output_close(&sending->output);
	source_close(&sending->source);
	datagram_room_close(sending->room);
	poller_close(sending->poller);
}

/* What went wrong: nothing, if only later will do. */
static int judge_send(struct sending *sending)
{
	const struct send_plan *plan = sending->plan;

	if (errno == ENOBUFS || (errno == EAGAIN && plan->is_local && plan->to != NULL)) {
		/* an interface's queue is full, or that of a Unix socket we are not connected to: poll tells of neither */
		sending->not_before = deadline_after(retry_ns);
		return STATUS_OK;
	}
	if (errno != EAGAIN)
		return send_report(errno, sending->plan->name);
	sending->blocked = true;
	return STATUS_OK;
}

static void count_sent(struct sending *sending, const struct datagram *items, int count)
{
	int64_t interval = sending->plan->settings->interval;

	for (int i = 0; i < count; i++)
		sending->bytes += items[i].length;
	sending->sent += (uint64_t)count;
	source_pass(&sending->source, items, count);
	if (interval > 0)
		sending->not_before = deadline_after(interval);
	if (sending->receives)
		sending->last_sent = deadline_now();
}

/* Sends what can be sent at once; not for so long that nothing else is seen. */
static int send_some(struct sending *sending)
{
	const struct send_plan *plan = sending->plan;
	struct datagram items[SEND_BATCH];
	int most = plan->settings->interval > 0 ? 1 : SEND_BATCH;

	int rounds = sending->receives ? 1 : SEND_ROUNDS;

	for (int round = 0; round < rounds && !sending->blocked; round++) {
		if (sending->not_before != 0 && !deadline_passed(sending->not_before))
			return STATUS_OK;
		sending->not_before = 0;
		int count = source_peek(&sending->source, items, most);
		if (count <= 0)
			return count < 0 ? STATUS_FAILED : STATUS_OK;
		for (int i = 0; i < count; i++)
			items[i].peer = plan->to;
		int sent = datagram_send(&sending->socket, items, count);
		if (sent < 0)
			return judge_send(sending);
		count_sent(sending, items, sent);
	}
	return STATUS_OK;
}

static bool has_enough(const struct sending *sending)
{
	int64_t wanted = sending->plan->settings->replies;
	bool all_sent = source_is_done(&sending->source) || (sending->is_terminal && source_wants_input(&sending->source));

	return all_sent && wanted > 0 && sending->replies >= (uint64_t)wanted;
}

/* What the datagrams sent so far met, if the system told: a batch may have passed over it. */
static int check_error(const struct sending *sending)
{
	int error = datagram_take_error(sending->plan->fd);

	return error != 0 ? send_report(error, sending->plan->name) : STATUS_OK;
}

/* Takes the replies that are there. */
static int receive_some(struct sending *sending)
{
	const struct datagram *items;
	int count = datagram_receive(sending->room, &sending->socket, &items);

	if (count < 0)
		return errno == EAGAIN ? check_error(sending) : send_report(errno, sending->plan->name);
	for (int i = 0; i < count && !has_enough(sending); i++) {
		char peer[ENDPOINT_TEXT_MAX];

		sending->replies++;
		if (message_is_verbose())
			note("%zu bytes from %s", items[i].whole, endpoint_format(items[i].peer, peer));
		if (items[i].truncated) {
			sending->truncated = true;
			report(STATUS_FAILED, "%s: a reply of %zu bytes was truncated to %zu", sending->plan->name,
			       items[i].whole, items[i].length);
		}
		output_put(&sending->output, &items[i]);
	}
	return output_flush(&sending->output);
}

/* When waiting for replies ends. */
static int64_t reply_deadline(const struct sending *sending)
{
	const struct send_settings *settings = sending->plan->settings;
	int64_t wait = settings->wait >= 0 ? settings->wait : reply_wait_ns;

	return wait == 0 ? DEADLINE_NEVER : deadline_add(sending->last_sent, wait);
}

static int report_too_few(const struct sending *sending)
{
	const struct send_settings *settings = sending->plan->settings;
	char duration[VALUE_DURATION_MAX];

	value_format_duration(settings->wait >= 0 ? settings->wait : reply_wait_ns, duration);
	if (settings->replies > 0 && sending->replies > 0)
		return report(STATUS_TIMEOUT, "%s: %" PRIu64 " of %" PRId64 " replies within %s", sending->plan->name,
		              sending->replies, settings->replies, duration);
	return report(STATUS_TIMEOUT, "%s: no reply within %s", sending->plan->name, duration);
}

/* The last look, when no more replies are waited for: at those that are there, and at what the last datagram met. */
static int finish(struct sending *sending)
{
	int status = sending->receives ? receive_some(sending) : STATUS_OK;

	return status == STATUS_OK ? check_error(sending) : status;
}

/* Whether all is done; then *STATUS tells how it went. */
static bool is_over(struct sending *sending, int *status)
{
	const struct send_settings *settings = sending->plan->settings;

	if (has_enough(sending))
		return true;
	if (!source_is_done(&sending->source))
		return false;
	if (settings->replies == 0 && settings->wait < 0) {
		*status = finish(sending);
		return true;
	}
	if (!deadline_passed(reply_deadline(sending)))
		return false;
	if (settings->replies > 0 || sending->replies == 0)
		*status = report_too_few(sending);
	return true;
}

/* What is waited for at each descriptor, and until when. */
static int set_interests(struct sending *sending, int64_t *until)
{
	bool wants_input = source_wants_input(&sending->source);
	bool done = source_is_done(&sending->source);
	unsigned events = sending->receives ? POLLER_READ : 0;

	*until = DEADLINE_NEVER;
	if (done)
		*until = reply_deadline(sending);
	else if (!wants_input && !sending->blocked)
		*until = sending->not_before != 0 ? sending->not_before : 0;
	if (sending->blocked)
		events |= POLLER_WRITE;
	if (sending->source.kind != SOURCE_WORDS &&
	    poller_set(sending->poller, STDIN_FILENO, wants_input ? POLLER_READ : 0) < 0)
		return -1;
	return poller_set(sending->poller, sending->plan->fd, events != 0 ? events : POLLER_WATCH);
}

/* Acts on what POLLER told. */
static int handle_events(struct sending *sending, int count)
{
	int status = STATUS_OK;

	for (int i = 0; i < count && status == STATUS_OK; i++) {
		const struct poller_event *event = &sending->poller->ready[i];

		if (event->fd != sending->plan->fd) {
			status = source_read(&sending->source);
			continue;
		}
		if (event->events & POLLER_WRITE)
			sending->blocked = false;
		if (event->events & POLLER_ERROR)
			status = finish(sending);
		else if (sending->receives && (event->events & POLLER_READ))
			status = receive_some(sending);
	}
	return status;
}

static int wait_for_more(struct sending *sending)
{
	int64_t until;

	if (set_interests(sending, &until) < 0)
		return report_errno("%s", sending->poller->backend->name);
	int count = poller_wait(sending->poller, until, interrupt_wait_mask());
	if (count < 0 && errno != EINTR)
		return report_errno("%s", sending->poller->backend->name);
	if (interrupt_pending() == SIGINT)
		message_break_line(); /* the terminal has shown ^C */
	if (interrupt_pending() != 0)
		return STATUS_SIGNAL + interrupt_pending();
	return handle_events(sending, count);
}

static int run_loop(struct sending *sending)
{
	int status = STATUS_OK;

	sending->last_sent = deadline_now();
	while (status == STATUS_OK) {
		status = send_some(sending);
		if (status != STATUS_OK || is_over(sending, &status))
			break;
		status = wait_for_more(sending);
	}
	return status;
}

int send_run(const struct send_plan *plan)
{
	struct sending sending = { .plan = plan };
	int status;

	sending.receives = send_takes_replies(plan->settings, plan->text_count);
	status = open_source(&sending);
	sending.is_terminal = sending.source.kind == SOURCE_LINES && isatty(STDIN_FILENO);
	if (status == STATUS_OK)
		status = open_receiving(&sending);
	if (status == STATUS_OK) {
		interrupt_catch();
		sending.poller = poller_open(plan->backend);
		status = sending.poller != NULL ? run_loop(&sending) : report_errno("%s", plan->backend->name);
	}
	note("sent %" PRIu64 " datagrams, %" PRIu64 " bytes; %" PRIu64 " replies", sending.sent, sending.bytes,
	     sending.replies);
	if (status == STATUS_OK && sending.truncated)
		status = STATUS_FAILED;
	close_sending(&sending);
	return status;
}
