/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second way to what a descriptor stands for: non-blocking for us, and not for those who share the descriptor. */
#ifndef NSK_CORE_REOPEN_H
#define NSK_CORE_REOPEN_H

/* FD opened anew to write, with a description of our own, non-blocking; -1 if that cannot be. The caller's to close. */
int reopen(int fd);

#endif
