/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the commands that look names up have in common: --timeout, a host or "-", names printed harmlessly. */
#ifndef NSK_CMD_LOOKUP_H
#define NSK_CMD_LOOKUP_H

#include "cli/option.h"
#include "core/endpoint.h"

#include <netdb.h>

/* -w. */
struct lookup_settings {
	int64_t timeout_ns;
};

extern const struct option_spec lookup_options[];

/* -4, -6, --type. */
enum { LOOKUP_ANY_TYPE = -1 };

struct lookup_filter {
	int64_t family; /* AF_UNSPEC, AF_INET, AF_INET6 */
	int64_t type;   /* of --type's choices; LOOKUP_ANY_TYPE by default */
};

extern const struct option_spec lookup_filter_options[];

/* The hints for getaddrinfo that FILTER means, its flags 0. */
struct addrinfo lookup_hints(const struct lookup_filter *filter);

/* Checks that SERVICE is a port or the name of a service by its form, without asking. 0, or a status. */
int lookup_check_service(const char *service);

/* NAME as it came, escaped, without a newline. */
void lookup_print_name(const char *name);

/* Writes "PROTO" of a five-tuple: "tcp", or its number. Returns TEXT. */
enum { LOOKUP_PROTOCOL_MAX = 24 };
const char *lookup_protocol(int protocol, char text[LOOKUP_PROTOCOL_MAX]);

/* The socket address of a five-tuple. */
struct endpoint lookup_endpoint(const struct addrinfo *info);

#endif
