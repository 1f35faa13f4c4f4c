/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any word as the argument of an option: durations, sizes, numbers, lists of ports, patterns of file names, lists of
 * names, options of a socket. What is taken is what a plain reckoning gives; what is refused has a reason and leaves the
 * value alone. */
#include "platform.h"

#include "require.h"

#include "bytes/names.h"
#include "cli/value.h"
#include "core/port_list.h"
#include "core/sockopt.h"
#include "stream/file_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The unit behind the digits of TEXT, or NULL where anything else stands there. */
static const char *behind_digits(const char *text, bool fraction)
{
	size_t whole = strspn(text, "0123456789");

	if (whole == 0)
		return NULL;
	text += whole;
	if (!fraction || *text != '.')
		return text;
	size_t digits = strspn(text + 1, "0123456789");
	return digits > 0 ? text + 1 + digits : NULL;
}

static double unit_seconds(const char *unit)
{
	static const struct { const char *name; double seconds; } units[] = { { "", 1 }, { "s", 1 }, { "ms", 0.001 },
		                                                             { "m", 60 }, { "h", 3600 } };

	for (size_t i = 0; unit != NULL && i < sizeof units / sizeof units[0]; i++) {
		if (strcasecmp(unit, units[i].name) == 0)
			return units[i].seconds;
	}
	return 0;
}

static void check_duration(const char *text)
{
	char again[VALUE_DURATION_MAX];
	int64_t value = -7;
	int64_t back = 0;
	const char *refused = value_parse_duration(text, &value);
	double unit = unit_seconds(behind_digits(text, true));

	if (refused != NULL) {
		require(*refused != '\0' && value == -7);
		require(unit == 0 || strtod(text, NULL) * unit > 9e9);
		return;
	}
	double wanted = strtod(text, NULL) * unit * 1e9;
	require(unit != 0 && value >= 0);
	require((double)value <= wanted * 1.000001 + 1 && (double)value >= wanted * 0.999999 - 3700);
	value_format_duration(value, again);
	if (strpbrk(again, "e+") == NULL) {
		require(value_parse_duration(again, &back) == NULL);
		require((double)back <= (double)value * 1.00000001 + 1 && (double)back >= (double)value * 0.99999999 - 1);
	}
}

static void check_size(const char *text, int64_t minimum, int64_t maximum)
{
	static const char units[] = "kmg";
	int64_t value = -7;
	const char *refused = value_parse_size(text, minimum, maximum, &value);
	const char *unit = behind_digits(text, false);

	require(refused == NULL || (*refused != '\0' && value == -7));
	if (refused == NULL)
		require(value >= minimum && value <= maximum);
	if (unit == NULL || strlen(text) > 15 || (*unit != '\0' && unit[1] != '\0'))
		return;
	const char *place = *unit == '\0' ? NULL : memchr(units, *unit | 0x20, 3);
	int64_t factor = *unit == '\0' ? 1 : place == NULL ? 0 : INT64_C(1) << 10 * (place - units + 1);
	int64_t count = strtoll(text, NULL, 10);
	bool fits = factor > 0 && count <= maximum / factor && count * factor >= minimum;

	require(fits == (refused == NULL));
	require(!fits || value == count * factor);
}

static void check_number(const char *text, int64_t minimum, int64_t maximum)
{
	char again[32];
	int64_t value = -7;
	int64_t back = 0;
	const char *refused = value_parse_number(text, minimum, maximum, &value);

	if (refused != NULL) {
		require(*refused != '\0' && value == -7);
		return;
	}
	require(value >= minimum && value <= maximum);
	require(minimum < 0 || (*text != '-' && *text != '+'));
	snprintf(again, sizeof again, "%" PRId64, value);
	require(value_parse_number(again, minimum, maximum, &back) == NULL && back == value);
}

static void check_ports(const char *text)
{
	static struct port_list list;
	struct endpoint_problem problem = { "" };

	list.count = 0;
	list.items = NULL;
	memset(list.seen, 0, sizeof list.seen);
	if (strlen(text) > 60)
		return;
	if (port_list_add(&list, text, SOCK_STREAM, true, &problem) != ENDPOINT_OK)
		require(problem.text[0] != '\0');
	else
		require(list.count > 0);
	for (int i = 0; i < list.count; i++)
		require(list.seen[list.items[i] / 8] & 1 << list.items[i] % 8);
	port_list_release(&list);
}

static void check_file_name(const char *text)
{
	const struct file_name_values values = { 7, "::1", "80" };

	if (file_name_check(text, true) != NULL)
		return;
	char *name = file_name_expand(text, &values);
	require(name != NULL);
	if (strchr(text, '%') == NULL)
		require(strcmp(name, text) == 0 && !file_name_varies(text));
	free(name);
}

static void check_names(const char *text)
{
	struct names names;
	const char *reason = NULL;
	const char *word = NULL;
	size_t length = 0;

	if (names_init(&names, text, &reason, &word) < 0) {
		require(reason != NULL && word != NULL);
	} else {
		for (size_t i = 0; i < names.count; i++)
			length += strlen(names.items[i]);
		/* an equals sign for each comma, and one more */
		require(names.count > 0 && length == names.length && length == strlen(text) + 1);
	}
	names_release(&names);
}

/* NAME=VALUE: what is taken is an option that can be set, and the value stands in the word. */
static void check_sockopt(const char *text)
{
	const struct sockopt *option = NULL;
	const char *value = NULL, *why = NULL;

	if (sockopt_parse(text, &option, &value, &why) < 0) {
		require(why != NULL && *why != '\0');
		return;
	}
	size_t length = strlen(option->name);
	require(!option->read_only && strncmp(text, option->name, length) == 0 && text[length] == '=');
	require(value == text + length + 1 && *value != '\0');
	if (option->kind == SOCKOPT_FLAG)
		require(strtol(value, NULL, 0) == 0 || strpbrk(value, "1oObB") != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_duration(text);
	check_size(text, 0, INT64_MAX);
	check_size(text, 1, 65535);
	check_number(text, INT64_MIN, INT64_MAX);
	check_number(text, -5, 5);
	check_number(text, 1, 65535);
	check_ports(text);
	check_file_name(text);
	check_names(text);
	check_sockopt(text);
	free(text);
	return 0;
}
