/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See hex.h. */
#include "platform.h"

#include "bytes/hex.h"

#include "bytes/number.h"

char *hex_encode(char *out, const unsigned char *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	return out;
}

static int is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

ptrdiff_t hex_decode(struct hex_decoder *decoder, const char *text, size_t length, unsigned char *out, size_t *bad)
{
	unsigned char *at = out;

	for (size_t i = 0; i < length; i++) {
		int digit = number_digit(text[i]);

		if (is_space(text[i]))
			continue;
		if (digit < 0 || digit > 15) {
			*bad = i;
			return -1;
		}
		if (decoder->pending < 0) {
			decoder->pending = digit;
		} else {
			*at++ = (unsigned char)(decoder->pending << 4 | digit);
			decoder->pending = -1;
		}
	}
	return at - out;
}
