/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See progress.h. Drawn with carriage returns and spaces alone, which every terminal knows. */
#include "platform.h"

#include "view/progress.h"

#include "core/deadline.h"
#include "core/interrupt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

enum {
	PART_MAX = 64,
	BAR_MIN = 10,   /* a shorter one tells nothing */
	BAR_MAX = 40,
	USUAL_WIDTH = 80,
	SPARE = 3,       /* columns: a character in the last one might wrap, and Ctrl-C shows two */
	HOURS_MAX = 1000 /* more is as good as unknown */
};

static const int64_t smoothing_ns = 3 * DEADLINE_SECOND;

/* ---- the line: pure -------------------------------------------------------------------------------- */

/* "1023 B", "9.99 KiB", "99.9 MiB", "512 GiB": at most eight columns, to which a line pads them, so that the bar
 * behind them stands still. */
static void format_bytes(double bytes, char text[PART_MAX])
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	size_t unit = 0;

	while (bytes >= 1023.5 && unit + 1 < sizeof units / sizeof *units) {
		bytes /= 1024;
		unit++;
	}
	int decimals = unit == 0 || bytes >= 99.95 ? 0 : bytes >= 9.995 ? 1 : 2;
	snprintf(text, PART_MAX, "%.*f %s", decimals, bytes, units[unit]);
}

/* "0:07", "12:34", "1:02:03". */
static void format_time(int64_t seconds, char text[PART_MAX])
{
	int64_t minutes = seconds / 60;

	if (minutes < 60)
		snprintf(text, PART_MAX, "%" PRId64 ":%02" PRId64, minutes, seconds % 60);
	else
		snprintf(text, PART_MAX, "%" PRId64 ":%02" PRId64 ":%02" PRId64, minutes / 60, minutes % 60, seconds % 60);
}

/* Whether the size is known and holds: an input may grow while it is read. */
static bool has_size(const struct progress_state *state)
{
	return state->size != PROGRESS_UNKNOWN && state->sent <= state->size;
}

static uint64_t measured(const struct progress_state *state)
{
	return has_size(state) ? state->sent : state->sent + state->received;
}

static void format_counts(const struct progress_state *state, char *text, size_t room)
{
	char sent[PART_MAX], received[PART_MAX], size[PART_MAX];

	format_bytes((double)state->sent, sent);
	format_bytes((double)state->received, received);
	format_bytes((double)state->size, size);
	if (has_size(state) && state->received > 0)
		snprintf(text, room, "sent %8s of %s, received %8s", sent, size, received);
	else if (has_size(state))
		snprintf(text, room, "sent %8s of %s", sent, size);
	else if (state->sent > 0 && state->received > 0)
		snprintf(text, room, "sent %8s, received %8s", sent, received);
	else if (state->received > 0)
		snprintf(text, room, "received %8s", received);
	else
		snprintf(text, room, "sent %8s", sent);
}

static void format_left(const struct progress_state *state, char text[PART_MAX])
{
	double left = (double)(state->size - state->sent);
	double seconds = state->rate > 0 ? left / state->rate : -1;
	char time[PART_MAX];

	text[0] = '\0';
	if (state->sent == state->size)
		return;
	if (seconds < 0 || seconds >= HOURS_MAX * 3600.0)
		snprintf(time, sizeof time, "-:--");
	else
		format_time((int64_t)(seconds + 0.5), time);
	snprintf(text, PART_MAX, "%.20s left", time);
}

/* Adds PART behind two spaces if the line keeps within WIDTH. */
static void append(char *line, size_t width, const char *part)
{
	size_t length = strlen(line);

	if (*part != '\0' && length + 2 + strlen(part) <= width)
		snprintf(line + length, PROGRESS_LINE_MAX - length, "  %s", part);
}

/* "[====>     ]" in ROOM columns, or nothing if they are too few. */
static void format_bar(const struct progress_state *state, size_t room, char text[PART_MAX])
{
	text[0] = '\0';
	if (room < BAR_MIN)
		return;
	room = room < BAR_MAX ? room : BAR_MAX;
	size_t inner = room - 2;
	double share = state->size > 0 ? (double)state->sent / (double)state->size : 1;
	size_t filled = (size_t)(share * (double)inner);

	text[0] = '[';
	memset(text + 1, '=', filled);
	memset(text + 1 + filled, ' ', inner - filled);
	if (filled < inner)
		text[1 + filled] = '>';
	text[room - 1] = ']';
	text[room] = '\0';
}

static void append_share(const struct progress_state *state, size_t width, char *line)
{
	char percent[PART_MAX], left[PART_MAX], bar[PART_MAX];
	uint64_t share = state->size > 0 ? (uint64_t)((double)state->sent / (double)state->size * 100) : 100;

	if (share == 100 && state->sent < state->size)
		share = 99; /* 100 % is said when it is true */
	snprintf(percent, sizeof percent, "%3u%%", (unsigned)share);
	format_left(state, left);
	size_t taken = strlen(line) + 2 + strlen(percent) + (*left != '\0' ? 2 + strlen(left) : 0) + 2;
	format_bar(state, width > taken ? width - taken : 0, bar);
	append(line, width, bar);
	append(line, width, percent);
	append(line, width, left);
}

/* What is left says more than what has passed: whether there is room for both, and for the share, behind LENGTH columns. */
static bool has_room_for_time(const struct progress_state *state, size_t width, size_t length, size_t time)
{
	char left[PART_MAX];

	format_left(state, left);
	size_t rest = strlen("  100%") + (*left != '\0' ? 2 + strlen(left) : 0);
	return length + 2 + time + rest <= width || length + rest > width;
}

size_t progress_format(const struct progress_state *state, size_t width, char text[PROGRESS_LINE_MAX])
{
	char part[PART_MAX], rate[PART_MAX];

	if (width > PROGRESS_WIDTH_MAX)
		width = PROGRESS_WIDTH_MAX;
	format_counts(state, text, width + 1);
	format_bytes(state->rate, rate);
	snprintf(part, sizeof part, "%8.40s/s", rate);
	append(text, width, part);
	format_time(state->elapsed_ns / DEADLINE_SECOND, part);
	if (!has_size(state) || has_room_for_time(state, width, strlen(text), strlen(part)))
		append(text, width, part);
	if (has_size(state))
		append_share(state, width, text);
	return strlen(text);
}

const char *progress_format_summary(const struct progress_state *state, char text[PROGRESS_LINE_MAX])
{
	char rate[PART_MAX];

	format_bytes(state->rate, rate);
	snprintf(text, PROGRESS_LINE_MAX, "sent %" PRIu64 " bytes, received %" PRIu64 " bytes in %.3f s (%s/s)", state->sent,
	         state->received, (double)state->elapsed_ns / 1e9, rate);
	return text;
}

/* ---- drawing --------------------------------------------------------------------------------------- */

static size_t terminal_width(const struct progress *progress)
{
	struct winsize size = { 0 };
	size_t width = USUAL_WIDTH;

	if (ioctl(progress->terminal->end.fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		width = size.ws_col;
	width -= width > SPARE ? SPARE : 1;
	return width < PROGRESS_WIDTH_MAX ? width : PROGRESS_WIDTH_MAX;
}

/* How many columns behind the line hold the ^C that the terminal has shown. */
static size_t echo_width(void)
{
	return interrupt_pending() == SIGINT ? strlen("^C") : 0;
}

/* How many columns of a terminal as wide as that are to be made blank. */
static size_t shown_width(const struct progress *progress, size_t width)
{
	return (progress->width < width ? progress->width : width) + echo_width();
}

static void draw(struct progress *progress)
{
	char line[PROGRESS_LINE_MAX], text[2 * PROGRESS_LINE_MAX];
	size_t width = terminal_width(progress);
	size_t length = progress_format(&progress->state, width, line);
	size_t old = shown_width(progress, width);
	int padding = old > length ? (int)(old - length) : 0;

	int count = snprintf(text, sizeof text, "\r%s%*s", line, padding, "");
	sink_try_write(progress->terminal, text, (size_t)count);
	progress->width = length;
}

void progress_hide(struct progress *progress)
{
	char text[PROGRESS_LINE_MAX + 4];

	if (progress->terminal == NULL || progress->width == 0)
		return;
	int count = snprintf(text, sizeof text, "\r%*s\r", (int)shown_width(progress, terminal_width(progress)), "");
	sink_try_write(progress->terminal, text, (size_t)count);
	progress->width = 0;
}

/* ---- counting -------------------------------------------------------------------------------------- */

void progress_begin(struct progress *progress, struct sink *terminal, uint64_t size)
{
	int64_t now = deadline_now();

	*progress = (struct progress){ .state = { .size = size }, .terminal = terminal, .begun = now, .drawn = now };
}

static void count(struct progress *progress, uint64_t sent, uint64_t received, int64_t now)
{
	progress->state.sent = sent;
	progress->state.received = received;
	progress->state.elapsed_ns = now - progress->begun;
}

/* The rate of the last moments: what is old counts less and less. */
static void measure(struct progress *progress, int64_t now)
{
	struct progress_state *state = &progress->state;
	double passed = (double)(now - progress->drawn);
	double window = (double)(state->elapsed_ns < smoothing_ns ? state->elapsed_ns : smoothing_ns);
	uint64_t total = measured(state);
	uint64_t moved = total > progress->drawn_total ? total - progress->drawn_total : 0;

	if (passed <= 0 || window <= 0)
		return;
	state->rate += ((double)moved / passed * 1e9 - state->rate) * (passed < window ? passed / window : 1);
	progress->drawn_total = total;
	progress->drawn = now;
}

void progress_update(struct progress *progress, uint64_t sent, uint64_t received)
{
	int64_t now = deadline_now();

	if (progress->terminal == NULL || now - progress->drawn < PROGRESS_INTERVAL_NS)
		return;
	count(progress, sent, received, now);
	measure(progress, now);
	if (!progress->mid_line)
		draw(progress);
}

void progress_end(struct progress *progress, uint64_t sent, uint64_t received)
{
	struct progress_state *state = &progress->state;

	count(progress, sent, received, deadline_now());
	state->rate = state->elapsed_ns > 0 ? (double)measured(state) * 1e9 / (double)state->elapsed_ns : 0;
	if (progress->terminal == NULL)
		return;
	if (progress->mid_line)
		sink_try_write(progress->terminal, "\n", 1);
	draw(progress);
	sink_try_write(progress->terminal, "\n", 1);
	progress->width = 0;
}
