/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rows of a table one after the other, whatever tables it includes. */
#include "platform.h"

#include "cli/option.h"

void option_walk(struct option_cursor *cursor, const struct option_spec *table)
{
	*cursor = (struct option_cursor){ .stack = { table }, .depth = table != NULL ? 0 : -1 };
}

const struct option_spec *option_next(struct option_cursor *cursor, size_t *field_offset)
{
	while (cursor->depth >= 0) {
		const struct option_spec *row = cursor->stack[cursor->depth]++;
		size_t base = cursor->offset[cursor->depth];

		if (row->kind == OPTION_KIND_END) {
			cursor->depth--;
		} else if (row->kind == OPTION_KIND_INCLUDE) {
			cursor->depth++;
			cursor->stack[cursor->depth] = row->rows;
			cursor->offset[cursor->depth] = base + row->offset;
		} else {
			if (field_offset != NULL)
				*field_offset = base + row->offset;
			return row;
		}
	}
	return NULL;
}
