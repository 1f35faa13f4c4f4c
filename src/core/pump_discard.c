/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Takes what a socket gives and keeps nothing. TCP can throw bytes away unseen (MSG_TRUNC, tcp(7));
 * elsewhere they are read into a scratch area. */
#include "platform.h"

#include "core/pump.h"

#include "core/sock.h"

#include <errno.h>
#include <stdlib.h>

enum { DISCARD_CHUNK = 1 << 20, SCRATCH = 256 * 1024, ALIGNMENT = 4096 };

static unsigned char *scratch; /* every pump's: what stands there is of no use to anybody */

static bool throws_away(const struct pump *pump)
{
	return pump->from->is_tcp && RECEIVE_TRUE_LENGTH != 0;
}

static int discard_open(struct pump *pump)
{
	if (scratch == NULL && !throws_away(pump))
		scratch = aligned_alloc(ALIGNMENT, SCRATCH);
	return scratch != NULL || throws_away(pump) ? 0 : -1;
}

static void discard_close(struct pump *pump)
{
	(void)pump;
}

static enum pump_result discard_fill(struct pump *pump, size_t limit)
{
	bool unseen = throws_away(pump);
	size_t most = unseen ? DISCARD_CHUNK : SCRATCH;
	size_t room = most < limit ? most : limit;
	ssize_t count = sock_recv(pump->from->fd, unseen ? NULL : scratch, room, MSG_DONTWAIT | (unseen ? RECEIVE_TRUE_LENGTH : 0));

	if (count < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? PUMP_WAIT : PUMP_FAILED;
	if (count == 0)
		return PUMP_END;
	pump->total_in += (uint64_t)count;
	pump->total_out += (uint64_t)count;
	return (size_t)count < room ? PUMP_LAST : PUMP_MOVED;
}

static enum pump_result discard_drain(struct pump *pump, size_t limit)
{
	(void)pump;
	(void)limit;
	return PUMP_WAIT; /* nothing is ever held */
}

const struct pump_mover pump_discard = {
	.name = "discard",
	.open = discard_open,
	.close = discard_close,
	.fill = discard_fill,
	.drain = discard_drain,
};
