/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sequence diagram of a client and a server, drawn row by row as socket calls are made: what goes over the wire as
 * arrows, what happens at one side beside it, and TCP's states, as the kernel has them, on the sides. Who is who is told
 * by the calls: who connects, or sends without an address of its own, is the client. At most 80 columns wide. */
#ifndef NSK_VIEW_DIAGRAM_H
#define NSK_VIEW_DIAGRAM_H

#include "core/sock.h"
#include "view/cast.h"

#include <stdbool.h>
#include <stdio.h>

struct diagram {
	FILE *to;
	bool color;
	bool unicode; /* lines by box drawing characters, in UTF-8 */
	bool begun;
	struct cast cast;
};

/* Draws EVENT; CONTEXT is a struct diagram, all zero but for `to`, `color` and `unicode`. A sock_observer. */
void diagram_draw(const struct sock_event *event, void *context);

#endif
