/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the connections of one stream command share: settings checked, time limits, files. */
#ifndef NSK_STREAM_SESSION_H
#define NSK_STREAM_SESSION_H

#include "core/endpoint.h"
#include "core/merge.h"
#include "core/poller.h"
#include "stream/file_name.h"
#include "stream/keyboard.h"
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
	bool output_varies;       /* each connection has an output of its own, named by --output */
	bool output_begun;        /* it was emptied, if it was to be */
	bool detached;            /* stdin and stdout are not ours: --background, a handler */
	bool many;                /* -k: the input is opened anew for each connection, the output merged */
	bool local;               /* a Unix socket: peers have no address and port */
	bool mixed_families;      /* some addresses are IPv4, some IPv6 */
	bool unpaced;             /* of the sockets to prepare: a bulk may go over loopback, where nothing is gained by pacing */
	bool own_linger;          /* -O SO_LINGER=... */
	bool own_urgent;          /* -O SO_OOBINLINE=... */
	const char *bad_sockopt;  /* the -O that failed */
	uint64_t escaped;         /* control characters that were not shown as they are */
	struct merge merge;       /* of the many; whoever has their poller opens and releases it */
	struct keyboard keyboard; /* where lines are edited */
	struct monitor monitor;   /* transcript, logs, progress */
};

/* Checks what the options say together and fills SESSION; time begins to count. SINGLE: there is one
 * connection, and nothing else to wait for. 0, or a status after a message. */
int session_init(struct session *session, const struct stream_settings *settings, bool single);

/* Opens --input, --output and the logs; without them stdin and stdout are used. 0, or a status after a message. */
int session_open_files(struct session *session);

/* With -v: the connection to PEER has ended, for that REASON. MOVED is what went each way, sent and received; NULL: it went
 * past nsk. */
void session_note_end(const char *peer, const char *reason, const uint64_t moved[2]);

/* The REASON where nsk has given up. */
const char *session_reset_reason(const struct session *session);

/* When connecting must be done. */
int64_t session_connect_deadline(const struct session *session);

/* Before sockets are made that will be connected or bound to ADDRESSES, once the files are open: whether these are to be
 * unpaced. */
void session_consider_pacing(struct session *session, const struct endpoint_list *addresses);

/* Sets the -O options on a fresh socket; CONTEXT is the session. 0, or -1 with errno. Fits connect.h and listen.h. */
int session_prepare_socket(int fd, int family, void *context);

/* Reports errno of a failed session_prepare_socket; STATUS_FAILED. */
int session_report_sockopt(const struct session *session);

/* Opens the output of one connection, named by --output with VALUES in it: *PATH and *FD, both the caller's. 0, or a
 * status after a message. */
int session_open_output(const struct session *session, const struct file_name_values *values, char **path, int *fd);

/* How many descriptors each of many connections needs besides its socket; SESSION_DESCRIPTORS_MAX at most. */
enum { SESSION_DESCRIPTORS_MAX = 4 };
int session_descriptors(const struct session *session);

/* Empties an output that is a file, unless --append says to keep it: once a connection stands. session_begin_output
 * does it to the session's own, once. 0, or a status after a message. */
int session_empty_output(const struct session *session, int fd, const char *path);
int session_begin_output(struct session *session);

/* The output's name, for messages. */
const char *session_output_name(const struct session *session);

/* Reports that writing the output called NAME failed with ERROR. If it was stdout's reader that has gone, that is no
 * message but the signal it stands for. */
int session_report_output(const struct session *session, const char *name, int error);

/* Tells how many control characters were escaped. */
void session_tell_escaped(struct session *session);

/* All is over: closes the output and the logs. 0, or a status after a message: a late failure is one too. */
int session_finish(struct session *session);

/* Closes the files. Accepts a session that was only zeroed. */
void session_release(struct session *session);

#endif
