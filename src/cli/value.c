/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See value.h. Built on bytes/number.h, which knows integers; here are units, fractions and ranges. */
#include "platform.h"

#include "cli/value.h"

#include "bytes/number.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const int64_t second_ns = 1000000000;

static char range_text[96];

static const char *out_of_range(int64_t minimum, int64_t maximum)
{
	snprintf(range_text, sizeof range_text, "out of range: %" PRId64 " to %" PRId64, minimum, maximum);
	return range_text;
}

/* Nanoseconds in one UNIT, 0 if there is no such unit. */
static int64_t duration_unit(const char *unit)
{
	if (*unit == '\0' || strcasecmp(unit, "s") == 0)
		return second_ns;
	if (strcasecmp(unit, "ms") == 0)
		return second_ns / 1000;
	if (strcasecmp(unit, "m") == 0)
		return 60 * second_ns;
	if (strcasecmp(unit, "h") == 0)
		return 3600 * second_ns;
	return 0;
}

const char *value_parse_duration(const char *text, int64_t *value)
{
	static const char malformed[] = "not a duration (write 2, 0.5, 500ms, 2s, 1m or 1h)";
	uint64_t whole = 0;
	uint64_t fraction = 0; /* in billionths */
	uint64_t weight = 100000000;
	const char *at;
	enum number_result result = number_parse_digits(text, 10, &whole, &at);

	if (result == NUMBER_MALFORMED)
		return malformed;
	if (*at == '.') {
		const char *digits = ++at;

		for (; *at >= '0' && *at <= '9'; at++, weight /= 10)
			fraction += (uint64_t)(*at - '0') * weight;
		if (at == digits)
			return malformed;
	}
	int64_t unit = duration_unit(at);
	if (unit == 0)
		return malformed;
	if (result == NUMBER_OVERFLOW || whole >= (uint64_t)(INT64_MAX / unit))
		return "out of range: 0 to about 292 years";
	int64_t parts = (int64_t)fraction * (unit / 1000000) / 1000; /* unit divides by a million, always */
	*value = (int64_t)whole * unit + parts;
	return NULL;
}

const char *value_format_duration(int64_t nanoseconds, char text[VALUE_DURATION_MAX])
{
	if (nanoseconds < second_ns && nanoseconds % 1000000 == 0)
		snprintf(text, VALUE_DURATION_MAX, "%" PRId64 "ms", nanoseconds / 1000000);
	else if (nanoseconds % second_ns == 0)
		snprintf(text, VALUE_DURATION_MAX, "%" PRId64 "s", nanoseconds / second_ns);
	else
		snprintf(text, VALUE_DURATION_MAX, "%.9gs", (double)nanoseconds / 1e9);
	return text;
}

static int64_t size_unit(const char *unit)
{
	if (*unit == '\0')
		return 1;
	if (unit[1] != '\0')
		return 0;
	switch (*unit) {
	case 'k':
	case 'K':
		return 1 << 10;
	case 'm':
	case 'M':
		return 1 << 20;
	case 'g':
	case 'G':
		return 1 << 30;
	default:
		return 0;
	}
}

const char *value_parse_size(const char *text, int64_t minimum, int64_t maximum, int64_t *value)
{
	uint64_t count = 0;
	const char *end = "";
	enum number_result result = number_parse_unsigned(text, &count);
	int64_t unit = 1;

	if (result == NUMBER_MALFORMED) { /* digits and a unit, then */
		result = number_parse_digits(text, 10, &count, &end);
		unit = size_unit(end);
	}
	if (result == NUMBER_MALFORMED || unit == 0)
		return "not a size (write 65536, 64k, 1M or 1G)";
	if (result == NUMBER_OVERFLOW || count > (uint64_t)(maximum / unit) || (int64_t)count * unit < minimum)
		return out_of_range(minimum, maximum);
	*value = (int64_t)count * unit;
	return NULL;
}

const char *value_parse_number(const char *text, int64_t minimum, int64_t maximum, int64_t *value)
{
	uint64_t magnitude = 0;
	bool negative = false;
	enum number_result result;

	if (minimum < 0)
		result = number_parse_signed(text, &magnitude, &negative);
	else
		result = number_parse_unsigned(text, &magnitude);
	if (result == NUMBER_MALFORMED)
		return "not a number";
	if (result == NUMBER_OVERFLOW || magnitude > (uint64_t)INT64_MAX + negative)
		return out_of_range(minimum, maximum);
	int64_t number = negative ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude; /* INT64_MIN has no positive */
	if (number < minimum || number > maximum)
		return out_of_range(minimum, maximum);
	*value = number;
	return NULL;
}
