/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See names.h. */
#include "platform.h"

#include "bytes/names.h"

#include "bytes/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Is TEXT a word that stands between a blank and "=" without harm? */
static bool is_name(const char *text)
{
	if (*text == '\0' || !utf8_is_valid((const unsigned char *)text, strlen(text)))
		return false;
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text <= ' ' || strchr("=\"\\\x7f", *text) != NULL)
			return false;
	}
	return true;
}

/* Is NAME one of those before? */
static bool is_taken(const struct names *names, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < names->count; i++) {
		if (strncmp(names->items[i], name, length) == 0 && names->items[i][length] == '=')
			return true;
	}
	return false;
}

/* Writes the name at GIVEN to TEXT with its equals sign. Returns why it is refused, or NULL. */
static const char *add(struct names *names, const char *given, size_t length, char *text)
{
	memcpy(text, given, length);
	text[length] = '\0';
	if (!is_name(text))
		return "not a name";
	if (is_taken(names, text))
		return "stands there twice";
	memcpy(text + length, "=", 2);
	names->items[names->count++] = text;
	names->length += length + 1;
	return NULL;
}

int names_init(struct names *names, const char *given, const char **reason, const char **word)
{
	size_t wanted = 1;

	for (const char *at = given; *at != '\0'; at++)
		wanted += *at == ',';
	*reason = NULL;
	*names = (struct names){ .items = calloc(wanted, sizeof *names->items), .text = malloc(strlen(given) + wanted + 1) };
	if (names->items == NULL || names->text == NULL)
		return -1;
	char *text = names->text;
	for (size_t i = 0; i < wanted; i++) {
		size_t length = strcspn(given, ",");

		*word = text;
		*reason = add(names, given, length, text);
		if (*reason != NULL)
			return -1;
		text += length + 2;
		given += length + 1;
	}
	return 0;
}

void names_release(struct names *names)
{
	free(names->items);
	free(names->text);
	*names = (struct names){ 0 };
}
