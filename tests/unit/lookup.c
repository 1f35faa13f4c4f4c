/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said when a look-up has no answer: each code of getaddrinfo(3) by its name, and the kind of failure that it is. */
#include "platform.h"

#include "core/endpoint_lookup.h"

#include "tap.h"

#include <errno.h>
#include <netdb.h>

static void test_names(void)
{
	static const struct { int code; const char *name; } codes[] = {
		{ EAI_ADDRFAMILY, "EAI_ADDRFAMILY" }, { EAI_AGAIN, "EAI_AGAIN" }, { EAI_BADFLAGS, "EAI_BADFLAGS" },
		{ EAI_FAIL, "EAI_FAIL" }, { EAI_FAMILY, "EAI_FAMILY" }, { EAI_MEMORY, "EAI_MEMORY" },
		{ EAI_NODATA, "EAI_NODATA" }, { EAI_NONAME, "EAI_NONAME" }, { EAI_OVERFLOW, "EAI_OVERFLOW" },
		{ EAI_SERVICE, "EAI_SERVICE" }, { EAI_SOCKTYPE, "EAI_SOCKTYPE" }, { EAI_SYSTEM, "EAI_SYSTEM" },
	};

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		CHECK_TEXT(endpoint_lookup_code_name(codes[i].code), codes[i].name);
	CHECK_TEXT(endpoint_lookup_code_name(4711), "unknown code");
}

/* The failure CODE with ERROR is a RESULT, and its sentence holds both TEXTs. */
static void check(const char *name, int code, int error, enum endpoint_result result, const char *text, const char *more)
{
	struct endpoint_problem problem = { "" };

	errno = error;
	bool same = endpoint_lookup_explain(name, code, &problem) == result;
	if (!tap_check(same && strstr(problem.text, text) != NULL && strstr(problem.text, more) != NULL, __FILE__, __LINE__, more))
		printf("# %s\n", problem.text);
}

static void test_sentences(void)
{
	check("a.host", EAI_NONAME, 0, ENDPOINT_UNRESOLVED, "a.host: ", "EAI_NONAME");
	check("a.host", EAI_AGAIN, 0, ENDPOINT_UNRESOLVED, "a.host: ", "EAI_AGAIN");
	check("a.host", EAI_SERVICE, 0, ENDPOINT_UNRESOLVED, "a.host: ", "no such service");
	check("a.host", EAI_SYSTEM, EMFILE, ENDPOINT_UNRESOLVED, "a.host: too many open files", "EAI_SYSTEM");
	check("a.host", EAI_SYSTEM, ENOMEM, ENDPOINT_FAILED, "out of memory", "out of memory");
	check("a.host", EAI_MEMORY, 0, ENDPOINT_FAILED, "out of memory", "out of memory");
	check("a.host", ENDPOINT_LOOKUP_TIMEOUT, 0, ENDPOINT_TIMEOUT, "a.host: ", "in time");
	check("a.host", ENDPOINT_LOOKUP_INTERRUPTED, 0, ENDPOINT_INTERRUPTED, "a.host: ", "interrupted");
	check("", EAI_NONAME, 0, ENDPOINT_UNRESOLVED, "'': ", "EAI_NONAME");
	check(NULL, EAI_NONAME, 0, ENDPOINT_UNRESOLVED, "'': ", "EAI_NONAME");
}

static void test_services(void)
{
	struct endpoint_problem problem = { "" };
	uint16_t port = 0;

	CHECK_INT(endpoint_lookup_service("no-such-service", SOCK_STREAM, &port, &problem), ENDPOINT_UNRESOLVED);
	CHECK(strstr(problem.text, "no-such-service: no such service") != NULL);
	CHECK_INT(endpoint_lookup_service("80", 4711, &port, &problem), ENDPOINT_UNRESOLVED); /* no such type of socket */
	CHECK(strstr(problem.text, "EAI_SOCKTYPE") != NULL);
	CHECK_INT(endpoint_lookup_service("80", SOCK_STREAM, &port, &problem), ENDPOINT_OK);
	CHECK_INT(port, 80);
}

/* Without a type of socket the system tells an address once for each: here it comes once. */
static void test_addresses(void)
{
	struct endpoint_query query = { .family = AF_UNSPEC, .numeric = true, .deadline = INT64_MAX };
	struct endpoint_problem problem = { "" };
	struct endpoint_list list = { 0 };
	char text[ENDPOINT_TEXT_MAX];

	CHECK_INT(endpoint_lookup_host("127.0.0.1", &query, &list, &problem), ENDPOINT_OK);
	CHECK_INT(list.count, 1);
	CHECK_TEXT(list.count > 0 ? endpoint_format(&list.items[0], text) : "", "127.0.0.1:0");
	endpoint_list_release(&list);
}

int main(void)
{
	test_addresses();
	test_names();
	test_sentences();
	test_services();
	return tap_end();
}
