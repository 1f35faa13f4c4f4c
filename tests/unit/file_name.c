/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File names with a connection's number and peer in them. */
#include "platform.h"

#include "stream/file_name.h"

#include "tap.h"

#include <stdlib.h>

static const struct file_name_values tcp = { 12, "::1", "8080" };
static const struct file_name_values local = { UINT64_MAX, NULL, NULL };

static void check_expand(const char *pattern, const struct file_name_values *values, const char *wanted)
{
	char *text = file_name_expand(pattern, values);

	CHECK_TEXT(text, wanted);
	free(text);
}

static void test_expand(void)
{
	check_expand("plain", &tcp, "plain");
	check_expand("", &tcp, "");
	check_expand("%n", &tcp, "12");
	check_expand("log/%a:%p.%n", &tcp, "log/::1:8080.12");
	check_expand("100%%", &tcp, "100%");
	check_expand("%%n", &tcp, "%n");
	check_expand("%%%n%%", &tcp, "%12%");
	check_expand("%n", &local, "18446744073709551615");
}

static void test_check(void)
{
	CHECK(file_name_check("plain", true) == NULL);
	CHECK(file_name_check("%n%a%p%%", true) == NULL);
	CHECK(file_name_check("%%x", true) == NULL);
	CHECK(file_name_check("%n", false) == NULL);
	CHECK(file_name_check("%", true) != NULL);
	CHECK(file_name_check("a%", true) != NULL);
	CHECK(file_name_check("%n%", true) != NULL);
	CHECK(file_name_check("%%%", true) != NULL);
	CHECK(file_name_check("%x", true) != NULL);
	CHECK(file_name_check("%N", true) != NULL);
	CHECK(file_name_check("%1n", true) != NULL);
	CHECK(file_name_check("%n%d", true) != NULL);
	CHECK(file_name_check("%a", false) != NULL);
	CHECK(file_name_check("%p", false) != NULL);
}

static void test_varies(void)
{
	CHECK(!file_name_varies("plain"));
	CHECK(!file_name_varies("100%%"));
	CHECK(!file_name_varies("%%n"));
	CHECK(file_name_varies("%n"));
	CHECK(file_name_varies("%%%a"));
	CHECK(file_name_varies("x.%p"));
}

int main(void)
{
	test_expand();
	test_check();
	test_varies();
	return tap_end();
}
