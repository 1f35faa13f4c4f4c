/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See local_path.h. */
#include "platform.h"

#include "cli/local_path.h"

#include "cli/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_MODE = 0600 };

const struct option_spec local_options[] = {
	OPTION_HEADING("The socket's file"),
	TEXT(0, "mode", "OCTAL", struct local_settings, mode, "its permissions (0600)"),
	FLAG(0, "unlink", struct local_settings, unlink, "remove a dead socket of ours at PATH first; nothing else is removed"),
	OPTION_END,
};

const int local_types[2] = { SOCK_STREAM, SOCK_SEQPACKET };

int local_path_parse(const char *path, struct endpoint *address)
{
	if (endpoint_unix(path, address) == 0)
		return STATUS_OK;
	if (errno == ENAMETOOLONG)
		return report(STATUS_UNCONNECTED, "%s: a socket's path has at most %zu bytes, this one has %zu", path,
		              endpoint_path_max(path), strlen(path));
	return usage_error("'%s': not a path", path);
}

static mode_t mode_of(const struct local_settings *settings)
{
	return settings->mode != NULL ? (mode_t)strtoul(settings->mode, NULL, 8) : DEFAULT_MODE;
}

int local_path_check(const struct local_settings *settings)
{
	const char *mode = settings->mode;

	if (mode == NULL)
		return STATUS_OK;
	if (*mode == '\0' || strlen(mode) > 5 || mode[strspn(mode, "01234567")] != '\0' || mode_of(settings) > 0777)
		return usage_error("--mode '%s': not octal digits, 0 to 0777", mode);
	return STATUS_OK;
}

/* ERROR stands in the way of ADDRESS: what is there? */
static int report_taken(const struct endpoint *address, int error)
{
	char text[ENDPOINT_TEXT_MAX];
	struct stat found;

	endpoint_format(address, text);
	errno = error;
	if (error != EADDRINUSE && error != EEXIST)
		return report_errno_as(STATUS_UNCONNECTED, "%s", text);
	switch (local_look(address, &found)) {
	case LOCAL_OTHER:
		return report(STATUS_UNCONNECTED, "%s: %s is there, which is no socket; nothing was removed", text,
		              S_ISDIR(found.st_mode) ? "a directory" : S_ISLNK(found.st_mode) ? "a link" : "a file");
	case LOCAL_DEAD:
		return report(STATUS_UNCONNECTED, "%s: a dead socket is there; --unlink removes it first", text);
	default:
		errno = EADDRINUSE;
		return report_errno_as(STATUS_UNCONNECTED, "%s", text);
	}
}

int local_path_bind(int fd, const struct endpoint *address, const struct local_settings *settings,
                    struct local_file *file)
{
	char text[ENDPOINT_TEXT_MAX];

	if (settings->unlink && local_remove_stale(address) < 0) {
		if (errno == EPERM)
			return report(STATUS_UNCONNECTED, "%s: a dead socket of another user is there; it was not removed",
			              endpoint_format(address, text));
		return report_taken(address, errno);
	}
	if (local_bind(fd, address, mode_of(settings), file) < 0)
		return report_taken(address, errno);
	return STATUS_OK;
}
