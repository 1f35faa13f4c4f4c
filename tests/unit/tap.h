/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a unit test needs: checks that go on after a failure, counted and printed as TAP.
 *
 *	int main(void)
 *	{
 *		CHECK(number_digit('f') == 15);
 *		CHECK_INT(number_digit('z'), 35);
 *		CHECK_TEXT(name, "tcp-serve");
 *		return tap_end();
 *	} */
#ifndef NSK_TESTS_TAP_H
#define NSK_TESTS_TAP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count;
static int tap_failed;

/* One line of TAP; WHERE and WHAT name the check. Returns GOOD. */
static inline bool tap_check(bool good, const char *file, int line, const char *what)
{
	printf("%s %d - %s:%d %s\n", good ? "ok" : "not ok", ++tap_count, file, line, what);
	if (!good)
		tap_failed++;
	return good;
}

static inline void tap_check_int(int64_t got, int64_t wanted, const char *file, int line, const char *what)
{
	if (!tap_check(got == wanted, file, line, what))
		printf("# got %" PRId64 ", wanted %" PRId64 "\n", got, wanted);
}

static inline void tap_check_text(const char *got, const char *wanted, const char *file, int line, const char *what)
{
	bool same = got == NULL || wanted == NULL ? got == wanted : strcmp(got, wanted) == 0;

	if (!tap_check(same, file, line, what))
		printf("# got '%s', wanted '%s'\n", got != NULL ? got : "(null)", wanted != NULL ? wanted : "(null)");
}

#define CHECK(condition) ((void)tap_check((condition), __FILE__, __LINE__, #condition))
#define CHECK_INT(got, wanted) tap_check_int((got), (wanted), __FILE__, __LINE__, #got " is " #wanted)
#define CHECK_TEXT(got, wanted) tap_check_text((got), (wanted), __FILE__, __LINE__, #got " is " #wanted)

/* The plan, and main's status. A program that ends without it counts as failed. */
static inline int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
