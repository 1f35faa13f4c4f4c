/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which of many ports are open: a connection to each, many at once, closed again as soon as it stands. */
#ifndef NSK_CORE_SCAN_H
#define NSK_CORE_SCAN_H

#include "core/connect.h"
#include "core/port_list.h"

enum { SCAN_FLYING_MAX = 256 };

/* In the order in which one address's answer yields to another's: a port is open if it is at any address, closed only
 * if it is at all of them. */
enum scan_state {
	SCAN_UNKNOWN,
	SCAN_CLOSED,   /* refused, or an ICMP message says that it cannot be reached */
	SCAN_FILTERED, /* no answer */
	SCAN_OPEN
};

struct scan_plan {
	struct connect_plan connect; /* to all its addresses, their ports aside; its deadline is that of everything */
	const struct port_list *ports;
	int64_t timeout; /* of each attempt, nanoseconds; 0 or less: the system's */
	/* Hears that the states of the first COUNT ports are final now; -1 with errno ends the scan. May be NULL. Its
	 * context is that of `connect`. */
	int (*settled)(int count, void *context);
};

/* Fills STATES, an enum scan_state for each port. 0; or -1 with errno: ETIMEDOUT (the deadline), EINTR (an ending
 * signal), what `settled` failed with, else what keeps it from trying, at *STAGE. Ports that were not settled are unknown then. Out of
 * descriptors, it goes on with as many as there are. */
int scan_run(const struct scan_plan *plan, unsigned char *states, enum connect_stage *stage);

#endif
