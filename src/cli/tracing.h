/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * --trace and --explain, worded once for every command that opens sockets. */
#ifndef NSK_CLI_TRACING_H
#define NSK_CLI_TRACING_H

#include "cli/option.h"

struct tracing_settings {
	int64_t trace; /* how often it was given */
	bool explain;  /* alone it means --trace too */
};

extern const struct option_spec tracing_options[];

bool tracing_is_wanted(const struct tracing_settings *settings);

/* Shows socket calls on stderr from now on, if SETTINGS want it. */
void tracing_begin(const struct tracing_settings *settings);

#endif
