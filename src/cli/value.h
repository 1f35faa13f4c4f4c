/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The values of option arguments: durations, sizes, numbers. Strict parsing. A parser returns NULL and
 * sets *VALUE, or returns why TEXT is refused (a phrase that fits behind "--timeout 'x': ") and
 * leaves *VALUE alone. Range errors name the range; that text is static, good until the next call. */
#ifndef NSK_CLI_VALUE_H
#define NSK_CLI_VALUE_H

#include <stdint.h>

enum { VALUE_DURATION_MAX = 32 };

/* A duration as messages show it: "2s", "0.5s", "250ms". Returns TEXT. */
const char *value_format_duration(int64_t nanoseconds, char text[VALUE_DURATION_MAX]);

/* Nanoseconds from "2", "0.5", "500ms", "2s", "1m", "1h"; at most about 292 years. */
const char *value_parse_duration(const char *text, int64_t *value);

/* Bytes from "65536", "64k", "1M", "1G" (powers of 1024), within MINIMUM to MAXIMUM. */
const char *value_parse_size(const char *text, int64_t minimum, int64_t maximum, int64_t *value);

/* An integer within MINIMUM to MAXIMUM; a sign only where MINIMUM is below zero. */
const char *value_parse_number(const char *text, int64_t minimum, int64_t maximum, int64_t *value);

#endif
