/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * poll(2) during which other signals come through: none is lost between a check before it and the wait. ppoll where
 * the system has it, else a pipe that the handlers write to. */
#ifndef NSK_CORE_SIGNAL_POLL_H
#define NSK_CORE_SIGNAL_POLL_H

#include <poll.h>
#include <signal.h>
#include <stddef.h>

/* As ppoll(2), with poll's timeout: -1 with EINTR when a handler ran. MASK is NULL for the current one. */
int signal_poll(struct pollfd *set, size_t count, int timeout_ms, const sigset_t *mask);

/* Takes now what waiting will need (a descriptor or two), while there are some. Need not be called. */
void signal_poll_prepare(void);

/* To be called by each handler whose signal is to end a wait. */
void signal_poll_wake(void);

#endif
