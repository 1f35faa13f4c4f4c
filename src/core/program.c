/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See program.h. */
#include "platform.h"

#include "core/program.h"

#include "core/descriptors.h"
#include "core/interrupt.h"

#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t mask, defaults;
	int error;

	interrupt_found(&mask, &defaults);
	error = posix_spawnattr_setsigmask(attributes, &mask);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &defaults);
	if (error == 0)
		error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	return error;
}

static int set_actions(posix_spawn_file_actions_t *actions, int input, int output)
{
	int error = 0;

	if (input >= 0)
		error = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
	if (error == 0 && output >= 0)
		error = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
	return error;
}

int program_start(char *const *words, char *const *environment, int input, int output, pid_t *pid)
{
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_t actions;
	int error = posix_spawnattr_init(&attributes);

	if (error != 0)
		goto out;
	error = posix_spawn_file_actions_init(&actions);
	if (error == 0) {
		descriptors_keep();
		descriptors_yield();
		error = set_attributes(&attributes);
		if (error == 0)
			error = set_actions(&actions, input, output);
		if (error == 0)
			error = posix_spawnp(pid, words[0], &actions, &attributes, words,
			                     environment != NULL ? environment : environ);
		descriptors_resume();
		posix_spawn_file_actions_destroy(&actions);
	}
	posix_spawnattr_destroy(&attributes);
out:
	errno = error;
	return error == 0 ? 0 : -1;
}

/* Whether VARIABLE, "NAME=VALUE", is one that tells a program about its peer. */
static bool is_about_peer(const char *variable)
{
	static const char *const protocols[] = { "TCP", "UDP", "UNIX" };
	size_t length = strcspn(variable, "=");

	if (length == strlen("PROTO") && strncmp(variable, "PROTO", length) == 0)
		return true;
	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
		size_t prefix = strlen(protocols[i]);

		if (strncmp(variable, protocols[i], prefix) == 0 &&
		    (strncmp(variable + prefix, "REMOTE", 6) == 0 || strncmp(variable + prefix, "LOCAL", 5) == 0))
			return true;
	}
	return false;
}

/* Whether a program in a clean environment finds VARIABLE in it. */
static bool is_harmless(const char *variable)
{
	static const char *const names[] = { "PATH", "HOME", "TERM", "LANG" };
	size_t length = strcspn(variable, "=");

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (length == strlen(names[i]) && strncmp(variable, names[i], length) == 0)
			return true;
	}
	return false;
}

char **program_environment(char *const *added, int count, bool clean)
{
	size_t total = (size_t)count, used = 0;
	char **block;

	for (size_t i = 0; environ != NULL && environ[i] != NULL; i++)
		total++;
	block = calloc(total + 1, sizeof *block);
	if (block == NULL)
		return NULL;
	for (int i = 0; i < count; i++)
		block[used++] = added[i];
	for (size_t i = 0; environ != NULL && environ[i] != NULL; i++) {
		if (clean ? is_harmless(environ[i]) : !is_about_peer(environ[i]))
			block[used++] = environ[i];
	}
	return block;
}
