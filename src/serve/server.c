/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See server.h. The loop: wait, events, deadlines, new clients. */
#include "platform.h"

#include "serve/server.h"

#include "cli/message.h"
#include "cli/value.h"
#include "core/deadline.h"
#include "core/descriptors.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "serve/accept.h"
#include "serve/client.h"
#include "stream/exec.h"
#include "stream/joint.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const int64_t look_ns = 20 * DEADLINE_MILLISECOND;

const struct option_spec server_options[] = {
	OPTION_HEADING("Serving"),
	FLAG('k', "keep-open", struct server_settings, keep_open,
	     "serve clients at the same time, until a signal; what they send is merged by whole lines, stdin is not read"),
	NUMBER('W', "count", "N", 1, INT64_MAX, struct server_settings, count,
	       "as --keep-open, but end when N clients have been served"),
	NUMBER('m', "max-conns", "N", 1, INT_MAX, struct server_settings, maximum,
	       "serve at most N clients at a time, 1000 if not given; the others wait"),
	NUMBER(0, "backlog", "N", 0, INT_MAX, struct server_settings, backlog,
	       "let N connections wait to be taken (default: the system's limit)"),
	FLAG(0, "echo", struct server_settings, echo, "send back what comes, in place of stdio"),
	FLAG(0, "discard", struct server_settings, discard, "throw away what comes, in place of stdio"),
	OPTION_END,
};

/* ---- settings -------------------------------------------------------------------------------------- */

static int check_handler(const struct server_settings *settings, const struct stream_settings *stream)
{
	int handlers = settings->echo + settings->discard + exec_wanted(stream);
	const char *given = stream_ends_option(stream);

	if (handlers > 1)
		return usage_error("--echo, --discard, --exec and --sh: one of them");
	if (settings->echo && given != NULL)
		return usage_error("%s makes no sense with --echo, which sends back what comes", given);
	if (settings->discard && stream->output != NULL)
		return usage_error("--output makes no sense with --discard, which throws away what comes");
	if (settings->ready.background && handlers == 0 && stream->output == NULL && stream->log_received == NULL)
		return usage_error("--background needs --output FILE, --log-received FILE or a handler (--echo, --discard, "
		                   "--exec, --sh): nobody would see what comes");
	return STATUS_OK;
}

static bool has_handler(const struct server *server)
{
	return server->settings->echo || server->settings->discard || exec_wanted(server->session->settings);
}

static bool is_kept_open(const struct server *server)
{
	return server->settings->keep_open || server->settings->count > 0;
}

int server_check(struct server *server)
{
	const struct server_settings *settings = server->settings;
	struct session *session = server->session;
	int status = check_handler(settings, session->settings);

	if (status == STATUS_OK)
		status = access_check(&settings->access);
	if (status == STATUS_OK)
		status = ready_check(&settings->ready);
	server->handler = exec_wanted(session->settings) ? &handler_exec : settings->echo ? &handler_echo : &handler_stdio;
	session->many = is_kept_open(server);
	session->detached = settings->ready.background || has_handler(server);
	session->monitor.crowded = false;
	return status;
}

/* ---- running --------------------------------------------------------------------------------------- */

static int64_t next_deadline(const struct server *server)
{
	int64_t deadline = deadline_earlier(agenda_deadline(&server->agenda), merge_deadline(&server->session->merge));

	deadline = deadline_earlier(deadline, accept_deadline(server));
	if (server->accepted == 0 && server->listeners.count > 0)
		deadline = deadline_earlier(deadline, server->first_deadline);
	return deadline_earlier(deadline, server->session->deadline);
}

/* Hands out what the poller told. Returns whether somebody waits to be taken: that is done last, for a new client may
 * get a descriptor that an event was about. */
static bool take_events(struct server *server)
{
	bool knocking = false;

	for (int i = 0; i < server->poller->ready_count; i++) {
		const struct poller_event *event = &server->poller->ready[i];

		if (accept_is_listener(server, event->fd)) {
			knocking = true;
		} else if (!merge_take_event(&server->session->merge, event)) {
			struct client *client = (size_t)event->fd < server->by_fd_size ? server->by_fd[event->fd] : NULL;

			if (client == NULL)
				continue;
			server->handler->take_event(client, event);
			client_step(client);
		}
	}
	return knocking;
}

/* Steps those whose time has come. */
static void take_deadlines(struct server *server)
{
	struct agenda_item *item;
	size_t left = server->agenda.count; /* they may wake each other for ever: the others come between */

	while (left-- > 0 && (item = agenda_first(&server->agenda)) != NULL && item->deadline <= server->turn)
		client_step((struct client *)item);
}

static int report_no_client(const struct server *server)
{
	char duration[VALUE_DURATION_MAX], text[ENDPOINT_TEXT_MAX];
	int64_t limit = server->session->connect_timeout > 0 ? server->session->connect_timeout
	                                                     : server->session->settings->max_time;

	return report(STATUS_TIMEOUT, "%s: no client within %s",
	              endpoint_format(&server->listeners.items[0].address, text), value_format_duration(limit, duration));
}

/* Whether everything is over, and with which status. */
static bool is_over(struct server *server, int *status)
{
	const struct session *session = server->session;
	char duration[VALUE_DURATION_MAX];

	if (interrupt_pending() != 0) {
		*status = STATUS_SIGNAL + interrupt_pending();
		return true;
	}
	if (session->merge.error != 0) {
		*status = session_report_output(session, session_output_name(session), session->merge.error);
		return true;
	}
	if (server->accepted == 0 && server->listeners.count > 0 && deadline_passed(server->first_deadline)) {
		*status = report_no_client(server);
		return true;
	}
	if (server->listeners.count == 0 && server->open_count == 0) {
		*status = session->many && server->status != STATUS_OK ? STATUS_FAILED : server->status;
		return true;
	}
	if (deadline_passed(session->deadline)) {
		*status = report(STATUS_TIMEOUT, "not done within %s",
		                 value_format_duration(session->settings->max_time, duration));
		return true;
	}
	return false;
}

/* A wait that never sleeps is never interrupted. */
static void look_for_signal(struct server *server)
{
	if (server->turn < server->next_look)
		return;
	interrupt_poll();
	server->next_look = server->turn + look_ns;
}

/* One wait, and what follows from it. Returns whether everything is over. */
static bool turn(struct server *server, int *status)
{
	if (accept_set_interest(server) < 0 ||
	    (poller_wait(server->poller, next_deadline(server), interrupt_wait_mask()) < 0 && errno != EINTR)) {
		*status = report_errno("%s", server->poller->backend->name);
		return true;
	}
	server->turn = deadline_now();
	look_for_signal(server);
	if (server->handler->after_wait != NULL)
		server->handler->after_wait(server);
	bool knocking = take_events(server);
	merge_turn(&server->session->merge);
	take_deadlines(server);
	if (knocking) {
		*status = accept_clients(server);
		if (*status != STATUS_OK)
			return true;
	}
	return is_over(server, status);
}

static void begin(struct server *server)
{
	struct session *session = server->session;

	server->first_deadline = session_connect_deadline(session);
	session->monitor.crowded = session->many;
	if (exec_wanted(session->settings))
		exec_prepare();
	if (session->many && session->output >= 0)
		merge_open(&session->merge, session->output, server->poller);
}

/* Ends all clients, as a signal would. */
static void stop_clients(struct server *server)
{
	merge_hurry(&server->session->merge);
	while (server->first != NULL) {
		server->handler->stop(server->first);
		client_end(server->first);
	}
}

static int finish(struct server *server, int status)
{
	struct session *session = server->session;

	stop_clients(server);
	merge_release(&session->merge);
	agenda_release(&server->agenda);
	free(server->by_fd);
	accept_spend_spares(server);
	monitor_end(&session->monitor, &server->here);
	session_tell_escaped(session);
	int finished = session_finish(session);
	return status != STATUS_OK ? status : finished;
}

int server_run(struct server *server)
{
	int status = STATUS_OK;

	server->here = server->listeners.items[0].address;
	begin(server);
	while (!turn(server, &status))
		continue;
	return finish(server, status);
}

/* --exec, --sh: as a server does it for one client. */
static int run_connected(struct server *server, int fd, const struct endpoint *peer)
{
	int status = server_open_poller(server);

	server->here = *peer;
	begin(server);
	server->turn = deadline_now();
	if (status == STATUS_OK)
		client_begin(server, fd, peer);
	else
		sock_close_reset(fd);
	while (status == STATUS_OK && !is_over(server, &status) && !turn(server, &status))
		continue;
	status = finish(server, status);
	server_close(server);
	return status;
}

int server_run_dialled(struct session *session, int fd, const struct endpoint *peer)
{
	static const struct server_settings nothing = SERVER_DEFAULTS;
	struct server server = { .settings = &nothing, .session = session, .handler = &handler_exec };

	return exec_wanted(session->settings) ? run_connected(&server, fd, peer) : joint_run(session, fd, peer);
}
