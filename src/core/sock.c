/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See sock.h. Each wrapper: ask the saboteur, make the call, tell the observer. */
#include "platform.h"

#include "core/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#if HAVE_SIOCOUTQ
#include <linux/sockios.h>
#endif

static sock_observer *observer;
static void *observer_context;
static sock_saboteur *saboteur;

void sock_observe(sock_observer *function, void *context)
{
	observer = function;
	observer_context = context;
}

void sock_sabotage(sock_saboteur *function)
{
	saboteur = function;
}

static bool sabotaged(enum sock_call call, int fd)
{
	int error = saboteur != NULL ? saboteur(call, fd) : 0;

	if (error != 0)
		errno = error;
	return error != 0;
}

int64_t sock_told(struct sock_event *event, int64_t result)
{
	if (observer != NULL) {
		int saved = errno;

		event->result = result;
		event->error = result < 0 ? saved : 0;
		observer(event, observer_context);
		errno = saved;
	}
	return result;
}

static int64_t told(struct sock_event event, int64_t result)
{
	return observer == NULL ? result : sock_told(&event, result);
}

bool sock_is_observed(void)
{
	return observer != NULL;
}

int sock_socket(int domain, int type, int protocol)
{
	int fd = sabotaged(SOCK_SOCKET, -1) ? -1 : socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	return (int)told((struct sock_event){ .call = SOCK_SOCKET, .fd = fd, .domain = domain, .type = type,
	                                      .protocol = protocol }, fd);
}

int sock_socketpair(int domain, int type, int protocol, int pair[2])
{
	int result = sabotaged(SOCK_SOCKETPAIR, -1) ? -1 : socketpair(domain, type | SOCK_CLOEXEC, protocol, pair);

	return (int)told((struct sock_event){ .call = SOCK_SOCKETPAIR, .fd = result < 0 ? -1 : pair[0],
	                                      .other_fd = result < 0 ? -1 : pair[1], .domain = domain, .type = type,
	                                      .protocol = protocol }, result);
}

int sock_bind(int fd, const struct sockaddr *address, socklen_t length)
{
	int result = sabotaged(SOCK_BIND, fd) ? -1 : bind(fd, address, length);

	return (int)told((struct sock_event){ .call = SOCK_BIND, .fd = fd, .address = address,
	                                      .address_length = length }, result);
}

int sock_listen(int fd, int backlog)
{
	int result = sabotaged(SOCK_LISTEN, fd) ? -1 : listen(fd, backlog);

	return (int)told((struct sock_event){ .call = SOCK_LISTEN, .fd = fd, .flags = backlog }, result);
}

/* accept, with the flags that sock_socket gives as well. */
static int accept_prepared(int fd, struct sockaddr *address, socklen_t *length)
{
#if HAVE_ACCEPT4
	return accept4(fd, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
#else
	int accepted = accept(fd, address, length);

	if (accepted >= 0) {
		fcntl(accepted, F_SETFD, FD_CLOEXEC);
		fcntl(accepted, F_SETFL, O_NONBLOCK);
	}
	return accepted;
#endif
}

int sock_accept(int fd, struct sockaddr *address, socklen_t *length)
{
	int accepted = -1;

	if (!sabotaged(SOCK_ACCEPT, fd)) {
		do
			accepted = accept_prepared(fd, address, length);
		while (accepted < 0 && errno == EINTR);
	}
	return (int)told((struct sock_event){ .call = SOCK_ACCEPT, .fd = fd, .address = address,
	                                      .address_length = accepted >= 0 ? *length : 0 }, accepted);
}

int sock_connect(int fd, const struct sockaddr *address, socklen_t length)
{
	int result = sabotaged(SOCK_CONNECT, fd) ? -1 : connect(fd, address, length);

	if (result < 0 && errno == EINTR)
		errno = EINPROGRESS;
	return (int)told((struct sock_event){ .call = SOCK_CONNECT, .fd = fd, .address = address,
	                                      .address_length = length }, result);
}

ssize_t sock_send(int fd, const void *data, size_t length, int flags)
{
	ssize_t count = -1;

	if (!sabotaged(SOCK_SEND, fd)) {
		do
			count = send(fd, data, length, flags | MSG_NOSIGNAL);
		while (count < 0 && errno == EINTR);
	}
	return (ssize_t)told((struct sock_event){ .call = SOCK_SEND, .fd = fd, .data = data, .length = length,
	                                          .flags = flags }, count);
}

ssize_t sock_recv(int fd, void *data, size_t length, int flags)
{
	ssize_t count = -1;

	if (!sabotaged(SOCK_RECV, fd)) {
		do
			count = recv(fd, data, length, flags);
		while (count < 0 && errno == EINTR);
	}
	return (ssize_t)told((struct sock_event){ .call = SOCK_RECV, .fd = fd, .data = data, .length = length,
	                                          .flags = flags }, count);
}

ssize_t sock_sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t to_length)
{
	ssize_t count = -1;

	if (!sabotaged(SOCK_SENDTO, fd)) {
		do
			count = sendto(fd, data, length, flags | MSG_NOSIGNAL, to, to_length);
		while (count < 0 && errno == EINTR);
	}
	return (ssize_t)told((struct sock_event){ .call = SOCK_SENDTO, .fd = fd, .data = data, .length = length,
	                                          .flags = flags, .address = to, .address_length = to_length }, count);
}

ssize_t sock_recvfrom(int fd, void *data, size_t length, int flags, struct sockaddr *from, socklen_t *from_length)
{
	ssize_t count = -1;

	if (!sabotaged(SOCK_RECVFROM, fd)) {
		do
			count = recvfrom(fd, data, length, flags, from, from_length);
		while (count < 0 && errno == EINTR);
	}
	return (ssize_t)told((struct sock_event){ .call = SOCK_RECVFROM, .fd = fd, .data = data, .length = length,
	                                          .flags = flags, .address = from,
	                                          .address_length = count >= 0 ? *from_length : 0 }, count);
}

ssize_t sock_sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t count = -1;

	if (!sabotaged(SOCK_SENDMSG, fd)) {
		do
			count = sendmsg(fd, message, flags | MSG_NOSIGNAL);
		while (count < 0 && errno == EINTR);
	}
	return (ssize_t)told((struct sock_event){ .call = SOCK_SENDMSG, .fd = fd, .data = message, .flags = flags,
	                                          .address = message->msg_name,
	                                          .address_length = message->msg_namelen }, count);
}

ssize_t sock_recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t count = -1;

	if (!sabotaged(SOCK_RECVMSG, fd)) {
		do
			count = recvmsg(fd, message, flags);
		while (count < 0 && errno == EINTR);
	}
	return (ssize_t)told((struct sock_event){ .call = SOCK_RECVMSG, .fd = fd, .data = message, .flags = flags,
	                                          .address = message->msg_name,
	                                          .address_length = message->msg_namelen }, count);
}

#if HAVE_MMSG
int sock_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	int sent = -1;

	if (!sabotaged(SOCK_SENDMMSG, fd)) {
		do
			sent = sendmmsg(fd, messages, count, flags | MSG_NOSIGNAL);
		while (sent < 0 && errno == EINTR);
	}
	return (int)told((struct sock_event){ .call = SOCK_SENDMMSG, .fd = fd, .data = messages, .length = count,
	                                      .flags = flags }, sent);
}

int sock_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	int received = -1;

	if (!sabotaged(SOCK_RECVMMSG, fd)) {
		do
			received = recvmmsg(fd, messages, count, flags, NULL);
		while (received < 0 && errno == EINTR);
	}
	return (int)told((struct sock_event){ .call = SOCK_RECVMMSG, .fd = fd, .data = messages, .length = count,
	                                      .flags = flags }, received);
}
#endif

int sock_setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	int result = sabotaged(SOCK_SETSOCKOPT, fd) ? -1 : setsockopt(fd, level, option, value, length);

	return (int)told((struct sock_event){ .call = SOCK_SETSOCKOPT, .fd = fd, .level = level, .option = option,
	                                      .data = value, .length = length }, result);
}

int sock_getsockopt(int fd, int level, int option, void *value, socklen_t *length)
{
	int result = sabotaged(SOCK_GETSOCKOPT, fd) ? -1 : getsockopt(fd, level, option, value, length);

	return (int)told((struct sock_event){ .call = SOCK_GETSOCKOPT, .fd = fd, .level = level, .option = option,
	                                      .data = value, .length = result == 0 ? *length : 0 }, result);
}

int sock_getsockname(int fd, struct sockaddr *address, socklen_t *length)
{
	int result = sabotaged(SOCK_GETSOCKNAME, fd) ? -1 : getsockname(fd, address, length);

	return (int)told((struct sock_event){ .call = SOCK_GETSOCKNAME, .fd = fd, .address = address,
	                                      .address_length = result == 0 ? *length : 0 }, result);
}

int sock_getpeername(int fd, struct sockaddr *address, socklen_t *length)
{
	int result = sabotaged(SOCK_GETPEERNAME, fd) ? -1 : getpeername(fd, address, length);

	return (int)told((struct sock_event){ .call = SOCK_GETPEERNAME, .fd = fd, .address = address,
	                                      .address_length = result == 0 ? *length : 0 }, result);
}

int sock_shutdown(int fd, int how)
{
	int result = sabotaged(SOCK_SHUTDOWN, fd) ? -1 : shutdown(fd, how);

	return (int)told((struct sock_event){ .call = SOCK_SHUTDOWN, .fd = fd, .flags = how }, result);
}

void sock_close(int fd)
{
	int saved = errno;

	if (fd >= 0) /* never again after an error: Linux has let go of the descriptor all the same */
		told((struct sock_event){ .call = SOCK_CLOSE, .fd = fd }, close(fd));
	errno = saved;
}

void sock_close_reset(int fd)
{
	static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	int saved = errno;

	if (fd >= 0)
		sock_setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	errno = saved;
	sock_close(fd);
}

int sock_set_int(int fd, int level, int option, int value)
{
	return sock_setsockopt(fd, level, option, &value, sizeof value);
}

static int get_int(int fd, int option, int fallback)
{
	int value = fallback;
	socklen_t length = sizeof value;

	return sock_getsockopt(fd, SOL_SOCKET, option, &value, &length) < 0 ? fallback : value;
}

int sock_take_error(int fd)
{
	return get_int(fd, SO_ERROR, 0);
}

int sock_type(int fd)
{
	return get_int(fd, SO_TYPE, -1);
}

int sock_family(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;

	if (sock_getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		return -1;
	return address.ss_family;
}

int sock_peer_credentials(int fd, struct sock_credentials *credentials)
{
#if HAVE_PEERCRED
	struct ucred who;
	socklen_t length = sizeof who;

	if (sock_getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) < 0)
		return -1;
	*credentials = (struct sock_credentials){ (long)who.pid, (long)who.uid, (long)who.gid };
	return 0;
#else
	(void)fd;
	(void)credentials;
	errno = ENOSYS;
	return -1;
#endif
}

size_t sock_unacknowledged(int fd)
{
#if HAVE_SIOCOUTQ
	int count = 0;

	return ioctl(fd, SIOCOUTQ, &count) < 0 || count < 0 ? 0 : (size_t)count;
#else
	(void)fd;
	return 0;
#endif
}

size_t sock_readable(int fd)
{
	int count = 0;

	return ioctl(fd, FIONREAD, &count) < 0 || count < 0 ? 0 : (size_t)count;
}

int sock_tcp_state(int fd)
{
#ifdef TCP_INFO
	struct tcp_info info;
	socklen_t length = sizeof info;

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0 ? -1 : info.tcpi_state;
#else
	(void)fd;
	return -1;
#endif
}

int sock_ends(int fd, struct sockaddr_storage *here, socklen_t *here_length, struct sockaddr_storage *there,
              socklen_t *there_length)
{
	if (getsockname(fd, (struct sockaddr *)here, here_length) < 0)
		return -1;
	return getpeername(fd, (struct sockaddr *)there, there_length);
}

uint32_t sock_dropped(int fd)
{
#ifdef SO_MEMINFO
	enum { DROPS = 8 }; /* SK_MEMINFO_DROPS of <linux/sock_diag.h> */
	uint32_t values[DROPS + 1] = { 0 };
	socklen_t length = sizeof values;

	return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, values, &length) < 0 ? 0 : values[DROPS];
#else
	(void)fd;
	return 0;
#endif
}

void sock_spliced(int fd, int pipe, size_t length, ssize_t result)
{
	told((struct sock_event){ .call = SOCK_SPLICE, .fd = fd, .other_fd = pipe, .length = length }, result);
}

int sock_may_splice(int fd)
{
	return sabotaged(SOCK_SPLICE, fd) ? -1 : 0;
}
