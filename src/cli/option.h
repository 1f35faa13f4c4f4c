/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Options as rows. A command lists the options it takes as an array of option_spec; option_parse
 * turns a command line into a filled settings struct and a list of operands. --help, --describe, the
 * completions and the man pages' OPTIONS come from the same rows.
 *
 *	static const struct option_spec options[] = {
 *		OPTION_HEADING("Limits"),
 *		DURATION('w', "timeout", struct settings, timeout_ns, "give up after DURATION"),
 *		NUMBER('b', "backlog", "COUNT", 1, 4096, struct settings, backlog, "let COUNT connections wait"),
 *		INCLUDE(struct settings, family, family_options, struct family_settings),
 *		OPTION_END
 *	};
 *
 * A row writes into the settings struct through offsetof, and does not compile when the field has
 * another type than the row's kind. Every command also takes -h, --help and --color. */
#ifndef NSK_CLI_OPTION_H
#define NSK_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
	OPTION_KIND_END,
	OPTION_KIND_HEADING,  /* no option: a title over the rows that follow, in help */
	OPTION_KIND_INCLUDE,  /* no option: the rows of another table, for a struct within this one */
	OPTION_KIND_FLAG,     /* bool: becomes true */
	OPTION_KIND_COUNT,    /* int64_t: one more each time */
	OPTION_KIND_SET,      /* int64_t: becomes the row's minimum */
	OPTION_KIND_NUMBER,   /* int64_t within minimum to maximum */
	OPTION_KIND_SIZE,     /* int64_t bytes within minimum to maximum, 64k allowed */
	OPTION_KIND_DURATION, /* int64_t nanoseconds */
	OPTION_KIND_TEXT,     /* const char *, the argument itself (argv's memory) */
	OPTION_KIND_CHOICE,   /* int64_t: the index of the argument among the row's choices "a|b|c" */
	OPTION_KIND_LIST,     /* struct option_list: every argument, in order */
	OPTION_KIND_PROGRAM,  /* char **: the words behind "--", NULL at the end; the option has no argument */
	OPTION_KIND_REFUSED   /* a habit from another tool: refused, the row's help tells what to write instead; places in
	                       * it are filled in by suggestion_fill from the operands and the option's argument */
};

/* What completions offer for an option's argument. */
enum option_complete {
	OPTION_COMPLETE_NOTHING,
	OPTION_COMPLETE_FILE,
	OPTION_COMPLETE_HOST,
	OPTION_COMPLETE_SOCKOPT,
	OPTION_COMPLETE_POLLER
};

struct option_list {
	const char **items; /* the array is the list's, the words are argv's */
	size_t count;
};

/* Adds WORD at the end. 0, or -1 with ENOMEM. */
int option_list_add(struct option_list *list, const char *word);
void option_list_release(struct option_list *list);

/* Kept small: the loader writes the pointers of every row of every command at each start. */
struct option_spec {
	enum option_kind kind : 8;
	enum option_complete complete : 8;
	char letter;     /* 0: none */
	bool advanced;   /* in the man page and completions, not in the short help */
	uint32_t offset; /* of the field in the settings struct */
	union {
		const char *name; /* long name without dashes; NULL: none */
		const struct option_spec *rows; /* an include's */
	};
	const char *metavar; /* of the argument: "DURATION"; for choices "a|b|c" */
	const char *help;    /* lower case, no full stop; one line or two */
	int64_t minimum, maximum;
};

/* The field's offset; does not compile unless its type is EXPECTED. */
#define OPTION_FIELD(type, field, expected) \
	(offsetof(type, field) + 0 * sizeof(char[_Generic(((type *)0)->field, expected: 1)]))

#define OPTION_HEADING(title) { .kind = OPTION_KIND_HEADING, .help = (title) }
#define OPTION_END { .kind = OPTION_KIND_END }
#define INCLUDE(type, field, table, expected) \
	{ .kind = OPTION_KIND_INCLUDE, .offset = OPTION_FIELD(type, field, expected), .rows = (table) }

#define FLAG(letter_, name_, type, field, help_) \
	{ .kind = OPTION_KIND_FLAG, .letter = (letter_), .name = (name_), .help = (help_), \
	  .offset = OPTION_FIELD(type, field, bool) }
#define COUNT(letter_, name_, type, field, help_) \
	{ .kind = OPTION_KIND_COUNT, .letter = (letter_), .name = (name_), .help = (help_), \
	  .offset = OPTION_FIELD(type, field, int64_t) }
#define SET(letter_, name_, type, field, value_, help_) \
	{ .kind = OPTION_KIND_SET, .letter = (letter_), .name = (name_), .help = (help_), \
	  .offset = OPTION_FIELD(type, field, int64_t), .minimum = (value_) }
#define NUMBER(letter_, name_, metavar_, minimum_, maximum_, type, field, help_) \
	{ .kind = OPTION_KIND_NUMBER, .letter = (letter_), .name = (name_), .metavar = (metavar_), \
	  .help = (help_), .offset = OPTION_FIELD(type, field, int64_t), .minimum = (minimum_), \
	  .maximum = (maximum_) }
#define SIZE(letter_, name_, minimum_, maximum_, type, field, help_) \
	{ .kind = OPTION_KIND_SIZE, .letter = (letter_), .name = (name_), .metavar = "SIZE", .help = (help_), \
	  .offset = OPTION_FIELD(type, field, int64_t), .minimum = (minimum_), .maximum = (maximum_) }
#define DURATION(letter_, name_, type, field, help_) \
	{ .kind = OPTION_KIND_DURATION, .letter = (letter_), .name = (name_), .metavar = "DURATION", \
	  .help = (help_), .offset = OPTION_FIELD(type, field, int64_t) }
#define TEXT(letter_, name_, metavar_, type, field, help_) \
	{ .kind = OPTION_KIND_TEXT, .letter = (letter_), .name = (name_), .metavar = (metavar_), \
	  .help = (help_), .offset = OPTION_FIELD(type, field, const char *) }
#define FILE_NAME(letter_, name_, type, field, help_) \
	{ .kind = OPTION_KIND_TEXT, .letter = (letter_), .name = (name_), .metavar = "FILE", .help = (help_), \
	  .offset = OPTION_FIELD(type, field, const char *), .complete = OPTION_COMPLETE_FILE }
#define CHOICE(letter_, name_, choices_, type, field, help_) \
	{ .kind = OPTION_KIND_CHOICE, .letter = (letter_), .name = (name_), .metavar = (choices_), \
	  .help = (help_), .offset = OPTION_FIELD(type, field, int64_t) }
#define LIST(letter_, name_, metavar_, type, field, help_) \
	{ .kind = OPTION_KIND_LIST, .letter = (letter_), .name = (name_), .metavar = (metavar_), \
	  .help = (help_), .offset = OPTION_FIELD(type, field, struct option_list) }
#define PROGRAM(name_, type, field, help_) \
	{ .kind = OPTION_KIND_PROGRAM, .name = (name_), .help = (help_), \
	  .offset = OPTION_FIELD(type, field, char **) }
#define REFUSED(letter_, name_, instead_) \
	{ .kind = OPTION_KIND_REFUSED, .letter = (letter_), .name = (name_), .help = (instead_) }
#define REFUSED_WITH(letter_, name_, metavar_, instead_) \
	{ .kind = OPTION_KIND_REFUSED, .letter = (letter_), .name = (name_), .metavar = (metavar_), .help = (instead_) }

/* One option as a walk over nested tables finds it. */
struct option_cursor {
	const struct option_spec *stack[4];
	size_t offset[4];
	int depth; /* -1: at the end */
};

/* Walks all rows of TABLE, headings and the refused included, the includes resolved: returns each row
 * once, *FIELD_OFFSET from the outermost struct; NULL at the end. */
void option_walk(struct option_cursor *cursor, const struct option_spec *table);
const struct option_spec *option_next(struct option_cursor *cursor, size_t *field_offset);

enum option_order {
	OPTION_ORDER_MIXED,        /* options and operands mixed, -- ends options */
	OPTION_ORDER_OPTIONS_FIRST /* the first operand ends options; what follows is taken as it stands */
};

struct option_result {
	char **operands; /* the array is ours: free it; a NULL ends it */
	int count;
	bool help_wanted; /* -h or --help was given: nothing but color counts */
	int64_t color;    /* an enum color_when */
};

/* The rows of every command. They write into the struct option_result. */
extern const struct option_spec option_common[];

/* Parses ARGV (argv[0] is the command's name) into SETTINGS. Returns 0, or STATUS_USAGE or
 * STATUS_FAILED after a message. option_release frees what parsing put into SETTINGS and RESULT. */
int option_parse(const struct option_spec *table, enum option_order order, int argc, char **argv, void *settings,
                 struct option_result *result);
void option_release(const struct option_spec *table, void *settings, struct option_result *result);

#endif
