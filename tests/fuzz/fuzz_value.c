/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any word as an integer, a float and text with escapes. What a float reads as, written, reads as the same; decimal
 * ones read as the C library reads them. */
#include "bytes/escape.h"
#include "bytes/float.h"
#include "bytes/number.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_float(const char *text, size_t length)
{
	char again[FLOAT_TEXT_MAX + 1];
	double value, back = 0;
	uint64_t bits, more;

	if (float_parse(text, text + length, &value) != FLOAT_OK)
		return;
	if (strpbrk(text, "xX") == NULL && !isnan(value)) {
		double wanted = strtod(text, NULL);

		if (memcmp(&wanted, &value, sizeof value) != 0)
			abort();
	}
	for (unsigned width = 2; width <= 8; width *= 2) {
		if (float_to_bits(value, width, &bits) != FLOAT_OK)
			continue;
		char *end = float_write(again, bits, width);
		*end = '\0';
		if (end - again >= FLOAT_TEXT_MAX || float_parse(again, end, &back) != FLOAT_OK ||
		    float_to_bits(back, width, &more) != FLOAT_OK || (more != bits && !isnan(value)))
			abort();
	}
}

/* TEXT with a newline in place of its NUL: what the short cut takes is what float_parse takes, and no byte behind the
 * line is read. */
static void check_plain_float(const char *text, size_t length)
{
	char *line = malloc(length + 1);
	char *word = malloc(length + 1);
	double value = 0, wanted = 0;

	if (line == NULL || word == NULL)
		abort();
	memcpy(line, text, length);
	line[length] = '\n';
	const char *end = float_read_plain(line, line, line + length, &value);
	if (end != NULL) {
		size_t taken = (size_t)(end - line);

		memcpy(word, line, taken);
		word[taken] = '\0';
		if (float_parse(word, word + taken, &wanted) != FLOAT_OK || memcmp(&value, &wanted, sizeof value) != 0)
			abort();
	}
	free(line);
	free(word);
}

static void check_escapes(const char *text, size_t length)
{
	unsigned char *bytes = malloc(length + 1);
	char *again = malloc(4 * length + 1);
	unsigned char *back = malloc(4 * length + 1);
	size_t bad = SIZE_MAX;

	if (bytes == NULL || again == NULL || back == NULL)
		abort();
	ptrdiff_t count = escape_decode(text, length, bytes, &bad);
	if (count < 0 && (bad >= length || text[bad] != '\\'))
		abort();
	if (count >= 0) {
		char *end = escape_encode(again, bytes, (size_t)count);

		if (escape_decode(again, (size_t)(end - again), back, &bad) != count ||
		    memcmp(bytes, back, (size_t)count) != 0)
			abort();
	}
	free(bytes);
	free(again);
	free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	uint64_t magnitude;
	bool negative;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	size_t length = strlen(text);
	if (number_parse_signed(text, &magnitude, &negative) == NUMBER_OK) {
		char again[NUMBER_TEXT_MAX];
		uint64_t back = ~magnitude;
		char *end = number_write_unsigned(again, magnitude);
		char copy[NUMBER_TEXT_MAX + 1] = "";

		memcpy(copy, again, (size_t)(end - again));
		if (number_parse_unsigned(copy, &back) != NUMBER_OK || back != magnitude)
			abort();
	}
	check_float(text, length);
	check_plain_float(text, length);
	check_escapes((const char *)data, size);
	free(text);
	return 0;
}
