/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See command.h. Knows no command by name. */
#include "platform.h"

#include "cli/command.h"

#include "cli/describe.h"
#include "cli/message.h"
#include "cli/nearest.h"
#include "core/interrupt.h"
#include "view/color.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NEAREST_MAX = 3,
	COMMANDS_MAX = 128
};

const struct command *command_find(const struct command *const *table, const char *name)
{
	for (; *table != NULL; table++) {
		if (strcmp((*table)->name, name) == 0)
			return *table;
	}
	return NULL;
}

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (words != NULL && *words != '\0') {
		size_t width = strcspn(words, " ");

		if (width == length && memcmp(words, word, width) == 0)
			return true;
		words += width + strspn(words + width, " ");
	}
	return false;
}

/* The names nearest to NAME, synonyms first, in NEAR. Returns how many. */
static int find_near(const struct command *const *table, const char *name, const char *near[NEAREST_MAX])
{
	const char *names[COMMANDS_MAX];
	int count = 0;
	int near_count = 0;

	for (; *table != NULL && count < COMMANDS_MAX; table++) {
		if (has_word((*table)->synonyms, name) && near_count < NEAREST_MAX)
			near[near_count++] = (*table)->name;
		else if (!((*table)->flags & COMMAND_HIDDEN))
			names[count++] = (*table)->name;
	}
	while (near_count < NEAREST_MAX) {
		const char *found = nearest_find(name, names, count);

		if (found == NULL)
			break;
		near[near_count++] = found;
		for (int i = 0; i < count; i++) {
			if (names[i] == found)
				names[i] = names[--count];
		}
	}
	return near_count;
}

bool command_is_like(const struct command *const *table, const char *name)
{
	const char *near[NEAREST_MAX];

	return find_near(table, name, near) > 0;
}

int command_refuse(const struct command *const *table, const char *why, const char *name)
{
	const char *near[NEAREST_MAX];

	switch (find_near(table, name, near)) {
	case 0:
		return usage_error("%s '%s'; 'nsk help' lists them", why, name);
	case 1:
		return usage_error("%s '%s'; did you mean %s?", why, name, near[0]);
	case 2:
		return usage_error("%s '%s'; did you mean %s or %s?", why, name, near[0], near[1]);
	default:
		return usage_error("%s '%s'; did you mean %s, %s or %s?", why, name, near[0], near[1], near[2]);
	}
}

int command_unknown(const struct command *const *table, const char *name)
{
	return command_refuse(table, "unknown command", name);
}

static int check_operands(const struct command *command, int count, char **operands)
{
	const char *space = *command->operands != '\0' ? " " : "";

	if (count < command->min_operands)
		return usage_error("%s: nsk %s [OPTION]...%s%s", count == 0 ? "an operand is missing" : "too few operands",
		                   command->name, space, command->operands);
	if (command->max_operands >= 0 && count > command->max_operands)
		return usage_error("extra operand '%s': nsk %s [OPTION]...%s%s", operands[command->max_operands],
		                   command->name, space, command->operands);
	return 0;
}

int command_flush(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		if (status == STATUS_OK || status == STATUS_FAILED)
			return report_errno("standard output");
	}
	return status;
}

int command_output_failed(int error)
{
	int signal = error == EPIPE ? interrupt_broken_pipe() : 0;

	clearerr(stdout);
	errno = error;
	return signal != 0 ? STATUS_SIGNAL + signal : report_errno("standard output");
}

int command_check_output(void)
{
	if (fflush(stdout) != 0)
		return command_output_failed(errno);
	if (!ferror(stdout))
		return STATUS_OK;
	/* an earlier write failed, and errno is another call's by now: one more fails for the same reason */
	return putchar('\n') == EOF || fflush(stdout) != 0 ? command_output_failed(errno) : command_output_failed(EIO);
}

int command_run(const struct command *command, int argc, char **argv)
{
	struct option_result words;
	enum option_order order =
		command->flags & COMMAND_OPTIONS_FIRST ? OPTION_ORDER_OPTIONS_FIRST : OPTION_ORDER_MIXED;
	void *settings = calloc(1, command->settings_size + 1);
	int status;

	message_set_command(command->name);
	if (settings == NULL)
		return report_out_of_memory();
	if (command->defaults != NULL)
		memcpy(settings, command->defaults, command->settings_size);
	status = option_parse(command->options, order, argc, argv, settings, &words);
	color_choose((enum color_when)words.color);
	if (status == 0 && words.help_wanted)
		describe_help(command, stdout);
	else if (status == 0)
		status = check_operands(command, words.count, words.operands);
	if (status == 0 && !words.help_wanted)
		status = command->run(settings, words.count, words.operands);
	status = command_flush(status);
	option_release(command->options, settings, &words);
	free(settings);
	return status;
}
