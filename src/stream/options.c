/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See options.h. */
#include "platform.h"

#include "stream/options.h"

#include <stddef.h>

#define RATE_MAX (INT64_C(100) << 30)
#define S struct stream_settings

const struct option_spec stream_options[] = {
	OPTION_HEADING("Time limits (past one: status 124)"),
	DURATION('w', "timeout", S, timeout, "both of --connect-timeout and --idle-timeout"),
	DURATION(0, "connect-timeout", S, connect_timeout, "to connect; a server: until the first client has come"),
	DURATION(0, "idle-timeout", S, idle_timeout, "without a byte either way"),
	DURATION(0, "max-time", S, max_time, "for everything"),

	OPTION_HEADING("Ends"),
	DURATION('q', "quit-after", S, quit_after,
	         "after stdin's end keep the sending side open; end when the peer ends, or when nothing has come for DURATION "
	         "(for peers that take a half-close for a hang-up)"),
	FLAG(0, "no-shutdown", S, no_shutdown, "no half-close at stdin's end"),
	FLAG('N', NULL, S, half_close, "half-close at stdin's end: the default, accepted for nc's users"),
	FLAG('d', "recv-only", S, receive_only, "stdin is not read"),
	FLAG(0, "send-only", S, send_only, "write nothing to stdout; what comes is drained"),
	CHOICE(0, "on-peer-eof", "end|continue", S, on_peer_end,
	       "at the peer's end: end too (the default when stdin is a terminal), or go on sending"),

	OPTION_HEADING("Bytes"),
	FILE_NAME(0, "input", S, input, "send FILE instead of stdin"),
	FILE_NAME(0, "output", S, output, "write to FILE instead of stdout"),
	FLAG(0, "append", S, append, "with --output: add to FILE's end"),
	FLAG('C', "crlf", S, crlf, "send CRLF for LF"),
	DURATION('i', "interval", S, interval, "wait between lines sent"),
	SIZE(0, "rate", 1, RATE_MAX, S, rate, "at most SIZE bytes a second, each way"),
	FLAG(0, "raw", S, raw, "pass control characters on to a terminal"),

	OPTION_HEADING("Typing (on a terminal, where readline is there)"),
	FLAG(0, "no-edit", S, no_edit, "type lines as the terminal takes them, without editing"),
	FLAG(0, "history", S, history, "keep the lines typed in $XDG_STATE_HOME/nsk/history, passwords too"),

	OPTION_HEADING("Watching"),
	FLAG('x', "hex", S, hex, "show all bytes on stderr: time, > sent or < received, offset, hex, characters"),
	FILE_NAME(0, "hex-file", S, hex_file, "write what -x shows to FILE"),
	FLAG(0, "progress", S, progress,
	     "one line on stderr: bytes, rate, time; for a file also a bar and the time left (no terminal: once, at the end)"),
	FILE_NAME(0, "log-sent", S, log_sent,
	          "copy what is sent to FILE (%n in its name: connection number, %%: %; TCP: %a peer's address, %p its port)"),
	FILE_NAME(0, "log-received", S, log_received, "copy what is received to FILE, named likewise"),

	OPTION_HEADING("Programs"),
	PROGRAM("exec", S, program,
	        "a program in place of stdio: its stdin and stdout are the connection; its words follow --, behind the address"),
	TEXT(0, "sh", "COMMAND", S, shell_command, "the same with a shell command"),
	FLAG(0, "clean-env", S, clean_environment, "the program finds PATH, HOME, TERM, LANG and UCSPI's names, nothing else"),

	OPTION_HEADING("More"),
	{ .kind = OPTION_KIND_LIST, .letter = 'O', .name = "sockopt", .metavar = "NAME=VALUE",
	  .help = "set a socket option by its C name (TCP_NODELAY=1), as often as wanted",
	  .offset = OPTION_FIELD(S, sockopts, struct option_list), .complete = OPTION_COMPLETE_SOCKOPT },
	COUNT('v', "verbose", S, verbosity, "tell what happens, on stderr"),
	{ .kind = OPTION_KIND_TEXT, .name = "poller", .metavar = "NAME", .advanced = true,
	  .help = "wait by epoll, poll or select (also from the environment: NSK_POLLER)",
	  .offset = OPTION_FIELD(S, poller, const char *), .complete = OPTION_COMPLETE_POLLER },
	INCLUDE(S, tracing, tracing_options, struct tracing_settings),
	OPTION_END,
};

struct given {
	bool given;
	const char *name;
};

static const char *first_given(const struct given *options, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (options[i].given)
			return options[i].name;
	}
	return NULL;
}

const char *stream_ends_option(const struct stream_settings *settings)
{
	const struct given options[] = {
		{ settings->quit_after >= 0, "--quit-after" },  { settings->no_shutdown, "--no-shutdown" },
		{ settings->receive_only, "--recv-only" },      { settings->send_only, "--send-only" },
		{ settings->input != NULL, "--input" },         { settings->output != NULL, "--output" },
		{ settings->append, "--append" },               { settings->crlf, "--crlf" },
		{ settings->interval > 0, "--interval" },       { settings->on_peer_end >= 0, "--on-peer-eof" },
		{ settings->raw, "--raw" },                        { settings->history, "--history" },
	};

	return first_given(options, sizeof options / sizeof *options);
}

const char *stream_bytes_option(const struct stream_settings *settings)
{
	const struct given options[] = {
		{ settings->idle_timeout >= 0, "--idle-timeout" },   { settings->rate > 0, "--rate" },
		{ settings->hex, "--hex" },                          { settings->hex_file != NULL, "--hex-file" },
		{ settings->progress, "--progress" },                { settings->log_sent != NULL, "--log-sent" },
		{ settings->log_received != NULL, "--log-received" },
	};
	const char *ends = stream_ends_option(settings);

	return ends != NULL ? ends : first_given(options, sizeof options / sizeof *options);
}
