/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The records of SOCK_SEQPACKET sockets: how long the next one is, and an empty one told from the end. */
#ifndef NSK_CORE_PACKET_H
#define NSK_CORE_PACKET_H

#include <stdbool.h>
#include <sys/types.h>

/* To be called once for the connected socket FD. Without it an empty record looks like the end. */
void packet_prepare(int fd);

/* The length of the record that the next recv on FD takes, or more; or, with *ENDED, 0: the peer has ended. -1 with errno: EAGAIN
 * when there is none. */
ssize_t packet_peek(int fd, bool *ended);

#endif
