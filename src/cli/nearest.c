/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See nearest.h. */
#include "platform.h"

#include "cli/nearest.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

enum { WORD_MAX = 40 };

static int smallest(int a, int b, int c)
{
	int least = a < b ? a : b;

	return least < c ? least : c;
}

int nearest_distance(const char *a, const char *b)
{
	int rows[3][WORD_MAX + 1];
	int *before = rows[0], *above = rows[1], *row = rows[2];
	int a_length = (int)strnlen(a, WORD_MAX + 1);
	int b_length = (int)strnlen(b, WORD_MAX + 1);

	if (a_length > WORD_MAX || b_length > WORD_MAX)
		return INT_MAX;
	for (int j = 0; j <= b_length; j++) {
		above[j] = j;
		before[j] = j;
	}
	for (int i = 1; i <= a_length; i++) {
		row[0] = i;
		for (int j = 1; j <= b_length; j++) {
			row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		int *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[b_length];
}

const char *nearest_find(const char *word, const char *const *names, int count)
{
	const char *best = NULL;
	size_t length = strlen(word);
	int limit = length < 4 ? 1 : length < 8 ? 2 : 3; /* a short word is soon like anything */
	int best_distance = limit + 1;

	for (int i = 0; i < count; i++) {
		int distance = nearest_distance(word, names[i]);

		if (length >= 2 && strncmp(word, names[i], length) == 0)
			distance = 1;
		if (distance < best_distance) {
			best = names[i];
			best_distance = distance;
		}
	}
	return best;
}
