/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * --explain: every call, however it went, has one sentence, and the words that matter stand in it. */
#include "platform.h"

#include "view/trace.h"

#include "tap.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/time.h>
#include <sys/un.h>

static void check(struct sock_event event, const char *wanted)
{
	const struct sock_standing standing = { .type = SOCK_STREAM, .domain = AF_INET, .state = SOCK_TCP_ESTABLISHED };
	struct trace_text text = { .length = 0 };
	const char *sentence = text.text;

	trace_add_sentence(&text, &event, &standing);
	size_t length = strlen(sentence);

	if (!tap_check(length > 0 && sentence[length - 1] == '.' && strstr(sentence, wanted) != NULL, __FILE__, __LINE__, wanted))
		printf("# %s\n", sentence);
}

static void check_error(enum sock_call call, int error, const char *wanted)
{
	check((struct sock_event){ .call = call, .fd = 3, .result = -1, .error = error }, wanted);
}

static void test_errors(void)
{
	check_error(SOCK_CONNECT, EINPROGRESS, "SYN");
	check_error(SOCK_ACCEPT, EAGAIN, "No client");
	check_error(SOCK_SEND, EAGAIN, "buffer is full");
	check_error(SOCK_SENDTO, EAGAIN, "buffer is full");
	check_error(SOCK_SENDMSG, EAGAIN, "buffer is full");
	check_error(SOCK_RECV, EAGAIN, "Nothing is ready");
	check_error(SOCK_CONNECT, ECONNREFUSED, "Nobody listens");
	check_error(SOCK_RECV, ECONNRESET, "RST");
	check_error(SOCK_SEND, EPIPE, "Nothing can be sent");
	check_error(SOCK_SHUTDOWN, ENOTCONN, "not connected");
	check_error(SOCK_BIND, EADDRINUSE, "Another socket");
	check_error(SOCK_BIND, EADDRNOTAVAIL, "no such address");
	check_error(SOCK_BIND, EACCES, "permitted");
	check_error(SOCK_SENDTO, EPERM, "permitted");
	check_error(SOCK_CONNECT, ETIMEDOUT, "No answer");
	check_error(SOCK_SENDTO, EMSGSIZE, "longer than");
	check_error(SOCK_POLL, EINTR, "signal");
	check_error(SOCK_SOCKET, EMFILE, "failed");
}

static void test_calls(void)
{
	check((struct sock_event){ .call = SOCK_SOCKET, .domain = AF_INET, .type = SOCK_STREAM }, "TCP");
	check((struct sock_event){ .call = SOCK_SOCKET, .domain = AF_INET, .type = SOCK_DGRAM }, "UDP");
	check((struct sock_event){ .call = SOCK_SOCKET, .domain = AF_INET6, .type = SOCK_DGRAM }, "UDP");
	check((struct sock_event){ .call = SOCK_SOCKET, .domain = AF_UNIX, .type = SOCK_DGRAM }, "within this machine");
	check((struct sock_event){ .call = SOCK_SOCKET, .domain = AF_INET, .type = SOCK_RAW }, "new socket");
	check((struct sock_event){ .call = SOCK_SOCKET, .domain = AF_NETLINK, .type = SOCK_DGRAM }, "new socket");
	check((struct sock_event){ .call = SOCK_SOCKETPAIR }, "connected to each other");
	check((struct sock_event){ .call = SOCK_BIND }, "address of its own");
	check((struct sock_event){ .call = SOCK_LISTEN }, "Clients can connect");
	check((struct sock_event){ .call = SOCK_ACCEPT, .result = 5 }, "next client");
	check((struct sock_event){ .call = SOCK_CONNECT }, "handshake");
	check((struct sock_event){ .call = SOCK_SEND, .length = 5, .result = 5 }, "send buffer");
	check((struct sock_event){ .call = SOCK_SEND, .length = 5, .result = 3 }, "Only a part");
	check((struct sock_event){ .call = SOCK_SENDTO, .length = 5, .result = 5 }, "datagram");
	check((struct sock_event){ .call = SOCK_RECV, .length = 5, .result = 5 }, "receive buffer");
	check((struct sock_event){ .call = SOCK_RECV, .length = 5, .result = 0 }, "the end");
	check((struct sock_event){ .call = SOCK_RECV, .length = 5, .result = 5, .flags = MSG_PEEK }, "stay");
	check((struct sock_event){ .call = SOCK_RECVFROM, .length = 5, .result = 5 }, ".");
	check((struct sock_event){ .call = SOCK_SENDMSG, .result = 5 }, "one message");
	check((struct sock_event){ .call = SOCK_RECVMSG, .result = 5 }, "message is taken");
	check((struct sock_event){ .call = SOCK_SENDMMSG, .result = 2 }, "many with one call");
	check((struct sock_event){ .call = SOCK_RECVMMSG, .result = 2 }, "one call");
	check((struct sock_event){ .call = SOCK_SPLICE, .result = 2 }, ".");
	check((struct sock_event){ .call = SOCK_GETSOCKOPT }, ".");
	check((struct sock_event){ .call = SOCK_GETSOCKNAME }, "own address");
	check((struct sock_event){ .call = SOCK_GETPEERNAME }, "peer");
	check((struct sock_event){ .call = SOCK_SHUTDOWN, .flags = SHUT_WR }, "FIN");
	check((struct sock_event){ .call = SOCK_SHUTDOWN, .flags = SHUT_RD }, "not told");
	check((struct sock_event){ .call = SOCK_SHUTDOWN, .flags = SHUT_RDWR }, "Both directions");
	check((struct sock_event){ .call = SOCK_CLOSE }, ".");
	check((struct sock_event){ .call = SOCK_POLL, .result = 1 }, "ready");
	check((struct sock_event){ .call = SOCK_SELECT, .result = 0 }, "time was up");
	check((struct sock_event){ .call = SOCK_EPOLL_WAIT, .result = 1 }, "ready");
}

static void check_option(int level, int option, const char *wanted)
{
	check((struct sock_event){ .call = SOCK_SETSOCKOPT, .level = level, .option = option }, wanted);
}

static void test_options(void)
{
	check_option(SOL_SOCKET, SO_REUSEADDR, "TIME_WAIT");
	check_option(SOL_SOCKET, SO_LINGER, "waits");
	check_option(SOL_SOCKET, SO_KEEPALIVE, "silent peer");
	check_option(IPPROTO_IPV6, IPV6_V6ONLY, "IPv4");
	check_option(SOL_SOCKET, SO_RCVBUF, "receive buffer");
	check_option(SOL_SOCKET, SO_DONTROUTE, "option");
	check_option(IPPROTO_TCP, SO_REUSEADDR, "option");
}

/* The arguments of EVENT, as the API has them. */
static void check_line(struct sock_event event, const char *wanted)
{
	struct trace_text text = { .length = 0 };

	trace_add_arguments(&text, &event);
	text.text[text.length] = '\0';
	tap_check_text(text.text, wanted, __FILE__, __LINE__, trace_call_name(event.call));
}

static void test_transfers(void)
{
	static const char long_text[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	check_line((struct sock_event){ .call = SOCK_SEND, .fd = 3, .data = "a\n", .length = 2, .result = 2 }, "3, \"a\\n\", 2, 0");
	check_line((struct sock_event){ .call = SOCK_SEND, .fd = 3, .data = long_text, .length = 36, .result = -1 },
	           "3, \"abcdefghijklmnopqrstuvwxyz012345\"..., 36, 0");
	check_line((struct sock_event){ .call = SOCK_RECV, .fd = 3, .data = "abc", .length = 10, .result = 3, .flags = MSG_PEEK },
	           "3, \"abc\", 10, MSG_PEEK");
	check_line((struct sock_event){ .call = SOCK_RECV, .fd = 3, .data = "abc", .length = 10, .result = -1 }, "3, ..., 10, 0");
	check_line((struct sock_event){ .call = SOCK_RECV, .fd = 3, .length = 10, .result = 3 }, "3, NULL, 10, 0");
	check_line((struct sock_event){ .call = SOCK_RECV, .fd = 3, .data = "", .length = 10, .result = 3, .flags = MSG_TRUNC },
	           "3, ..., 10, MSG_TRUNC");
	check_line((struct sock_event){ .call = SOCK_SENDTO, .fd = 3, .data = "x", .length = 1, .result = 1 }, "3, \"x\", 1, 0, NULL");
}

static void test_messages(void)
{
	struct iovec parts[5] = { { (char[]){ "ab" }, 2 }, { (char[]){ "cd" }, 2 }, { (char[]){ "e" }, 1 }, { (char[]){ "f" }, 1 },
		                  { (char[]){ "g" }, 1 } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 5 };
	struct sockaddr_in where = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(80) };
	struct mmsghdr several[5];

	check_line((struct sock_event){ .call = SOCK_SENDMSG, .fd = 3, .data = &message, .result = 7 },
	           "3, {name NULL, data [\"ab\", \"cd\", \"e\", \"f\", ...]}, 0");
	message.msg_iovlen = 2;
	message.msg_controllen = 20;
	check_line((struct sock_event){ .call = SOCK_RECVMSG, .fd = 3, .data = &message, .result = 3, .address = (struct sockaddr *)&where,
	                                .address_length = sizeof where },
	           "3, {name 127.0.0.1:80, data [\"ab\", \"c\"], ancillary data}, 0");
	check_line((struct sock_event){ .call = SOCK_RECVMSG, .fd = 3, .data = &message, .result = -1, .address = (struct sockaddr *)&where,
	                                .address_length = sizeof where },
	           "3, {name NULL, data [\"\", \"\"], ancillary data}, 0");
	for (size_t i = 0; i < 5; i++)
		several[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = parts, .msg_iovlen = 1 }, .msg_len = i == 0 ? 1 : 2 };
	several[1].msg_hdr.msg_name = &where;
	several[1].msg_hdr.msg_namelen = sizeof where;
	check_line((struct sock_event){ .call = SOCK_RECVMMSG, .fd = 3, .data = several, .result = 2, .length = 5 },
	           "3, [\"a\", 127.0.0.1:80 \"ab\"], 5");
	check_line((struct sock_event){ .call = SOCK_SENDMMSG, .fd = 3, .data = several, .result = 5, .length = 5 },
	           "3, [\"a\", 127.0.0.1:80 \"ab\", \"ab\", \"ab\", ...], 5");
}

static void test_addresses(void)
{
	struct sockaddr_un path = { .sun_family = AF_UNIX, .sun_path = "a\x1b" };
	struct sockaddr strange = { .sa_family = AF_NETLINK };

	check_line((struct sock_event){ .call = SOCK_BIND, .fd = 3, .address = (struct sockaddr *)&path, .address_length = sizeof path },
	           "3, \"a\\x1b\"");
	check_line((struct sock_event){ .call = SOCK_BIND, .fd = 3, .address = &strange, .address_length = sizeof strange },
	           "3, {AF_NETLINK}");
	check_line((struct sock_event){ .call = SOCK_CONNECT, .fd = 3 }, "3, NULL");
	check_line((struct sock_event){ .call = SOCK_SOCKET, .domain = AF_INET, .type = SOCK_STREAM }, "AF_INET, SOCK_STREAM, 0");
	check_line((struct sock_event){ .call = SOCK_SOCKET, .domain = 4711, .type = 4711, .protocol = 4711 }, "4711, 4711, 4711");
	check_line((struct sock_event){ .call = SOCK_SOCKETPAIR, .domain = AF_UNIX, .type = SOCK_DGRAM, .fd = 3, .other_fd = 4 },
	           "AF_UNIX, SOCK_DGRAM, 0, [3, 4]");
	check_line((struct sock_event){ .call = SOCK_SOCKETPAIR, .domain = AF_UNIX, .type = SOCK_DGRAM, .result = -1 },
	           "AF_UNIX, SOCK_DGRAM, 0");
	check_line((struct sock_event){ .call = SOCK_LISTEN, .fd = 3, .flags = 5 }, "3, 5");
	check_line((struct sock_event){ .call = SOCK_SHUTDOWN, .fd = 3, .flags = SHUT_WR }, "3, SHUT_WR");
	check_line((struct sock_event){ .call = SOCK_CLOSE, .fd = 3 }, "3");
}

static void test_option_values(void)
{
	const struct linger linger = { 1, 5 };
	const struct timeval time = { 2, 500 };
	const int one = 1;

	check_line((struct sock_event){ .call = SOCK_SETSOCKOPT, .fd = 3, .level = SOL_SOCKET, .option = SO_KEEPALIVE, .data = &one,
	                                .length = sizeof one }, "3, SOL_SOCKET, SO_KEEPALIVE, 1");
	check_line((struct sock_event){ .call = SOCK_SETSOCKOPT, .fd = 3, .level = SOL_SOCKET, .option = SO_LINGER, .data = &linger,
	                                .length = sizeof linger }, "3, SOL_SOCKET, SO_LINGER, {l_onoff 1, l_linger 5}");
	check_line((struct sock_event){ .call = SOCK_SETSOCKOPT, .fd = 3, .level = SOL_SOCKET, .option = SO_RCVTIMEO, .data = &time,
	                                .length = sizeof time }, "3, SOL_SOCKET, SO_RCVTIMEO, 2.000500");
	check_line((struct sock_event){ .call = SOCK_SETSOCKOPT, .fd = 3, .level = 4711, .option = 4711, .data = "ab", .length = 2 },
	           "3, 4711, 4711, \"ab\"");
	check_line((struct sock_event){ .call = SOCK_GETSOCKOPT, .fd = 3, .level = SOL_SOCKET, .option = SO_LINGER, .data = &one,
	                                .length = sizeof one }, "3, SOL_SOCKET, SO_LINGER, 1");
	check_line((struct sock_event){ .call = SOCK_GETSOCKOPT, .fd = 3, .level = SOL_SOCKET, .option = SO_ERROR },
	           "3, SOL_SOCKET, SO_ERROR, ...");
}

static void test_waits(void)
{
	struct pollfd set[20] = { { .fd = 3, .events = POLLIN, .revents = POLLIN }, { .fd = -1 }, { .fd = 4, .events = POLLOUT } };
	fd_set readers, writers;

	check_line((struct sock_event){ .call = SOCK_POLL, .waited = { set }, .length = 3, .result = 1, .timeout_ms = 50 },
	           "[3 POLLIN -> POLLIN, 4 POLLOUT], 2, 50");
	check_line((struct sock_event){ .call = SOCK_POLL, .waited = { set }, .length = 3, .result = 0, .timeout_ms = -1 },
	           "[3 POLLIN, 4 POLLOUT], 2, -1");
	for (int i = 0; i < 20; i++)
		set[i] = (struct pollfd){ .fd = i };
	struct trace_text text = { .length = 0 };
	trace_add_arguments(&text, &(struct sock_event){ .call = SOCK_POLL, .waited = { set }, .length = 20 });
	CHECK(strstr(text.text, "15 0, ...], 20, 0") != NULL);
	FD_ZERO(&readers);
	FD_ZERO(&writers);
	FD_SET(3, &readers);
	FD_SET(5, &readers);
	check_line((struct sock_event){ .call = SOCK_SELECT, .waited = { &readers, &writers }, .length = 6, .result = 2, .timeout_ms = 1500 },
	           "6, [3 5], [], NULL, 1.500");
	check_line((struct sock_event){ .call = SOCK_SELECT, .waited = { &readers }, .length = 6, .result = -1, .timeout_ms = -1 },
	           "6, [], NULL, NULL, NULL");
}

int main(void)
{
	test_errors();
	test_calls();
	test_options();
	test_transfers();
	test_messages();
	test_addresses();
	test_option_values();
	test_waits();
	return tap_end();
}
