/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Socket options: every one of the table is set as its kind says, or refused with words; what is set can be got. */
#include "platform.h"

#include "core/sock.h"
#include "core/sockopt.h"

#include "tap.h"

#include <errno.h>
#include <netinet/in.h>

static void check_parse(const char *assignment, const char *wanted)
{
	const struct sockopt *option = NULL;
	const char *value = NULL, *why = NULL;
	int result = sockopt_parse(assignment, &option, &value, &why);
	bool good = wanted == NULL ? result == 0 : result == -1 && why != NULL && strstr(why, wanted) != NULL;

	(void)tap_check(good, __FILE__, __LINE__, assignment);
}

static void test_parse(void)
{
	check_parse("SO_KEEPALIVE=1", NULL);
	check_parse("SO_KEEPALIVE=0", NULL);
	check_parse("SO_KEEPALIVE=2", "0 or 1");
	check_parse("SO_KEEPALIVE=-1", "0 or 1");
	check_parse("SO_KEEPALIVE", "0 or 1");
	check_parse("SO_KEEPALIVE=", "0 or 1");
	check_parse("SO_RCVBUF=64k", NULL);
	check_parse("SO_RCVBUF=-1", "size");
	check_parse("SO_RCVBUF=9999999999", "size");
	check_parse("SO_LINGER=off", NULL);
	check_parse("SO_LINGER=5", NULL);
	check_parse("SO_LINGER=x", "off");
	check_parse("SO_LINGER=-1", "off");
	check_parse("SO_RCVTIMEO=2", NULL);
	check_parse("SO_RCVTIMEO=x", "seconds");
	check_parse("TCP_KEEPIDLE=7", NULL);
	check_parse("TCP_KEEPIDLE=x", "seconds");
	check_parse("TCP_USER_TIMEOUT=x", "milliseconds");
	check_parse("SO_PRIORITY=x", "number");
	check_parse("TCP_CONGESTION=", "name");
	check_parse("TCP_CONGESTION=reno", NULL);
	check_parse("SO_TYPE=1", "cannot be set");
	check_parse("SO_NOTHING=1", "no such");
	check_parse("=1", "no such");
}

/* Each option has a kind with a name, and of a fresh socket that it is for a value, or a reason why not. */
static void test_table(void)
{
	int fd = sock_socket(AF_INET, SOCK_STREAM, 0);
	char text[SOCKOPT_TEXT_MAX];

	for (size_t i = 0; i < sockopt_count; i++) {
		const struct sockopt *option = &sockopt_table[i];
		bool has = sockopt_has(option, AF_INET, SOCK_STREAM);

		CHECK(strlen(sockopt_kind_name(option->kind)) >= 4);
		CHECK(!has || sockopt_applies(option, AF_INET));
		CHECK(!has || sockopt_get(fd, option, text) == 0 || errno != 0);
	}
	sock_close(fd);
}

static void check_set(int fd, const char *name, const char *value, const char *wanted)
{
	const struct sockopt *option = sockopt_find(name, strlen(name));
	char text[SOCKOPT_TEXT_MAX] = "";

	CHECK(option != NULL && sockopt_set(fd, option, value) == 0 && sockopt_get(fd, option, text) == 0);
	CHECK_TEXT(text, wanted);
}

static void test_set(void)
{
	int fd = sock_socket(AF_INET, SOCK_STREAM, 0);
	const struct sockopt *linger = sockopt_find("SO_LINGER", strlen("SO_LINGER"));

	check_set(fd, "SO_LINGER", "5", "5");
	check_set(fd, "SO_LINGER", "off", "off");
	check_set(fd, "SO_RCVTIMEO", "2", "2");
	check_set(fd, "SO_KEEPALIVE", "1", "1");
	check_set(fd, "TCP_CONGESTION", "reno", "reno");
	CHECK(sockopt_set(fd, linger, "x") == -1 && errno == EINVAL);
	sock_close(fd);
	char text[SOCKOPT_TEXT_MAX];
	for (size_t i = 0; i < sockopt_count; i++)
		CHECK_INT(sockopt_get(-1, &sockopt_table[i], text), -1);
}

static void test_families(void)
{
	const struct sockopt *ttl = sockopt_find("IP_TTL", 6), *hops = sockopt_find("IPV6_UNICAST_HOPS", 17);
	const struct sockopt *nodelay = sockopt_find("TCP_NODELAY", 11), *reuse = sockopt_find("SO_REUSEADDR", 12);

	CHECK(ttl != NULL && hops != NULL && nodelay != NULL && reuse != NULL);
	CHECK(sockopt_applies(ttl, AF_INET) && !sockopt_applies(ttl, AF_INET6));
	CHECK(sockopt_applies(hops, AF_INET6) && !sockopt_applies(hops, AF_INET));
	CHECK(sockopt_applies(nodelay, AF_INET6) && !sockopt_applies(nodelay, AF_UNIX));
	CHECK(sockopt_applies(reuse, AF_UNIX));
	CHECK(sockopt_has(nodelay, AF_INET, SOCK_STREAM) && !sockopt_has(nodelay, AF_INET, SOCK_DGRAM));
	CHECK(!sockopt_has(nodelay, AF_UNIX, SOCK_STREAM) && !sockopt_has(ttl, AF_INET6, SOCK_DGRAM));
	CHECK(!sockopt_has(hops, AF_INET, SOCK_DGRAM) && sockopt_has(hops, AF_INET6, SOCK_DGRAM));
}

int main(void)
{
	test_parse();
	test_table();
	test_set();
	test_families();
	return tap_end();
}
