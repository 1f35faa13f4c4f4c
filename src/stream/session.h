/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One stream joined to this process's input and output: what all stream commands do once they are
 * connected. Settings become a relay plan, its outcome becomes a message and a status. */
#ifndef NSK_STREAM_SESSION_H
#define NSK_STREAM_SESSION_H

#include "core/endpoint.h"
#include "core/poller.h"
#include "stream/monitor.h"
#include "stream/options.h"

#include <stdbool.h>
#include <stdint.h>

struct session {
	const struct stream_settings *settings;
	const struct poller_backend *backend;
	int64_t deadline;         /* of everything (--max-time) */
	int64_t connect_timeout;  /* nanoseconds; 0 or less: none */
	int64_t idle_timeout;
	int input, output;        /* descriptors; -1: nothing to say, nothing wanted */
	bool owns_input, owns_output;
	char *output_path;        /* of --output, its letters replaced; ours */
	bool detached;            /* --background: stdin and stdout are not ours */
	bool local;               /* a Unix socket: peers have no address and port */
	bool mixed_families;      /* some addresses are IPv4, some IPv6 */
	const char *bad_sockopt;  /* the -O that failed */
	struct monitor monitor;   /* transcript, logs, progress */
};

/* Checks what the options say together and fills SESSION; time begins to count. 0, or a status after a message. */
int session_init(struct session *session, const struct stream_settings *settings);

/* Opens --input, --output and the logs; without them stdin and stdout are used. 0, or a status after a message. */
int session_open_files(struct session *session);

/* When connecting must be done. */
int64_t session_connect_deadline(const struct session *session);

/* Sets the -O options on a fresh socket; CONTEXT is the session. 0, or -1 with errno. Fits connect.h and listen.h. */
int session_prepare_socket(int fd, int family, void *context);

/* Reports errno of a failed session_prepare_socket; STATUS_FAILED. */
int session_report_sockopt(const struct session *session);

/* Runs the session on the connected socket FD, which it closes. Returns the status, after a message if it is not 0. */
int session_run(struct session *session, int fd, const struct endpoint *peer);

/* Closes the files. Accepts a session that was only zeroed. */
void session_release(struct session *session);

#endif
