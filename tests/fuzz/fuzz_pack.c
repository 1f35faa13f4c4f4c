/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A FORMAT, a zero byte, and a line to pack by it: every byte of the record is written, or the fault is named. */
#include "bytes/record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void pack(const struct format *format, char *line, size_t length)
{
	unsigned char *record = malloc(format->size);
	unsigned char *other = malloc(format->size);
	char *copy = malloc(length + 1);
	struct record_fault fault;

	if (copy == NULL || ((record == NULL || other == NULL) && format->size > 0))
		abort();
	memcpy(copy, line, length + 1);
	memset(record, 0x00, format->size);
	memset(other, 0xff, format->size);
	int result = record_pack_line(format, line, line + length, record, &fault);
	int again = record_pack_line(format, copy, copy + length, other, &fault);
	if (result != again || (result == 0 && memcmp(record, other, format->size) != 0))
		abort();
	if (result < 0 && (fault.result == RECORD_OK || (fault.text != NULL && (fault.text < copy || fault.end > copy + length))))
		abort();
	free(record);
	free(other);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { RECORD_MAX = 4096 };
	struct format format;
	struct format_error error;
	char *text = malloc(size + 2);

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = text[size + 1] = '\0';
	if (format_compile(&format, text, FORMAT_ORDER_GIVEN, &error) == 0 && format.size <= RECORD_MAX &&
	    format.value_count <= RECORD_MAX) {
		char *line = text + strlen(text) + (strlen(text) < size);
		size_t length = (size_t)(text + size - line);
		char *newline = memchr(line, '\n', length);

		if (newline != NULL)
			length = (size_t)(newline - line);
		char *own = malloc(length + 1);
		if (own != NULL) {
			memcpy(own, line, length);
			own[length] = '\n';
			pack(&format, own, length);
		}
		free(own);
	}
	format_release(&format);
	free(text);
	return 0;
}
