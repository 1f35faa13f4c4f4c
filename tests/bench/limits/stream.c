/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How fast a stream can be moved over TCP or a Unix socket on this machine, by the smallest program for each pair of source and
 * sink: what `make bench-streams` holds nsk against. No errors are told, no ends are minded.
 *
 *	stream send WHERE <SOURCE    connects to 127.0.0.1:WHERE or to the path WHERE
 *	stream receive WHERE >SINK   takes one client
 *	stream feed FILE >PIPE      writes FILE as a program with data would, 128 KiB at a time
 *	stream drain <PIPE          throws away without looking, so that the sink's reader costs nothing
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { STEP = 1 << 20 };

static _Alignas(4096) char buffer[128 * 1024];

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_un un;
};

/* A socket of the kind that WHERE asks for: a path, or a port of this machine. */
static int make(const char *where, union address *address, socklen_t *length)
{
	if (where[0] == '/') {
		address->un = (struct sockaddr_un){ .sun_family = AF_UNIX };
		strncpy(address->un.sun_path, where, sizeof(address->un.sun_path) - 1);
		*length = sizeof(address->un);
	} else {
		address->in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(where)) };
		address->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		*length = sizeof(address->in);
	}
	return socket(address->any.sa_family, SOCK_STREAM, 0);
}

static int is_pipe(int fd)
{
	struct stat what;

	return fstat(fd, &what) == 0 && S_ISFIFO(what.st_mode);
}

static int is_device(int fd)
{
	struct stat what;

	return fstat(fd, &what) == 0 && S_ISCHR(what.st_mode);
}

/* IN to OUT in the kernel: directly if one is a pipe, else through one of ours. */
static int move(int in, int out)
{
	int through[2];
	ssize_t count;

	fcntl(in, F_SETPIPE_SZ, STEP);
	fcntl(out, F_SETPIPE_SZ, STEP);
	if (is_pipe(in) || is_pipe(out)) {
		while ((count = splice(in, NULL, out, NULL, STEP, SPLICE_F_MOVE)) > 0)
			;
		return count < 0;
	}
	if (pipe(through) < 0)
		return 1;
	fcntl(through[0], F_SETPIPE_SZ, STEP);
	while ((count = splice(in, NULL, through[1], NULL, STEP, SPLICE_F_MOVE)) > 0) {
		while (count > 0) {
			ssize_t moved = splice(through[0], NULL, out, NULL, (size_t)count, SPLICE_F_MOVE);

			if (moved <= 0)
				return 1;
			count -= moved;
		}
	}
	return count < 0;
}

static int send_all(const char *where)
{
	union address address;
	socklen_t length;
	int fd = make(where, &address, &length);

	if (address.any.sa_family == AF_INET) /* to be paced costs more than sending */
		setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
	if (connect(fd, &address.any, length) < 0 || move(0, fd) != 0)
		return 1;
	shutdown(fd, SHUT_WR);
	return read(fd, buffer, 1) != 0;
}

static int receive_all(const char *where)
{
	union address address;
	socklen_t length;
	int listener = make(where, &address, &length);
	ssize_t count;
	int fd;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	if (bind(listener, &address.any, length) < 0 || listen(listener, 1) < 0)
		return 1;
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		return 1;
	if (!is_device(1) || address.any.sa_family == AF_UNIX) /* it has no MSG_TRUNC that discards */
		return move(fd, 1);
	while ((count = recv(fd, NULL, STEP, MSG_TRUNC)) > 0)
		;
	return count < 0;
}

static int feed(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t count;

	while ((count = read(fd, buffer, sizeof(buffer))) > 0) {
		for (ssize_t written = 0; written < count;) {
			ssize_t some = write(1, buffer + written, (size_t)(count - written));

			if (some < 0)
				return 1;
			written += some;
		}
	}
	return count < 0;
}

static int drain(void)
{
	int nowhere = open("/dev/null", O_WRONLY);
	ssize_t count;

	while ((count = splice(0, NULL, nowhere, NULL, STEP, SPLICE_F_MOVE)) > 0)
		;
	return count < 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "send") == 0)
		return send_all(argv[2]);
	if (argc == 3 && strcmp(argv[1], "receive") == 0)
		return receive_all(argv[2]);
	if (argc == 3 && strcmp(argv[1], "feed") == 0)
		return feed(argv[2]);
	if (argc == 2 && strcmp(argv[1], "drain") == 0)
		return drain();
	fprintf(stderr, "usage: stream send WHERE | receive WHERE | feed FILE | drain\n");
	return 2;
}
