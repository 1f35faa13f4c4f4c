/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See record.h: bytes to text. */
#include "platform.h"

#include "bytes/record.h"

#include "bytes/digits.h"
#include "bytes/escape.h"
#include "bytes/float.h"

#include <string.h>

/* Shifts, which compilers turn into one load, do not ask for the machine's own order. */
static inline uint64_t load_16(const unsigned char *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8;
}

static inline uint64_t load_32(const unsigned char *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24;
}

static inline uint64_t load_64(const unsigned char *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
	       (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

static ALWAYS_INLINE uint64_t load(const unsigned char *at, unsigned width, bool is_big)
{
	switch (width) {
	case 1:
		return at[0];
	case 2:
		return is_big ? __builtin_bswap16((uint16_t)load_16(at)) : load_16(at);
	case 4:
		return is_big ? __builtin_bswap32((uint32_t)load_32(at)) : load_32(at);
	default:
		return is_big ? __builtin_bswap64(load_64(at)) : load_64(at);
	}
}

static ALWAYS_INLINE char *write_integer(char *out, const unsigned char *at, unsigned width, bool is_big, bool is_signed)
{
	uint64_t value = load(at, width, is_big);

	if (is_signed && value >> (8 * width - 1) != 0) {
		*out++ = '-';
		value = (0 - value) & (UINT64_MAX >> (64 - 8 * width));
	}
	switch (width) {
	case 1:
	case 2:
		return digits_write_16(out, (uint32_t)value);
	case 4:
		return digits_write_32(out, (uint32_t)value);
	default:
		return digits_write_64(out, value);
	}
}

/* COUNT integers from AT on, a space behind each. What is constant where this is called is compiled in. */
static ALWAYS_INLINE char *write_run(char *out, const unsigned char *at, size_t count, unsigned width, bool is_big,
                                     bool is_signed)
{
	for (; count > 0; count--, at += width) {
		out = write_integer(out, at, width, is_big, is_signed);
		*out++ = ' ';
	}
	return out;
}

static char *write_integers(const struct format_field *field, const unsigned char *at, size_t count, char *out)
{
	bool is_signed = field->kind == FORMAT_SIGNED;

	switch (2 * field->width + field->is_big) {
	case 2 * 1:
	case 2 * 1 + 1:
		return write_run(out, at, count, 1, false, is_signed);
	case 2 * 2:
		return write_run(out, at, count, 2, false, is_signed);
	case 2 * 2 + 1:
		return write_run(out, at, count, 2, true, is_signed);
	case 2 * 4:
		return write_run(out, at, count, 4, false, is_signed);
	case 2 * 4 + 1:
		return write_run(out, at, count, 4, true, is_signed);
	case 2 * 8:
		return write_run(out, at, count, 8, false, is_signed);
	default:
		return write_run(out, at, count, 8, true, is_signed);
	}
}

const unsigned char *record_bytes(const struct format_field *field, size_t index, const unsigned char *record,
                                  size_t *count)
{
	const unsigned char *at = record + field->offset;

	switch (field->kind) {
	case FORMAT_PASCAL:
		*count = 0;
		if (field->count > 0)
			*count = *at < field->count ? *at : field->count - 1;
		return field->count > 0 ? at + 1 : at;
	case FORMAT_TEXT:
		*count = field->count;
		return at;
	default:
		*count = 1;
		return at + index;
	}
}

static char *write_quoted(const struct format_field *field, size_t index, const unsigned char *record, char *out)
{
	size_t count;
	const unsigned char *bytes = record_bytes(field, index, record, &count);

	*out++ = '"';
	out = escape_encode(out, bytes, count);
	*out++ = '"';
	return out;
}

char *record_write_value(const struct format_field *field, size_t index, const unsigned char *record, char *out)
{
	const unsigned char *at = record + field->offset + index * field->width;

	switch (field->kind) {
	case FORMAT_SIGNED:
	case FORMAT_UNSIGNED:
	case FORMAT_POINTER:
		return write_integers(field, at, 1, out) - 1;
	case FORMAT_FLOAT:
		return float_write(out, load(at, field->width, field->is_big), field->width);
	case FORMAT_BOOL:
		return stpcpy(out, *at != 0 ? "true" : "false");
	default:
		return write_quoted(field, index, record, out);
	}
}

/* The values of FIELD, a space behind each. */
static char *write_field(const struct format_field *field, const char *const *names, const unsigned char *record, char *out)
{
	bool is_integer = field->kind == FORMAT_UNSIGNED || field->kind == FORMAT_SIGNED;

	if (is_integer && names == NULL)
		return write_integers(field, record + field->offset, field->count, out);
	for (size_t i = 0; i < field->values; i++) {
		if (names != NULL)
			out = stpcpy(out, names[i]);
		out = record_write_value(field, i, record, out);
		*out++ = ' ';
	}
	return out;
}

char *record_write(const struct format *format, const char *const *names, const unsigned char *record, char *out)
{
	char *begin = out;

	for (size_t f = 0; f < format->field_count; f++) {
		const struct format_field *field = &format->fields[f];

		out = write_field(field, names, record, out);
		if (names != NULL)
			names += field->values;
	}
	return out > begin ? out - 1 : out;
}

size_t record_value_room(const struct format_field *field)
{
	if (field->kind != FORMAT_TEXT && field->kind != FORMAT_PASCAL)
		return FLOAT_TEXT_MAX;
	return field->count > (SIZE_MAX - 8) / 4 ? SIZE_MAX : 4 * field->count + 8;
}

size_t record_room(const struct format *format)
{
	size_t room = 1;

	for (size_t f = 0; f < format->field_count; f++) {
		const struct format_field *field = &format->fields[f];
		size_t each = record_value_room(field);

		if (field->values != 0 && each > (SIZE_MAX - room) / field->values)
			return SIZE_MAX;
		room += each * field->values;
	}
	return room;
}
