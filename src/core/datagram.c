/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See datagram.h. The front: chooses the mechanism, keeps the room, takes messages apart. */
#include "platform.h"

#include "core/datagram.h"

#include "core/datagram_mechanism.h"
#include "core/sock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	JOINED_BYTES = 65536,         /* the most that the kernel hands over at once */
	ROOM_BYTES = 64 * 1024 * 1024 /* with buffers so long that this is not enough a call takes fewer in, or one */
};

/* For every socket, best first; a NULL ends each list. */
static const struct datagram_sender *const senders[] = {
#if HAVE_MMSG
	&datagram_sender_mmsg,
#endif
	&datagram_sender_plain,
	NULL,
};

static const struct datagram_receiver *const receivers[] = {
#if HAVE_MMSG
	&datagram_receiver_mmsg,
#endif
	&datagram_receiver_plain,
	NULL,
};

/* For those whose kernel cuts and joins. */
static const struct datagram_sender *const cutting =
#if HAVE_MMSG && HAVE_UDP_SEGMENT
	&datagram_sender_segment;
#else
	NULL;
#endif

static const struct datagram_receiver *const joining =
#if HAVE_MMSG && HAVE_UDP_GRO
	&datagram_receiver_gro;
#else
	NULL;
#endif

/* Tests choose the mechanism; nobody else needs to. */
static const char *wanted(void)
{
	static bool asked;
	static const char *name;

	if (!asked)
		name = getenv("NSK_DATAGRAM");
	asked = true;
	return name;
}

static bool is_wanted(const char *mechanism)
{
	return wanted() == NULL || strcmp(wanted(), mechanism) == 0;
}

static const struct datagram_receiver *receiver_of(const struct datagram_socket *socket)
{
	const char *name = wanted();

	if (socket->joined)
		return joining;
	for (int i = 0; name != NULL && receivers[i] != NULL; i++) {
		if (strcmp(receivers[i]->name, name) == 0)
			return receivers[i];
	}
	return receivers[0];
}

static const struct datagram_sender *sender_of(const struct datagram_socket *socket)
{
	const char *name = wanted();

	if (socket->cuts > 0)
		return cutting;
	for (int i = 0; name != NULL && senders[i] != NULL; i++) {
		if (strcmp(senders[i]->name, name) == 0)
			return senders[i];
	}
	return senders[0];
}

int datagram_send(struct datagram_socket *socket, const struct datagram *items, int count)
{
	const struct datagram_sender *sender = count == 1 ? &datagram_sender_plain : sender_of(socket);

	return sender->send(socket, items, count);
}

/* ---- messages to send ------------------------------------------------------------------------------ */

void datagram_frame_control(struct datagram_frame *frame, struct msghdr *message, int level, int type, const void *data,
                            size_t length)
{
	struct cmsghdr *at = (struct cmsghdr *)(void *)(frame->control + message->msg_controllen);

	memset(at, 0, CMSG_SPACE(length));
	at->cmsg_level = level;
	at->cmsg_type = type;
	at->cmsg_len = (socklen_t)CMSG_LEN(length);
	memcpy(CMSG_DATA(at), data, length);
	message->msg_control = frame->control;
	message->msg_controllen += (socklen_t)CMSG_SPACE(length);
}

void datagram_frame_fill(struct datagram_frame *frame, struct msghdr *message, const struct datagram *item)
{
	frame->piece = (struct iovec){ .iov_base = item->data, .iov_len = item->length };
	*message = (struct msghdr){ .msg_iov = &frame->piece, .msg_iovlen = 1 };
	if (item->peer != NULL) {
		message->msg_name = (void *)(uintptr_t)&item->peer->address;
		message->msg_namelen = item->peer->length;
	}
	if (item->here != NULL)
		datagram_leave_from(frame, message, item->here);
}

/* ---- messages received ------------------------------------------------------------------------------ */

struct slot {
	struct endpoint peer, here;
	struct iovec piece;
	_Alignas(struct cmsghdr) char control[256];
};

struct datagram_room {
	size_t limit;  /* of a datagram */
	size_t length; /* of a slot's buffer; 0: none yet */
	int count;
	unsigned char *memory;
	struct slot *slots;
	struct mmsghdr *messages;
	struct datagram *items;
	int item_count, item_capacity;
	bool took_all;
};

void datagram_socket_init(struct datagram_socket *socket, int fd, unsigned wishes)
{
	int family = sock_family(fd);
	bool is_udp = family == AF_INET || family == AF_INET6;

	*socket = (struct datagram_socket){ .fd = fd };
	if (is_udp && cutting != NULL && is_wanted(cutting->name))
		cutting->prepare(socket);
	if (is_udp && joining != NULL && is_wanted(joining->name) && (wishes & DATAGRAM_BULK))
		socket->joined = joining->prepare(fd) == 0;
	if (wishes & DATAGRAM_DROPS)
		datagram_ask_for_drops(fd);
	if (wishes & DATAGRAM_HERE)
		socket->tells_here = datagram_ask_for_here(fd, family) == 0;
}

struct datagram_room *datagram_room_open(size_t limit, int count)
{
	struct datagram_room *room = calloc(1, sizeof *room);

	if (room == NULL)
		return NULL;
	room->limit = limit;
	if (limit > 0 && (size_t)count > ROOM_BYTES / limit)
		count = limit < ROOM_BYTES ? (int)(ROOM_BYTES / limit) : 1;
	room->count = count;
	room->slots = calloc((size_t)count, sizeof *room->slots);
	room->messages = calloc((size_t)count, sizeof *room->messages);
	if (room->slots == NULL || room->messages == NULL) {
		datagram_room_close(room);
		errno = ENOMEM;
		return NULL;
	}
	return room;
}

void datagram_room_close(struct datagram_room *room)
{
	int saved = errno;

	if (room != NULL) {
		free(room->memory);
		free(room->slots);
		free(room->messages);
		free(room->items);
		free(room);
	}
	errno = saved;
}

/* Buffers of LENGTH bytes at least. They are a little apart, so that they do not share the same few lines of the cache. */
static int make_buffers(struct datagram_room *room, size_t length)
{
	enum { LINE = 64, APART = 3 * LINE };
	size_t stride;

	if (room->length >= length && room->memory != NULL)
		return 0;
	if (length > SIZE_MAX / 2 / DATAGRAM_BATCH) {
		errno = ENOMEM;
		return -1;
	}
	stride = (length + LINE - 1) / LINE * LINE + APART;
	free(room->memory);
	room->memory = malloc(stride * (size_t)room->count);
	if (room->memory == NULL)
		return -1;
	room->length = length;
	for (int i = 0; i < room->count; i++)
		room->slots[i].piece = (struct iovec){ .iov_base = room->memory + stride * (size_t)i, .iov_len = length };
	return 0;
}

/* Makes the messages ready to be filled; what the kernel may change is set anew. */
static void lay_out(struct datagram_room *room, const struct datagram_socket *socket)
{
	for (int i = 0; i < room->count; i++) {
		struct slot *slot = &room->slots[i];

		room->messages[i] = (struct mmsghdr){
			.msg_hdr = { .msg_name = &slot->peer.address, .msg_namelen = sizeof slot->peer.address,
			             .msg_iov = &slot->piece, .msg_iovlen = 1, .msg_control = slot->control,
			             .msg_controllen = sizeof slot->control }
		};
		if (!socket->joined && slot->piece.iov_len > room->limit)
			slot->piece.iov_len = room->limit;
		else if (socket->joined)
			slot->piece.iov_len = room->length;
	}
}

/* What stands beside a message: returns how many were dropped since the last one, fills the slot's here. */
static uint32_t read_controls(struct datagram_socket *socket, struct slot *slot, struct msghdr *message, bool *has_here)
{
	uint32_t dropped = socket->dropped;

	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
		dropped = datagram_read_drops(at, dropped);
		if (socket->tells_here && datagram_read_here(at, &slot->here))
			*has_here = true;
	}
	uint32_t fresh = dropped - socket->dropped;
	socket->dropped = dropped;
	return fresh;
}

static int reserve_items(struct datagram_room *room, size_t more)
{
	size_t needed = (size_t)room->item_count + more;
	struct datagram *items;

	if (needed <= (size_t)room->item_capacity)
		return 0;
	needed += needed / 2 + DATAGRAM_BATCH;
	items = realloc(room->items, needed * sizeof *items);
	if (items == NULL)
		return -1;
	room->items = items;
	room->item_capacity = (int)needed;
	return 0;
}

/* Adds the datagrams of one message: it may be several, joined, of PIECE bytes each but the last. */
static int take_apart(struct datagram_room *room, struct datagram_socket *socket, int index, size_t piece)
{
	struct mmsghdr *message = &room->messages[index];
	struct slot *slot = &room->slots[index];
	bool has_here = false, cut = (message->msg_hdr.msg_flags & MSG_TRUNC) != 0;
	uint32_t dropped = read_controls(socket, slot, &message->msg_hdr, &has_here);
	size_t whole = message->msg_len;

	slot->peer.length = message->msg_hdr.msg_namelen;
	if (piece == 0 || piece > whole)
		piece = whole;
	if (reserve_items(room, piece > 0 ? whole / piece + 1 : 1) < 0)
		return -1;
	for (size_t at = 0; at < whole || at == 0; at += piece) {
		size_t length = whole - at < piece ? whole - at : piece;
		size_t kept = length < room->limit ? length : room->limit;

		room->items[room->item_count++] = (struct datagram){
			.data = (unsigned char *)slot->piece.iov_base + at, .length = kept, .whole = length,
			.truncated = cut || kept < length, .dropped = dropped, .peer = &slot->peer,
			.here = has_here ? &slot->here : NULL
		};
		dropped = 0;
		if (piece == 0)
			break;
	}
	return 0;
}

int datagram_receive(struct datagram_room *room, struct datagram_socket *socket, const struct datagram **items)
{
	const struct datagram_receiver *receiver = receiver_of(socket);
	size_t length = socket->joined && room->limit < JOINED_BYTES ? JOINED_BYTES : room->limit;

	if (make_buffers(room, length) < 0)
		return -1;
	lay_out(room, socket);
	int count = receiver->receive(socket->fd, room->messages, room->count);
	if (count < 0)
		return -1;
	room->took_all = receiver->batches && count < room->count;
	room->item_count = 0;
	for (int i = 0; i < count; i++) {
		size_t piece = receiver->piece != NULL ? receiver->piece(&room->messages[i].msg_hdr) : 0;

		if (take_apart(room, socket, i, piece) < 0)
			return -1;
	}
	*items = room->items;
	return room->item_count;
}

bool datagram_room_took_all(const struct datagram_room *room)
{
	return room->took_all;
}
