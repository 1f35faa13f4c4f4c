/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See suggestion.h. */
#include "platform.h"

#include "cli/suggestion.h"

#include <string.h>

static void add_bytes(struct suggestion *line, const char *bytes, size_t count)
{
	size_t room = sizeof line->text - 1 - line->length;

	if (count > room)
		count = room;
	memcpy(line->text + line->length, bytes, count);
	line->length += count;
	line->text[line->length] = '\0';
}

void suggestion_add(struct suggestion *line, const char *text)
{
	add_bytes(line, text, strlen(text));
}

static void add_word(struct suggestion *line, const char *word)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";

	if (*word != '\0' && word[strspn(word, harmless)] == '\0') {
		suggestion_add(line, word);
		return;
	}
	suggestion_add(line, "'");
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			suggestion_add(line, "'\\''");
		else
			add_bytes(line, word, 1);
	}
	suggestion_add(line, "'");
}

void suggestion_add_words(struct suggestion *line, int count, char *const *words)
{
	for (int i = 0; i < count; i++) {
		if (i > 0)
			suggestion_add(line, " ");
		add_word(line, words[i]);
	}
}

/* Adds what stands for the LENGTH bytes of PLACE, its brackets among them. */
static void fill_place(struct suggestion *line, const char *place, size_t length, int count, char *const *operands,
                       const char *argument)
{
	if (strncmp(place, "{PATH}", length) == 0 && count > 1)
		count = 1; /* a host's port is left over */
	if (*place == '{' && count > 0)
		suggestion_add_words(line, count, operands);
	else if (*place == '<' && argument != NULL && place[length - 2] == '.')
		suggestion_add(line, argument);
	else if (*place == '<' && argument != NULL)
		add_word(line, argument);
	else
		add_bytes(line, place + 1, length - 2);
}

void suggestion_fill(struct suggestion *line, const char *template, int count, char *const *operands,
                     const char *argument)
{
	while (*template != '\0') {
		size_t plain = strcspn(template, "{<");

		add_bytes(line, template, plain);
		template += plain;
		if (*template == '\0')
			break;
		size_t length = strcspn(template, *template == '{' ? "}" : ">") + 1;
		size_t before = line->length;
		fill_place(line, template, length, count, operands, argument);
		template += length;
		if (line->length == before && *template == ' ')
			template++;
	}
}
