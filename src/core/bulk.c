/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See bulk.h. */
#include "platform.h"

#include "core/bulk.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIGNMENT = 4096 };

/* COUNT bytes at an aligned address, OLD's first USED ones moved there. OLD is freed unless it fails. */
static void *grow(void *old, size_t used, size_t count)
{
	void *fresh = NULL;

	if (count > PTRDIFF_MAX - ALIGNMENT) {
		errno = ENOMEM;
		return NULL;
	}
	errno = posix_memalign(&fresh, ALIGNMENT, count);
	if (errno != 0)
		return NULL;
	if (used > 0)
		memcpy(fresh, old, used);
	free(old);
	return fresh;
}

/* At least WANTED and at least double, so that growing costs no more than what is read. */
static size_t next_capacity(size_t capacity, size_t wanted)
{
	size_t doubled = capacity > PTRDIFF_MAX / 2 ? PTRDIFF_MAX : capacity * 2;

	return wanted > doubled ? wanted : doubled;
}

int bulk_reader_init(struct bulk_reader *reader, int fd)
{
	*reader = (struct bulk_reader){ .fd = fd, .limit = UINT64_MAX, .capacity = BULK_BUFFER };
	reader->buffer = grow(NULL, 0, reader->capacity);
	return reader->buffer != NULL ? 0 : -1;
}

void bulk_reader_release(struct bulk_reader *reader)
{
	free(reader->buffer);
	*reader = (struct bulk_reader){ .fd = -1 };
}

/* Waits until the descriptor has something, and tells before that it will. A regular file always has. */
static int wait_readable(struct bulk_reader *reader, int timeout)
{
	struct pollfd want = { .fd = reader->fd, .events = POLLIN };

	for (;;) {
		int ready = poll(&want, 1, timeout);

		if (ready > 0)
			return 0;
		if (ready < 0 && errno != EINTR)
			return -1;
		if (ready == 0 && reader->before_wait != NULL && reader->before_wait(reader->context) < 0) {
			reader->is_told_off = true;
			return -1;
		}
		if (ready == 0)
			timeout = -1;
	}
}

/* Reads into the room behind the buffer's end, at most COUNT bytes. */
static ssize_t read_once(struct bulk_reader *reader, size_t count)
{
	if (count > reader->limit)
		count = (size_t)reader->limit;
	if (reader->is_ended || count == 0 || reader->fd < 0)
		return 0;
	if (wait_readable(reader, 0) < 0)
		return -1;
	for (;;) {
		ssize_t got = read(reader->fd, reader->buffer + reader->end, count);

		if (got >= 0) {
			reader->is_ended = got == 0;
			reader->end += (size_t)got;
			reader->limit -= (uint64_t)got;
			return got;
		}
		if (errno == EAGAIN) { /* somebody else's O_NONBLOCK */
			if (wait_readable(reader, -1) < 0)
				return -1;
		} else if (errno != EINTR) {
			return -1;
		}
	}
}

/* Moves what waits to the buffer's beginning. */
static void pack_front(struct bulk_reader *reader)
{
	size_t held = reader->end - reader->begin;

	if (reader->begin == 0)
		return;
	if (held > 0)
		memmove(reader->buffer, reader->buffer + reader->begin, held);
	reader->begin = 0;
	reader->end = held;
}

static int enlarge(struct bulk_reader *reader, size_t capacity)
{
	unsigned char *buffer = grow(reader->buffer, reader->end, capacity);

	if (buffer == NULL)
		return -1;
	reader->buffer = buffer;
	reader->capacity = capacity;
	return 0;
}

/* Room for one byte behind what waits. */
static int make_room(struct bulk_reader *reader)
{
	return bulk_reader_reserve(reader, 1);
}

int bulk_reader_reserve(struct bulk_reader *reader, size_t count)
{
	pack_front(reader);
	if (count <= reader->capacity - reader->end)
		return 0;
	if (count > PTRDIFF_MAX - reader->end) {
		errno = ENOMEM;
		return -1;
	}
	return enlarge(reader, next_capacity(reader->capacity, reader->end + count));
}

ssize_t bulk_reader_fill(struct bulk_reader *reader, size_t wanted)
{
	while (reader->end - reader->begin < wanted && !reader->is_ended && reader->limit > 0 && reader->fd >= 0) {
		if (make_room(reader) < 0 || read_once(reader, reader->capacity - reader->end) < 0)
			return -1;
	}
	return (ssize_t)(reader->end - reader->begin);
}

int bulk_reader_more(struct bulk_reader *reader)
{
	if (make_room(reader) < 0)
		return -1;
	ssize_t got = read_once(reader, reader->capacity - reader->end);
	return got > 0 ? 1 : (int)got;
}

int bulk_reader_skip(struct bulk_reader *reader, uint64_t count, uint64_t *skipped)
{
	*skipped = 0;
	while (*skipped < count) {
		if (reader->begin == reader->end) {
			uint64_t rest = count - *skipped;

			reader->begin = reader->end = 0;
			ssize_t got = read_once(reader, rest < reader->capacity ? (size_t)rest : reader->capacity);
			if (got <= 0)
				return (int)got;
		}
		size_t held = reader->end - reader->begin;
		size_t step = held < count - *skipped ? held : (size_t)(count - *skipped);
		reader->begin += step;
		*skipped += step;
	}
	return 0;
}

int bulk_writer_init(struct bulk_writer *writer, int fd)
{
	*writer = (struct bulk_writer){ .fd = fd, .capacity = BULK_BUFFER };
	writer->buffer = grow(NULL, 0, writer->capacity);
	return writer->buffer != NULL ? 0 : -1;
}

void bulk_writer_release(struct bulk_writer *writer)
{
	free(writer->buffer);
	*writer = (struct bulk_writer){ .fd = -1 };
}

char *bulk_writer_room(struct bulk_writer *writer, size_t need)
{
	if (need <= writer->capacity - writer->used)
		return writer->buffer + writer->used;
	if (bulk_writer_flush(writer) < 0)
		return NULL;
	if (need > writer->capacity) {
		char *buffer = grow(writer->buffer, 0, need);

		if (buffer == NULL)
			return NULL;
		writer->buffer = buffer;
		writer->capacity = need;
	}
	return writer->buffer;
}

int bulk_writer_flush(struct bulk_writer *writer)
{
	const char *at = writer->buffer;
	size_t left = writer->used;

	writer->used = 0;
	while (left > 0) {
		ssize_t put = write(writer->fd, at, left);

		if (put >= 0) {
			at += put;
			left -= (size_t)put;
		} else if (errno == EAGAIN) {
			struct pollfd room = { .fd = writer->fd, .events = POLLOUT };

			if (poll(&room, 1, -1) < 0 && errno != EINTR)
				return -1;
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}
