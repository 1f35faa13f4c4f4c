/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the datagrams to send come from: words, or stdin as one, by lines or in pieces. Nothing here waits; who
 * owns the loop is told when there is something to read. */
#ifndef NSK_DATAGRAM_SOURCE_H
#define NSK_DATAGRAM_SOURCE_H

#include "core/datagram.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum source_kind {
	SOURCE_WORDS,  /* each word is one */
	SOURCE_WHOLE,  /* all that can be read is one; nothing: none */
	SOURCE_LINES,  /* a line is one, without its newline */
	SOURCE_PIECES  /* so many bytes are one */
};

struct source {
	enum source_kind kind;
	size_t limit; /* of a datagram */
	size_t size;  /* SOURCE_PIECES */
	int64_t times;/* SOURCE_WORDS, SOURCE_WHOLE: as often as that */
	int fd;       /* to read from */
	const char *name; /* of it, for messages */

	/* ours */
	struct datagram *words;
	int word_count, next_word;
	int64_t round;
	unsigned char *buffer;
	size_t capacity, begin, end;
	int own;       /* to read from: see reopen_terminal */
	uint64_t line; /* how many came before */
	bool ended;
};

/* The words are COUNT items of TEXTS; ESCAPES: they are decoded in place. All are checked, before anything is sent. 0, or a
 * status after a message. */
int source_open_words(struct source *source, int count, char **texts, bool escapes);

/* kind, limit, size, times, fd and name are set. 0, or a status after a message. */
int source_open_reader(struct source *source);

void source_close(struct source *source);

/* Whether there is nothing to send before more has been read. */
bool source_wants_input(const struct source *source);

/* Reads once. 0, or a status after a message. */
int source_read(struct source *source);

/* The next datagrams, at most COUNT, into ITEMS; good until source_read. Returns how many; -1 after a message: one is
 * too long. Only source_pass moves on, past COUNT that were sent. */
int source_peek(struct source *source, struct datagram *items, int count);
void source_pass(struct source *source, const struct datagram *items, int count);

/* Whether all has been passed. */
bool source_is_done(const struct source *source);

#endif
