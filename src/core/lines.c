/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See lines.h. */
#include "platform.h"

#include "core/lines.h"

#include "core/interrupt.h"
#include "core/reopen.h"
#include "core/signal_poll.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 4096 };

/* Reads more behind what is held. 0, or -1 with errno. */
static int fill(struct lines *lines)
{
	struct pollfd readable = { .fd = lines->own, .events = POLLIN };

	memmove(lines->held, lines->held + lines->taken, lines->count - lines->taken);
	lines->count -= lines->taken;
	lines->taken = 0;
	if (lines->room - lines->count < PIECE) {
		char *more = realloc(lines->held, lines->count + 2 * PIECE);

		if (more == NULL)
			return -1;
		lines->held = more;
		lines->room = lines->count + 2 * PIECE;
	}
	if (signal_poll(&readable, 1, -1, interrupt_wait_mask()) < 0)
		return -1;
	ssize_t got = read(lines->own, lines->held + lines->count, PIECE);
	if (got < 0)
		return -1;
	lines->count += (size_t)got;
	lines->ended = got == 0;
	return 0;
}

int lines_next(struct lines *lines, const char **line, size_t *length)
{
	if (lines->held == NULL) {
		lines->held = malloc(PIECE);
		if (lines->held == NULL)
			return -1;
		lines->room = PIECE;
		lines->own = reopen_terminal(lines->fd);
	}
	for (;;) {
		size_t left = lines->count - lines->taken;
		const char *begin = lines->held + lines->taken;
		const char *newline = memchr(begin, '\n', left);

		if (newline != NULL || (lines->ended && left > 0)) {
			*line = begin;
			*length = newline != NULL ? (size_t)(newline - begin) : left;
			lines->taken += *length + (newline != NULL);
			return 1;
		}
		if (lines->ended) {
			lines->ended = false; /* a terminal goes on after its end */
			return 0;
		}
		if (fill(lines) < 0 && ((errno != EINTR && errno != EAGAIN) || interrupt_pending() != 0))
			return -1;
	}
}

void lines_release(struct lines *lines)
{
	int saved = errno;

	if (lines->held != NULL && lines->own != lines->fd)
		close(lines->own);
	free(lines->held);
	*lines = (struct lines){ .fd = -1 };
	errno = saved;
}
