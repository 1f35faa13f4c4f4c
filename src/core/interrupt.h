/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The signals that end nsk. Between interrupt_catch and the end they are blocked except inside
 * poller_wait, which takes interrupt_wait_mask: so none is lost between a check and a wait, and no
 * system call elsewhere is cut short. */
#ifndef NSK_CORE_INTERRUPT_H
#define NSK_CORE_INTERRUPT_H

#include <signal.h>

/* Catches SIGINT, SIGTERM, SIGHUP and SIGQUIT (one that was ignored at start stays ignored), and ignores
 * SIGPIPE and SIGXFSZ, whose writes fail with EPIPE and EFBIG instead. Safe to call twice. */
void interrupt_catch(void);

/* The mask for waits: what was blocked when interrupt_catch was called. NULL before it. */
const sigset_t *interrupt_wait_mask(void);

/* SIGNAL is to end waits too, though it was blocked at start. */
void interrupt_let_through(int signal);

/* The signal that came, or 0. */
int interrupt_pending(void);

/* Looks whether a signal is waiting although nobody waits in the poller; then as interrupt_pending. */
int interrupt_poll(void);

/* Forgets what came: it has been acted upon. */
void interrupt_forget(void);

/* SIGPIPE if nsk found it not ignored at start, else 0: whether a reader's end is to end nsk quietly. */
int interrupt_broken_pipe(void);

/* For a program that is started: the mask as it was found, and the signals whose default action nsk has replaced. */
void interrupt_found(sigset_t *mask, sigset_t *defaults);

/* Puts all dispositions and the mask back as they were found, and forgets what came: for a program that is started, or
 * a child that begins anew. */
void interrupt_restore(void);

/* Restores, then raises SIGNAL with its default action. Returns only if it does not end the process. */
void interrupt_raise(int signal);

#endif
