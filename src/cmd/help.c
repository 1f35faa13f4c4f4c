/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nsk help, --version and --describe: nsk about itself. */
#include "platform.h"

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/message.h"
#include "cli/nearest.h"
#include "cmd/api.h"
#include "cmd/commands.h"
#include "cmd/lessons.h"
#include "core/poller.h"
#include "core/sockopt.h"
#include "repl/call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TYPING_ERRORS = 2 };

/* Shows the man page nsk-NAME in place of this process. Returns only when there is no man or no
 * such page; nothing has been written then. */
static void show_man_page(const char *name)
{
	char page[64];
	int status;

	snprintf(page, sizeof page, "nsk-%.48s", name);
	pid_t child = fork();
	if (child == 0) {
		if (freopen("/dev/null", "w", stdout) != NULL && freopen("/dev/null", "w", stderr) != NULL)
			execlp("man", "man", "-w", page, (char *)NULL);
		_exit(127);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		execlp("man", "man", page, (char *)NULL);
}

/* NAME is no command: perhaps the socket API's or Python's. */
static int help_with_name(const char *name)
{
	static const char unknown[] = "neither a command nor a name of the socket API:";

	bool is_name = api_explain(name);
	bool is_constant = api_explain_constant(name);
	if (is_name || is_constant)
		return STATUS_OK;
	const char *near = api_nearest(name);
	const char *constant = api_nearest_constant(name);
	if (near == NULL || nearest_distance(name, constant) < nearest_distance(name, near))
		near = constant;
	if (nearest_distance(name, near) > TYPING_ERRORS && command_is_like(commands, name))
		return command_refuse(commands, unknown, name);
	if (nearest_distance(name, near) > TYPING_ERRORS)
		return usage_error("%s '%s'; 'nsk help' lists the commands", unknown, name);
	return usage_error("%s '%s'; did you mean %s?", unknown, name, near);
}

static int run_help(const void *settings, int argc, char **argv)
{
	(void)settings;
	if (argc == 0) {
		describe_overview(commands, stdout);
		return STATUS_OK;
	}
	const struct command *command = command_find(commands, argv[0]);
	if (command == NULL)
		return help_with_name(argv[0]);
	if (isatty(STDOUT_FILENO))
		show_man_page(command_page(command));
	describe_help(command, stdout);
	return STATUS_OK;
}

/* What was built in besides the pollers, by the probes' names; scripts may ask. */
static const struct {
	const char *name;
	bool has;
} features[] = {
	{ "splice", HAVE_SPLICE },
	{ "readline", HAVE_READLINE },
	{ "libedit", HAVE_LIBEDIT },
	{ "sock_kernel", HAVE_SOCK_KERNEL },
	{ "sock_diag", HAVE_SOCK_DIAG },
	{ "proc", HAVE_PROC },
	{ "mmsg", HAVE_MMSG },
	{ "udp_segment", HAVE_UDP_SEGMENT },
	{ "udp_gro", HAVE_UDP_GRO },
	{ "errqueue", HAVE_ERRQUEUE },
	{ "datagram_about", HAVE_DATAGRAM_ABOUT },
	{ "recv_trunc", HAVE_RECV_TRUNC },
	{ "multicast", HAVE_MULTICAST },
	{ "hostent", HAVE_HOSTENT },
	{ "static", NSK_STATIC },
	{ "portable", NSK_PORTABLE },
};

static int run_version(const void *settings, int argc, char **argv)
{
	(void)settings;
	(void)argc;
	(void)argv;
	printf("nsk %s\nCopyright (C) 2026 the nsk authors. Licence GPL-3.0-or-later; no warranty.\nfeatures:", NSK_VERSION);
	for (size_t i = 0; poller_backends[i] != NULL; i++)
		printf(" %s", poller_backends[i]->name);
	for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
		if (features[i].has)
			printf(" %s", features[i].name);
	}
	putchar('\n');
	return STATUS_OK;
}

static int run_describe(const void *settings, int argc, char **argv)
{
	const struct call *call;
	char usage[CALL_USAGE_MAX];

	(void)settings;
	(void)argc;
	(void)argv;
	describe_table(commands, stdout);
	for (size_t i = 0; i < sockopt_count; i++) {
		if (!sockopt_table[i].read_only)
			printf("sockopt\t%s\t%s\n", sockopt_table[i].name, sockopt_kind_name(sockopt_table[i].kind));
	}
	for (size_t i = 0; poller_backends[i] != NULL; i++)
		printf("poller\t%s\n", poller_backends[i]->name);
	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++)
		printf("lesson\t%s\t%s\n", lesson->name, lesson->summary);
	api_print_table();
	for (size_t at = 0; (call = call_next(&at)) != NULL;)
		printf("call\t%s\t%s\t%s\t%s\t%s\n", call->name, call_usage(call, usage),
		       *call->prototype != '\0' ? call->prototype : "-", *call->signature != '\0' ? call->signature : "-",
		       call->help);
	return STATUS_OK;
}

static const struct command_example help_examples[] = {
	{ "nsk help", "list the commands" },
	{ "nsk help tcp-serve", "what one of them takes" },
	{ "nsk help recvfrom", "what does here what a call, or a class of Python's, does" },
	{ "nsk help SO_REUSEADDR", "the value of a constant, and where it is used" },
	{ NULL, NULL },
};

const struct command command_help = {
	.name = "help",
	.summary = "list the commands, or show the help of one",
	.group = "About nsk",
	.operands = "[NAME]",
	.max_operands = 1,
	.synonyms = "man usage",
	.examples = help_examples,
	.run = run_help,
};

static const struct command_example version_examples[] = {
	{ "nsk version", "also what was built in: epoll, splice, line editing" },
	{ NULL, NULL },
};

const struct command command_version = {
	.name = "version",
	.summary = "show the version, the licence and what was built in",
	.group = "About nsk",
	.operands = "",
	.examples = version_examples,
	.run = run_version,
};

const struct command command_describe = {
	.name = "describe",
	.summary = "list every command and option, tab-separated, for programs",
	.group = "About nsk",
	.operands = "",
	.flags = COMMAND_HIDDEN,
	.run = run_describe,
};
