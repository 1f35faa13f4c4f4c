/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See value.h. */
#include "platform.h"

#include "repl/value.h"

#include "bytes/escape.h"
#include "bytes/float.h"
#include "bytes/number.h"
#include "core/sockopt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- making -------------------------------------------------------------------------------------- */

struct value value_none(void)
{
	return (struct value){ .kind = VALUE_NONE };
}

struct value value_truth(bool truth)
{
	return (struct value){ .kind = VALUE_TRUTH, .magnitude = truth };
}

struct value value_number(int64_t number)
{
	return (struct value){ .kind = VALUE_NUMBER, .group = VALUE_NO_GROUP, .negative = number < 0,
	                       .magnitude = number < 0 ? -(uint64_t)number : (uint64_t)number };
}

struct value value_unsigned(uint64_t number)
{
	return (struct value){ .kind = VALUE_NUMBER, .group = VALUE_NO_GROUP, .magnitude = number };
}

struct value value_constant(int64_t number, enum constant_group group)
{
	struct value value = value_number(number);

	value.group = (int)group;
	return value;
}

struct value value_real(double real)
{
	return (struct value){ .kind = VALUE_REAL, .real = real };
}

struct value value_object(struct object *object)
{
	return (struct value){ .kind = VALUE_OBJECT, .object = object };
}

int value_set_text(struct value *value, const void *bytes, size_t count)
{
	*value = (struct value){ .kind = VALUE_ABSENT };
	unsigned char *copy = malloc(count + 1);
	if (copy == NULL)
		return -1;
	if (count > 0)
		memcpy(copy, bytes, count);
	copy[count] = '\0';
	*value = (struct value){ .kind = VALUE_TEXT, .bytes = copy, .count = count };
	return 0;
}

int value_set_word(struct value *value, const char *word)
{
	if (value_set_text(value, word, strlen(word)) < 0)
		return -1;
	value->kind = VALUE_WORD;
	return 0;
}

int value_set_address(struct value *value, const struct endpoint *address)
{
	*value = (struct value){ .kind = VALUE_ABSENT };
	struct endpoint *copy = malloc(sizeof *copy);
	if (copy == NULL)
		return -1;
	*copy = *address;
	*value = (struct value){ .kind = VALUE_ADDRESS, .address = copy };
	return 0;
}

struct value value_sequence(enum value_kind kind)
{
	return (struct value){ .kind = kind };
}

int value_add(struct value *sequence, struct value item)
{
	struct value *items = realloc(sequence->items, (sequence->count + 1) * sizeof *items);

	if (items == NULL) {
		value_release(&item);
		return -1;
	}
	items[sequence->count++] = item;
	sequence->items = items;
	return 0;
}

int value_copy(struct value *value, const struct value *from)
{
	if (from->kind == VALUE_TEXT || from->kind == VALUE_WORD) {
		int result = value_set_text(value, from->bytes, from->count);

		if (result == 0)
			value->kind = from->kind;
		return result;
	}
	if (from->kind == VALUE_ADDRESS)
		return value_set_address(value, from->address);
	if (!value_is_sequence(from)) {
		*value = *from;
		return 0;
	}
	*value = value_sequence(from->kind);
	for (size_t i = 0; i < from->count; i++) {
		struct value item;

		if (value_copy(&item, &from->items[i]) < 0 || value_add(value, item) < 0) {
			value_release(value);
			return -1;
		}
	}
	return 0;
}

void value_release(struct value *value)
{
	if (value_is_sequence(value)) {
		for (size_t i = 0; i < value->count; i++)
			value_release(&value->items[i]);
		free(value->items);
	}
	if (value->kind == VALUE_TEXT || value->kind == VALUE_WORD)
		free(value->bytes);
	if (value->kind == VALUE_ADDRESS)
		free(value->address);
	*value = (struct value){ .kind = VALUE_ABSENT };
}

/* ---- asking -------------------------------------------------------------------------------------- */

bool value_is_sequence(const struct value *value)
{
	return value->kind == VALUE_LIST || value->kind == VALUE_TUPLE;
}

int value_int(const struct value *number, int64_t *result)
{
	if (number->kind != VALUE_NUMBER && number->kind != VALUE_TRUTH)
		return -1;
	if (number->magnitude > (uint64_t)INT64_MAX + number->negative)
		return -1;
	*result = number->negative ? (int64_t)-number->magnitude : (int64_t)number->magnitude;
	return 0;
}

int value_read_number(const char *text, struct value *number)
{
	const struct constant *constant = constant_find(text);
	const struct sockopt *option = sockopt_find(text, strlen(text));
	uint64_t magnitude;
	bool negative;

	if (number_parse_signed(text, &magnitude, &negative) == NUMBER_OK) {
		*number = value_unsigned(magnitude);
		number->negative = negative;
		return 0;
	}
	if (constant != NULL)
		*number = value_constant(constant->value, constant->group);
	else if (option != NULL)
		*number = value_number(option->option);
	else
		return -1;
	return 0;
}

static bool is_real(const char *text, double *real)
{
	const char *digits = text + strspn(text, "+-");

	return ((*digits >= '0' && *digits <= '9') || *digits == '.') &&
	       float_parse(text, text + strlen(text), real) == FLOAT_OK;
}

int value_settle(struct value *word)
{
	struct value settled = { .kind = VALUE_ABSENT };
	double real;

	if (word->kind != VALUE_WORD)
		return 0;
	const char *text = (const char *)word->bytes;
	if (strcmp(text, "None") == 0)
		settled = value_none();
	else if (strcmp(text, "True") == 0 || strcmp(text, "False") == 0)
		settled = value_truth(*text == 'T');
	else if (value_read_number(text, &settled) < 0 && is_real(text, &real))
		settled = value_real(real);
	if (settled.kind == VALUE_ABSENT) {
		word->kind = VALUE_TEXT;
		return 0;
	}
	value_release(word);
	*word = settled;
	return 0;
}

static double as_real(const struct value *value)
{
	if (value->kind == VALUE_REAL)
		return value->real;
	return value->negative ? -(double)value->magnitude : (double)value->magnitude;
}

static bool is_numeric(const struct value *value)
{
	return value->kind == VALUE_NUMBER || value->kind == VALUE_REAL || value->kind == VALUE_TRUTH;
}

/* An error's name as text, and the constant of that name. */
static bool is_error_name(const struct value *text, const struct value *number)
{
	const struct constant *constant;

	if (text->kind != VALUE_TEXT || number->kind != VALUE_NUMBER ||
	    (number->group != CONSTANT_ERROR && number->group != CONSTANT_LOOKUP_ERROR))
		return false;
	constant = constant_find((const char *)text->bytes);
	return constant != NULL && (int)constant->group == (int)number->group &&
	       constant->value == (number->negative ? -1 : 1) * (int64_t)number->magnitude;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (is_numeric(a) && is_numeric(b)) {
		double difference = as_real(a) - as_real(b);
		bool whole = a->kind != VALUE_REAL && b->kind != VALUE_REAL;

		return whole ? a->magnitude == b->magnitude && a->negative == b->negative
		             : !(difference < 0 || difference > 0) && difference == difference; /* not for NaN */
	}
	if (is_error_name(a, b) || is_error_name(b, a))
		return true;
	if (value_is_sequence(a) && value_is_sequence(b)) {
		bool same = a->count == b->count;

		for (size_t i = 0; same && i < a->count; i++)
			same = value_equal(&a->items[i], &b->items[i]);
		return same;
	}
	if (a->kind != b->kind)
		return false;
	if (a->kind == VALUE_TEXT || a->kind == VALUE_WORD)
		return a->count == b->count && memcmp(a->bytes, b->bytes, a->count) == 0;
	if (a->kind == VALUE_ADDRESS)
		return endpoint_equal(a->address, b->address);
	return a->kind != VALUE_OBJECT || a->object == b->object;
}

/* ---- as text ------------------------------------------------------------------------------------- */

static void write_escaped(FILE *to, const unsigned char *bytes, size_t count)
{
	char text[4 * 256];

	putc('"', to);
	for (size_t at = 0; at < count; at += 256) {
		size_t piece = count - at < 256 ? count - at : 256;
		char *end = escape_encode_letters(text, bytes + at, piece);

		fwrite(text, 1, (size_t)(end - text), to);
	}
	putc('"', to);
}

static bool is_flags(int group)
{
	return group == CONSTANT_MESSAGE || group == CONSTANT_POLL || group == CONSTANT_EPOLL || group == CONSTANT_LOOKUP ||
	       group == CONSTANT_NAME;
}

static void write_number(FILE *to, const struct value *value)
{
	const char *name = NULL;
	char flags[CONSTANT_FLAGS_MAX];

	if (value->group != VALUE_NO_GROUP && is_flags(value->group) && !value->negative)
		name = constant_flags((enum constant_group)value->group, (unsigned)value->magnitude, flags);
	else if (value->group != VALUE_NO_GROUP && !value->negative)
		name = constant_name((enum constant_group)value->group, (int64_t)value->magnitude);
	if (name != NULL)
		fputs(name, to);
	else
		fprintf(to, "%s%" PRIu64, value->negative ? "-" : "", value->magnitude);
}

static void write_real(FILE *to, double real)
{
	char text[FLOAT_TEXT_MAX + 1];
	uint64_t bits = 0;

	float_to_bits(real, 8, &bits);
	*float_write(text, bits, 8) = '\0';
	fputs(text, to);
	if (strpbrk(text, ".en") == NULL) /* Python's 2.0; "inf" and "nan" have an n */
		fputs(".0", to);
}

static void write_address(FILE *to, const struct endpoint *address)
{
	char text[ENDPOINT_TEXT_MAX];

	endpoint_format(address, text);
	if (address->address.ss_family == AF_INET || address->address.ss_family == AF_INET6)
		fputs(text, to);
	else
		write_escaped(to, (const unsigned char *)text, strlen(text));
}

static void write_sequence(FILE *to, const struct value *value)
{
	putc(value->kind == VALUE_LIST ? '[' : '(', to);
	for (size_t i = 0; i < value->count; i++) {
		if (i > 0)
			fputs(", ", to);
		value_write(to, &value->items[i]);
	}
	if (value->kind == VALUE_TUPLE && value->count == 1)
		putc(',', to);
	putc(value->kind == VALUE_LIST ? ']' : ')', to);
}

void value_write(FILE *to, const struct value *value)
{
	switch (value->kind) {
	case VALUE_ABSENT:
	case VALUE_NONE:
		fputs("None", to);
		break;
	case VALUE_TRUTH:
		fputs(value->magnitude != 0 ? "True" : "False", to);
		break;
	case VALUE_NUMBER:
		write_number(to, value);
		break;
	case VALUE_REAL:
		write_real(to, value->real);
		break;
	case VALUE_TEXT:
	case VALUE_WORD:
		write_escaped(to, value->bytes, value->count);
		break;
	case VALUE_ADDRESS:
		write_address(to, value->address);
		break;
	case VALUE_LIST:
	case VALUE_TUPLE:
		write_sequence(to, value);
		break;
	case VALUE_OBJECT:
		object_write(to, value->object);
		break;
	}
}

char *value_text(const struct value *value, bool plain, size_t *length)
{
	char *text = NULL;
	FILE *memory = open_memstream(&text, length);

	if (memory == NULL)
		return NULL;
	if (plain && (value->kind == VALUE_TEXT || value->kind == VALUE_WORD))
		fwrite(value->bytes, 1, value->count, memory);
	else
		value_write(memory, value);
	if (fclose(memory) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
