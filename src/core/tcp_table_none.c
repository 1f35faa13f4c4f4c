/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback for tcp_table.c: closed connections cannot be seen. */
#include "platform.h"

#include "core/tcp_table.h"

int tcp_table_state(const struct endpoint *here, const struct endpoint *there)
{
	(void)here;
	(void)there;
	return -1;
}
