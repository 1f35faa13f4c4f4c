/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the command, runs it, exits with its status. The only file that ends the process. */
#include "platform.h"

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/message.h"
#include "cmd/commands.h"
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

static bool is_port(const char *word)
{
	size_t digits = strspn(word, "0123456789");

	return digits > 0 && digits <= 5 && word[digits] == '\0';
}

/* Does one of the words that look like short options hold LETTER? */
static bool has_letter(int argc, char **argv, char letter)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1] != '-' && strchr(argv[i], letter) != NULL)
			return true;
	}
	return false;
}

/* What the fingers of netcat's users type: an option or a host where a command stands. */
static int refuse_habit(int argc, char **argv)
{
	const char *host = "";
	const char *last = ""; /* the last word that is no option, and the one before it unless that is a number */
	bool listens = has_letter(argc, argv, 'l');
	bool datagrams = has_letter(argc, argv, 'u');
	const char *command = datagrams ? (listens ? "udp-listen" : "udp-send") : listens ? "tcp-serve" : "tcp-connect";

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-') {
			host = is_port(last) ? "" : last;
			last = argv[i];
		}
	}
	if (argv[1][0] == '-') {
		if (argv[1][1] == '-' || *last == '\0')
			return usage_error("unknown option %s; a command comes first: nsk COMMAND [OPTION]...", argv[1]);
		return usage_error("a command comes first: nsk %s %s%s%s", command, host, *host != '\0' ? " " : "", last);
	}
	if (argc == 3 && is_port(last) && !command_is_like(commands, argv[1]))
		return usage_error("unknown command '%s'; to connect: nsk tcp-connect %s %s", argv[1], argv[1], last);
	return command_unknown(commands, argv[1]);
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
	return command != NULL ? command_run(command, argc - 1, argv + 1) : refuse_habit(argc, argv);
}

int main(int argc, char **argv)
{
	fill_standard_descriptors();
	int status = run(argc, argv);

	if (status >= STATUS_SIGNAL)
		interrupt_raise(status - STATUS_SIGNAL);
	return status;
}
