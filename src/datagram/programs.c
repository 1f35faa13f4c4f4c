/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See programs.h. A run has ended when its output has, and the program itself. */
#include "platform.h"

#include "datagram/programs.h"

#include "cli/message.h"
#include "core/child.h"
#include "core/interrupt.h"
#include "core/program.h"
#include "datagram/answer.h"
#include "datagram/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PROGRAMS_MAX = 32,
	VARIABLES_MAX = 6,
	READ_STEP = 16384
};

struct run {
	struct run *next;
	pid_t pid;       /* 0: it has ended */
	int input, output; /* our ends of its pipes; -1: closed */
	unsigned char *data; /* for its input; then its answer */
	size_t length, written;
	unsigned char *answer;
	size_t answer_length, answer_capacity;
	bool too_long;
	struct datagram_socket *socket;
	struct endpoint peer, here;
	bool has_here;
};

struct programs {
	char **words;
	char *shell[4];
	size_t limit;
	struct poller *poller;
	struct answer *replies;
	struct run *runs;
	int used;
};

struct programs *programs_open(char **words, const char *command, size_t limit, struct poller *poller,
                               struct answer *answer)
{
	struct programs *programs = calloc(1, sizeof *programs);

	if (programs == NULL)
		return NULL;
	programs->shell[0] = "/bin/sh";
	programs->shell[1] = "-c";
	programs->shell[2] = (char *)(uintptr_t)command;
	programs->words = command != NULL ? programs->shell : words;
	programs->limit = limit;
	programs->poller = poller;
	programs->replies = answer;
	child_catch();
	return programs;
}

static void close_pipe(struct programs *programs, int *fd)
{
	if (*fd < 0)
		return;
	poller_set(programs->poller, *fd, 0);
	close(*fd);
	*fd = -1;
}

static void release(struct programs *programs, struct run *run)
{
	struct run **link = &programs->runs;

	while (*link != run)
		link = &(*link)->next;
	*link = run->next;
	programs->used--;
	close_pipe(programs, &run->input);
	close_pipe(programs, &run->output);
	free(run->data);
	free(run->answer);
	free(run);
}

void programs_close(struct programs *programs)
{
	while (programs != NULL && programs->runs != NULL) {
		struct run *run = programs->runs;

		if (run->pid > 0 && kill(run->pid, SIGTERM) == 0)
			waitpid(run->pid, NULL, WNOHANG);
		release(programs, run);
	}
	free(programs);
}

/* ---- starting --------------------------------------------------------------------------------------- */

struct variables {
	char text[VARIABLES_MAX][ENDPOINT_TEXT_MAX + 24];
	char *list[VARIABLES_MAX];
	int count;
};

static void set_variable(struct variables *variables, const char *name, const char *value)
{
	char *text = variables->text[variables->count];

	snprintf(text, sizeof variables->text[0], "%s=%s", name, value);
	variables->list[variables->count++] = text;
}

/* Who sent the datagram and where it came to, in the manner of UCSPI. */
static void fill_variables(struct variables *variables, const struct run *run, const struct endpoint *bound)
{
	char text[ENDPOINT_TEXT_MAX], port[8];

	variables->count = 0;
	if (bound->address.ss_family == AF_UNIX) {
		set_variable(variables, "PROTO", "UNIX");
		set_variable(variables, "UNIXLOCALPATH", endpoint_format_host(bound, text));
		set_variable(variables, "UNIXREMOTEPATH", endpoint_format_host(&run->peer, text));
		return;
	}
	set_variable(variables, "PROTO", "UDP");
	set_variable(variables, "UDPREMOTEIP", endpoint_format_host(&run->peer, text));
	snprintf(port, sizeof port, "%u", (unsigned)endpoint_port(&run->peer));
	set_variable(variables, "UDPREMOTEPORT", port);
	set_variable(variables, "UDPLOCALIP", endpoint_format_host(run->has_here ? &run->here : bound, text));
	snprintf(port, sizeof port, "%u", (unsigned)endpoint_port(bound));
	set_variable(variables, "UDPLOCALPORT", port);
}

/* Starts the program between two pipes, of which RUN gets our ends. 0, or -1 with errno. */
static int spawn(struct programs *programs, struct run *run, const struct endpoint *bound)
{
	struct variables variables;
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, result = -1;
	char **environment;

	fill_variables(&variables, run, bound);
	environment = program_environment(variables.list, variables.count, false);
	if (environment == NULL || pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		goto out;
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	result = program_start(programs->words, environment, in[0], out[1], &run->pid);
out:;
	int saved = errno;
	run->input = in[1];
	run->output = out[0];
	if (in[0] >= 0)
		close(in[0]);
	if (out[1] >= 0)
		close(out[1]);
	free(environment);
	errno = saved;
	return result;
}

static void fail(struct programs *programs)
{
	programs->replies->failed = true;
}

/* Writes what its input takes, and ends it when that was all. */
static void feed(struct programs *programs, struct run *run)
{
	while (run->written < run->length) {
		ssize_t count = write(run->input, run->data + run->written, run->length - run->written);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && errno == EAGAIN) {
			if (poller_set(programs->poller, run->input, POLLER_WRITE) == 0)
				return;
		}
		if (count < 0)
			break; /* EPIPE: it does not want to read all */
		run->written += (size_t)count;
	}
	close_pipe(programs, &run->input);
}

/* A new run for ITEM; NULL with ENOMEM. */
static struct run *add_run(struct programs *programs, struct datagram_socket *socket, const struct datagram *item)
{
	struct run *run = calloc(1, sizeof *run);

	if (run == NULL)
		return NULL;
	run->data = malloc(item->length + 1);
	if (run->data == NULL) {
		free(run);
		return NULL;
	}
	memcpy(run->data, item->data, item->length);
	run->length = item->length;
	run->input = run->output = -1;
	run->socket = socket;
	run->peer = *item->peer;
	run->has_here = item->here != NULL;
	if (run->has_here)
		run->here = *item->here;
	run->next = programs->runs;
	programs->runs = run;
	programs->used++;
	return run;
}

void programs_start(struct programs *programs, struct datagram_socket *socket, const struct endpoint *here,
                    const struct datagram *item)
{
	struct run *run = add_run(programs, socket, item);

	if (run != NULL && spawn(programs, run, here) == 0 &&
	    poller_set(programs->poller, run->output, POLLER_READ) == 0) {
		feed(programs, run);
		return;
	}
	report_errno("%s", programs->words[0]);
	fail(programs);
	if (run != NULL && run->pid > 0 && kill(run->pid, SIGKILL) == 0)
		waitpid(run->pid, NULL, 0);
	if (run != NULL)
		release(programs, run);
}

/* ---- while they run --------------------------------------------------------------------------------- */

bool programs_are_full(const struct programs *programs)
{
	return programs != NULL && programs->used == PROGRAMS_MAX;
}

bool programs_are_running(const struct programs *programs)
{
	return programs != NULL && programs->used > 0;
}

static void send_answer(struct programs *programs, struct run *run)
{
	char peer[ENDPOINT_TEXT_MAX];
	struct datagram item = { .data = run->answer, .length = run->answer_length, .peer = &run->peer,
		                 .here = run->has_here ? &run->here : NULL };

	if (run->too_long) {
		report(STATUS_FAILED, "%s: its answer to %s has more than the %zu bytes of a datagram, and was not sent",
		       programs->words[0], output_peer_name(&run->peer, peer), programs->limit);
		fail(programs);
	} else if (run->answer_length > 0 && answer_is_possible(&run->peer)) {
		answer_send_one(programs->replies, run->socket, &item); /* a signal is seen in the loop */
	}
}

/* A run is over when both its output and the program have ended. */
static void end_if_over(struct programs *programs, struct run *run)
{
	if (run->pid == 0 && run->output < 0)
		release(programs, run);
}

static int grow_answer(struct run *run)
{
	size_t capacity = run->answer_capacity + READ_STEP;
	unsigned char *answer = realloc(run->answer, capacity);

	if (answer == NULL)
		return -1;
	run->answer = answer;
	run->answer_capacity = capacity;
	return 0;
}

/* Takes what its output gives; at the end the answer goes. */
static void collect(struct programs *programs, struct run *run)
{
	for (;;) {
		run->too_long = run->answer_length > programs->limit;
		if (run->too_long)
			break; /* its output is closed: one that never stops is not to run for ever */
		if (run->answer_capacity - run->answer_length < READ_STEP && grow_answer(run) < 0)
			break;
		ssize_t count = read(run->output, run->answer + run->answer_length, READ_STEP);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && errno == EAGAIN)
			return;
		if (count <= 0)
			break;
		run->answer_length += (size_t)count;
	}
	close_pipe(programs, &run->output);
	send_answer(programs, run);
	end_if_over(programs, run);
}

void programs_handle(struct programs *programs, const struct poller_event *event)
{
	for (struct run *run = programs != NULL ? programs->runs : NULL; run != NULL; run = run->next) {
		if (run->input == event->fd) {
			feed(programs, run);
			return;
		}
		if (run->output == event->fd) {
			collect(programs, run);
			return;
		}
	}
}

static void tell_end(struct programs *programs, const struct run *run, int status)
{
	if (run->too_long) /* that was told, and what came of it is no news */
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	if (WIFSIGNALED(status))
		report(STATUS_FAILED, "%s: ended by signal %d", programs->words[0], WTERMSIG(status));
	else
		report(STATUS_FAILED, "%s: ended with status %d", programs->words[0], WEXITSTATUS(status));
	fail(programs);
}

void programs_reap(struct programs *programs)
{
	struct run *next;

	for (struct run *run = programs != NULL ? programs->runs : NULL; run != NULL; run = next) {
		int status;

		next = run->next;
		if (run->pid == 0 || waitpid(run->pid, &status, WNOHANG) != run->pid)
			continue;
		run->pid = 0;
		tell_end(programs, run, status);
		end_if_over(programs, run);
	}
}
