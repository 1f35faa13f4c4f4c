/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See deadline.h. */
#include "platform.h"

#include "core/deadline.h"

#include <limits.h>
#include <time.h>

int64_t deadline_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * DEADLINE_SECOND + now.tv_nsec;
}

int64_t deadline_add(int64_t moment, int64_t duration_ns)
{
	return duration_ns > DEADLINE_NEVER - moment ? DEADLINE_NEVER : moment + duration_ns;
}

int64_t deadline_after(int64_t duration_ns)
{
	return duration_ns <= 0 ? DEADLINE_NEVER : deadline_add(deadline_now(), duration_ns);
}

int64_t deadline_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool deadline_passed(int64_t deadline)
{
	return deadline != DEADLINE_NEVER && deadline_now() >= deadline;
}

int deadline_poll_timeout(int64_t deadline)
{
	if (deadline == DEADLINE_NEVER)
		return -1;
	int64_t left = deadline - deadline_now();
	if (left <= 0)
		return 0;
	left = (left - 1) / DEADLINE_MILLISECOND + 1;
	return left > INT_MAX ? INT_MAX : (int)left;
}
