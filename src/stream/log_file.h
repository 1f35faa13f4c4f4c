/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file written beside a session (--log-sent, --log-received, --hex-file): opened early, emptied when the
 * connection stands. */
#ifndef NSK_STREAM_LOG_FILE_H
#define NSK_STREAM_LOG_FILE_H

#include "core/sink.h"

#include <stdint.h>

struct log_file {
	char *path; /* ours; NULL: not open */
	int fd;
	struct sink sink;
};

/* Opens PATH (made if need be) without emptying it; takes over PATH, also when it fails. A NULL path is out of
 * memory. 0, or a status after a message. */
int log_file_open(struct log_file *file, char *path, int64_t deadline, const struct poller_backend *backend);

/* Empties a regular file. 0, or a status after a message. */
int log_file_empty(struct log_file *file);

/* Closes it; 0, or a status after a message when that tells of lost bytes. Accepts a zeroed one. */
int log_file_close(struct log_file *file);

#endif
