/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See descriptors.h. */
#include "platform.h"

#include "core/descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static struct rlimit found, raised;
static bool changed;

/* Where the descriptors that are open can be seen. */
static const char *const folders[] = {
#if HAVE_PROC
	"/proc/self/fd",
#endif
	"/dev/fd",
};

/* Calls ACT with each open descriptor past standard error. */
static void each(void (*act)(int fd))
{
	DIR *directory = NULL;
	struct dirent *entry;

	for (size_t i = 0; directory == NULL && i < sizeof folders / sizeof *folders; i++)
		directory = opendir(folders[i]);
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10); /* "." is 0 */

		if (fd > STDERR_FILENO && fd != dirfd(directory))
			act(fd);
	}
	if (directory != NULL) {
		closedir(directory);
		return;
	}
	for (int fd = STDERR_FILENO + 1; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
		act(fd);
}

static void close_inherited(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags >= 0 && !(flags & FD_CLOEXEC))
		close(fd);
}

static void keep(int fd)
{
	fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void descriptors_close_inherited(void)
{
	each(close_inherited);
}

void descriptors_keep(void)
{
	static bool kept;

	if (!kept)
		each(keep);
	kept = true;
}

void descriptors_raise(int limit)
{
	if (changed || getrlimit(RLIMIT_NOFILE, &found) < 0)
		return;
	raised = found;
	raised.rlim_cur = found.rlim_max;
	if (limit > 0 && (raised.rlim_cur == RLIM_INFINITY || raised.rlim_cur > (rlim_t)limit))
		raised.rlim_cur = (rlim_t)limit;
	changed = setrlimit(RLIMIT_NOFILE, &raised) == 0;
}

void descriptors_yield(void)
{
	if (changed)
		setrlimit(RLIMIT_NOFILE, &found);
}

void descriptors_resume(void)
{
	if (changed)
		setrlimit(RLIMIT_NOFILE, &raised);
}
