/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See tracing.h. */
#include "platform.h"

#include "cli/tracing.h"

#include "cli/message.h"
#include "view/color.h"
#include "view/trace.h"

#include <unistd.h>

const struct option_spec tracing_options[] = {
	COUNT(0, "trace", struct tracing_settings, trace,
	      "show each socket call on stderr as it is made; given twice, also the calls that wait"),
	FLAG(0, "explain", struct tracing_settings, explain,
	     "the same, with what each call means and the TCP state after it"),
	OPTION_END,
};

static void write_lines(const char *text, size_t length, void *context)
{
	(void)context;
	message_write(text, length);
}

bool tracing_is_wanted(const struct tracing_settings *settings)
{
	return settings->trace > 0 || settings->explain;
}

void tracing_begin(const struct tracing_settings *settings)
{
	const struct trace_plan plan = {
		.waits = settings->trace > 1,
		.explain = settings->explain,
		.color = color_wanted(STDERR_FILENO),
		.terminal = isatty(STDERR_FILENO) ? STDERR_FILENO : -1,
		.write = write_lines,
	};

	if (tracing_is_wanted(settings))
		trace_begin(&plan);
}
