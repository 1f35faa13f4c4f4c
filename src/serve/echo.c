/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The handler that sends back what comes. What can go at once goes through one buffer that all share; a client has a
 * flow of its own (echo_flow.h) only while its answer is held back, or where the bytes are shaped or watched. */
#include "platform.h"

#include "serve/handler.h"

#include "cli/message.h"
#include "cli/value.h"
#include "core/deadline.h"
#include "core/sock.h"
#include "serve/echo_flow.h"
#include "serve/server.h"

#include <errno.h>
#include <stdalign.h>

enum { ROUNDS = 16, ALIGNMENT = 64 };

static const int64_t first_check_ns = DEADLINE_MILLISECOND / 4;
static const int64_t last_check_ns = 50 * DEADLINE_MILLISECOND;

struct echo_client {
	struct client client;
	struct echo_flow *flow; /* NULL: nothing is held */
	int64_t last_activity;
	int64_t check_delay;    /* all is sent: until it is asked again whether it has arrived; 0: not sent yet */
	uint64_t echoed;        /* bytes, but for the flow's */
	int error;
	bool readable, ended;   /* without a flow: there may be something to read; the peer has ended */
	bool idle, stopped;
};

static bool wants_read(const struct echo_client *self)
{
	return self->flow != NULL ? pump_wants_read(&self->flow->pump) : !self->ended;
}

static int set_interests(struct echo_client *self)
{
	unsigned wanted = wants_read(self) ? POLLER_READ : 0;

	if (self->flow != NULL && pump_wants_write(&self->flow->pump))
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
	char name[ENDPOINT_TEXT_MAX];

	self->readable = true;
	self->last_activity = deadline_now();
	if (echo_flow_wanted(client->server, server_socket_kind(client->server, client->fd))) {
		int status = echo_flow_watch(client, peer, &self->flow);

		if (status != STATUS_OK)
			return status;
	}
	if (server_watch(client->server, client->fd, client) < 0 || set_interests(self) < 0)
		return report_errno("%s", client_name(client, name));
	return STATUS_OK;
}

static void echo_take_event(struct client *client, const struct poller_event *event)
{
	struct echo_client *self = (struct echo_client *)client;

	if (event->events & POLLER_READ) {
		self->readable = true;
		if (self->flow != NULL)
			pump_from_ready(&self->flow->pump);
	}
	if ((event->events & POLLER_WRITE) && self->flow != NULL)
		pump_to_ready(&self->flow->pump);
	if (!(event->events & POLLER_ERROR) || wants_read(self))
		return;
	self->error = sock_take_error(client->fd);
	if (self->error == 0 && server_socket_kind(client->server, client->fd)->is_local)
		self->error = EPIPE; /* it hangs up when nobody will ever read */
}

/* Sends COUNT bytes back; what does not go at once begins a flow. Returns whether all has gone. */
static bool send_back(struct echo_client *self, const unsigned char *data, size_t count)
{
	ssize_t sent = sock_send(self->client.fd, data, count, MSG_DONTWAIT);

	if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
		self->error = errno;
		return false;
	}
	size_t gone = sent < 0 ? 0 : (size_t)sent;
	self->echoed += gone;
	if (gone == count)
		return true;
	self->flow = echo_flow_open(&self->client, data + gone, count - gone);
	if (self->flow == NULL)
		self->error = errno;
	return false;
}

/* Answers what has come, within a bound: the others have their turn. */
static void answer(struct echo_client *self)
{
	static alignas(ALIGNMENT) unsigned char bytes[ECHO_BUFFER];
	ssize_t count = ECHO_BUFFER;

	for (int round = 0; round < ROUNDS && self->readable && !self->ended; round++) {
		count = sock_recv(self->client.fd, bytes, sizeof bytes, MSG_DONTWAIT);
		self->ended = count == 0;
		if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			self->error = errno;
		if (count > 0)
			self->last_activity = deadline_now();
		self->readable = count == ECHO_BUFFER; /* a short read emptied it */
		if (count > 0 && !send_back(self, bytes, (size_t)count))
			return;
	}
}

/* Moves what the flow holds. With the last of it the flow goes too. */
static void move(struct echo_client *self)
{
	struct echo_flow *flow = self->flow;

	self->error = echo_flow_step(flow, &self->last_activity);
	if (self->error != 0 || flow->stays || flow->pump.buffered > 0)
		return;
	self->ended = !flow->pump.from_open;
	self->readable = !flow->pump.from_waits;
	self->echoed += flow->pump.total_out;
	echo_flow_close(flow);
	self->flow = NULL;
}

/* All was sent: whether the peer's kernel has it all. If not, it sees our end while we wait. */
static bool is_acknowledged(struct echo_client *self)
{
	bool is_first = self->check_delay == 0;

	self->check_delay = is_first ? first_check_ns : 2 * self->check_delay;
	if (self->check_delay > last_check_ns)
		self->check_delay = last_check_ns;
	if (!server_socket_kind(self->client.server, self->client.fd)->is_tcp)
		return true;
	if (is_first && sock_counts_unacknowledged() && sock_unacknowledged(self->client.fd) == 0)
		return true;
	if (is_first)
		sock_shutdown(self->client.fd, SHUT_WR);
	int settled = sock_settled(self->client.fd);

	if (settled <= 0)
		self->error = settled < 0 ? errno : sock_take_error(self->client.fd);
	return settled > 0;
}

static bool is_idle(const struct echo_client *self)
{
	int64_t timeout = self->client.server->session->idle_timeout;

	return timeout > 0 && deadline_passed(deadline_add(self->last_activity, timeout));
}

static bool echo_step(struct client *client)
{
	struct echo_client *self = (struct echo_client *)client;

	if (self->error == 0 && self->flow == NULL)
		answer(self);
	else if (self->error == 0)
		move(self);
	self->idle = is_idle(self);
	if (self->error != 0 || self->idle || self->stopped || (self->flow != NULL && !echo_flow_show(self->flow)))
		return true;
	bool done = self->flow != NULL ? echo_flow_is_done(self->flow) : self->ended;
	return (done && is_acknowledged(self)) || set_interests(self) < 0;
}

static int64_t echo_deadline(const struct client *client)
{
	const struct echo_client *self = (const struct echo_client *)client;
	int64_t timeout = client->server->session->idle_timeout;
	int64_t deadline = timeout > 0 ? deadline_add(self->last_activity, timeout) : DEADLINE_NEVER;

	if (self->flow == NULL && self->readable && !self->ended)
		return 0;
	if (self->check_delay > 0)
		deadline = deadline_earlier(deadline, deadline_after(self->check_delay));
	return self->flow != NULL ? deadline_earlier(deadline, echo_flow_deadline(self->flow)) : deadline;
}

static void echo_stop(struct client *client)
{
	((struct echo_client *)client)->stopped = true;
}

static int report_end(const struct echo_client *self)
{
	char duration[VALUE_DURATION_MAX], name[ENDPOINT_TEXT_MAX];

	if (self->error != 0) {
		client_name(&self->client, name);
		errno = self->error;
		return report_errno("%s", name);
	}
	if (self->idle)
		return report(STATUS_TIMEOUT, "%s: nothing came or went for %s", client_name(&self->client, name),
		              value_format_duration(self->client.server->session->idle_timeout, duration));
	return self->flow != NULL ? echo_flow_report(self->flow) : STATUS_OK;
}

static void note_end(const struct echo_client *self, bool whole)
{
	const struct pump *pump = self->flow != NULL ? &self->flow->pump : NULL;
	const uint64_t moved[2] = { self->echoed + (pump != NULL ? pump->total_out : 0), self->echoed + (pump != NULL ? pump->total_in : 0) };

	client_note_end(&self->client,
	                self->error != 0 ? "the connection broke"
	                : whole          ? "both sides were done"
	                                 : session_reset_reason(self->client.server->session),
	                moved);
}

static int echo_close(struct client *client)
{
	struct echo_client *self = (struct echo_client *)client;
	bool whole = self->check_delay > 0 && self->error == 0;
	int status = report_end(self);

	note_end(self, whole);
	server_forget_closed(client->server, client->fd, client);
	if (whole)
		sock_close(client->fd);
	else
		sock_close_reset(client->fd);
	int closed = echo_flow_close(self->flow);
	return status != STATUS_OK ? status : closed;
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
