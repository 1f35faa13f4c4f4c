/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform.h"

#include "core/deadline.h"
#include "core/gather.h"
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BULK = 64 << 20 };

/* A TCP connection over loopback: the peer's end, and ours. */
struct pair {
	int peer;
	struct end end;
};

static struct pair connect_pair(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct pair pair = { .peer = socket(AF_INET, SOCK_STREAM, 0) };

	if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) < 0 ||
	    connect(pair.peer, (struct sockaddr *)&address, length) < 0)
		abort();
	end_open_socket(&pair.end, accept(listener, NULL, NULL));
	close(listener);
	return pair;
}

static void close_pair(const struct pair *pair)
{
	close(pair->peer);
	close(pair->end.fd);
}

static int low_mark(const struct end *end)
{
	int value = -1;
	socklen_t length = sizeof value;

	getsockopt(end->fd, SOL_SOCKET, SO_RCVLOWAT, &value, &length);
	return value;
}

static bool is_readable(const struct end *end, int timeout_ms)
{
	struct pollfd look = { .fd = end->fd, .events = POLLIN };

	return poll(&look, 1, timeout_ms) > 0;
}

/* As if BULK bytes had come at once. */
static struct gather take_bulk(const struct end *end)
{
	struct gather gather = { .moment = deadline_now() };

	for (int count = 0; count < BULK; count += 1 << 20)
		gather_take(&gather, end, 1 << 20);
	return gather;
}

static void test_bulk(void)
{
	struct pair pair = connect_pair();
	struct gather gather = take_bulk(&pair.end);
	char byte;

	CHECK(low_mark(&pair.end) > 1);
	gather_pause(&gather, &pair.end);
	CHECK(gather_deadline(&gather) != DEADLINE_NEVER);
	CHECK_INT(write(pair.peer, "x", 1), 1);
	CHECK_INT(recv(pair.end.fd, &byte, 1, MSG_PEEK), 1); /* it is there */
	CHECK(!is_readable(&pair.end, 0));                   /* but too little */
	gather.moment = deadline_now() - 1;
	CHECK(gather_give_up(&gather, &pair.end));
	CHECK_INT(low_mark(&pair.end), 1);
	CHECK(is_readable(&pair.end, 0));
	CHECK(gather_deadline(&gather) == DEADLINE_NEVER);
	CHECK(!gather_give_up(&gather, &pair.end));
	close_pair(&pair);
}

static void test_wait_is_not_over(void)
{
	struct pair pair = connect_pair();
	struct gather gather = take_bulk(&pair.end);

	gather.moment = deadline_now() + 1000 * DEADLINE_SECOND;
	CHECK(!gather_give_up(&gather, &pair.end));
	CHECK(low_mark(&pair.end) > 1);
	close_pair(&pair);
}

static void test_end_counts_at_once(void)
{
	struct pair pair = connect_pair();
	struct gather gather = take_bulk(&pair.end);

	CHECK(gather.on);
	shutdown(pair.peer, SHUT_WR);
	CHECK(is_readable(&pair.end, 10000));
	close_pair(&pair);
}

static void test_slow(void)
{
	struct pair pair = connect_pair();
	struct gather gather = { .moment = deadline_now() - 10 * DEADLINE_SECOND };

	for (int count = 0; count < BULK; count += 1 << 16) {
		gather_take(&gather, &pair.end, 1 << 16);
		gather.moment -= DEADLINE_SECOND;
	}
	CHECK(!gather.on);
	CHECK_INT(low_mark(&pair.end), 1);
	CHECK(gather_deadline(&gather) == DEADLINE_NEVER);
	close_pair(&pair);
}

static bool blocks(const struct end *end)
{
	return (fcntl(end->fd, F_GETFL) & O_NONBLOCK) == 0;
}

/* Where nothing else is waited for, reading waits, for the first byte and not for long; then all is as it was. */
static void test_inside(void)
{
	struct pair pair = connect_pair();
	struct gather gather = { .moment = deadline_now(), .may_wait = true };
	char byte;

	CHECK_INT(fcntl(pair.end.fd, F_SETFL, O_NONBLOCK), 0);
	CHECK(!blocks(&pair.end));
	for (int count = 0; count < BULK; count += 1 << 20)
		gather_take(&gather, &pair.end, 1 << 20);
	CHECK(gather.on && gather.waits);
	CHECK(blocks(&pair.end));
	CHECK_INT(low_mark(&pair.end), 1);
	CHECK_INT(recv(pair.end.fd, &byte, 1, 0), -1);
	CHECK_INT(errno, EAGAIN);
	CHECK_INT(write(pair.peer, "x", 1), 1);
	CHECK_INT(recv(pair.end.fd, &byte, 1, 0), 1);
	CHECK(gather_deadline(&gather) == DEADLINE_NEVER);
	CHECK(!gather_give_up(&gather, &pair.end));
	gather_pause(&gather, &pair.end);
	CHECK(!gather.on && !gather.waits);
	CHECK(!blocks(&pair.end));
	/* another bulk counts from that pause on */
	CHECK(deadline_now() - gather.moment < DEADLINE_SECOND);
	for (int count = 0; count < BULK; count += 1 << 20)
		gather_take(&gather, &pair.end, 1 << 20);
	CHECK(gather.waits && blocks(&pair.end));
	close_pair(&pair);
	gather = (struct gather){ .moment = deadline_now(), .may_wait = true }; /* the descriptor is closed: neither means */
	for (int count = 0; count < BULK; count += 1 << 20)
		gather_take(&gather, &pair.end, 1 << 20);
	CHECK(!gather.on && !gather.waits);
}

static void test_not_tcp(void)
{
	int fds[2];
	struct end end;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		abort();
	end_open_socket(&end, fds[0]);
	CHECK(!take_bulk(&end).on);
	close(fds[0]);
	close(fds[1]);
}

/* A socket that will not gather is left alone; one that will not stop goes on being asked after a moment. */
static void test_refused(void)
{
	struct pair pair = connect_pair();
	struct gather gather = take_bulk(&pair.end);
	struct end closed = pair.end;

	closed.fd = -1;
	CHECK(!take_bulk(&closed).on);
	gather.moment = deadline_now() - 1;
	CHECK(gather_give_up(&gather, &closed));
	CHECK(gather_deadline(&gather) != DEADLINE_NEVER);
	close_pair(&pair);
}

int main(void)
{
	test_bulk();
	test_wait_is_not_over();
	test_end_counts_at_once();
	test_slow();
	test_inside();
	test_not_tcp();
	test_refused();
	return tap_end();
}
