/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform.h"

#include "bytes/hostname.h"
#include "tap.h"

#include <string.h>

static void test_escape(void)
{
	char text[HOSTNAME_TEXT_MAX];

	CHECK_TEXT(hostname_escape("", text), "");
	CHECK_TEXT(hostname_escape("www.Example-1_x.org.", text), "www.Example-1_x.org.");
	CHECK_TEXT(hostname_escape("fe80::1%eth0", text), "fe80::1%eth0");
	CHECK_TEXT(hostname_escape("\x1b[31mred\x07", text), "\\x1b\\x5b31mred\\x07");
	CHECK_TEXT(hostname_escape("$(id)`;|&<>\"'\\ *?", text),
	           "\\x24\\x28id\\x29\\x60\\x3b\\x7c\\x26\\x3c\\x3e\\x22\\x27\\x5c\\x20\\x2a\\x3f");
	CHECK_TEXT(hostname_escape("-rf-", text), "\\x2drf-");
	CHECK_TEXT(hostname_escape("\xc2\x9b\xff", text), "\\xc2\\x9b\\xff");
	CHECK_TEXT(hostname_escape("a\nb\tc", text), "a\\x0ab\\x09c");
}

static void test_length(void)
{
	static char name[3 * HOSTNAME_TEXT_MAX];
	char text[HOSTNAME_TEXT_MAX];

	memset(name, 0x1b, sizeof name - 1);
	CHECK_INT((int64_t)strlen(hostname_escape(name, text)), HOSTNAME_TEXT_MAX - 1);
	name[1025] = '\0'; /* NI_MAXHOST: all of it */
	CHECK_INT((int64_t)strlen(hostname_escape(name, text)), INT64_C(4) * 1025);
	memset(name, 'a', sizeof name - 1);
	CHECK_INT((int64_t)(strlen(hostname_escape(name, text)) < HOSTNAME_TEXT_MAX), 1);
}

int main(void)
{
	test_escape();
	test_length();
	return tap_end();
}
