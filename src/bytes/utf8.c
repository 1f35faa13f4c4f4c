/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See utf8.h. */
#include "platform.h"

#include "bytes/utf8.h"

static bool is_between(unsigned char c, unsigned char least, unsigned char greatest)
{
	return c >= least && c <= greatest;
}

size_t utf8_sequence(const unsigned char *bytes, size_t count)
{
	/* The second byte's range tells overlong forms and surrogates apart (RFC 3629, section 4). */
	unsigned char least = 0x80;
	unsigned char greatest = 0xbf;
	size_t length = 0;

	if (count == 0)
		return 0;
	if (bytes[0] < 0x80)
		return 1;
	if (is_between(bytes[0], 0xc2, 0xdf))
		length = 2;
	else if (is_between(bytes[0], 0xe0, 0xef))
		length = 3;
	else if (is_between(bytes[0], 0xf0, 0xf4))
		length = 4;
	if (length == 0 || length > count)
		return 0;
	if (bytes[0] == 0xe0)
		least = 0xa0;
	else if (bytes[0] == 0xf0)
		least = 0x90;
	else if (bytes[0] == 0xed)
		greatest = 0x9f;
	else if (bytes[0] == 0xf4)
		greatest = 0x8f;
	if (!is_between(bytes[1], least, greatest))
		return 0;
	for (size_t i = 2; i < length; i++) {
		if (!is_between(bytes[i], 0x80, 0xbf))
			return 0;
	}
	return length;
}

bool utf8_is_c1(const unsigned char *bytes, size_t length)
{
	return length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0;
}

bool utf8_is_valid(const unsigned char *bytes, size_t count)
{
	while (count > 0) {
		size_t length = utf8_sequence(bytes, count);

		if (length == 0)
			return false;
		bytes += length;
		count -= length;
	}
	return true;
}
