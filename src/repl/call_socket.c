/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls that make sockets, give them addresses, connect and end them. */
#include "platform.h"

#include "core/connect.h"
#include "core/deadline.h"
#include "core/sock.h"
#include "repl/call.h"
#include "repl/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#ifndef SOCK_NONBLOCK
#define SOCK_NONBLOCK 0
#endif
#ifndef SOCK_CLOEXEC
#define SOCK_CLOEXEC 0
#endif
#ifndef SO_REUSEPORT
#define SO_REUSEPORT -1 /* is refused */
#endif

static const int64_t retry_pause_ns = 10 * DEADLINE_MILLISECOND;

/* *RESULT is the new socket FD, which is closed on failure. */
static int make(struct repl *repl, int fd, int family, int type, int protocol, struct value *result)
{
	struct object *socket = object_of_socket(repl, fd, family, type, protocol);

	if (socket == NULL)
		return repl_fail_memory(repl);
	*result = value_object(socket);
	return 0;
}

/* A second descriptor of FD as a socket. */
static int adopt(struct repl *repl, int fd, int family, int type, int protocol, struct value *result)
{
	int type_found = sock_type(fd);

	if (type_found < 0)
		return repl_fail_errno(repl);
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? repl_fail_errno(repl) : make(repl, copy, family, type, protocol, result);
}

static int run_socket(struct repl *repl, struct value *arguments, struct value *result)
{
	int family = call_int(&arguments[0], AF_INET);
	int type = call_int(&arguments[1], SOCK_STREAM);
	int protocol = call_int(&arguments[2], 0);
	bool blocks = (type & SOCK_NONBLOCK) == 0;

	if (arguments[3].kind != VALUE_ABSENT)
		return adopt(repl, call_int(&arguments[3], -1), -1, -1, -1, result);
	type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	int fd = sock_socket(family, type, protocol);
	if (fd < 0)
		return repl_fail_errno(repl);
	if (make(repl, fd, family, type, protocol, result) < 0)
		return -1;
	if (!blocks)
		result->object->timeout_ns = 0;
	return 0;
}

static int run_socketpair(struct repl *repl, struct value *arguments, struct value *result)
{
	int family = call_int(&arguments[0], AF_UNIX);
	int type = call_int(&arguments[1], SOCK_STREAM);
	int protocol = call_int(&arguments[2], 0);
	int pair[2];

	if (sock_socketpair(family, type, protocol, pair) < 0)
		return repl_fail_errno(repl);
	*result = value_sequence(VALUE_TUPLE);
	for (int i = 0; i < 2; i++) {
		struct value one;

		fcntl(pair[i], F_SETFL, O_NONBLOCK);
		if (make(repl, pair[i], family, type, protocol, &one) < 0) {
			if (i == 0)
				sock_close(pair[1]);
			return -1;
		}
		if (value_add(result, one) < 0) {
			if (i == 0)
				sock_close(pair[1]);
			return repl_fail_memory(repl);
		}
	}
	return 0;
}

static int run_fromfd(struct repl *repl, struct value *arguments, struct value *result)
{
	return adopt(repl, call_int(&arguments[0], -1), call_int(&arguments[1], -1), call_int(&arguments[2], -1),
	             call_int(&arguments[3], -1), result);
}

static int run_dup(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct object *socket = arguments[0].object;

	if (adopt(repl, socket->fd, socket->family, socket->type, socket->protocol, result) < 0)
		return -1;
	result->object->timeout_ns = socket->timeout_ns;
	return 0;
}

static int run_bind(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct endpoint *address = arguments[1].address;

	(void)result;
	if (sock_bind(arguments[0].object->fd, (const struct sockaddr *)&address->address, address->length) < 0)
		return repl_fail_errno(repl);
	return 0;
}

static int run_listen(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)result;
	return sock_listen(arguments[0].object->fd, call_int(&arguments[1], SOMAXCONN)) < 0 ? repl_fail_errno(repl) : 0;
}

static int run_accept(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct object *socket = arguments[0].object;
	int64_t deadline = wait_deadline(socket);
	struct endpoint peer;
	struct value accepted, address;
	int fd;

	do {
		if (wait_client(repl, socket, deadline) < 0)
			return -1;
		peer = (struct endpoint){ .length = sizeof peer.address };
		fd = sock_accept(socket->fd, (struct sockaddr *)&peer.address, &peer.length);
	} while (fd < 0 && errno == EAGAIN && socket->timeout_ns != 0);
	if (fd < 0)
		return repl_fail_errno(repl);
	if (make(repl, fd, socket->family, socket->type, socket->protocol, &accepted) < 0)
		return -1;
	object_remember(accepted.object);
	*result = value_sequence(VALUE_TUPLE);
	if (value_add(result, accepted) < 0 || value_set_address(&address, &peer) < 0 || value_add(result, address) < 0)
		return repl_fail_memory(repl);
	return 0;
}

/* A Unix socket whose server's queue is full says EAGAIN and cannot be waited for. */
static int pause_for_queue(struct repl *repl, int64_t deadline)
{
	int64_t until = deadline_earlier(deadline, deadline_after(retry_pause_ns));

	if (deadline_passed(deadline))
		return repl_fail(repl, "ETIMEDOUT", "timed out");
	return wait_poll(repl, NULL, 0, until) < 0 ? -1 : 0;
}

/* 0; or -1 with the session's error, and errno if it was the call's. */
static int connect_socket(struct repl *repl, struct object *socket, const struct endpoint *address, int64_t deadline)
{
	int result;

	for (;;) {
		result = sock_connect(socket->fd, (const struct sockaddr *)&address->address, address->length);
		if (result == 0 || errno != EAGAIN || socket->timeout_ns == 0 || socket->family != AF_UNIX)
			break;
		if (pause_for_queue(repl, deadline) < 0)
			return -1;
	}
	if (result < 0 && errno == EINPROGRESS && socket->timeout_ns != 0) {
		if (wait_ready(repl, socket, POLLOUT, deadline) < 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		errno = sock_take_error(socket->fd);
		result = errno == 0 ? 0 : -1;
	}
	if (result < 0)
		return repl_fail_errno(repl);
	object_remember(socket);
	return 0;
}

static int run_connect(struct repl *repl, struct value *arguments, struct value *result)
{
	struct object *socket = arguments[0].object;

	(void)result;
	return connect_socket(repl, socket, arguments[1].address, wait_deadline(socket));
}

static int run_connect_ex(struct repl *repl, struct value *arguments, struct value *result)
{
	int error = 0;

	if (run_connect(repl, arguments, result) < 0) {
		error = errno;
		if (strcmp(repl->error_name, "EINTR") == 0)
			return -1;
	}
	*result = value_number(error);
	return 0;
}

static int run_close(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	(void)result;
	object_close(arguments[0].object);
	return 0;
}

static int run_detach(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	*result = value_number(arguments[0].object->fd);
	arguments[0].object->fd = -1;
	return 0;
}

static int run_shutdown(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)result;
	return sock_shutdown(arguments[0].object->fd, call_int(&arguments[1], SHUT_RDWR)) < 0 ? repl_fail_errno(repl) : 0;
}

/* ---- create_connection, create_server ------------------------------------------------------------ */

static int try_address(struct repl *repl, const struct endpoint *address, const struct value *timeout,
                       const struct value *source, struct value *result)
{
	int family = address->address.ss_family;
	int fd = sock_socket(family, SOCK_STREAM, 0);

	if (fd < 0)
		return repl_fail_errno(repl);
	if (make(repl, fd, family, SOCK_STREAM, 0, result) < 0)
		return -1;
	if (timeout->kind == VALUE_NONE)
		result->object->timeout_ns = -1;
	else if (timeout->kind == VALUE_NUMBER)
		result->object->timeout_ns = (int64_t)timeout->magnitude * DEADLINE_SECOND;
	else if (timeout->kind == VALUE_REAL)
		result->object->timeout_ns = (int64_t)(timeout->real * 1e9);
	if (source->kind == VALUE_ADDRESS &&
	    sock_bind(fd, (const struct sockaddr *)&source->address->address, source->address->length) < 0)
		repl_fail_errno(repl);
	else if (connect_socket(repl, result->object, address, wait_deadline(result->object)) == 0)
		return 0;
	object_close(result->object);
	*result = value_none();
	return -1;
}

/* HOST and PORT as the words of an address. */
static int take_words(struct repl *repl, struct value *arguments, struct endpoint_words *words)
{
	struct endpoint_problem problem;
	char host[512], port[64];
	char *operands[2] = { host, port };
	int count = arguments[1].kind == VALUE_ABSENT ? 1 : 2;

	snprintf(host, sizeof host, "%s", (const char *)arguments[0].bytes);
	snprintf(port, sizeof port, "%s", count > 1 ? (const char *)arguments[1].bytes : "");
	if (count == 2 && host[0] == '\0') /* Python's: any address to listen, this machine to connect */
		strcpy(host, "*");
	enum endpoint_result split = endpoint_split(count, operands, words, &problem);
	return split == ENDPOINT_OK ? 0 : repl_fail_look_up(repl, split, &problem);
}

static int look_up(struct repl *repl, struct value *arguments, int family, bool passive, struct endpoint_list *list)
{
	const struct endpoint_query query = { .family = family, .type = SOCK_STREAM, .passive = passive,
		                              .deadline = DEADLINE_NEVER };
	struct endpoint_problem problem;
	struct endpoint_words words;

	if (take_words(repl, arguments, &words) < 0)
		return -1;
	enum endpoint_result found = endpoint_resolve(&words, &query, list, &problem);
	return found == ENDPOINT_OK ? 0 : repl_fail_look_up(repl, found, &problem);
}

static int run_create_connection(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint_list list;
	int status = -1;

	if (arguments[0].kind == VALUE_ADDRESS)
		return try_address(repl, arguments[0].address, &arguments[2], &arguments[3], result);
	if (look_up(repl, arguments, AF_UNSPEC, false, &list) < 0)
		return -1;
	for (int i = 0; i < list.count && status < 0; i++) {
		status = try_address(repl, &list.items[i], &arguments[2], &arguments[3], result);
		if (strcmp(repl->error_name, "EINTR") == 0)
			break;
	}
	endpoint_list_release(&list);
	return status;
}

static int listen_on(struct repl *repl, const struct endpoint *address, struct value *arguments, struct value *result)
{
	int family = address->address.ss_family;
	int fd = sock_socket(family, SOCK_STREAM, 0);

	if (fd < 0)
		return repl_fail_errno(repl);
	if (make(repl, fd, family, SOCK_STREAM, 0, result) < 0)
		return -1;
	if (sock_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0)
		return repl_fail_errno(repl);
	if (call_int(&arguments[4], 0) != 0 && sock_set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1) < 0)
		return repl_fail_errno(repl);
	if (family == AF_INET6 && sock_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, call_int(&arguments[5], 0) == 0) < 0)
		return repl_fail_errno(repl);
	if (sock_bind(fd, (const struct sockaddr *)&address->address, address->length) < 0 ||
	    sock_listen(fd, call_int(&arguments[3], SOMAXCONN)) < 0) {
		repl_fail_errno(repl);
		object_close(result->object);
		return -1;
	}
	return 0;
}

static int run_create_server(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint_list list;
	int status;

	if (arguments[0].kind == VALUE_ADDRESS)
		return listen_on(repl, arguments[0].address, arguments, result);
	if (look_up(repl, arguments, call_int(&arguments[2], AF_UNSPEC), true, &list) < 0)
		return -1;
	status = listen_on(repl, &list.items[0], arguments, result);
	endpoint_list_release(&list);
	return status;
}

const struct call call_socket_rows[] = {
	{ "socket", "[family:int] [type:int] [proto:int] [fileno:int]", "int socket(int domain, int type, int protocol)",
	  "socket.socket(family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None)",
	  "make a socket: one end of a conversation, without an address yet", "EAFNOSUPPORT EPROTONOSUPPORT EMFILE", run_socket },
	{ "socketpair", "[family:int] [type:int] [proto:int]", "int socketpair(int domain, int type, int protocol, int sv[2])",
	  "socket.socketpair([family[, type[, proto]]])", "make two sockets that are connected to each other",
	  "EAFNOSUPPORT EOPNOTSUPP", run_socketpair },
	{ "create_connection", "host:target [port:text] [timeout:seconds] [source_address:address]", "",
	  "socket.create_connection(address, timeout=GLOBAL_DEFAULT, source_address=None)",
	  "look a host up and connect to the first of its addresses that answers", "ECONNREFUSED ETIMEDOUT EAI_NONAME",
	  run_create_connection },
	{ "create_server", "host:target [port:text] [family:int] [backlog:int] [reuse_port:int] [dualstack_ipv6:int]", "",
	  "socket.create_server(address, *, family=AF_INET, backlog=None, reuse_port=False, dualstack_ipv6=False)",
	  "make a listening TCP socket: socket, bind and listen in one", "EADDRINUSE EACCES EADDRNOTAVAIL", run_create_server },
	{ "fromfd", "fd:int [family:int] [type:int] [proto:int]", "int dup(int oldfd)", "socket.fromfd(fd, family, type, proto=0)",
	  "make a socket of a descriptor that is there already; the descriptor is duplicated", "EBADF ENOTSOCK", run_fromfd },
	{ "dup", "socket:socket", "int dup(int oldfd)", "socket.dup()", "make a second descriptor for the same socket", "EMFILE",
	  run_dup },
	{ "bind", "socket:socket address:address", "int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)",
	  "socket.bind(address)", "give a socket an address of its own; port 0 lets the kernel pick one",
	  "EADDRINUSE EADDRNOTAVAIL EACCES EINVAL", run_bind },
	{ "listen", "socket:socket [backlog:int]", "int listen(int sockfd, int backlog)", "socket.listen([backlog])",
	  "let clients queue up, BACKLOG of them at most", "EADDRINUSE EOPNOTSUPP", run_listen },
	{ "accept", "socket:socket", "int accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen)", "socket.accept()",
	  "take the next client: a new socket, and its address", "EAGAIN EINVAL EMFILE", run_accept },
	{ "connect", "socket:socket address:address", "int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)",
	  "socket.connect(address)", "connect to a server; for UDP fix the peer", "ECONNREFUSED ETIMEDOUT EINPROGRESS EISCONN",
	  run_connect },
	{ "connect_ex", "socket:socket address:address", "int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)",
	  "socket.connect_ex(address)", "connect, with the error's number as the result and 0 for none", "", run_connect_ex },
	{ "close", "object:object", "int close(int fd)", "socket.close()",
	  "give the descriptor back; the last one of a connection ends it", "", run_close },
	{ "detach", "socket:socket", "", "socket.detach()", "let go of the descriptor without closing it: its number is the result",
	  "EBADF", run_detach },
	{ "shutdown", "socket:socket how:int", "int shutdown(int sockfd, int how)", "socket.shutdown(how)",
	  "end one direction, or both: SHUT_WR tells the peer that no more will come", "ENOTCONN EINVAL", run_shutdown },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
