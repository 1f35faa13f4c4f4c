/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one seam for socket system calls: no other file makes one. Each wrapper is the call it is named
 * after, with EINTR taken care of, close-on-exec set on every descriptor made and no SIGPIPE; it returns
 * what the call returns (-1 with errno). An observer sees each call after it was made; a saboteur may
 * fail it before (unit tests). Both cost one comparison when there is none. */
#ifndef NSK_CORE_SOCK_H
#define NSK_CORE_SOCK_H

#include "platform.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/types.h>

enum sock_call {
	SOCK_SOCKET,
	SOCK_SOCKETPAIR,
	SOCK_BIND,
	SOCK_LISTEN,
	SOCK_ACCEPT,
	SOCK_CONNECT,
	SOCK_SEND,
	SOCK_SENDTO,
	SOCK_RECV,
	SOCK_RECVFROM,
	SOCK_SENDMSG,
	SOCK_RECVMSG,
	SOCK_SENDMMSG,
	SOCK_RECVMMSG,
	SOCK_SPLICE,
	SOCK_SETSOCKOPT,
	SOCK_GETSOCKOPT,
	SOCK_GETSOCKNAME,
	SOCK_GETPEERNAME,
	SOCK_SHUTDOWN,
	SOCK_CLOSE,
	SOCK_POLL, /* the waiting calls, from here on */
	SOCK_SELECT,
	SOCK_EPOLL_WAIT
};

/* One call as it was made. Fields that the call has not are zero. */
struct sock_event {
	enum sock_call call;
	int fd;
	int64_t result; /* what it returned */
	int error;      /* errno if that was -1, else 0 */
	int domain, type, protocol;
	const struct sockaddr *address; /* given, or filled by the call */
	socklen_t address_length;
	const void *data; /* sent, received, or an option's value */
	size_t length;    /* of data asked for; of an option's value */
	int flags;        /* of send and recv; how of shutdown; listen's backlog */
	int level, option;
	int other_fd; /* the second of a pair; a splice's pipe */
	/* Of the waiting calls, after them: LENGTH pollfds; three fd_sets, LENGTH being select's first argument, NULL
	 * for none; RESULT epoll_events, LENGTH the room for them. */
	const void *waited[3];
	int timeout_ms; /* -1: none */
};

typedef void sock_observer(const struct sock_event *event, void *context);
typedef int sock_saboteur(enum sock_call call, int fd); /* an errno to fail with, or 0 */

/* Sets who sees each call from now on; NULL: nobody. */
void sock_observe(sock_observer *function, void *context);
void sock_sabotage(sock_saboteur *function);

/* Sets who is told that the descriptor is about to be closed, while it can still be asked; NULL: nobody. */
void sock_observe_closing(void (*function)(int fd));

bool sock_is_observed(void);

/* Tells the observer of EVENT, whose result and error are set here; keeps errno. Returns RESULT. For sock_NAME.c alone. */
int64_t sock_told(struct sock_event *event, int64_t result);

int sock_socket(int domain, int type, int protocol);
int sock_socketpair(int domain, int type, int protocol, int pair[2]);
int sock_bind(int fd, const struct sockaddr *address, socklen_t length);
int sock_listen(int fd, int backlog);
/* The new descriptor is non-blocking. EAGAIN when no connection waits. */
int sock_accept(int fd, struct sockaddr *address, socklen_t *length);
/* An EINTR here is EINPROGRESS: the connection goes on being made (POSIX). */
int sock_connect(int fd, const struct sockaddr *address, socklen_t length);
ssize_t sock_send(int fd, const void *data, size_t length, int flags);
ssize_t sock_recv(int fd, void *data, size_t length, int flags);
ssize_t sock_sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t to_length);
ssize_t sock_recvfrom(int fd, void *data, size_t length, int flags, struct sockaddr *from, socklen_t *from_length);
ssize_t sock_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t sock_recvmsg(int fd, struct msghdr *message, int flags);
/* Where the system has them (HAVE_MMSG). The event's data are the messages, its length how many. */
int sock_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
int sock_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
int sock_setsockopt(int fd, int level, int option, const void *value, socklen_t length);
int sock_getsockopt(int fd, int level, int option, void *value, socklen_t *length);
int sock_getsockname(int fd, struct sockaddr *address, socklen_t *length);
int sock_getpeername(int fd, struct sockaddr *address, socklen_t *length);
int sock_shutdown(int fd, int how);

/* Closes FD; accepts -1, keeps errno. */
void sock_close(int fd);

/* While ON, closing FD resets the connection instead of ending it (SO_LINGER of 0: socket(7)): so does the end of the process,
 * however it comes. */
int sock_reset_on_close(int fd, bool on);

/* Closes FD so that the peer sees a reset, not an end. */
void sock_close_reset(int fd);

/* Breaks FD's connection off at once, although other processes hold it too: the peer sees a reset, of a Unix socket the end. */
void sock_break_off(int fd);

/* Sets an option that is an int. */
int sock_set_int(int fd, int level, int option, int value);

/* Lets reading from FD, which is non-blocking, wait for a first byte, NS nanoseconds at most (what the kernel's clock makes of
 * them); 0: not at all, as before, though SO_RCVTIMEO stays. Writing to it would wait too, without end: for a socket that has
 * nothing to send. 0, or -1 with errno. */
int sock_set_read_wait(int fd, int64_t ns);

/* Before FD, a TCP socket, has a connection: if its congestion control paces (bbr), takes reno, which does not. Between two
 * ends on one machine there is no network to spare, and a timer for each segment costs more than moving it. Where the
 * system does not tell, nothing. */
void sock_unpace(int fd);

/* The pending error of FD (SO_ERROR), which it takes away; 0: none. */
int sock_take_error(int fd);

/* AF_INET, AF_INET6, AF_UNIX, or -1. SOCK_STREAM and so on, or -1. */
int sock_family(int fd);
int sock_type(int fd);

/* Whether listen was called on FD. Sees no observer. */
bool sock_listens(int fd);

/* Who made the other end of a Unix socket's connection. */
struct sock_credentials {
	long pid, uid, gid;
};

/* 0, or -1 with errno: ENOSYS where the system cannot tell. */
int sock_peer_credentials(int fd, struct sock_credentials *credentials);

/* How many bytes sent on FD the peer's kernel has not acknowledged yet (a FIN counts as one); 0 where
 * the family delivers at once (Unix) or the system cannot tell. Sees no observer. */
size_t sock_unacknowledged(int fd);

/* How many of them have not even left; 0 if it cannot be told. Sees no observer. */
size_t sock_unsent(int fd);

/* Whether this build can tell the number that is not acknowledged. */
bool sock_counts_unacknowledged(void);

/* Whether all that was sent is acknowledged, on a TCP socket both of whose directions have ended: 1, 0: not yet; -1 with
 * errno: it never will be, and what is lost cannot be told. */
int sock_settled(int fd);

/* How many bytes wait to be read; 0 if it cannot be told. */
size_t sock_readable(int fd);

/* The state of the TCP socket FD as tcp(7)'s TCP_INFO has it (TCP_ESTABLISHED ...), or -1. Sees no observer. */
int sock_tcp_state(int fd);

/* tcp(7)'s TCP_ESTABLISHED and so on, for where <netinet/tcp.h> has no states. */
enum { SOCK_TCP_ESTABLISHED = 1, SOCK_TCP_SYN_SENT = 2, SOCK_TCP_CLOSE = 7, SOCK_TCP_CLOSE_WAIT = 8 };

/* What a descriptor is, and how it stands. */
struct sock_standing {
	int domain, type; /* 0: it is no socket */
	int state;        /* TCP's; 0: it has none, or cannot tell */
	bool listens;
	bool resets;      /* SO_LINGER of 0 seconds: close sends a reset */
};

/* FD's. Sees no observer. */
struct sock_standing sock_stand(int fd);

/* Lets the kernel ask a silent TCP peer whether it is still there: after SECONDS, and again, PROBES times in all; where
 * that cannot be said, as often as the system does it. */
void sock_keep_alive(int fd, int seconds, int probes);

/* Lets what is sent on FD leave by the interface called NAME alone. EOPNOTSUPP where that cannot be said. */
int sock_bind_to_interface(int fd, const char *name);

/* Both addresses of the connected socket FD, as getsockname and getpeername give them. 0, or -1 with errno. Sees no
 * observer. */
int sock_ends(int fd, struct sockaddr_storage *here, socklen_t *here_length, struct sockaddr_storage *there,
              socklen_t *there_length);

/* poll, select and epoll_wait (where it is) with a signal mask (NULL: the current one). TIMEOUT_MS is -1 for none. */
struct pollfd;
struct epoll_event;
int sock_poll(struct pollfd *set, size_t count, int timeout_ms, const sigset_t *mask);
int sock_select(int limit, fd_set *readers, fd_set *writers, fd_set *others, int timeout_ms, const sigset_t *mask);
int sock_epoll_wait(int fd, struct epoll_event *events, int room, int timeout_ms, const sigset_t *mask);

/* How many datagrams the kernel has thrown away because FD's buffer was full; 0 if it cannot be told. */
uint32_t sock_dropped(int fd);

/* Tells the observer of a splice that pump_splice.c made on the socket FD. */
void sock_spliced(int fd, int pipe, size_t length, ssize_t result);
/* What the saboteur says of a splice on FD: 0, or -1 with errno. */
int sock_may_splice(int fd);

#endif
