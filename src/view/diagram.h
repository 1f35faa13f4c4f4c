/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sequence diagram of a client and a server, drawn row by row as socket calls are made: what goes over the wire as
 * arrows, what happens at one side beside it. Who is who is told by the calls: who connects, or sends without an address
 * of its own, is the client. */
#ifndef NSK_VIEW_DIAGRAM_H
#define NSK_VIEW_DIAGRAM_H

#include "core/sock.h"

#include <stdbool.h>
#include <stdio.h>

enum { DIAGRAM_DESCRIPTORS = 1024 };

enum diagram_side { DIAGRAM_NOBODY, DIAGRAM_CLIENT, DIAGRAM_SERVER };

struct diagram {
	FILE *to;
	bool color;
	bool begun;
	unsigned char sides[DIAGRAM_DESCRIPTORS]; /* enum diagram_side, by descriptor */
	bool streams[DIAGRAM_DESCRIPTORS];        /* it is one end of a stream: its end is seen by the peer */
};

/* Draws EVENT; CONTEXT is a struct diagram, all zero but for `to` and `color`. A sock_observer. */
void diagram_draw(const struct sock_event *event, void *context);

#endif
