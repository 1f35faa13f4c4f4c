/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See format.h. Two tables of codes, one walk over the text. */
#include "platform.h"

#include "bytes/format.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct code {
	const char *type;
	enum format_kind kind;
	char code;
	unsigned char standard;  /* bytes under = < > !; 0: there is none */
	unsigned char native;    /* bytes under @ */
	unsigned char alignment; /* under @ */
};

#define CODE(code_, kind_, standard_, type_) \
	{ #type_, kind_, code_, standard_, sizeof(type_), alignof(type_) }

static const struct code codes[] = {
	{ "pad byte", FORMAT_PAD, 'x', 1, 1, 1 },
	{ "char[]", FORMAT_TEXT, 's', 1, 1, 1 },
	{ "length and char[]", FORMAT_PASCAL, 'p', 1, 1, 1 },
	{ "half float", FORMAT_FLOAT, 'e', 2, 2, alignof(short) },
	CODE('c', FORMAT_CHAR, 1, char),
	CODE('b', FORMAT_SIGNED, 1, signed char),
	CODE('B', FORMAT_UNSIGNED, 1, unsigned char),
	{ "bool", FORMAT_BOOL, '?', 1, sizeof(_Bool), alignof(_Bool) },
	CODE('h', FORMAT_SIGNED, 2, short),
	CODE('H', FORMAT_UNSIGNED, 2, unsigned short),
	CODE('i', FORMAT_SIGNED, 4, int),
	CODE('I', FORMAT_UNSIGNED, 4, unsigned int),
	CODE('l', FORMAT_SIGNED, 4, long),
	CODE('L', FORMAT_UNSIGNED, 4, unsigned long),
	CODE('q', FORMAT_SIGNED, 8, long long),
	CODE('Q', FORMAT_UNSIGNED, 8, unsigned long long),
	{ "ssize_t", FORMAT_SIGNED, 'n', 0, sizeof(size_t), alignof(size_t) },
	CODE('N', FORMAT_UNSIGNED, 0, size_t),
	{ "void *", FORMAT_POINTER, 'P', 0, sizeof(void *), alignof(void *) },
	CODE('f', FORMAT_FLOAT, 4, float),
	CODE('d', FORMAT_FLOAT, 8, double),
};

/* Where the walk is. */
struct walk {
	const char *text, *at;
	struct format *format;
	struct format_error *error;
};

static const char order_characters[] = " @=<>!";

static bool host_is_big(void)
{
	static const uint16_t probe = 1;
	unsigned char first;

	memcpy(&first, &probe, 1);
	return first == 0;
}

static int fail(struct walk *walk, const char *reason, const char *at)
{
	*walk->error = (struct format_error){ reason, (size_t)(at - walk->text) };
	return -1;
}

static int take_order(struct walk *walk, enum format_order given)
{
	const char *found = *walk->at != '\0' ? strchr(order_characters + 1, *walk->at) : NULL;
	enum format_order order = given;

	if (found != NULL && given != FORMAT_ORDER_GIVEN)
		return fail(walk, "the byte order is given twice", walk->at);
	if (found != NULL) {
		order = (enum format_order)(found - order_characters);
		walk->at++;
	}
	if (order == FORMAT_ORDER_GIVEN)
		order = FORMAT_ORDER_NATIVE;
	walk->format->order = order;
	if (order == FORMAT_ORDER_NATIVE || order == FORMAT_ORDER_STANDARD)
		walk->format->is_big = host_is_big();
	else
		walk->format->is_big = order != FORMAT_ORDER_LITTLE;
	return 0;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads the count before a code, 1 if there is none. */
static int take_count(struct walk *walk, size_t *count)
{
	const char *begin = walk->at;
	size_t sum = 0;

	*count = 1;
	if (!is_digit(*walk->at))
		return 0;
	for (; is_digit(*walk->at); walk->at++) {
		size_t digit = (size_t)(*walk->at - '0');

		if (sum > ((size_t)PTRDIFF_MAX - digit) / 10)
			return fail(walk, "the count is too large", begin);
		sum = sum * 10 + digit;
	}
	if (*walk->at == '\0')
		return fail(walk, "a count without a code", begin);
	if (is_space(*walk->at))
		return fail(walk, "white space between a count and its code", walk->at);
	*count = sum;
	return 0;
}

static const struct code *find_code(char wanted)
{
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		if (codes[i].code == wanted)
			return &codes[i];
	}
	return NULL;
}

static size_t count_values(enum format_kind kind, size_t count)
{
	if (kind == FORMAT_TEXT || kind == FORMAT_PASCAL)
		return 1;
	return kind == FORMAT_PAD ? 0 : count;
}

/* Appends COUNT items of CODE behind what is there, aligned if the order is native. */
static int append(struct walk *walk, const struct code *code, size_t count, const char *begin)
{
	struct format *format = walk->format;
	bool is_native = format->order == FORMAT_ORDER_NATIVE;
	size_t width = is_native ? code->native : code->standard;
	size_t misplaced = is_native ? format->size % code->alignment : 0;
	size_t padding = misplaced == 0 ? 0 : code->alignment - misplaced;
	size_t values = count_values(code->kind, count);

	if (padding > (size_t)PTRDIFF_MAX - format->size ||
	    count > ((size_t)PTRDIFF_MAX - format->size - padding) / width)
		return fail(walk, "the size is too large", begin);
	format->fields[format->field_count++] = (struct format_field){
		.kind = code->kind,
		.code = code->code,
		.is_big = format->is_big,
		.width = (unsigned)width,
		.count = count,
		.values = values,
		.offset = format->size + padding,
		.padding = padding,
		.position = (size_t)(walk->at - walk->text),
		.type = code->type,
	};
	format->size += padding + count * width;
	format->value_count += values;
	if (padding > 0 || code->kind == FORMAT_PAD)
		format->has_gaps = true;
	return 0;
}

static int take_field(struct walk *walk)
{
	const char *begin = walk->at;
	const struct code *code;
	size_t count;

	if (take_count(walk, &count) < 0)
		return -1;
	code = find_code(*walk->at);
	if (code == NULL)
		return fail(walk, strchr(order_characters + 1, *walk->at) != NULL
		                          ? "a byte order stands first or not at all" : "there is no such code",
		            walk->at);
	if (code->standard == 0 && walk->format->order != FORMAT_ORDER_NATIVE)
		return fail(walk, "this code is native only (@)", walk->at);
	if (append(walk, code, count, begin) < 0)
		return -1;
	walk->at++;
	return 0;
}

int format_compile(struct format *format, const char *text, enum format_order order, struct format_error *error)
{
	struct walk walk = { .text = text, .at = text, .format = format, .error = error };

	*error = (struct format_error){ NULL, 0 };
	*format = (struct format){ .fields = calloc(strlen(text) + 1, sizeof *format->fields) };
	if (format->fields == NULL || take_order(&walk, order) < 0)
		goto refused;
	for (;;) {
		while (is_space(*walk.at))
			walk.at++;
		if (*walk.at == '\0')
			return 0;
		if (take_field(&walk) < 0)
			goto refused;
	}
refused:
	format_release(format);
	return -1;
}

void format_release(struct format *format)
{
	free(format->fields);
	*format = (struct format){ 0 };
}
