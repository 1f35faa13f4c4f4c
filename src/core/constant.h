/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The socket API's constants by their C names. */
#ifndef NSK_CORE_CONSTANT_H
#define NSK_CORE_CONSTANT_H

/* "AF_INET", "SOCK_STREAM", "SOL_SOCKET" (the level of a socket option); "unknown" for what is not known here. */
const char *constant_family(int family);
const char *constant_type(int type);
const char *constant_level(int level);

/* "tcp" for IPPROTO_TCP, "ip" for 0: the names of /etc/protocols, which is not asked; NULL for others. */
const char *constant_protocol(int protocol);

#endif
