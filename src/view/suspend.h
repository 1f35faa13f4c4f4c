/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The signals of a terminal on which a line is edited: before nsk stops (Ctrl-Z) the terminal is given back as it was
 * found, and taken again when nsk goes on; a window may get another size. One such terminal at a time. */
#ifndef NSK_VIEW_SUSPEND_H
#define NSK_VIEW_SUSPEND_H

struct suspend_calls {
	void (*give_back)(void);
	void (*take_again)(void);
	void (*resize)(void); /* NULL: SIGWINCH stays as it is */
};

/* From here to suspend_release SIGTSTP and SIGWINCH make the calls GIVEN, and come only inside a wait that lets them through: there
 * any function may be called. SIGTSTP stays ignored if it was. */
void suspend_catch(const struct suspend_calls *given);
void suspend_release(void);

/* Takes one that has come, for where the waits never sleep. */
void suspend_look(void);

#endif
