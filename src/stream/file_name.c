/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See file_name.h. */
#include "platform.h"

#include "stream/file_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 24 };

/* What LETTER stands for; NULL: nothing. */
static const char *value_of(char letter, const struct file_name_values *values, char number[NUMBER_MAX])
{
	switch (letter) {
	case '%':
		return "%";
	case 'n':
		snprintf(number, NUMBER_MAX, "%" PRIu64, values->number);
		return number;
	case 'a':
		return values->address;
	case 'p':
		return values->port;
	default:
		return NULL;
	}
}

const char *file_name_check(const char *pattern, bool has_peer)
{
	const struct file_name_values values = { 1, has_peer ? "" : NULL, has_peer ? "" : NULL };
	char number[NUMBER_MAX];

	for (const char *at = strchr(pattern, '%'); at != NULL; at = strchr(at + 2, '%')) {
		if (value_of(at[1], &values, number) == NULL)
			return has_peer ? "behind % stands n (connection number), a (peer address), p (peer port) or %"
			                : "behind % stands n (connection number) or %";
	}
	return NULL;
}

bool file_name_varies(const char *pattern)
{
	for (const char *at = strchr(pattern, '%'); at != NULL && at[1] != '\0'; at = strchr(at + 2, '%')) {
		if (at[1] != '%')
			return true;
	}
	return false;
}

/* Writes the name to TEXT (NULL: nowhere) and returns its length. */
static size_t expand(const char *pattern, const struct file_name_values *values, char *text)
{
	size_t length = 0;

	for (const char *at = pattern; *at != '\0'; at++) {
		char number[NUMBER_MAX];
		const char *value = *at == '%' ? value_of(at[1], values, number) : NULL;
		size_t width = value != NULL ? strlen(value) : 1;

		if (text != NULL)
			memcpy(text + length, value != NULL ? value : at, width);
		length += width;
		at += value != NULL;
	}
	return length;
}

char *file_name_expand(const char *pattern, const struct file_name_values *values)
{
	size_t length = expand(pattern, values, NULL);
	char *text = malloc(length + 1);

	if (text != NULL) {
		expand(pattern, values, text);
		text[length] = '\0';
	}
	return text;
}
