/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * makefile: a socket read by lines. */
#include "platform.h"

#include "repl/call.h"
#include "repl/transfer.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 8192 };

static int run_makefile(struct repl *repl, struct value *arguments, struct value *result)
{
	struct object *file = object_new(repl, OBJECT_FILE);

	if (file == NULL)
		return repl_fail_memory(repl);
	file->socket = arguments[0].object;
	*result = value_object(file);
	return 0;
}

/* Receives once more into FILE, if its end has not come. */
static int fill(struct repl *repl, struct object *file)
{
	unsigned char piece[PIECE];
	ssize_t got;

	if (file->socket->fd < 0)
		return repl_fail(repl, "EBADF", "bad file descriptor: the socket has been closed");
	got = transfer_receive(repl, file->socket, piece, sizeof piece, 0, NULL);
	if (got < 0)
		return -1;
	file->has_ended = got == 0;
	return object_hold(file, piece, (size_t)got) < 0 ? repl_fail_memory(repl) : 0;
}

/* Moves the first COUNT bytes that FILE holds into *RESULT. */
static int take(struct repl *repl, struct object *file, size_t count, struct value *result)
{
	if (value_set_text(result, file->held, count) < 0)
		return repl_fail_memory(repl);
	if (count > 0)
		memmove(file->held, file->held + count, file->held_count - count);
	file->held_count -= count;
	file->has_ended = false; /* the next read asks again, as on a terminal */
	return 0;
}

static int run_readline(struct repl *repl, struct value *arguments, struct value *result)
{
	struct object *file = arguments[0].object;
	size_t limit = (size_t)call_int(&arguments[1], INT_MAX);

	for (;;) {
		const unsigned char *newline = file->held_count > 0 ? memchr(file->held, '\n', file->held_count) : NULL;
		size_t count = newline != NULL ? (size_t)(newline - file->held) + 1 : file->held_count;

		if (newline != NULL || file->has_ended || count >= limit)
			return take(repl, file, count < limit ? count : limit, result);
		if (fill(repl, file) < 0)
			return -1;
	}
}

static int run_read(struct repl *repl, struct value *arguments, struct value *result)
{
	struct object *file = arguments[0].object;
	size_t limit = (size_t)call_int(&arguments[1], INT_MAX);

	while (file->held_count < limit && !file->has_ended) {
		if (fill(repl, file) < 0)
			return -1;
	}
	return take(repl, file, file->held_count < limit ? file->held_count : limit, result);
}

static int run_write(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct object *file = arguments[0].object;

	if (file->socket->fd < 0)
		return repl_fail(repl, "EBADF", "bad file descriptor: the socket has been closed");
	ssize_t sent = transfer_send_all(repl, file->socket, arguments[1].bytes, arguments[1].count, 0);
	if (sent < 0)
		return -1;
	*result = value_number(sent);
	return 0;
}

static int run_flush(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	(void)arguments;
	(void)result;
	return 0; /* nothing is held back */
}

const struct call call_file_rows[] = {
	{ "makefile", "socket:socket [mode:text] [buffering:any] [encoding:any] [errors:any] [newline:any]", "FILE *fdopen(int fd, const char *mode)", "socket.makefile(mode='r')",
	  "make a file of a socket, to read it by lines", "EBADF", run_makefile },
	{ "readline", "file:file [size:count]", "ssize_t getline(char **lineptr, size_t *n, FILE *stream)", "file.readline(size=-1)",
	  "read a line, its newline included; \"\" at the end", "ECONNRESET ETIMEDOUT", run_readline },
	{ "read", "file:file [size:count]", "size_t fread(void *ptr, size_t size, size_t nmemb, FILE *stream)", "file.read(size=-1)",
	  "read SIZE bytes, or all to the end", "ECONNRESET ETIMEDOUT", run_read },
	{ "write", "file:file data:bytes", "size_t fwrite(const void *ptr, size_t size, size_t nmemb, FILE *stream)",
	  "file.write(bytes)", "send bytes through a file", "EPIPE ECONNRESET", run_write },
	{ "flush", "file:file", "int fflush(FILE *stream)", "file.flush()", "nothing here: what is written is sent at once", "",
	  run_flush },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
