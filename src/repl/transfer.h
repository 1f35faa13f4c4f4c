/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sending and receiving as the calls of several files need it. Each returns -1 with the session's error set. */
#ifndef NSK_REPL_TRANSFER_H
#define NSK_REPL_TRANSFER_H

#include "repl/object.h"
#include "repl/repl.h"

#include <sys/types.h>

/* FLAGS for a call on SOCKET that must not block in the kernel. */
int transfer_flags(const struct object *socket, int flags);

/* Sends all COUNT bytes. */
ssize_t transfer_send_all(struct repl *repl, const struct object *socket, const void *data, size_t count, int flags);

/* Receives once, when something is there, as SOCKET's timeout allows; into *FROM who sent it, unless that is NULL. */
ssize_t transfer_receive(struct repl *repl, const struct object *socket, void *data, size_t size, int flags,
                         struct endpoint *from);

/* FROM as a value: None for nobody. */
int transfer_address(struct repl *repl, const struct endpoint *from, struct value *value);

#endif
