/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sending and receiving datagrams, many with one system call where the machine can. What was received can be sent
 * as it is: that is an echo. Boundaries are kept by every mechanism; nothing here waits. */
#ifndef NSK_CORE_DATAGRAM_H
#define NSK_CORE_DATAGRAM_H

#include "core/endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DATAGRAM_MAX_IPV4 = 65507, /* 65535 less 20 bytes of IP and 8 of UDP */
	DATAGRAM_MAX_IPV6 = 65527,
	DATAGRAM_TOGETHER = 128,   /* equal pieces that the kernel cuts out of one message (UDP_SEGMENT: udp(7)) */
	DATAGRAM_BATCH = 64        /* as many as one call may move, before the kernel joins or cuts them */
};

struct datagram {
	unsigned char *data;
	size_t length;               /* of data */
	size_t whole;                /* received: what the datagram had, if it can be told; at least length */
	bool truncated;              /* received: not all of it is in data */
	uint32_t dropped;            /* received: what the kernel had thrown away before it, since the one before */
	const struct endpoint *peer; /* from whom, or to whom; NULL: the one that the socket is connected to */
	const struct endpoint *here; /* the address of ours that it came to, or is to leave from; NULL: not known */
};

/* A socket, and what the kernel does for it. */
struct datagram_socket {
	int fd;
	uint32_t dropped; /* so far */
	int cuts;         /* so many datagrams may be sent as one (UDP_SEGMENT); 0: none */
	bool joined;      /* what came close together is handed over joined (UDP_GRO) */
	bool tells_here;
};

enum datagram_wish {
	DATAGRAM_HERE = 1,  /* tell at which address it came in */
	DATAGRAM_BULK = 2,  /* many are to come: hand them over joined, so that fewer are lost; drops are then told too low */
	DATAGRAM_DROPS = 4  /* tell what was thrown away */
};

/* Asks the kernel for what WISHES (enum datagram_wish) say, where it can. FD stays the caller's. */
void datagram_socket_init(struct datagram_socket *socket, int fd, unsigned wishes);

/* Sends the first of COUNT (1 or more) datagrams, as many as go at once. Returns how many; -1 with errno when the first one
 * fails: EAGAIN, ENOBUFS: later. */
int datagram_send(struct datagram_socket *socket, const struct datagram *items, int count);

/* Asks the kernel to tell of refused ports and the like although FD, of FAMILY, is not connected; where it never does, nothing
 * happens. */
int datagram_ask_for_errors(int fd, int family);

/* The error (an errno) that FD has met since it was asked last, which a call may have passed over; 0: none. poll reports an error
 * until it is taken. */
int datagram_take_error(int fd);

/* The room that is received into, made once; it may serve several sockets. */
struct datagram_room;

/* Room for COUNT datagrams (at most DATAGRAM_BATCH; fewer if they are very long) of LIMIT bytes; what is longer is truncated. NULL with ENOMEM. */
struct datagram_room *datagram_room_open(size_t limit, int count);
void datagram_room_close(struct datagram_room *room);

/* Receives what is there. Returns how many; *ITEMS are the room's, good until the next call. -1 with errno (EAGAIN: nothing there). */
int datagram_receive(struct datagram_room *room, struct datagram_socket *socket, const struct datagram **items);

/* Whether the socket had no more than the last datagram_receive returned, as far as that can be told. */
bool datagram_room_took_all(const struct datagram_room *room);

#endif
