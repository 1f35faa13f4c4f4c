/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any line of nsk repl, run, with those calls alone that ask nobody: numbers, packing, texts (the linker's --wrap hides the
 * others). A failure has a name; what is printed for a terminal holds nothing that it would obey; a text or a number, as it
 * is shown, is a line that means the same. */
#include "platform.h"

#include "require.h"

#include "bytes/utf8.h"
#include "repl/call.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const struct call *__wrap_call_find(const char *name);
const struct call *__real_call_find(const char *name);
const char *__wrap_nearest_find(const char *word, const char *const *names, int count);
const char *__real_nearest_find(const char *word, const char *const *names, int count);

/* Which name is meant is told from a few, or nothing else would be done. */
const char *__wrap_nearest_find(const char *word, const char *const *names, int count)
{
	return __real_nearest_find(word, names, count < 4 ? count : 4);
}

const struct call *__wrap_call_find(const char *name)
{
	static const struct call *const tables[] = { call_number_rows, call_packing_rows, call_text_rows };

	for (size_t table = 0; table < sizeof tables / sizeof *tables; table++) {
		for (const struct call *call = tables[table]; call->name != NULL; call++) {
			if (strcmp(call->name, name) == 0)
				return strncmp(name, "if_", 3) == 0 ? NULL : call;
		}
	}
	return strcmp(name, "print") == 0 || strcmp(name, "expect") == 0 ? __real_call_find(name) : NULL;
}

/* Not a line that asks for much memory, which it would get: numbers of six digits at most, * between no more than
 * a word and a short number, + a few times. */
NOT_FOLLOWED static bool is_modest(const char *line, size_t length)
{
	unsigned digits = 0, pluses = 0, stars = 0, bars = 0;

	for (size_t i = 0; i < length; i++) {
		digits = line[i] >= '0' && line[i] <= '9' ? digits + 1 : 0;
		if (digits > 6)
			return false;
		pluses += line[i] == '+';
		bars += line[i] == '|';
		if (line[i] != '*')
			continue;
		size_t after = ++i;
		while (i < length && line[i] >= '0' && line[i] <= '9')
			i++;
		stars++;
		if (i - after == 0 || i - after > 3 || (i < length && strchr(" )];", line[i]) == NULL))
			return false;
	}
	return pluses <= 12 && stars <= 1 && (stars == 0 || pluses + bars == 0);
}

static void say(const char *line, void *context)
{
	(void)line;
	(void)context;
}

NOT_FOLLOWED static void check_printed(const unsigned char *text, size_t length)
{
	require(utf8_is_valid(text, length));
	for (size_t i = 0; i < length; i++) {
		bool is_plain = text[i] == '\n' || text[i] == '\t' || text[i] == '\r';

		require((text[i] >= 0x20 || is_plain) && text[i] != 0x7f && (text[i] != 0xc2 || text[i + 1] >= 0xa0));
	}
}

/* VALUE, as it is shown, is a word that means it. */
static void check_again(struct repl *repl, const struct value *value)
{
	size_t length = 0;
	char *shown = value_text(value, false, &length);
	char *line = malloc(length + 5);

	require(shown != NULL && line != NULL);
	memcpy(line, "x = ", 4);
	memcpy(line + 4, shown, length + 1);
	require(repl_run(repl, line, length + 4) == REPL_OK);
	const struct value *again = repl_variable(repl, "x", 1);
	require(again != NULL && again->kind == value->kind && value_equal(again, value));
	free(shown);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct repl repl = { .out_is_terminal = true, .say = say };
	struct value last;
	char *printed = NULL;
	size_t length = 0;

	if (!is_modest((const char *)data, size) || (repl.out = open_memstream(&printed, &length)) == NULL)
		return 0;
	repl_init(&repl);
	enum repl_result result = repl_run(&repl, (const char *)data, size);
	require(result == REPL_OK || (result == REPL_FAILED && repl.error_name[0] != '\0' && repl.error_text[0] != '\0'));
	check_printed((const unsigned char *)repl.error_text, strlen(repl.error_text));
	require(value_copy(&last, &repl.last) == 0);
	if (last.kind == VALUE_TEXT || (last.kind == VALUE_NUMBER && last.group == VALUE_NO_GROUP))
		check_again(&repl, &last);
	value_release(&last);
	repl_release(&repl);
	fclose(repl.out);
	check_printed((const unsigned char *)printed, length);
	free(printed);
	return 0;
}
