/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Takes what a socket gives and keeps nothing. TCP can throw bytes away unseen (MSG_TRUNC, tcp(7));
 * elsewhere they are read into a scratch area. */
#include "platform.h"

#include "core/pump.h"

#include "core/sock.h"

#include <errno.h>

enum { DISCARD_CHUNK = 1 << 20, ALIGNMENT = 4096 };

static _Alignas(ALIGNMENT) unsigned char scratch[DISCARD_CHUNK];

static int discard_open(struct pump *pump)
{
	(void)pump;
	return 0;
}

static void discard_close(struct pump *pump)
{
	(void)pump;
}

static enum pump_result discard_fill(struct pump *pump, size_t limit)
{
	size_t room = sizeof scratch < limit ? sizeof scratch : limit;
	ssize_t count = sock_recv(pump->from->fd, scratch, room, MSG_DONTWAIT | (pump->from->is_tcp ? RECEIVE_TRUE_LENGTH : 0));

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
