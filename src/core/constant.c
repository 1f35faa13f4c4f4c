/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See constant.h. */
#include "platform.h"

#include "core/constant.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *constant_family(int family)
{
	switch (family) {
	case AF_UNSPEC:
		return "AF_UNSPEC";
	case AF_INET:
		return "AF_INET";
	case AF_INET6:
		return "AF_INET6";
	case AF_UNIX:
		return "AF_UNIX";
	default:
		return "unknown";
	}
}

const char *constant_type(int type)
{
	switch (type) {
	case SOCK_STREAM:
		return "SOCK_STREAM";
	case SOCK_DGRAM:
		return "SOCK_DGRAM";
	case SOCK_RAW:
		return "SOCK_RAW";
	case SOCK_SEQPACKET:
		return "SOCK_SEQPACKET";
	default:
		return "unknown";
	}
}

const char *constant_level(int level)
{
	switch (level) {
	case SOL_SOCKET:
		return "SOL_SOCKET";
	case IPPROTO_IP:
		return "IPPROTO_IP";
	case IPPROTO_IPV6:
		return "IPPROTO_IPV6";
	case IPPROTO_TCP:
		return "IPPROTO_TCP";
	case IPPROTO_UDP:
		return "IPPROTO_UDP";
	default:
		return "unknown";
	}
}

const char *constant_protocol(int protocol)
{
	switch (protocol) {
	case IPPROTO_IP:
		return "ip";
	case IPPROTO_ICMP:
		return "icmp";
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_ICMPV6:
		return "ipv6-icmp";
	default:
		return NULL;
	}
}

static const struct constant *find(const char *name, bool state)
{
	for (size_t i = 0; i < constant_count; i++) {
		if ((constant_table[i].group == CONSTANT_STATE) == state && strcmp(constant_table[i].name, name) == 0)
			return &constant_table[i];
	}
	return NULL;
}

const struct constant *constant_find(const char *name)
{
	return find(name, false);
}

const struct constant *constant_find_state(const char *name)
{
	return find(name, true);
}

const char *constant_name(enum constant_group group, int64_t value)
{
	for (size_t i = 0; i < constant_count; i++) {
		if (constant_table[i].group == group && constant_table[i].value == value)
			return constant_table[i].name;
	}
	return NULL;
}

const char *constant_flags(enum constant_group group, unsigned value, char text[CONSTANT_FLAGS_MAX])
{
	size_t length = 0;
	unsigned left = value;

	text[0] = '\0';
	for (size_t i = 0; i < constant_count && left != 0; i++) {
		unsigned flag = (unsigned)constant_table[i].value;

		if (constant_table[i].group != group || flag == 0 || (left & flag) != flag)
			continue;
		length += (size_t)snprintf(text + length, CONSTANT_FLAGS_MAX - length, "%s%s", length > 0 ? "|" : "",
		                           constant_table[i].name);
		left &= ~flag;
		if (length >= CONSTANT_FLAGS_MAX - 12)
			return text;
	}
	if (left != 0 || length == 0)
		snprintf(text + length, CONSTANT_FLAGS_MAX - length, left != 0 ? "%s0x%x" : "%s0", length > 0 ? "|" : "", left);
	return text;
}
