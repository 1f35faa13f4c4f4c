/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session's terminal: whether lines are edited there, and where their history is kept. */
#ifndef NSK_STREAM_KEYBOARD_H
#define NSK_STREAM_KEYBOARD_H

#include "core/end.h"
#include "stream/monitor.h"
#include "stream/options.h"
#include "view/typing.h"

struct keyboard {
	struct typing *typing; /* NULL: no line is edited */
	struct end_terminal terminal;
	char *history_file; /* NULL: history in memory only */
};

/* Begins to edit lines on stdin where the terminal and SETTINGS allow it; OUTPUT is where the peer's bytes go, -1:
 * nowhere. 0, or a status after a message. */
int keyboard_open(struct keyboard *keyboard, const struct stream_settings *settings, int output, struct monitor *monitor);

/* For the relay's plan; NULL: no line is edited. */
const struct end_terminal *keyboard_terminal(const struct keyboard *keyboard);

/* Gives the terminal back as it was. 0, or a status after a message. Accepts one that was only zeroed. */
int keyboard_close(struct keyboard *keyboard);

#endif
