/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See child.h. SIGCHLD does nothing but end a wait; who has ended is asked of waitpid. */
#include "platform.h"

#include "core/child.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/signal_poll.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>

static struct sigaction found;
static bool caught;
static volatile sig_atomic_t news;

static void wake(int signal)
{
	(void)signal;
	news = 1;
	signal_poll_wake();
}

bool child_take_news(void)
{
	static const struct timespec at_once;
	bool any = news != 0;
	sigset_t child;

	news = 0;
	if (any || !caught)
		return any;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	return sigtimedwait(&child, NULL, &at_once) == SIGCHLD; /* a wait that never sleeps is never interrupted */
}

void child_catch(void)
{
	struct sigaction catch = { .sa_handler = wake, .sa_flags = SA_NOCLDSTOP };
	sigset_t blocked;

	if (caught)
		return;
	caught = true;
	sigemptyset(&catch.sa_mask);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigaction(SIGCHLD, &catch, &found);
	interrupt_let_through(SIGCHLD);
}

void child_restore(void)
{
	if (caught)
		sigaction(SIGCHLD, &found, NULL);
	caught = false;
	interrupt_restore();
}

enum child_news child_wait(pid_t pid, const struct child_wait *heed, int *status)
{
	struct pollfd readable = { .fd = heed->fd, .events = POLLIN };

	for (;;) {
		if (heed->fd >= 0 && poll(&readable, 1, 0) > 0)
			return CHILD_READABLE;
		pid_t ended = waitpid(pid, status, WNOHANG);
		if (ended == pid)
			return CHILD_ENDED;
		if (ended < 0 && errno != EINTR)
			return CHILD_LOST;
		if (heed->interrupts && interrupt_pending() != 0)
			return CHILD_INTERRUPTED;
		if (deadline_passed(heed->deadline))
			return CHILD_LATE;
		signal_poll(&readable, 1, deadline_poll_timeout(heed->deadline), interrupt_wait_mask());
	}
}
