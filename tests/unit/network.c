/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ranges of addresses; what lies in them is what Python's ipaddress says. */
#include "platform.h"

#include "core/network.h"

#include "tap.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static struct endpoint endpoint(const char *text)
{
	struct endpoint result = { 0 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&result.address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&result.address;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
		result.address.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
		result.address.ss_family = AF_INET6;
	else
		result.address.ss_family = AF_UNIX;
	return result;
}

static void check(const char *range, const char *address, bool wanted)
{
	struct network network;
	struct endpoint where = endpoint(address);

	CHECK(network_parse(range, &network) == NULL);
	(void)tap_check(network_contains(&network, &where) == wanted, __FILE__, __LINE__, address);
}

static void test_inside(void)
{
	check("10.0.0.0/8", "10.255.255.255", true);
	check("10.0.0.0/8", "11.0.0.0", false);
	check("10.1.2.3/8", "10.9.9.9", true); /* bits beyond the prefix mean nothing */
	check("192.168.1.128/25", "192.168.1.128", true);
	check("192.168.1.128/25", "192.168.1.127", false);
	check("192.168.1.4/30", "192.168.1.7", true);
	check("192.168.1.4/30", "192.168.1.8", false);
	check("127.0.0.1", "127.0.0.1", true);
	check("127.0.0.1", "127.0.0.2", false);
	check("127.0.0.1/32", "127.0.0.1", true);
	check("0.0.0.0/0", "8.8.8.8", true);
	check("0.0.0.0/0", "::1", false);
	check("::/0", "::1", true);
	check("::/0", "127.0.0.1", false);
	check("::1", "::1", true);
	check("::/24", "0:0:1::", true);
	check("fe80::/10", "febf::1", true);
	check("fe80::/10", "fec0::1", false);
	check("2001:db8::/33", "2001:db8:7fff::", true);
	check("2001:db8::/33", "2001:db8:8000::", false);
	check("10.0.0.0/8", "::ffff:10.1.1.1", true); /* IPv4 as an IPv6 socket shows it */
	check("::/0", "/a/path", false);
}

static void test_refused(void)
{
	static const char *const words[] = { "", "/", "/8", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/+1", "1.2.3.4/ 8",
		                             "1.2.3.4/8 ", "1.2.3.4/8/8", "1.2.3", "1.2.3.256", "0x7f.0.0.1", "::1/129",
		                             "::1/1x", "fe80::1%lo/10", "localhost", "1.2.3.4/0008",
		                             "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc/1" };
	struct network network;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		(void)tap_check(network_parse(words[i], &network) != NULL, __FILE__, __LINE__, words[i]);
}

int main(void)
{
	test_inside();
	test_refused();
	return tap_end();
}
