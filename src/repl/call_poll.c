/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * poll and epoll: on a list of sockets at once, or by Python's objects with register. */
#include "platform.h"

#include "core/deadline.h"
#include "core/interrupt.h"
#include "core/sock.h"
#include "repl/call.h"
#include "repl/wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if HAVE_EPOLL
#include <sys/epoll.h>
#endif

enum { EVENTS_ROOM = 256 };

/* ---- what is registered -------------------------------------------------------------------------- */

static struct pollfd *find(const struct object *poller, int fd)
{
	for (size_t i = 0; i < poller->set_count; i++) {
		if (poller->set[i].fd == fd)
			return &poller->set[i];
	}
	return NULL;
}

static int add(struct repl *repl, struct object *poller, int fd, unsigned events)
{
	struct pollfd *set = realloc(poller->set, (poller->set_count + 1) * sizeof *set);

	if (set == NULL)
		return repl_fail_memory(repl);
	poller->set = set;
	set[poller->set_count++] = (struct pollfd){ .fd = fd, .events = (short)events };
	return 0;
}

#if HAVE_EPOLL
static int control(struct repl *repl, const struct object *poller, int operation, int fd, unsigned events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	return epoll_ctl(poller->fd, operation, fd, &event) < 0 ? repl_fail_errno(repl) : 0;
}
#else
enum { EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL };
static int control(struct repl *repl, const struct object *poller, int operation, int fd, unsigned events)
{
	(void)poller, (void)operation, (void)fd, (void)events;
	return repl_fail(repl, "ENOSYS", "this system has no epoll");
}
#endif

static int run_register(struct repl *repl, struct value *arguments, struct value *result)
{
	struct object *poller = arguments[0].object;
	int fd = wait_descriptor(repl, &arguments[1]);
	unsigned events = (unsigned)call_int(&arguments[2], POLLIN | POLLPRI | POLLOUT); /* Python's default */
	struct pollfd *known;

	(void)result;
	if (fd < 0)
		return -1;
	if (poller->kind == OBJECT_EPOLL)
		return control(repl, poller, EPOLL_CTL_ADD, fd, events);
	known = find(poller, fd);
	if (known == NULL)
		return add(repl, poller, fd, events);
	known->events = (short)events;
	return 0;
}

/* What is registered for the socket, in *KNOWN, is to change: an epoll does so by OPERATION, and *KNOWN is NULL then. */
static int change(struct repl *repl, const struct value *arguments, int operation, unsigned events, struct pollfd **known)
{
	struct object *poller = arguments[0].object;
	int fd = wait_descriptor(repl, &arguments[1]);

	*known = NULL;
	if (fd < 0)
		return -1;
	if (poller->kind == OBJECT_EPOLL)
		return control(repl, poller, operation, fd, events);
	*known = find(poller, fd);
	return *known != NULL ? 0 : repl_fail(repl, "ENOENT", "%d is not registered", fd);
}

static int run_modify(struct repl *repl, struct value *arguments, struct value *result)
{
	unsigned events = (unsigned)call_int(&arguments[2], 0);
	struct pollfd *known;

	(void)result;
	if (change(repl, arguments, EPOLL_CTL_MOD, events, &known) < 0)
		return -1;
	if (known != NULL)
		known->events = (short)events;
	return 0;
}

static int run_unregister(struct repl *repl, struct value *arguments, struct value *result)
{
	struct object *poller = arguments[0].object;
	struct pollfd *known;

	(void)result;
	if (change(repl, arguments, EPOLL_CTL_DEL, 0, &known) < 0)
		return -1;
	if (known != NULL)
		*known = poller->set[--poller->set_count];
	return 0;
}

/* ---- waiting ------------------------------------------------------------------------------------- */

/* Adds (WHO, EVENTS) to the list RESULT. */
static int add_ready(struct repl *repl, struct value *result, const struct value *who, unsigned events,
                     enum constant_group group)
{
	struct value pair = value_sequence(VALUE_TUPLE);

	if (value_add(&pair, *who) < 0 || value_add(&pair, value_constant(events, group)) < 0 || value_add(result, pair) < 0)
		return repl_fail_memory(repl);
	return 0;
}

/* SET's ready ones; named by LIST's items if there is one, else by number as Python does. */
static int poll_set(struct repl *repl, struct pollfd *set, size_t count, int64_t deadline, const struct value *list,
                    struct value *result)
{
	if (wait_poll(repl, set, count, deadline) < 0)
		return -1;
	*result = value_sequence(VALUE_LIST);
	for (size_t i = 0; i < count; i++) {
		struct value number = value_number(set[i].fd);
		const struct value *who = &number;

		if (set[i].revents == 0)
			continue;
		if (list != NULL)
			who = value_is_sequence(&list->items[i]) ? &list->items[i].items[0] : &list->items[i];
		if (add_ready(repl, result, who, (unsigned short)set[i].revents, CONSTANT_POLL) < 0)
			return -1;
	}
	return 0;
}

#if HAVE_EPOLL
struct epoll_context {
	int fd, room;
	struct epoll_event events[EVENTS_ROOM];
};

static int epoll_once(void *context, int timeout_ms)
{
	struct epoll_context *epoll = context;

	return sock_epoll_wait(epoll->fd, epoll->events, epoll->room, timeout_ms, interrupt_wait_mask());
}

static int wait_epoll(struct repl *repl, int fd, int room, int64_t deadline, const struct value *list, struct value *result)
{
	struct epoll_context context = { .fd = fd, .room = room > 0 && room < EVENTS_ROOM ? room : EVENTS_ROOM };
	int count = wait_by(repl, epoll_once, &context, deadline);

	if (count < 0)
		return -1;
	*result = value_sequence(VALUE_LIST);
	for (int i = 0; i < count; i++) {
		struct value number = value_number(context.events[i].data.fd);
		const struct value *who = &number;

		for (size_t at = 0; list != NULL && at < list->count; at++) {
			const struct value *item = &list->items[at];

			item = value_is_sequence(item) ? &item->items[0] : item;
			if (wait_descriptor(repl, item) == context.events[i].data.fd)
				who = item;
		}
		if (add_ready(repl, result, who, context.events[i].events, CONSTANT_EPOLL) < 0)
			return -1;
	}
	return 0;
}

static int new_epoll(struct repl *repl)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);

	return fd < 0 ? repl_fail_errno(repl) : fd;
}
#else
static int wait_epoll(struct repl *repl, int fd, int room, int64_t deadline, const struct value *list, struct value *result)
{
	(void)fd, (void)room, (void)deadline, (void)list, (void)result;
	return control(repl, NULL, 0, 0, 0);
}

static int new_epoll(struct repl *repl)
{
	return control(repl, NULL, 0, 0, 0);
}
#endif

/* One of LIST: a socket, whose input is waited for, or (SOCKET EVENTS). */
static int take_item(struct repl *repl, const struct value *item, int *fd, unsigned *events)
{
	int64_t number = POLLIN;

	if (value_is_sequence(item) && (item->count != 2 || value_int(&item->items[1], &number) < 0))
		return repl_fail(repl, "TypeError", "(SOCKET EVENTS) is wanted");
	*fd = wait_descriptor(repl, value_is_sequence(item) ? &item->items[0] : item);
	*events = (unsigned)number;
	return *fd < 0 ? -1 : 0;
}

static int poll_list(struct repl *repl, const struct value *list, int64_t deadline, struct value *result)
{
	struct pollfd *set = calloc(list->count + 1, sizeof *set);
	int status = 0;

	if (set == NULL)
		return repl_fail_memory(repl);
	for (size_t i = 0; status == 0 && i < list->count; i++) {
		unsigned events = 0;

		status = take_item(repl, &list->items[i], &set[i].fd, &events);
		set[i].events = (short)events;
	}
	if (status == 0)
		status = poll_set(repl, set, list->count, deadline, list, result);
	free(set);
	return status;
}

static int epoll_list(struct repl *repl, const struct value *list, int64_t deadline, struct value *result)
{
	struct object temporary = { .kind = OBJECT_EPOLL, .fd = new_epoll(repl) };
	int status = temporary.fd < 0 ? -1 : 0;

	for (size_t i = 0; status == 0 && i < list->count; i++) {
		unsigned events = 0;
		int fd = -1;

		status = take_item(repl, &list->items[i], &fd, &events);
		if (status == 0)
			status = control(repl, &temporary, EPOLL_CTL_ADD, fd, events);
	}
	if (status == 0)
		status = wait_epoll(repl, temporary.fd, 0, deadline, list, result);
	if (temporary.fd >= 0)
		close(temporary.fd);
	return status;
}

static int make_poller(struct repl *repl, enum object_kind kind, struct value *result)
{
	int fd = kind == OBJECT_EPOLL ? new_epoll(repl) : 0;
	struct object *object;

	if (fd < 0)
		return -1;
	object = object_new(repl, kind);
	if (object == NULL) {
		if (kind == OBJECT_EPOLL)
			close(fd);
		return repl_fail_memory(repl);
	}
	object->fd = fd;
	*result = value_object(object);
	return 0;
}

/* A new object without words; waits for a list in seconds; for an object as Python does: poll in milliseconds, epoll
 * in seconds. */
static int wait_or_make(struct repl *repl, enum object_kind kind, struct value *arguments, struct value *result)
{
	struct value *first = &arguments[0];

	if (first->kind == VALUE_ABSENT || (first->kind == VALUE_NUMBER && arguments[1].kind == VALUE_ABSENT))
		return make_poller(repl, kind, result);
	if (value_is_sequence(first) && kind == OBJECT_POLL)
		return poll_list(repl, first, wait_until(&arguments[1], 1e9), result);
	if (value_is_sequence(first))
		return epoll_list(repl, first, wait_until(&arguments[1], 1e9), result);
	if (first->kind != VALUE_OBJECT || (first->object->kind != OBJECT_POLL && first->object->kind != OBJECT_EPOLL))
		return repl_fail(repl, "TypeError", "%s: a list of sockets is wanted, or a poll or epoll object", repl->calling);
	struct object *object = first->object;
	if (object->fd < 0)
		return repl_fail(repl, "EBADF", "bad file descriptor: it has been closed");
	if (object->kind == OBJECT_POLL)
		return poll_set(repl, object->set, object->set_count, wait_until(&arguments[1], 1e6), NULL, result);
	return wait_epoll(repl, object->fd, call_int(&arguments[2], 0), wait_until(&arguments[1], 1e9), NULL, result);
}

static int run_poll(struct repl *repl, struct value *arguments, struct value *result)
{
	return wait_or_make(repl, OBJECT_POLL, arguments, result);
}

static int run_epoll(struct repl *repl, struct value *arguments, struct value *result)
{
	return wait_or_make(repl, OBJECT_EPOLL, arguments, result);
}

const struct call call_poll_rows[] = {
	{ "poll", "[sockets:any] [timeout:any] [maxevents:int]", "int poll(struct pollfd *fds, nfds_t nfds, int timeout)",
	  "select.poll() ... poll.poll([timeout])",
	  "wait until a socket of the list can be read, or does what (SOCKET POLLOUT) says; without words make a poll object, "
	  "which takes milliseconds",
	  "EINTR", run_poll },
	{ "epoll", "[sockets:any] [timeout:any]", "int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)",
	  "select.epoll() ... epoll.poll(timeout=None, maxevents=-1)",
	  "the same with epoll, for very many sockets; without words make an epoll object, which takes seconds", "EINTR EPERM",
	  run_epoll },
	{ "register", "poller:poller socket:any [eventmask:int]", "int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)",
	  "poll.register(fd[, eventmask])", "let a poll or epoll object watch a socket", "EEXIST EPERM", run_register },
	{ "modify", "poller:poller socket:any eventmask:int", "int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)",
	  "poll.modify(fd, eventmask)", "change what is waited for at a registered socket", "ENOENT", run_modify },
	{ "unregister", "poller:poller socket:any", "int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)",
	  "poll.unregister(fd)", "let a poll or epoll object forget a socket", "ENOENT", run_unregister },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
