/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See multicast.h. What all systems do alike. */
#include "platform.h"

#include "core/multicast.h"

#include "core/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

bool multicast_is_group(const struct endpoint *endpoint)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)&endpoint->address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&endpoint->address;

	if (endpoint->address.ss_family == AF_INET)
		return IN_MULTICAST(ntohl(four->sin_addr.s_addr));
	return endpoint->address.ss_family == AF_INET6 && IN6_IS_ADDR_MULTICAST(&six->sin6_addr);
}

/* The number TEXT as an address. */
static int parse_number(const char *text, struct endpoint *endpoint)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&endpoint->address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&endpoint->address;

	*endpoint = (struct endpoint){ .length = sizeof *four, .address.ss_family = AF_INET };
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1)
		return 0;
	*endpoint = (struct endpoint){ .length = sizeof *six, .address.ss_family = AF_INET6 };
	return inet_pton(AF_INET6, text, &six->sin6_addr) == 1 ? 0 : -1;
}

int multicast_parse(const char *text, struct endpoint *group, unsigned *interface)
{
	const char *percent = strchr(text, '%');
	size_t length = percent != NULL ? (size_t)(percent - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];

	*interface = 0;
	if (length < sizeof address) {
		memcpy(address, text, length);
		address[length] = '\0';
	}
	if (length >= sizeof address || parse_number(address, group) < 0 || !multicast_is_group(group)) {
		errno = EINVAL;
		return -1;
	}
	if (percent == NULL)
		return 0;
	*interface = if_nametoindex(percent + 1);
	if (*interface == 0) {
		errno = ENODEV;
		return -1;
	}
	if (group->address.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&group->address)->sin6_scope_id = *interface;
	return 0;
}

int multicast_set_ttl(int fd, int family, int ttl)
{
	if (family == AF_INET6)
		return sock_set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ttl);
	return sock_set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, ttl);
}

int multicast_set_loopback(int fd, int family, bool back)
{
	if (family == AF_INET6)
		return sock_set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, back);
	return sock_set_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP, back);
}
