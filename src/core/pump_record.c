/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moves records (SOCK_SEQPACKET), never splitting or joining any: what one read of the source gives is one record, a
 * record that has come is written whole, and an empty one is data. Holds one record at a time; only for a sink, which
 * takes lines, several are gathered. */
#include "platform.h"

#include "core/pump.h"

#include "core/packet.h"
#include "core/sock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 4096, RECORD_MAX = 64 * 1024 };

static int record_open(struct pump *pump)
{
	pump->from_waits = end_may_block(pump->from);
	pump->buffer = NULL; /* made when it is known how long a record is */
	pump->capacity = 0;
	pump->start = 0;
	return 0;
}

static void record_close(struct pump *pump)
{
	free(pump->buffer);
	pump->buffer = NULL;
}

/* Room for SIZE more bytes behind what is held. 0; 1: something must go first; -1 with errno. */
static int make_room(struct pump *pump, size_t size)
{
	size_t needed = pump->buffered + size;

	if (pump->buffer != NULL && needed <= pump->capacity) {
		memmove(pump->buffer, pump->buffer + pump->start, pump->buffered);
		pump->start = 0;
		return 0;
	}
	if (pump->buffered > 0)
		return 1;
	free(pump->buffer);
	pump->capacity = 0;
	needed = (needed < RECORD_MAX ? RECORD_MAX : needed + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	pump->buffer = aligned_alloc(ALIGNMENT, needed);
	if (pump->buffer == NULL)
		return -1;
	pump->capacity = needed;
	pump->start = 0;
	return 0;
}

static void spare_buffer(struct pump *pump)
{
	if (pump->plan->spare_buffer == 0 || pump->buffered > 0)
		return;
	record_close(pump);
	pump->capacity = 0;
}

/* The longest that the next record may be. A failure is told behind what had come before it: a Unix socket tells it
 * first. */
static ssize_t next_length(struct pump *pump, bool *ended)
{
	ssize_t length;

	*ended = false;
	if (!pump->from->records)
		return RECORD_MAX;
	length = packet_peek(pump->from->fd, ended);
	if (length < 0 && errno == ECONNRESET && pump->late_error == 0) {
		pump->late_error = errno;
		length = packet_peek(pump->from->fd, ended);
	}
	if (pump->late_error != 0 && (*ended || length < 0)) {
		errno = pump->late_error;
		return -1;
	}
	return length;
}

/* COUNT bytes have been read to IN; what becomes of them is to stand at OUT. */
static void take(struct pump *pump, const unsigned char *in, size_t count, unsigned char *out)
{
	if (pump->plan->saw_in != NULL && count > 0)
		pump->plan->saw_in(pump->plan->seer, in, count);
	pump->total_in += count;
	pump->buffered += pump->plan->filter.apply != NULL ? pump->plan->filter.apply(pump->plan->filter.state, in, count, out) : count;
}

static enum pump_result record_fill(struct pump *pump, size_t limit)
{
	size_t growth = pump->plan->filter.apply != NULL ? pump->plan->filter.growth : 0;
	bool ended;

	(void)limit; /* a record cannot be cut */
	if (pump->holds_empty || (pump->buffered > 0 && pump->to->kind != END_SINK))
		return PUMP_FULL;
	ssize_t length = next_length(pump, &ended);
	if (length < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? PUMP_WAIT : PUMP_FAILED;
	size_t size = (size_t)length * (growth + 1) + growth;
	int room = make_room(pump, size);
	if (room != 0)
		return room < 0 ? PUMP_FAILED : PUMP_FULL;
	unsigned char *out = pump->buffer + pump->buffered;
	unsigned char *in = out + size - length;
	ssize_t count = ended ? 0 : end_read(pump->from, in, (size_t)length);
	if (count < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? PUMP_WAIT : PUMP_FAILED;
	ended = ended || (count == 0 && !pump->from->records);
	take(pump, in, (size_t)count, out);
	if (ended)
		return PUMP_END;
	pump->holds_empty = count == 0 && pump->to->records;
	spare_buffer(pump);
	return end_may_block(pump->from) ? PUMP_LAST : PUMP_MOVED;
}

static enum pump_result record_drain(struct pump *pump, size_t limit)
{
	size_t length = pump->buffered < limit ? pump->buffered : limit;
	ssize_t count = end_write(pump->to, pump->buffer + pump->start, length);

	if (count < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? PUMP_WAIT : PUMP_FAILED;
	if (count == 0 && !pump->holds_empty)
		return PUMP_WAIT;
	if (count > 0) {
		if (pump->plan->saw_out != NULL)
			pump->plan->saw_out(pump->plan->seer, pump->buffer + pump->start, (size_t)count);
		pump->last_byte = pump->buffer[pump->start + (size_t)count - 1];
	}
	pump->holds_empty = false;
	pump->full = false;
	pump->start += (size_t)count;
	pump->buffered -= (size_t)count;
	pump->total_out += (uint64_t)count;
	bool waits = (size_t)count < length && pump->to->kind != END_FILE;
	waits = waits || pump->to->write_limit != SIZE_MAX; /* see pump_copy.c */
	spare_buffer(pump);
	return waits ? PUMP_LAST : PUMP_MOVED;
}

const struct pump_mover pump_record = {
	.name = "record",
	.open = record_open,
	.close = record_close,
	.fill = record_fill,
	.drain = record_drain,
};
