/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See api.h. */
#include "platform.h"

#include "cmd/api.h"

#include "cli/command.h"
#include "cli/nearest.h"
#include "cmd/commands.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct api_name {
	const char *module, *name, *command, *call, *sentence;
};

/* Each row's fields, one behind the other: five pointers for each would cost every start of nsk a page more. */
static const char *const rows[] = {
#define API_NAME(module_, name_, command_, call_, sentence_) \
	module_ "\0" name_ "\0" command_ "\0" call_ "\0" sentence_,
#include "cmd/api-names.def"
#undef API_NAME
};

enum { API_COUNT = sizeof rows / sizeof rows[0] };

/* The string behind TEXT. */
static const char *behind(const char *text)
{
	return text + strlen(text) + 1;
}

static struct api_name entry_of(const char *row)
{
	struct api_name entry = { .module = row, .name = behind(row) };

	entry.command = behind(entry.name);
	entry.call = behind(entry.command);
	entry.sentence = behind(entry.call);
	return entry;
}

/* Whether QUERY means ENTRY: by its name, behind its module or a class of it if there is a dot. */
static bool is_meant(const struct api_name *entry, const char *query)
{
	const char *dot = strrchr(query, '.');
	size_t module = strlen(entry->module);

	if (dot == NULL)
		return strcmp(entry->name, query) == 0;
	if (strcmp(entry->name, dot + 1) != 0)
		return false;
	return strncmp(query, entry->module, module) == 0 && query[module] == '.';
}

/* Whether this build has the command that LINE, "nsk COMMAND ...", names. */
static bool is_built(const char *line)
{
	char name[32];

	return sscanf(line, "nsk %31[a-z0-9_-]", name) == 1 && command_find(commands, name) != NULL;
}

static void explain(const struct api_name *entry)
{
	static const char absent[] = " (not in this build)";

	bool is_c = strcmp(entry->module, "C") == 0;

	printf("%s (%s): %s\n", entry->name, is_c ? "C library" : entry->module, entry->sentence);
	if (*entry->command != '\0')
		printf("  command      %s%s\n", entry->command, is_built(entry->command) ? "" : absent);
	if (*entry->call != '\0')
		printf("  in nsk repl  %s%s\n", entry->call, is_built("nsk repl") ? "" : absent);
}

bool api_explain(const char *name)
{
	bool found = false;

	for (int i = 0; i < API_COUNT; i++) {
		struct api_name entry = entry_of(rows[i]);

		if (is_meant(&entry, name)) {
			explain(&entry);
			found = true;
		}
	}
	return found;
}

const char *api_nearest(const char *name)
{
	const char *names[API_COUNT];

	for (int i = 0; i < API_COUNT; i++)
		names[i] = entry_of(rows[i]).name;
	return nearest_find(name, names, API_COUNT);
}

static const char *or_dash(const char *text)
{
	return *text != '\0' ? text : "-";
}

void api_print_table(void)
{
	for (int i = 0; i < API_COUNT; i++) {
		struct api_name entry = entry_of(rows[i]);

		printf("api\t%s\t%s\t%s\t%s\t%s\n", entry.module, entry.name, or_dash(entry.command), or_dash(entry.call),
		       entry.sentence);
	}
}
