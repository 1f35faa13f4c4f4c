/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See packing.h. */
#include "platform.h"

#include "cmd/packing.h"

#include "bytes/utf8.h"
#include "cli/message.h"

#include <string.h>

int packing_compile(struct format *format, const char *text, int64_t order)
{
	struct format_error error;

	if (format_compile(format, text, (enum format_order)(order + 1), &error) == 0)
		return 0;
	if (error.reason == NULL)
		return report_out_of_memory();
	const char *at = text + error.position;
	return usage_error("FORMAT '%s': %s: '%.*s' at position %zu", text, error.reason, packing_character(at), at,
	                   error.position + 1);
}

int packing_character(const char *at)
{
	size_t length = utf8_sequence((const unsigned char *)at, strlen(at));

	return length == 0 ? 1 : (int)length;
}
