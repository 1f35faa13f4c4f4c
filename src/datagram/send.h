/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sending datagrams and, where asked for, waiting for replies: what udp-send and unix-send do once they have a socket. */
#ifndef NSK_DATAGRAM_SEND_H
#define NSK_DATAGRAM_SEND_H

#include "core/endpoint.h"
#include "datagram/options.h"

struct send_settings {
	struct datagram_settings common;
	bool escapes, lines, empty, connected;
	int64_t size;           /* 0: not given */
	int64_t replies;        /* 0: not given */
	int64_t wait;           /* nanoseconds, -1: not given */
	int64_t times, interval;
};

extern const struct option_spec send_options[];

#define SEND_DEFAULTS { .wait = -1, .times = 1 }

struct send_plan {
	const struct send_settings *settings;
	const struct poller_backend *backend;
	int text_count;   /* 0: stdin is read */
	char **texts;
	int fd;           /* of the socket; the caller's */
	const struct endpoint *to; /* NULL: the socket is connected */
	const char *name; /* of whom is sent to, for messages */
	size_t limit;     /* of a datagram */
	bool is_local;    /* a Unix socket */
};

/* Checks what the options say together, before a socket is made. TEXT_COUNT: how many TEXTs there are. 0, or a status after a message. */
int send_check(const struct send_settings *settings, int text_count, const struct poller_backend **backend);

/* Whether replies are taken, so that others than the peer may be heard. */
bool send_takes_replies(const struct send_settings *settings, int text_count);

/* The status of ERROR (an errno), met when sending to NAME, after a message. */
int send_report(int error, const char *name);

/* Sends all there is to send. Returns the status. */
int send_run(const struct send_plan *plan);

#endif
