/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The values of a record that a compiled FORMAT describes: from words to bytes (pack) and from bytes to text
 * (unpack). Pure; no allocation. */
#ifndef NSK_BYTES_RECORD_H
#define NSK_BYTES_RECORD_H

#include "bytes/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_result {
	RECORD_OK,
	RECORD_TOO_FEW,      /* words end before FIELD has its value */
	RECORD_TOO_MANY,     /* a word is left */
	RECORD_NO_INTEGER,
	RECORD_NO_FLOAT,
	RECORD_NO_BOOL,
	RECORD_NOT_ONE_BYTE, /* c */
	RECORD_BAD_ESCAPE,
	RECORD_BAD_QUOTES,   /* a line's word begins with a quote that nothing or more than a blank follows */
	RECORD_OUT_OF_RANGE
};

/* What was refused. */
struct record_fault {
	enum record_result result;
	const struct format_field *field; /* NULL with RECORD_TOO_MANY */
	size_t value;                     /* which one, from 1; with RECORD_TOO_FEW how many there were */
	const char *text, *end;           /* the word; NULL with RECORD_TOO_FEW */
};

/* Packs COUNT WORDS, one for each value, into RECORD of format->size bytes, every byte of which is written. Text has
 * escapes (see escape.h); it is decoded in place, so that the words change. Returns 0; or -1 with *FAULT. */
int record_pack_words(const struct format *format, char *const *words, size_t count, unsigned char *record,
                      struct record_fault *fault);

/* The same with the words of the line from TEXT to END, where a newline stands: separated by blanks and
 * tabs, text in double quotes if it holds any of these. */
int record_pack_line(const struct format *format, char *text, char *end, unsigned char *record,
                     struct record_fault *fault);

/* The least and the greatest integer that FIELD takes. */
int64_t record_minimum(const struct format_field *field);
uint64_t record_maximum(const struct format_field *field);

/* Writes value INDEX of FIELD to OUT, which has a byte to spare, as words take it: integers in decimal, floats as
 * float_write does, true or false, text in double quotes with escapes. No NUL; returns where it ends. */
char *record_write_value(const struct format_field *field, size_t index, const unsigned char *record, char *out);

/* Writes all values with a space between; NAMES, if not NULL, are "a=", "b=", ..., put before each. */
char *record_write(const struct format *format, const char *const *names, const unsigned char *record, char *out);

/* The room that the text of a value of FIELD, or of a whole record without names, needs. SIZE_MAX when that is
 * beyond the address space. */
size_t record_value_room(const struct format_field *field);
size_t record_room(const struct format *format);

/* The bytes that value INDEX of FIELD (c, s or p) stands for, within RECORD, and their number. */
const unsigned char *record_bytes(const struct format_field *field, size_t index, const unsigned char *record,
                                  size_t *count);

#endif
