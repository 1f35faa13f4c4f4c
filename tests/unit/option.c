/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Option rows of every kind, and where options end. What is refused says so on stderr, which goes to
 * /dev/null here; the messages are looked at by tests/cli.bats. */
#include "platform.h"

#include "cli/message.h"
#include "cli/option.h"

#include "tap.h"

#include <stdlib.h>

enum { WORDS_MAX = 40 };

struct inner_settings {
	bool flag;
	int64_t family;
};

struct settings {
	bool flag;
	int64_t count, number, size, duration, choice;
	const char *text, *file;
	struct option_list list;
	struct inner_settings inner;
	char **program;
};

static const struct option_spec inner_options[] = {
	OPTION_HEADING("Inner"),
	SET('4', NULL, struct inner_settings, family, 4, "four"),
	SET('6', NULL, struct inner_settings, family, 6, "six"),
	FLAG(0, "inner-flag", struct inner_settings, flag, "an included flag"),
	OPTION_END,
};

static const struct option_spec options[] = {
	FLAG('f', "flag", struct settings, flag, "a flag"),
	COUNT('v', "verbose", struct settings, count, "a count"),
	NUMBER('n', "number", "N", -5, 4096, struct settings, number, "a number"),
	SIZE('s', "size", 1, 1 << 30, struct settings, size, "a size"),
	DURATION('w', "wait", struct settings, duration, "a duration"),
	CHOICE(0, "on-end", "end|continue", struct settings, choice, "a choice"),
	TEXT('t', "text", "TEXT", struct settings, text, "a text"),
	FILE_NAME(0, "input", struct settings, file, "a file"),
	LIST('O', "option", "NAME", struct settings, list, "a list"),
	INCLUDE(struct settings, inner, inner_options, struct inner_settings),
	PROGRAM("exec", struct settings, program, "a program"),
	REFUSED('l', "listen", "write something else"),
	OPTION_END,
};

/* What one call of option_parse gave. */
struct outcome {
	int status;
	struct settings settings;
	struct option_result result;
};

/* Parses the words of LINE, blanks between them; "''" is an empty word. The words live until outcome_release. */
static struct outcome parse(const char *line, enum option_order order)
{
	static char buffer[512];
	static char *words[WORDS_MAX + 1];
	struct outcome outcome = { .settings = { .choice = -1 } };
	int count = 0;

	snprintf(buffer, sizeof buffer, "command %s", line);
	for (char *word = strtok(buffer, " "); word != NULL && count < WORDS_MAX; word = strtok(NULL, " "))
		words[count++] = strcmp(word, "''") == 0 ? word + 2 : word;
	words[count] = NULL;
	outcome.status = option_parse(options, order, count, words, &outcome.settings, &outcome.result);
	return outcome;
}

static void outcome_release(struct outcome *outcome)
{
	option_release(options, &outcome->settings, &outcome->result);
}

static void test_kinds(void)
{
	struct outcome got = parse("-f -vv --verbose -n 7 -s 64k -w 500ms --on-end continue -t x --input a.txt -O a "
	                           "--option=b -Oc -6 --inner-flag one two",
	                           OPTION_ORDER_MIXED);

	CHECK_INT(got.status, 0);
	CHECK(got.settings.flag);
	CHECK_INT(got.settings.count, 3);
	CHECK_INT(got.settings.number, 7);
	CHECK_INT(got.settings.size, 65536);
	CHECK_INT(got.settings.duration, 500000000);
	CHECK_INT(got.settings.choice, 1);
	CHECK_TEXT(got.settings.text, "x");
	CHECK_TEXT(got.settings.file, "a.txt");
	CHECK_INT((int64_t)got.settings.list.count, 3);
	if (got.settings.list.count == 3) {
		CHECK_TEXT(got.settings.list.items[0], "a");
		CHECK_TEXT(got.settings.list.items[1], "b");
		CHECK_TEXT(got.settings.list.items[2], "c");
	}
	CHECK_INT(got.settings.inner.family, 6);
	CHECK(got.settings.inner.flag);
	CHECK_INT(got.result.count, 2);
	CHECK_TEXT(got.result.operands[1], "two");
	CHECK(!got.result.help_wanted);
	outcome_release(&got);
}

static void test_spellings(void)
{
	struct outcome got = parse("--number=-5 --text=a=b -fvn3 -t -f", OPTION_ORDER_MIXED);

	CHECK_INT(got.status, 0);
	CHECK_INT(got.settings.number, 3); /* the last one counts */
	CHECK_TEXT(got.settings.text, "-f");
	CHECK(got.settings.flag);
	CHECK_INT(got.settings.count, 1);
	outcome_release(&got);

	got = parse("--text= -- -f", OPTION_ORDER_MIXED);
	CHECK_INT(got.status, 0);
	CHECK_TEXT(got.settings.text, "");
	CHECK(!got.settings.flag);
	CHECK_INT(got.result.count, 1);
	CHECK_TEXT(got.result.operands[0], "-f");
	outcome_release(&got);

	got = parse("--text -- -t --flag x", OPTION_ORDER_MIXED); /* arguments, whatever they look like */
	CHECK_INT(got.status, 0);
	CHECK_TEXT(got.settings.text, "--flag");
	CHECK_INT(got.result.count, 1);
	outcome_release(&got);
}

static void test_order(void)
{
	struct outcome got = parse("one -f two -v -- -v three", OPTION_ORDER_MIXED);

	CHECK_INT(got.status, 0);
	CHECK(got.settings.flag);
	CHECK_INT(got.settings.count, 1);
	CHECK_INT(got.result.count, 4);
	CHECK_TEXT(got.result.operands[0], "one");
	CHECK_TEXT(got.result.operands[1], "two");
	CHECK_TEXT(got.result.operands[2], "-v");
	CHECK_TEXT(got.result.operands[3], "three");
	outcome_release(&got);

	got = parse("-v <h -5 -f --nonsense --", OPTION_ORDER_OPTIONS_FIRST);
	CHECK_INT(got.status, 0);
	CHECK_INT(got.settings.count, 1);
	CHECK(!got.settings.flag);
	CHECK_INT(got.result.count, 5);
	CHECK_TEXT(got.result.operands[1], "-5");
	CHECK_TEXT(got.result.operands[4], "--");
	outcome_release(&got);

	got = parse("-v -- -f", OPTION_ORDER_OPTIONS_FIRST);
	CHECK_INT(got.status, 0);
	CHECK_INT(got.result.count, 1);
	CHECK_TEXT(got.result.operands[0], "-f");
	outcome_release(&got);

	got = parse("- '' -f", OPTION_ORDER_MIXED); /* a lone dash and an empty word are operands */
	CHECK_INT(got.status, 0);
	CHECK_INT(got.result.count, 2);
	CHECK_TEXT(got.result.operands[0], "-");
	CHECK_TEXT(got.result.operands[1], "");
	CHECK(got.settings.flag);
	outcome_release(&got);

	got = parse("", OPTION_ORDER_MIXED);
	CHECK_INT(got.status, 0);
	CHECK_INT(got.result.count, 0);
	outcome_release(&got);
}

static void test_program(void)
{
	struct outcome got = parse("host 80 --exec -v -- cat -n -- x", OPTION_ORDER_MIXED);

	CHECK_INT(got.status, 0);
	CHECK_INT(got.result.count, 2);
	CHECK_INT(got.settings.count, 1);
	if (got.settings.program != NULL) {
		CHECK_TEXT(got.settings.program[0], "cat");
		CHECK_TEXT(got.settings.program[1], "-n");
		CHECK_TEXT(got.settings.program[2], "--");
		CHECK_TEXT(got.settings.program[3], "x");
		CHECK(got.settings.program[4] == NULL);
	}
	outcome_release(&got);

	got = parse("host 80 --exec cat", OPTION_ORDER_MIXED);
	CHECK_INT(got.status, STATUS_USAGE);
	outcome_release(&got);

	got = parse("host 80 --exec --", OPTION_ORDER_MIXED);
	CHECK_INT(got.status, STATUS_USAGE);
	outcome_release(&got);
}

static void test_help(void)
{
	static const char *const lines[] = { "-h", "--help", "one -fh --nonsense", "--help -n x" };

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct outcome got = parse(lines[i], OPTION_ORDER_MIXED);

		CHECK_INT(got.status, 0);
		CHECK(got.result.help_wanted);
		outcome_release(&got);
	}
	struct outcome got = parse("-- -h", OPTION_ORDER_MIXED);
	CHECK(!got.result.help_wanted);
	outcome_release(&got);
}

static void test_refusals(void)
{
	static const char *const lines[] = {
		"--verb", "--verbos", "--flag=1", "--help=1", "--nonsense", "--nonsense=1", "--=1", "---", "-z", "-fz",
		"--number", "-n", "-n x", "-n 4097", "-n -6", "-s 0", "-s x", "-s 2G", "-w x", "-w ''", "-w -1", "--wait=1d",
		"--on-end", "--on-end en", "--on-end ends", "--on-end ''", "--on-end end|continue", "-l", "--listen", "-fl",
		"--inner", "--Flag", "-O", "--text", "--no-flag",
		"--a-very-long-option-name-that-is-longer-than-any-that-there-could-ever-be-in-a-table",
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct outcome got = parse(lines[i], OPTION_ORDER_MIXED);

		tap_check(got.status == STATUS_USAGE, __FILE__, __LINE__, lines[i]);
		outcome_release(&got);
	}
	struct outcome got = parse("-O a -O b --nonsense", OPTION_ORDER_MIXED); /* nothing leaks */
	CHECK_INT(got.status, STATUS_USAGE);
	outcome_release(&got);
}

static void test_walk(void)
{
	struct option_cursor cursor;
	const struct option_spec *row;
	size_t offset;
	int count = 0;

	option_walk(&cursor, options);
	while ((row = option_next(&cursor, &offset)) != NULL) {
		count++;
		if (row->name != NULL && strcmp(row->name, "inner-flag") == 0)
			CHECK(offset == offsetof(struct settings, inner) + offsetof(struct inner_settings, flag));
	}
	CHECK_INT(count, 15); /* the include itself is not told, its heading is */
	option_walk(&cursor, NULL);
	CHECK(option_next(&cursor, NULL) == NULL);
}

int main(void)
{
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	test_kinds();
	test_spellings();
	test_order();
	test_program();
	test_help();
	test_refusals();
	test_walk();
	return tap_end();
}
