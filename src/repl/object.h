/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sockets, pollers and files of a session. All sockets are non-blocking to the kernel; that they seem to block is
 * made by waiting first (wait.h), so that every call can be interrupted. Objects live as long as the session, closed
 * ones too: a variable may still name them. */
#ifndef NSK_REPL_OBJECT_H
#define NSK_REPL_OBJECT_H

#include "core/endpoint.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum object_kind { OBJECT_SOCKET, OBJECT_POLL, OBJECT_EPOLL, OBJECT_FILE };

struct object {
	enum object_kind kind;
	struct object *next;
	int fd; /* a socket's or an epoll's, -1: closed; a poll's or a file's is 0 while it is open */

	/* a socket */
	int family, type, protocol;
	int64_t timeout_ns;          /* below 0: blocks; 0: does not */
	bool is_foreign;             /* the kernel may have it as blocking: others share it */
	struct endpoint here, there; /* of its connection, if it had one (length 0 otherwise), after its end too */

	/* a poll or epoll: what is registered */
	struct pollfd *set;
	size_t set_count;

	/* a file over a socket */
	struct object *socket;
	unsigned char *held; /* received, not read yet */
	size_t held_count;
	bool has_ended;
};

struct repl;

/* A new object of the session, or NULL with ENOMEM. */
struct object *object_new(struct repl *repl, enum object_kind kind);

/* The same for the socket FD, which is closed on failure; its family and the like are asked for where below 0. */
struct object *object_of_socket(struct repl *repl, int fd, int family, int type, int protocol);

/* Remembers both ends of a socket's connection, which has been made: the kernel forgets them first. */
void object_remember(struct object *socket);

/* Adds COUNT bytes to what the file holds. 0, or -1 with ENOMEM. */
int object_hold(struct object *file, const void *bytes, size_t count);

/* Closes it; a second time is nothing. */
void object_close(struct object *object);

/* Closes and frees all of them. */
void object_release_all(struct repl *repl);

#endif
