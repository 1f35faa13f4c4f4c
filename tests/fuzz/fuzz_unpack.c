/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A FORMAT, a zero byte, and the bytes of a record: its text fits in the room that was told, and packs to a record
 * with the same text. */
#include "bytes/record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void unpack(const struct format *format, const unsigned char *record)
{
	size_t room = record_room(format);
	char *text = malloc(room + 1);
	char *again = malloc(room + 1);
	char *line = malloc(room + 1);
	unsigned char *packed = malloc(format->size + 1);
	struct record_fault fault;

	if (text == NULL || again == NULL || line == NULL || packed == NULL)
		abort();
	char *end = record_write(format, NULL, record, text);
	size_t length = (size_t)(end - text);
	if (length > room)
		abort();
	memcpy(line, text, length);
	line[length] = '\n';
	if (record_pack_line(format, line, line + length, packed, &fault) < 0)
		abort();
	end = record_write(format, NULL, packed, again);
	if ((size_t)(end - again) != length || memcmp(text, again, length) != 0)
		abort();
	free(text);
	free(again);
	free(line);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { RECORD_MAX = 4096 };
	struct format format;
	struct format_error error;
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (format_compile(&format, text, FORMAT_ORDER_GIVEN, &error) == 0 && format.size <= RECORD_MAX &&
	    format.value_count <= RECORD_MAX) {
		unsigned char *record = calloc(1, format.size + 1);
		size_t begin = strlen(text) + 1;
		size_t given = begin < size ? size - begin : 0;

		if (record != NULL && given > 0)
			memcpy(record, data + begin, given < format.size ? given : format.size);
		if (record != NULL)
			unpack(&format, record);
		free(record);
	}
	format_release(&format);
	free(text);
	return 0;
}
