/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A library for LD_PRELOAD that makes the kernel as unhelpful as it is allowed to be: reads and writes move
 * 1 to N bytes, and every second call on a descriptor fails, interrupted or finding nothing
 * to do, by turns. Nothing is lost or invented: a program that minds its return values sees the same bytes.
 *
 *	cc -shared -fPIC -O2 -o shim.so shim.c -ldl
 *	SHIM_SHORT=200 SHIM_EINTR=1 SHIM_EAGAIN=1 SHIM_SEED=7 LD_PRELOAD=./shim.so PROGRAM
 *
 *	SHIM_SHORT=N      at most N bytes a call, by chance
 *	SHIM_EINTR=1      EINTR: every second wait, every fourth transfer but on a regular file
 *	SHIM_EAGAIN=1     EAGAIN: every fourth transfer on a non-blocking descriptor, or asked to be so
 *	SHIM_HOLD=NAME    the first read from a terminal makes the file NAME.held, and waits (10 s) for the file NAME.go
 *	SHIM_SEED=N       another course of chances
 *	SHIM_REPORT=FILE  at exit how often each was done is written there: "short 12 eintr 3 eagain 4"
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static unsigned long limit_bytes;
static bool with_eintr, with_eagain;
static uint64_t chance = 1;
static unsigned long shortened, interrupted, refused;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 0 : strtoul(text, NULL, 10);
}

__attribute__((constructor)) static void begin(void)
{
	limit_bytes = number("SHIM_SHORT");
	with_eintr = number("SHIM_EINTR") != 0;
	with_eagain = number("SHIM_EAGAIN") != 0;
	chance = number("SHIM_SEED") * 0x9E3779B97F4A7C15U + 1;
}

__attribute__((destructor)) static void end(void)
{
	const char *name = getenv("SHIM_REPORT");
	FILE *report = name == NULL ? NULL : fopen(name, "a");

	if (report == NULL)
		return;
	fprintf(report, "short %lu eintr %lu eagain %lu\n", shortened, interrupted, refused);
	fclose(report);
}

/* xorshift64*, so that a seed gives the same course everywhere. */
static uint64_t next_chance(void)
{
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return chance * 0x2545F4914F6CDD1DU;
}

/* How many of WANTED bytes this call may move. */
static size_t allowed(size_t wanted)
{
	size_t some;

	if (limit_bytes == 0 || wanted <= 1)
		return wanted;
	pthread_mutex_lock(&lock);
	some = (size_t)(next_chance() >> 33) % limit_bytes + 1;
	if (some < wanted)
		shortened++;
	pthread_mutex_unlock(&lock);
	return some < wanted ? some : wanted;
}

enum side { TAKING, GIVING };
enum { DESCRIPTORS = 1024 };

/* Calls so far on one side of a descriptor. Counted apart, or two that take turns could fail for ever. */
static unsigned char turns[DESCRIPTORS][2];

/* Of four calls the second is interrupted and the fourth refused: each call that is repeated gets through. */
static bool fails(int fd, enum side side, bool nonblocking)
{
	struct stat what;
	unsigned turn;
	int flags;

	if ((!with_eintr && !with_eagain) || fd < 0 || fd >= DESCRIPTORS)
		return false;
	if (fstat(fd, &what) != 0 || S_ISREG(what.st_mode) || S_ISDIR(what.st_mode))
		return false;
	flags = fcntl(fd, F_GETFL);
	nonblocking = nonblocking || (flags >= 0 && (flags & O_NONBLOCK) != 0);
	pthread_mutex_lock(&lock);
	turn = turns[fd][side]++ % 4;
	interrupted += turn == 1 && with_eintr;
	refused += turn == 3 && with_eagain && nonblocking;
	pthread_mutex_unlock(&lock);
	errno = turn == 1 ? EINTR : EAGAIN;
	return turn == 1 ? with_eintr : turn == 3 && with_eagain && nonblocking;
}

static bool wait_fails(void)
{
	static unsigned turn;
	bool now;

	if (!with_eintr)
		return false;
	pthread_mutex_lock(&lock);
	now = turn++ % 2 == 1;
	interrupted += now;
	pthread_mutex_unlock(&lock);
	errno = EINTR;
	return now;
}

#define REAL(name) ((__typeof__(&(name)))real(#name))

static void *real(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return function;
}

/* ---- transfers ---------------------------------------------------------------------------------- */

static void hold(const char *name)
{
	char held[4096], go[4096];
	int fd;

	snprintf(held, sizeof held, "%s.held", name);
	snprintf(go, sizeof go, "%s.go", name);
	fd = open(held, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) /* not the first */
		return;
	close(fd);
	for (int i = 0; i < 1000 && access(go, F_OK) != 0; i++)
		REAL(poll)(NULL, 0, 10);
}

ssize_t read(int fd, void *buffer, size_t size)
{
	const char *held = getenv("SHIM_HOLD");

	if (held != NULL && isatty(fd))
		hold(held);
	return fails(fd, TAKING, false) ? -1 : REAL(read)(fd, buffer, allowed(size));
}

ssize_t write(int fd, const void *buffer, size_t size)
{
	return fails(fd, GIVING, false) ? -1 : REAL(write)(fd, buffer, allowed(size));
}

ssize_t recv(int fd, void *buffer, size_t size, int flags)
{
	return fails(fd, TAKING, (flags & MSG_DONTWAIT) != 0) ? -1 : REAL(recv)(fd, buffer, allowed(size), flags);
}

ssize_t send(int fd, const void *buffer, size_t size, int flags)
{
	return fails(fd, GIVING, (flags & MSG_DONTWAIT) != 0) ? -1 : REAL(send)(fd, buffer, allowed(size), flags);
}

ssize_t recvfrom(int fd, void *buffer, size_t size, int flags, __SOCKADDR_ARG from, socklen_t *length)
{
	return fails(fd, TAKING, (flags & MSG_DONTWAIT) != 0) ? -1 : REAL(recvfrom)(fd, buffer, allowed(size), flags, from, length);
}

ssize_t sendto(int fd, const void *buffer, size_t size, int flags, __CONST_SOCKADDR_ARG to, socklen_t length)
{
	return fails(fd, GIVING, (flags & MSG_DONTWAIT) != 0) ? -1 : REAL(sendto)(fd, buffer, allowed(size), flags, to, length);
}

/* A vector: its first piece alone that is not empty, shortened. */
static struct iovec first_piece(const struct iovec *pieces, size_t count)
{
	struct iovec piece = { NULL, 0 };

	for (size_t i = 0; i < count && piece.iov_len == 0; i++)
		piece = pieces[i];
	piece.iov_len = allowed(piece.iov_len);
	return piece;
}

ssize_t readv(int fd, const struct iovec *pieces, int count)
{
	struct iovec piece;

	if (fails(fd, TAKING, false))
		return -1;
	if (limit_bytes == 0)
		return REAL(readv)(fd, pieces, count);
	piece = first_piece(pieces, (size_t)count);
	return REAL(readv)(fd, &piece, 1);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
	struct iovec piece;

	if (fails(fd, GIVING, false))
		return -1;
	if (limit_bytes == 0)
		return REAL(writev)(fd, pieces, count);
	piece = first_piece(pieces, (size_t)count);
	return REAL(writev)(fd, &piece, 1);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	struct iovec piece, *pieces = message->msg_iov;
	size_t count = message->msg_iovlen;
	ssize_t result;

	/* The error queue gives whole records: a short one would be a truncated one. */
	if (flags & MSG_ERRQUEUE)
		return REAL(recvmsg)(fd, message, flags);
	if (fails(fd, TAKING, (flags & MSG_DONTWAIT) != 0))
		return -1;
	if (limit_bytes == 0)
		return REAL(recvmsg)(fd, message, flags);
	piece = first_piece(pieces, count);
	message->msg_iov = &piece;
	message->msg_iovlen = 1;
	result = REAL(recvmsg)(fd, message, flags);
	message->msg_iov = pieces;
	message->msg_iovlen = count;
	return result;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	struct msghdr shorter = *message;
	struct iovec piece;

	if (fails(fd, GIVING, (flags & MSG_DONTWAIT) != 0))
		return -1;
	if (limit_bytes == 0)
		return REAL(sendmsg)(fd, message, flags);
	piece = first_piece(message->msg_iov, message->msg_iovlen);
	shorter.msg_iov = &piece;
	shorter.msg_iovlen = 1;
	return REAL(sendmsg)(fd, &shorter, flags);
}

ssize_t splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t size, unsigned flags)
{
	bool nonblocking = (flags & SPLICE_F_NONBLOCK) != 0;

	if (fails(from, TAKING, nonblocking) || fails(to, GIVING, nonblocking))
		return -1;
	return REAL(splice)(from, from_offset, to, to_offset, allowed(size), flags);
}

ssize_t tee(int from, int to, size_t size, unsigned flags)
{
	if (fails(from, TAKING, (flags & SPLICE_F_NONBLOCK) != 0))
		return -1;
	return REAL(tee)(from, to, allowed(size), flags);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t size)
{
	return fails(to, GIVING, false) ? -1 : REAL(sendfile)(to, from, offset, allowed(size));
}

/* ---- waits -------------------------------------------------------------------------------------- */

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	/* one that does not wait is a look, which nothing interrupts, and does not take turns with the others */
	return timeout != 0 && wait_fails() ? -1 : REAL(poll)(fds, count, timeout);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	return wait_fails() ? -1 : REAL(ppoll)(fds, count, timeout, mask);
}

int epoll_wait(int epoll, struct epoll_event *events, int count, int timeout)
{
	return wait_fails() ? -1 : REAL(epoll_wait)(epoll, events, count, timeout);
}

int epoll_pwait(int epoll, struct epoll_event *events, int count, int timeout, const sigset_t *mask)
{
	return wait_fails() ? -1 : REAL(epoll_pwait)(epoll, events, count, timeout, mask);
}

int select(int count, fd_set *reads, fd_set *writes, fd_set *others, struct timeval *timeout)
{
	return wait_fails() ? -1 : REAL(select)(count, reads, writes, others, timeout);
}

int pselect(int count, fd_set *reads, fd_set *writes, fd_set *others, const struct timespec *timeout,
            const sigset_t *mask)
{
	return wait_fails() ? -1 : REAL(pselect)(count, reads, writes, others, timeout, mask);
}

/* ---- what the compiler calls instead under _FORTIFY_SOURCE ---------------------------------------- */

ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room, int flags, __SOCKADDR_ARG from,
                       socklen_t *length);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                size_t room);

static void within(size_t size, size_t room)
{
	if (size > room)
		abort();
}

ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room)
{
	within(size, room);
	return read(fd, buffer, size);
}

ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags)
{
	/* With MSG_TRUNC the kernel counts bytes and stores none. */
	if (!(flags & MSG_TRUNC))
		within(size, room);
	return recv(fd, buffer, size, flags);
}

ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room, int flags, __SOCKADDR_ARG from,
                       socklen_t *length)
{
	within(size, room);
	return recvfrom(fd, buffer, size, flags, from, length);
}

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room)
{
	within(count * sizeof(*fds), room);
	return poll(fds, count, timeout);
}

int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                size_t room)
{
	within(count * sizeof(*fds), room);
	return ppoll(fds, count, timeout, mask);
}
