/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exit statuses and every line that nsk writes to stderr: "nsk COMMAND: OBJECT: REASON".
 * A reporter returns the status, so that a command can say `return report_errno("%s", peer);`.
 * Control characters in a message are escaped: names and words in it come from strangers. */
#ifndef NSK_CLI_MESSAGE_H
#define NSK_CLI_MESSAGE_H

#include "platform.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum status {
	STATUS_OK = 0,             /* done as asked, every byte delivered and written */
	STATUS_FAILED = 1,         /* understood, tried, and failed */
	STATUS_USAGE = 2,          /* the command line cannot be understood */
	STATUS_UNRESOLVED = 3,     /* a name could not be resolved */
	STATUS_UNCONNECTED = 4,    /* could not connect, or could not bind or listen */
	STATUS_TIMEOUT = 124,      /* a deadline passed */
	STATUS_SIGNAL = 256        /* plus the signal: main raises it again, nobody says a word */
};

/* NAME stands after "nsk " from now on; NULL or "" for nsk alone. Kept, not copied. */
void message_set_command(const char *name);

/* How many -v were given; note() is silent at 0. */
void message_set_verbosity(unsigned level);
bool message_is_verbose(void);

/* BEFORE(CONTEXT) is called before each line: whoever keeps a line of stderr's terminal for itself takes it away.
 * NULL: nobody does. */
void message_set_before(void (*before)(void *context), void *context);

/* For who writes lines to stderr without these functions: calls what message_set_before was given. */
void message_make_way(void);

/* The cursor stands behind something, if stderr is a terminal: the next message begins a line of its own. */
void message_break_line(void);

/* The reason of ERROR (an errno) as it stands in messages: "connection refused". The text is the
 * C library's, static or thread-local, good until the next call. */
const char *message_error_text(int error);

/* WORD as the object of a message: itself, or '' where it is empty and would not be seen. */
const char *message_object(const char *word);

/* One line on stderr; each returns the status named. report_errno adds ": " and errno's reason. */
int report(int status, const char *format, ...) PRINTF_LIKE(2, 3);
int report_errno(const char *format, ...) PRINTF_LIKE(1, 2);
int report_errno_as(int status, const char *format, ...) PRINTF_LIKE(2, 3);
int usage_error(const char *format, ...) PRINTF_LIKE(1, 2);
int report_out_of_memory(void);

/* Whole lines for stderr that are ready as they are: traces. */
void message_write(const char *lines, size_t length);

/* One line on stderr that is no failure: note() under -v alone, notice() always. */
void note(const char *format, ...) PRINTF_LIKE(1, 2);
void notice(const char *format, ...) PRINTF_LIKE(1, 2);

/* Tells that COUNT control characters were escaped for a terminal; nothing if none was. */
void notice_escaped(uint64_t count);

#endif
