/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes each message with one write(2), so that lines of several processes do not mix. A very long
 * one (an argument may have 128 KiB) is cut in its middle: the object begins it, the reason ends it. */
#include "platform.h"

#include "cli/message.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 4096,
	KEPT_BYTES = 400 /* of each end of a message that is too long */
};

static const char *command_name = "";
static unsigned verbosity;
static void (*before_line)(void *context);
static void *before_context;

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

/* Appends TEXT to LINE, control characters as \xHH. Returns the new length. */
static size_t append_escaped(char *line, size_t length, const char *text, size_t count)
{
	for (size_t i = 0; i < count && length + 5 < LINE_MAX_BYTES; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c == 0x7f)
			length += (size_t)snprintf(line + length, LINE_MAX_BYTES - length, "\\x%02x", c);
		else
			line[length++] = (char)c;
	}
	return length;
}

void message_write(const char *lines, size_t length)
{
	message_make_way();
	while (write(STDERR_FILENO, lines, length) < 0 && errno == EINTR)
		;
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
