/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nsk pack: one record from operands, or one from each line of stdin. */
#include "platform.h"

#include "bytes/escape.h"
#include "bytes/format.h"
#include "bytes/hex.h"
#include "bytes/record.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cmd/packing.h"
#include "core/bulk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
	int64_t order;
	bool is_hex;
};

/* One run: records go from the buffer they are packed in to the writer, as bytes or as digits. */
struct packer {
	struct format format;
	bool is_hex;
	unsigned char *record; /* for digits; bytes are packed where they are written from */
	struct bulk_writer writer;
	struct bulk_reader reader;
	uint64_t line;     /* the one at hand, from 1; 0: operands */
	size_t line_limit; /* bytes */
};

static int report_stream(const char *name)
{
	return errno == ENOMEM ? report_out_of_memory() : report_errno("%s", name);
}

/* What code F takes, in words: RANGE has room for 80. */
static const char *describe_range(const struct format_field *field, char *range)
{
	static const char *const floats[] = { ['e'] = "65504", ['f'] = "3.4028235e38", ['d'] = "1.7976931348623157e308" };

	if (field->kind == FORMAT_FLOAT)
		snprintf(range, 80, "-%s to %s", floats[(unsigned char)field->code], floats[(unsigned char)field->code]);
	else
		snprintf(range, 80, "%" PRId64 " to %" PRIu64, record_minimum(field), record_maximum(field));
	return range;
}

/* Why the fault's word is none for its field: REASON has room for 160. */
static const char *describe_reason(const struct record_fault *fault, char *reason)
{
	char range[80];
	size_t bad = 0;

	switch (fault->result) {
	case RECORD_NO_INTEGER:
		snprintf(reason, 160, "not an integer; the range is %s", describe_range(fault->field, range));
		break;
	case RECORD_NO_FLOAT:
		return "not a number (write 1.5, 1e-7, 0x1.8p3, inf or nan)";
	case RECORD_NO_BOOL:
		return "not a truth value (write true, false, 1 or 0)";
	case RECORD_NOT_ONE_BYTE:
		return "not one byte";
	case RECORD_BAD_QUOTES:
		return "the quotes do not end, or a word goes on behind them";
	case RECORD_BAD_ESCAPE:
		escape_decode(fault->text, (size_t)(fault->end - fault->text), NULL, &bad);
		snprintf(reason, 160, "unknown escape at character %zu (write \\n \\r \\t \\a \\b \\f \\v \\\\ \\\", \\ooo or \\xHH)",
		         bad + 1);
		break;
	default:
		snprintf(reason, 160, "out of range: %s", describe_range(fault->field, range));
		break;
	}
	return reason;
}

enum { WORD_SHOWN = 4096 }; /* bytes of a word; a message cuts it further */

static int report_fault(const struct packer *packer, const struct record_fault *fault, size_t given)
{
	char where[32] = "";
	char takes[64];
	char reason[160];
	size_t wanted = packer->format.value_count;

	if (packer->line > 0)
		snprintf(where, sizeof where, "line %" PRIu64 ", ", packer->line);
	snprintf(takes, sizeof takes, "FORMAT takes %zu value%s", wanted, wanted == 1 ? "" : "s");
	if (fault->result == RECORD_TOO_FEW)
		return report(STATUS_FAILED, "%svalue %zu (code %c) is missing: %s, got %zu", where, fault->value + 1,
		              fault->field->code, takes, fault->value);
	int length = fault->end - fault->text > WORD_SHOWN ? WORD_SHOWN : (int)(fault->end - fault->text);
	if (fault->result == RECORD_TOO_MANY && packer->line > 0)
		return report(STATUS_FAILED, "%svalue %zu '%.*s': one too many: %s", where, fault->value, length,
		              fault->text, takes);
	if (fault->result == RECORD_TOO_MANY)
		return report(STATUS_FAILED, "value %zu '%.*s': too many: %s, got %zu", fault->value, length, fault->text,
		              takes, given);
	return report(STATUS_FAILED, "%svalue %zu '%.*s' (code %c): %s", where, fault->value, length, fault->text,
	              fault->field->code, describe_reason(fault, reason));
}

/* Where the next record is packed: NULL with errno. */
static unsigned char *begin_record(struct packer *packer)
{
	size_t size = packer->format.size;

	if (!packer->is_hex)
		return (unsigned char *)bulk_writer_room(&packer->writer, size);
	if (size > (PTRDIFF_MAX - 1) / 2) {
		errno = ENOMEM;
		return NULL;
	}
	return bulk_writer_room(&packer->writer, 2 * size + 1) != NULL ? packer->record : NULL;
}

/* Takes the record that was packed there. */
static void end_record(struct packer *packer)
{
	struct bulk_writer *writer = &packer->writer;

	if (!packer->is_hex) {
		writer->used += packer->format.size;
		return;
	}
	char *end = hex_encode(writer->buffer + writer->used, packer->record, packer->format.size);
	*end++ = '\n';
	writer->used = (size_t)(end - writer->buffer);
}

static int pack_operands(struct packer *packer, char **words, size_t count)
{
	unsigned char *record = begin_record(packer);
	struct record_fault fault;

	if (record == NULL)
		return report_stream("standard output");
	if (record_pack_words(&packer->format, words, count, record, &fault) < 0)
		return report_fault(packer, &fault, count);
	end_record(packer);
	return STATUS_OK;
}

static int pack_line(struct packer *packer, char *line, char *end)
{
	unsigned char *record = begin_record(packer);
	struct record_fault fault;

	packer->line++;
	if (record == NULL)
		return report_stream("standard output");
	if (record_pack_line(&packer->format, line, end, record, &fault) < 0)
		return report_fault(packer, &fault, 0);
	end_record(packer);
	return STATUS_OK;
}

/* The longest line that is taken: all that unpack prints, and as much again for other spellings. */
static size_t line_limit(const struct format *format)
{
	enum { LEAST = 1 << 20 };
	size_t room = record_room(format);

	return room > (PTRDIFF_MAX - LEAST) / 2 ? PTRDIFF_MAX : 2 * room + LEAST;
}

/* Sees to it that a whole line waits, of which the first SEARCHED bytes hold no newline. Returns its end, where the
 * newline is, behind a last line one that is added; NULL when there is none, with *STATUS. */
static char *find_line(struct packer *packer, int *status)
{
	struct bulk_reader *reader = &packer->reader;
	size_t searched = 0;

	for (;;) {
		unsigned char *line = reader->buffer + reader->begin;
		size_t held = reader->end - reader->begin;
		unsigned char *newline = memchr(line + searched, '\n', held - searched);

		*status = STATUS_OK;
		if (newline != NULL)
			return (char *)newline;
		if (held > packer->line_limit) {
			*status = report(STATUS_FAILED, "line %" PRIu64 ": longer than %zu bytes", packer->line + 1,
			                 packer->line_limit);
			return NULL;
		}
		searched = held;
		int more = bulk_reader_more(reader);
		if (more < 0)
			*status = report_stream(reader->is_told_off ? "standard output" : "standard input");
		if (more < 0 || (more == 0 && held == 0))
			return NULL;
		if (more == 0)
			reader->buffer[reader->end++] = '\n';
	}
}

static int pack_lines(struct packer *packer)
{
	struct bulk_reader *reader = &packer->reader;
	int status = STATUS_OK;
	char *end;

	packer->line_limit = line_limit(&packer->format);
	while (status == STATUS_OK && (end = find_line(packer, &status)) != NULL) {
		status = pack_line(packer, (char *)reader->buffer + reader->begin, end);
		reader->begin = (size_t)((unsigned char *)end - reader->buffer) + 1;
	}
	return status;
}

static int flush_records(void *packer)
{
	struct bulk_writer *writer = &((struct packer *)packer)->writer;

	return bulk_writer_flush(writer);
}

static int pack_all(struct packer *packer, size_t count, char **words)
{
	int status;

	if (bulk_writer_init(&packer->writer, STDOUT_FILENO) < 0 || bulk_reader_init(&packer->reader, STDIN_FILENO) < 0)
		return report_out_of_memory();
	packer->reader.before_wait = flush_records;
	packer->reader.context = packer;
	if (packer->is_hex && (packer->record = malloc(packer->format.size + 1)) == NULL)
		return report_out_of_memory();
	if (count == 0 && packer->format.value_count > 0)
		status = pack_lines(packer);
	else
		status = pack_operands(packer, words, count);
	if (bulk_writer_flush(&packer->writer) < 0)
		return report_errno("standard output");
	return status;
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct packer packer = { .is_hex = settings->is_hex || isatty(STDOUT_FILENO) };
	int status = packing_compile(&packer.format, argv[0], settings->order);

	if (status == 0)
		status = pack_all(&packer, (size_t)argc - 1, argv + 1);
	bulk_reader_release(&packer.reader);
	bulk_writer_release(&packer.writer);
	free(packer.record);
	format_release(&packer.format);
	return status;
}

static const struct option_spec options[] = {
	FLAG('x', "hex", struct settings, is_hex, "write hex digits and a newline, as on a terminal"),
	PACKING_ORDER(struct settings, order),
	OPTION_END
};

static const struct settings defaults = { .order = PACKING_ORDER_DEFAULT };

static const struct command_example examples[] = {
	{ "nsk pack -x '!HHI' 80 8080 1", "network byte order, shown as hex digits" },
	{ "nsk pack '!HHHHHH' 0x1234 0x0100 1 0 0 0 >header", "write the header of a DNS query" },
	{ "nsk pack '<h' -5 | xxd", "options end at the FORMAT: minus five is a value" },
	{ "nsk unpack -r '<Id' <in | nsk pack '>Id' >out", "records line by line: swap the byte order of a file" },
	{ NULL, NULL },
};

const struct command command_pack = {
	.name = "pack",
	.summary = "pack values into bytes, as Python's struct.pack does",
	.group = "Packing",
	.operands = "FORMAT [VALUE]...",
	.min_operands = 1,
	.max_operands = -1,
	.flags = COMMAND_OPTIONS_FIRST,
	.synonyms = "struct encode Struct pack_into",
	.examples = examples,
	.notes = PACKING_CODES " Without VALUE a record is read from each line of stdin.",
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
