/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The handler of --exec and --sh: a program on each connection. nsk keeps a copy of the socket, so that when the program
 * ends without having read everything, that does not reset the connection and destroy what it has sent. */
#include "platform.h"

#include "serve/handler.h"

#include "cli/message.h"
#include "core/child.h"
#include "core/deadline.h"
#include "core/end.h"
#include "core/sock.h"
#include "serve/server.h"
#include "stream/exec.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static const int64_t drain_ns = 2 * DEADLINE_SECOND;

enum { DRAIN_CHUNK = 64 * 1024, DRAIN_ROUNDS = 16, ALIGNMENT = 64 };

struct exec_client {
	struct client client;
	pid_t pid;       /* 0: not started, or reaped */
	int wait_status; /* of the reaped */
	int error;       /* it could not be started */
	int64_t drain_end; /* 0: the program runs */
	struct end socket; /* from then on */
	bool over, stopped;
};

static int exec_open(struct client *client, const struct endpoint *peer)
{
	struct exec_client *self = (struct exec_client *)client;
	const struct stream_settings *settings = client->server->session->settings;
	char name[ENDPOINT_TEXT_MAX];

	self->error = exec_start(settings, client->fd, peer, &self->pid) < 0 ? errno : 0;
	if (self->error != 0) /* the client is to see an end, as if the program had ended at once */
		report(STATUS_FAILED, "%s: %s: %s", client_name(client, name), exec_name(settings),
		       message_error_text(self->error));
	return server_watch(client->server, client->fd, client) < 0 ? report_out_of_memory() : STATUS_OK;
}

static void exec_take_event(struct client *client, const struct poller_event *event)
{
	(void)client;
	(void)event; /* there is something to drain: step does it */
}

/* The program has ended: what it wrote is on its way, and our half-close follows it. */
static void begin_draining(struct exec_client *self)
{
	self->drain_end = deadline_after(drain_ns);
	sock_shutdown(self->client.fd, SHUT_WR);
	end_open_socket(&self->socket, self->client.fd);
	self->over = poller_set(self->client.server->poller, self->client.fd, POLLER_READ) < 0;
}

/* Reads and forgets what the peer still sends, up to its end. */
static void drain(struct exec_client *self)
{
	static _Alignas(ALIGNMENT) unsigned char scratch[DRAIN_CHUNK];

	for (int round = 0; round < DRAIN_ROUNDS; round++) {
		bool ended = false;
		ssize_t count = end_receive(&self->socket, scratch, sizeof scratch, &ended);

		if (ended || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
			self->over = true;
		if (ended || count < 0)
			return;
	}
}

static bool exec_step(struct client *client)
{
	struct exec_client *self = (struct exec_client *)client;

	if (self->pid > 0 && !self->stopped)
		return false;
	if (self->drain_end == 0 && !self->stopped)
		begin_draining(self);
	if (!self->over && !self->stopped)
		drain(self);
	return self->over || self->stopped || deadline_passed(self->drain_end);
}

static int64_t exec_deadline(const struct client *client)
{
	const struct exec_client *self = (const struct exec_client *)client;

	return self->drain_end != 0 ? self->drain_end : DEADLINE_NEVER;
}

static void exec_stop(struct client *client)
{
	struct exec_client *self = (struct exec_client *)client;

	if (self->pid > 0)
		kill(self->pid, SIGTERM);
	self->stopped = true;
}

static int exec_close(struct client *client)
{
	struct exec_client *self = (struct exec_client *)client;
	const struct stream_settings *settings = client->server->session->settings;
	char name[ENDPOINT_TEXT_MAX];

	server_forget(client->server, client->fd, client);
	if (self->stopped) {
		sock_break_off(client->fd); /* what the program has started may hold it for long */
		sock_close_reset(client->fd);
	} else {
		sock_close(client->fd);
	}
	client_note_end(client, self->stopped ? session_reset_reason(client->server->session) : "the program was done", NULL);
	if (self->stopped)
		return STATUS_OK;
	if (self->error != 0)
		return STATUS_FAILED; /* told already */
	return exec_report(settings, client_name(client, name), self->wait_status);
}

static struct exec_client *find(const struct server *server, pid_t pid)
{
	for (struct client *client = server->first; client != NULL; client = client->next) {
		struct exec_client *self = (struct exec_client *)client;

		if (self->pid == pid)
			return self;
	}
	return NULL;
}

/* Reaps whoever has ended. Children that nsk found when it was started are reaped too; nobody waits for them. */
static void exec_after_wait(struct server *server)
{
	int wait_status;
	pid_t pid;

	if (!child_take_news())
		return;
	while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0) {
		struct exec_client *self = find(server, pid);

		if (self == NULL)
			continue;
		self->pid = 0;
		self->wait_status = wait_status;
		server_wake(&self->client);
	}
}

const struct handler handler_exec = {
	.client_size = sizeof(struct exec_client),
	.open = exec_open,
	.take_event = exec_take_event,
	.step = exec_step,
	.deadline = exec_deadline,
	.stop = exec_stop,
	.close = exec_close,
	.after_wait = exec_after_wait,
};
