/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * FORMAT: sizes, offsets, refusals. */
#include "platform.h"

#include "bytes/format.h"

#include "tap.h"

#include <stdint.h>

static void check_size(const char *text, size_t size, size_t values)
{
	struct format format;
	struct format_error error;
	int result = format_compile(&format, text, FORMAT_ORDER_GIVEN, &error);

	tap_check(result == 0 && format.size == size && format.value_count == values, __FILE__, __LINE__, text);
	format_release(&format);
}

static void check_refused(const char *text, size_t position)
{
	struct format format;
	struct format_error error;
	int result = format_compile(&format, text, FORMAT_ORDER_GIVEN, &error);

	if (!tap_check(result < 0 && error.reason != NULL && error.position == position, __FILE__, __LINE__, text))
		printf("# %s at %zu\n", error.reason != NULL ? error.reason : "taken", error.position);
	format_release(&format);
}

static void test_sizes(void)
{
	check_size("", 0, 0);
	check_size("<", 0, 0);
	check_size("<IHBxd", 16, 4);
	check_size("!HHI", 8, 3);
	check_size("=bhilq", 19, 5);
	check_size("<xcbB?hHiIlLqQefd", 5 + 4 + 16 + 16 + 14, 15);
}

static void test_counts(void)
{
	check_size("<3h", 6, 3);
	check_size("<0h", 0, 0);
	check_size("<03h", 6, 3);
	check_size("<3x", 3, 0);
	check_size("<10s", 10, 1);
	check_size("<0s", 0, 1);
	check_size("<s p", 2, 2);
	check_size("<255p", 255, 1);
	check_size("< h h ", 4, 2);
	check_size("9223372036854775807x", PTRDIFF_MAX, 0);
	check_size("0q", 0, 0);
}

static void test_alignment(void)
{
	struct format format;
	struct format_error error;

	check_size("@bh", 4, 2);
	check_size("bi", 8, 2);
	check_size("bi0q", 8, 2);
	check_size("ib", 5, 2);
	check_size("ib0i", 8, 2);
	check_size("b0hb", 3, 2);
	check_size("be", 4, 2);
	check_size("@bP", 2 * sizeof(void *), 2);
	check_size("@bn", 2 * sizeof(size_t), 2);
	check_size("@N", sizeof(size_t), 1);
	CHECK(format_compile(&format, "@bhiq0l", FORMAT_ORDER_GIVEN, &error) == 0);
	CHECK_INT((int64_t)format.field_count, 5);
	CHECK_INT((int64_t)format.fields[1].offset, 2);
	CHECK_INT((int64_t)format.fields[1].padding, 1);
	CHECK_INT((int64_t)format.fields[3].offset, 8);
	CHECK(format.has_gaps);
	format_release(&format);
}

static void test_refusals(void)
{
	check_refused("z", 0);
	check_refused("<hz", 2);
	check_refused("<h<h", 2);
	check_refused(" <h", 1);
	check_refused("<3", 1);
	check_refused("<3 h", 2);
	check_refused("<n", 1);
	check_refused("=N", 1);
	check_refused("!P", 1);
	check_refused("<-1h", 1);
	check_refused("h\xc3\xa9", 1);
	check_refused("9223372036854775808x", 0);
	check_refused("<99999999999999999999h", 1);
	check_refused("<h9223372036854775807x", 2);
	check_refused("<9223372036854775807h", 1);
	check_refused("b9223372036854775807x0q", 1);
	check_refused("@9223372036854775807xh", 21);
}

static void test_order(void)
{
	struct format format;
	struct format_error error;

	CHECK(format_compile(&format, "h", FORMAT_ORDER_NETWORK, &error) == 0);
	CHECK(format.fields[0].is_big && format.order == FORMAT_ORDER_NETWORK);
	format_release(&format);
	CHECK(format_compile(&format, "n", FORMAT_ORDER_NATIVE, &error) == 0);
	format_release(&format);
	CHECK(format_compile(&format, "n", FORMAT_ORDER_LITTLE, &error) < 0);
	CHECK(format_compile(&format, "<h", FORMAT_ORDER_LITTLE, &error) < 0 && error.position == 0);
	CHECK(format_compile(&format, "bq", FORMAT_ORDER_STANDARD, &error) == 0);
	CHECK_INT((int64_t)format.size, 9);
	CHECK_INT(format.order, FORMAT_ORDER_STANDARD);
	format_release(&format);
}

int main(void)
{
	test_sizes();
	test_counts();
	test_alignment();
	test_refusals();
	test_order();
	return tap_end();
}
