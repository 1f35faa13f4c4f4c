/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See object.h. */
#include "platform.h"

#include "repl/object.h"

#include "core/sock.h"
#include "repl/repl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SO_PROTOCOL
#define SO_PROTOCOL -1 /* is refused */
#endif

struct object *object_new(struct repl *repl, enum object_kind kind)
{
	struct object *object = calloc(1, sizeof *object);

	if (object == NULL)
		return NULL;
	object->kind = kind;
	object->next = repl->objects;
	repl->objects = object;
	return object;
}

static int ask(int fd, int option)
{
	int value = 0;
	socklen_t length = sizeof value;

	return sock_getsockopt(fd, SOL_SOCKET, option, &value, &length) < 0 ? -1 : value;
}

struct object *object_of_socket(struct repl *repl, int fd, int family, int type, int protocol)
{
	struct object *object = object_new(repl, OBJECT_SOCKET);

	if (object == NULL) {
		sock_close(fd);
		return NULL;
	}
	object->fd = fd;
	object->family = family >= 0 ? family : sock_family(fd);
	object->type = type >= 0 ? type : sock_type(fd);
	object->protocol = protocol;
	if (protocol < 0 && (object->protocol = ask(fd, SO_PROTOCOL)) < 0)
		object->protocol = 0; /* it cannot be told */
	object->timeout_ns = repl->default_timeout_ns;
	object->is_foreign = (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
	return object;
}

void object_remember(struct object *socket)
{
	struct endpoint here = { .length = sizeof here.address }, there = { .length = sizeof there.address };

	if ((socket->family != AF_INET && socket->family != AF_INET6) || socket->type != SOCK_STREAM)
		return;
	/* sees no observer, since nobody has asked */
	if (sock_ends(socket->fd, &here.address, &here.length, &there.address, &there.length) < 0)
		return;
	socket->here = here;
	socket->there = there;
}

int object_hold(struct object *file, const void *bytes, size_t count)
{
	unsigned char *held = realloc(file->held, file->held_count + count + 1);

	if (held == NULL)
		return -1;
	memcpy(held + file->held_count, bytes, count);
	file->held = held;
	file->held_count += count;
	return 0;
}

void object_close(struct object *object)
{
	switch (object->kind) {
	case OBJECT_SOCKET:
		if (object->fd >= 0)
			object_remember(object);
		sock_close(object->fd);
		break;
	case OBJECT_EPOLL:
		if (object->fd >= 0)
			close(object->fd);
		break;
	case OBJECT_POLL:
	case OBJECT_FILE:
		break;
	}
	object->fd = -1;
}

void object_release_all(struct repl *repl)
{
	while (repl->objects != NULL) {
		struct object *object = repl->objects;

		repl->objects = object->next;
		object_close(object);
		free(object->set);
		free(object->held);
		free(object);
	}
}

void object_write(FILE *to, const struct object *object)
{
	static const char *const names[] = { "socket", "poll", "epoll", "file" };

	if (object->kind == OBJECT_FILE && object->fd >= 0) {
		fputs("file of ", to);
		object_write(to, object->socket);
	} else if (object->fd < 0) {
		fprintf(to, "%s closed", names[object->kind]);
	} else if (object->kind == OBJECT_POLL) {
		fputs("poll object", to);
	} else {
		fprintf(to, "%s fd %d", names[object->kind], object->fd);
	}
}
