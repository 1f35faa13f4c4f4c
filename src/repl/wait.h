/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Waiting that says so after a second, and that a signal ends. */
#ifndef NSK_REPL_WAIT_H
#define NSK_REPL_WAIT_H

#include "repl/object.h"
#include "repl/repl.h"

#include <poll.h>

/* Until SOCKET is ready for EVENTS (POLLIN, POLLOUT), as its timeout allows: DEADLINE is what wait_deadline gave when
 * the call began. A socket that does not block is ready at once, and so is one that listens, since no bytes will ever
 * pass through it. 0, or -1 with the error set. */
int wait_ready(struct repl *repl, const struct object *socket, short events, int64_t deadline);
/* The same until a client can be accepted; a socket that does not listen is ready at once to refuse that. */
int wait_client(struct repl *repl, const struct object *socket, int64_t deadline);
int64_t wait_deadline(const struct object *socket);

/* Says that the call that is made waits, as the waits here do after a second. */
void wait_say(struct repl *repl);

/* poll(2) on SET until DEADLINE: how many are ready, 0 past the deadline, -1 with the error set. */
int wait_poll(struct repl *repl, struct pollfd *set, size_t count, int64_t deadline);

/* Until DEADLINE, without a word: it is what was asked for. 0, or -1 with the error set. */
int wait_quietly(struct repl *repl, int64_t deadline);

/* Waits by ONCE(CONTEXT, timeout_ms), which returns what poll(2) would, in the same way. */
int wait_by(struct repl *repl, int (*once)(void *context, int timeout_ms), void *context, int64_t deadline);

/* The descriptor that VALUE is: of a socket, of an epoll or a file, or a number. -1 with the error set. */
int wait_descriptor(struct repl *repl, const struct value *value);

/* TIMEOUT, in units of UNIT_NS, from now; for None, for nothing and, as in Python, below 0 there is no end. */
int64_t wait_until(const struct value *timeout, double unit_ns);

#endif
