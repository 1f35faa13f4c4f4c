/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See screen.h: by a stream of our own functions, as glibc and musl have it (fopencookie(3)). */
#include "platform.h"

#include "view/screen.h"

#include "core/reopen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 256 }; /* as much as a terminal that is ready takes without waiting, where it could not be reopened */

static ssize_t keep(void *cookie, const char *data, size_t length)
{
	struct screen *screen = cookie;
	char *more = realloc(screen->kept, screen->length + length);

	if (more == NULL)
		return 0;
	memcpy(more + screen->length, data, length);
	screen->kept = more;
	screen->length += length;
	screen_flush(screen);
	return (ssize_t)length;
}

int screen_open(struct screen *screen, int fd)
{
	static const cookie_io_functions_t functions = { .write = keep };
	int own = reopen(fd);

	*screen = (struct screen){ .fd = own >= 0 ? own : fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) };
	if (screen->fd < 0)
		return -1;
	screen->stream = fopencookie(screen, "w", functions);
	if (screen->stream != NULL)
		return 0;
	close(screen->fd);
	return -1;
}

static bool is_ready(const struct screen *screen)
{
	struct pollfd look = { .fd = screen->fd, .events = POLLOUT };

	return poll(&look, 1, 0) > 0;
}

bool screen_flush(struct screen *screen)
{
	size_t done = 0;

	while (done < screen->length && is_ready(screen)) {
		size_t left = screen->length - done;
		ssize_t count = write(screen->fd, screen->kept + done, left < PIECE ? left : PIECE);

		if (count < 0 && errno != EINTR) {
			if (errno != EAGAIN)
				done = screen->length; /* there is no terminal any more */
			break;
		}
		done += count > 0 ? (size_t)count : 0;
	}
	screen->length -= done;
	if (done > 0)
		memmove(screen->kept, screen->kept + done, screen->length);
	return screen->length == 0 && is_ready(screen);
}

void screen_close(struct screen *screen)
{
	if (screen->stream == NULL)
		return;
	fclose(screen->stream);
	close(screen->fd);
	free(screen->kept);
	*screen = (struct screen){ 0 };
}
