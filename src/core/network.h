/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ranges of addresses as CIDR writes them (RFC 4632, RFC 4291): 10.0.0.0/8, fe80::/10, or one address alone. */
#ifndef NSK_CORE_NETWORK_H
#define NSK_CORE_NETWORK_H

#include "core/endpoint.h"

#include <stdbool.h>

struct network {
	int family; /* AF_INET, AF_INET6 */
	unsigned bits;
	unsigned char address[16];
};

/* NULL when TEXT was taken into NETWORK, else why not: a phrase. Bits of the address beyond the prefix mean nothing. */
const char *network_parse(const char *text, struct network *network);

/* Whether the endpoint's address lies in NETWORK; an IPv4 address that is mapped into IPv6 counts as IPv4. */
bool network_contains(const struct network *network, const struct endpoint *endpoint);

#endif
