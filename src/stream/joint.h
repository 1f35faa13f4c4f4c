/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One connection joined to its input and output: a client's only one, or one of a server's many. Settings become a relay
 * plan, the relay's outcome becomes a message and a status. */
#ifndef NSK_STREAM_JOINT_H
#define NSK_STREAM_JOINT_H

#include "bytes/crlf.h"
#include "bytes/visible.h"
#include "core/merge.h"
#include "core/relay.h"
#include "stream/session.h"

#include <stdbool.h>
#include <stdint.h>

/* Stays where it is while it is open. */
struct joint {
	struct session *session;
	struct monitor_link watched; /* its name is the peer's, for messages */
	struct crlf crlf;
	struct visible visible;
	struct merge_input merged;   /* joined, if the session has many connections and one output */
	int input, output;           /* the session's, or ours; -1: none */
	bool owns_input, owns_output;
	char *output_path;           /* ours, if the name varies; else NULL */
};

/* Opens what is this connection's alone, and empties what is written the first time. 0, or a status after a message. In
 * both cases joint_close is to follow. NUMBER: the first connection is 1. */
int joint_open(struct joint *joint, struct session *session, const struct endpoint *peer, uint64_t number);

/* What the relay is to do on the connected socket FD. WAKE(CONTEXT): a merged output takes bytes again. */
struct relay_plan joint_plan(struct joint *joint, int fd, void (*wake)(void *context), void *context);

/* Closes all that joint_open opened. RESULT is the relay's; NULL if there was none. Returns the status, after a message
 * if it is not 0 (a merged output's failure aside: that is all connections', and not told here). */
int joint_close(struct joint *joint, const struct relay_result *result);

/* Opens a joint on the connected socket FD, runs the relay to its end, closes both. The status, as joint_close. */
int joint_run(struct session *session, int fd, const struct endpoint *peer);

#endif
