/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The wrappers of socket calls: a signal does not end them, what a saboteur says is what they answer, and an observer sees
 * both. */
#include "platform.h"

#include "core/sock.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* ---- signals ------------------------------------------------------------------------------------- */

static int pair[2];
static volatile sig_atomic_t ticks;
static volatile sig_atomic_t drains; /* the third signal reads what stands in the way; else it writes */
static char scratch[1 << 16];

/* Two signals only interrupt; with the third what was waited for comes. */
static void tick(int signal)
{
	int saved = errno;

	(void)signal;
	if (++ticks >= 3 && drains) {
		while (read(pair[1], scratch, sizeof scratch) > 0)
			;
	} else if (ticks == 3) {
		ssize_t written = write(pair[1], "x", 1);
		(void)written;
	}
	errno = saved;
}

static void set_timer(suseconds_t every)
{
	struct itimerval timer = { { 0, every }, { 0, every } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

/* A pair whose first end waits, and whose timer runs. FULL: it does not take a byte more. */
static void begin(bool full)
{
	struct sigaction action = { .sa_handler = tick };

	CHECK_INT(sock_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fcntl(pair[1], F_SETFL, O_NONBLOCK);
	while (full && send(pair[0], scratch, sizeof scratch, MSG_DONTWAIT) > 0)
		;
	ticks = 0;
	drains = full;
	sigaction(SIGALRM, &action, NULL);
	set_timer(3000);
}

static void end(int64_t result, const char *call)
{
	set_timer(0);
	(void)tap_check(result == 1 && ticks >= 3, __FILE__, __LINE__, call);
	sock_close(pair[0]);
	sock_close(pair[1]);
}

static void test_interrupted_receipt(void)
{
	char byte;
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct sockaddr_storage from;
	socklen_t length = sizeof from;

	begin(false);
	end(sock_recv(pair[0], &byte, 1, 0), "recv");
	begin(false);
	end(sock_recvfrom(pair[0], &byte, 1, 0, (struct sockaddr *)&from, &length), "recvfrom");
	begin(false);
	end(sock_recvmsg(pair[0], &message, 0), "recvmsg");
#if HAVE_MMSG
	struct mmsghdr several = { .msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 } };
	begin(false);
	end(sock_recvmmsg(pair[0], &several, 1, 0), "recvmmsg");
#endif
}

static void test_interrupted_sending(void)
{
	char byte = 'x';
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	begin(true);
	end(sock_send(pair[0], &byte, 1, 0), "send");
	begin(true);
	end(sock_sendto(pair[0], &byte, 1, 0, NULL, 0), "sendto");
	begin(true);
	end(sock_sendmsg(pair[0], &message, 0), "sendmsg");
#if HAVE_MMSG
	struct mmsghdr several = { .msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 } };
	begin(true);
	end(sock_sendmmsg(pair[0], &several, 1, 0), "sendmmsg");
#endif
}

/* ---- saboteur and observer -------------------------------------------------------------------------- */

static enum sock_call wanted, seen;
static int seen_error;

static int sabotage(enum sock_call call, int fd)
{
	(void)fd;
	return call == wanted ? ENOBUFS : 0;
}

static void observe(const struct sock_event *event, void *context)
{
	(void)context;
	seen = event->call;
	seen_error = event->error;
}

/* A call that was to fail has answered RESULT. */
static void check_failed(int64_t result, const char *call)
{
	(void)tap_check(result == -1 && errno == ENOBUFS && seen == wanted && seen_error == ENOBUFS, __FILE__, __LINE__, call);
	seen_error = 0;
	errno = 0;
}

#define SABOTAGE(call, expression) (wanted = (call), check_failed((expression), #expression))

static void sabotage_connections(int fd)
{
	struct sockaddr_storage address = { .ss_family = AF_UNIX };
	struct sockaddr *where = (struct sockaddr *)&address;
	socklen_t length = sizeof address;
	int two[2], value = 1;

	SABOTAGE(SOCK_SOCKET, sock_socket(AF_INET, SOCK_STREAM, 0));
	SABOTAGE(SOCK_SOCKETPAIR, sock_socketpair(AF_UNIX, SOCK_STREAM, 0, two));
	SABOTAGE(SOCK_BIND, sock_bind(fd, where, length));
	SABOTAGE(SOCK_LISTEN, sock_listen(fd, 1));
	SABOTAGE(SOCK_ACCEPT, sock_accept(fd, where, &length));
	SABOTAGE(SOCK_CONNECT, sock_connect(fd, where, length));
	SABOTAGE(SOCK_SETSOCKOPT, sock_set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1));
	SABOTAGE(SOCK_GETSOCKOPT, sock_getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &length));
	SABOTAGE(SOCK_GETSOCKOPT, sock_type(fd));
	SABOTAGE(SOCK_GETSOCKNAME, sock_getsockname(fd, where, &length));
	SABOTAGE(SOCK_GETSOCKNAME, sock_family(fd));
	SABOTAGE(SOCK_GETPEERNAME, sock_getpeername(fd, where, &length));
	SABOTAGE(SOCK_SHUTDOWN, sock_shutdown(fd, SHUT_WR));
}

static void sabotage_transfers(int fd)
{
	struct sockaddr_storage address = { .ss_family = AF_UNIX };
	struct sockaddr *where = (struct sockaddr *)&address;
	socklen_t length = sizeof address;
	char byte = 'x';
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	SABOTAGE(SOCK_SEND, sock_send(fd, &byte, 1, 0));
	SABOTAGE(SOCK_RECV, sock_recv(fd, &byte, 1, 0));
	SABOTAGE(SOCK_SENDTO, sock_sendto(fd, &byte, 1, 0, NULL, 0));
	SABOTAGE(SOCK_RECVFROM, sock_recvfrom(fd, &byte, 1, 0, where, &length));
	SABOTAGE(SOCK_SENDMSG, sock_sendmsg(fd, &message, 0));
	SABOTAGE(SOCK_RECVMSG, sock_recvmsg(fd, &message, 0));
#if HAVE_MMSG
	struct mmsghdr several = { .msg_hdr = message };
	SABOTAGE(SOCK_SENDMMSG, sock_sendmmsg(fd, &several, 1, 0));
	SABOTAGE(SOCK_RECVMMSG, sock_recvmmsg(fd, &several, 1, 0));
#endif
}

static void test_sabotage(void)
{
	int fd = sock_socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK(fd >= 0 && !sock_is_observed());
	sock_observe(observe, NULL);
	sock_sabotage(sabotage);
	CHECK(sock_is_observed());
	sabotage_connections(fd);
	sabotage_transfers(fd);
	wanted = SOCK_SPLICE;
	CHECK(sock_may_splice(fd) == -1 && errno == ENOBUFS);
	sock_sabotage(NULL);
	CHECK_INT(sock_may_splice(fd), 0);
	errno = EDOM;
	sock_close(fd);
	CHECK(seen == SOCK_CLOSE && errno == EDOM);
	sock_observe(NULL, NULL);
}

/* What cannot be told of a descriptor that is none. */
static void test_nothing_to_tell(void)
{
	struct sock_credentials who;
	struct sockaddr_storage here, there;
	socklen_t here_length = sizeof here, there_length = sizeof there;

	errno = EDOM;
	sock_close(-1);
	sock_close_reset(-1);
	CHECK_INT(errno, EDOM);
	CHECK_INT(sock_family(-1), -1);
	CHECK_INT(sock_type(-1), -1);
	CHECK_INT(sock_take_error(-1), 0);
	CHECK_INT((int64_t)sock_unacknowledged(-1), 0);
	CHECK_INT((int64_t)sock_readable(-1), 0);
	CHECK_INT(sock_tcp_state(-1), -1);
	CHECK_INT(sock_dropped(-1), 0);
	CHECK_INT(sock_peer_credentials(-1, &who), -1);
	CHECK_INT(sock_ends(-1, &here, &here_length, &there, &there_length), -1);
	int fd = sock_socket(AF_INET, SOCK_STREAM, 0);
	CHECK_INT(sock_ends(fd, &here, &here_length, &there, &there_length), -1); /* it has no peer */
	sock_close_reset(fd);
}

int main(void)
{
	test_interrupted_receipt();
	test_interrupted_sending();
	test_sabotage();
	test_nothing_to_tell();
	return tap_end();
}
