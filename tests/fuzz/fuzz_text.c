/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strangers' bytes as text, in any pieces (the first byte cuts): what a terminal is shown holds no control characters, what
 * is harmless goes through as it is; a host name is harmless; hex digits and line ends are the same whole and in pieces. */
#include "platform.h"

#include "require.h"

#include "bytes/crlf.h"
#include "bytes/hex.h"
#include "bytes/hostname.h"
#include "bytes/utf8.h"
#include "bytes/visible.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Applies a filter to DATA in pieces of STEP bytes, and ends it. */
static size_t apply(size_t (*filter)(void *, const unsigned char *, size_t, unsigned char *), void *state,
                    const unsigned char *data, size_t size, size_t step, unsigned char *out)
{
	size_t length = 0;

	for (size_t start = 0; start < size; start += step)
		length += filter(state, data + start, size - start < step ? size - start : step, out + length);
	return length + filter(state, NULL, 0, out + length);
}

NOT_FOLLOWED static bool is_control(const unsigned char *at)
{
	bool plain = *at == '\t' || *at == '\n' || *at == '\r';

	return (*at < 0x20 && !plain) || *at == 0x7f || (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0);
}

NOT_FOLLOWED static void check_visible(const unsigned char *data, size_t size, size_t step)
{
	struct visible whole = { .held_count = 0 }, pieces = whole;
	unsigned char *one = malloc(4 * (size + 3) + 1);
	unsigned char *other = malloc(4 * (size + 3) + 1);

	require(one != NULL && other != NULL);
	size_t length = apply(visible_apply, &whole, data, size, size + 1, one);
	require(apply(visible_apply, &pieces, data, size, step, other) == length && memcmp(one, other, length) == 0);
	require(whole.escaped == pieces.escaped && length == size + 3 * whole.escaped);
	require(utf8_is_valid(one, length));
	one[length] = '\0';
	for (size_t i = 0; i < length; i++)
		require(!is_control(one + i));
	if (whole.escaped == 0)
		require(memcmp(one, data, size) == 0);
	free(one);
	free(other);
}

NOT_FOLLOWED static void check_crlf(const unsigned char *data, size_t size, size_t step)
{
	struct crlf whole = { false }, pieces = whole;
	unsigned char *one = malloc(2 * size + 2);
	unsigned char *other = malloc(2 * size + 2);

	require(one != NULL && other != NULL);
	size_t length = apply(crlf_apply, &whole, data, size, size + 1, one);
	require(apply(crlf_apply, &pieces, data, size, step, other) == length && memcmp(one, other, length) == 0);
	for (size_t i = 0; i < length; i++)
		require(one[i] != '\n' || (i > 0 && one[i - 1] == '\r'));
	free(one);
	free(other);
}

static void check_hostname(const unsigned char *data, size_t size)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%/\\";
	static char text[HOSTNAME_TEXT_MAX];
	char *name = malloc(size + 1);

	require(name != NULL);
	memcpy(name, data, size);
	name[size] = '\0';
	hostname_escape(name, text);
	require(text[0] != '-' && strspn(text, harmless) == strlen(text));
	if (strlen(name) <= 1025)
		require(strlen(text) >= strlen(name));
	free(name);
}

NOT_FOLLOWED static void check_hex(const unsigned char *data, size_t size, size_t step)
{
	struct hex_decoder whole = { -1 }, pieces = { -1 };
	unsigned char *one = malloc(size + 1);
	unsigned char *other = malloc(size + 1);
	char *digits = malloc(2 * size + 1);
	const char *text = (const char *)data;
	ptrdiff_t length = 0;
	size_t bad = SIZE_MAX, bad_piece = SIZE_MAX;

	require(one != NULL && other != NULL && digits != NULL);
	ptrdiff_t count = hex_decode(&whole, text, size, one, &bad);
	for (size_t start = 0; start < size && length >= 0; start += step) {
		ptrdiff_t more = hex_decode(&pieces, text + start, size - start < step ? size - start : step, other + length, &bad_piece);

		if (more < 0)
			require(start + bad_piece == bad);
		length = more < 0 ? -1 : length + more;
	}
	require(length == count && whole.pending == pieces.pending);
	require(count >= 0 ? memcmp(one, other, (size_t)count) == 0 : bad < size);
	struct hex_decoder back = { -1 };
	char *end = hex_encode(digits, data, size);
	require((size_t)(end - digits) == 2 * size);
	require(hex_decode(&back, digits, 2 * size, other, &bad) == (ptrdiff_t)size && memcmp(other, data, size) == 0);
	free(one);
	free(other);
	free(digits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	size_t step = (size_t)data[0] % 7 + 1;
	check_visible(data + 1, size - 1, step);
	check_crlf(data + 1, size - 1, step);
	check_hostname(data + 1, size - 1);
	check_hex(data + 1, size - 1, step);
	return 0;
}
