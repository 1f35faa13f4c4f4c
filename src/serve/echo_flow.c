/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See echo_flow.h. */
#include "platform.h"

#include "serve/echo_flow.h"

#include "cli/message.h"
#include "core/deadline.h"
#include "core/relay.h"

#include <errno.h>
#include <stdlib.h>

/* The monitor sees an echo as it sees a relay. */
struct echo_watch {
	struct monitor_link link;
	struct relay_plan plan; /* only what the monitor asks for */
};

bool echo_flow_wanted(const struct server *server, const struct end *kind)
{
	const struct session *session = server->session;

	return kind->records || session->settings->rate > 0 || monitor_wanted(&session->monitor);
}

static struct echo_flow *make(struct client *client)
{
	struct echo_flow *flow = calloc(1, sizeof *flow);

	if (flow == NULL)
		return NULL;
	end_open_socket_like(&flow->socket, client->fd, server_socket_kind(client->server, client->fd));
	flow->plan = (struct pump_plan){ .rate = client->server->session->settings->rate, .spare_buffer = ECHO_BUFFER };
	flow->pump = (struct pump){ .from = &flow->socket, .to = &flow->socket, .plan = &flow->plan };
	return flow;
}

static int watch(struct echo_flow *flow, struct client *client, const struct endpoint *peer)
{
	struct session *session = client->server->session;

	if (!monitor_wanted(&session->monitor))
		return STATUS_OK;
	flow->watch = calloc(1, sizeof *flow->watch);
	if (flow->watch == NULL)
		return report_out_of_memory();
	int status = monitor_attach(&session->monitor, &flow->watch->link, client->number, peer, -1, -1);
	monitor_watch(&flow->watch->link, &flow->watch->plan);
	flow->plan.saw_in = flow->watch->plan.received;
	flow->plan.saw_out = flow->watch->plan.sent;
	flow->plan.seer = &flow->watch->link;
	return status;
}

int echo_flow_watch(struct client *client, const struct endpoint *peer, struct echo_flow **flow)
{
	*flow = make(client);
	if (*flow == NULL)
		return report_out_of_memory();
	(*flow)->stays = true;
	int status = watch(*flow, client, peer);
	if (status == STATUS_OK && pump_open(&(*flow)->pump) < 0)
		status = report_out_of_memory();
	return status;
}

struct echo_flow *echo_flow_open(struct client *client, const unsigned char *data, size_t count)
{
	struct echo_flow *flow = make(client);

	if (flow == NULL)
		return NULL;
	if (pump_open(&flow->pump) == 0 && pump_copy_hold(&flow->pump, data, count) == 0)
		return flow;
	echo_flow_close(flow);
	errno = ENOMEM;
	return NULL;
}

int echo_flow_step(struct echo_flow *flow, int64_t *last_activity)
{
	int error = pump_step(&flow->pump) != PUMP_STEP_OK ? flow->pump.error : 0;
	uint64_t moved = flow->pump.total_in + flow->pump.total_out;

	if (moved != flow->last_moved)
		*last_activity = deadline_now();
	flow->last_moved = moved;
	return error;
}

bool echo_flow_show(const struct echo_flow *flow)
{
	const struct echo_watch *watch = flow->watch;
	struct relay_counts counts = { .sent = flow->pump.total_out, .received = flow->pump.total_in };

	return watch == NULL || watch->plan.tick == NULL || watch->plan.tick(watch->plan.context, &counts);
}

bool echo_flow_is_done(const struct echo_flow *flow)
{
	return !flow->pump.from_open && flow->pump.buffered == 0 && !flow->pump.holds_empty;
}

int64_t echo_flow_deadline(const struct echo_flow *flow)
{
	int64_t deadline = pump_next_time(&flow->pump);

	if (pump_is_runnable(&flow->pump))
		return 0;
	if (flow->watch != NULL && flow->watch->plan.tick_interval > 0)
		deadline = deadline_earlier(deadline, deadline_after(flow->watch->plan.tick_interval));
	return deadline;
}

int echo_flow_report(const struct echo_flow *flow)
{
	return flow->watch != NULL ? monitor_report(&flow->watch->link) : STATUS_OK;
}

int echo_flow_close(struct echo_flow *flow)
{
	int status = STATUS_OK;

	if (flow == NULL)
		return STATUS_OK;
	pump_close(&flow->pump);
	if (flow->watch != NULL) {
		monitor_count(&flow->watch->link, flow->pump.total_out, flow->pump.total_in);
		status = monitor_detach(&flow->watch->link);
	}
	free(flow->watch);
	free(flow);
	return status;
}
