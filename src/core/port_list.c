/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See port_list.h. */
#include "platform.h"

#include "core/port_list.h"

#include "core/endpoint_lookup.h"

#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789";

static enum endpoint_result add_range(struct port_list *list, unsigned first, unsigned last,
                                      struct endpoint_problem *problem)
{
	if (list->items == NULL)
		list->items = calloc(PORT_LIST_MAX, sizeof *list->items); /* untouched pages cost nothing */
	if (list->items == NULL)
		return endpoint_problem_set(problem, ENDPOINT_FAILED, "out of memory");
	for (unsigned port = first; port <= last; port++) {
		if (list->seen[port / 8] & 1U << port % 8)
			continue;
		list->seen[port / 8] |= (unsigned char)(1U << port % 8);
		list->items[list->count++] = (uint16_t)port;
	}
	return ENDPOINT_OK;
}

/* Whether ITEM is digits, a dash and digits; *DASH is where. */
static bool is_range(const char *item, size_t *dash)
{
	size_t after;

	*dash = strspn(item, digits);
	if (*dash == 0 || item[*dash] != '-')
		return false;
	after = strspn(item + *dash + 1, digits);
	return after > 0 && item[*dash + 1 + after] == '\0';
}

/* ITEM is written to. */
static enum endpoint_result add_item(struct port_list *list, char *item, int type, bool numeric,
                                     struct endpoint_problem *problem)
{
	enum endpoint_result result;
	uint16_t first, last;
	size_t dash;

	if (!is_range(item, &dash)) {
		result = endpoint_parse_port(item, type, numeric, &first, problem);
		return result != ENDPOINT_OK ? result : add_range(list, first, first, problem);
	}
	item[dash] = '\0';
	result = endpoint_parse_port(item, type, numeric, &first, problem);
	if (result == ENDPOINT_OK)
		result = endpoint_parse_port(item + dash + 1, type, numeric, &last, problem);
	if (result != ENDPOINT_OK)
		return result;
	if (last < first)
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "'%u-%u': a range of ports goes upwards", first,
		                            last);
	return add_range(list, first, last, problem);
}

enum endpoint_result port_list_add(struct port_list *list, const char *word, int type, bool numeric,
                                   struct endpoint_problem *problem)
{
	char *copy = strdup(word);
	char *rest = copy;
	enum endpoint_result result = ENDPOINT_OK;

	if (copy == NULL)
		return endpoint_problem_set(problem, ENDPOINT_FAILED, "out of memory");
	while (result == ENDPOINT_OK && rest != NULL) {
		char *item = rest, *comma = strchr(rest, ',');

		if (comma != NULL)
			*comma = '\0';
		rest = comma != NULL ? comma + 1 : NULL;
		result = add_item(list, item, type, numeric, problem);
	}
	free(copy);
	return result;
}

void port_list_release(struct port_list *list)
{
	free(list->items);
	*list = (struct port_list){ 0 };
}
