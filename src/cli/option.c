/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From rows to getopt_long and back. getopt runs in order ("-"), so that operands are collected here
 * and it is known where "--" stood. Abbreviated long options are refused before getopt sees them. */
#include "platform.h"

#include "cli/option.h"

#include "cli/message.h"
#include "cli/nearest.h"
#include "cli/suggestion.h"
#include "cli/value.h"
#include "view/color.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTIONS_MAX = 128,
	LONG_ONLY = 256 /* val of getopt's long options: this plus the index into rows */
};

/* What getopt wants, and the rows behind it. */
struct parser {
	const struct option_spec *rows[OPTIONS_MAX];
	size_t offsets[OPTIONS_MAX];
	int count;
	struct option longs[OPTIONS_MAX + 1];
	int long_count;
	char shorts[2 * OPTIONS_MAX + 8];
	const struct option_spec *program; /* a PROGRAM row that was given */
	size_t program_offset;
	int program_at; /* how many operands stood before it */
	const struct option_spec *refused; /* a habit of another tool that was met, and how it was written */
	const char *refused_argument;
	bool refused_long;
};

const struct option_spec option_common[] = {
	{ .kind = OPTION_KIND_CHOICE, .name = "color", .metavar = COLOR_CHOICES, .advanced = true,
	  .help = "color help and -x; auto: on a terminal, unless NO_COLOR is set or TERM is dumb",
	  .offset = OPTION_FIELD(struct option_result, color, int64_t) },
	FLAG('h', "help", struct option_result, help_wanted, "show this help"),
	OPTION_END,
};

enum { COMMON_COUNT = sizeof option_common / sizeof *option_common - 1 };

static bool takes_argument(const struct option_spec *row)
{
	return row->metavar != NULL;
}

static void parser_add(struct parser *parser, const struct option_spec *row, size_t offset)
{
	int index = parser->count++;

	parser->rows[index] = row;
	parser->offsets[index] = offset;
	if (row->name != NULL) {
		parser->longs[parser->long_count++] = (struct option){
			.name = row->name,
			.has_arg = takes_argument(row) ? required_argument : no_argument,
			.val = LONG_ONLY + index,
		};
	}
	if (row->letter != 0) {
		char text[3] = { row->letter, takes_argument(row) ? ':' : '\0', '\0' };

		strcat(parser->shorts, text);
	}
}

static void parser_init(struct parser *parser, const struct option_spec *table, enum option_order order)
{
	struct option_cursor cursor;
	const struct option_spec *row;
	size_t offset;

	memset(parser, 0, sizeof *parser);
	/* ':' first: a missing argument is told from an unknown option. */
	strcpy(parser->shorts, order == OPTION_ORDER_OPTIONS_FIRST ? "+:" : "-:");
	for (int i = 0; i < COMMON_COUNT; i++)
		parser_add(parser, &option_common[i], option_common[i].offset);
	option_walk(&cursor, table);
	while ((row = option_next(&cursor, &offset)) != NULL && parser->count < OPTIONS_MAX) {
		if (row->kind != OPTION_KIND_HEADING)
			parser_add(parser, row, offset);
	}
}

static int find_letter(const struct parser *parser, int letter)
{
	for (int i = 0; i < parser->count; i++) {
		if (parser->rows[i]->letter != 0 && parser->rows[i]->letter == letter)
			return i;
	}
	return -1;
}

static bool knows_long(const struct parser *parser, const char *name, size_t length)
{
	for (int i = 0; i < parser->long_count; i++) {
		if (strlen(parser->longs[i].name) == length && memcmp(parser->longs[i].name, name, length) == 0)
			return true;
	}
	return false;
}

static int refuse_long(const struct parser *parser, const char *word, size_t length)
{
	const char *names[OPTIONS_MAX + 1];
	char name[64];
	int count = 0;

	for (int i = 0; i < parser->count; i++) {
		if (parser->rows[i]->name != NULL && parser->rows[i]->kind != OPTION_KIND_REFUSED)
			names[count++] = parser->rows[i]->name;
	}
	if (length >= sizeof name)
		return usage_error("unknown option %.60s", word);
	memcpy(name, word + 2, length);
	name[length] = '\0';
	const char *near = nearest_find(name, names, count);
	if (near == NULL)
		return usage_error("unknown option --%s", name);
	return usage_error("unknown option --%s; did you mean --%s?", name, near);
}

/* How the user wrote the option: "--timeout" or "-w", for messages. */
static const char *spelled(const struct option_spec *row, bool was_long, char *text)
{
	if (was_long) {
		strcpy(text, "--");
		strncat(text, row->name, 60);
	} else {
		text[0] = '-';
		text[1] = row->letter;
		text[2] = '\0';
	}
	return text;
}

static int store_choice(const struct option_spec *row, const char *argument, int64_t *field)
{
	const char *at = row->metavar;
	size_t length = strlen(argument);

	for (int64_t index = 0; length > 0; index++) {
		size_t width = strcspn(at, "|");

		if (width == length && memcmp(at, argument, width) == 0) {
			*field = index;
			return 0;
		}
		if (at[width] == '\0')
			return -1;
		at += width + 1;
	}
	return -1;
}

/* The rest is read on for its operands. An option with an argument says more than the one before. */
static void remember_refused(struct parser *parser, const struct option_spec *row, bool was_long, const char *argument)
{
	if (parser->refused != NULL && argument == NULL)
		return;
	parser->refused = row;
	parser->refused_long = was_long;
	parser->refused_argument = argument;
}

/* Says what to write in place of the habit met. What stands behind "--" is an operand here too. */
static int refuse_habit(const struct parser *parser, const struct option_result *result)
{
	struct suggestion line = { .length = 0 };
	char text[64];

	suggestion_fill(&line, parser->refused->help, result->count, result->operands, parser->refused_argument);
	return usage_error("%s: %s", spelled(parser->refused, parser->refused_long, text), line.text);
}

static int store(struct parser *parser, int index, bool was_long, const char *argument, void *settings,
                 struct option_result *result)
{
	const struct option_spec *row = parser->rows[index];
	void *field = (index < COMMON_COUNT ? (char *)result : (char *)settings) + parser->offsets[index];
	char text[64];
	const char *why = NULL;

	switch (row->kind) {
	case OPTION_KIND_FLAG:
		*(bool *)field = true;
		break;
	case OPTION_KIND_COUNT:
		++*(int64_t *)field;
		break;
	case OPTION_KIND_SET:
		*(int64_t *)field = row->minimum;
		break;
	case OPTION_KIND_TEXT:
		*(const char **)field = argument;
		break;
	case OPTION_KIND_LIST:
		return option_list_add(field, argument) < 0 ? report_out_of_memory() : 0;
	case OPTION_KIND_NUMBER:
		why = value_parse_number(argument, row->minimum, row->maximum, field);
		break;
	case OPTION_KIND_SIZE:
		why = value_parse_size(argument, row->minimum, row->maximum, field);
		break;
	case OPTION_KIND_DURATION:
		why = value_parse_duration(argument, field);
		break;
	case OPTION_KIND_CHOICE:
		if (store_choice(row, argument, field) < 0)
			return usage_error("%s '%s': not one of %s", spelled(row, was_long, text), argument,
			                   row->metavar);
		break;
	case OPTION_KIND_PROGRAM:
		parser->program = row;
		parser->program_offset = parser->offsets[index];
		parser->program_at = result->count;
		break;
	case OPTION_KIND_REFUSED:
		remember_refused(parser, row, was_long, argument);
		break;
	default: /* headings and the like are no options */
		break;
	}
	if (why != NULL)
		return usage_error("%s '%s': %s", spelled(row, was_long, text), argument, why);
	return 0;
}

/* What getopt answered but a known option: its two complaints. (Unknown long options never come so far.) */
static int refuse(const struct parser *parser, int answer)
{
	char text[64];

	if (optopt >= LONG_ONLY) {
		const struct option_spec *row = parser->rows[optopt - LONG_ONLY];

		if (answer == ':')
			return usage_error("%s needs an argument: %s %s", spelled(row, true, text), text, row->metavar);
		return usage_error("%s takes no argument", spelled(row, true, text));
	}
	if (answer == ':')
		return usage_error("-%c needs an argument: -%c %s", optopt, optopt,
		                   parser->rows[find_letter(parser, optopt)]->metavar);
	if (optopt >= '0' && optopt <= '9')
		return usage_error("unknown option -%c (a number with a sign stands behind --)", optopt);
	return usage_error("unknown option -%c", optopt);
}

/* Takes one ANSWER of getopt. Behind a habit of another tool nothing counts but operands and more of its kind. */
static int take(struct parser *parser, int answer, void *settings, struct option_result *result)
{
	bool refused = parser->refused != NULL;

	if (answer == 1) {
		result->operands[result->count++] = optarg;
		return 0;
	}
	if (answer == '?' || answer == ':') {
		int index = optopt >= LONG_ONLY ? optopt - LONG_ONLY : find_letter(parser, optopt);

		if (answer == ':' && parser->rows[index]->kind == OPTION_KIND_REFUSED) {
			remember_refused(parser, parser->rows[index], optopt >= LONG_ONLY, NULL);
			return 0;
		}
		return refused ? refuse_habit(parser, result) : refuse(parser, answer);
	}
	int index = answer >= LONG_ONLY ? answer - LONG_ONLY : find_letter(parser, answer);
	if (refused && parser->rows[index]->kind != OPTION_KIND_REFUSED)
		return 0;
	return store(parser, index, answer >= LONG_ONLY, optarg, settings, result);
}

/* A program option without "--", or with nothing behind it. ("--exec cat": the program is among the operands. Where it is the
 * first of them, the rest is an address rather than its words: no command can do without one.) */
static int refuse_program(const struct parser *parser, const char *command, const struct option_result *result)
{
	struct suggestion line = { .length = 0 };
	bool is_first = parser->program_at == 0 && result->count > 1;
	int count = is_first ? 1 : result->count - parser->program_at;
	int others = result->count - count;

	suggestion_add(&line, command);
	suggestion_add(&line, others > 0 ? " " : "");
	suggestion_add_words(&line, others, result->operands + is_first);
	suggestion_add(&line, " --");
	suggestion_add(&line, parser->program->name);
	suggestion_add(&line, " -- ");
	suggestion_add_words(&line, count, result->operands + parser->program_at);
	if (count == 0)
		suggestion_add(&line, "PROGRAM [ARG]...");
	return usage_error("--%s needs a program behind --: nsk %s", parser->program->name, line.text);
}

/* The words behind "--" belong to the program, or are operands like the others. */
static int take_rest(struct parser *parser, int argc, char **argv, bool dashes, void *settings,
                     struct option_result *result)
{
	if (parser->program != NULL && parser->refused == NULL) {
		if (!dashes || optind >= argc)
			return refuse_program(parser, argv[0], result);
		*(char ***)((char *)settings + parser->program_offset) = argv + optind;
		return 0;
	}
	while (optind < argc)
		result->operands[result->count++] = argv[optind++];
	return parser->refused != NULL ? refuse_habit(parser, result) : 0;
}

/* Behind --help nothing is looked at but this, which people add to a line when they see that they need it. */
static int take_color_after_help(int argc, char **argv, struct option_result *result)
{
	const size_t width = strlen("--color=");

	for (int i = optind; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--color=", width) == 0)
			store_choice(&option_common[0], argv[i] + width, &result->color);
	}
	return 0;
}

int option_parse(const struct option_spec *table, enum option_order order, int argc, char **argv, void *settings,
                 struct option_result *result)
{
	struct parser parser;
	bool dashes = false;

	*result = (struct option_result){ .operands = calloc((size_t)argc + 1, sizeof(char *)) };
	if (result->operands == NULL)
		return report_out_of_memory();
	parser_init(&parser, table, order);
	optind = 0; /* glibc, musl: begin anew */
	opterr = 0;
	for (;;) {
		const char *word = optind < argc ? argv[optind == 0 ? 1 : optind] : NULL;

		if (word != NULL && strncmp(word, "--", 2) == 0 && word[2] != '\0') {
			size_t length = strcspn(word + 2, "=");

			if (!knows_long(&parser, word + 2, length))
				return parser.refused != NULL ? refuse_habit(&parser, result) : refuse_long(&parser, word, length);
		}
		int answer = getopt_long(argc, argv, parser.shorts, parser.longs, NULL);

		if (answer == -1 && order == OPTION_ORDER_MIXED && word != NULL && strcmp(word, "-") == 0) {
			result->operands[result->count++] = argv[optind++]; /* an operand; musl, as POSIX, stops at it */
			continue;
		}
		if (answer == -1) {
			dashes = word != NULL && strcmp(word, "--") == 0;
			break;
		}
		int status = take(&parser, answer, settings, result);
		if (result->help_wanted)
			return take_color_after_help(argc, argv, result);
		if (status != 0)
			return status;
	}
	return take_rest(&parser, argc, argv, dashes, settings, result);
}

void option_release(const struct option_spec *table, void *settings, struct option_result *result)
{
	struct option_cursor cursor;
	const struct option_spec *row;
	size_t offset;

	option_walk(&cursor, table);
	while ((row = option_next(&cursor, &offset)) != NULL) {
		if (row->kind == OPTION_KIND_LIST)
			option_list_release((struct option_list *)(void *)((char *)settings + offset));
	}
	free(result->operands);
	*result = (struct option_result){ 0 };
}
