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
#include <sys/ioctl.h>

static struct trace_plan current;
static int64_t previous; /* when the call before was seen, and told of */
static int64_t spent;
static struct sock_standing closing; /* of the socket that is being closed, before it is */

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

void trace_add_error(struct trace_text *text, int error)
{
	const char *name = constant_name(CONSTANT_ERROR, error);
	const char *reason = strerror(error);

	trace_add(text, "%s (%c%s)", name != NULL ? name : "?", tolower((unsigned char)reason[0]),
	          *reason != '\0' ? reason + 1 : "");
}

static void add_result(struct trace_text *text, const struct sock_event *event)
{
	if (event->result >= 0) {
		trace_add(text, "%" PRId64, event->result);
		return;
	}
	add_color(text, COLOR_RED);
	trace_add(text, "-1 ");
	trace_add_error(text, event->error);
	add_color(text, COLOR_RESET);
}

/* What was done since BEGAN is none of the program's. */
static void leave_out(int64_t began)
{
	int64_t took = deadline_now() - began;

	previous += took;
	spent += took;
}

int64_t trace_spent(void)
{
	return spent;
}

static void look_before_close(int fd)
{
	int64_t began = deadline_now();

	closing = trace_stand(fd);
	leave_out(began);
}

static struct sock_standing standing_of(const struct sock_event *event, int fd)
{
	if (event->call == SOCK_CLOSE)
		return closing;
	return event->call >= SOCK_POLL ? (struct sock_standing){ .type = 0 } : trace_stand(fd);
}

static void add_explanation(struct trace_text *text, const struct sock_event *event)
{
	int fd = event->call == SOCK_ACCEPT && event->result >= 0 ? (int)event->result : event->fd;
	struct sock_standing standing = standing_of(event, fd);
	int state = event->call == SOCK_CLOSE && standing.state != 0 ? trace_state_left(fd) : standing.state;
	const char *name = state != 0 ? constant_name(CONSTANT_STATE, state) : NULL;

	add_color(text, COLOR_DIM);
	trace_add(text, "%*s", TRACE_INDENT, "");
	trace_add_sentence(text, event, &standing);
	trace_add(text, "\n");
	if (name != NULL)
		trace_add(text, "%*sTCP state of %d: %s\n", TRACE_INDENT, "", fd, name);
	add_color(text, COLOR_RESET);
}

static void put(const struct trace_text *text)
{
	struct trace_wrapped wrapped;
	struct winsize size;

	if (current.terminal < 0 || ioctl(current.terminal, TIOCGWINSZ, &size) < 0 || size.ws_col == 0) {
		current.write(text->text, text->length, current.context);
		return;
	}
	trace_wrap(text, size.ws_col, &wrapped);
	current.write(wrapped.text, wrapped.length, current.context);
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
	put(&text);
	leave_out(now);
}

void trace_begin(const struct trace_plan *plan)
{
	previous = 0;
	if (plan != NULL)
		current = *plan;
	sock_observe(plan != NULL ? show : NULL, NULL);
	sock_observe_closing(plan != NULL && plan->explain ? look_before_close : NULL);
}
