/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * demo: lessons, which are scripts of nsk repl. Comments are told, calls are shown and made, what goes over the wire is
 * drawn; the expectations within them are checked in silence. */
#include "platform.h"

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/message.h"
#include "cli/nearest.h"
#include "cli/tracing.h"
#include "cmd/lessons.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/lines.h"
#include "repl/repl.h"
#include "view/color.h"
#include "view/diagram.h"

#include <langinfo.h>
#include <locale.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct settings {
	bool step, show;
	struct tracing_settings tracing;
};

static const struct option_spec options[] = {
	FLAG(0, "step", struct settings, step, "wait for Enter before each part"),
	FLAG(0, "show", struct settings, show, "print the lesson's script, for nsk repl, instead of running it"),
	INCLUDE(struct settings, tracing, tracing_options, struct tracing_settings),
	OPTION_END,
};

/* A call that waits longer in a lesson will wait for ever: what was to happen has not. */
#define PATIENCE_NS (10 * DEADLINE_SECOND)

/* A lesson that runs. */
struct run {
	const struct lesson *lesson;
	struct repl repl;
	struct lines input; /* of --step */
	bool steps, color;
	bool in_narration; /* the line before was told */
};

static void say_nothing(const char *line, void *context)
{
	(void)line;
	(void)context;
}

static void flush_results(void *context)
{
	(void)context;
	fflush(stdout);
}

static int list_lessons(void)
{
	bool on_terminal = isatty(STDOUT_FILENO); /* elsewhere a line is a lesson */

	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++) {
		int column = printf("%-18s ", lesson->name);

		if (on_terminal)
			describe_wrapped(stdout, column, lesson->summary);
		else
			puts(lesson->summary);
	}
	return STATUS_OK;
}

static int report_unknown(const char *name)
{
	const char *names[32];
	int count = 0;

	for (const struct lesson *lesson = lessons; lesson->name != NULL && count < 32; lesson++)
		names[count++] = lesson->name;
	const char *near = nearest_find(name, names, count);
	if (near == NULL)
		return usage_error("%s: no such lesson; nsk demo lists them", message_object(name));
	return usage_error("%s: no such lesson; did you mean %s?", message_object(name), near);
}

/* ---- running ------------------------------------------------------------------------------------- */

/* Waits for Enter. The end of the input lets the rest run through. */
static int wait_for_enter(struct run *run)
{
	const char *line;
	size_t length;

	if (!run->steps)
		return STATUS_OK;
	fputs("[Enter] ", stdout);
	int status = command_check_output();
	if (status != STATUS_OK)
		return status;
	int more = lines_next(&run->input, &line, &length);
	if (more < 0)
		return interrupt_pending() != 0 ? STATUS_SIGNAL + interrupt_pending() : report_errno("standard input");
	run->steps = more > 0;
	return STATUS_OK;
}

/* A comment: a new part begins where calls stood before. */
static int tell(struct run *run, const char *text, size_t length)
{
	if (!run->in_narration) {
		int status = wait_for_enter(run);

		if (status != STATUS_OK)
			return status;
		putchar('\n');
	}
	run->in_narration = true;
	printf("%s%.*s%s\n", run->color ? COLOR_BOLD : "", (int)length, text, run->color ? COLOR_RESET : "");
	return STATUS_OK;
}

static int make_call(struct run *run, size_t number, const char *line, size_t length)
{
	bool is_check = length > 7 && memcmp(line, "expect ", 7) == 0;

	if (run->in_narration)
		putchar('\n');
	run->in_narration = false;
	if (!is_check)
		printf("  nsk> %.*s\n", (int)length, line);
	switch (repl_run(&run->repl, line, length)) {
	case REPL_OK:
		return command_check_output();
	case REPL_INTERRUPTED:
		return STATUS_SIGNAL + interrupt_pending();
	case REPL_FAILED:
		break;
	}
	return report(STATUS_FAILED, "%s:%zu: %s: %s", run->lesson->name, number, run->repl.error_name, run->repl.error_text);
}

static int run_lines(struct run *run)
{
	const char *line = run->lesson->text;
	int status = STATUS_OK;

	for (size_t number = 2; *line != '\0' && status == STATUS_OK; number++) {
		size_t length = strcspn(line, "\n");

		if (line[0] == '#')
			status = tell(run, line + 2, length - 2);
		else
			status = make_call(run, number, line, length);
		line += length + (line[length] == '\n');
	}
	return status;
}

static bool speaks_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool is_so = locale != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

	if (locale != (locale_t)0)
		freelocale(locale);
	return is_so;
}

static int run_lesson(const struct settings *settings, const struct lesson *lesson)
{
	struct diagram diagram = { .to = stdout, .color = color_wanted(STDOUT_FILENO), .unicode = speaks_utf8() };
	struct run run = { .lesson = lesson, .steps = settings->step, .color = diagram.color,
		           .input = { .fd = STDIN_FILENO },
		           .repl = { .out = stdout, .out_is_terminal = isatty(STDOUT_FILENO), .say = say_nothing } };

	message_set_before(flush_results, NULL);
	interrupt_catch();
	repl_init(&run.repl);
	run.repl.default_timeout_ns = PATIENCE_NS;
	sock_observe(diagram_draw, &diagram);
	tracing_begin(&settings->tracing); /* in place of the diagram, if it is wanted */
	printf("%s: %s\n", lesson->name, lesson->summary);
	int status = run_lines(&run);
	sock_observe(NULL, NULL);
	repl_release(&run.repl);
	lines_release(&run.input);
	message_set_before(NULL, NULL);
	return status;
}

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	const struct lesson *lesson = lessons;

	if (argc == 0)
		return settings->show || settings->step ? usage_error("a lesson's name is missing; nsk demo lists them")
		                                        : list_lessons();
	while (lesson->name != NULL && strcmp(lesson->name, argv[0]) != 0)
		lesson++;
	if (lesson->name == NULL)
		return report_unknown(argv[0]);
	if (!settings->show)
		return run_lesson(settings, lesson);
	printf("# %s\n%s", lesson->summary, lesson->text);
	return STATUS_OK;
}

static const struct command_example examples[] = {
	{ "nsk demo", "list the lessons" },
	{ "nsk demo tcp-flow", "from socket to close, with a picture of what goes over the wire" },
	{ "nsk demo --step time-wait", "part by part" },
	{ "nsk demo --explain reset", "each socket call, what it means, and TCP's state after it" },
	{ "nsk demo --show select", "the script, to change it and run it with nsk repl" },
	{ NULL, NULL },
};

const struct command command_demo = {
	.name = "demo",
	.summary = "run a lesson on sockets, narrated and drawn",
	.group = "Learning",
	.operands = "[NAME]",
	.max_operands = 1,
	.synonyms = "lesson lessons tutorial learn teach",
	.examples = examples,
	.options = options,
	.settings_size = sizeof(struct settings),
	.run = run,
};
