/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * typing.h without readline: no line is edited. */
#include "platform.h"

#include "view/typing.h"

#include "core/deadline.h"

#include <errno.h>

bool typing_open(struct typing *typing, const char *history_file)
{
	(void)history_file;
	*typing = (struct typing){ .history = -1 };
	return false;
}

void typing_close(struct typing *typing)
{
	(void)typing;
}

ssize_t typing_read(void *context, void *data, size_t length)
{
	(void)context;
	(void)data;
	(void)length;
	errno = ENOSYS;
	return -1;
}

ssize_t typing_write(void *context, int fd, const void *data, size_t length)
{
	(void)context;
	(void)fd;
	(void)data;
	(void)length;
	errno = ENOSYS;
	return -1;
}

void typing_hide(void *context)
{
	(void)context;
}

void typing_show(void *context)
{
	(void)context;
}

int64_t typing_turn(void *context)
{
	(void)context;
	return DEADLINE_NEVER;
}
