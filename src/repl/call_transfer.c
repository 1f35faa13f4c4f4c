/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls that send and receive bytes. */
#include "platform.h"

#include "core/sock.h"
#include "repl/call.h"
#include "repl/transfer.h"
#include "repl/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_PIECE = 64 * 1024 };

/* ---- sending ------------------------------------------------------------------------------------- */

int transfer_flags(const struct object *socket, int flags)
{
	return socket->is_foreign ? flags | MSG_DONTWAIT : flags;
}

static bool must_wait(const struct object *socket, int flags)
{
	return errno == EAGAIN && socket->timeout_ns != 0 && (flags & MSG_DONTWAIT) == 0;
}

/* One send, to TO unless that is NULL, as soon as there is room. The count, or -1 with the error set. */
static ssize_t send_once(struct repl *repl, const struct object *socket, const void *data, size_t count, int flags,
                         const struct endpoint *to, int64_t deadline)
{
	int asked = transfer_flags(socket, flags);

	for (;;) {
		ssize_t sent;

		if ((flags & MSG_DONTWAIT) == 0 && wait_ready(repl, socket, POLLOUT, deadline) < 0)
			return -1;
		if (to != NULL)
			sent = sock_sendto(socket->fd, data, count, asked, (const struct sockaddr *)&to->address, to->length);
		else
			sent = sock_send(socket->fd, data, count, asked);
		if (sent >= 0)
			return sent;
		if (!must_wait(socket, flags))
			return repl_fail_errno(repl);
	}
}

ssize_t transfer_send_all(struct repl *repl, const struct object *socket, const void *data, size_t count, int flags)
{
	int64_t deadline = wait_deadline(socket);
	size_t done = 0;

	do {
		ssize_t sent = send_once(repl, socket, (const char *)data + done, count - done, flags, NULL, deadline);

		if (sent < 0)
			return -1;
		done += (size_t)sent;
	} while (done < count);
	return (ssize_t)done;
}

/* A socket that blocks takes everything, as the kernel has it; one with a timeout, or none, what fits. */
static int run_send(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct object *socket = arguments[0].object;
	const struct value *data = &arguments[1];
	int flags = call_int(&arguments[2], 0);
	bool takes_all = socket->timeout_ns < 0 && (flags & MSG_DONTWAIT) == 0;
	ssize_t sent = takes_all ? transfer_send_all(repl, socket, data->bytes, data->count, flags)
	                         : send_once(repl, socket, data->bytes, data->count, flags, NULL, wait_deadline(socket));

	if (sent < 0)
		return -1;
	*result = value_number(sent);
	return 0;
}

static int run_sendall(struct repl *repl, struct value *arguments, struct value *result)
{
	(void)result;
	return transfer_send_all(repl, arguments[0].object, arguments[1].bytes, arguments[1].count, call_int(&arguments[2], 0)) < 0
	               ? -1
	               : 0;
}

/* sendto SOCKET DATA [FLAGS] ADDRESS: flags are there if a word is left over in front of the address. */
static int run_sendto(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct object *socket = arguments[0].object;
	const struct value *data = &arguments[1];
	struct value *rest = arguments[2].items;
	size_t count = arguments[2].count;
	struct endpoint to;
	int64_t flags = 0;

	if (count == 0)
		return repl_fail(repl, "TypeError", "too few words: sendto SOCKET DATA [FLAGS] ADDRESS");
	bool is_number = rest[0].kind == VALUE_NUMBER;
	if (is_number && count > 1 && value_int(&rest[0], &flags) == 0) {
		rest++;
		count--;
	}
	if (flags < 0 || flags > INT_MAX || call_address(repl, rest, count, socket->family, &to) < 0)
		return flags < 0 || flags > INT_MAX ? repl_fail(repl, "OverflowError", "flags are no such number") : -1;
	ssize_t sent = send_once(repl, socket, data->bytes, data->count, (int)flags, &to, wait_deadline(socket));
	if (sent < 0)
		return -1;
	*result = value_number(sent);
	return 0;
}

/* All of the open FILE, or COUNT bytes; by send, which every socket has. */
static int send_file(struct repl *repl, const struct object *socket, int file, int64_t count, int64_t *total)
{
	char *data = malloc(FILE_PIECE);
	int status = data == NULL ? repl_fail_memory(repl) : 0;

	while (status == 0 && (count < 0 || *total < count)) {
		size_t wanted = count >= 0 && count - *total < FILE_PIECE ? (size_t)(count - *total) : FILE_PIECE;
		ssize_t got = read(file, data, wanted);

		if (got < 0)
			status = repl_fail_errno(repl);
		if (got <= 0)
			break;
		if (transfer_send_all(repl, socket, data, (size_t)got, 0) < 0)
			status = -1;
		else
			*total += got;
	}
	free(data);
	return status;
}

static int run_sendfile(struct repl *repl, struct value *arguments, struct value *result)
{
	int64_t total = 0;
	int file = open((const char *)arguments[1].bytes, O_RDONLY | O_CLOEXEC);
	int offset = call_int(&arguments[2], 0);
	int status;

	if (file < 0)
		return repl_fail_errno(repl);
	if (offset > 0 && lseek(file, offset, SEEK_SET) < 0)
		status = repl_fail_errno(repl);
	else
		status = send_file(repl, arguments[0].object, file, call_int(&arguments[3], -1), &total);
	close(file);
	if (status == 0)
		*result = value_number(total);
	return status;
}

/* ---- receiving ----------------------------------------------------------------------------------- */

ssize_t transfer_receive(struct repl *repl, const struct object *socket, void *data, size_t size, int flags,
                         struct endpoint *from)
{
	int64_t deadline = wait_deadline(socket);
	int asked = transfer_flags(socket, flags);

	for (;;) {
		ssize_t got;

		if ((flags & MSG_DONTWAIT) == 0 && wait_ready(repl, socket, (flags & MSG_OOB) != 0 ? POLLPRI : POLLIN, deadline) < 0)
			return -1;
		if (from != NULL) {
			*from = (struct endpoint){ .length = sizeof from->address };
			got = sock_recvfrom(socket->fd, data, size, asked, (struct sockaddr *)&from->address, &from->length);
		} else {
			got = sock_recv(socket->fd, data, size, asked);
		}
		if (got >= 0)
			return got;
		if (!must_wait(socket, flags))
			return repl_fail_errno(repl);
	}
}

/* MSG_WAITALL, which only a socket that blocks in the kernel knows: again until SIZE bytes have come, or the end. */
static ssize_t receive_whole(struct repl *repl, const struct object *socket, char *data, size_t size, int flags)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = transfer_receive(repl, socket, data + done, size - done, flags & ~MSG_WAITALL, NULL);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* At most SIZE bytes as text into *VALUE, and where they came from into *FROM unless that is NULL. */
static int receive(struct repl *repl, const struct object *socket, int size, int flags, struct value *value,
                   struct endpoint *from)
{
	char *data = malloc((size_t)size + 1);
	bool is_whole = (flags & MSG_WAITALL) != 0 && socket->type == SOCK_STREAM && socket->timeout_ns != 0 && from == NULL;
	ssize_t got;

	if (data == NULL)
		return repl_fail_memory(repl);
	if (is_whole)
		got = receive_whole(repl, socket, data, (size_t)size, flags);
	else
		got = transfer_receive(repl, socket, data, (size_t)size, flags, from);
	if (got > size)
		got = size; /* MSG_TRUNC tells the datagram's true length */
	int status = got < 0 ? -1 : value_set_text(value, data, (size_t)got);
	free(data);
	return got >= 0 && status < 0 ? repl_fail_memory(repl) : status;
}

static int run_recv(struct repl *repl, struct value *arguments, struct value *result)
{
	return receive(repl, arguments[0].object, call_int(&arguments[1], 0), call_int(&arguments[2], 0), result, NULL);
}

int transfer_address(struct repl *repl, const struct endpoint *from, struct value *value)
{
	if (from->length == 0 || from->address.ss_family == AF_UNSPEC) {
		*value = value_none(); /* a stream's peer is known already, a Unix one may have no name */
		return 0;
	}
	return value_set_address(value, from) < 0 ? repl_fail_memory(repl) : 0;
}

/* FIRST, which is moved, and FROM as a tuple. */
static int pair(struct repl *repl, struct value first, const struct endpoint *from, struct value *result)
{
	struct value address;

	*result = value_sequence(VALUE_TUPLE);
	if (value_add(result, first) < 0)
		return repl_fail_memory(repl);
	if (transfer_address(repl, from, &address) < 0)
		return -1;
	return value_add(result, address) < 0 ? repl_fail_memory(repl) : 0;
}

static int run_recvfrom(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint from;
	struct value data;

	if (receive(repl, arguments[0].object, call_int(&arguments[1], 0), call_int(&arguments[2], 0), &data, &from) < 0)
		return -1;
	return pair(repl, data, &from, result);
}

/* recv_into SOCKET NAME SIZE: the variable NAME gets the bytes, the result is their number. */
static int receive_into(struct repl *repl, struct value *arguments, struct value *result, struct endpoint *from)
{
	const char *name = (const char *)arguments[1].bytes;
	struct value data;

	if (arguments[1].kind != VALUE_WORD)
		return repl_fail(repl, "TypeError", "%s: the name of a variable is wanted behind the socket", repl->calling);
	if (receive(repl, arguments[0].object, call_int(&arguments[2], 0), call_int(&arguments[3], 0), &data, from) < 0)
		return -1;
	*result = value_unsigned(data.count);
	return repl_assign(repl, name, data);
}

static int run_recv_into(struct repl *repl, struct value *arguments, struct value *result)
{
	return receive_into(repl, arguments, result, NULL);
}

static int run_recvfrom_into(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint from;
	struct value count;

	return receive_into(repl, arguments, &count, &from) < 0 ? -1 : pair(repl, count, &from, result);
}

const struct call call_transfer_rows[] = {
	{ "send", "socket:socket data:bytes [flags:int]", "ssize_t send(int sockfd, const void *buf, size_t len, int flags)",
	  "socket.send(bytes[, flags])", "send bytes: how many were taken is the result; a socket that does not block takes what fits",
	  "EAGAIN EPIPE ECONNRESET ENOTCONN", run_send },
	{ "sendall", "socket:socket data:bytes [flags:int]", "", "socket.sendall(bytes[, flags])",
	  "send all bytes, however often send must be called", "EPIPE ECONNRESET ETIMEDOUT", run_sendall },
	{ "sendto", "socket:socket data:bytes address:any...",
	  "ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const struct sockaddr *dest, socklen_t addrlen)",
	  "socket.sendto(bytes, address)", "send one datagram to an address; flags may stand before it", "EMSGSIZE EDESTADDRREQ EISCONN",
	  run_sendto },
	{ "sendfile", "socket:socket file:text [offset:count] [count:count]",
	  "ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count)", "socket.sendfile(file, offset=0, count=None)",
	  "send a file, whose path is given", "ENOENT EPIPE ECONNRESET", run_sendfile },
	{ "recv", "socket:socket size:count [flags:int]", "ssize_t recv(int sockfd, void *buf, size_t len, int flags)",
	  "socket.recv(bufsize[, flags])", "take what has come, at most SIZE bytes; none means that the peer has ended",
	  "EAGAIN ECONNRESET ENOTCONN ETIMEDOUT", run_recv },
	{ "recvfrom", "socket:socket size:count [flags:int]",
	  "ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, struct sockaddr *src, socklen_t *addrlen)",
	  "socket.recvfrom(bufsize[, flags])", "take one datagram, and where it came from", "EAGAIN ETIMEDOUT", run_recvfrom },
	{ "recv_into", "socket:socket variable:name [size:count] [flags:int]", "ssize_t recv(int sockfd, void *buf, size_t len, int flags)",
	  "socket.recv_into(buffer[, nbytes[, flags]])", "receive into a variable: the number of bytes is the result",
	  "EAGAIN ECONNRESET", run_recv_into },
	{ "recvfrom_into", "socket:socket variable:name [size:count] [flags:int]",
	  "ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, struct sockaddr *src, socklen_t *addrlen)",
	  "socket.recvfrom_into(buffer[, nbytes[, flags]])",
	  "receive a datagram into a variable: the number of bytes and the sender are the result", "EAGAIN", run_recvfrom_into },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
