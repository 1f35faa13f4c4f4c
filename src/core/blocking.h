/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A call of the C library that blocks (getaddrinfo and its kin), made so that a deadline and the ending signals
 * hold all the same: in a thread of its own, which is left behind when time is up. */
#ifndef NSK_CORE_BLOCKING_H
#define NSK_CORE_BLOCKING_H

#include <stdatomic.h>
#include <stdint.h>

/* The first member of a heap block that holds what the call wants and what it answered. */
struct blocking {
	void (*run)(struct blocking *call);     /* makes the call; perhaps in another thread */
	void (*release)(struct blocking *call); /* frees the block and all in it, finished or not */
	atomic_int holders;                     /* caller and thread: whoever lets go last releases */
	int done[2];                            /* a pipe: its end tells that the thread has finished */
};

enum blocking_result {
	BLOCKING_DONE,        /* run has returned */
	BLOCKING_TIMEOUT,     /* the deadline passed: touch nothing in the block but by blocking_release */
	BLOCKING_INTERRUPTED, /* a signal came (interrupt.h): likewise */
	BLOCKING_FAILED       /* it could not be begun: errno */
};

/* Who is told, once a call, that it has blocked for a second; NULL: nobody. */
void blocking_tell(void (*function)(void *context), void *context);

/* Runs CALL, whose functions are set, until DEADLINE (deadline.h). Without a deadline, as long as signals still
 * end the process by themselves, it runs in this thread: nothing is paid for what is not needed. */
enum blocking_result blocking_run(struct blocking *call, int64_t deadline);

/* Lets go of CALL, whatever blocking_run said; keeps errno. NULL is fine. */
void blocking_release(struct blocking *call);

#endif
