/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program for each datagram (--exec, --sh): the datagram is its standard input, its standard output the answer. So many
 * run at a time, no more. */
#ifndef NSK_DATAGRAM_PROGRAMS_H
#define NSK_DATAGRAM_PROGRAMS_H

#include "core/datagram.h"
#include "core/poller.h"

#include <stdbool.h>

struct answer;
struct programs;

/* WORDS or the shell's COMMAND; answers have at most LIMIT bytes. NULL with ENOMEM. */
struct programs *programs_open(char **words, const char *command, size_t limit, struct poller *poller,
                               struct answer *answer);

/* Ends those that run. Accepts NULL. */
void programs_close(struct programs *programs);

/* Runs one for ITEM, which came in at SOCKET, bound to HERE. What goes wrong is told and counts as a failure of ANSWER's. */
void programs_start(struct programs *programs, struct datagram_socket *socket, const struct endpoint *here,
                    const struct datagram *item);

bool programs_are_full(const struct programs *programs);
bool programs_are_running(const struct programs *programs);

/* What the poller tells of a descriptor of theirs, and children that may have ended. */
void programs_handle(struct programs *programs, const struct poller_event *event);
void programs_reap(struct programs *programs);

#endif
