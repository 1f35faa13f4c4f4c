/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small JSON writer (RFC 8259): one value after the other to a stdio stream, commas and colons put where they
 * belong. Stream errors are stdio's (ferror).
 *
 *	struct json json;
 *	json_init(&json, stdout);
 *	json_object(&json);
 *	json_key(&json, "port"), json_unsigned(&json, 80);
 *	json_end(&json);
 *	json_line(&json);	{"port":80} and a newline */
#ifndef NSK_VIEW_JSON_H
#define NSK_VIEW_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH_MAX = 16 };

struct json {
	FILE *to;
	unsigned depth;
	bool is_object[JSON_DEPTH_MAX];
	bool is_begun; /* the innermost array or object has something in it */
	bool after_key;
};

void json_init(struct json *json, FILE *to);

/* Begin an array or object, which json_end ends; at most JSON_DEPTH_MAX deep. */
void json_array(struct json *json);
void json_object(struct json *json);
void json_end(struct json *json);

/* The key of the next value of an object; as text, or as COUNT bytes of UTF-8. */
void json_key(struct json *json, const char *key);
void json_key_bytes(struct json *json, const char *key, size_t count);

void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_unsigned(struct json *json, uint64_t value);
void json_text(struct json *json, const char *text);

/* COUNT bytes as a string; what is not UTF-8 becomes U+FFFD, a byte at a time. */
void json_text_bytes(struct json *json, const unsigned char *text, size_t count);

/* A number as it stands: COUNT characters that are one by JSON's grammar. */
void json_number_text(struct json *json, const char *number, size_t count);

/* Seconds with nine digits behind the point, from nanoseconds (not below zero). */
void json_seconds(struct json *json, int64_t ns);

/* Bytes the way nsk tells them, within an object: the key "hex", and "text" beside it where they are UTF-8. */
void json_bytes(struct json *json, const unsigned char *bytes, size_t count);

/* Ends the document's line; another may begin. */
void json_line(struct json *json);

#endif
