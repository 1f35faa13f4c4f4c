/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file, pipe or terminal that is written beside a session: all of it, in order, waiting for a slow reader.
 * The wait ends with a signal or the deadline, so that neither is ever kept out by a log. */
#ifndef NSK_CORE_SINK_H
#define NSK_CORE_SINK_H

#include "core/end.h"
#include "core/poller.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink {
	const char *name; /* for messages; the caller's */
	struct end end;
	int64_t deadline; /* see deadline.h */
	const struct poller_backend *backend;
	int error;        /* errno of the first write that failed; nothing more is written */
	bool stopped;     /* a signal or the deadline came while waiting; nothing more is written */
	bool is_open;
};

/* Begins to write to FD, which stays the caller's. */
void sink_open(struct sink *sink, int fd, const char *name, int64_t deadline, const struct poller_backend *backend);

/* Writes COUNT bytes at DATA. What becomes of them is told by error and stopped. */
void sink_write(struct sink *sink, const void *data, size_t count);

/* Writes what goes at once, for what is soon out of date anyway. */
void sink_try_write(struct sink *sink, const void *data, size_t count);

/* Lets go of FD, without closing it. Accepts one that was only zeroed. */
void sink_release(struct sink *sink);

#endif
