/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Option rows of every kind, and where options end. What is refused says so on stderr, which is a file here. */
#include "platform.h"

#include "cli/message.h"
#include "cli/option.h"
#include "view/color.h"

#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

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
	REFUSED('l', "listen", "write something else: nsk {HOST PORT}"),
	REFUSED_WITH('p', "port", "PORT", "write nsk <PORT>"),
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
	got = parse("-h x --color=never", OPTION_ORDER_MIXED); /* added to the line behind it */
	CHECK_INT(got.result.color, COLOR_NEVER);
	outcome_release(&got);
	got = parse("-h -- --color=never", OPTION_ORDER_MIXED);
	CHECK_INT(got.result.color, COLOR_AUTO);
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

/* What LINE is refused with, behind "nsk: "; "" if it is not. Static, good until the next call. */
static const char *complaint(const char *line)
{
	static char text[1000];
	static const char start[] = "nsk: ";
	struct outcome got;
	ssize_t length;

	if (ftruncate(STDERR_FILENO, 0) < 0 || lseek(STDERR_FILENO, 0, SEEK_SET) < 0)
		abort();
	got = parse(line, OPTION_ORDER_MIXED);
	CHECK(got.status == STATUS_USAGE || got.result.help_wanted);
	outcome_release(&got);
	length = pread(STDERR_FILENO, text, sizeof text - 1, 0);
	text[length < 0 ? 0 : length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return strncmp(text, start, sizeof start - 1) == 0 ? text + sizeof start - 1 : text;
}

static void test_words_of_refusals(void)
{
	CHECK_TEXT(complaint("--verbos"), "unknown option --verbos; did you mean --verbose?");
	CHECK_TEXT(complaint("--nonsense=1"), "unknown option --nonsense");
	CHECK_TEXT(complaint("-fz"), "unknown option -z");
	CHECK_TEXT(complaint("-n"), "-n needs an argument: -n N");
	CHECK_TEXT(complaint("--number"), "--number needs an argument: --number N");
	CHECK_TEXT(complaint("--flag=1"), "--flag takes no argument");
	CHECK_TEXT(complaint("-n 4097"), "-n '4097': out of range: -5 to 4096");
	CHECK_TEXT(complaint("--on-end xyz"), "--on-end 'xyz': not one of end|continue");
	CHECK_TEXT(complaint("--exec cat -v"), "--exec needs a program behind --: nsk command --exec -- cat");
	CHECK_TEXT(complaint("--exec cat host 80"), "--exec needs a program behind --: nsk command host 80 --exec -- cat");
	CHECK_TEXT(complaint("host 80 --exec"), "--exec needs a program behind --: nsk command host 80 --exec -- PROGRAM [ARG]...");
}

/* The first habit of another tool is told, unless a later one has an argument; the rest gives its operands alone. */
static void test_habits(void)
{
	CHECK_TEXT(complaint("-l host 80"), "-l: write something else: nsk host 80");
	CHECK_TEXT(complaint("-l -f host -n 5 -- 80"), "-l: write something else: nsk host 80");
	CHECK_TEXT(complaint("--listen -p 80"), "-p: write nsk 80");
	CHECK_TEXT(complaint("-p 80 -l"), "-p: write nsk 80");
	CHECK_TEXT(complaint("-l -p"), "-l: write something else: nsk HOST PORT");
	CHECK_TEXT(complaint("--port"), "--port: write nsk PORT");
	CHECK_TEXT(complaint("-l host -z 80"), "-l: write something else: nsk host");
	CHECK_TEXT(complaint("-l host --nonsense 80"), "-l: write something else: nsk host");
	CHECK_TEXT(complaint("host -l --exec -- cat"), "-l: write something else: nsk host cat");
	CHECK_TEXT(complaint("host --exec -l -- cat"), "-l: write something else: nsk host cat");
}

/* Rows past those that there is room for are not known, and nothing else is harmed. */
static void test_long_table(void)
{
	enum { ROWS = 200 };
	static struct option_spec table[ROWS + 1];
	static char names[ROWS][16];
	bool flags[ROWS] = { false };
	struct option_result result;

	for (int i = 0; i < ROWS; i++) {
		snprintf(names[i], sizeof names[i], "row-%d", i);
		table[i] = (struct option_spec){ .kind = OPTION_KIND_FLAG, .name = names[i], .help = "a flag", .offset = (uint32_t)i };
	}
	CHECK_INT(option_parse(table, OPTION_ORDER_MIXED, 3, (char *[]){ "command", "--row-0", "--row-99", NULL }, flags, &result), 0);
	CHECK(flags[0] && flags[99] && !flags[50]);
	option_release(table, flags, &result);
	CHECK_INT(option_parse(table, OPTION_ORDER_MIXED, 2, (char *[]){ "command", "--row-199", NULL }, flags, &result), STATUS_USAGE);
	CHECK(!flags[199]);
	option_release(table, flags, &result);
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
	CHECK_INT(count, 16); /* the include itself is not told, its heading is */
	option_walk(&cursor, NULL);
	CHECK(option_next(&cursor, NULL) == NULL);
}

int main(void)
{
	FILE *said = tmpfile();

	if (said == NULL || dup2(fileno(said), STDERR_FILENO) < 0)
		return 1;
	test_kinds();
	test_spellings();
	test_order();
	test_program();
	test_help();
	test_refusals();
	test_words_of_refusals();
	test_habits();
	test_long_table();
	test_walk();
	return tap_end();
}
