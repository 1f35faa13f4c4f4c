/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The options of all stream commands, worded once: time limits, ends, bytes, sockets. */
#ifndef NSK_STREAM_OPTIONS_H
#define NSK_STREAM_OPTIONS_H

#include "cli/option.h"
#include "cli/tracing.h"

enum stream_peer_end { STREAM_PEER_END_UNSET = -1, STREAM_PEER_END_END = 0, STREAM_PEER_END_CONTINUE = 1 };

/* Durations: nanoseconds, -1 where not given. */
struct stream_settings {
	int64_t timeout, connect_timeout, idle_timeout, max_time;
	int64_t quit_after, interval, rate;
	bool no_shutdown, half_close; /* half_close: -N, the default anyway */
	bool receive_only, send_only, append, crlf, raw;
	const char *input, *output;
	bool hex, progress, no_edit, history;
	const char *hex_file, *log_sent, *log_received;
	int64_t on_peer_end;
	struct option_list sockopts;
	int64_t verbosity;
	const char *poller;
	char **program; /* --exec: its words, NULL at the end; NULL: none */
	const char *shell_command;
	bool clean_environment;
	struct tracing_settings tracing;
};

extern const struct option_spec stream_options[];

/* The name of an option that was given and is about the bytes of the stream or its ends; NULL if there is none. */
const char *stream_bytes_option(const struct stream_settings *settings);

/* The same, but for those that only watch, log or slow what comes and goes. */
const char *stream_ends_option(const struct stream_settings *settings);

/* The initial value of a struct stream_settings. */
#define STREAM_DEFAULTS \
	{ .timeout = -1, .connect_timeout = -1, .idle_timeout = -1, .max_time = -1, .quit_after = -1, \
	  .on_peer_end = STREAM_PEER_END_UNSET }

#endif
