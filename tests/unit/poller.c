/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every poller: when more descriptors are ready than one wait can tell of, each has its turn; what is always ready does
 * not shut the others out, nor they it; a descriptor that was forgotten before it was closed can be watched again as
 * another's. */
#include "platform.h"

#include "core/deadline.h"
#include "core/poller.h"

#include "tap.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PIPES = 3 * POLLER_READY_MAX / 2, FILES = POLLER_READY_MAX, WAITS = 4, LIMIT = 1024 };

static int pipes[2], readers[PIPES], files[FILES];

/* How many of FDS were told of in the waits so far. */
static int count_seen(const bool *seen, const int *fds, int count)
{
	int total = 0;

	for (int i = 0; i < count; i++)
		total += seen[fds[i]];
	return total;
}

static int watch(struct poller *poller, const int *fds, int count)
{
	for (int i = 0; i < count; i++) {
		if (poller_set(poller, fds[i], POLLER_READ) < 0)
			return -1;
	}
	return 0;
}

static void check_turns(const struct poller_backend *backend)
{
	struct poller *poller = poller_open(backend);
	bool seen[LIMIT] = { false };

	printf("# %s\n", backend->name);
	CHECK(poller != NULL && watch(poller, readers, PIPES) == 0 && watch(poller, files, FILES) == 0);
	for (int wait = 0; wait < WAITS; wait++) {
		CHECK(poller_wait(poller, DEADLINE_NEVER, NULL) > 0);
		CHECK(poller->ready_count <= POLLER_READY_MAX);
		for (int i = 0; i < poller->ready_count; i++)
			seen[poller->ready[i].fd] = true;
	}
	CHECK_INT(count_seen(seen, readers, PIPES), PIPES);
	CHECK_INT(count_seen(seen, files, FILES), FILES);
	poller_close(poller);
}

/* Watches the reading end of a pipe that holds a byte, or of one that is empty; its number. */
static int watch_pipe(struct poller *poller, int ends[2], bool filled)
{
	CHECK(pipe(ends) == 0 && (!filled || write(ends[1], "x", 1) == 1));
	CHECK(poller_set(poller, ends[0], POLLER_READ) == 0);
	return ends[0];
}

static void check_forgetting(const struct poller_backend *backend)
{
	struct poller *poller = poller_open(backend);
	int first[2], second[2];
	int number = watch_pipe(poller, first, true);

	CHECK_INT(poller_wait(poller, DEADLINE_NEVER, NULL), 1);
	poller_forget(poller, number);
	close(first[0]);
	CHECK_INT(poller_wait(poller, deadline_after(1), NULL), 0);
	CHECK_INT(watch_pipe(poller, second, false), number);
	CHECK_INT(poller_wait(poller, deadline_after(1), NULL), 0);
	CHECK(write(second[1], "x", 1) == 1);
	CHECK_INT(poller_wait(poller, DEADLINE_NEVER, NULL), 1);
	CHECK_INT(poller->ready[0].fd, number);
	poller_forget(poller, number);
	poller_forget(poller, -1);
	poller_forget(poller, LIMIT);
	close(first[1]);
	close(second[0]);
	close(second[1]);
	poller_close(poller);
}

int main(void)
{
	struct rlimit limit = { LIMIT, LIMIT };

	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	for (size_t i = 0; poller_backends[i] != NULL; i++)
		check_forgetting(poller_backends[i]);
	CHECK(pipe(pipes) == 0 && write(pipes[1], "x", 1) == 1);
	for (int i = 0; i < PIPES; i++)
		readers[i] = dup(pipes[0]);
	for (int i = 0; i < FILES; i++)
		files[i] = open("/proc/self/exe", O_RDONLY);
	CHECK(files[FILES - 1] >= 0);
	for (size_t i = 0; poller_backends[i] != NULL; i++)
		check_turns(poller_backends[i]);
	return tap_end();
}
