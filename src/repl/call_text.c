/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What Python's examples do to texts around their calls: bytes, str, repr, len, encode, decode, format. Text and bytes
 * are the same here. */
#include "platform.h"

#include "repl/call.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Moves the first argument, a text, into the result. */
static int run_same(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	*result = arguments[0];
	arguments[0] = (struct value){ .kind = VALUE_ABSENT };
	return 0;
}

/* A value as text: a text itself (PLAIN), or as it is shown. */
static int as_text(struct repl *repl, const struct value *value, bool plain, struct value *result)
{
	size_t length = 0;
	char *text = value_text(value, plain, &length);
	int status = text == NULL || value_set_text(result, text, length) < 0 ? repl_fail_memory(repl) : 0;

	free(text);
	return status;
}

static int run_str(struct repl *repl, struct value *arguments, struct value *result)
{
	return as_text(repl, &arguments[0], true, result);
}

static int run_repr(struct repl *repl, struct value *arguments, struct value *result)
{
	return as_text(repl, &arguments[0], false, result);
}

static int run_len(struct repl *repl, struct value *arguments, struct value *result)
{
	if (arguments[0].kind != VALUE_TEXT && !value_is_sequence(&arguments[0]))
		return repl_fail(repl, "TypeError", "only texts, lists and tuples have a length");
	*result = value_unsigned(arguments[0].count);
	return 0;
}

static int run_upper(struct repl *repl, struct value *arguments, struct value *result)
{
	for (size_t i = 0; i < arguments[0].count; i++) {
		if (arguments[0].bytes[i] < 0x80)
			arguments[0].bytes[i] = (unsigned char)toupper(arguments[0].bytes[i]);
	}
	return run_same(repl, arguments, result);
}

/* The template's {} one after the other become VALUES. */
static int run_format(struct repl *repl, struct value *arguments, struct value *result)
{
	const char *at = (const char *)arguments[0].bytes, *end = at + arguments[0].count;
	const struct value *values = &arguments[1];
	size_t length = 0, next = 0;
	char *text = NULL;
	FILE *memory = open_memstream(&text, &length);

	if (memory == NULL)
		return repl_fail_memory(repl);
	while (at < end) {
		if (end - at > 1 && at[0] == '{' && at[1] == '}' && next < values->count) {
			const struct value *value = &values->items[next++];

			if (value->kind == VALUE_TEXT)
				fwrite(value->bytes, 1, value->count, memory);
			else
				value_write(memory, value);
			at += 2;
		} else {
			putc(*at++, memory);
		}
	}
	int status = fclose(memory) != 0 || value_set_text(result, text, length) < 0 ? repl_fail_memory(repl) : 0;
	free(text);
	return status;
}

const struct call call_text_rows[] = {
	{ "bytes", "data:bytes [encoding:text]", "", "bytes(source, encoding)", "the bytes of a text, which are the same here", "",
	  run_same },
	{ "encode", "data:bytes [encoding:text]", "", "str.encode(encoding)", "the bytes of a text, which are the same here", "",
	  run_same },
	{ "decode", "data:bytes [encoding:text]", "", "bytes.decode(encoding)", "the text of bytes, which is the same here", "",
	  run_same },
	{ "str", "value:any [encoding:text]", "", "str(object, encoding)", "a value as text", "", run_str },
	{ "repr", "value:any", "", "repr(object)", "a value as it is shown: text in quotes", "", run_repr },
	{ "len", "value:any", "size_t strlen(const char *s)", "len(s)", "the number of bytes, or of things in a list", "", run_len },
	{ "upper", "data:bytes", "int toupper(int c)", "bytes.upper()", "a text in capitals", "", run_upper },
	{ "format", "template:bytes values:any...", "", "str.format(...)", "a text whose {} are values, one after the other", "",
	  run_format },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
