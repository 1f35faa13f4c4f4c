/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See program.h. */
#include "platform.h"

#include "stream/program.h"

#include "cli/message.h"
#include "core/child.h"
#include "core/descriptors.h"
#include "core/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { NAMES_MAX = 5, NAME_TEXT_MAX = ENDPOINT_TEXT_MAX + 16 };

/* What the program finds in its environment. */
struct environment {
	char **list; /* ours, the first NAMES_MAX words of text in it, the others environ's */
	char text[NAMES_MAX][NAME_TEXT_MAX];
	size_t count;
};

/* ---- options --------------------------------------------------------------------------------------- */

bool program_wanted(const struct stream_settings *settings)
{
	return settings->program != NULL || settings->shell_command != NULL;
}

int program_check(const struct stream_settings *settings)
{
	const char *given;

	if (settings->program != NULL && settings->shell_command != NULL)
		return usage_error("--exec and --sh: one of them");
	if (!program_wanted(settings))
		return settings->clean_environment ? usage_error("--clean-env goes with --exec or --sh") : STATUS_OK;
	given = stream_bytes_option(settings);
	if (given != NULL)
		return usage_error("%s makes no sense with %s: the bytes go past nsk, straight to the program", given,
		                   settings->program != NULL ? "--exec" : "--sh");
	return STATUS_OK;
}

const char *program_name(const struct stream_settings *settings)
{
	return settings->program != NULL ? settings->program[0] : settings->shell_command;
}

void program_prepare(void)
{
	child_catch();
	descriptors_keep();
}

/* ---- the environment -------------------------------------------------------------------------------- */

static bool has_name(const char *entry, const char *const *names)
{
	size_t length = strcspn(entry, "=");

	for (size_t i = 0; names[i] != NULL; i++) {
		if (strlen(names[i]) == length && memcmp(names[i], entry, length) == 0)
			return true;
	}
	return false;
}

/* Whether the program is to find ENTRY, which nsk found in its own environment. */
static bool is_passed_on(const char *entry, bool clean)
{
	static const char *const ours[] = { "PROTO", "TCPREMOTEIP", "TCPREMOTEPORT", "TCPREMOTEHOST", "TCPREMOTEINFO",
		                            "TCPLOCALIP", "TCPLOCALPORT", "TCPLOCALHOST", "UNIXLOCALPATH",
		                            "UNIXREMOTEPID", "UNIXREMOTEEUID", "UNIXREMOTEEGID", NULL };
	static const char *const harmless[] = { "PATH", "HOME", "TERM", "LANG", NULL };

	return clean ? has_name(entry, harmless) : !has_name(entry, ours);
}

static void add_name(struct environment *environment, const char *name, const char *value)
{
	char *text = environment->text[environment->count];

	snprintf(text, NAME_TEXT_MAX, "%s=%s", name, value);
	environment->list[environment->count++] = text;
}

static void add_address(struct environment *environment, const struct endpoint *endpoint, const char *host_name,
                        const char *port_name)
{
	char host[ENDPOINT_TEXT_MAX], port[8];

	snprintf(port, sizeof port, "%u", (unsigned)endpoint_port(endpoint));
	add_name(environment, host_name, endpoint_format_host(endpoint, host));
	add_name(environment, port_name, port);
}

/* 0, or -1 with ENOMEM. */
static int fill_environment(struct environment *environment, bool clean, int fd, const struct endpoint *peer)
{
	struct endpoint here;
	size_t found = 0;

	while (environ[found] != NULL)
		found++;
	environment->count = 0;
	environment->list = calloc(found + NAMES_MAX + 1, sizeof(char *));
	if (environment->list == NULL)
		return -1;
	add_name(environment, "PROTO", "TCP");
	add_address(environment, peer, "TCPREMOTEIP", "TCPREMOTEPORT");
	if (endpoint_of_socket(fd, &here) == 0)
		add_address(environment, &here, "TCPLOCALIP", "TCPLOCALPORT");
	for (size_t i = 0; i < found; i++) {
		if (is_passed_on(environ[i], clean))
			environment->list[environment->count++] = environ[i];
	}
	return 0;
}

/* ---- starting --------------------------------------------------------------------------------------- */

static int make_blocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

/* 0, or an errno, as the functions of posix_spawn(3) do. */
static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t mask, defaults;
	int error;

	interrupt_found(&mask, &defaults);
	error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (error == 0)
		error = posix_spawnattr_setsigmask(attributes, &mask);
	return error != 0 ? error : posix_spawnattr_setsigdefault(attributes, &defaults);
}

static int spawn(char *const *words, char **list, int fd, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error == 0) {
		error = set_attributes(&attributes);
		if (error == 0)
			error = posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
		if (error == 0)
			error = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
		descriptors_yield();
		if (error == 0)
			error = posix_spawnp(pid, words[0], &actions, &attributes, words, list);
		descriptors_resume();
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

int program_start(const struct stream_settings *settings, int fd, const struct endpoint *peer, pid_t *pid)
{
	struct environment environment;
	char *shell[] = { (char *)"/bin/sh", (char *)"-c", (char *)settings->shell_command, NULL };

	if (make_blocking(fd) < 0 || fill_environment(&environment, settings->clean_environment, fd, peer) < 0)
		return errno;
	int error = spawn(settings->program != NULL ? settings->program : shell, environment.list, fd, pid);
	free(environment.list);
	return error;
}

int program_report(const struct stream_settings *settings, const char *peer, int wait_status)
{
	const char *name = program_name(settings);

	if (WIFSIGNALED(wait_status))
		return report(STATUS_FAILED, "%s: %s: ended by signal %d (%s)", peer, name, WTERMSIG(wait_status),
		              strsignal(WTERMSIG(wait_status)));
	if (WEXITSTATUS(wait_status) != 0)
		return report(STATUS_FAILED, "%s: %s: ended with status %d", peer, name, WEXITSTATUS(wait_status));
	return STATUS_OK;
}
