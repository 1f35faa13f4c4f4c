/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See json.h. */
#include "platform.h"

#include "view/json.h"

#include "bytes/hex.h"
#include "bytes/number.h"
#include "bytes/utf8.h"

#include <inttypes.h>
#include <string.h>

void json_init(struct json *json, FILE *to)
{
	*json = (struct json){ .to = to };
}

/* What stands between the value before and the one that follows. */
static void separate(struct json *json)
{
	if (json->is_begun && !json->after_key)
		putc(',', json->to);
	json->is_begun = true;
	json->after_key = false;
}

static void begin(struct json *json, bool is_object)
{
	separate(json);
	putc(is_object ? '{' : '[', json->to);
	json->is_object[json->depth++] = is_object;
	json->is_begun = false;
}

void json_array(struct json *json)
{
	begin(json, false);
}

void json_object(struct json *json)
{
	begin(json, true);
}

void json_end(struct json *json)
{
	putc(json->is_object[--json->depth] ? '}' : ']', json->to);
	json->is_begun = true;
}

/* One byte below 0x80 within a string. */
static void put_ascii(struct json *json, unsigned char c)
{
	static const char letters[] = "btn?fr"; /* of 8 to 13; 11 has none */

	if (c == '"' || c == '\\')
		fprintf(json->to, "\\%c", c);
	else if (c >= '\b' && c <= '\r' && c != '\v')
		fprintf(json->to, "\\%c", letters[c - '\b']);
	else if (c < 0x20 || c == 0x7f)
		fprintf(json->to, "\\u%04x", (unsigned)c);
	else
		putc(c, json->to);
}

static void put_string(struct json *json, const unsigned char *text, size_t count)
{
	putc('"', json->to);
	while (count > 0) {
		size_t length = utf8_sequence(text, count);

		if (length == 0) {
			fputs("\xef\xbf\xbd", json->to);
			length = 1;
		} else if (length == 1) {
			put_ascii(json, *text);
		} else if (utf8_is_c1(text, length)) {
			fprintf(json->to, "\\u%04x", (unsigned)text[1]);
		} else {
			fwrite(text, 1, length, json->to);
		}
		text += length;
		count -= length;
	}
	putc('"', json->to);
}

void json_key(struct json *json, const char *key)
{
	json_key_bytes(json, key, strlen(key));
}

void json_key_bytes(struct json *json, const char *key, size_t count)
{
	separate(json);
	put_string(json, (const unsigned char *)key, count);
	putc(':', json->to);
	json->after_key = true;
}

void json_bool(struct json *json, bool value)
{
	separate(json);
	fputs(value ? "true" : "false", json->to);
}

void json_null(struct json *json)
{
	separate(json);
	fputs("null", json->to);
}

void json_unsigned(struct json *json, uint64_t value)
{
	char text[NUMBER_TEXT_MAX] = "";
	const char *end = number_write_unsigned(text, value);

	json_number_text(json, text, (size_t)(end - text));
}

void json_text(struct json *json, const char *text)
{
	json_text_bytes(json, (const unsigned char *)text, strlen(text));
}

void json_text_bytes(struct json *json, const unsigned char *text, size_t count)
{
	separate(json);
	put_string(json, text, count);
}

void json_number_text(struct json *json, const char *number, size_t count)
{
	separate(json);
	fwrite(number, 1, count, json->to);
}

void json_seconds(struct json *json, int64_t ns)
{
	separate(json);
	fprintf(json->to, "%" PRId64 ".%09" PRId64, ns / 1000000000, ns % 1000000000);
}

void json_bytes(struct json *json, const unsigned char *bytes, size_t count)
{
	enum { AT_ONCE = 256 };
	char digits[2 * AT_ONCE];

	json_key(json, "hex");
	separate(json);
	putc('"', json->to);
	for (size_t done = 0; done < count; done += AT_ONCE) {
		size_t piece = count - done < AT_ONCE ? count - done : AT_ONCE;
		const char *end = hex_encode(digits, bytes + done, piece);

		fwrite(digits, 1, (size_t)(end - digits), json->to);
	}
	putc('"', json->to);
	if (!utf8_is_valid(bytes, count))
		return;
	json_key(json, "text");
	json_text_bytes(json, bytes, count);
}

void json_line(struct json *json)
{
	putc('\n', json->to);
	json->is_begun = false;
}
