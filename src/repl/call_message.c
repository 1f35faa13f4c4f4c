/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sendmsg and recvmsg: bytes from several places, and what goes beside them. Descriptors are passed as sockets or
 * numbers, and come as numbers. */
#include "platform.h"

#include "core/sock.h"
#include "repl/call.h"
#include "repl/transfer.h"
#include "repl/wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

enum { PARTS_MAX = 64, DESCRIPTORS_MAX = 64 };

/* ---- what is sent -------------------------------------------------------------------------------- */

/* The texts of DATA, a list or one text, as PARTS. Returns their number, or -1. */
static int take_parts(struct repl *repl, struct value *data, struct iovec parts[PARTS_MAX])
{
	struct value *items = value_is_sequence(data) ? data->items : data;
	size_t count = value_is_sequence(data) ? data->count : 1;

	if (count > PARTS_MAX)
		return repl_fail(repl, "ValueError", "at most %d parts", PARTS_MAX);
	for (size_t i = 0; i < count; i++) {
		if (items[i].kind != VALUE_TEXT)
			return repl_fail(repl, "TypeError", "sendmsg: the parts are bytes: sendmsg SOCKET [\"a\" \"b\"]");
		parts[i] = (struct iovec){ items[i].bytes, items[i].count };
	}
	return (int)count;
}

/* The data of one ancillary message: bytes as they are, or descriptors. Returns its length, or -1. */
static int take_descriptors(struct repl *repl, const struct value *data, int numbers[DESCRIPTORS_MAX])
{
	const struct value *items = value_is_sequence(data) ? data->items : data;
	size_t count = value_is_sequence(data) ? data->count : 1;

	if (data->kind == VALUE_TEXT && data->count <= DESCRIPTORS_MAX * sizeof *numbers) {
		memcpy(numbers, data->bytes, data->count);
		return (int)data->count;
	}
	if (count > DESCRIPTORS_MAX || data->kind == VALUE_TEXT)
		return repl_fail(repl, "ValueError", "too much ancillary data");
	for (size_t i = 0; i < count; i++) {
		int64_t number = -1;

		if (items[i].kind == VALUE_OBJECT)
			number = items[i].object->fd;
		else if (value_int(&items[i], &number) < 0)
			number = -1;
		if (number < 0)
			return repl_fail(repl, "TypeError", "ancillary data is bytes, or a list of sockets or descriptors");
		numbers[i] = (int)number;
	}
	return (int)(count * sizeof *numbers);
}

/* Adds (LEVEL, TYPE, DATA) to MESSAGE's ancillary data, which has SIZE bytes. */
static int add_ancillary(struct repl *repl, const struct value *item, struct msghdr *message, size_t size)
{
	int numbers[DESCRIPTORS_MAX];
	int64_t level, type;

	if (!value_is_sequence(item) || item->count != 3 || value_int(&item->items[0], &level) < 0 ||
	    value_int(&item->items[1], &type) < 0)
		return repl_fail(repl, "TypeError", "ancillary data is a list of (LEVEL TYPE DATA)");
	int length = take_descriptors(repl, &item->items[2], numbers);
	if (length < 0)
		return -1;
	if (message->msg_controllen + CMSG_SPACE((size_t)length) > size)
		return repl_fail(repl, "ValueError", "too much ancillary data");
	struct cmsghdr *header = (struct cmsghdr *)(void *)((char *)message->msg_control + message->msg_controllen);
	header->cmsg_level = (int)level;
	header->cmsg_type = (int)type;
	header->cmsg_len = (socklen_t)CMSG_LEN((size_t)length);
	memcpy(CMSG_DATA(header), numbers, (size_t)length);
	message->msg_controllen += (socklen_t)CMSG_SPACE((size_t)length);
	return 0;
}

static int run_sendmsg(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct object *socket = arguments[0].object;
	_Alignas(struct cmsghdr) char control[4096] = { 0 };
	struct iovec parts[PARTS_MAX];
	struct msghdr message = { .msg_iov = parts, .msg_control = control };
	int flags = call_int(&arguments[3], 0);
	int count = take_parts(repl, &arguments[1], parts);

	if (count < 0)
		return -1;
	message.msg_iovlen = (size_t)count;
	for (size_t i = 0; value_is_sequence(&arguments[2]) && i < arguments[2].count; i++) {
		if (add_ancillary(repl, &arguments[2].items[i], &message, sizeof control) < 0)
			return -1;
	}
	if (message.msg_controllen == 0)
		message.msg_control = NULL;
	if (arguments[4].kind == VALUE_ADDRESS) {
		message.msg_name = &arguments[4].address->address;
		message.msg_namelen = arguments[4].address->length;
	}
	if ((flags & MSG_DONTWAIT) == 0 && wait_ready(repl, socket, POLLOUT, wait_deadline(socket)) < 0)
		return -1;
	ssize_t sent = sock_sendmsg(socket->fd, &message, transfer_flags(socket, flags));
	if (sent < 0)
		return repl_fail_errno(repl);
	*result = value_number(sent);
	return 0;
}

/* ---- what is received ---------------------------------------------------------------------------- */

/* One ancillary message as (LEVEL, TYPE, DATA): descriptors as a list of numbers, other data as bytes. */
static int ancillary_value(const struct cmsghdr *header, struct value *value)
{
	size_t length = header->cmsg_len - CMSG_LEN(0);
	bool are_descriptors = header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS;
	struct value data = value_sequence(VALUE_LIST);

	*value = value_sequence(VALUE_TUPLE);
	if (value_add(value, value_constant(header->cmsg_level, CONSTANT_LEVEL)) < 0 ||
	    value_add(value, header->cmsg_level == SOL_SOCKET ? value_constant(header->cmsg_type, CONSTANT_ANCILLARY)
	                                                      : value_number(header->cmsg_type)) < 0)
		return -1;
	for (size_t i = 0; are_descriptors && i < length / sizeof(int); i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
		if (value_add(&data, value_number(fd)) < 0)
			return -1;
	}
	if (!are_descriptors && value_set_text(&data, CMSG_DATA(header), length) < 0)
		return -1;
	return value_add(value, data);
}

/* (DATA, ANCILLARY, FLAGS, ADDRESS). */
static int message_value(const struct msghdr *message, size_t got, struct value *result)
{
	struct value part, address = value_none(), ancillary = value_sequence(VALUE_LIST);
	struct endpoint from = { .length = message->msg_namelen };

	*result = value_sequence(VALUE_TUPLE);
	if (value_set_text(&part, message->msg_iov->iov_base, got) < 0 || value_add(result, part) < 0)
		return -1;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR((struct msghdr *)message, at)) {
		if (ancillary_value(at, &part) < 0 || value_add(&ancillary, part) < 0) {
			value_release(&ancillary);
			return -1;
		}
	}
	if (from.length > 0) {
		memcpy(&from.address, message->msg_name, from.length);
		if (value_set_address(&address, &from) < 0) {
			value_release(&ancillary);
			return -1;
		}
	}
	if (value_add(result, ancillary) < 0)
		return -1;
	return value_add(result, value_constant(message->msg_flags & ~MSG_CMSG_CLOEXEC, CONSTANT_MESSAGE)) < 0 ||
	                       value_add(result, address) < 0
	               ? -1
	               : 0;
}

static int run_recvmsg(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct object *socket = arguments[0].object;
	_Alignas(struct cmsghdr) char control[4096];
	int size = call_int(&arguments[1], 0), room = call_int(&arguments[2], 0);
	struct iovec part = { malloc((size_t)size + 1), (size_t)size };
	struct sockaddr_storage from;
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_name = &from, .msg_namelen = sizeof from,
		                  .msg_control = room > 0 ? control : NULL,
		                  .msg_controllen = (socklen_t)((size_t)room < sizeof control ? (size_t)room : sizeof control) };
	int asked = call_int(&arguments[3], 0), flags = transfer_flags(socket, asked);
	int status;

	if (part.iov_base == NULL)
		return repl_fail_memory(repl);
	status = (asked & MSG_DONTWAIT) != 0 ? 0 : wait_ready(repl, socket, POLLIN, wait_deadline(socket));
	if (status == 0) {
		ssize_t got = sock_recvmsg(socket->fd, &message, flags);

		if (got < 0)
			status = repl_fail_errno(repl);
		else if (message_value(&message, got < size ? (size_t)got : (size_t)size, result) < 0)
			status = repl_fail_memory(repl);
	}
	free(part.iov_base);
	return status;
}

static int run_ancillary_room(struct repl *repl, struct value *arguments, struct value *result)
{
	int length = call_int(&arguments[0], 0);

	*result = value_unsigned(strcmp(repl->calling, "CMSG_LEN") == 0 ? CMSG_LEN((size_t)length) : CMSG_SPACE((size_t)length));
	return 0;
}

const struct call call_message_rows[] = {
	{ "sendmsg", "socket:socket buffers:any [ancdata:any] [flags:int] [address:address]",
	  "ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags)",
	  "socket.sendmsg(buffers[, ancdata[, flags[, address]]])",
	  "send several pieces as one, with ancillary data beside them: [(SOL_SOCKET SCM_RIGHTS [s])] passes a descriptor",
	  "EAGAIN EPIPE EMSGSIZE", run_sendmsg },
	{ "recvmsg", "socket:socket size:count [ancsize:count] [flags:int]",
	  "ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags)", "socket.recvmsg(bufsize[, ancbufsize[, flags]])",
	  "receive bytes, ancillary data, flags and the sender's address", "EAGAIN ECONNRESET", run_recvmsg },
	{ "CMSG_LEN", "length:count", "size_t CMSG_LEN(size_t length)", "socket.CMSG_LEN(length)",
	  "how long an ancillary message of LENGTH bytes is, without padding behind it", "", run_ancillary_room },
	{ "CMSG_SPACE", "length:count", "size_t CMSG_SPACE(size_t length)", "socket.CMSG_SPACE(length)",
	  "how much room an ancillary message of LENGTH bytes takes", "", run_ancillary_room },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
