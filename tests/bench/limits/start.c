/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The least that a whole process can do that sends a line, and who takes it:
 *
 *	start send HOST PORT    getaddrinfo, connect, the bytes of stdin, half-close, read to the peer's end, close
 *	start take LINE         prints its port; takes connections one by one, reads each to its end and closes it; at SIGTERM
 *	                        prints how many brought LINE and how many something else */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 4096 };

static volatile sig_atomic_t over;

static void end(int signal)
{
	(void)signal;
	over = 1;
}

static int send_line(const char *host, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *address;
	char buffer[ROOM];
	ssize_t count;

	if (getaddrinfo(host, port, &hints, &address) != 0)
		return 1;
	int fd = socket(address->ai_family, SOCK_STREAM, 0);
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0)
		return 1;
	freeaddrinfo(address);
	while ((count = read(STDIN_FILENO, buffer, sizeof buffer)) > 0) {
		if (send(fd, buffer, (size_t)count, MSG_NOSIGNAL) != count)
			return 1;
	}
	shutdown(fd, SHUT_WR);
	while ((count = recv(fd, buffer, sizeof buffer, 0)) > 0)
		continue;
	close(fd);
	return count < 0;
}

static int take(const char *line)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sigaction action = { .sa_handler = end };
	socklen_t length = sizeof here;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	unsigned right = 0, wrong = 0;

	sigaction(SIGTERM, &action, NULL);
	if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0 || listen(listener, 64) < 0 ||
	    getsockname(listener, (struct sockaddr *)&here, &length) < 0)
		return 1;
	printf("%d\n", ntohs(here.sin_port));
	fflush(stdout);
	while (!over) {
		char buffer[ROOM];
		size_t held = 0;
		ssize_t count;
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		while (held < sizeof buffer && (count = recv(fd, buffer + held, sizeof buffer - held, 0)) > 0)
			held += (size_t)count;
		close(fd);
		*(held == strlen(line) && memcmp(buffer, line, held) == 0 ? &right : &wrong) += 1;
	}
	printf("%u %u\n", right, wrong);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "send") == 0)
		return send_line(argv[2], argv[3]);
	return argc == 3 && strcmp(argv[1], "take") == 0 ? take(argv[2]) : 2;
}
