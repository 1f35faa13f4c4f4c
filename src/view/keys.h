/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keys that are typed at stdin, for GNU readline and libedit: their own reading would keep Ctrl-C out (see reopen_terminal). */
#ifndef NSK_VIEW_KEYS_H
#define NSK_VIEW_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* rl_getc_function: waits for the next key, which it returns. EOF at the end; READERR when the terminal fails or a signal
 * came (interrupt.h). */
int keys_next(FILE *unused);

/* Takes what was entered while the terminal still edits its lines, without waiting: at most ROOM bytes, into ENTERED. Returns how
 * many; *ENDED: the end (Ctrl-D) was entered behind them. */
size_t keys_take_entered(char *entered, size_t room, bool *ended);

/* COUNT bytes at KEYS were typed before what is there: they are next. The memory is the caller's, until none is left. */
void keys_give(const char *keys, size_t count);
bool keys_are_given(void);

#endif
