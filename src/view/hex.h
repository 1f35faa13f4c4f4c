/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The hex view: bytes as lines of time, direction, offset, hex digits and characters. A full line of 16 bytes
 * is 79 columns wide (up to an offset of 16 MiB), so that a terminal of 80 never wraps it:
 *
 *	12:34:56.789 > 000010 4865 6c6c 6f20 776f 726c 640a 0000 0000  Hello world.....
 *
 * Pure: nothing is written, no clock is read. */
#ifndef NSK_VIEW_HEX_H
#define NSK_VIEW_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum {
	HEX_BYTES = 16,      /* of one line */
	HEX_TIME_MAX = 16,   /* "12:34:56.789" */
	HEX_LINE_MAX = 512   /* in color, newline and null included */
};

struct hex_line {
	const char *time;    /* NULL: none, nor room for it */
	char direction;      /* '>' or '<' */
	uint64_t offset;     /* of data[0] within its direction */
	const unsigned char *data;
	size_t count;        /* 1 to HEX_BYTES */
};

/* The time of day of MOMENT in this place's time zone, to milliseconds. Returns TEXT. */
const char *hex_format_time(const struct timespec *moment, char text[HEX_TIME_MAX]);

/* Writes LINE with its newline to TEXT. COLOR marks the kind of each byte: zero, white space, printable ASCII,
 * other controls, 0x80 and above; a byte that is no printable ASCII is a dot among the characters. Returns the
 * length. */
size_t hex_format_line(const struct hex_line *line, bool color, char text[HEX_LINE_MAX]);

/* Writes the line that stands over the lines of the connection NAME where there are several. Returns the length. */
size_t hex_format_heading(const char *time, const char *name, bool color, char text[HEX_LINE_MAX]);

#endif
