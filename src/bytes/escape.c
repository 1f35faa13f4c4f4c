/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See escape.h. */
#include "platform.h"

#include "bytes/escape.h"

#include "bytes/hex.h"
#include "bytes/number.h"

#include <stdbool.h>
#include <string.h>

static int octal_digit(char c)
{
	return c >= '0' && c <= '7' ? c - '0' : -1;
}

/* Reads the one to three octal digits at TEXT. Returns how many, 0 when the value is no byte. */
static size_t decode_octal(const char *text, size_t length, unsigned char *out)
{
	unsigned value = 0;
	size_t used = 0;

	for (; used < 3 && used < length && octal_digit(text[used]) >= 0; used++)
		value = value * 8 + (unsigned)octal_digit(text[used]);
	*out = (unsigned char)value;
	return value <= 0xff ? used : 0;
}

static size_t decode_hex(const char *text, size_t length, unsigned char *out)
{
	if (length < 2)
		return 0;
	int high = number_digit(text[0]);
	int low = number_digit(text[1]);
	if (high < 0 || high > 15 || low < 0 || low > 15)
		return 0;
	*out = (unsigned char)(high << 4 | low);
	return 2;
}

/* Reads the escape whose backslash stands before TEXT. Returns its length, 0 when it is none. */
static size_t decode_one(const char *text, size_t length, unsigned char *out)
{
	static const char letters[] = "nrtabfv\\\"";
	static const char meanings[] = "\n\r\t\a\b\f\v\\\"";
	const char *letter;

	if (length == 0)
		return 0;
	if (octal_digit(*text) >= 0)
		return decode_octal(text, length, out);
	if (*text == 'x') {
		size_t used = decode_hex(text + 1, length - 1, out);

		return used == 0 ? 0 : used + 1;
	}
	letter = memchr(letters, *text, sizeof letters - 1);
	if (letter == NULL)
		return 0;
	*out = (unsigned char)meanings[letter - letters];
	return 1;
}

ptrdiff_t escape_decode(const char *text, size_t length, unsigned char *out, size_t *bad)
{
	ptrdiff_t count = 0;

	for (size_t i = 0; i < length; count++) {
		unsigned char byte = (unsigned char)text[i];
		size_t used = 1;

		if (text[i] == '\\') {
			used = decode_one(text + i + 1, length - i - 1, &byte);
			if (used++ == 0) {
				*bad = i;
				return -1;
			}
		}
		if (out != NULL)
			out[count] = byte;
		i += used;
	}
	return count;
}

/* BYTE as text; LETTERS and the bytes that they mean are what has an escape of its own, " and \ among them. */
static char *encode_one(char *out, unsigned char byte, const char *letters, const char *meanings)
{
	bool is_printable = byte >= 0x20 && byte <= 0x7e;
	const char *meaning;

	if (is_printable && byte != '"' && byte != '\\') {
		*out++ = (char)byte;
		return out;
	}
	meaning = byte != '\0' ? strchr(meanings, byte) : NULL;
	*out++ = '\\';
	if (meaning != NULL) {
		*out++ = letters[meaning - meanings];
		return out;
	}
	*out++ = 'x';
	return hex_encode(out, &byte, 1);
}

char *escape_encode(char *out, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = encode_one(out, bytes[i], "\\\"", "\\\"");
	return out;
}

char *escape_encode_letters(char *out, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = encode_one(out, bytes[i], "\\\"nrt", "\\\"\n\r\t");
	return out;
}
