/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sockets that play in a sequence diagram: on which side each stands, and which TCP state the kernel has for it. */
#ifndef NSK_VIEW_CAST_H
#define NSK_VIEW_CAST_H

#include "core/endpoint.h"

#include <stdbool.h>

enum { CAST_MAX = 64 }; /* one more is not drawn */

enum { CAST_HELD = 16 }; /* of bytes that are held back, for show */

enum cast_side { CAST_NOBODY, CAST_CLIENT, CAST_SERVER };

struct cast_member {
	bool is_used;
	int fd;
	enum cast_side side;
	bool is_stream;              /* one end of a stream: its end is seen by the peer */
	struct endpoint here, there; /* of a TCP connection; length 0: none */
	size_t held_count;           /* bytes that were given to the kernel and have not left, the first of them in HELD */
	unsigned char held[CAST_HELD];
	int state, state_of_peer;    /* TCP's, when last asked (SOCK_TCP_CLOSE: the kernel has none any more); 0: not known */
};

struct cast {
	struct cast_member members[CAST_MAX];
};

/* FD's member; NULL: it has none. */
struct cast_member *cast_find(struct cast *cast, int fd);

/* A new member for FD, in place of the one it may have had; NULL: there are too many. */
struct cast_member *cast_enter(struct cast *cast, int fd);

/* MEMBER, an open TCP socket, is connected, or is about to be, to THERE. */
void cast_join(struct cast_member *member, const struct sockaddr *there, socklen_t length);

/* Asks the kernel for MEMBER's state and its peer's, at the end of its descriptor too. Without an answer from the
 * first one on they stay 0, for a connection that is gone looks as one that the kernel does not tell of. */
void cast_look(struct cast *cast, struct cast_member *member);

#endif
