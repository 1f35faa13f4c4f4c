/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See visible.h. UTF-8 is that of RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF. */
#include "platform.h"

#include "bytes/visible.h"

#include <stdbool.h>

/* How long the character is that begins with FIRST; 0 if none does. */
static unsigned character_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Whether SECOND can follow FIRST: here overlong forms, surrogates and what is too large are found. */
static bool second_fits(unsigned char first, unsigned char second)
{
	unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

static size_t put_escaped(unsigned char *out, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	out[0] = '\\';
	out[1] = 'x';
	out[2] = (unsigned char)digits[c >> 4];
	out[3] = (unsigned char)digits[c & 15];
	return 4;
}

static bool is_plain(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n' || c == '\r';
}

/* Writes what is held: as it is when it is a whole, harmless character, else escaped. */
static size_t put_held(struct visible *visible, bool whole, unsigned char *out)
{
	size_t length = 0;
	bool c1 = visible->held_count == 2 && visible->held[0] == 0xc2 && visible->held[1] < 0xa0;
	bool harmless = whole && !c1 && (visible->held_count > 1 || is_plain(visible->held[0]));

	for (unsigned i = 0; i < visible->held_count; i++) {
		if (harmless)
			out[length++] = visible->held[i];
		else
			length += put_escaped(out + length, visible->held[i]);
	}
	if (!harmless)
		visible->escaped += visible->held_count;
	visible->held_count = 0;
	return length;
}

/* Whether C goes on with the character that is held. */
static bool continues(const struct visible *visible, unsigned char c)
{
	if (visible->held_count == 1)
		return second_fits(visible->held[0], c);
	return c >= 0x80 && c <= 0xbf;
}

size_t visible_apply(void *state, const unsigned char *in, size_t count, unsigned char *out)
{
	struct visible *visible = state;
	size_t length = 0;

	if (count == 0)
		return put_held(visible, false, out);
	for (size_t i = 0; i < count; i++) {
		unsigned char c = in[i];

		if (visible->held_count > 0 && !continues(visible, c))
			length += put_held(visible, false, out + length);
		if (visible->held_count == 0 && is_plain(c)) {
			out[length++] = c;
			continue;
		}
		visible->held[visible->held_count++] = c;
		unsigned wanted = character_length(visible->held[0]);
		if (wanted <= visible->held_count)
			length += put_held(visible, wanted != 0, out + length);
	}
	return length;
}
