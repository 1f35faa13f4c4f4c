/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the calls that begin and end a connection mean: that is told by how the socket stands (see trace.h). */
#include "platform.h"

#include "view/trace.h"

#include <sys/socket.h>

/* Those of TCP's states, besides the ones in sock.h, in which the end (FIN) has been sent. */
enum { FIN_WAIT1 = 4, FIN_WAIT2 = 5, TIME_WAIT = 6, LAST_ACK = 9, CLOSING = 11 };

const char *trace_connect_sentence(const struct sock_event *event, const struct sock_standing *standing)
{
	if (event->result == 0 && standing->type == SOCK_DGRAM)
		return "The peer is fixed: send goes to it, and recv takes from it alone; nothing is sent for that.";
	if (event->result == 0 && standing->domain == AF_UNIX)
		return "The connection is made, and bytes can go both ways.";
	if (event->result == 0)
		return "The peer is fixed: the handshake is done and bytes can go both ways.";
	if (standing->state == SOCK_TCP_ESTABLISHED || standing->state == SOCK_TCP_CLOSE_WAIT)
		return "The first segment (SYN) is sent, and the answer is here already; elsewhere it takes as long as the way there and "
		       "back.";
	if (standing->state == SOCK_TCP_CLOSE)
		return "The first segment (SYN) is sent, and connecting has failed already; SO_ERROR tells why.";
	return "The first segment (SYN) is on its way; connecting goes on, and poll tells when it is over.";
}

static bool waits_for_peer(int state)
{
	return state == FIN_WAIT1 || state == FIN_WAIT2;
}

/* Whether both ends have been said, of which the peer may not have acknowledged the last. */
static bool is_over(int state)
{
	return state == TIME_WAIT || state == LAST_ACK || state == CLOSING;
}

static const char *explain_half_close(const struct sock_standing *standing)
{
	if (standing->type == SOCK_DGRAM)
		return "No more can be sent here; nobody is told, since datagrams have no end.";
	if (standing->domain == AF_UNIX)
		return "Half-close: the peer is told that no more will come; receiving goes on.";
	if (standing->state == SOCK_TCP_CLOSE || is_over(standing->state))
		return "The peer is told that no more will come (FIN); it has ended too, and the connection is over.";
	return "Half-close: the peer is told that no more will come (FIN); receiving goes on.";
}

const char *trace_shutdown_sentence(const struct sock_event *event, const struct sock_standing *standing)
{
	if (event->flags == SHUT_WR)
		return explain_half_close(standing);
	if (event->flags == SHUT_RD)
		return "No more will be read here; the peer is not told.";
	return "Both directions end; the descriptor stays until it is closed.";
}

static const char *explain_close_of_tcp(const struct sock_standing *standing)
{
	if (standing->state == TIME_WAIT)
		return "The descriptor is given back; the kernel keeps the connection a while (TIME_WAIT), lest late segments get into a "
		       "new one.";
	if (waits_for_peer(standing->state) || is_over(standing->state))
		return "The descriptor is given back; the peer was told of the end (FIN) before.";
	if (standing->state == SOCK_TCP_CLOSE)
		return "The descriptor is given back; there is no connection, or none any more, and nobody is told.";
	if (standing->state == SOCK_TCP_SYN_SENT)
		return "The descriptor is given back, and connecting is given up.";
	if (standing->resets)
		return "The descriptor is given back; the last one of a connection breaks it off (RST), as SO_LINGER was told.";
	return "The descriptor is given back; the last one of a connection ends it (FIN), or, if bytes lie here unread, breaks it "
	       "off (RST).";
}

const char *trace_close_sentence(const struct sock_standing *standing)
{
	if (standing->listens)
		return "The descriptor is given back; with the last one nobody listens any more, and clients in the queue are turned away.";
	if (standing->type == SOCK_DGRAM)
		return "The descriptor is given back; nobody is told, since datagrams have no connection that could end.";
	if (standing->domain == AF_UNIX)
		return "The descriptor is given back; with the last one the peer, if there is one, sees the end.";
	if (standing->type == SOCK_STREAM)
		return explain_close_of_tcp(standing);
	return "The descriptor is given back.";
}
