/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The progress line, for given bytes, times and widths. */
#include "platform.h"

#include "view/progress.h"

#include "tap.h"

static const uint64_t mib = 1 << 20;
static const int64_t second = INT64_C(1000000000);

static const char *format(uint64_t sent, uint64_t received, uint64_t size, int64_t elapsed, double rate, size_t width)
{
	static char text[PROGRESS_LINE_MAX];
	struct progress_state state = { sent, received, size, elapsed, rate };

	size_t length = progress_format(&state, width, text);

	CHECK_INT((int64_t)length, (int64_t)strlen(text));
	CHECK(length <= width);
	return text;
}

static void test_unknown_size(void)
{
	CHECK_TEXT(format(0, 0, PROGRESS_UNKNOWN, 0, 0, 79), "sent      0 B       0 B/s  0:00");
	CHECK_TEXT(format(1023, 0, PROGRESS_UNKNOWN, second, 1023, 79), "sent   1023 B    1023 B/s  0:01");
	CHECK_TEXT(format(0, 3 * mib, PROGRESS_UNKNOWN, 61 * second, 1536, 79), "received 3.00 MiB  1.50 KiB/s  1:01");
	CHECK_TEXT(format(12, 3 * mib, PROGRESS_UNKNOWN, 3661 * second, 1536, 79),
	           "sent     12 B, received 3.00 MiB  1.50 KiB/s  1:01:01");
}

static void test_units(void)
{
	/* the borders at which digits or unit change never give a fourth digit or a "1024" */
	CHECK(strstr(format(1024, 0, PROGRESS_UNKNOWN, 0, 0, 79), "1.00 KiB") != NULL);
	CHECK(strstr(format(10239, 0, PROGRESS_UNKNOWN, 0, 0, 79), "10.0 KiB") != NULL);
	CHECK(strstr(format(102399, 0, PROGRESS_UNKNOWN, 0, 0, 79), "100 KiB") != NULL);
	CHECK(strstr(format(mib - 1, 0, PROGRESS_UNKNOWN, 0, 0, 79), "1.00 MiB") != NULL);
	CHECK(strstr(format(UINT64_MAX, 0, PROGRESS_UNKNOWN, 0, 0, 79), "16.0 EiB") != NULL);
}

static void test_bar(void)
{
	CHECK_TEXT(format(45 * mib, 0, 100 * mib, 3 * second, 15.0 * (double)mib, 79),
	           "sent 45.0 MiB of 100 MiB  15.0 MiB/s  0:03  [=======>        ]   45%  0:04 left");
	CHECK_TEXT(format(100 * mib, 0, 100 * mib, 7 * second, 15.0 * (double)mib, 79),
	           "sent  100 MiB of 100 MiB  15.0 MiB/s  0:07  [===========================]  100%");
	CHECK_TEXT(format(0, 0, 0, 0, 0, 50), "sent      0 B of 0 B       0 B/s  0:00  100%");
	/* no rate: nobody knows how long */
	CHECK(strstr(format(0, 0, mib, second, 0, 79), "-:-- left") != NULL);
	CHECK(strstr(format(1, 0, UINT64_MAX - 1, second, 1, 79), "-:-- left") != NULL);
	/* all but one byte is not all */
	CHECK(strstr(format(1000 * mib - 1, 0, 1000 * mib, second, 1, 79), " 99%") != NULL);
	/* more than there was: the file grew, and its size is no longer known */
	CHECK_TEXT(format(3 * mib, 0, 2 * mib, second, 3.0 * (double)mib, 79), "sent 3.00 MiB  3.00 MiB/s  0:01");
}

static void test_both_ways(void)
{
	/* what is left says more than what has passed */
	CHECK_TEXT(format(249 * mib, 219 * mib, 1024 * mib, 800 * second / 1000, 311.0 * (double)mib, 77),
	           "sent  249 MiB of 1.00 GiB, received  219 MiB   311 MiB/s   24%  0:02 left");
	CHECK_TEXT(format(249 * mib, 219 * mib, 1024 * mib, 800 * second / 1000, 311.0 * (double)mib, 90),
	           "sent  249 MiB of 1.00 GiB, received  219 MiB   311 MiB/s  0:00   24%  0:02 left");
}

static void test_narrow(void)
{
	CHECK_TEXT(format(45 * mib, 0, 100 * mib, 3 * second, 15.0 * (double)mib, 60),
	           "sent 45.0 MiB of 100 MiB  15.0 MiB/s  0:03   45%  0:04 left");
	CHECK_TEXT(format(45 * mib, 0, 100 * mib, 3 * second, 15.0 * (double)mib, 49),
	           "sent 45.0 MiB of 100 MiB  15.0 MiB/s  0:03   45%");
	CHECK_TEXT(format(45 * mib, 0, 100 * mib, 3 * second, 15.0 * (double)mib, 39),
	           "sent 45.0 MiB of 100 MiB  15.0 MiB/s");
	CHECK_TEXT(format(45 * mib, 0, 100 * mib, 3 * second, 15.0 * (double)mib, 10), "sent 45.0 ");
	for (size_t width = 0; width < 300; width++) {
		char text[PROGRESS_LINE_MAX];
		struct progress_state state = { 45 * mib, 12, 100 * mib, 3 * second, 1e6 };

		if (progress_format(&state, width, text) > width)
			CHECK_INT((int64_t)strlen(text), (int64_t)width);
	}
}

static void test_summary(void)
{
	struct progress_state state = { 1048576, 7, PROGRESS_UNKNOWN, 2500000000, 419430.4 };
	char text[PROGRESS_LINE_MAX];

	CHECK_TEXT(progress_format_summary(&state, text), "sent 1048576 bytes, received 7 bytes in 2.500 s (410 KiB/s)");
	state = (struct progress_state){ UINT64_MAX, UINT64_MAX, UINT64_MAX, INT64_MAX, 1e300 };
	CHECK(strlen(progress_format_summary(&state, text)) < PROGRESS_LINE_MAX);
}

int main(void)
{
	test_unknown_size();
	test_units();
	test_bar();
	test_both_ways();
	test_narrow();
	test_summary();
	return tap_end();
}
