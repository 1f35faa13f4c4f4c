/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See typing.h. What others write goes to the screen by whole lines; the rest of it is readline's prompt. */
#include "platform.h"

#include "view/typing.h"

#include "core/deadline.h"
#include "view/keys.h"
#include "view/readline.h"
#include "view/suspend.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	HISTORY_LINES = 1000,
	KEYS_AT_ONCE = 4096
};

/* How soon after Ctrl-Q what was kept is on the screen, if nothing else happens. */
#define LOOK_AGAIN_NS (100 * DEADLINE_MILLISECOND)

static const struct readline *library;
static struct typing *current; /* the library knows one terminal, and has no context for its calls */

/* ---- the screen ------------------------------------------------------------------------------------ */

static void draw_nothing(void)
{
}

void typing_hide(void *context)
{
	struct typing *typing = context;

	if (!typing->edits || typing->hidden)
		return;
	typing->hidden = true;
	library->clear_visible_line();
	fflush(typing->screen.stream);
	*library->redisplay_function = draw_nothing;
}

void typing_show(void *context)
{
	struct typing *typing = context;
	char prompt[PROMPT_MAX];

	if (!typing->edits || !typing->hidden || typing->queue_length > 0 || !screen_flush(&typing->screen))
		return;
	typing->hidden = false;
	*library->redisplay_function = library->redisplay;
	prompt_format(typing->partial, typing->partial_length, prompt);
	library->set_prompt(prompt);
	library->on_new_line();
	library->redisplay();
}

static size_t screen_width(void)
{
	int rows, columns;

	library->get_screen_size(&rows, &columns);
	return columns > 0 ? (size_t)columns : 1;
}

int64_t typing_turn(void *context)
{
	struct typing *typing = context;

	typing_show(typing);
	if (screen_flush(&typing->screen) || (!typing->hidden && typing->screen.length == 0))
		return DEADLINE_NEVER;
	return deadline_after(LOOK_AGAIN_NS);
}

/* Puts the whole lines of the partial one and of DATA on their way, and keeps the rest. */
static void take(struct typing *typing, const char *data, size_t length)
{
	char *line = typing->queue;
	size_t all = typing->partial_length + length, whole = all;

	memcpy(line, typing->partial, typing->partial_length);
	memcpy(line + typing->partial_length, data, length);
	while (typing->edits && whole > 0 && line[whole - 1] != '\n')
		whole--;
	bool breaks = all - whole > PROMPT_LINE_MAX;
	if (breaks)
		whole += prompt_break(line + whole, all - whole, screen_width());
	typing->partial_length = all - whole < PROMPT_LINE_MAX ? all - whole : PROMPT_LINE_MAX;
	memcpy(typing->partial, line + whole, typing->partial_length);
	if (breaks)
		line[whole++] = '\n';
	typing->queue_start = 0;
	typing->queue_length = whole;
	typing->owed = length;
}

/* 0 when the queue is on the screen, or -1 with errno. */
static int drain(struct typing *typing, int fd)
{
	while (typing->queue_length > 0) {
		ssize_t count = write(fd, typing->queue + typing->queue_start, typing->queue_length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		typing->queue_start += (size_t)count;
		typing->queue_length -= (size_t)count;
	}
	return 0;
}

ssize_t typing_write(void *context, int fd, const void *data, size_t length)
{
	struct typing *typing = context;

	suspend_look();
	if (!typing->edits && !typing->hidden)
		return write(fd, data, length);
	if (!screen_flush(&typing->screen)) {
		errno = EAGAIN;
		return -1;
	}
	typing_hide(typing);
	if (typing->owed == 0)
		take(typing, data, length < TYPING_PIECE ? length : TYPING_PIECE);
	if (drain(typing, fd) < 0)
		return -1;
	size_t count = typing->owed < length ? typing->owed : length;
	typing->owed -= count;
	typing->hidden = typing->edits || typing->owed > 0;
	return (ssize_t)count;
}

/* ---- the keys -------------------------------------------------------------------------------------- */

static int append(struct typing *typing, const char *line)
{
	size_t length = strlen(line);
	char *lines = realloc(typing->lines, typing->length + length + 1);

	if (lines == NULL)
		return -1;
	memcpy(lines + typing->length, line, length);
	lines[typing->length + length] = '\n';
	typing->lines = lines;
	typing->length += length + 1;
	if (length == 0)
		return 0;
	library->add_history(line);
	if (typing->history >= 0 && typing->history_error == 0 &&
	    write(typing->history, lines + typing->length - length - 1, length + 1) < 0)
		typing->history_error = errno;
	return 0;
}

/* The library calls this with a whole line, NULL at the end. */
static void take_line(char *line)
{
	if (line == NULL) {
		library->handler_remove();
		current->edits = false;
		return;
	}
	current->failed = append(current, line) < 0;
	current->partial_length = 0;
	free(line);
	library->set_prompt("");
}

static bool is_key_there(void)
{
	struct pollfd look = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&look, 1, 0) > 0;
}

ssize_t typing_read(void *context, void *data, size_t length)
{
	struct typing *typing = context;

	suspend_look();
	typing_show(typing);
	for (int i = 0; i < KEYS_AT_ONCE && typing->edits && typing->length == 0 && !typing->failed && is_key_there(); i++)
		library->read_char();
	if (typing->failed) {
		errno = ENOMEM;
		return -1;
	}
	size_t left = typing->length - typing->start;
	size_t count = left < length ? left : length;
	if (count == 0) {
		errno = EAGAIN;
		return typing->edits ? -1 : 0;
	}
	memcpy(data, typing->lines + typing->start, count);
	typing->start += count;
	if (typing->start == typing->length)
		typing->start = typing->length = 0;
	return (ssize_t)count;
}

/* ---- beginning and end ----------------------------------------------------------------------------- */

static char **complete_nothing(const char *word, int begin, int end)
{
	(void)word;
	(void)begin;
	(void)end;
	*library->attempted_over = 1;
	return NULL;
}

/* Reads FILE, and keeps it from growing without end. */
static void open_history(struct typing *typing, const char *file)
{
	library->truncate_history(file, HISTORY_LINES);
	typing->history = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	typing->history_error = typing->history < 0 ? errno : library->read_history(file);
}

static void give_back(void)
{
	if (!current->edits)
		return;
	typing_hide(current);
	library->deprep_terminal();
}

static void take_again(void)
{
	if (!current->edits)
		return;
	library->prep_terminal(1);
	library->resize_terminal();
	typing_show(current);
}

/* How many rows above the cursor's the line begins, on a screen as wide as that. */
static size_t rows_above(size_t width)
{
	return (current->partial_length + (size_t)*library->point) / width;
}

/* A screen that becomes wider may join the rows of the line; the library would then begin above it, and erase what stands there.
 * The lower of the two places where the line can begin is taken: nothing of others is lost. */
static void resize(void)
{
	struct winsize size;
	size_t old = screen_width();

	if (!current->edits)
		return;
	if (!current->hidden && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > old) {
		for (size_t row = rows_above(size.ws_col); row < rows_above(old); row++)
			fputc('\n', current->screen.stream);
	}
	library->resize_terminal();
}

static const struct suspend_calls on_signals = { give_back, take_again, resize };

static bool is_plain(const char *text)
{
	while (*text == '\t' || ((unsigned char)*text >= ' ' && *text != 0x7f))
		text++;
	return *text == '\0';
}

/* Takes the lines ENTERED before, which have room for one byte more, and their end, if it was too. The terminal has shown them,
 * and the library would do it again: it gets only those that have keys for it. */
static void take_entered(struct typing *typing, char *entered, size_t length, bool ended)
{
	for (char *at = entered, *end = entered + length; at < end && typing->edits && !typing->failed;) {
		char *newline = memchr(at, '\n', (size_t)(end - at));
		char *next = newline != NULL ? newline + 1 : end;

		if (newline != NULL)
			*newline = '\0';
		if (newline != NULL && strlen(at) == (size_t)(newline - at) && is_plain(at)) {
			typing->failed = append(typing, at) < 0;
		} else if (newline == NULL && ended) {
			*end = '\0';
			typing->failed = append(typing, at) < 0;
			typing->length -= !typing->failed; /* no newline was entered */
		} else {
			if (newline != NULL)
				*newline = '\n';
			keys_give(at, (size_t)(next - at));
			while (keys_are_given() && typing->edits)
				library->read_char();
		}
		at = next;
	}
	keys_give(NULL, 0);
	if (ended && typing->edits)
		take_line(NULL);
}

/* Takes the line that was begun before, at most ROOM bytes into BEGUN, off the screen: the library shows it again. */
static size_t take_begun(struct typing *typing, char *begun, size_t room)
{
	size_t columns = 0;
	bool ended;

	library->prep_terminal(1); /* what the terminal held back of it can be read now */
	size_t length = keys_take_entered(begun, room, &ended);
	for (size_t i = 0; i < length; i++)
		columns += ((unsigned char)begun[i] & 0xc0) != 0x80; /* of a character, its first byte */
	if (length > 0)
		fputc('\r', typing->screen.stream);
	for (size_t row = columns > 0 ? (columns - 1) / screen_width() : 0; row > 0; row--)
		fputs("\x1b[A", typing->screen.stream);
	if (length > 0)
		fputs("\x1b[J", typing->screen.stream);
	fflush(typing->screen.stream);
	return length;
}

bool typing_open(struct typing *typing, const char *history_file)
{
	char entered[KEYS_AT_ONCE + 1];
	bool ended;

	*typing = (struct typing){ .history = -1 };
	library = readline_load();
	if (library == NULL || screen_open(&typing->screen, STDERR_FILENO) < 0)
		return false;
	if (history_file != NULL)
		open_history(typing, history_file);
	*library->catch_signals = 0;
	*library->catch_resize = 0;
	*library->getc_function = keys_next;
	*library->attempted_completion = complete_nothing;
	*library->out = typing->screen.stream;
	library->initialize();
	library->bind_key('\t', library->insert); /* after the user's own bindings */
	library->variable_bind("enable-bracketed-paste", "off"); /* pasted lines are sent line by line, as ever */
	current = typing;
	suspend_catch(&on_signals);
	typing->edits = true;
	size_t length = keys_take_entered(entered, KEYS_AT_ONCE, &ended);
	if (!ended)
		length += take_begun(typing, entered + length, KEYS_AT_ONCE - length);
	library->handler_install("", take_line);
	take_entered(typing, entered, length, ended);
	return true;
}

/* A search of the history shows a line of its own: takes it away, and ends what the peer had begun. */
static void end_search(struct typing *typing)
{
	typing_hide(typing);
	if (typing->queue_length > 0)
		return;
	fwrite(typing->partial, 1, typing->partial_length, typing->screen.stream);
	if (typing->partial_length > 0)
		fputc('\n', typing->screen.stream);
	fflush(typing->screen.stream);
	typing->partial_length = 0;
}

/* Leaves what is on the line, and ends it. */
static void end_line(struct typing *typing)
{
	if (*library->state & (RL_STATE_ISEARCH | RL_STATE_NSEARCH)) {
		end_search(typing);
		return;
	}
	typing_show(typing);
	if (typing->hidden || typing->partial_length + (size_t)*library->end == 0 || !screen_flush(&typing->screen))
		return;
	*library->point = *library->end;
	library->redisplay();
	fputc('\n', typing->screen.stream);
	fflush(typing->screen.stream);
}

void typing_close(struct typing *typing)
{
	if (typing->screen.stream == NULL)
		return;
	if (typing->edits) {
		end_line(typing);
		library->free_line_state();
		library->replace_line("", 0);
		library->handler_remove();
		typing->edits = false;
	}
	if (typing->hidden && typing->queue_length == 0)
		fwrite(typing->partial, 1, typing->partial_length, typing->screen.stream);
	suspend_release();
	current = NULL;
	*library->redisplay_function = library->redisplay;
	*library->out = stderr;
	screen_close(&typing->screen);
	if (typing->history >= 0)
		close(typing->history);
	free(typing->lines);
	typing->lines = NULL;
}
