/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See packing_input.h. */
#include "platform.h"

#include "cmd/packing_input.h"

#include "bytes/hex.h"
#include "cli/message.h"
#include "cmd/packing.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Decodes WORDS into the reader's buffer. */
static int take_digits(struct bulk_reader *reader, size_t count, char **words)
{
	struct hex_decoder decoder = { .pending = -1 };
	size_t bad;

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(words[i]);

		if (bulk_reader_reserve(reader, length) < 0)
			return report_out_of_memory();
		ptrdiff_t got = hex_decode(&decoder, words[i], length, reader->buffer + reader->end, &bad);
		if (got < 0)
			return report(STATUS_FAILED, "HEX '%s': '%.*s' at position %zu is no hex digit", words[i],
			              packing_character(words[i] + bad), words[i] + bad, bad + 1);
		reader->end += (size_t)got;
	}
	if (decoder.pending >= 0)
		return report(STATUS_FAILED, "HEX: an odd number of digits; the last byte is half a byte");
	return STATUS_OK;
}

int packing_input_open(struct packing_input *input, const char *file, size_t count, char **words)
{
	int fd = STDIN_FILENO;

	input->name = "standard input";
	if (count > 0) {
		input->name = "HEX";
		fd = -1;
	} else if (file != NULL && strcmp(file, "-") != 0) {
		input->name = file;
		fd = open(file, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return report_errno("%s", message_object(file));
	}
	if (bulk_reader_init(&input->reader, fd) < 0)
		return report_out_of_memory();
	return take_digits(&input->reader, count, words);
}

void packing_input_close(struct packing_input *input)
{
	if (input->reader.fd > STDIN_FILENO)
		close(input->reader.fd);
	bulk_reader_release(&input->reader);
}

int packing_input_skip(struct packing_input *input, uint64_t count)
{
	uint64_t skipped = 0;

	if (bulk_reader_skip(&input->reader, count, &skipped) < 0)
		return packing_input_report(input);
	if (skipped < count)
		return report(STATUS_FAILED, "%s: ends after %" PRIu64 " bytes, before offset %" PRIu64, input->name,
		              skipped, count);
	return STATUS_OK;
}

int packing_input_report(const struct packing_input *input)
{
	if (errno == ENOMEM)
		return report_out_of_memory();
	return report_errno("%s", input->reader.is_told_off ? "standard output" : input->name);
}
