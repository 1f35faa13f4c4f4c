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
	SEGMENTS_MAX = 64,  /* of one message: older kernels take no more */
	GROUPS_MAX = 32     /* messages of one call */
};

/* What is being put together for one call. */
struct groups {
	struct mmsghdr messages[GROUPS_MAX];
	struct datagram_frame frames[GROUPS_MAX];
	struct iovec pieces[DATAGRAM_BATCH * 4];
	int sizes[GROUPS_MAX]; /* datagrams in each */
	int count, used;       /* groups; pieces */
};

static bool same_way(const struct datagram *a, const struct datagram *b)
{
	bool same_peer = a->peer == b->peer || (a->peer != NULL && b->peer != NULL && endpoint_equal(a->peer, b->peer));

	return same_peer && a->here == b->here;
}

/* How many of COUNT datagrams make one message: all of the first one's length, but the last may be shorter. */
static int group_size(const struct datagram *items, int count)
{
	size_t length = items[0].length, total = length;
	int size = 1;

	while (size < count && size < SEGMENTS_MAX && length > 0 && items[size - 1].length == length) {
		const struct datagram *next = &items[size];

		total += next->length;
		if (next->length == 0 || next->length > length || total > DATAGRAM_MAX_IPV4 || !same_way(&items[0], next))
			break;
		size++;
	}
	return size;
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
		for (int i = 0; i < size; i++)
			pieces[i] = (struct iovec){ .iov_base = items[i].data, .iov_len = items[i].length };
		message->msg_iov = pieces;
		message->msg_iovlen = (size_t)size;
		groups->used += size;
	}
	groups->sizes[groups->count++] = size;
}

/* A kernel that knows the option tells its value. */
static int segment_prepare(int fd)
{
	int size = 0;
	socklen_t length = sizeof size;

	return sock_getsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, &length);
}

static bool is_refusal(int error)
{
	return error == EINVAL || error == EMSGSIZE || error == EIO || error == EOPNOTSUPP || error == ENOPROTOOPT;
}

static int segment_send(int fd, const struct datagram *items, int count)
{
	enum { PIECES_MAX = sizeof ((struct groups *)0)->pieces / sizeof ((struct groups *)0)->pieces[0] };
	struct groups groups;
	int done = 0;

	groups.count = groups.used = 0;
	while (done < count && groups.count < GROUPS_MAX && groups.used + SEGMENTS_MAX <= PIECES_MAX) {
		int size = group_size(items + done, count - done);

		add_group(&groups, items + done, size);
		done += size;
	}
	int sent = sock_sendmmsg(fd, groups.messages, (unsigned)groups.count, 0);
	if (sent < 0 && groups.sizes[0] > 1 && is_refusal(errno))
		return datagram_sender_mmsg.send(fd, items, groups.sizes[0]);
	done = sent < 0 ? -1 : 0;
	for (int i = 0; i < sent; i++)
		done += groups.sizes[i];
	return done;
}

const struct datagram_sender datagram_sender_segment = { "segment", segment_prepare, segment_send };
