/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See connect.h. One race: the attempts in flight, and which address comes next. */
#include "platform.h"

#include "core/connect.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

static const int64_t attempt_delay_ns = 250 * DEADLINE_MILLISECOND; /* RFC 8305, section 5 */

struct race {
	const struct connect_plan *plan;
	struct connect_failure *failure;
	struct pollfd *attempts; /* fd -1: over */
	int *order;              /* indices of addresses, families alternating */
	int started, flying, error;
};

/* RFC 8305, section 4: the first address's family leads, then they alternate. */
static void order_addresses(struct race *race)
{
	const struct endpoint_list *list = race->plan->addresses;
	int at[2] = { 0, 0 };
	int leader = list->items[0].address.ss_family;

	for (int i = 0, turn = 0; i < list->count; turn = !turn) {
		int *next = &at[turn];

		while (*next < list->count && (list->items[*next].address.ss_family == leader) == (turn == 1))
			++*next;
		if (*next < list->count)
			race->order[i++] = (*next)++;
	}
}

static void fail(struct race *race, int index, enum connect_stage stage, int error)
{
	const struct endpoint *address = &race->plan->addresses->items[race->order[index]];

	if (race->failure->failures++ == 0) {
		race->failure->stage = stage;
		race->failure->address = *address;
		race->error = error;
	}
	if (race->plan->failed != NULL)
		race->plan->failed(address, error, race->plan->context);
}

static int bind_source(const struct connect_plan *plan, int fd, int family)
{
	for (int i = 0; plan->sources != NULL && i < plan->sources->count; i++) {
		const struct endpoint *source = &plan->sources->items[i];

		if (source->address.ss_family == family) {
			if (endpoint_port(source) != 0)
				sock_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
			return sock_bind(fd, (const struct sockaddr *)&source->address, source->length);
		}
	}
	if (plan->sources == NULL || plan->sources->count == 0)
		return 0;
	errno = EADDRNOTAVAIL; /* the source is of the other family */
	return -1;
}

bool connect_is_to_itself(int fd)
{
	struct endpoint here, there;

	return endpoint_of_socket(fd, &here) == 0 && here.address.ss_family != AF_UNIX &&
	       endpoint_of_peer(fd, &there) == 0 && endpoint_equal(&here, &there);
}

/* The connected socket of attempt INDEX, or -1: it is over, in one way or the other. */
static int arrive(struct race *race, int index, int error)
{
	int fd = race->attempts[index].fd;

	race->attempts[index].fd = -1;
	race->flying--;
	if (error == 0 && connect_is_to_itself(fd)) {
		sock_close_reset(fd);
		error = ECONNREFUSED;
	} else if (error == 0) {
		return fd;
	} else {
		sock_close(fd);
	}
	fail(race, index, CONNECT_STAGE_CONNECT, error);
	return -1;
}

int connect_start(const struct connect_plan *plan, const struct endpoint *address, enum connect_stage *stage)
{
	int family = address->address.ss_family;
	int fd = sock_socket(family, plan->type, 0);

	*stage = CONNECT_STAGE_CONNECT;
	if (fd < 0)
		return -1;
	*stage = CONNECT_STAGE_PREPARE;
	if (plan->prepare != NULL && plan->prepare(fd, family, plan->context) < 0)
		goto failed;
	*stage = CONNECT_STAGE_SOURCE;
	if (bind_source(plan, fd, family) < 0)
		goto failed;
	*stage = CONNECT_STAGE_CONNECT;
	errno = 0;
	if (sock_connect(fd, (const struct sockaddr *)&address->address, address->length) == 0 || errno == EINPROGRESS)
		return fd;
failed:
	sock_close(fd);
	return -1;
}

/* Starts the next attempt. Returns a socket connected at once, or -1. */
static int start_next(struct race *race)
{
	int index = race->started++;
	enum connect_stage stage;
	int fd = connect_start(race->plan, &race->plan->addresses->items[race->order[index]], &stage);

	race->attempts[index] = (struct pollfd){ .fd = fd, .events = POLLOUT };
	if (fd < 0) {
		fail(race, index, stage, errno);
		return -1;
	}
	race->flying++;
	return errno == 0 ? arrive(race, index, 0) : -1;
}

/* Waits for one attempt to end, until DEADLINE. Returns a connected socket, or -1. */
static int wait_for_one(struct race *race, int64_t deadline)
{
	int timeout_ms = deadline_poll_timeout(deadline);
	int count = sock_poll(race->attempts, (size_t)race->started, timeout_ms, interrupt_wait_mask());

	for (int i = 0; count > 0 && i < race->started; i++) {
		if (race->attempts[i].fd >= 0 && race->attempts[i].revents != 0) {
			int fd = arrive(race, i, sock_take_error(race->attempts[i].fd));

			if (fd >= 0)
				return fd;
		}
	}
	return -1;
}

static int run_race(struct race *race, bool *late)
{
	int count = race->plan->addresses->count;
	int64_t next_start = 0;

	for (;;) {
		int64_t deadline = race->plan->deadline;
		int fd;

		if (race->started < count && (race->flying == 0 || deadline_now() >= next_start)) {
			fd = start_next(race);
			next_start = deadline_now() + attempt_delay_ns;
			if (fd >= 0)
				return fd;
			continue;
		}
		if (race->flying == 0) {
			errno = race->error;
			return -1;
		}
		if (race->started < count)
			deadline = deadline_earlier(deadline, next_start);
		fd = wait_for_one(race, deadline);
		if (fd >= 0)
			return fd;
		*late = deadline_passed(race->plan->deadline);
		if (interrupt_pending() != 0 || *late) {
			errno = *late ? ETIMEDOUT : EINTR;
			return -1;
		}
	}
}

int connect_first(const struct connect_plan *plan, struct connect_failure *failure, bool *late)
{
	size_t count = (size_t)plan->addresses->count;
	struct race race = { .plan = plan, .failure = failure };
	int fd = -1;

	*late = false;
	*failure = (struct connect_failure){ .address = plan->addresses->items[0] };
	race.attempts = calloc(count, sizeof *race.attempts);
	race.order = calloc(count, sizeof *race.order);
	if (race.attempts != NULL && race.order != NULL) {
		order_addresses(&race);
		fd = run_race(&race, late);
	}
	for (int i = 0; race.attempts != NULL && i < race.started; i++)
		sock_close(race.attempts[i].fd);
	int saved = errno;
	free(race.attempts);
	free(race.order);
	errno = saved;
	return fd;
}
