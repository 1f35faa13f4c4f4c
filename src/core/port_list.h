/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of ports from words: "22", "20-25", "http", "22,80,8000-8010". */
#ifndef NSK_CORE_PORT_LIST_H
#define NSK_CORE_PORT_LIST_H

#include "core/endpoint.h"

enum { PORT_LIST_MAX = 65536 };

struct port_list {
	uint16_t *items; /* ours: port_list_release */
	int count;
	unsigned char seen[PORT_LIST_MAX / 8]; /* a bit for each port that is in it */
};

/* Adds what WORD names, in its order, each port once. A dash makes a range only between digits, so that service
 * names may hold one. TYPE and NUMERIC as for endpoint_parse_port. A failure has a PROBLEM sentence. */
enum endpoint_result port_list_add(struct port_list *list, const char *word, int type, bool numeric,
                                   struct endpoint_problem *problem);

void port_list_release(struct port_list *list);

#endif
