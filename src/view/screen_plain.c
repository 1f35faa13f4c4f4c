/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See screen.h: with a stream like any other. Nothing is kept, and a stopped terminal is waited for. */
#include "platform.h"

#include "view/screen.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

int screen_open(struct screen *screen, int fd)
{
	*screen = (struct screen){ .fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) };
	screen->stream = screen->fd >= 0 ? fdopen(screen->fd, "w") : NULL;
	if (screen->stream == NULL && screen->fd >= 0)
		close(screen->fd);
	return screen->stream != NULL ? 0 : -1;
}

bool screen_flush(struct screen *screen)
{
	struct pollfd look = { .fd = screen->fd, .events = POLLOUT };

	return poll(&look, 1, 0) > 0;
}

void screen_close(struct screen *screen)
{
	if (screen->stream != NULL)
		fclose(screen->stream);
	*screen = (struct screen){ 0 };
}
