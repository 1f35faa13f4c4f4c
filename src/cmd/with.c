/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * with: a server in the background for as long as a command runs. The server is a child that runs the other nsk command
 * right away: nothing but this binary in memory is needed. */
#include "platform.h"

#include "cli/command.h"
#include "cli/message.h"
#include "cmd/commands.h"
#include "core/child.h"
#include "core/deadline.h"
#include "core/descriptors.h"
#include "core/endpoint.h"
#include "core/interrupt.h"
#include "serve/ready.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	STATUS_NOT_EXECUTABLE = 126, /* as env(1) and timeout(1) have them */
	STATUS_NOT_FOUND = 127
};

static const int64_t grace_ns = 2 * DEADLINE_SECOND;

/* Where the server listens: HOST and PORT, or a path. */
struct place {
	char line[ENDPOINT_TEXT_MAX + 1];
	char *host, *port, *path;
};

static bool has_option(const struct option_spec *options, const char *name)
{
	struct option_cursor cursor;
	const struct option_spec *row;

	option_walk(&cursor, options);
	while ((row = option_next(&cursor, NULL)) != NULL) {
		if (row->name != NULL && strcmp(row->name, name) == 0)
			return true;
	}
	return false;
}

/* The command that ARGV[0] names, or NULL and *STATUS after a message. */
static const struct command *find_server(int argc, char **argv, int *status)
{
	const struct command *server = command_find(commands, argv[0]);

	*status = STATUS_USAGE;
	if (server == NULL) {
		*status = command_unknown(commands, argv[0]);
		return NULL;
	}
	if (!has_option(server->options, "ready-fd")) {
		usage_error("%s does not listen; write: nsk with tcp-serve 0 -- COMMAND [ARG]...", argv[0]);
		return NULL;
	}
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--background") == 0 || strcmp(argv[i], "--ready-fd") == 0 ||
		    strncmp(argv[i], "--ready-fd=", strlen("--ready-fd=")) == 0) {
			usage_error("%s is nsk with's own affair", argv[i]);
			return NULL;
		}
	}
	return server;
}

/* ---- the server ------------------------------------------------------------------------------------- */

/* In the child: becomes the server. Does not return. */
static void become_server(const struct command *server, int argc, char **argv, const int ready[2])
{
	char **words = calloc((size_t)argc + 3, sizeof *words);
	char number[16];
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	child_restore();
	close(ready[0]);
	if (words == NULL || nothing < 0)
		exit(report_errno("the server"));
	dup2(nothing, STDIN_FILENO);
	close(nothing);
	snprintf(number, sizeof number, "%d", ready[1]);
	for (int i = 0; i < argc; i++)
		words[i] = argv[i];
	words[argc] = "--ready-fd";
	words[argc + 1] = number;
	ready_set_temporary();
	int status = command_run(server, argc + 2, words);
	free(words);
	if (status >= STATUS_SIGNAL)
		interrupt_raise(status - STATUS_SIGNAL);
	exit(status);
}

/* The status that ended a child, as it is to be ours: a signal is raised again. */
static int status_of(int wait_status)
{
	static const struct rlimit none = { 0, 0 };

	if (!WIFSIGNALED(wait_status))
		return WEXITSTATUS(wait_status);
	setrlimit(RLIMIT_CORE, &none); /* one core is enough */
	return STATUS_SIGNAL + WTERMSIG(wait_status);
}

/* Ends CHILD by SIGNAL, or after a grace by SIGKILL, and reaps it. */
static int end_child(pid_t child, int signal)
{
	struct child_wait heed = { .deadline = deadline_after(grace_ns), .fd = -1 };
	int wait_status = 0;

	kill(child, signal);
	if (child_wait(child, &heed, &wait_status) == CHILD_LATE) {
		kill(child, SIGKILL);
		heed.deadline = DEADLINE_NEVER;
		child_wait(child, &heed, &wait_status);
	}
	return wait_status;
}

/* Reads the line that tells where the server listens. 0 when it is there; 1 when it never will be; -1: a signal came, or
 * errno. */
static int read_place(int fd, pid_t server, struct place *place)
{
	struct child_wait heed = { .deadline = DEADLINE_NEVER, .interrupts = true, .fd = fd };
	size_t length = 0;
	int wait_status;

	for (;;) {
		if (child_wait(server, &heed, &wait_status) != CHILD_READABLE)
			return -1; /* its end closes the pipe, which goes before */
		ssize_t count = read(fd, place->line + length, sizeof place->line - 1 - length);
		if (count <= 0)
			return count < 0 ? -1 : 1;
		length += (size_t)count;
		place->line[length] = '\0';
		if (place->line[length - 1] == '\n')
			break;
	}
	place->line[length - 1] = '\0';
	return 0;
}

/* Takes "127.0.0.1:80", "[::1]:80" or a path apart, in place. */
static void split_place(struct place *place)
{
	char *colon = strrchr(place->line, ':');
	struct in_addr address;

	place->path = place->line;
	if (colon == NULL || colon[1] == '\0' || colon[1 + strspn(colon + 1, "0123456789")] != '\0')
		return;
	*colon = '\0';
	if (place->line[0] == '[' && colon[-1] == ']') {
		colon[-1] = '\0';
		place->host = place->line + 1;
	} else if (inet_pton(AF_INET, place->line, &address) == 1) {
		place->host = place->line;
	} else {
		*colon = ':';
		return;
	}
	place->port = colon + 1;
	place->path = NULL;
}

/* ---- the command ------------------------------------------------------------------------------------ */

static void set_or_unset(const char *name, const char *value)
{
	if (value != NULL)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* In the child: becomes the command. Does not return. */
static void become_command(char **argv, const struct place *place)
{
	child_restore();
	set_or_unset("NSK_HOST", place->host);
	set_or_unset("NSK_PORT", place->port);
	set_or_unset("NSK_PATH", place->path);
	descriptors_close_inherited();
	execvp(argv[0], argv);
	int status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
	report_errno_as(status, "%s", argv[0]);
	_exit(status);
}

static int run_command(char **argv, const struct place *place)
{
	struct child_wait heed = { .deadline = DEADLINE_NEVER, .interrupts = true, .fd = -1 };
	int wait_status = 0;
	pid_t child = fork();

	if (child < 0)
		return report_errno("%s", argv[0]);
	if (child == 0)
		become_command(argv, place);
	enum child_news news = child_wait(child, &heed, &wait_status);
	if (news == CHILD_LOST)
		return report_errno("%s", argv[0]);
	if (news == CHILD_ENDED)
		return status_of(wait_status);
	end_child(child, interrupt_pending());
	return STATUS_SIGNAL + interrupt_pending();
}

static int run_both(pid_t server, int ready, char **argv)
{
	struct place place = { .line = "" };
	int read = read_place(ready, server, &place);
	int wait_status = 0;

	close(ready);
	if (read > 0) { /* it could not start, and has said why */
		struct child_wait heed = { .deadline = DEADLINE_NEVER, .fd = -1 };

		child_wait(server, &heed, &wait_status);
		return status_of(wait_status);
	}
	split_place(&place);
	int status = read == 0                  ? run_command(argv, &place)
	             : interrupt_pending() != 0 ? STATUS_SIGNAL + interrupt_pending()
	                                        : report_errno("the server");
	end_child(server, SIGTERM);
	return status;
}

static int run(const void *given, int argc, char **argv)
{
	int server_argc = 0, ready[2], status;

	(void)given;
	while (server_argc < argc && strcmp(argv[server_argc], "--") != 0)
		server_argc++;
	if (server_argc == 0 || server_argc + 1 >= argc)
		return usage_error("%s: nsk with SERVER [ARG]... -- COMMAND [ARG]...",
		                   server_argc == 0 ? "a server is missing" : "-- and a command are missing");
	const struct command *server = find_server(server_argc, argv, &status);
	if (server == NULL)
		return status;
	if (pipe2(ready, O_CLOEXEC) < 0)
		return report_errno("the server");
	interrupt_catch();
	child_catch();
	pid_t child = fork();
	if (child == 0)
		become_server(server, server_argc, argv, ready);
	close(ready[1]);
	if (child < 0) {
		status = report_errno("the server");
		close(ready[0]);
		return status;
	}
	return run_both(child, ready[0], argv + server_argc + 1);
}

static const struct option_spec options[] = { OPTION_END };

static const struct command_example examples[] = {
	{ "nsk with tcp-serve 0 --input page -- sh -c 'curl $NSK_HOST:$NSK_PORT'",
	  "try a client on a server that lives as long as it does" },
	{ "nsk with tcp-serve 0 --output sent -- sh -c './client $NSK_HOST $NSK_PORT'",
	  "see what a client sends" },
	{ NULL, NULL },
};

const struct command command_with = {
	.name = "with",
	.summary = "run a command while a server runs in the background",
	.group = "Streams",
	.operands = "SERVER [ARG]... -- COMMAND [ARG]...",
	.min_operands = 1,
	.max_operands = -1,
	.flags = COMMAND_OPTIONS_FIRST,
	.synonyms = "fixture mock during",
	.examples = examples,
	.notes = "SERVER is a serving or listening command of nsk, best with port 0. The command finds its address in "
	         "NSK_HOST and NSK_PORT, or in NSK_PATH. The first -- separates; for a program as server there is --sh.",
	.options = options,
	.run = run,
};
