/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files sock_NAME.c share: asking the saboteur, telling the observer, and the calls that systems make
 * differently. For them alone. */
#ifndef NSK_CORE_SOCK_SEAM_H
#define NSK_CORE_SOCK_SEAM_H

#include "core/sock.h"

#include <errno.h>

extern sock_observer *sock_seam_observer;
extern sock_saboteur *sock_seam_saboteur;

/* Whether CALL is to fail, with errno set. */
static inline bool sabotaged(enum sock_call call, int fd)
{
	int error = sock_seam_saboteur != NULL ? sock_seam_saboteur(call, fd) : 0;

	if (error != 0)
		errno = error;
	return error != 0;
}

static inline int64_t told(struct sock_event event, int64_t result)
{
	return sock_seam_observer == NULL ? result : sock_told(&event, result);
}

/* socket, socketpair and accept; what is made is close-on-exec and, a pair aside, non-blocking. */
int sock_make(int domain, int type, int protocol);
int sock_make_pair(int domain, int type, int protocol, int pair[2]);
int sock_make_accepted(int fd, struct sockaddr *address, socklen_t *length);

#endif
