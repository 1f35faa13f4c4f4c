/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See output.h. */
#include "platform.h"

#include "datagram/output.h"

#include "bytes/escape.h"
#include "cli/message.h"
#include "core/end.h"
#include "core/interrupt.h"
#include "view/color.h"
#include "view/hex.h"
#include "view/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024 };

/* ---- opening and closing ---------------------------------------------------------------------------- */

static bool is_text(const struct output *output)
{
	return output->form == OUTPUT_JSON || output->form == OUTPUT_HEX;
}

static int open_memory(struct output *output)
{
	if (is_text(output)) {
		output->text = open_memstream(&output->text_bytes, &output->text_length);
		return output->text != NULL ? STATUS_OK : report_out_of_memory();
	}
	output->buffer = malloc(BUFFER_BYTES);
	return output->buffer != NULL ? STATUS_OK : report_out_of_memory();
}

int output_open(struct output *output)
{
	output->fd = STDOUT_FILENO;
	if (output->form == OUTPUT_NONE)
		return STATUS_OK;
	if (output->path != NULL) {
		output->fd = open(output->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
		if (output->fd < 0) {
			output->form = OUTPUT_NONE;
			return report_errno("%s", output->path);
		}
	}
	output->escapes = !output->raw && isatty(output->fd);
	output->colors = color_wanted(output->fd);
	sink_open(&output->sink, output->fd, output->path != NULL ? output->path : "standard output", output->deadline,
	          output->backend);
	return open_memory(output);
}

int output_begin(struct output *output)
{
	if (output->form == OUTPUT_NONE || output->path == NULL || end_empty_file(output->fd) == 0)
		return STATUS_OK;
	return report_errno("%s", output->path);
}

int output_close(struct output *output)
{
	int status = STATUS_OK;

	if (output->form == OUTPUT_NONE)
		return STATUS_OK;
	if (output->sink.error == 0)
		notice_escaped(output->visible.escaped);
	sink_release(&output->sink);
	if (output->text != NULL)
		fclose(output->text);
	free(output->text_bytes);
	free(output->buffer);
	if (output->path != NULL && close(output->fd) < 0 && errno != EINTR)
		status = report_errno("%s", output->path);
	*output = (struct output){ .form = OUTPUT_NONE };
	return status;
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static void flush_text(struct output *output)
{
	if (fflush(output->text) != 0 || ferror(output->text)) {
		output->sink.error = ENOMEM;
		return;
	}
	off_t length = ftello(output->text);
	if (length > 0)
		sink_write(&output->sink, output->text_bytes, (size_t)length);
	rewind(output->text);
}

static void flush_buffer(struct output *output)
{
	if (output->used > 0)
		sink_write(&output->sink, output->buffer, output->used);
	output->used = 0;
}

int output_flush(struct output *output)
{
	if (output->form == OUTPUT_NONE)
		return STATUS_OK;
	if (is_text(output))
		flush_text(output);
	else
		flush_buffer(output);
	if (output->sink.error == 0)
		return STATUS_OK;
	if (output->sink.error == EPIPE && output->path == NULL && interrupt_broken_pipe() != 0)
		return STATUS_SIGNAL + interrupt_broken_pipe();
	errno = output->sink.error;
	return errno == ENOMEM ? report_out_of_memory() : report_errno("%s", output->sink.name);
}

/* COUNT bytes as they are; a lot goes past the buffer. */
static void put_plain(struct output *output, const void *data, size_t count)
{
	if (count > BUFFER_BYTES - output->used)
		flush_buffer(output);
	if (count > BUFFER_BYTES) {
		sink_write(&output->sink, data, count);
		return;
	}
	memcpy(output->buffer + output->used, data, count);
	output->used += count;
}

/* COUNT bytes safe for a terminal. A character ends with its datagram. */
static void put_escaped(struct output *output, const unsigned char *data, size_t count)
{
	enum { STEP = 4096 };
	unsigned char text[4 * (STEP + 3)];

	for (size_t at = 0; at < count; at += STEP) {
		size_t step = count - at < STEP ? count - at : STEP;

		put_plain(output, text, visible_apply(&output->visible, data + at, step, text));
	}
	put_plain(output, text, visible_apply(&output->visible, NULL, 0, text));
}

const char *output_peer_name(const struct endpoint *peer, char text[ENDPOINT_TEXT_MAX])
{
	endpoint_format(peer, text);
	if (text[0] == '\0')
		snprintf(text, ENDPOINT_TEXT_MAX, "a socket without a name");
	return text;
}

/* ---- forms ------------------------------------------------------------------------------------------ */

static void put_json(struct output *output, const struct datagram *datagram)
{
	struct json json;
	struct timespec now;
	char peer[ENDPOINT_TEXT_MAX];
	bool is_unix = datagram->peer->address.ss_family != AF_INET && datagram->peer->address.ss_family != AF_INET6;

	clock_gettime(CLOCK_REALTIME, &now);
	json_init(&json, output->text);
	json_object(&json);
	json_key(&json, "time");
	json_seconds(&json, (int64_t)now.tv_sec * 1000000000 + now.tv_nsec);
	json_key(&json, "peer");
	json_text(&json, endpoint_format_host(datagram->peer, peer));
	if (!is_unix) {
		json_key(&json, "port");
		json_unsigned(&json, endpoint_port(datagram->peer));
	}
	json_key(&json, "length");
	json_unsigned(&json, datagram->whole);
	json_key(&json, "truncated");
	json_bool(&json, datagram->truncated);
	json_key(&json, "dropped");
	json_unsigned(&json, datagram->dropped);
	json_bytes(&json, datagram->data, datagram->length);
	json_end(&json);
	json_line(&json);
}

/* The line over a datagram: time, peer, length. A Unix peer's name may hold anything. */
static void put_heading(struct output *output, const struct datagram *datagram)
{
	struct timespec now;
	char time[HEX_TIME_MAX], peer[ENDPOINT_TEXT_MAX], name[4 * ENDPOINT_TEXT_MAX + 64], line[HEX_LINE_MAX];
	size_t length;

	clock_gettime(CLOCK_REALTIME, &now);
	output_peer_name(datagram->peer, peer);
	length = (size_t)(escape_encode(name, (const unsigned char *)peer, strlen(peer)) - name);
	snprintf(name + length, sizeof name - length, " %zu byte%s%s", datagram->whole, datagram->whole == 1 ? "" : "s",
	         datagram->truncated ? ", truncated" : "");
	length = hex_format_heading(hex_format_time(&now, time), name, output->colors, line);
	fwrite(line, 1, length, output->text);
}

static void put_hex(struct output *output, const struct datagram *datagram)
{
	char text[HEX_LINE_MAX];

	put_heading(output, datagram);
	for (size_t at = 0; at < datagram->length; at += HEX_BYTES) {
		size_t left = datagram->length - at;
		struct hex_line line = { .direction = '<', .offset = at, .data = datagram->data + at,
			                 .count = left < HEX_BYTES ? left : HEX_BYTES };

		size_t length = hex_format_line(&line, output->colors, text);
		fwrite(text, 1, length, output->text);
	}
}

static bool ends_line(const struct datagram *datagram)
{
	return datagram->length > 0 && ((const char *)datagram->data)[datagram->length - 1] == '\n';
}

void output_put(struct output *output, const struct datagram *datagram)
{
	switch (output->form) {
	case OUTPUT_NONE:
		break;
	case OUTPUT_JSON:
		put_json(output, datagram);
		break;
	case OUTPUT_HEX:
		put_hex(output, datagram);
		break;
	case OUTPUT_BYTES:
	case OUTPUT_LINES:
		if (output->escapes)
			put_escaped(output, datagram->data, datagram->length);
		else
			put_plain(output, datagram->data, datagram->length);
		if (output->form == OUTPUT_LINES || (output->escapes && !ends_line(datagram)))
			put_plain(output, "\n", 1);
		break;
	}
}
