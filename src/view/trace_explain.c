/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a socket call means, in one sentence, by the call and how it went (see trace.h). */
#include "platform.h"

#include "view/trace.h"

#include <errno.h>
#include <string.h>

static const char *explain_error(const struct sock_event *event)
{
	switch (event->error) {
	case EAGAIN:
		if (event->call == SOCK_ACCEPT)
			return "No client is waiting, and this socket does not block.";
		if (event->call == SOCK_SEND || event->call == SOCK_SENDTO || event->call == SOCK_SENDMSG)
			return "The send buffer is full, and this socket does not block: wait until the peer has read.";
		return "Nothing is ready now, and this socket does not block: wait and try again.";
	case ECONNREFUSED:
		return "Nobody listens there: the other machine answered with a reset.";
	case ECONNRESET:
		return "The peer has broken the connection off (RST); what was on its way is lost.";
	case EPIPE:
		return "Nothing can be sent any more: this side is shut down, or the peer is gone.";
	case ENOTCONN:
		return "This socket is not connected.";
	case EADDRINUSE:
		return "Another socket has this address.";
	case EADDRNOTAVAIL:
		return "This machine has no such address.";
	case EACCES:
	case EPERM:
		return "This is not permitted: ports below 1024, for instance, are root's.";
	case ETIMEDOUT:
		return "No answer came, however often it was asked.";
	case EMSGSIZE:
		return "The message is longer than one datagram can be.";
	case EINTR:
		return "A signal came while the call was waiting.";
	default:
		return "The call failed, and nothing has changed.";
	}
}

static const char *explain_received(const struct sock_event *event)
{
	if (event->result == 0 && event->length > 0)
		return "No bytes: on a stream that is the end, the peer will send no more; a datagram may be empty.";
	if ((event->flags & MSG_PEEK) != 0)
		return "A look at what has come: the bytes stay in the receive buffer.";
	return "Bytes are taken out of the receive buffer, as many as there are, at most as many as asked for.";
}

static const char *explain_sent(const struct sock_event *event)
{
	if ((uint64_t)event->result < event->length)
		return "Only a part fitted into the send buffer; the rest is the program's to send again.";
	return "The bytes are in the kernel's send buffer; that the peer has them is another matter.";
}

static const char *explain_waiting(const struct sock_event *event)
{
	return event->result == 0 ? "Nothing happened until the time was up."
	                          : "Something is ready: these descriptors can be used without waiting.";
}

static const char *explain_socket(const struct sock_event *event)
{
	if (event->domain == AF_UNIX)
		return "A new socket: one end of a conversation within this machine.";
	if (event->type == SOCK_STREAM)
		return "A new socket: one end of a TCP conversation, with no address and no peer yet.";
	if (event->type == SOCK_DGRAM && (event->domain == AF_INET || event->domain == AF_INET6))
		return "A new socket for UDP: datagrams to anybody, from anybody.";
	return "A new socket.";
}

static const char *explain_message(const struct sock_event *event)
{
	if (event->call == SOCK_SENDMSG)
		return "The parts are sent as one message.";
#ifdef MSG_ERRQUEUE
	if (event->flags & MSG_ERRQUEUE)
		return "An error is taken from the socket's queue of them: what the network has answered to something sent before.";
#endif
	return "A message is taken, with its sender and what came beside the bytes.";
}

static bool asks_for_error(const struct sock_event *event)
{
	return event->call == SOCK_GETSOCKOPT && event->level == SOL_SOCKET && event->option == SO_ERROR;
}

static const char *explain_name(const struct sock_event *event)
{
	return event->call == SOCK_GETSOCKNAME ? "The socket's own address, which the kernel may have picked."
	                                       : "The address of the peer.";
}

static const char *explain_splice(const struct sock_event *event)
{
	if (event->result > 0)
		return "The kernel moves bytes between the socket and a pipe without showing them to the program.";
	return trace_splices_from_pipe(event) ? "No bytes: the pipe has ended, there is no more to send."
	                                      : "No bytes: the peer has ended, no more will come.";
}

static const char *explain_batch(const struct sock_event *event)
{
	return event->call == SOCK_SENDMMSG ? "Datagrams are handed to the network, many with one call; whether they arrive nobody promises."
	                                    : "What datagrams are there are taken with one call, each with its sender.";
}

static const char *explain(const struct sock_event *event, const struct sock_standing *standing)
{
	if (event->result < 0 && event->error != EINPROGRESS)
		return explain_error(event);
	switch (event->call) {
	case SOCK_SOCKET:
		return explain_socket(event);
	case SOCK_SOCKETPAIR:
		return "Two sockets that are connected to each other.";
	case SOCK_BIND:
		return "The socket has an address of its own now; port 0 lets the kernel pick one.";
	case SOCK_LISTEN:
		return "Clients can connect from now on: the kernel completes the handshakes and queues them up.";
	case SOCK_ACCEPT:
		return "The next client is taken from the queue: a new socket for it, the old one goes on listening.";
	case SOCK_CONNECT:
		return trace_connect_sentence(event, standing);
	case SOCK_SEND:
		return explain_sent(event);
	case SOCK_SENDTO:
		return "One datagram is handed to the network; whether it arrives nobody promises.";
	case SOCK_RECV:
	case SOCK_RECVFROM:
		return explain_received(event);
	case SOCK_SENDMSG:
	case SOCK_RECVMSG:
		return explain_message(event);
	case SOCK_SENDMMSG:
	case SOCK_RECVMMSG:
		return explain_batch(event);
	case SOCK_SPLICE:
		return explain_splice(event);
	case SOCK_SETSOCKOPT:
	case SOCK_GETSOCKOPT:
		return trace_option_sentence(event);
	case SOCK_GETSOCKNAME:
	case SOCK_GETPEERNAME:
		return explain_name(event);
	case SOCK_SHUTDOWN:
		return trace_shutdown_sentence(event, standing);
	case SOCK_CLOSE:
		return trace_close_sentence(standing);
	default:
		return explain_waiting(event);
	}
}

void trace_add_sentence(struct trace_text *text, const struct sock_event *event, const struct sock_standing *standing)
{
	int error = 0;

	if (asks_for_error(event) && event->result >= 0 && event->length == sizeof error && event->data != NULL)
		memcpy(&error, event->data, sizeof error);
	if (error == 0) {
		trace_add(text, "%s",
		          asks_for_error(event) && standing->type == SOCK_DGRAM ? "No error waits to be told." : explain(event, standing));
		return;
	}
	trace_add(text, "What was begun has failed: %d is ", error);
	trace_add_error(text, error);
	trace_add(text, ".");
}
