/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands beside datagrams, in control messages: the address of ours that one came to or is to leave from (ip(7)'s
 * IP_PKTINFO, RFC 3542), and how many were thrown away before it (socket(7)'s SO_RXQ_OVFL). */
#include "platform.h"

#include "core/datagram_mechanism.h"

#include "core/sock.h"

#include <netinet/in.h>
#include <string.h>

int datagram_ask_for_here(int fd, int family)
{
	if (family == AF_INET)
		return sock_set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
	return family == AF_INET6 ? sock_set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) : -1;
}

void datagram_ask_for_drops(int fd)
{
	sock_set_int(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
}

void datagram_leave_from(struct datagram_frame *frame, struct msghdr *message, const struct endpoint *here)
{
	if (here->address.ss_family == AF_INET) {
		struct in_pktinfo info = { .ipi_spec_dst = ((const struct sockaddr_in *)&here->address)->sin_addr };

		datagram_frame_control(frame, message, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
	}
	if (here->address.ss_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&here->address;
		struct in6_pktinfo info = { .ipi6_addr = six->sin6_addr, .ipi6_ifindex = six->sin6_scope_id };

		datagram_frame_control(frame, message, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
	}
}

bool datagram_read_here(const struct cmsghdr *control, struct endpoint *here)
{
	if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
		struct sockaddr_in *four = (struct sockaddr_in *)&here->address;
		struct in_pktinfo info;

		memcpy(&info, CMSG_DATA(control), sizeof info);
		*here = (struct endpoint){ .address.ss_family = AF_INET, .length = sizeof *four };
		four->sin_addr = info.ipi_spec_dst; /* for a group's datagram an address of ours, too */
		return true;
	}
	if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
		struct sockaddr_in6 *six = (struct sockaddr_in6 *)&here->address;
		struct in6_pktinfo info;

		memcpy(&info, CMSG_DATA(control), sizeof info);
		*here = (struct endpoint){ .address.ss_family = AF_INET6, .length = sizeof *six };
		if (!IN6_IS_ADDR_MULTICAST(&info.ipi6_addr))
			six->sin6_addr = info.ipi6_addr;
		if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr) || IN6_IS_ADDR_MULTICAST(&info.ipi6_addr))
			six->sin6_scope_id = (uint32_t)info.ipi6_ifindex;
		return true;
	}
	return false;
}

uint32_t datagram_read_drops(const struct cmsghdr *control, uint32_t before)
{
	uint32_t dropped = before;

	if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL)
		memcpy(&dropped, CMSG_DATA(control), sizeof dropped);
	return dropped;
}
