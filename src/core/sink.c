/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See sink.h. */
#include "platform.h"

#include "core/sink.h"

#include "core/deadline.h"
#include "core/interrupt.h"

#include <errno.h>

void sink_open(struct sink *sink, int fd, const char *name, int64_t deadline, const struct poller_backend *backend)
{
	*sink = (struct sink){ .name = name, .deadline = deadline, .backend = backend, .is_open = true };
	end_open(&sink->end, fd, true);
}

void sink_release(struct sink *sink)
{
	if (sink->is_open)
		end_release(&sink->end);
	sink->is_open = false;
}

static bool must_stop(const struct sink *sink)
{
	return interrupt_pending() != 0 || deadline_passed(sink->deadline);
}

/* Waits until something can be written. 0, or -1 with errno; stopped may be set. */
static int wait_until_writable(struct sink *sink)
{
	struct poller *poller;
	int result = -1;

	sink->stopped = must_stop(sink);
	if (sink->stopped)
		return 0;
	poller = poller_open(sink->backend);
	if (poller == NULL)
		return -1;
	if (poller_set(poller, sink->end.fd, POLLER_WRITE) == 0)
		result = poller_wait(poller, sink->deadline, interrupt_wait_mask());
	poller_close(poller);
	sink->stopped = must_stop(sink);
	return result < 0 && errno != EINTR ? -1 : 0;
}

/* One write, and a wait before it where it might block. How much was written, or -1 with errno. */
static ssize_t write_some(struct sink *sink, const unsigned char *data, size_t count)
{
	bool may_block = sink->end.write_limit != SIZE_MAX;

	if (may_block && (wait_until_writable(sink) < 0 || sink->stopped))
		return sink->stopped ? 0 : -1;
	ssize_t written = end_write(&sink->end, data, count);
	if (written >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
		return written;
	return wait_until_writable(sink) < 0 ? -1 : 0;
}

void sink_write(struct sink *sink, const void *data, size_t count)
{
	const unsigned char *at = data;

	while (count > 0 && sink->error == 0 && !sink->stopped) {
		ssize_t written = write_some(sink, at, count);

		if (written < 0) {
			sink->error = errno;
		} else {
			at += written;
			count -= (size_t)written;
		}
	}
}

void sink_try_write(struct sink *sink, const void *data, size_t count)
{
	bool may_block = sink->end.write_limit != SIZE_MAX;

	if (sink->error == 0 && !sink->stopped && (!may_block || end_is_writable(&sink->end)))
		end_write(&sink->end, data, count);
}
