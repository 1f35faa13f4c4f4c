/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Floating-point numbers of 16, 32 and 64 bits (IEEE 754) as text and as bits, exactly. Knows no locale. Pure;
 * no allocation. Text is written by the Schubfach method (R. Giulietti, "The Schubfach way to render doubles",
 * 2020) and read by one multiplication with a 128-bit power of ten, kept only where its error cannot matter
 * (the idea of M. Mushtak and D. Lemire, "Fast number parsing without fallback", 2023), else by strtod. */
#ifndef NSK_BYTES_FLOAT_H
#define NSK_BYTES_FLOAT_H

#include <stdint.h>

enum float_result {
	FLOAT_OK,
	FLOAT_MALFORMED,
	FLOAT_OVERFLOW /* finite as text, but beyond the greatest number */
};

/* Reads the word from TEXT to END: decimal ("1", "-0.5", ".5", "1e-7"), hex with 0x ("0x1.8p3"), "inf",
 * "infinity", "nan" in either case. The byte at END must be readable, and neither a letter, a digit, a sign
 * nor a point. Rounded to nearest, ties to even; on failure *VALUE is untouched. */
enum float_result float_parse(const char *text, const char *end, double *value);

/* A short cut for what is read most: the number that the text at AT begins with, digits with or without a point within
 * them and a minus before, no more than 19, in a line from BEGIN to END, whose last byte is readable and none of these.
 * The same value as float_parse gives. Returns where it ends; NULL: ask float_parse. */
const char *float_read_plain(const char *at, const char *begin, const char *end, double *value);

/* VALUE as the bits of a number of WIDTH 2, 4 or 8 bytes, rounded to nearest, ties to even, as Python does.
 * FLOAT_OVERFLOW when a finite VALUE would become infinite. */
enum float_result float_to_bits(double value, unsigned width, uint64_t *bits);

/* The number that the BITS of WIDTH 2, 4 or 8 bytes are. */
double float_from_bits(uint64_t bits, unsigned width);

/* Writes the number that the BITS of WIDTH bytes are to OUT, without a NUL: the fewest digits that float_parse and
 * float_to_bits take back to the same bits, and of those the nearest; positional from 1e-4 to below 1e16, else
 * "1.5e22"; "nan", "inf", "-inf". Returns where it ends. */
enum { FLOAT_TEXT_MAX = 32 };
char *float_write(char *out, uint64_t bits, unsigned width);

#endif
