/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See trace.h. The line: time, call, result; and the lines below it. */
#include "platform.h"

#include "view/trace.h"

#include "core/constant.h"
#include "core/deadline.h"
#include "view/color.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct trace_plan current;
static int64_t previous; /* when the call before was seen */

void trace_add(struct trace_text *text, const char *format, ...)
{
	size_t room = sizeof text->text - text->length;
	va_list arguments;

	va_start(arguments, format);
	int count = vsnprintf(text->text + text->length, room, format, arguments);
	va_end(arguments);
	if (count > 0)
		text->length += (size_t)count < room ? (size_t)count : room - 1;
}

static void add_color(struct trace_text *text, const char *sequence)
{
	if (current.color)
		trace_add(text, "%s", sequence);
}

static void add_result(struct trace_text *text, const struct sock_event *event)
{
	const char *name = constant_name(CONSTANT_ERROR, event->error);
	const char *reason = strerror(event->error);

	if (event->result >= 0) {
		trace_add(text, "%" PRId64, event->result);
		return;
	}
	add_color(text, COLOR_RED);
	trace_add(text, "-1 %s (%c%s)", name != NULL ? name : "?", tolower((unsigned char)reason[0]),
	          *reason != '\0' ? reason + 1 : "");
	add_color(text, COLOR_RESET);
}

static void add_explanation(struct trace_text *text, const struct sock_event *event)
{
	int fd = event->call == SOCK_ACCEPT && event->result >= 0 ? (int)event->result : event->fd;
	int state = event->call == SOCK_CLOSE || event->call >= SOCK_POLL ? -1 : sock_tcp_state(fd);
	const char *name = state >= 0 ? constant_name(CONSTANT_STATE, state) : NULL;

	add_color(text, COLOR_DIM);
	trace_add(text, "          %s\n", trace_sentence(event));
	if (name != NULL)
		trace_add(text, "          TCP state of %d: %s\n", fd, name);
	add_color(text, COLOR_RESET);
}

static void show(const struct sock_event *event, void *context)
{
	struct trace_text text = { .length = 0 };
	int64_t now = deadline_now();
	int64_t passed = previous == 0 ? 0 : now - previous;

	(void)context;
	if (event->call >= SOCK_POLL && !current.waits)
		return;
	previous = now;
	add_color(&text, COLOR_DIM);
	trace_add(&text, "+%" PRId64 ".%06" PRId64, passed / DEADLINE_SECOND, passed % DEADLINE_SECOND / 1000);
	add_color(&text, COLOR_RESET);
	trace_add(&text, " ");
	add_color(&text, COLOR_CYAN);
	trace_add(&text, "%s", trace_call_name(event->call));
	add_color(&text, COLOR_RESET);
	trace_add(&text, "(");
	trace_add_arguments(&text, event);
	trace_add(&text, ") = ");
	add_result(&text, event);
	trace_add(&text, "\n");
	if (current.explain)
		add_explanation(&text, event);
	current.write(text.text, text.length, current.context);
}

void trace_begin(const struct trace_plan *plan)
{
	previous = 0;
	if (plan != NULL)
		current = *plan;
	sock_observe(plan != NULL ? show : NULL, NULL);
}
