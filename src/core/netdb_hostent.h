/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What netdb.c asks of the system for a struct hostent: by the calls of that name, or by getaddrinfo. For netdb.c alone. */
#ifndef NSK_CORE_NETDB_HOSTENT_H
#define NSK_CORE_NETDB_HOSTENT_H

#include "core/netdb.h"

/* The host called NAME (IPv4), or, if that is NULL, the one with ADDRESS; ANSWER is the caller's to release. Blocks; the answer
 * is no other thread's. 0, or a code for netdb_hostent_explain, with errno. */
int netdb_hostent_ask(const char *name, const struct endpoint *address, struct netdb_host *answer);

/* Why HOST has no answer, from that code and errno. */
enum endpoint_result netdb_hostent_explain(const char *host, int code, int error, struct endpoint_problem *problem);

/* The address of FAMILY that BYTES are, without a port. */
void netdb_set_address(struct endpoint *endpoint, int family, const void *bytes);

#endif
