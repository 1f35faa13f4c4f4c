/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The handler that sends back what comes: one pump, from the socket to itself. */
#include "platform.h"

#include "serve/handler.h"

#include "cli/message.h"
#include "cli/value.h"
#include "core/deadline.h"
#include "core/pump.h"
#include "core/relay.h"
#include "core/sock.h"
#include "serve/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ECHO_BUFFER = 64 * 1024 };

static const int64_t first_check_ns = DEADLINE_MILLISECOND / 4;
static const int64_t last_check_ns = 50 * DEADLINE_MILLISECOND;

/* The monitor sees an echo as it sees a relay. */
struct echo_watch {
	struct monitor_link link;
	struct relay_plan plan; /* only what the monitor asks for */
	struct pump_plan pump;
};

struct echo_client {
	struct client client;
	struct end socket;
	struct pump pump;
	struct echo_watch *watch;     /* NULL: nobody watches */
	int64_t last_activity;
	uint64_t last_moved;
	int64_t check_delay;          /* all is sent: until it is asked again whether it has arrived; 0: not sent yet */
	int error;
	bool idle, stopped;
};

static int watch(struct echo_client *self, const struct endpoint *peer)
{
	struct session *session = self->client.server->session;

	if (!monitor_wanted(&session->monitor))
		return STATUS_OK;
	self->watch = calloc(1, sizeof *self->watch);
	if (self->watch == NULL)
		return report_out_of_memory();
	int status = monitor_attach(&session->monitor, &self->watch->link, self->client.number, peer, -1, -1);
	monitor_watch(&self->watch->link, &self->watch->plan);
	self->watch->pump = *self->pump.plan;
	self->watch->pump.saw_in = self->watch->plan.received;
	self->watch->pump.saw_out = self->watch->plan.sent;
	self->watch->pump.seer = &self->watch->link;
	self->pump.plan = &self->watch->pump;
	return status;
}

/* Shows the monitor a turn. False: what it writes to has failed. */
static bool show_turn(const struct echo_client *self)
{
	const struct echo_watch *watch = self->watch;
	struct relay_counts counts = { .sent = self->pump.total_out, .received = self->pump.total_in };

	return watch == NULL || watch->plan.tick == NULL || watch->plan.tick(watch->plan.context, &counts);
}

static int set_interests(struct echo_client *self)
{
	unsigned wanted = 0;

	if (pump_wants_read(&self->pump))
		wanted |= POLLER_READ;
	if (pump_wants_write(&self->pump))
		wanted |= POLLER_WRITE;
	/* both have ended: that is a hang-up, told for ever; the next check finds what matters */
	if (wanted == 0 && self->check_delay == 0)
		wanted = POLLER_WATCH;
	if (poller_set(self->client.server->poller, self->client.fd, wanted) == 0)
		return 0;
	self->error = errno;
	return -1;
}

static int echo_open(struct client *client, const struct endpoint *peer)
{
	struct echo_client *self = (struct echo_client *)client;
	struct server *server = client->server;
	char name[ENDPOINT_TEXT_MAX];

	server->echo = (struct pump_plan){ .rate = server->session->settings->rate, .spare_buffer = ECHO_BUFFER };
	end_open_socket(&self->socket, client->fd);
	self->pump = (struct pump){ .from = &self->socket, .to = &self->socket, .plan = &server->echo };
	self->last_activity = deadline_now();
	int status = watch(self, peer);
	if (status != STATUS_OK)
		return status;
	if (pump_open(&self->pump) < 0 || server_watch(server, client->fd, client) < 0 || set_interests(self) < 0)
		return report_errno("%s", client_name(client, name));
	return STATUS_OK;
}

static void echo_take_event(struct client *client, const struct poller_event *event)
{
	struct echo_client *self = (struct echo_client *)client;

	if (event->events & POLLER_READ)
		pump_from_ready(&self->pump);
	if (event->events & POLLER_WRITE)
		pump_to_ready(&self->pump);
	if (!(event->events & POLLER_ERROR) || pump_wants_read(&self->pump))
		return;
	self->error = sock_take_error(client->fd);
	if (self->error == 0 && self->socket.is_local) /* it hangs up when nobody will ever read */
		self->error = EPIPE;
}

/* All was sent and our end passed on: whether the peer's kernel has it all. */
static bool is_acknowledged(struct echo_client *self)
{
	if (self->check_delay == 0)
		sock_shutdown(self->client.fd, SHUT_WR);
	self->check_delay = self->check_delay == 0 ? first_check_ns : 2 * self->check_delay;
	if (self->check_delay > last_check_ns)
		self->check_delay = last_check_ns;
	if (!self->socket.is_tcp || sock_unacknowledged(self->client.fd) <= 1) /* the FIN */
		return true;
	self->error = sock_take_error(self->client.fd);
	return false;
}

static void note_activity(struct echo_client *self)
{
	uint64_t moved = self->pump.total_in + self->pump.total_out;
	int64_t timeout = self->client.server->session->idle_timeout;

	if (moved != self->last_moved)
		self->last_activity = deadline_now();
	self->last_moved = moved;
	self->idle = timeout > 0 && deadline_passed(deadline_add(self->last_activity, timeout));
}

static bool echo_step(struct client *client)
{
	struct echo_client *self = (struct echo_client *)client;

	if (self->error == 0 && pump_step(&self->pump) != PUMP_STEP_OK)
		self->error = self->pump.error;
	note_activity(self);
	if (self->error != 0 || self->idle || self->stopped || !show_turn(self))
		return true;
	if (!self->pump.from_open && self->pump.buffered == 0 && !self->pump.holds_empty && is_acknowledged(self))
		return true;
	return set_interests(self) < 0;
}

static int64_t echo_deadline(const struct client *client)
{
	const struct echo_client *self = (const struct echo_client *)client;
	int64_t timeout = client->server->session->idle_timeout;
	int64_t deadline = timeout > 0 ? deadline_add(self->last_activity, timeout) : DEADLINE_NEVER;

	if (pump_is_runnable(&self->pump))
		return 0;
	if (self->check_delay > 0)
		deadline = deadline_earlier(deadline, deadline_after(self->check_delay));
	if (self->watch != NULL && self->watch->plan.tick_interval > 0)
		deadline = deadline_earlier(deadline, deadline_after(self->watch->plan.tick_interval));
	return deadline_earlier(deadline, pump_next_time(&self->pump));
}

static void echo_stop(struct client *client)
{
	((struct echo_client *)client)->stopped = true;
}

static int report_end(const struct echo_client *self, const char *peer)
{
	char duration[VALUE_DURATION_MAX];

	if (self->error != 0) {
		errno = self->error;
		return report_errno("%s", peer);
	}
	if (self->idle)
		return report(STATUS_TIMEOUT, "%s: nothing came or went for %s", peer,
		              value_format_duration(self->client.server->session->idle_timeout, duration));
	return self->watch != NULL ? monitor_report(&self->watch->link) : STATUS_OK;
}

static int echo_close(struct client *client)
{
	struct echo_client *self = (struct echo_client *)client;
	char name[ENDPOINT_TEXT_MAX];
	bool whole = self->check_delay > 0 && self->error == 0;
	int status = report_end(self, client_name(client, name));

	server_forget(client->server, client->fd, client);
	pump_close(&self->pump);
	if (whole)
		sock_close(client->fd);
	else
		sock_close_reset(client->fd);
	if (self->watch != NULL) {
		monitor_count(&self->watch->link, self->pump.total_out, self->pump.total_in);
		int detached = monitor_detach(&self->watch->link);

		status = status != STATUS_OK ? status : detached;
	}
	free(self->watch);
	return status;
}

const struct handler handler_echo = {
	.client_size = sizeof(struct echo_client),
	.open = echo_open,
	.take_event = echo_take_event,
	.step = echo_step,
	.deadline = echo_deadline,
	.stop = echo_stop,
	.close = echo_close,
};
