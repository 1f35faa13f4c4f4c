/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See hex.h. Colors change only where the kind of byte does: few bytes, and easy on a slow terminal. */
#include "platform.h"

#include "view/hex.h"

#include "view/color.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum shade { SHADE_NONE, SHADE_FAINT, SHADE_SPACE, SHADE_PRINTABLE, SHADE_CONTROL, SHADE_HIGH };

static const char *const shade_colors[] = {
	[SHADE_NONE] = COLOR_RESET,       [SHADE_FAINT] = COLOR_DIM,       [SHADE_SPACE] = COLOR_GREEN,
	[SHADE_PRINTABLE] = COLOR_CYAN,   [SHADE_CONTROL] = COLOR_MAGENTA, [SHADE_HIGH] = COLOR_YELLOW,
};

/* A line being written. */
struct writer {
	char *at;
	bool color;
	enum shade shade; /* the color that stands */
};

static enum shade shade_of(unsigned char c)
{
	if (c == 0)
		return SHADE_FAINT;
	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return SHADE_SPACE;
	if (c < 0x20 || c == 0x7f)
		return SHADE_CONTROL;
	return c < 0x7f ? SHADE_PRINTABLE : SHADE_HIGH;
}

static void put(struct writer *writer, const char *text)
{
	size_t length = strlen(text);

	memcpy(writer->at, text, length);
	writer->at += length;
}

/* The next characters are of SHADE. Dim does not go away by another color: reset comes first. */
static void turn(struct writer *writer, enum shade shade)
{
	if (!writer->color || writer->shade == shade)
		return;
	if (writer->shade != SHADE_NONE)
		put(writer, COLOR_RESET);
	if (shade != SHADE_NONE)
		put(writer, shade_colors[shade]);
	writer->shade = shade;
}

static void put_digits(struct writer *writer, const struct hex_line *line)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < HEX_BYTES; i++) {
		if (i % 2 == 0)
			*writer->at++ = ' ';
		if (i < line->count) {
			turn(writer, shade_of(line->data[i]));
			*writer->at++ = digits[line->data[i] >> 4];
			*writer->at++ = digits[line->data[i] & 15];
		} else {
			turn(writer, SHADE_NONE);
			*writer->at++ = ' ';
			*writer->at++ = ' ';
		}
	}
}

static void put_characters(struct writer *writer, const struct hex_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		unsigned char c = line->data[i];

		turn(writer, shade_of(c));
		*writer->at++ = c >= 0x20 && c < 0x7f ? (char)c : '.';
	}
}

const char *hex_format_time(const struct timespec *moment, char text[HEX_TIME_MAX])
{
	struct tm parts;

	if (localtime_r(&moment->tv_sec, &parts) == NULL)
		memset(&parts, 0, sizeof parts);
	snprintf(text, HEX_TIME_MAX, "%02u:%02u:%02u.%03u", (unsigned)parts.tm_hour % 24, (unsigned)parts.tm_min % 60,
	         (unsigned)parts.tm_sec % 61, (unsigned)(moment->tv_nsec / 1000000) % 1000);
	return text;
}

size_t hex_format_line(const struct hex_line *line, bool color, char text[HEX_LINE_MAX])
{
	struct writer writer = { .at = text, .color = color };
	char offset[32];

	snprintf(offset, sizeof offset, " %06" PRIx64, line->offset);
	if (line->time != NULL) {
		turn(&writer, SHADE_FAINT);
		put(&writer, line->time);
		turn(&writer, SHADE_NONE);
		*writer.at++ = ' ';
	}
	*writer.at++ = line->direction;
	turn(&writer, SHADE_FAINT);
	put(&writer, offset);
	turn(&writer, SHADE_NONE);
	put_digits(&writer, line);
	turn(&writer, SHADE_NONE);
	put(&writer, "  ");
	put_characters(&writer, line);
	turn(&writer, SHADE_NONE);
	*writer.at++ = '\n';
	*writer.at = '\0';
	return (size_t)(writer.at - text);
}

size_t hex_format_heading(const char *time, const char *name, bool color, char text[HEX_LINE_MAX])
{
	int length = snprintf(text, HEX_LINE_MAX, "%s%s%s %.256s\n", color ? shade_colors[SHADE_FAINT] : "", time,
	                      color ? COLOR_RESET : "", name);

	return (size_t)length;
}
