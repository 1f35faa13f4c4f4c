/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See gather.h. */
#include "platform.h"

#include "core/gather.h"

#include "core/deadline.h"
#include "core/sock.h"

#include <errno.h>
#include <sys/socket.h>

enum {
	GATHERED = 512 * 1024,
	BULK = 16 * GATHERED /* what must have come, faster than GATHERED in PATIENCE */
};

const int64_t gather_patience_ns = 2 * DEADLINE_MILLISECOND;

static bool begin(struct gather *gather, const struct end *end)
{
	gather->waits = gather->may_wait && sock_set_read_wait(end->fd, gather_patience_ns) == 0;
	return gather->waits || sock_set_int(end->fd, SOL_SOCKET, SO_RCVLOWAT, GATHERED) == 0;
}

void gather_take(struct gather *gather, const struct end *end, size_t count)
{
	if (!end->is_tcp || gather->on)
		return;
	gather->count += count < BULK ? (uint32_t)count : BULK;
	if (gather->count < BULK)
		return;
	int64_t now = deadline_now();
	bool fast = now - gather->moment < gather_patience_ns * (BULK / GATHERED);

	gather->on = fast && begin(gather, end);
	gather->moment = gather->on ? deadline_add(now, gather_patience_ns) : now;
	gather->count = 0;
}

void gather_pause(struct gather *gather, const struct end *end)
{
	if (gather->waits) {
		int saved = errno;

		gather->on = gather->waits = false;
		gather->moment = deadline_now();
		sock_set_read_wait(end->fd, 0); /* should it fail, reads wait as long as before, and nothing is sent */
		errno = saved;
	}
	if (gather->on)
		gather->moment = deadline_after(gather_patience_ns);
}

int64_t gather_deadline(const struct gather *gather)
{
	return gather->on && !gather->waits ? gather->moment : DEADLINE_NEVER;
}

bool gather_give_up(struct gather *gather, const struct end *end)
{
	if (!gather->on || gather->waits || !deadline_passed(gather->moment))
		return false;
	/* should it fail, the next wait is as short as this one */
	gather->on = sock_set_int(end->fd, SOL_SOCKET, SO_RCVLOWAT, 1) < 0;
	return true;
}
