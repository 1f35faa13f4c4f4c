/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines to write instead: places filled in, words quoted, length bounded. */
#include "platform.h"

#include "cli/suggestion.h"

#include "tap.h"

static void check(const char *template, int count, char *const *operands, const char *argument, const char *wanted)
{
	struct suggestion line = { .length = 0 };

	suggestion_fill(&line, template, count, operands, argument);
	tap_check_text(line.text, wanted, __FILE__, __LINE__, template);
	CHECK(line.length == strlen(wanted));
}

static void test_places(void)
{
	static char *const two[] = { "host", "80" };

	check("nothing to fill", 2, two, "x", "nothing to fill");
	check("nsk a {HOST PORT}", 2, two, NULL, "nsk a host 80");
	check("nsk a {HOST PORT}", 0, NULL, "x", "nsk a HOST PORT");
	check("nsk a {HOST} -- <P...>", 1, two, "cat -n", "nsk a host -- cat -n");
	check("nsk a <P> {HOST}", 1, two, "cat -n", "nsk a 'cat -n' host");
	check("nsk a {} <PORT>", 0, NULL, "80", "nsk a 80");
	check("nsk a {} <PORT>", 1, two, NULL, "nsk a host PORT");
	check("{A}", 0, NULL, NULL, "A");
	check("", 1, two, NULL, "");
}

static void test_quoting(void)
{
	static char *const words[] = { "", "a b", "it's", "$x", "[::1]:80", "a\\b", "-x=1,2@/%+_.:", "*" };
	struct suggestion line = { .length = 0 };

	suggestion_add_words(&line, 8, words);
	CHECK_TEXT(line.text, "'' 'a b' 'it'\\''s' '$x' '[::1]:80' 'a\\b' -x=1,2@/%+_.: '*'");
}

static void test_length(void)
{
	struct suggestion line = { .length = 0 };
	static char *const word[] = { "0123456789" };

	for (int i = 0; i < 100; i++)
		suggestion_add_words(&line, 1, word);
	CHECK(line.length == SUGGESTION_MAX - 1);
	CHECK(strlen(line.text) == SUGGESTION_MAX - 1);
}

int main(void)
{
	test_places();
	test_quoting();
	test_length();
	return tap_end();
}
