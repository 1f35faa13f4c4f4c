/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See repl.h. */
#include "platform.h"

#include "repl/repl.h"

#include "bytes/visible.h"
#include "core/blocking.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "repl/object.h"
#include "repl/wait.h"
#include "view/trace.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void say_slow(void *context)
{
	wait_say(context);
}

void repl_init(struct repl *repl)
{
	blocking_tell(say_slow, repl); /* look-ups */
	repl->last = value_none();
	repl->default_timeout_ns = -1;
	repl->calling = "";
}

void repl_release(struct repl *repl)
{
	blocking_tell(NULL, NULL);
	for (size_t i = 0; i < repl->variable_count; i++)
		value_release(&repl->variables[i].value);
	free(repl->variables);
	value_release(&repl->last);
	object_release_all(repl);
}

/* ---- errors -------------------------------------------------------------------------------------- */

/* The error's text without what could rewrite a terminal: words in it may be strangers'. */
static void set_harmless(struct repl *repl, const char *text, size_t length)
{
	unsigned char harmless[4 * (sizeof repl->error_text + 4)];
	struct visible visible = { 0 };
	size_t count = visible_apply(&visible, (const unsigned char *)text, length, harmless);

	count += visible_apply(&visible, NULL, 0, harmless + count);
	snprintf(repl->error_text, sizeof repl->error_text, "%.*s", (int)count, (const char *)harmless);
}

int repl_fail(struct repl *repl, const char *name, const char *format, ...)
{
	char text[sizeof repl->error_text];
	va_list arguments;

	snprintf(repl->error_name, sizeof repl->error_name, "%s", name);
	va_start(arguments, format);
	int length = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	set_harmless(repl, text, length < 0 ? 0 : (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
	return -1;
}

int repl_fail_errno(struct repl *repl)
{
	int error = errno;
	const char *name = constant_name(CONSTANT_ERROR, error);
	char text[128];

	if (error == ENOMEM)
		return repl_fail_memory(repl);
	snprintf(text, sizeof text, "%s", strerror(error));
	if (isupper((unsigned char)text[0]) && !isupper((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	repl_fail(repl, name != NULL ? name : "OSError", "%s", text);
	errno = error;
	return -1;
}

int repl_fail_memory(struct repl *repl)
{
	return repl_fail(repl, "ENOMEM", "out of memory");
}

int repl_fail_look_up(struct repl *repl, enum endpoint_result result, const struct endpoint_problem *problem)
{
	const char *code = strrchr(problem->text, '(');
	char name[32] = "gaierror";

	if (result == ENDPOINT_INTERRUPTED)
		return repl_fail(repl, "EINTR", "interrupted");
	if (code != NULL && strncmp(code, "(EAI_", 5) == 0)
		sscanf(code + 1, "%31[A-Z_]", name);
	else if (code != NULL && strcmp(code, "(HOST_NOT_FOUND)") == 0)
		strcpy(name, "herror"); /* as Python calls what h_errno tells */
	else if (result == ENDPOINT_MALFORMED)
		strcpy(name, "ValueError");
	return repl_fail(repl, name, "%s", problem->text);
}

/* ---- variables ----------------------------------------------------------------------------------- */

struct value *repl_variable(struct repl *repl, const char *name, size_t length)
{
	for (size_t i = 0; i < repl->variable_count; i++) {
		if (strlen(repl->variables[i].name) == length && memcmp(repl->variables[i].name, name, length) == 0)
			return &repl->variables[i].value;
	}
	return NULL;
}

static struct value *add_variable(struct repl *repl, const char *name)
{
	struct variable *more = realloc(repl->variables, (repl->variable_count + 1) * sizeof *more);

	if (more == NULL)
		return NULL;
	repl->variables = more;
	struct variable *added = &more[repl->variable_count];
	snprintf(added->name, sizeof added->name, "%s", name);
	added->value = value_none();
	repl->variable_count++;
	return &added->value;
}

int repl_assign(struct repl *repl, const char *name, struct value value)
{
	struct value *variable = repl_variable(repl, name, strlen(name));

	if (strlen(name) >= VARIABLE_NAME_MAX) {
		value_release(&value);
		return repl_fail(repl, "NameError", "a variable's name has at most %d characters", VARIABLE_NAME_MAX - 1);
	}
	if (variable == NULL) {
		variable = add_variable(repl, name);
		if (variable == NULL) {
			value_release(&value);
			return repl_fail_memory(repl);
		}
	}
	value_release(variable);
	*variable = value;
	return 0;
}

/* RESULT's parts to the names of STATEMENT, or all of it to the only one. */
static int assign(struct repl *repl, const struct statement *statement, const struct value *result)
{
	size_t count = value_is_sequence(result) ? result->count : result->kind == VALUE_ADDRESS ? 2 : 1;

	if (statement->name_count > 1 && count != statement->name_count)
		return repl_fail(repl, "ValueError", "%zu names for %zu value%s", statement->name_count, count,
		                 count == 1 ? "" : "s");
	for (size_t i = 0; i < statement->name_count; i++) {
		struct value copy;
		int status;

		if (statement->name_count > 1 && result->kind == VALUE_ADDRESS) { /* host, port = s.getsockname() */
			char host[ENDPOINT_TEXT_MAX];

			endpoint_format_host(result->address, host);
			copy = value_number(endpoint_port(result->address));
			status = i == 0 ? value_set_text(&copy, host, strlen(host)) : 0;
		} else {
			status = value_copy(&copy, statement->name_count > 1 ? &result->items[i] : result);
		}
		if (status < 0)
			return repl_fail_memory(repl);
		if (repl_assign(repl, statement->names[i], copy) < 0)
			return -1;
	}
	return 0;
}

/* ---- running ------------------------------------------------------------------------------------- */

/* "2.5 ms" or "1.250 s". */
static const char *format_time(int64_t ns, char text[32])
{
	if (ns < DEADLINE_SECOND)
		snprintf(text, 32, "%.1f ms", (double)ns / 1e6);
	else
		snprintf(text, 32, "%.3f s", (double)ns / 1e9);
	return text;
}

/* The result, and how long it took if that was long: beside it for a person, not among the data in a pipe. */
static int show(struct repl *repl, const struct value *result, int64_t took_ns)
{
	char line[96], time[32];
	bool is_long = took_ns > DEADLINE_MILLISECOND;

	value_write(repl->out, result);
	if (is_long && repl->out_is_terminal)
		fprintf(repl->out, "  (%s)", format_time(took_ns, time));
	putc('\n', repl->out);
	if (is_long && !repl->out_is_terminal) {
		fflush(repl->out);
		snprintf(line, sizeof line, "%.30s took %s", repl->calling, format_time(took_ns, time));
		repl->say(line, repl->context);
	}
	return 0;
}

/* A failure that try caught: shown, unless it is assigned, and its name is the result. */
static int caught(struct repl *repl, const struct statement *statement, struct value *result)
{
	if (statement->name_count == 0)
		fprintf(repl->out, "%s: %s\n", repl->error_name, repl->error_text);
	return value_set_text(result, repl->error_name, strlen(repl->error_name)) < 0 ? repl_fail_memory(repl) : 0;
}

/* None is not, but where it was asked for: gettimeout. */
static bool is_shown(const struct repl *repl, const struct value *result)
{
	return result->kind != VALUE_NONE || strncmp(repl->calling, "get", 3) == 0;
}

static int run_statement(struct repl *repl, const struct statement *statement)
{
	struct value result;
	int64_t begin = deadline_now(), told = trace_spent();
	bool failed;

	repl->calling = "";
	failed = evaluate_statement(repl, statement, &result) < 0;
	if (interrupt_poll() != 0) {
		value_release(&result);
		return -1;
	}
	if (failed && (!statement->tries || caught(repl, statement, &result) < 0))
		return -1;
	int status = value_settle(&result) < 0 ? repl_fail_memory(repl) : assign(repl, statement, &result);
	if (status == 0 && !failed && statement->name_count == 0 && is_shown(repl, &result))
		status = show(repl, &result, deadline_now() - begin - (trace_spent() - told));
	if (strcmp(repl->calling, "expect") != 0 && strcmp(repl->calling, "print") != 0 && strcmp(repl->calling, "help") != 0) {
		value_release(&repl->last);
		repl->last = result;
	} else {
		value_release(&result);
	}
	return status;
}

enum repl_result repl_run(struct repl *repl, const char *line, size_t length)
{
	struct program program;
	struct syntax_error error;
	enum repl_result result = REPL_OK;

	repl->error_name[0] = repl->error_text[0] = '\0';
	if (syntax_parse(line, length, &program, &error) < 0) {
		if (error.text[0] == '\0')
			repl_fail_memory(repl);
		else
			repl_fail(repl, "SyntaxError", "%s", error.text);
		return REPL_FAILED;
	}
	for (size_t i = 0; result == REPL_OK && i < program.count && !repl->exits; i++) {
		if (run_statement(repl, &program.statements[i]) < 0)
			result = interrupt_pending() != 0 ? REPL_INTERRUPTED : REPL_FAILED;
	}
	syntax_release(&program);
	fflush(repl->out);
	return result;
}
