/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See packing.h. */
#include "platform.h"

#include "cmd/packing.h"

#include "cli/message.h"

int packing_compile(struct format *format, const char *text, int64_t order)
{
	struct format_error error;

	if (format_compile(format, text, (enum format_order)(order + 1), &error) == 0)
		return 0;
	if (error.reason == NULL)
		return report_out_of_memory();
	if (text[error.position] == '\0')
		return usage_error("FORMAT '%s': %s at its end", text, error.reason);
	return usage_error("FORMAT '%s': %s: '%.1s' at position %zu", text, error.reason, text + error.position,
	                   error.position + 1);
}
