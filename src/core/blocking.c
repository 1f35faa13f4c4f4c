/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See blocking.h. */
#include "platform.h"

#include "core/blocking.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/signal_poll.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

void blocking_release(struct blocking *call)
{
	int saved = errno;

	if (call != NULL && atomic_fetch_sub(&call->holders, 1) <= 1)
		call->release(call);
	errno = saved;
}

static void *run_in_thread(void *argument)
{
	struct blocking *call = argument;
	int done = call->done[1];

	call->run(call);
	close(done);
	blocking_release(call);
	return NULL;
}

static int start_thread(struct blocking *call)
{
	pthread_attr_t attributes;
	pthread_t thread;

	if (pipe2(call->done, O_CLOEXEC) < 0)
		return -1;
	call->holders = 2;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	int error = pthread_create(&thread, &attributes, run_in_thread, call);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		return 0;
	close(call->done[0]);
	close(call->done[1]);
	call->holders = 1;
	errno = error;
	return -1;
}

static void (*tell)(void *context);
static void *tell_context;

void blocking_tell(void (*function)(void *context), void *context)
{
	tell = function;
	tell_context = context;
}

static enum blocking_result wait_for_thread(const struct blocking *call, int64_t deadline)
{
	struct pollfd end = { .fd = call->done[0], .events = POLLIN };
	int64_t patience = tell != NULL ? deadline_after(DEADLINE_SECOND) : DEADLINE_NEVER;

	for (;;) {
		int timeout_ms = deadline_poll_timeout(deadline_earlier(deadline, patience));

		if (signal_poll(&end, 1, timeout_ms, interrupt_wait_mask()) > 0)
			return BLOCKING_DONE;
		if (interrupt_pending() != 0)
			return BLOCKING_INTERRUPTED;
		if (deadline_passed(deadline))
			return BLOCKING_TIMEOUT;
		if (deadline_passed(patience)) {
			patience = DEADLINE_NEVER;
			tell(tell_context);
		}
	}
}

enum blocking_result blocking_run(struct blocking *call, int64_t deadline)
{
	call->holders = 1;
	if (deadline == DEADLINE_NEVER && interrupt_wait_mask() == NULL) {
		call->run(call);
		return BLOCKING_DONE;
	}
	if (start_thread(call) < 0)
		return BLOCKING_FAILED;
	enum blocking_result result = wait_for_thread(call, deadline);
	close(call->done[0]);
	return result;
}
