/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The JSON writer. */
#include "platform.h"

#include "view/json.h"

#include "tap.h"

#include <stdlib.h>

static void write_document(struct json *json)
{
	json_object(json);
	json_key(json, "text");
	json_text(json, "a\"\\\n\x01\x7f/\b\t\v\xc3\xa9\xff");
	json_key(json, "list");
	json_array(json);
	json_unsigned(json, UINT64_MAX);
	json_bool(json, true);
	json_null(json);
	json_object(json);
	json_end(json);
	json_array(json);
	json_end(json);
	json_end(json);
	json_key(json, "time");
	json_seconds(json, 1500000000);
	json_key(json, "data");
	json_object(json);
	json_bytes(json, (const unsigned char *)"a\0", 2);
	json_end(json);
	json_key(json, "raw");
	json_object(json);
	json_bytes(json, (const unsigned char *)"\xff", 1);
	json_end(json);
	json_end(json);
	json_line(json);
	json_array(json);
	json_end(json);
	json_line(json);
}

int main(void)
{
	struct json json;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return 1;
	json_init(&json, to);
	write_document(&json);
	fclose(to);
	CHECK_TEXT(text, "{\"text\":\"a\\\"\\\\\\n\\u0001\\u007f/\\b\\t\\u000b\xc3\xa9\xef\xbf\xbd\","
	                 "\"list\":[18446744073709551615,true,null,{},[]],"
	                 "\"time\":1.500000000,\"data\":{\"hex\":\"6100\",\"text\":\"a\\u0000\"},\"raw\":{\"hex\":\"ff\"}}\n[]\n");
	free(text);
	return tap_end();
}
