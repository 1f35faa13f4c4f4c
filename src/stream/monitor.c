/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See monitor.h. What shares a terminal takes turns here: before a line of the transcript, a message or the
 * peer's bytes are shown, the progress line goes away. */
#include "platform.h"

#include "stream/monitor.h"

#include "cli/message.h"
#include "stream/file_name.h"
#include "stream/peer_name.h"
#include "view/color.h"
#include "view/hex.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_BUFFER = 16 * 1024 };

/* ---- opening --------------------------------------------------------------------------------------- */

/* Opens a log that all connections share; one whose name varies waits for them. */
static int open_shared(struct monitor *monitor, const char *option, const char *pattern, bool has_peer,
                       struct log_file *file)
{
	const struct file_name_values nobody = { 0 };
	const char *why = pattern != NULL ? file_name_check(pattern, has_peer) : NULL;

	if (why != NULL)
		return usage_error("%s '%s': %s", option, pattern, why);
	if (pattern == NULL || file_name_varies(pattern))
		return STATUS_OK;
	return log_file_open(file, file_name_expand(pattern, &nobody), monitor->deadline, monitor->backend);
}

static void add_hex(struct monitor *monitor, struct sink *sink, int fd)
{
	struct monitor_hex *view = &monitor->hex[monitor->hex[0].sink != NULL];

	view->sink = sink;
	view->color = color_wanted(fd);
}

int monitor_open(struct monitor *monitor, const struct stream_settings *settings, int64_t deadline,
                 const struct poller_backend *backend, bool has_peer)
{
	*monitor = (struct monitor){ .settings = settings, .deadline = deadline, .backend = backend };
	int status = open_shared(monitor, "--log-sent", settings->log_sent, has_peer, &monitor->sent);

	if (status == STATUS_OK)
		status = open_shared(monitor, "--log-received", settings->log_received, has_peer, &monitor->received);
	if (status == STATUS_OK && settings->hex_file != NULL)
		status = log_file_open(&monitor->hex_file, strdup(settings->hex_file), deadline, backend);
	return status;
}

/* How much INPUT has to give, where that is known: a regular file, sent as it is. */
static uint64_t input_size(const struct monitor *monitor, int input)
{
	struct stat what;
	off_t offset;

	if (input < 0 || monitor->settings->crlf || fstat(input, &what) < 0 || !S_ISREG(what.st_mode))
		return PROGRESS_UNKNOWN;
	offset = lseek(input, 0, SEEK_CUR);
	return offset >= 0 && offset < what.st_size ? (uint64_t)(what.st_size - offset) : 0;
}

static void hide_progress(void *context)
{
	struct monitor *monitor = context;

	progress_hide(&monitor->progress);
}

/* The first connection stands. Not earlier: --background moves stderr. */
static int begin(struct monitor *monitor, int input, int output)
{
	bool on_terminal = isatty(STDERR_FILENO);
	bool types = on_terminal && input >= 0 && isatty(input); /* who types wants no line redrawn over it */

	monitor->begun = true;
	if (on_terminal || monitor->settings->hex)
		sink_open(&monitor->terminal, STDERR_FILENO, "standard error", monitor->deadline, monitor->backend);
	monitor->output_is_terminal = on_terminal && output >= 0 && isatty(output);
	if (monitor->settings->hex)
		add_hex(monitor, &monitor->terminal, STDERR_FILENO);
	if (monitor->hex_file.path != NULL)
		add_hex(monitor, &monitor->hex_file.sink, monitor->hex_file.fd);
	if (monitor->settings->progress) {
		progress_begin(&monitor->progress, on_terminal && !types ? &monitor->terminal : NULL,
		               input_size(monitor, input));
		message_set_before(hide_progress, monitor);
	}
	int status = log_file_empty(&monitor->hex_file);
	if (status == STATUS_OK)
		status = log_file_empty(&monitor->sent);
	return status != STATUS_OK ? status : log_file_empty(&monitor->received);
}

/* Opens the link's own file, if PATTERN varies, and empties it; *USED is then what to write to. */
static int open_own(struct monitor_link *link, const char *pattern, const struct file_name_values *values,
                    struct log_file *shared, struct log_file *own, struct log_file **used)
{
	if (pattern == NULL)
		return STATUS_OK;
	if (shared->path != NULL) {
		*used = shared;
		return STATUS_OK;
	}
	int status = log_file_open(own, file_name_expand(pattern, values), link->monitor->deadline, link->monitor->backend);
	*used = own;
	return status != STATUS_OK ? status : log_file_empty(own);
}

int monitor_attach(struct monitor *monitor, struct monitor_link *link, uint64_t number, const struct endpoint *peer,
                   int input, int output)
{
	const struct stream_settings *settings = monitor->settings;
	char address[ENDPOINT_TEXT_MAX] = "", port[8] = "";
	struct file_name_values values = { number, address, port };

	*link = (struct monitor_link){ .monitor = monitor, .peer = *peer, .number = monitor->crowded ? number : 0 };
	if (settings->log_sent != NULL || settings->log_received != NULL) {
		endpoint_format_host(peer, address);
		snprintf(port, sizeof port, "%u", (unsigned)endpoint_port(peer));
	}
	int status = monitor->begun ? STATUS_OK : begin(monitor, input, output);
	if (status == STATUS_OK)
		status = open_own(link, settings->log_sent, &values, &monitor->sent, &link->own_sent, &link->sent);
	if (status == STATUS_OK)
		status = open_own(link, settings->log_received, &values, &monitor->received, &link->own_received,
		                  &link->received);
	return status;
}

const char *monitor_name(const struct monitor_link *link, char text[ENDPOINT_TEXT_MAX])
{
	return peer_name(&link->peer, link->number, text);
}

/* ---- the hex view ---------------------------------------------------------------------------------- */

/* Before the monitor writes to SINK: leaves no line half overwritten. */
static void clear_line(struct monitor *monitor, struct sink *sink)
{
	if (sink != &monitor->terminal)
		return;
	message_make_way();
	progress_hide(&monitor->progress);
	if (monitor->progress.mid_line)
		sink_write(sink, "\n", 1);
	monitor->progress.mid_line = false;
}

static void write_hex(const struct monitor_hex *view, const struct hex_line *first, size_t count)
{
	char text[TEXT_BUFFER];
	struct hex_line line = *first;
	size_t length = 0;

	for (size_t done = 0; done < count; done += line.count) {
		line.data = first->data + done;
		line.offset = first->offset + done;
		line.count = count - done < HEX_BYTES ? count - done : HEX_BYTES;
		if (length + HEX_LINE_MAX > sizeof text) {
			sink_write(view->sink, text, length);
			length = 0;
		}
		length += hex_format_line(&line, view->color, text + length);
	}
	sink_write(view->sink, text, length);
}

static void show(struct monitor_link *link, char direction, uint64_t offset, const unsigned char *data, size_t count)
{
	struct monitor *monitor = link->monitor;
	char time[HEX_TIME_MAX], heading[HEX_LINE_MAX], name[ENDPOINT_TEXT_MAX];
	struct hex_line line = { .time = time, .direction = direction, .offset = offset, .data = data };
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	hex_format_time(&now, time);
	for (int i = 0; i < 2 && monitor->hex[i].sink != NULL; i++) {
		const struct monitor_hex *view = &monitor->hex[i];

		clear_line(monitor, view->sink);
		if (monitor->crowded && monitor->shown != link)
			sink_write(view->sink, heading, hex_format_heading(time, monitor_name(link, name), view->color, heading));
		write_hex(view, &line, count);
	}
	monitor->shown = link;
}

/* ---- seeing ---------------------------------------------------------------------------------------- */

static void see_sent(void *context, const unsigned char *data, size_t count)
{
	struct monitor_link *link = context;

	show(link, '>', link->sent_offset, data, count);
	link->sent_offset += count;
	if (link->sent != NULL)
		sink_write(&link->sent->sink, data, count);
}

static void see_received(void *context, const unsigned char *data, size_t count)
{
	struct monitor_link *link = context;
	struct monitor *monitor = link->monitor;

	show(link, '<', link->received_offset, data, count);
	link->received_offset += count;
	if (link->received != NULL)
		sink_write(&link->received->sink, data, count);
	if (monitor->output_is_terminal && count > 0) { /* where it is written next */
		progress_hide(&monitor->progress);
		monitor->progress.mid_line = data[count - 1] != '\n';
	}
}

/* The first of the link's sinks that has failed, or NULL. */
static const struct sink *failed_sink(const struct monitor_link *link)
{
	const struct monitor *monitor = link->monitor;
	const struct sink *sinks[] = { link->sent != NULL ? &link->sent->sink : NULL,
		                       link->received != NULL ? &link->received->sink : NULL, monitor->hex[0].sink,
		                       monitor->hex[1].sink };

	for (size_t i = 0; i < sizeof sinks / sizeof *sinks; i++) {
		if (sinks[i] != NULL && sinks[i]->error != 0)
			return sinks[i];
	}
	return NULL;
}

bool monitor_wanted(const struct monitor *monitor)
{
	const struct stream_settings *settings = monitor->settings;

	return settings->hex || settings->progress || settings->hex_file != NULL || settings->log_sent != NULL ||
	       settings->log_received != NULL;
}

void monitor_count(struct monitor_link *link, uint64_t sent, uint64_t received)
{
	link->monitor->sent_total += sent - link->sent_count;
	link->monitor->received_total += received - link->received_count;
	link->sent_count = sent;
	link->received_count = received;
}

static bool tick(void *context, const struct relay_counts *counts)
{
	struct monitor_link *link = context;
	struct monitor *monitor = link->monitor;
	const struct sink *failed = failed_sink(link);

	monitor_count(link, counts->sent, counts->received);
	if (!counts->output_waits || !monitor->output_is_terminal)
		progress_update(&monitor->progress, monitor->sent_total, monitor->received_total);
	if (failed != NULL)
		errno = failed->error;
	return failed == NULL;
}

void monitor_watch(struct monitor_link *link, struct relay_plan *plan)
{
	const struct monitor *monitor = link->monitor;
	bool hex = monitor->hex[0].sink != NULL;
	bool draws = monitor->progress.terminal != NULL;

	plan->context = link;
	if (hex || link->sent != NULL)
		plan->sent = see_sent;
	if (hex || link->received != NULL || (monitor->settings->progress && monitor->output_is_terminal))
		plan->received = see_received;
	if (plan->sent != NULL || plan->received != NULL || monitor->settings->progress)
		plan->tick = tick;
	if (draws)
		plan->tick_interval = PROGRESS_INTERVAL_NS;
}

/* ---- ending ---------------------------------------------------------------------------------------- */

int monitor_report(const struct monitor_link *link)
{
	const struct sink *failed = failed_sink(link);

	if (failed == NULL)
		return STATUS_OK;
	errno = failed->error;
	return report_errno("%s", failed->name);
}

int monitor_detach(struct monitor_link *link)
{
	int status = log_file_close(&link->own_sent);
	int second = log_file_close(&link->own_received);

	if (link->monitor != NULL && link->monitor->shown == link)
		link->monitor->shown = NULL;
	link->sent = NULL;
	link->received = NULL;
	return status != STATUS_OK ? status : second;
}

void monitor_end(struct monitor *monitor, const struct endpoint *peer)
{
	char text[PROGRESS_LINE_MAX], name[ENDPOINT_TEXT_MAX];

	if (!monitor->begun || monitor->ended || !monitor->settings->progress)
		return;
	monitor->ended = true;
	progress_end(&monitor->progress, monitor->sent_total, monitor->received_total);
	if (monitor->progress.terminal != NULL)
		return;
	clear_line(monitor, &monitor->terminal);
	notice("%s: %s", endpoint_format(peer, name), progress_format_summary(&monitor->progress.state, text));
}

int monitor_close(struct monitor *monitor)
{
	struct log_file *files[] = { &monitor->sent, &monitor->received, &monitor->hex_file };
	int status = STATUS_OK;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		int one = log_file_close(files[i]);

		status = status != STATUS_OK ? status : one;
	}
	if (monitor->begun)
		message_set_before(NULL, NULL);
	sink_release(&monitor->terminal);
	monitor->begun = false;
	return status;
}
