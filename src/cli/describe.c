/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lays the rows out: two columns, wrapped at 80, examples first. */
#include "platform.h"

#include "cli/describe.h"

#include "view/color.h"

#include <inttypes.h>
#include <string.h>

enum {
	WIDTH = 80,
	OPTION_COLUMN = 30,
	EXAMPLE_COLUMN = 4
};

static const struct {
	const char *status, *meaning;
} statuses[] = {
	{ "0", "done as asked: every byte taken in was delivered, every byte received was written" },
	{ "1", "understood, tried, and failed: I/O error, reset, bad data, a data value out of range" },
	{ "2", "the command line cannot be understood: unknown command or option, wrong number of operands, malformed or "
	       "out-of-range option argument, port or format" },
	{ "3", "a host, service or protocol name could not be resolved" },
	{ "4", "could not connect, or could not bind or listen" },
	{ "124", "a deadline passed, as for timeout(1)" },
	{ "signal", "ended by that signal, without a message; by SIGPIPE when the reader of standard output is gone" },
};

void describe_wrapped(FILE *to, int column, const char *text)
{
	int at = column;

	while (*text != '\0') {
		int width = (int)strcspn(text, " ");

		if (at > column && at + 1 + width > WIDTH) {
			fprintf(to, "\n%*s", column, "");
			at = column;
		} else if (at > column) {
			fputc(' ', to);
			at++;
		}
		fprintf(to, "%.*s", width, text);
		at += width;
		text += width;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

/* "TITLE:", with an empty line before it. */
static void write_title(FILE *to, const char *title)
{
	bool color = color_wanted(fileno(to));

	fprintf(to, "\n%s%s:%s", color ? COLOR_BOLD : "", title, color ? COLOR_RESET : "");
}

static void write_heading(FILE *to, const char *title)
{
	write_title(to, title);
	fputc('\n', to);
}

static void write_option(FILE *to, const struct option_spec *row)
{
	char left[128];
	int length;

	if (row->letter != 0 && row->name != NULL)
		length = snprintf(left, sizeof left, "  -%c, --%s", row->letter, row->name);
	else if (row->letter != 0)
		length = snprintf(left, sizeof left, "  -%c", row->letter);
	else
		length = snprintf(left, sizeof left, "      --%s", row->name);
	if (row->kind == OPTION_KIND_PROGRAM)
		length += snprintf(left + length, sizeof left - (size_t)length, " -- PROGRAM [ARG]...");
	else if (row->metavar != NULL)
		length += snprintf(left + length, sizeof left - (size_t)length, " %s", row->metavar);
	fputs(left, to);
	if (length + 2 > OPTION_COLUMN)
		fprintf(to, "\n%*s", OPTION_COLUMN, "");
	else
		fprintf(to, "%*s", OPTION_COLUMN - length, "");
	describe_wrapped(to, OPTION_COLUMN, row->help);
}

static void write_options(FILE *to, const struct option_spec *table)
{
	struct option_cursor cursor;
	const struct option_spec *row;
	bool begun = false;

	option_walk(&cursor, table);
	while ((row = option_next(&cursor, NULL)) != NULL) {
		if (row->kind == OPTION_KIND_REFUSED || row->advanced)
			continue;
		if (row->kind == OPTION_KIND_HEADING) {
			write_heading(to, row->help);
		} else {
			if (!begun)
				write_heading(to, "Options");
			write_option(to, row);
		}
		begun = true;
	}
	if (!begun)
		write_heading(to, "Options");
	for (row = option_common; row->kind != OPTION_KIND_END; row++) {
		if (!row->advanced)
			write_option(to, row);
	}
}

void describe_help(const struct command *command, FILE *to)
{
	const struct command_example *example = command->examples;

	fprintf(to, "nsk %s: %s\n", command->name, command->summary);
	if (example != NULL)
		write_heading(to, "Examples");
	for (; example != NULL && example->command != NULL; example++) {
		fprintf(to, "  %s\n%*s", example->command, EXAMPLE_COLUMN + 4, "");
		describe_wrapped(to, EXAMPLE_COLUMN + 4, example->meaning);
	}
	write_title(to, "Usage");
	fprintf(to, " nsk %s [OPTION]... %s\n", command->name, command->operands);
	write_options(to, command->options);
	fputs("\nMore options, such as --color, are in the manual.\n", to);
	if (command->notes != NULL) {
		fputc('\n', to);
		describe_wrapped(to, 0, command->notes);
	}
	fprintf(to, "\nExit status: 0 done, 1 failed, 2 wrong usage, 3 name not found,\n"
	            "             4 could not connect or listen, 124 timed out\n"
	            "Manual: man nsk-%s\n", command_page(command));
}

static void write_group(const struct command *const *table, const char *group, FILE *to)
{
	for (; *table != NULL; table++) {
		if (!((*table)->flags & COMMAND_HIDDEN) && strcmp((*table)->group, group) == 0) {
			fprintf(to, "  %-20s", (*table)->name);
			describe_wrapped(to, 22, (*table)->summary);
		}
	}
}

/* Is ENTRY the first of its group in TABLE? */
static bool opens_group(const struct command *const *table, const struct command *entry)
{
	if (entry->flags & COMMAND_HIDDEN)
		return false;
	for (; *table != entry; table++) {
		if (!((*table)->flags & COMMAND_HIDDEN) && strcmp((*table)->group, entry->group) == 0)
			return false;
	}
	return true;
}

void describe_overview(const struct command *const *table, FILE *to)
{
	fputs("nsk: the network Swiss army knife\n", to);
	write_heading(to, "Examples");
	fputs("  nsk tcp-serve 8080 >received            take one file from this machine\n"
	      "  nsk tcp-connect 127.0.0.1 8080 <file    send it; status 0: every byte arrived\n"
	      "  nsk help tcp-connect                    what a command takes\n", to);
	write_title(to, "Usage");
	fputs(" nsk COMMAND [OPTION]... [OPERAND]...\n", to);
	for (const struct command *const *entry = table; *entry != NULL; entry++) {
		if (opens_group(table, *entry)) {
			write_heading(to, (*entry)->group);
			write_group(table, (*entry)->group, to);
		}
	}
	fputs("\nMore: nsk COMMAND --help, man nsk, nsk --version\n", to);
}

void describe_short(const struct command *const *table, FILE *to)
{
	fputs("Usage: nsk COMMAND [OPTION]... [OPERAND]...\nCommands:", to);
	int at = 9;
	for (; *table != NULL; table++) {
		int width = (int)strlen((*table)->name);

		if ((*table)->flags & COMMAND_HIDDEN)
			continue;
		if (at + 1 + width > WIDTH) {
			fprintf(to, "\n         ");
			at = 9;
		}
		fprintf(to, " %s", (*table)->name);
		at += 1 + width;
	}
	fputs("\nTry: nsk help, nsk COMMAND --help\n", to);
}

static const char *or_dash(const char *text)
{
	return text != NULL && *text != '\0' ? text : "-";
}

static const char *complete_name(const struct option_spec *row)
{
	if (row->kind == OPTION_KIND_CHOICE)
		return "choice";
	switch (row->complete) {
	case OPTION_COMPLETE_FILE:
		return "file";
	case OPTION_COMPLETE_HOST:
		return "host";
	case OPTION_COMPLETE_SOCKOPT:
		return "sockopt";
	case OPTION_COMPLETE_POLLER:
		return "poller";
	case OPTION_COMPLETE_NOTHING:
		break;
	}
	return "nothing";
}

static void describe_rows(const struct command *command, const struct option_spec *rows, FILE *to)
{
	struct option_cursor cursor;
	const struct option_spec *row;

	option_walk(&cursor, rows);
	while ((row = option_next(&cursor, NULL)) != NULL) {
		char letter[2] = { row->letter, '\0' };

		if (row->kind == OPTION_KIND_REFUSED)
			continue;
		if (row->kind == OPTION_KIND_HEADING)
			fprintf(to, "heading\t%s\t%s\n", command->name, row->help);
		else
			fprintf(to, "option\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", command->name, or_dash(letter),
			        or_dash(row->name),
			        row->kind == OPTION_KIND_PROGRAM ? "-- PROGRAM [ARG]..." : or_dash(row->metavar), row->help,
			        complete_name(row), row->advanced ? "advanced" : "-");
	}
}

void describe_table(const struct command *const *table, FILE *to)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		fprintf(to, "status\t%s\t%s\n", statuses[i].status, statuses[i].meaning);
	for (; *table != NULL; table++) {
		const struct command *command = *table;

		if (command->flags & COMMAND_HIDDEN) {
			fprintf(to, "alias\t%s\n", command->name);
			continue;
		}
		fprintf(to, "command\t%s\t%s\t%s\t%s\t%d\t%d\n", command->name, command->summary, command->group,
		        or_dash(command->operands), command->min_operands, command->max_operands);
		for (const struct command_example *e = command->examples; e != NULL && e->command != NULL; e++)
			fprintf(to, "example\t%s\t%s\t%s\n", command->name, e->command, e->meaning);
		describe_rows(command, command->options, to);
		describe_rows(command, option_common, to);
	}
}
