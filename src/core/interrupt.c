/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See interrupt.h. */
#include "platform.h"

#include "core/interrupt.h"

#include "core/signal_poll.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

enum { ENDING_COUNT = sizeof ending / sizeof ending[0] };

static struct sigaction found[ENDING_COUNT], found_pipe, found_filesize;
static sigset_t found_mask, wait_mask;
static bool caught;
static volatile sig_atomic_t came;

static void remember(int signal)
{
	came = signal;
	signal_poll_wake();
}

void interrupt_catch(void)
{
	struct sigaction catch = { .sa_handler = remember };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t blocked;

	if (caught)
		return;
	caught = true;
	signal_poll_prepare();
	sigemptyset(&catch.sa_mask);
	sigemptyset(&ignore.sa_mask);
	sigemptyset(&blocked);
	sigaction(SIGPIPE, &ignore, &found_pipe);
	sigaction(SIGXFSZ, &ignore, &found_filesize);
	for (int i = 0; i < ENDING_COUNT; i++) {
		sigaction(ending[i], NULL, &found[i]);
		if (found[i].sa_handler == SIG_IGN)
			continue;
		sigaction(ending[i], &catch, NULL);
		sigaddset(&blocked, ending[i]);
	}
	pthread_sigmask(SIG_BLOCK, &blocked, &found_mask);
	wait_mask = found_mask;
}

const sigset_t *interrupt_wait_mask(void)
{
	return caught ? &wait_mask : NULL;
}

void interrupt_let_through(int signal)
{
	sigdelset(&wait_mask, signal);
}

int interrupt_pending(void)
{
	return came;
}

int interrupt_poll(void)
{
	static const struct timespec at_once;
	sigset_t set;

	if (!caught || came != 0)
		return came;
	sigemptyset(&set);
	for (int i = 0; i < ENDING_COUNT; i++) {
		if (found[i].sa_handler != SIG_IGN)
			sigaddset(&set, ending[i]);
	}
	int signal = sigtimedwait(&set, NULL, &at_once);
	if (signal > 0)
		came = signal;
	return came;
}

void interrupt_forget(void)
{
	came = 0;
}

int interrupt_broken_pipe(void)
{
	return caught && found_pipe.sa_handler == SIG_IGN ? 0 : SIGPIPE;
}

void interrupt_found(sigset_t *mask, sigset_t *defaults)
{
	sigemptyset(defaults);
	pthread_sigmask(SIG_SETMASK, NULL, mask);
	if (!caught)
		return;
	*mask = found_mask;
	if (found_pipe.sa_handler != SIG_IGN)
		sigaddset(defaults, SIGPIPE);
	if (found_filesize.sa_handler != SIG_IGN)
		sigaddset(defaults, SIGXFSZ);
	/* those that are caught become what they were by exec itself */
}

void interrupt_restore(void)
{
	if (!caught)
		return;
	sigaction(SIGPIPE, &found_pipe, NULL);
	sigaction(SIGXFSZ, &found_filesize, NULL);
	for (int i = 0; i < ENDING_COUNT; i++)
		sigaction(ending[i], &found[i], NULL);
	pthread_sigmask(SIG_SETMASK, &found_mask, NULL);
	caught = false;
	came = 0;
}

void interrupt_raise(int signal)
{
	struct sigaction fallback = { .sa_handler = SIG_DFL };
	sigset_t only;

	interrupt_restore();
	sigemptyset(&fallback.sa_mask);
	sigaction(signal, &fallback, NULL);
	sigemptyset(&only);
	sigaddset(&only, signal);
	pthread_sigmask(SIG_UNBLOCK, &only, NULL);
	raise(signal);
}
