/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listening for datagrams: what udp-listen and unix-listen do once their sockets are bound. */
#ifndef NSK_DATAGRAM_RECEIVE_H
#define NSK_DATAGRAM_RECEIVE_H

#include "core/listen.h"
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

struct receive_plan {
	const struct receive_settings *settings;
	const char *command;         /* "udp-listen": for a hint how to listen everywhere; NULL: no hint */
	size_t limit;                /* of a reply */
	bool is_local;               /* Unix sockets */
	/* Whether what PEER sends is taken. NULL: everybody's is. */
	bool (*is_wanted)(const struct endpoint *peer, void *context);
	void *context;

	/* receive_check and receive_open fill these */
	const struct poller_backend *backend;
	int64_t deadline;
	struct output output;
};

/* Whether datagrams are answered by a program. */
bool receive_runs_program(const struct receive_settings *settings);

/* Checks what the options say together; time begins to count. settings, is_local are set. 0, or a status after a message. */
int receive_check(struct receive_plan *plan);

/* Opens --output, before anything is bound; from now on signals are caught. 0, or a status after a message. */
int receive_open(struct receive_plan *plan);

/* Tells that SOCKETS listen, and listens. *PARENT as ready_announce. Returns the status. */
int receive_run(struct receive_plan *plan, const struct listener_list *sockets, bool *parent);

/* Closes --output. Returns STATUS, or another one after a message when that was 0. */
int receive_close(struct receive_plan *plan, int status);

#endif
