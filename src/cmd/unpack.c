/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nsk unpack: records from hex digits, a file or stdin, as text, as JSON or explained. */
#include "platform.h"

#include "bytes/format.h"
#include "bytes/names.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cmd/packing.h"
#include "cmd/packing_input.h"
#include "view/records.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

struct settings {
	int64_t order, count, offset;
	const char *file, *names;
	bool repeats, is_json, explains;
};

/* One run. */
struct unpacker {
	const struct settings *settings;
	const char *text; /* FORMAT */
	struct format format;
	struct names names;
	struct packing_input input;
	struct records records;
};

/* Takes --names apart: as many as there are values. */
static int take_names(struct unpacker *unpacker)
{
	const char *given = unpacker->settings->names;
	size_t wanted = unpacker->format.value_count;
	const char *reason, *word;

	if (given == NULL)
		return 0;
	if (names_init(&unpacker->names, given, &reason, &word) < 0 && reason == NULL)
		return report_out_of_memory();
	if (reason != NULL)
		return usage_error("--names: '%s': %s", word, reason);
	size_t count = unpacker->names.count;
	if (count != wanted)
		return usage_error("--names: %zu name%s for %zu value%s", count, count == 1 ? "" : "s", wanted,
		                   wanted == 1 ? "" : "s");
	return 0;
}

static int report_output(void)
{
	return errno == ENOMEM ? report_out_of_memory() : report_errno("standard output");
}

/* Everything out, before the next read may block. */
static int flush_output(void *unpacker)
{
	return records_flush(&((struct unpacker *)unpacker)->records);
}

/* ---- input --------------------------------------------------------------------------------------- */

static int report_size(const struct unpacker *unpacker, const char *more, size_t got)
{
	char record[40] = "";

	if (unpacker->records.done > 0)
		snprintf(record, sizeof record, "record %" PRIu64 " ", unpacker->records.done + 1);
	return report(STATUS_FAILED, "%s: %srequires a buffer of %zu bytes, got %s%zu", unpacker->input.name, record,
	              unpacker->format.size, more, got);
}

/* The next record's bytes, at the reader's beginning. NULL when there is no whole one: then *HELD bytes wait, or *STATUS
 * is not STATUS_OK. */
static const unsigned char *next_record(struct unpacker *unpacker, size_t *held, int *status)
{
	struct bulk_reader *reader = &unpacker->input.reader;
	size_t size = unpacker->format.size;
	ssize_t got = bulk_reader_fill(reader, size);

	*status = STATUS_OK;
	*held = 0;
	if (got < 0)
		*status = packing_input_report(&unpacker->input);
	else
		*held = (size_t)got;
	return got >= 0 && (size_t)got >= size ? reader->buffer + reader->begin : NULL;
}

/* Writes all whole records that wait, at most COUNT; without a size there is always one. */
static int write_records(struct unpacker *unpacker, uint64_t count)
{
	struct bulk_reader *reader = &unpacker->input.reader;
	size_t size = unpacker->format.size;
	int status = STATUS_OK;

	while (status == STATUS_OK && count > 0 && reader->end - reader->begin >= size) {
		const unsigned char *record = reader->buffer + reader->begin;
		uint64_t step = size == 0 ? 1 : (reader->end - reader->begin) / size;

		if (step > count)
			step = count;
		if (records_write(&unpacker->records, record, &step) < 0)
			status = report_output();
		reader->begin += (size_t)step * size;
		count -= step;
	}
	return status;
}

/* The only record: what is longer is refused before anything is written. */
static int unpack_only(struct unpacker *unpacker)
{
	size_t size = unpacker->format.size;
	ssize_t got = bulk_reader_fill(&unpacker->input.reader, size + 1);

	if (got < 0)
		return packing_input_report(&unpacker->input);
	if ((size_t)got < size)
		return report_size(unpacker, "", (size_t)got);
	if ((size_t)got > size)
		return report_size(unpacker, "more than ", size);
	return write_records(unpacker, 1);
}

/* COUNT records. */
static int unpack_count(struct unpacker *unpacker, uint64_t count)
{
	int status = STATUS_OK;
	size_t held;

	while (status == STATUS_OK && unpacker->records.done < count) {
		if (next_record(unpacker, &held, &status) != NULL)
			status = write_records(unpacker, count - unpacker->records.done);
		else
			return status == STATUS_OK ? report_size(unpacker, "", held) : status;
	}
	return status;
}

/* Records until the end. */
static int unpack_all(struct unpacker *unpacker)
{
	int status = STATUS_OK;
	size_t held;

	while (status == STATUS_OK) {
		if (next_record(unpacker, &held, &status) != NULL)
			status = write_records(unpacker, UINT64_MAX);
		else if (status != STATUS_OK || held == 0)
			return status;
		else
			return report_size(unpacker, "", held);
	}
	return status;
}

/* How many bytes the run may read: not one more than it was told to unpack, or than shows that there are more. */
static uint64_t input_limit(const struct unpacker *unpacker, uint64_t count)
{
	const struct settings *settings = unpacker->settings;
	uint64_t size = unpacker->format.size;
	uint64_t offset = settings->offset > 0 ? (uint64_t)settings->offset : 0;

	if (settings->repeats)
		return UINT64_MAX;
	if (settings->count < 0 && settings->offset < 0)
		return size + 1;
	return size > 0 && count > (UINT64_MAX - offset) / size ? UINT64_MAX : offset + count * size;
}

static int unpack(struct unpacker *unpacker)
{
	const struct settings *settings = unpacker->settings;
	uint64_t count = settings->count < 0 ? 1 : (uint64_t)settings->count;
	int status = STATUS_OK;

	unpacker->input.reader.limit = input_limit(unpacker, count);
	if (settings->offset > 0)
		status = packing_input_skip(&unpacker->input, (uint64_t)settings->offset);
	if (status != STATUS_OK)
		return status;
	if (settings->repeats)
		return unpack_all(unpacker);
	if (settings->count < 0 && settings->offset < 0)
		return unpack_only(unpacker);
	return unpack_count(unpacker, count);
}

static int open_output(struct unpacker *unpacker)
{
	const struct settings *settings = unpacker->settings;
	struct records *records = &unpacker->records;

	records->form = RECORDS_LINES;
	if (settings->is_json)
		records->form = RECORDS_JSON;
	else if (settings->explains)
		records->form = RECORDS_EXPLAINED;
	records->format = &unpacker->format;
	records->text = unpacker->text;
	records->names = &unpacker->names;
	records->is_numbered = settings->repeats || settings->count > 1;
	if (records_open(records, STDOUT_FILENO) < 0)
		return report_out_of_memory();
	unpacker->input.reader.before_wait = flush_output;
	unpacker->input.reader.context = unpacker;
	return STATUS_OK;
}

static int check(const struct unpacker *unpacker, int argc)
{
	const struct settings *settings = unpacker->settings;

	if (settings->repeats && unpacker->format.size == 0)
		return usage_error("-r: FORMAT '%s' has size 0: no input would ever be used up", unpacker->text);
	if (settings->repeats && settings->count >= 0)
		return usage_error("-r and -n: records until the end, or that many?");
	if (settings->is_json && settings->explains)
		return usage_error("--json and --explain: one of the two");
	if (settings->file != NULL && argc > 1)
		return usage_error("-f and HEX: one of the two");
	return 0;
}

static int run(const void *given, int argc, char **argv)
{
	struct unpacker unpacker = { .settings = given, .text = argv[0], .input.reader.fd = -1 };
	int status = packing_compile(&unpacker.format, argv[0], unpacker.settings->order);

	if (status == 0)
		status = check(&unpacker, argc);
	if (status == 0)
		status = take_names(&unpacker);
	if (status == 0)
		status = packing_input_open(&unpacker.input, unpacker.settings->file, (size_t)argc - 1, argv + 1);
	if (status == 0)
		status = open_output(&unpacker);
	if (status == 0)
		status = unpack(&unpacker);
	if (records_flush(&unpacker.records) < 0)
		status = report_output();
	packing_input_close(&unpacker.input);
	records_close(&unpacker.records);
	names_release(&unpacker.names);
	format_release(&unpacker.format);
	return status;
}

static const struct option_spec options[] = {
	FLAG('r', "repeat", struct settings, repeats, "unpack records until the end of the input"),
	NUMBER('n', "count", "COUNT", 0, INT64_MAX, struct settings, count,
	       "unpack COUNT records and read not one byte more"),
	NUMBER(0, "offset", "COUNT", 0, INT64_MAX, struct settings, offset,
	       "pass over COUNT bytes first; then -n 1 is the default"),
	FILE_NAME('f', "file", struct settings, file, "read FILE instead of standard input"),
	TEXT(0, "names", "A,B,...", struct settings, names, "name the values: a=1 b=2"),
	FLAG(0, "json", struct settings, is_json, "print an array for each record, an object with --names"),
	FLAG(0, "explain", struct settings, explains,
	     "show offset, size, padding, code, bytes and value of each field, and a diagram"),
	PACKING_ORDER(struct settings, order),
	OPTION_END
};

static const struct settings defaults = { .order = PACKING_ORDER_DEFAULT, .count = -1, .offset = -1 };

static const struct command_example examples[] = {
	{ "nsk unpack '!HHI' 00501f9000000001", "bytes given as hex digits" },
	{ "nsk unpack --explain '<IHBxd' -f record", "which byte is what" },
	{ "nsk tcp-connect localhost 9000 | nsk unpack -r '!Id'", "a line for each record as it comes" },
	{ "nsk unpack --names src,dst,length,checksum --json '!4H' 0035c5d500140000", "a UDP header as JSON" },
	{ NULL, NULL },
};

const struct command command_unpack = {
	.name = "unpack",
	.summary = "unpack bytes into values, as Python's struct.unpack does",
	.group = "Packing",
	.operands = "FORMAT [HEX]...",
	.min_operands = 1,
	.max_operands = -1,
	.synonyms = "struct decode iter_unpack unpack_from",
	.examples = examples,
	.notes = PACKING_CODES " Without -r, -n or --offset the input must be exactly one record.",
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
