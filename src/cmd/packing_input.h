/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What unpack reads: HEX operands, a file, or standard input. Every function that fails has said so and returns
 * the status. */
#ifndef NSK_CMD_PACKING_INPUT_H
#define NSK_CMD_PACKING_INPUT_H

#include "core/bulk.h"

#include <stddef.h>
#include <stdint.h>

struct packing_input {
	struct bulk_reader reader;
	const char *name; /* for messages */
};

/* Opens FILE; standard input if that is NULL or "-"; nothing but the bytes of COUNT WORDS of hex digits, if there are
 * any. packing_input_close in any case, also of one that is all zero but for reader.fd -1. */
int packing_input_open(struct packing_input *input, const char *file, size_t count, char **words);
void packing_input_close(struct packing_input *input);

/* Passes over COUNT bytes. */
int packing_input_skip(struct packing_input *input, uint64_t count);

/* Says why the last read failed; always STATUS_FAILED. */
int packing_input_report(const struct packing_input *input);

#endif
