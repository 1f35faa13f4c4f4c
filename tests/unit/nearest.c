/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "Did you mean". */
#include "platform.h"

#include "cli/nearest.h"

#include "tap.h"

#include <limits.h>
#include <stddef.h>

static const char *const names[] = { "tcp-connect", "tcp-serve", "htons", "htonl", "help", "udp-send" };

static const char *find(const char *word)
{
	return nearest_find(word, names, sizeof names / sizeof *names);
}

int main(void)
{
	char long_word[64];

	CHECK_INT(nearest_distance("", ""), 0);
	CHECK_INT(nearest_distance("same", "same"), 0);
	CHECK_INT(nearest_distance("", "abc"), 3);
	CHECK_INT(nearest_distance("abc", ""), 3);
	CHECK_INT(nearest_distance("abc", "abd"), 1);
	CHECK_INT(nearest_distance("abc", "acb"), 1);
	CHECK_INT(nearest_distance("abc", "ab"), 1);
	CHECK_INT(nearest_distance("abc", "xabc"), 1);
	CHECK_INT(nearest_distance("kitten", "sitting"), 3);
	memset(long_word, 'a', sizeof long_word - 1);
	long_word[sizeof long_word - 1] = '\0';
	CHECK_INT(nearest_distance(long_word, "a"), INT_MAX);
	CHECK_INT(nearest_distance("a", long_word), INT_MAX);
	CHECK_INT(nearest_distance(long_word, long_word), INT_MAX);
	long_word[40] = '\0';
	CHECK_INT(nearest_distance(long_word, long_word), 0);
	CHECK_INT(nearest_distance(long_word, ""), 40);

	CHECK_TEXT(find("tcp-conect"), "tcp-connect");
	CHECK_TEXT(find("tcp-"), "tcp-connect");
	CHECK_TEXT(find("tcp-sreve"), "tcp-serve");
	CHECK_TEXT(find("hotns"), "htons");
	CHECK_TEXT(find("hepl"), "help");
	CHECK_TEXT(find("udp-sned"), "udp-send");
	CHECK_TEXT(find("zzz"), NULL);
	CHECK_TEXT(find(""), NULL);
	CHECK_TEXT(find("x"), NULL);
	CHECK_TEXT(nearest_find("help", names, 0), NULL);
	return tap_end();
}
