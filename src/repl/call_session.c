/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls about the session itself: print, sleep, expect, exit, help. */
#include "platform.h"

#include "bytes/visible.h"
#include "core/deadline.h"
#include "repl/call.h"
#include "repl/wait.h"

#include <stdlib.h>
#include <string.h>

/* ---- print, expect, sleep, exit ------------------------------------------------------------------ */

/* Text as it is; on a terminal without what could rewrite the screen. */
static int put_text(struct repl *repl, const char *text, size_t length)
{
	struct visible visible = { 0 };
	unsigned char *harmless;

	if (!repl->out_is_terminal) {
		fwrite(text, 1, length, repl->out);
		return 0;
	}
	harmless = malloc(4 * (length + 3));
	if (harmless == NULL)
		return repl_fail_memory(repl);
	size_t count = visible_apply(&visible, (const unsigned char *)text, length, harmless);
	count += visible_apply(&visible, NULL, 0, harmless + count);
	fwrite(harmless, 1, count, repl->out);
	free(harmless);
	return 0;
}

static int run_print(struct repl *repl, struct value *arguments, struct value *result)
{
	int status = 0;

	(void)result;
	for (size_t i = 0; status == 0 && i < arguments[0].count; i++) {
		size_t length = 0;
		char *text = value_text(&arguments[0].items[i], true, &length);

		if (text == NULL)
			return repl_fail_memory(repl);
		if (i > 0)
			putc(' ', repl->out);
		status = put_text(repl, text, length);
		free(text);
	}
	putc('\n', repl->out);
	return status;
}

/* Several words are a tuple. What is wanted may also be the result as it is shown. */
static bool is_expected(const struct value *wanted, const struct value *got)
{
	size_t length = 0;
	char *shown;
	bool same;

	if (value_equal(wanted, got))
		return true;
	if (wanted->kind != VALUE_TEXT || got->kind == VALUE_TEXT)
		return false;
	if (got->kind == VALUE_ADDRESS) { /* a path without quotes too */
		char address[ENDPOINT_TEXT_MAX];

		return strcmp(endpoint_format(got->address, address), (const char *)wanted->bytes) == 0;
	}
	shown = value_text(got, false, &length);
	same = shown != NULL && length == wanted->count && memcmp(shown, wanted->bytes, length) == 0;
	free(shown);
	return same;
}

static int run_expect(struct repl *repl, struct value *arguments, struct value *result)
{
	struct value all = arguments[0];
	const struct value *wanted = all.count == 1 ? &all.items[0] : &all;
	size_t length;

	(void)result;
	if (all.count == 0)
		return repl_fail(repl, "TypeError", "too few words: expect VALUE");
	if (is_expected(wanted, &repl->last))
		return 0;
	char *expected = value_text(wanted, false, &length), *got = value_text(&repl->last, false, &length);
	if (expected == NULL || got == NULL)
		repl_fail_memory(repl);
	else
		repl_fail(repl, "AssertionError", "expected %.200s, got %.200s", expected, got);
	free(expected);
	free(got);
	return -1;
}

static int run_sleep(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct value *seconds = &arguments[0];
	double wanted = seconds->kind == VALUE_REAL ? seconds->real : (double)seconds->magnitude;
	int64_t end = deadline_add(deadline_now(), wanted < 9e9 ? (int64_t)(wanted * 1e9) : INT64_MAX);

	(void)result;
	return wait_quietly(repl, end);
}

static int run_exit(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)arguments;
	(void)result;
	repl->exits = true;
	return 0;
}

/* ---- help ---------------------------------------------------------------------------------------- */

static void show_call(FILE *to, const struct call *call)
{
	char usage[CALL_USAGE_MAX];

	fprintf(to, "%s\n  %s.\n", call_usage(call, usage), call->help);
	if (*call->prototype != '\0')
		fprintf(to, "  C       %s\n", call->prototype);
	if (*call->signature != '\0')
		fprintf(to, "  Python  %s\n", call->signature);
	if (*call->errors != '\0')
		fprintf(to, "  errors  %s\n", call->errors);
}

/* The names alone, for a terminal, which the usages would fill three times. */
static void list_names(FILE *to)
{
	enum { INDENT = 18, WIDTH = 79 };
	const struct call *call;
	const char *group = "";
	size_t column = 0;

	for (size_t at = 0; (call = call_next(&at)) != NULL;) {
		bool is_new = strcmp(group, call_group(call)) != 0;

		group = call_group(call);
		if (is_new || column + 1 + strlen(call->name) > WIDTH) {
			fprintf(to, "%s  %-*s", at > 1 ? "\n" : "", INDENT - 2, is_new ? group : "");
			column = INDENT;
		}
		fprintf(to, " %s", call->name);
		column += 1 + strlen(call->name);
	}
	putc('\n', to);
}

static int run_help(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct call *call;
	char usage[CALL_USAGE_MAX];

	(void)result;
	if (arguments[0].kind == VALUE_TEXT) {
		const char *name = (const char *)arguments[0].bytes;

		name = strrchr(name, '.') != NULL ? strrchr(name, '.') + 1 : name;
		call = call_find(name);
		if (call == NULL)
			return repl_fail(repl, "NameError", "%.80s: no such call (help lists them)", name);
		show_call(repl->out, call);
		return 0;
	}
	fputs("A line is [NAME[, NAME]... =] [try] CALL [WORD]...; Python's spelling is\nunderstood too. help CALL tells more.\n\n",
	      repl->out);
	if (repl->out_is_terminal) {
		list_names(repl->out);
		return 0;
	}
	for (size_t at = 0; (call = call_next(&at)) != NULL;)
		fprintf(repl->out, "  %s\n", call_usage(call, usage));
	return 0;
}

const struct call call_session_rows[] = {
	{ "print", "values:any...", "", "print(*objects)", "print values, texts without quotes", "", run_print },
	{ "sleep", "seconds:seconds", "unsigned int sleep(unsigned int seconds)", "time.sleep(secs)", "wait for SECONDS", "", run_sleep },
	{ "expect", "value:any...", "void assert(scalar expression)", "assert", "fail unless the last result equals VALUE", "AssertionError", run_expect },
	{ "help", "[call:text]", "", "help(object)", "list the calls, or tell of one what it does", "", run_help },
	{ "exit", "", "void exit(int status)", "exit()", "end the session, and all its sockets", "", run_exit },
	{ "quit", "", "", "quit()", "the same as exit", "", run_exit },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
