/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of commands, from commands.def. */
#include "platform.h"

#include "cmd/commands.h"

#include <stddef.h>

const struct command *const commands[] = {
#define COMMAND(symbol) &symbol,
#include "cmd/commands.def"
#undef COMMAND
	NULL,
};
