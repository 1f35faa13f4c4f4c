/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Groups of receivers (multicast), IPv4's and IPv6's alike: joining one, and how datagrams to one are sent. All return
 * 0, or -1 with errno. */
#ifndef NSK_CORE_MULTICAST_H
#define NSK_CORE_MULTICAST_H

#include "core/endpoint.h"

#include <stdbool.h>

/* The group that TEXT, "GROUP[%IF]", means, its port 0; *INTERFACE is its interface's index, 0 for the system's choice.
 * EINVAL: not a group's address; ENODEV: no such interface. */
int multicast_parse(const char *text, struct endpoint *group, unsigned *interface);

bool multicast_is_group(const struct endpoint *endpoint);

/* Takes what is sent to GROUP, on INTERFACE (0: the system's choice). */
int multicast_join(int fd, const struct endpoint *group, unsigned interface);

/* Whether FD takes what was sent to a group that others on this machine have joined, and not it: no (Linux alone has it otherwise). */
int multicast_own_groups_only(int fd, int family);

/* What FD, of FAMILY, sends to groups goes out of INTERFACE; over at most TTL hops; back to this machine or not. */
int multicast_set_interface(int fd, int family, unsigned interface);
int multicast_set_ttl(int fd, int family, int ttl);
int multicast_set_loopback(int fd, int family, bool back);

#endif
