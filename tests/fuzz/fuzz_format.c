/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text as FORMAT: what is taken is consistent, what is refused holds nothing. */
#include "bytes/format.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fields(const struct format *format)
{
	size_t end = 0;
	size_t values = 0;

	for (size_t f = 0; f < format->field_count; f++) {
		const struct format_field *field = &format->fields[f];

		if (field->offset != end + field->padding || field->padding > 15)
			abort();
		end = field->offset + field->count * field->width;
		values += field->values;
	}
	if (end != format->size || values != format->value_count || format->size > PTRDIFF_MAX)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct format format;
	struct format_error error;
	char *text;

	if (size == 0 || (text = malloc(size)) == NULL)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (format_compile(&format, text, (enum format_order)(data[0] % 6), &error) == 0)
		check_fields(&format);
	else if (format.fields != NULL || error.reason == NULL || error.position > strlen(text))
		abort();
	format_release(&format);
	free(text);
	return 0;
}
