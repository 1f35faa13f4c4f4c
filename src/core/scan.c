/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See scan.h. A probe is one port at one address; probes start in the order of the ports. */
#include "platform.h"

#include "core/scan.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct tally {
	int missing; /* addresses that have not answered */
	enum scan_state best;
};

struct scan {
	const struct scan_plan *plan;
	unsigned char *states;
	struct tally *tallies; /* by port */
	int64_t next, total;   /* probes: port by port, address by address */
	int settled;           /* the first so many ports are final */
	int undecided;
	int flying;
	struct pollfd fds[SCAN_FLYING_MAX];
	int ports[SCAN_FLYING_MAX]; /* index of the port */
	int64_t deadlines[SCAN_FLYING_MAX];
};

static void answer(struct scan *scan, int port, enum scan_state state)
{
	struct tally *tally = &scan->tallies[port];

	tally->missing--;
	if (state > tally->best)
		tally->best = state;
	if (scan->states[port] != SCAN_UNKNOWN || (tally->missing > 0 && state != SCAN_OPEN))
		return;
	scan->states[port] = (unsigned char)tally->best;
	scan->undecided--;
}

static enum scan_state judge(int error)
{
	if (error == 0)
		return SCAN_OPEN;
	return error == ETIMEDOUT ? SCAN_FILTERED : SCAN_CLOSED;
}

/* Something of this machine has run out, and may be back when other probes have ended. */
static bool is_exhausted(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM || error == EAGAIN;
}

/* Starts probe `next`. 0, 1 when that has to wait, or -1 with errno. */
static int start_next(struct scan *scan, enum connect_stage *stage)
{
	const struct endpoint_list *addresses = scan->plan->connect.addresses;
	int port = (int)(scan->next / addresses->count);
	struct endpoint address = addresses->items[scan->next % addresses->count];

	if (scan->states[port] == SCAN_UNKNOWN) {
		endpoint_set_port(&address, scan->plan->ports->items[port]);
		int fd = connect_start(&scan->plan->connect, &address, stage);

		if (fd >= 0) {
			scan->fds[scan->flying] = (struct pollfd){ .fd = fd, .events = POLLOUT };
			scan->ports[scan->flying] = port;
			scan->deadlines[scan->flying++] = deadline_after(scan->plan->timeout);
		} else if (is_exhausted(errno) && scan->flying > 0) {
			return 1;
		} else if (is_exhausted(errno) || *stage != CONNECT_STAGE_CONNECT) {
			return -1;
		} else {
			answer(scan, port, judge(errno));
		}
	}
	scan->next++;
	return 0;
}

static int start_all(struct scan *scan, enum connect_stage *stage)
{
	int result = 0;

	while (result == 0 && scan->next < scan->total && scan->flying < SCAN_FLYING_MAX)
		result = start_next(scan, stage);
	return result < 0 ? -1 : 0;
}

static void land(struct scan *scan, int index, enum scan_state state)
{
	int fd = scan->fds[index].fd;
	int last = --scan->flying;

	if (state == SCAN_OPEN && connect_is_to_itself(fd)) {
		sock_close_reset(fd);
		state = SCAN_CLOSED;
	} else {
		sock_close(fd);
	}
	answer(scan, scan->ports[index], state);
	scan->fds[index] = scan->fds[last];
	scan->ports[index] = scan->ports[last];
	scan->deadlines[index] = scan->deadlines[last];
}

/* Waits until a probe has its answer, or is out of time. */
static void wait_for_some(struct scan *scan)
{
	int64_t until = scan->plan->connect.deadline;

	for (int i = 0; i < scan->flying; i++)
		until = deadline_earlier(until, scan->deadlines[i]);
	int timeout_ms = deadline_poll_timeout(until);
	int count = sock_poll(scan->fds, (size_t)scan->flying, timeout_ms, interrupt_wait_mask());

	for (int i = scan->flying - 1; i >= 0; i--) {
		if (count > 0 && scan->fds[i].revents != 0)
			land(scan, i, judge(sock_take_error(scan->fds[i].fd)));
		else if (deadline_passed(scan->deadlines[i]))
			land(scan, i, SCAN_FILTERED);
	}
}

static int tell_settled(struct scan *scan)
{
	int before = scan->settled;

	while (scan->settled < scan->plan->ports->count && scan->states[scan->settled] != SCAN_UNKNOWN)
		scan->settled++;
	if (scan->settled == before || scan->plan->settled == NULL)
		return 0;
	return scan->plan->settled(scan->settled, scan->plan->connect.context);
}

static int run(struct scan *scan, enum connect_stage *stage)
{
	while (scan->undecided > 0) {
		if (start_all(scan, stage) < 0)
			return -1;
		if (scan->undecided > 0 && scan->flying > 0)
			wait_for_some(scan);
		if (tell_settled(scan) < 0)
			return -1;
		bool late = deadline_passed(scan->plan->connect.deadline);
		if (scan->undecided > 0 && (interrupt_poll() != 0 || late)) {
			errno = late ? ETIMEDOUT : EINTR;
			return -1;
		}
	}
	return 0;
}

int scan_run(const struct scan_plan *plan, unsigned char *states, enum connect_stage *stage)
{
	struct scan scan = { .plan = plan, .states = states, .undecided = plan->ports->count };
	int result = -1;

	*stage = CONNECT_STAGE_CONNECT;
	memset(states, SCAN_UNKNOWN, (size_t)plan->ports->count);
	scan.total = (int64_t)plan->ports->count * plan->connect.addresses->count;
	scan.tallies = calloc((size_t)plan->ports->count, sizeof *scan.tallies);
	for (int i = 0; scan.tallies != NULL && i < plan->ports->count; i++)
		scan.tallies[i].missing = plan->connect.addresses->count;
	if (scan.tallies != NULL)
		result = run(&scan, stage);
	for (int i = 0; i < scan.flying; i++)
		sock_close(scan.fds[i].fd);
	int saved = errno;
	free(scan.tallies);
	errno = saved;
	return result;
}
