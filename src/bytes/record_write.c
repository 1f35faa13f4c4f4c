/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See record.h: bytes to text. */
#include "platform.h"

#include "bytes/record.h"

#include "bytes/escape.h"
#include "bytes/float.h"
#include "bytes/number.h"

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

static inline uint64_t load(const struct format_field *field, const unsigned char *at)
{
	switch (field->width) {
	case 1:
		return at[0];
	case 2:
		return field->is_big ? __builtin_bswap16((uint16_t)load_16(at)) : load_16(at);
	case 4:
		return field->is_big ? __builtin_bswap32((uint32_t)load_32(at)) : load_32(at);
	default:
		return field->is_big ? __builtin_bswap64(load_64(at)) : load_64(at);
	}
}

static int64_t with_sign(uint64_t value, unsigned width)
{
	uint64_t sign = UINT64_C(1) << (8 * width - 1);

	return (int64_t)((value ^ sign) - sign);
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

static char *write_bool(char *out, bool value)
{
	size_t length = value ? 4 : 5;

	memcpy(out, value ? "true" : "false", length);
	return out + length;
}

static inline char *write_value(const struct format_field *field, size_t index, const unsigned char *record, char *out)
{
	const unsigned char *at = record + field->offset + index * field->width;

	switch (field->kind) {
	case FORMAT_SIGNED:
		return number_write_signed(out, with_sign(load(field, at), field->width));
	case FORMAT_UNSIGNED:
	case FORMAT_POINTER:
		return number_write_unsigned(out, load(field, at));
	case FORMAT_FLOAT:
		return float_write(out, load(field, at), field->width);
	case FORMAT_BOOL:
		return write_bool(out, *at != 0);
	default:
		return write_quoted(field, index, record, out);
	}
}

char *record_write_value(const struct format_field *field, size_t index, const unsigned char *record, char *out)
{
	return write_value(field, index, record, out);
}

static char *write_name(char *out, const char *name)
{
	size_t length = strlen(name);

	memcpy(out, name, length);
	return out + length;
}

char *record_write(const struct format *format, const char *const *names, const unsigned char *record, char *out)
{
	char *begin = out;
	size_t value = 0;

	for (size_t f = 0; f < format->field_count; f++) {
		const struct format_field *field = &format->fields[f];

		for (size_t i = 0; i < field->values; i++, value++) {
			if (names != NULL)
				out = write_name(out, names[value]);
			out = write_value(field, i, record, out);
			*out++ = ' ';
		}
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
