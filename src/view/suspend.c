/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See suspend.h. */
#include "platform.h"

#include "view/suspend.h"

#include "core/signal_poll.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

static const struct suspend_calls *calls;
static struct sigaction found_stop, found_resize;
static sigset_t found_mask, ours;

/* Stops as if nobody had caught the signal. */
static void stop_here(void)
{
	struct sigaction as_ever = { .sa_handler = SIG_DFL }, caught;
	sigset_t only, before;

	calls->give_back();
	sigemptyset(&as_ever.sa_mask);
	sigemptyset(&only);
	sigaddset(&only, SIGTSTP);
	sigaction(SIGTSTP, &as_ever, &caught);
	raise(SIGTSTP);
	pthread_sigmask(SIG_UNBLOCK, &only, &before); /* here it stops, and goes on */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &caught, NULL);
	calls->take_again();
}

/* Comes only inside a wait, which is a bare system call: whatever a library does is safe here. */
static void act(int signal)
{
	int saved = errno;

	if (calls != NULL && signal == SIGTSTP)
		stop_here();
	else if (calls != NULL)
		calls->resize();
	signal_poll_wake();
	errno = saved;
}

void suspend_look(void)
{
	static const struct timespec at_once;
	int signal = sigtimedwait(&ours, NULL, &at_once);

	if (signal > 0)
		act(signal);
}

void suspend_catch(const struct suspend_calls *given)
{
	struct sigaction catch = { .sa_handler = act };

	calls = given;
	sigaction(SIGTSTP, NULL, &found_stop);
	sigaction(SIGWINCH, NULL, &found_resize);
	sigemptyset(&ours);
	if (found_stop.sa_handler != SIG_IGN)
		sigaddset(&ours, SIGTSTP);
	if (calls->resize != NULL)
		sigaddset(&ours, SIGWINCH);
	catch.sa_mask = ours;
	pthread_sigmask(SIG_BLOCK, &ours, &found_mask);
	if (sigismember(&ours, SIGTSTP))
		sigaction(SIGTSTP, &catch, NULL);
	if (sigismember(&ours, SIGWINCH))
		sigaction(SIGWINCH, &catch, NULL);
}

void suspend_release(void)
{
	if (sigismember(&ours, SIGTSTP))
		sigaction(SIGTSTP, &found_stop, NULL);
	if (sigismember(&ours, SIGWINCH))
		sigaction(SIGWINCH, &found_resize, NULL);
	pthread_sigmask(SIG_SETMASK, &found_mask, NULL);
	calls = NULL;
}
