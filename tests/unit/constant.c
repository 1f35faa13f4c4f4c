/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Constants by their C names, and back. */
#include "platform.h"

#include "core/constant.h"

#include "tap.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

static void test_names(void)
{
	CHECK_TEXT(constant_family(AF_UNSPEC), "AF_UNSPEC");
	CHECK_TEXT(constant_family(AF_INET), "AF_INET");
	CHECK_TEXT(constant_family(AF_INET6), "AF_INET6");
	CHECK_TEXT(constant_family(AF_UNIX), "AF_UNIX");
	CHECK_TEXT(constant_family(4711), "unknown");
	CHECK_TEXT(constant_type(SOCK_STREAM), "SOCK_STREAM");
	CHECK_TEXT(constant_type(SOCK_DGRAM), "SOCK_DGRAM");
	CHECK_TEXT(constant_type(SOCK_RAW), "SOCK_RAW");
	CHECK_TEXT(constant_type(SOCK_SEQPACKET), "SOCK_SEQPACKET");
	CHECK_TEXT(constant_type(4711), "unknown");
	CHECK_TEXT(constant_level(SOL_SOCKET), "SOL_SOCKET");
	CHECK_TEXT(constant_level(IPPROTO_IP), "IPPROTO_IP");
	CHECK_TEXT(constant_level(IPPROTO_IPV6), "IPPROTO_IPV6");
	CHECK_TEXT(constant_level(IPPROTO_TCP), "IPPROTO_TCP");
	CHECK_TEXT(constant_level(IPPROTO_UDP), "IPPROTO_UDP");
	CHECK_TEXT(constant_level(4711), "unknown");
	CHECK_TEXT(constant_protocol(0), "ip");
	CHECK_TEXT(constant_protocol(IPPROTO_ICMP), "icmp");
	CHECK_TEXT(constant_protocol(IPPROTO_TCP), "tcp");
	CHECK_TEXT(constant_protocol(IPPROTO_UDP), "udp");
	CHECK_TEXT(constant_protocol(IPPROTO_ICMPV6), "ipv6-icmp");
	CHECK(constant_protocol(4711) == NULL);
}

static void test_table(void)
{
	const struct constant *found = constant_find("MSG_PEEK");

	CHECK(found != NULL && found->group == CONSTANT_MESSAGE && found->value == MSG_PEEK);
	CHECK(constant_find("MSG_PEE") == NULL);
	CHECK(constant_find("ESTABLISHED") == NULL); /* no name of C */
	CHECK_TEXT(constant_name(CONSTANT_SHUTDOWN, SHUT_WR), "SHUT_WR");
	CHECK(constant_name(CONSTANT_SHUTDOWN, 4711) == NULL);
}

static void check_flags(enum constant_group group, unsigned value, const char *wanted)
{
	char text[CONSTANT_FLAGS_MAX];

	tap_check_text(constant_flags(group, value, text), wanted, __FILE__, __LINE__, wanted);
}

static void test_flags(void)
{
	char text[CONSTANT_FLAGS_MAX];
	int count = 0;

	check_flags(CONSTANT_MESSAGE, 0, "0");
	check_flags(CONSTANT_MESSAGE, MSG_PEEK, "MSG_PEEK");
	check_flags(CONSTANT_MESSAGE, MSG_PEEK | MSG_DONTWAIT, "MSG_PEEK|MSG_DONTWAIT");
	check_flags(CONSTANT_POLL, POLLIN | 0x8000, "POLLIN|0x8000");
	check_flags(CONSTANT_POLL, 0x8000, "0x8000");
	constant_flags(CONSTANT_MESSAGE, UINT32_MAX, text); /* what there is room for, each name whole */
	CHECK(strlen(text) < sizeof text);
	for (char *name = strtok(text, "|"); name != NULL; name = strtok(NULL, "|"), count++)
		(void)tap_check(constant_find(name) != NULL || strncmp(name, "0x", 2) == 0, __FILE__, __LINE__, name);
	CHECK(count > 5);
}

int main(void)
{
	test_names();
	test_table();
	test_flags();
	return tap_end();
}
