/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a command is, and how one is run: defaults copied, options parsed, operands counted, run called,
 * stdout flushed. So a command holds no getopt, no usage text, no --help and no operand count. */
#ifndef NSK_CLI_COMMAND_H
#define NSK_CLI_COMMAND_H

#include "cli/option.h"

enum command_flags {
	COMMAND_OPTIONS_FIRST = 1 << 0, /* options end at the first operand */
	COMMAND_HIDDEN = 1 << 1         /* an alias: found, but not listed */
};

/* Help begins with these. COMMAND is a line for a shell, MEANING a phrase. */
struct command_example {
	const char *command, *meaning;
};

struct command {
	const char *name, *summary; /* summary: lower case, no full stop; also NAME in the man page */
	const char *group;          /* its chapter in the overview: "Streams" */
	const char *operands;       /* "[HOST] PORT" */
	int min_operands, max_operands; /* max -1: any number */
	unsigned flags;
	const char *page;                       /* its man page is nsk-PAGE; NULL: nsk-NAME */
	const char *synonyms;                   /* words people try for it, space between: "listen server" */
	const struct command_example *examples; /* the last one's command is NULL */
	const char *notes;                      /* what help says below the options; NULL: nothing */
	const struct option_spec *options;
	size_t settings_size;
	const void *defaults; /* NULL: all bytes zero */
	int (*run)(const void *settings, int argc, char **argv);
};

/* The command called NAME in TABLE (which a NULL ends), or NULL. */
const struct command *command_find(const struct command *const *table, const char *name);

/* Is NAME a mistyped command or another word for one, as far as can be told? */
bool command_is_like(const struct command *const *table, const char *name);

/* What its man page is called behind "nsk-". */
static inline const char *command_page(const struct command *command)
{
	return command->page != NULL ? command->page : command->name;
}

/* Tells that there is no command NAME: one line with the nearest names. Returns STATUS_USAGE. */
int command_unknown(const struct command *const *table, const char *name);

/* The same, with WHY in place of "unknown command". */
int command_refuse(const struct command *const *table, const char *why, const char *name);

/* Runs COMMAND with ARGV (argv[0] is its name). Returns the exit status (see enum status). */
int command_run(const struct command *command, int argc, char **argv);

/* Flushes stdout; a failure, late ones included, becomes a message and STATUS_FAILED. */
int command_flush(int status);

/* Reports that stdout could not be written, by the errno ERROR, here and not once more at the end. Returns the status:
 * STATUS_SIGNAL + SIGPIPE, without a message, if the reader's end is to end nsk quietly. */
int command_output_failed(int error);

/* Flushes stdout, for who writes text piece by piece. STATUS_OK while it takes what is written, else what
 * command_output_failed returns. */
int command_check_output(void);

#endif
