/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists of ports as -z takes them. Service names are those of every /etc/services. */
#include "platform.h"

#include "core/port_list.h"

#include "tap.h"

#include <netdb.h>
#include <stdlib.h>

/* Adds COUNT words one after the other; the ports as text, "22 80", or "malformed", "unresolved". */
static void check(int count, const char *const *words, const char *wanted)
{
	struct port_list *list = calloc(1, sizeof *list);
	struct endpoint_problem problem = { "" };
	enum endpoint_result result = ENDPOINT_OK;
	char text[256] = "";
	size_t length = 0;

	for (int i = 0; i < count && result == ENDPOINT_OK; i++)
		result = port_list_add(list, words[i], SOCK_STREAM, false, &problem);
	for (int i = 0; result == ENDPOINT_OK && i < list->count && length < sizeof text - 8; i++)
		length += (size_t)snprintf(text + length, sizeof text - length, "%s%u", i > 0 ? " " : "", list->items[i]);
	if (result == ENDPOINT_MALFORMED)
		strcpy(text, "malformed");
	if (result == ENDPOINT_UNRESOLVED)
		strcpy(text, "unresolved");
	tap_check_text(text, wanted, __FILE__, __LINE__, words[0]);
	CHECK((result == ENDPOINT_OK) == (problem.text[0] == '\0'));
	port_list_release(list);
	free(list);
}

static void check_one(const char *word, const char *wanted)
{
	check(1, &word, wanted);
}

static void test_lists(void)
{
	static const char *const several[] = { "443", "20-22", "22,80", "21" };

	check_one("22", "22");
	check_one("0", "0");
	check_one("65535", "65535");
	check_one("0022", "22");
	check_one("20-25", "20 21 22 23 24 25");
	check_one("25-25", "25");
	check_one("65534-65535", "65534 65535");
	check_one("80,22,8000-8002,81", "80 22 8000 8001 8002 81");
	check_one("22,22,20-23", "22 20 21 23");
	check_one("http", "80");
	check_one("https,22,http", "443 22 80");
	check(4, several, "443 20 21 22 80");
}

static void test_refused(void)
{
	static const char *const malformed[] = { "", ",", "22,", ",22", "22,,23", "65536", "20-65536", "99999999999999999999",
		                                 "25-20", "20-", "-20", "20--25", "20-25-30", "20-http", "65536-65537", "99999999999999999999-1", "22 ", " 22", "+22",
		                                 "0x50", "22x", "20-25x", "20 - 25", "20-+25" };

	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
		check_one(malformed[i], "malformed");
	check_one("no-such-service", "unresolved");
	check_one("http-20", "unresolved");
	check_one("22,no-such-service", "unresolved");
}

/* A dash within a name: "ftp-data" is no range. */
static void test_dash(void)
{
	if (getservbyname("ftp-data", "tcp") != NULL)
		check_one("ftp-data,ftp", "20 21");
}

static void test_all(void)
{
	struct port_list *list = calloc(1, sizeof *list);
	struct endpoint_problem problem;

	CHECK_INT(port_list_add(list, "0-65535,1,http", SOCK_STREAM, false, &problem), ENDPOINT_OK);
	CHECK_INT(list->count, 65536);
	CHECK_INT(list->items[65535], 65535);
	CHECK_INT(port_list_add(list, "7", SOCK_STREAM, true, &problem), ENDPOINT_OK);
	CHECK_INT(list->count, 65536);
	CHECK_INT(port_list_add(list, "http", SOCK_STREAM, true, &problem), ENDPOINT_UNRESOLVED);
	port_list_release(list);
	free(list);
}

int main(void)
{
	test_lists();
	test_refused();
	test_dash();
	test_all();
	return tap_end();
}
