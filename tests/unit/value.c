/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Durations, sizes and numbers of option arguments. */
#include "platform.h"

#include "cli/value.h"

#include "tap.h"

#include <stddef.h>

enum { UNTOUCHED = -4711 };

/* VALUE is what TEXT means; UNTOUCHED: it is refused, with WHY in the reason. */
static void check(const char *kind, const char *text, const char *reason, int64_t got, int64_t value, const char *why)
{
	char what[256];

	snprintf(what, sizeof what, "%s '%s' is %" PRId64 " (%s)", kind, text, value, why != NULL ? why : "accepted");
	bool good = got == value && (reason == NULL) == (why == NULL);
	if (why != NULL && reason != NULL)
		good = good && strstr(reason, why) != NULL;
	if (!tap_check(good, __FILE__, __LINE__, what))
		printf("# got %" PRId64 ", %s\n", got, reason != NULL ? reason : "accepted");
}

static void duration(const char *text, int64_t value, const char *why)
{
	int64_t got = UNTOUCHED;
	const char *reason = value_parse_duration(text, &got);

	check("duration", text, reason, got, value, why);
}

static void size(const char *text, int64_t value, const char *why)
{
	int64_t got = UNTOUCHED;
	const char *reason = value_parse_size(text, 1, (int64_t)1 << 40, &got);

	check("size", text, reason, got, value, why);
}

static void number(const char *text, int64_t minimum, int64_t maximum, int64_t value, const char *why)
{
	int64_t got = UNTOUCHED;
	const char *reason = value_parse_number(text, minimum, maximum, &got);

	check("number", text, reason, got, value, why);
}

static void test_durations(void)
{
	const int64_t ms = 1000000, s = 1000 * ms;
	static const char *const refused[] = { "", " ", " 1", "1 ", "-1", "+1", "s", ".5", "1.", "1.s", "1d", "1e3", "0x10",
		                               "1 s", "1ss", "1us", "inf", "nan", "1,5", "1m30s", "--", "1.5.5" };

	duration("2", 2 * s, NULL);
	duration("0", 0, NULL);
	duration("0.5", s / 2, NULL);
	duration("00.50", s / 2, NULL);
	duration("500ms", 500 * ms, NULL);
	duration("500MS", 500 * ms, NULL);
	duration("0.25ms", ms / 4, NULL);
	duration("2s", 2 * s, NULL);
	duration("1m", 60 * s, NULL);
	duration("1.5M", 90 * s, NULL);
	duration("1h", 3600 * s, NULL);
	duration("0.000000001", 1, NULL);
	duration("0.0000000019", 1, NULL);
	duration("010", 10 * s, NULL);
	duration("0.999999999h", 3599999996400, NULL);
	duration("9223372035", 9223372035 * s, NULL);
	duration("9223372037", UNTOUCHED, "range");
	duration("2562048h", UNTOUCHED, "range");
	duration("99999999999999999999999", UNTOUCHED, "range");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		duration(refused[i], UNTOUCHED, "not a duration");
}

static void test_sizes(void)
{
	static const char *const refused[] = { "", " 1", "1 ", "-1", "+1", "k", "1kb", "1KiB", "1.5k", "1t", "1 k", "0xk",
		                               "0x10k", "1kk", "1e6", "0b1k" };

	size("65536", 65536, NULL);
	size("64k", 65536, NULL);
	size("64K", 65536, NULL);
	size("1m", 1048576, NULL);
	size("1M", 1048576, NULL);
	size("1g", 1073741824, NULL);
	size("0x1000", 4096, NULL);
	size("010", 10, NULL);
	size("0010k", 10240, NULL);
	size("1024G", (int64_t)1 << 40, NULL);
	size("1025G", UNTOUCHED, "out of range: 1 to 1099511627776");
	size("0", UNTOUCHED, "out of range");
	size("0k", UNTOUCHED, "out of range");
	size("99999999999999999999", UNTOUCHED, "out of range");
	size("99999999999999999999k", UNTOUCHED, "out of range");
	size("9223372036854775807G", UNTOUCHED, "out of range");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		size(refused[i], UNTOUCHED, "not a size");
}

static void test_numbers(void)
{
	number("1", 1, 4096, 1, NULL);
	number("4096", 1, 4096, 4096, NULL);
	number("0x1000", 1, 4096, 4096, NULL);
	number("00004096", 1, 4096, 4096, NULL);
	number("0", 1, 4096, UNTOUCHED, "out of range: 1 to 4096");
	number("4097", 1, 4096, UNTOUCHED, "out of range: 1 to 4096");
	number("99999999999999999999", 1, 4096, UNTOUCHED, "out of range: 1 to 4096");
	number("-1", 1, 4096, UNTOUCHED, "not a number");
	number("+1", 1, 4096, UNTOUCHED, "not a number");
	number("-1", -5, 5, -1, NULL);
	number("+1", -5, 5, 1, NULL);
	number("-5", -5, 5, -5, NULL);
	number("-6", -5, 5, UNTOUCHED, "out of range: -5 to 5");
	number("9223372036854775807", 0, INT64_MAX, INT64_MAX, NULL);
	number("9223372036854775808", 0, INT64_MAX, UNTOUCHED, "out of range");
	number("-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, NULL);
	number("-9223372036854775809", INT64_MIN, INT64_MAX, UNTOUCHED, "out of range");
	number("", 0, 1, UNTOUCHED, "not a number");
	number("1x", 0, 1, UNTOUCHED, "not a number");
	number("1 ", 0, 1, UNTOUCHED, "not a number");
}

static void formatted(int64_t nanoseconds, const char *wanted)
{
	char text[VALUE_DURATION_MAX];

	tap_check_text(value_format_duration(nanoseconds, text), wanted, __FILE__, __LINE__, wanted);
}

static void test_duration_text(void)
{
	formatted(0, "0ms");
	formatted(250000000, "250ms");
	formatted(1500000, "0.0015s");
	formatted(1000000000, "1s");
	formatted(90000000000, "90s");
	formatted(1500000000, "1.5s");
}

int main(void)
{
	test_durations();
	test_duration_text();
	test_sizes();
	test_numbers();
	return tap_end();
}
