/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See records.h. */
#include "platform.h"

#include "view/records.h"

#include "bytes/record.h"
#include "view/json.h"
#include "view/layout.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static size_t add_size(size_t a, size_t b)
{
	return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

int records_open(struct records *records, int fd)
{
	records->line_room = add_size(add_size(record_room(records->format), records->names->length), 1);
	if (bulk_writer_init(&records->writer, fd) < 0)
		return -1;
	if (records->form == RECORDS_LINES)
		return 0;
	records->page = open_memstream(&records->page_text, &records->page_size);
	return records->page != NULL ? 0 : -1;
}

static const char *const *names_of(const struct records *records)
{
	return (const char *const *)records->names->items;
}

static int write_lines(struct records *records, const unsigned char *bytes, uint64_t *count)
{
	struct bulk_writer *writer = &records->writer;
	const char *const *names = names_of(records);
	char *at = bulk_writer_room(writer, records->line_room);

	if (at == NULL)
		return -1;
	size_t fitting = (writer->capacity - writer->used) / records->line_room;
	if (fitting < *count)
		*count = fitting;
	for (uint64_t i = 0; i < *count; i++, bytes += records->format->size) {
		at = record_write(records->format, names, bytes, at);
		*at++ = '\n';
	}
	writer->used = (size_t)(at - writer->buffer);
	return 0;
}

/* A float by JSON's grammar: infinities and what is no number are strings, and a whole number stays a float for
 * readers that tell them from integers. */
static void write_json_float(struct json *json, char *text, size_t length)
{
	if (memchr(text, 'n', length) != NULL) {
		json_text_bytes(json, (const unsigned char *)text, length);
		return;
	}
	if (memchr(text, '.', length) == NULL && memchr(text, 'e', length) == NULL) {
		length = (size_t)(stpcpy(text + length, ".0") - text);
	}
	json_number_text(json, text, length);
}

static void write_json_value(struct json *json, const struct format_field *field, size_t index,
                             const unsigned char *record)
{
	char text[64];
	size_t count;

	switch (field->kind) {
	case FORMAT_CHAR:
	case FORMAT_TEXT:
	case FORMAT_PASCAL: {
		const unsigned char *bytes = record_bytes(field, index, record, &count);

		json_object(json);
		json_bytes(json, bytes, count);
		json_end(json);
		break;
	}
	case FORMAT_FLOAT:
		count = (size_t)(record_write_value(field, index, record, text) - text);
		write_json_float(json, text, count);
		break;
	default: /* integers and truth values are written as JSON does */
		count = (size_t)(record_write_value(field, index, record, text) - text);
		json_number_text(json, text, count);
		break;
	}
}

static void write_json(const struct records *records, const unsigned char *bytes)
{
	const char *const *names = names_of(records);
	struct json json;

	json_init(&json, records->page);
	if (names != NULL)
		json_object(&json);
	else
		json_array(&json);
	for (size_t f = 0; f < records->format->field_count; f++) {
		const struct format_field *field = &records->format->fields[f];

		for (size_t i = 0; i < field->values; i++) {
			if (names != NULL) {
				json_key_bytes(&json, *names, strlen(*names) - 1);
				names++;
			}
			write_json_value(&json, field, i, bytes);
		}
	}
	json_end(&json);
	json_line(&json);
}

static int explain(const struct records *records, const unsigned char *bytes)
{
	if (records->done > 0)
		putc('\n', records->page);
	if (records->is_numbered)
		fprintf(records->page, "record %" PRIu64 "\n", records->done + 1);
	return layout_write(records->page, records->format, records->text, names_of(records), bytes);
}

/* One record in a form for which a line's room is not enough. */
static int write_page(struct records *records, const unsigned char *bytes)
{
	int result = 0;

	rewind(records->page);
	if (records->form == RECORDS_JSON)
		write_json(records, bytes);
	else
		result = explain(records, bytes);
	if (result < 0 || fflush(records->page) != 0 || ferror(records->page)) {
		errno = ENOMEM; /* nothing else can go wrong in memory */
		return -1;
	}
	char *room = bulk_writer_room(&records->writer, records->page_size);
	if (room == NULL)
		return -1;
	memcpy(room, records->page_text, records->page_size);
	records->writer.used += records->page_size;
	return 0;
}

int records_write(struct records *records, const unsigned char *bytes, uint64_t *count)
{
	int result;

	if (records->page != NULL) {
		*count = 1;
		result = write_page(records, bytes);
	} else {
		result = write_lines(records, bytes, count);
	}
	if (result == 0)
		records->done += *count;
	return result;
}

int records_flush(struct records *records)
{
	return bulk_writer_flush(&records->writer);
}

void records_close(struct records *records)
{
	if (records->page != NULL)
		fclose(records->page);
	free(records->page_text);
	bulk_writer_release(&records->writer);
}
