/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Readers and writers with large buffers: on descriptors that others have made non-blocking, at the end, at a limit, and
 * where something fails. */
#include "platform.h"

#include "core/bulk.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { ALL = 3 * BULK_BUFFER };

static unsigned char pattern(size_t at)
{
	return (unsigned char)(at * 7 + at / 256);
}

/* Writes ALL bytes in pieces, with pauses for the scheduler, so that the reader finds nothing now and then. */
static void *feed(void *context)
{
	int fd = *(int *)context;
	unsigned char piece[1000];

	for (size_t at = 0; at < ALL;) {
		size_t count = sizeof piece < ALL - at ? sizeof piece : ALL - at;

		for (size_t i = 0; i < count; i++)
			piece[i] = pattern(at + i);
		ssize_t put = write(fd, piece, count);
		if (put < 0)
			abort();
		at += (size_t)put;
	}
	close(fd);
	return NULL;
}

/* Counts, and refuses from the second wait on. */
static int tell(void *context)
{
	return ++*(int *)context > 1 ? -1 : 0;
}

static void test_non_blocking_input(void)
{
	struct bulk_reader reader;
	pthread_t feeder;
	int ends[2];
	bool same = true;

	if (pipe(ends) < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 || bulk_reader_init(&reader, ends[0]) < 0 ||
	    pthread_create(&feeder, NULL, feed, &ends[1]) != 0)
		abort();
	CHECK_INT(bulk_reader_fill(&reader, ALL), ALL); /* more than the buffer had room for */
	for (size_t i = 0; i < ALL; i++)
		same = same && reader.buffer[reader.begin + i] == pattern(i);
	CHECK(same);
	CHECK_INT(bulk_reader_more(&reader), 0);
	CHECK_INT(bulk_reader_fill(&reader, ALL + 1), ALL);
	pthread_join(feeder, NULL);
	bulk_reader_release(&reader);
	close(ends[0]);
}

static void test_told_before_a_wait(void)
{
	struct bulk_reader reader;
	int ends[2], waits = 0;

	if (pipe(ends) < 0 || bulk_reader_init(&reader, ends[0]) < 0 || write(ends[1], "abc", 3) != 3)
		abort();
	reader.before_wait = tell;
	reader.context = &waits;
	CHECK_INT(bulk_reader_fill(&reader, 2), 3);
	CHECK_INT(waits, 0);
	waits = 1;
	CHECK_INT(bulk_reader_fill(&reader, 4), -1);
	CHECK_INT(waits, 2);
	CHECK(reader.is_told_off);
	bulk_reader_release(&reader);
	close(ends[0]);
	close(ends[1]);
}

static void test_limits(void)
{
	struct bulk_reader reader;
	uint64_t skipped = 0;
	int ends[2];

	if (pipe(ends) < 0 || bulk_reader_init(&reader, ends[0]) < 0 || write(ends[1], "abcdefgh", 8) != 8)
		abort();
	CHECK_INT(bulk_reader_skip(&reader, 2, &skipped), 0);
	CHECK_INT((int64_t)skipped, 2);
	reader.limit = 3;
	CHECK_INT(bulk_reader_fill(&reader, 10), 3);
	CHECK(memcmp(reader.buffer + reader.begin, "cde", 3) == 0);
	CHECK_INT(bulk_reader_more(&reader), 0); /* not one byte more */
	reader.limit = UINT64_MAX;
	close(ends[1]);
	CHECK_INT(bulk_reader_skip(&reader, 10, &skipped), 0);
	CHECK_INT((int64_t)skipped, 6);
	bulk_reader_release(&reader);
	close(ends[0]);
	CHECK_INT(bulk_reader_init(&reader, -1), 0); /* what the buffer holds is all */
	CHECK_INT(bulk_reader_fill(&reader, 1), 0);
	CHECK_INT(bulk_reader_more(&reader), 0);
	errno = 0;
	CHECK(bulk_reader_reserve(&reader, PTRDIFF_MAX) == -1 && errno == ENOMEM);
	errno = 0;
	CHECK(bulk_reader_reserve(&reader, SIZE_MAX) == -1 && errno == ENOMEM);
	bulk_reader_release(&reader);
}

static void test_failures(void)
{
	struct bulk_reader reader;
	struct bulk_writer writer;
	uint64_t skipped;
	int folder = open("/", O_RDONLY), full = open("/dev/full", O_WRONLY);

	if (folder < 0 || full < 0 || bulk_reader_init(&reader, folder) < 0 || bulk_writer_init(&writer, full) < 0)
		abort();
	CHECK(bulk_reader_fill(&reader, 1) == -1 && errno == EISDIR);
	CHECK(bulk_reader_more(&reader) == -1 && errno == EISDIR);
	CHECK(bulk_reader_skip(&reader, 1, &skipped) == -1 && errno == EISDIR);
	CHECK(bulk_writer_room(&writer, BULK_BUFFER) != NULL);
	writer.used = 5;
	CHECK(bulk_writer_room(&writer, BULK_BUFFER) == NULL && errno == ENOSPC);
	errno = 0;
	CHECK(bulk_writer_room(&writer, SIZE_MAX) == NULL && errno == ENOMEM);
	bulk_reader_release(&reader);
	bulk_writer_release(&writer);
	close(folder);
	close(full);
}

/* Takes all there is. */
static void *drain(void *context)
{
	static unsigned char got[ALL];
	size_t count = 0;
	ssize_t more;

	while ((more = read(*(int *)context, got + count, sizeof got - count)) > 0)
		count += (size_t)more;
	for (size_t i = 0; i < count; i++) {
		if (got[i] != pattern(i))
			return NULL;
	}
	return count == ALL ? got : NULL;
}

static void test_non_blocking_output(void)
{
	struct bulk_writer writer;
	pthread_t drainer;
	void *whole = NULL;
	int ends[2];

	if (pipe(ends) < 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0 || bulk_writer_init(&writer, ends[1]) < 0 ||
	    pthread_create(&drainer, NULL, drain, &ends[0]) != 0)
		abort();
	char *room = bulk_writer_room(&writer, ALL); /* more than a pipe holds */
	for (size_t i = 0; i < ALL; i++)
		room[i] = (char)pattern(i);
	writer.used = ALL;
	CHECK_INT(bulk_writer_flush(&writer), 0);
	close(ends[1]);
	pthread_join(drainer, &whole);
	CHECK(whole != NULL);
	bulk_writer_release(&writer);
	close(ends[0]);
}

int main(void)
{
	test_non_blocking_input();
	test_told_before_a_wait();
	test_limits();
	test_failures();
	test_non_blocking_output();
	return tap_end();
}
