/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See backoff.h. */
#include "platform.h"

#include "core/backoff.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/signal_poll.h"

#include <stddef.h>

void backoff_init(struct backoff *backoff, int64_t first_ns, int64_t longest_ns, int64_t end)
{
	*backoff = (struct backoff){ .pause = first_ns, .longest = longest_ns, .end = end };
}

bool backoff_wait(struct backoff *backoff)
{
	int64_t until = deadline_earlier(deadline_after(backoff->pause), backoff->end);

	while (interrupt_pending() == 0 && !deadline_passed(until))
		signal_poll(NULL, 0, deadline_poll_timeout(until), interrupt_wait_mask());
	backoff->pause = deadline_earlier(2 * backoff->pause, backoff->longest);
	return interrupt_pending() == 0 && !deadline_passed(backoff->end);
}
