/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * UDP_SEGMENT (udp(7)): datagrams of one length to one peer go down as one message, which the kernel cuts up, as late as it
 * can. Where that cannot be (they do not fit the link, or the system does not offer it there) a batch of single ones goes. */
#include "platform.h"

#include "core/datagram_mechanism.h"

#include "core/sock.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

enum {
	SEGMENTS_OLD = 64,  /* DATAGRAM_TOGETHER before Linux 6.9 */
	GROUPS_MAX = 32,    /* messages of one call */
	PIECES_MAX = 8 * DATAGRAM_TOGETHER
};

/* What is being put together for one call. */
struct groups {
	struct mmsghdr messages[GROUPS_MAX];
	struct datagram_frame frames[GROUPS_MAX];
	struct iovec pieces[PIECES_MAX];
	int sizes[GROUPS_MAX]; /* datagrams in each */
	int count, used;       /* groups; pieces */
};

static bool same_way(const struct datagram *a, const struct datagram *b)
{
	bool same_peer = a->peer == b->peer || (a->peer != NULL && b->peer != NULL && endpoint_equal(a->peer, b->peer));

	return same_peer && a->here == b->here;
}

/* How many of COUNT datagrams make one message: all of the first one's length, but the last may be shorter. */
static int group_size(const struct datagram *items, int count, int most)
{
	size_t length = items[0].length, total = length;
	int size = 1;

	while (size < count && size < most && length > 0 && items[size - 1].length == length) {
		const struct datagram *next = &items[size];

		total += next->length;
		if (next->length == 0 || next->length > length || total > DATAGRAM_MAX_IPV4 || !same_way(&items[0], next))
			break;
		size++;
	}
	return size;
}

/* The data of SIZE items as pieces; what lies side by side is one. Returns how many. */
static int fill_pieces(struct iovec *pieces, const struct datagram *items, int size)
{
	int count = 0;

	for (int i = 0; i < size; i++) {
		struct iovec *last = count > 0 ? &pieces[count - 1] : NULL;

		if (last != NULL && (unsigned char *)last->iov_base + last->iov_len == items[i].data)
			last->iov_len += items[i].length;
		else
			pieces[count++] = (struct iovec){ .iov_base = items[i].data, .iov_len = items[i].length };
	}
	return count;
}

static void add_group(struct groups *groups, const struct datagram *items, int size)
{
	struct msghdr *message = &groups->messages[groups->count].msg_hdr;
	struct datagram_frame *frame = &groups->frames[groups->count];
	struct iovec *pieces = &groups->pieces[groups->used];

	datagram_frame_fill(frame, message, &items[0]);
	if (size > 1) {
		uint16_t length = (uint16_t)items[0].length;

		datagram_frame_control(frame, message, SOL_UDP, UDP_SEGMENT, &length, sizeof length);
		message->msg_iov = pieces;
		message->msg_iovlen = (size_t)fill_pieces(pieces, items, size);
		groups->used += (int)message->msg_iovlen;
	}
	groups->sizes[groups->count++] = size;
}

/* A kernel that knows the option tells its value. */
static int segment_prepare(struct datagram_socket *socket)
{
	int size = 0;
	socklen_t length = sizeof size;

	if (sock_getsockopt(socket->fd, SOL_UDP, UDP_SEGMENT, &size, &length) < 0)
		return -1;
	socket->cuts = DATAGRAM_TOGETHER;
	return 0;
}

static bool is_refusal(int error)
{
	return error == EINVAL || error == EMSGSIZE || error == EIO || error == EOPNOTSUPP || error == ENOPROTOOPT;
}

static int segment_send(struct datagram_socket *socket, const struct datagram *items, int count)
{
	struct groups groups;
	int done = 0;

	groups.count = groups.used = 0;
	while (done < count && groups.count < GROUPS_MAX && groups.used + socket->cuts <= PIECES_MAX) {
		int size = group_size(items + done, count - done, socket->cuts);

		add_group(&groups, items + done, size);
		done += size;
	}
	int sent = sock_sendmmsg(socket->fd, groups.messages, (unsigned)groups.count, 0);
	if (sent < 0 && groups.sizes[0] > SEGMENTS_OLD && is_refusal(errno)) {
		socket->cuts = SEGMENTS_OLD;
		return segment_send(socket, items, count);
	}
	if (sent < 0 && groups.sizes[0] > 1 && is_refusal(errno))
		return datagram_sender_mmsg.send(socket, items, groups.sizes[0]);
	done = sent < 0 ? -1 : 0;
	for (int i = 0; i < sent; i++)
		done += groups.sizes[i];
	return done;
}

const struct datagram_sender datagram_sender_segment = { "segment", segment_prepare, segment_send };
