/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See end.h. Facts of pipe(7): poll calls a pipe writable when PIPE_BUF bytes fit. */
#include "platform.h"

#include "core/end.h"

#include "core/packet.h"
#include "core/reopen.h"
#include "core/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TERMINAL_WRITE = 512 };

static bool is_dev_null(const struct stat *what)
{
	struct stat null_device;

	return S_ISCHR(what->st_mode) && stat("/dev/null", &null_device) == 0 && null_device.st_rdev == what->st_rdev;
}

bool end_is_dev_null(int fd)
{
	struct stat what;

	return fstat(fd, &what) == 0 && is_dev_null(&what);
}

/* FLAGS are the description's, where it is written. */
static enum end_kind classify(int fd, bool written, int flags)
{
	struct stat what;

	if (fstat(fd, &what) < 0)
		return END_OTHER;
	if (S_ISSOCK(what.st_mode))
		return END_SOCKET;
	if (S_ISFIFO(what.st_mode))
		return END_PIPE;
	if (S_ISREG(what.st_mode))
		return END_FILE;
	/* a /dev/null that cannot be written stands for a closed stdout: it must fail, not swallow */
	if (is_dev_null(&what) && !(written && (flags & O_ACCMODE) == O_RDONLY))
		return END_NULL;
	return S_ISCHR(what.st_mode) && isatty(fd) ? END_TERMINAL : END_OTHER;
}

void end_open(struct end *end, int fd, bool written)
{
	int flags = written ? fcntl(fd, F_GETFL) : 0;

	*end = (struct end){ .fd = fd, .given_fd = -1, .kind = classify(fd, written, flags), .write_limit = SIZE_MAX };
	end->splices = end->kind == END_PIPE || end->kind == END_NULL ||
	               (end->kind == END_FILE && flags >= 0 && !(flags & O_APPEND));
	if (end->kind != END_TERMINAL && !(written && end->kind == END_PIPE))
		return;
	int again = !written ? reopen_terminal(fd) : flags >= 0 && (flags & O_ACCMODE) != O_RDONLY ? reopen(fd) : -1;
	if (again >= 0 && again != fd) {
		end->given_fd = fd;
		end->fd = again;
	} else if (written) {
		end->write_limit = end->kind == END_PIPE ? PIPE_BUF : TERMINAL_WRITE;
	}
}

void end_open_socket(struct end *end, int fd)
{
	int family = sock_family(fd);

	*end = (struct end){ .fd = fd, .given_fd = -1, .kind = END_SOCKET, .splices = true, .write_limit = SIZE_MAX };
	int type = family == AF_INET || family == AF_INET6 || family == AF_UNIX ? sock_type(fd) : -1;
	end->is_tcp = family != AF_UNIX && type == SOCK_STREAM;
	end->is_local = family == AF_UNIX;
	end->records = type == SOCK_SEQPACKET;
	if (!end->records)
		return;
	end->splices = false;
	packet_prepare(fd);
}

void end_open_socket_like(struct end *end, int fd, const struct end *like)
{
	*end = *like;
	end->fd = fd;
	if (end->records)
		packet_prepare(fd);
}

static ssize_t forget(void *context, const void *data, size_t count, bool urgent)
{
	(void)context;
	(void)data;
	(void)urgent;
	return (ssize_t)count;
}

void end_open_sink(struct end *end, end_sink *sink, void *context)
{
	*end = (struct end){ .fd = -1, .given_fd = -1, .kind = END_SINK, .write_limit = SIZE_MAX,
	                     .sink = sink != NULL ? sink : forget, .sink_context = context };
}

ssize_t end_read(const struct end *end, void *data, size_t length)
{
	ssize_t count;

	if (end->kind == END_SOCKET)
		return sock_recv(end->fd, data, length, MSG_DONTWAIT);
	if (end->terminal != NULL)
		return end->terminal->read(end->terminal->context, data, length);
	do
		count = read(end->fd, data, length);
	while (count < 0 && errno == EINTR);
	return count;
}

ssize_t end_write(const struct end *end, const void *data, size_t length)
{
	ssize_t count;

	if (end->kind == END_SINK)
		return end->sink(end->sink_context, data, length, end->urgent);
	if (end->kind == END_SOCKET)
		return sock_send(end->fd, data, length, MSG_DONTWAIT);
	if (length > end->write_limit)
		length = end->write_limit;
	if (end->terminal != NULL)
		return end->terminal->write(end->terminal->context, end->fd, data, length);
	do
		count = write(end->fd, data, length);
	while (count < 0 && errno == EINTR);
	return count;
}

ssize_t end_receive(const struct end *end, void *data, size_t length, bool *ended)
{
	ssize_t count = 1;

	*ended = false;
	if (end->records)
		count = packet_peek(end->fd, ended);
	if (count < 0 || *ended)
		return count;
	count = sock_recv(end->fd, data, length, MSG_DONTWAIT);
	*ended = count == 0 && !end->records;
	return count;
}

bool end_may_block(const struct end *end)
{
	if (end->terminal != NULL) /* asks by itself, and may have more than the terminal */
		return false;
	return end->kind == END_PIPE || end->kind == END_TERMINAL || end->kind == END_OTHER;
}

bool end_is_readable(const struct end *end)
{
	struct pollfd look = { .fd = end->fd, .events = POLLIN };

	return end->fd >= 0 && poll(&look, 1, 0) > 0;
}

bool end_is_writable(const struct end *end)
{
	struct pollfd look = { .fd = end->fd, .events = POLLOUT };

	return poll(&look, 1, 0) > 0;
}

bool end_is_gone(const struct end *end)
{
	struct pollfd look = { .fd = end->fd };

	return poll(&look, 1, 0) > 0 && (look.revents & (POLLERR | POLLHUP)) != 0;
}

static int close_checked(int fd)
{
	int result = close(fd);

	/* EINTR: Linux has closed it all the same. EBADF: closed at start, nothing was lost. */
	return result < 0 && (errno == EINTR || errno == EBADF) ? 0 : result;
}

int end_empty_file(int fd)
{
	struct stat what;

	return fstat(fd, &what) < 0 || !S_ISREG(what.st_mode) || what.st_size == 0 ? 0 : ftruncate(fd, 0);
}

bool end_closes(const struct end *end)
{
	return end->fd >= 0 && end->kind != END_SOCKET && end->kind != END_TERMINAL && end->kind != END_NULL;
}

int end_finish(struct end *end)
{
	int fd = end->given_fd >= 0 ? end->given_fd : end->fd;

	if (end->fd >= 0 && end->kind == END_SOCKET) {
		end->fd = -1;
		return sock_shutdown(fd, SHUT_WR) < 0 && errno != ENOTCONN ? -1 : 0;
	}
	if (!end_closes(end))
		return 0;
	end_release(end);
	end->fd = -1;
	int result = close_checked(fd);
	if (fd <= STDERR_FILENO) {
		int saved = errno;
		int filler = open("/dev/null", O_RDWR);

		if (filler >= 0 && filler != fd) {
			dup2(filler, fd);
			close(filler);
		}
		errno = saved;
	}
	return result;
}

void end_release(struct end *end)
{
	if (end->given_fd >= 0) {
		close(end->fd);
		end->fd = end->given_fd;
		end->given_fd = -1;
	}
}
