/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as they are shown: the lines of the hex view, and, behind a FORMAT and a zero byte, a record as JSON and as
 * a table. Nothing but printable characters and nsk's own colors gets into a view; JSON is JSON (RFC 8259), in plain ASCII or
 * whole characters, and no terminal would obey it. The first byte chooses colors, names and the form. */
#include "platform.h"

#include "require.h"

#include "bytes/names.h"
#include "bytes/record.h"
#include "bytes/utf8.h"
#include "view/hex.h"
#include "view/layout.h"
#include "view/records.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { RECORD_MAX = 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- a reader of JSON: each takes what it is named after from *AT, and aborts where that does not stand ---------------- */

static void take_value(const char **at);

static void take(const char **at, const char *text)
{
	require(strncmp(*at, text, strlen(text)) == 0);
	*at += strlen(text);
}

static void take_digits(const char **at)
{
	size_t count = strspn(*at, "0123456789");

	require(count > 0);
	*at += count;
}

NOT_FOLLOWED static void take_string(const char **at)
{
	take(at, "\"");
	for (; **at != '"'; ++*at) {
		require((unsigned char)**at >= 0x20);
		if (**at != '\\')
			continue;
		++*at;
		require(**at != '\0' && strchr("\"\\/bfnrtu", **at) != NULL);
		if (**at == 'u') {
			require(strspn(*at + 1, "0123456789abcdef") >= 4);
			*at += 4;
		}
	}
	++*at;
}

static void take_number(const char **at)
{
	if (**at == '-')
		++*at;
	if (**at == '0')
		++*at;
	else
		take_digits(at);
	if (**at == '.') {
		++*at;
		take_digits(at);
	}
	if (**at == 'e') {
		++*at;
		*at += **at == '-' || **at == '+';
		take_digits(at);
	}
}

static void take_members(const char **at, bool is_object)
{
	const char *end = is_object ? "}" : "]";

	++*at;
	for (bool first = true; **at != *end; first = false) {
		if (!first)
			take(at, ",");
		if (is_object) {
			take_string(at);
			take(at, ":");
		}
		take_value(at);
	}
	take(at, end);
}

static void take_value(const char **at)
{
	switch (**at) {
	case '{':
	case '[':
		take_members(at, **at == '{');
		break;
	case '"':
		take_string(at);
		break;
	case 't':
		take(at, "true");
		break;
	case 'f':
		take(at, "false");
		break;
	default:
		take_number(at);
		break;
	}
}

/* ---- what is looked at ----------------------------------------------------------------------------------- */

/* Lines of printable characters; in color ours between them. */
NOT_FOLLOWED static void check_plain(const char *text, size_t length, bool color)
{
	require(utf8_is_valid((const unsigned char *)text, length));
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (color && c == 0x1b) {
			require(text[i + 1] == '[');
			i += 2;
			i += strspn(text + i, "0123456789;");
			require(text[i] == 'm');
		} else {
			require((c >= 0x20 || c == '\n') && c != 0x7f && (c != 0xc2 || (unsigned char)text[i + 1] >= 0xa0));
		}
	}
}

static void check_hex(const unsigned char *data, size_t size, bool color)
{
	struct hex_line line = { .time = color ? "12:34:56.789" : NULL, .direction = '<' };
	char *text = malloc(HEX_LINE_MAX);

	require(text != NULL);
	for (size_t at = 0; at < size; at += HEX_BYTES) {
		line.offset = (uint64_t)at << (size % 60);
		line.data = data + at;
		line.count = size - at < HEX_BYTES ? size - at : HEX_BYTES;
		size_t length = hex_format_line(&line, color, text);
		require(length < HEX_LINE_MAX && text[length - 1] == '\n' && strlen(text) == length);
		check_plain(text, length, color);
	}
	free(text);
}

static void check_record(const struct format *format, const char *text, const struct names *names, const unsigned char *record,
                         bool is_json)
{
	static struct records records = { .form = RECORDS_EXPLAINED }; /* its page is written over by each record */
	uint64_t count = 1;

	records.format = format;
	records.names = names;
	records.text = text;
	if (records.page == NULL)
		require(records_open(&records, -1) == 0);
	records.form = is_json ? RECORDS_JSON : RECORDS_EXPLAINED;
	records.done = records.writer.used = 0;
	require(records_write(&records, record, &count) == 0 && count == 1);
	const char *at = records.page_text;
	check_plain(at, records.page_size, false);
	if (is_json) {
		take_value(&at);
		take(&at, "\n");
		require(at == records.page_text + records.page_size);
	}
}

static void check_format(char *text, size_t size, bool is_named, bool is_json)
{
	struct format format;
	struct format_error error;
	struct names names = { 0 };
	const char *reason, *word;
	size_t begin = strlen(text) + 1;
	size_t given = begin < size ? size - begin : 0;

	if (format_compile(&format, text, FORMAT_ORDER_GIVEN, &error) == 0 && format.size <= RECORD_MAX &&
	    format.value_count <= RECORD_MAX) {
		unsigned char *record = calloc(1, format.size + 1);

		require(record != NULL);
		memcpy(record, text + begin, given < format.size ? given : format.size);
		if (!is_named || (format.value_count == 2 && names_init(&names, "a,caf\303\251", &reason, &word) == 0))
			check_record(&format, text, &names, record, is_json);
		names_release(&names);
		free(record);
	}
	format_release(&format);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL || size == 0) {
		free(text);
		return 0;
	}
	memcpy(text, data + 1, size - 1);
	text[size - 1] = text[size] = '\0';
	check_hex(data + 1, size - 1, data[0] & 1);
	check_format(text, size, data[0] & 2, data[0] & 4);
	free(text);
	return 0;
}
