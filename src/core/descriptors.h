/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The process's descriptors as a whole: which of them others inherit, and how many there may be. All descriptors that
 * nsk opens are close-on-exec; those without that were inherited. */
#ifndef NSK_CORE_DESCRIPTORS_H
#define NSK_CORE_DESCRIPTORS_H

/* Closes those that were inherited, but for standard input, output and error. */
void descriptors_close_inherited(void);

/* Lets no program that is started have any but standard input, output and error. Again does nothing. */
void descriptors_keep(void);

/* Lets nsk have as many as the system allows, but none past LIMIT (0: no limit). */
void descriptors_raise(int limit);

/* Puts the limit back as it was found, while a program is started; descriptors_resume takes that back. */
void descriptors_yield(void);
void descriptors_resume(void);

#endif
