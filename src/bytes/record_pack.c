/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See record.h: words to bytes. Plain decimal numbers take a short cut; all else is parsed by the module that knows
 * it. */
#include "platform.h"

#include "bytes/record.h"

#include "bytes/digits_read.h"
#include "bytes/escape.h"
#include "bytes/float.h"
#include "bytes/number.h"

#include <string.h>

int64_t record_minimum(const struct format_field *field)
{
	if (field->kind == FORMAT_UNSIGNED)
		return 0;
	return -1 - (int64_t)(UINT64_MAX >> (65 - 8 * field->width));
}

uint64_t record_maximum(const struct format_field *field)
{
	return UINT64_MAX >> ((field->kind == FORMAT_SIGNED ? 65U : 64U) - 8 * field->width);
}

/* Shifts, which compilers turn into one store, do not ask for the machine's own order. */
static inline void store_16(unsigned char *at, uint64_t value)
{
	at[0] = (unsigned char)value, at[1] = (unsigned char)(value >> 8);
}

static inline void store_32(unsigned char *at, uint64_t value)
{
	at[0] = (unsigned char)value, at[1] = (unsigned char)(value >> 8);
	at[2] = (unsigned char)(value >> 16), at[3] = (unsigned char)(value >> 24);
}

static inline void store_64(unsigned char *at, uint64_t value)
{
	at[0] = (unsigned char)value, at[1] = (unsigned char)(value >> 8);
	at[2] = (unsigned char)(value >> 16), at[3] = (unsigned char)(value >> 24);
	at[4] = (unsigned char)(value >> 32), at[5] = (unsigned char)(value >> 40);
	at[6] = (unsigned char)(value >> 48), at[7] = (unsigned char)(value >> 56);
}

static ALWAYS_INLINE void store(unsigned char *at, uint64_t value, unsigned width, bool is_big)
{
	switch (width) {
	case 1:
		*at = (unsigned char)value;
		break;
	case 2:
		store_16(at, is_big ? __builtin_bswap16((uint16_t)value) : value);
		break;
	case 4:
		store_32(at, is_big ? __builtin_bswap32((uint32_t)value) : value);
		break;
	default:
		store_64(at, is_big ? __builtin_bswap64(value) : value);
		break;
	}
}

static bool is_in_range(const struct format_field *field, uint64_t magnitude, bool is_negative)
{
	if (is_negative)
		return magnitude <= 0 - (uint64_t)record_minimum(field);
	return magnitude <= record_maximum(field);
}

static enum record_result pack_integer(const struct format_field *field, const char *text, const char *end,
                                       unsigned char *at)
{
	uint64_t magnitude = 0;
	bool is_negative = false;
	enum number_result result = number_parse_word(text, end, &magnitude, &is_negative);

	if (result == NUMBER_MALFORMED)
		return RECORD_NO_INTEGER;
	if (result == NUMBER_OVERFLOW || !is_in_range(field, magnitude, is_negative))
		return RECORD_OUT_OF_RANGE;
	store(at, is_negative ? 0 - magnitude : magnitude, field->width, field->is_big);
	return RECORD_OK;
}

static enum record_result pack_float(const struct format_field *field, const char *text, const char *end,
                                     unsigned char *at)
{
	double value = 0;
	uint64_t bits = 0;
	enum float_result result = float_parse(text, end, &value);

	if (result == FLOAT_OK)
		result = float_to_bits(value, field->width, &bits);
	if (result == FLOAT_MALFORMED)
		return RECORD_NO_FLOAT;
	if (result == FLOAT_OVERFLOW)
		return RECORD_OUT_OF_RANGE;
	store(at, bits, field->width, field->is_big);
	return RECORD_OK;
}

static enum record_result pack_bool(const char *text, const char *end, unsigned char *at)
{
	size_t length = (size_t)(end - text);

	if ((length == 1 && *text == '1') || (length == 4 && memcmp(text, "true", 4) == 0))
		*at = 1;
	else if ((length == 1 && *text == '0') || (length == 5 && memcmp(text, "false", 5) == 0))
		*at = 0;
	else
		return RECORD_NO_BOOL;
	return RECORD_OK;
}

static size_t least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Python's rules: what is too long is cut, what is short is filled with zeros; p's length byte is at most 255. */
static void pack_bytes(const struct format_field *field, const char *bytes, size_t length, unsigned char *at)
{
	size_t count = field->count;

	if (field->kind == FORMAT_PASCAL) {
		if (count == 0)
			return;
		length = least_of(length, count - 1);
		*at++ = (unsigned char)least_of(length, UINT8_MAX);
		count--;
	}
	length = least_of(length, count);
	memcpy(at, bytes, length);
	memset(at + length, 0, count - length);
}

static enum record_result pack_text(const struct format_field *field, char *text, const char *end, unsigned char *at)
{
	size_t length = (size_t)(end - text);

	if (memchr(text, '\\', length) != NULL) {
		size_t bad;

		if (escape_decode(text, length, NULL, &bad) < 0)
			return RECORD_BAD_ESCAPE; /* and the text is as it was, for the message */
		length = (size_t)escape_decode(text, length, (unsigned char *)text, &bad);
	}
	if (field->kind != FORMAT_CHAR) {
		pack_bytes(field, text, length, at);
		return RECORD_OK;
	}
	if (length != 1)
		return RECORD_NOT_ONE_BYTE;
	*at = (unsigned char)*text;
	return RECORD_OK;
}

static enum record_result pack_word(const struct format_field *field, char *text, const char *end, unsigned char *at)
{
	switch (field->kind) {
	case FORMAT_SIGNED:
	case FORMAT_UNSIGNED:
	case FORMAT_POINTER:
		return pack_integer(field, text, end, at);
	case FORMAT_FLOAT:
		return pack_float(field, text, end, at);
	case FORMAT_BOOL:
		return pack_bool(text, end, at);
	default:
		return pack_text(field, text, end, at);
	}
}

static int refuse(struct record_fault *fault, enum record_result result, const struct format_field *field, size_t value,
                  const char *text, const char *end)
{
	*fault = (struct record_fault){ result, field, value, text, end };
	return -1;
}

int record_pack_words(const struct format *format, char *const *words, size_t count, unsigned char *record,
                      struct record_fault *fault)
{
	size_t value = 0;

	if (format->has_gaps)
		memset(record, 0, format->size);
	for (size_t f = 0; f < format->field_count; f++) {
		const struct format_field *field = &format->fields[f];

		for (size_t i = 0; i < field->values; i++, value++) {
			if (value == count)
				return refuse(fault, RECORD_TOO_FEW, field, value, NULL, NULL);
			char *end = words[value] + strlen(words[value]);
			enum record_result result =
				pack_word(field, words[value], end, record + field->offset + i * field->width);
			if (result != RECORD_OK)
				return refuse(fault, result, field, value + 1, words[value], end);
		}
	}
	if (value < count)
		return refuse(fault, RECORD_TOO_MANY, NULL, value + 1, words[value], words[value] + strlen(words[value]));
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_text(const struct format_field *field)
{
	return field->kind == FORMAT_TEXT || field->kind == FORMAT_PASCAL || field->kind == FORMAT_CHAR;
}

/* A line of words: AT moves from BEGIN to END, where a newline stands. */
struct line {
	const char *begin;
	char *at, *end;
};

/* The short cut: plain integers, a minus and digits few enough to need no check for overflow, each up to a blank or the
 * line's end. Returns how many there were before anything else, with LINE behind them. What is constant where this is
 * called is compiled in. */
static ALWAYS_INLINE size_t pack_run(const struct format_field *field, struct line *line, unsigned char *at, unsigned width,
                                     bool is_big)
{
	uint64_t maximum = record_maximum(field);
	uint64_t lowest = 0 - (uint64_t)record_minimum(field);
	const char *text = line->at;
	size_t done = 0;

	for (; done < field->count; done++, at += width) {
		while (*text == ' ')
			text++;
		bool is_negative = *text == '-';
		const char *digits = text + is_negative;
		uint64_t sum = 0;
		const char *end = digits_read(digits, line->begin, line->end, &sum);

		if (end == digits || end - digits > DIGITS_READ_MAX || (*end != ' ' && *end != '\n') ||
		    sum > (is_negative ? lowest : maximum))
			break;
		store(at, is_negative ? 0 - sum : sum, width, is_big);
		text = end;
	}
	line->at += text - line->at;
	return done;
}

static size_t pack_plain_integers(const struct format_field *field, struct line *line, unsigned char *at)
{
	switch (2 * field->width + field->is_big) {
	case 2 * 1:
	case 2 * 1 + 1:
		return pack_run(field, line, at, 1, false);
	case 2 * 2:
		return pack_run(field, line, at, 2, false);
	case 2 * 2 + 1:
		return pack_run(field, line, at, 2, true);
	case 2 * 4:
		return pack_run(field, line, at, 4, false);
	case 2 * 4 + 1:
		return pack_run(field, line, at, 4, true);
	case 2 * 8:
		return pack_run(field, line, at, 8, false);
	default:
		return pack_run(field, line, at, 8, true);
	}
}

/* The same for floats: those that float_read_plain takes. */
static size_t pack_plain_floats(const struct format_field *field, struct line *line, unsigned char *at)
{
	const char *text = line->at;
	size_t done = 0;

	for (; done < field->count; done++, at += field->width) {
		uint64_t bits;
		double value;

		while (*text == ' ')
			text++;
		const char *end = float_read_plain(text, line->begin, line->end, &value);
		if (end == NULL || (*end != ' ' && *end != '\n') || float_to_bits(value, field->width, &bits) != FLOAT_OK)
			break;
		store(at, bits, field->width, field->is_big);
		text = end;
	}
	line->at += text - line->at;
	return done;
}

/* Takes as many of FIELD's values as are spelled plainly. */
static size_t pack_plain(const struct format_field *field, struct line *line, unsigned char *at)
{
	if (field->kind == FORMAT_SIGNED || field->kind == FORMAT_UNSIGNED)
		return pack_plain_integers(field, line, at);
	return field->kind == FORMAT_FLOAT ? pack_plain_floats(field, line, at) : 0;
}

/* The end of the quoted word whose first quote stands before TEXT: the other quote; NULL when there is none. */
static char *find_quote(char *text, const char *end)
{
	for (; text < end; text++) {
		if (*text == '"')
			return text;
		if (*text == '\\' && text + 1 < end)
			text++;
	}
	return NULL;
}

/* Packs the word at TEXT, which is not the line's END. Returns where the next may begin, NULL with *FAULT filled in but
 * for its value's number. */
static char *pack_next(const struct format_field *field, char *text, char *end, unsigned char *at,
                       struct record_fault *fault)
{
	char *word_end = text;

	if (is_text(field) && *text == '"') {
		word_end = find_quote(text + 1, end);
		if (word_end == NULL || (word_end + 1 < end && !is_blank(word_end[1]))) {
			refuse(fault, RECORD_BAD_QUOTES, field, 0, text, end);
			return NULL;
		}
		enum record_result result = pack_text(field, text + 1, word_end, at);
		if (result == RECORD_OK)
			return word_end + 1;
		refuse(fault, result, field, 0, text, word_end + 1);
		return NULL;
	}
	while (*word_end > ' ' || (word_end < end && !is_blank(*word_end)))
		word_end++;
	enum record_result result = pack_word(field, text, word_end, at);
	if (result == RECORD_OK)
		return word_end;
	refuse(fault, result, field, 0, text, word_end);
	return NULL;
}

/* END holds a newline, which is no blank. */
static char *skip_blanks(char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/* Packs the next words of LINE. *DONE counts FIELD's values. */
static int pack_field(const struct format_field *field, struct line *line, unsigned char *record, size_t *done,
                      struct record_fault *fault)
{
	unsigned char *at = record + field->offset;

	*done = pack_plain(field, line, at);
	for (; *done < field->values; ++*done) {
		char *word = skip_blanks(line->at);

		if (word == line->end)
			return refuse(fault, RECORD_TOO_FEW, field, 0, NULL, NULL);
		line->at = pack_next(field, word, line->end, at + *done * field->width, fault);
		if (line->at == NULL)
			return -1;
	}
	return 0;
}

int record_pack_line(const struct format *format, char *text, char *end, unsigned char *record,
                     struct record_fault *fault)
{
	struct line line = { .begin = text, .end = end };
	size_t value = 0;
	size_t done;

	line.at = text;
	if (format->has_gaps)
		memset(record, 0, format->size);
	for (size_t f = 0; f < format->field_count; f++) {
		if (pack_field(&format->fields[f], &line, record, &done, fault) < 0) {
			fault->value = value + done + (fault->result != RECORD_TOO_FEW);
			return -1;
		}
		value += done;
	}
	char *rest = skip_blanks(line.at);
	return rest == end ? 0 : refuse(fault, RECORD_TOO_MANY, NULL, value + 1, rest, end);
}
