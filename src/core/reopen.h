/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second way to what a descriptor stands for: non-blocking for us, and not for those who share the descriptor. */
#ifndef NSK_CORE_REOPEN_H
#define NSK_CORE_REOPEN_H

/* FD opened anew to write, with a description of our own, non-blocking; -1 if that cannot be. The caller's to close. */
int reopen(int fd);

/* The same to read, if FD is a terminal; else, and where that cannot be, FD itself. What poll(2) saw at a terminal may be gone before
 * it is read, for Ctrl-C throws away what was typed (termios(3), NOFLSH): a read that blocks would then keep the signal out. */
int reopen_terminal(int fd);

#endif
