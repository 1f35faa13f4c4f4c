/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading and writing a lot through large aligned buffers, by plain blocking calls, so that neither end's
 * descriptor flags matter: what a command needs that turns a stream of records into another. A reader that is
 * about to wait tells first, so that what was made of the bytes so far gets out.
 * -1 with errno where something fails; ENOMEM when memory does. */
#ifndef NSK_CORE_BULK_H
#define NSK_CORE_BULK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { BULK_BUFFER = 256 * 1024 };

struct bulk_reader {
	int fd; /* not ours; -1: what the buffer holds is all */
	unsigned char *buffer;
	size_t capacity, begin, end; /* bytes begin to end wait in the buffer */
	bool is_ended;
	bool is_told_off; /* what failed last was before_wait */
	uint64_t limit; /* so many bytes may still be read, and not one more */
	int (*before_wait)(void *context); /* NULL: nobody wants to know; -1 makes the read fail */
	void *context;
};

/* A reader of FD that may read all there is. */
int bulk_reader_init(struct bulk_reader *reader, int fd);
void bulk_reader_release(struct bulk_reader *reader);

/* Room for COUNT bytes behind what waits, for a caller who fills it and adds to end. */
int bulk_reader_reserve(struct bulk_reader *reader, size_t count);

/* Reads until WANTED bytes wait, the input ends, or the limit is reached; the buffer grows when it must, only as
 * bytes come. Returns how many wait, -1 when reading or before_wait fails. */
ssize_t bulk_reader_fill(struct bulk_reader *reader, size_t wanted);

/* Reads once more, whatever waits: for lines, whose length nobody knows. Returns 1; 0 at the end, and then there is room
 * for one byte behind what waits; -1. */
int bulk_reader_more(struct bulk_reader *reader);

/* Passes over COUNT bytes, and reads no more than these. *SKIPPED tells how many there were. Returns 0, or -1. */
int bulk_reader_skip(struct bulk_reader *reader, uint64_t count, uint64_t *skipped);

struct bulk_writer {
	int fd; /* not ours */
	char *buffer;
	size_t capacity, used;
};

int bulk_writer_init(struct bulk_writer *writer, int fd);
void bulk_writer_release(struct bulk_writer *writer);

/* Room for NEED bytes at the end of what is buffered, which is written first if they would not fit. The caller
 * fills it and adds to used. NULL with errno. */
char *bulk_writer_room(struct bulk_writer *writer, size_t need);

/* Writes what is buffered, all of it. */
int bulk_writer_flush(struct bulk_writer *writer);

#endif
