/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is to be called when: a heap of deadlines, so that ten thousand waiting connections cost no more than the few
 * whose time has come. */
#ifndef NSK_CORE_AGENDA_H
#define NSK_CORE_AGENDA_H

#include "core/deadline.h"

#include <stddef.h>
#include <stdint.h>

/* One entry; the caller's memory, within what it stands for. Zeroed: not on an agenda. */
struct agenda_item {
	int64_t deadline;
	size_t place; /* in the heap, from 1; 0: not there */
};

struct agenda {
	struct agenda_item **items; /* ours: agenda_release */
	size_t count, capacity;
};

/* Makes room for COUNT items altogether, so that agenda_set cannot fail. 0, or -1 with ENOMEM. */
int agenda_reserve(struct agenda *agenda, size_t count);

/* Puts ITEM, for which there is room, where DEADLINE belongs; DEADLINE_NEVER takes it off. */
void agenda_set(struct agenda *agenda, struct agenda_item *item, int64_t deadline);

/* The item that comes first; NULL if there is none. */
struct agenda_item *agenda_first(const struct agenda *agenda);

/* Its deadline; DEADLINE_NEVER if there is none. */
int64_t agenda_deadline(const struct agenda *agenda);

/* Frees the heap, not the items. */
void agenda_release(struct agenda *agenda);

#endif
