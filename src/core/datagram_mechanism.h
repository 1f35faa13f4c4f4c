/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files datagram_NAME.c are to datagram.c: ways to move datagrams, one a file. */
#ifndef NSK_CORE_DATAGRAM_MECHANISM_H
#define NSK_CORE_DATAGRAM_MECHANISM_H

#include "core/datagram.h"

#include <netinet/in.h>
#include <sys/uio.h>

/* One of datagram_send's ways: the same contract. */
struct datagram_sender {
	const char *name;
	/* 0, or -1: not on this socket. NULL: on every one. */
	int (*prepare)(struct datagram_socket *socket);
	int (*send)(struct datagram_socket *socket, const struct datagram *items, int count);
};

/* One of datagram_receive's ways. */
struct datagram_receiver {
	const char *name;
	bool batches; /* receives as many as there are */
	/* 0, or -1: not on this socket. NULL: on every one. */
	int (*prepare)(int fd);
	/* Fills the first of COUNT messages. Returns how many, or -1 with errno. */
	int (*receive)(int fd, struct mmsghdr *messages, int count);
	/* How long the datagrams are that were joined to one message; 0: it is one. NULL: never joined. */
	size_t (*piece)(struct msghdr *message);
};

/* What a message needs beside its header. */
struct datagram_frame {
	struct iovec piece;
	_Alignas(struct cmsghdr) char control[128];
};

/* Makes MESSAGE send ITEM, with the help of FRAME. */
void datagram_frame_fill(struct datagram_frame *frame, struct msghdr *message, const struct datagram *item);

/* Adds a control message to MESSAGE, whose control buffer is FRAME's. */
void datagram_frame_control(struct datagram_frame *frame, struct msghdr *message, int level, int type, const void *data,
                            size_t length);

/* What the kernel tells beside datagrams (datagram_about.c): of which address of ours (0, or -1: not on FD), how many it has
 * thrown away. */
int datagram_ask_for_here(int fd, int family);
void datagram_ask_for_drops(int fd);

/* MESSAGE is to leave from HERE, and not from what the way to the peer suggests. */
void datagram_leave_from(struct datagram_frame *frame, struct msghdr *message, const struct endpoint *here);

/* What CONTROL says: the address of ours; false if it is about something else. How many so far; BEFORE if it is not about that. */
bool datagram_read_here(const struct cmsghdr *control, struct endpoint *here);
uint32_t datagram_read_drops(const struct cmsghdr *control, uint32_t before);

/* Empties FD's queue of errors (datagram_errqueue.c). Returns the first, 0 if there is none. */
int datagram_take_queued(int fd);

extern const struct datagram_sender datagram_sender_plain, datagram_sender_mmsg, datagram_sender_segment;
extern const struct datagram_receiver datagram_receiver_plain, datagram_receiver_mmsg, datagram_receiver_gro;

#endif
