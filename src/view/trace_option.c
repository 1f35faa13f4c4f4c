/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What setting or asking for a socket option means (see trace.h): a sentence for those that nsk and the lessons use. */
#include "platform.h"

#include "view/trace.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

struct option_sentence {
	int level, option;
	const char *on;  /* set to anything but 0, or asked for */
	const char *off; /* set to 0; NULL: the same */
};

static const struct option_sentence sentences[] = {
	{ SOL_SOCKET, SO_REUSEADDR, "The address may be bound although old connections of it are still in TIME_WAIT.",
	  "The address can only be bound when no old connection of it is in TIME_WAIT any more." },
	{ SOL_SOCKET, SO_KEEPALIVE, "The kernel will ask a silent peer now and then whether it still exists.",
	  "The kernel no longer asks a silent peer whether it still exists." },
	{ SOL_SOCKET, SO_BROADCAST, "Datagrams may go to everybody on the network.", "Datagrams may go to single machines only." },
	{ SOL_SOCKET, SO_RCVBUF, "The receive buffer: how many bytes the kernel holds that were not read yet; Linux doubles what is set.",
	  NULL },
	{ SOL_SOCKET, SO_SNDBUF, "The send buffer: how many bytes the kernel holds that are not at the peer yet; Linux doubles what is set.",
	  NULL },
	{ SOL_SOCKET, SO_TYPE, "The socket's type is asked for: a stream (SOCK_STREAM), datagrams (SOCK_DGRAM) or records.", NULL },
	{ SOL_SOCKET, SO_ERROR, "What was begun has ended well.", NULL },
	{ IPPROTO_IPV6, IPV6_V6ONLY, "This IPv6 socket leaves IPv4 to another one.", "This IPv6 socket takes IPv4 too." },
	{ IPPROTO_TCP, TCP_NODELAY, "Small pieces are sent at once, without waiting until earlier ones are acknowledged.",
	  "A small piece waits until earlier ones are acknowledged (Nagle's algorithm)." },
#ifdef TCP_CORK
	{ IPPROTO_TCP, TCP_CORK, "The cork is in: pieces that fill no segment are held back, for 0.2 seconds at most.",
	  "The cork is drawn: what was held back leaves now." },
#endif
#ifdef IP_RECVERR
	{ IPPROTO_IP, IP_RECVERR, "Errors that the network sends back (ICMP), such as a refused port, will be told with their datagram.",
	  "Errors that the network sends back (ICMP) are no longer kept." },
#endif
#ifdef IPV6_RECVERR
	{ IPPROTO_IPV6, IPV6_RECVERR, "Errors that the network sends back (ICMPv6), such as a refused port, will be told with their datagram.",
	  "Errors that the network sends back (ICMPv6) are no longer kept." },
#endif
#ifdef UDP_GRO
	{ IPPROTO_UDP, UDP_GRO, "The kernel may hand over several datagrams of one sender joined, with their size beside them: faster.",
	  "Each datagram is handed over by itself." },
#endif
#ifdef UDP_SEGMENT
	{ IPPROTO_UDP, UDP_SEGMENT, "The kernel will cut what is sent into datagrams of this size: one call for many of them.",
	  "What is sent at once is one datagram again." },
#endif
};

static const char *explain_linger(const struct sock_event *event)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 1 };

	if (event->data != NULL && event->length == sizeof linger)
		memcpy(&linger, event->data, sizeof linger);
	if (linger.l_onoff == 0)
		return "Closing is orderly again: what was sent still goes out, and then the end (FIN).";
	if (linger.l_linger == 0)
		return "Until this is taken back closing is a reset: should the process be killed, the peer does not take a part for the whole.";
	return "From now on closing waits, for so many seconds at most, until what was sent is acknowledged.";
}

const char *trace_option_sentence(const struct sock_event *event)
{
	bool sets = event->call == SOCK_SETSOCKOPT;
	int value = 1;

	if (sets && event->data != NULL && event->length == sizeof value)
		memcpy(&value, event->data, sizeof value);
	if (sets && event->level == SOL_SOCKET && event->option == SO_LINGER)
		return explain_linger(event);
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		const struct option_sentence *found = &sentences[i];

		if (found->level == event->level && found->option == event->option && (sets || found->off == NULL))
			return value == 0 && found->off != NULL ? found->off : found->on;
	}
	return sets ? "An option of the socket is set." : "An option of the socket is asked for.";
}
