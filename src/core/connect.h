/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * create_connection: the first of several addresses that answers (RFC 8305). */
#ifndef NSK_CORE_CONNECT_H
#define NSK_CORE_CONNECT_H

#include "core/endpoint.h"

struct connect_plan {
	const struct endpoint_list *addresses;
	int type;                               /* SOCK_STREAM, SOCK_SEQPACKET */
	const struct endpoint_list *sources;    /* bind first, to the one of the same family; may be empty */
	int64_t deadline;                       /* see deadline.h */
	/* Prepares a fresh socket (socket options). 0, or -1 with errno: that address has failed. May be NULL. */
	int (*prepare)(int fd, int family, void *context);
	/* Hears of each address that failed. May be NULL. */
	void (*failed)(const struct endpoint *address, int error, void *context);
	void *context;
};

enum connect_stage {
	CONNECT_STAGE_CONNECT,
	CONNECT_STAGE_PREPARE, /* it was `prepare` that failed */
	CONNECT_STAGE_SOURCE   /* the source address could not be bound */
};

/* One attempt: a non-blocking socket, prepared, bound to its source, on its way to ADDRESS; errno is 0 if it is
 * connected already, else EINPROGRESS. Or -1 with errno and *STAGE. Of PLAN it uses type, sources, prepare, context. */
int connect_start(const struct connect_plan *plan, const struct endpoint *address, enum connect_stage *stage);

/* Whether the connected socket FD is its own peer: the port it was given by chance is the one it asked for, where
 * nobody listens (TCP's simultaneous open, RFC 9293, section 3.5). Counts as refused. */
bool connect_is_to_itself(int fd);

struct connect_failure {
	enum connect_stage stage;
	struct endpoint address; /* the one to name in a message: the first that failed */
	int failures;            /* how many addresses failed */
};

/* A connected, non-blocking socket, the caller's; or -1 with errno and FAILURE filled: ETIMEDOUT (past the
 * deadline: `*late` is true), EINTR (an ending signal), else the first address's error. A TCP connection
 * of a socket to itself counts as ECONNREFUSED. Addresses are tried in turn, the next 250 ms after the one
 * before or as soon as that failed, families alternating. */
int connect_first(const struct connect_plan *plan, struct connect_failure *failure, bool *late);

#endif
