/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files of Unix sockets: made with the mode that is wanted from the first moment on, and removed only if they are a
 * socket's, and ours, and dead. */
#ifndef NSK_CORE_LOCAL_H
#define NSK_CORE_LOCAL_H

#include "core/endpoint.h"

#include <stdbool.h>
#include <sys/stat.h>

/* What stands at a path. */
enum local_state {
	LOCAL_NOTHING,
	LOCAL_OTHER,   /* no socket: a file, a link, a directory */
	LOCAL_ALIVE,   /* a socket that a process holds */
	LOCAL_DEAD,    /* a socket that was left behind */
	LOCAL_FOREIGN, /* the same, of another user */
	LOCAL_UNKNOWN  /* a socket that may not be asked: errno */
};

/* Looks at the path of ADDRESS; a socket is asked by a connection of datagrams, which no stream server notices. A link is
 * not followed. FOUND: what it is the state of. */
enum local_state local_look(const struct endpoint *address, struct stat *found);

/* A socket file of ours. */
struct local_file {
	struct endpoint address;
	dev_t device;
	ino_t inode;
	bool exists; /* not for abstract names */
};

/* Binds FD to ADDRESS, the file having MODE. 0 and FILE, or -1 with errno. */
int local_bind(int fd, const struct endpoint *address, mode_t mode, struct local_file *file);

/* Removes what was left behind at ADDRESS, if it is a socket, of this user, that nobody holds. 0, also when there was
 * nothing; -1 with errno: EADDRINUSE, EEXIST (no socket), EPERM (another user's), or why it cannot be asked. */
int local_remove_stale(const struct endpoint *address);

/* Removes FILE if it still is the one that was made. To be called before its socket is closed, until when its inode is
 * nobody else's. Accepts one that was only zeroed; keeps errno. */
void local_remove(struct local_file *file);

#endif
