/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moves bytes by reading and writing: works between any two ends, and is the only mover that can filter, tap
 * and shape. The buffer is page-aligned: at an odd address the kernel copies two to three times slower. */
#include "platform.h"

#include "core/pump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIGNMENT = 4096, FILTER_ROOM_MIN = 64 };

static int copy_open(struct pump *pump)
{
	pump->from_waits = end_may_block(pump->from);
	pump->capacity = pump->plan->spare_buffer > 0 ? pump->plan->spare_buffer : PUMP_BUFFER;
	pump->start = 0;
	if (pump->plan->spare_buffer > 0)
		return 0;
	pump->buffer = aligned_alloc(ALIGNMENT, pump->capacity);
	return pump->buffer == NULL ? -1 : 0;
}

/* A spare buffer comes with the first byte and goes with the last. */
static int copy_need_buffer(struct pump *pump)
{
	if (pump->buffer == NULL)
		pump->buffer = malloc(pump->capacity);
	return pump->buffer == NULL ? -1 : 0;
}

static void copy_spare_buffer(struct pump *pump)
{
	if (pump->plan->spare_buffer == 0 || pump->buffered > 0)
		return;
	free(pump->buffer);
	pump->buffer = NULL;
}

static void copy_close(struct pump *pump)
{
	free(pump->buffer);
	pump->buffer = NULL;
}

int pump_copy_hold(struct pump *pump, const unsigned char *data, size_t count)
{
	if (copy_need_buffer(pump) < 0)
		return -1;
	memcpy(pump->buffer, data, count);
	pump->buffered = count;
	pump->total_in = count;
	return 0;
}

int pump_copy_adopt(struct pump *pump, int fd, size_t count)
{
	size_t capacity = (count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	size_t held = 0;

	if (capacity > pump->capacity) {
		free(pump->buffer);
		pump->buffer = aligned_alloc(ALIGNMENT, capacity);
		if (pump->buffer == NULL)
			return -1;
		pump->capacity = capacity;
	}
	while (held < count) {
		ssize_t got = read(fd, pump->buffer + held, count - held);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		held += (size_t)got;
	}
	return 0;
}

/* The free part of the buffer, *END being where it begins: what is held moves to the front first, if it stands in the
 * way of all of it. */
static size_t make_room(struct pump *pump, size_t *end)
{
	if (pump->buffered == 0)
		pump->start = 0;
	*end = pump->start + pump->buffered;
	if (*end == pump->capacity && pump->start > 0 && pump->to->kind == END_SINK) {
		memmove(pump->buffer, pump->buffer + pump->start, pump->buffered);
		pump->start = 0;
		*end = pump->buffered;
	}
	return pump->capacity - *end;
}

/* A short read emptied the source: asking again now would only cost a call. An edited line may have its end behind it. */
static enum pump_result after_read(const struct pump *pump, size_t count, size_t room)
{
	bool emptied = count < room && pump->from->kind != END_FILE && pump->from->terminal == NULL;

	return emptied || end_may_block(pump->from) ? PUMP_LAST : PUMP_MOVED;
}

static enum pump_result fill_filtered(struct pump *pump, size_t limit)
{
	size_t end;
	size_t room = make_room(pump, &end) / (pump->plan->filter.growth + 1);

	/* where the growth may come to the size of what is read, little room is none */
	if (room < FILTER_ROOM_MIN || (pump->buffered > 0 && pump->to->kind != END_SINK))
		return PUMP_FULL;
	room = room < limit ? room : limit;
	unsigned char *in = pump->buffer + pump->capacity - room;
	ssize_t count = end_read(pump->from, in, room);
	if (count < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? PUMP_WAIT : PUMP_FAILED;
	pump->total_in += (uint64_t)count;
	if (pump->plan->saw_in != NULL && count > 0)
		pump->plan->saw_in(pump->plan->seer, in, (size_t)count);
	pump->buffered += pump->plan->filter.apply(pump->plan->filter.state, in, (size_t)count, pump->buffer + end);
	if (count == 0)
		return PUMP_END;
	return after_read(pump, (size_t)count, room);
}

static enum pump_result fill_plain(struct pump *pump, size_t limit)
{
	size_t end;
	size_t room = make_room(pump, &end);

	if (room == 0)
		return PUMP_FULL;
	room = room < limit ? room : limit;
	ssize_t count = end_read(pump->from, pump->buffer + end, room);
	if (count < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? PUMP_WAIT : PUMP_FAILED;
	if (count == 0)
		return PUMP_END;
	if (pump->plan->saw_in != NULL)
		pump->plan->saw_in(pump->plan->seer, pump->buffer + end, (size_t)count);
	pump->buffered += (size_t)count;
	pump->total_in += (uint64_t)count;
	return after_read(pump, (size_t)count, room);
}

static enum pump_result copy_fill(struct pump *pump, size_t limit)
{
	if (copy_need_buffer(pump) < 0)
		return PUMP_FAILED;
	enum pump_result result = pump->plan->filter.apply != NULL ? fill_filtered(pump, limit) : fill_plain(pump, limit);
	copy_spare_buffer(pump);
	return result;
}

static enum pump_result copy_drain(struct pump *pump, size_t limit)
{
	size_t length = pump->buffered < limit ? pump->buffered : limit;
	ssize_t count = end_write(pump->to, pump->buffer + pump->start, length);

	if (count < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? PUMP_WAIT : PUMP_FAILED;
	if (count == 0)
		return PUMP_WAIT;
	if (pump->plan->saw_out != NULL)
		pump->plan->saw_out(pump->plan->seer, pump->buffer + pump->start, (size_t)count);
	pump->start += (size_t)count;
	pump->buffered -= (size_t)count;
	pump->total_out += (uint64_t)count;
	bool waits = (size_t)count < length && pump->to->kind != END_FILE;
	/* a write kept short on purpose blocks when repeated before poll has said so again */
	waits = waits || pump->to->write_limit != SIZE_MAX;
	pump->last_byte = pump->buffer[pump->start - 1];
	copy_spare_buffer(pump);
	return waits ? PUMP_LAST : PUMP_MOVED;
}

const struct pump_mover pump_copy = {
	.name = "copy",
	.open = copy_open,
	.close = copy_close,
	.fill = copy_fill,
	.drain = copy_drain,
};
