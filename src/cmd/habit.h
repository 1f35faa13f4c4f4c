/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the fingers of netcat's users type: an option or a host where a command stands. */
#ifndef NSK_CMD_HABIT_H
#define NSK_CMD_HABIT_H

/* Refuses ARGV, whose first word is no command, with the nsk line that does what was meant where that can be told,
 * else with the nearest commands. Returns STATUS_USAGE. */
int habit_refuse(int argc, char **argv);

#endif
