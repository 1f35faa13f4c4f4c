/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the command, runs it, exits with its status. The only file that ends the process. */
#include "platform.h"

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/message.h"
#include "cmd/commands.h"
#include "cmd/habit.h"
#include "core/interrupt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A standard descriptor that is closed gets a stand-in, so that no socket ever takes its number:
 * stdin one that counts as having nothing to say, stdout one that refuses its first byte. */
static void fill_standard_descriptors(void)
{
	static const int modes[] = { O_RDONLY, O_RDONLY, O_WRONLY };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			exit(STATUS_FAILED);
	}
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		describe_short(commands, stderr);
		return STATUS_USAGE;
	}
	const char *name = argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	else if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		name = "version";
	else if (strcmp(name, "--describe") == 0)
		name = "describe";
	command = command_find(commands, name);
	return command != NULL ? command_run(command, argc - 1, argv + 1) : habit_refuse(argc, argv);
}

int main(int argc, char **argv)
{
	fill_standard_descriptors();
	int status = run(argc, argv);

	if (status >= STATUS_SIGNAL)
		interrupt_raise(status - STATUS_SIGNAL);
	return status;
}
