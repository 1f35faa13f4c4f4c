/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See child.h. SIGCHLD does nothing but end a wait; who has ended is asked of waitpid. */
#include "platform.h"

#include "core/child.h"

#include "core/deadline.h"
#include "core/interrupt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sigaction found;
static bool caught;

static void wake(int signal)
{
	(void)signal;
}

void child_catch(void)
{
	struct sigaction catch = { .sa_handler = wake, .sa_flags = SA_NOCLDSTOP };
	sigset_t blocked;

	if (caught)
		return;
	caught = true;
	sigemptyset(&catch.sa_mask);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigaction(SIGCHLD, &catch, &found);
}

void child_restore(void)
{
	if (caught)
		sigaction(SIGCHLD, &found, NULL);
	caught = false;
	interrupt_restore();
}

enum child_news child_wait(pid_t pid, const struct child_wait *heed, int *status)
{
	struct pollfd readable = { .fd = heed->fd, .events = POLLIN };
	sigset_t mask = *interrupt_wait_mask();

	sigdelset(&mask, SIGCHLD);
	for (;;) {
		if (heed->fd >= 0 && poll(&readable, 1, 0) > 0)
			return CHILD_READABLE;
		pid_t ended = waitpid(pid, status, WNOHANG);
		if (ended == pid)
			return CHILD_ENDED;
		if (ended < 0 && errno != EINTR)
			return CHILD_LOST;
		if (heed->interrupts && interrupt_pending() != 0)
			return CHILD_INTERRUPTED;
		if (deadline_passed(heed->deadline))
			return CHILD_LATE;
		int timeout_ms = deadline_poll_timeout(heed->deadline);
		struct timespec timeout = { timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000 };
		ppoll(&readable, 1, timeout_ms < 0 ? NULL : &timeout, &mask);
	}
}

static void close_if_inherited(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags >= 0 && !(flags & FD_CLOEXEC))
		close(fd);
}

void child_close_inherited(void)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;

	if (directory == NULL)
		directory = opendir("/dev/fd");
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10); /* "." is 0 */

		if (fd > STDERR_FILENO)
			close_if_inherited(fd);
	}
	if (directory != NULL) {
		closedir(directory);
		return;
	}
	for (int fd = STDERR_FILENO + 1; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
		close_if_inherited(fd);
}
