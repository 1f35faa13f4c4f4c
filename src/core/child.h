/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Child processes: waiting for one under a deadline without missing an ending signal, or hearing of many. */
#ifndef NSK_CORE_CHILD_H
#define NSK_CORE_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Catches SIGCHLD, and blocks it but for waits, as interrupt_catch (to be called first) does with the ending signals.
 * To be called before the first fork. */
void child_catch(void);

/* In the child: puts SIGCHLD and the ending signals back as nsk found them. */
void child_restore(void);

enum child_news {
	CHILD_ENDED,       /* and was reaped: *STATUS is wait(2)'s */
	CHILD_READABLE,    /* FD has something to read, or its end */
	CHILD_LATE,        /* the deadline passed */
	CHILD_INTERRUPTED, /* an ending signal came (see interrupt.h) */
	CHILD_LOST         /* errno: there is no such child */
};

/* What to heed beside the child's own end. */
struct child_wait {
	int64_t deadline;    /* see deadline.h */
	bool interrupts;     /* whether an ending signal ends the wait */
	int fd;              /* to be watched; -1: none */
};

/* Waits for the first news of the child PID. What FD holds goes before the child's end. */
enum child_news child_wait(pid_t pid, const struct child_wait *heed, int *status);

/* Whether a child may have ended since it was asked last. */
bool child_take_news(void);

#endif
