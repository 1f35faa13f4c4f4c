/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See receive_settings.h. */
#include "platform.h"

#include "datagram/receive_settings.h"

#include "cli/message.h"

#include <sys/types.h>
#include <unistd.h>

#define S struct receive_settings

const struct option_spec receive_options[] = {
	OPTION_HEADING("How long"),
	NUMBER('W', "count", "N", 1, INT64_MAX, S, count, "end after N datagrams"),
	DURATION(0, "max-time", S, max_time, "end after DURATION, with status 124"),
	DURATION(0, "idle-timeout", S, idle_timeout, "end when nothing has come for DURATION, with status 124"),

	OPTION_HEADING("What is written (each datagram's bytes, as they are)"),
	FLAG('L', "lines", S, lines, "a newline behind each datagram"),
	FLAG(0, "json", S, json, "a JSON object for each, one a line"),
	FLAG('x', "hex", S, hex, "a hex view of each, headed by time, peer and length"),
	FILE_NAME(0, "output", S, output, "write to FILE instead of stdout"),
	SIZE(0, "buffer", 1, 1 << 30, S, buffer, "keep at most SIZE bytes of a datagram (65535); a longer one makes the status 1"),

	OPTION_HEADING("Answers"),
	FLAG(0, "echo", S, echo, "send each datagram back to its sender"),
	TEXT(0, "reply", "TEXT", S, reply, "answer each datagram with TEXT"),
	PROGRAM("exec", S, program, "run PROGRAM for each: the datagram is its stdin, its stdout the answer"),
	TEXT(0, "sh", "COMMAND", S, shell, "the same with a command for the shell"),
	FLAG(0, "talk", S, talk, "each line of stdin goes to the latest sender (the default on a terminal)"),
	INCLUDE(S, ready, ready_options, struct ready_settings),
	INCLUDE(S, common, datagram_options, struct datagram_settings),
	OPTION_END,
};

bool receive_runs_program(const struct receive_settings *settings)
{
	return settings->program != NULL || settings->shell != NULL;
}

bool receive_answers(const struct receive_settings *settings)
{
	return settings->echo || settings->reply != NULL || receive_runs_program(settings);
}

/* A job in the background that reads its terminal is stopped, and takes in nothing any more. */
static bool has_terminal(void)
{
	pid_t foreground = isatty(STDIN_FILENO) ? tcgetpgrp(STDIN_FILENO) : 0;

	return foreground == getpgrp() || foreground < 0; /* -1: of another session, which stops nobody */
}

bool receive_talks(const struct receive_settings *settings)
{
	return settings->talk || (!receive_answers(settings) && !settings->ready.background && has_terminal());
}

int receive_settings_check(const struct receive_settings *settings)
{
	if (settings->lines + settings->json + settings->hex > 1)
		return usage_error("-L, --json and -x: one form of output");
	if (settings->echo + (settings->reply != NULL) + (settings->program != NULL) + (settings->shell != NULL) +
	    settings->talk > 1)
		return usage_error("--echo, --reply, --exec, --sh and --talk: one kind of answer");
	if (settings->talk && settings->ready.background)
		return usage_error("--talk needs a stdin, which there is none in the background");
	if (receive_answers(settings) && settings->output != NULL && !settings->json && !settings->hex)
		return usage_error("with an answer nothing is written but by --json or -x: --output has nothing to take");
	if (settings->ready.background && settings->output == NULL && !receive_answers(settings))
		return usage_error("--background needs --output FILE or an answer: nobody would see what comes");
	return STATUS_OK;
}

enum output_form receive_form(const struct receive_settings *settings)
{
	if (settings->ready.background && settings->output == NULL)
		return OUTPUT_NONE;
	if (settings->json)
		return OUTPUT_JSON;
	if (settings->hex)
		return OUTPUT_HEX;
	if (receive_answers(settings))
		return OUTPUT_NONE;
	/* in a conversation on a terminal the next line is the other one's */
	return settings->lines || (receive_talks(settings) && settings->output == NULL && isatty(STDOUT_FILENO)) ? OUTPUT_LINES
	                                                                                                : OUTPUT_BYTES;
}
