/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the kernel still knows of TCP connections whose descriptors are closed: TIME_WAIT, FIN_WAIT2 and the like. */
#ifndef NSK_CORE_TCP_TABLE_H
#define NSK_CORE_TCP_TABLE_H

#include "core/endpoint.h"

/* The state (TCP_TIME_WAIT ...: tcp(7)) of the connection from HERE to THERE; -1 when the kernel has none, or when its
 * table cannot be read (proc(5)). */
int tcp_table_state(const struct endpoint *here, const struct endpoint *there);

#endif
