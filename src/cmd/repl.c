/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * repl: sockets by hand. Lines come from a person, a file, a pipe or -c; a script ends at its first error. */
#include "platform.h"

#include "cli/command.h"
#include "cli/message.h"
#include "cli/tracing.h"
#include "core/interrupt.h"
#include "core/lines.h"
#include "repl/complete.h"
#include "repl/joiner.h"
#include "repl/repl.h"
#include "view/editor.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct settings {
	const char *code;
	struct tracing_settings tracing;
};

static const struct option_spec options[] = {
	TEXT('c', "code", "CODE", struct settings, code, "run CODE, its lines parted by newlines or ;"),
	INCLUDE(struct settings, tracing, tracing_options, struct tracing_settings),
	OPTION_END,
};

/* Results stand before what is said about the next call. */
static void flush_results(void *context)
{
	(void)context;
	fflush(stdout);
}

static void say(const char *line, void *context)
{
	(void)context;
	notice("%s", line);
}

/* ---- scripts ------------------------------------------------------------------------------------- */

struct script {
	struct repl *repl;
	const char *where;     /* it comes from, for messages */
	struct joiner joiner;
	size_t number, begun;  /* lines so far; the one that what is joined began with */
};

/* Runs what was joined, and what follows begins anew. */
static int run_joined(struct script *script)
{
	switch (repl_run(script->repl, script->joiner.text, script->joiner.length)) {
	case REPL_OK:
		return command_check_output();
	case REPL_INTERRUPTED:
		return STATUS_SIGNAL + interrupt_pending();
	case REPL_FAILED:
		break;
	}
	return report(STATUS_FAILED, "%s:%zu: %s: %s", script->where, script->begun, script->repl->error_name,
	              script->repl->error_text);
}

static int run_line(struct script *script, const char *line, size_t length)
{
	script->number++;
	if (!script->joiner.waits)
		script->begun = script->number;
	switch (joiner_add(&script->joiner, line, length)) {
	case 0:
		return STATUS_OK;
	case 1:
		return run_joined(script);
	default:
		return report_errno("%s", script->where);
	}
}

/* A line is still waited for: what is there is run, for its message. STATUS is the script's so far. */
static int end_script(struct script *script, int status)
{
	if (status == STATUS_OK && script->joiner.waits)
		status = run_joined(script);
	joiner_release(&script->joiner);
	return status;
}

static int run_code(struct repl *repl, const char *code)
{
	struct script script = { .repl = repl, .where = "-c" };
	int status = STATUS_OK;

	for (bool more = true; more && status == STATUS_OK && !repl->exits;) {
		size_t length = strcspn(code, "\n");

		status = run_line(&script, code, length);
		more = code[length] != '\0';
		code += length + more;
	}
	return end_script(&script, status);
}

static int run_script(struct repl *repl, const char *where, int fd)
{
	struct script script = { .repl = repl, .where = where };
	struct lines lines = { .fd = fd };
	int status = STATUS_OK, more = 1;
	const char *line;
	size_t length;

	while (status == STATUS_OK && !repl->exits) {
		more = lines_next(&lines, &line, &length);
		if (more <= 0)
			break;
		status = run_line(&script, line, length);
	}
	if (more < 0)
		status = interrupt_pending() != 0 ? STATUS_SIGNAL + interrupt_pending() : report_errno("%s", where);
	lines_release(&lines);
	return end_script(&script, status);
}

static int run_file(struct repl *repl, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return report_errno("%s", message_object(path));
	int status = run_script(repl, path, fd);
	close(fd);
	return status;
}

/* ---- a person ------------------------------------------------------------------------------------ */

/* Ctrl-C gives the prompt back; another signal ends nsk. */
static int after_signal(void)
{
	if (interrupt_pending() != SIGINT)
		return STATUS_SIGNAL + interrupt_pending();
	interrupt_forget();
	message_write("\n", 1);
	return STATUS_OK;
}

/* Runs what was joined. */
static int run_typed(struct repl *repl, const struct joiner *joiner)
{
	char text[sizeof repl->error_name + sizeof repl->error_text + 8];
	int count;

	switch (repl_run(repl, joiner->text, joiner->length)) {
	case REPL_OK:
		return command_check_output();
	case REPL_INTERRUPTED:
		return after_signal();
	case REPL_FAILED:
		break;
	}
	count = snprintf(text, sizeof text, "%s: %s\n", repl->error_name, repl->error_text);
	message_write(text, (size_t)count);
	return STATUS_OK;
}

/* Pasted text comes as one line with newlines in it. */
static int run_pasted(struct repl *repl, struct joiner *joiner, const char *text, size_t length)
{
	int status = STATUS_OK;

	for (const char *end = text + length; text <= end && status == STATUS_OK && !repl->exits;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline != NULL ? newline : end;

		int whole = joiner_add(joiner, text, (size_t)(stop - text));

		if (whole < 0)
			return report_errno("standard input");
		status = whole > 0 ? run_typed(repl, joiner) : STATUS_OK;
		text = stop + 1;
	}
	return status;
}

/* The terminal's end, or a signal at the prompt: lines that were waited with are told of, or given up. */
static int end_lines(struct repl *repl, struct joiner *joiner, int more)
{
	bool waits = joiner->waits;

	joiner->waits = false;
	if (more < 0)
		return interrupt_pending() != 0 ? after_signal() : report_errno("standard input");
	message_write("\n", 1);
	return waits ? run_typed(repl, joiner) : STATUS_OK;
}

static int run_interactively(struct repl *repl)
{
	struct editor editor = { .complete = complete_word, .context = repl };
	struct joiner joiner = { .length = 0 };
	int status = STATUS_OK, more = 1;
	const char *line;
	size_t length;

	puts("Sockets by hand: help lists the calls, help CALL tells about one, Ctrl-D ends.");
	fflush(stdout);
	while (more != 0 && status == STATUS_OK && !repl->exits) {
		editor.prompt = joiner.waits ? "...> " : "nsk> ";
		more = editor_next(&editor, &line, &length);
		status = more > 0 ? run_pasted(repl, &joiner, line, length) : end_lines(repl, &joiner, more);
	}
	joiner_release(&joiner);
	editor_release(&editor);
	return status;
}

/* ---- the command --------------------------------------------------------------------------------- */

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct repl repl = { .out = stdout, .out_is_terminal = isatty(STDOUT_FILENO), .say = say };
	int status;

	if (settings->code != NULL && argc > 0)
		return usage_error("extra operand '%s': -c brings the code", argv[0]);
	message_set_before(flush_results, NULL);
	tracing_begin(&settings->tracing);
	interrupt_catch();
	repl_init(&repl);
	if (settings->code != NULL)
		status = run_code(&repl, settings->code);
	else if (argc > 0 && strcmp(argv[0], "-") != 0)
		status = run_file(&repl, argv[0]);
	else if (argc == 0 && isatty(STDIN_FILENO))
		status = run_interactively(&repl);
	else
		status = run_script(&repl, "standard input", STDIN_FILENO);
	repl_release(&repl);
	message_set_before(NULL, NULL);
	return status;
}

static const struct command_example examples[] = {
	{ "nsk repl", "type calls; each one's result is shown" },
	{ "nsk repl -c 'getaddrinfo localhost 80'", "one call" },
	{ "nsk repl -c 'a, b = socketpair; send a \"hello\"; recv b 100'", "a conversation with oneself" },
	{ "nsk repl --explain lesson", "a script, with what each socket call means" },
	{ NULL, NULL },
};

const struct command command_repl = {
	.name = "repl",
	.summary = "call the socket API by hand, line by line or from a script",
	.group = "Learning",
	.operands = "[FILE]",
	.max_operands = 1,
	.synonyms = "python shell interactive interpreter script",
	.examples = examples,
	.notes = "A line is [NAME[, NAME]... =] [try] CALL [WORD]...: server = create_server 127.0.0.1 0. What Python's "
	         "documentation shows can be pasted. A script ends at its first error, with status 1.",
	.options = options,
	.settings_size = sizeof(struct settings),
	.run = run,
};
