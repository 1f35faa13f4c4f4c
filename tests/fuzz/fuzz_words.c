/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any words as the command line of any command (the first byte chooses it; none: nsk's own), a NUL between them. What is
 * refused is refused in one line that holds nothing that a terminal would obey; what is taken is silent, and each operand is
 * one of the words. Nothing is run. */
#include "platform.h"

#include "require.h"

#include "bytes/utf8.h"
#include "cli/message.h"
#include "cmd/commands.h"
#include "cmd/habit.h"

#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { WORDS_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t length);
ssize_t __real_write(int fd, const void *data, size_t length);
const char *__wrap_nearest_find(const char *word, const char *const *names, int count);
const char *__real_nearest_find(const char *word, const char *const *names, int count);

/* Which name is meant is told from a few, or nothing else would be done. */
const char *__wrap_nearest_find(const char *word, const char *const *names, int count)
{
	return __real_nearest_find(word, names, count < 4 ? count : 4);
}

static bool is_ours; /* else libFuzzer writes */
static unsigned line_count;

/* A message ends here (the linker's --wrap). */
NOT_FOLLOWED ssize_t __wrap_write(int fd, const void *data, size_t length)
{
	const unsigned char *line = data;

	if (!is_ours || fd != STDERR_FILENO)
		return __real_write(fd, data, length);
	require(length > 1 && line[length - 1] == '\n' && utf8_is_valid(line, length));
	for (size_t i = 0; i < length - 1; i++)
		require(line[i] >= 0x20 && line[i] != 0x7f && (line[i] != 0xc2 || line[i + 1] >= 0xa0));
	line_count++;
	return (ssize_t)length;
}

static bool is_among(const char *word, int count, char *const *words)
{
	for (int i = 0; i < count; i++) {
		if (words[i] == word)
			return true;
	}
	return false;
}

static void check_command(const struct command *command, int count, char **words)
{
	enum option_order order =
		command->flags & COMMAND_OPTIONS_FIRST ? OPTION_ORDER_OPTIONS_FIRST : OPTION_ORDER_MIXED;
	char *given[WORDS_MAX + 1];
	struct option_result result;
	void *settings = calloc(1, command->settings_size + 1);

	require(settings != NULL);
	if (command->defaults != NULL)
		memcpy(settings, command->defaults, command->settings_size);
	memcpy(given, words, ((size_t)count + 1) * sizeof *given); /* getopt may order them anew */
	message_set_command(command->name);
	int status = option_parse(command->options, order, count, words, settings, &result);
	require(status == 0 ? line_count == 0 : status == STATUS_USAGE && line_count == 1);
	require(result.count < count);
	for (int i = 0; i < result.count; i++)
		require(is_among(result.operands[i], count, given));
	option_release(command->options, settings, &result);
	free(settings);
}

static int split(char *text, size_t length, char **words)
{
	int count = 1; /* words[0] is the command's name */

	for (size_t at = 0; at < length && count < WORDS_MAX; at += strlen(text + at) + 1)
		words[count++] = text + at;
	words[count] = NULL;
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[] = "nsk", *words[WORDS_MAX + 1] = { name };
	unsigned command_count = 0;
	char *text;

	while (commands[command_count] != NULL)
		command_count++;
	if (size == 0 || (text = malloc(size)) == NULL)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	int count = split(text, size - 1, words);
	unsigned chosen = data[0] % (command_count + 1);
	line_count = 0;
	is_ours = true;
	if (chosen < command_count) {
		check_command(commands[chosen], count, words);
	} else if (count > 1 && command_find(commands, words[1]) == NULL) {
		message_set_command(NULL);
		require(habit_refuse(count, words) == STATUS_USAGE && line_count == 1);
	}
	is_ours = false;
	free(text);
	return 0;
}
