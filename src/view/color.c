/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See color.h. */
#include "platform.h"

#include "view/color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum color_when chosen = COLOR_AUTO;

void color_choose(enum color_when when)
{
	chosen = when;
}

static bool is_set(const char *value)
{
	return value != NULL && *value != '\0';
}

bool color_wanted(int fd)
{
	const char *terminal = getenv("TERM");

	if (chosen != COLOR_AUTO)
		return chosen == COLOR_ALWAYS;
	return isatty(fd) && !is_set(getenv("NO_COLOR")) && is_set(terminal) && strcmp(terminal, "dumb") != 0;
}
