/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of datagrams that came: their bytes, lines, JSON or a hex view, to stdout or a file. What is put is
 * held until it is flushed, which is to be done before each wait. */
#ifndef NSK_DATAGRAM_OUTPUT_H
#define NSK_DATAGRAM_OUTPUT_H

#include "bytes/visible.h"
#include "core/datagram.h"
#include "core/sink.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum output_form {
	OUTPUT_NONE,
	OUTPUT_BYTES, /* as they are; on a terminal, unless raw, each on a line of its own */
	OUTPUT_LINES, /* a newline behind each */
	OUTPUT_JSON,
	OUTPUT_HEX
};

struct output {
	enum output_form form;
	bool raw;         /* control characters are passed on to a terminal */
	const char *path; /* of a file; NULL: stdout */
	int64_t deadline;
	const struct poller_backend *backend;

	/* ours */
	int fd;
	struct sink sink;
	unsigned char *buffer;
	size_t used;
	FILE *text; /* of JSON and the hex view, in memory */
	char *text_bytes;
	size_t text_length;
	bool escapes, colors;
	struct visible visible;
};

/* form to backend are set. Opens the file without emptying it. 0, or a status after a message. */
int output_open(struct output *output);

/* Empties a file: the socket stands, nothing is spoilt any more. 0, or a status after a message. */
int output_begin(struct output *output);

/* Failures are told by output_flush. */
void output_put(struct output *output, const struct datagram *datagram);

/* 0, also when a signal or the deadline came while waiting; or a status, after a message unless it is a signal. */
int output_flush(struct output *output);

/* Who PEER is, for people: a Unix socket may have no name. Returns TEXT. */
const char *output_peer_name(const struct endpoint *peer, char text[ENDPOINT_TEXT_MAX]);

/* Accepts one that was only zeroed. 0, or a status after a message. */
int output_close(struct output *output);

#endif
