/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See sock.h. The calls that make sockets, connect them, move bytes and close. Each wrapper: ask the saboteur, make the
 * call, tell the observer. */
#include "platform.h"

#include "core/sock.h"

#include "core/sock_seam.h"

#include <errno.h>
#include <unistd.h>

sock_observer *sock_seam_observer;
sock_saboteur *sock_seam_saboteur;
static void *observer_context;
static void (*closing_observer)(int fd);

void sock_observe(sock_observer *function, void *context)
{
	sock_seam_observer = function;
	observer_context = context;
}

void sock_observe_closing(void (*function)(int fd))
{
	closing_observer = function;
}

void sock_sabotage(sock_saboteur *function)
{
	sock_seam_saboteur = function;
}

int64_t sock_told(struct sock_event *event, int64_t result)
{
	if (sock_seam_observer != NULL) {
		int saved = errno;

		event->result = result;
		event->error = result < 0 ? saved : 0;
		sock_seam_observer(event, observer_context);
		errno = saved;
	}
	return result;
}

bool sock_is_observed(void)
{
	return sock_seam_observer != NULL;
}

int sock_socket(int domain, int type, int protocol)
{
	int fd = sabotaged(SOCK_SOCKET, -1) ? -1 : sock_make(domain, type, protocol);

	return (int)told((struct sock_event){ .call = SOCK_SOCKET, .fd = fd, .domain = domain, .type = type,
	                                      .protocol = protocol }, fd);
}

int sock_socketpair(int domain, int type, int protocol, int pair[2])
{
	int result = sabotaged(SOCK_SOCKETPAIR, -1) ? -1 : sock_make_pair(domain, type, protocol, pair);

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

int sock_accept(int fd, struct sockaddr *address, socklen_t *length)
{
	int accepted = -1;

	if (!sabotaged(SOCK_ACCEPT, fd)) {
		do
			accepted = sock_make_accepted(fd, address, length);
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

int sock_shutdown(int fd, int how)
{
	int result = sabotaged(SOCK_SHUTDOWN, fd) ? -1 : shutdown(fd, how);

	return (int)told((struct sock_event){ .call = SOCK_SHUTDOWN, .fd = fd, .flags = how }, result);
}

void sock_close(int fd)
{
	int saved = errno;

	if (fd >= 0 && closing_observer != NULL)
		closing_observer(fd);
	if (fd >= 0) /* never again after an error: Linux has let go of the descriptor all the same */
		told((struct sock_event){ .call = SOCK_CLOSE, .fd = fd }, close(fd));
	errno = saved;
}

int sock_reset_on_close(int fd, bool on)
{
	struct linger at_once = { .l_onoff = on, .l_linger = 0 };

	return sock_setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void sock_close_reset(int fd)
{
	int saved = errno;

	if (fd >= 0)
		sock_reset_on_close(fd, true);
	errno = saved;
	sock_close(fd);
}

void sock_break_off(int fd)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	int saved = errno;

	if (sock_connect(fd, &nobody, sizeof nobody) < 0) /* Unix, and systems where that does not dissolve a connection */
		sock_shutdown(fd, SHUT_RDWR);
	errno = saved;
}

void sock_spliced(int fd, int pipe, size_t length, ssize_t result)
{
	told((struct sock_event){ .call = SOCK_SPLICE, .fd = fd, .other_fd = pipe, .length = length }, result);
}

int sock_may_splice(int fd)
{
	return sabotaged(SOCK_SPLICE, fd) ? -1 : 0;
}
