/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who listens on this machine, told by the kernel's tables: without a connection, so that a server of one client keeps
 * it. Sees the network namespace it runs in. */
#ifndef NSK_CORE_LISTENING_H
#define NSK_CORE_LISTENING_H

#include "core/endpoint.h"

/* Whether ADDRESS, TCP's or UDP's, is one of this machine's, so that its tables speak for it. */
bool listening_is_here(const struct endpoint *address);

/* Whether somebody listens where a connection to ADDRESS would arrive: at it, or at its wildcard, which IPv6's can be
 * for IPv4 too; or at the socket file or abstract name,
 * where a socket for datagrams counts once it is bound. A socket file of another network namespace counts when a
 * process holds it. 1, 0, or -1 with errno when no table can be read (ENOSYS: this system has none). */
int listening_at(const struct endpoint *address);

/* The same for UDP: whether an unconnected socket is bound there. */
int listening_udp_at(const struct endpoint *address);

/* A mechanism: the same contract, for each kind. */
struct listening_source {
	const char *name;
	int (*tcp)(const struct endpoint *address);
	int (*udp)(const struct endpoint *address);
	/* 2: no such socket in this namespace's table. */
	int (*path)(const struct endpoint *address);
};

/* What this build has, best first; a NULL ends the list. */
extern const struct listening_source *const listening_sources[];

/* For the mechanisms: whether a listener at HERE takes what is sent to ADDRESS; V6ONLY as the option of that name. */
bool listening_takes(const struct endpoint *here, bool v6only, const struct endpoint *address);

#endif
