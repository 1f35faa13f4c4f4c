/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unpacked records written to a descriptor: a line for each, a JSON document for each, or explained. */
#ifndef NSK_VIEW_RECORDS_H
#define NSK_VIEW_RECORDS_H

#include "bytes/format.h"
#include "bytes/names.h"
#include "core/bulk.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum records_form {
	RECORDS_LINES,    /* values with a space between */
	RECORDS_JSON,     /* an array, with names an object */
	RECORDS_EXPLAINED /* see layout.h */
};

struct records {
	enum records_form form;
	const struct format *format;
	const char *text;          /* FORMAT */
	const struct names *names; /* no items: no names */
	bool is_numbered;          /* explained: "record 1" before the first of several */
	uint64_t done;             /* records written */
	struct bulk_writer writer;
	size_t line_room; /* bytes that a record's line may have, its newline included */
	FILE *page;       /* in memory: what is not a line is written there first */
	char *page_text;
	size_t page_size;
};

/* Opens RECORDS, whose first five members the caller has set, on FD, which stays the caller's. All return 0, or -1
 * with errno, ENOMEM when memory runs out. */
int records_open(struct records *records, int fd);

/* Writes as many of the *COUNT records at BYTES as there is room for, one at least, and says in *COUNT how many. */
int records_write(struct records *records, const unsigned char *bytes, uint64_t *count);

/* Writes what is buffered. */
int records_flush(struct records *records);
void records_close(struct records *records);

#endif
