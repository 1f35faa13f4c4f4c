/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls that ask a socket, or set something of it. */
#include "platform.h"

#include "core/deadline.h"
#include "core/sock.h"
#include "core/sockopt.h"
#include "repl/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_BYTES_MAX = 4096 };

/* ---- time limits --------------------------------------------------------------------------------- */

/* Nanoseconds of a bound number of seconds; below 0 for None. */
static int64_t nanoseconds(const struct value *seconds)
{
	if (seconds->kind == VALUE_REAL)
		return seconds->real > 9e9 ? -1 : (int64_t)(seconds->real * 1e9);
	if (seconds->kind == VALUE_NUMBER || seconds->kind == VALUE_TRUTH)
		return seconds->magnitude > 9000000000U ? -1 : (int64_t)seconds->magnitude * DEADLINE_SECOND;
	return -1;
}

static struct value seconds_value(int64_t ns)
{
	return ns < 0 ? value_none() : value_real((double)ns / 1e9);
}

static int run_settimeout(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	(void)result;
	arguments[0].object->timeout_ns = nanoseconds(&arguments[1]);
	return 0;
}

static int run_gettimeout(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	*result = seconds_value(arguments[0].object->timeout_ns);
	return 0;
}

static int run_setblocking(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	(void)result;
	arguments[0].object->timeout_ns = call_int(&arguments[1], 1) != 0 ? -1 : 0;
	return 0;
}

static int run_getblocking(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	*result = value_truth(arguments[0].object->timeout_ns != 0);
	return 0;
}

static int run_setdefaulttimeout(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)result;
	repl->default_timeout_ns = nanoseconds(&arguments[0]);
	return 0;
}

static int run_getdefaulttimeout(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)arguments;
	*result = seconds_value(repl->default_timeout_ns);
	return 0;
}

/* ---- options ------------------------------------------------------------------------------------- */

static const struct sockopt *known_option(int level, int option)
{
	for (size_t i = 0; i < sockopt_count; i++) {
		if (sockopt_table[i].level == level && sockopt_table[i].option == option)
			return &sockopt_table[i];
	}
	return NULL;
}

/* The numbers of a list as C's ints one after the other: a struct linger is [1 0]. */
static int set_numbers(struct repl *repl, int fd, int level, int option, const struct value *list)
{
	int numbers[16];
	int64_t number;

	if (list->count > sizeof numbers / sizeof *numbers)
		return repl_fail(repl, "ValueError", "too many numbers");
	for (size_t i = 0; i < list->count; i++) {
		if (value_int(&list->items[i], &number) < 0)
			return repl_fail(repl, "TypeError", "a list of numbers is wanted");
		numbers[i] = (int)number;
	}
	return sock_setsockopt(fd, level, option, numbers, (socklen_t)(list->count * sizeof *numbers)) < 0 ? repl_fail_errno(repl)
	                                                                                                 : 0;
}

static int run_setsockopt(struct repl *repl, struct value *arguments, struct value *result)
{
	int fd = arguments[0].object->fd;
	int level = call_int(&arguments[1], 0), option = call_int(&arguments[2], 0);
	const struct value *value = &arguments[3];
	int64_t number;

	(void)result;
	if (value_is_sequence(value))
		return set_numbers(repl, fd, level, option, value);
	if (value->kind == VALUE_TEXT)
		return sock_setsockopt(fd, level, option, value->bytes, (socklen_t)value->count) < 0 ? repl_fail_errno(repl) : 0;
	if (value_int(value, &number) < 0)
		return repl_fail(repl, "TypeError", "a number, a list of numbers or bytes is wanted");
	return sock_set_int(fd, level, option, (int)number) < 0 ? repl_fail_errno(repl) : 0;
}

/* LENGTH bytes of an option as it is in memory. */
static int get_bytes(struct repl *repl, int fd, int level, int option, int length, struct value *result)
{
	char bytes[OPTION_BYTES_MAX];
	socklen_t got = (socklen_t)(length < OPTION_BYTES_MAX ? length : OPTION_BYTES_MAX);

	if (sock_getsockopt(fd, level, option, bytes, &got) < 0)
		return repl_fail_errno(repl);
	return value_set_text(result, bytes, got) < 0 ? repl_fail_memory(repl) : 0;
}

/* Without a length: a number, or the text of an option that is one (TCP_CONGESTION). */
static int run_getsockopt(struct repl *repl, struct value *arguments, struct value *result)
{
	int fd = arguments[0].object->fd;
	int level = call_int(&arguments[1], 0), option = call_int(&arguments[2], 0);
	const struct sockopt *known = known_option(level, option);
	char text[SOCKOPT_TEXT_MAX];
	int number = 0;
	socklen_t length = sizeof number;

	if (arguments[3].kind != VALUE_ABSENT)
		return get_bytes(repl, fd, level, option, call_int(&arguments[3], 0), result);
	if (known != NULL && known->kind == SOCKOPT_NAME) {
		if (sockopt_get(fd, known, text) < 0)
			return repl_fail_errno(repl);
		return value_set_text(result, text, strlen(text)) < 0 ? repl_fail_memory(repl) : 0;
	}
	if (sock_getsockopt(fd, level, option, &number, &length) < 0)
		return repl_fail_errno(repl);
	*result = value_number(number);
	return 0;
}

/* A table as nsk sockopts prints it, of this socket: all its options, or those of NAMES. */
static int run_sockopts(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct object *socket = arguments[0].object;
	const struct value *names = &arguments[1];
	char text[SOCKOPT_TEXT_MAX];

	(void)result;
	for (size_t i = 0; i < names->count; i++) {
		if (sockopt_find((const char *)names->items[i].bytes, names->items[i].count) == NULL)
			return repl_fail(repl, "NameError", "%s: no such socket option", (const char *)names->items[i].bytes);
	}
	for (size_t i = 0; i < sockopt_count; i++) {
		const struct sockopt *option = &sockopt_table[i];
		bool is_wanted = names->count == 0 && sockopt_has(option, socket->family, socket->type);

		for (size_t n = 0; n < names->count; n++)
			is_wanted = is_wanted || strcmp((const char *)names->items[n].bytes, option->name) == 0;
		if (is_wanted)
			fprintf(repl->out, "%-12s  %-24s  %-12s  %s\n", constant_level(option->level), option->name,
			        sockopt_kind_name(option->kind), sockopt_get(socket->fd, option, text) == 0 && *text != '\0' ? text : "-");
	}
	return 0;
}

/* ---- addresses and descriptors ------------------------------------------------------------------- */

static int run_getsockname(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint address;

	if (endpoint_of_socket(arguments[0].object->fd, &address) < 0)
		return repl_fail_errno(repl);
	return value_set_address(result, &address) < 0 ? repl_fail_memory(repl) : 0;
}

static int run_getpeername(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint address;

	if (endpoint_of_peer(arguments[0].object->fd, &address) < 0)
		return repl_fail_errno(repl);
	return value_set_address(result, &address) < 0 ? repl_fail_memory(repl) : 0;
}

static int run_fileno(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)repl;
	*result = value_number(arguments[0].object->fd);
	return 0;
}

/* Python's has_ipv6 tells of the C library; here the kernel is asked. */
static int run_has_ipv6(struct repl *repl, struct value *arguments, struct value *result)
{
	int fd = sock_socket(AF_INET6, SOCK_STREAM, 0);

	(void)repl;
	(void)arguments;
	*result = value_truth(fd >= 0);
	sock_close(fd);
	return 0;
}

const struct call call_option_rows[] = {
	{ "setblocking", "socket:socket flag:int", "int fcntl(int fd, F_SETFL, int flags)", "socket.setblocking(flag)",
	  "let calls wait (True), or fail with EAGAIN instead (False)", "EBADF", run_setblocking },
	{ "getblocking", "socket:socket", "int fcntl(int fd, F_GETFL)", "socket.getblocking()", "tell whether calls wait", "",
	  run_getblocking },
	{ "settimeout", "socket:socket seconds:seconds", "", "socket.settimeout(value)",
	  "let calls wait so long: None is for ever, 0 not at all", "EBADF TypeError", run_settimeout },
	{ "gettimeout", "socket:socket", "", "socket.gettimeout()", "tell how long calls wait", "EBADF", run_gettimeout },
	{ "setdefaulttimeout", "seconds:seconds", "", "socket.setdefaulttimeout(timeout)", "set the timeout of sockets made from now on",
	  "TypeError", run_setdefaulttimeout },
	{ "getdefaulttimeout", "", "", "socket.getdefaulttimeout()", "tell the timeout of new sockets", "", run_getdefaulttimeout },
	{ "setsockopt", "socket:socket level:int option:int value:any",
	  "int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen)",
	  "socket.setsockopt(level, optname, value)", "set an option: a number, bytes, or a list of numbers ([1 0] for SO_LINGER)",
	  "ENOPROTOOPT EINVAL EPERM", run_setsockopt },
	{ "getsockopt", "socket:socket level:int option:int [length:count]",
	  "int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen)",
	  "socket.getsockopt(level, optname[, buflen])", "ask for an option: a number, or LENGTH bytes", "ENOPROTOOPT",
	  run_getsockopt },
	{ "sockopts", "socket:socket [names:text...]", "", "", "list a socket's options with their values", "", run_sockopts },
	{ "getsockname", "socket:socket", "int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen)",
	  "socket.getsockname()", "tell the socket's own address", "EBADF", run_getsockname },
	{ "getpeername", "socket:socket", "int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen)",
	  "socket.getpeername()", "tell the peer's address", "ENOTCONN", run_getpeername },
	{ "fileno", "object:object", "int fileno(FILE *stream)", "socket.fileno()", "tell the descriptor's number; -1 once it is closed", "",
	  run_fileno },
	{ "has_ipv6", "", "", "socket.has_ipv6", "tell whether this machine has IPv6", "", run_has_ipv6 },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
