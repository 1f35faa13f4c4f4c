/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * FORMAT, the language of Python's struct module (https://docs.python.org/3/library/struct.html), compiled
 * once into a flat list of fields with their offsets. Knows sizes and places; record.h knows values. */
#ifndef NSK_BYTES_FORMAT_H
#define NSK_BYTES_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

enum format_order {
	FORMAT_ORDER_GIVEN,    /* by FORMAT's first character, or native */
	FORMAT_ORDER_NATIVE,   /* @: this machine's order, sizes and alignment */
	FORMAT_ORDER_STANDARD, /* =: this machine's order, fixed sizes, no alignment */
	FORMAT_ORDER_LITTLE,   /* < */
	FORMAT_ORDER_BIG,      /* > */
	FORMAT_ORDER_NETWORK   /* ! */
};

enum format_kind {
	FORMAT_PAD,      /* x: zero bytes, no value */
	FORMAT_CHAR,     /* c: one byte as text */
	FORMAT_BOOL,     /* ? */
	FORMAT_SIGNED,
	FORMAT_UNSIGNED,
	FORMAT_POINTER,  /* P: unsigned, but a negative number may be packed, as Python does */
	FORMAT_FLOAT,
	FORMAT_TEXT,     /* s: COUNT bytes, one value */
	FORMAT_PASCAL    /* p: a length byte and COUNT - 1 bytes, one value */
};

/* What one code with its count became. */
struct format_field {
	enum format_kind kind;
	char code;
	bool is_big;      /* the most significant byte comes first */
	unsigned width;   /* bytes of one item: 1, 2, 4 or 8 */
	size_t count;     /* items; for s and p bytes */
	size_t values;    /* values taken or given: COUNT, 1 for s and p, 0 for x */
	size_t offset;    /* of the first item in the record */
	size_t padding;   /* bytes before it that align it */
	size_t position;  /* of the code in FORMAT, from 0 */
	const char *type; /* what the item is in C: "unsigned short" */
};

struct format {
	struct format_field *fields;
	size_t field_count;
	size_t size;        /* bytes of a record, at most PTRDIFF_MAX */
	size_t value_count; /* values of a record */
	bool is_big;        /* the order that applies, this machine's for @ and = */
	bool has_gaps;      /* there are pad bytes, which no value writes */
	enum format_order order; /* what applies; never FORMAT_ORDER_GIVEN */
};

/* Why FORMAT is refused. */
struct format_error {
	const char *reason; /* NULL: out of memory */
	size_t position;    /* the character at fault, from 0 */
};

/* Compiles TEXT into FORMAT. ORDER other than FORMAT_ORDER_GIVEN stands in place of the first character, which
 * must then be none of @ = < > !. Returns 0; or -1 with *ERROR, FORMAT holding nothing. */
int format_compile(struct format *format, const char *text, enum format_order order, struct format_error *error);
void format_release(struct format *format);

#endif
