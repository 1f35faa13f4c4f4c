/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See keys.h. */
#include "platform.h"

#include "view/keys.h"

#include "core/interrupt.h"
#include "core/reopen.h"
#include "core/signal_poll.h"
#include "view/readline.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static const char *given;
static size_t given_count;

void keys_give(const char *keys, size_t count)
{
	given = keys;
	given_count = count;
}

bool keys_are_given(void)
{
	return given_count > 0;
}

static int keyboard(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = reopen_terminal(STDIN_FILENO);
	return fd;
}

size_t keys_take_entered(char *entered, size_t room, bool *ended)
{
	struct pollfd readable = { .fd = keyboard(), .events = POLLIN };
	size_t length = 0;
	ssize_t count = 1;

	while (count > 0 && length < room && poll(&readable, 1, 0) > 0) {
		count = read(readable.fd, entered + length, room - length);
		length += count > 0 ? (size_t)count : 0;
	}
	*ended = count == 0;
	return length;
}

int keys_next(FILE *unused)
{
	struct pollfd readable = { .fd = keyboard(), .events = POLLIN };
	unsigned char key;

	(void)unused;
	if (given_count > 0) {
		given_count--;
		return (unsigned char)*given++;
	}
	while (interrupt_pending() == 0) {
		ssize_t count = read(readable.fd, &key, 1);

		if (count >= 0)
			return count > 0 ? key : EOF;
		if (errno != EAGAIN && errno != EINTR)
			break;
		signal_poll(&readable, 1, -1, interrupt_wait_mask());
	}
	return READERR;
}
