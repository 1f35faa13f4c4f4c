/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform.h"

#include "core/blocking.h"
#include "core/deadline.h"
#include "tap.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct call {
	struct blocking blocking;
	int wait; /* a pipe whose end is waited for; -1: none */
	pthread_t thread;
};

static atomic_int released;

static void run(struct blocking *blocking)
{
	struct call *call = (struct call *)blocking;
	char byte;

	call->thread = pthread_self();
	if (call->wait >= 0)
		(void)!read(call->wait, &byte, 1);
}

static void release(struct blocking *blocking)
{
	free(blocking);
	released++;
}

static struct call *make(int wait)
{
	struct call *call = calloc(1, sizeof *call);

	if (call == NULL)
		abort();
	call->blocking = (struct blocking){ .run = run, .release = release, .holders = 1 };
	call->wait = wait;
	return call;
}

static void test_without_deadline(void)
{
	struct call *call = make(-1);

	CHECK_INT(blocking_run(&call->blocking, DEADLINE_NEVER), BLOCKING_DONE);
	CHECK(pthread_equal(call->thread, pthread_self()));
	blocking_release(&call->blocking);
	CHECK_INT(released, 1);
}

static void test_in_time(void)
{
	struct call *call = make(-1);

	CHECK_INT(blocking_run(&call->blocking, deadline_after(60 * DEADLINE_SECOND)), BLOCKING_DONE);
	CHECK(!pthread_equal(call->thread, pthread_self()));
	blocking_release(&call->blocking);
	while (released < 2) /* the thread may let go last */
		poll(NULL, 0, 1);
	CHECK_INT(released, 2);
}

static void test_too_late(void)
{
	int64_t began = deadline_now();
	int wait[2];

	if (pipe(wait) < 0)
		abort();
	struct call *call = make(wait[0]);
	CHECK_INT(blocking_run(&call->blocking, deadline_after(50 * DEADLINE_MILLISECOND)), BLOCKING_TIMEOUT);
	CHECK(deadline_now() - began >= 50 * DEADLINE_MILLISECOND);
	blocking_release(&call->blocking);
	CHECK_INT(released, 2); /* the thread still holds it */
	close(wait[1]);
	while (released < 3)
		poll(NULL, 0, 1);
	CHECK_INT(released, 3);
	close(wait[0]);
}

int main(void)
{
	test_without_deadline();
	test_in_time();
	test_too_late();
	blocking_release(NULL);
	return tap_end();
}
