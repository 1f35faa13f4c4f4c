/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The handler that joins clients to input and output: one relay each. --discard is the same without an output. */
#include "platform.h"

#include "serve/handler.h"

#include "cli/message.h"
#include "core/relay.h"
#include "core/sock.h"
#include "serve/server.h"
#include "stream/joint.h"

#include <errno.h>

struct stdio_client {
	struct client client;
	struct joint joint;
	struct relay *relay;
	int watched[3]; /* the relay's descriptors, -1 for none; it may close its output before it ends */
};

/* Lets the server know of all descriptors that the relay waits for. */
static int watch(struct stdio_client *self)
{
	relay_descriptors(self->relay, self->watched);
	for (int i = 0; i < 3; i++) {
		if (self->watched[i] >= 0 && server_watch(self->client.server, self->watched[i], &self->client) < 0)
			return -1;
	}
	return 0;
}

static void forget(struct stdio_client *self)
{
	for (int i = 0; i < 3; i++) {
		if (self->watched[i] >= 0)
			server_forget(self->client.server, self->watched[i], &self->client);
	}
}

static void wake(void *context)
{
	struct stdio_client *self = context;

	if (self->relay != NULL)
		relay_sink_ready(self->relay);
	server_wake(&self->client);
}

static int stdio_open(struct client *client, const struct endpoint *peer)
{
	struct stdio_client *self = (struct stdio_client *)client;
	struct session *session = client->server->session;
	char name[ENDPOINT_TEXT_MAX];
	int status = joint_open(&self->joint, session, peer, client->number);

	if (status != STATUS_OK)
		return status;
	struct relay_plan plan = joint_plan(&self->joint, client->fd, wake, self);
	self->relay = relay_open(&plan, client->server->poller);
	if (self->relay == NULL)
		return errno == ENOMEM ? report_out_of_memory() : report_errno("%s", monitor_name(&self->joint.watched, name));
	return watch(self) < 0 ? report_out_of_memory() : STATUS_OK;
}

static void stdio_take_event(struct client *client, const struct poller_event *event)
{
	relay_take_event(((struct stdio_client *)client)->relay, event);
}

static bool stdio_step(struct client *client)
{
	return relay_step(((struct stdio_client *)client)->relay);
}

static int64_t stdio_deadline(const struct client *client)
{
	return relay_deadline(((const struct stdio_client *)client)->relay);
}

static void stdio_stop(struct client *client)
{
	relay_interrupt(((struct stdio_client *)client)->relay);
}

static int stdio_close(struct client *client)
{
	struct stdio_client *self = (struct stdio_client *)client;
	struct relay_result result;

	if (self->relay == NULL) {
		sock_close_reset(client->fd);
		return joint_close(&self->joint, NULL);
	}
	forget(self);
	relay_close(self->relay, &result);
	return joint_close(&self->joint, &result);
}

const struct handler handler_stdio = {
	.client_size = sizeof(struct stdio_client),
	.open = stdio_open,
	.take_event = stdio_take_event,
	.step = stdio_step,
	.deadline = stdio_deadline,
	.stop = stdio_stop,
	.close = stdio_close,
};
