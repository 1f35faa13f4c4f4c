/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback for multicast_group.c. POSIX has groups for IPv6 alone; those of IPv4 are joined as 4.4BSD had it, which knows
 * interfaces by address and not by number: one cannot be chosen here. */
#include "platform.h"

#include "core/multicast.h"

#include "core/sock.h"

#include <errno.h>
#include <netinet/in.h>

/* struct ip_mreq, which is not POSIX's to declare. */
struct membership {
	struct in_addr group, interface;
};

int multicast_join(int fd, const struct endpoint *group, unsigned interface)
{
	if (group->address.ss_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&group->address;
		struct ipv6_mreq request = { .ipv6mr_multiaddr = six->sin6_addr, .ipv6mr_interface = interface };

		return sock_setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
	}
	struct membership request = { .group = ((const struct sockaddr_in *)&group->address)->sin_addr };

	if (interface == 0)
		return sock_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
	errno = EOPNOTSUPP;
	return -1;
}

int multicast_own_groups_only(int fd, int family)
{
	(void)fd;
	(void)family;
	return 0;
}

int multicast_set_interface(int fd, int family, unsigned interface)
{
	if (family == AF_INET6)
		return sock_set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)interface);
	errno = EOPNOTSUPP;
	return -1;
}
