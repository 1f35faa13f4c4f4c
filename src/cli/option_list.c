/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The arguments of an option that may be given as often as wanted (see option.h). */
#include "platform.h"

#include "cli/option.h"

#include <stdlib.h>

int option_list_add(struct option_list *list, const char *word)
{
	const char **items = realloc(list->items, (list->count + 1) * sizeof *items);

	if (items == NULL)
		return -1;
	items[list->count++] = word;
	list->items = items;
	return 0;
}

void option_list_release(struct option_list *list)
{
	free(list->items);
	*list = (struct option_list){ 0 };
}
