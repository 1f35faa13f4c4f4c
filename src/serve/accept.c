/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See accept.h. The rule of accept(2), "Error handling": what goes wrong with one connection is no reason to end. */
#include "platform.h"

#include "serve/accept.h"

#include "cli/message.h"
#include "core/deadline.h"
#include "core/sock.h"
#include "serve/client.h"
#include "stream/peer_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const int64_t pause_ns = DEADLINE_SECOND;

enum { ACCEPTS_PER_TURN = 64 };

enum trouble {
	TROUBLE_NONE,      /* nobody there, or that connection is gone already */
	TROUBLE_EXHAUSTED, /* out of descriptors or memory: better later */
	TROUBLE_BROKEN     /* this listener will never work */
};

static enum trouble judge(int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return TROUBLE_EXHAUSTED;
	case EBADF:
	case EFAULT:
	case EINVAL:
	case ENOTSOCK:
	case EOPNOTSUPP:
		return TROUBLE_BROKEN;
	default:
		return TROUBLE_NONE;
	}
}

/* How many clients are served before the listeners close; 0: no end. */
static uint64_t wanted_count(const struct server *server)
{
	return server->session->many ? (uint64_t)server->settings->count : 1;
}

static bool has_room(const struct server *server)
{
	return server->open_count < (size_t)server->settings->maximum;
}

int accept_set_interest(struct server *server)
{
	bool paused = server->pause_end != 0 && !deadline_passed(server->pause_end);
	bool wanted = has_room(server) && !paused;

	if (!paused)
		server->pause_end = 0;
	if (wanted == server->watching)
		return 0;
	for (int i = 0; i < server->listeners.count; i++) {
		if (poller_set(server->poller, server->listeners.items[i].fd, wanted ? POLLER_READ : 0) < 0)
			return -1;
	}
	server->watching = wanted;
	return 0;
}

int64_t accept_deadline(const struct server *server)
{
	return server->pause_end != 0 ? server->pause_end : DEADLINE_NEVER;
}

/* Out of descriptors or memory: no client for a second, or until one has gone. */
static void pause_taking(struct server *server, int error)
{
	server->pause_end = deadline_after(pause_ns);
	if (!deadline_passed(server->next_complaint))
		return;
	server->next_complaint = deadline_after(pause_ns);
	notice("accept: %s; trying again when a client has gone, or in a second (%zu are served)",
	       message_error_text(error), server->open_count);
}

/* What a client needs besides its socket must be there before it is taken. 0, or -1 with errno. */
static int keep_spares(struct server *server)
{
	int wanted = server->session->many ? session_descriptors(server->session) : 0;

	while (server->spare_count < wanted) {
		int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			return -1;
		server->spares[server->spare_count++] = fd;
	}
	return 0;
}

void accept_spend_spares(struct server *server)
{
	while (server->spare_count > 0)
		close(server->spares[--server->spare_count]);
}

static void stop_listening(struct server *server)
{
	for (int i = 0; i < server->listeners.count; i++)
		poller_set(server->poller, server->listeners.items[i].fd, 0);
	server_stop_listening(server);
	server->watching = false;
}

static void note_connected(const struct server *server, int fd, const struct endpoint *peer)
{
	struct sock_credentials who;
	char text[ENDPOINT_TEXT_MAX];

	if (!message_is_verbose())
		return;
	peer_name(peer, server->session->many ? server->accepted + 1 : 0, text);
	if (server->session->local && sock_peer_credentials(fd, &who) == 0)
		note("connected to %s: process %ld of user %ld", text, who.pid, who.uid);
	else
		note("connected to %s", text);
}

static void welcome(struct server *server, int fd, const struct endpoint *peer)
{
	char text[ENDPOINT_TEXT_MAX];

	if (!access_allows(&server->settings->access, peer)) {
		note("refused %s", endpoint_format(peer, text));
		sock_close_reset(fd);
		return;
	}
	if (session_prepare_socket(fd, peer->address.ss_family, server->session) < 0) {
		server->accepted++;
		server->status = session_report_sockopt(server->session);
		sock_close_reset(fd);
		return;
	}
	note_connected(server, fd, peer);
	accept_spend_spares(server);
	client_begin(server, fd, peer);
}

/* One try at the listener FD. *TAKEN: whether there was anybody. 0, or a status after a message. */
static int take(struct server *server, int listener, bool *taken)
{
	struct endpoint peer = { .length = sizeof peer.address };

	*taken = false;
	if (keep_spares(server) < 0) {
		pause_taking(server, errno);
		return STATUS_OK;
	}
	int fd = sock_accept(listener, (struct sockaddr *)&peer.address, &peer.length);
	if (fd >= 0) {
		*taken = true;
		/* a Unix socket's peer has no address: what it connected to stands for it */
		welcome(server, fd, server->session->local ? &server->here : &peer);
		return STATUS_OK;
	}
	switch (judge(errno)) {
	case TROUBLE_NONE:
		break;
	case TROUBLE_EXHAUSTED:
		pause_taking(server, errno);
		break;
	case TROUBLE_BROKEN:
		return report_errno_as(STATUS_UNCONNECTED, "accept");
	}
	return STATUS_OK;
}

bool accept_is_listener(const struct server *server, int fd)
{
	for (int i = 0; i < server->listeners.count; i++) {
		if (server->listeners.items[i].fd == fd)
			return true;
	}
	return false;
}

static int take_all(struct server *server, int listener)
{
	uint64_t count = wanted_count(server);
	int status = STATUS_OK;
	bool taken = true;

	for (int turn = 0; turn < ACCEPTS_PER_TURN && taken && status == STATUS_OK; turn++) {
		if (!has_room(server) || server->pause_end != 0)
			break;
		status = take(server, listener, &taken);
		if (count > 0 && server->accepted >= count) {
			stop_listening(server); /* nobody else is let in */
			break;
		}
	}
	return status;
}

int accept_clients(struct server *server)
{
	int status = STATUS_OK;

	for (int i = 0; i < server->poller->ready_count && status == STATUS_OK; i++) {
		int fd = server->poller->ready[i].fd;

		if (accept_is_listener(server, fd))
			status = take_all(server, fd);
	}
	return status;
}
