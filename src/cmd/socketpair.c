/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * socketpair: two programs, each one's stdin and stdout being one end of a pair of sockets. */
#include "platform.h"

#include "cli/command.h"
#include "cli/message.h"
#include "core/child.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/program.h"
#include "core/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>

struct settings {
	int64_t type;
	int64_t verbosity;
};

static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET }; /* in the order of --type's choices */

static const struct option_spec options[] = {
	CHOICE(0, "type", "stream|dgram|seqpacket", struct settings, type, "the kind of sockets (stream)"),
	COUNT('v', "verbose", struct settings, verbosity, "tell what happens, on stderr"),
	OPTION_END,
};

/* Tells how WORD's program ended, unless all is well. */
static int judge(const char *word, int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return report(STATUS_FAILED, "%s: ended by signal %d", word, WTERMSIG(wait_status));
	if (WEXITSTATUS(wait_status) != 0)
		return report(STATUS_FAILED, "%s: ended with status %d", word, WEXITSTATUS(wait_status));
	note("%s: ended", word);
	return STATUS_OK;
}

/* Waits for both. An ending signal is passed on to those that still run, once, and then is ours. */
static int wait_for_both(const pid_t programs[2], char *const words[2])
{
	struct child_wait heed = { .deadline = DEADLINE_NEVER, .interrupts = true, .fd = -1 };
	int status = STATUS_OK;

	for (int i = 0; i < 2; i++) {
		int wait_status;
		enum child_news news = child_wait(programs[i], &heed, &wait_status);

		if (news == CHILD_INTERRUPTED) {
			heed.interrupts = false;
			for (int j = i; j < 2; j++)
				kill(programs[j], interrupt_pending());
			news = child_wait(programs[i], &heed, &wait_status);
		}
		if (news == CHILD_LOST)
			status = report_errno("%s", words[i]);
		else if (interrupt_pending() == 0 && judge(words[i], wait_status) != STATUS_OK)
			status = STATUS_FAILED;
	}
	return interrupt_pending() != 0 ? STATUS_SIGNAL + interrupt_pending() : status;
}

/* Without the second program the first would wait for nobody. */
static void end_alone(pid_t program)
{
	struct child_wait heed = { .deadline = DEADLINE_NEVER, .fd = -1 };
	int wait_status;

	kill(program, SIGTERM);
	child_wait(program, &heed, &wait_status);
}

static int run_both(const struct settings *settings, char **first, char **second)
{
	char **words[2] = { first, second }, *names[2] = { first[0], second[0] };
	int pair[2], started = 0, status = STATUS_OK;
	pid_t programs[2];

	if (sock_socketpair(AF_UNIX, types[settings->type], 0, pair) < 0)
		return report_errno("socketpair");
	interrupt_catch();
	child_catch();
	for (; started < 2 && status == STATUS_OK; started++) {
		if (program_start(words[started], NULL, pair[started], pair[started], &programs[started]) < 0)
			status = report_errno("%s", names[started]);
	}
	sock_close(pair[0]);
	sock_close(pair[1]);
	if (status == STATUS_OK)
		return wait_for_both(programs, names);
	if (started == 2)
		end_alone(programs[0]);
	return status;
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	int middle = 0;

	message_set_verbosity((unsigned)settings->verbosity);
	while (middle < argc && strcmp(argv[middle], "--") != 0)
		middle++;
	if (middle == 0 || middle + 1 >= argc)
		return usage_error("%s: nsk socketpair [OPTION]... PROGRAM [ARG]... -- PROGRAM [ARG]...",
		                   middle == 0 ? "a program is missing" : "-- and a second program are missing");
	argv[middle] = NULL;
	return run_both(settings, argv, argv + middle + 1);
}

static const struct command_example examples[] = {
	{ "nsk socketpair ./client -- ./server", "let two programs talk that use stdin and stdout" },
	{ "nsk socketpair --type seqpacket ./one -- ./two", "with the boundaries of records kept" },
	{ NULL, NULL },
};

const struct command command_socketpair = {
	.name = "socketpair",
	.summary = "run two programs joined by a pair of sockets",
	.group = "Datagrams",
	.operands = "PROGRAM [ARG]... -- PROGRAM [ARG]...",
	.min_operands = 1,
	.max_operands = -1,
	.flags = COMMAND_OPTIONS_FIRST,
	.synonyms = "pair join couple",
	.examples = examples,
	.notes = "Each program's standard input and output is one end. The status is 0 when both end with 0, else 1. "
	         "A dgram pair has no end of file: its programs must know themselves when to end.",
	.options = options,
	.settings_size = sizeof(struct settings),
	.run = run,
};
