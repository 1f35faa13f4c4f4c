/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a listener for datagrams is asked to do: the options of udp-listen and unix-listen, and what they come to. */
#ifndef NSK_DATAGRAM_RECEIVE_SETTINGS_H
#define NSK_DATAGRAM_RECEIVE_SETTINGS_H

#include "datagram/options.h"
#include "datagram/output.h"
#include "serve/ready.h"

struct receive_settings {
	struct datagram_settings common;
	int64_t count;                  /* 0: not given */
	int64_t max_time, idle_timeout; /* nanoseconds, -1: not given */
	int64_t buffer;
	bool lines, json, hex, echo, talk;
	const char *reply, *output, *shell;
	char **program;
	struct ready_settings ready;
};

extern const struct option_spec receive_options[];

#define RECEIVE_DEFAULTS { .max_time = -1, .idle_timeout = -1, .buffer = 65535, .ready = READY_DEFAULTS }

/* Checks what the options say together. 0, or a status after a message. */
int receive_settings_check(const struct receive_settings *settings);

/* Whether datagrams are answered by a program; whether they are answered at all. */
bool receive_runs_program(const struct receive_settings *settings);
bool receive_answers(const struct receive_settings *settings);

/* Whether lines of stdin go to the latest sender: where that was said, or on a terminal that is ours to read. */
bool receive_talks(const struct receive_settings *settings);

/* How what comes is written. */
enum output_form receive_form(const struct receive_settings *settings);

#endif
