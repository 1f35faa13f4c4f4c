/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes each message with one call, so that lines of several processes do not mix. A very long
 * one (an argument may have 128 KiB) is cut in its middle: the object begins it, the reason ends it. */
#include "platform.h"

#include "cli/message.h"

#include "bytes/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 4096,
	KEPT_BYTES = 400 /* of each end of a message that is too long */
};

static const char *command_name = "";
static unsigned verbosity;
static void (*before_line)(void *context);
static void *before_context;
static bool mid_line;

void message_set_command(const char *name)
{
	command_name = name != NULL ? name : "";
}

void message_set_verbosity(unsigned level)
{
	verbosity = level;
}

void message_set_before(void (*before)(void *context), void *context)
{
	before_line = before;
	before_context = context;
}

void message_make_way(void)
{
	if (before_line != NULL)
		before_line(before_context);
}

void message_break_line(void)
{
	mid_line = isatty(STDERR_FILENO);
}

bool message_is_verbose(void)
{
	return verbosity > 0;
}

const char *message_error_text(int error)
{
	static char text[128];
	const char *system_text = strerror(error);

	snprintf(text, sizeof text, "%s", system_text);
	/* "Connection refused" begins small in the middle of a line; "RPC ..." does not. */
	if (isupper((unsigned char)text[0]) && !isupper((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

const char *message_object(const char *word)
{
	return *word == '\0' ? "''" : word;
}

/* How many bytes of TEXT are one character that does nothing to a terminal; 0: that of a control character, C1 among
 * them, or no UTF-8. */
static size_t harmless_length(const unsigned char *text, size_t count)
{
	size_t length = utf8_sequence(text, count);
	bool is_control = length == 1 ? text[0] < 0x20 || text[0] == 0x7f : utf8_is_c1(text, length);

	return is_control ? 0 : length;
}

/* Appends COUNT bytes of TEXT to LINE, what is not harmless as \xHH. Returns the new length. */
static size_t append_escaped(char *line, size_t length, const char *text, size_t count)
{
	for (size_t i = 0; i < count && length + 5 < LINE_MAX_BYTES;) {
		size_t harmless = harmless_length((const unsigned char *)text + i, count - i);

		if (harmless == 0)
			length += (size_t)snprintf(line + length, LINE_MAX_BYTES - length, "\\x%02x", (unsigned char)text[i]);
		else
			memcpy(line + length, text + i, harmless);
		length += harmless;
		i += harmless > 0 ? harmless : 1;
	}
	return length;
}

/* The newline that ends another's line goes with the message, and in the same call. */
static ssize_t write_behind_line(const char *lines, size_t length)
{
	struct iovec pieces[] = { { (char *)(uintptr_t) "\n", 1 }, { (char *)(uintptr_t)lines, length } };

	return writev(STDERR_FILENO, pieces, 2);
}

void message_write(const char *lines, size_t length)
{
	message_make_way();
	while ((mid_line ? write_behind_line(lines, length) : write(STDERR_FILENO, lines, length)) < 0 && errno == EINTR)
		;
	mid_line = false;
}

PRINTF_LIKE(1, 0)
static void write_line(const char *format, va_list arguments, const char *reason)
{
	char line[LINE_MAX_BYTES];
	char beginning[2 * KEPT_BYTES];
	char *text = NULL;
	va_list again;

	va_copy(again, arguments);
	int wanted = vasprintf(&text, format, arguments);
	size_t length = (size_t)snprintf(line, sizeof line, *command_name != '\0' ? "nsk %s: " : "nsk: ", command_name);

	if (wanted < 0) {
		text = NULL; /* no memory: then a long line loses its end, not its middle */
		vsnprintf(beginning, sizeof beginning, format, again);
		length = append_escaped(line, length, beginning, strlen(beginning));
	} else if (wanted > 2 * KEPT_BYTES + 8) {
		length = append_escaped(line, length, text, KEPT_BYTES);
		length = append_escaped(line, length, "...", 3);
		length = append_escaped(line, length, text + wanted - KEPT_BYTES, KEPT_BYTES);
	} else {
		length = append_escaped(line, length, text, (size_t)wanted);
	}
	va_end(again);
	free(text);
	if (reason != NULL) {
		length = append_escaped(line, length, ": ", 2);
		length = append_escaped(line, length, reason, strlen(reason));
	}
	line[length++] = '\n';
	message_write(line, length);
}

int report(int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(format, arguments, NULL);
	va_end(arguments);
	return status;
}

int report_errno(const char *format, ...)
{
	const char *reason = message_error_text(errno);
	va_list arguments;

	va_start(arguments, format);
	write_line(format, arguments, reason);
	va_end(arguments);
	return STATUS_FAILED;
}

int report_errno_as(int status, const char *format, ...)
{
	const char *reason = message_error_text(errno);
	va_list arguments;

	va_start(arguments, format);
	write_line(format, arguments, reason);
	va_end(arguments);
	return status;
}

int usage_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(format, arguments, NULL);
	va_end(arguments);
	return STATUS_USAGE;
}

int report_out_of_memory(void)
{
	return report(STATUS_FAILED, "out of memory");
}

void note(const char *format, ...)
{
	va_list arguments;

	if (verbosity == 0)
		return;
	va_start(arguments, format);
	write_line(format, arguments, NULL);
	va_end(arguments);
}

void notice(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(format, arguments, NULL);
	va_end(arguments);
}

void notice_escaped(uint64_t count)
{
	if (count > 0)
		notice("control characters escaped: %" PRIu64 " (--raw passes them on)", count);
}
