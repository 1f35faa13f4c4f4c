/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See reopen.h: by Linux's /proc (proc(5)). The BSDs' /dev/fd gives the old description again. */
#include "platform.h"

#include "core/reopen.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_again(int fd, int access)
{
	struct stat old, new;
	char path[32];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	int again = open(path, access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (again < 0)
		return -1;
	if (fstat(fd, &old) == 0 && fstat(again, &new) == 0 && old.st_dev == new.st_dev && old.st_ino == new.st_ino)
		return again;
	close(again);
	return -1;
}

int reopen(int fd)
{
	return open_again(fd, O_WRONLY);
}

int reopen_terminal(int fd)
{
	int again = isatty(fd) ? open_again(fd, O_RDONLY) : -1;

	return again >= 0 ? again : fd;
}
