/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The least that can be done for sending equal pieces of stdin as datagrams, and for taking them; and what feeds the
 * other programs:
 *
 *	datagram send PORT SIZE         all of stdin, by UDP_SEGMENT
 *	datagram receive                prints its port; counts by UDP_GRO until SIGTERM, then prints the count and the bytes
 *	datagram offer PORT SIZE COUNT RATE   COUNT datagrams, one call each, RATE a second
 *	datagram feed SIZE COUNT        COUNT records to stdout, a seqpacket socket: who reads from it gets one a read */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SEGMENTS = 64, MESSAGES = 4, ROOM = 65536, SLOTS = 64 };

static volatile sig_atomic_t over;

static void end(int signal)
{
	(void)signal;
	over = 1;
}

static int open_socket(struct sockaddr_in *address)
{
	*address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static size_t read_full(char *buffer, size_t size)
{
	size_t held = 0;
	ssize_t count;

	while (held < size && (count = read(STDIN_FILENO, buffer + held, size - held)) > 0)
		held += (size_t)count;
	return held;
}

static int send_all(int port, size_t size)
{
	struct sockaddr_in to;
	int fd = open_socket(&to);
	size_t segments = 65507 / size < SEGMENTS ? 65507 / size : SEGMENTS, message = segments * size;
	int cut = (int)size;
	char *buffer = aligned_alloc(4096, (MESSAGES * message / 4096 + 1) * 4096);
	size_t count;

	to.sin_port = htons((uint16_t)port);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 || setsockopt(fd, SOL_UDP, UDP_SEGMENT, &cut, sizeof cut) < 0)
		return 1;
	while ((count = read_full(buffer, MESSAGES * message)) > 0) {
		for (size_t at = 0; at < count; at += message) {
			if (send(fd, buffer + at, count - at < message ? count - at : message, 0) < 0)
				return 1;
		}
	}
	return 0;
}

static int receive_all(void)
{
	static struct mmsghdr messages[SLOTS];
	static struct iovec pieces[SLOTS];
	static char controls[SLOTS][64];
	struct sockaddr_in here;
	socklen_t length = sizeof here;
	uint64_t count = 0, bytes = 0;
	int fd = open_socket(&here), on = 1, buffer = 4 << 20;
	char *memory = malloc((size_t)SLOTS * (ROOM + 192));

	struct sigaction action = { .sa_handler = end };

	sigaction(SIGTERM, &action, NULL);
	setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
	if (bind(fd, (struct sockaddr *)&here, sizeof here) < 0 || getsockname(fd, (struct sockaddr *)&here, &length) < 0)
		return 1;
	printf("%d\n", ntohs(here.sin_port));
	fflush(stdout);
	while (!over) {
		for (int i = 0; i < SLOTS; i++) {
			pieces[i] = (struct iovec){ memory + (size_t)i * (ROOM + 192), ROOM };
			messages[i].msg_hdr = (struct msghdr){ .msg_iov = &pieces[i], .msg_iovlen = 1, .msg_control = controls[i],
				                               .msg_controllen = sizeof controls[i] };
		}
		int got = recvmmsg(fd, messages, SLOTS, MSG_WAITFORONE, NULL);
		for (int i = 0; i < got; i++) {
			struct cmsghdr *control = CMSG_FIRSTHDR(&messages[i].msg_hdr);
			int cut = 0;

			if (control != NULL)
				memcpy(&cut, CMSG_DATA(control), sizeof cut);
			bytes += messages[i].msg_len;
			count += cut > 0 ? (messages[i].msg_len + (unsigned)cut - 1) / (unsigned)cut : 1;
		}
	}
	printf("%llu %llu\n", (unsigned long long)count, (unsigned long long)bytes);
	return 0;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int offer(int port, size_t size, long count, double rate)
{
	static char data[65536];
	struct sockaddr_in to;
	int fd = open_socket(&to);
	double begin = now();

	to.sin_port = htons((uint16_t)port);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
		return 1;
	for (long i = 0; i < count; i++) {
		while (now() < begin + (double)i / rate)
			;
		send(fd, data, size, 0);
	}
	return 0;
}

static int feed(size_t size, long count)
{
	static char data[65536];

	signal(SIGPIPE, SIG_IGN);
	for (long i = 0; i < count; i++) {
		if (send(STDOUT_FILENO, data, size, MSG_EOR) < 0)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "offer") == 0)
		return offer(atoi(argv[2]), (size_t)atoi(argv[3]), atol(argv[4]), atof(argv[5]));
	if (argc == 4 && strcmp(argv[1], "feed") == 0)
		return feed((size_t)atoi(argv[2]), atol(argv[3]));
	if (argc == 4 && strcmp(argv[1], "send") == 0)
		return send_all(atoi(argv[2]), (size_t)atoi(argv[3]));
	return argc == 2 ? receive_all() : 2;
}
