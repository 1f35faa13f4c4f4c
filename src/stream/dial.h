/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a stream client comes to its connection: looks the address up, connects, and with --retry does both
 * again until it passes. For all clients: what is looked up, and how, is theirs. */
#ifndef NSK_STREAM_DIAL_H
#define NSK_STREAM_DIAL_H

#include "stream/session.h"

/* --retry. */
struct dial_settings {
	int64_t retry; /* nanoseconds; 0 or less: one try */
};

extern const struct option_spec dial_options[];

#define DIAL_DEFAULTS { .retry = -1 }

struct dial_plan {
	struct session *session; /* prepares the sockets, keeps the time */
	const struct dial_settings *settings;
	int type; /* SOCK_STREAM, SOCK_SEQPACKET */
	/* The addresses to try, looked up within DEADLINE; says nothing when it fails. */
	enum endpoint_result (*look_up)(int64_t deadline, struct endpoint_list *list, struct endpoint_problem *problem,
	                                void *context);
	void *context;
	const struct endpoint_list *sources; /* see connect.h */
	const char *source;                  /* the same in words, for a message */
};

/* A connected socket, the caller's; or -1 and *STATUS, after a message. The session's files are opened once an
 * address is known. A try has until --connect-timeout, --max-time and the end of --retry, whichever is first.
 * Refused, unreachable, timed out, unresolved, no such path: these pass, all else is final. */
int dial(const struct dial_plan *plan, int *status);

#endif
