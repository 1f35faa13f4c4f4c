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

int keys_next(FILE *unused)
{
	static struct pollfd keyboard = { .fd = -1, .events = POLLIN };
	unsigned char key;

	(void)unused;
	if (given_count > 0) {
		given_count--;
		return (unsigned char)*given++;
	}
	if (keyboard.fd < 0)
		keyboard.fd = reopen_terminal(STDIN_FILENO);
	while (interrupt_pending() == 0) {
		ssize_t count = read(keyboard.fd, &key, 1);

		if (count >= 0)
			return count > 0 ? key : EOF;
		if (errno != EAGAIN && errno != EINTR)
			break;
		signal_poll(&keyboard, 1, -1, interrupt_wait_mask());
	}
	return READERR;
}
