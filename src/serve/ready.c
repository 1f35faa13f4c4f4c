/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See ready.h. */
#include "platform.h"

#include "serve/ready.h"

#include "cli/message.h"
#include "core/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct option_spec ready_options[] = {
	OPTION_HEADING("Readiness"),
	NUMBER(0, "ready-fd", "N", 0, INT_MAX, struct ready_settings, fd,
	       "once listening, write a line with the address to descriptor N and close it"),
	FILE_NAME(0, "port-file", struct ready_settings, port_file, "once listening, write the port number, or the Unix socket's path, to FILE"),
	FLAG(0, "background", struct ready_settings, background,
	     "once listening, go on in the background; print NSK_PID, NSK_HOST and NSK_PORT, or NSK_PATH, for eval"),
	FILE_NAME(0, "log", struct ready_settings, log, "with --background: messages go to FILE"),
	OPTION_END,
};

int ready_check(const struct ready_settings *settings)
{
	if (settings->fd >= 0 && fcntl((int)settings->fd, F_GETFD) < 0)
		return usage_error("--ready-fd %d: no such descriptor is open", (int)settings->fd);
	if (settings->log != NULL && !settings->background)
		return usage_error("--log goes with --background");
	return STATUS_OK;
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t count = write(fd, text, length);

		if (count < 0 && errno != EINTR)
			return -1;
		if (count > 0) {
			text += count;
			length -= (size_t)count;
		}
	}
	return 0;
}

static int tell_descriptor(int fd, const char *address)
{
	char line[ENDPOINT_TEXT_MAX + 1];
	int length = snprintf(line, sizeof line, "%s\n", address);
	int status = STATUS_OK;

	if (write_all(fd, line, (size_t)length) < 0)
		status = report_errno("--ready-fd %d", fd);
	if (fd > STDERR_FILENO)
		close(fd);
	return status;
}

/* A FIFO, a terminal, a symbolic link (/dev/stdout): what must stay what it is. */
static int write_into(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0644);

	if (fd < 0)
		return -1;
	int failed = write_all(fd, text, strlen(text)) < 0;
	return close(fd) < 0 || failed ? -1 : 0;
}

/* Written whole under another name, then renamed: a reader never sees half of it. */
static int write_file(const char *path, const char *text)
{
	char draft[PATH_MAX];
	struct stat there;
	int fd;

	if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode))
		return write_into(path, text);

	if (snprintf(draft, sizeof draft, "%s.XXXXXX", path) >= (int)sizeof draft) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkstemp(draft);
	if (fd < 0)
		return -1;
	int failed = fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || write_all(fd, text, strlen(text)) < 0 || fchmod(fd, 0644) < 0;
	failed = close(fd) < 0 || failed;
	if (!failed && rename(draft, path) == 0)
		return 0;
	int saved = errno;
	unlink(draft);
	errno = saved;
	return -1;
}

static int tell_file(const char *path, const struct endpoint *address, const char *text)
{
	char line[ENDPOINT_TEXT_MAX + 1];

	if (endpoint_port(address) != 0)
		snprintf(line, sizeof line, "%u\n", endpoint_port(address));
	else
		snprintf(line, sizeof line, "%s\n", text);
	return write_file(path, line) < 0 ? report_errno("%s", path) : STATUS_OK;
}

static void become_background(int nothing, int log_fd)
{
	setsid();
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	dup2(log_fd >= 0 ? log_fd : nothing, STDERR_FILENO);
	descriptors_close_inherited();
}

/* A path may hold anything, quotes too. */
static void print_for_shell(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";

	if (text[strspn(text, plain)] == '\0') {
		fputs(text, stdout);
		return;
	}
	putchar('\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		putchar(*text);
	}
	putchar('\'');
}

static void print_for_eval(pid_t child, const struct endpoint *address)
{
	char host[ENDPOINT_TEXT_MAX];

	endpoint_format_host(address, host);
	if (address->address.ss_family == AF_UNIX) {
		printf("NSK_PID=%ld NSK_PATH=", (long)child);
		print_for_shell(host);
		putchar('\n');
		return;
	}
	printf("NSK_PID=%ld NSK_HOST=%s NSK_PORT=%u\n", (long)child, host, endpoint_port(address));
}

static void close_both(int nothing, int log_fd)
{
	if (log_fd >= 0)
		close(log_fd);
	close(nothing);
}

static int go_to_background(const struct ready_settings *settings, const struct endpoint *address, bool *parent)
{
	/* before the fork: a child that kept the parent's output would let `eval` wait for ever */
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	int log_fd = -1;

	if (nothing < 0)
		return report_errno_as(STATUS_UNCONNECTED, "/dev/null");
	if (settings->log != NULL) {
		log_fd = open(settings->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
		if (log_fd < 0) {
			int failed = report_errno_as(STATUS_UNCONNECTED, "%s", settings->log);

			close(nothing);
			return failed;
		}
	}
	fflush(stdout);
	pid_t child = fork();
	int status = child < 0 ? report_errno_as(STATUS_UNCONNECTED, "--background") : STATUS_OK;
	if (child == 0) {
		become_background(nothing, log_fd);
	} else if (child > 0) {
		*parent = true;
		print_for_eval(child, address);
	}
	close_both(nothing, log_fd);
	return status;
}

int ready_announce(const struct ready_settings *settings, const struct endpoint *listening, bool *parent)
{
	struct endpoint address = endpoint_connectable(listening);
	char text[ENDPOINT_TEXT_MAX];
	int status = STATUS_OK;

	*parent = false;
	endpoint_format(&address, text);
	if (settings->port_file != NULL)
		status = tell_file(settings->port_file, &address, text);
	if (status == STATUS_OK && settings->fd >= 0)
		status = tell_descriptor((int)settings->fd, text);
	if (status == STATUS_OK && settings->background)
		status = go_to_background(settings, &address, parent);
	return status;
}

static bool is_temporary;

void ready_set_temporary(void)
{
	is_temporary = true;
}

void ready_tell(const struct listener_list *listeners, const char *command)
{
	char text[1024], one[ENDPOINT_TEXT_MAX];
	size_t length = 0;
	bool local = true;

	if (!message_is_verbose() && !isatty(STDERR_FILENO))
		return;
	for (int i = 0; i < listeners->count && length < sizeof text - ENDPOINT_TEXT_MAX; i++) {
		length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i == 0 ? "" : ", ",
		                           endpoint_format(&listeners->items[i].address, one));
		local = local && endpoint_is_loopback(&listeners->items[i].address);
	}
	notice("listening on %s", text);
	if (local && command != NULL && !is_temporary)
		notice("for this machine only; for all: nsk %s :%u", command,
		       (unsigned)endpoint_port(&listeners->items[0].address));
}
