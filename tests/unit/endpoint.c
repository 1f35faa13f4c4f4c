/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses from words and back to text, without a look-up: what is an address, what is refused and why. */
#include "platform.h"

#include "core/endpoint.h"

#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

/* A word of LENGTH letters. */
static char *word(char *text, char letter, size_t length)
{
	memset(text, letter, length);
	text[length] = '\0';
	return text;
}

static enum endpoint_result split(const char *first, const char *second, struct endpoint_words *words,
                                  struct endpoint_problem *problem)
{
	char *operands[] = { (char *)first, (char *)second };

	problem->text[0] = '\0';
	return endpoint_split(second != NULL ? 2 : 1, operands, words, problem);
}

/* FIRST, and SECOND if there is one, mean WANTED: "HOST PORT", "- PORT" without a host; "* PORT" is all interfaces. */
static void check_split(const char *first, const char *second, const char *wanted)
{
	struct endpoint_words words;
	struct endpoint_problem problem;
	char text[400] = "refused";

	if (split(first, second, &words, &problem) == ENDPOINT_OK)
		snprintf(text, sizeof text, "%s %s", words.wildcard ? "*" : words.host_given ? words.host : "-", words.port);
	tap_check_text(text, wanted, __FILE__, __LINE__, first);
}

/* They are refused with RESULT, and the sentence holds PART. */
static void check_refused(const char *first, const char *second, enum endpoint_result result, const char *part)
{
	struct endpoint_words words;
	struct endpoint_problem problem;
	bool same = split(first, second, &words, &problem) == result;

	if (!tap_check(same && strstr(problem.text, part) != NULL, __FILE__, __LINE__, part))
		printf("# %s\n", problem.text);
}

static void test_split(void)
{
	char long_name[400], wanted[400];

	check_split("80", NULL, "- 80");
	check_split("http", NULL, "- http");
	check_split("127.0.0.1:80", NULL, "127.0.0.1 80");
	check_split("host:http", NULL, "host http");
	check_split(":80", NULL, "* 80");
	check_split("*:80", NULL, "* 80");
	check_split("[::1]:80", NULL, "::1 80");
	check_split("[fe80::1%lo]:80", NULL, "fe80::1%lo 80");
	check_split("host", "80", "host 80");
	check_split("::1", "80", "::1 80");
	check_split("[::1]", "80", "::1 80");
	check_split("*", "80", "* 80");
	check_split("[", "80", "[ 80");
	check_split("[x:80", NULL, "[x 80");
	check_split(word(long_name, 'a', 255), "80", strcat(word(wanted, 'a', 255), " 80"));
}

static void test_refused(void)
{
	char text[400], wanted[400] = "* ";

	check_refused("host:1", "80", ENDPOINT_MALFORMED, "extra operand '80' behind the address host:1");
	check_refused("", "80", ENDPOINT_MALFORMED, "an empty host name");
	check_refused("[]:80", NULL, ENDPOINT_MALFORMED, "an empty host name");
	check_refused(word(text, 'a', 256), "80", ENDPOINT_UNRESOLVED, "a host name has at most 255 bytes");
	check_refused(word(text, '8', 64), NULL, ENDPOINT_MALFORMED, "not a port");
	check_refused("host", text, ENDPOINT_MALFORMED, "not a port");
	text[0] = ':'; /* one less */
	word(wanted + 2, '8', 63);
	check_split(text, NULL, wanted);
	check_refused(strcat(text, "8"), NULL, ENDPOINT_MALFORMED, "not a port");
	check_refused("[::1]", NULL, ENDPOINT_MALFORMED, "[::1]: a port is missing");
	check_refused("[", NULL, ENDPOINT_MALFORMED, "[: a port is missing");
	check_refused("[::1", NULL, ENDPOINT_MALFORMED, "a port is missing");
	check_refused("::1", NULL, ENDPOINT_MALFORMED, "::1: a port is missing");
	check_refused("::1:80", NULL, ENDPOINT_MALFORMED, "[::1]:80");
	check_refused("fe80::1%lo", NULL, ENDPOINT_MALFORMED, "fe80::1%lo: a port is missing");
	check_refused("fe80::1%lo:80", NULL, ENDPOINT_MALFORMED, "stands in brackets: [fe80::1%lo]:80");
	check_refused("1:2:3:4:5:6:7:8:80", NULL, ENDPOINT_MALFORMED, "stands in brackets: [1:2:3:4:5:6:7:8]:80");
	check_refused("fe80::1%:80", NULL, ENDPOINT_MALFORMED, "not an address");
	check_refused("::1:", NULL, ENDPOINT_MALFORMED, "not an address");
	check_refused("a:b:c", NULL, ENDPOINT_MALFORMED, "not an address");
	check_refused("1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa", NULL, ENDPOINT_MALFORMED, "not an address");
	check_refused(word(text, ':', 201), NULL, ENDPOINT_MALFORMED, "...: not an address");
}

static void test_names(void)
{
	static const struct { const char *host; bool is_name; } hosts[] = {
		{ "host", true }, { "127.1", true }, { "0x7f.0.0.1", true }, { "127.0.0.1", false },
		{ "::1", false }, { "fe80::1%lo", false }, { "fe80::1%", true }, { "*", false },
	};
	struct endpoint_words words;
	struct endpoint_problem problem;

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		CHECK_INT(split(hosts[i].host, "80", &words, &problem), ENDPOINT_OK);
		(void)tap_check(endpoint_host_is_name(&words) == hosts[i].is_name, __FILE__, __LINE__, hosts[i].host);
	}
	CHECK_INT(split("80", NULL, &words, &problem), ENDPOINT_OK);
	CHECK(!endpoint_host_is_name(&words));
	CHECK(endpoint_is_whole("a:1") && endpoint_is_whole("[::1]:1") && !endpoint_is_whole("::1") && !endpoint_is_whole("1"));
}

/* What OPERAND means to a query, one address behind the other; or why it means nothing. */
static const char *resolved(const char *operand, int family, bool passive, bool numeric)
{
	static char text[1000];
	char one[ENDPOINT_TEXT_MAX];
	struct endpoint_query query = { .family = family, .type = SOCK_STREAM, .passive = passive, .numeric = numeric,
		                        .deadline = INT64_MAX };
	struct endpoint_words words;
	struct endpoint_problem problem;
	struct endpoint_list list = { 0 };

	text[0] = '\0';
	if (split(operand, NULL, &words, &problem) != ENDPOINT_OK ||
	    endpoint_resolve(&words, &query, &list, &problem) != ENDPOINT_OK)
		return strcpy(text, problem.text);
	for (int i = 0; i < list.count; i++)
		sprintf(text + strlen(text), "%s%s", i > 0 ? " " : "", endpoint_format(&list.items[i], one));
	endpoint_list_release(&list);
	return text;
}

static void test_resolve(void)
{
	char long_name[80];

	CHECK_TEXT(resolved("80", AF_UNSPEC, true, false), "127.0.0.1:80 [::1]:80");
	CHECK_TEXT(resolved(":80", AF_UNSPEC, true, false), "0.0.0.0:80 [::]:80");
	CHECK_TEXT(resolved("*:80", AF_INET6, true, false), "[::]:80");
	CHECK_TEXT(resolved(":80", AF_UNSPEC, false, false), "127.0.0.1:80 [::1]:80");
	CHECK_TEXT(resolved("80", AF_INET, false, false), "127.0.0.1:80");
	CHECK_TEXT(resolved("80", AF_INET6, false, false), "[::1]:80");
	CHECK_TEXT(resolved("10.1.2.3:65535", AF_UNSPEC, false, true), "10.1.2.3:65535");
	CHECK_TEXT(resolved("[2001:DB8:0:0::1]:0", AF_UNSPEC, false, true), "[2001:db8::1]:0");
	CHECK_TEXT(resolved("[fe80::1%lo]:80", AF_UNSPEC, false, true), "[fe80::1%lo]:80");
	CHECK_TEXT(resolved("[::1]:80", AF_INET, false, true), "::1: an IPv6 address, but -4 allows IPv4 only");
	CHECK_TEXT(resolved("127.0.0.1:80", AF_INET6, false, true), "127.0.0.1: an IPv4 address, but -6 allows IPv6 only");
	CHECK_TEXT(resolved("[fe80::1%none0]:80", AF_UNSPEC, false, true), "fe80::1%none0: there is no interface none0");
	CHECK_TEXT(resolved("host:80", AF_UNSPEC, false, true), "host: a host name, but -n allows numbers only");
	CHECK_TEXT(resolved("[::1]:99999", AF_UNSPEC, false, true), "'99999': not a port (0 to 65535, or a service name)");
	word(long_name, 'a', 64); /* a label has at most 63 bytes: nobody is asked */
	CHECK(strstr(resolved(strcat(long_name, ":80"), AF_UNSPEC, false, false), "(EAI_") != NULL);
}

static void test_ports(void)
{
	static const char *const refused[] = { "", " 80", "80 ", "+80", "-1", "0x50", "65536", "99999999999999999999", "80x",
		                               "a b", "ht\x7ftp", "http+ ", "http\t" };
	struct endpoint_problem problem;
	uint16_t port = 1;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		(void)tap_check(endpoint_parse_port(refused[i], SOCK_STREAM, false, &port, &problem) == ENDPOINT_MALFORMED,
		                __FILE__, __LINE__, refused[i]);
	CHECK_INT(endpoint_parse_port("0", SOCK_STREAM, true, &port, &problem), ENDPOINT_OK);
	CHECK_INT(port, 0);
	CHECK_INT(endpoint_parse_port("00065535", SOCK_STREAM, true, &port, &problem), ENDPOINT_OK);
	CHECK_INT(port, 65535);
	CHECK_INT(endpoint_parse_port("http", SOCK_STREAM, false, &port, &problem), ENDPOINT_OK);
	CHECK_INT(port, 80);
	CHECK_INT(endpoint_parse_port("http", SOCK_STREAM, true, &port, &problem), ENDPOINT_UNRESOLVED);
	CHECK_TEXT(problem.text, "http: a service name, but -n allows numbers only");
}

/* The address of TEXT, port 80. */
static struct endpoint endpoint_of(const char *text)
{
	struct endpoint result = { .length = sizeof(struct sockaddr_in), .address.ss_family = AF_INET };

	if (inet_pton(AF_INET, text, &((struct sockaddr_in *)&result.address)->sin_addr) != 1) {
		result = (struct endpoint){ .length = sizeof(struct sockaddr_in6), .address.ss_family = AF_INET6 };
		inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&result.address)->sin6_addr);
	}
	endpoint_set_port(&result, 80);
	return result;
}

static void test_kinds(void)
{
	static const struct { const char *text; bool loopback, wildcard, lacks_scope; const char *connectable; } rows[] = {
		{ "127.0.0.1", true, false, false, "127.0.0.1:80" },
		{ "127.255.255.255", true, false, false, "127.255.255.255:80" },
		{ "128.0.0.1", false, false, false, "128.0.0.1:80" },
		{ "0.0.0.0", false, true, false, "127.0.0.1:80" },
		{ "0.0.0.1", false, false, false, "0.0.0.1:80" },
		{ "::", false, true, false, "[::1]:80" },
		{ "::1", true, false, false, "[::1]:80" },
		{ "::2", false, false, false, "[::2]:80" },
		{ "1::1", false, false, false, "[1::1]:80" },
		{ "0:0:1::1", false, false, false, "[0:0:1::1]:80" },
		{ "::1:0:0:1", false, false, false, "[::1:0:0:1]:80" },
		{ "fe80::1", false, false, true, "[fe80::1]:80" },
		{ "febf::1", false, false, true, "[febf::1]:80" },
		{ "fec0::1", false, false, false, "[fec0::1]:80" },
	};
	char text[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct endpoint endpoint = endpoint_of(rows[i].text), to = endpoint_connectable(&endpoint);

		(void)tap_check(endpoint_is_loopback(&endpoint) == rows[i].loopback, __FILE__, __LINE__, rows[i].text);
		(void)tap_check(endpoint_is_wildcard(&endpoint) == rows[i].wildcard, __FILE__, __LINE__, rows[i].text);
		(void)tap_check(endpoint_lacks_scope(&endpoint) == rows[i].lacks_scope, __FILE__, __LINE__, rows[i].text);
		tap_check_text(endpoint_format(&to, text), rows[i].connectable, __FILE__, __LINE__, rows[i].text);
	}
	struct endpoint scoped = endpoint_of("fe80::1"), other = endpoint_of("fe80::1"), four = endpoint_of("127.0.0.1");
	CHECK(endpoint_equal(&scoped, &other));
	((struct sockaddr_in6 *)&scoped.address)->sin6_scope_id = if_nametoindex("lo");
	CHECK(!endpoint_lacks_scope(&scoped));
	CHECK(!endpoint_equal(&scoped, &other));
	CHECK(!endpoint_equal(&scoped, &four));
	CHECK_TEXT(endpoint_format_host(&four, text), "127.0.0.1");
	CHECK_TEXT(endpoint_format(&scoped, text), "[fe80::1%lo]:80");
	((struct sockaddr_in6 *)&scoped.address)->sin6_scope_id = 0x7ffffff0; /* an interface that has gone */
	CHECK_TEXT(endpoint_format_host(&scoped, text), "fe80::1%2147483632");
}

static void test_unix(void)
{
	struct endpoint endpoint;
	char path[200], text[ENDPOINT_TEXT_MAX];

	CHECK_INT((int64_t)endpoint_path_max("path"), 107);
	CHECK_INT((int64_t)endpoint_path_max("@name"), 108); /* no NUL behind it */
	CHECK_INT(endpoint_unix(word(path, 'p', 107), &endpoint), 0);
	CHECK_TEXT(endpoint_format(&endpoint, text), path);
	CHECK_INT(endpoint_port(&endpoint), 0);
	endpoint_set_port(&endpoint, 80);
	CHECK_TEXT(endpoint_format_host(&endpoint, text), path);
	CHECK(endpoint_is_loopback(&endpoint) && !endpoint_is_wildcard(&endpoint) && !endpoint_lacks_scope(&endpoint));
	errno = 0;
	CHECK(endpoint_unix(word(path, 'p', 108), &endpoint) == -1 && errno == ENAMETOOLONG);
	CHECK(endpoint_unix("", &endpoint) == -1 && errno == ENOENT);
	CHECK_INT(endpoint_unix("@name", &endpoint), 0);
	CHECK_INT(((struct sockaddr_un *)&endpoint.address)->sun_path[0], '\0');
	CHECK_TEXT(endpoint_format(&endpoint, text), "@name");
	((struct sockaddr_un *)&endpoint.address)->sun_path[3] = '\0'; /* an abstract name may hold more of them */
	CHECK_TEXT(endpoint_format(&endpoint, text), "@na@e");
	endpoint = (struct endpoint){ .address.ss_family = AF_UNIX, .length = sizeof(sa_family_t) }; /* bound to nothing */
	CHECK_TEXT(endpoint_format(&endpoint, text), "");
	endpoint = (struct endpoint){ .address.ss_family = AF_UNSPEC };
	CHECK_TEXT(endpoint_format(&endpoint, text), "");
	endpoint.address.ss_family = UINT8_MAX;
	CHECK_TEXT(endpoint_format(&endpoint, text), "");
}

/* What is said of a port, in memory that held something else before. */
static void test_words_port(void)
{
	struct endpoint_words words = { .port = "80" };
	struct endpoint_problem problem;
	uint16_t port = 0;

	memset(&problem, 0xaa, sizeof problem);
	CHECK_INT(endpoint_words_port(&words, SOCK_STREAM, false, &port, &problem), ENDPOINT_OK);
	CHECK_INT(port, 80);
	strcpy(words.port, "no-such-service");
	CHECK_INT(endpoint_words_port(&words, SOCK_STREAM, false, &port, &problem), ENDPOINT_UNRESOLVED);
	CHECK(strstr(problem.text, "; behind a host, a port is missing") != NULL);
	words.host_given = true;
	CHECK_INT(endpoint_words_port(&words, SOCK_STREAM, false, &port, &problem), ENDPOINT_UNRESOLVED);
	CHECK(strstr(problem.text, "missing") == NULL);
}

int main(void)
{
	test_split();
	test_refused();
	test_names();
	test_resolve();
	test_ports();
	test_words_port();
	test_kinds();
	test_unix();
	return tap_end();
}
