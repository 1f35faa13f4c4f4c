/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Integers as text, read strictly: decimal, 0x, 0o, 0b (either case), leading zeros without
 * meaning, no spaces, nothing after the last digit; and written in decimal. Pure; no allocation. */
#ifndef NSK_BYTES_NUMBER_H
#define NSK_BYTES_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum number_result {
	NUMBER_OK,
	NUMBER_MALFORMED, /* not an integer at all */
	NUMBER_OVERFLOW   /* an integer, but past 64 bits (or a sign that leaves the type) */
};

/* Reads TEXT, without a sign, into *VALUE. On failure *VALUE is untouched. */
enum number_result number_parse_unsigned(const char *text, uint64_t *value);

/* Reads the digits of BASE (2 to 36) from TEXT as far as they go; *END is where they stop.
 * NUMBER_MALFORMED when there is no digit. */
enum number_result number_parse_digits(const char *text, unsigned base, uint64_t *value, const char **end);

/* Reads TEXT with an optional sign: the magnitude and whether it is negative ("-0" is not). */
enum number_result number_parse_signed(const char *text, uint64_t *magnitude, bool *negative);

/* The same for the word from TEXT to END. The byte at END must be readable, and neither a digit nor a
 * letter: that is where the digits stop. */
enum number_result number_parse_word(const char *text, const char *end, uint64_t *magnitude, bool *negative);

/* Writes VALUE in decimal to OUT, without a NUL; returns where it ends. OUT has NUMBER_TEXT_MAX bytes. */
enum { NUMBER_TEXT_MAX = 20 };
char *number_write_unsigned(char *out, uint64_t value);
char *number_write_signed(char *out, int64_t value);

/* 0 to 35 for a digit or letter, else -1. Knows no locale. */
int number_digit(char c);

#endif
