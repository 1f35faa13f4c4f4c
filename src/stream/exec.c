/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See exec.h. */
#include "platform.h"

#include "stream/exec.h"

#include "cli/message.h"
#include "core/child.h"
#include "core/program.h"
#include "core/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { NAMES_MAX = 6, NAME_TEXT_MAX = ENDPOINT_TEXT_MAX + 16 };

/* UCSPI's names, "NAME=VALUE". */
struct names {
	char text[NAMES_MAX][NAME_TEXT_MAX];
	char *list[NAMES_MAX];
	int count;
};

/* ---- options --------------------------------------------------------------------------------------- */

bool exec_wanted(const struct stream_settings *settings)
{
	return settings->program != NULL || settings->shell_command != NULL;
}

int exec_check(const struct stream_settings *settings)
{
	const char *given;

	if (settings->program != NULL && settings->shell_command != NULL)
		return usage_error("--exec and --sh: one of them");
	if (!exec_wanted(settings))
		return settings->clean_environment ? usage_error("--clean-env goes with --exec or --sh") : STATUS_OK;
	given = stream_bytes_option(settings);
	if (given != NULL)
		return usage_error("%s makes no sense with %s: the bytes go past nsk, straight to the program", given,
		                   settings->program != NULL ? "--exec" : "--sh");
	return STATUS_OK;
}

const char *exec_name(const struct stream_settings *settings)
{
	return settings->program != NULL ? settings->program[0] : settings->shell_command;
}

void exec_prepare(void)
{
	child_catch();
}

/* ---- the environment -------------------------------------------------------------------------------- */

static void add_name(struct names *names, const char *name, const char *value)
{
	char *text = names->text[names->count];

	snprintf(text, NAME_TEXT_MAX, "%s=%s", name, value);
	names->list[names->count++] = text;
}

static void add_address(struct names *names, const struct endpoint *endpoint, const char *host_name, const char *port_name)
{
	char host[ENDPOINT_TEXT_MAX], port[8];

	snprintf(port, sizeof port, "%u", (unsigned)endpoint_port(endpoint));
	add_name(names, host_name, endpoint_format_host(endpoint, host));
	add_name(names, port_name, port);
}

static void add_number(struct names *names, const char *name, long value)
{
	char text[24];

	snprintf(text, sizeof text, "%ld", value);
	add_name(names, name, text);
}

/* The name that a socket has, if it has one: a client's has none. */
static void add_path(struct names *names, const char *name, const struct endpoint *endpoint)
{
	char text[ENDPOINT_TEXT_MAX];

	if (*endpoint_format_host(endpoint, text) != '\0')
		add_name(names, name, text);
}

static void fill_local_names(struct names *names, int fd)
{
	struct sock_credentials who;
	struct endpoint endpoint;

	add_name(names, "PROTO", "UNIX");
	if (endpoint_of_socket(fd, &endpoint) == 0)
		add_path(names, "UNIXLOCALPATH", &endpoint);
	if (endpoint_of_peer(fd, &endpoint) == 0)
		add_path(names, "UNIXREMOTEPATH", &endpoint);
	if (sock_peer_credentials(fd, &who) < 0)
		return;
	add_number(names, "UNIXREMOTEPID", who.pid);
	add_number(names, "UNIXREMOTEEUID", who.uid);
	add_number(names, "UNIXREMOTEEGID", who.gid);
}

static void fill_names(struct names *names, int fd, const struct endpoint *peer)
{
	struct endpoint here;

	names->count = 0;
	if (peer->address.ss_family == AF_UNIX) {
		fill_local_names(names, fd);
		return;
	}
	add_name(names, "PROTO", "TCP");
	add_address(names, peer, "TCPREMOTEIP", "TCPREMOTEPORT");
	if (endpoint_of_socket(fd, &here) == 0)
		add_address(names, &here, "TCPLOCALIP", "TCPLOCALPORT");
}

/* ---- starting --------------------------------------------------------------------------------------- */

static int make_blocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

int exec_start(const struct stream_settings *settings, int fd, const struct endpoint *peer, pid_t *pid)
{
	char *shell[] = { (char *)"/bin/sh", (char *)"-c", (char *)settings->shell_command, NULL };
	struct names names;

	fill_names(&names, fd, peer);
	char **environment = program_environment(names.list, names.count, settings->clean_environment);
	if (environment == NULL || make_blocking(fd) < 0) {
		free(environment);
		return -1;
	}
	int result = program_start(settings->program != NULL ? settings->program : shell, environment, fd, fd, pid);
	int error = errno;
	free(environment);
	errno = error;
	return result;
}

int exec_report(const struct stream_settings *settings, const char *peer, int wait_status)
{
	const char *name = exec_name(settings);

	if (WIFSIGNALED(wait_status))
		return report(STATUS_FAILED, "%s: %s: ended by signal %d (%s)", peer, name, WTERMSIG(wait_status),
		              strsignal(WTERMSIG(wait_status)));
	if (WEXITSTATUS(wait_status) != 0)
		return report(STATUS_FAILED, "%s: %s: ended with status %d", peer, name, WEXITSTATUS(wait_status));
	return STATUS_OK;
}
