/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any line that a peer has begun, as readline's prompt: the marks pair, only an escape stands between them, and outside
 * of them nothing that would move the cursor; what is visible is a prompt of its own, unchanged. The first bytes are the
 * columns of a terminal and the length of a line too long, which breaks: what stays behind the break can be kept. */
#include "platform.h"

#include "require.h"

#include "view/prompt.h"

#include <stdint.h>
#include <string.h>

enum { HEADER = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a terminal shows of PROMPT. */
NOT_FOLLOWED static size_t take_visible(const char *prompt, char *visible)
{
	size_t length = 0;
	bool is_marked = false;

	for (const char *at = prompt; *at != '\0'; at++) {
		if (*at == '\1' || *at == '\2') {
			require(is_marked == (*at == '\2'));
			is_marked = *at == '\1';
			require(!is_marked || at[1] == '\x1b');
		} else if (!is_marked) {
			require((unsigned char)*at >= ' ' && *at != 0x7f);
			visible[length++] = *at;
		}
	}
	require(!is_marked);
	return length;
}

static void check_prompt(const char *line, size_t given)
{
	char *own = malloc(given + 1); /* not a byte behind it is to be read */
	char *prompt = malloc(PROMPT_MAX);
	char *visible = malloc(PROMPT_MAX);
	char *again = malloc(PROMPT_MAX);

	require(own != NULL && prompt != NULL && visible != NULL && again != NULL);
	memcpy(own, line, given);
	prompt_format(own, given, prompt);
	require(memchr(prompt, '\0', PROMPT_MAX) != NULL);
	size_t length = take_visible(prompt, visible);
	visible[length] = '\0';
	if (length <= PROMPT_LINE_MAX) {
		prompt_format(visible, length, again);
		require(strcmp(again, visible) == 0);
	}
	free(own);
	free(prompt);
	free(visible);
	free(again);
}

/* A line of LENGTH bytes, the SIZE bytes at PATTERN again and again. */
NOT_FOLLOWED static void check_break(const char *pattern, size_t size, size_t length, size_t columns)
{
	char *line = malloc(length);

	require(line != NULL);
	for (size_t at = 0; at < length; at += size)
		memcpy(line + at, pattern, length - at < size ? length - at : size);
	size_t cut = prompt_break(line, length, columns);
	require(cut <= length && length - cut <= PROMPT_LINE_MAX);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = (const char *)data + HEADER;

	if (size <= HEADER)
		return 0;
	size -= HEADER;
	check_prompt(line, size < PROMPT_LINE_MAX ? size : PROMPT_LINE_MAX);
	size_t columns = (size_t)data[0] << 8 | data[1];
	check_break(line, size, PROMPT_LINE_MAX / 2 + 1 + 16 * (size_t)data[2], columns > 0 ? columns : 1);
	return 0;
}
