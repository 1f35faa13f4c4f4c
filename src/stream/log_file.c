/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See log_file.h. */
#include "platform.h"

#include "stream/log_file.h"

#include "cli/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int log_file_open(struct log_file *file, char *path, int64_t deadline, const struct poller_backend *backend)
{
	*file = (struct log_file){ .fd = -1 };
	if (path == NULL)
		return report_out_of_memory();
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0) {
		int status = report_errno("%s", path);

		free(path);
		return status;
	}
	file->path = path;
	file->fd = fd;
	sink_open(&file->sink, fd, path, deadline, backend);
	return STATUS_OK;
}

int log_file_empty(struct log_file *file)
{
	struct stat what;

	if (file->path != NULL && fstat(file->fd, &what) == 0 && S_ISREG(what.st_mode) && ftruncate(file->fd, 0) < 0)
		return report_errno("%s", file->path);
	return STATUS_OK;
}

int log_file_close(struct log_file *file)
{
	int status = STATUS_OK;

	if (file->path == NULL)
		return STATUS_OK;
	sink_release(&file->sink);
	if (close(file->fd) < 0 && errno != EINTR)
		status = report_errno("%s", file->path);
	free(file->path);
	*file = (struct log_file){ .fd = -1 };
	return status;
}
