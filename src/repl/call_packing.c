/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pack, unpack, calcsize: Python's struct on values. */
#include "platform.h"

#include "bytes/escape.h"
#include "bytes/float.h"
#include "bytes/format.h"
#include "bytes/number.h"
#include "bytes/record.h"
#include "repl/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compile(struct repl *repl, const struct value *text, struct format *format)
{
	struct format_error error;

	if (format_compile(format, (const char *)text->bytes, FORMAT_ORDER_GIVEN, &error) == 0)
		return 0;
	if (error.reason == NULL)
		return repl_fail_memory(repl);
	return repl_fail(repl, "struct.error", "%s at position %zu of the format", error.reason, error.position + 1);
}

/* ---- pack ---------------------------------------------------------------------------------------- */

/* VALUE as the word that record_pack_words reads: text with escapes, numbers plain. A zero byte ends it. */
static void write_word(FILE *to, const struct value *value)
{
	struct value plain = *value;
	char text[4];

	plain.group = VALUE_NO_GROUP; /* a constant is its number */
	if (value->kind == VALUE_TRUTH)
		putc(value->magnitude != 0 ? '1' : '0', to);
	else if (value->kind != VALUE_TEXT)
		value_write(to, &plain);
	for (size_t i = 0; value->kind == VALUE_TEXT && i < value->count; i++)
		fwrite(text, 1, (size_t)(escape_encode(text, value->bytes + i, 1) - text), to);
	putc('\0', to);
}

/* The words of COUNT values one after the other, the caller's to free; NULL when memory runs out. */
static char *write_words(const struct value *values, size_t count)
{
	size_t length = 0;
	char *text = NULL;
	FILE *memory = open_memstream(&text, &length);

	if (memory == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		write_word(memory, &values[i]);
	if (fclose(memory) == 0)
		return text;
	free(text);
	return NULL;
}

static int fail_record(struct repl *repl, const struct format *format, const struct record_fault *fault)
{
	char code = '\0';

	if (fault->field != NULL)
		code = fault->field->code;
	switch (fault->result) {
	case RECORD_TOO_FEW:
	case RECORD_TOO_MANY:
		return repl_fail(repl, "struct.error", "%zu value%s wanted", format->value_count,
		                 format->value_count == 1 ? " is" : "s are");
	case RECORD_OUT_OF_RANGE:
		if (fault->field->kind == FORMAT_FLOAT)
			return repl_fail(repl, "struct.error", "value %zu is too large for '%c'", fault->value, code);
		return repl_fail(repl, "struct.error", "value %zu is out of range for '%c': %lld to %llu", fault->value, code,
		                 (long long)record_minimum(fault->field), (unsigned long long)record_maximum(fault->field));
	case RECORD_NO_INTEGER:
		return repl_fail(repl, "struct.error", "value %zu: '%c' wants an integer", fault->value, code);
	case RECORD_NO_FLOAT:
		return repl_fail(repl, "struct.error", "value %zu: '%c' wants a number", fault->value, code);
	case RECORD_NO_BOOL:
		return repl_fail(repl, "struct.error", "value %zu: '%c' wants True or False", fault->value, code);
	default:
		return repl_fail(repl, "struct.error", "value %zu: '%c' wants one byte", fault->value, code);
	}
}

/* COUNT words, one behind the other at TEXT, into *RESULT. */
static int pack_words(struct repl *repl, const struct format *format, char *text, size_t count, struct value *result)
{
	unsigned char *record = malloc(format->size + 1);
	char **words = calloc(count + 1, sizeof *words);
	struct record_fault fault;
	int status = -1;

	if (record == NULL || words == NULL) {
		repl_fail_memory(repl);
		goto out;
	}
	for (size_t i = 0; i < count; i++, text += strlen(text) + 1)
		words[i] = text;
	if (record_pack_words(format, words, count, record, &fault) < 0)
		status = fail_record(repl, format, &fault);
	else
		status = value_set_text(result, record, format->size) < 0 ? repl_fail_memory(repl) : 0;
out:
	free(words);
	free(record);
	return status;
}

static int run_pack(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct value *values = &arguments[1];
	struct format format;

	if (compile(repl, &arguments[0], &format) < 0)
		return -1;
	char *text = write_words(values->items, values->count);
	int status = text == NULL ? repl_fail_memory(repl) : pack_words(repl, &format, text, values->count, result);
	free(text);
	format_release(&format);
	return status;
}

/* ---- unpack -------------------------------------------------------------------------------------- */

/* The value that TEXT, as record_write_value writes it, is. */
static struct value number_of(const struct format_field *field, const char *text, const char *end)
{
	struct value value = value_unsigned(0);
	double real = 0;

	if (field->kind == FORMAT_FLOAT) {
		float_parse(text, end, &real);
		return value_real(real);
	}
	if (field->kind == FORMAT_BOOL)
		return value_truth(*text == 't');
	number_parse_word(text, end, &value.magnitude, &value.negative);
	return value;
}

static int add_item(struct value *tuple, const struct format_field *field, size_t index, const unsigned char *record)
{
	struct value item;
	char text[64];
	size_t count;

	if (field->kind == FORMAT_CHAR || field->kind == FORMAT_TEXT || field->kind == FORMAT_PASCAL) {
		const unsigned char *bytes = record_bytes(field, index, record, &count);

		return value_set_text(&item, bytes, count) < 0 ? -1 : value_add(tuple, item);
	}
	char *end = record_write_value(field, index, record, text);
	*end = ' ';
	return value_add(tuple, number_of(field, text, end));
}

static int run_unpack(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct value *data = &arguments[1];
	struct format format;
	int status = 0;

	if (compile(repl, &arguments[0], &format) < 0)
		return -1;
	if (format.size != data->count)
		status = repl_fail(repl, "struct.error", "requires a buffer of %zu bytes, got %zu", format.size, data->count);
	else
		*result = value_sequence(VALUE_TUPLE);
	for (size_t f = 0; status == 0 && f < format.field_count; f++) {
		for (size_t i = 0; status == 0 && i < format.fields[f].values; i++) {
			if (add_item(result, &format.fields[f], i, data->bytes) < 0)
				status = repl_fail_memory(repl);
		}
	}
	format_release(&format);
	return status;
}

static int run_calcsize(struct repl *repl, struct value *arguments, struct value *result)
{
	struct format format;

	if (compile(repl, &arguments[0], &format) < 0)
		return -1;
	*result = value_unsigned(format.size);
	format_release(&format);
	return 0;
}

const struct call call_packing_rows[] = {
	{ "pack", "format:text values:any...", "", "struct.pack(format, v1, v2, ...)",
	  "put values into bytes as FORMAT says: '!H' is a 16-bit number in network order", "struct.error", run_pack },
	{ "unpack", "format:text data:bytes", "", "struct.unpack(format, buffer)", "take values out of bytes as FORMAT says: a tuple",
	  "struct.error", run_unpack },
	{ "calcsize", "format:text", "", "struct.calcsize(format)", "tell how many bytes FORMAT means", "struct.error", run_calcsize },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
