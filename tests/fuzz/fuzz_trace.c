/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as what a socket call sent or received, as the peer's address and as an option's value: the trace of the call is
 * one line that fits and that a terminal does not obey, and there is a sentence for it. */
#include "platform.h"

#include "require.h"

#include "core/sock.h"
#include "view/trace.h"

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { HEADER = 8, PIECES = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the call moved, and the same in pieces, for the calls that take messages. */
struct moved {
	struct iovec pieces[PIECES];
	struct msghdr message;
	struct mmsghdr batch[PIECES];
};

static void cut(struct moved *moved, uint8_t *bytes, size_t size, size_t piece, struct sock_event *event)
{
	size_t count = 0;

	for (size_t at = 0; at < size && count < PIECES; at += piece, count++) {
		size_t length = size - at < piece ? size - at : piece;

		moved->pieces[count] = (struct iovec){ .iov_base = bytes + at, .iov_len = length };
		moved->batch[count].msg_hdr = (struct msghdr){ .msg_iov = &moved->pieces[count], .msg_iovlen = 1,
			                                       .msg_name = (void *)(uintptr_t)event->address,
			                                       .msg_namelen = event->address_length };
		moved->batch[count].msg_len = (unsigned)length;
	}
	moved->message = (struct msghdr){ .msg_iov = moved->pieces, .msg_iovlen = count };
	if (event->call == SOCK_SENDMSG || event->call == SOCK_RECVMSG) {
		event->data = &moved->message;
	} else if (event->call == SOCK_SENDMMSG || event->call == SOCK_RECVMMSG) {
		event->data = moved->batch;
		event->length = PIECES;
		event->result = event->result < (int64_t)count ? event->result : (int64_t)count;
	}
}

static void check(const struct sock_event *event)
{
	const struct sock_standing standing = { .type = event->type, .domain = event->domain, .state = event->protocol };
	struct trace_text *text = calloc(1, sizeof *text);

	require(text != NULL && trace_call_name(event->call) != NULL);
	trace_add_arguments(text, event);
	require(text->length < TRACE_TEXT_MAX && strlen(text->text) == text->length);
	for (size_t i = 0; i < text->length; i++)
		require(text->text[i] >= 0x20 && text->text[i] < 0x7f);
	*text = (struct trace_text){ .length = 0 };
	trace_add_sentence(text, event, &standing);
	require(text->length > 0 && text->length < TRACE_TEXT_MAX);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_storage *address = calloc(1, sizeof *address);
	struct moved moved;

	if (size < HEADER || address == NULL) {
		free(address);
		return 0;
	}
	size_t address_length = data[1] % (sizeof *address + 1);
	const uint8_t *at = data + HEADER;
	size -= HEADER;
	memcpy(address, at, address_length < size ? address_length : size);
	at += address_length < size ? address_length : size;
	size -= address_length < size ? address_length : size;
	uint8_t *bytes = malloc(size + 1); /* not a byte behind it is to be read */
	require(bytes != NULL);
	memcpy(bytes, at, size);
	struct sock_event event = { .call = (enum sock_call)(data[0] % SOCK_POLL), .fd = 3, .other_fd = 4, .data = bytes, .length = size,
		                    .address = (struct sockaddr *)address, .address_length = (socklen_t)address_length,
		                    .domain = data[2] % 16, .type = data[3] % 16, .protocol = data[4], .flags = data[5] << 4 | data[2] % 8,
		                    .level = data[3] % 64, .option = data[4] };
	event.result = data[6] % 2 == 0 ? -1 : (int64_t)(data[6] * size / 256);
	event.error = event.result < 0 ? data[7] : 0;
	cut(&moved, bytes, size, (size_t)data[5] % 50 + 1, &event);
	check(&event);
	free(bytes);
	free(address);
	return 0;
}
