/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See pace.h. The rate is a bucket that holds a tenth of a second. */
#include "platform.h"

#include "core/pace.h"

#include "core/deadline.h"

#include <stdlib.h>
#include <string.h>

struct pace {
	int64_t rate, interval_ns;
	int64_t not_before;
	int64_t tokens, since; /* bytes earned and not written, until when they are counted */
};

struct pace *pace_open(int64_t rate, int64_t interval_ns)
{
	struct pace *pace = calloc(1, sizeof *pace);

	if (pace == NULL)
		return NULL;
	pace->rate = rate;
	pace->interval_ns = interval_ns;
	pace->since = deadline_now();
	return pace;
}

void pace_close(struct pace *pace)
{
	free(pace);
}

int64_t pace_next(const struct pace *pace)
{
	return pace->not_before;
}

/* How many bytes the rate allows. 0: not_before is set. */
static size_t rate_allows(struct pace *pace)
{
	int64_t now = deadline_now();
	int64_t burst = pace->rate / 10 > 0 ? pace->rate / 10 : 1;
	double earned = (double)(now - pace->since) * (double)pace->rate / 1e9;

	if (earned >= 1) {
		pace->tokens += earned > (double)burst ? burst : (int64_t)earned;
		pace->since = now;
	}
	if (pace->tokens > burst)
		pace->tokens = burst;
	if (pace->tokens > 0)
		return (size_t)pace->tokens;
	int64_t wanted = burst / 4 > 0 ? burst / 4 : 1;
	pace->not_before = now + wanted * DEADLINE_SECOND / pace->rate + 1;
	return 0;
}

size_t pace_allow(struct pace *pace, const unsigned char *data, size_t count, bool whole)
{
	size_t allowed = count;

	if (pace->not_before > 0 && !deadline_passed(pace->not_before))
		return 0;
	pace->not_before = 0;
	if (pace->interval_ns > 0) {
		const unsigned char *newline = memchr(data, '\n', count);

		if (newline != NULL)
			allowed = (size_t)(newline - data) + 1;
	}
	if (pace->rate > 0) {
		size_t paid = rate_allows(pace);
		bool on_credit = paid > 0 && whole;

		allowed = paid < allowed && !on_credit ? paid : allowed;
	}
	return allowed;
}

void pace_take(struct pace *pace, size_t count, unsigned char last)
{
	if (pace->rate > 0)
		pace->tokens -= (int64_t)count;
	if (pace->interval_ns > 0 && last == '\n')
		pace->not_before = deadline_now() + pace->interval_ns;
}
