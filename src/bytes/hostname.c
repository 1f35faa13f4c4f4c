/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See hostname.h. */
#include "platform.h"

#include "bytes/hostname.h"

#include "bytes/number.h"

#include <stdbool.h>
#include <string.h>

/* C is not a NUL. */
static bool is_harmless(char c)
{
	return number_digit(c) >= 0 || strchr(".-_:%/", c) != NULL;
}

const char *hostname_escape(const char *name, char text[HOSTNAME_TEXT_MAX])
{
	static const char digits[] = "0123456789abcdef";
	char *out = text;

	for (const char *at = name; *at != '\0' && out + 4 < text + HOSTNAME_TEXT_MAX; at++) {
		unsigned char byte = (unsigned char)*at;

		if (is_harmless(*at) && (*at != '-' || at != name)) {
			*out++ = *at;
			continue;
		}
		*out++ = '\\';
		*out++ = 'x';
		*out++ = digits[byte >> 4];
		*out++ = digits[byte & 15];
	}
	*out = '\0';
	return text;
}
