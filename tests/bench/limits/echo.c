/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The least that an echo server can do. Prints its port, serves until a signal.
 *
 *	echo                    one epoll loop, one buffer for all, no memory of its own for a connection
 *	echo PROGRAM            a PROGRAM on each connection, by vfork */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, ROOM = 65536, WAITING = 4096 };

static char buffer[ROOM];

static void watch(int poller, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0)
		exit(1);
}

/* False: the connection is over. A loopback socket takes a small echo whole; this server is for nothing else. */
static int answer(int fd)
{
	ssize_t count = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);

	return count > 0 && send(fd, buffer, (size_t)count, MSG_NOSIGNAL) == count;
}

static void take(int poller, int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
		watch(poller, fd);
}

static void serve(int listener)
{
	static struct epoll_event events[EVENTS];
	int poller = epoll_create1(0);

	watch(poller, listener);
	for (;;) {
		int count = epoll_wait(poller, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == listener)
				take(poller, listener);
			else if (!answer(events[i].data.fd))
				close(events[i].data.fd);
		}
	}
}

static void serve_by(int listener, char **program)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		volatile int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0 && vfork() == 0) {
			dup2(fd, STDIN_FILENO);
			dup2(fd, STDOUT_FILENO);
			execv(program[0], program);
			_exit(1);
		}
		close(fd);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof here;
	struct rlimit limit;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (argc > 1 ? 0 : SOCK_NONBLOCK), 0);

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0 || listen(listener, WAITING) < 0 ||
	    getsockname(listener, (struct sockaddr *)&here, &length) < 0)
		return 1;
	printf("%d\n", ntohs(here.sin_port));
	fflush(stdout);
	if (argc > 1)
		serve_by(listener, argv + 1);
	serve(listener);
}
