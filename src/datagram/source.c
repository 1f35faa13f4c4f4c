/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See source.h. */
#include "platform.h"

#include "datagram/source.h"

#include "bytes/escape.h"
#include "cli/message.h"
#include "core/reopen.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_BYTES = 256 * 1024 /* more does not stay in the cache until it is sent */
};

/* ---- words ------------------------------------------------------------------------------------------ */

static int report_too_long(const struct source *source, const char *what, size_t length)
{
	return report(STATUS_FAILED, "%s: %zu bytes, but a datagram has at most %zu here", what, length, source->limit);
}

static int take_word(struct source *source, char *text, int number, bool escapes)
{
	unsigned char *data = (unsigned char *)text;
	ptrdiff_t length = (ptrdiff_t)strlen(text);
	size_t bad = 0;
	char what[32];

	if (escapes)
		length = escape_decode(text, (size_t)length, data, &bad);
	if (length < 0)
		return report(STATUS_FAILED, "'%s': '%.4s' is no escape", text, text + bad);
	snprintf(what, sizeof what, "text %d", number);
	if ((size_t)length > source->limit)
		return report_too_long(source, what, (size_t)length);
	source->words[source->word_count++] = (struct datagram){ .data = data, .length = (size_t)length };
	return STATUS_OK;
}

int source_open_words(struct source *source, int count, char **texts, bool escapes)
{
	int status = STATUS_OK;

	source->kind = SOURCE_WORDS;
	source->words = calloc((size_t)count, sizeof *source->words);
	if (source->words == NULL)
		return report_out_of_memory();
	for (int i = 0; i < count && status == STATUS_OK; i++)
		status = take_word(source, texts[i], i + 1, escapes);
	return status;
}

/* ---- a reader --------------------------------------------------------------------------------------- */

/* How much is read of equal pieces: whole messages, so that few are left over to go by themselves. */
static size_t read_size(const struct source *source)
{
	size_t together = source->kind == SOURCE_PIECES ? DATAGRAM_MAX_IPV4 / source->size : 1;
	size_t message = together > 1 ? (together < DATAGRAM_TOGETHER ? together : DATAGRAM_TOGETHER) * source->size : 1;

	return READ_BYTES / message * message;
}

int source_open_reader(struct source *source)
{
	/* room for the longest there can be and one byte more, by which a longer one is known */
	source->capacity = source->limit + 2 > READ_BYTES ? source->limit + 2 : read_size(source);
	if (posix_memalign((void **)&source->buffer, 4096, source->capacity) != 0) {
		source->buffer = NULL;
		return report_out_of_memory();
	}
	source->own = reopen_terminal(source->fd);
	return STATUS_OK;
}

void source_close(struct source *source)
{
	if (source->buffer != NULL && source->own != source->fd)
		close(source->own);
	free(source->words);
	free(source->buffer);
	source->words = NULL;
	source->buffer = NULL;
}

int source_read(struct source *source)
{
	size_t held = source->end - source->begin;

	if (source->begin > 0 && held > 0)
		memmove(source->buffer, source->buffer + source->begin, held);
	source->begin = 0;
	source->end = held;
	ssize_t count = read(source->own, source->buffer + held, source->capacity - held);
	if (count < 0)
		return errno == EAGAIN || errno == EINTR ? STATUS_OK : report_errno("%s", source->name);
	source->end += (size_t)count;
	source->ended = count == 0;
	return STATUS_OK;
}

/* The next datagram from AT on: 1; 0: more must be read first, or there is none; -1: it is too long. *NEXT is where the one behind
 * it begins. */
static int find_next(const struct source *source, size_t at, struct datagram *item, size_t *next)
{
	size_t held = source->end - at;
	size_t length = held;
	unsigned char *newline = NULL;
	bool whole = source->ended && held > 0;

	if (source->kind == SOURCE_LINES) {
		newline = held > 0 ? memchr(source->buffer + at, '\n', held) : NULL;
		length = newline != NULL ? (size_t)(newline - (source->buffer + at)) : held;
	} else if (source->kind == SOURCE_PIECES && held >= source->size) {
		length = source->size;
		whole = true;
	}
	if (length > source->limit)
		return -1;
	*item = (struct datagram){ .data = source->buffer + at, .length = length };
	*next = at + length + (newline != NULL);
	return newline != NULL || whole;
}

static int report_reader_too_long(const struct source *source)
{
	if (source->kind == SOURCE_LINES)
		return report(STATUS_FAILED, "%s: line %" PRIu64 ": more than the %zu bytes that a datagram has at most here",
		              source->name, source->line + 1, source->limit);
	return report(STATUS_FAILED, "%s: more than the %zu bytes that a datagram has at most here", source->name,
	              source->limit);
}

static int peek_reader(struct source *source, struct datagram *items, int count)
{
	size_t at = source->begin;
	int found = 0;

	while (found < count) {
		int result = find_next(source, at, &items[found], &at);

		if (result < 0 && found == 0) {
			report_reader_too_long(source);
			return -1;
		}
		if (result <= 0)
			break;
		found++;
		if (source->kind == SOURCE_WHOLE)
			break;
	}
	return found;
}

/* ---- both ------------------------------------------------------------------------------------------- */

int source_peek(struct source *source, struct datagram *items, int count)
{
	int found = 0;

	if (source_is_done(source))
		return 0;
	if (source->kind != SOURCE_WORDS)
		return peek_reader(source, items, count);
	for (int i = source->next_word; i < source->word_count && found < count; i++)
		items[found++] = source->words[i];
	return found;
}

void source_pass(struct source *source, const struct datagram *items, int count)
{
	if (source->kind == SOURCE_WORDS) {
		source->next_word += count;
		if (source->next_word == source->word_count) {
			source->next_word = 0;
			source->round++;
		}
		return;
	}
	if (source->kind == SOURCE_WHOLE) {
		source->round++;
		return;
	}
	const struct datagram *last = &items[count - 1];
	source->begin = (size_t)(last->data + last->length - source->buffer);
	if (source->kind == SOURCE_LINES && source->begin < source->end)
		source->begin++; /* its newline */
	source->line += (uint64_t)count;
}

bool source_wants_input(const struct source *source)
{
	struct datagram item;
	size_t next;

	if (source->kind == SOURCE_WORDS || source->ended)
		return false;
	return find_next(source, source->begin, &item, &next) == 0;
}

bool source_is_done(const struct source *source)
{
	if (source->kind == SOURCE_WORDS || (source->kind == SOURCE_WHOLE && source->round > 0))
		return source->round >= source->times;
	return source->ended && source->begin == source->end;
}
