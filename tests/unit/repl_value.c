/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values of nsk repl: what a bare word becomes, how values look, when they are equal. */
#include "platform.h"

#include "repl/value.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

static const char *shown(const struct value *value, bool plain)
{
	static char text[200];
	size_t length = 0;
	char *whole = value_text(value, plain, &length);

	snprintf(text, sizeof text, "%s", whole != NULL ? whole : "(null)");
	free(whole);
	return text;
}

/* What WORD, standing alone, is shown as. */
static const char *settled(const char *word)
{
	struct value value;

	if (value_set_word(&value, word) < 0 || value_settle(&value) < 0)
		abort();
	const char *text = shown(&value, false);
	value_release(&value);
	return text;
}

static void test_words(void)
{
	CHECK_TEXT(settled("5"), "5");
	CHECK_TEXT(settled("010"), "10");
	CHECK_TEXT(settled("0x1F"), "31");
	CHECK_TEXT(settled("-7"), "-7");
	CHECK_TEXT(settled("18446744073709551615"), "18446744073709551615");
	CHECK_TEXT(settled("0.5"), "0.5");
	CHECK_TEXT(settled("2e0"), "2.0");
	CHECK_TEXT(settled("None"), "None");
	CHECK_TEXT(settled("True"), "True");
	CHECK_TEXT(settled("AF_INET"), "AF_INET");
	CHECK_TEXT(settled("POLLIN"), "POLLIN");
	CHECK_TEXT(settled("127.0.0.1"), "\"127.0.0.1\"");
	CHECK_TEXT(settled("inf"), "\"inf\"");
	CHECK_TEXT(settled("ESTABLISHED"), "\"ESTABLISHED\"");
}

static void test_equal(void)
{
	struct value five = value_number(5), real = value_real(5), refused = value_constant(ECONNREFUSED, CONSTANT_ERROR);
	struct value minus = value_number(-5), family = value_constant(AF_INET, CONSTANT_FAMILY), text, copy, list, other;

	CHECK(value_equal(&five, &real));
	CHECK(!value_equal(&five, &minus));
	CHECK(value_set_text(&text, "ECONNREFUSED", 12) == 0);
	CHECK(value_equal(&text, &refused));
	CHECK(!value_equal(&text, &family));
	list = value_sequence(VALUE_LIST);
	CHECK(value_add(&list, text) == 0 && value_add(&list, five) == 0);
	CHECK(value_copy(&copy, &list) == 0);
	CHECK(value_equal(&list, &copy));
	CHECK_TEXT(shown(&copy, true), "[\"ECONNREFUSED\", 5]");
	CHECK(value_copy(&other, &copy) == 0 && value_add(&other, value_none()) == 0);
	CHECK(!value_equal(&copy, &other));
	value_release(&list);
	value_release(&copy);
	value_release(&other);
}

static void test_numbers(void)
{
	struct value lowest = value_number(INT64_MIN), highest = value_unsigned(UINT64_MAX);
	int64_t number = 0;

	CHECK(value_int(&lowest, &number) == 0);
	CHECK(number == INT64_MIN);
	CHECK(value_int(&highest, &number) < 0);
	CHECK_TEXT(shown(&lowest, false), "-9223372036854775808");
}

/* value.c shows objects by object.c's function; there are none here. */
int main(void)
{
	test_words();
	test_equal();
	test_numbers();
	return tap_end();
}
