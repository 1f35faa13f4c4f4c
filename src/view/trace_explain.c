/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a socket call means, in one sentence, by the call and how it went (see trace.h). */
#include "platform.h"

#include "view/trace.h"

#include <errno.h>
#include <netinet/in.h>

static const char *explain_error(const struct sock_event *event)
{
	switch (event->error) {
	case EINPROGRESS:
		return "The first segment (SYN) is on its way; connecting goes on, and poll tells when it is over.";
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

static const char *explain_option(const struct sock_event *event)
{
	if (event->level == SOL_SOCKET && event->option == SO_REUSEADDR)
		return "The address may be bound although old connections of it are still in TIME_WAIT.";
	if (event->level == SOL_SOCKET && event->option == SO_LINGER)
		return "From now on, closing waits for what is unsent, or, after 0 seconds, throws it away with a reset.";
	if (event->level == SOL_SOCKET && event->option == SO_KEEPALIVE)
		return "The kernel will ask a silent peer now and then whether it still exists.";
	if (event->level == IPPROTO_IPV6 && event->option == IPV6_V6ONLY)
		return "This IPv6 socket leaves IPv4 to another one.";
	return "An option of the socket is set.";
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

static const char *explain_shutdown(int how)
{
	if (how == SHUT_WR)
		return "Half-close: the peer is told that no more will come (FIN); receiving goes on.";
	if (how == SHUT_RD)
		return "No more will be read here; the peer is not told.";
	return "Both directions end; the descriptor stays until it is closed.";
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
	return event->call == SOCK_SENDMSG ? "The parts are sent as one message."
	                                   : "A message is taken, with its sender and what came beside the bytes.";
}

static const char *explain_name(const struct sock_event *event)
{
	return event->call == SOCK_GETSOCKNAME ? "The socket's own address, which the kernel may have picked."
	                                       : "The address of the peer.";
}

static const char *explain_batch(const struct sock_event *event)
{
	return event->call == SOCK_SENDMMSG ? "Datagrams are handed to the network, many with one call; whether they arrive nobody promises."
	                                    : "What datagrams are there are taken with one call, each with its sender.";
}

const char *trace_sentence(const struct sock_event *event)
{
	if (event->result < 0)
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
		return "The peer is fixed; with TCP the handshake is done and bytes can go both ways.";
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
		return "The kernel moves bytes between the socket and a pipe without showing them to the program.";
	case SOCK_SETSOCKOPT:
		return explain_option(event);
	case SOCK_GETSOCKOPT:
		return event->level == SOL_SOCKET && event->option == SO_ERROR
		               ? "How what was begun has ended: 0 is well, else the error's number."
		               : "An option of the socket is asked for.";
	case SOCK_GETSOCKNAME:
	case SOCK_GETPEERNAME:
		return explain_name(event);
	case SOCK_SHUTDOWN:
		return explain_shutdown(event->flags);
	case SOCK_CLOSE:
		return "The descriptor is given back; the last one closes the connection in an orderly way (FIN).";
	default:
		return explain_waiting(event);
	}
}
