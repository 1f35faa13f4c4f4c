/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All commands, in the order of the overview; a NULL ends the table. */
#ifndef NSK_CMD_COMMANDS_H
#define NSK_CMD_COMMANDS_H

#include "cli/command.h"

extern const struct command *const commands[];

#define COMMAND(symbol) extern const struct command symbol;
#include "cmd/commands.def"
#undef COMMAND

#endif
