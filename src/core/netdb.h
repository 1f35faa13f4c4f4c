/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What netdb.h's older calls answer, each with the deadline that they lack, and by the rules that Python's functions
 * of the same names add to them. A failure has a PROBLEM sentence with the code's name in it. Names are as they
 * came, from files or from strangers on the network: escape them (bytes/hostname.h) before anybody sees them. */
#ifndef NSK_CORE_NETDB_H
#define NSK_CORE_NETDB_H

#include "core/endpoint.h"

#include <netdb.h>

#ifndef NI_MAXHOST /* not POSIX's: as RFC 3493 had them */
#define NI_MAXHOST 1025
#define NI_MAXSERV 32
#endif

/* A struct hostent of one's own. */
struct netdb_host {
	char *name;
	char **aliases; /* one block */
	int alias_count;
	struct endpoint_list addresses; /* their ports 0 */
};

/* The first address of HOST for FAMILY (or AF_UNSPEC). "" is the wildcard, "<broadcast>" 255.255.255.255. */
enum endpoint_result netdb_address(const char *host, int family, int64_t deadline, struct endpoint *address,
                                   struct endpoint_problem *problem);

/* gethostbyname(3), for IPv4, and gethostbyaddr(3), where HOST may be a name too: its first address is taken.
 * ANSWER is the caller's to release, after a failure as well. */
enum endpoint_result netdb_host_by_name(const char *host, int64_t deadline, struct netdb_host *answer,
                                        struct endpoint_problem *problem);
enum endpoint_result netdb_host_by_address(const char *host, int64_t deadline, struct netdb_host *answer,
                                           struct endpoint_problem *problem);
void netdb_host_release(struct netdb_host *host);

/* The first of HOST's name and aliases that has a dot, else its name. */
const char *netdb_host_full_name(const struct netdb_host *host);

struct netdb_name {
	char host[NI_MAXHOST], service[NI_MAXSERV];
};

/* getnameinfo(3) with its FLAGS (NI_NUMERICHOST ...). */
enum endpoint_result netdb_name(const struct endpoint *endpoint, int flags, int64_t deadline, struct netdb_name *name,
                                struct endpoint_problem *problem);

#endif
