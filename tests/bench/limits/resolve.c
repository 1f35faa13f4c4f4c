/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The limit for nsk resolve: getaddrinfo and nothing else. Prints each answer's address. */
#define _GNU_SOURCE 1

#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct addrinfo *answers = NULL;
	char text[NI_MAXHOST];

	if (argc != 2 || getaddrinfo(argv[1], NULL, NULL, &answers) != 0)
		return 1;
	for (const struct addrinfo *at = answers; at != NULL; at = at->ai_next) {
		if (at->ai_socktype == SOCK_STREAM &&
		    getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0)
			puts(text);
	}
	freeaddrinfo(answers);
	return 0;
}
