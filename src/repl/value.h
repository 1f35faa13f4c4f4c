/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The values of the language of nsk repl. Each owns what it holds; objects (sockets, pollers, files) belong to the
 * session, values only point to them. As text they look like Python's: 3, "bytes", 127.0.0.1:8080, socket fd 4. */
#ifndef NSK_REPL_VALUE_H
#define NSK_REPL_VALUE_H

#include "core/constant.h"
#include "core/endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum value_kind {
	VALUE_ABSENT, /* an argument that was not given */
	VALUE_NONE,
	VALUE_TRUTH,
	VALUE_NUMBER,
	VALUE_REAL,
	VALUE_TEXT,
	VALUE_WORD, /* a bare word that is no variable: it becomes what the call asks for */
	VALUE_ADDRESS,
	VALUE_LIST,
	VALUE_TUPLE,
	VALUE_OBJECT
};

struct object;

enum { VALUE_NO_GROUP = -1 };

struct value {
	enum value_kind kind;
	bool negative;       /* a number's sign */
	int group;           /* a number's names: an enum constant_group, or VALUE_NO_GROUP */
	uint64_t magnitude;  /* of a number; 0 or 1 of a truth */
	double real;
	unsigned char *bytes; /* of a text or a word, with a NUL behind them that does not count */
	size_t count;         /* of bytes, of items */
	struct value *items;
	struct endpoint *address;
	struct object *object;
};

/* These own nothing. */
struct value value_none(void);
struct value value_truth(bool truth);
struct value value_number(int64_t number);
struct value value_unsigned(uint64_t number);
struct value value_constant(int64_t number, enum constant_group group);
struct value value_real(double real);
struct value value_object(struct object *object);

/* These allocate: 0, or -1 with ENOMEM, *VALUE being VALUE_ABSENT. */
int value_set_text(struct value *value, const void *bytes, size_t count);
int value_set_word(struct value *value, const char *word);
int value_set_address(struct value *value, const struct endpoint *address);
int value_copy(struct value *value, const struct value *from);

/* A list or tuple without items; value_add moves ITEM into it, or releases it and returns -1 with ENOMEM. */
struct value value_sequence(enum value_kind kind);
int value_add(struct value *sequence, struct value item);

/* Leaves VALUE_ABSENT. */
void value_release(struct value *value);

bool value_is_sequence(const struct value *value);

/* NUMBER as an int64_t. 0, or -1: it does not fit, or is no number or truth. */
int value_int(const struct value *number, int64_t *result);

/* A bare word as it stands for itself: a number, True, False, None, a constant, else text; other values stay.
 * 0, or -1 with ENOMEM. */
int value_settle(struct value *word);

/* What TEXT is as a number, or a constant's or socket option's name. 0, or -1. */
int value_read_number(const char *text, struct value *number);

/* Equal as Python's == has it; a name of an error (text) also equals the constant. */
bool value_equal(const struct value *a, const struct value *b);

/* Writes VALUE as text. */
void value_write(FILE *to, const struct value *value);

/* The same in memory, the caller's to free, or NULL. PLAIN: text without quotes and escapes, as print has it. */
char *value_text(const struct value *value, bool plain, size_t *length);

/* Describes an object; object.c's. */
void object_write(FILE *to, const struct object *object);

#endif
