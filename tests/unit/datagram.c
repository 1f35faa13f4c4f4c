/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Batches of datagrams when the kernel does not do what is hoped: it refuses to cut, is full in the middle, or cuts less. */
#include "platform.h"

#include "core/datagram.h"
#include "core/sock.h"

#include "tap.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>

enum { COUNT = 200, SIZE = 10 };

static unsigned char data[COUNT * SIZE];
static int failures, failure;

/* Fails the next FAILURES batches with FAILURE. */
static int fail_batches(enum sock_call call, int fd)
{
	(void)fd;
	return call == SOCK_SENDMMSG && failures > 0 && failures-- > 0 ? failure : 0;
}

static int bound(struct endpoint *here)
{
	int fd = sock_socket(AF_INET, SOCK_DGRAM, 0);

	*here = (struct endpoint){ .address.ss_family = AF_INET, .length = sizeof(struct sockaddr_in) };
	((struct sockaddr_in *)&here->address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sock_bind(fd, (const struct sockaddr *)&here->address, here->length);
	endpoint_of_socket(fd, here);
	return fd;
}

static void make_items(struct datagram *items, const struct endpoint *to)
{
	for (int i = 0; i < COUNT; i++) {
		memset(data + (size_t)i * SIZE, i, SIZE);
		items[i] = (struct datagram){ .data = data + (size_t)i * SIZE, .length = SIZE, .peer = to };
	}
}

/* Takes datagrams from SOCKET until COUNT have come. Returns how many were as they should. */
static int receive_all(struct datagram_socket *socket)
{
	struct datagram_room *room = datagram_room_open(100, DATAGRAM_BATCH);
	struct pollfd ready = { .fd = socket->fd, .events = POLLIN };
	int good = 0, all = 0;

	while (all < COUNT && poll(&ready, 1, 5000) > 0) {
		const struct datagram *items;
		int got = datagram_receive(room, socket, &items);

		for (int i = 0; i < got; i++, all++)
			good += items[i].length == SIZE && items[i].data[0] == all && items[i].data[SIZE - 1] == all;
		if (got < 0 && errno != EAGAIN)
			break;
	}
	datagram_room_close(room);
	return good;
}

/* Sends all, the first FAILED batches failing with ERROR, and takes them. */
static void check(const char *name, int failed, int error, unsigned wishes)
{
	struct datagram items[COUNT];
	struct datagram_socket from, to;
	struct endpoint here, there;
	int done = 0;

	datagram_socket_init(&from, bound(&here), 0);
	datagram_socket_init(&to, bound(&there), wishes);
	make_items(items, &there);
	failures = failed;
	failure = error;
	while (done < COUNT) {
		int sent = datagram_send(&from, items + done, COUNT - done);

		if (sent < 0 && errno != EAGAIN)
			break;
		done += sent > 0 ? sent : 0;
	}
	failures = 0;
	tap_check(done == COUNT && receive_all(&to) == COUNT, __FILE__, __LINE__, name);
	sock_close(from.fd);
	sock_close(to.fd);
}

/* A list of datagrams that are not alike keeps its boundaries. */
static void check_mixed(void)
{
	static const size_t lengths[] = { 5, 5, 3, 5, 0, 0, 5, 7, 7, 7, 1, 100, 0 };
	enum { MIXED = sizeof lengths / sizeof lengths[0] };
	struct datagram items[MIXED];
	const struct datagram *got;
	struct datagram_socket from, to;
	struct endpoint here, there;
	struct datagram_room *room = datagram_room_open(50, DATAGRAM_BATCH);
	bool tells_whole = RECEIVE_TRUE_LENGTH != 0;
	int done = 0, taken = 0, same = 0;

	datagram_socket_init(&from, bound(&here), 0);
	datagram_socket_init(&to, bound(&there), DATAGRAM_BULK | DATAGRAM_HERE);
	for (int i = 0; i < MIXED; i++)
		items[i] = (struct datagram){ .data = data, .length = lengths[i], .peer = &there };
	while (done < MIXED)
		done += datagram_send(&from, items + done, MIXED - done);
	while (taken < MIXED) {
		int count = datagram_receive(room, &to, &got);

		for (int i = 0; i < count && taken < MIXED; i++, taken++)
			same += got[i].whole == (tells_whole ? lengths[taken] : got[i].length) && got[i].truncated == (lengths[taken] > 50) &&
			        got[i].length == (lengths[taken] > 50 ? 50 : lengths[taken]) &&
			        endpoint_equal(got[i].peer, &here) && (got[i].here != NULL) == HAVE_DATAGRAM_ABOUT;
		if (count < 0)
			break;
	}
	tap_check(same == MIXED, __FILE__, __LINE__, "mixed lengths keep their boundaries, and one is truncated");
	datagram_room_close(room);
	sock_close(from.fd);
	sock_close(to.fd);
}

/* An error that a batch has passed over is not lost, and poll does not tell of it for ever. */
static void check_passed_over(void)
{
#if HAVE_ERRQUEUE
	struct endpoint here;
	int gone = bound(&here), fd = sock_socket(AF_INET, SOCK_DGRAM, 0);
	struct pollfd ready = { .fd = fd, .events = 0 };

	sock_close(gone);
	datagram_ask_for_errors(fd, AF_INET);
	sock_connect(fd, (const struct sockaddr *)&here.address, here.length);
	tap_check(datagram_take_error(fd) == 0, __FILE__, __LINE__, "no error at first");
	sock_send(fd, "x", 1, 0);
	tap_check(poll(&ready, 1, 5000) == 1 && (ready.revents & POLLERR), __FILE__, __LINE__, "the port is refused");
	sock_take_error(fd); /* as a batch does that ends early */
	tap_check(datagram_take_error(fd) == ECONNREFUSED, __FILE__, __LINE__, "the error is still told");
	tap_check(datagram_take_error(fd) == 0 && poll(&ready, 1, 0) == 0, __FILE__, __LINE__, "and only once");
	sock_close(fd);
#endif
}

int main(void)
{
	sock_sabotage(fail_batches);
	check("a batch", 0, 0, 0);
	check("a batch, taken joined", 0, 0, DATAGRAM_BULK);
	check("a kernel that cuts fewer at once", 1, EINVAL, 0);
	check("a kernel that does not cut for this link", 2, EINVAL, 0);
	check("a link that is too small", 2, EMSGSIZE, DATAGRAM_BULK);
	check("a socket that is full for a while", 5, EAGAIN, 0);
	check_mixed();
	check_passed_over();
	return tap_end();
}
