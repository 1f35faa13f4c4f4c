/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See agenda.h. A binary heap; the children of place p are 2p and 2p + 1. */
#include "platform.h"

#include "core/agenda.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

static void put(struct agenda *agenda, struct agenda_item *item, size_t place)
{
	agenda->items[place - 1] = item;
	item->place = place;
}

static struct agenda_item *at(const struct agenda *agenda, size_t place)
{
	return agenda->items[place - 1];
}

static void rise(struct agenda *agenda, struct agenda_item *item, size_t place)
{
	for (; place > 1 && at(agenda, place / 2)->deadline > item->deadline; place /= 2)
		put(agenda, at(agenda, place / 2), place);
	put(agenda, item, place);
}

static void sink_down(struct agenda *agenda, struct agenda_item *item, size_t place)
{
	for (;;) {
		size_t child = 2 * place;

		if (child < agenda->count && at(agenda, child + 1)->deadline < at(agenda, child)->deadline)
			child++;
		if (child > agenda->count || at(agenda, child)->deadline >= item->deadline)
			break;
		put(agenda, at(agenda, child), place);
		place = child;
	}
	put(agenda, item, place);
}

static void settle(struct agenda *agenda, struct agenda_item *item, size_t place)
{
	if (place > 1 && at(agenda, place / 2)->deadline > item->deadline)
		rise(agenda, item, place);
	else
		sink_down(agenda, item, place);
}

static void take_off(struct agenda *agenda, struct agenda_item *item)
{
	size_t place = item->place;

	if (place == 0)
		return;
	struct agenda_item *last = at(agenda, agenda->count--);
	item->place = 0;
	if (last != item)
		settle(agenda, last, place);
}

int agenda_reserve(struct agenda *agenda, size_t count)
{
	size_t capacity = agenda->capacity == 0 ? FIRST_CAPACITY : agenda->capacity;

	if (count <= agenda->capacity)
		return 0;
	while (capacity < count)
		capacity *= 2;
	struct agenda_item **items = reallocarray(agenda->items, capacity, sizeof(struct agenda_item *));
	if (items == NULL)
		return -1;
	agenda->items = items;
	agenda->capacity = capacity;
	return 0;
}

void agenda_set(struct agenda *agenda, struct agenda_item *item, int64_t deadline)
{
	if (deadline == DEADLINE_NEVER) {
		take_off(agenda, item);
		return;
	}
	item->deadline = deadline;
	if (item->place != 0) {
		settle(agenda, item, item->place);
		return;
	}
	agenda->count++;
	rise(agenda, item, agenda->count);
}

struct agenda_item *agenda_first(const struct agenda *agenda)
{
	return agenda->count > 0 ? agenda->items[0] : NULL;
}

int64_t agenda_deadline(const struct agenda *agenda)
{
	return agenda->count > 0 ? agenda->items[0]->deadline : DEADLINE_NEVER;
}

void agenda_release(struct agenda *agenda)
{
	free(agenda->items);
	*agenda = (struct agenda){ 0 };
}
