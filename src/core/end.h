/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One end of a pump: a descriptor, what it is, and how to use it without ever blocking and without
 * setting O_NONBLOCK on a description that other processes share. */
#ifndef NSK_CORE_END_H
#define NSK_CORE_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum end_kind {
	END_SOCKET,
	END_PIPE,
	END_TERMINAL,
	END_FILE,  /* regular: always ready */
	END_NULL,  /* /dev/null */
	END_OTHER, /* another device */
	END_SINK   /* no descriptor at all: a function takes the bytes */
};

/* Takes COUNT bytes or fewer; returns how many, or -1 with errno. EAGAIN: not now; it is asked again when there is
 * more, or when it tells whoever waits. URGENT: there cannot be more before it has taken some. */
typedef ssize_t end_sink(void *context, const void *data, size_t count, bool urgent);

/* Functions that stand for read(2) and write(2) at a terminal whose line somebody edits. */
struct end_terminal {
	ssize_t (*read)(void *context, void *data, size_t length); /* 0: the end; -1 with errno, EAGAIN: not yet */
	ssize_t (*write)(void *context, int fd, const void *data, size_t length); /* NULL: the output is none of its */
	int64_t (*turn)(void *context); /* called when all was written for now; returns when to do so again (deadline.h) */
	void *context;
};

struct end {
	int fd;       /* to read and write; -1: none, or closed */
	int given_fd; /* the descriptor as given, where fd is our own opening of the same pipe or terminal; else -1 */
	enum end_kind kind;
	bool is_tcp;
	bool is_local; /* a Unix socket */
	bool records; /* what is sent keeps its boundaries (SOCK_SEQPACKET) */
	bool splices; /* splice(2) may write here (not: O_APPEND) */
	size_t write_limit; /* a longer write might block */
	end_sink *sink;
	void *sink_context;
	bool urgent; /* what the sink is told next */
	const struct end_terminal *terminal; /* NULL: read and written as it is */
};

/* Looks at FD. A terminal, and a pipe that is WRITTEN, is opened once more, non-blocking, where the system allows it
 * (/proc/self/fd); else writes are kept so short that they do not block when poll says ready. */
void end_open(struct end *end, int fd, bool written);

/* Whether FD is /dev/null: an input that has nothing to say, not one that is empty. */
bool end_is_dev_null(int fd);

/* A socket of ours, non-blocking already. */
void end_open_socket(struct end *end, int fd);

/* The same for FD, which is of LIKE's kind: nothing is asked of the kernel. */
void end_open_socket_like(struct end *end, int fd, const struct end *like);

/* An end that only takes bytes, by SINK; NULL: everything, and forgets it. */
void end_open_sink(struct end *end, end_sink *sink, void *context);

/* read(2) and write(2), recv and send for sockets; -1 with EAGAIN instead of blocking. EINTR is taken care of. */
ssize_t end_read(const struct end *end, void *data, size_t length);
ssize_t end_write(const struct end *end, const void *data, size_t length);

/* Takes what has come to a socket; of a record LENGTH bytes, the rest of it is lost. *ENDED: the peer has ended, and 0 is no
 * empty record. */
ssize_t end_receive(const struct end *end, void *data, size_t length, bool *ended);

/* Whether reading before poll has said so, or twice after it has, may block: the descriptor is shared, and left as it
 * was found. */
bool end_may_block(const struct end *end);

/* Whether something, or the end, can be read without waiting. */
bool end_is_readable(const struct end *end);

/* Whether some bytes can be written without waiting. */
bool end_is_writable(const struct end *end);

/* Whether nobody is at the other side of a pipe or socket any more (poll(2): POLLERR, POLLHUP). */
bool end_is_gone(const struct end *end);

/* Lets whoever reads at the other side see the end: half-closes a socket, leaves a terminal and /dev/null alone, closes anything
 * else (a standard descriptor gets /dev/null instead). -1 with errno when the close tells of lost data. */
int end_finish(struct end *end);

/* Whether end_finish will close END. */
bool end_closes(const struct end *end);

/* Empties FD if it is a regular file. 0, or -1 with errno. One that is empty is left alone: ext4 takes truncating it for
 * replacing it, and writes it out when it is closed (ext4(5), auto_da_alloc). */
int end_empty_file(int fd);

/* Lets go of what end_open opened, not of the descriptor given. */
void end_release(struct end *end);

#endif
