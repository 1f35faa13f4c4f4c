/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What people and files see of sessions while they run: the hex transcript (-x, --hex-file), raw copies
 * (--log-sent, --log-received) and progress. One monitor serves all connections of a command; each of them is a
 * link, which sees the bytes and the turns of its relay. */
#ifndef NSK_STREAM_MONITOR_H
#define NSK_STREAM_MONITOR_H

#include "core/endpoint.h"
#include "core/relay.h"
#include "core/sink.h"
#include "stream/log_file.h"
#include "stream/options.h"
#include "view/progress.h"

#include <stdbool.h>
#include <stdint.h>

/* A hex view: stderr's or a file's. */
struct monitor_hex {
	struct sink *sink; /* NULL: not wanted */
	bool color;
};

struct monitor_link;

struct monitor {
	const struct stream_settings *settings;
	const struct poller_backend *backend;
	int64_t deadline;
	bool begun, ended;
	bool crowded;                        /* several clients: the hex view names them; the caller's to set */
	struct sink terminal;                /* stderr, whatever it is */
	struct log_file hex_file;
	struct monitor_hex hex[2];
	struct log_file sent, received;      /* shared by all links, if the name does not vary */
	struct progress progress;
	uint64_t sent_total, received_total; /* of all links */
	bool output_is_terminal;
	const struct monitor_link *shown;    /* whose lines stood last in the hex views */
};

/* One connection; stays where it is while it is attached. */
struct monitor_link {
	struct monitor *monitor;
	struct endpoint peer;
	uint64_t number; /* as peer_name has it */
	struct log_file own_sent, own_received; /* if the name varies */
	struct log_file *sent, *received;       /* NULL: not wanted */
	uint64_t sent_offset, received_offset;  /* in the hex view */
	uint64_t sent_count, received_count;    /* of the relay, so far */
};

/* Checks the names and opens the files that do not vary, without emptying them. HAS_PEER: peers have an address and
 * a port. 0, or a status after a message. */
int monitor_open(struct monitor *monitor, const struct stream_settings *settings, int64_t deadline,
                 const struct poller_backend *backend, bool has_peer);

/* Whether an option asks for any of it. */
bool monitor_wanted(const struct monitor *monitor);

/* A connection stands: empties the files and begins the progress the first time, and opens the link's own files.
 * INPUT and OUTPUT: the session's descriptors, -1 for none. 0, or a status after a message. */
int monitor_attach(struct monitor *monitor, struct monitor_link *link, uint64_t number, const struct endpoint *peer,
                   int input, int output);

/* The link's peer_name, made when it is wanted. Returns TEXT. */
const char *monitor_name(const struct monitor_link *link, char text[ENDPOINT_TEXT_MAX]);

/* Lets the link see the bytes of PLAN. */
void monitor_watch(struct monitor_link *link, struct relay_plan *plan);

/* The relay is over: what it counted in the end. */
void monitor_count(struct monitor_link *link, uint64_t sent, uint64_t received);

/* 0, or STATUS_FAILED after a message that tells which of the link's files could not be written. */
int monitor_report(const struct monitor_link *link);

/* The connection is over: closes the link's own files. 0, or a status after a message. Accepts a zeroed one. */
int monitor_detach(struct monitor_link *link);

/* All is over: tells the progress a last time, about PEER; nothing if no connection stood, or if it has been told. */
void monitor_end(struct monitor *monitor, const struct endpoint *peer);

/* Closes the shared files. 0, or a status after a message. Accepts a zeroed one; again does nothing. */
int monitor_close(struct monitor *monitor);

#endif
