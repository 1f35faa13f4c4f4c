/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the echo servers under test have to bear, from one epoll loop, so that it is not the load that is measured.
 * Every byte that comes back is compared.
 *
 *	load connections PORT COUNT WIDTH     COUNT times: connect, send a byte, get it back, close; WIDTH at once.
 *	                                      Prints the seconds.
 *	load echoes PORT OPEN COUNT WIDTH     OPEN connections that have echoed once; prints "open" and waits for a line
 *	                                      on stdin; then COUNT messages, each over a connection picked at random,
 *	                                      WIDTH on their way. Prints seconds, and the p50 and p99 of a message in
 *	                                      microseconds.
 *
 * Ends with 1 and a message when something else comes back, with 3 when nothing comes for PATIENCE seconds. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 20, EVENTS = 256, MESSAGE = 64, SOURCES = 100 };

struct line {
	int fd;
	int64_t began; /* the message on its way; 0: none */
	unsigned char sent[MESSAGE];
	size_t held; /* of what has come back */
};

static int poller;
static uint64_t dice = 88172645463325252u;

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static uint64_t roll(void)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	return dice ^= dice << 17;
}

static void fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Source addresses go round: a closed connection keeps its port for a while. */
static void begin(struct line *line, int port)
{
	static unsigned turn;
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + turn++ % SOURCES) };
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event event = { .events = EPOLLOUT, .data.ptr = line };
	int on = 1;

	line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (line->fd < 0)
		fail("socket");
	setsockopt(line->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (bind(line->fd, (struct sockaddr *)&here, sizeof here) < 0)
		fail("bind");
	if (connect(line->fd, (struct sockaddr *)&there, sizeof there) < 0 && errno != EINPROGRESS)
		fail("connect");
	if (epoll_ctl(poller, EPOLL_CTL_ADD, line->fd, &event) < 0)
		fail("epoll_ctl");
}

static void say(struct line *line, size_t size)
{
	for (size_t i = 0; i < size; i++)
		line->sent[i] = (unsigned char)roll();
	line->held = 0;
	line->began = now();
	if (send(line->fd, line->sent, size, MSG_NOSIGNAL) != (ssize_t)size)
		fail("send");
}

static void expect_read(struct line *line)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = line };

	if (epoll_ctl(poller, EPOLL_CTL_MOD, line->fd, &event) < 0)
		fail("epoll_ctl");
}

/* Whether all SIZE bytes of the message have come back. */
static int hear(struct line *line, size_t size)
{
	unsigned char back[MESSAGE + 1];
	ssize_t count = recv(line->fd, back, sizeof back, 0);

	if (count < 0 && errno == EAGAIN)
		return 0;
	if (count <= 0 || line->held + (size_t)count > size || memcmp(back, line->sent + line->held, (size_t)count) != 0) {
		errno = count < 0 ? errno : 0;
		fail(count == 0 ? "the server has ended" : "something else came back");
	}
	line->held += (size_t)count;
	return line->held == size;
}

static int wait_for(struct epoll_event *events)
{
	int count = epoll_wait(poller, events, EVENTS, PATIENCE * 1000);

	if (count == 0) {
		fprintf(stderr, "load: nothing came for %d s\n", PATIENCE);
		exit(3);
	}
	return count;
}

/* COUNT connections that say a byte each, WIDTH at once; CLOSING: or stay open. */
static void connect_all(struct line *lines, int port, long count, long width, int closing)
{
	struct epoll_event events[EVENTS];
	long begun = 0, done = 0;

	for (; begun < width && begun < count; begun++)
		begin(&lines[begun], port);
	while (done < count) {
		int ready = wait_for(events);

		for (int i = 0; i < ready; i++) {
			struct line *line = events[i].data.ptr;

			if (line->began == 0) {
				say(line, 1);
				expect_read(line);
				continue;
			}
			if (!hear(line, 1))
				continue;
			line->began = 0;
			done++;
			if (closing)
				close(line->fd);
			if (begun < count)
				begin(closing ? line : &lines[begun], port);
			begun++;
		}
	}
}

static int compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static void say_somewhere(struct line *lines, long open)
{
	struct line *line;

	do
		line = &lines[roll() % (uint64_t)open];
	while (line->began != 0);
	say(line, MESSAGE);
}

static void echo_all(struct line *lines, long open, long count, long width)
{
	struct epoll_event events[EVENTS];
	int64_t *times = calloc((size_t)count, sizeof *times);
	int64_t began = now();
	long begun = 0, done = 0;

	width = width < open ? width : open;
	for (; begun < width; begun++)
		say_somewhere(lines, open);
	while (done < count) {
		int ready = wait_for(events);

		for (int i = 0; i < ready; i++) {
			struct line *line = events[i].data.ptr;

			if (!hear(line, MESSAGE))
				continue;
			times[done++] = now() - line->began;
			line->began = 0;
			if (begun++ < count)
				say_somewhere(lines, open);
		}
	}
	double seconds = (double)(now() - began) / 1e9;
	qsort(times, (size_t)count, sizeof *times, compare);
	printf("%.6f %.1f %.1f\n", seconds, (double)times[count / 2] / 1e3, (double)times[count * 99 / 100] / 1e3);
	free(times);
}

int main(int argc, char **argv)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	poller = epoll_create1(0);
	if (argc == 5 && strcmp(argv[1], "connections") == 0) {
		struct line *lines = calloc((size_t)atol(argv[4]), sizeof *lines);
		int64_t began = now();

		connect_all(lines, atoi(argv[2]), atol(argv[3]), atol(argv[4]), 1);
		printf("%.6f\n", (double)(now() - began) / 1e9);
		free(lines);
		return 0;
	}
	if (argc != 6 || strcmp(argv[1], "echoes") != 0)
		return 2;
	struct line *lines = calloc((size_t)atol(argv[3]), sizeof *lines);
	connect_all(lines, atoi(argv[2]), atol(argv[3]), 64, 0);
	puts("open");
	fflush(stdout);
	while (getchar() != '\n' && !feof(stdin))
		continue;
	echo_all(lines, atol(argv[3]), atol(argv[4]), atol(argv[5]));
	free(lines);
	return 0;
}
