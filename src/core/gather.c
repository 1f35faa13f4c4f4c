/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See gather.h. */
#include "platform.h"

#include "core/gather.h"

#include "core/deadline.h"
#include "core/sock.h"

#include <sys/socket.h>

enum {
	GATHERED = 512 * 1024,
	BULK = 16 * GATHERED /* what must have come, faster than GATHERED in PATIENCE */
};

static const int64_t patience_ns = 2 * DEADLINE_MILLISECOND;

static bool begin(struct gather *gather, const struct end *end)
{
	gather->inside = gather->may_block && sock_read_waits(end->fd, patience_ns) == 0;
	return gather->inside || sock_set_int(end->fd, SOL_SOCKET, SO_RCVLOWAT, GATHERED) == 0;
}

void gather_take(struct gather *gather, const struct end *end, size_t count)
{
	if (!end->is_tcp || gather->on)
		return;
	gather->count += count < BULK ? (uint32_t)count : BULK;
	if (gather->count < BULK)
		return;
	int64_t now = deadline_now();
	bool fast = now - gather->moment < patience_ns * (BULK / GATHERED);

	gather->on = fast && begin(gather, end);
	gather->moment = gather->on ? deadline_add(now, patience_ns) : now;
	gather->count = 0;
}

void gather_wait(struct gather *gather, const struct end *end)
{
	if (gather->inside) {
		gather->on = gather->inside = false;
		sock_read_waits(end->fd, 0);
	}
	if (gather->on)
		gather->moment = deadline_after(patience_ns);
}

int64_t gather_deadline(const struct gather *gather)
{
	return gather->on && !gather->inside ? gather->moment : DEADLINE_NEVER;
}

bool gather_give_up(struct gather *gather, const struct end *end)
{
	if (!gather->on || gather->inside || !deadline_passed(gather->moment))
		return false;
	/* should it fail, the next wait is as short as this one */
	gather->on = sock_set_int(end->fd, SOL_SOCKET, SO_RCVLOWAT, 1) < 0;
	return true;
}
