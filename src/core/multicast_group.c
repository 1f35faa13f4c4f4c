/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Groups and interfaces, by number: RFC 3678's calls to join, which know both families, and Linux's options (ip(7), ipv6(7)). */
#include "platform.h"

#include "core/multicast.h"

#include "core/sock.h"

#include <netinet/in.h>
#include <string.h>

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29 /* musl 1.2.3 has no name for it */
#endif

int multicast_join(int fd, const struct endpoint *group, unsigned interface)
{
	struct group_req request = { .gr_interface = interface };
	int level = group->address.ss_family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;

	memcpy(&request.gr_group, &group->address, group->length);
	return sock_setsockopt(fd, level, MCAST_JOIN_GROUP, &request, sizeof request);
}

int multicast_own_groups_only(int fd, int family)
{
	if (family == AF_INET)
		return sock_set_int(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
	return family == AF_INET6 ? sock_set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0) : 0;
}

int multicast_set_interface(int fd, int family, unsigned interface)
{
	struct ip_mreqn request = { .imr_ifindex = (int)interface };

	if (family == AF_INET6)
		return sock_set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)interface);
	return sock_setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request);
}
