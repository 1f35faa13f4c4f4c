/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Digits eight at a time: at every place of lines of every length, before every other byte. */
#include "platform.h"

#include "bytes/digits_read.h"

#include "tap.h"

#include <stdlib.h>

static const char all_digits[] = "9081726354453627189";

/* Reads COUNT digits behind BEFORE letters, with the byte OTHER behind them and AFTER digits more, which do not count.
 * The line ends where its memory does, so that a sanitizer sees what is read beyond it. */
static bool is_read(size_t before, size_t count, char other, size_t after)
{
	static char room[64];
	char wanted[24] = "0";
	char *end = room + sizeof room - 1;
	char *line = end - (before + count + 1 + after);
	uint64_t sum = 0;

	memset(line, 'x', before);
	memcpy(line + before, all_digits, count);
	line[before + count] = other;
	memset(line + before + count + 1, '7', after);
	*end = '\n';
	memcpy(wanted + 1, all_digits, count);
	return digits_read(line + before, line, end, &sum) == line + before + count &&
	       sum == strtoull(wanted, NULL, 10);
}

static void test_places(void)
{
	int bad = 0;

	for (size_t before = 0; before < 10; before++) {
		for (size_t count = 0; count <= DIGITS_READ_MAX; count++) {
			for (size_t after = 0; after < 10; after++)
				bad += !is_read(before, count, ' ', after);
		}
	}
	CHECK_INT(bad, 0);
}

static void test_bytes(void)
{
	int bad = 0;

	for (int other = 0; other < 256; other++) {
		for (size_t count = 0; count < 17 && (other < '0' || other > '9'); count++)
			bad += !is_read(1, count, (char)other, 9);
	}
	CHECK_INT(bad, 0);
}

/* What is read is appended: a number may have a point in it. */
static void test_append(void)
{
	static const char line[] = "123.4567890123 \n";
	uint64_t sum = 0;
	const char *end = line + sizeof line - 2;

	digits_read(digits_read(line, line, end, &sum) + 1, line, end, &sum);
	CHECK_INT((int64_t)sum, 1234567890123);
}

int main(void)
{
	test_places();
	test_bytes();
	test_append();
	return tap_end();
}
