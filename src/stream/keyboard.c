/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See keyboard.h. */
#include "platform.h"

#include "stream/keyboard.h"

#include "cli/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* A terminal that takes lines, and one that can move its cursor. In the background a change of its modes would stop nsk. */
static bool can_edit(const struct stream_settings *settings)
{
	const char *kind = getenv("TERM");
	struct termios modes;

	if (settings->no_edit || kind == NULL || *kind == '\0' || strcmp(kind, "dumb") == 0 || !isatty(STDERR_FILENO))
		return false;
	if (tcgetattr(STDIN_FILENO, &modes) < 0 || !(modes.c_lflag & ICANON))
		return false;
	pid_t foreground = tcgetpgrp(STDIN_FILENO);
	return foreground < 0 || foreground == getpgrp();
}

static bool is_same_terminal(int one, int other)
{
	struct stat first, second;

	return one >= 0 && isatty(one) && fstat(one, &first) == 0 && fstat(other, &second) == 0 &&
	       first.st_rdev == second.st_rdev;
}

/* ---- the history ----------------------------------------------------------------------------------- */

/* The XDG Base Directory Specification: a path that is not absolute is as none. */
static char *find_history(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	bool has_state = state != NULL && *state == '/';
	char *path = NULL;

	if (!has_state && (home == NULL || *home == '\0')) {
		report(STATUS_FAILED, "--history: neither XDG_STATE_HOME nor HOME is set");
		return NULL;
	}
	if (asprintf(&path, "%s%s/nsk/history", has_state ? state : home, has_state ? "" : "/.local/state") < 0) {
		report_out_of_memory();
		return NULL;
	}
	return path;
}

/* Makes the directories of PATH that are missing; the open that follows tells what is wrong with them. */
static void make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
}

static int open_history(struct keyboard *keyboard)
{
	keyboard->history_file = find_history();
	if (keyboard->history_file == NULL)
		return STATUS_FAILED;
	make_directories(keyboard->history_file);
	return STATUS_OK;
}

static int report_history(const struct keyboard *keyboard)
{
	errno = keyboard->typing != NULL ? keyboard->typing->history_error : 0;
	return errno == 0 ? STATUS_OK : report_errno("%s", keyboard->history_file);
}

/* ---- beginning and end ----------------------------------------------------------------------------- */

int keyboard_open(struct keyboard *keyboard, const struct stream_settings *settings, int output, struct monitor *monitor)
{
	if (!can_edit(settings))
		return STATUS_OK;
	int status = settings->history ? open_history(keyboard) : STATUS_OK;

	if (status != STATUS_OK)
		return status;
	keyboard->typing = calloc(1, sizeof *keyboard->typing);
	if (keyboard->typing == NULL)
		return report_out_of_memory();
	if (!typing_open(keyboard->typing, keyboard->history_file))
		return STATUS_OK;
	keyboard->terminal = (struct end_terminal){ typing_read, NULL, typing_turn, keyboard->typing };
	if (is_same_terminal(output, STDERR_FILENO)) {
		keyboard->terminal.write = typing_write;
		monitor->output_is_terminal = false; /* what is begun there is no longer in the way of others */
	}
	message_set_before(typing_hide, keyboard->typing);
	return keyboard->typing->history_error != 0 ? STATUS_FAILED : STATUS_OK; /* keyboard_close tells why */
}

const struct end_terminal *keyboard_terminal(const struct keyboard *keyboard)
{
	return keyboard->terminal.read != NULL ? &keyboard->terminal : NULL;
}

int keyboard_close(struct keyboard *keyboard)
{
	if (keyboard->terminal.read != NULL)
		message_set_before(NULL, NULL);
	keyboard->terminal.read = NULL;
	if (keyboard->typing != NULL)
		typing_close(keyboard->typing);
	int status = report_history(keyboard);

	free(keyboard->typing);
	free(keyboard->history_file);
	*keyboard = (struct keyboard){ 0 };
	return status;
}
