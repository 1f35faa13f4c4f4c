/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The agenda against a plain search for the earliest, over a long random sequence of changes. */
#include "platform.h"

#include "core/agenda.h"

#include "tap.h"

#include <stdlib.h>

enum { ITEMS = 200, CHANGES = 20000 };

static int64_t earliest(const int64_t *deadlines)
{
	int64_t first = DEADLINE_NEVER;

	for (int i = 0; i < ITEMS; i++)
		first = deadlines[i] < first ? deadlines[i] : first;
	return first;
}

int main(void)
{
	static struct agenda_item items[ITEMS];
	int64_t deadlines[ITEMS];
	struct agenda agenda = { 0 };
	bool same = true;

	for (int i = 0; i < ITEMS; i++)
		deadlines[i] = DEADLINE_NEVER;
	CHECK(agenda_first(&agenda) == NULL);
	CHECK(agenda_deadline(&agenda) == DEADLINE_NEVER);
	CHECK(agenda_reserve(&agenda, ITEMS) == 0);
	srand(7);
	for (int change = 0; change < CHANGES && same; change++) {
		int item = rand() % ITEMS;

		deadlines[item] = rand() % 3 == 0 ? DEADLINE_NEVER : rand() % 1000;
		agenda_set(&agenda, &items[item], deadlines[item]);
		same = agenda_deadline(&agenda) == earliest(deadlines) &&
		       (items[item].place != 0) == (deadlines[item] != DEADLINE_NEVER);
	}
	CHECK(same);
	while (agenda_first(&agenda) != NULL && same) { /* they come out in order */
		int64_t deadline = agenda_deadline(&agenda);

		agenda_set(&agenda, agenda_first(&agenda), DEADLINE_NEVER);
		same = agenda_deadline(&agenda) >= deadline;
	}
	CHECK(same);
	CHECK(agenda.count == 0);
	agenda_release(&agenda);
	return tap_end();
}
